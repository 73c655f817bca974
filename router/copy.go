package router

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"time"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/shell"
	"axle/cli/show"
)

// fileActs and fileScreens are the exec commands of files. The session has
// asked what IOS asks.
var fileActs = map[*grammar.Command]act{
	ios.Copy:   (*Router).execCopy,
	ios.Delete: onFlash(func(r *Router, path string) error { return r.opt.Flash.Remove(path) }),
	ios.Mkdir:  onFlash(func(r *Router, path string) error { return r.opt.Flash.Mkdir(path) }),
	ios.Rmdir:  onFlash(func(r *Router, path string) error { return r.opt.Flash.Rmdir(path) }),
	ios.Rename: (*Router).execRename,
}

var fileScreens = map[*grammar.Command]screen{
	ios.Dir:             func(r *Router, l *grammar.Line) string { return r.dir(l.Args["url"]) },
	ios.ShowFlash:       func(r *Router, l *grammar.Line) string { return r.dir("flash:") },
	ios.ShowFileSystems: func(r *Router, l *grammar.Line) string { return r.fileSystems() },
	ios.More:            func(r *Router, l *grammar.Line) string { return r.more(l.Args["url"]) },
	ios.VerifyMD5:       func(r *Router, l *grammar.Line) string { return r.md5(l.Args["url"]) },
}

// execCopy copies a file to another.
func (r *Router) execCopy(_ shell.Who, l *grammar.Line) string {
	from, to := l.Args["from"], l.Args["to"]
	switch {
	case from == ios.RunningConfig && to == ios.StartupConfig:
		return r.write()
	case from == to:
		return "%Error copying " + shownURL(from) + " to itself\n"
	case from == ios.StartupConfig && r.saved == "":
		return "%% Non-volatile configuration memory is not present\n"
	}
	text, err := r.readFile(from)
	if err != nil {
		return openError(from, err)
	}
	refused, err := r.writeFile(to, text)
	if err != nil {
		return openError(to, err)
	}
	return refused + copied(len(text))
}

// copied tells of n bytes that were copied. It takes no time that could be
// measured, and IOS never says zero.
func copied(n int) string {
	const took = time.Millisecond
	return fmt.Sprintf("%d bytes copied in %.3f secs (%d bytes/sec)\n", n, took.Seconds(), n*int(time.Second/took))
}

// onFlash makes an act of something that is done to a file of the flash.
func onFlash(f func(r *Router, path string) error) act {
	return func(r *Router, _ shell.Who, l *grammar.Line) string {
		url := l.Args["url"]
		path, ok := flashPath(url)
		err := errNoDevice
		if ok && r.opt.Flash != nil {
			err = f(r, path)
		}
		switch {
		case err == nil && l.Command == ios.Mkdir:
			return "Created dir flash:/" + path + "\n"
		case err == nil && l.Command == ios.Rmdir:
			return "Removed dir flash:/" + path + "\n"
		case err == nil:
			return ""
		case l.Command == ios.Delete:
			return fmt.Sprintf("%%Error deleting %s (%s)\n", shownURL(url), FileReason(err))
		case l.Command == ios.Mkdir:
			return fmt.Sprintf("%%Error Creating dir %s (%s)\n", shownURL(url), FileReason(err))
		}
		return fmt.Sprintf("%%Error Removing dir %s (%s)\n", shownURL(url), FileReason(err))
	}
}

// execRename renames a file of the flash.
func (r *Router) execRename(_ shell.Who, l *grammar.Line) string {
	from, ok := flashPath(l.Args["from"])
	to, ok2 := flashPath(l.Args["to"])
	err := errNoDevice
	if ok && ok2 && r.opt.Flash != nil {
		err = r.opt.Flash.Rename(from, to)
	}
	if err != nil {
		return fmt.Sprintf("%%Error renaming %s (%s)\n", shownURL(l.Args["from"]), FileReason(err))
	}
	return ""
}

// dir lists a folder, or one file.
func (r *Router) dir(url string) string {
	if url == "" {
		url = "flash:"
	}
	path, ok := flashPath(url)
	switch {
	case url == ios.StartupConfig || url == "nvram:":
		return r.dirNVRAM()
	case !ok || r.opt.Flash == nil:
		return openError(url, errNoDevice)
	}
	files, err := r.opt.Flash.List(path)
	if err != nil {
		return openError(url, err)
	}
	d := show.Dir{Path: "flash:/" + path}
	for _, f := range files {
		d.Files = append(d.Files, show.DirFile{Name: f.Name, Dir: f.Dir, Size: f.Size, Modified: f.Modified})
	}
	d.Total, d.Free = r.opt.Flash.Free()
	return d.String()
}

func (r *Router) dirNVRAM() string {
	d := show.Dir{Path: "nvram:/", Total: show.NVRAMSize, Free: show.NVRAMSize}
	if r.saved != "" {
		n := int64(len(r.saved) + len("end\n"))
		d.Files = append(d.Files, show.DirFile{Name: "startup-config", Size: n, Modified: r.savedAt})
		d.Free -= n
	}
	return d.String()
}

// fileSystems lists what files can be on.
func (r *Router) fileSystems() string {
	var total, free int64
	if r.opt.Flash != nil {
		total, free = r.opt.Flash.Free()
	}
	used := 0
	if r.saved != "" {
		used = len(r.saved) + len("end\n")
	}
	return show.FileSystems(total, free, used)
}

// more shows a file.
func (r *Router) more(url string) string {
	text, err := r.readFile(url)
	if err != nil {
		return openError(url, err)
	}
	return text
}

// md5 is "verify /md5".
func (r *Router) md5(url string) string {
	text, err := r.readFile(url)
	if err != nil {
		return openError(url, err)
	}
	sum := md5.Sum([]byte(text))
	return fmt.Sprintf("Done!\nverify /md5 (%s) = %s\n", url, hex.EncodeToString(sum[:]))
}

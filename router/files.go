package router

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"axle/cli/ios"
	"axle/cli/show"
	"axle/internal/flash"
)

// maxFile bounds a file that is read whole, bytes.
const maxFile = 16 << 20

// errNoDevice tells of a URL of a file system that the router does not have.
var errNoDevice = errors.New("router: no such file system")

// errTooLarge tells of a file over maxFile.
var errTooLarge = errors.New("router: file larger than 16 MB")

// flashPath returns the path of a URL below flash:.
func flashPath(url string) (path string, ok bool) { return strings.CutPrefix(url, "flash:") }

// shownURL writes the URL of a file as IOS shows it in errors.
func shownURL(url string) string {
	if path, ok := flashPath(url); ok {
		return "flash:/" + path
	}
	return url
}

// openError is what IOS prints where a file cannot be opened.
func openError(url string, err error) string {
	return fmt.Sprintf("%%Error opening %s (%s)\n", shownURL(url), FileReason(err))
}

// FileReason returns why a file cannot be had, in IOS's words.
func FileReason(err error) string {
	switch err {
	case errNoDevice:
		return "No such device"
	case errTooLarge:
		return "File too large"
	}
	return flash.Reason(err)
}

// readFile returns the whole file that a URL names.
func (r *Router) readFile(url string) (string, error) {
	switch url {
	case ios.RunningConfig:
		return show.ConfigFile(r.plainView(), r.RunningText(), r.changed, r.changedBy), nil
	case ios.StartupConfig:
		if r.saved == "" {
			return "", fs.ErrNotExist
		}
		return r.saved + "end\n", nil
	}
	path, ok := flashPath(url)
	if !ok || r.opt.Flash == nil {
		return "", errNoDevice
	}
	f, err := r.opt.Flash.Open(path)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil && len(b) > maxFile {
		err = errTooLarge
	}
	return string(b), err
}

// writeFile replaces the file that a URL names. What the running-config refuses
// of a text is returned.
func (r *Router) writeFile(url, text string) (refused string, err error) {
	switch url {
	case ios.RunningConfig:
		return r.merge(text), nil
	case ios.StartupConfig:
		if r.opt.Store != nil {
			if err := r.opt.Store.Save([]byte(text)); err != nil {
				return "", err
			}
		}
		r.saved = strings.TrimSuffix(text, "end\n")
		return "", nil
	case "null:":
		return "", nil
	}
	w, err := r.CreateFile(url, false)
	if err != nil {
		return "", err
	}
	_, err = io.WriteString(w, text)
	if cerr := w.Close(); err == nil {
		err = cerr
	}
	return "", err
}

// CreateFile opens the file of the flash that a URL names for writing, at its
// end where appending is set. It is there, whole, when it is closed.
func (r *Router) CreateFile(url string, appending bool) (io.WriteCloser, error) {
	path, ok := flashPath(url)
	if !ok || r.opt.Flash == nil {
		return nil, errNoDevice
	}
	return r.opt.Flash.Create(path, appending)
}

// HasFile reports whether the file of the flash that a URL names is there.
func (r *Router) HasFile(url string) bool {
	path, ok := flashPath(url)
	if !ok || r.opt.Flash == nil {
		return false
	}
	_, err := r.opt.Flash.Stat(path)
	return err == nil
}

package router

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/shell"
	"axle/cli/show"
)

// archiveActs and archiveScreens are the exec commands of the archive of
// configurations, and those that replace the configuration.
var archiveActs = map[*grammar.Command]act{
	ios.ArchiveConfig:    func(r *Router, who shell.Who, l *grammar.Line) string { return r.execArchive() },
	ios.ConfigureReplace: (*Router).execReplace,
	ios.ConfigureConfirm: func(r *Router, who shell.Who, l *grammar.Line) string { return r.confirm(who) },
	ios.ConfigureRevert:  (*Router).execRevert,
}

var archiveScreens = map[*grammar.Command]screen{
	ios.ShowArchive:            func(r *Router, l *grammar.Line) string { return r.showArchive() },
	ios.ShowArchiveDifferences: showDifferences,
	ios.ShowArchiveIncremental: showIncremental,
	ios.ShowArchiveTimer:       func(r *Router, l *grammar.Line) string { return r.showRollback() },
}

// An archive is what the router knows of the copies of its configuration. It
// does not outlive a reload; the files do.
type archive struct {
	files []string  // URLs of the copies, oldest first
	count int       // of the next copy
	path  string    // as configured, of the copies above
	next  time.Time // of the next copy by itself; zero: never
}

const archiveOff = " Archive feature not enabled\n"

// archiveStamp is how the time stands in the name of a copy.
const archiveStamp = "Jan-_2-15-04-05.000-MST"

// archiveName returns the URL of the next copy; shown stands for the time where
// it is not empty.
func (r *Router) archiveName(shown string) string {
	stamp := shown
	if stamp == "" {
		stamp = strings.ReplaceAll(r.now.UTC().Format(archiveStamp), "_", "-")
		stamp = strings.ReplaceAll(stamp, " ", "-")
	}
	name := strings.ReplaceAll(r.cfg.Archive.Path, "$h", r.cfg.Hostname)
	if strings.Contains(name, "$t") {
		return fmt.Sprintf("%s-%d", strings.ReplaceAll(name, "$t", stamp), r.archive.count)
	}
	return fmt.Sprintf("%s-%s-%d", name, stamp, r.archive.count)
}

// archiveNow saves the running-config in the archive and returns the URL of
// the copy.
func (r *Router) archiveNow() (url string, err error) {
	if r.cfg.Archive.Path == "" {
		return "", errArchiveOff
	}
	name := r.archiveName("")
	url = ios.FileName(name)
	text, err := r.readFile(ios.RunningConfig)
	if err != nil {
		return "", err
	}
	if _, err := r.writeFile(url, text); err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	r.archive.files = append(r.archive.files, url)
	r.archive.count++
	r.trimArchive()
	return url, nil
}

// trimArchive deletes the oldest copies beyond the most that are kept. One that
// may still be rolled back to stays, and those after it.
func (r *Router) trimArchive() {
	for n := len(r.archive.files) - r.cfg.Archive.Maximum; n > 0; n-- {
		if r.pending != nil && r.pending.file == r.archive.files[0] {
			return
		}
		if path, ok := flashPath(r.archive.files[0]); ok && r.opt.Flash != nil {
			_ = r.opt.Flash.Remove(path) // someone else may have removed it
		}
		r.archive.files = slices.Delete(r.archive.files, 0, 1)
	}
}

func (r *Router) execArchive() string {
	_, err := r.archiveNow()
	switch {
	case err == errArchiveOff:
		return archiveOff
	case err != nil:
		return "%Error archiving the configuration: " + FileReason(err) + "\n"
	}
	return "\n"
}

// configureArchive takes over what the configuration says of the archive.
func (r *Router) configureArchive() {
	c := r.cfg.Archive
	if c.Path != r.archive.path {
		r.archive.path, r.archive.files = c.Path, nil
	}
	r.trimArchive()
	switch {
	case c.Period == 0 || c.Path == "":
		r.archive.next = time.Time{}
	case r.archive.next.IsZero() || r.archive.next.After(r.now.Add(c.Period)):
		r.archive.next = r.now.Add(c.Period)
	}
}

// tickArchive saves a copy where its time has come.
func (r *Router) tickArchive() {
	a := &r.archive
	if a.next.IsZero() || a.next.After(r.now) {
		return
	}
	a.next = r.now.Add(r.cfg.Archive.Period)
	if _, err := r.archiveNow(); err != nil {
		r.raise(eventNoBackup.New(err.Error()))
	}
}

func (r *Router) showArchive() string {
	if r.cfg.Archive.Path == "" {
		return archiveOff
	}
	return show.Archive(show.ArchiveView{
		Maximum: r.cfg.Archive.Maximum, Files: r.archive.files, Next: r.archiveName("<timestamp>"),
		Period: r.cfg.Archive.Period, Due: r.archive.next, Now: r.now, WriteMemory: r.cfg.Archive.WriteMemory,
	})
}

// treeOf returns the configuration that a URL names, complete as this router
// would have it.
func (r *Router) treeOf(url string) (*grammar.Tree, error) {
	if url == ios.RunningConfig {
		return r.tree, nil
	}
	text, err := r.readFile(url)
	if err != nil {
		return nil, err
	}
	t, _ := ios.LoadNamed(r.names, text)
	r.complete(t)
	return t, nil
}

// notRead is what IOS prints where a configuration cannot be read.
func notRead(url string, err error) string {
	if err == errNoDevice {
		return openError(url, err)
	}
	return "%Error: Could not open file " + url + " for reading\n"
}

const noChanges = "!No changes were found\n"

// showDifferences is "show archive config differences".
func showDifferences(r *Router, l *grammar.Line) string {
	from, to := l.Args["from"], l.Args["to"]
	if from == "" {
		from = ios.StartupConfig
	}
	if to == "" {
		to = ios.RunningConfig
	}
	a, err := r.treeOf(from)
	if err != nil {
		return notRead(from, err)
	}
	b, err := r.treeOf(to)
	if err != nil {
		return notRead(to, err)
	}
	text := grammar.DiffText(a, b)
	if text == "" {
		text = noChanges
	}
	return "\n!Contextual Config Diffs:\n" + text
}

// showIncremental is "show archive config incremental-diffs": what a file would
// change if it were copied to the running-config.
func showIncremental(r *Router, l *grammar.Line) string {
	t, err := r.treeOf(l.Args["url"])
	if err != nil {
		return notRead(l.Args["url"], err)
	}
	var added []grammar.Edit
	for _, e := range grammar.Diff(r.tree, t) {
		if !removal(e.Line) {
			added = append(added, e)
		}
	}
	text := "!List of Commands:\n" + configlet(added) + "end\n"
	if len(added) == 0 {
		text += noChanges
	}
	return text
}

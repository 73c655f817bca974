package shell

import (
	"maps"
	"slices"
	"strings"

	"axle/cli/grammar"
	"axle/cli/ios"
)

// replaceWarning is what "configure replace" asks.
const replaceWarning = `This will apply all necessary additions and deletions
to replace the current running configuration with the
contents of the specified configuration file, which is
assumed to be a complete configuration, not a partial
configuration. Enter Y if you are sure you want to proceed. ? [no]: `

// asksFiles reports whether a command asks questions about files.
func (s *Session) asksFiles(c *grammar.Command) bool {
	switch c {
	case ios.Copy, ios.Delete, ios.Mkdir, ios.Rmdir, ios.Rename, ios.ConfigureReplace:
		return true
	}
	return false
}

// quiet reports whether "file prompt quiet" is configured: then only what has no
// name is asked for.
func (s *Session) quiet() bool { return s.b.Config().FilePrompt == "quiet" }

// askFiles asks what belongs to a command of files, and returns the line with
// the answers, nil where the operator declined.
func (s *Session) askFiles(l *grammar.Line) *grammar.Line {
	switch l.Command {
	case ios.ConfigureReplace:
		if l.Has("force") {
			return l
		}
		answer, err := s.t.ReadAnswer(replaceWarning)
		if a := strings.ToLower(strings.TrimSpace(answer)); err != nil || a == "" || !strings.HasPrefix("yes", a) {
			return nil
		}
		return l
	case ios.Copy:
		return s.askCopy(l)
	case ios.Rename:
		return s.askName(l, "to", "Destination filename")
	case ios.Mkdir:
		return s.askName(l, "url", "Create directory filename")
	}
	what := "Delete filename"
	if l.Command == ios.Rmdir {
		what = "Remove directory filename"
	}
	if l.Has("/force") || s.quiet() {
		return l
	}
	if l = s.askName(l, "url", what); l == nil || !s.confirm("Delete "+shownFile(l.Args["url"])+"? [confirm]") {
		return nil
	}
	return l
}

// askCopy asks for the names of a copy, and whether a file may be replaced.
func (s *Session) askCopy(l *grammar.Line) *grammar.Line {
	if l.Args["from"] == "flash:" {
		if l = s.askName(l, "from", "Source filename"); l == nil {
			return nil
		}
	}
	if l.Args["to"] == "flash:" || !s.quiet() {
		if l = s.askName(l, "to", "Destination filename"); l == nil {
			return nil
		}
	}
	files, ok := s.b.(Files)
	if to := l.Args["to"]; ok && !s.quiet() && files.HasFile(to) {
		s.print("%Warning:There is a file already existing with this name \n")
		if !s.confirm("Do you want to over write? [confirm]") {
			return nil
		}
	}
	return l
}

// askName asks for the name of the file that an argument names; Enter keeps the
// one that stands there, or for a folder of the flash that of the other file.
func (s *Session) askName(l *grammar.Line, arg, what string) *grammar.Line {
	url := l.Args[arg]
	system, name, _ := strings.Cut(url, ":")
	if name == "" && arg == "to" {
		_, name, _ = strings.Cut(l.Args["from"], ":")
		name = name[strings.LastIndexByte(name, '/')+1:]
	}
	answer, err := s.t.ReadAnswer(what + " [" + name + "]? ")
	if err != nil {
		return nil
	}
	answer = strings.TrimSpace(answer)
	switch {
	case answer == "" && name == "":
		return nil
	case answer == "", strings.Contains(answer, ":"), system == "flash":
	case answer != name:
		s.print("%Error opening " + answer + " (No such device)\n")
		return nil
	}
	if answer == "" {
		answer = name
	}
	if !strings.Contains(answer, ":") {
		answer = system + ":" + answer
	}
	return withArg(l, arg, ios.FileName(answer))
}

// shownFile writes the name of a file as IOS asks for it.
func shownFile(url string) string {
	if path, ok := strings.CutPrefix(url, "flash:"); ok {
		return "flash:/" + path
	}
	return url
}

// withArg returns the line with another argument.
func withArg(l *grammar.Line, arg, text string) *grammar.Line {
	c := *l
	c.Words, c.Args = slices.Clone(l.Words), maps.Clone(l.Args)
	for i, w := range c.Words {
		if w == l.Args[arg] && (arg != "to" || i == len(c.Words)-1) {
			c.Words[i] = text
			break
		}
	}
	c.Args[arg] = text
	return &c
}

package ios

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"axle/cli/grammar"
)

// Load reads a configuration file: as grammar.Load, with the lines that IOS
// enters by itself, and without those that Check refuses. A line that could not
// be entered again, as running-config shows it behind others, is refused too: so
// what is shown of a configuration that was loaded gives itself.
func Load(text string) (*grammar.Tree, []grammar.LoadError) { return LoadNamed(nil, text) }

// LoadNamed is Load on a router that has the names.
func LoadNamed(names grammar.Names, text string) (*grammar.Tree, []grammar.LoadError) {
	return load(names, text, true)
}

// LoadWords is LoadNamed with the lines that Check refuses: a file as it was meant.
func LoadWords(names grammar.Names, text string) (*grammar.Tree, []grammar.LoadError) {
	return load(names, text, false)
}

func load(names grammar.Names, text string, check bool) (*grammar.Tree, []grammar.LoadError) {
	ranges, ok := spreadRanges(text)
	if ok {
		text = strings.Join(ranges.lines, "")
	}
	t := grammar.NewTreeNamed(ConfigMode, names)
	_, errs := loading(t, check).Load(ConfigMode, text)
	shutRedirects(t)
	for range maxSettling {
		if !check {
			break
		}
		left := settle(t)
		if errs = append(errs, left...); len(left) == 0 {
			break
		}
	}
	if ok {
		errs = ranges.origin(t, errs)
	}
	slices.SortStableFunc(errs, func(a, b grammar.LoadError) int { return cmp.Compare(a.Line, b.Line) })
	return t, errs
}

// maxSettling bounds how often a configuration is entered again.
const maxSettling = 8

// settle enters what running-config shows of t once more, and takes away from t
// what is refused then.
func settle(t *grammar.Tree) []grammar.LoadError {
	var left []grammar.LoadError
	again := grammar.NewTreeNamed(ConfigMode, t.Names())
	o := loading(again, true)
	enter := o.Before
	o.Before = func(section *grammar.Tree, l *grammar.Line) error {
		err := enter(section, l)
		if s := t.Counterpart(section, l); err != nil && s != nil {
			left = append(left, discarded(s, err)...)
			s.Discard()
		}
		return err
	}
	o.Load(ConfigMode, t.Text())
	return left
}

// discarded returns the refusals of a line that is taken away for err and of
// those in its section.
func discarded(s *grammar.Tree, err error) []grammar.LoadError {
	out := []grammar.LoadError{{Line: s.Line.Pos, Text: s.Line.String(), Err: err}}
	below := &grammar.BelowError{Line: s.Line.Pos, Header: s.Line.String()}
	for x := range s.Children() {
		if x.Line.Pos > 0 { // else it is no line of the file
			out = append(out, discarded(x, below)...)
		}
	}
	return out
}

// shutRedirects enters "no ip redirects" where a multipoint tunnel asks for it,
// wherever in the section the mode stands.
func shutRedirects(t *grammar.Tree) {
	for s := range t.Lines(InterfaceCmd) {
		if l := storedLine(s, tunnelMode); l != nil && l.Has("multipoint") {
			for _, extra := range match(ConfigIf, "no ip redirects") {
				s.Apply(extra)
			}
		}
	}
}

// Merge enters the lines of a file into t, as Load, and refuses what Check
// refuses. It returns the refused lines.
func Merge(t *grammar.Tree, text string) []grammar.LoadError {
	_, errs := loading(t, true).Load(ConfigMode, text)
	return errs
}

// loading says how a file is read into t, which with check refuses what it would
// refuse of an operator.
func loading(t *grammar.Tree, check bool) grammar.Loading {
	o := grammar.Loading{Exec: PrivExec, Skip: pastedExec, Output: printsOther, Into: t, Permissive: Permissive}
	o.Before = func(section *grammar.Tree, l *grammar.Line) error {
		err := checkMask(l)
		if check {
			err = Check(t, l, section)
		}
		if err != nil {
			return err
		}
		for _, extra := range Elsewhere(section, l) {
			extra.Section.Apply(extra.Line)
		}
		for _, extra := range Implied(section, l) {
			section.Apply(extra)
		}
		return nil
	}
	return o
}

// Permissive reports whether the configuration that a section stands in keeps
// lines that no command fits ("service config permissive").
func Permissive(section *grammar.Tree) bool {
	for section.Parent != nil {
		section = section.Parent
	}
	return storedLine(section, servicePermissive) != nil
}

// RefusalText returns what IOS prints of a refused line: the text of a Refusal
// or of a syntax error without its caret.
func RefusalText(err error) string {
	var refusal *Refusal
	var syntax *grammar.SyntaxError
	switch {
	case errors.As(err, &refusal):
		return refusal.Text
	case errors.As(err, &syntax):
		return syntax.Message(0)
	}
	return "% " + err.Error()
}

// pastedExec reports whether a line of a file is an exec command that says
// nothing about the configuration: what saves it or leads to it wherever it
// stands, and outside of configuration mode every show and clear command.
func pastedExec(line string, exec bool) bool {
	if l, err := PrivExec.Match(line); err == nil {
		switch l.Command {
		case ConfigureTerminal, Write:
			return true
		case Copy:
			return l.Args["from"] == RunningConfig && l.Args["to"] == StartupConfig
		}
	}
	word, rest, _ := strings.Cut(strings.ToLower(line), " ")
	return exec && (shortens(word, "show", 2) || shortens(word, "clear", 2)) && strings.TrimSpace(rest) != ""
}

// shortens reports whether s is word or an abbreviation of at least min letters.
func shortens(s, word string, min int) bool {
	return len(s) >= min && strings.HasPrefix(word, s)
}

// printing lists the exec commands that print what is not configuration, each
// with the letters of its shortest abbreviation. Commands that only ask for a
// confirmation are none of them.
var printing = []struct {
	word string
	min  int
}{
	{"show", 2},
	{"ping", 2},
	{"traceroute", 2},
	{"debug", 3},
	{"undebug", 1},
	{"dir", 3},
	{"telnet", 3},
	{"ssh", 3},
	{"test", 4},
	{"crypto", 3},
	{"copy", 3},
	{"verify", 3},
	{"monitor", 3},
	{"reload", 3},
	{"license", 3},
	{"request", 3},
}

// printsOther reports whether line, behind an exec prompt, prints what is not
// configuration. What shows one does not, whichever that is.
func printsOther(line string) bool {
	words := append(strings.Fields(strings.ToLower(line)), "", "")
	second := words[1]
	for _, p := range printing {
		if !shortens(words[0], p.word, p.min) {
			continue
		}
		switch p.word {
		case "show":
			return !(shortens(second, "running-config", 2) || shortens(second, "startup-config", 4) ||
				shortens(second, "derived-config", 3) || shortens(second, "configuration", 4) && len(words) == 4)
		case "copy":
			return !pastedExec(line, false)
		case "crypto": // a line of a configuration, behind a prompt that lacks its mode
			_, err := ConfigMode.Match(line)
			return err != nil || second == "key"
		}
		return true
	}
	return false
}

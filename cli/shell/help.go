package shell

import (
	"errors"
	"io"
	"strings"

	"axle/cli/grammar"
)

// helpHelp is what "help" shows.
const helpHelp = `Help may be requested at any point in a command by entering
a question mark '?'.  If nothing matches, the help list will
be empty and you must backup until entering a '?' shows the
available options.
Two styles of help are provided:
1. Full help is available when you are ready to enter a
   command argument (e.g. 'show ?') and describes each possible
   argument.
2. Partial help is provided when an abbreviated argument is entered
   and you want to know what arguments match the input
   (e.g. 'show pr?'.)

`

// editor returns what the terminal needs while the next line is read.
func (s *Session) editor() Editor {
	if s.body != nil {
		return Editor{}
	}
	e := Editor{Help: s.help, Complete: s.complete, History: s.execLines.lines}
	if s.config {
		e.History = s.confLines.lines
	}
	return e
}

// help answers "?" after line. Where the answer is longer than a page, it goes
// through the pager and nothing is returned.
func (s *Session) help(line string) string {
	text := s.helpText(line) + "\n"
	p := s.newPager(nil)
	if p.length <= 0 || strings.Count(text, "\n") < p.length {
		return text
	}
	_, _ = io.WriteString(p, text)
	return ""
}

// helpText is the answer to "?" after line, without the empty line behind it.
func (s *Session) helpText(line string) string {
	m, rest := s.asked(line)
	exec := m != s.mode() || !s.config
	if exec {
		if _, at := splitPipe(rest); at >= 0 {
			return s.pipeHelp(rest[at:])
		}
	}
	partial := rest != "" && !strings.HasSuffix(rest, " ") && !strings.HasSuffix(rest, "\t")
	_, width := s.Page()
	for at := m; at != nil; at = at.Parent {
		items, err := s.names.Ask(at, rest)
		var se *grammar.SyntaxError
		if errors.As(err, &se) && se.Kind == grammar.Ambiguous {
			return se.Message(0)
		}
		if err != nil || len(items) == 0 {
			continue
		}
		if exec && !partial {
			items = withPipe(rest, m, items)
		}
		text := ensureLine(grammar.FormatHelp(items, partial, width))
		if strings.TrimSpace(rest) == "" && at.Title != "" {
			text = at.Title + "\n" + text
		}
		return text
	}
	return "% Unrecognized command\n"
}

// asked returns the mode that a line being typed belongs to and the part of
// the line that it is to look at: in a configuration mode "do " leads to exec.
func (s *Session) asked(line string) (m *grammar.Mode, rest string) {
	text := strings.TrimLeft(line, " \t")
	if s.config && len(text) > 2 && strings.EqualFold(text[:2], "do") && (text[2] == ' ' || text[2] == '\t') {
		return s.priv, strings.TrimLeft(text[2:], " \t")
	}
	return s.mode(), text
}

// withPipe adds the output modifiers to the help of a show command that may
// end here.
func withPipe(line string, m *grammar.Mode, items []grammar.HelpItem) []grammar.HelpItem {
	word, _ := nextWord(line)
	if word == "" || keyword(m, word) != "show" {
		return items
	}
	for i, it := range items {
		if it.Word == "|" {
			return items
		}
		if it.Word == "<cr>" {
			out := append([]grammar.HelpItem(nil), items[:i]...)
			out = append(out, grammar.HelpItem{Word: "|", Help: "Output modifiers"})
			return append(out, items[i:]...)
		}
	}
	return items
}

// pipeHelp answers "?" after a bar.
func (s *Session) pipeHelp(text string) string {
	word, rest := nextWord(text)
	ended := word != "" && (rest != "" || strings.HasSuffix(text, " "))
	var items []grammar.HelpItem
	switch name, n := modifier(word); {
	case !ended:
		for _, m := range modifiers {
			if strings.HasPrefix(m.word, strings.ToLower(word)) {
				items = append(items, grammar.HelpItem{Word: m.word, Help: m.help})
			}
		}
	case n != 1:
	case name == "redirect" || name == "tee" || name == "append":
		items = []grammar.HelpItem{{Word: "flash:", Help: "Uniform Resource Locator"}}
	case name == "section" && strings.TrimSpace(rest) == "":
		items = []grammar.HelpItem{
			{Word: "LINE", Help: "Regular Expression"},
			{Word: "exclude", Help: "Exclude entire section(s) of output"},
			{Word: "include", Help: "Include entire section(s) of output"},
		}
	default:
		items = []grammar.HelpItem{{Word: "LINE", Help: "Regular Expression"}}
	}
	if len(items) == 0 {
		return "% Unrecognized command\n"
	}
	_, width := s.Page()
	return ensureLine(grammar.FormatHelp(items, !ended && word != "", width))
}

// complete answers TAB after line.
func (s *Session) complete(line string) (string, bool) {
	m, rest := s.asked(line)
	if _, at := splitPipe(rest); at >= 0 && (m != s.mode() || !s.config) {
		word, more := nextWord(rest[at:])
		name, n := modifier(word)
		if word == "" || more != "" || strings.HasSuffix(rest, " ") || n != 1 {
			return line, false
		}
		return strings.TrimSuffix(line, word) + name + " ", true
	}
	for ; m != nil; m = m.Parent {
		if text, ok := s.names.Complete(m, rest); ok {
			return line[:len(line)-len(rest)] + text, true
		}
	}
	return line, false
}

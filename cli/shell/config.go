package shell

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"axle/cli/grammar"
	"axle/cli/ios"
)

// enterConfig is "configure terminal".
func (s *Session) enterConfig() {
	if s.config {
		return
	}
	s.print("Enter configuration commands, one per line.  End with CNTL/Z.\n")
	s.config, s.stack, s.changed = true, nil, false
}

// leaveConfig is "end".
func (s *Session) leaveConfig() {
	if !s.config {
		return
	}
	changed := s.changed
	s.config, s.stack, s.changed = false, nil, false
	if changed {
		s.b.LeaveConfig(s.who)
	}
}

// leaveSection is "exit" in a configuration mode.
func (s *Session) leaveSection() {
	if n := len(s.stack); n > 0 {
		s.stack = s.stack[:n-1]
		return
	}
	s.leaveConfig()
}

// configLine runs a line in a configuration mode. A line that would be refused
// but begins with a prompt, as pastes do, is taken without it.
func (s *Session) configLine(ctx context.Context, line string) {
	column := len(s.Prompt())
	err := s.configText(ctx, line, column)
	if err == nil {
		return
	}
	rest, config, ok := grammar.Prompted(line)
	if !ok {
		s.keepOrRefuse(line, err, column)
		return
	}
	column += len(line) - len(rest)
	if text := strings.TrimLeft(rest, " \t"); text == "" || text[0] == '!' {
		return
	}
	err = s.configText(ctx, rest, column)
	switch {
	case err == nil:
	case config:
		s.keepOrRefuse(rest, err, column)
	default:
		s.pastedExec(ctx, rest, column)
	}
}

// keepOrRefuse keeps a line with a word that fits nothing as it was typed, where
// the configuration keeps such lines. Others, and exec commands, are refused.
func (s *Session) keepOrRefuse(line string, err error, column int) {
	var se *grammar.SyntaxError
	n := len(s.stack)
	keeps := errors.As(err, &se) && se.Kind == grammar.Invalid && (n == 0 || s.stack[n-1].Command != ios.RangeCmd)
	if keeps {
		command, _, _ := strings.Cut(line, " |") // an output modifier
		_, noExec := s.names.Match(s.priv, command)
		keeps = noExec != nil && s.b.Keep(s.who, s.stack[:n:n], line)
	}
	if !keeps {
		s.refuse(err, column)
		return
	}
	s.changed = true
}

// pastedExec runs what stood behind an exec prompt in a paste, where no
// configuration mode knows it.
func (s *Session) pastedExec(ctx context.Context, line string, column int) {
	if l, err := s.names.Match(s.priv, line); err == nil && l.Command == ios.ConfigureTerminal {
		s.stack = nil
		return
	}
	s.execLine(ctx, s.priv, line, column)
}

// configText is configLine without prompts; it returns why line is refused. A
// line that the mode does not know is tried in its parents, as IOS does; where
// it fits there, the modes in between are left.
func (s *Session) configText(ctx context.Context, line string, column int) error {
	text := strings.TrimLeft(line, " \t")
	word, rest := nextWord(text)
	if strings.EqualFold(word, "do") && strings.TrimSpace(rest) != "" {
		s.execLine(ctx, s.priv, rest, column+len(line)-len(rest))
		return nil
	}
	if s.closes(text) {
		return nil
	}
	l, m, err := s.names.MatchUp(s.mode(), line)
	switch {
	case err != nil:
		if rest == "" && s.sessionWord(strings.ToLower(word)) {
			return nil
		}
		return err
	case l.Command.Kind == grammar.Exec:
		s.configExec(ctx, m, l)
	case l.NeedsBody():
		s.openBody(s.path(m), l, text)
	case !s.asksRemoval(l):
	default:
		s.edit(s.path(m), l)
	}
	return nil
}

// sessionWord runs "exit" or "end" in modes whose table lacks them.
func (s *Session) sessionWord(word string) bool {
	switch word {
	case "exit":
		s.leaveSection()
	case "end":
		s.leaveConfig()
	default:
		return false
	}
	return true
}

// configExec runs a line of mode m that is not stored.
func (s *Session) configExec(ctx context.Context, m *grammar.Mode, l *grammar.Line) {
	if s.sessionWord(words(l)) {
		return
	}
	if ios.Leaves(l.Command) {
		s.stack = s.path(m)
		s.leaveSection()
		return
	}
	if l.Command == ios.RangeCmd {
		s.enterRange(s.path(m), l)
		return
	}
	if l = s.askMaster(l); l == nil {
		return
	}
	if l = s.askPKI(ctx, l); l == nil {
		return
	}
	s.output(ctx, nil, func(ctx context.Context, w io.Writer) error { return s.exec(ctx, l, w) })
}

// enterRange is "interface range": it opens each of the interfaces, so that it
// exists, then the range.
func (s *Session) enterRange(path []*grammar.Line, l *grammar.Line) {
	for _, one := range ios.RangeOf(l) {
		text, ok := s.b.Edit(s.who, path, one)
		s.print(ensureLine(text))
		if !ok {
			return
		}
	}
	s.changed = true
	s.stack = append(path, l)
}

// editRange enters a line in every interface of a range, up to the first that
// refuses it.
func (s *Session) editRange(path []*grammar.Line, l *grammar.Line) {
	outer, last := path[:len(path)-1:len(path)-1], path[len(path)-1]
	for _, one := range ios.RangeOf(last) {
		each := *l // whoever enters it may complete it
		each.Words, each.Args = slices.Clone(l.Words), maps.Clone(l.Args)
		text, ok := s.b.Edit(s.who, append(outer, one), &each)
		s.print(ensureLine(text))
		if !ok {
			s.print("% Command failed on interface " + one.Args["interface"] + ". Aborting\n")
			return
		}
		s.changed = true
	}
	s.stack = path
}

// closes leaves a section where text is the line that ends it, such as
// "exit-address-family".
func (s *Session) closes(text string) bool {
	text = strings.TrimSpace(text)
	for n := len(s.stack); n > 0; n-- {
		end := s.stack[n-1].Command.Close
		if end != "" && end != "!" && strings.EqualFold(text, end) {
			s.stack = s.stack[:n-1]
			return true
		}
	}
	return false
}

// path returns the open sections down to mode m.
func (s *Session) path(m *grammar.Mode) []*grammar.Line {
	for n := len(s.stack); n > 0; n-- {
		if l := s.stack[n-1]; ios.ModeOf(l) == m || l.Command.Opens == m { // a sub-interface is an interface
			return s.stack[:n:n]
		}
	}
	return nil
}

// edit enters a line in the section that path opens. A refused line changes
// nothing, not even the mode.
func (s *Session) edit(path []*grammar.Line, l *grammar.Line) {
	if n := len(path); n > 0 && path[n-1].Command == ios.RangeCmd {
		s.editRange(path, l)
		return
	}
	text, ok := s.b.Edit(s.who, path, l)
	s.print(ensureLine(text))
	if !ok {
		return
	}
	s.changed = true
	s.stack = path
	if l.Command.Kind == grammar.Section && l.Command.Opens != nil && !l.No && !l.Default {
		s.stack = append(path, l)
	}
}

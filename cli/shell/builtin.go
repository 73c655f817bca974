package shell

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"axle/cli/grammar"
	"axle/cli/ios"
)

// own returns what runs l where it changes the session itself.
func (s *Session) own(l *grammar.Line) (run func(context.Context, *grammar.Line) bool, ok bool) {
	switch l.Words[0] {
	case "exit", "logout", "quit":
		return func(context.Context, *grammar.Line) bool { return !s.config }, len(l.Words) == 1
	case "enable":
		return s.enable, true
	case "disable":
		return s.disable, true
	case "configure":
		return s.configure, len(l.Words) == 1 || l.Words[1] == "terminal"
	case "terminal":
		return s.terminal, true
	}
	return nil, false
}

// lastNumber returns the number at the end of a line, otherwise without one.
func lastNumber(l *grammar.Line, otherwise int) int {
	if n, err := strconv.Atoi(l.Words[len(l.Words)-1]); err == nil {
		return n
	}
	return otherwise
}

// disable lowers the privilege.
func (s *Session) disable(_ context.Context, l *grammar.Line) bool {
	if level := lastNumber(l, 1); level <= s.level {
		s.level = max(0, level)
	} else {
		s.print("% Bad privilege level\n")
	}
	return false
}

// configure enters configuration mode.
func (s *Session) configure(ctx context.Context, l *grammar.Line) bool {
	if l.Command == ios.ConfigureRevertTimer {
		if s.config {
			return false
		}
		if err := s.b.Exec(ctx, s.who, l, s.t); err != nil {
			s.report(err)
			return false
		}
	}
	if len(l.Words) == 1 {
		from, err := s.t.ReadAnswer("Configuring from terminal, memory, or network [terminal]? ")
		if err != nil {
			return false
		}
		if from = strings.ToLower(strings.TrimSpace(from)); !strings.HasPrefix("terminal", from) {
			s.print("?Must be \"terminal\"\n")
			return false
		}
	}
	s.enterConfig()
	return false
}

// maxPage is the longest page and the widest screen that can be set.
const maxPage = 512

// terminal sets what belongs to this session's terminal alone.
func (s *Session) terminal(ctx context.Context, l *grammar.Line) bool {
	w := l.Words[1:]
	no := l.No
	if len(w) > 0 && w[0] == "no" {
		no, w = true, w[1:]
	}
	if len(w) == 0 {
		return false
	}
	switch w[0] {
	case "length":
		s.length = min(lastNumber(l, defaultLength), maxPage)
	case "width":
		s.width = min(lastNumber(l, defaultWidth), maxPage)
		if t, ok := s.t.(widener); ok {
			t.SetWidth(s.width)
		}
	case "monitor":
		s.monitor.Store(!no)
	case "history":
		s.setHistory(l, w[1:], no)
	default:
		s.report(s.b.Exec(ctx, s.who, l, s.t))
	}
	return false
}

// setHistory is "terminal [no] history [size N]".
func (s *Session) setHistory(l *grammar.Line, w []string, no bool) {
	n := defaultHistory
	switch {
	case no && len(w) == 0:
		n = 0
	case !no && len(w) == 0 && s.execLines.limit > 0:
		return
	case !no:
		n = min(max(0, lastNumber(l, n)), maxHistory)
	}
	s.execLines.resize(n)
	s.confLines.resize(n)
}

// showHistory lists the lines that were typed.
func (s *Session) showHistory() string {
	var b strings.Builder
	h := &s.execLines
	if s.config {
		h = &s.confLines
	}
	for _, l := range h.lines {
		b.WriteString("  " + l + "\n")
	}
	return b.String()
}

// showTerminal describes the line that the session sits on.
func (s *Session) showTerminal() string {
	length, width := s.Page()
	timeout := "never"
	if d := s.line.ExecTimeout; d > 0 {
		sec := int(d.Seconds())
		timeout = fmt.Sprintf("%02d:%02d:%02d", sec/3600, sec/60%60, sec%60)
	}
	onOff := map[bool]string{true: "enabled", false: "disabled"}
	var b strings.Builder
	fmt.Fprintf(&b, "Line %s, Location: %q, Type: \"\"\n", s.who.Line, s.who.From)
	fmt.Fprintf(&b, "Length: %d lines, Width: %d columns\n", length, width)
	fmt.Fprintf(&b, "Privilege level is %d, monitoring is %s\n", s.level, onOff[s.monitor.Load()])
	fmt.Fprintf(&b, "Timeouts:      Idle EXEC\n               %s\n", timeout)
	fmt.Fprintf(&b, "Editing is enabled.\nHistory is %s, history size is %d.\n", onOff[s.execLines.limit > 0], s.execLines.limit)
	return b.String()
}

package shell

import (
	"context"
	"io"
	"strings"

	"axle/cli/grammar"
	"axle/cli/ios"
)

// ask asks the questions that belong to an exec command and returns the line
// to run: l itself, a longer one, or nil where the operator declined.
func (s *Session) ask(ctx context.Context, l *grammar.Line) *grammar.Line {
	text := words(l)
	switch {
	case text == "ping", text == "ping ip":
		return s.pingDialog()
	case text == "traceroute", text == "traceroute ip":
		return s.tracerouteDialog()
	case l.Words[0] == "reload" && !l.Has("cancel"):
		if !s.askReload(ctx) {
			return nil
		}
	case s.asksFiles(l.Command):
		return s.askFiles(l)
	case l.Command == ios.MonitorCapture || l.Command == ios.MonitorCaptureDo:
		if !s.askCapture(l) {
			return nil
		}
	default:
		if question := confirmation(l, text); question != "" && !s.confirm(question) {
			return nil
		}
	}
	return l
}

// confirmation returns the question of a command that only needs "yes", or "".
func confirmation(l *grammar.Line, text string) string {
	switch text {
	case "write erase", "erase startup-config", "erase nvram:":
		return "Erasing the nvram filesystem will remove all configuration files! Continue? [confirm]"
	case "clear counters":
		return "Clear \"show interface\" counters on all interfaces [confirm]"
	case "clear logging":
		return "Clear logging buffer [confirm]"
	}
	if strings.HasPrefix(text, "clear counters ") {
		return "Clear \"show interface\" counters on this interface [confirm]"
	}
	return ""
}

// confirm prints a question that Enter or "y" answers with yes and any other
// key with no.
func (s *Session) confirm(question string) bool {
	s.print(question)
	key, err := s.t.ReadKey()
	yes := err == nil && (key == '\r' || key == '\n' || key == 'y' || key == 'Y')
	s.print("\n")
	return yes
}

// yesNo asks until the answer is yes or no. It gives up after some tries.
func (s *Session) yesNo(question string) (yes, ok bool) {
	for range tries {
		answer, err := s.t.ReadAnswer(question)
		if err != nil {
			return false, false
		}
		a := strings.ToLower(strings.TrimSpace(answer))
		switch {
		case a != "" && strings.HasPrefix("yes", a):
			return true, true
		case a != "" && strings.HasPrefix("no", a):
			return false, true
		}
		s.print("% Please answer 'yes' or 'no'.\n")
	}
	return false, false
}

// askReload asks what to do with unsaved changes and whether to go on.
func (s *Session) askReload(ctx context.Context) bool {
	if s.b.Unsaved() {
		save, ok := s.yesNo("\nSystem configuration has been modified. Save? [yes/no]: ")
		if !ok {
			// Without an answer nothing is saved.
			save = false
		}
		if save {
			l, _, err := s.names.MatchUp(s.priv, "write memory")
			if err == nil {
				s.output(ctx, nil, func(ctx context.Context, w io.Writer) error { return s.b.Exec(ctx, s.who, l, w) })
			}
		}
	}
	return s.confirm("Proceed with reload? [confirm]")
}

// askCapture asks before what a capture has is lost: its packets, or its filter.
func (s *Session) askCapture(l *grammar.Line) bool {
	o := ios.CaptureOrderOf(l)
	c, ok := s.b.(Captures)
	switch {
	case o.Verb == "clear":
		return s.confirm("Captured data will be deleted [clear]?[confirm]")
	case o.Filter != nil && ok && c.HasCaptureFilter(o.Capture):
		return s.confirm("A filter is already attached to the capture . Replace with specified filter?[confirm]")
	}
	return true
}

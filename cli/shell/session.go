// Package shell is a session of the command line: modes, prompt, pager, pipes,
// history, dialogs and help, over any terminal. It declares the Backend that
// it needs and never sees the router.
//
// What a line means comes from the command tables of package ios. The session
// itself runs what changes the session: enable, configure, terminal, exit,
// "show history" and the like. It asks the questions of reload, copy and ping,
// and hands the rest to Backend.Exec and Backend.Edit.
//
// Missing: command authorization by privilege levels 2 to 14 (they have the
// commands of user exec), "configure memory" and "configure network", sweeps
// in the extended ping, and "| format".
package shell

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"

	"axle/cli/grammar"
	"axle/cli/ios"
)

// Options say what a session is made of.
type Options struct {
	Backend   Backend
	Terminal  Terminal
	Who       Who
	Line      ios.LineConfig // the line that the session sits on; Kind "" for none
	Privilege int            // level at start; 0: that of the line
	Monitor   bool           // log messages are shown, as on a console
	Length    int            // lines of a page, 0 for no paging; -1: what Page says
	Width     int            // columns, 0 for no limit; -1: what Page says

	UserMode   *grammar.Mode // ios.UserExec where nil
	PrivMode   *grammar.Mode // ios.PrivExec where nil
	ConfigMode *grammar.Mode // ios.ConfigMode where nil
}

// Limits of a session.
const (
	maxInput       = 4096      // bytes of an input line
	maxBodyBytes   = 256 << 10 // of a banner or a certificate
	maxHistory     = 256
	defaultHistory = 20
	defaultLength  = 24
	defaultWidth   = 80
)

// A Session is one operator at one terminal. It must be used by one goroutine.
type Session struct {
	b      Backend
	t      Terminal
	who    Who
	line   ios.LineConfig
	user   *grammar.Mode
	priv   *grammar.Mode
	root   *grammar.Mode // of configuration
	names  grammar.Names // that the router understands beside those of IOS
	level  int           // privilege
	length int           // "terminal length"; -1: not given
	width  int           // "terminal width"; -1: not given

	config  bool            // in a configuration mode
	stack   []*grammar.Line // the open sections, outermost first
	changed bool            // since configuration mode was entered
	body    *body           // nil where no raw lines are being read

	execLines history
	confLines history

	// Read by the Backend's goroutine.
	monitor  atomic.Bool
	logLevel atomic.Int32
}

// New returns a session at its first prompt. Modes given in o must have been
// compiled.
func New(o Options) *Session {
	s := &Session{
		b: o.Backend, t: o.Terminal, who: o.Who, line: o.Line,
		user: o.UserMode, priv: o.PrivMode, root: o.ConfigMode,
		level: o.Privilege, length: o.Length, width: o.Width,
	}
	if s.user == nil {
		s.user = ios.UserExec
	}
	if s.priv == nil {
		s.priv = ios.PrivExec
	}
	if s.root == nil {
		s.root = ios.ConfigMode
	}
	if n, ok := s.b.(Named); ok {
		s.names = n.Names()
	}
	if s.line.Kind == "" {
		s.line.Length, s.line.Width, s.line.History = defaultLength, defaultWidth, defaultHistory
	}
	if s.level == 0 {
		s.level = max(1, s.line.Privilege)
	}
	n := min(s.line.History, maxHistory)
	s.execLines.limit, s.confLines.limit = n, n
	s.monitor.Store(o.Monitor)
	s.settle()
	if w, ok := s.t.(widener); ok && s.width >= 0 {
		w.SetWidth(s.width)
	}
	return s
}

// Run reads and executes lines until the operator leaves or ctx ends. It
// returns nil where the operator left, ErrIdle after the exec-timeout. When ctx
// ends, a terminal that is an io.Closer is closed.
func (s *Session) Run(ctx context.Context) error {
	defer s.Listen()()
	if c, ok := s.t.(io.Closer); ok {
		defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	}
	if i, ok := s.t.(idler); ok {
		i.SetIdle(s.line.ExecTimeout)
	}
	if text := s.b.Config().Banner["exec"]; text != "" {
		s.print("\n" + ensureLine(text))
	}
	for ctx.Err() == nil {
		s.t.SetEditor(s.editor())
		line, end, err := s.t.ReadLine(s.Prompt())
		if err != nil {
			s.leaveConfig()
			if errors.Is(err, io.EOF) && ctx.Err() == nil {
				return nil
			}
			return errors.Join(context.Cause(ctx), skipEOF(err))
		}
		if end == CtrlC {
			s.interrupt()
			continue
		}
		quit := s.Execute(ctx, line)
		if end == CtrlZ {
			s.body = nil
			s.leaveConfig()
		}
		if quit {
			return nil
		}
	}
	s.leaveConfig()
	return context.Cause(ctx)
}

func skipEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// Listen shows log messages on the terminal, where the session monitors them,
// until the function that it returns is called. Run calls it.
func (s *Session) Listen() (cancel func()) {
	return s.b.Messages(func(level int, debug bool, line string) {
		if s.monitor.Load() && int32(level) <= s.logLevel.Load() {
			s.t.Message(line, s.line.LoggingSynchronous)
		}
	})
}

// Execute executes one line as if it had been typed. quit says that it ended
// the session. While a banner or a certificate is being entered, the line is
// one of its lines.
func (s *Session) Execute(ctx context.Context, line string) (quit bool) {
	defer s.settle()
	if s.body != nil {
		s.bodyLine(line)
		return false
	}
	line = strings.TrimRight(line, "\r\n")
	if len(line) > maxInput {
		s.print("% Line too long\n")
		return false
	}
	text := strings.TrimLeft(line, " \t")
	if text == "" || text[0] == '!' {
		return false
	}
	if s.config {
		s.confLines.add(text)
		s.configLine(ctx, line)
		return false
	}
	s.execLines.add(text)
	return s.execLine(ctx, s.mode(), line, len(s.Prompt()))
}

// interrupt is what Ctrl-C does while a line is being typed.
func (s *Session) interrupt() {
	s.body = nil
	s.leaveConfig()
}

// settle takes over what the configuration says about a session.
func (s *Session) settle() {
	l := s.b.Config().Logging
	if s.line.Kind == "vty" {
		s.logLevel.Store(int32(l.Monitor))
	} else {
		s.logLevel.Store(int32(l.Console))
	}
}

// mode returns the mode in force.
func (s *Session) mode() *grammar.Mode {
	switch n := len(s.stack); {
	case s.config && n > 0:
		return ios.ModeOf(s.stack[n-1])
	case s.config:
		return s.root
	case s.level >= 15:
		return s.priv
	}
	return s.user
}

// Limits of the host name in prompts.
const (
	maxPromptHost = 63
	maxConfigHost = 20 // in configuration modes
)

// Prompt returns the prompt of the mode in force, such as "R1(config-if)#".
// Where raw lines are being read there may be none.
func (s *Session) Prompt() string {
	if s.body != nil {
		return s.bodyPrompt()
	}
	host := s.b.Config().Hostname
	if s.config {
		return cut(host, maxConfigHost) + "(" + s.mode().Name + ")#"
	}
	if s.level > 1 {
		return cut(host, maxPromptHost) + "#"
	}
	return cut(host, maxPromptHost) + ">"
}

func cut(s string, n int) string { return s[:min(n, len(s))] }

// print writes text to the terminal. That it cannot be written is noticed when
// the next line is read.
func (s *Session) print(text string) { _, _ = io.WriteString(s.t, text) }

// ensureLine returns text with a line end at its end, unless it is empty.
func ensureLine(text string) string {
	if text == "" || strings.HasSuffix(text, "\n") {
		return text
	}
	return text + "\n"
}

// refuse prints IOS's answer to a line that does not fit. promptWidth is where
// on the screen the line given to the grammar began.
func (s *Session) refuse(err error, promptWidth int) {
	var se *grammar.SyntaxError
	if !errors.As(err, &se) {
		s.print("% " + err.Error() + "\n")
		return
	}
	text := ensureLine(se.Message(promptWidth))
	if se.Kind != grammar.Ambiguous && !strings.HasSuffix(text, "\n\n") {
		text += "\n"
	}
	s.print(text)
}

// Page returns the size of a page in force: lines (0: no paging) and columns
// (0: no limit). What "terminal length" says comes first, then what the
// configuration of the line says, where it is not the default, then the size
// of the terminal.
func (s *Session) Page() (length, width int) {
	w, h := s.t.Size()
	length, width = s.length, s.width
	if length < 0 {
		length = h
		if s.line.Length != defaultLength {
			length = s.line.Length
		}
	}
	if width < 0 {
		width = w
		if s.line.Width != defaultWidth {
			width = s.line.Width
		}
	}
	if u, ok := s.t.(unpaged); ok && u.Unpaged() {
		length = 0
	}
	return length, width
}

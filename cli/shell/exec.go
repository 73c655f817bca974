package shell

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"axle/cli/grammar"
	"axle/cli/ios"
)

// execLine runs an exec line of mode m. column is where on the screen the line
// began. A line that would be refused but begins with a prompt, as pastes do, is
// taken without it.
func (s *Session) execLine(ctx context.Context, m *grammar.Mode, line string, column int) (quit bool) {
	line = s.alias(line)
	command, at := splitPipe(line)
	l, _, err := s.names.MatchUp(m, command)
	if err != nil {
		rest, config, ok := grammar.Prompted(line)
		switch bare := strings.TrimSpace(rest); {
		case ok && (bare == "" || bare[0] == '!'):
		case ok && !config:
			return s.execLine(ctx, m, rest, column+len(line)-len(rest))
		default:
			s.refuseExec(m, command, err, column)
		}
		return false
	}
	var p *pipe
	if at >= 0 {
		var bad *pipeError
		if p, bad = parsePipe(line[at:]); bad != nil {
			if bad.text == "" {
				bad.text = strings.Repeat(" ", column+at+bad.at) + "^\n% Invalid input detected at '^' marker.\n\n"
			}
			s.print(bad.text)
			return false
		}
	}
	if run, ok := s.own(l); ok {
		return run(ctx, l)
	}
	if l = s.ask(ctx, l); l != nil {
		s.output(ctx, p, func(ctx context.Context, w io.Writer) error {
			err := s.exec(ctx, l, w)
			if errors.Is(err, ErrArgument) {
				_, err = io.WriteString(w, lastWord(command).Message(column))
			}
			return err
		})
	}
	return false
}

// lastWord refuses the last word of a line.
func lastWord(line string) *grammar.SyntaxError {
	at := strings.LastIndexAny(strings.TrimRight(line, " \t"), " \t") + 1
	return &grammar.SyntaxError{Kind: grammar.Invalid, Column: at, Input: line}
}

// aliases are those that IOS comes with.
var aliases = map[string]string{"h": "help", "lo": "logout", "p": "ping", "s": "show", "u": "undebug", "un": "undebug"}

// alias replaces the first word of line where it is an alias.
func (s *Session) alias(line string) string {
	word, rest := nextWord(line)
	text, ok := s.b.Config().Aliases[word]
	if !ok {
		text, ok = aliases[word]
	}
	if !ok {
		return line
	}
	if rest == "" {
		return text
	}
	return text + " " + rest
}

// refuseExec prints IOS's answer to an exec line that does not fit. A single
// unknown word is taken for the name of a host to connect to.
func (s *Session) refuseExec(m *grammar.Mode, line string, err error, column int) {
	word, rest := nextWord(line)
	var se *grammar.SyntaxError
	one := errors.As(err, &se) && strings.TrimSpace(rest) == ""
	switch {
	case one && se.Kind == grammar.Invalid:
		if s.b.Config().DomainLookup {
			s.print(fmt.Sprintf("Translating %q...domain server (255.255.255.255)\n", word))
		} else {
			s.print("% Bad IP address or host name\n")
		}
		s.print("% Unknown command or computer name, or unable to find computer address\n")
	case one && se.Kind == grammar.Incomplete && keyword(m, word) == "show":
		s.print("% Type \"show ?\" for a list of subcommands\n")
	default:
		s.refuse(err, column)
	}
}

// keyword returns the keyword of mode m that word abbreviates, "" where it is
// not the only one.
func keyword(m *grammar.Mode, word string) string {
	for ; m != nil; m = m.Parent {
		items, err := m.Ask(word)
		if err != nil {
			continue
		}
		for _, it := range items {
			if len(items) == 1 || strings.EqualFold(it.Word, word) {
				return it.Word
			}
		}
	}
	return ""
}

// output runs f with a Writer that goes through the pipe and the pager to the
// terminal. ctx ends where the operator breaks the command off.
func (s *Session) output(ctx context.Context, p *pipe, f func(context.Context, io.Writer) error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	pg := s.newPager(cancel)
	var w io.Writer = pg
	var ends []io.Closer
	switch {
	case p == nil:
	case p.file != "":
		file, err := s.open(p)
		if err != nil {
			s.print(ensureLine(err.Error()))
			return
		}
		ends = append(ends, file)
		w = file
		if p.verb == "tee" {
			w = io.MultiWriter(file, pg)
		}
	default:
		fl := p.filter(pg)
		ends = append(ends, fl)
		w = fl
	}
	stop := s.watch(cancel)
	err := f(ctx, w)
	stop()
	for _, e := range append(ends, pg) {
		if cerr := e.Close(); err == nil {
			err = cerr
		}
	}
	s.report(err)
}

// report prints the error of a command, unless the operator or the end of the
// terminal ended it.
func (s *Session) report(err error) {
	if err == nil || errors.Is(err, errQuit) || errors.Is(err, context.Canceled) || errors.Is(err, io.EOF) {
		return
	}
	text := err.Error()
	if !strings.HasPrefix(text, "%") {
		text = "% " + text
	}
	s.print(ensureLine(text))
}

// open opens the file that the pipe writes to.
func (s *Session) open(p *pipe) (io.WriteCloser, error) {
	files, ok := s.b.(Files)
	url := ios.FileName(p.file)
	if name, isFlash := strings.CutPrefix(url, "flash:"); !ok || !isFlash || name == "" || !strings.Contains(p.file, ":") {
		return nil, fmt.Errorf("%%Error opening %s (No such device)", p.file)
	}
	file, err := files.CreateFile(url, p.adding)
	if err != nil {
		return nil, fmt.Errorf("%%Error opening %s (%w)", p.file, err)
	}
	return file, nil
}

// watch calls cancel when the operator breaks off what runs. The function that
// it returns ends that.
func (s *Session) watch(cancel func()) (stop func()) {
	breaks := s.t.Breaks()
	if breaks == nil {
		return func() {}
	}
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-breaks:
			cancel()
		case <-end:
		}
	}()
	return func() {
		close(end)
		<-ended
	}
}

// exec writes what an exec command shows to w.
func (s *Session) exec(ctx context.Context, l *grammar.Line, w io.Writer) error {
	var text string
	switch words(l) {
	case "show history":
		text = s.showHistory()
	case "show privilege":
		text = fmt.Sprintf("Current privilege level is %d\n", s.level)
	case "show terminal":
		text = s.showTerminal()
	case "help":
		text = helpHelp
	default:
		return s.b.Exec(ctx, s.who, l, w)
	}
	_, err := io.WriteString(w, text)
	return err
}

// words returns the canonical words of a line.
func words(l *grammar.Line) string {
	text := strings.Join(l.Words, " ")
	if l.No {
		text = "no " + text
	}
	return text
}

package shell

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"axle/cli/grammar"
)

// A body collects the raw lines that follow a banner or a certificate.
type body struct {
	path  []*grammar.Line
	line  *grammar.Line
	bytes int // so far
}

// caretC is how a running-config writes the delimiter Ctrl-C: two characters.
const caretC = "^C"

// openBody begins to collect the raw lines of l, typed being the line as typed.
func (s *Session) openBody(path []*grammar.Line, l *grammar.Line, typed string) {
	s.body = &body{path: path, line: l}
	if l.Command.Body != grammar.Delimited {
		return
	}
	for range len(l.Words) - 1 {
		_, typed = nextWord(typed)
	}
	typed = strings.TrimLeft(typed, " \t")
	_, n := utf8.DecodeRuneInString(typed)
	delim := typed[:n]
	if strings.HasPrefix(typed, caretC) {
		delim = caretC
	}
	s.print(fmt.Sprintf("Enter TEXT message.  End with the character '%s'.\n", delim))
}

// bodyLine takes a raw line and enters the command after the last one.
func (s *Session) bodyLine(raw string) {
	b := s.body
	if b.bytes += len(raw); b.bytes > maxBodyBytes {
		s.body = nil
		s.print("% Text too long\n")
		return
	}
	done, err := b.line.AddBody(raw)
	if done || err != nil {
		s.body = nil
	}
	switch {
	case err != nil:
		s.print("% Text too long\n")
	case done:
		s.edit(b.path, b.line)
	}
}

// bodyPrompt is the prompt while raw lines are read.
func (s *Session) bodyPrompt() string {
	if s.body.line.Command.Body == grammar.Delimited {
		return ""
	}
	return cut(s.b.Config().Hostname, maxConfigHost) + "(config-pubkey)#"
}

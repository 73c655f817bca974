package grammar

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Errors of declarations and of loaded text.
var (
	ErrBody  = errors.New("text that follows the command is not closed")
	ErrDepth = errors.New("sections too deep")
)

// An ErrorKind is one of the ways in which a line can be refused.
type ErrorKind uint8

// The kinds of refusal.
const (
	Invalid    ErrorKind = iota + 1 // a word fits nothing that may stand there
	Incomplete                      // the line ends too early
	Ambiguous                       // a word abbreviates several keywords
)

// A SyntaxError says where a line stopped making sense.
type SyntaxError struct {
	Kind   ErrorKind
	Column int    // 0-based byte offset in Input of the first character that no longer matches
	Input  string // the line as typed
}

// Error returns the refusal on one line.
func (e *SyntaxError) Error() string {
	switch e.Kind {
	case Incomplete:
		return "% Incomplete command."
	case Ambiguous:
		return fmt.Sprintf("%% Ambiguous command:  \"%s\"", strings.TrimRight(e.Input, blanks))
	default:
		return fmt.Sprintf("%% Invalid input detected at column %d", e.Column+1)
	}
}

// Message returns what the terminal shows below the typed line, every line with
// its line end. promptWidth is the number of columns before the typed line.
func (e *SyntaxError) Message(promptWidth int) string {
	switch e.Kind {
	case Incomplete:
		return e.Error() + "\n\n"
	case Ambiguous:
		return e.Error() + "\n"
	default:
		col := min(max(e.Column, 0), len(e.Input))
		pad := max(promptWidth, 0) + utf8.RuneCountInString(e.Input[:col])
		return strings.Repeat(" ", pad) + "^\n% Invalid input detected at '^' marker.\n\n"
	}
}

// rank orders refusals of one line by how far they understood it.
func (e *SyntaxError) rank() int {
	if e.Kind == Incomplete {
		return len(e.Input) + 1
	}
	return e.Column
}

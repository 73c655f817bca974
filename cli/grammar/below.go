package grammar

import (
	"fmt"
	"strings"
)

// A BelowError tells of a line of a file that is refused because it is indented
// below one that is: it was meant for a section that is not there.
type BelowError struct {
	Line   int    // of the refused line that it stands below, from 1
	Header string // that line; no more than its first word where it might hold a secret
}

// Error returns the refusal on one line.
func (e *BelowError) Error() string {
	return fmt.Sprintf("%% Not entered: it stands below line %d, which is refused: %s", e.Line, e.Header)
}

// A shut is a refused line, with which the lines go that are indented below it.
type shut struct {
	reason *BelowError
	indent int // blanks before it
}

// shutOut refuses with line, just refused, what stands indented below it: the
// section that is open is another. A terminal would enter those lines there, but
// it does not show them indented either. No section begins with anything but a
// letter: such a line is one of the section around it that was mangled.
func (ld *loader) shutOut(line string, indent int) {
	if c := line[0] | 0x20; c < 'a' || c > 'z' {
		return
	}
	ld.shut = &shut{&BelowError{ld.pos, ld.header(line)}, indent}
}

// outside refuses a line that stands below a refused one. It is false for any
// other, and for what is no command. A prompt shows that a terminal read it.
func (ld *loader) outside(line string, indent int) bool {
	if ld.shut == nil || line == "" {
		return false
	}
	if _, _, ok := Prompted(line); ok || indent <= ld.shut.indent {
		ld.shut = nil
		return false
	}
	if line[0] != '!' && line[0] != '#' {
		ld.refuse(ld.pos, line, ld.shut.reason)
	}
	return true
}

// header returns how a refused line is named: whole where its first word begins
// nothing but sections here, since other commands may hold secrets.
func (ld *loader) header(line string) string {
	word, _, more := strings.Cut(line, " ")
	if !more {
		return line
	}
	sections := 0
	for _, f := range ld.frames {
		for _, c := range f.mode.Commands {
			first, _, _ := strings.Cut(c.Syntax, " ")
			switch {
			case first != lower(word):
			case c.Kind != Section && c.Opens == nil:
				return word + " ..."
			default:
				sections++
			}
		}
	}
	if sections == 0 {
		return word + " ..."
	}
	return line
}

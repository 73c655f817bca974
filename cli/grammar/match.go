package grammar

import (
	"slices"
	"strings"
)

// Limits of a typed line.
const (
	// MaxLine is the longest line in bytes. A longer one is Invalid at this column.
	MaxLine = 4096
	// maxSteps bounds the places tried for one line, so that matching stays
	// linear whatever the declarations are.
	maxSteps = 1024
	// maxHand is the number of words that are matched without allocating.
	maxHand = 24
)

const blanks = " \t\r"

// Match reads a line with the commands of this mode alone. A keyword may be
// abbreviated while it stays unique; an exact keyword wins over longer ones, and
// a keyword over an argument. "no" and "default" in front are understood in a
// mode that has configuration commands; then arguments may be left out. A
// comment behind the command, from a word that begins with "!" on or from a "#"
// behind two blanks, is dropped where the line with it would be refused. The error is a *SyntaxError, or that of Compile.
func (m *Mode) Match(line string) (*Line, error) { return Names(nil).Match(m, line) }

// comment returns where a comment behind a command begins, or -1: a "!" behind
// a blank, or a "#" behind two or a tab, as notes have them.
func comment(line string) int {
	for i := 1; i < len(line); i++ {
		switch {
		case line[i] == '!' && strings.IndexByte(blanks, line[i-1]) >= 0:
		case line[i] == '#' && (line[i-1] == '\t' || i > 1 && line[i-2:i] == "  "):
		default:
			continue
		}
		if strings.Trim(line[:i], blanks) == "" {
			return -1
		}
		return i
	}
	return -1
}

// match reads a line without a comment. The error is a *SyntaxError.
func (m *Mode) match(line string, names Names) (*Line, error) {
	w := newWalker(m, line, names)
	if w.err.Kind != 0 {
		return nil, w.refusal()
	}
	if i := w.first; i < len(w.words) && slices.Contains(m.Outer, lower(w.words[i])) {
		return nil, &SyntaxError{Invalid, w.cols[i], line}
	}
	if w.spelled && w.walkAs(positive, 0) {
		return w.line()
	}
	if !w.walkAs(w.form, w.first) {
		return nil, w.refusal()
	}
	return w.line()
}

// MatchUp reads a line in mode m or, where its words fit nothing there, in the
// nearest parent that knows it. It returns the mode that did. A line that is
// Incomplete in a mode goes no further up; where a word is Ambiguous, only a
// parent that has just that word takes it ("ip route" from an interface with
// "ip route-cache" and "ip router"). The error is that of the mode that
// understood most of the line.
func (m *Mode) MatchUp(line string) (*Line, *Mode, error) { return Names(nil).MatchUp(m, line) }

// goesUp notes in worst the refusal err of a mode, if it understood more of the
// line, and reports whether a parent is to be asked.
func goesUp(err error, worst *error) bool {
	se, ok := err.(*SyntaxError)
	if !ok {
		*worst = err
		return false
	}
	if *worst == nil || worse(err, *worst) {
		*worst = err
	}
	return se.Kind != Incomplete
}

// settles reports whether a parent's line l may be taken after refusal err of a
// mode below: the word that is ambiguous there must be whole in l.
func (l *Line) settles(err error) bool {
	se, ok := err.(*SyntaxError)
	if !ok || se.Kind != Ambiguous {
		return true
	}
	typed := strings.Fields(se.Input[:min(se.Column, len(se.Input))])
	if len(typed) > 1 && (l.No || l.Default) {
		typed = typed[1:]
	}
	i := len(typed) - 1
	return i >= 0 && i < len(l.Words) && lower(l.Words[i]) == lower(typed[i])
}

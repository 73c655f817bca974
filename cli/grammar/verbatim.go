package grammar

import (
	"slices"
	"strings"
)

// newVerbatim returns the command of the lines that a mode keeps without knowing
// them. It is in no list of commands: no line matches it, and no help names it.
// Its lines stand behind all others of their section.
func newVerbatim(m *Mode) *Command {
	return &Command{Kind: List, Effect: NoEffect, Hidden: true, index: len(m.Commands), mode: m, verbatim: true}
}

// Verbatim reports whether l is kept as it was typed, its command not known.
func (l *Line) Verbatim() bool { return l.Command.verbatim }

// Keep returns the lines to apply to t for a line that its mode does not know to
// be kept in it as typed, with the raw lines that stand indented below. It is
// shown at the end of t. Where t keeps "x", "no x" removes it; where it keeps
// "no x", "x" takes its place. What is kept already goes on with the lines that
// are new. There are none where text cannot be kept: it would be read as
// something else, t is of no mode, or too many lines stand below it.
func (t *Tree) Keep(text string, below ...string) []*Line {
	text = strings.Trim(text, blanks)
	if t.mode == nil || t.mode.Compile() != nil || !keepable(text) {
		return nil
	}
	l := &Line{Command: t.mode.verbatim, Words: []string{text}, Args: map[string]string{}, Text: below}
	if positive, ok := strings.CutPrefix(text, "no "); ok {
		not := l.instead(positive, true)
		if t.index[not.key()] != nil {
			return []*Line{not}
		}
	}
	if not := l.instead("no "+text, true); t.index[not.key()] != nil {
		return []*Line{not, l}
	}
	if s := t.index[l.key()]; s != nil {
		l.Text = s.Line.Text
		if !contains(l.Text, below) {
			l.Text = slices.Concat(l.Text, below)
		}
	}
	if len(l.Text) > maxBodyLines {
		return nil
	}
	return []*Line{l}
}

// instead returns a line as l with another text and without lines below.
func (l *Line) instead(text string, no bool) *Line {
	return &Line{Command: l.Command, Words: []string{text}, Args: l.Args, No: no}
}

// contains reports whether the lines of part stand one after the other in all.
func contains(all, part []string) bool {
	for i := 0; i+len(part) <= len(all); i++ {
		if slices.Equal(all[i:i+len(part)], part) {
			return true
		}
	}
	return false
}

// keepable reports whether a file that holds text as a line of a section gives
// it to the mode as it is.
func keepable(text string) bool {
	switch word := lower(text); {
	case text == "", len(text) > MaxLine, clean(text) != text, stripTerminal(text) != text:
		return false
	case text[0] == '!', text[0] == '#', strings.HasPrefix(text, "\ufeff"):
		return false
	case word == "end", word == "exit", skipped(word):
		return false
	}
	_, _, prompt := Prompted(text)
	return !prompt
}

// A keeping is a line that a loader keeps, while lines below it may follow.
type keeping struct {
	section *Tree
	text    string
	below   []string
	indent  int // blanks before it
	pos     int
}

// keep begins to keep line in frame at, if it may be kept there: its refusal err
// says that a word fits nothing, and no terminal would run it.
func (ld *loader) keep(line string, at, indent int, err error) bool {
	se, ok := err.(*SyntaxError)
	if !ok || se.Kind != Invalid || !ld.permits(at) || ld.runs(line, true) || len(ld.frames[at].tree.Keep(line)) == 0 {
		return false
	}
	ld.frames = ld.frames[:at+1]
	f := ld.top()
	f.deeper = f.deeper || indent > f.indent
	ld.kept = &keeping{section: f.tree, text: line, indent: indent, pos: ld.pos}
	ld.exec = false
	return true
}

// permits reports whether the section of frame at keeps what it does not know.
func (ld *loader) permits(at int) bool {
	return ld.Permissive != nil && ld.Permissive(ld.frames[at].tree)
}

// below handles a line that stands below the one that is kept. It is false for
// any other; the kept line is then entered.
func (ld *loader) below(line string, indent int) bool {
	k := ld.kept
	switch {
	case k == nil:
		return false
	case line == "":
		return true
	case indent <= k.indent, len(k.below) >= maxBodyLines:
	case line[0] == '!', line[0] == '#':
		return true
	default:
		if _, _, ok := Prompted(line); ok || clean(line) != line {
			break
		}
		k.below = append(k.below, strings.Repeat(" ", indent-k.indent)+line)
		return true
	}
	ld.endKept()
	return false
}

// endKept enters the line that is kept, if there is one.
func (ld *loader) endKept() {
	k := ld.kept
	if k == nil {
		return
	}
	ld.kept = nil
	lines := k.section.Keep(k.text, k.below...)
	if len(lines) == 0 {
		ld.refuse(k.pos, k.text, ErrBody)
	}
	for _, l := range lines {
		l.Pos = k.pos
		if ld.complete(k.section, l, k.text) {
			k.section.Apply(l)
		}
	}
}

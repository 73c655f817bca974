package grammar

import (
	"iter"
	"strings"
)

// DiffText returns the difference between two configurations of one mode in the
// form of "show archive config differences": first what only to has, each line
// behind "+", then what only from has, behind "-", all below the blanks of their
// sections. The line of a section that both have stands above what differs in
// it; one that changed differs with all that is in it. Lines of a list whose
// order of entry differs are in both. It is "" where the texts of the two are the
// same.
func DiffText(from, to *Tree) string {
	var d textDiff
	d.added(from, to, 0)
	d.removed(from, to, 0)
	return string(d.out)
}

// A textDiff is the state of DiffText.
type textDiff struct{ out []byte }

// write adds a line; sign is "+", "-" or "".
func (d *textDiff) write(indent int, sign, s string) {
	for range indent {
		d.out = append(d.out, ' ')
	}
	d.out = append(append(append(d.out, sign...), s...), '\n')
}

// added adds what b has and a has not.
func (d *textDiff) added(a, b *Tree, indent int) {
	kept := unmoved(a, b)
	for x, text := range b.shown() {
		old := kept[x]
		switch {
		case x == nil:
			if !a.shows(text) {
				d.write(indent, "+", text)
			}
		case old == nil && a.implies(x.Line):
		case old == nil || !old.Line.equal(x.Line):
			d.whole(x, "+", indent)
		default:
			d.inside(d.added, old, x, indent)
		}
	}
}

// removed adds what a has and b has not.
func (d *textDiff) removed(a, b *Tree, indent int) {
	kept := unmoved(a, b)
	now := make(map[*Tree]*Tree, len(kept))
	for x, old := range kept {
		if old.Line.equal(x.Line) {
			now[old] = x
		}
	}
	for old, text := range a.shown() {
		switch {
		case old == nil:
			if !b.shows(text) {
				d.write(indent, "-", text)
			}
		case now[old] != nil:
			d.inside(d.removed, old, now[old], indent)
		case !b.implies(old.Line):
			d.whole(old, "-", indent)
		}
	}
}

// inside adds what differs in a section that both have, under its line.
func (d *textDiff) inside(differ func(a, b *Tree, indent int), a, b *Tree, indent int) {
	if b.Line.Command.Kind != Section {
		return
	}
	start := len(d.out)
	d.write(indent, "", b.Line.String())
	head := len(d.out)
	differ(a, b, indent+max(b.Line.Command.Indent, 1))
	if len(d.out) == head {
		d.out = d.out[:start]
	}
}

// whole adds the line of t with all that belongs to it.
func (d *textDiff) whole(t *Tree, sign string, indent int) {
	l := t.Line
	c := l.Command
	if c.Body != NoBody && !l.No {
		for s := range strings.Lines(l.body(l.String(), 0)) {
			d.write(indent, sign, strings.TrimSuffix(s, "\n"))
		}
		return
	}
	d.write(indent, sign, l.String())
	if c.verbatim {
		for _, s := range l.Text {
			d.write(indent, sign, s)
		}
	}
	if c.Kind != Section {
		return
	}
	inner := indent + max(c.Indent, 1)
	for x, text := range t.shown() {
		if x == nil {
			d.write(inner, sign, text)
		} else {
			d.whole(x, sign, inner)
		}
	}
	if c.Close != "" && c.Close != "!" {
		d.write(indent, sign, c.Close)
	}
}

// shows reports whether t shows the text of a line that another section does not
// store: without storing it either, or as a line.
func (t *Tree) shows(text string) bool {
	for x, other := range t.shown() {
		if x == nil && other == text || x != nil && x.Line.Command.Absent == text && x.Line.String() == text {
			return true
		}
	}
	return false
}

// shown yields what t shows in running-config order: its lines, and instead of
// one that is not stored its text.
func (t *Tree) shown() iter.Seq2[*Tree, string] {
	return func(yield func(*Tree, string) bool) {
		loose := t.unstored(false)
		for s := range t.Children() {
			p := t.place(s.Line.Command)
			for len(loose) > 0 && loose[0].before(p) {
				if !yield(nil, loose[0].text) {
					return
				}
				loose = loose[1:]
			}
			if !yield(s, "") {
				return
			}
		}
		for _, l := range loose {
			if !yield(nil, l.text) {
				return
			}
		}
	}
}

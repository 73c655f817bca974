package grammar

import (
	"iter"
	"maps"
	"slices"
	"strings"
)

// maxShortened is the number of words in the longest part of a line that is tried
// to remove it.
const maxShortened = 8

// An Edit is one line of the difference between two configurations.
type Edit struct {
	// Path holds the lines of the sections that Line is entered in, the outermost
	// first; empty at the top level. Edits share them.
	Path []*Line
	// Line adds or replaces a line, or is the form that takes one away: "no ...",
	// or the positive form where what is stored is a "no". A Body is complete.
	Line *Line
}

// Diff returns the lines that make from the configuration to, when they are
// entered in their order; both are of one mode. The removals of a section stand
// before the additions in it, each in the order of running-config. A line in
// both configurations needs none, nor does the old value of one that is
// replaced. Where the order of entry shows, a line that stands elsewhere in to
// is removed and entered again, and so is what follows it.
//
// The lines are those that are stored: what else is entered together with a line
// that an operator types has lines of its own here, or must not be there.
func Diff(from, to *Tree) []Edit {
	d := differ{}
	work := from.Clone()
	if work.mode == nil {
		work.mode = to.mode
	}
	d.section(work, to, nil)
	return d.edits
}

// A differ is the state of Diff.
type differ struct{ edits []Edit }

func (d *differ) edit(path []*Line, l *Line) { d.edits = append(d.edits, Edit{path, l}) }

// section adds the edits that make a, a copy that it may change, the section b.
func (d *differ) section(a, b *Tree, path []*Line) {
	kept := unmoved(a, b)
	stays := make(map[*Tree]bool, len(kept))
	for _, s := range kept {
		stays[s] = true
	}
	for _, s := range slices.Collect(a.Children()) {
		if !stays[s] && !b.implies(s.Line) {
			d.edit(path, a.removal(s))
		}
	}
	for x := range b.Children() {
		old := kept[x]
		switch {
		case old == nil && a.implies(x.Line):
			continue
		case old == nil:
			d.add(x, path)
			continue
		case !old.Line.equal(x.Line):
			d.edit(path, x.Line.clone())
		}
		if x.Line.Command.Kind == Section {
			d.section(old, x, append(path[:len(path):len(path)], x.Line.clone()))
		}
	}
}

// add adds the edits that enter x and what stands in it.
func (d *differ) add(x *Tree, path []*Line) {
	l := x.Line.clone()
	d.edit(path, l)
	if l.Command.Kind != Section {
		return
	}
	path = append(path[:len(path):len(path)], l)
	for s := range x.Children() {
		d.add(s, path)
	}
}

// unmoved returns the lines of a that may stay where they are for a to become b,
// by the lines of b that have their identity. New lines are entered behind
// others, so of those that keep the order of entry only the first ones may stay.
func unmoved(a, b *Tree) map[*Tree]*Tree {
	kept := make(map[*Tree]*Tree, len(b.index))
	for _, bucket := range b.places {
		var prev *Tree
		last, moved := uint64(0), false
		for _, x := range bucket.tidy() {
			if x.gone {
				continue
			}
			if prev != nil && precedes(prev.Line, x.Line) {
				last, moved = 0, false
			}
			prev = x
			old := a.index[x.Line.key()]
			changed := old != nil && x.Line.Command.Firm && !old.Line.equal(x.Line)
			if moved = moved || old == nil || changed || old.entered < last; !moved {
				kept[x], last = old, old.entered
			}
		}
	}
	return kept
}

// precedes reports whether x stands before y whichever was entered first.
func precedes(x, y *Line) bool {
	c := x.Command
	return c == y.Command && c.Less != nil && c.Less(x, y)
}

// removal takes the line s out of t and returns the line that does so.
func (t *Tree) removal(s *Tree) *Line {
	if s.Line.Verbatim() {
		l := s.Line.instead(s.Line.Words[0], true)
		t.Apply(l)
		return l
	}
	k := s.Line.key()
	for text := range removals(s.Line) {
		l, err := t.Names().Match(t.mode, text)
		if err != nil {
			continue
		}
		n := len(t.index)
		ch := t.Apply(l)
		if t.index[k] == nil && len(t.index) == n-1 {
			return l
		}
		ch.Undo()
	}
	// Too long to be typed with one word more.
	l := s.Line.clone()
	l.No = l.Command.Kind == Section
	l.Default, l.Text, l.partial = !l.No, nil, false
	t.Apply(l)
	return l
}

// removals yields what an operator may type to remove l, the first choice first.
// Not all of it does.
func removals(l *Line) iter.Seq[string] {
	return func(yield func(string) bool) {
		c, words := l.Command, strings.Join(l.Words, " ")
		if l.No && !yield(words) {
			return
		}
		if positive, ok := strings.CutPrefix(words, "no "); ok && !yield(positive) {
			return
		}
		if c.Negatable && c.Default != "" && !yield(c.Default) {
			return
		}
		if !yield("no "+words) || !yield("default "+words) {
			return
		}
		for i := min(len(l.Words)-1, maxShortened); i > 0; i-- {
			if !yield("no " + strings.Join(l.Words[:i], " ")) {
				return
			}
		}
	}
}

// implies reports whether t shows the line l without storing it.
func (t *Tree) implies(l *Line) bool {
	text := l.Command.Absent
	if text == "" || text != l.String() {
		return false
	}
	return slices.ContainsFunc(t.unstored(false), func(x looseLine) bool { return x.text == text })
}

// equal reports whether l and x are shown alike.
func (l *Line) equal(x *Line) bool {
	return l.No == x.No && l.Default == x.Default && slices.Equal(l.Words, x.Words) && slices.Equal(l.Text, x.Text)
}

// clone returns a copy of l that shares nothing that may change.
func (l *Line) clone() *Line {
	c := *l
	c.Words, c.Text, c.Args = slices.Clone(l.Words), slices.Clone(l.Text), maps.Clone(l.Args)
	return &c
}

package grammar

import (
	"cmp"
	"iter"
	"slices"
)

// treeState is what a section keeps: its lines, found by identity and by place.
type treeState struct {
	mode   *Mode             // the mode of the lines in the section; nil: not known
	names  Names             // of the router whose configuration it is; of the root alone
	index  map[lineKey]*Tree // lines by identity
	places map[int]*bucket   // lines by place in running-config
	next   uint64            // entry number of the next line

	finders map[*Command][]*finder // lines by parts of their keys; built when needed
	indexes []*keptIndex           // what others know of the lines; built when asked for

	entered uint64 // entry number in the parent
	gone    bool   // removed from the parent
	kept    bool   // still in its bucket
}

// A bucket holds the lines of one place: those of a command, or of a group.
type bucket struct {
	lines    []*Tree // removed ones stay until the next tidying
	gone     int     // how many of lines are removed
	unsorted bool
}

// NewTree returns an empty configuration. It learns its mode from its first
// line.
func NewTree() *Tree { return &Tree{} }

// NewTreeIn returns an empty configuration of mode m.
func NewTreeIn(m *Mode) *Tree {
	t := &Tree{}
	t.mode = m
	return t
}

// NewTreeNamed returns an empty configuration of mode m, of a router that has the
// names.
func NewTreeNamed(m *Mode, names Names) *Tree {
	t := NewTreeIn(m)
	t.names = names
	return t
}

// Names returns the names of the router that t is of the configuration of.
func (t *Tree) Names() Names {
	for t.Parent != nil {
		t = t.Parent
	}
	return t.names
}

// Mode returns the mode of the lines in t, or nil where it is not known yet.
func (t *Tree) Mode() *Mode { return t.mode }

// Open returns the section that l opens, or nil where it does not exist.
func (t *Tree) Open(l *Line) *Tree {
	if l.Command.Kind != Section {
		return nil
	}
	return t.index[l.key()]
}

// Lines returns the lines of t that command c declared, in running-config
// order, stored "no" lines among them.
func (t *Tree) Lines(c *Command) iter.Seq[*Tree] {
	return func(yield func(*Tree) bool) {
		b := t.places[t.place(c)]
		if b == nil {
			return
		}
		for _, s := range b.tidy() {
			if s.Line.Command == c && !s.gone && !yield(s) {
				return
			}
		}
	}
}

// Find returns the first line of t that command c declared, or nil.
func (t *Tree) Find(c *Command) *Tree {
	for s := range t.Lines(c) {
		return s
	}
	return nil
}

// Children returns all lines of t in running-config order.
func (t *Tree) Children() iter.Seq[*Tree] {
	return func(yield func(*Tree) bool) {
		for _, p := range t.sortedPlaces() {
			for _, s := range t.places[p].tidy() {
				if !s.gone && !yield(s) {
					return
				}
			}
		}
	}
}

// Len returns the number of lines in t itself, those in its sections not
// counted.
func (t *Tree) Len() int { return len(t.index) }

// Clone returns a copy of t that shares only the lines, which never change.
func (t *Tree) Clone() *Tree {
	c := &Tree{Line: t.Line}
	c.mode, c.names, c.next, c.entered, c.kept = t.mode, t.names, t.next, t.entered, t.kept
	if len(t.index) == 0 {
		return c
	}
	c.index = make(map[lineKey]*Tree, len(t.index))
	c.places = make(map[int]*bucket, len(t.places))
	for p, b := range t.places {
		nb := &bucket{}
		for _, s := range b.tidy() {
			if s.gone {
				continue
			}
			ns := s.Clone()
			ns.Parent = c
			nb.lines = append(nb.lines, ns)
			c.index[s.Line.key()] = ns
		}
		c.places[p] = nb
	}
	return c
}

// place returns where the lines of c stand in t.
func (t *Tree) place(c *Command) int {
	if t.mode != nil {
		if e := t.mode.entries[c]; e != nil {
			return e.place
		}
	}
	return c.index
}

func (t *Tree) sortedPlaces() []int {
	ps := make([]int, 0, len(t.places))
	for p := range t.places {
		ps = append(ps, p)
	}
	slices.Sort(ps)
	return ps
}

// insert enters the new line s under key k.
func (t *Tree) insert(s *Tree, k lineKey) {
	if t.index == nil {
		t.index, t.places = map[lineKey]*Tree{}, map[int]*bucket{}
	}
	t.index[k] = s
	for _, f := range t.finders[k.cmd] {
		f.add(s)
	}
	defer t.tell(s, true)
	p := t.place(k.cmd)
	b := t.places[p]
	if b == nil {
		b = &bucket{}
		t.places[p] = b
	}
	if s.kept {
		s.gone = false
		b.gone--
		return
	}
	n := len(b.lines)
	b.unsorted = b.unsorted || n > 0 && !follows(s, b.lines[n-1])
	s.gone, s.kept = false, true
	b.lines = append(b.lines, s)
}

// remove takes line s, known by key k, out of t.
func (t *Tree) remove(s *Tree, k lineKey) {
	t.tell(s, false)
	delete(t.index, k)
	for _, f := range t.finders[k.cmd] {
		f.remove(s)
	}
	b := t.places[t.place(k.cmd)]
	s.gone = true
	b.gone++
	if b.gone > 8 && b.gone > len(b.lines)/2 {
		b.sweep()
	}
}

// sweep drops the removed lines.
func (b *bucket) sweep() {
	kept := make([]*Tree, 0, len(b.lines)-b.gone)
	for _, s := range b.lines {
		if s.gone {
			s.kept = false
		} else {
			kept = append(kept, s)
		}
	}
	b.lines, b.gone = kept, 0
}

// tidy returns the lines in order; removed ones may be among them.
func (b *bucket) tidy() []*Tree {
	if b.unsorted {
		b.lines = slices.Clone(b.lines) // one may be walking over the old order
		slices.SortStableFunc(b.lines, compareLines)
		b.unsorted = false
	}
	return b.lines
}

// follows reports whether s belongs behind last, the last line of its bucket,
// so that nothing is to be sorted.
func follows(s, last *Tree) bool {
	c := s.Line.Command
	if c.Less == nil {
		return last.entered < s.entered
	}
	return last.Line.Command == c && compareLines(last, s) < 0
}

// compareLines orders two lines of one place.
func compareLines(x, y *Tree) int {
	if c := x.Line.Command; c == y.Line.Command && c.Less != nil {
		switch {
		case c.Less(x.Line, y.Line):
			return -1
		case c.Less(y.Line, x.Line):
			return 1
		}
	}
	return cmp.Compare(x.entered, y.entered)
}

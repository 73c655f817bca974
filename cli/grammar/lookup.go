package grammar

import (
	"iter"
	"slices"
)

// Last returns the last line of t that command c declared, or nil.
func (t *Tree) Last(c *Command) *Tree {
	b := t.places[t.place(c)]
	if b == nil {
		return nil
	}
	for _, s := range slices.Backward(b.tidy()) {
		if s.Line.Command == c && !s.gone {
			return s
		}
	}
	return nil
}

// LastAlike returns the last of the lines that Alike returns, in the order of
// running-config, or nil.
func (t *Tree) LastAlike(l *Line, key ...string) *Tree {
	f := t.finder(keyPattern(l, key))
	v, _ := f.value(l)
	if f.last[v] == nil {
		for s := range f.lines[v] {
			if f.last[v] == nil || compareLines(f.last[v], s) < 0 {
				f.last[v] = s
			}
		}
	}
	return f.last[v]
}

// keyPattern returns the pattern of the given parts of the key of l's command.
func keyPattern(l *Line, key []string) pattern {
	p := pattern{cmd: l.Command}
	for i, k := range l.Command.Key {
		if slices.Contains(key, k) {
			p.given |= 1 << i
		}
	}
	return p
}

// Alike returns the lines of t of l's command that have in common with l the
// given parts of the key, in no order. An index answers, so that the lines
// that are there cost nothing.
func (t *Tree) Alike(l *Line, key ...string) iter.Seq[*Tree] {
	p := keyPattern(l, key)
	return func(yield func(*Tree) bool) {
		f := t.finder(p)
		v, _ := p.value(l)
		for s := range f.lines[v] {
			if !yield(s) {
				return
			}
		}
	}
}

// Counterpart returns the line of t that stands where l stands or would stand in
// section, of another configuration, or nil.
func (t *Tree) Counterpart(section *Tree, l *Line) *Tree {
	if section.Parent != nil {
		if t = t.Counterpart(section.Parent, section.Line); t == nil {
			return nil
		}
	}
	return t.index[l.key()]
}

// Discard takes t out of the section that it stands in.
func (t *Tree) Discard() { t.Parent.removeAll([]*Tree{t}) }

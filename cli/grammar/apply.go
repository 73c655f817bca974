package grammar

import "slices"

// unchanged is the Undo of a line that changed nothing.
func unchanged() {}

// Apply enters line l into section t: it adds a line, replaces the one with the
// same identity, or removes lines. Undo takes that back exactly; several are
// taken back in reverse order. A line of a command that only runs, or whose
// body is still open, changes nothing.
func (t *Tree) Apply(l *Line) Change {
	c := l.Command
	if c.Kind == Exec || l.open {
		return Change{Section: t, Undo: unchanged}
	}
	if t.mode == nil && l.entry != nil {
		t.mode = l.entry.mode
	}
	switch {
	case c.Enter != nil:
		return c.Enter(t, l)
	case l.Default:
		return t.reset(l)
	case l.No && c.Negatable && l.keyed():
		return t.store(l)
	case l.No:
		return t.drop(l)
	case c.hides(l):
		return t.clear(l)
	default:
		return t.store(l)
	}
}

// hides reports whether the positive line l says what holds anyway.
func (c *Command) hides(l *Line) bool {
	if c.Kind == Section {
		return false
	}
	if c.Default == "" {
		return c.Negatable
	}
	return l.String() == c.Default
}

// store adds l, or puts it in the place of the line with the same identity.
func (t *Tree) store(l *Line) Change {
	k := l.key()
	if c := l.Command; c.Negatable && l.No && l.String() == c.Default {
		return t.clear(l)
	}
	if s := t.index[k]; s != nil {
		return t.replace(s, l)
	}
	s := &Tree{Line: l, Parent: t}
	s.entered = t.next
	s.mode = l.Command.Opens
	t.next++
	t.insert(s, k)
	ch := Change{Section: t, Changed: true, Undo: func() { t.remove(s, k) }}
	if l.Command.Kind == Section {
		ch.Section = s
	}
	return ch
}

// replace gives the stored line s the words of l.
func (t *Tree) replace(s *Tree, l *Line) Change {
	ch := Change{Section: t, Undo: unchanged}
	if l.Command.Kind == Section {
		ch.Section = s
	}
	old := s.Line
	if old.String() == l.String() && slices.Equal(old.Text, l.Text) {
		return ch
	}
	t.reword(s, l)
	ch.Changed, ch.Undo = true, func() { t.reword(s, old) }
	return ch
}

// clear removes the line that has the identity of l, which says what holds
// without it.
func (t *Tree) clear(l *Line) Change {
	if s := t.index[l.key()]; s != nil {
		return t.removeAll([]*Tree{s})
	}
	return Change{Section: t, Undo: unchanged}
}

// drop removes what the "no" line l stands for.
func (t *Tree) drop(l *Line) Change {
	return t.removeAll(t.matching(l))
}

// matching returns the stored lines that l removes.
func (t *Tree) matching(l *Line) []*Tree {
	c := l.Command
	if s := t.index[l.key()]; s != nil && !l.partial {
		if l.removes(s.Line) {
			return []*Tree{s}
		}
		return nil
	}
	out := t.find(l, c)
	for _, cmd := range l.also {
		out = append(out, t.find(l, cmd)...)
	}
	return out
}

// Removes reports whether the "no" or "default" line l takes lines of t away.
func (t *Tree) Removes(l *Line) bool { return len(t.matching(l)) > 0 }

// removeAll removes lines of t.
func (t *Tree) removeAll(lines []*Tree) Change {
	ch := Change{Section: t, Changed: len(lines) > 0, Undo: unchanged}
	if len(lines) == 0 {
		return ch
	}
	for _, s := range lines {
		t.remove(s, s.Line.key())
	}
	ch.Undo = func() {
		for _, s := range slices.Backward(lines) {
			t.insert(s, s.Line.key())
		}
	}
	return ch
}

// reset handles "default": a line goes; a section stays, but loses its lines.
func (t *Tree) reset(l *Line) Change {
	lines := t.matching(l)
	if l.Command.Kind != Section {
		return t.removeAll(lines)
	}
	ch := Change{Section: t, Undo: unchanged}
	var undo []func()
	for _, s := range lines {
		var inner []*Tree
		for x := range s.Children() {
			inner = append(inner, x)
		}
		one := s.removeAll(inner)
		ch.Changed = ch.Changed || one.Changed
		undo = append(undo, one.Undo)
	}
	ch.Undo = func() {
		for _, f := range slices.Backward(undo) {
			f()
		}
	}
	return ch
}

// Rewrite gives the stored line s of t the words of l, which is of the same
// command, where no other line has its identity. It keeps its place.
func (t *Tree) Rewrite(s *Tree, l *Line) {
	from, to := s.Line.key(), l.key()
	if s.Line.Command != l.Command || from != to && t.index[to] != nil {
		return
	}
	for _, f := range t.finders[from.cmd] {
		f.remove(s)
	}
	delete(t.index, from)
	t.reword(s, l)
	t.index[to] = s
	for _, f := range t.finders[to.cmd] {
		f.add(s)
	}
}

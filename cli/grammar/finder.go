package grammar

import (
	"cmp"
	"slices"
	"strings"
)

// maxKeys limits the parts of a key.
const maxKeys = 64

// A pattern is the part of the key that a "no" line gives. Lines of one pattern
// are found by an index of their own, so that removing many lines, or failing
// to, costs no scan of the section for each.
type pattern struct {
	cmd   *Command
	given uint64 // bit i: Key[i] is given
	words int    // where the whole line is the key: how many of its words are given
}

// pattern returns which lines of c the "no" line l removes.
func (l *Line) pattern(c *Command) pattern {
	p := pattern{cmd: c}
	if len(c.Key) == 0 {
		p.words = len(l.Words)
	}
	for i, k := range c.Key {
		if l.keyPart(k) != "" {
			p.given |= 1 << i
		}
	}
	return p
}

// value returns what l says of the parts in p; ok is false where it is shorter.
func (p pattern) value(l *Line) (v string, ok bool) {
	if len(p.cmd.Key) == 0 {
		if len(l.Words) < p.words {
			return "", false
		}
		return strings.Join(l.Words[:p.words], " "), true
	}
	var b strings.Builder
	for i, k := range p.cmd.Key {
		if p.given&(1<<i) != 0 {
			b.WriteString(l.keyPart(k))
			b.WriteByte(0)
		}
	}
	return b.String(), true
}

// A finder is the index of one pattern.
type finder struct {
	pattern
	lines map[string]map[*Tree]struct{}
	last  map[string]*Tree // the last of the lines by Less, where it is known
}

func (f *finder) add(s *Tree) {
	v, ok := f.value(s.Line)
	if !ok {
		return
	}
	if f.lines[v] == nil {
		f.lines[v], f.last[v] = map[*Tree]struct{}{}, s
	}
	f.lines[v][s] = struct{}{}
	if last := f.last[v]; last != nil && last != s && compareLines(last, s) < 0 {
		f.last[v] = s
	}
}

func (f *finder) remove(s *Tree) {
	v, ok := f.value(s.Line)
	if !ok {
		return
	}
	delete(f.lines[v], s)
	if f.last[v] == s {
		delete(f.last, v)
	}
	if len(f.lines[v]) == 0 {
		delete(f.lines, v)
	}
}

// find returns the lines of c in t that the "no" line l removes, in the order of
// entry.
func (t *Tree) find(l *Line, c *Command) []*Tree {
	if c.Kind == Leaf {
		if s := t.index[lineKey{c, ""}]; s != nil && l.removes(s.Line) {
			return []*Tree{s}
		}
		return nil
	}
	p := l.pattern(c)
	f := t.finder(p)
	v, ok := p.value(l)
	if !ok {
		return nil
	}
	var out []*Tree
	for s := range f.lines[v] {
		if l.removes(s.Line) {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(x, y *Tree) int { return cmp.Compare(x.entered, y.entered) })
	return out
}

// finder returns the index of p, which it builds when first asked for.
func (t *Tree) finder(p pattern) *finder {
	for _, f := range t.finders[p.cmd] {
		if f.pattern == p {
			return f
		}
	}
	f := &finder{p, map[string]map[*Tree]struct{}{}, map[string]*Tree{}}
	for s := range t.Lines(p.cmd) {
		f.add(s)
	}
	if t.finders == nil {
		t.finders = map[*Command][]*finder{}
	}
	t.finders[p.cmd] = append(t.finders[p.cmd], f)
	return f
}

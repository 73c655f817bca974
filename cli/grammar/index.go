package grammar

import "slices"

// An Index is what someone knows of some lines of a section, so that not all
// lines have to be looked through for each new one. The tree keeps it up to
// date.
type Index interface {
	// Add takes in the line of s.
	Add(s *Tree)
	// Remove forgets the line of s.
	Remove(s *Tree)
}

// A keptIndex is an Index with what it is asked for by.
type keptIndex struct {
	Index
	key      any
	commands []*Command
}

// Index returns the index of t that key names, over the lines that commands
// declared, in t and in the sections below it. Where there is none yet, build
// makes it, empty. A Clone of t begins without.
func (t *Tree) Index(key any, build func() Index, commands ...*Command) Index {
	for _, k := range t.indexes {
		if k.key == key {
			return k.Index
		}
	}
	k := &keptIndex{build(), key, commands}
	t.indexes = append(t.indexes, k)
	for _, p := range t.sortedPlaces() {
		for _, s := range t.places[p].lines {
			if !s.gone {
				k.tell(s, true)
			}
		}
	}
	return k.Index
}

// tell tells an index of the line of s, and of those below it.
func (k *keptIndex) tell(s *Tree, added bool) {
	k.one(s, added)
	for _, b := range s.places {
		for _, x := range b.lines {
			if !x.gone {
				k.tell(x, added)
			}
		}
	}
}

func (k *keptIndex) one(s *Tree, added bool) {
	switch {
	case !slices.Contains(k.commands, s.Line.Command):
	case added:
		k.Add(s)
	default:
		k.Remove(s)
	}
}

// tell tells the indexes of t and of what it stands in that the line of s, and
// those below it, are there now or are no longer.
func (t *Tree) tell(s *Tree, added bool) {
	for p := t; p != nil; p = p.Parent {
		for _, k := range p.indexes {
			k.tell(s, added)
		}
	}
}

// reword gives s, a line of t, the words of l.
func (t *Tree) reword(s *Tree, l *Line) {
	tell := func(added bool) {
		for p := t; p != nil; p = p.Parent {
			for _, k := range p.indexes {
				k.one(s, added)
			}
		}
	}
	tell(false)
	s.Line = l
	tell(true)
	if l.Command.Less != nil {
		t.places[t.place(l.Command)].unsorted = true
	}
}

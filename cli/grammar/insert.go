package grammar

import (
	"fmt"
	"reflect"
	"slices"
)

// An inserter enters one spelling of a command into a mode.
type inserter struct {
	mode *Mode
	way  way
}

// A place is a node with the path that the next element continues.
type place struct {
	*node
	path string
	bare string
}

// touch notes at n that the command passes.
func (in *inserter) touch(n *node) {
	n.shown = n.shown || !in.way.cmd.Hidden && !in.way.alias
	// Commands are entered one after the other.
	if k := len(n.below); k == 0 || n.below[k-1].entry != in.way.entry {
		n.below = append(n.below, in.way)
	}
}

// insert enters seq after each of the places and returns where it ends. Where
// goal is given, what ends there is led to goal if that is still free.
func (in *inserter) insert(from []place, seq []element, goal *node) ([]place, error) {
	for i, e := range seq {
		to := goal
		if i < len(seq)-1 {
			to = nil
		}
		if len(from) == 1 {
			var err error
			if from, err = in.element(from[0], e, to); err != nil {
				return nil, err
			}
			continue
		}
		var next []place
		for _, at := range from {
			ends, err := in.element(at, e, to)
			if err != nil {
				return nil, err
			}
			next = added(next, ends)
		}
		if len(next) > maxBranches {
			return nil, fmt.Errorf("more than %d ways through the syntax", maxBranches)
		}
		from = next
	}
	return from, nil
}

// element enters e at one place and returns where it ends.
func (in *inserter) element(at place, e element, goal *node) ([]place, error) {
	switch {
	case e.word != "":
		return in.step(in.keyword(at, e.word, goal))
	case e.arg != "":
		return in.step(in.argument(at, e.arg, goal))
	case e.set:
		s := options{in: in, alts: e.alts, start: at, states: map[uint]*node{}}
		if err := s.enter(at.node, 0); err != nil {
			return nil, err
		}
		return append(added(nil, s.ends), at), nil
	}
	var next []place
	for _, alt := range e.alts {
		ends, err := in.insert([]place{at}, alt, goal)
		if err != nil {
			return nil, err
		}
		next = added(next, ends)
	}
	if e.optional {
		next = append(next, at)
	}
	return next, nil
}

// added returns places with those of more whose nodes are not yet there.
func added(places, more []place) []place {
	for _, m := range more {
		if !slices.ContainsFunc(places, func(p place) bool { return p.node == m.node }) {
			places = append(places, m)
		}
	}
	return places
}

// step finishes the entering of a keyword or an argument.
func (in *inserter) step(to place, err error) ([]place, error) {
	if err != nil {
		return nil, err
	}
	if to.owner != nil && to.owner != in.way.entry {
		return nil, fmt.Errorf("goes on where the options of %q meet", to.owner.cmd.Syntax)
	}
	in.touch(to.node)
	return []place{to}, nil
}

// keyword returns the place after keyword w.
func (in *inserter) keyword(at place, w string, goal *node) (place, error) {
	to := place{path: joined(at.path, w)}
	if to.bare = to.path; at.bare != at.path {
		to.bare = joined(at.bare, w)
	}
	key := lower(w)
	i := at.search(key)
	if i < len(at.words) && at.words[i].key == key {
		to.node = at.words[i].to
		return to, nil
	}
	if to.node = goal; goal == nil {
		to.node = &node{}
	}
	at.words = slices.Insert(at.words, i, keyword{key: key, word: w, to: to.node, path: to.path, bare: to.bare})
	return to, nil
}

// argument returns the place after an argument.
func (in *inserter) argument(at place, name string, goal *node) (place, error) {
	typ := in.way.cmd.Args[name]
	if typ == nil {
		typ = in.mode.Types[name]
	}
	if typ == nil {
		return place{}, fmt.Errorf("argument <%s> has no type", name)
	}
	to := place{path: joined(at.path, "<"+name+">"), bare: at.bare}
	for _, a := range at.args {
		same := reflect.DeepEqual(a.typ, typ)
		if same && a.name == name {
			to.node = a.to
			return to, nil
		}
		if same {
			return place{}, fmt.Errorf("arguments <%s> and <%s> of one type stand at one place: give them one name", a.name, name)
		}
	}
	if to.node = goal; goal == nil {
		to.node = &node{}
	}
	_, tail := typ.(tailed)
	at.args = append(at.args, &argument{name, typ, tail, to.node})
	return to, nil
}

func joined(path, word string) string {
	if path == "" {
		return word
	}
	return path + " " + word
}

// options enters a "[* ... *]": there is a node for each set of options that have
// been taken, whatever their order was.
type options struct {
	in     *inserter
	alts   [][]element
	start  place
	states map[uint]*node // by the options taken, bit i for alts[i]
	ends   []place
}

// enter enters the options that are left behind n, where those of taken are not.
func (s *options) enter(n *node, taken uint) error {
	for i, alt := range s.alts {
		bit := uint(1) << i
		if taken&bit != 0 {
			continue
		}
		// The first option ends at nodes of its own, which other commands may
		// pass. Behind those only this command goes on.
		var goal *node
		if taken != 0 {
			var err error
			if goal, err = s.state(taken | bit); err != nil {
				return err
			}
		}
		ends, err := s.in.insert([]place{{n, s.start.path, s.start.bare}}, alt, goal)
		if err != nil {
			return err
		}
		for _, e := range ends {
			switch {
			case e.node == n:
				return fmt.Errorf("an option in %q may be empty", s.in.way.cmd.Syntax)
			case e.node == goal:
				continue
			}
			s.ends = append(s.ends, place{e.node, s.start.path, s.start.bare})
			if err := s.enter(e.node, taken|bit); err != nil {
				return err
			}
		}
	}
	return nil
}

// state returns the node where the options of taken have been taken.
func (s *options) state(taken uint) (*node, error) {
	if n := s.states[taken]; n != nil {
		return n, nil
	}
	n := &node{owner: s.in.way.entry}
	s.states[taken] = n
	s.ends = append(s.ends, place{n, s.start.path, s.start.bare})
	return n, s.enter(n, taken)
}

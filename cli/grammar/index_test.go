package grammar

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// A bag is an Index that keeps its lines.
type bag map[*Tree]string

func (b bag) Add(s *Tree)    { b[s] = s.Line.String() }
func (b bag) Remove(s *Tree) { delete(b, s) }

// scan returns what a bag of the lines of commands in t and below must hold.
func scan(t *Tree, commands []*Command) bag {
	b := bag{}
	for s := range t.Children() {
		if slices.Contains(commands, s.Line.Command) {
			b.Add(s)
		}
		for k, v := range scan(s, commands) {
			b[k] = v
		}
	}
	return b
}

// TestIndexRandom holds indexes against a look through all lines, while random
// lines are entered and taken back.
func TestIndexRandom(t *testing.T) {
	x := newTable(t)
	var all []*Command
	for _, m := range []*Mode{x.config, x.ifc, x.router, x.family, x.acl} {
		all = append(all, m.Commands...)
	}
	met := 0
	for seed := range uint64(1500) {
		rnd := rand.New(rand.NewPCG(seed, 11))
		a, _ := Load(x.config, Generate(rnd, x.config, 25))
		b, _ := Load(x.config, Generate(rnd, x.config, 25)+"end\n"+thinned(rnd, a.Text()))
		some := slices.DeleteFunc(slices.Clone(all), func(*Command) bool { return rnd.IntN(2) == 0 })
		everything := a.Index("all", func() Index { return bag{} }, all...).(bag)
		part := a.Index("some", func() Index { return bag{} }, some...).(bag)
		for _, e := range Diff(a.Clone(), b) {
			sect := a
			for _, p := range e.Path {
				sect = sect.Open(p)
			}
			ch := sect.Apply(e.Line)
			if rnd.IntN(3) == 0 {
				ch.Undo()
				sect.Apply(e.Line)
			}
			if !equalBags(everything, scan(a, all)) || !equalBags(part, scan(a, some)) {
				t.Fatalf("seed %d: after %q the indexes hold %d and %d lines, want %d and %d", seed, e.Line, len(everything), len(part), len(scan(a, all)), len(scan(a, some)))
			}
			met++
		}
		if again := a.Index("all", nil, all...).(bag); len(again) != len(everything) {
			t.Fatal("the index is made twice")
		}
	}
	if met < 5000 {
		t.Errorf("only %d lines were entered", met)
	}
}

func equalBags(a, b bag) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range b {
		if a[k] != v {
			return false
		}
	}
	return true
}

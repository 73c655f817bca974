package grammar

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestFinder compares the indexes with a plain scan, through random additions,
// removals and undone steps.
func TestFinder(t *testing.T) {
	x := newTable(t)
	found := 0
	for seed := range uint64(60) {
		rnd := rand.New(rand.NewPCG(seed, 3))
		tree := NewTreeIn(x.router)
		for raw := range strings.Lines(Generate(rnd, x.router, 200)) {
			l, err := x.router.Match(strings.TrimSpace(raw))
			if err != nil || l.Command.Kind != List {
				continue
			}
			no := *l
			no.No, no.partial = true, true
			if k := rnd.IntN(len(l.Command.Key) + 2); k < len(l.Command.Key) {
				no.Args = map[string]string{}
				for _, key := range l.Command.Key[:k] {
					no.Args[key] = l.Args[key]
				}
			} else if len(l.Command.Key) == 0 {
				no.Words = l.Words[:1+rnd.IntN(len(l.Words))]
			}
			var want []*Tree
			for s := range tree.Lines(l.Command) {
				if no.removes(s.Line) {
					want = append(want, s)
				}
			}
			if got := tree.find(&no, l.Command); !slices.Equal(got, want) {
				t.Fatalf("seed %d: %s: %d lines, a scan finds %d", seed, &no, len(got), len(want))
			}
			found += len(want)
			use := l
			if rnd.IntN(4) == 0 {
				use = &no
			}
			if ch := tree.Apply(use); rnd.IntN(3) == 0 {
				ch.Undo()
			}
		}
	}
	if found < 1000 {
		t.Errorf("only %d lines found: the test compares too little", found)
	}
}

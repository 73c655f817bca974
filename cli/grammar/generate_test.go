package grammar

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestGenerated loads random configurations, shows them, and loads them again.
func TestGenerated(t *testing.T) {
	x := newTable(t)
	configs := 20000
	if testing.Short() {
		configs = 500
	}
	stored := 0
	for seed := range uint64(configs) {
		text := Generate(rand.New(rand.NewPCG(seed, 0)), x.config, 12)
		one, errs := Load(x.config, text)
		if len(errs) > 0 {
			t.Fatalf("seed %d: %v\n%s", seed, errs[0], text)
		}
		shown := one.Text()
		two, errs := Load(x.config, shown)
		if len(errs) > 0 || two.Text() != shown {
			t.Fatalf("seed %d: drift: %v\n%s\n---\n%s\n---\n%s", seed, errs, text, shown, two.Text())
		}
		if got := one.Clone().Text(); got != shown {
			t.Fatalf("seed %d: clone differs:\n%s\n---\n%s", seed, shown, got)
		}
		stored += one.Len()
	}
	if stored < 3*configs {
		t.Errorf("%d lines in %d configurations: the generator makes too little", stored, configs)
	}
}

// TestGeneratedMeets counts that the generator meets every declaration.
func TestGeneratedMeets(t *testing.T) {
	x := newTable(t)
	met := map[*Command]bool{}
	var note func(s *Tree)
	note = func(s *Tree) {
		for c := range s.Children() {
			met[c.Line.Command] = true
			note(c)
		}
	}
	no, abbreviated := 0, 0
	for seed := range uint64(300) {
		text := Generate(rand.New(rand.NewPCG(seed, 2)), x.config, 100)
		tree, _ := Load(x.config, text)
		note(tree)
		no += strings.Count(text, "no ")
		abbreviated += strings.Count(text, "interf") - strings.Count(text, "interface ")
	}
	for _, m := range []*Mode{x.config, x.ifc, x.router, x.family, x.acl} {
		for _, c := range m.Commands {
			if c.Kind != Exec && !met[c] {
				t.Errorf("mode %s: %q is never stored", m.Name, c.Syntax)
			}
		}
	}
	if no < 1000 || abbreviated < 100 {
		t.Errorf("%d no forms, %d abbreviations", no, abbreviated)
	}
}

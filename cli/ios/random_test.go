package ios

import (
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"axle/cli/grammar"
)

// column returns the column of a refusal.
func column(err error) (int, bool) {
	var se *grammar.SyntaxError
	if !errors.As(err, &se) {
		return 0, false
	}
	return se.Column, true
}

var long = flag.Bool("long", false, "20,000 random configurations instead of 4,000")

// TestRandomRoundTrip loads random configurations of every declaration: what is
// shown gives itself, and the same decoded configuration.
func TestRandomRoundTrip(t *testing.T) {
	n := uint64(4000)
	if *long {
		n = 20000
	}
	met := map[*grammar.Command]bool{}
	for seed := range n {
		text := grammar.Generate(rand.New(rand.NewPCG(seed, 7)), ConfigMode, 60)
		tree, errs := Load(text)
		if len(errs) > 0 {
			t.Errorf("refused: %v", errs[0])
		}
		meet(tree, met)
		roundTrip(t, text)
		if t.Failed() {
			t.Fatalf("seed %d:\n%s", seed, text)
		}
	}
	declared, missed := 0, 0
	for _, m := range append([]*grammar.Mode{ConfigMode}, subModes...) {
		for _, c := range m.Commands {
			if c.Kind == grammar.Exec {
				continue
			}
			if declared++; !met[c] {
				missed++
				t.Logf("%s: %q is never stored", m.Name, c.Syntax)
			}
		}
	}
	t.Logf("%d of %d declarations stored", declared-missed, declared)
	if missed > declared/100 {
		t.Errorf("%d of %d declarations are never stored", missed, declared)
	}
}

// meet notes the commands of a configuration.
func meet(t *grammar.Tree, met map[*grammar.Command]bool) {
	for s := range t.Children() {
		met[s.Line.Command] = true
		meet(s, met)
	}
}

// roundTrip fails where the configuration of text does not give itself.
func roundTrip(t *testing.T, text string) {
	t.Helper()
	one, _ := Load(text)
	shown := one.Text()
	two, errs := Load(shown)
	if len(errs) > 0 {
		t.Errorf("what is shown is refused: %v", errs[0])
	}
	if again := two.Text(); again != shown {
		t.Errorf("fed back, it gives another configuration\n%s", diff(shown, again))
	}
	if a, b := Decode(one), Decode(two); !reflect.DeepEqual(a, b) {
		t.Errorf("fed back, it is decoded otherwise:\n%+v\n%+v", a, b)
	}
}

func FuzzLoad(f *testing.F) {
	names, _ := filepath.Glob("testdata/seed*.in")
	for _, n := range names {
		b, err := os.ReadFile(n)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(b))
	}
	f.Add("banner motd #a\nb#\nusername a privilege 15 secret 0 x\nline vty 0 4\n password 7 0508\nip route 10.0.0.0 255.0.0.0 null 0 1\n")
	f.Add("router eigrp A\n address-family ipv4 autonomous-system 1\n  af-interface default\n   no passive-interface\ncrypto isakmp key K address 0.0.0.0 0.0.0.0\n")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 {
			return
		}
		roundTrip(t, text)
	})
}

// FuzzEnter types lines with all that a router does about them.
func FuzzEnter(f *testing.F) {
	f.Add("int tu0\nip add 10.0.0.1 255.255.255.0\nint tu1\nip add 10.0.0.2 255.255.255.0\ntun mode gre multi\n")
	f.Add("ip route 10.0.0.0 255.0.0.0 1.1.1.1\nno ip route 10.0.0.0 255.0.0.0\ninterface range g0/0 - 4\n")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2048 {
			return
		}
		term := newTerminal()
		term.fast = true
		term.paste(text)
		Decode(term.tree)
		Unsupported(term.tree)
	})
}

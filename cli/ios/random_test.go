package ios

import (
	"errors"
	"flag"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
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

var long = flag.Bool("long", false, "five times as many random configurations")

// The random configurations of TestRandomRoundTrip, and the parts that run side
// by side.
const (
	randomConfigs = 20000
	randomParts   = 8
)

// TestRandomRoundTrip loads random configurations of every declaration: what is
// shown gives itself, and the same decoded configuration.
func TestRandomRoundTrip(t *testing.T) {
	n := uint64(randomConfigs)
	if *long {
		n *= 5
	}
	var mu sync.Mutex
	met := map[*grammar.Command]bool{}
	t.Run("seeds", func(t *testing.T) {
		for part := range uint64(randomParts) {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				mine := map[*grammar.Command]bool{}
				for seed := part; seed < n && !t.Failed(); seed += randomParts {
					text := randomConfig(seed)
					tree, errs := Load(text)
					if len(errs) > 0 { // what does not go together; the words must be known all the same
						words, errs := grammar.Load(ConfigMode, text)
						if len(errs) > 0 {
							t.Errorf("refused: %v", errs[0])
						}
						meet(words, mine)
					}
					meet(tree, mine)
					roundTripOf(t, tree)
					if t.Failed() {
						t.Logf("seed %d:\n%s", seed, text)
					}
				}
				mu.Lock()
				defer mu.Unlock()
				maps.Copy(met, mine)
			})
		}
	})
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

// randomConfig returns the configuration of a seed: of the global mode or, for
// most seeds, of one of the modes below it, whose turn it is, with the lines
// that open it.
func randomConfig(seed uint64) string {
	rnd := rand.New(rand.NewPCG(seed, 7))
	if seed%4 == 0 {
		return grammar.Generate(rnd, ConfigMode, 40)
	}
	m := subModes[seed/4*3%uint64(len(subModes))]
	if seed%4 > 1 {
		m = []*grammar.Mode{ConfigIf, subModes[seed%uint64(len(subModes))]}[seed%4-2]
	}
	flat := rand.New(rand.NewPCG(seed, 13)).IntN(4) == 0 // as Generate chooses
	text := grammar.Generate(rand.New(rand.NewPCG(seed, 13)), m, 24)
	text, _, _ = strings.Cut("\n"+text, "\nend\n") // it would end what opens m too
	return within(opening(rnd, m), text, flat)
}

// within returns the lines of text below those that open their section, indented
// unless the configuration is to be flat.
func within(open []string, text string, flat bool) string {
	var b strings.Builder
	pad := " "
	if flat {
		pad = ""
	}
	for i, l := range open {
		b.WriteString(strings.Repeat(pad, i) + l + "\n")
	}
	for l := range strings.Lines(text) {
		b.WriteString(strings.Repeat(pad, len(open)) + l)
	}
	return b.String() + "\n"
}

// opening returns lines that open mode m, none for the global mode.
func opening(rnd *rand.Rand, m *grammar.Mode) []string {
	if m.Parent == nil {
		return nil
	}
	for _, c := range m.Parent.Commands {
		if c.Opens != m || c.Kind != grammar.Section {
			continue
		}
		only := &grammar.Mode{Name: m.Parent.Name, Types: m.Parent.Types, Help: m.Parent.Help, Commands: []*grammar.Command{c}}
		for range 100 {
			line, _, _ := strings.Cut(grammar.Generate(rnd, only, 1), "\n")
			if l, err := m.Parent.Match(line); err == nil && l.Command == c && !l.No && !l.Default {
				return append(opening(rnd, m.Parent), line)
			}
		}
	}
	return []string{"interface GigabitEthernet0/1.1"} // the mode of sub-interfaces
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
	roundTripOf(t, one)
}

// roundTripOf fails where the configuration does not give itself.
func roundTripOf(t *testing.T, one *grammar.Tree) {
	t.Helper()
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

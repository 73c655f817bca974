package grammar

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// permissive is a Loading that keeps what no mode knows.
func permissive(x *table) Loading {
	return Loading{Exec: x.exec, Permissive: func(*Tree) bool { return true }}
}

func TestLoadPermissive(t *testing.T) {
	x := newTable(t)
	tests := []struct {
		name, in, want string
		refused        int
	}{
		{"at the top", "zone pair  A\nhostname R1\n", "hostname R1\nzone pair  A\n", 0},
		{"behind the sections", "zone A\nint tu0\n ip mtu 1400\n", "interface Tunnel0\n ip mtu 1400\n!\nzone A\n", 0},
		{"in a section", "int tu0\n zone member A\n ip mtu 1400\n", "interface Tunnel0\n ip mtu 1400\n zone member A\n!\n", 0},
		{"flat", "int tu0\nzone member A\nip mtu 1400\n", "interface Tunnel0\n ip mtu 1400\n zone member A\n!\n", 0},
		{
			"with lines below", "zone A\n description x\n  exit\n\n !\n   pool 1\nzone B\n description x\n ip mtu 1400\n!\nhostname R1\n",
			"hostname R1\nzone A\n description x\n  exit\n   pool 1\nzone B\n description x\n ip mtu 1400\n", 0,
		},
		{"with lines below, in a section", "int tu0\n  zone A\n   pool 1\n  ip mtu 1400\n", "interface Tunnel0\n ip mtu 1400\n zone A\n  pool 1\n!\n", 0},
		{"twice", "zone A\n one\nzone A\n one\n", "zone A\n one\n", 0},
		{"in two parts", "zone A\n one\nhostname R1\nzone A\n two\n", "hostname R1\nzone A\n one\n two\n", 0},
		{"removed", "zone A\n one\nno zone A\n", "", 0},
		{"off", "no zone A\n", "no zone A\n", 0},
		{"off and on", "no zone A\nzone A\n", "zone A\n", 0},
		{"a known line behind it", "int tu0\n ip mtu 1400\n!\nip mtu 1300\n", "interface Tunnel0\n ip mtu 1400\n!\nip mtu 1300\n", 0},
		{"no bar before it", "int tu0\n ip mtu 1400\nip mtu 1300\n", "interface Tunnel0\n ip mtu 1300\n!\n", 0},
		{
			"behind a section in a section", "router eigrp 1\n address-family ipv4 vrf A\n  network 10.0.0.0\n exit-address-family\n zone A\n",
			"router eigrp 1\n !\n address-family ipv4 vrf A\n  network 10.0.0.0\n exit-address-family\n zone A\n!\n", 0,
		},
		{"behind prompts", "R1(config)#zone A\nR1(config-zone)#hostname R1\n", "hostname R1\nzone A\n", 0},
		{"exec commands", "show clock\nzone A\nshow clock\nshow bogus\n", "zone A\nshow bogus\n", 1},
		{"a word is missing", "ip route\nzone A\n", "zone A\n", 1},
		{"ambiguous", "int tu0\n i\n", "interface Tunnel0\n!\n", 1},
		{"a control character", "zone \x01A\n", "", 1},
		{"a prompt behind the prompt", "R1(config)#R2#zone A\n", "", 1},
		{"too many lines below", "zone A\n x\nzone A\n" + strings.Repeat(" y\n", maxBodyLines), "zone A\n x\n", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree, errs := permissive(x).Load(x.config, tt.in)
			got := shownOf(tree)
			if got != tt.want || len(errs) != tt.refused {
				t.Errorf("got\n%s\nwant\n%s\nrefused %v", got, tt.want, errs)
			}
			again, errs := permissive(x).Load(x.config, tree.Text())
			if len(errs) > 0 || again.Text() != tree.Text() {
				t.Errorf("fed back, it gives\n%s\nrefused %v", again.Text(), errs)
			}
			for s := range tree.Children() {
				if l := s.Line; l.Verbatim() && l.Command.Effect != NoEffect {
					t.Errorf("%s has an effect", l)
				}
			}
		})
	}
}

// TestPermissiveBySection: who loads says where lines are kept, and when.
func TestPermissiveBySection(t *testing.T) {
	x := newTable(t)
	o := Loading{Permissive: func(section *Tree) bool {
		for section.Parent != nil {
			section = section.Parent
		}
		return section.Find(x.hostname) != nil
	}}
	tree, errs := o.Load(x.config, "zone A\nhostname R1\nzone B\nint tu0\n zone C\n")
	if got := shownOf(tree); got != "hostname R1\ninterface Tunnel0\n zone C\n!\nzone B\n" || len(errs) != 1 || errs[0].Line != 1 {
		t.Errorf("got %q, refused %v", got, errs)
	}
}

func TestKeep(t *testing.T) {
	x := newTable(t)
	tree := NewTreeIn(x.config)
	was := tree.Text()
	for _, tt := range []struct{ text, want string }{
		{"zone A", "zone A\n"},
		{" zone  B ", "zone A\nzone  B\n"},
		{"no zone A", "zone  B\n"},
		{"no zone A", "zone  B\nno zone A\n"},
		{"zone A", "zone  B\nzone A\n"},
		{"no zone A", "zone  B\n"},
		{"no zone  B", ""},
		{"", ""},
		{"!", ""},
		{"# x", ""},
		{"exit", ""},
		{"end", ""},
		{"conf t", ""},
		{"R1#x", ""},
		{"a\tb", "a\tb\n"},
		{"a\nb", "a\tb\n"},
	} {
		lines := tree.Keep(tt.text)
		var undo []func()
		before := tree.Text()
		for range 2 {
			undo = nil
			for _, l := range lines {
				undo = append([]func(){tree.Apply(l).Undo}, undo...)
			}
			if got := strings.TrimPrefix(tree.Text(), was); got != tt.want {
				t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
			}
			for _, f := range undo {
				f()
			}
			if tree.Text() != before {
				t.Errorf("%q is not taken back", tt.text)
			}
		}
		for _, l := range lines {
			tree.Apply(l)
		}
	}
	if lines := NewTree().Keep("zone A"); lines != nil {
		t.Errorf("a section without a mode keeps %v", lines)
	}
}

// TestDiffVerbatim: lines that are kept are part of the difference.
func TestDiffVerbatim(t *testing.T) {
	x := newTable(t)
	trees := []*Tree{NewTreeIn(x.config)}
	for _, text := range []string{
		"zone A\n one\nint tu0\n zone B\n", "zone A\n two\nno zone C\n", "zone B\nzone A\n one\nint tu0\n zone B\n  x\n zone C\n",
	} {
		tree, errs := permissive(x).Load(x.config, text)
		if len(errs) > 0 {
			t.Fatal(errs[0])
		}
		trees = append(trees, tree)
	}
	for _, a := range trees {
		for _, b := range trees {
			got := a.Clone()
			edits := Diff(a, b)
			for _, e := range edits {
				at := got
				for _, l := range e.Path {
					at = at.Open(l)
				}
				at.Apply(e.Line)
			}
			if got.Text() != b.Text() {
				t.Errorf("got\n%s\nwant\n%s\nby\n%s", got.Text(), b.Text(), editText(edits))
			}
		}
	}
	if got, want := DiffText(trees[1], trees[2]), "+zone A\n+ two\n+no zone C\n-interface Tunnel0\n -no ip address\n -zone B\n-zone A\n- one\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestPermissiveRandom: random lines among random configurations round-trip.
func TestPermissiveRandom(t *testing.T) {
	x := newTable(t)
	bogus := []string{"zone A", " zone B", "  pool 1", "no zone A", "ip mtu 9", "network 10.0.0.0", "redistribute static", "ip bogus", "permit ip any any", "!", " !", "exit"}
	for seed := range uint64(4000) {
		rnd := rand.New(rand.NewPCG(seed, 6))
		var text strings.Builder
		for l := range strings.Lines(Generate(rnd, x.config, 20)) {
			text.WriteString(l)
			if rnd.IntN(3) == 0 && !strings.Contains(l, "#") {
				text.WriteString(bogus[rnd.IntN(len(bogus))] + "\n")
			}
		}
		one, _ := permissive(x).Load(x.config, text.String())
		two, errs := permissive(x).Load(x.config, one.Text())
		if len(errs) > 0 || one.Text() != two.Text() {
			t.Fatalf("seed %d: refused %v\n%s\n---\n%s\n---\n%s", seed, errs, text.String(), one.Text(), two.Text())
		}
	}
}

// FuzzPermissive: what is kept is kept again as shown.
func FuzzPermissive(f *testing.F) {
	f.Add("zone A\n one\n  two\n!\nint tu0\n zone B\n!\nip mtu 1400\nno zone A\n")
	f.Add("R1(config)#zone A\nrouter eigrp 1\n address-family ipv4 vrf A\n  zone\n   x\n topology base\n zone\nend\nshow x\nbanner motd #a\n#\n#")
	f.Add("crypto pki chain a\n certificate 01\n  00\n  quit\n zone\n  a\nexit-address-family\nzone A\n\x01 x\n R1#y\n")
	x := newTable(f)
	f.Fuzz(func(t *testing.T, text string) {
		one, _ := permissive(x).Load(x.config, text)
		shown := one.Text()
		two, errs := permissive(x).Load(x.config, shown)
		if len(errs) > 0 || two.Text() != shown {
			t.Fatalf("drift: %v\n%q\n---\n%q", errs, shown, two.Text())
		}
		if d := Diff(one, two); len(d) > 0 {
			t.Fatalf("%d edits between %q and itself", len(d), shown)
		}
	})
}

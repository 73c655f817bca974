package grammar

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// diffTable holds pairs of configurations, the lines that lead from the one to
// the other, each after the lines of its sections and a ">", and the text of the
// difference.
var diffTable = []struct{ name, from, to, edits, text string }{
	{"nothing", "hostname R1\nint tu0\n ip mtu 1400\n", "hostname R1\nint tu0\n ip mtu 1400\n", "", ""},
	{"empty", "", "", "", ""},
	{"added", "", "hostname R1\n", "hostname R1\n", "+hostname R1\n"},
	{"removed", "hostname R1\n", "", "no hostname R1\n", "-hostname R1\n"},
	{"replaced", "hostname R1\n", "hostname R2\n", "hostname R2\n", "+hostname R2\n-hostname R1\n"},
	{
		"of all kinds", "hostname R1\nint tu0\n ip mtu 1300\nrouter eigrp 1\n network 10.0.0.0\n", "hostname R2\nint tu0\n ip mtu 1400\n",
		"no router eigrp 1\nhostname R2\ninterface Tunnel0 > ip mtu 1400\n",
		"+hostname R2\ninterface Tunnel0\n +ip mtu 1400\n-hostname R1\ninterface Tunnel0\n -ip mtu 1300\n-router eigrp 1\n -network 10.0.0.0\n",
	},
	{"section with its lines", "", "router eigrp 1\n network 10.0.0.0\n", "router eigrp 1\nrouter eigrp 1 > network 10.0.0.0\n", "+router eigrp 1\n +network 10.0.0.0\n"},
	{"empty section", "", "router eigrp 1\n", "router eigrp 1\n", "+router eigrp 1\n"},
	{"section that loses its lines", "router eigrp 1\n network 10.0.0.0\n", "router eigrp 1\n", "router eigrp 1 > no network 10.0.0.0\n", "router eigrp 1\n -network 10.0.0.0\n"},
	{
		"sections in each other", "router eigrp 1\n address-family ipv4 vrf A\n  topology base\n    redistribute static\n",
		"router eigrp 1\n address-family ipv4 vrf A\n  topology base\n    redistribute connected\n",
		"router eigrp 1 > address-family ipv4 vrf A > topology base > no redistribute static\n" +
			"router eigrp 1 > address-family ipv4 vrf A > topology base > redistribute connected\n",
		"router eigrp 1\n address-family ipv4 vrf A\n  topology base\n    +redistribute connected\n" +
			"router eigrp 1\n address-family ipv4 vrf A\n  topology base\n    -redistribute static\n",
	},
	{
		"section with a closing line", "router eigrp 1\n", "router eigrp 1\n address-family ipv4 vrf A\n  network 10.0.0.0\n",
		"router eigrp 1 > address-family ipv4 vrf A\nrouter eigrp 1 > address-family ipv4 vrf A > network 10.0.0.0\n",
		"router eigrp 1\n +address-family ipv4 vrf A\n  +network 10.0.0.0\n +exit-address-family\n",
	},
	{"off", "int tu0\n", "int tu0\n no ip redirects\n", "interface Tunnel0 > no ip redirects\n", "interface Tunnel0\n +no ip redirects\n"},
	{"on again", "int tu0\n no ip redirects\n", "int tu0\n", "interface Tunnel0 > ip redirects\n", "interface Tunnel0\n -no ip redirects\n"},
	{"back to a hidden default", "int tu0\n exec-timeout 5 0\n", "int tu0\n", "interface Tunnel0 > exec-timeout 10 0\n", "interface Tunnel0\n -exec-timeout 5 0\n"},
	{"from off to a hidden default", "int tu0\n no exec-timeout\n", "int tu0\n", "interface Tunnel0 > exec-timeout 10 0\n", "interface Tunnel0\n -no exec-timeout\n"},
	{"from a value to off", "int tu0\n exec-timeout 5 0\n", "int tu0\n no exec-timeout\n", "interface Tunnel0 > no exec-timeout\n", "interface Tunnel0\n +no exec-timeout\ninterface Tunnel0\n -exec-timeout 5 0\n"},
	{"a default that is off", "router eigrp 1\n auto-summary\n", "router eigrp 1\n", "router eigrp 1 > no auto-summary\n", "router eigrp 1\n -auto-summary\n"},
	{"a word that begins with no", "int tu0\n no keepalive\n", "int tu0\n", "interface Tunnel0 > no no keepalive\n", "interface Tunnel0\n -no keepalive\n"},
	{
		"what is shown instead of a line", "int tu0\n ip address 10.0.0.1 255.0.0.0\n", "int tu0\n",
		"interface Tunnel0 > no ip address 10.0.0.1 255.0.0.0\n", "interface Tunnel0\n +no ip address\ninterface Tunnel0\n -ip address 10.0.0.1 255.0.0.0\n",
	},
	{
		"a line for what was shown", "int tu0\n", "int tu0\n ip unnumbered lo0\n",
		"interface Tunnel0 > ip unnumbered Loopback0\n", "interface Tunnel0\n +ip unnumbered Loopback0\ninterface Tunnel0\n -no ip address\n",
	},
	{
		"list with a key", "int tu0\n ip nhrp map 10.0.0.1 1.1.1.1\n ip nhrp map 10.0.0.2 1.1.1.2\n", "int tu0\n ip nhrp map 10.0.0.1 9.9.9.9\n ip nhrp map 10.0.0.2 1.1.1.2\n",
		"interface Tunnel0 > ip nhrp map 10.0.0.1 9.9.9.9\n", "interface Tunnel0\n +ip nhrp map 10.0.0.1 9.9.9.9\ninterface Tunnel0\n -ip nhrp map 10.0.0.1 1.1.1.1\n",
	},
	{
		"order of entry", "int tu0\n ip nhrp map 10.0.0.1 1.1.1.1\n ip nhrp map multicast 1.1.1.1\n ip nhrp map 10.0.0.2 1.1.1.2\n",
		"int tu0\n ip nhrp map 10.0.0.1 1.1.1.1\n ip nhrp map 10.0.0.2 1.1.1.2\n ip nhrp map multicast 1.1.1.1\n",
		"interface Tunnel0 > no ip nhrp map multicast 1.1.1.1\ninterface Tunnel0 > ip nhrp map multicast 1.1.1.1\n",
		"interface Tunnel0\n +ip nhrp map multicast 1.1.1.1\ninterface Tunnel0\n -ip nhrp map multicast 1.1.1.1\n",
	},
	{
		"a new line in front", "router eigrp 1\n network 10.0.0.0\n", "router eigrp 1\n network 9.0.0.0\n network 10.0.0.0\n",
		"router eigrp 1 > no network 10.0.0.0\nrouter eigrp 1 > network 9.0.0.0\nrouter eigrp 1 > network 10.0.0.0\n",
		"router eigrp 1\n +network 9.0.0.0\n +network 10.0.0.0\nrouter eigrp 1\n -network 10.0.0.0\n",
	},
	{
		"a new line in a sorted list", "ip access-list extended A\n 10 permit ip any any\n 30 deny ip any any\n", "ip access-list extended A\n 10 permit ip any any\n 20 deny ip any any\n 30 deny ip any any\n",
		"ip access-list extended A > 20 deny ip any any\n", "ip access-list extended A\n +20 deny ip any any\n",
	},
	{
		"banner", "banner motd #a\nb#\n", "banner motd #a\n c#\n", "banner motd ^C|a| c\n", "+banner motd ^Ca\n+ c^C\n-banner motd ^Ca\n-b^C\n",
	},
	{"banner removed", "banner motd #a\nb#\n", "", "no banner motd ^C\n", "-banner motd ^Ca\n-b^C\n"},
	{
		"certificate", "crypto pki chain a\n", "crypto pki chain a\n certificate 01\n  00\n  quit\n",
		"crypto pki chain a > certificate 01|00\n", "crypto pki chain a\n +certificate 01\n + 00\n + \tquit\n",
	},
}

func TestDiff(t *testing.T) {
	x := newTable(t)
	for _, tt := range diffTable {
		t.Run(tt.name, func(t *testing.T) {
			a, b := load(t, x.config, tt.from), load(t, x.config, tt.to)
			if got := editText(Diff(a, b)); got != tt.edits {
				t.Errorf("edits\n%s\nwant\n%s", got, tt.edits)
			}
			if got := DiffText(a, b); got != tt.text {
				t.Errorf("text\n%s\nwant\n%s", got, tt.text)
			}
			checkDiff(t, a, b)
			checkDiff(t, b, a)
		})
	}
}

// editText writes each edit after its path; a body stands behind bars.
func editText(edits []Edit) string {
	var b strings.Builder
	for _, e := range edits {
		for _, l := range e.Path {
			b.WriteString(l.String() + " > ")
		}
		b.WriteString(strings.Join(append([]string{e.Line.String()}, e.Line.Text...), "|") + "\n")
	}
	return b.String()
}

// checkDiff fails where the difference between a and b does not lead from a to b.
func checkDiff(t *testing.T, a, b *Tree) {
	t.Helper()
	was, want := a.Text(), b.Text()
	edits := Diff(a, b)
	got := a.Clone()
	for _, e := range edits {
		at := got
		for _, l := range e.Path {
			if at = at.Open(l); at == nil {
				t.Fatalf("no section %s for %s", l, e.Line)
			}
		}
		if !at.Apply(e.Line).Changed {
			t.Errorf("%s changes nothing", e.Line)
		}
		if l, err := at.Mode().Match(e.Line.String()); err != nil || l.String() != e.Line.String() {
			t.Errorf("%s is read as %v, %v", e.Line, l, err)
		}
	}
	if got.Text() != want {
		t.Errorf("got\n%s\nwant\n%s\nby\n%s", got.Text(), want, editText(edits))
	}
	if (was == want) != (len(edits) == 0) || (was == want) != (DiffText(a, b) == "") {
		t.Errorf("edits\n%sand text\n%s", editText(edits), DiffText(a, b))
	}
	if a.Text() != was || b.Text() != want {
		t.Error("what is compared has changed")
	}
	if d := Diff(b, got); len(d) > 0 || DiffText(b, got) != "" || DiffText(a, a) != "" {
		t.Errorf("left over:\n%s", editText(d))
	}
}

// TestDiffSectionLine: a section whose line has new words keeps what is in it.
func TestDiffSectionLine(t *testing.T) {
	types := map[string]Type{"n": Uint{Max: 9}}
	in := &Mode{Name: "in", Types: types, Commands: []*Command{{Syntax: "value <n>", Kind: Leaf}, {Syntax: "size <n>", Kind: Leaf}}}
	m := &Mode{Name: "out", Types: types, Commands: []*Command{{Syntax: "box <n> [tall]", Kind: Section, Key: []string{"n"}, Opens: in}}}
	a, b := load(t, m, "box 1\n value 2\n size 3\n"), load(t, m, "box 1 tall\n value 4\n size 3\n")
	if got, want := editText(Diff(a, b)), "box 1 tall\nbox 1 tall > value 4\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := DiffText(a, b), "+box 1 tall\n +value 4\n +size 3\n-box 1\n -value 2\n -size 3\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	checkDiff(t, a, b)
	checkDiff(t, NewTree(), b)
	checkDiff(t, b, NewTree())
}

// TestDiffLong: a line that is too long to be typed with a word more is removed
// by less of it.
func TestDiffLong(t *testing.T) {
	m := &Mode{Name: "m", Types: map[string]Type{"text": Rest{}, "n": Uint{Max: 9}}, Commands: []*Command{
		{Syntax: "description <text>", Kind: Leaf},
		{Syntax: "remark <text>", Kind: List},
	}}
	text := strings.Repeat("x", MaxLine-len("description "))
	a, b := load(t, m, "description "+text), load(t, m, "")
	checkDiff(t, a, b)
	if got := editText(Diff(a, b)); got != "no description\n" {
		t.Errorf("got %.40q", got)
	}
	// The whole of a list's line tells it from others: nothing less removes it.
	a = load(t, m, "remark "+strings.Repeat("x", MaxLine-len("remark ")))
	for _, e := range Diff(a, b) {
		a.Apply(e.Line)
	}
	if got := a.Text(); got != "" {
		t.Errorf("left over: %.40q", got)
	}
}

// TestDiffShares: who changes a line of the difference changes neither tree.
func TestDiffShares(t *testing.T) {
	x := newTable(t)
	b := load(t, x.config, "hostname R1\nint tu0\n ip nhrp map 10.0.0.1 1.1.1.1\nbanner motd #a#\n")
	was := b.Text()
	for _, e := range Diff(NewTree(), b) {
		for _, l := range append([]*Line{e.Line}, e.Path...) {
			l.Words[0], l.Args["zq"] = "zq", "zq"
			if len(l.Text) > 0 {
				l.Text[0] = "zq"
			}
		}
	}
	if b.Text() != was {
		t.Errorf("got\n%s\nwant\n%s", b.Text(), was)
	}
}

// TestDiffRandom holds Diff against random configurations, and against ones with
// the same lines in another order.
func TestDiffRandom(t *testing.T) {
	x := newTable(t)
	n := uint64(6000)
	if testing.Short() {
		n = 300
	}
	for seed := range n {
		rnd := rand.New(rand.NewPCG(seed, 5))
		text := Generate(rnd, x.config, 25)
		a, _ := Load(x.config, text)
		if rnd.IntN(2) == 0 {
			text = ""
		}
		for range rnd.IntN(3) {
			text = thinned(rnd, a.Text()) + "end\n" + text
		}
		b, _ := Load(x.config, text+"end\n"+Generate(rnd, x.config, rnd.IntN(20)))
		checkDiff(t, a, b)
		if t.Failed() {
			t.Fatalf("seed %d:\n%s\n--- to ---\n%s", seed, a.Text(), b.Text())
		}
	}
}

// thinned returns text without one line in six.
func thinned(rnd *rand.Rand, text string) string {
	var out strings.Builder
	for l := range strings.Lines(text) {
		if rnd.IntN(6) > 0 {
			out.WriteString(l)
		}
	}
	return out.String()
}

// BenchmarkDiff compares configurations of which one line in eight differs; the
// cost of a line must not grow.
func BenchmarkDiff(b *testing.B) {
	x := newTable(b)
	for _, n := range []int{1000, 10000} {
		from, to := diffPair(b, x, n, 0), diffPair(b, x, n, 1)
		for name, f := range map[string]func(){"edits": func() { Diff(from, to) }, "text": func() { DiffText(from, to) }} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				for b.Loop() {
					f()
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/line")
			})
		}
	}
}

// diffPair returns a configuration of n lines; every eighth depends on which.
func diffPair(b *testing.B, x *table, n, which int) *Tree {
	var text strings.Builder
	for i := range n / 4 {
		fmt.Fprintf(&text, "ip route 10.%d.%d.0 255.255.255.0 192.0.2.1\n", i>>8&255, i&255)
		fmt.Fprintf(&text, "router eigrp %d\n network 10.0.0.0\n network 11.0.0.%d\n", i+1, i%2*which)
	}
	tree, errs := Load(x.config, text.String())
	if len(errs) > 0 {
		b.Fatal(errs[0])
	}
	return tree
}

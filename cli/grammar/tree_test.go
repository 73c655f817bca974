package grammar

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// load loads text without a refusal.
func load(t testing.TB, m *Mode, text string) *Tree {
	t.Helper()
	tree, errs := Load(m, text)
	for _, e := range errs {
		t.Errorf("%v", e)
	}
	return tree
}

func TestText(t *testing.T) {
	x := newTable(t)
	tests := []struct{ name, in, want string }{
		{"order and sections", `
			router eigrp 1
			 network 10.0.0.0
			interface tu1
			 ip mtu 1400
			 description  a   b
			 ip address 10.0.0.1 255.0.0.0
			ip domain name zq
			hostname R1
			interface lo0
		`, `
			hostname R1
			!
			no aaa new-model
			ip domain name zq
			interface Loopback0
			 no ip address
			!
			interface Tunnel1
			 description a   b
			 ip address 10.0.0.1 255.0.0.0
			 ip mtu 1400
			!
			router eigrp 1
			 network 10.0.0.0
			!
		`},
		{"group keeps the order of entry", `
			interface tu1
			ip nhrp map multicast 1.1.1.1
			ip nhrp map 10.0.0.1 1.1.1.1
			ip nhrp map multicast 2.2.2.2
			ip nhrp map 10.0.0.1 3.3.3.3
			ip unnumbered lo0
			ip mtu 1400
		`, `
			!
			no aaa new-model
			interface Tunnel1
			 ip unnumbered Loopback0
			 ip mtu 1400
			 ip nhrp map multicast 1.1.1.1
			 ip nhrp map 10.0.0.1 3.3.3.3
			 ip nhrp map multicast 2.2.2.2
			!
		`},
		{"defaults are absorbed", `
			interface tu1
			 ip mtu 1400
			 ip mtu 1500
			 ip redirects
			 ip nhrp map multicast dynamic
			 tunnel mode gre ip
			 exec-timeout 10 0
			interface tu2
			 no ip redirects
			 no ip nhrp map multicast dynamic
			 no exec-timeout
			 no ip split-horizon eigrp 7
			interface tu3
			 no exec-timeout
			 exec-timeout 5 0
			 no ip redirects
			 ip redirects
			router eigrp 1
			 auto-summary
			router eigrp 2
			 auto-summary
			 no auto-summary
		`, `
			!
			no aaa new-model
			interface Tunnel1
			 no ip address
			!
			interface Tunnel2
			 no ip address
			 no ip redirects
			 no ip split-horizon eigrp 7
			 no ip nhrp map multicast dynamic
			 no exec-timeout
			!
			interface Tunnel3
			 no ip address
			 exec-timeout 5 0
			!
			router eigrp 1
			 auto-summary
			!
			router eigrp 2
			!
		`},
		{"no removes", `
			aaa new-model
			hostname R1
			no hostname
			interface tu1
			 ip address 10.0.0.1 255.0.0.0
			 ip address 10.0.0.2 255.0.0.0 secondary
			 no ip address
			 ip nhrp authentication zq
			 no ip nhrp auth other
			 ip nhrp map 10.0.0.1 1.1.1.1
			 ip nhrp map 10.0.0.2 2.2.2.2
			 no ip nhrp map 10.0.0.1
			 tunnel mode gre multipoint
			 no tunnel mode
			interface tu2
			 ip address 10.0.0.1 255.0.0.0
			 no ip address 10.0.0.9 255.0.0.0
			interface tu3
			no interface tu3
			router eigrp 1
			 network 10.0.0.0 0.0.0.255
			 network 10.0.0.0
			 network 11.0.0.0 0.0.0.255
			 no network 10.0.0.0
			 no network 11.0.0.0
			 neighbor 1.1.1.1 remote-as 1
			 neighbor 1.1.1.1 timers 1 1
			 neighbor 2.2.2.2 remote-as 1
			 no neighbor 1.1.1.1
		`, `
			!
			aaa new-model
			interface Tunnel1
			 no ip address
			 ip nhrp map 10.0.0.2 2.2.2.2
			!
			interface Tunnel2
			 ip address 10.0.0.1 255.0.0.0
			!
			router eigrp 1
			 network 10.0.0.0 0.0.0.255
			 neighbor 2.2.2.2 remote-as 1
			!
		`},
		{"default restores", `
			interface tu1
			 ip mtu 1400
			 no ip redirects
			 default ip mtu
			 default ip redirects
			interface tu2
			 ip mtu 1400
			default interface tu2
		`, `
			!
			no aaa new-model
			interface Tunnel1
			 no ip address
			!
			interface Tunnel2
			 no ip address
			!
		`},
		{"nesting, closing lines, indent", `
			router eigrp 1
			 address-family ipv4 vrf A
			  topology base
			    redistribute static
			    redistribute eigrp 1 metric 5
			    redistribute connected
			    redistribute eigrp 1 metric 6
			  exit-topology
			  network 10.0.0.0
			 exit-address-family
			 network 11.0.0.0
			control-plane
		`, `
			!
			no aaa new-model
			router eigrp 1
			 network 11.0.0.0
			 !
			 address-family ipv4 vrf A
			  network 10.0.0.0
			  !
			  topology base
			    redistribute static
			    redistribute eigrp 1 metric 6
			    redistribute connected
			  exit-topology
			 exit-address-family
			!
			control-plane
			!
		`},
		{"bodies", `
			banner motd #one
			 two ! no comment
			three# rest
			crypto pki chain X
			 certificate ca 0a
			  30820101  02030405
			  	quit
			 certificate 0b
			  	quit
		`, `
			!
			no aaa new-model
			banner motd ^Cone
			 two ! no comment
			three^C
			crypto pki chain X
			 certificate ca 0A
			  30820101  02030405
			  	quit
			 certificate 0B
			  	quit
			!
		`},
	}
	undent := func(s string) string {
		return strings.TrimRight(strings.ReplaceAll(strings.TrimPrefix(s, "\n"), "\t\t\t", ""), "\t")
	}
	for _, tt := range tests {
		tree := load(t, x.config, undent(tt.in))
		got := tree.Text()
		if want := undent(tt.want); got != want {
			t.Errorf("%s:\n%s\nwant:\n%s", tt.name, got, want)
		}
		if again := load(t, x.config, got).Text(); again != got {
			t.Errorf("%s: second reading differs:\n%s", tt.name, again)
		}
	}
}

func TestTextAll(t *testing.T) {
	x := newTable(t)
	tree := load(t, x.config, "interface tu0\n no ip redirects\n")
	want := "!\nno aaa new-model\n!\nip domain lookup\ninterface Tunnel0\n no ip address\n no ip redirects\n ip mtu 1500\n" +
		" ip nhrp map multicast dynamic\n exec-timeout 10 0\n tunnel mode gre ip\n!\n"
	if got := tree.TextAll(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A nested section that ends with "!" still leaves the "!" of the outer one due,
// and a default may hold in some sections alone.
func TestNestedBar(t *testing.T) {
	types := map[string]Type{"n": Uint{Max: 9}}
	peer := &Mode{Name: "peer", Types: types, Commands: []*Command{{Syntax: "key <n>", Kind: Leaf, Default: "key 1", DefaultIn: func(l *Line) bool {
		return l.Args["n"] == "2"
	}}}}
	ring := &Mode{Name: "ring", Types: types, Commands: []*Command{{Syntax: "peer <n>", Kind: Section, Key: []string{"n"}, Opens: peer, Close: "!"}}}
	root := &Mode{Name: "root", Types: types, Commands: []*Command{{Syntax: "ring <n>", Kind: Section, Key: []string{"n"}, Opens: ring, Break: true}}}
	tree := load(t, root, "ring 1\n peer 1\n !\n peer 2\n !\n!\nring 2\n!\n")
	if got, want := tree.Text(), "!\nring 1\n peer 1\n !\n peer 2\n !\n!\nring 2\n!\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := tree.TextAll(), "!\nring 1\n peer 1\n !\n peer 2\n  key 1\n !\n!\nring 2\n!\n"; got != want {
		t.Errorf("all: got %q, want %q", got, want)
	}
}

func TestSectionText(t *testing.T) {
	x := newTable(t)
	tree := load(t, x.config, "interface tu0\n ip mtu 1400\n")
	if got, want := tree.Find(x.iface).SectionText(), "interface Tunnel0\n no ip address\n ip mtu 1400\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLines(t *testing.T) {
	x := newTable(t)
	tree := load(t, x.config, "interface tu1\n ip nhrp map multicast 2.2.2.2\n ip nhrp map 10.0.0.1 1.1.1.1\n ip nhrp map multicast 1.1.1.1\n no ip redirects\n")
	section := tree.Find(x.iface)
	var got []string
	for s := range section.Lines(x.mapm) {
		got = append(got, s.Line.Args["nbma"])
	}
	if fmt.Sprint(got) != "[2.2.2.2 1.1.1.1]" {
		t.Errorf("Lines: %v", got)
	}
	if s := section.Find(x.redirects); s == nil || !s.Line.No {
		t.Errorf("Find of a stored no line: %+v", s)
	}
	if section.Find(x.mtu) != nil || section.Len() != 4 || section.Mode() != x.ifc || section.Parent != tree {
		t.Errorf("section: %+v", section)
	}
	l, _ := x.config.Match("int tu 1")
	if tree.Open(l) != section {
		t.Error("Open does not find the section")
	}
	n := 0
	for s := range section.Children() { // removing while walking
		r, err := x.ifc.Match("no " + s.Line.String())
		if s.Line.No {
			r, err = x.ifc.Match(s.Line.Words[0] + " " + s.Line.Words[1])
		}
		if err != nil || !section.Apply(r).Changed {
			t.Errorf("%v: %v", s.Line, err)
		}
		n++
	}
	if n != 4 || section.Len() != 0 {
		t.Errorf("walked %d lines, %d left", n, section.Len())
	}
}

func TestChange(t *testing.T) {
	x := newTable(t)
	tree := NewTree()
	steps := []struct {
		line    string
		changed bool
	}{
		{"hostname R1", true},
		{"hostname R1", false},
		{"hostname R2", true},
		{"no hostname", true},
		{"no hostname", false},
		{"exit", false},
		{"ip domain lookup", false},
		{"no ip domain lookup", true},
		{"no ip domain lookup", false},
		{"default ip domain lookup", true},
		{"interface tu1", true},
		{"interface tu1", false},
	}
	for _, s := range steps {
		l, err := x.config.Match(s.line)
		if err != nil {
			t.Fatal(err)
		}
		ch := tree.Apply(l)
		if ch.Changed != s.changed || ch.Undo == nil || ch.Section == nil {
			t.Errorf("%s: %+v, want Changed %v", s.line, ch, s.changed)
		}
		if l.Command == x.iface && (ch.Section == tree || ch.Section.Mode() != x.ifc) {
			t.Errorf("%s: does not open its section", s.line)
		}
	}
}

// TestUndo takes back every step of random sessions.
func TestUndo(t *testing.T) {
	x := newTable(t)
	for seed := range uint64(300) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		tree := NewTreeIn(x.config)
		open, mode := tree, x.config
		var texts []string
		var undo []func()
		for raw := range strings.Lines(Generate(rnd, x.config, 60)) {
			line := strings.TrimSpace(raw)
			l, m, err := mode.MatchUp(line)
			if err != nil || l.NeedsBody() {
				continue
			}
			for m != open.Mode() && open.Parent != nil {
				open = open.Parent
			}
			texts = append(texts, tree.TextAll())
			ch := open.Apply(l)
			undo = append(undo, ch.Undo)
			if ch.Changed != (texts[len(texts)-1] != tree.TextAll()) && l.Command.Kind != Section && open == rooted(open, tree) {
				t.Fatalf("seed %d: %s: Changed is %v", seed, l, ch.Changed)
			}
			open = rooted(ch.Section, tree)
			mode = open.Mode()
		}
		clone, whole := tree.Clone(), tree.TextAll()
		for i := len(undo) - 1; i >= 0; i-- {
			undo[i]()
			if got := tree.TextAll(); got != texts[i] {
				t.Fatalf("seed %d: after undoing step %d:\n%s\nwant:\n%s", seed, i, got, texts[i])
			}
		}
		if clone.TextAll() != whole {
			t.Fatalf("seed %d: the clone changed with the original", seed)
		}
	}
}

// rooted returns s, or the root where s has been removed from its tree.
func rooted(s, root *Tree) *Tree {
	for up := s; up.Parent != nil; up = up.Parent {
		if up.gone {
			return root
		}
	}
	return s
}

package grammar

import (
	"errors"
	"strings"
	"testing"
)

func TestMatch(t *testing.T) {
	x := newTable(t)
	tests := []struct {
		mode       *Mode
		line, want string
	}{
		{x.exec, "sh clo", "show clock"},
		{x.exec, "  SHOW\tClock  det ", "show clock detail"},
		{x.exec, "sh int tu 0", "show interfaces Tunnel0"},
		{x.exec, "sh int", "show interfaces"},
		{x.config, "int tun 0", "interface Tunnel0"},
		{x.config, "int tunnel0", "interface Tunnel0"},
		{x.config, "host R1", "hostname R1"},
		{x.config, "ip domain-lookup", "ip domain lookup"},
		{x.config, "no ip domain-lo", "no ip domain lookup"},
		{x.config, "ip domain-n example.com", "ip domain name example.com"},
		{x.config, "no ip domain-name", "no ip domain name"},
		{x.config, "ip domain-list vrf zq a.b", "ip domain list vrf zq a.b"},
		{x.config, "ip domain-list a.b", "ip domain list a.b"},
		{x.config, "ip route 10.0.0.0 255.0.0.0 nu", "ip route 10.0.0.0 255.0.0.0 Null0"},
		{x.config, "ip route 10.0.0.0 255.0.0.0 tunnel 1 20 name x", "ip route 10.0.0.0 255.0.0.0 Tunnel1 20 name x"},
		{x.config, "no-such-thing", "no-such-thing"},
		{x.config, "no no-such", "no no-such-thing"},
		{x.config, "no router eigrp 1", "no router eigrp 1"},
		{x.config, "def host", "default hostname"},
		{x.ifc, "ip add 10.0.0.1 255.255.255.0", "ip address 10.0.0.1 255.255.255.0"},
		{x.ifc, "ip add 10.0.0.1 255.255.255.0 sec", "ip address 10.0.0.1 255.255.255.0 secondary"},
		{x.ifc, "desc  to   the  hub ! here ", "description to   the  hub ! here"},
		{x.ifc, "ip nhrp map multicast dyn", "ip nhrp map multicast dynamic"},
		{x.ifc, "ip nhrp map multi 2001:db8::a", "ip nhrp map multicast 2001:DB8::A"},
		{x.ifc, "ip nhrp nhs 10.0.0.1 n 1.1.1.1 m p 9", "ip nhrp nhs 10.0.0.1 nbma 1.1.1.1 multicast priority 9"},
		{x.ifc, "tun mode gre multi", "tunnel mode gre multipoint"},
		{x.ifc, "no ip nhrp auth", "no ip nhrp authentication"},
		{x.ifc, "no ip nhrp auth other", "no ip nhrp authentication other"},
		{x.ifc, "no ip address", "no ip address"},
		{x.ifc, "no tunnel mode", "no tunnel mode"},
		{x.ifc, "no ip nhrp max", "no ip nhrp max-send"},
		{x.ifc, "no ip nhrp map 10.0.0.1", "no ip nhrp map 10.0.0.1"},
		{x.ifc, "no ip mtu", "no ip mtu"},
		{x.ifc, "no exec", "no exec-timeout"},
		{x.ifc, "no keepalive", "no keepalive"},
		{x.ifc, "ip nhrp group G", "nhrp group G"},
		{x.router, "neigh 1.1.1.1 remote 5", "neighbor 1.1.1.1 remote-as 5"},
		{x.router, "neigh 1.1.1.1 peer", "neighbor 1.1.1.1 peer-group"}, // a name after all
		{x.router, "no neigh 1.1.1.1", "no neighbor 1.1.1.1"},
		{x.router, "eigrp stub", "eigrp stub connected summary"},
		{x.router, "eigrp stub sum", "eigrp stub summary"},
		{x.acl, "permit ip any any", "permit ip any any"},
		{x.acl, "10 per ip a a", "10 permit ip any any"},
		{x.acl, "no 10", "no 10"},
	}
	for _, tt := range tests {
		l, err := tt.mode.Match(tt.line)
		if err != nil {
			t.Errorf("%s: %q: %v", tt.mode.Name, tt.line, err)
			continue
		}
		if got := l.String(); got != tt.want {
			t.Errorf("%s: %q = %q, want %q", tt.mode.Name, tt.line, got, tt.want)
		}
	}
}

func TestMatchRefuses(t *testing.T) {
	x := newTable(t)
	tests := []struct {
		mode *Mode
		line string // "^" is not typed: it stands before the character of the caret
		kind ErrorKind
	}{
		{x.exec, "show cr^u", Invalid},
		{x.exec, "crypto key ^end", Invalid},
		{x.exec, "^bogus", Invalid},
		{x.exec, "show clock detail ^more", Invalid},
		{x.exec, "show clock d^x", Invalid},
		{x.exec, "^no show clock", Invalid},
		{x.exec, "show", Incomplete},
		{x.exec, "", Incomplete},
		{x.exec, "show interfaces tunnel", Incomplete},
		{x.exec, "show interfaces tunnel ^x", Invalid},
		{x.exec, "show interfaces tunnel^100", Invalid},
		{x.exec, "co t", Ambiguous},
		{x.exec, "sh c", Ambiguous},
		{x.config, "no", Incomplete},
		{x.config, "no ip", Incomplete},
		{x.config, "no interface", Incomplete},
		{x.config, "no router", Incomplete},
		{x.config, "no ip route", Incomplete},
		{x.config, "no ^exit", Invalid},
		{x.config, "hostname zq zq^", Invalid},
		{x.config, "hostname ^zq\x01", Invalid},
		{x.ifc, "ip mtu ^67", Invalid},
		{x.ifc, "ip mtu ^abc", Invalid},
		{x.ifc, "ip mtu", Incomplete},
		{x.ifc, "ip address 10.0.0.25^6 255.0.0.0", Invalid},
		{x.ifc, "ip address 10.0.0 ^", Incomplete},
		{x.ifc, "ip address 10.0.0^ 255.0.0.0", Invalid},
		{x.ifc, "ip address 10.0.0.1 ^255.0.255.0", Invalid},
		{x.ifc, "ip address 10.0.0.1 255.0.0.0 ^x", Invalid},
		{x.ifc, "ip r^outers", Invalid},
		{x.ifc, "ip nhrp authentication 12345678^9", Invalid},
		{x.ifc, "ip nhrp map 200^1::1 10.0.0.1", Invalid},
		{x.ifc, "no ip nhrp", Incomplete},
		{x.ifc, "no ip nhrp map", Incomplete},
		{x.ifc, "no ip nhrp map multicast", Incomplete},
		{x.ifc, "no shutdown ^now", Invalid},
		{x.router, "no neighbor", Incomplete},
		{x.router, "neighbor 1.1.1.1 ^x", Invalid},
	}
	for _, tt := range tests {
		line, after, caret := strings.Cut(tt.line, "^")
		col := len(line)
		line += after
		if tt.line == "hostname zq zq^" { // too many words: the first of them
			col = len("hostname zq ")
		}
		if tt.line == "hostname ^zq\x01" { // a control character
			col = len(line) - 1
		}
		_, err := tt.mode.Match(line)
		var se *SyntaxError
		if !errors.As(err, &se) {
			t.Errorf("%q: error %v, want a SyntaxError", line, err)
			continue
		}
		if se.Kind != tt.kind || se.Kind == Invalid && caret && se.Column != col {
			t.Errorf("%q: kind %d column %d, want kind %d column %d", line, se.Kind, se.Column, tt.kind, col)
		}
	}
}

func TestMessage(t *testing.T) {
	tests := []struct {
		e    SyntaxError
		want string
	}{
		{SyntaxError{Invalid, 7, "show cru"}, strings.Repeat(" ", 10) + "^\n% Invalid input detected at '^' marker.\n\n"},
		{SyntaxError{Invalid, 99, "é"}, "    ^\n% Invalid input detected at '^' marker.\n\n"},
		{SyntaxError{Incomplete, 4, "show"}, "% Incomplete command.\n\n"},
		{SyntaxError{Ambiguous, 4, "sh c "}, "% Ambiguous command:  \"sh c\"\n"},
	}
	for _, tt := range tests {
		if got := tt.e.Message(3); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.e, got, tt.want)
		}
	}
}

func TestMatchUp(t *testing.T) {
	x := newTable(t)
	l, m, err := x.ifc.MatchUp("router eigrp 1")
	if err != nil || m != x.config || l.String() != "router eigrp 1" {
		t.Errorf("got %v in %v, %v", l, m, err)
	}
	var se *SyntaxError
	if _, _, err := x.ifc.MatchUp("ip domain x"); !errors.As(err, &se) || se.Column != len("ip domain ") {
		t.Errorf("got %v, want the column of the mode that read most", err)
	}
	if _, _, err := x.ifc.MatchUp("ip"); !errors.As(err, &se) || se.Kind != Incomplete {
		t.Errorf("got %v, want Incomplete", err)
	}
}

func TestCompileRefuses(t *testing.T) {
	leaf := func(syntax ...string) []*Command {
		var cs []*Command
		for _, s := range syntax {
			cs = append(cs, &Command{Syntax: s, Kind: Leaf})
		}
		return cs
	}
	tests := []struct {
		name string
		cmds []*Command
		want string
	}{
		{"bracket open", leaf("a [b"), "missing"},
		{"bracket closed", leaf("a b]"), "unexpected"},
		{"wrong bracket", leaf("a {b]"), "missing"},
		{"empty choice", leaf("a {b|}"), "empty choice"},
		{"empty", leaf(""), "no words"},
		{"all optional", leaf("[a]"), "optional"},
		{"malformed argument", leaf("a <n"), "malformed"},
		{"no type", leaf("a <zz>"), "no type"},
		{"same line", leaf("a [b]", "a {b|c}"), "same line"},
		{"two names", leaf("a <n> x", "a <m> y"), "one name"},
		{"deep", leaf("a " + strings.Repeat("[x ", 20) + strings.Repeat("]", 20)), "deep"},
		{"wide", leaf("a " + strings.Repeat("[{a|b|c|d}] ", 8)), "ways"},
		{"bad alias", []*Command{{Syntax: "a", Kind: Leaf, Aliases: []string{"b ["}}}, "alias"},
		{"bad key", []*Command{{Syntax: "a <n>", Kind: List, Key: []string{"q"}}}, "key"},
		{"section without mode", []*Command{{Syntax: "a", Kind: Section}}, "open"},
		{"body without argument", []*Command{{Syntax: "a", Kind: Leaf, Body: Delimited}}, "last argument"},
	}
	for _, tt := range tests {
		m := &Mode{Name: "m", Commands: tt.cmds, Types: map[string]Type{"n": Uint{Max: 9}, "m": Uint{Max: 9}}}
		err := m.Compile()
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
			continue
		}
		if again := m.Compile(); again == nil {
			t.Errorf("%s: second Compile forgets", tt.name)
		}
		if _, err := m.Match("a"); err == nil {
			t.Errorf("%s: Match with a broken mode", tt.name)
		}
	}
}

func TestID(t *testing.T) {
	x := newTable(t)
	id := func(m *Mode, line string) string {
		l, err := m.Match(line)
		if err != nil {
			t.Fatal(err)
		}
		return l.ID()
	}
	if a, b := id(x.ifc, "ip nhrp map 10.0.0.1 1.1.1.1"), id(x.ifc, "no ip nhrp map 10.0.0.1 2.2.2.2"); a != b {
		t.Errorf("%q and %q differ", a, b)
	}
	if a, b := id(x.config, "ip route 10.0.0.0 255.0.0.0 Null0"), id(x.config, "ip route 10.0.0.0 255.0.0.0 tu0"); a == b {
		t.Errorf("both are %q", a)
	}
	if a, b := id(x.config, "hostname a"), id(x.config, "hostname b"); a != b {
		t.Errorf("%q and %q differ", a, b)
	}
}

// TestOuter: a word of the parent is no abbreviation, with "no" neither.
func TestOuter(t *testing.T) {
	types := map[string]Type{"n": Uint{Max: 9}}
	chain := &Mode{Name: "chain", Types: types}
	key := &Mode{Name: "key", Parent: chain, Types: types, Outer: []string{"key"}, Commands: []*Command{{Syntax: "key-string <n>", Kind: Leaf}}}
	chain.Commands = []*Command{{Syntax: "key <n>", Kind: Section, Opens: key}}
	for _, tt := range []struct {
		line string
		mode *Mode // nil: refused
		col  int
	}{
		{"key-string 5", key, 0},
		{"key-s 5", key, 0},
		{"no key-", key, 0},
		{"key 5", chain, 0},
		{"KEY 5", chain, 0},
		{"no key 5", chain, 0},
		{"default key 5", chain, 0},
		{"key 77", nil, 4},
		{"key", nil, 3},
	} {
		_, m, err := key.MatchUp(tt.line)
		if m != tt.mode {
			t.Errorf("%q goes to %v: %v", tt.line, m, err)
		}
		if se, ok := err.(*SyntaxError); tt.mode == nil && (!ok || se.Column != tt.col) {
			t.Errorf("%q: %v", tt.line, err)
		}
	}
}

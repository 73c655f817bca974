package grammar

import (
	"errors"
	"strings"
	"testing"
)

func TestPrompted(t *testing.T) {
	for _, tt := range []struct {
		in, rest   string
		config, ok bool
	}{
		{"R1(config-if)#ip mtu 1400", "ip mtu 1400", true, true},
		{"R1(config-if)# ip mtu 1400 ", " ip mtu 1400 ", true, true},
		{"  hub-1.lab_2(config)#", "", true, true},
		{"R1#conf t", "conf t", false, true},
		{"R1>en", "en", false, true},
		{"R1>", "", false, true},
		{"1#2#3", "2#3", false, true},
		{"R1(config)>x", "", false, false},
		{"R1 #conf t", "", false, false},
		{"R1()#x", "", false, false},
		{"R1(a b)#x", "", false, false},
		{"R1(config", "", false, false},
		{"# comment", "", false, false},
		{"#", "", false, false},
		{"", "", false, false},
		{"(config)#x", "", false, false},
		{"ip mtu 1400", "", false, false},
		{strings.Repeat("x", maxPromptName+1) + "#y", "y", false, true},
		{strings.Repeat("x", maxPromptName+2) + "#y", "", false, false},
	} {
		rest, config, ok := Prompted(tt.in)
		if !tt.ok {
			tt.rest = tt.in
		}
		if rest != tt.rest || config != tt.config || ok != tt.ok {
			t.Errorf("%q: %q %v %v, want %q %v %v", tt.in, rest, config, ok, tt.rest, tt.config, tt.ok)
		}
	}
}

// A comment behind a command is dropped where the line would be refused with it.
func TestComments(t *testing.T) {
	x := newTable(t)
	for _, tt := range []struct{ in, want string }{
		{"ip mtu 1400 ! comment", "ip mtu 1400"},
		{"ip mtu 1400  # comment", "ip mtu 1400"},
		{"ip mtu 1400\t# comment", "ip mtu 1400"},
		{"ip mtu 1400  #### ! comment", "ip mtu 1400"},
		{"no ip mtu  # comment", "no ip mtu"},
		{"ip mtu 1400 # comment", ""},
		{"ip mtu 1400# comment", ""},
		{"  # ip mtu 1400", ""},
		{"ip nhrp authentication a!b", "ip nhrp authentication a!b"},
		{"ip nhrp authentication a#b", "ip nhrp authentication a#b"},
		{"description a  # b ! c", "description a  # b ! c"},
	} {
		l, err := x.ifc.Match(tt.in)
		switch {
		case tt.want == "":
			if se := (*SyntaxError)(nil); !errors.As(err, &se) || se.Input != tt.in {
				t.Errorf("%q: %v, %v", tt.in, l, err)
			}
		case err != nil || l.String() != tt.want:
			t.Errorf("%q: %v, %v", tt.in, l, err)
		}
	}
}

// What is ambiguous in a mode goes up to one that has just that word.
func TestAmbiguousGoesUp(t *testing.T) {
	types := map[string]Type{"n": Uint{Max: 9}}
	up := &Mode{Name: "up", Types: types, Commands: []*Command{
		{Syntax: "ip route <n>", Kind: Leaf},
		{Syntax: "ip domain <n>", Kind: Leaf},
		{Syntax: "box", Kind: Section},
	}}
	in := &Mode{Name: "in", Types: types, Parent: up, Commands: []*Command{
		{Syntax: "ip route-cache", Kind: Leaf}, {Syntax: "ip router <n>", Kind: Leaf}, {Syntax: "ip dog", Kind: Leaf}, {Syntax: "ip door", Kind: Leaf},
	}}
	up.Commands[2].Opens = in
	for _, tt := range []struct{ line, want string }{
		{"ip route 1", "up: ip route 1"},
		{"no ip route 1", "up: no ip route 1"},
		{"ip rout 1", ""},
		{"ip do 1", ""},
		{"ip router 1", "in: ip router 1"},
		{"ip route", ""},
	} {
		if err := up.Compile(); err != nil {
			t.Fatal(err)
		}
		got := ""
		if l, m, err := in.MatchUp(tt.line); err == nil {
			got = m.Name + ": " + l.String()
		}
		if got != tt.want {
			t.Errorf("%q: %q, want %q", tt.line, got, tt.want)
		}
		tree, errs := Load(up, "box\n"+tt.line+"\n")
		if (len(errs) > 0) != (tt.want == "") {
			t.Errorf("%q loaded: %v\n%s", tt.line, errs, tree.Text())
		}
	}
}

func TestLoadSkip(t *testing.T) {
	x := newTable(t)
	var asked []string
	o := Loading{Skip: func(line string, exec bool) bool {
		asked = append(asked, line)
		return line == "wr" || exec
	}}
	_, errs := o.Load(x.config, "show all\nhostname R1\nwr\nshow all\nend\nshow all | include x\n")
	if len(errs) != 1 || errs[0].Line != 4 {
		t.Errorf("refused %v", errs)
	}
	if got := strings.Join(asked, ", "); got != "show all, wr, show all, show all" {
		t.Errorf("asked for %s", got)
	}
}

package grammar

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestAsk(t *testing.T) {
	x := newTable(t)
	tests := []struct {
		mode *Mode
		line string
		want string // words
	}{
		{x.exec, "", "configure connect crypto show"},
		{x.exec, "sh", "show"},
		{x.exec, "c", "configure connect crypto"},
		{x.exec, "sh ", "clock crypto interfaces ip"},
		{x.exec, "sh ip nh", "nhrp"},
		{x.exec, "sh ip nh ", "brief <cr>"},
		{x.exec, "show interfaces ", "Tunnel <cr>"},
		{x.exec, "show interfaces tu", "Tunnel"},
		{x.exec, "connect ", "WORD"},
		{x.exec, "d", "error 1 1"},
		{x.exec, "debug ", "error 1 6"},
		{x.exec, "show bogus ", "error 1 5"},
		{x.exec, "show cru", "error 1 7"},
		{x.exec, "co ", "error 3 2"},
		{x.config, "h", "hostname"},
		{x.config, "no", "no no-such-thing"},
		{x.config, "no ho", "hostname"},
		{x.config, "no e", "error 1 4"},
		{x.ifc, "ip mtu ", "<68-18000>"},
		{x.ifc, "no ip mtu ", "<68-18000> <cr>"},
		{x.ifc, "ip nhrp map ", "A.B.C.D multicast"},
		{x.ifc, "ip nhrp map multicast ", "A.B.C.D|X:X:X:X::X dynamic"},
		{x.ifc, "ip nhrp nhs 1.1.1.1 ", "nbma priority <cr>"},
		{x.ifc, "ip nhrp nhs 1.1.1.1 nbma 2.2.2.2 ", "multicast priority <cr>"},
		{x.ifc, "description ", "LINE"},
		{x.ifc, "description hello ", "LINE <cr>"},
		{x.ifc, "description hello wor", "LINE <cr>"},
		{x.ifc, "tunnel source ", "A.B.C.D Tunnel"},
		{x.router, "neighbor 1.1.1.1 ", "peer-group remote-as shutdown timers"},
	}
	for _, tt := range tests {
		items, err := tt.mode.Ask(tt.line)
		var words []string
		for _, it := range items {
			words = append(words, it.Word)
		}
		got := strings.Join(words, " ")
		if se := (*SyntaxError)(nil); errors.As(err, &se) {
			got = fmt.Sprint("error ", se.Kind, " ", se.Column)
		}
		if got != tt.want {
			t.Errorf("%s: %q? %q, want %q", tt.mode.Name, tt.line, got, tt.want)
		}
	}
}

func TestHelpTexts(t *testing.T) {
	x := newTable(t)
	tests := []struct {
		line, want string
	}{
		{"ip ", `
  address        Address
  mtu            Set IP Maximum Transmission Unit
  nhrp           NHRP interface subcommands
  redirects      ICMP redirects
  split-horizon  Split horizon
  unnumbered     Borrow an address
`},
		{"ip nhrp max-send 1 every ", "\n  <10-99>  Number\n"},
		{"no ip redirects ", "\n  <cr>  <cr>\n"},
		{"ip mtu 1400 ", "\n  <cr>  <cr>\n"},
		{"no ip mtu ", "\n  <68-18000>  MTU (bytes)\n  <cr>        <cr>\n"},
	}
	for _, tt := range tests {
		items, err := x.ifc.Ask(tt.line)
		if got := "\n" + FormatHelp(items, false, 80); err != nil || got != tt.want {
			t.Errorf("%q?%s%v, want%s", tt.line, got, err, tt.want)
		}
	}
}

func TestFormatHelp(t *testing.T) {
	words := func(n int) (out []HelpItem) {
		for i := range n {
			out = append(out, HelpItem{Word: fmt.Sprintf("word-%0*d", 1+i%3, i)})
		}
		return out
	}
	tests := []struct {
		name    string
		items   []HelpItem
		partial bool
		width   int
		want    string
	}{
		{"one word", []HelpItem{{"nhrp", "x"}}, true, 0, "nhrp  \n"},
		{"one line", words(3), true, 80, "word-0  word-01  word-002  \n"},
		{"columns", words(6), true, 40, "word-0    word-01   word-002  word-3  \nword-04   word-005  \n"},
		{"narrow", words(2), true, 3, "word-0  \nword-01  \n"},
		{"no help", []HelpItem{{"WORD", ""}, {"<cr>", "<cr>"}}, false, 80, "  WORD\n  <cr>  <cr>\n"},
		{
			"wrapped",
			[]HelpItem{{"abc", "one two three four five six"}},
			false, 24,
			"  abc  one two three\n       four five six\n",
		},
		{"nothing", nil, true, 80, ""},
	}
	for _, tt := range tests {
		if got := FormatHelp(tt.items, tt.partial, tt.width); got != tt.want {
			t.Errorf("%s: got\n%q, want\n%q", tt.name, got, tt.want)
		}
	}
}

func TestComplete(t *testing.T) {
	x := newTable(t)
	tests := []struct {
		mode     *Mode
		line     string
		want     string
		complete bool
	}{
		{x.exec, "sh", "show ", true},
		{x.exec, "SH IP nh", "SH IP nhrp ", true},
		{x.exec, "show", "show ", true},
		{x.exec, "show c", "show c", false},
		{x.exec, "show ", "show ", false},
		{x.exec, "", "", false},
		{x.exec, "bogus x", "bogus x", false},
		{x.exec, "deb", "deb", false}, // hidden
		{x.config, "no ho", "no hostname ", true},
		{x.config, "def", "default ", true},
		{x.ifc, "ip nhrp map multicast d", "ip nhrp map multicast dynamic ", true},
		{x.ifc, "ip mtu 14", "ip mtu 14", false},
	}
	for _, tt := range tests {
		if got, ok := tt.mode.Complete(tt.line); got != tt.want || ok != tt.complete {
			t.Errorf("%q: %q %v, want %q %v", tt.line, got, ok, tt.want, tt.complete)
		}
	}
}

func TestUnhelped(t *testing.T) {
	m := &Mode{Name: "m", Commands: []*Command{
		{Syntax: "a b", Kind: Leaf, Help: "B"}, {Syntax: "a c d", Kind: Leaf}, {Syntax: "h", Kind: Leaf, Hidden: true},
	}}
	if got := strings.Join(m.Unhelped(), ","); got != "a,a c,a c d" {
		t.Errorf("got %q", got)
	}
}

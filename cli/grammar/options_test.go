package grammar

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// newOptions is a mode whose commands have options in any order.
func newOptions(t testing.TB) *Mode {
	types := map[string]Type{"n": Uint{Min: 1, Max: 100}, "addr": IPv4{}, "mask": Mask{}, "size": Uint{Min: 1, Max: 1000}, "name": Word{Max: 20}}
	m := &Mode{
		Name: "config", Types: types,
		Help: map[string]string{"ping": "Send echoes", "ping source": "Where from", "show": "Show", "show cache": "Cache"},
		Commands: []*Command{
			{Syntax: "ping <addr> [* source <addr> | repeat <n> | size <size> | df-bit *]", Help: "Send"},
			{Syntax: "show cache [* {static|dynamic} | <addr> [<mask>] | detail *]", Help: "Cache"},
			{Syntax: "show cache summary", Help: "Count"},
			{Syntax: "show cache detail text", Help: "Text"},
			{Syntax: "route <addr> [* name <name> | tag <n> | permanent *]", Help: "Route", Kind: List, Key: []string{"addr"}},
		},
	}
	if err := m.Compile(); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestOptions(t *testing.T) {
	m := newOptions(t)
	for _, tt := range []struct{ line, want string }{
		{"ping 1.1.1.1", "ping 1.1.1.1"},
		{"pi 1.1.1.1 df rep 5 so 2.2.2.2 si 100", "ping 1.1.1.1 df-bit repeat 5 source 2.2.2.2 size 100"},
		{"ping 1.1.1.1 size 100 source 2.2.2.2 repeat 5 df", "ping 1.1.1.1 size 100 source 2.2.2.2 repeat 5 df-bit"},
		{"ping 1.1.1.1 df df", "invalid 16"},
		{"ping 1.1.1.1 repeat 5 df repeat 6", "invalid 25"},
		{"ping 1.1.1.1 repeat", "incomplete"},
		{"ping 1.1.1.1 repeat 5 s 7", "ambiguous"},
		{"show cache det 10.0.0.0 255.0.0.0 static", "show cache detail 10.0.0.0 255.0.0.0 static"},
		{"show cache 10.0.0.0 det 255.0.0.0", "invalid 24"},
		{"show cache static dynamic", "invalid 19"},
		{"show cache sum", "show cache summary"},
		{"show cache detail text", "show cache detail text"},
		{"show cache static detail text", "invalid 25"},
		{"show cache static summary", "invalid 18"},
		{"route 1.1.1.1 perm tag 5 name x", "route 1.1.1.1 permanent tag 5 name x"},
		{"no route 1.1.1.1 tag 5 name x", "no route 1.1.1.1 tag 5 name x"},
		{"no route 1.1.1.1", "no route 1.1.1.1"},
		{"route 1.1.1.1 tag 5 ! text", "route 1.1.1.1 tag 5"},
		{"route 1.1.1.1 tag 5\t!text", "route 1.1.1.1 tag 5"},
		{"route 1.1.1.1 name !x", "route 1.1.1.1 name !x"},
		{"route 1.1.1.1 tag ! text", "incomplete"},
		{"route 1.1.1.1 tag 5!", "invalid 18"},
	} {
		l, err := m.Match(tt.line)
		var got string
		se := (*SyntaxError)(nil)
		switch {
		case err == nil:
			got = l.String()
		case !errors.As(err, &se):
			got = err.Error()
		case se.Kind == Invalid:
			got = fmt.Sprint("invalid ", se.Column)
		default:
			got = map[ErrorKind]string{Incomplete: "incomplete", Ambiguous: "ambiguous"}[se.Kind]
		}
		if got != tt.want {
			t.Errorf("%q: %s, want %s", tt.line, got, tt.want)
		}
	}
}

func TestOptionsHelp(t *testing.T) {
	m := newOptions(t)
	for _, tt := range []struct{ line, want string }{
		{"ping 1.1.1.1 ", "df-bit repeat size source <cr>"},
		{"ping 1.1.1.1 df source 2.2.2.2 ", "repeat size <cr>"},
		{"ping 1.1.1.1 df source 2.2.2.2 s", "size"},
		{"ping 1.1.1.1 df source 2.2.2.2 size 5 repeat 5 ", "<cr>"},
		{"show cache static ", "A.B.C.D detail <cr>"},
		{"show cache detail ", "A.B.C.D dynamic static text <cr>"},
		{"show cache detail 1.1.1.1 ", "A.B.C.D dynamic static <cr>"},
	} {
		items, err := m.Ask(tt.line)
		var words []string
		for _, it := range items {
			words = append(words, it.Word)
		}
		if got := strings.Join(words, " "); got != tt.want || err != nil {
			t.Errorf("%q?: %s, %v, want %s", tt.line, got, err, tt.want)
		}
	}
	for _, line := range []string{"ping 1.1.1.1 so", "ping 1.1.1.1 df-bit repeat 3 so"} {
		if items, err := m.Ask(line); err != nil || len(items) != 1 || items[0].Help != "Where from" {
			t.Errorf("%q?: %v, %v", line, items, err)
		}
		if got, ok := m.Complete(line); !ok || got != line+"urce " {
			t.Errorf("%q completed: %q", line, got)
		}
	}
}

// TestOptionsGenerated generates lines with options in any order.
func TestOptionsGenerated(t *testing.T) {
	m := newOptions(t)
	orders := map[string]bool{}
	for seed := range uint64(300) {
		text := Generate(rand.New(rand.NewPCG(seed, 3)), m, 5)
		tree, errs := Load(m, text)
		if len(errs) > 0 {
			t.Fatalf("seed %d: %v\n%s", seed, errs[0], text)
		}
		for c := range tree.Children() {
			order := ""
			for _, w := range c.Line.Words {
				if w == "name" || w == "tag" || w == "permanent" {
					order += w + " "
				}
			}
			orders[order] = true
		}
	}
	if len(orders) != 16 {
		t.Errorf("%d orders of three options, want 16: %v", len(orders), orders)
	}
}

func TestOptionsRefused(t *testing.T) {
	many := "x [* a0"
	for i := range maxOptions {
		many += fmt.Sprintf(" | a%d", i+1)
	}
	for _, tt := range []struct {
		name     string
		commands []string
	}{
		{"not closed", []string{"x [* a | b ]"}},
		{"closed without", []string{"x [ a | b *]"}},
		{"an empty option", []string{"x [* [a] | b *]"}},
		{"too many", []string{many + " *]"}},
		{"goes on behind the options of another", []string{"x [* a | b *]", "x a b c"}},
		{"the same line", []string{"x [* a | b *]", "x a"}},
	} {
		m := &Mode{}
		for _, s := range tt.commands {
			m.Commands = append(m.Commands, &Command{Syntax: s})
		}
		if err := m.Compile(); err == nil {
			t.Errorf("%s: compiles", tt.name)
		}
	}
}

// TestManyOptions holds a matcher of many options small.
func TestManyOptions(t *testing.T) {
	m := &Mode{Commands: []*Command{{Syntax: "x [* a | b | c | d | e | f | g | h *]"}}}
	if err := m.Compile(); err != nil {
		t.Fatal(err)
	}
	been := map[*node]bool{}
	var walk func(n *node)
	walk = func(n *node) {
		if been[n] {
			return
		}
		been[n] = true
		for _, k := range n.words {
			walk(k.to)
		}
	}
	walk(m.root)
	if len(been) > 300 {
		t.Errorf("%d nodes", len(been))
	}
	if _, err := m.Match("x h g f e d c b a"); err != nil {
		t.Error(err)
	}
}

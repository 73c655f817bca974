package grammar

import (
	"slices"
	"testing"
)

// Lookups see what was entered and not what was removed.
func TestLookup(t *testing.T) {
	entry := &Command{
		Syntax: "[<seq>] {permit|deny} <ace>", Kind: List, Key: []string{"seq", "ace"},
		Args: map[string]Type{"seq": Uint{Min: 1, Max: 999}, "ace": Word{}}, Help: "Entry",
		Less: func(a, b *Line) bool { return len(a.Args["seq"]) < len(b.Args["seq"]) },
	}
	m := &Mode{Name: "x", Commands: []*Command{entry}}
	tree := NewTreeIn(m)
	read := func(s string) *Line {
		l, err := m.Match(s)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	alike := func(s, key string) string {
		var out []string
		for x := range tree.Alike(read(s), key) {
			out = append(out, x.Line.String())
		}
		slices.Sort(out)
		return slices.Concat([]string{""}, out)[len(out)]
	}
	if tree.Last(entry) != nil || alike("1 permit a", "ace") != "" {
		t.Fatal("an empty section has lines")
	}
	for _, s := range []string{"100 permit b", "1 permit a", "10 deny a", "no 100"} {
		tree.Apply(read(s))
	}
	if got := tree.Last(entry).Line.String(); got != "10 deny a" {
		t.Errorf("last line %q", got)
	}
	if got := tree.LastAlike(read("5 permit a"), "ace").Line.String(); got != "10 deny a" {
		t.Errorf("last alike %q", got)
	}
	tree.Apply(read("no 10"))
	if got := tree.LastAlike(read("5 permit a"), "ace").Line.String(); got != "1 permit a" {
		t.Errorf("last alike %q", got)
	}
	tree.Apply(read("10 deny a"))
	for _, tt := range []struct{ line, key, want string }{
		{"5 permit a", "ace", "10 deny a"}, {"5 permit b", "ace", ""}, {"1 permit z", "seq", "1 permit a"}, {"100 permit b", "seq", ""},
	} {
		if got := alike(tt.line, tt.key); got != tt.want {
			t.Errorf("%s by %s: %q, want %q", tt.line, tt.key, got, tt.want)
		}
	}
}

// A command with Enter decides itself what is stored.
func TestEnter(t *testing.T) {
	word := &Command{Syntax: "word <word>", Kind: List, Help: "Word", Args: map[string]Type{"word": Word{}}}
	m := &Mode{Name: "x", Commands: []*Command{word}}
	twice := &Command{Syntax: "twice <word>", Kind: List, Help: "Two words", Args: map[string]Type{"word": Word{}}}
	twice.Enter = func(tree *Tree, l *Line) Change {
		one, err := m.Match("word " + l.Args["word"] + l.Args["word"])
		if err != nil {
			t.Fatal(err)
		}
		return tree.Apply(one)
	}
	m.Commands = append(m.Commands, twice)
	tree := NewTreeIn(m)
	l, err := m.Match("twice ab")
	if err != nil {
		t.Fatal(err)
	}
	ch := tree.Apply(l)
	if got := tree.Text(); got != "word abab\n" || !ch.Changed {
		t.Errorf("stored %q, changed %v", got, ch.Changed)
	}
	if ch.Undo(); tree.Text() != "" {
		t.Errorf("undone: %q", tree.Text())
	}
}

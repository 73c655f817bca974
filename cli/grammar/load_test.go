package grammar

import (
	"errors"
	"strings"
	"testing"
)

func TestLoadPaste(t *testing.T) {
	x := newTable(t)
	in := strings.Join([]string{
		"\ufeffBuilding configuration...", "", "Current configuration : 2961 bytes", "!", "! Last change", "conf t",
		"R1(config)#hostname R1", "R1(config)#int tu0\r", "R1(config-if)# ip add 10.0.0.1 255.0.0.0", "R1(config-if)#",
		"\tip mtu 1400", "do show clock", " --More-- \b\b\b\b\b\b\b\b\b        \b\b\b no ip red", "exit",
		"Hub 3 configuration", "int lo0", "! a comment inside", "ip address 1.1.1.1 255.255.255.255", "ip domain name zq",
		"ip bogus", "router eigrp 1", "network 10.0.0.0", "end", "configure terminal", "hostname R2", "R2#wr",
	}, "\r\n")
	tree, errs := Load(x.config, in)
	want := "hostname R2\n!\nno aaa new-model\nip domain name zq\ninterface Loopback0\n ip address 1.1.1.1 255.255.255.255\n!\n" +
		"interface Tunnel0\n ip address 10.0.0.1 255.0.0.0\n no ip redirects\n ip mtu 1400\n!\nrouter eigrp 1\n network 10.0.0.0\n!\n"
	if got := tree.Text(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	var got []string
	for _, e := range errs {
		got = append(got, e.Error())
	}
	wantErrs := "line 15: Hub 3 configuration: % Invalid input detected at column 2\n" +
		"line 20: ip bogus: % Invalid input detected at column 4\nline 26: wr: % Invalid input detected at column 1"
	if g := strings.Join(got, "\n"); g != wantErrs {
		t.Errorf("refused:\n%s\nwant:\n%s", g, wantErrs)
	}
	var se *SyntaxError
	if len(errs) > 0 && !errors.As(errs[0], &se) {
		t.Error("a LoadError does not unwrap to its SyntaxError")
	}
}

// TestLoadIndent: where a file indents, a line at the depth of the section's own
// line is tried outside first.
func TestLoadIndent(t *testing.T) {
	inner := &Mode{Name: "in"}
	outer := &Mode{Name: "out", Types: map[string]Type{"n": Uint{Max: 9}}}
	inner.Parent, inner.Types = outer, outer.Types
	value := &Command{Syntax: "value <n>", Kind: Leaf}
	inner.Commands = []*Command{value, {Syntax: "only", Kind: Leaf}}
	outer.Commands = []*Command{{Syntax: "box <n>", Kind: Section, Key: []string{"n"}, Opens: inner}, value}
	tests := []struct{ name, in, want string }{
		{"indented", "box 1\n value 2\nvalue 3\n", "box 1\n value 2\n!\nvalue 3\n"},
		{"flat", "box 1\nvalue 2\nvalue 3\n", "box 1\n value 3\n!\n"},
		{"separated", "box 1\n!\nvalue 3\n", "box 1\n!\nvalue 3\n"},
		{"sloppy", "box 1\n value 2\nonly\n", "box 1\n value 2\n only\n!\n"},
		{"exit", "box 1\nexit\nvalue 3\n", "box 1\n!\nvalue 3\n"},
	}
	for _, tt := range tests {
		if got := load(t, outer, tt.in).Text(); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestLoadEmptySibling: an empty nested section does not swallow the next one,
// though "key" abbreviates a command of it.
func TestLoadEmptySibling(t *testing.T) {
	types := map[string]Type{"n": Uint{Max: 9}}
	root := &Mode{Name: "config", Types: types}
	chain := &Mode{Name: "chain", Parent: root, Types: types}
	key := &Mode{Name: "key", Parent: chain, Types: types, Commands: []*Command{{Syntax: "key-string <n>", Kind: Leaf}}}
	chain.Commands = []*Command{{Syntax: "key <n>", Kind: Section, Key: []string{"n"}, Opens: key}}
	root.Commands = []*Command{{Syntax: "chain <n>", Kind: Section, Key: []string{"n"}, Opens: chain}}
	in := "chain 1\n key 5\n key 6\n  key-string 7\n!\n"
	if got := load(t, root, in).Text(); got != in {
		t.Errorf("got %q, want %q", got, in)
	}
}

func TestLoadBody(t *testing.T) {
	x := newTable(t)
	tests := []struct {
		name, in, want string
		refused        error
	}{
		{"one line", "banner motd #hi#", "banner motd ^Chi^C\n", nil},
		{"control C", "banner motd \x03hi\x03", "banner motd ^Chi^C\n", nil},
		{"shown", "banner motd ^C\nhi\n^C", "banner motd ^C\nhi\n^C\n", nil},
		{"caret C inside", "banner motd #\na ^^CC b\n#", "banner motd ^C\na  b\n^C\n", nil},
		{"wide delimiter", "banner motd éhié", "banner motd ^Chi^C\n", nil},
		{"control characters", "banner motd #a\nb \x01\n^\x02C\nd\xff\n#", "banner motd ^Ca\nb\n\nd\xff\n^C\n", nil},
		{"not closed", "banner motd #hi\nhostname R1\n", "", ErrBody},
		{"too long", "banner motd #" + strings.Repeat("x\n", maxBodyLines+2), "", ErrBody},
		{"none", "banner motd", "", &SyntaxError{}},
		{"removed", "banner motd #hi#\nno banner motd\n", "", nil},
	}
	for _, tt := range tests {
		tree, errs := Load(x.config, tt.in)
		got := strings.Replace(tree.Text(), "!\nno aaa new-model\n", "", 1)
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
		switch {
		case tt.refused == nil && len(errs) > 0, tt.refused != nil && len(errs) == 0:
			t.Errorf("%s: refused %v", tt.name, errs)
		case tt.refused == ErrBody && !errors.Is(errs[0], ErrBody):
			t.Errorf("%s: refused %v, want ErrBody", tt.name, errs)
		}
	}
}

func TestLoadDepth(t *testing.T) {
	m := &Mode{Name: "m", Types: map[string]Type{"n": Uint{Max: 99}}}
	m.Commands = []*Command{{Syntax: "in <n>", Kind: Section, Key: []string{"n"}, Opens: m}}
	_, errs := Load(m, strings.Repeat("in 1\n", maxDepth+3))
	if len(errs) == 0 || !errors.Is(errs[0], ErrDepth) {
		t.Errorf("got %v, want ErrDepth", errs)
	}
}

package grammar

import (
	"maps"
	"strings"
	"testing"
)

func TestReference(t *testing.T) {
	x := newTable(t)
	modes := []*Mode{x.exec, x.config, x.ifc, {Name: "config"}}
	pages := Reference(modes)
	if !maps.Equal(pages, Reference(modes)) {
		t.Error("two runs differ")
	}
	for _, name := range []string{"index.md", "exec.md", "config.md", "config-if.md", "config-2.md"} {
		if pages[name] == "" {
			t.Errorf("no page %s", name)
		}
	}
	tests := []struct{ page, want string }{
		{"index.md", "| [Configure commands](config.md) | `(config)#` | 16 |"},
		{"index.md", "`[* a | b | c *]`"},
		{"config-if.md", "\nEntered by `interface <port>` ([Configure commands](config.md)).\n"},
		{"config-if.md", "\n## ip mtu\n\n```\nip mtu <bytes>\n```\n\nSet IP Maximum Transmission Unit.\n\n" +
			"- `<bytes>`: `<68-18000>`, MTU (bytes)\n- Default: `ip mtu 1500`, which running-config does not show\n" +
			"- Taken back by: `no ip mtu`; what follows may be left out\n- Reference: RFC 791\n"},
		{"config-if.md", "**No effect yet**: the line is kept and shown."},
		{"config-if.md", "- Also accepted: `ip nhrp group <name>`"},
		{"config-if.md", "- Taken back by: `no ip redirects`, which is a line of its own"},
	}
	for _, tt := range tests {
		if !strings.Contains(pages[tt.page], tt.want) {
			t.Errorf("%s lacks\n%s", tt.page, tt.want)
		}
	}
	if strings.Contains(pages["exec.md"], "debug secret") {
		t.Error("a hidden command has a section")
	}
}

// TestReferenceShares describes a command once where modes share it.
func TestReferenceShares(t *testing.T) {
	help, leave := &Command{Syntax: "help", Help: "Help"}, &Command{Syntax: "exit", Help: "Leave"}
	own := func(s string) *Command { return &Command{Syntax: s, Help: s, Kind: Leaf} }
	a, b := own("alpha"), own("beta")
	modes := []*Mode{
		{Name: "a", Title: "A:", Commands: []*Command{a, help, leave}},
		{Name: "b", Title: "B:", About: "more", Commands: []*Command{a, b, help, leave}},
	}
	for _, n := range []string{"c", "d", "e"} {
		modes = append(modes, &Mode{Name: n, Commands: []*Command{own(n), help, leave}})
	}
	pages := Reference(modes)
	for page, text := range pages {
		if n := strings.Count(text, "\n## exit\n"); (n == 1) != (page == "common.md") {
			t.Errorf("%s describes exit %d times", page, n)
		}
	}
	if p := pages["b.md"]; !strings.Contains(p, "# B: more\n") || !strings.Contains(p, "Has all [A](a.md).") ||
		!strings.Contains(p, "## beta") || strings.Contains(p, "## alpha") {
		t.Errorf("b.md:\n%s", p)
	}
}

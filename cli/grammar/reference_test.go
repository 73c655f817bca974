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
		{"config-if.md", "\n## ip mtu\n\nSet IP Maximum Transmission Unit.\n\n**Syntax:** `ip mtu <bytes>`\n\n**Arguments:**\n\n" +
			"- `<bytes>`: `<68-18000>`, MTU (bytes)\n\n**Default:** `ip mtu 1500`, which running-config does not show\n\n" +
			"**No form:** `no ip mtu <bytes>`; arguments that do not name the line may be left out\n\n" +
			"**Effect:** in force\n\n**Reference:** RFC 791\n"},
		{"config-if.md", "**Effect:** none yet: the line is stored and shown"},
		{"config-if.md", "**Also accepted:** `ip nhrp group <name>`"},
		{"config-if.md", "**No form:** `no ip redirects` is a line of its own"},
		{"exec.md", "**Effect:** runs at once; leaves no line"},
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

package grammar

import (
	"strings"
	"testing"
)

// capturing is a Loading for screens of the test's own commands: "show" prints
// something else, but "show config" prints configuration.
func capturing(x *table) Loading {
	return Loading{
		Exec:   x.exec,
		Skip:   func(line string, exec bool) bool { return exec && line == "show config" },
		Output: func(line string) bool { return strings.HasPrefix(line, "show ") && line != "show config" },
	}
}

// TestLoadCapture: what commands printed is skipped, and nothing else is.
func TestLoadCapture(t *testing.T) {
	x := newTable(t)
	const ifc = "interface Tunnel0\n ip mtu 1400\n!\n"
	tests := []struct {
		name, in, want string
		refused        int
	}{
		{"up to the next prompt", "R1#show clock\n12:00\nhostname X\nR1#conf t\nR1(config)#hostname R1\n", "hostname R1\n", 0},
		{"up to a bare prompt", "R1#show clock\n12:00\nR1#\nhostname R1\n", "hostname R1\n", 0},
		{"up to the end", "hostname R1\nend\n\nR1#show clock\n12:00\n  *zq\n", "hostname R1\n", 0},
		{"one after the other", "R1#show a\nx y\nR1#show b\nz\nR1#show config\nhostname R1\n", "hostname R1\n", 0},
		{"user mode", "R1>show clock\n12:00\nR1>\nhostname R1\n", "hostname R1\n", 0},
		{"with an output modifier", "R1#show a | include x\nx y\nR1#show config | b x\nhostname R1\n", "hostname R1\n", 0},
		{"configuration is no output", "R1#show config\nBuilding configuration...\n\nCurrent configuration : 9 bytes\nhostname R1\n", "hostname R1\n", 0},
		{"a configuration in an output", "R1#show all\nzq\nCurrent configuration : 9 bytes\nhostname R1\n", "hostname R1\n", 0},
		{"a command that prints nothing", "R1#configure terminal\nhostname R1\n", "hostname R1\n", 0},
		{"no prompt, no output", "show clock\nhostname R1\n", "hostname R1\n", 0},
		{"no prompt, no output to skip", "show clock\n12:00\nhostname R1\n", "hostname R1\n", 1},
		{"do", "int tu0\nR1(config-if)#do show clock\n12:00\nexit\nR1(config-if)#ip mtu 1400\n", ifc, 0},
		{"do without a prompt", "int tu0\ndo show clock\nip mtu 1400\n", ifc, 0},
		{"show in configuration mode", "int tu0\nR1(config-if)#show clock\nip mtu 1400\n", ifc, 1},
		{"exit closes nothing", "int tu0\nR1#show a\nexit\nend\n!\n\nR1#\n ip mtu 1400\n", ifc, 0},
		{"comments and banners in it", "R1#show a\nbanner motd #\n!\nR1(config)#hostname R1\n", "hostname R1\n", 0},
		{"another host", "R1#show a\nx\nR2#conf t\nhostname R2\n", "hostname R2\n", 0},
		{"another host in user mode", "R1#show a\nx\nR2>\nhostname R2\n", "hostname R2\n", 0},
		{"letters before >", "R1#show a\nr>i10.0.0.0\n*> 10.1.0.0\nhostname X\nR1#\nhostname R1\n", "hostname R1\n", 0},
		{"a short name", "r>show a\nhostname X\nr>\nhostname R1\n", "hostname R1\n", 0},
		{"figures with # are no prompt", "R1#show a\n    #pkts encaps: 102\n # Ent\nhostname X\nR1#\n", "", 0},
		{"--More-- before the prompt", "R1#show a\nx\n --More-- \b\b\b   \b\b\bR1#\nhostname R1\n", "hostname R1\n", 0},
		{"saving", "R1#copy run start\nDestination filename [startup-config]?\nBuilding configuration...\n[OK]\nhostname R1\n", "hostname R1\n", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree, errs := capturing(x).Load(x.config, tt.in)
			if got := shownOf(tree); got != tt.want || len(errs) != tt.refused {
				t.Errorf("got %q, refused %v; want %q", got, errs, tt.want)
			}
		})
	}
}

// shownOf returns the text of t without what the table shows of itself.
func shownOf(t *Tree) string {
	return strings.Replace(strings.Replace(t.Text(), "!\nno aaa new-model\n", "", 1), " no ip address\n", "", 1)
}

// TestNumberSign: a "#" in front makes a comment of a line in a file, but not of
// one in a body, and not of one that is typed.
func TestNumberSign(t *testing.T) {
	x := newTable(t)
	for _, tt := range []struct{ name, in, want string }{
		{"in front", "# Melbourne\n##hostname X\n#\nhostname R1\n#####\n", "hostname R1\n"},
		{"behind blanks", "int tu0\n  # ip mtu 1300\n\t#ip mtu 1200\n ip mtu 1400\n", "interface Tunnel0\n ip mtu 1400\n!\n"},
		{"behind a prompt", "R1(config)## x\nR1(config)#hostname R1\n", "hostname R1\n"},
		{"the section stays open", "int tu0\n#x\n ip mtu 1400\n", "interface Tunnel0\n ip mtu 1400\n!\n"},
		{"delimiter of a banner", "banner motd #\nR1#show x\n#\nhostname R1\n", "hostname R1\nbanner motd ^C\nR1^C\n"},
		{"text of a banner", "banner motd ^C\n# a\n ## b\n^C\nhostname R1\n", "hostname R1\nbanner motd ^C\n# a\n ## b\n^C\n"},
		{"certificate", "crypto pki chain a\n certificate 01\n  #0\n  quit\n", "crypto pki chain a\n certificate 01\n  #0\n  \tquit\n!\n"},
	} {
		tree, errs := capturing(x).Load(x.config, tt.in)
		if got := shownOf(tree); got != tt.want || len(errs) > 0 {
			t.Errorf("%s: got %q, refused %v; want %q", tt.name, got, errs, tt.want)
		}
	}
	if _, err := x.config.Match("# hostname R1"); err == nil {
		t.Error("a typed line that begins with # is accepted")
	}
}

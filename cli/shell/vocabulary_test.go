package shell_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"axle/cli/ios"
	"axle/cli/shell"
)

// The session's own words must exist in the vocabulary, also abbreviated.
func TestVocabulary(t *testing.T) {
	b := newBackend()
	st := shell.NewScript()
	s := shell.New(shell.Options{Backend: b, Terminal: st, Length: -1, Width: -1})
	ctx := context.Background()
	steps := []struct{ line, prompt, screen string }{
		{"show privilege", "R1>", "Current privilege level is 1\n"},
		{"conf t", "R1>", "   ^\n% Invalid input detected at '^' marker.\n\n"},
		{"en", "R1#", ""},
		{"sh priv", "R1#", "Current privilege level is 15\n"},
		{"term len 0", "R1#", ""},
		{"terminal width 512", "R1#", ""},
		{"terminal monitor", "R1#", ""},
		{"terminal no monitor", "R1#", ""},
		{"terminal history size 3", "R1#", ""},
		{"sh hist", "R1#", "  terminal no monitor\n  terminal history size 3\n  sh hist\n"},
		{"config term", "R1(config)#", "Enter configuration commands, one per line.  End with CNTL/Z.\n"},
		{"int tun 0", "R1(config-if)#", ""},
		{" tun so g0/0", "R1(config-if)#", ""},
		{"do sh priv", "R1(config-if)#", "Current privilege level is 15\n"},
		{"router eigrp DMVPN", "R1(config-router)#", ""},
		{"address-family ipv4 unicast autonomous-system 1", "R1(config-router-af)#", ""},
		{"topology base", "R1(config-router-af-topology)#", ""},
		{"exit-af-topology", "R1(config-router-af)#", ""},
		{"topology base", "R1(config-router-af-topology)#", ""},
		{"exit-address-family", "R1(config-router)#", ""},
		{"hostname R2", "R2(config)#", ""},
		{"exit", "R2#", ""},
		{"conf t", "R2(config)#", "Enter configuration commands, one per line.  End with CNTL/Z.\n"},
		{"line vty 0 4", "R2(config-line)#", ""},
		{"end", "R2#", ""},
		{"reload", "R2#", "Proceed with reload? [confirm]\n"},
		{"copy run start", "R2#", "Destination filename [startup-config]? \nBuilding configuration...\n[OK]\n"},
		{"disable", "R2>", ""},
	}
	for _, st1 := range steps {
		if s.Execute(ctx, st1.line) {
			t.Errorf("%q ended the session", st1.line)
		}
		if got := st.Take(); got != st1.screen {
			t.Errorf("%q: screen %q, want %q", st1.line, got, st1.screen)
		}
		if p := s.Prompt(); p != st1.prompt {
			t.Fatalf("%q: prompt %q, want %q", st1.line, p, st1.prompt)
		}
	}
	if !slices.Contains(b.edits, "interface Tunnel0 / tunnel source GigabitEthernet0/0") {
		t.Errorf("edits %q", b.edits)
	}
	for _, word := range []string{"exit", "logout", "quit"} {
		if !s.Execute(ctx, word) {
			t.Errorf("%q did not end the session", word)
		}
	}
}

// Sub-interfaces and ranges of interfaces have modes of their own.
func TestInterfaceModes(t *testing.T) {
	b := newBackend()
	st := shell.NewScript()
	s := shell.New(shell.Options{Backend: b, Terminal: st, Privilege: 15, Length: -1, Width: -1})
	ctx := context.Background()
	for _, step := range []struct {
		line, prompt, screen string
		edits                []string
	}{
		{"conf t", "R1(config)#", "Enter configuration commands, one per line.  End with CNTL/Z.\n", nil},
		{"int g0/0.5", "R1(config-subif)#", "", []string{"interface GigabitEthernet0/0.5"}},
		{"ip mtu 1400", "R1(config-subif)#", "", []string{"interface GigabitEthernet0/0.5 / ip mtu 1400"}},
		{"service instance 1 ethernet", "R1(config-if-srv)#", "", []string{"interface GigabitEthernet0/0.5 / service instance 1 ethernet"}},
		{"ip mtu 1300", "R1(config-subif)#", "", []string{"interface GigabitEthernet0/0.5 / ip mtu 1300"}},
		{"int range g0/0 - 1 , tu5", "R1(config-if-range)#", "", []string{
			"interface GigabitEthernet0/0", "interface GigabitEthernet0/1", "interface Tunnel5",
		}},
		{"no shut", "R1(config-if-range)#", "", []string{
			"interface GigabitEthernet0/0 / no shutdown", "interface GigabitEthernet0/1 / no shutdown", "interface Tunnel5 / no shutdown",
		}},
		{"hostname R1", "R1(config)#", "", []string{"hostname R1"}},
		{"int range g0/0 - 1", "R1(config-if-range)#", "", []string{"interface GigabitEthernet0/0", "interface GigabitEthernet0/1"}},
		{"exit", "R1(config)#", "", nil},
		{"int range lo1 - 2", "R1(config-if-range)#", "", []string{"interface Loopback1", "interface Loopback2"}},
		{"description refused", "R1(config-if-range)#", "% Refused\n% Command failed on interface Loopback1. Aborting\n", nil},
		{"end", "R1#", "", []string{"(left)"}},
	} {
		b.edits = nil
		s.Execute(ctx, step.line)
		if got := st.Take(); got != step.screen {
			t.Errorf("%q: screen %q, want %q", step.line, got, step.screen)
		}
		if p := s.Prompt(); p != step.prompt {
			t.Fatalf("%q: prompt %q, want %q", step.line, p, step.prompt)
		}
		if !slices.Equal(b.edits, step.edits) {
			t.Errorf("%q: edits %q, want %q", step.line, b.edits, step.edits)
		}
	}
}

// "help" is a command of every mode, "traceroute" alone asks.
func TestHelpAndTraceroute(t *testing.T) {
	b := newBackend()
	st := shell.NewScript()
	s := shell.New(shell.Options{Backend: b, Terminal: st, Privilege: 15, Length: -1, Width: -1})
	ctx := context.Background()
	s.Execute(ctx, "help")
	want := st.Take()
	if !strings.HasPrefix(want, "Help may be requested at any point in a command by entering\na question mark '?'.") {
		t.Errorf("help shows %q", want)
	}
	s.Execute(ctx, "conf t")
	st.Take()
	s.Execute(ctx, "int tu0")
	if s.Execute(ctx, "help"); st.Take() != want {
		t.Error("help in a configuration mode shows something else")
	}
	s.Execute(ctx, "end")
	st.Answer("", "10.0.0.1", "", "tu0", "", "y", "5")
	s.Execute(ctx, "traceroute")
	if got := b.execs[len(b.execs)-1]; got != "traceroute 10.0.0.1 source Tunnel0 numeric timeout 5" {
		t.Errorf("the dialog runs %q", got)
	}
	if got := st.Take(); !strings.HasPrefix(got, "Protocol [ip]: \nTarget IP address: 10.0.0.1\nIngress traceroute [n]: \nSource address or interface: tu0\n") {
		t.Errorf("the dialog shows %q", got)
	}
}

// A banner of the vocabulary, as Ansible types it.
func TestBanner(t *testing.T) {
	b := newBackend()
	got := play(t, shell.Options{Backend: b, Privilege: 15}, "", 0, 0)
	if got != "R1#" {
		t.Errorf("screen %q", got)
	}
	st := shell.NewScript()
	s := shell.New(shell.Options{Backend: b, Terminal: st, Privilege: 15, Length: -1, Width: -1, ConfigMode: ios.ConfigMode})
	for l := range strings.SplitSeq("conf t\nbanner login @\nline1\nline2\n@\nend", "\n") {
		s.Execute(context.Background(), l)
	}
	if want := []string{`banner login ^C ["" "line1" "line2" ""]`, "(left)"}; !slices.Equal(b.edits, want) {
		t.Errorf("edits %q, want %q", b.edits, want)
	}
}

func BenchmarkConfigLine(b *testing.B) {
	back := newBackend()
	s := shell.New(shell.Options{Backend: back, Terminal: shell.NewScript(), Privilege: 15, Length: -1, Width: -1})
	ctx := context.Background()
	s.Execute(ctx, "configure terminal")
	s.Execute(ctx, "interface Tunnel0")
	for b.Loop() {
		s.Execute(ctx, "ip nhrp map 10.0.0.1 203.0.113.1")
		back.edits = back.edits[:0]
	}
}

package shell_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"axle/cli/shell"
)

// A line pasted with a prompt in front is taken without it.
func TestPrompts(t *testing.T) {
	b := newBackend()
	st := shell.NewScript()
	s := shell.New(shell.Options{Backend: b, Terminal: st, Length: -1, Width: -1})
	ctx := context.Background()
	const invalid = "% Invalid input detected at '^' marker.\n\n"
	for _, step := range []struct {
		line, prompt, screen string
		edits                []string
	}{
		{"R9>en", "R1#", "", nil},
		{"R9#", "R1#", "", nil},
		{"R9(config)#", "R1#", "", nil},
		{"R9# show privilege", "R1#", "Current privilege level is 15\n", nil},
		{"R9#show privilege | count level", "R1#", "Number of lines which match regexp = 1\n", nil},
		{"R9#show zogus", "R1#", strings.Repeat(" ", len("R1#R9#show ")) + "^\n" + invalid, nil},
		{"R9#conf t", "R1(config)#", "Enter configuration commands, one per line.  End with CNTL/Z.\n", nil},
		{"R9#conf t", "R1(config)#", "", nil},
		{"iosv-0(config)#int tunnel 0        ", "R1(config-if)#", "", []string{"interface Tunnel0"}},
		{"  iosv-0(config-if)#ip mtu 1400", "R1(config-if)#", "", []string{"interface Tunnel0 / ip mtu 1400"}},
		{"iosv-0(config-if)#  ! a comment", "R1(config-if)#", "", nil},
		{"iosv-0(config-if)#", "R1(config-if)#", "", nil},
		{"iosv-0(config-if)#description R2(config)#x", "R1(config-if)#", "", []string{"interface Tunnel0 / description R2(config)#x"}},
		{"description R2(config)#x", "R1(config-if)#", "", []string{"interface Tunnel0 / description R2(config)#x"}},
		{"iosv-0(config-if)#do show privilege", "R1(config-if)#", "Current privilege level is 15\n", nil},
		{"iosv-0(config-if)#no ip zzz", "R1(config-if)#", strings.Repeat(" ", len("R1(config-if)#iosv-0(config-if)#no ip ")) + "^\n" + invalid, nil},
		{"R9#show privilege", "R1(config-if)#", "Current privilege level is 15\n", nil},
		{"iosv-0(config-if)#exit", "R1(config)#", "", nil},
		{"tun mode gre multi  # comment", "R1(config)#", strings.Repeat(" ", len("R1(config)#t")) + "^\n" + invalid, nil},
		{"int tu0", "R1(config-if)#", "", []string{"interface Tunnel0"}},
		{"tun mode gre multi  # comment", "R1(config-if)#", "", []string{"interface Tunnel0 / tunnel mode gre multipoint"}},
		{"ip mtu 1400 ! comment", "R1(config-if)#", "", []string{"interface Tunnel0 / ip mtu 1400"}},
		{"description a  # b", "R1(config-if)#", "", []string{"interface Tunnel0 / description a  # b"}},
		{"iosv-0(config-if)#end", "R1#", "", []string{"(left)"}},
		{"(config)#hostname R2", "R1#", "   ^\n" + invalid, nil},
	} {
		b.edits = nil
		if s.Execute(ctx, step.line) {
			t.Errorf("%q ended the session", step.line)
		}
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

// notes returns the code blocks of a note that a newcomer has in hand, or skips
// the test.
func notes(t *testing.T, number string) []string {
	t.Helper()
	names, _ := filepath.Glob("../../../shared/seeds/" + number + "_*.txt")
	if len(names) != 1 {
		t.Skip("no notes beside the repository")
	}
	text, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for i, part := range strings.Split(string(text), "```") {
		if i%2 == 1 {
			blocks = append(blocks, strings.TrimPrefix(part, "\n"))
		}
	}
	return blocks
}

// pasteAll enters the lines of text and returns what was edited and the lines
// that were refused.
func pasteAll(t *testing.T, text string) (edits, refused []string) {
	t.Helper()
	b := newBackend()
	st := shell.NewScript()
	s := shell.New(shell.Options{Backend: b, Terminal: st, Privilege: 15, Length: -1, Width: -1})
	s.Execute(context.Background(), "configure terminal")
	st.Take()
	for line := range strings.Lines(text) {
		if s.Execute(context.Background(), line) {
			t.Fatalf("%q ended the session", line)
		}
		if screen := st.Take(); strings.Contains(screen, "% ") {
			refused = append(refused, strings.TrimSpace(line))
		}
	}
	return b.edits, refused
}

// The blocks with prompts paste as they stand; what is refused is what IOS
// refuses: its own messages, a word that is misspelt.
func TestNotesWithPrompts(t *testing.T) {
	blocks := notes(t, "003")
	if len(blocks) < 4 {
		t.Fatalf("%d blocks", len(blocks))
	}
	edits, refused := pasteAll(t, strings.Join(blocks[:4], ""))
	wantRefused := []string{
		"IKEv2 profile MUST have:", "1. A local and a remote authentication method.",
		"2. A match identity or a match certificate or match any statement.", "iosv-0(config-if)#no ip split-horizion eigrp 1",
	}
	if !slices.Equal(refused, wantRefused) {
		t.Errorf("refused %q, want %q", refused, wantRefused)
	}
	prompted := 0
	for line := range strings.Lines(strings.Join(blocks[:4], "")) {
		_, text, ok := strings.Cut(strings.TrimSpace(line), ")#")
		if ok && text != "" && text != "exit" {
			prompted++
		}
	}
	if len(edits) != prompted-1 {
		t.Errorf("%d lines entered of %d:\n%s", len(edits), prompted, strings.Join(edits, "\n"))
	}
	for _, want := range []string{
		"crypto ikev2 keyring ike-keyring / peer dmvpn / pre-shared-key Cisco123",
		"crypto ikev2 profile ike-profile / match address local interface GigabitEthernet0/0",
		"crypto ipsec profile ipsec-profile / set ikev2-profile ike-profile",
		"interface Tunnel0 / ip nhrp map multicast dynamic", "interface Tunnel0 / no ip nhrp redirect",
		"router eigrp 1 / network 10.0.0.0 0.0.0.255",
	} {
		if !slices.Contains(edits, want) {
			t.Errorf("%q was not entered", want)
		}
	}
	// The screens behind the show commands do no harm.
	edits, _ = pasteAll(t, "end\n"+strings.Join(blocks[4:6], ""))
	if len(edits) > 0 {
		t.Errorf("screens entered %q", edits)
	}
}

// The blocks with comments paste once what stands in <> has been filled in; as
// they stand, the lines with <> are refused and nothing else.
func TestNotesWithComments(t *testing.T) {
	blocks := notes(t, "000")
	fill := strings.NewReplacer(
		"<номер_тонеля>", "0", "<ip-адрес_или_интерфейс>", "g0/0", "<ip-адрес маска>", "10.0.0.1 255.255.255.0", "<id>", "1", "<число>", "7",
		"<скорость_в_kbit/s>", "1000", "<значение_MTU>", "1400", "<размер_MSS>", "1360", "<ip-адрес>", "192.0.2.1",
		"<overlay-IP> nbma <underlay-IP> [multicast]", "10.0.0.1 nbma 192.0.2.1 multicast ",
	)
	for i, text := range blocks {
		filled := fill.Replace(text)
		if i >= 2 {
			filled = "int tu0\n" + filled
		}
		lines := strings.Count(strings.TrimSpace(filled), "\n") + 1
		if edits, refused := pasteAll(t, filled); len(refused) > 0 || len(edits) != lines {
			t.Errorf("block %d: refused %q, entered %d of %d lines", i, refused, len(edits), lines)
		}
		text = "int tu0\n" + text
		edits, refused := pasteAll(t, text)
		for _, r := range refused {
			if !strings.Contains(r, "<") {
				t.Errorf("block %d: %q was refused", i, r)
			}
		}
		if lines := strings.Count(strings.TrimSpace(text), "\n") + 1; len(edits)+len(refused) != lines {
			t.Errorf("block %d: %d lines entered and %d refused of %d", i, len(edits), len(refused), lines)
		}
	}
}

// TestPermissive: the router is asked to keep what no command fits, and only that.
func TestPermissive(t *testing.T) {
	b := newBackend()
	st := shell.NewScript()
	s := shell.New(shell.Options{Backend: b, Terminal: st, Length: -1, Width: -1})
	ctx := context.Background()
	s.Execute(ctx, "enable")
	s.Execute(ctx, "configure terminal")
	st.Take()
	for _, step := range []struct {
		line       string
		permissive bool
		kept       []string
		refused    bool
	}{
		{"zogus A", false, nil, true},
		{"zogus A", true, []string{"0 zogus A"}, false},
		{"R2(config)#zogus  B", true, []string{"0 zogus  B"}, false},
		{"show privilege", true, nil, true},
		{"show privilege | include x", true, nil, true},
		{"ip", true, nil, true},
		{"int tu0", true, nil, false},
		{"ip zogus", true, []string{"1 ip zogus"}, false},
		{"no zogus", true, []string{"1 no zogus"}, false},
		{"hostname R1", true, nil, false},
		{"zogus C", true, []string{"0 zogus C"}, false},
	} {
		b.kept, b.permissive = nil, step.permissive
		s.Execute(ctx, step.line)
		if got := st.Take(); strings.Contains(got, "% ") != step.refused {
			t.Errorf("%q: %q", step.line, got)
		}
		if !slices.Equal(b.kept, step.kept) {
			t.Errorf("%q: kept %q, want %q", step.line, b.kept, step.kept)
		}
	}
}

package ios

import (
	"math/rand/v2"
	"strings"
	"testing"

	"axle/cli/grammar"
)

// TestDiffRandom: the difference between two configurations of every
// declaration, entered in the one, gives the other.
func TestDiffRandom(t *testing.T) {
	n := uint64(1500)
	if *long {
		n = 20000
	}
	for seed := range n {
		rnd := rand.New(rand.NewPCG(seed, 11))
		a, b := pair(rnd)
		checkDiff(t, a, b)
		if t.Failed() {
			t.Fatalf("seed %d:\n%s\n--- to ---\n%s", seed, a.Text(), b.Text())
		}
	}
}

// pair returns two random configurations: two of their own, or one made from
// the other.
func pair(rnd *rand.Rand) (a, b *grammar.Tree) {
	a, _ = Load(grammar.Generate(rnd, ConfigMode, 50))
	switch rnd.IntN(4) {
	case 0:
		b, _ = Load(grammar.Generate(rnd, ConfigMode, 50))
	case 1:
		b, _ = Load(a.Text() + "end\n" + grammar.Generate(rnd, ConfigMode, 10))
	case 2: // lines are missing
		b, _ = Load(thinned(rnd, a.Text()))
	default: // lines are missing, and some stand at the end
		text := a.Text()
		b, _ = Load(thinned(rnd, text) + "end\n" + thinned(rnd, text))
	}
	return a, b
}

// thinned returns text without one line in eight.
func thinned(rnd *rand.Rand, text string) string {
	var out strings.Builder
	for l := range strings.Lines(text) {
		if rnd.IntN(8) > 0 {
			out.WriteString(l)
		}
	}
	return out.String()
}

// checkDiff fails where the difference between a and b does not lead from a to
// b, as it is and typed.
func checkDiff(t *testing.T, a, b *grammar.Tree) {
	t.Helper()
	was, want := a.Text(), b.Text()
	edits := grammar.Diff(a, b)
	direct, typed := a.Clone(), a.Clone()
	for _, e := range edits {
		at, where, mode := direct, typed, ConfigMode
		for _, l := range e.Path {
			if at, where = at.Open(l), where.Open(l); at == nil || where == nil {
				t.Errorf("no section %s for %s", l, e.Line)
				return
			}
			mode = l.Command.Opens
		}
		if !at.Apply(e.Line).Changed {
			t.Errorf("%s changes nothing", e.Line)
		}
		if e.Line.Verbatim() { // no mode reads it
			where.Apply(e.Line)
			continue
		}
		l, err := entered(mode, e.Line)
		if err != nil {
			t.Errorf("%s: %v", e.Line, err)
			continue
		}
		where.Apply(l)
	}
	if got := direct.Text(); got != want {
		t.Errorf("applied: %s", diff(want, got))
	}
	if got := typed.Text(); got != want {
		t.Errorf("typed: %s", diff(want, got))
	}
	if (was == want) != (len(edits) == 0) || (was == want) != (grammar.DiffText(a, b) == "") {
		t.Errorf("%d edits (%s), and this text:\n%s", len(edits), edits[min(0, len(edits)-1)].Line, grammar.DiffText(a, b))
	}
	if a.Text() != was || b.Text() != want {
		t.Error("Diff changed what it was given")
	}
	if again := grammar.Diff(b, b); len(again) > 0 || grammar.DiffText(b, b) != "" {
		t.Errorf("a configuration differs from itself: %v", again)
	}
}

// entered returns l as it is read when it is typed in a mode.
func entered(mode *grammar.Mode, l *grammar.Line) (*grammar.Line, error) {
	text := l.String()
	switch {
	case l.No || l.Default:
	case l.Command.Body == grammar.UntilQuit:
		text += "\n" + strings.Join(l.Text, "\n") + "\nquit"
	case l.Command.Body == grammar.Delimited:
		text += strings.Join(l.Text, "\n") + "^C"
	}
	text, body, _ := strings.Cut(text, "\n")
	typed, err := mode.Match(text)
	if err != nil {
		return nil, err
	}
	for typed.NeedsBody() {
		raw, rest, _ := strings.Cut(body, "\n")
		if _, err := typed.AddBody(raw); err != nil {
			return nil, err
		}
		body = rest
	}
	return typed, nil
}

// TestPrintsOther: the output of which commands is skipped in a capture.
func TestPrintsOther(t *testing.T) {
	for _, tt := range []struct {
		lines string
		want  bool
	}{
		{"show dmvpn, sh ip route, SHOW VERSION, sh crypto ikev2 sa, show configuration unsupported", true},
		{"ping 10.0.0.1, tracer 10.0.0.1, telnet 1.1.1.1, ssh -l a 1.1.1.1, debug nhrp, u all, dir, copy flash:a tftp:, test aaa", true},
		{"crypto key generate rsa, reload", true},
		{"show run, sh run int tu0, show running-config all, sh ru, show startup-config, show star, show configuration, show derived-config", false},
		{"write terminal, wr t, more nvram:startup-config, more system:running-config, more flash:x, wr, write memory, copy run start", false},
		{"configure terminal, conf t, enable, en, exit, disable, terminal length 0, clear ip nhrp, hostname R1", false},
		{"crypto isakmp policy 10, crypto pki trustpoint A, s, c, ", false},
	} {
		for line := range strings.SplitSeq(tt.lines, ", ") {
			if got := printsOther(line); got != tt.want {
				t.Errorf("%q: %v, want %v", line, got, tt.want)
			}
		}
	}
}

package grammar

import (
	"errors"
	"strings"
	"testing"
)

// TestLoadBelow: in a file, what is indented below a refused line goes with it,
// and not to the section before.
func TestLoadBelow(t *testing.T) {
	const loopback = "int lo0\n ip address 1.1.1.1 255.0.0.0\n"
	tests := []struct {
		name, in, loop string // loop is what Loopback0 has in the end
		refused        []string
	}{
		{
			"header", loopback + "interface ens3\n ip address 2.2.2.2 255.0.0.0\n ! why\n\n no shutdown\n!\nhostname R1\n", "1.1.1.1",
			[]string{
				"line 3: interface ens3: % Invalid input detected at column 11",
				"line 4: ip address 2.2.2.2 255.0.0.0: % Not entered: it stands below line 3, which is refused: interface ens3",
				"line 7: no shutdown: % Not entered: it stands below line 3, which is refused: interface ens3",
			},
		},
		{
			"header below the open section", loopback + "  bogus word\n   ip address 2.2.2.2 255.0.0.0\n  ip address 3.3.3.3 255.0.0.0\n", "3.3.3.3",
			[]string{
				"line 3: bogus word: % Invalid input detected at column 2",
				"line 4: ip address 2.2.2.2 255.0.0.0: % Not entered: it stands below line 3, which is refused: bogus ...",
			},
		},
		{"flat", loopback + "interface ens3\nip address 2.2.2.2 255.0.0.0\n", "2.2.2.2", []string{"line 3: interface ens3: % Invalid input detected at column 11"}},
		{
			"terminal", loopback + "interface ens3\n R1(config-if)# ip address 2.2.2.2 255.0.0.0\n", "2.2.2.2",
			[]string{"line 3: interface ens3: % Invalid input detected at column 11"},
		},
		{
			"mangled", loopback + "&#x20;ip mtu 1400\n ip address 2.2.2.2 255.0.0.0\n", "2.2.2.2",
			[]string{"line 3: &#x20;ip mtu 1400: % Invalid input detected at column 1"},
		},
	}
	for _, tt := range tests {
		tree, errs := Load(newTable(t).config, tt.in)
		if want := "interface Loopback0\n ip address " + tt.loop + " 255.0.0.0\n!\n"; !strings.Contains(tree.Text(), want) {
			t.Errorf("%s: got\n%s", tt.name, tree.Text())
		}
		var got []string
		for _, e := range errs {
			got = append(got, e.Error())
		}
		if g, w := strings.Join(got, "\n"), strings.Join(tt.refused, "\n"); g != w {
			t.Errorf("%s: refused\n%s\nwant\n%s", tt.name, g, w)
		}
	}
}

// TestLoadBelowRefused: the same for a line that fits and is refused for what
// stands before it.
func TestLoadBelowRefused(t *testing.T) {
	no := errors.New("not now")
	o := Loading{Before: func(section *Tree, l *Line) error {
		if l.Command.Kind == Section && strings.HasSuffix(l.String(), "Tunnel0") {
			return no
		}
		return nil
	}}
	tree, errs := o.Load(newTable(t).config, "int lo0\nint tu0\n ip mtu 1400\n")
	var below *BelowError
	if len(errs) != 2 || errs[0].Err != no || !errors.As(errs[1].Err, &below) || below.Line != 2 {
		t.Errorf("refused %v", errs)
	}
	if strings.Contains(tree.Text(), "1400") {
		t.Errorf("entered elsewhere:\n%s", tree.Text())
	}
}

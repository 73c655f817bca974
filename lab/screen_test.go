package lab

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestMatches(t *testing.T) {
	tests := []struct {
		wanted, got string
		want        bool
	}{
		{"", "", true},
		{"a", "a", true},
		{"a", "b", false},
		{"a", "ab", false},
		{"*", "", true},
		{"*", "anything at all", true},
		{"up *", "up 00:00:29", true},
		{"up *", "down", false},
		{"* up", "tunnel up", true},
		{"* up", "up", false},
		{"a*c", "abc", true},
		{"a*c", "ac", true},
		{"a*c", "acd", false},
		{"a*b*c", "axxbyyc", true},
		{"a*b*c", "axxcyyb", false},
		{"a*a", "a", false},
		{"ab*bc", "abc", false},
		{"a**c", "abc", true},
		{"1 10.0.0.1 * msec * msec *", "1 10.0.0.1 40 msec 41 msec *", true},
		{"1 10.0.0.1 * msec *", "1 10.0.0.1 *  *  *", false},
		{"*b*", "abc", true},
		{"*b*", "ac", false},
		{"a.c", "abc", false},
		{"[a]", "a", false},
	}
	for _, tt := range tests {
		if got := matches(tt.wanted, tt.got); got != tt.want {
			t.Errorf("matches(%q, %q) = %v", tt.wanted, tt.got, got)
		}
	}
}

// slowMatches is the meaning of "*", by trying all.
func slowMatches(wanted, got string) bool {
	if wanted == "" {
		return got == ""
	}
	if wanted[0] == '*' {
		return slowMatches(wanted[1:], got) || (got != "" && slowMatches(wanted, got[1:]))
	}
	return got != "" && wanted[0] == got[0] && slowMatches(wanted[1:], got[1:])
}

func TestMatchesRandom(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	word := func(letters string) string {
		var b strings.Builder
		for range rnd.IntN(8) {
			b.WriteByte(letters[rnd.IntN(len(letters))])
		}
		return b.String()
	}
	for range 50000 {
		wanted, got := word("ab*"), word("ab")
		if m := matches(wanted, got); m != slowMatches(wanted, got) {
			t.Fatalf("matches(%q, %q) = %v", wanted, got, m)
		}
	}
}

func TestDiff(t *testing.T) {
	tests := []struct {
		name              string
		wanted, got, want string
	}{
		{"the same", "a b c", "a b c", ""},
		{"nothing", "", "", ""},
		{"by star", "a * c", "a x c", ""},
		{"one changed", "a b c", "a x c", "    a\n  - b\n  + x\n    c\n"},
		{"one more", "a c", "a b c", "    a\n  + b\n    c\n"},
		{"one less", "a b c", "a c", "    a\n  - b\n    c\n"},
		{"all gone", "a b", "", "  - a\n  - b\n"},
		{"all new", "", "a b", "  + a\n  + b\n"},
		{"at the end", "a", "a b", "    a\n  + b\n"},
		{"swapped", "a b", "b a", "  - a\n    b\n  + a\n"},
		{"what is shown is what was seen", "a* b", "ax c", "    ax\n  - b\n  + c\n"},
	}
	for _, tt := range tests {
		if got := diff(strings.Fields(tt.wanted), strings.Fields(tt.got)); got != tt.want {
			t.Errorf("%s:\n%swant\n%s", tt.name, got, tt.want)
		}
	}
}

// Each line of both screens stands in the comparison once, in order; pairs
// match.
func TestAlignRandom(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 2))
	check := func(wanted, got []string) {
		t.Helper()
		i, j := 0, 0
		for _, e := range align(wanted, got) {
			if e.wanted >= 0 {
				if e.wanted != i {
					t.Fatalf("%q %q: wanted line %d, want %d", wanted, got, e.wanted, i)
				}
				i++
			}
			if e.got >= 0 {
				if e.got != j {
					t.Fatalf("%q %q: got line %d, want %d", wanted, got, e.got, j)
				}
				j++
			}
			if e.wanted >= 0 && e.got >= 0 && !matches(wanted[e.wanted], got[e.got]) {
				t.Fatalf("%q %q: a pair does not match", wanted, got)
			}
		}
		if i != len(wanted) || j != len(got) {
			t.Fatalf("%d of %d and %d of %d lines", i, len(wanted), j, len(got))
		}
	}
	lines := func(n int) (out []string) {
		for range rnd.IntN(n) {
			out = append(out, []string{"a", "b", "c", "*"}[rnd.IntN(4)])
		}
		return out
	}
	for range 2000 {
		check(lines(10), slices.DeleteFunc(lines(10), func(s string) bool { return s == "*" }))
	}
	// Beyond the limit it is still complete, and a small change is still found.
	var big []string
	for i := range 5000 {
		big = append(big, fmt.Sprint("line ", i))
	}
	other := slices.Clone(big)
	other[100], other[4900] = "x", "y"
	check(big, other)
	if d := diff(big, other); strings.Count(d, "  - ") != 2 || strings.Count(d, "  + ") != 2 {
		t.Errorf("%d lines gone, %d new", strings.Count(d, "  - "), strings.Count(d, "  + "))
	}
	check(big, other[:3000])
}

func TestScreenLines(t *testing.T) {
	tests := []struct {
		out  string
		want []string
	}{
		{"", nil},
		{"\n\n", nil},
		{"a\n", []string{"a"}},
		{"\r\n\r\na  \r\nb\t\r\n\r\n", []string{"a", "b"}},
		{"\n a\n\n b\n", []string{" a", "", " b"}},
		{"   \na\n   \n", []string{"a"}},
	}
	for _, tt := range tests {
		if got := screenLines(tt.out); !slices.Equal(got, tt.want) {
			t.Errorf("screenLines(%q) = %q, want %q", tt.out, got, tt.want)
		}
	}
}

package shell

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
)

func TestCompile(t *testing.T) {
	tests := []struct {
		pattern string
		yes, no []string
	}{
		{"_10_", []string{"10", "a 10 b", "(10)", "{10,20}", "10,", "x_10"}, []string{"100", "a10"}},
		{"^ip.*1$", []string{"ip nhrp nhs 10.0.0.1"}, []string{" ip 1", "ip 2"}},
		{"a|b c", []string{"a", "b c"}, []string{"b", "c"}},
		{`10\.1`, []string{"10.1"}, []string{"1001"}},
		{"x{2}", []string{"x{2}"}, []string{"xx"}},
		{"[0-9]+/[^0]", []string{"Gi0/1"}, []string{"Gi0/0"}},
		{"[]a]", []string{"]", "a"}, []string{"b"}},
		{"(ab)?c", []string{"abc", "c"}, []string{"ab"}},
		{`\_`, []string{"a_b"}, []string{"a b"}},
		{"a*?b", []string{"b", "aab"}, []string{"a"}},
		{"[[:]", []string{"[", ":"}, []string{"a"}},
	}
	for _, tt := range tests {
		re, err := compile(tt.pattern)
		if err != nil {
			t.Errorf("%q: %v", tt.pattern, err)
			continue
		}
		for _, s := range tt.yes {
			if !re.MatchString(s) {
				t.Errorf("%q does not match %q (%s)", tt.pattern, s, re)
			}
		}
		for _, s := range tt.no {
			if re.MatchString(s) {
				t.Errorf("%q matches %q (%s)", tt.pattern, s, re)
			}
		}
	}
	for _, bad := range []string{"(", ")", "[a", "*", "+a", `a\`, `(a)\1`, "(?i)a", "[b-a]", strings.Repeat("a", maxPattern+1)} {
		if _, err := compile(bad); !errors.Is(err, ErrPattern) {
			t.Errorf("compile(%.20q): %v, want ErrPattern", bad, err)
		}
	}
}

const someConfig = `!
router eigrp 1
 network 10.0.0.0
 !
 address-family ipv4
  network 10.1.0.0
  exit-address-family
!
interface Tunnel0
 ip mtu 1400
end
`

func TestSections(t *testing.T) {
	tests := []struct{ pipe, want string }{
		{"section router", "router eigrp 1\n network 10.0.0.0\n !\n address-family ipv4\n  network 10.1.0.0\n  exit-address-family\n"},
		{"section include mtu", " ip mtu 1400\n"},
		{"section 10.1", "  network 10.1.0.0\n"},
		{"section exclude router|interface", "!\n!\nend\n"},
		{"section ^interface", "interface Tunnel0\n ip mtu 1400\n"},
		{"sec address", " address-family ipv4\n  network 10.1.0.0\n  exit-address-family\n"},
	}
	for _, tt := range tests {
		p, bad := parsePipe(" " + tt.pipe)
		if bad != nil {
			t.Fatalf("%s: %v", tt.pipe, bad)
		}
		for _, size := range []int{1, 7, 1000} {
			var b strings.Builder
			f := p.filter(&b)
			for s := someConfig; s != ""; {
				n := min(size, len(s))
				if _, err := io.WriteString(f, s[:n]); err != nil {
					t.Fatal(err)
				}
				s = s[n:]
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			if b.String() != tt.want {
				t.Errorf("%s, in parts of %d:\n%s\nwant:\n%s", tt.pipe, size, b.String(), tt.want)
			}
		}
	}
}

// A filter must not keep a line without end.
func TestFilterLongLine(t *testing.T) {
	p, _ := parsePipe(" include x")
	n := 0
	f := p.filter(writerFunc(func(b []byte) (int, error) { n += len(b); return len(b), nil }))
	for range 100 {
		fmt.Fprint(f, strings.Repeat("x", 10000))
		if len(f.line) > maxFilterLine {
			t.Fatalf("%d bytes kept", len(f.line))
		}
	}
	_ = f.Close()
	if n < 1000000 {
		t.Errorf("%d bytes came out", n)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// FuzzPipe parses any pipe and runs it over any text: what comes out are lines
// of the text, in order.
func FuzzPipe(f *testing.F) {
	for _, s := range []string{"include a|b", "section exclude ^interface", "begin _10_", "count [0-9]+", "i a*?", `e \.`, "i [^]a-]", "tee /append flash:x", "sec inc x{2}"} {
		f.Add(s, someConfig)
	}
	f.Fuzz(func(t *testing.T, pipe, text string) {
		p, bad := parsePipe(pipe)
		if bad != nil {
			if bad.at < 0 || bad.at > len(pipe) {
				t.Fatalf("caret at %d of %q", bad.at, pipe)
			}
			return
		}
		if p.re == nil {
			if p.file == "" {
				t.Fatal("neither pattern nor file")
			}
			return
		}
		var out strings.Builder
		fl := p.filter(&out)
		if _, err := io.WriteString(fl, text); err != nil {
			t.Fatal(err)
		}
		if err := fl.Close(); err != nil {
			t.Fatal(err)
		}
		if p.verb == "count" || len(text) > maxFilterLine {
			return
		}
		rest := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
		for _, l := range strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n") {
			if out.Len() == 0 {
				break
			}
			for len(rest) > 0 && strings.TrimRight(rest[0], "\r") != strings.TrimRight(l, "\r") {
				rest = rest[1:]
			}
			if len(rest) == 0 {
				t.Fatalf("%q is no line of %q", l, text)
			}
			rest = rest[1:]
		}
	})
}

// The translation must mean what the pattern says where both are plain.
func TestCompilePlain(t *testing.T) {
	for _, p := range []string{"abc", "a.c", "^a", "a$", "(a|b)+", "[a-c]x"} {
		re, err := compile(p)
		if err != nil || re.String() != regexp.MustCompile(p).String() {
			t.Errorf("%q became %v, %v", p, re, err)
		}
	}
}

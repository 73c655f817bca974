package attach

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"axle/internal/talk"
)

func TestTypist(t *testing.T) {
	for _, tt := range []struct{ name, lines, keys string }{
		{"nothing", "", ""},
		{"lines", "enable\nshow dmvpn\n", "enable\rshow dmvpn\r"},
		{"the last without an end", "enable\nshow dmvpn", "enable\rshow dmvpn\r"},
		{"CR LF", "enable\r\nshow\r\n", "enable\rshow\r"},
		{"CR", "enable\rshow\r", "enable\rshow\r"},
		{"empty lines", "\n\r\n\r\r\nx\n\n", "\r\r\r\rx\r\r"},
		{"keys", "a\tb\x1ac\xff", "a\tb\x1ac\xff\r"},
	} {
		for way, r := range map[string]io.Reader{
			"at once": strings.NewReader(tt.lines), "byte by byte": iotest.OneByteReader(strings.NewReader(tt.lines)),
			"with its end": iotest.DataErrReader(strings.NewReader(tt.lines)),
		} {
			if keys, err := io.ReadAll(&typist{r: r}); err != nil || string(keys) != tt.keys {
				t.Errorf("%s, %s: %q, %v, want %q", tt.name, way, keys, err, tt.keys)
			}
		}
	}
}

func TestPrinter(t *testing.T) {
	for _, tt := range []struct{ name, shown, want string }{
		{"nothing", "", ""},
		{"lines", "hub>enable\r\nhub#", "hub>enable\nhub#\n"},
		{"ends with a line", "bye\r\n", "bye\n"},
		{"CR alone", "10%\r20%\r\r\n\r", "10%\r20%\r\n\r\n"},
		{"LF alone", "a\nb", "a\nb\n"},
	} {
		for _, step := range []int{1, 2, 3, 100} {
			var b strings.Builder
			p := &printer{w: &b}
			for rest := tt.shown; rest != ""; {
				n, err := p.Write([]byte(rest[:min(step, len(rest))]))
				if err != nil || n != min(step, len(rest)) {
					t.Fatalf("%s: takes %d bytes, %v", tt.name, n, err)
				}
				rest = rest[n:]
			}
			if err := p.end(); err != nil || b.String() != tt.want {
				t.Errorf("%s, %d bytes at once: %q, %v, want %q", tt.name, step, b.String(), err, tt.want)
			}
		}
	}
}

// Lines are typed one after the other, and all that they show comes, also after
// the last of them.
func TestType(t *testing.T) {
	place, _ := serve(t)
	var out strings.Builder
	if err := place.Type(t.Context(), "polly", strings.NewReader("hello\nsize\n\nline"), &out); err != nil {
		t.Fatal(err)
	}
	if want := "polly> hello\nno \"hello\"\npolly> size\n0 columns, 0 rows, page 0\npolly> \npolly> line\nline 0\npolly> \n"; out.String() != want {
		t.Errorf("shows %q, want %q", out.String(), want)
	}
}

// More is typed than a session keeps before it reads: it waits, and nothing is
// lost.
func TestTypeMuch(t *testing.T) {
	place, _ := serve(t)
	const n = 30_000
	var out strings.Builder
	if err := place.Type(t.Context(), "polly", strings.NewReader(strings.Repeat("cracker\n", n)), &out); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(out.String(), "no \"cracker\"\n"); got != n {
		t.Errorf("%d answers to %d lines", got, n)
	}
}

// The output of a session ends with it although the lines go on.
func TestTypeSessionEnds(t *testing.T) {
	place, _ := serve(t)
	lines, w := io.Pipe()
	defer w.Close()
	done := make(chan error, 1)
	var out strings.Builder
	go func() { done <- place.Type(context.Background(), "polly", lines, &out) }()
	io.WriteString(w, "bye\n")
	if err := talk.Wait(t, "Type", done); err != nil || out.String() != "polly> bye\n" {
		t.Errorf("%v, %q", err, out.String())
	}
}

// An interrupt ends what hangs.
func TestTypeInterrupted(t *testing.T) {
	place, _ := serve(t)
	ctx, cancel := context.WithCancelCause(context.Background())
	k := talk.New(t, nil)
	done := make(chan error, 1)
	go func() { done <- place.Type(ctx, "polly", strings.NewReader("hang\nbye\n"), k) }()
	k.Expect("polly> hang\n")
	enough := errors.New("enough")
	cancel(enough)
	if err := talk.Wait(t, "Type", done); !errors.Is(err, enough) {
		t.Errorf("ended with %v", err)
	}
}

// What is no terminal has its lines typed.
func TestJoinNoTerminal(t *testing.T) {
	place, _ := serve(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	io.WriteString(w, "size\n")
	w.Close()
	var out strings.Builder
	if err := place.Join(t.Context(), "polly", r, &out); err != nil || out.String() != "polly> size\n0 columns, 0 rows, page 0\npolly> \n" {
		t.Errorf("%v, %q", err, out.String())
	}
}

// A screen that cannot be written ends it.
func TestTypeNoOutput(t *testing.T) {
	place, _ := serve(t)
	r, w := io.Pipe()
	full := errors.New("disk full")
	r.CloseWithError(full)
	if err := place.Type(t.Context(), "polly", strings.NewReader("hello\n"), w); !errors.Is(err, full) {
		t.Errorf("ended with %v", err)
	}
}

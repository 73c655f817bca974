package console

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"axle/cli/shell"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A tape is a stream of which all is there at once.
type tape struct {
	io.Reader
	mu     sync.Mutex
	screen strings.Builder
}

func (t *tape) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.screen.Write(p)
}

func (t *tape) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.screen.String()
}

func open(t testing.TB, typed string, o Options) (*Terminal, *tape) {
	rw := &tape{Reader: strings.NewReader(typed)}
	c := New(rw, o)
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c, rw
}

var editTests = []struct {
	name  string
	typed string
	line  string
	echo  string // behind the prompt
}{
	{"plain", "show ip\r", "show ip", "show ip\r\n"},
	{"LF", "a\n", "a", "a\r\n"},
	{"backspace", "abc\x7f\x08x\r", "ax", "abc\b \b\b \bx\r\n"},
	{"backspace on an empty line", "\x7fx\r", "x", "x\r\n"},
	{"start and end", "bc\x01a\x05d\r", "abcd", "bc\b\babc\b\bbcd\r\n"},
	{"back and forward", "ac\x02b\x06d\r", "abcd", "ac\bbc\bcd\r\n"},
	{"arrows", "ac\x1b[Db\x1b[Cd\r", "abcd", "ac\bbc\bcd\r\n"},
	{"application arrows", "ac\x1bODb\x1bOCd\r", "abcd", "ac\bbc\bcd\r\n"},
	{"home and end", "bc\x1b[Ha\x1b[Fd\x1b[1~0\x1b[4~e\r", "0abcde", "bc\b\babc\b\bbcd\b\b\b\b0abcd\b\b\b\babcde\r\n"},
	{"delete", "abc\x02\x02\x04\r", "ac", "abc\b\bc \b\b\r\n"},
	{"delete key", "abc\x02\x1b[3~\r", "ab", "abc\b \b\r\n"},
	{"delete on an empty line", "\x04a\r", "a", "a\r\n"},
	{"kill to the end", "abc\x02\x02\x0b\r", "a", "abc\b\b  \b\b\r\n"},
	{"kill to the start", "abc\x15d\r", "d", "abc\b\b\b   \b\b\bd\r\n"},
	{"Ctrl-X", "abc\x02\x18\r", "c", "abc\b\b\bc  \b\b\b\r\n"},
	{"kill a word and yank it", "ip nhrp \x17\x19x\r", "ip nhrp x", "ip nhrp \b\b\b\b\b     \b\b\b\b\bnhrp x\r\n"},
	{"yank the one before", "one\x17two\x17\x19\x1by\r", "one", ""},
	{"word back and kill forward", "ip nhrp map\x1bb\x1bbx\x1bd\r", "ip x map", ""},
	{"word forward", "a bc d\x01\x1bfx\r", "a xbc d", ""},
	{"upper case", "ab cd\x01\x1bu\r", "AB cd", ""},
	{"lower case", "AB cd\x01\x1bl\r", "ab cd", ""},
	{"capital", "ab cd\x01\x1bc\x1bc\r", "Ab Cd", ""},
	{"swap", "ab\x14\r", "ba", "ab\b\bba\r\n"},
	{"swap with one character", "a\x14\x14b\r", "ab", "ab\r\n"},
	{"swap at the start", "abc\x01\x14\r", "bac", ""},
	{"redraw", "abc\x02\x12\r", "abc", "abc\b\r\nR1#abc\b\r\n"},
	{"quote", "a\x16\x01\x16?b\r", "a\x01?b", "a^?b\r\n"},
	{"Esc Q", "\x1bq?\r", "?", "?\r\n"},
	{"unknown sequences", "a\x1b[15~\x1b[200~\x1bz\x1b[1;5Xb\r", "ab", "ab\r\n"},
	{"escape and Enter", "a\x1b\r", "a", "a\r\n"},
	{"unfinished sequence and Enter", "a\x1b[12\r", "a", "a\r\n"},
	{"NUL is nothing", "a\x00b\x00\r", "ab", "ab\r\n"},
	{"other control keys", "a\x13\x11\x1e\x1fb\r", "ab", "ab\r\n"},
	{"UTF-8", "größe\x7f\r", "größ", "größe\b \b\r\n"},
	{"Latin-1", "gr\xf6\xdfe\r", "größe", "größe\r\n"},
	{"cut UTF-8", "\xe2\x82a\r", "â\u0082a", ""},
	{"history", "\x10\x10\x10\r", "first", "second\b\b\b\b\b\bfirst \b\a\r\n"},
	{"history and back", "new\x10\x0e\x0e\r", "new", "new\b\b\bsecond\b\b\b\b\b\bnew   \b\b\b\a\r\n"},
	{"history by arrows", "\x1b[A\x1b[A\x1b[B\r", "second", ""},
	{"TAB", "sh\tver\r", "show ver", "sh\r\nR1#show ver\r\n"},
	{"TAB that completes nothing", "xx\t\r", "xx ", "xx \r\n"},
	{"help", "sh?\r", "sh", "sh?\r\n  help for sh\r\nR1#sh\r\n"},
	{"help within", "sh\x02?\r", "sh", "sh\b?\r\n  help for s\r\nR1#sh\b\r\n"},
}

func editor() shell.Editor {
	return shell.Editor{
		Help: func(line string) string { return "  help for " + line + "\n" },
		Complete: func(line string) (string, bool) {
			if line == "sh" {
				return "show ", true
			}
			return line, false
		},
		History: []string{"first", "second"},
	}
}

func TestEdit(t *testing.T) {
	for _, tt := range editTests {
		t.Run(tt.name, func(t *testing.T) {
			c, rw := open(t, tt.typed, Options{})
			c.SetEditor(editor())
			line, end, err := c.ReadLine("R1#")
			if err != nil || end != shell.Enter || line != tt.line {
				t.Errorf("ReadLine: %q, %d, %v; want %q", line, end, err, tt.line)
			}
			if want := "R1#" + tt.echo; tt.echo != "" && rw.String() != want {
				t.Errorf("screen %q\nwant   %q", rw.String(), want)
			}
			if _, _, err := c.ReadLine(""); !errors.Is(err, io.EOF) {
				t.Errorf("after the end: %v", err)
			}
		})
	}
}

// play is what a terminal of a given width shows after text was written.
func play(text string, width int) string {
	var row []byte
	col := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '\b':
			col--
		case '\r':
			col = 0
		case '\n':
			row = row[:0]
		case '\a':
		default:
			for len(row) <= col {
				row = append(row, ' ')
			}
			row[col] = c
			col++
		}
		if col < 0 || width > 0 && col > width-1 {
			return "cursor off the screen"
		}
	}
	return string(row)
}

func TestScroll(t *testing.T) {
	long := "ip nhrp map multicast 203.0.113.1 and some more words"
	tests := []struct{ name, typed, row string }{
		{"short", long[:20], "R1#" + long[:20]},
		{"at the right edge", long[:36], "R1#" + long[:36]},
		{"one more", long[:37], "R1#$" + long[11:37]},
		{"to the start", long + "\x01", "R1#" + long[:35] + "$"},
		{"in the middle", long + strings.Repeat("\x02", 30), "R1#$" + long[21:53]},
		{"shorter again", long[:37] + "\x7f", "R1#" + long[:36]},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, rw := open(t, tt.typed, Options{Width: 40, Height: 24})
			_, _, _ = c.ReadLine("R1#")
			if row := strings.TrimRight(play(rw.String(), 40), " "); row != tt.row {
				t.Errorf("row %q\nwant %q\nbytes %q", row, tt.row, rw.String())
			}
		})
	}
	c, rw := open(t, long+"\r", Options{Width: 40})
	c.SetWidth(512)
	if line, _, _ := c.ReadLine("R1#"); line != long || rw.String() != "R1#"+long+"\r\n" {
		t.Errorf("terminal width 512: %q, screen %q", line, rw.String())
	}
}

func TestEnds(t *testing.T) {
	c, rw := open(t, "no shut\x1aabc\x03x\r\ny\nz", Options{})
	for i, want := range []struct {
		line string
		end  shell.End
		err  error
	}{{"no shut", shell.CtrlZ, nil}, {"", shell.CtrlC, nil}, {"x", shell.Enter, nil}, {"y", shell.Enter, nil}, {"", shell.Enter, io.EOF}} {
		line, end, err := c.ReadLine(">")
		if line != want.line || end != want.end || !errors.Is(err, want.err) {
			t.Errorf("line %d: %q, %d, %v; want %+v", i, line, end, err, want)
		}
	}
	if want := ">no shut^Z\r\n>abc^C\r\n>x\r\n>y\r\n>z"; rw.String() != want {
		t.Errorf("screen %q, want %q", rw.String(), want)
	}
}

// What is typed for later prompts stays for them, whatever its form.
func TestTypeAhead(t *testing.T) {
	for name, nl := range map[string]string{"CR": "\r", "LF": "\n", "CRLF": "\r\n"} {
		for how, slow := range map[string]func(io.Reader) io.Reader{"at once": func(r io.Reader) io.Reader { return r }, "byte by byte": iotest.OneByteReader} {
			t.Run(name+" "+how, func(t *testing.T) {
				typed := strings.Join([]string{"enable", "secret", "show run", " yyes", "last", ""}, nl)
				rw := &tape{Reader: slow(strings.NewReader(typed))}
				c := New(rw, Options{})
				defer c.Close()
				l1, _, _ := c.ReadLine("R1>")
				l2, _ := c.ReadSecret("Password: ")
				l3, _, _ := c.ReadLine("R1#")
				k1, _ := c.ReadKey()
				k2, _ := c.ReadKey()
				l4, _ := c.ReadAnswer("sure? ")
				l5, _, _ := c.ReadLine("R1#")
				if got := []string{l1, l2, l3, string(k1), string(k2), l4, l5}; strings.Join(got, ",") != "enable,secret,show run, ,y,yes,last" {
					t.Errorf("got %q", got)
				}
				if want := "R1>enable\r\nPassword: \r\nR1#show run\r\nsure? yes\r\nR1#last\r\n"; rw.String() != want {
					t.Errorf("screen %q", rw.String())
				}
			})
		}
	}
}

func TestKeyAfterCRLF(t *testing.T) {
	c, _ := open(t, "reload\r\nn", Options{})
	_, _, _ = c.ReadLine("")
	if k, err := c.ReadKey(); k != 'n' || err != nil {
		t.Errorf("key %q, %v", k, err)
	}
}

func TestSecretIsNotShown(t *testing.T) {
	c, rw := open(t, "ab\x7fc?\t\x19\x12\r\x03", Options{})
	c.SetEditor(editor())
	if s, err := c.ReadSecret("Password: "); err != nil || s != "ac? " {
		t.Errorf("secret %q, %v", s, err)
	}
	if _, err := c.ReadSecret("Password: "); !errors.Is(err, shell.ErrBreak) {
		t.Errorf("Ctrl-C: %v", err)
	}
	if want := strings.Repeat("Password: \r\n", 3); rw.String() != want {
		t.Errorf("screen %q", rw.String())
	}
}

func TestLineLimit(t *testing.T) {
	c, _ := open(t, strings.Repeat("x", maxLine+100)+"\r", Options{Width: 80})
	if line, _, err := c.ReadLine(""); err != nil || len(line) != maxLine {
		t.Errorf("%d characters, %v", len(line), err)
	}
}

// The stream waits while too much was typed ahead.
func TestTypeAheadLimit(t *testing.T) {
	const lines = 20000
	c, _ := open(t, strings.Repeat("0123456789\r", lines), Options{})
	time.Sleep(0) // let the pump run
	for i := range lines {
		if line, _, err := c.ReadLine(">"); err != nil || line != "0123456789" {
			t.Fatalf("line %d: %q, %v", i, line, err)
		}
		c.in.mu.Lock()
		n := len(c.in.buf) - c.in.start
		c.in.mu.Unlock()
		if n > maxTypeAhead+4096 {
			t.Fatalf("%d bytes kept", n)
		}
	}
}

func TestWriteAndMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		rw := &tape{Reader: r}
		c := New(rw, Options{})
		_, _ = io.WriteString(c, "a\nb\r\nc")
		c.Message("one", false)
		synctest.Wait()
		go func() { _, _, _ = c.ReadLine("R1#") }()
		_, _ = io.WriteString(w, "sho")
		synctest.Wait()
		c.Message("two", true)
		synctest.Wait()
		c.Message("three", false)
		synctest.Wait()
		_, _ = io.WriteString(w, "w\r")
		synctest.Wait()
		if want := "a\r\nb\r\nc\r\none\r\nR1#sho\r\ntwo\r\nR1#sho\r\nthree\r\nw\r\n"; rw.String() != want {
			t.Errorf("screen %q\nwant   %q", rw.String(), want)
		}
		_ = w.Close()
		_ = c.Close()
	})
}

// Synchronous messages wait for the next prompt, where one of the other kind does
// not, so that the output of a command is not torn.
func TestSynchronousMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		rw := &tape{Reader: r}
		c := New(rw, Options{})
		shown := func(want string) {
			t.Helper()
			synctest.Wait()
			if rw.String() != want {
				t.Errorf("screen %q\nwant   %q", rw.String(), want)
			}
		}
		_, _ = io.WriteString(c, "  1 10.0.0.1 ")
		c.Message("one", true)
		shown("  1 10.0.0.1 ")
		c.Message("two", false)
		shown("  1 10.0.0.1 \r\ntwo\r\n")
		_, _ = io.WriteString(c, "1 msec\n")
		for range 2 * maxMessages {
			c.Message("more", true)
		}
		shown("  1 10.0.0.1 \r\ntwo\r\n1 msec\r\n")
		go func() { _, _, _ = c.ReadLine("R1#") }()
		shown("  1 10.0.0.1 \r\ntwo\r\n1 msec\r\none\r\n" + strings.Repeat("more\r\n", maxMessages-1) +
			fmt.Sprintf("%% %d messages lost\r\nR1#", maxMessages+1))
		_ = w.Close()
		_ = c.Close()
	})
}

// A terminal that takes nothing must not hold up who sends messages.
func TestMessageNeverBlocks(t *testing.T) {
	r, w := io.Pipe()
	c := New(struct {
		io.Reader
		io.Writer
		io.Closer
	}{strings.NewReader(""), w, r}, Options{})
	for range 10 * maxMessages {
		c.Message("x", false)
	}
	if n := len(c.messages.take(true)); n > maxMessages+1 {
		t.Errorf("%d messages kept", n)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func TestCloseEndsReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, read := range map[string]func(*Terminal) error{
			"line":   func(c *Terminal) error { _, _, err := c.ReadLine(">"); return err },
			"secret": func(c *Terminal) error { _, err := c.ReadSecret(">"); return err },
			"answer": func(c *Terminal) error { _, err := c.ReadAnswer(">"); return err },
			"key":    func(c *Terminal) error { _, err := c.ReadKey(); return err },
		} {
			r, w := io.Pipe()
			c := New(struct {
				io.Reader
				io.Writer
				io.Closer
			}{r, io.Discard, w}, Options{})
			got := make(chan error, 1)
			go func() { got <- read(c) }()
			synctest.Wait()
			_ = c.Close()
			if err := <-got; !errors.Is(err, io.EOF) {
				t.Errorf("%s: %v, want EOF", name, err)
			}
			if err := c.Close(); err != nil {
				t.Errorf("second Close: %v", err)
			}
		}
	})
}

func TestIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		c := New(struct {
			io.Reader
			io.Writer
			io.Closer
		}{r, io.Discard, w}, Options{})
		c.SetIdle(10 * time.Minute)
		go func() {
			time.Sleep(9 * time.Minute)
			_, _ = io.WriteString(w, "x")
		}()
		start := time.Now()
		_, _, err := c.ReadLine(">")
		if d := time.Since(start); !errors.Is(err, shell.ErrIdle) || d != 19*time.Minute {
			t.Errorf("%v after %v", err, d)
		}
		_ = c.Close()
	})
}

func TestBreaks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		c := New(struct {
			io.Reader
			io.Writer
			io.Closer
		}{r, io.Discard, w}, Options{})
		breaks := c.Breaks()
		_, _ = io.WriteString(w, "ab\x03c\r")
		synctest.Wait()
		select {
		case <-breaks:
		default:
			t.Error("no break")
		}
		if line, _, _ := c.ReadLine(""); line != "abc" {
			t.Errorf("line %q", line)
		}
		_, _ = io.WriteString(w, "\x03")
		if _, end, _ := c.ReadLine(""); end != shell.CtrlC {
			t.Errorf("end %d after the command", end)
		}
		_ = c.Close()
	})
}

func TestEscapeKey(t *testing.T) {
	var got []byte
	c, _ := open(t, "ab\x1d1c\x1d\x1dd\r", Options{Escape: 0x1d, OnEscape: func(b byte) { got = append(got, b) }})
	line, _, err := c.ReadLine("")
	if line != "abcd" || err != nil || string(got) != "1\x1d" {
		t.Errorf("line %q, %v; keys %q", line, err, got)
	}
}

func TestSize(t *testing.T) {
	c, _ := open(t, "", Options{Width: 80, Height: 24})
	if w, h := c.Size(); w != 80 || h != 24 {
		t.Errorf("%d x %d", w, h)
	}
	c.SetSize(-1, 1<<40)
	if w, h := c.Size(); w != 0 || h != maxScreen {
		t.Errorf("%d x %d", w, h)
	}
}

// Redraw shows the line again while one is read, and does nothing else.
func TestRedraw(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, keys := io.Pipe()
		rw := &tape{Reader: r}
		c := New(rw, Options{})
		defer c.Close()
		defer keys.Close()
		c.Redraw()
		done := make(chan string, 1)
		go func() {
			line, _, _ := c.ReadLine("hub#") // the line tells
			done <- line
		}()
		io.WriteString(keys, "show")
		synctest.Wait()
		c.Redraw()
		io.WriteString(keys, " ip\r")
		if line := <-done; line != "show ip" {
			t.Errorf("line %q", line)
		}
		c.Redraw()
		synctest.Wait()
		if got, want := rw.String(), "hub#show\r\nhub#show ip\r\n"; got != want {
			t.Errorf("screen %q, want %q", got, want)
		}
	})
}

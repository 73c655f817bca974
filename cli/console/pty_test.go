//go:build linux

package console

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"axle/cli/shell"

	"github.com/creack/pty"
)

// A person sits at the other end of a pseudo terminal.
type person struct {
	t    *testing.T
	pty  *os.File
	mu   sync.Mutex
	seen string
	news chan struct{}
}

func sit(t *testing.T) (*person, *Terminal) {
	t.Helper()
	m, s, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo terminal here: ", err)
	}
	if err := pty.Setsize(m, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	// Opened anew, as OpenTTY does: pty.Open's file may be a blocking one.
	f, err := os.OpenFile(s.Name(), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	c, err := openFile(f, Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := &person{t: t, pty: m, news: make(chan struct{}, 1)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		b := make([]byte, 32<<10)
		for {
			n, err := m.Read(b)
			p.mu.Lock()
			p.seen += string(b[:n])
			p.mu.Unlock()
			notify(p.news)
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		_ = m.Close()
		<-done
	})
	return p, c
}

func (p *person) types(text string) {
	p.t.Helper()
	if _, err := io.WriteString(p.pty, text); err != nil {
		p.t.Fatal(err)
	}
}

// reads waits for text and takes all up to its end off the screen.
func (p *person) reads(text string) {
	p.t.Helper()
	late := time.After(20 * time.Second)
	for {
		p.mu.Lock()
		if i := strings.Index(p.seen, text); i >= 0 {
			p.seen = p.seen[i+len(text):]
			p.mu.Unlock()
			return
		}
		p.mu.Unlock()
		select {
		case <-p.news:
		case <-late:
			p.mu.Lock()
			defer p.mu.Unlock()
			p.t.Fatalf("never saw %q; screen ends %q", text, p.seen[max(0, len(p.seen)-400):])
		}
	}
}

func TestPty(t *testing.T) {
	p, c := sit(t)
	if w, h := c.Size(); w != 80 || h != 24 {
		t.Errorf("size %d x %d", w, h)
	}
	c.SetEditor(editor())
	type result struct {
		line string
		end  shell.End
	}
	lines := make(chan result, 10)
	go func() {
		defer close(lines)
		for {
			line, end, err := c.ReadLine("R1(config)#")
			if err != nil {
				return
			}
			lines <- result{line, end}
		}
	}()
	expect := func(line string, end shell.End) {
		t.Helper()
		if r := <-lines; r.line != line || r.end != end {
			t.Errorf("got %+v, want %q, %d", r, line, end)
		}
	}
	p.reads("R1(config)#")
	p.types("sh?") // no Enter
	p.reads("sh?\r\n  help for sh\r\nR1(config)#sh")
	p.types("\t")
	p.reads("\r\nR1(config)#show ")
	p.types("ver\r")
	expect("show ver", shell.Enter)
	p.types("no shut\x1a") // must not stop this process
	p.reads("no shut^Z\r\n")
	expect("no shut", shell.CtrlZ)
	p.types("half\x03")
	p.reads("half^C\r\n")
	expect("", shell.CtrlC)
	p.types("\x04\x04last\r")
	expect("last", shell.Enter)
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if _, ok := <-lines; ok {
		t.Error("a line after Close")
	}
}

// A paste of any length loses no line, also over a pseudo terminal.
func TestPastePty(t *testing.T) {
	for _, n := range []int{500, 5000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			p, c := sit(t)
			c.SetWidth(512)
			line := func(i int) string {
				return fmt.Sprintf("interface Tunnel%d description some text that is of ordinary length", i)
			}
			go func() {
				var b strings.Builder
				for i := range n {
					b.WriteString(line(i) + "\r\n")
				}
				_, _ = io.WriteString(p.pty, b.String())
			}()
			for i := range n {
				got, _, err := c.ReadLine("R1(config)#")
				if err != nil || got != line(i) {
					t.Fatalf("line %d: %q, %v", i, got, err)
				}
			}
			p.reads("R1(config)#" + line(n-1) + "\r\n")
		})
	}
}

func TestPtyRestored(t *testing.T) {
	m, s, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo terminal here: ", err)
	}
	defer m.Close()
	defer s.Close()
	before := flags(t, s)
	f, err := os.OpenFile(s.Name(), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	c, err := openFile(f, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if flags(t, s) == before {
		t.Error("not in raw mode")
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if flags(t, s) != before {
		t.Error("the terminal's mode was not restored")
	}
}

func TestOpenTTYWithoutTerminal(t *testing.T) {
	if c, err := OpenTTY(Options{}); err == nil {
		_ = c.Close()
		t.Skip("standard input is a terminal")
	} else if !errors.Is(err, ErrNoTTY) && !errors.Is(err, os.ErrNotExist) {
		t.Logf("OpenTTY: %v", err)
	}
}

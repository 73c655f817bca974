package shell_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"axle/cli/console"
	"axle/cli/ios"
	"axle/cli/shell"

	"github.com/creack/pty"
	"go.uber.org/goleak"
	"golang.org/x/term"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A person sits at the other end of a stream: it types and reads the screen.
type person struct {
	t    testing.TB
	conn io.ReadWriteCloser
	mu   sync.Mutex
	seen string
	news chan struct{}
	done chan struct{}
}

// sit starts a session and returns who sits at it. The session's result comes
// on the channel.
func sit(t *testing.T, ctx context.Context, o shell.Options) (*person, *console.Terminal, <-chan error) {
	t.Helper()
	here, there := net.Pipe()
	return sitAt(t, ctx, o, here, console.New(there, console.Options{}))
}

// sitAt is sit with a terminal of the caller's, here being the other end.
func sitAt(t *testing.T, ctx context.Context, o shell.Options, here io.ReadWriteCloser, c *console.Terminal) (*person, *console.Terminal, <-chan error) {
	t.Helper()
	v := newTables(t)
	o.Terminal, o.UserMode, o.PrivMode, o.ConfigMode, o.Length, o.Width = c, v.user, v.priv, v.config, -1, -1
	result := make(chan error, 1)
	go func() { result <- shell.New(o).Run(ctx) }()
	p := &person{t: t, conn: here, news: make(chan struct{}, 1), done: make(chan struct{})}
	go p.look()
	t.Cleanup(func() {
		_ = c.Close()
		_ = here.Close()
		<-p.done
	})
	return p, c, result
}

func (p *person) look() {
	defer close(p.done)
	b := make([]byte, 4096)
	for {
		n, err := p.conn.Read(b)
		p.mu.Lock()
		p.seen += string(b[:n])
		p.mu.Unlock()
		select {
		case p.news <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (p *person) types(text string) {
	p.t.Helper()
	if _, err := io.WriteString(p.conn, text); err != nil {
		p.t.Fatal(err)
	}
}

// reads waits for text and takes all up to its end off the screen.
func (p *person) reads(text string) {
	p.t.Helper()
	late := time.After(10 * time.Second)
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
			p.t.Fatalf("never saw %q; screen %q", text, p.seen)
		}
	}
}

func TestBreak(t *testing.T) {
	for name, key := range map[string]string{"Ctrl-C": "\x03", "Ctrl-^": "\x1e"} {
		t.Run(name, func(t *testing.T) {
			b := newBackend()
			p, _, result := sit(t, t.Context(), shell.Options{Backend: b, Privilege: 15})
			p.types("debug forever\nshow privilege\n")
			<-b.started
			p.types(key)
			p.reads("R1#debug forever\r\n!!\r\nR1#show privilege\r\nCurrent privilege level is 15\r\nR1#")
			p.types("exit\n")
			if err := <-result; err != nil {
				t.Error(err)
			}
		})
	}
}

func TestMessages(t *testing.T) {
	b := newBackend()
	p, _, _ := sit(t, t.Context(), shell.Options{Backend: b, Privilege: 15, Monitor: true, Line: ios.LineConfig{Kind: "con", LoggingSynchronous: true, Length: 24, Width: 80}})
	p.types("show pr")
	p.reads("R1#show pr")
	b.log(5, "%LINK-5-CHANGED: one")
	p.reads("\r\n%LINK-5-CHANGED: one\r\nR1#show pr")
	p.types("iv\n")
	p.reads("iv\r\nCurrent privilege level is 15\r\nR1#")
	p.types("terminal no monitor\n")
	p.reads("R1#")
	b.log(5, "%LINK-5-CHANGED: two")
	p.types("terminal monitor\n")
	p.reads("terminal monitor\r\nR1#")
	b.log(5, "%LINK-5-CHANGED: three")
	p.reads("\r\n%LINK-5-CHANGED: three\r\nR1#")
	p.mu.Lock()
	defer p.mu.Unlock()
	if strings.Contains(p.seen, "two") {
		t.Error("a message came in spite of terminal no monitor")
	}
}

func TestMessageWithoutRedraw(t *testing.T) {
	b := newBackend()
	p, _, _ := sit(t, t.Context(), shell.Options{Backend: b, Monitor: true})
	p.types("show pr")
	p.reads("R1>show pr")
	b.log(5, "%SYS-5-CONFIG_I: one")
	p.reads("\r\n%SYS-5-CONFIG_I: one\r\n")
	p.types("iv\n")
	p.reads("iv\r\nCurrent privilege level is 1\r\nR1>")
}

func TestLogLevel(t *testing.T) {
	b := newBackend()
	b.cfg.Logging.Console = 3
	p, _, _ := sit(t, t.Context(), shell.Options{Backend: b, Monitor: true})
	p.reads("R1>")
	b.log(5, "%A-5-B: not this")
	b.log(3, "%A-3-B: this")
	p.reads("\r\n%A-3-B: this\r\n")
}

func TestEndOfContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	b := newBackend()
	p, _, result := sit(t, ctx, shell.Options{Backend: b, Privilege: 15})
	p.types("conf t\ninterface Tunnel0\n")
	p.reads("R1(config-if)#")
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("Run: %v", err)
	}
	if b.left != 1 {
		t.Errorf("configuration was left %d times", b.left)
	}
}

func TestIdle(t *testing.T) {
	p, _, result := sit(t, t.Context(), shell.Options{Backend: newBackend(), Line: ios.LineConfig{Kind: "con", ExecTimeout: time.Millisecond}})
	p.reads("R1>")
	if err := <-result; !errors.Is(err, shell.ErrIdle) {
		t.Errorf("Run: %v", err)
	}
}

// A whole session over a pseudo terminal.
func TestPty(t *testing.T) {
	m, tty, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo terminal here: ", err)
	}
	if _, err := term.MakeRaw(int(tty.Fd())); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(tty.Name(), os.O_RDWR, 0) // whose reads Close can end
	if err != nil {
		t.Fatal(err)
	}
	_ = tty.Close()
	b := newBackend()
	b.show["show version"] = "1\n2\n3\n4\n5\n6\n"
	c := console.New(f, console.Options{Width: 80, Height: 4})
	p, _, result := sitAt(t, t.Context(), shell.Options{Backend: b, Privilege: 15}, m, c)
	p.reads("R1#")
	p.types("sh ver")
	p.reads("sh ver")
	p.types("?")
	p.reads("?\r\nversion  \r\n\r\nR1#sh ver")
	p.types("\t")
	p.reads("\r\nR1#sh version ")
	p.types("\r")
	p.reads("\r\n1\r\n2\r\n3\r\n --More-- ")
	p.types("\r")
	p.reads("\b4\r\n --More-- ")
	p.types("q")
	p.reads("\bR1#")
	p.types("conf t\rint Tunnel0\r")
	p.reads("R1(config-if)#")
	p.types("no shut\x1a")
	p.reads("no shut^Z\r\nR1#")
	p.types("conf t\rint Tun\x03")
	p.reads("int Tun^C\r\nR1#")
	var paste strings.Builder
	paste.WriteString("conf t\r\n")
	for i := range 500 {
		fmt.Fprintf(&paste, "interface Tunnel%d\r\n ip mtu %d\r\n", i, i)
	}
	go p.types(paste.String() + "end\r\nshow privilege\r\n")
	p.reads("Current privilege level is 15\r\nR1#")
	b.mu.Lock()
	if n := len(b.edits); n != 2+1+1000+1 { // before: two edits and the end of configuration
		t.Errorf("%d edits", n)
	}
	b.mu.Unlock()
	p.types("exit\r")
	if err := <-result; err != nil {
		t.Error(err)
	}
}

// A paste of any length loses no line, refused ones or not.
func TestPaste(t *testing.T) {
	for _, n := range []int{500, 5000} {
		for name, nl := range map[string]string{"CR": "\r", "LF": "\n", "CRLF": "\r\n"} {
			var typed strings.Builder
			typed.WriteString("conf t" + nl)
			for i := range n {
				fmt.Fprintf(&typed, "interface Tunnel%d%s description number %d%s mistake%s!%s", i, nl, i, nl, nl, nl)
			}
			typed.WriteString("end" + nl)
			b := newBackend()
			got := play(t, shell.Options{Backend: b, Privilege: 15}, typed.String(), 80, 24)
			if len(b.edits) != 2*n+1 || b.edits[2*n-1] != fmt.Sprintf("interface Tunnel%d / description number %d", n-1, n-1) {
				t.Errorf("%d lines, %s: %d edits, the last two %q", n, name, len(b.edits), b.edits[max(0, len(b.edits)-2):])
			}
			if k := strings.Count(got, "% Invalid input detected at '^' marker."); k != n {
				t.Errorf("%d lines, %s: %d refusals", n, name, k)
			}
		}
	}
}

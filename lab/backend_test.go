package lab

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"axle/cli/ios"
	"axle/cli/shell"
	"axle/internal/talk"
)

// failing is a session whose terminal has gone.
type failing struct{ n int }

func (f *failing) Write(p []byte) (int, error) {
	if f.n++; f.n > 1 {
		return 0, io.ErrClosedPipe
	}
	return len(p), nil
}

// A command whose session has gone is broken off.
func TestJobEndsWithItsSession(t *testing.T) {
	l := live(t)
	b := l.Backend("hub")
	line, err := ios.PrivExec.Match("ping 10.0.0.11 repeat 2000000000")
	if err != nil {
		t.Fatal(err)
	}
	for range 70 {
		b.Exec(context.Background(), shell.Who{}, line, &failing{})
	}
	var out strings.Builder
	short, _ := ios.PrivExec.Match("ping 10.0.0.11 repeat 1")
	if err := b.Exec(context.Background(), shell.Who{}, short, &out); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "Too many") {
		t.Errorf("the pings of sessions that are gone still run: %s", out.String())
	}
}

// A ping that does not wait does not stop the lab's time.
func TestPingTimeoutZero(t *testing.T) {
	l := live(t)
	b := l.Backend("spoke1")
	line, err := ios.PrivExec.Match("ping 10.0.0.1 timeout 0 repeat 3000000")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { b.Exec(ctx, shell.Who{}, line, io.Discard); close(ended) }()
	time.Sleep(300 * time.Millisecond)
	one := l.Backend("hub").Now()
	time.Sleep(time.Second)
	two := l.Backend("hub").Now()
	var waiting int
	l.drive.do(func() { waiting = len(l.queue.events) })
	cancel()
	<-ended
	if d := two.Sub(one); d < 500*time.Millisecond {
		t.Errorf("in a second of the wall clock the lab's clock moved %v; %d events wait", d, waiting)
	}
}

// A session from before a reload changes nothing any more.
func TestSessionEndsWithReload(t *testing.T) {
	l := builtin(t, "phase3", 1, Options{})
	l.RunFor(context.Background(), time.Second)
	term := shell.NewScript()
	s := shell.New(shell.Options{Backend: l.Backend("hub"), Terminal: term, Privilege: 15})
	s.Execute(context.Background(), "configure terminal")
	s.Execute(context.Background(), "interface Tunnel77")
	l.Reboot("hub")
	s.Execute(context.Background(), "description typed by a ghost")
	if out := typed(t, l, "hub", "show running-config interface Tunnel77"); strings.Contains(out, "ghost") {
		t.Errorf("a session from before the reload configures on:\n%s", out)
	}
}

// A command that prints more than its session takes is broken off, and the
// session is told so.
func TestTooMuchOutput(t *testing.T) {
	l := live(t)
	gate := make(chan struct{})
	var out strings.Builder
	w := writer(func(p []byte) {
		<-gate
		out.Write(p)
	})
	var cancelled sync.Once
	ended := make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- l.command(context.Background(), w, func(w io.Writer, done func(error)) func() {
			var more func()
			more = func() {
				select {
				case <-ended:
					return
				default:
				}
				w.Write(make([]byte, maxStream/8))
				l.queue.push(l.now.Add(time.Millisecond), more)
			}
			more()
			return func() { cancelled.Do(func() { close(ended) }); done(nil) }
		})
	}()
	select {
	case <-ended:
	case <-time.After(talk.Patience):
		t.Fatal("the command runs on")
	}
	close(gate)
	if err := talk.Wait(t, "the command", done); err != errTooMuch {
		t.Errorf("ended with %v", err)
	}
	if n := out.Len(); n < maxStream || n > 3*maxStream {
		t.Errorf("%d bytes were shown", n)
	}
}

// A session that does not read is told how many messages it has lost.
func TestMessagesLost(t *testing.T) {
	l := live(t)
	gate, told := make(chan struct{}), make(chan string, 1)
	cancel := l.Backend("hub").Messages(func(_ int, _ bool, line string) {
		<-gate
		if strings.Contains(line, "messages lost") {
			select {
			case told <- line:
			default:
			}
		}
	})
	defer cancel()
	s := shell.New(shell.Options{Backend: l.Backend("hub"), Terminal: shell.NewScript(), Privilege: 15})
	for i := range 2 * messageBuffer {
		for _, line := range []string{"configure terminal", "interface loopback 0", []string{"shutdown", "no shutdown"}[i%2], "end"} {
			s.Execute(context.Background(), line)
		}
	}
	close(gate)
	select {
	case line := <-told:
		var n int
		if _, err := fmt.Sscanf(line, "%% %d messages lost", &n); err != nil || n <= 0 {
			t.Errorf("told %q", line)
		}
	case <-time.After(talk.Patience):
		t.Fatal("nobody told")
	}
}

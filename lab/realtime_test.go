package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"axle/cli/console"
	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/shell"
	"axle/internal/talk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// live runs a lab with two spokes in real time; its tunnels are up already.
func live(t *testing.T) *Lab {
	t.Helper()
	t.Cleanup(func() { goleak.VerifyNone(t) })
	l := builtin(t, "phase3", 2, Options{Seed: 1})
	l.RunFor(context.Background(), 10*time.Second)
	t.Cleanup(l.Start(context.Background()))
	return l
}

func TestStartAndStop(t *testing.T) {
	l := live(t)
	term := shell.NewScript()
	s := shell.New(shell.Options{Backend: l.Backend("hub"), Terminal: term, Privilege: 15})
	// Round trips take their time: 40 ms each.
	begin := time.Now()
	s.Execute(context.Background(), "ping 10.0.0.11")
	took := time.Since(begin)
	if got := term.Take(); !strings.Contains(got, "!!!!!") || took < 200*time.Millisecond {
		t.Errorf("after %v:\n%s", took, got)
	}
	s.Execute(context.Background(), "show dmvpn | include UP ")
	if got := term.Take(); strings.Count(got, "UP") != 2 {
		t.Errorf("spokes:\n%s", got)
	}
	// Many sessions at once.
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			term := shell.NewScript()
			name := []string{"hub", "spoke1", "spoke2"}[i%3]
			s := shell.New(shell.Options{Backend: l.Backend(name), Terminal: term, Who: shell.Who{Line: fmt.Sprint("vty", i)}, Privilege: 15})
			defer s.Listen()()
			for _, line := range []string{"show ip route", "conf t", fmt.Sprintf("int lo%d", i), fmt.Sprintf("ip addr 10.77.0.%d 255.255.255.255", i+1), "end", "ping 10.0.0.1 repeat 1"} {
				s.Execute(context.Background(), line)
			}
			if got := term.Take(); !strings.Contains(got, "!\nSuccess rate is 100 percent") {
				t.Errorf("session %d:\n%s", i, got)
			}
		})
	}
	all.Wait()
}

// After the lab has stopped nothing hangs and nothing panics.
func TestAfterStop(t *testing.T) {
	defer goleak.VerifyNone(t)
	l := builtin(t, "phase3", 1, Options{Seed: 1})
	l.RunFor(context.Background(), time.Second)
	stop := l.Start(context.Background())
	b := l.Backend("hub")
	cancel := b.Messages(func(int, bool, string) {})
	pinging := make(chan error, 1)
	ping, err := ios.PrivExec.Match("ping 10.0.0.99 repeat 100000")
	if err != nil {
		t.Fatal(err)
	}
	started := make(chan struct{})
	var once sync.Once
	go func() {
		pinging <- b.Exec(context.Background(), shell.Who{}, ping, writer(func(p []byte) { once.Do(func() { close(started) }) }))
	}()
	select {
	case <-started:
	case <-time.After(talk.Patience):
		t.Fatal("ping prints nothing")
	}
	stop()
	if err := talk.Wait(t, "a ping of a lab that stopped", pinging); !errors.Is(err, errStopped) {
		t.Errorf("ping: %v", err)
	}
	cancel()
	cancel()
	if c := b.Config(); c == nil || b.Unsaved() || !b.Now().IsZero() {
		t.Errorf("config %v, unsaved %v, now %v", c, b.Unsaved(), b.Now())
	}
	b.LeaveConfig(shell.Who{})
	clock, err := ios.PrivExec.Match("show clock")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Exec(context.Background(), shell.Who{}, clock, io.Discard); !errors.Is(err, errStopped) {
		t.Errorf("show clock: %v", err)
	}
	if _, ok := b.Edit(shell.Who{}, []*grammar.Line{}, clock); ok {
		t.Error("an edit was taken")
	}
	b.Messages(func(int, bool, string) {})()
}

// A writer is a function that takes what is written.
type writer func(p []byte)

func (w writer) Write(p []byte) (int, error) { w(p); return len(p), nil }

func TestRunEnds(t *testing.T) {
	defer goleak.VerifyNone(t)
	l := builtin(t, "phase3", 1, Options{Seed: 1})
	ctx, cancel := context.WithCancelCause(context.Background())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	why := errors.New("enough")
	cancel(why)
	if err := talk.Wait(t, "Run", done); !errors.Is(err, why) {
		t.Errorf("ended with %v", err)
	}
}

// serve opens the lab's socket; end stops serving.
func serve(t *testing.T, l *Lab) (path string, end func()) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "run", "lab.sock")
	s, err := l.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	end = sync.OnceFunc(func() {
		cancel()
		if err := talk.Wait(t, "Serve", done); err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	t.Cleanup(end)
	return path, end
}

// attachTo joins a terminal to a node; ended gives the error of Attach.
func attachTo(t *testing.T, path, node string) (k *talk.Talk, ended <-chan error) {
	t.Helper()
	r, w := io.Pipe()
	t.Cleanup(func() { w.Close() })
	k = talk.New(t, w)
	done := make(chan error, 1)
	go func() { done <- dialAndRun(path, node, 80, 24, r, k) }()
	return k, done
}

func TestAttach(t *testing.T) {
	l := live(t)
	path, end := serve(t, l)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket: %v, %v", info.Mode(), err)
	}
	if _, err := l.Listen(path); err == nil || !strings.Contains(err.Error(), "another lab is running there") {
		t.Errorf("a second lab on one socket: %v", err)
	}

	spoke, spokeEnd := attachTo(t, path, "spoke1")
	host, hostEnd := attachTo(t, path, "host2")
	spoke.Expect("spoke1>")
	spoke.Send("show priv\r")
	spoke.Expect("Current privilege level is 1\r\n")
	spoke.Expect("spoke1>")
	host.Expect("host2$ ")
	host.Send("ip addr\r")
	host.Expect("inet 192.168.2.10/24\r\n")
	spoke.Send("ping 10.0.0.1\r")
	spoke.Expect("Success rate is 100 percent (5/5)")
	host.Send("?")
	host.Expect("traceroute ADDRESS")
	host.Send("ping 192.168.9.9 -c 60000\r")
	host.Expect("PING 192.168.9.9")
	host.Send("\x03") // broken off
	host.Expect("packet loss")
	host.Expect("host2$ ")
	spoke.Send("exit\r")
	if err := talk.Wait(t, "the session of spoke1", spokeEnd); err != nil {
		t.Errorf("spoke1: %v", err)
	}
	host.Send("exit\r")
	if err := talk.Wait(t, "the session of host2", hostEnd); err != nil {
		t.Errorf("host2: %v", err)
	}

	if _, err := Dial(path, "spoke9", 80, 24); err == nil || err.Error() != `there is no node "spoke9"; there are: hub spoke1 spoke2 host0 host1 host2` {
		t.Errorf("attached to nobody: %v", err)
	}

	// Sessions end with the server, and the socket goes.
	hub, hubEnd := attachTo(t, path, "hub")
	hub.Expect("hub>")
	host, hostEnd = attachTo(t, path, "host0")
	host.Expect("host0$ ")
	silent, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	end()
	talk.Wait(t, "the session of hub", hubEnd)
	talk.Wait(t, "the session of host0", hostEnd)
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket is there still: %v", err)
	}
	if err := dialAndRun(path, "hub", 80, 24, strings.NewReader(""), io.Discard); err == nil || !strings.Contains(err.Error(), "no lab is running there") {
		t.Errorf("attached to nothing: %v", err)
	}
}

// TestAttachResize: the terminal of a session follows that of its client.
func TestAttachResize(t *testing.T) {
	l := live(t)
	path, _ := serve(t, l)
	c, err := Dial(path, "hub", 80, 24)
	if err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	defer w.Close()
	k := talk.New(t, w)
	go c.Run(r, k)
	k.Expect("hub>")
	k.Send("show terminal\r")
	k.Expect("Length: 24 lines, Width: 80 columns")
	k.Expect("hub>")
	c.SetSize(132, 255)
	k.Send("show terminal\r")
	k.Expect("Length: 255 lines, Width: 132 columns")
	k.Send("exit\r")
}

// Sessions whose operators do not read, neither their screens nor the log,
// stop neither the lab nor other sessions.
func TestSlowSession(t *testing.T) {
	l := live(t)
	ctx, cancel := context.WithCancel(context.Background())
	var sessions sync.WaitGroup
	for i := range 3 {
		near, far := net.Pipe() // keeps nothing: the first byte blocks
		defer far.Close()
		term := console.New(near, console.Options{})
		sessions.Go(func() {
			defer term.Close()
			_ = l.Session(ctx, []string{"hub", "spoke1", "host1"}[i], term, shell.Who{Line: "console"})
		})
	}
	path, _ := serve(t, l)
	raw, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if err := raw.SetWriteDeadline(time.Now().Add(2 * time.Second)); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(raw, "spoke1 80 0\nterminal length 0\n")
	for range 2000 {
		if _, err := fmt.Fprint(raw, "show interfaces\n"); err != nil {
			break // the session's way back is full, then its way in
		}
	}

	term := shell.NewScript()
	s := shell.New(shell.Options{Backend: l.Backend("spoke1"), Terminal: term, Privilege: 15})
	done := make(chan error, 1)
	go func() {
		for i := range 2 * messageBuffer { // more messages than a session keeps
			s.Execute(context.Background(), "configure terminal")
			s.Execute(context.Background(), "interface loopback 0")
			s.Execute(context.Background(), []string{"shutdown", "no shutdown"}[i%2])
			s.Execute(context.Background(), "end")
		}
		term.Take()
		s.Execute(context.Background(), "ping 10.0.0.1")
		done <- nil
	}()
	talk.Wait(t, "a session beside slow ones", done)
	if got := term.Take(); !strings.Contains(got, "!!!!!") {
		t.Errorf("beside slow sessions:\n%s", got)
	}
	cancel()
	ended := make(chan error, 1)
	go func() { sessions.Wait(); ended <- nil }()
	talk.Wait(t, "a slow session", ended)
}

// A stream takes what is written without end, and keeps a bounded part.
func TestStream(t *testing.T) {
	s := newStream()
	times := 0
	s.onFull = func() { times++ }
	part := make([]byte, maxStream/4)
	for range 100 {
		s.Write(part)
	}
	if n, err := s.Write(part); n != 0 || !errors.Is(err, errTooMuch) || times != 1 {
		t.Errorf("a full stream takes %d bytes, %v; told %d times", n, err, times)
	}
	if n := len(s.take()); n != maxStream {
		t.Errorf("%d bytes are kept, want %d", n, maxStream)
	}
	if n := len(s.take()); n != 0 {
		t.Errorf("%d bytes are left", n)
	}
}

func TestSessionNoNode(t *testing.T) {
	l := builtin(t, "phase3", 1, Options{})
	if err := l.Session(context.Background(), "spoke9", shell.NewScript(), shell.Who{}); !errors.Is(err, ErrNoNode) {
		t.Errorf("%v", err)
	}
	if l.Backend("host1") != nil {
		t.Error("a host has a router's backend")
	}
}

// dialAndRun joins a terminal to a node as "axle lab attach" does.
func dialAndRun(path, node string, width, height int, in io.Reader, out io.Writer) error {
	c, err := Dial(path, node, width, height)
	if err != nil {
		return err
	}
	return c.Run(in, out)
}

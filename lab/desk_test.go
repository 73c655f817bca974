package lab

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// Coming back to a console types nothing there.
func TestDeskSwitchAtMore(t *testing.T) {
	l := live(t)
	in, keys := io.Pipe()
	k := newTalk(t, keys)
	d := NewDesk(l, in, k, 80, 24)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	k.expect("hub#")
	k.send("show interfaces\r")
	k.expect("--More--")
	k.send("\x1dn")
	k.expect("spoke1#")
	k.send("\x1dp")
	k.expect("[hub]")
	k.send(" ")
	time.Sleep(300 * time.Millisecond)
	k.mu.Lock()
	all := k.text.String()
	k.mu.Unlock()
	cancel()
	keys.Close()
	<-done
	if !strings.Contains(all, "--More--") {
		t.Errorf("coming back to --More-- ended the output: %q", all)
	}
}

type stuck struct{ block chan struct{} }

func (s stuck) Write(p []byte) (int, error) { <-s.block; return len(p), nil }

// The desk ends although its terminal takes nothing.
func TestDeskEndsWithStuckTerminal(t *testing.T) {
	l := live(t)
	in, keys := io.Pipe()
	s := stuck{make(chan struct{})}
	d := NewDesk(l, in, s, 80, 24)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	time.Sleep(100 * time.Millisecond)
	cancel()
	select {
	case <-done:
	case <-time.After(patience):
		t.Error("the desk does not end while its terminal takes nothing")
	}
	close(s.block)
	keys.Close()
}

// Keys that nobody takes do not keep the desk from its own.
func TestDeskFlood(t *testing.T) {
	l := live(t)
	in, keys := io.Pipe()
	k := newTalk(t, keys)
	done := make(chan error, 1)
	go func() { done <- NewDesk(l, in, k, 80, 24).Run(context.Background()) }()
	k.expect("hub#")
	k.send("ping 10.0.0.99 repeat 100000\r")
	k.expect("Sending")
	k.send(strings.Repeat("x", 3*maxTyped))
	k.send("\x1dq")
	if err := wait(t, "the desk", done); err != nil {
		t.Errorf("ended with %v", err)
	}
	keys.Close()
}

// A reload ends the console's session, and a key begins the next.
func TestDeskReload(t *testing.T) {
	l := live(t)
	in, keys := io.Pipe()
	defer keys.Close()
	k := newTalk(t, keys)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- NewDesk(l, in, k, 80, 24).Run(ctx) }()
	k.expect("hub#")
	k.send("configure terminal\r")
	k.expect("hub(config)#")
	l.drive.do(func() { l.Reboot("hub") })
	k.expect("Press RETURN to get started.")
	k.send("\r")
	k.expect("hub#")
	cancel()
	wait(t, "the desk", done)
}

func TestDesk(t *testing.T) {
	l := live(t)
	r, w := io.Pipe()
	defer w.Close()
	k := newTalk(t, w)
	d := NewDesk(l, r, k, 80, 24)
	done := make(chan error, 1)
	go func() { done <- d.Run(context.Background()) }()
	k.expect("6 routers and hosts are running. Keys, each after Ctrl-]:\r\n")
	k.expect("[hub]\r\n")
	k.expect("hub#")
	k.send("show privilege\r")
	k.expect("Current privilege level is 15\r\n")
	k.expect("hub#")
	k.send("show clo") // stays on the line while another node is shown
	k.expect("show clo")
	k.send("\x1dn")
	k.expect("[spoke1]\r\n")
	k.expect("spoke1#")
	k.send("ping 10.0.0.1\r")
	k.expect("Success rate is 100 percent (5/5)")
	k.send("\x1d") // the two keys may come apart
	k.send("l")
	k.expect("   1  hub\r\n*  2  spoke1\r\n   3  spoke2\r\n   4  host0\r\n")
	k.send("\x1d1")
	k.expect("[hub]\r\n")
	k.expect("hub#show clo")
	k.send("ck\r")
	k.expect(" UTC ")
	k.expect("hub#")
	k.send("\x1dp") // before the first comes the last
	k.expect("[host2]\r\n")
	k.expect("host2$ ")
	k.send("ping 192.168.1.10 -c 1\r")
	k.expect("1 received")
	k.send("\x1d?")
	k.expect("leave the lab")
	k.send("\x1d9") // there is no ninth
	k.expect("leave the lab")
	d.SetSize(132, 50)
	k.send("\x1d1exit\r")
	k.expect("hub con0 is now available")
	k.expect("Press RETURN to get started.")
	k.send("\r")
	k.expect("hub#")
	k.send("show privilege\r\x1dq")
	if err := wait(t, "the desk", done); err != nil {
		t.Errorf("ended with %v", err)
	}
}

// What a node prints while another is shown comes when it is shown again.
func TestDeskHolds(t *testing.T) {
	l := live(t)
	r, w := io.Pipe()
	defer w.Close()
	k := newTalk(t, w)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- NewDesk(l, r, k, 80, 24).Run(ctx) }()
	k.expect("hub#")
	k.send("ping 10.0.0.99 repeat 2 timeout 1\r") // nobody there: two seconds
	k.expect("Sending 2")
	k.send("\x1dn")
	k.expect("[spoke1]\r\n")
	k.expect("spoke1#")
	k.send("ping 10.0.0.99 repeat 3 timeout 1\r") // three: the hub is ready then
	k.expect("Success rate is 0 percent (0/3)")
	k.send("\x1d1")
	k.expect("[hub]\r\n")
	k.expect("Success rate is 0 percent (0/2)")
	k.expect("hub#")
	cancel()
	if err := wait(t, "the desk", done); err != nil {
		t.Errorf("ended with %v", err)
	}
}

// A pane keeps a bounded amount, the newest.
func TestPaneBuffer(t *testing.T) {
	d := NewDesk(&Lab{}, nil, io.Discard, 80, 24)
	d.shown = 1
	p := &pane{desk: d, num: 0}
	for i := range 3 * paneBuffer / 10 {
		fmt.Fprintf(p, "%09d\n", i)
	}
	if len(p.held) != paneBuffer || !strings.HasSuffix(string(p.held), fmt.Sprintf("%09d\n", 3*paneBuffer/10-1)) {
		t.Errorf("%d bytes are held, the last are %q", len(p.held), p.held[len(p.held)-10:])
	}
}

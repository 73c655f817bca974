package lab

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"axle/internal/talk"
)

// Coming back to a console types nothing there.
func TestDeskSwitchAtMore(t *testing.T) {
	l := live(t)
	in, keys := io.Pipe()
	k := talk.New(t, keys)
	d := NewDesk(l, in, k, 80, 24)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	k.Expect("hub#")
	k.Send("show interfaces\r")
	k.Expect("--More--")
	k.Send("\x1dn")
	k.Expect("spoke1#")
	k.Send("\x1dp")
	k.Expect("[hub]")
	k.Send(" ")
	time.Sleep(300 * time.Millisecond)
	all := k.Rest()
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
	case <-time.After(talk.Patience):
		t.Error("the desk does not end while its terminal takes nothing")
	}
	close(s.block)
	keys.Close()
}

// Keys that nobody takes do not keep the desk from its own.
func TestDeskFlood(t *testing.T) {
	l := live(t)
	in, keys := io.Pipe()
	k := talk.New(t, keys)
	done := make(chan error, 1)
	go func() { done <- NewDesk(l, in, k, 80, 24).Run(context.Background()) }()
	k.Expect("hub#")
	k.Send("ping 10.0.0.99 repeat 100000\r")
	k.Expect("Sending")
	k.Send(strings.Repeat("x", 3*maxTyped))
	k.Send("\x1dq")
	if err := talk.Wait(t, "the desk", done); err != nil {
		t.Errorf("ended with %v", err)
	}
	keys.Close()
}

// A reload ends the console's session, and a key begins the next.
func TestDeskReload(t *testing.T) {
	l := live(t)
	in, keys := io.Pipe()
	defer keys.Close()
	k := talk.New(t, keys)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- NewDesk(l, in, k, 80, 24).Run(ctx) }()
	k.Expect("hub#")
	k.Send("configure terminal\r")
	k.Expect("hub(config)#")
	l.drive.do(func() { l.Reboot("hub") })
	k.Expect("Press RETURN to get started.")
	k.Send("\r")
	k.Expect("hub#")
	cancel()
	talk.Wait(t, "the desk", done)
}

func TestDesk(t *testing.T) {
	l := live(t)
	r, w := io.Pipe()
	defer w.Close()
	k := talk.New(t, w)
	d := NewDesk(l, r, k, 80, 24)
	done := make(chan error, 1)
	go func() { done <- d.Run(context.Background()) }()
	k.Expect("6 nodes are running. Keys, each after Ctrl-]:\r\n")
	k.Expect("[hub]\r\n")
	k.Expect("hub#")
	k.Send("show privilege\r")
	k.Expect("Current privilege level is 15\r\n")
	k.Expect("hub#")
	k.Send("show clo") // stays on the line while another node is shown
	k.Expect("show clo")
	k.Send("\x1dn")
	k.Expect("[spoke1]\r\n")
	k.Expect("spoke1#")
	k.Send("ping 10.0.0.1\r")
	k.Expect("Success rate is 100 percent (5/5)")
	k.Send("\x1d") // the two keys may come apart
	k.Send("l")
	k.Expect("   1  hub\r\n*  2  spoke1\r\n   3  spoke2\r\n   4  host0\r\n")
	k.Send("\x1d1")
	k.Expect("[hub]\r\n")
	k.Expect("hub#show clo")
	k.Send("ck\r")
	k.Expect(" UTC ")
	k.Expect("hub#")
	k.Send("\x1dp") // before the first comes the last
	k.Expect("[host2]\r\n")
	k.Expect("host2$ ")
	k.Send("ping 192.168.1.10 -c 1\r")
	k.Expect("1 received")
	k.Send("\x1d?")
	k.Expect("leave the lab")
	k.Send("\x1d9") // there is no ninth
	k.Expect("leave the lab")
	d.SetSize(132, 50)
	k.Send("\x1d1exit\r")
	k.Expect("hub con0 is now available")
	k.Expect("Press RETURN to get started.")
	k.Send("\r")
	k.Expect("hub#")
	k.Send("show privilege\r\x1dq")
	if err := talk.Wait(t, "the desk", done); err != nil {
		t.Errorf("ended with %v", err)
	}
}

// What a node prints while another is shown comes when it is shown again.
func TestDeskHolds(t *testing.T) {
	l := live(t)
	r, w := io.Pipe()
	defer w.Close()
	k := talk.New(t, w)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- NewDesk(l, r, k, 80, 24).Run(ctx) }()
	k.Expect("hub#")
	k.Send("ping 10.0.0.99 repeat 2 timeout 1\r") // nobody there: two seconds
	k.Expect("Sending 2")
	k.Send("\x1dn")
	k.Expect("[spoke1]\r\n")
	k.Expect("spoke1#")
	k.Send("ping 10.0.0.99 repeat 3 timeout 1\r") // three: the hub is ready then
	k.Expect("Success rate is 0 percent (0/3)")
	k.Send("\x1d1")
	k.Expect("[hub]\r\n")
	k.Expect("Success rate is 0 percent (0/2)")
	k.Expect("hub#")
	cancel()
	if err := talk.Wait(t, "the desk", done); err != nil {
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

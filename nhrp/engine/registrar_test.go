package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"axle/nhrp"
)

// lone returns a spoke whose server does not answer.
func lone(t *testing.T, edit func(*Tunnel)) (*network, *node) {
	n := newNetwork(t)
	cfg := spokeConfig(1)
	if edit != nil {
		edit(&cfg)
	}
	d := n.router("spoke", cfg, spokeRoutes(1)...)
	return n, d
}

func TestRegistrationBackOff(t *testing.T) {
	n, d := lone(t, nil)
	d.fixed = true // no jitter: the intervals are their longest
	d.configure()
	n.run(5 * time.Minute)
	var gaps []string
	for i := 1; i < len(d.times); i++ {
		gaps = append(gaps, d.times[i].Sub(d.times[i-1]).String())
	}
	want := "1s 2s 4s 8s 16s 32s 1m4s 1m4s 1m4s"
	if got := strings.Join(gaps, " "); got != want {
		t.Errorf("intervals %s, want %s", got, want)
	}
	for _, s := range d.sent {
		if s.Message.RequestID != d.sent[0].Message.RequestID {
			t.Errorf("a retransmission has another request id: %d", s.Message.RequestID)
		}
	}
	down := "%DMVPN-5-NHRP_NHS_DOWN: Tunnel0: Next Hop Server : (Tunnel: 10.0.0.1 NBMA: 203.0.113.1 ) for (Tunnel: 10.0.0.11 NBMA: 203.0.113.11) is DOWN, Reason: NHRP Registration Failure(NHRP: no error)"
	if !slices.Equal(d.logs, []string{down}) {
		t.Errorf("log %q", d.logs)
	}
	s := d.state().Servers[0]
	if !s.Expecting || s.Responding || s.Waiting || !s.Pending || s.Retry != 64*time.Second || s.Sent != 10 || s.Failed != 9 {
		t.Errorf("server %+v", s)
	}
}

func TestRegistrationJitter(t *testing.T) {
	n, d := lone(t, nil)
	d.configure()
	n.run(time.Hour)
	distinct := make(map[time.Duration]bool)
	for i := 7; i < len(d.times); i++ {
		gap := d.times[i].Sub(d.times[i-1])
		if gap < 48*time.Second || gap > 64*time.Second {
			t.Errorf("interval %v", gap)
		}
		distinct[gap] = true
	}
	if len(distinct) < 20 {
		t.Errorf("only %d different intervals", len(distinct))
	}
}

// TestRegistrationTimeLine follows a spoke through answers and silence.
func TestRegistrationTimeLine(t *testing.T) {
	n, d := lone(t, func(c *Tunnel) { c.Hold = 300 * time.Second })
	d.fixed = true
	type step struct {
		at   time.Duration
		deaf bool   // from now on the server does not answer
		ears bool   // from now on it does
		want string // at that moment: requests sent, different ids, state
	}
	hub := n.router("hub", hubConfig(), hubRoutes()...)
	hub.configure()
	d.configure()
	steps := []step{
		{at: 500 * time.Millisecond, want: "1 sent, 1 ids, RE"},
		{at: 1500 * time.Millisecond, want: "2 sent, 2 ids, RE"}, // the extra registration
		{at: 101 * time.Second, want: "2 sent, 2 ids, RE"},
		{at: 102 * time.Second, want: "3 sent, 3 ids, RE", deaf: true}, // a third of the holding time
		{at: 202 * time.Second, want: "4 sent, 4 ids, RE"},
		{at: 203 * time.Second, want: "5 sent, 4 ids, RE"}, // the same id again
		{at: 205 * time.Second, want: "6 sent, 4 ids, RE"},
		{at: 209 * time.Second, want: "7 sent, 4 ids, E"}, // three tries without an answer
		{at: 210 * time.Second, want: "7 sent, 4 ids, E", ears: true},
		{at: 217 * time.Second, want: "8 sent, 4 ids, RE"},
		{at: 218 * time.Second, want: "9 sent, 5 ids, RE"}, // the extra one again
	}
	for _, s := range steps {
		n.run(start.Add(s.at).Sub(n.now))
		ids := make(map[uint32]bool)
		for _, x := range d.sent {
			ids[x.Message.RequestID] = true
		}
		state := "E"
		if d.state().Servers[0].Responding {
			state = "RE"
		}
		if got := fmt.Sprintf("%d sent, %d ids, %s", len(d.sent), len(ids), state); got != s.want {
			t.Errorf("at %v: %s, want %s", s.at, got, s.want)
		}
		if s.deaf || s.ears {
			deaf := s.deaf
			n.filter = func(_, to *node, _ *nhrp.Message) bool { return !deaf || to != hub }
		}
	}
	var words []string
	for _, l := range d.logs {
		words = append(words, strings.Fields(l)[0])
	}
	if got := strings.Join(words, " "); got != "%DMVPN-5-NHRP_NHS_UP: %DMVPN-5-NHRP_NHS_DOWN: %DMVPN-5-NHRP_NHS_UP:" {
		t.Errorf("log %s", got)
	}
	if got := d.logs[0]; got != "%DMVPN-5-NHRP_NHS_UP: Tunnel0: Next Hop Server : (Tunnel: 10.0.0.1 NBMA: 203.0.113.1) for (Tunnel: 10.0.0.11 NBMA: 203.0.113.11) is  UP" {
		t.Errorf("log %q", got)
	}
}

func TestRegistrationReplyMustMatch(t *testing.T) {
	for _, tt := range []struct {
		name string
		from string
		edit func(m *nhrp.Message)
		up   bool
	}{
		{"good", "203.0.113.1", func(*nhrp.Message) {}, true},
		{"another id", "203.0.113.1", func(m *nhrp.Message) { m.RequestID++ }, false},
		{"another source", "203.0.113.13", func(*nhrp.Message) {}, false},
		{"another NBMA address", "203.0.113.1", func(m *nhrp.Message) { m.SrcNBMA = ip("203.0.113.13") }, false},
		{"refused", "203.0.113.1", func(m *nhrp.Message) { m.Clients[0].Code = nhrp.CodeAlreadyBound }, false},
	} {
		n, d := lone(t, nil)
		d.configure()
		m := *d.sent[0].Message
		m.Op = nhrp.RegistrationReply
		m.Clients = slices.Clone(m.Clients)
		tt.edit(&m)
		d.receive(ip(tt.from), encode(t, &m))
		if got := d.state().Servers[0].Responding; got != tt.up {
			t.Errorf("%s: responding %t", tt.name, got)
		}
		if m.Clients[0].Code != nhrp.CodeOK {
			if !d.logged("%NHRP-3-PAKREPLY: Receive Registration Reply packet with error - unique address already registered(14)") {
				t.Errorf("log %q", d.logs)
			}
			n.run(10 * time.Second)
			if len(d.sent) < 4 {
				t.Error("the spoke gave up")
			}
		}
	}
}

func TestRegistrationDelayAndTimeout(t *testing.T) {
	n, d := lone(t, func(c *Tunnel) { c.RegDelay, c.RegTimeout = 5*time.Second, 30*time.Second })
	n.router("hub", hubConfig(), hubRoutes()...).configure()
	d.configure()
	if len(d.sent) != 0 {
		t.Error("registered without delay")
	}
	n.run(5 * time.Second)
	if len(d.sent) != 1 {
		t.Errorf("%d requests after the delay", len(d.sent))
	}
	n.run(100 * time.Second)
	if len(d.sent) != 5 { // 5, 6, 36, 66, 96 s
		t.Errorf("%d requests after 105 s: %v", len(d.sent), d.times)
	}
}

func TestDynamicServer(t *testing.T) {
	n, d := lone(t, func(c *Tunnel) { c.Servers = []ServerConfig{{NBMA: ip("203.0.113.1")}} })
	n.router("hub", hubConfig(), hubRoutes()...).configure()
	d.configure()
	n.run(time.Second)
	s := d.state().Servers[0]
	if s.Addr != ip("10.0.0.1") || !s.Responding {
		t.Errorf("server %+v", s)
	}
	if d.peers[prefix("10.0.0.1/32")] != ip("203.0.113.1") {
		t.Errorf("peers %v", d.peers)
	}
}

func TestPhase1(t *testing.T) {
	n, d := lone(t, func(c *Tunnel) {
		c.Multipoint, c.Dest = false, ip("203.0.113.1")
		c.Servers = []ServerConfig{{Addr: ip("10.0.0.1")}}
	})
	hub := n.router("hub", hubConfig(), hubRoutes()...)
	hub.configure()
	d.configure()
	n.run(time.Second)
	if hub.entry("10.0.0.11/32") == nil || !d.state().Servers[0].Responding {
		t.Errorf("not registered: %+v", d.state().Servers)
	}
	if out := d.e.Glean(n.now, "Tunnel0", ip("10.0.0.12")); len(out) != 0 {
		t.Errorf("a point-to-point tunnel resolves: %+v", out)
	}
}

func TestStateControl(t *testing.T) {
	n, d := lone(t, func(c *Tunnel) { c.StateControl = true })
	hub := n.router("hub", hubConfig(), hubRoutes()...)
	d.configure()
	if !d.lineDown {
		t.Error("the line is up without a server")
	}
	hub.configure()
	n.run(10 * time.Second)
	if d.lineDown {
		t.Error("the line is down with a server")
	}
	n.filter = func(_, to *node, _ *nhrp.Message) bool { return to != hub }
	n.run(300 * time.Second)
	if !d.lineDown {
		t.Error("the line is up after the server was lost")
	}
	d.cfg.StateControl = false
	d.configure()
	if d.lineDown {
		t.Error("the line stays down without if-state nhrp")
	}
}

func TestClearStaticSession(t *testing.T) {
	n, _, one, _ := phase3(t)
	id := one.state().Servers[0].RequestID
	one.perform(one.e.Clear(n.now, Filter{Static: true}))
	s := one.state().Servers[0]
	if s.Responding || !s.Pending || s.RequestID == id {
		t.Errorf("server %+v", s)
	}
	n.run(time.Second)
	if !one.state().Servers[0].Responding {
		t.Error("not registered anew")
	}
}

package engine

import (
	"fmt"
	"testing"
	"time"

	"axle/nhrp"
)

func TestRedirectRate(t *testing.T) {
	for _, every := range []time.Duration{0, 2 * time.Second} {
		n, hub, one, _ := phase3(t)
		n.filter = func(from, _ *node, _ *nhrp.Message) bool { return from != hub }
		hub.cfg.RedirectTimeout = every
		hub.configure()
		for range 16 {
			hub.perform(hub.e.Hairpin(n.now, "Tunnel0", one.cfg.NBMA, "Tunnel0", packet("192.168.1.10", "192.168.2.10")))
			hub.perform(hub.e.Hairpin(n.now, "Tunnel0", one.cfg.NBMA, "Tunnel0", packet("192.168.1.11", "192.168.2.10")))
			n.run(time.Second)
		}
		want := 4 // two flows, at 0 and 8 s
		if every > 0 {
			want = 16
		}
		s := hub.state().Sent
		if got := hub.count(nhrp.TrafficIndication); got != want || s.Suppressed != uint64(32-want) {
			t.Errorf("%v: %d indications, %d suppressed", every, got, s.Suppressed)
		}
	}
}

func TestNoRedirect(t *testing.T) {
	for _, tt := range []struct {
		name     string
		src, dst string
		edit     func(hub *node)
	}{
		{"not configured", "192.168.1.10", "192.168.2.10", func(h *node) { h.cfg.Redirect = false }},
		{"back to its sender", "192.168.1.10", "192.168.1.20", nil},
		{"to the hub", "192.168.1.10", "192.168.0.1", nil},
		{"out of the network", "192.168.1.10", "8.8.8.8", nil},
		{"multicast", "10.0.0.11", "224.0.0.10", nil},
		{"no client", "192.168.1.10", "192.168.3.10", nil},
	} {
		n, hub, one, _ := phase3(t)
		if tt.edit != nil {
			tt.edit(hub)
			hub.configure()
		}
		if out := hub.e.Hairpin(n.now, "Tunnel0", one.cfg.NBMA, "Tunnel0", packet(tt.src, tt.dst)); len(out) != 0 {
			t.Errorf("%s: %+v", tt.name, out)
		}
	}
	n, hub, one, _ := phase3(t)
	whole := packet("192.168.1.10", "192.168.2.10")
	for i := range 20 {
		if out := hub.e.Hairpin(n.now, "Tunnel0", one.cfg.NBMA, "Tunnel0", whole[:i]); len(out) != 0 {
			t.Errorf("%d bytes: %+v", i, out)
		}
	}
	if out := hub.e.Hairpin(n.now, "Tunnel0", attacker, "Tunnel0", whole); len(out) != 0 {
		t.Errorf("a stranger: %+v", out)
	}
}

func TestRedirectTableIsBounded(t *testing.T) {
	var r redirector
	r.reset()
	for i := range 2 * MaxRedirects {
		f := flow{ip("10.0.0.1"), ip(fmt.Sprintf("10.1.%d.%d", i/256, i%256))}
		if got := r.take(start, f, time.Second); got != (i < MaxRedirects) {
			t.Fatalf("flow %d: %t", i, got)
		}
	}
	if !r.take(start.Add(time.Second), flow{ip("10.0.0.1"), ip("10.0.0.2")}, time.Second) || len(r.until) != 1 || len(r.order) != 1 {
		t.Errorf("the table does not forget: %d, %d", len(r.until), len(r.order))
	}
}

func TestNoShortcut(t *testing.T) {
	_, hub, one, _ := phase3(t)
	one.cfg.Shortcut = false
	one.configure()
	if out := one.receive(hub.cfg.NBMA, encode(t, indicationFrom("10.0.0.1", "203.0.113.1", "192.168.1.10", "192.168.2.10"))); len(out) != 0 {
		t.Errorf("actions %+v", out)
	}
}

// TestIndicationLikeFRR: hop count 1, no extensions but the password, a longer
// piece of the packet.
func TestIndicationLikeFRR(t *testing.T) {
	_, hub, one, _ := phase3(t)
	m := indicationFrom("10.0.0.1", "203.0.113.1", "192.168.1.10", "192.168.2.10")
	m.HopCount, m.Packet = 1, packet("192.168.1.10", "192.168.2.10")
	s := sentBy(t, one.receive(hub.cfg.NBMA, encode(t, m)))
	if s.Message.Op != nhrp.ResolutionRequest || s.Message.DstProto != ip("192.168.2.10") {
		t.Errorf("sent %+v", s.Message)
	}
}

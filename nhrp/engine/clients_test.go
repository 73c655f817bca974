package engine

import (
	"testing"
	"time"

	"axle/nhrp"
)

func TestClientExpires(t *testing.T) {
	n, hub, one, _ := phase3(t)
	if !hub.logged("%DMVPN-5-NHRP_NHC_UP: Tunnel0: Next Hop Client : (Tunnel: 10.0.0.11 NBMA: 203.0.113.11) for (Tunnel: 10.0.0.1 NBMA: 203.0.113.1) is UP") {
		t.Errorf("log %q", hub.logs)
	}
	n.run(time.Hour)
	if hub.entry("10.0.0.11/32") == nil {
		t.Fatal("a client that registers again and again expired")
	}
	n.filter = func(from, _ *node, _ *nhrp.Message) bool { return from != one }
	n.run(9 * time.Minute)
	if hub.entry("10.0.0.11/32") != nil && hub.entry("10.0.0.11/32").Expires.Sub(n.now) > time.Minute {
		t.Errorf("lives too long: %+v", hub.entry("10.0.0.11/32"))
	}
	n.run(61 * time.Second)
	if hub.entry("10.0.0.11/32") != nil || len(hub.peers) != 1 || len(hub.multicast) != 1 {
		t.Errorf("after the holding time: %v %v\n%s", hub.peers, hub.multicast, hub.entries())
	}
	if !hub.logged("%DMVPN-5-NHRP_NHC_DOWN: Tunnel0: Next Hop Client : (Tunnel: 10.0.0.11 NBMA: 203.0.113.11 ) for (Tunnel: 10.0.0.1 NBMA: 203.0.113.1) is DOWN, Reason: Expiry(NHRP: no error)") {
		t.Errorf("log %q", hub.logs)
	}
}

func TestClientMoves(t *testing.T) {
	n, hub, one, _ := phase3(t)
	one.cfg.NBMA = ip("203.0.113.99")
	one.configure()
	n.run(100 * time.Millisecond)
	if e := hub.entry("10.0.0.11/32"); e.NBMA != ip("203.0.113.99") || hub.peers[prefix("10.0.0.11/32")] != e.NBMA {
		t.Errorf("the hub has %+v, peers %v", e, hub.peers)
	}
	if len(hub.multicast) != 2 || hub.multicast[1] != ip("203.0.113.99") {
		t.Errorf("multicast %v", hub.multicast)
	}
}

func TestClientMovesBackAndForth(t *testing.T) {
	_, hub, _, _ := phase3(t)
	for range 3 {
		for _, nbma := range []string{"203.0.113.98", "203.0.113.99"} {
			hub.receive(ip(nbma), encode(t, registrationFrom("10.0.0.18", nbma, "10.0.0.1", "secret")))
		}
	}
	if got := hub.e.tunnels["Tunnel0"].cache.peers; len(got) != 3 || got[ip("203.0.113.99")] != 1 {
		t.Errorf("peers %v", got)
	}
}

func TestRegistrationLimits(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(m *nhrp.Message)
		want nhrp.Code
	}{
		{"prefix 255", func(m *nhrp.Message) { m.Clients[0].PrefixLen = 255 }, nhrp.CodeOK},
		{"addresses in the entry", func(m *nhrp.Message) { m.Clients[0].NBMA, m.Clients[0].Proto = m.SrcNBMA, m.SrcProto }, nhrp.CodeOK},
		{"the hub's own address", func(m *nhrp.Message) { m.SrcProto = ip("10.0.0.1") }, nhrp.CodeAlreadyBound},
		{"an address of the hub's LAN interface", func(m *nhrp.Message) { m.SrcProto = ip("192.168.0.1") }, nhrp.CodeAlreadyBound},
		{"no holding time", func(m *nhrp.Message) { m.Clients[0].Hold = 0 }, nhrp.CodeProhibited},
		{"server's address unknown", func(m *nhrp.Message) { m.DstProto = m.SrcProto }, nhrp.CodeOK},
		{"extensions in FRR's order", func(m *nhrp.Message) {
			x := m.Extensions
			m.Extensions = []nhrp.Extension{x[1], x[2], x[0], x[3], x[4]}
			m.HopCount = 1
		}, nhrp.CodeOK},
	} {
		_, hub, _, _ := phase3(t)
		m := registrationFrom("10.0.0.18", "203.0.113.18", "10.0.0.1", "secret")
		tt.edit(m)
		s := sentBy(t, hub.receive(ip("203.0.113.18"), encode(t, m)))
		if got := s.Message.Clients[0].Code; got != tt.want {
			t.Errorf("%s: code %d, want %d", tt.name, got, tt.want)
		}
		if s.Message.HopCount != 255 || s.Message.DstProto != ip("10.0.0.1") {
			t.Errorf("%s: hop count %d, server %s", tt.name, s.Message.HopCount, s.Message.DstProto)
		}
	}
}

func TestRegistrationForAnotherServer(t *testing.T) {
	_, hub, _, _ := phase3(t)
	s := sentBy(t, hub.receive(ip("203.0.113.18"), encode(t, registrationFrom("10.0.0.18", "203.0.113.18", "10.0.0.2", "secret"))))
	if s.Message.Op != nhrp.ErrorIndication || s.Message.ErrorCode != nhrp.ErrUnreachable || hub.entry("10.0.0.18/32") != nil {
		t.Errorf("answer %+v", s.Message)
	}
}

// TestNAT has a spoke behind a translator: the hub sees another address than
// the spoke claims, both learn it, and a shortcut to it uses it.
func TestNAT(t *testing.T) {
	n := newNetwork(t)
	hub := n.router("hub", hubConfig(), hubRoutes()...)
	cfg := spokeConfig(1)
	cfg.NBMA = ip("172.16.7.2")
	one := n.router("one", cfg, spokeRoutes(1)...)
	one.public = ip("203.0.113.66")
	two := n.router("two", spokeConfig(2), spokeRoutes(2)...)
	for _, d := range n.nodes {
		d.configure()
	}
	n.run(5 * time.Second)
	e := hub.entry("10.0.0.11/32")
	if e == nil || e.NBMA != ip("203.0.113.66") || e.Claimed != ip("172.16.7.2") {
		t.Fatalf("the hub has %+v", e)
	}
	if got := one.e.tunnels["Tunnel0"].public; got != ip("203.0.113.66") {
		t.Errorf("the spoke thinks its public address is %v", got)
	}

	t.Log("# spoke 2 asks for what is behind spoke 1")
	hub.perform(hub.e.Hairpin(n.now, "Tunnel0", two.cfg.NBMA, "Tunnel0", packet("192.168.2.10", "192.168.1.10")))
	n.run(time.Second)
	e = two.entry("192.168.1.0/24")
	if e == nil || e.NBMA != ip("203.0.113.66") || e.Claimed != ip("172.16.7.2") || two.peers[prefix("10.0.0.11/32")] != ip("203.0.113.66") {
		t.Errorf("spoke 2 has %+v, peers %v", e, two.peers)
	}

	t.Log("# spoke 1 asks: spoke 2 answers to the public address")
	hub.perform(hub.e.Hairpin(n.now, "Tunnel0", one.public, "Tunnel0", packet("192.168.1.10", "192.168.2.10")))
	n.run(time.Second)
	if e = one.entry("192.168.2.0/24"); e == nil || e.NBMA != ip("203.0.113.12") {
		t.Errorf("spoke 1 has %+v\n%s", e, one.entries())
	}
}

// TestHubRevealsSourceBehindNAT has a requester that does not know that it is
// translated: the hub puts its public address into the empty NAT extension.
func TestHubRevealsSourceBehindNAT(t *testing.T) {
	_, hub, _, _ := phase3(t)
	public := ip("203.0.113.66")
	hub.receive(public, encode(t, registrationFrom("10.0.0.18", "172.16.7.2", "10.0.0.1", "secret")))
	s := sentBy(t, hub.receive(public, encode(t, requestFrom("10.0.0.18", "172.16.7.2", "192.168.1.10"))))
	x := s.Message.Extension(nhrp.ExtNAT)
	if s.Message.Op != nhrp.ResolutionRequest || len(x.Clients) != 1 || x.Clients[0].NBMA != public || x.Clients[0].Proto != ip("10.0.0.18") {
		t.Errorf("forwarded %+v", s.Message)
	}
}

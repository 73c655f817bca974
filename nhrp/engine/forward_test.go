package engine

import (
	"slices"
	"testing"
	"time"

	"axle/nhrp"
)

func TestHopCount(t *testing.T) {
	for _, tt := range []struct {
		hops uint8
		want nhrp.Op
	}{{1, nhrp.ErrorIndication}, {2, nhrp.ResolutionRequest}, {255, nhrp.ResolutionRequest}} {
		_, hub, one, _ := phase3(t)
		m := requestFrom("10.0.0.11", "203.0.113.11", "192.168.2.10")
		m.HopCount = tt.hops
		s := sentBy(t, hub.receive(one.cfg.NBMA, encode(t, m)))
		if s.Message.Op != tt.want {
			t.Errorf("hop count %d: sent %s", tt.hops, s.Message.Op)
		}
		if s.Message.Op == nhrp.ErrorIndication && s.Message.ErrorCode != nhrp.ErrHopCount {
			t.Errorf("error %d", s.Message.ErrorCode)
		}
		if s.Message.Op == nhrp.ResolutionRequest && s.Message.HopCount != tt.hops-1 {
			t.Errorf("hop count %d becomes %d", tt.hops, s.Message.HopCount)
		}
	}
}

func TestLoop(t *testing.T) {
	for _, tt := range []struct {
		name   string
		record nhrp.ExtType
		hop    nhrp.Client
		op     nhrp.Op
	}{
		{"request, NBMA address", nhrp.ExtForwardTransit, nhrp.Client{NBMA: ip("203.0.113.1")}, nhrp.ResolutionRequest},
		{"request, protocol address", nhrp.ExtForwardTransit, nhrp.Client{NBMA: ip("203.0.113.200"), Proto: ip("10.0.0.1")}, nhrp.ResolutionRequest},
		{"reply", nhrp.ExtReverseTransit, nhrp.Client{NBMA: ip("203.0.113.1"), Proto: ip("10.0.0.1")}, nhrp.ResolutionReply},
	} {
		_, hub, one, _ := phase3(t)
		m := requestFrom("10.0.0.12", "203.0.113.12", "192.168.2.10")
		m.Op = tt.op
		m.Extension(tt.record).Clients = []nhrp.Client{tt.hop}
		s := sentBy(t, hub.receive(one.cfg.NBMA, encode(t, m)))
		if s.Message.Op != nhrp.ErrorIndication || s.Message.ErrorCode != nhrp.ErrLoop {
			t.Errorf("%s: sent %+v", tt.name, s.Message)
		}
	}
}

func TestTransitRecordIsBounded(t *testing.T) {
	_, hub, one, _ := phase3(t)
	m := requestFrom("10.0.0.11", "203.0.113.11", "192.168.2.10")
	for range MaxTransit {
		x := m.Extension(nhrp.ExtForwardTransit)
		x.Clients = append(x.Clients, nhrp.Client{NBMA: ip("203.0.113.200"), Proto: ip("10.9.9.9")})
	}
	s := sentBy(t, hub.receive(one.cfg.NBMA, encode(t, m)))
	if s.Message.Op != nhrp.ErrorIndication || s.Message.ErrorCode != nhrp.ErrHopCount {
		t.Errorf("sent %+v", s.Message)
	}
}

// TestHierarchy passes a request over two hubs on two tunnels with different
// passwords: each puts its own into what it forwards.
func TestHierarchy(t *testing.T) {
	n, hub, one, _ := phase3(t)
	up := hubConfig()
	up.Name, up.Addr, up.NBMA, up.Auth = "Tunnel1", prefix("10.1.0.2/24"), ip("198.51.100.2"), "other"
	up.Servers = []ServerConfig{{Addr: ip("10.1.0.1"), NBMA: ip("198.51.100.1")}}
	hub.routes = append(hub.routes,
		Route{Prefix: prefix("172.16.0.0/16"), Interface: "Tunnel1", NextHop: ip("10.1.0.1")},
		Route{Prefix: prefix("10.1.0.0/24"), Interface: "Tunnel1"})
	hub.perform(hub.e.Configure(n.now, Config{Tunnels: []Tunnel{hub.cfg, up}}))
	s := sentBy(t, hub.receive(one.cfg.NBMA, encode(t, requestFrom("10.0.0.11", "203.0.113.11", "172.16.5.5"))))
	key := s.Message.Extension(nhrp.ExtAuth).Value
	x := s.Message.Extension(nhrp.ExtForwardTransit)
	if s.Tunnel != "Tunnel1" || s.NBMA != ip("198.51.100.1") || string(key[4:]) != "other" || len(x.Clients) != 1 || x.Clients[0].Proto != ip("10.1.0.2") {
		t.Errorf("sent to %s through %s: %+v", s.NBMA, s.Tunnel, s.Message)
	}
	other := up
	other.NetworkID = 7
	hub.perform(hub.e.Configure(n.now, Config{Tunnels: []Tunnel{hub.cfg, other}}))
	s = sentBy(t, hub.receive(one.cfg.NBMA, encode(t, requestFrom("10.0.0.11", "203.0.113.11", "172.16.5.5"))))
	if s.Message.Op != nhrp.ResolutionReply || s.Message.Clients[0].Code != nhrp.CodeNoBinding {
		t.Errorf("another network: sent %+v", s.Message)
	}
}

// TestHubAnswersForItself: what is behind the hub, and the hub itself.
func TestHubAnswersForItself(t *testing.T) {
	for _, tt := range []struct{ dst, want string }{
		{"192.168.0.10", "192.168.0.0/24"},
		{"192.168.0.1", "192.168.0.0/24"}, // its own address is in the network
		{"10.0.0.1", "10.0.0.1/32"},
	} {
		_, hub, one, _ := phase3(t)
		s := sentBy(t, hub.receive(one.cfg.NBMA, encode(t, requestFrom("10.0.0.11", "203.0.113.11", tt.dst))))
		c := s.Message.Clients[0]
		if s.NBMA != one.cfg.NBMA || c.Code != nhrp.CodeOK || int(c.PrefixLen) != prefix(tt.want).Bits() || c.Proto != ip("10.0.0.1") || c.NBMA != hub.cfg.NBMA {
			t.Errorf("%s: answer %+v", tt.dst, c)
		}
		if e := hub.entry(tt.want); e == nil || e.Flags != FlagRouter|FlagUnique|FlagLocal || !slices.Equal(e.Requesters, []Requester{{ip("10.0.0.11"), 7}}) {
			t.Errorf("%s: entry %+v", tt.dst, e)
		}
	}
}

func TestPurgeOfAnswer(t *testing.T) {
	n, hub, one, two := phase3(t)
	hub.perform(hub.e.Hairpin(n.now, "Tunnel0", one.cfg.NBMA, "Tunnel0", packet("192.168.1.10", "192.168.2.10")))
	n.run(time.Second)
	two.perform(two.e.RoutesChanged(n.now))
	if two.entry("192.168.2.0/24") == nil {
		t.Fatal("a change of other routes took the answer back")
	}
	two.routes = slices.DeleteFunc(two.routes, func(r Route) bool { return r.Interface == "Ethernet0/1" })
	two.perform(two.e.RoutesChanged(n.now))
	n.run(time.Second)
	if two.entry("192.168.2.0/24") != nil || two.count(nhrp.PurgeRequest) != 1 || one.count(nhrp.PurgeReply) != 1 {
		t.Errorf("spoke 2: %d purges\n%s", two.count(nhrp.PurgeRequest), two.entries())
	}
	if _, ok := one.shortcuts[prefix("192.168.2.0/24")]; ok {
		t.Errorf("spoke 1 keeps the shortcut: %v", one.shortcuts)
	}
}

// TestPurgeAfterMove has a spoke take another NBMA address: what it told other
// spokes is taken back by way of the hub, which must know it first.
func TestPurgeAfterMove(t *testing.T) {
	n, hub, one, two := phase3(t)
	hub.perform(hub.e.Hairpin(n.now, "Tunnel0", one.cfg.NBMA, "Tunnel0", packet("192.168.1.10", "192.168.2.10")))
	n.run(time.Second)
	if one.shortcuts[prefix("192.168.2.0/24")] != ip("10.0.0.12") {
		t.Fatalf("no shortcut: %v", one.shortcuts)
	}
	two.cfg.NBMA = ip("203.0.113.112")
	two.configure()
	n.run(10 * time.Second)
	if e := hub.entry("10.0.0.12/32"); e == nil || e.NBMA != ip("203.0.113.112") {
		t.Errorf("the hub has %+v", e)
	}
	if len(one.shortcuts) != 0 || one.entry("10.0.0.12/32") != nil {
		t.Errorf("spoke 1 keeps what it was told:\n%s%v", one.entries(), one.shortcuts)
	}

	t.Log("# the same purge from a stranger, and from a client for another one")
	hub.perform(hub.e.Hairpin(n.now, "Tunnel0", one.cfg.NBMA, "Tunnel0", packet("192.168.1.11", "192.168.2.10")))
	n.run(time.Second)
	m := &nhrp.Message{
		Op: nhrp.PurgeRequest, HopCount: 255, RequestID: 9, SrcNBMA: ip("203.0.113.99"), SrcProto: ip("10.0.0.12"), DstProto: ip("10.0.0.11"),
		Clients: []nhrp.Client{{PrefixLen: 24, Proto: ip("192.168.2.0")}},
	}
	for _, src := range []string{"203.0.113.99", "203.0.113.13"} {
		hub.receive(ip(src), encode(t, m))
		one.receive(ip(src), encode(t, m))
	}
	n.run(time.Second)
	if _, ok := one.shortcuts[prefix("192.168.2.0/24")]; !ok {
		t.Errorf("a forged purge worked:\n%s", one.entries())
	}
}

func TestPurgeIsRepeated(t *testing.T) {
	n, _, one, two := phase3(t)
	n.filter = func(from, _ *node, m *nhrp.Message) bool { return m.Op != nhrp.PurgeRequest }
	two.receive(one.cfg.NBMA, encode(t, requestFrom("10.0.0.11", "203.0.113.11", "192.168.2.10")))
	two.perform(two.e.Clear(n.now, Filter{}))
	n.run(time.Minute)
	if got := two.count(nhrp.PurgeRequest); got != purgeTries {
		t.Errorf("%d purge requests, want %d", got, purgeTries)
	}
	if len(two.e.tunnels["Tunnel0"].purges.pending) != 0 {
		t.Error("still pending")
	}
}

func TestRouteWatch(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(d *node)
		gone bool
	}{
		{"nothing changed", func(*node) {}, false},
		{"the route moved to another interface", func(d *node) {
			d.routes = append(d.routes, Route{Prefix: prefix("192.168.2.0/24"), Interface: "Ethernet0/0", NextHop: ip("203.0.113.254")})
		}, true},
		{"the next hop moved", func(d *node) {
			d.routes = append(d.routes, Route{Prefix: prefix("192.168.2.0/24"), Interface: "Tunnel0", NextHop: ip("10.0.0.2")})
		}, true},
		{"a longer route by the same next hop", func(d *node) {
			d.routes = append(d.routes, Route{Prefix: prefix("192.168.2.0/24"), Interface: "Tunnel0", NextHop: ip("10.0.0.1")})
		}, false},
		{"no route", func(d *node) { d.routes = nil }, true},
	} {
		n, hub, one, _ := phase3(t)
		hub.perform(hub.e.Hairpin(n.now, "Tunnel0", one.cfg.NBMA, "Tunnel0", packet("192.168.1.10", "192.168.2.10")))
		n.run(time.Second)
		tt.edit(one)
		one.perform(one.e.RoutesChanged(n.now))
		if _, ok := one.shortcuts[prefix("192.168.2.0/24")]; ok == tt.gone {
			t.Errorf("%s: shortcuts %v", tt.name, one.shortcuts)
		}
	}
}

package engine

import (
	"testing"

	"axle/nhrp"
)

func TestAnswerPrefix(t *testing.T) {
	for _, tt := range []struct {
		name  string
		route Route
		dst   string
		code  nhrp.Code
		bits  uint8
	}{
		{"a network", Route{Prefix: prefix("172.20.0.0/16"), Interface: "Ethernet0/1"}, "172.20.1.1", nhrp.CodeOK, 16},
		{"a summary that is too short", Route{Prefix: prefix("172.0.0.0/6"), Interface: "Null0"}, "172.20.1.1", nhrp.CodeOK, 32},
		{"the default route to elsewhere", Route{Prefix: prefix("0.0.0.0/0"), Interface: "Ethernet0/0"}, "172.20.1.1", nhrp.CodeNoBinding, 0},
		{"a route that is local and a network", Route{Prefix: prefix("172.20.1.0/24"), Interface: "Loopback0", Local: true}, "172.20.1.1", nhrp.CodeOK, 24},
		{"a host of its own", Route{Prefix: prefix("172.20.1.1/32"), Interface: "Loopback0", Local: true}, "172.20.1.1", nhrp.CodeOK, 32},
		{"back to who asks", Route{Prefix: prefix("172.20.0.0/16"), Interface: "Tunnel0", NextHop: ip("10.0.0.11")}, "172.20.1.1", nhrp.CodeNoBinding, 0},
	} {
		_, hub, one, _ := phase3(t)
		hub.routes = append([]Route{tt.route}, hub.routes...)
		s := sentBy(t, hub.receive(one.cfg.NBMA, encode(t, requestFrom("10.0.0.11", "203.0.113.11", tt.dst))))
		c := s.Message.Clients[0]
		if s.Message.Op != nhrp.ResolutionReply || c.Code != tt.code || c.PrefixLen != tt.bits {
			t.Errorf("%s: answer %+v", tt.name, c)
		}
	}
}

func TestLocalEntriesAreBounded(t *testing.T) {
	n, hub, _, _ := phase3(t)
	hub.routes = nil
	for i := range MaxLocal + 50 {
		a := ip("172.16.0.0").As4()
		a[2], a[3] = byte(i>>8), byte(i)
		dst := ip("172.16.0.0")
		_ = dst.UnmarshalBinary(a[:])
		hub.routes = []Route{{Prefix: hostPrefix(dst), Interface: "Loopback0", Local: true}}
		m := requestFrom("10.0.0.11", "203.0.113.11", "10.0.0.1")
		m.DstProto = dst
		if i%MaxSourceRate == 0 {
			n.now = n.now.Add(1e9)
		}
		hub.receive(ip("203.0.113.11"), encode(t, m))
	}
	if got := len(hub.e.tunnels["Tunnel0"].cache.local); got != MaxLocal {
		t.Errorf("%d local entries", got)
	}
}

// TestSameAddressBehindNAT: two spokes claim the same private address; that is
// no loop.
func TestSameAddressBehindNAT(t *testing.T) {
	_, _, one, _ := phase3(t)
	m := requestFrom("10.0.0.12", "203.0.113.11", "192.168.1.10") // the NBMA address of spoke one
	m.Extension(nhrp.ExtNAT).Clients = []nhrp.Client{{PrefixLen: 32, NBMA: ip("203.0.113.77"), Proto: ip("10.0.0.12")}}
	m.Extension(nhrp.ExtForwardTransit).Clients = []nhrp.Client{{NBMA: ip("203.0.113.11"), Proto: ip("10.0.0.1")}}
	s := sentBy(t, one.receive(ip("203.0.113.1"), encode(t, m)))
	if s.Message.Op != nhrp.ResolutionReply || s.NBMA != ip("203.0.113.77") {
		t.Errorf("sent to %s: %+v", s.NBMA, s.Message)
	}
}

func TestServerFromMap(t *testing.T) {
	n, d := lone(t, func(c *Tunnel) {
		c.Servers = []ServerConfig{{Addr: ip("10.0.0.1")}}
		c.Maps = []Map{{prefix("10.0.0.0/24"), ip("203.0.113.9")}, {prefix("10.0.0.1/32"), ip("203.0.113.1")}}
	})
	n.router("hub", hubConfig(), hubRoutes()...).configure()
	d.configure()
	n.run(1e9)
	if s := d.state().Servers[0]; s.NBMA != ip("203.0.113.1") || !s.Responding {
		t.Errorf("server %+v", s)
	}
	t.Log("# the map goes: nobody to register with")
	d.cfg.Maps = nil
	d.configure()
	if s := d.state().Servers[0]; s.Responding || s.NBMA.IsValid() || !s.Waiting {
		t.Errorf("server %+v", s)
	}
}

func TestAddressChange(t *testing.T) {
	n, hub, one, _ := phase3(t)
	hub.perform(hub.e.Hairpin(n.now, "Tunnel0", one.cfg.NBMA, "Tunnel0", packet("192.168.1.10", "192.168.2.10")))
	n.run(1e9)
	one.cfg.Addr = prefix("10.0.0.31/24")
	one.configure()
	if len(one.shortcuts) != 0 || len(one.peers) != 1 {
		t.Errorf("shortcuts %v, peers %v", one.shortcuts, one.peers)
	}
	n.run(1e9)
	if hub.entry("10.0.0.31/32") == nil {
		t.Errorf("not registered with the new address:\n%s", hub.entries())
	}
}

func TestCacheIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a whole cache")
	}
	_, hub, _, _ := phase3(t)
	x := hub.e.tunnels["Tunnel0"]
	for i := len(x.cache.remote); i < MaxEntries; i++ {
		e := &entry{origin: fromRegistration}
		a := ip("10.1.0.0").As4()
		a[2], a[3] = byte(i>>8), byte(i)
		addr := ip("10.1.0.0")
		_ = addr.UnmarshalBinary(a[:])
		e.Prefix, e.NBMA = hostPrefix(addr), ip("203.0.113.11")
		x.cache.add(e)
	}
	s := sentBy(t, hub.receive(attacker, encode(t, registrationFrom("10.0.0.18", attacker.String(), "10.0.0.1", "secret"))))
	if s.Message.Clients[0].Code != nhrp.CodeNoResources || len(x.cache.remote) != MaxEntries {
		t.Errorf("code %d, %d entries", s.Message.Clients[0].Code, len(x.cache.remote))
	}
}

func TestStaticClientRegisters(t *testing.T) {
	_, hub, _, _ := phase3(t)
	hub.cfg.Maps = []Map{{prefix("10.0.0.18/32"), ip("203.0.113.18")}}
	hub.configure()
	s := sentBy(t, hub.receive(ip("203.0.113.18"), encode(t, registrationFrom("10.0.0.18", "203.0.113.18", "10.0.0.1", "secret"))))
	if s.Message.Clients[0].Code != nhrp.CodeOK || hub.entry("10.0.0.18/32").Type != Static {
		t.Errorf("code %d, %+v", s.Message.Clients[0].Code, hub.entry("10.0.0.18/32"))
	}
}

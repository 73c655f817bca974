package engine

import (
	"net/netip"
	"testing"
	"time"

	"axle/ipsec"
)

// A natBox translates between an inside network and one outside address. Each
// inside address and port gets an outside port; from outside comes only what has
// such a port.
type natBox struct {
	inside  netip.Prefix
	outside netip.Addr
	static  netip.Addr // inside host that gets all that has no port; not valid: none
	out     map[netip.AddrPort]uint16
	back    map[uint16]netip.AddrPort
	next    uint16
}

func newNAT(inside, outside string) *natBox {
	return &natBox{
		inside: netip.MustParsePrefix(inside), outside: ip(outside),
		out: map[netip.AddrPort]uint16{}, back: map[uint16]netip.AddrPort{}, next: 30000,
	}
}

func (b *natBox) translate(src, dst netip.AddrPort) (netip.AddrPort, netip.AddrPort, bool) {
	if b.inside.Contains(src.Addr()) && !b.inside.Contains(dst.Addr()) {
		if src.Addr() == b.static {
			return netip.AddrPortFrom(b.outside, src.Port()), dst, true
		}
		port, ok := b.out[src]
		if !ok {
			b.next++
			port = b.next
			b.out[src], b.back[port] = port, src
		}
		return netip.AddrPortFrom(b.outside, port), dst, true
	}
	if dst.Addr() == b.outside {
		in, ok := b.back[dst.Port()]
		if !ok && b.static.IsValid() {
			in, ok = netip.AddrPortFrom(b.static, dst.Port()), true
		}
		return src, in, ok
	}
	return src, dst, true
}

// forget gives every inside host another port from now on.
func (b *natBox) forget() {
	clear(b.out)
	clear(b.back)
}

// A spoke behind a NAT box: the SAs are in UDP, the hub sees the outside address, and
// follows it when the box forgets.
func TestNATInitiator(t *testing.T) {
	w := newWorld(t)
	w.nat = newNAT("10.9.9.0/24", "198.51.100.254")
	hub, spoke := w.node("hub", "192.0.2.1", psk("192.0.2.1")), w.node("spoke", "10.9.9.2", psk("10.9.9.2"))
	spoke.opens(hub)
	w.run(time.Second)
	k := spoke.socket(hub)
	if !spoke.carries(k, hub) {
		t.Fatal(w.dump())
	}
	back := k
	back.Local, back.Remote, back.Port = hub.addr, w.nat.outside, 30002
	if !hub.carries(back, spoke) {
		t.Fatalf("hub has %v\n%s", hub.up, w.dump())
	}
	if p := hub.up[back]; p.Claimed != spoke.addr || p.Remote != netip.AddrPortFrom(w.nat.outside, 30002) || p.Identity != "address 10.9.9.2" {
		t.Errorf("hub knows its peer as %+v", p)
	}
	in := hub.sender(back).In
	if in.SrcPort != 30002 || in.DstPort != 4500 || in.Tunnel {
		t.Errorf("inbound SA of the hub: %+v", in)
	}
	w.run(time.Minute)
	if spoke.kept < 2 || hub.kept != 0 {
		t.Errorf("%d keepalives of the spoke, %d of the hub", spoke.kept, hub.kept)
	}
	// The box forgets; the next authenticated message moves the peer.
	w.nat.forget()
	spoke.do(spoke.e.Clear(w.now, Filter{Children: true}))
	w.run(10 * time.Second)
	if !spoke.carries(k, hub) || !hub.carries(back, spoke) {
		t.Fatalf("after the box forgot\n%s", w.dump())
	}
	if got := hub.sender(back).Out.DstPort; got != 30003 || hub.e.stats.Moves == 0 {
		t.Errorf("hub sends to port %d", got)
	}
}

// Two spokes behind one box, with the same key: the hub tells them apart.
func TestTwoBehindOneNAT(t *testing.T) {
	w := newWorld(t)
	w.nat = newNAT("10.9.9.0/24", "198.51.100.254")
	hub := w.node("hub", "192.0.2.1", psk("192.0.2.1"))
	s1, s2 := w.node("s1", "10.9.9.2", psk("10.9.9.2")), w.node("s2", "10.9.9.3", psk("10.9.9.3"))
	for range 2 {
		s1.opens(hub)
		s2.opens(hub)
		w.run(10 * time.Second)
		if len(hub.up) != 2 || len(hub.sas) != 2 {
			t.Fatalf("hub has %v\n%s", hub.up, w.dump())
		}
		for k, p := range hub.up {
			to := s1
			if p.Claimed == s2.addr {
				to = s2
			}
			if !hub.carries(k, to) || !to.carries(to.socket(hub), hub) {
				t.Errorf("%v does not reach %s", k, to.name)
			}
		}
		// One of them starts anew and says so: the other one stays.
		s1.restart()
	}
}

// The hub itself is behind a static translation.
func TestNATResponder(t *testing.T) {
	w := newWorld(t)
	w.nat = newNAT("10.1.1.0/24", "203.0.113.1")
	w.nat.static = ip("10.1.1.1")
	hub, spoke := w.node("hub", "10.1.1.1", psk("10.1.1.1")), w.node("spoke", "192.0.2.2", psk("192.0.2.2"))
	k := spoke.socket(hub)
	k.Remote = w.nat.outside
	spoke.do(spoke.e.Open(w.now, k, "X"))
	w.run(time.Second)
	if !spoke.carries(k, hub) || !hub.carries(hub.socket(spoke), spoke) {
		t.Fatal(w.dump())
	}
	if p := spoke.sender(k); p.Out.DstPort != 4500 || p.Out.Dst != w.nat.outside {
		t.Errorf("spoke sends to %v %d", p.Out.Dst, p.Out.DstPort)
	}
	// Rekeys of both kinds from the side behind the box.
	hub.e.begin(w.now)
	for _, s := range hub.e.list() {
		s.asks(&rekeyTask{})
	}
	hub.do(hub.e.out)
	w.run(10 * time.Second)
	hub.e.begin(w.now)
	for _, c := range hub.e.byID {
		c.replace()
	}
	hub.do(hub.e.out)
	w.run(10 * time.Second)
	if !spoke.carries(k, hub) || !hub.carries(hub.socket(spoke), spoke) {
		t.Fatal(w.dump())
	}
}

// The NAT box of a spoke gets another address: the first authenticated message from
// there moves the peer, and no other.
func TestNATAddressChanges(t *testing.T) {
	w := newWorld(t)
	w.nat = newNAT("10.9.9.0/24", "198.51.100.254")
	hub, spoke := w.node("hub", "192.0.2.1", psk("192.0.2.1")), w.node("spoke", "10.9.9.2", psk("10.9.9.2"))
	spoke.opens(hub)
	w.run(time.Second)
	back := ipsec.Socket{Local: hub.addr, Remote: ip("198.51.100.254"), Port: 30002}
	var last ipsec.Send
	w.fault = func(n *node, s ipsec.Send) []ipsec.Send {
		if n == spoke {
			last = s
		}
		return []ipsec.Send{s}
	}
	w.nat.outside = ip("198.51.100.99")
	spoke.verb(rekeyChildren)
	w.run(10 * time.Second)
	if !hub.carries(back, spoke) || !spoke.carries(spoke.socket(hub), hub) {
		t.Fatal(w.dump())
	}
	if got := hub.sender(back).Out.Dst; got != w.nat.outside {
		t.Errorf("hub sends to %v", got)
	}
	// The same message again, from elsewhere, moves nobody.
	moves := hub.e.stats.Moves
	hub.do(hub.e.Receive(w.now, ipsec.Datagram{Local: last.Remote, Remote: addrPort("203.0.113.66:4500"), Data: last.Data}))
	if hub.e.stats.Moves != moves {
		t.Error("a repeated message moved the peer")
	}
	// The hub still finds its SA by the new address.
	spoke.restart()
	spoke.opens(hub)
	w.run(5 * time.Second)
	if len(hub.e.sas) != 1 {
		t.Errorf("hub has %d IKE SAs\n%s", len(hub.e.sas), w.dump())
	}
}

// A hub that wants a spoke behind a NAT box, of which it knows address and port,
// begins at that port.
func TestNATInitiateToPort(t *testing.T) {
	w := newWorld(t)
	w.nat = newNAT("10.9.9.0/24", "198.51.100.254")
	hub := w.node("hub", "192.0.2.1", psk("192.0.2.1"))
	s1, s2 := w.node("s1", "10.9.9.2", psk("10.9.9.2")), w.node("s2", "10.9.9.3", psk("10.9.9.3"))
	s1.opens(hub)
	s2.opens(hub)
	w.run(time.Second)
	for k := range hub.up {
		hub.do(hub.e.Open(w.now, k, "X"))
	}
	hub.do(hub.e.Clear(w.now, Filter{}))
	w.run(10 * time.Second)
	if len(hub.up) != 2 {
		t.Fatalf("hub has %v\n%s", hub.up, w.dump())
	}
	for k := range hub.up {
		if !hub.carries(k, s1) && !hub.carries(k, s2) {
			t.Errorf("%v reaches nobody\n%s", k, w.dump())
		}
	}
	for _, s := range []*node{s1, s2} {
		if !s.carries(s.socket(hub), hub) {
			t.Errorf("%s does not reach the hub\n%s", s.name, w.dump())
		}
	}
}

// Two spokes, each behind a box of its own, that have learned each other's address and
// port from a hub, begin at the same time, with every lag between them: one IKE SA
// is left, and there is no gap once one was up.
func TestBothBehindNAT(t *testing.T) {
	for lag := time.Duration(0); lag < 100*time.Millisecond; lag += 3 * time.Millisecond {
		w := newWorld(t)
		w.nat, w.nat2 = newNAT("10.9.9.0/24", "198.51.100.1"), newNAT("10.9.8.0/24", "198.51.100.2")
		w.nat2.next = 40000
		hub := w.node("hub", "192.0.2.1", psk("192.0.2.1"))
		a, b := w.node("a", "10.9.9.2", psk("10.9.9.2")), w.node("b", "10.9.8.2", psk("10.9.8.2"))
		a.opens(hub)
		b.opens(hub)
		w.run(5 * time.Second)
		ab := ipsec.Socket{Local: a.addr, Remote: w.nat2.outside, Port: 40002}
		ba := ipsec.Socket{Local: b.addr, Remote: w.nat.outside, Port: 30002}
		a.do(a.e.Open(w.now, ab, "X"))
		w.at(lag, func() { b.do(b.e.Open(w.now, ba, "X")) })
		w.run(200 * time.Millisecond)
		for range 50 {
			if !a.carries(ab, b) || !b.carries(ba, a) {
				t.Fatalf("lag %v, %v\n%s", lag, w.now.Sub(start), w.dump())
			}
			w.run(200 * time.Millisecond)
		}
		if len(a.e.sas) != 2 || len(b.e.sas) != 2 || len(a.sas) != 2 || len(b.sas) != 2 {
			t.Fatalf("lag %v: too many SAs\n%s", lag, w.dump())
		}
	}
}

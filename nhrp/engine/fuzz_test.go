package engine

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"axle/internal/wire"
	"axle/nhrp"
)

// withChecksum corrects size and checksum of a packet, or nothing gets past
// them.
func withChecksum(b []byte) []byte {
	b = append([]byte(nil), b...)
	if len(b) < 20 {
		return b
	}
	binary.BigEndian.PutUint16(b[10:], uint16(len(b)))
	b[12], b[13] = 0, 0
	binary.BigEndian.PutUint16(b[12:], wire.Checksum(b))
	return b
}

// fuzzNetwork is a hub and a spoke without password, whose registrations are
// unique, with an open question of the spoke.
func fuzzNetwork() (hub, spoke *node, now time.Time) {
	n := newNetwork(nil)
	h, s := hubConfig(), spokeConfig(1)
	h.Auth, s.Auth, s.Unique = "", "", true
	hub = n.router("hub", h, hubRoutes()...)
	spoke = n.router("spoke", s, spokeRoutes(1)...)
	hub.configure()
	spoke.configure()
	n.run(5 * time.Second)
	m := registrationFrom("10.0.0.12", "203.0.113.12", "10.0.0.1", "")
	m.Flags |= nhrp.FlagRegUnique
	b, _ := m.AppendTo(nil)
	hub.receive(m.SrcNBMA, b)
	spoke.perform(spoke.e.Glean(n.now, "Tunnel0", ip("10.0.0.12")))
	return hub, spoke, n.now
}

// FuzzReceive gives any bytes, with a good checksum, to a hub and a spoke: from
// a stranger, from a member, and from the server. Nothing panics, and no
// binding changes its owner.
func FuzzReceive(f *testing.F) {
	for _, m := range []*nhrp.Message{
		registrationFrom("10.0.0.11", "203.0.113.12", "10.0.0.1", ""),
		registrationFrom("10.0.0.18", "203.0.113.18", "10.0.0.1", ""),
		requestFrom("10.0.0.12", "203.0.113.12", "192.168.1.10"),
		requestFrom("10.0.0.12", "203.0.113.12", "10.0.0.11"),
		replyFor(requestFrom("10.0.0.11", "203.0.113.11", "10.0.0.12")),
		purgeFrom("10.0.0.11", "203.0.113.11", "10.0.0.1", "10.0.0.11/32"),
		indicationFrom("10.0.0.1", "203.0.113.1", "192.168.1.10", "192.168.2.10"),
		{Op: nhrp.ErrorIndication, HopCount: 255, ErrorCode: 3, SrcNBMA: ip("203.0.113.1"), SrcProto: ip("10.0.0.1"), DstProto: ip("10.0.0.11"), Packet: make([]byte, 60)},
	} {
		for who := range uint8(3) {
			f.Add(encode(f, m), who)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte, who uint8) {
		hub, spoke, now := fuzzNetwork()
		hub.net.t, spoke.net.t = t, t
		b = withChecksum(b)
		src := []netip.Addr{attacker, ip("203.0.113.12"), ip("203.0.113.1")}[who%3]
		for _, d := range []*node{hub, spoke} {
			routes := len(d.shortcuts)
			out := d.e.Receive(now, Packet{Tunnel: "Tunnel0", Src: src, Dst: d.cfg.NBMA, Data: b})
			d.perform(out)
			if src == attacker && len(d.shortcuts) != routes {
				t.Errorf("%s: a stranger made a route: %v", d.name, d.shortcuts)
			}
			if len(out) > 12 {
				t.Errorf("%s: %d actions for one packet", d.name, len(out))
			}
			d.perform(d.e.Tick(now.Add(time.Minute)))
			d.e.Snapshot(now.Add(time.Minute))
		}
		if got := hub.entry("10.0.0.11/32"); got == nil || got.NBMA != ip("203.0.113.11") {
			t.Errorf("the binding of spoke 1 is %+v", got)
		}
		if got := hub.entry("10.0.0.12/32"); src != ip("203.0.113.12") && (got == nil || got.NBMA != ip("203.0.113.12")) {
			t.Errorf("the binding of spoke 2 is %+v", got)
		}
		if got := spoke.entry("10.0.0.1/32"); got == nil || got.NBMA != ip("203.0.113.1") {
			t.Errorf("the server is at %+v", got)
		}
	})
}

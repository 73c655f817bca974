package lab

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"axle/internal/ip"
)

// A session is a pair of ends that has talked, as the model of the mapping table
// knows it: a list of these, and nothing else.
type session struct {
	flow
	port  uint16
	until time.Time
}

// A mappingModel says what a mappingTable must do, slowly.
type mappingModel struct {
	behaviour Behaviour
	random    bool
	forward   mapping
	sessions  []session
}

// same reports whether packets to two peers leave by one mapping.
func (m *mappingModel) same(proto uint8, a, b netip.AddrPort) bool {
	switch {
	case !hasPorts(proto):
		return a.Addr() == b.Addr()
	case m.behaviour == Symmetric:
		return a == b
	}
	return true
}

// sent checks the answer of the table to a packet from inside.
func (m *mappingModel) sent(now time.Time, f flow, got *mapping, v verdict) error {
	if m.forward.proto == f.proto && m.forward.inside == f.src {
		if v != passed || got.port != m.forward.port {
			return fmt.Errorf("%d, %v instead of the forwarded port", v, got)
		}
		return nil
	}
	var used []uint16
	port := -1
	for _, s := range m.sessions {
		if s.proto != f.proto || !s.until.After(now) {
			continue
		}
		used = append(used, s.port)
		if s.src == f.src && m.same(f.proto, s.dst, f.dst) {
			port = int(s.port)
		} else if !hasPorts(f.proto) && s.dst.Addr() == f.dst.Addr() {
			if v != taken {
				return fmt.Errorf("verdict %d for a peer that is taken", v)
			}
			return nil
		}
	}
	if v != passed {
		return fmt.Errorf("verdict %d", v)
	}
	if m.forward.proto == f.proto {
		used = append(used, m.forward.port)
	}
	in := f.src.Port()
	switch {
	case !hasPorts(f.proto):
		if got.port != 0 {
			return fmt.Errorf("port %d of a protocol without ports", got.port)
		}
	case port >= 0:
		if int(got.port) != port {
			return fmt.Errorf("port %d, it was %d", got.port, port)
		}
	case slices.Contains(used, got.port):
		return fmt.Errorf("port %d is in use", got.port)
	case !m.random && !slices.Contains(used, in) && (in != 0 || f.proto == ip.ProtoICMP):
		if got.port != in {
			return fmt.Errorf("port %d though %d is free", got.port, in)
		}
	case f.proto != ip.ProtoICMP:
		if got.port == 0 || got.port&1 != in&1 || (got.port < 1024) != (in < 1024) {
			return fmt.Errorf("port %d for %d", got.port, in)
		}
	}
	life := map[uint8]time.Duration{ip.ProtoUDP: 120 * time.Second, ip.ProtoICMP: 60 * time.Second, ip.ProtoTCP: 7440 * time.Second}[f.proto]
	if life == 0 {
		life = 600 * time.Second
	}
	m.sessions = append(m.sessions, session{f, got.port, now.Add(life)})
	return nil
}

// received returns what the table must say to a packet from outside.
func (m *mappingModel) received(now time.Time, proto uint8, port uint16, peer netip.AddrPort) (netip.AddrPort, verdict) {
	if m.forward.proto == proto && m.forward.port == port {
		return m.forward.inside, passed
	}
	v := noMapping
	for _, s := range m.sessions {
		if s.proto != proto || !s.until.After(now) || s.port != port {
			continue
		}
		in := false
		switch {
		case !hasPorts(proto):
			if s.dst.Addr() != peer.Addr() {
				continue // not even a mapping
			}
			in = true
		case m.behaviour == FullCone:
			in = true
		case m.behaviour == AddressRestricted:
			in = s.dst.Addr() == peer.Addr()
		default:
			in = s.dst == peer
		}
		if in {
			return s.src, passed
		}
		v = filtered
	}
	return netip.AddrPort{}, v
}

// The table does what the model does, whatever happens in whatever order.
func TestMappingModel(t *testing.T) {
	protos := []uint8{ip.ProtoUDP, ip.ProtoUDP, ip.ProtoUDP, ip.ProtoICMP, ip.ProtoTCP, ip.ProtoGRE, ip.ProtoESP}
	ports := []uint16{500, 4500, 4500, 4501, 0}
	for n := range 200 {
		rnd := rand.New(rand.NewPCG(uint64(n), 1))
		m := mappingModel{behaviour: Behaviour(n % 4), random: n%8 >= 4}
		table := newMappingTable(m.behaviour, m.random, defaultUDPTimeout, rnd)
		if n%3 == 0 {
			m.forward = mapping{proto: ip.ProtoUDP, port: 4500, inside: netip.AddrPortFrom(v4(192, 168, 1, 1), 4500)}
			table.forward(m.forward.port, m.forward.inside)
		}
		now := epoch
		for op := range 500 {
			pick := func(base netip.Addr, proto uint8, from []uint16) netip.AddrPort {
				a := base.As4()
				a[3] = byte(rnd.IntN(4))
				if !hasPorts(proto) || proto == ip.ProtoICMP && from == nil {
					return netip.AddrPortFrom(netip.AddrFrom4(a), 0)
				}
				if from == nil {
					from = ports[:2]
				}
				return netip.AddrPortFrom(netip.AddrFrom4(a), from[rnd.IntN(len(from))])
			}
			proto := protos[rnd.IntN(len(protos))]
			peer := pick(v4(203, 0, 113, 0), proto, nil)
			where := fmt.Sprintf("seed %d, operation %d (%v, random %v)", n, op, m.behaviour, m.random)
			switch k := rnd.IntN(100); {
			case k < 50:
				f := flow{proto, pick(v4(192, 168, 1, 0), proto, ports), peer}
				got, v := table.sent(now, proto, f.src, f.dst)
				if err := m.sent(now, f, got, v); err != nil {
					t.Fatalf("%s: %v: %v", where, f, err)
				}
			case k < 90:
				port := uint16(0)
				if len(m.sessions) > 0 && hasPorts(proto) {
					port = m.sessions[rnd.IntN(len(m.sessions))].port
				}
				got, v := table.received(now, proto, port, peer)
				if want, w := m.received(now, proto, port, peer); got != want || v != w {
					t.Fatalf("%s: %d to port %d from %v: %v %d, want %v %d", where, proto, port, peer, got, v, want, w)
				}
			case k < 99:
				now = now.Add(time.Duration(rnd.IntN(60)) * time.Second)
			default:
				table.flush()
				m.sessions = nil
			}
		}
		live := map[outsideKey]bool{}
		for _, s := range m.sessions {
			if s.until.After(now) {
				k := outsideKey{proto: s.proto, port: s.port}
				if !hasPorts(s.proto) {
					k.peer = s.dst.Addr()
				}
				live[k] = true
			}
		}
		if all := table.all(now); len(all) != len(live)+table.fixed || len(table.inside) != len(table.outside) {
			t.Fatalf("seed %d: %d mappings are left, want %d; %d inside", n, len(all), len(live)+table.fixed, len(table.inside))
		}
	}
}

// A full table takes nothing more until something has expired, and does not
// forget what it has.
func TestMappingLimit(t *testing.T) {
	table := newMappingTable(PortRestricted, false, defaultUDPTimeout, rand.New(rand.NewPCG(1, 1)))
	peer := netip.MustParseAddrPort("203.0.113.1:4500")
	inside := func(n int) netip.AddrPort { return netip.AddrPortFrom(v4(10, 0, byte(n>>8), byte(n)), 4500) }
	table.forward(500, netip.MustParseAddrPort("192.168.1.2:500")) // does not count
	now := epoch
	for n := range maxMappings {
		if _, v := table.sent(now, ip.ProtoUDP, inside(n), peer); v != passed {
			t.Fatalf("mapping %d: verdict %d", n, v)
		}
		now = now.Add(time.Millisecond)
	}
	late := netip.MustParseAddrPort("192.168.1.1:4500")
	if _, v := table.sent(now, ip.ProtoUDP, late, peer); v != tableFull {
		t.Errorf("one too many: verdict %d", v)
	}
	if _, v := table.sent(now, ip.ProtoUDP, inside(7), peer); v != passed {
		t.Errorf("an old one: verdict %d", v)
	}
	if _, v := table.sent(epoch.Add(defaultUDPTimeout), ip.ProtoUDP, late, peer); v != passed {
		t.Errorf("when the first has expired: verdict %d", v)
	}
}

// Ports below 1024 can run out; then others are used.
func TestMappingSystemPorts(t *testing.T) {
	table := newMappingTable(FullCone, false, defaultUDPTimeout, rand.New(rand.NewPCG(1, 1)))
	peer := netip.MustParseAddrPort("203.0.113.1:500")
	for n := range 1100 {
		m, v := table.sent(epoch, ip.ProtoUDP, netip.AddrPortFrom(v4(10, 0, byte(n>>8), byte(n)), 500), peer)
		if v != passed || (m.port < 1024) != (n < 1023) || n < 511 && m.port%2 != 0 {
			t.Fatalf("host %d: port %d, verdict %d", n, m.port, v)
		}
	}
}

// One mapping lets a bounded number of peers in.
func TestMappingPeers(t *testing.T) {
	table := newMappingTable(PortRestricted, false, defaultUDPTimeout, rand.New(rand.NewPCG(1, 1)))
	inside := netip.MustParseAddrPort("192.168.1.10:4500")
	peer := func(n int) netip.AddrPort { return netip.AddrPortFrom(v4(203, 0, 113, 1), uint16(n+1)) }
	for n := range maxPeers + 1 {
		_, v := table.sent(epoch.Add(time.Duration(n)*time.Millisecond), ip.ProtoUDP, inside, peer(n))
		if want := map[bool]verdict{true: tooManyPeers}[n == maxPeers]; v != want {
			t.Fatalf("peer %d: verdict %d", n, v)
		}
	}
	now := epoch.Add(defaultUDPTimeout)
	if _, v := table.sent(now, ip.ProtoUDP, inside, peer(maxPeers)); v != passed {
		t.Errorf("when the first may not come in any more: verdict %d", v)
	}
	if _, v := table.received(now, ip.ProtoUDP, 4500, peer(0)); v != filtered {
		t.Errorf("the first: verdict %d", v)
	}
}

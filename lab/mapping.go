package lab

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"time"

	"axle/internal/ip"
)

// Limits of a NAT box.
const (
	maxMappings = 16384 // at once; static ones do not count
	maxPeers    = 1024  // outside ends that one mapping lets in
)

// How long a mapping lasts after the last packet from inside.
const (
	defaultUDPTimeout = 2 * time.Minute             // RFC 4787 REQ-5: no less
	icmpTimeout       = time.Minute                 // RFC 5508 REQ-2: no less
	tcpTimeout        = 2*time.Hour + 4*time.Minute // RFC 5382 REQ-5: no less
	otherTimeout      = 10 * time.Minute            // of protocols without ports
	maxUDPTimeout     = 24 * time.Hour              // that a topology may ask for
	minUDPTimeout     = time.Second
)

// A Behaviour is how a NAT box maps and filters, by the words of RFC 3489 §5.
// RFC 4787 §4.1 and §5 take each apart into mapping and filtering.
type Behaviour uint8

// The behaviours. The first three map an inside end to one outside port,
// whomever it talks with; a symmetric box takes a port for each peer. A full
// cone lets everybody in by that port; an address-restricted box those
// addresses that the inside end has sent to; the two others only those
// addresses and ports.
const (
	FullCone Behaviour = iota
	AddressRestricted
	PortRestricted
	Symmetric
)

// behaviours are the words of the topology file.
var behaviours = [...]string{"full-cone", "address-restricted", "port-restricted", "symmetric"}

// String returns the word of the topology file.
func (b Behaviour) String() string { return behaviours[b] }

// A mapping ties an inside end to an outside port. The port is the identifier
// of ICMP echo, and 0 for protocols without ports.
type mapping struct {
	proto   uint8
	inside  netip.AddrPort
	port    uint16
	only    netip.AddrPort // symmetric, or a protocol without ports: the one peer; else zero
	fixed   bool           // a forwarded port: never expires and lets everybody in
	expires time.Time
	peers   map[netip.AddrPort]time.Time // who may come in, and until when; nil: everybody
}

// An insideKey finds a mapping for a packet from inside.
type insideKey struct {
	proto  uint8
	inside netip.AddrPort
	only   netip.AddrPort
}

// An outsideKey finds a mapping for a packet from outside: by the port, or, for
// protocols without ports, by the peer.
type outsideKey struct {
	proto uint8
	port  uint16
	peer  netip.Addr
}

// A mappingTable is the memory of a NAT box with one public address. It belongs to
// whoever calls it; time is passed in and must not go back.
type mappingTable struct {
	behaviour Behaviour
	random    bool          // outside ports are drawn; else kept where they are free
	udp       time.Duration // how long a UDP mapping lasts
	rnd       *rand.Rand

	inside   map[insideKey]*mapping
	outside  map[outsideKey]*mapping
	fixed    int
	earliest time.Time // nothing expires before
}

func newMappingTable(b Behaviour, random bool, udp time.Duration, rnd *rand.Rand) *mappingTable {
	return &mappingTable{behaviour: b, random: random, udp: udp, rnd: rnd, inside: map[insideKey]*mapping{}, outside: map[outsideKey]*mapping{}}
}

// hasPorts reports whether the packets of a protocol are told apart by ports,
// or by an identifier.
func hasPorts(proto uint8) bool {
	return proto == ip.ProtoUDP || proto == ip.ProtoTCP || proto == ip.ProtoICMP
}

// forward lets everybody outside reach an inside end by a UDP port. What the
// inside end sends leaves by that port.
func (t *mappingTable) forward(port uint16, inside netip.AddrPort) {
	t.add(&mapping{proto: ip.ProtoUDP, inside: inside, port: port, fixed: true})
	t.fixed++
}

// sent notes a packet from inside and returns the mapping that it leaves by, a new one
// where need be. The mapping lasts from now on: only packets from inside prolong
// it (RFC 4787 REQ-6).
func (t *mappingTable) sent(now time.Time, proto uint8, inside, peer netip.AddrPort) (*mapping, verdict) {
	m := t.find(now, proto, inside, peer)
	if m == nil {
		var v verdict
		if m, v = t.make(now, proto, inside, peer); v != passed {
			return nil, v
		}
	}
	if m.fixed {
		return m, passed
	}
	until := now.Add(t.lifetime(proto))
	if m.peers != nil && !m.admit(now, t.admission(peer), until) {
		return nil, tooManyPeers
	}
	m.expires = until
	return m, passed
}

// find returns the mapping by which packets of an inside end to a peer leave;
// nil where there is none.
func (t *mappingTable) find(now time.Time, proto uint8, inside, peer netip.AddrPort) *mapping {
	if m := t.inside[insideKey{proto: proto, inside: inside}]; m != nil && m.fixed {
		return m
	}
	m := t.inside[insideKey{proto, inside, t.only(proto, peer)}]
	if m != nil && m.over(now) {
		t.remove(m)
		return nil
	}
	return m
}

// received returns the inside end that a packet from outside is for. It changes
// nothing.
func (t *mappingTable) received(now time.Time, proto uint8, port uint16, peer netip.AddrPort) (netip.AddrPort, verdict) {
	k := outsideKey{proto: proto, port: port}
	if !hasPorts(proto) {
		k.peer = peer.Addr()
	}
	m := t.outside[k]
	switch {
	case m == nil || m.over(now):
		return netip.AddrPort{}, noMapping
	case m.peers == nil:
		return m.inside, passed
	}
	if until, ok := m.peers[t.admission(peer)]; !ok || !until.After(now) {
		return netip.AddrPort{}, filtered
	}
	return m.inside, passed
}

// flush forgets all mappings but the forwarded ports.
func (t *mappingTable) flush() {
	for _, m := range t.inside {
		if !m.fixed {
			t.remove(m)
		}
	}
}

// all returns the mappings in an order to print.
func (t *mappingTable) all(now time.Time) []*mapping {
	t.expire(now)
	return slices.SortedFunc(maps.Values(t.outside), func(a, b *mapping) int {
		return cmp.Or(cmp.Compare(a.proto, b.proto), a.inside.Compare(b.inside), cmp.Compare(a.port, b.port), a.only.Compare(b.only))
	})
}

// make adds a mapping.
func (t *mappingTable) make(now time.Time, proto uint8, inside, peer netip.AddrPort) (*mapping, verdict) {
	if len(t.outside)-t.fixed >= maxMappings {
		t.expire(now)
	}
	if len(t.outside)-t.fixed >= maxMappings {
		return nil, tableFull
	}
	m := &mapping{proto: proto, inside: inside, only: t.only(proto, peer)}
	if hasPorts(proto) {
		var ok bool
		if m.port, ok = t.choose(now, proto, inside.Port()); !ok {
			return nil, tableFull
		}
	} else if !t.free(now, m.outsideKey()) {
		return nil, taken
	}
	if t.behaviour != FullCone || !hasPorts(proto) {
		m.peers = map[netip.AddrPort]time.Time{}
	}
	m.expires = now.Add(t.lifetime(proto))
	if t.earliest.IsZero() || m.expires.Before(t.earliest) {
		t.earliest = m.expires
	}
	t.add(m)
	return m, passed
}

// only returns the part of a peer that a mapping is for.
func (t *mappingTable) only(proto uint8, peer netip.AddrPort) netip.AddrPort {
	switch {
	case !hasPorts(proto):
		return netip.AddrPortFrom(peer.Addr(), 0)
	case t.behaviour == Symmetric:
		return peer
	}
	return netip.AddrPort{}
}

// admission returns the part of a peer that is let in.
func (t *mappingTable) admission(peer netip.AddrPort) netip.AddrPort {
	if t.behaviour == AddressRestricted {
		return netip.AddrPortFrom(peer.Addr(), 0)
	}
	return peer
}

func (t *mappingTable) lifetime(proto uint8) time.Duration {
	switch proto {
	case ip.ProtoUDP:
		return t.udp
	case ip.ProtoICMP:
		return icmpTimeout
	case ip.ProtoTCP:
		return tcpTimeout
	}
	return otherTimeout
}

func (t *mappingTable) add(m *mapping) {
	t.inside[m.insideKey()], t.outside[m.outsideKey()] = m, m
}

func (t *mappingTable) remove(m *mapping) {
	delete(t.inside, m.insideKey())
	delete(t.outside, m.outsideKey())
}

// expire forgets what is over.
func (t *mappingTable) expire(now time.Time) {
	if t.earliest.After(now) {
		return
	}
	t.earliest = time.Time{}
	for _, m := range t.outside {
		if m.over(now) {
			t.remove(m)
		} else if !m.fixed && (t.earliest.IsZero() || m.expires.Before(t.earliest)) {
			t.earliest = m.expires
		}
	}
}

// A span is some of the ports: from first to last in steps.
type span struct{ first, last, step int }

// spans returns where an outside port is looked for that takes the place of an
// inside port, the best first: in the same half, of system ports or of others,
// and with the same parity (RFC 4787 REQ-3, REQ-4).
func spans(proto uint8, port uint16) []span {
	odd := int(port & 1)
	switch {
	case proto == ip.ProtoICMP:
		return []span{{0, 65535, 1}}
	case port < 1024:
		return []span{{2 - odd, 1023, 2}, {1, 1023, 1}, {1024, 65535, 1}}
	}
	return []span{{1024 + odd, 65535, 2}, {1024, 65535, 1}}
}

// choose returns a free outside port for an inside port. No two inside ends
// ever share one (RFC 4787 REQ-3).
func (t *mappingTable) choose(now time.Time, proto uint8, port uint16) (uint16, bool) {
	keep := !t.random && (port != 0 || proto == ip.ProtoICMP)
	if keep && t.free(now, outsideKey{proto: proto, port: port}) {
		return port, true
	}
	for _, s := range spans(proto, port) {
		n := (s.last-s.first)/s.step + 1
		from := t.rnd.IntN(n)
		for i := range n {
			p := uint16(s.first + (from+i)%n*s.step)
			if t.free(now, outsideKey{proto: proto, port: p}) {
				return p, true
			}
		}
	}
	return 0, false
}

// free reports whether a mapping may take a place outside.
func (t *mappingTable) free(now time.Time, k outsideKey) bool {
	m := t.outside[k]
	if m != nil && m.over(now) {
		t.remove(m)
		m = nil
	}
	return m == nil
}

func (m *mapping) insideKey() insideKey { return insideKey{m.proto, m.inside, m.only} }

func (m *mapping) outsideKey() outsideKey {
	if !hasPorts(m.proto) {
		return outsideKey{proto: m.proto, peer: m.only.Addr()}
	}
	return outsideKey{proto: m.proto, port: m.port}
}

// over reports whether the mapping has expired.
func (m *mapping) over(now time.Time) bool { return !m.fixed && !m.expires.After(now) }

// admit lets a peer in until a time; false where it would be one too many.
func (m *mapping) admit(now time.Time, peer netip.AddrPort, until time.Time) bool {
	if _, ok := m.peers[peer]; !ok && len(m.peers) >= maxPeers {
		maps.DeleteFunc(m.peers, func(_ netip.AddrPort, t time.Time) bool { return !t.After(now) })
		if len(m.peers) >= maxPeers {
			return false
		}
	}
	m.peers[peer] = until
	return true
}

package probe

import (
	"net/netip"
	"time"

	"axle/internal/ip"
)

// Limits of what a host sends unasked.
const (
	// unreachableEvery and unreachableBurst limit port unreachables as IOS
	// does: the third probe of a traceroute to a router is not answered.
	unreachableEvery = 500 * time.Millisecond
	unreachableBurst = 2
	quoted           = 8   // bytes of payload behind the IP header in an error, RFC 792
	hostTTL          = 255 // of packets that are made here
)

// A Stack answers packets that are addressed to it. The zero value is ready;
// Unlimited hosts answer every probe.
type Stack struct {
	Unlimited bool  // no limit on unreachables: an ordinary host
	TTL       uint8 // of answers; 0 means 255

	tokens float64
	filled time.Time
	id     uint16

	Echoes, Unreachables, Limited uint64 // answered, and kept back by the limit
}

// Receive answers a whole packet of either family that was addressed to dst's owner.
// from is the address to use for errors: that of the interface it came in by.
// Packets that belong to a probe must be offered to the probes first.
func (s *Stack) Receive(now time.Time, pkt []byte, from netip.Addr, send Send) {
	if len(pkt) > 0 && pkt[0]>>4 == 6 {
		s.receive6(now, pkt, from, send)
		return
	}
	p, err := ip.ParseIPv4(pkt)
	if err != nil || p.IsFragment() || !from.Is4() || isGroup(p.Dst()) {
		return
	}
	if src := p.Src(); isGroup(src) || src.IsUnspecified() || src.IsLoopback() {
		return // RFC 1122 §3.2.1.3: no source of packets on a wire
	}
	switch p.Protocol() {
	case ip.ProtoICMP:
		s.echo(p, send)
	case ip.ProtoUDP:
		if _, err := ip.ParseUDP(p); err == nil {
			s.unreachable(now, p, ip.CodePort, from, send)
		}
	case ip.ProtoTCP:
		// No service listens here. A reset would be due (RFC 9293 §3.5.2);
		// silence is what a filtered port gives.
	default:
		s.unreachable(now, p, ip.CodeProtocol, from, send)
	}
}

// isGroup reports whether an address is for more than one: what goes there is
// not answered (RFC 1122 §3.2.2).
func isGroup(a netip.Addr) bool {
	return a.IsMulticast() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

func (s *Stack) echo(p ip.IPv4, send Send) {
	m, err := ip.ParseICMP(p.Payload())
	if err != nil || m.Type() != ip.ICMPEcho {
		return
	}
	s.id++
	b, err := ip.AppendICMP(nil, ip.Header{TOS: p.TOS(), ID: s.id, TTL: s.ttl(), Src: p.Dst(), Dst: p.Src()}, ip.ICMPEchoReply, 0, m.Rest(), m.Body())
	if err == nil {
		s.Echoes++
		send(b)
	}
}

func (s *Stack) unreachable(now time.Time, p ip.IPv4, code uint8, from netip.Addr, send Send) {
	if !s.take(now) {
		s.Limited++
		return
	}
	n := min(p.HeaderLen()+quoted, len(p))
	s.id++
	b, err := ip.AppendICMP(nil, ip.Header{ID: s.id, TTL: s.ttl(), Src: from, Dst: p.Src()}, ip.ICMPUnreachable, code, 0, p[:n])
	if err == nil {
		s.Unreachables++
		send(b)
	}
}

func (s *Stack) ttl() uint8 {
	if s.TTL != 0 {
		return s.TTL
	}
	return hostTTL
}

// take takes one token from the bucket of unreachables.
func (s *Stack) take(now time.Time) bool {
	if s.Unlimited {
		return true
	}
	if s.filled.IsZero() {
		s.tokens = unreachableBurst
	} else {
		s.tokens = min(unreachableBurst, s.tokens+float64(now.Sub(s.filled))/float64(unreachableEvery))
	}
	s.filled = now
	if s.tokens < 1 {
		return false
	}
	s.tokens--
	return true
}

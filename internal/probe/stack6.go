package probe

import (
	"net/netip"
	"time"

	"axle/internal/ip"
)

// hostTTL6 is the hop limit of packets that are made here.
const hostTTL6 = 64

// receive6 is Receive for IPv6.
func (s *Stack) receive6(now time.Time, pkt []byte, from netip.Addr, send Send) {
	p, err := ip.ParseIPv6(pkt)
	if err != nil || !from.Is6() || p.Dst().IsMulticast() {
		return
	}
	if src := p.Src(); src.IsMulticast() || src.IsUnspecified() || src.IsLoopback() {
		return
	}
	proto, at, ok := p.Upper()
	switch {
	case !ok || proto == ip.ProtoFragment || proto == ip.ProtoNone:
	case proto == ip.ProtoICMPv6:
		s.echo6(p, at, send)
	case proto == ip.ProtoUDP:
		if _, err := ip.ParseUDP6(p, at); err == nil {
			s.complain6(now, p, ip.ICMPv6Unreachable, ip.Code6Port, 0, from, send)
		}
	case proto == ip.ProtoTCP: // as over IPv4
	default:
		field := uint32(6) // where the number stands; RFC 4443 §3.4
		if at > ip.IPv6HeaderLen {
			field = ip.IPv6HeaderLen
		}
		s.complain6(now, p, ip.ICMPv6Parameter, ip.Code6UnknownProto, field, from, send)
	}
}

func (s *Stack) echo6(p ip.IPv6, at int, send Send) {
	m, err := ip.ParseICMPv6(p, at)
	if err != nil || m.Type() != ip.ICMPv6Echo {
		return
	}
	h := ip.Header6{TrafficClass: p.TrafficClass(), HopLimit: s.hopLimit(), Src: p.Dst(), Dst: p.Src()}
	b, err := ip.AppendICMPv6(nil, h, ip.ICMPv6EchoReply, 0, m.Rest(), m.Body())
	if err == nil {
		s.Echoes++
		send(b)
	}
}

// complain6 sends an error about p. RFC 4443 §3: it quotes as much as fits into the
// minimum MTU.
func (s *Stack) complain6(now time.Time, p ip.IPv6, typ, code uint8, rest uint32, from netip.Addr, send Send) {
	if !s.take(now) {
		s.Limited++
		return
	}
	n := min(ip.MinMTU6-ip.IPv6HeaderLen-ip.ICMPHeaderLen, len(p))
	b, err := ip.AppendICMPv6(nil, ip.Header6{HopLimit: s.hopLimit(), Src: from, Dst: p.Src()}, typ, code, rest, p[:n])
	if err == nil {
		s.Unreachables++
		send(b)
	}
}

func (s *Stack) hopLimit() uint8 {
	if s.TTL != 0 {
		return s.TTL
	}
	return hostTTL6
}

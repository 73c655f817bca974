package lab

import (
	"encoding/binary"
	"net/netip"

	"axle/internal/ip"
)

// A flow is what a NAT box looks at in a packet: the protocol and both ends.
// The identifier of ICMP echo stands in for the port of who asks; protocols
// without ports have 0.
type flow struct {
	proto    uint8
	src, dst netip.AddrPort
}

// flowOf returns the flow of a packet that is whole, or quoted in an ICMP
// error and cut behind 8 bytes of payload. ok is false for fragments, short
// packets, and ICMP but for echo.
func flowOf(p ip.IPv4) (f flow, ok bool) {
	var src, dst uint16
	b := p.Payload()
	if p.Offset() != 0 || hasPorts(p.Protocol()) && len(b) < 8 {
		return flow{}, false
	}
	switch p.Protocol() {
	case ip.ProtoUDP, ip.ProtoTCP:
		src, dst = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	case ip.ProtoICMP:
		switch id := binary.BigEndian.Uint16(b[4:]); b[0] {
		case ip.ICMPEcho:
			src = id
		case ip.ICMPEchoReply:
			dst = id
		default:
			return flow{}, false
		}
	}
	return flow{p.Protocol(), netip.AddrPortFrom(p.Src(), src), netip.AddrPortFrom(p.Dst(), dst)}, true
}

// isEcho reports whether a packet asks for an ICMP echo.
func isEcho(p ip.IPv4) bool {
	return p.Protocol() == ip.ProtoICMP && len(p.Payload()) >= ip.ICMPHeaderLen && p.Payload()[0] == ip.ICMPEcho
}

// isICMPError reports whether a packet tells of an error about another.
func isICMPError(p ip.IPv4) bool {
	return p.Protocol() == ip.ProtoICMP && len(p.Payload()) >= ip.ICMPHeaderLen && ip.ICMPTypeIsError(p.Payload()[0])
}

// quoted returns the packet that an ICMP error complains of. The error must be
// whole: one with a bad checksum is refused (RFC 5508 REQ-3).
func quoted(p ip.IPv4) (ip.IPv4, bool) {
	m, err := ip.ParseICMP(p.Payload())
	if err != nil {
		return nil, false
	}
	q, err := ip.QuotedIPv4(m.Body())
	return q, err == nil
}

// An end is one of the two of a packet.
type end int

const (
	source end = iota
	destination
)

// readdress puts another address into one end of a packet, whole or quoted, and
// updates the checksums that know it.
func readdress(p ip.IPv4, e end, to netip.Addr) {
	at := 12 + 4*int(e)
	sum := transportSum(p)
	a := to.As4()
	for i := 0; i < 4; i += 2 {
		old, new := binary.BigEndian.Uint16(p[at+i:]), binary.BigEndian.Uint16(a[i:])
		binary.BigEndian.PutUint16(p[at+i:], new)
		update(p[10:12], old, new)
		if p.Protocol() != ip.ProtoICMP {
			update(sum, old, new)
		}
	}
	settleUDP(p, sum)
}

// renumber puts another port into one end of a packet, or the identifier into an
// ICMP echo, and updates the checksum. Protocols without ports stay as they
// are. flowOf has looked at the packet.
func renumber(p ip.IPv4, e end, port uint16) {
	at := 2 * int(e)
	switch p.Protocol() {
	case ip.ProtoUDP, ip.ProtoTCP:
	case ip.ProtoICMP:
		at = 4
	default:
		return
	}
	b := p.Payload()
	sum := transportSum(p)
	old := binary.BigEndian.Uint16(b[at:])
	binary.BigEndian.PutUint16(b[at:], port)
	update(sum, old, port)
	settleUDP(p, sum)
}

// transportSum returns the checksum field behind the IP header; nil where there
// is none, or none that is used.
func transportSum(p ip.IPv4) []byte {
	b := p.Payload()
	at := 0
	switch p.Protocol() {
	case ip.ProtoUDP:
		at = 6
	case ip.ProtoTCP:
		at = 16
	case ip.ProtoICMP:
		at = 2
	default:
		return nil
	}
	if len(b) < at+2 || p.Offset() != 0 {
		return nil
	}
	if p.Protocol() == ip.ProtoUDP && b[6] == 0 && b[7] == 0 {
		return nil // the sender made none
	}
	return b[at : at+2]
}

// update changes a checksum for a word that has changed; nil stays nil.
func update(sum []byte, old, new uint16) {
	if sum != nil {
		binary.BigEndian.PutUint16(sum, ip.UpdateChecksum(binary.BigEndian.Uint16(sum), old, new))
	}
}

// settleUDP writes a UDP checksum of zero as ones: zero means that there is
// none.
func settleUDP(p ip.IPv4, sum []byte) {
	if p.Protocol() == ip.ProtoUDP && sum != nil && sum[0] == 0 && sum[1] == 0 {
		sum[0], sum[1] = 0xff, 0xff
	}
}

// resum computes the checksum of an ICMP message whose quoted packet has
// changed.
func resum(p ip.IPv4) {
	m := p.Payload()
	m[2], m[3] = 0, 0
	binary.BigEndian.PutUint16(m[2:], ip.Checksum(m))
}

//go:build linux

package port

import (
	"encoding/binary"

	"axle/internal/ip"
	"axle/internal/wire"
	"axle/mgre"
)

// A train is a GRE packet that carries several TCP segments in one piece: merged
// by the kernel on reception, or left whole by a kernel that sent it on a virtual
// link. The zero train is empty.
type train struct {
	outer []byte // IP and GRE header; only the latter of IPv6
	bare  bool   // no IP header in outer
	n     uint16 // segments taken
	cut   cutter
}

// more tells whether there is a packet left.
func (t *train) more() bool { return t.cut.more() }

// whole makes the train one packet that is not cut.
func (t *train) whole(p []byte) {
	*t = train{}
	if len(p) > 0 {
		t.cut = cutter{p: p}
	}
}

// begin takes over a GRE packet whose inner packet, at p[at:], is to be cut into
// packets of at most mtu bytes. It tells whether it can.
func (t *train) begin(p []byte, at, mtu int, bare bool) bool {
	q := p[at:]
	v := vnet{flags: needsChecksum, gso: gsoTCP4, csumStart: ip.HeaderLen, csumOffset: tcpChecksum}
	if q[0]>>4 == 6 {
		v.gso, v.csumStart = gsoTCP6, ip.IPv6HeaderLen
	} else {
		v.csumStart = uint16(ip.IPv4(q).HeaderLen())
	}
	head := int(v.csumStart) + int(q[v.csumStart+12]>>4)*4
	if mtu <= head || mtu > ip.MaxLen {
		return false
	}
	v.size = uint16(mtu - head)
	n := train{outer: p[:at], bare: bare}
	if n.cut.begin(v, q) != nil {
		return false
	}
	*t = n
	return true
}

// next writes the next packet to b and returns its length, or 0 if b does not
// hold it. Then the packet is gone, too.
func (t *train) next(b []byte) int {
	if len(b) < len(t.outer) {
		b = nil
	}
	copy(b, t.outer)
	n := t.cut.next(b[min(len(b), len(t.outer)):])
	if n == 0 {
		return 0
	}
	n += len(t.outer)
	if len(t.outer) > 0 && !t.bare {
		be := binary.BigEndian
		be.PutUint16(b[2:], uint16(n))
		be.PutUint16(b[4:], be.Uint16(b[4:])+t.n)
		ip.IPv4(b).UpdateHeaderChecksum()
		t.n++
	}
	return n
}

// greInner returns where the inner IP packet of a GRE packet begins, which has
// an IPv4 header unless it is bare. Packets with a GRE checksum or a sequence
// number are not looked into: they cannot be cut.
func greInner(p []byte, bare bool) (at int, ok bool) {
	if !bare {
		if len(p) < ip.HeaderLen || p[0]>>4 != 4 || ip.IPv4(p).IsFragment() {
			return 0, false
		}
		at = ip.IPv4(p).HeaderLen()
	}
	if at > len(p) {
		return 0, false
	}
	h, n, err := mgre.ParseHeader(p[at:])
	at += n
	if err != nil || h.Checksum || h.HasSeq || h.Protocol != mgre.ProtoIPv4 && h.Protocol != mgre.ProtoIPv6 {
		return 0, false
	}
	return at, true
}

// partial tells whether the checksum of the TCP or UDP packet p, an IP packet, was
// left to be completed: the field holds the sum of the pseudo header only. It
// returns where the transport header and where the checksum lie.
func partial(p []byte) (start, at int, ok bool) {
	if len(p) < ip.HeaderLen {
		return 0, 0, false
	}
	var proto uint8
	switch p[0] >> 4 {
	case 4:
		h := ip.IPv4(p)
		start, proto = h.HeaderLen(), h.Protocol()
		if start < ip.HeaderLen || h.IsFragment() || h.TotalLen() != len(p) {
			return 0, 0, false
		}
	case 6:
		if len(p) < ip.IPv6HeaderLen || int(binary.BigEndian.Uint16(p[4:]))+ip.IPv6HeaderLen != len(p) {
			return 0, 0, false
		}
		start, proto = ip.IPv6HeaderLen, p[6]
	default:
		return 0, 0, false
	}
	least := ip.TCPHeaderLen
	switch proto {
	case ip.ProtoTCP:
		at = start + tcpChecksum
	case ip.ProtoUDP:
		at, least = start+udpChecksum, ip.UDPHeaderLen
	default:
		return 0, 0, false
	}
	n := len(p) - start
	if n < least {
		return 0, 0, false
	}
	sum := pseudo(p, proto, n)
	if binary.BigEndian.Uint16(p[at:]) != wire.Fold(sum) {
		return 0, 0, false
	}
	// One of 65,536 good checksums looks like this, too.
	return start, at, wire.Fold(wire.Sum(sum, p[start:])) != 0xffff
}

//go:build linux

package port

import (
	"encoding/binary"

	"axle/internal/ip"
	"axle/internal/wire"
)

// Offsets of checksums in the transport headers.
const (
	tcpChecksum = 16
	udpChecksum = 6
)

// Flags of a TCP header that speak of congestion: echo, and window reduced.
// RFC 3168 §6.1.
const (
	tcpECE = 0x40
	tcpCWR = 0x80
)

// A cutter cuts a packet into segments as the kernel's GSO would: each gets a
// copy of the headers with its own lengths, checksums, IPv4 identification and TCP
// sequence number. FIN and PSH are left to the last one, CWR to the first. The
// zero cutter has nothing to cut.
type cutter struct {
	p     []byte // the packet; nil: nothing left
	pos   int    // where the next segment's payload begins
	first bool   // no segment was taken yet
	udp   bool
	start int // of the transport header
	head  int // all headers, bytes
	size  int // payload of a segment; 0: the packet is handed out as it is
}

// begin takes over the packet p with its vnet header. It stays in use until the
// last segment was taken. A partial checksum is completed in place.
func (c *cutter) begin(v vnet, p []byte) error {
	c.p = nil
	if len(p) == 0 {
		return errShort
	}
	if v.gso == gsoNone {
		if v.flags&needsChecksum != 0 && !complete(p, int(v.csumStart), int(v.csumStart)+int(v.csumOffset)) {
			return errGSO
		}
		*c = cutter{p: p}
		return nil
	}
	n := cutter{p: p, first: true, start: int(v.csumStart), size: int(v.size)}
	switch v.gso &^ gsoECN {
	case gsoTCP4, gsoTCP6:
		if len(p) < n.start+ip.TCPHeaderLen {
			return errShort
		}
		n.head = n.start + int(p[n.start+12]>>4)*4
		if n.head < n.start+ip.TCPHeaderLen {
			return errLength
		}
	case gsoUDP:
		n.udp = true
		n.head = n.start + ip.UDPHeaderLen
	default:
		return errGSO
	}
	if len(p) < n.head {
		return errShort
	}
	if n.size == 0 || !n.fits(v) {
		return errGSO
	}
	n.pos = n.head
	*c = n
	return nil
}

// fits tells whether the IP header says what the vnet header does.
func (c *cutter) fits(v vnet) bool {
	p := c.p
	proto := byte(ip.ProtoTCP)
	if c.udp {
		proto = ip.ProtoUDP
	}
	switch p[0] >> 4 {
	case 4:
		return c.start >= ip.HeaderLen && c.start == ip.IPv4(p).HeaderLen() && p[9] == proto && v.gso&^gsoECN != gsoTCP6
	case 6:
		return (c.start == ip.IPv6HeaderLen && p[6] == proto || c.start > ip.IPv6HeaderLen) && v.gso&^gsoECN != gsoTCP4
	}
	return false
}

// more tells whether there is a segment left.
func (c *cutter) more() bool { return c.p != nil }

// next writes the next segment to b and returns its length, or 0 if b does not
// hold it. Then the segment is gone, too.
func (c *cutter) next(b []byte) int {
	if c.size == 0 {
		n := len(c.p)
		if n <= len(b) {
			copy(b, c.p)
		} else {
			n = 0
		}
		c.p = nil
		return n
	}
	from := c.pos
	to := min(from+c.size, len(c.p))
	c.pos = to
	last := to == len(c.p)
	n := c.head + to - from
	if n <= len(b) {
		copy(b, c.p[:c.head])
		copy(b[c.head:], c.p[from:to])
		c.fix(b[:n], from-c.head, last)
	} else {
		n = 0
	}
	c.first = false
	if last {
		c.p = nil
	}
	return n
}

// fix makes the headers of the segment q right, whose payload lay offset bytes
// into the whole.
func (c *cutter) fix(q []byte, offset int, last bool) {
	be := binary.BigEndian
	t := q[c.start:]
	if q[0]>>4 == 4 {
		be.PutUint16(q[2:], uint16(len(q)))
		be.PutUint16(q[4:], be.Uint16(q[4:])+uint16(offset/c.size))
		ip.IPv4(q).UpdateHeaderChecksum()
	} else {
		be.PutUint16(q[4:], uint16(len(q)-ip.IPv6HeaderLen))
	}
	if c.udp {
		be.PutUint16(t[4:], uint16(len(t)))
		be.PutUint16(t[udpChecksum:], 0)
		sum := ^wire.Fold(wire.Sum(pseudo(q, ip.ProtoUDP, len(t)), t))
		if sum == 0 {
			sum = 0xffff // zero means "no checksum", RFC 768
		}
		be.PutUint16(t[udpChecksum:], sum)
		return
	}
	be.PutUint32(t[4:], be.Uint32(t[4:])+uint32(offset))
	if !last {
		t[13] &^= ip.TCPFin | ip.TCPPsh
	}
	if !c.first {
		t[13] &^= tcpCWR
	}
	be.PutUint16(t[tcpChecksum:], 0)
	be.PutUint16(t[tcpChecksum:], ^wire.Fold(wire.Sum(pseudo(q, ip.ProtoTCP, len(t)), t)))
}

// pseudo returns the sum of the pseudo header of the packet p, which carries
// length bytes of the transport protocol proto. RFC 9293 §3.1, RFC 8200 §8.1.
func pseudo(p []byte, proto uint8, length int) uint64 {
	if p[0]>>4 == 4 {
		be := binary.BigEndian
		return uint64(be.Uint32(p[12:])) + uint64(be.Uint32(p[16:])) + uint64(proto) + uint64(length)
	}
	return wire.Sum(uint64(proto)+uint64(length), p[8:40])
}

// complete computes the checksum at p[at:] over p[from:], where the field holds
// the sum of the pseudo header. It tells whether the places lie in p.
func complete(p []byte, from, at int) bool {
	if from < 0 || at < from || at+2 > len(p) || (at-from)%2 != 0 {
		return false
	}
	sum := wire.Checksum(p[from:])
	if sum == 0 && at-from == udpChecksum {
		sum = 0xffff
	}
	binary.BigEndian.PutUint16(p[at:], sum)
	return true
}

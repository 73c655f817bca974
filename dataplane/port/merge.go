//go:build linux

package port

import (
	"encoding/binary"

	"axle/internal/ip"
	"axle/internal/wire"
)

// Limits of a merger.
const (
	maxFlows  = 16 // segments that grow at a time
	maxPieces = 64 // packets of one segment
)

// A segment is what one packet or several of a flow were merged to. The headers
// are those of the first packet, in its own bytes.
type segment struct {
	candidate        // the first packet
	used      bool   // the segment waits to be written
	closed    bool   // nothing may follow
	first     int    // payload of every packet but the last, bytes
	length    int    // of all, bytes
	next      uint32 // sequence number that continues it
	n         int    // packets
	pieces    [maxPieces][]byte
}

// A merger merges packets of a flow that follow each other, as the kernel's GRO
// would: TCP segments with contiguous sequence numbers, and UDP datagrams of one
// size. What write gets would be cut into the same packets again, IPv4
// identifications of packets with DF apart. Packets of a flow stay in their order.
type merger struct {
	tcp, udp bool // what may be merged
	segments [maxFlows]segment
	n        int // segments in use or used before in this batch
	victim   int // the one that gives way to a new flow next
	write    func(v vnet, s *segment)
	c        candidate
	alone    segment // a packet that stands for itself
}

// add takes a packet. Its bytes belong to the merger until flush returns.
func (m *merger) add(p []byte) {
	c := &m.c
	fate := c.read(p)
	if c.key.proto == ip.ProtoTCP && !m.tcp || c.key.proto == ip.ProtoUDP && !m.udp {
		fate = passes
	}
	if fate == passes {
		m.single()
		return
	}
	if fate == barrier {
		m.flush()
		m.single()
		return
	}
	s := m.find(&c.key)
	if s != nil {
		if fate == mergeable && s.append(c) {
			return
		}
		m.emit(s)
	}
	if fate == ordered {
		m.single()
		return
	}
	if s == nil {
		s = m.free()
	}
	s.begin(c)
}

// flush writes what waits.
func (m *merger) flush() {
	for i := range m.segments[:m.n] {
		if s := &m.segments[i]; s.used {
			m.emit(s)
		}
	}
	m.n, m.victim = 0, 0
}

// find returns the segment of a flow, or nil.
func (m *merger) find(k *flowKey) *segment {
	for i := range m.segments[:m.n] {
		if s := &m.segments[i]; s.key.ports == k.ports && s.used && s.key == *k {
			return s
		}
	}
	return nil
}

// free returns a segment that is not in use, writing another one if it must.
func (m *merger) free() *segment {
	for i := range m.segments[:m.n] {
		if s := &m.segments[i]; !s.used {
			return s
		}
	}
	if m.n < maxFlows {
		m.n++
		return &m.segments[m.n-1]
	}
	s := &m.segments[m.victim]
	m.victim = (m.victim + 1) % maxFlows
	m.emit(s)
	return s
}

// single writes the candidate alone.
func (m *merger) single() {
	s := &m.alone
	s.p, s.n, s.length, s.pieces[0] = m.c.p, 1, len(m.c.p), m.c.p
	m.write(vnet{}, s)
}

// emit writes a segment.
func (m *merger) emit(s *segment) {
	s.used = false
	var v vnet
	if s.n > 1 {
		v = s.finish()
	}
	m.write(v, s)
}

// begin makes the segment one of the packet c.
func (s *segment) begin(c *candidate) {
	s.candidate = *c
	s.used, s.closed = true, c.ends
	s.first, s.length = c.size(), len(c.p)
	s.next = c.seq + uint32(s.first)
	s.n, s.pieces[0] = 1, c.p
}

// append adds the packet c, if it continues the segment.
func (s *segment) append(c *candidate) bool {
	size := c.size()
	if s.closed || s.n == maxPieces || size > s.first || s.length+size > ip.MaxLen ||
		c.head != s.head || !s.sameIP(c) || s.key.proto == ip.ProtoTCP && !s.sameTCP(c) {
		return false
	}
	s.pieces[s.n] = c.p[c.head:]
	s.n++
	s.length += size
	s.next += uint32(size)
	s.closed = size < s.first || c.ends
	if c.ends {
		s.p[s.start+13] |= c.p[s.start+13] & (ip.TCPPsh | ip.TCPFin)
	}
	return true
}

// sameIP tells whether the IP header of c may be that of the next packet.
func (s *segment) sameIP(c *candidate) bool {
	be := binary.BigEndian
	a, b := s.p, c.p
	if s.key.v6 {
		return be.Uint32(a) == be.Uint32(b) && a[7] == b[7]
	}
	return a[1] == b[1] && be.Uint32(a[6:]) == be.Uint32(b[6:]) && // TOS, flags, TTL, protocol
		(ip.IPv4(a).DF() || be.Uint16(b[4:]) == be.Uint16(a[4:])+uint16(s.n))
}

// sameTCP tells whether c continues the segment and has the same TCP header:
// acknowledgment, flags, window, urgent pointer and options.
func (s *segment) sameTCP(c *candidate) bool {
	be := binary.BigEndian
	a, b := s.p[s.start:s.head], c.p[c.start:c.head]
	const last = ip.TCPPsh | ip.TCPFin
	return c.seq == s.next && be.Uint32(a[8:]) == be.Uint32(b[8:]) &&
		a[12] == b[12] && a[13]&^last == b[13]&^last && be.Uint16(a[14:]) == be.Uint16(b[14:]) &&
		be.Uint16(a[18:]) == be.Uint16(b[18:]) && string(a[ip.TCPHeaderLen:]) == string(b[ip.TCPHeaderLen:])
}

// finish makes the headers those of the whole and returns its vnet header: the
// checksum is left to be completed.
func (s *segment) finish() vnet {
	be := binary.BigEndian
	p := s.p
	length := s.length - s.start
	v := vnet{
		flags: needsChecksum, gso: gsoTCP4,
		hdrLen: uint16(s.head), size: uint16(s.first),
		csumStart: uint16(s.start), csumOffset: tcpChecksum,
	}
	if s.key.v6 {
		v.gso = gsoTCP6
		be.PutUint16(p[4:], uint16(length))
	} else {
		be.PutUint16(p[2:], uint16(s.length))
		ip.IPv4(p).UpdateHeaderChecksum()
	}
	if s.key.proto == ip.ProtoUDP {
		v.gso, v.csumOffset = gsoUDP, udpChecksum
		be.PutUint16(p[s.start+4:], uint16(length))
	}
	be.PutUint16(p[s.start+int(v.csumOffset):], wire.Fold(pseudo(p, s.key.proto, length)))
	return v
}

//go:build linux

package port

import (
	"encoding/binary"

	"axle/internal/ip"
	"axle/internal/wire"
)

// A flowKey names a flow of TCP or UDP. IPv4 addresses take the first bytes.
type flowKey struct {
	ports    uint32
	proto    uint8
	v6       bool
	src, dst [16]byte
}

// A fate says how a packet may pass the merger.
type fate uint8

// The fates.
const (
	passes    fate = iota // may overtake others: neither TCP nor UDP
	barrier               // may belong to any flow: nothing overtakes it
	ordered               // of the flow in key: stands alone, in its turn
	mergeable             // of the flow in key
)

// A candidate is a packet on its way through a merger.
type candidate struct {
	p     []byte
	key   flowKey
	start int // of the transport header
	head  int // all headers, bytes
	seq   uint32
	ends  bool // nothing may follow it in one segment: PSH or FIN
}

// size returns the payload of the candidate, bytes.
func (c *candidate) size() int { return len(c.p) - c.head }

// read looks at the packet p and tells what may be done with it.
func (c *candidate) read(p []byte) fate {
	*c = candidate{p: p}
	if len(p) < ip.HeaderLen {
		return passes
	}
	switch p[0] >> 4 {
	case 4:
		return c.readIPv4()
	case 6:
		return c.readIPv6()
	}
	return passes
}

func (c *candidate) readIPv4() fate {
	p := ip.IPv4(c.p)
	proto := p.Protocol()
	switch {
	case proto != ip.ProtoTCP && proto != ip.ProtoUDP:
		return passes
	case p[0] != 0x45 || p.IsFragment() || p[6]&0x80 != 0:
		return barrier
	case p.TotalLen() != len(p) || wire.Checksum(p[:ip.HeaderLen]) != 0:
		return barrier
	}
	c.start, c.key.proto = ip.HeaderLen, proto
	copy(c.key.src[:], p[12:16])
	copy(c.key.dst[:], p[16:20])
	return c.readTransport()
}

func (c *candidate) readIPv6() fate {
	p := c.p
	if len(p) < ip.IPv6HeaderLen {
		return passes
	}
	proto := p[6]
	switch proto {
	case ip.ProtoTCP, ip.ProtoUDP:
	case 0, 43, 44, 60: // extension headers, RFC 8200 §4
		return barrier
	default:
		return passes
	}
	if int(binary.BigEndian.Uint16(p[4:]))+ip.IPv6HeaderLen != len(p) {
		return barrier
	}
	c.start, c.key.proto, c.key.v6 = ip.IPv6HeaderLen, proto, true
	copy(c.key.src[:], p[8:24])
	copy(c.key.dst[:], p[24:40])
	return c.readTransport()
}

// readTransport reads the transport header and verifies its checksum, so that a
// packet that was damaged on its way is not given a good one.
func (c *candidate) readTransport() fate {
	t := c.p[c.start:]
	if len(t) < ip.UDPHeaderLen {
		return barrier
	}
	c.key.ports = binary.BigEndian.Uint32(t)
	fits := false
	if c.key.proto == ip.ProtoUDP {
		c.head = c.start + ip.UDPHeaderLen
		fits = int(binary.BigEndian.Uint16(t[4:])) == len(t) && (t[udpChecksum]|t[udpChecksum+1]) != 0
	} else {
		if len(t) < ip.TCPHeaderLen {
			return ordered
		}
		c.head = c.start + int(t[12]>>4)*4
		c.seq = binary.BigEndian.Uint32(t[4:])
		c.ends = t[13]&(ip.TCPPsh|ip.TCPFin) != 0
		fits = c.head >= c.start+ip.TCPHeaderLen && t[12]&0x0f == 0 &&
			t[13]&^(ip.TCPPsh|ip.TCPFin|tcpECE) == ip.TCPAck
	}
	if !fits || len(c.p) <= c.head ||
		wire.Fold(wire.Sum(pseudo(c.p, c.key.proto, len(t)), t)) != 0xffff {
		return ordered
	}
	return mergeable
}

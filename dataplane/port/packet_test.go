//go:build linux

package port

import (
	"encoding/binary"
	"net/netip"

	"axle/internal/ip"
	"axle/internal/wire"
)

// A spec describes a TCP segment or UDP datagram of a test.
type spec struct {
	v6      bool
	udp     bool
	sport   uint16
	tos     uint8
	id      uint16
	df      bool
	seq     uint32
	ack     uint32
	flags   uint8
	window  uint16
	options []byte
	payload []byte
}

// Addresses of the tests.
var (
	src4 = netip.MustParseAddr("192.0.2.1").As4()
	dst4 = netip.MustParseAddr("198.51.100.2").As4()
	src6 = netip.MustParseAddr("2001:db8::1").As16()
	dst6 = netip.MustParseAddr("2001:db8::2").As16()
)

// timestamps is the option that most TCP segments carry.
var timestamps = []byte{1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2}

// start returns the length of the IP header.
func (s spec) start() int {
	if s.v6 {
		return ip.IPv6HeaderLen
	}
	return ip.HeaderLen
}

// head returns the length of all headers.
func (s spec) head() int {
	if s.udp {
		return s.start() + ip.UDPHeaderLen
	}
	return s.start() + ip.TCPHeaderLen + len(s.options)
}

func (s spec) proto() uint8 {
	if s.udp {
		return ip.ProtoUDP
	}
	return ip.ProtoTCP
}

// checksumAt returns where in the packet the transport checksum lies.
func (s spec) checksumAt() int {
	if s.udp {
		return s.start() + udpChecksum
	}
	return s.start() + tcpChecksum
}

// packet returns the packet with good checksums.
func (s spec) packet() []byte {
	be := binary.BigEndian
	b := make([]byte, s.head(), s.head()+len(s.payload))
	b = append(b, s.payload...)
	if s.v6 {
		be.PutUint32(b, 6<<28|uint32(s.tos)<<20|0x12345)
		be.PutUint16(b[4:], uint16(len(b)-ip.IPv6HeaderLen))
		b[6], b[7] = s.proto(), 64
		copy(b[8:], src6[:])
		copy(b[24:], dst6[:])
	} else {
		ip.PutIPv4(b, ip.Header{
			TOS: s.tos, ID: s.id, DF: s.df, TTL: 64, Protocol: s.proto(),
			Src: netip.AddrFrom4(src4), Dst: netip.AddrFrom4(dst4),
		}, len(b)-ip.HeaderLen)
	}
	t := b[s.start():]
	be.PutUint16(t, s.sport)
	be.PutUint16(t[2:], 443)
	if s.udp {
		be.PutUint16(t[4:], uint16(len(t)))
	} else {
		be.PutUint32(t[4:], s.seq)
		be.PutUint32(t[8:], s.ack)
		t[12] = uint8(ip.TCPHeaderLen+len(s.options)) << 2
		t[13] = s.flags
		be.PutUint16(t[14:], s.window)
		copy(t[ip.TCPHeaderLen:], s.options)
	}
	sum := ^wire.Fold(wire.Sum(pseudo(b, s.proto(), len(t)), t))
	if sum == 0 && s.udp {
		sum = 0xffff
	}
	be.PutUint16(b[s.checksumAt():], sum)
	return b
}

// super returns the packet as the kernel gives it when it is to be cut into
// segments of size bytes: with its vnet header, the checksum partial.
func (s spec) super(size int) (vnet, []byte) {
	b := s.packet()
	binary.BigEndian.PutUint16(b[s.checksumAt():], wire.Fold(pseudo(b, s.proto(), len(b)-s.start())))
	v := vnet{
		flags: needsChecksum, gso: gsoTCP4, hdrLen: uint16(s.head()), size: uint16(size),
		csumStart: uint16(s.start()), csumOffset: uint16(s.checksumAt() - s.start()),
	}
	switch {
	case s.udp:
		v.gso = gsoUDP
	case s.v6:
		v.gso = gsoTCP6
	}
	return v, b
}

// pattern returns n bytes that are not all the same.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*7 + i>>8)
	}
	return b
}

// cutAll returns all segments of a packet.
func cutAll(v vnet, p []byte) ([][]byte, error) {
	var c cutter
	if err := c.begin(v, append([]byte(nil), p...)); err != nil {
		return nil, err
	}
	var out [][]byte
	for c.more() {
		b := make([]byte, 1<<16)
		if n := c.next(b); n > 0 {
			out = append(out, b[:n])
		}
	}
	return out, nil
}

// A written is what a merger wrote at once.
type written struct {
	v vnet
	p []byte
	n int // packets
}

// mergeAll returns what a merger makes of a batch.
func mergeAll(in [][]byte) []written {
	var out []written
	m := merger{tcp: true, udp: true, write: func(v vnet, s *segment) {
		w := written{v: v, n: s.n}
		for _, p := range s.pieces[:s.n] {
			w.p = append(w.p, p...)
		}
		out = append(out, w)
	}}
	for _, p := range in {
		m.add(append([]byte(nil), p...))
	}
	m.flush()
	return out
}

// good tells whether all checksums and lengths of a packet of TCP or UDP are right.
func good(p []byte) bool {
	start, n, proto := ip.IPv6HeaderLen, 0, uint8(0)
	if p[0]>>4 == 4 {
		h, err := ip.ParseIPv4(p)
		if err != nil || len(h) != len(p) {
			return false
		}
		start, n, proto = h.HeaderLen(), len(p), h.Protocol()
	} else {
		h, err := ip.ParseIPv6(p)
		if err != nil {
			return false
		}
		n, proto = len(h), h.NextHeader()
	}
	t := p[start:]
	if proto == ip.ProtoUDP && int(binary.BigEndian.Uint16(t[4:])) != len(t) {
		return false
	}
	return n == len(p) && wire.Fold(wire.Sum(pseudo(p, proto, len(t)), t)) == 0xffff
}

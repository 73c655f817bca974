package ip

import "encoding/binary"

// A UDP is a UDP datagram, RFC 768, that was checked by ParseUDP.
type UDP []byte

// UDPHeaderLen is the length of a UDP header, bytes.
const UDPHeaderLen = 8

// ParseUDP checks the UDP datagram that p carries, p not being a fragment: its
// length and, where there is one, its checksum.
func ParseUDP(p IPv4) (UDP, error) {
	u, err := cutUDP(p.Payload())
	if err == nil && u.Checksum() != 0 && TransportChecksum(p, u) != 0 {
		return nil, ErrChecksum
	}
	return u, err
}

// ParseUDP6 checks the UDP datagram that begins at the offset at of p: its length
// and its checksum, without which there is none over IPv6 (RFC 8200 §8.1).
func ParseUDP6(p IPv6, at int) (UDP, error) {
	u, err := cutUDP(p[at:])
	if err == nil && (u.Checksum() == 0 || TransportChecksum6(p, ProtoUDP, u) != 0) {
		return nil, ErrChecksum
	}
	return u, err
}

// cutUDP returns the datagram at the beginning of b.
func cutUDP(b []byte) (UDP, error) {
	if len(b) < UDPHeaderLen {
		return nil, ErrShort
	}
	n := int(binary.BigEndian.Uint16(b[4:]))
	switch {
	case n < UDPHeaderLen:
		return nil, ErrLength
	case n > len(b):
		return nil, ErrShort
	}
	return UDP(b[:n]), nil
}

// SrcPort returns the source port.
func (u UDP) SrcPort() uint16 { return binary.BigEndian.Uint16(u) }

// DstPort returns the destination port.
func (u UDP) DstPort() uint16 { return binary.BigEndian.Uint16(u[2:]) }

// Checksum returns the checksum field; 0 means none.
func (u UDP) Checksum() uint16 { return binary.BigEndian.Uint16(u[6:]) }

// Payload returns what follows the header.
func (u UDP) Payload() []byte { return u[UDPHeaderLen:] }

// AppendUDP appends an IPv4 packet that carries a UDP datagram.
func AppendUDP(b []byte, h Header, srcPort, dstPort uint16, payload []byte) ([]byte, error) {
	h.Protocol = ProtoUDP
	head := len(b)
	b, err := AppendIPv4(b, h, UDPHeaderLen+len(payload))
	if err != nil {
		return b, err
	}
	start := len(b)
	b = appendDatagram(b, srcPort, dstPort, payload)
	putChecksum(b[start:], TransportChecksum(IPv4(b[head:]), b[start:]))
	return b, nil
}

// AppendUDP6 appends an IPv6 packet that carries a UDP datagram.
func AppendUDP6(b []byte, h Header6, srcPort, dstPort uint16, payload []byte) ([]byte, error) {
	h.NextHeader = ProtoUDP
	head := len(b)
	b, err := AppendIPv6(b, h, UDPHeaderLen+len(payload))
	if err != nil {
		return b, err
	}
	start := len(b)
	b = appendDatagram(b, srcPort, dstPort, payload)
	putChecksum(b[start:], TransportChecksum6(IPv6(b[head:]), ProtoUDP, b[start:]))
	return b, nil
}

// appendDatagram appends a datagram without its checksum.
func appendDatagram(b []byte, srcPort, dstPort uint16, payload []byte) []byte {
	be := binary.BigEndian
	b = be.AppendUint16(b, srcPort)
	b = be.AppendUint16(b, dstPort)
	b = be.AppendUint16(b, uint16(UDPHeaderLen+len(payload)))
	b = append(b, 0, 0)
	return append(b, payload...)
}

// putChecksum writes the checksum of a datagram.
func putChecksum(u []byte, c uint16) {
	if c == 0 {
		c = 0xffff // zero means "no checksum"
	}
	binary.BigEndian.PutUint16(u[6:], c)
}

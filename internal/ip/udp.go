package ip

import "encoding/binary"

// A UDP is a UDP datagram, RFC 768, that was checked by ParseUDP.
type UDP []byte

// UDPHeaderLen is the length of a UDP header, bytes.
const UDPHeaderLen = 8

// ParseUDP checks the UDP datagram that p carries, p not being a fragment: its
// length and, where there is one, its checksum.
func ParseUDP(p IPv4) (UDP, error) {
	b := p.Payload()
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
	b = b[:n]
	if binary.BigEndian.Uint16(b[6:]) != 0 && TransportChecksum(p, b) != 0 {
		return nil, ErrChecksum
	}
	return UDP(b), nil
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
	be := binary.BigEndian
	start := len(b)
	b = be.AppendUint16(b, srcPort)
	b = be.AppendUint16(b, dstPort)
	b = be.AppendUint16(b, uint16(UDPHeaderLen+len(payload)))
	b = append(b, 0, 0)
	b = append(b, payload...)
	c := TransportChecksum(IPv4(b[head:]), b[start:])
	if c == 0 {
		c = 0xffff // zero means "no checksum"
	}
	be.PutUint16(b[start+6:], c)
	return b, nil
}

package ip

import (
	"encoding/binary"
	"fmt"
	"net/netip"
)

// An IPv4 is an IPv4 packet, RFC 791 §3.1. It was checked by ParseIPv4 or
// QuotedIPv4: at least 20 bytes, and HeaderLen bytes are there.
type IPv4 []byte

// Bits of the flags and offset field.
const (
	flagDF     = 0x4000
	flagMF     = 0x2000
	maskOffset = 0x1fff
)

// ParseIPv4 checks the header at the beginning of b: version, both lengths and
// the checksum. It returns the packet without what follows its total length.
func ParseIPv4(b []byte) (IPv4, error) {
	p, err := QuotedIPv4(b)
	if err != nil {
		return nil, err
	}
	n := p.TotalLen()
	switch {
	case n < p.HeaderLen():
		return nil, ErrLength
	case n > len(b):
		return nil, ErrShort
	case !p.checksumOK():
		return nil, ErrChecksum
	}
	return p[:n], nil
}

// checksumOK verifies the header checksum.
func (p IPv4) checksumOK() bool {
	if p[0] == 0x45 {
		return sum20(p) == 0xffff
	}
	return Checksum(p[:p.HeaderLen()]) == 0
}

// sum20 returns the folded sum of the 20 bytes of a header without options.
func sum20(b []byte) uint16 {
	_ = b[19]
	be := binary.BigEndian
	s := uint64(be.Uint32(b)) + uint64(be.Uint32(b[4:])) + uint64(be.Uint32(b[8:])) +
		uint64(be.Uint32(b[12:])) + uint64(be.Uint32(b[16:]))
	return fold(s)
}

// QuotedIPv4 checks the version and the header length of b only: for packets
// that were cut, as those in ICMP errors and NHRP indications. Payload of the
// result is what is there.
func QuotedIPv4(b []byte) (IPv4, error) {
	if len(b) < HeaderLen {
		return nil, ErrShort
	}
	if b[0]>>4 != 4 {
		return nil, ErrVersion
	}
	n := int(b[0]&15) * 4
	if n < HeaderLen {
		return nil, ErrLength
	}
	if n > len(b) {
		return nil, ErrShort
	}
	return IPv4(b), nil
}

// HeaderLen returns the length of the header with options, in bytes.
func (p IPv4) HeaderLen() int { return int(p[0]&15) * 4 }

// TOS returns the type of service byte: DSCP and ECN.
func (p IPv4) TOS() uint8 { return p[1] }

// TotalLen returns the total length field, bytes.
func (p IPv4) TotalLen() int { return int(binary.BigEndian.Uint16(p[2:])) }

// ID returns the identification field.
func (p IPv4) ID() uint16 { return binary.BigEndian.Uint16(p[4:]) }

func (p IPv4) frag() uint16 { return binary.BigEndian.Uint16(p[6:]) }

// DF returns the "don't fragment" flag.
func (p IPv4) DF() bool { return p.frag()&flagDF != 0 }

// MF returns the "more fragments" flag.
func (p IPv4) MF() bool { return p.frag()&flagMF != 0 }

// Offset returns where in the whole payload this one begins, bytes.
func (p IPv4) Offset() int { return int(p.frag()&maskOffset) * 8 }

// IsFragment tells whether p is a part of a larger packet.
func (p IPv4) IsFragment() bool { return p.frag()&(flagMF|maskOffset) != 0 }

// TTL returns the time to live.
func (p IPv4) TTL() uint8 { return p[8] }

// Protocol returns the protocol number of the payload.
func (p IPv4) Protocol() uint8 { return p[9] }

// Checksum returns the header checksum field.
func (p IPv4) Checksum() uint16 { return binary.BigEndian.Uint16(p[10:]) }

// Src returns the source address.
func (p IPv4) Src() netip.Addr { return netip.AddrFrom4([4]byte(p[12:16])) }

// Dst returns the destination address.
func (p IPv4) Dst() netip.Addr { return netip.AddrFrom4([4]byte(p[16:20])) }

// SrcNumber returns the source address as a number.
func (p IPv4) SrcNumber() uint32 { return binary.BigEndian.Uint32(p[12:]) }

// DstNumber returns the destination address as a number.
func (p IPv4) DstNumber() uint32 { return binary.BigEndian.Uint32(p[16:]) }

// Options returns the options with their padding.
func (p IPv4) Options() []byte { return p[HeaderLen:p.HeaderLen()] }

// Payload returns what follows the header.
func (p IPv4) Payload() []byte { return p[p.HeaderLen():] }

// DecrementTTL takes one from the TTL, which must not be zero, and updates the
// checksum.
func (p IPv4) DecrementTTL() {
	old := binary.BigEndian.Uint16(p[8:])
	p[8]--
	p.setChecksum(UpdateChecksum(p.Checksum(), old, old-0x100))
}

// UpdateHeaderChecksum computes the header checksum anew.
func (p IPv4) UpdateHeaderChecksum() {
	p.setChecksum(0)
	if p[0] == 0x45 {
		p.setChecksum(^sum20(p))
		return
	}
	p.setChecksum(Checksum(p[:p.HeaderLen()]))
}

func (p IPv4) setChecksum(c uint16) { binary.BigEndian.PutUint16(p[10:], c) }

// A Header is what the sender of an IPv4 packet chooses.
type Header struct {
	TOS      uint8
	ID       uint16
	DF       bool
	TTL      uint8
	Protocol uint8
	Src, Dst netip.Addr
	Options  []byte // at most 40; padded with zeros to a multiple of 4
}

// Len returns the length of the header, bytes.
func (h Header) Len() int { return HeaderLen + (len(h.Options)+3)&^3 }

// AppendIPv4 appends the header of a packet with payload bytes of payload, to
// be appended by the caller. It refuses options or a payload that do not fit, and
// addresses that are not IPv4.
func AppendIPv4(b []byte, h Header, payload int) ([]byte, error) {
	n := h.Len()
	if n > MaxHeader || payload < 0 || n+payload > MaxLen {
		return b, fmt.Errorf("ip: header of %d bytes, payload of %d: %w", n, payload, ErrLength)
	}
	if !h.Src.Is4() || !h.Dst.Is4() {
		return b, fmt.Errorf("ip: from %v to %v: %w", h.Src, h.Dst, ErrAddress)
	}
	start := len(b)
	b = append(b, make([]byte, HeaderLen)...)
	b = append(b, h.Options...)
	for len(b)-start < n {
		b = append(b, 0)
	}
	PutIPv4(b[start:], h, payload)
	return b, nil
}

// PutIPv4 writes the fixed header of a packet into the first 20 bytes of b, the
// options being there already, and computes the checksum. The caller has made
// sure that b holds h.Len() bytes, that the addresses are IPv4 and that the
// packet is not longer than MaxLen.
func PutIPv4(b []byte, h Header, payload int) {
	be := binary.BigEndian
	src, dst := h.Src.As4(), h.Dst.As4()
	n := h.Len()
	b[0] = 0x40 | uint8(n/4)
	b[1] = h.TOS
	be.PutUint16(b[2:], uint16(n+payload))
	be.PutUint16(b[4:], h.ID)
	be.PutUint16(b[6:], 0)
	if h.DF {
		be.PutUint16(b[6:], flagDF)
	}
	b[8], b[9] = h.TTL, h.Protocol
	copy(b[12:16], src[:])
	copy(b[16:20], dst[:])
	IPv4(b).UpdateHeaderChecksum()
}

package ip

import (
	"encoding/binary"
	"net/netip"
)

// An IPv6 is an IPv6 packet, RFC 8200 §3, that was checked by ParseIPv6. Its
// extension headers are not read.
type IPv6 []byte

// IPv6HeaderLen is the length of the fixed IPv6 header, bytes.
const IPv6HeaderLen = 40

// ParseIPv6 checks the version and the length of the packet at the beginning of
// b, and returns it without what follows. Jumbograms are refused.
func ParseIPv6(b []byte) (IPv6, error) {
	if len(b) < 1 {
		return nil, ErrShort
	}
	if b[0]>>4 != 6 {
		return nil, ErrVersion
	}
	if len(b) < IPv6HeaderLen {
		return nil, ErrShort
	}
	n := IPv6HeaderLen + int(binary.BigEndian.Uint16(b[4:]))
	if n > len(b) {
		return nil, ErrShort
	}
	return IPv6(b[:n]), nil
}

// TrafficClass returns DSCP and ECN.
func (p IPv6) TrafficClass() uint8 { return p[0]<<4 | p[1]>>4 }

// FlowLabel returns the 20 bits of the flow label.
func (p IPv6) FlowLabel() uint32 { return binary.BigEndian.Uint32(p) & 0xfffff }

// NextHeader returns the protocol number of what follows the fixed header.
func (p IPv6) NextHeader() uint8 { return p[6] }

// HopLimit returns the hop limit.
func (p IPv6) HopLimit() uint8 { return p[7] }

// Src returns the source address.
func (p IPv6) Src() netip.Addr { return netip.AddrFrom16([16]byte(p[8:24])) }

// Dst returns the destination address.
func (p IPv6) Dst() netip.Addr { return netip.AddrFrom16([16]byte(p[24:40])) }

// Payload returns what follows the fixed header.
func (p IPv6) Payload() []byte { return p[IPv6HeaderLen:] }

package ip

import (
	"encoding/binary"
	"fmt"
	"net/netip"
)

// An IPv6 is an IPv6 packet, RFC 8200 §3. It was checked by ParseIPv6 or
// QuotedIPv6: at least 40 bytes.
type IPv6 []byte

// IPv6HeaderLen is the length of the fixed IPv6 header, bytes.
const IPv6HeaderLen = 40

// MinMTU6 is what every link must carry, bytes of an IPv6 packet. RFC 8200 §5.
const MinMTU6 = 1280

// Next header values of the extension headers, and of the messages of IPv6.
const (
	ProtoHopByHop    = 0
	ProtoRouting     = 43
	ProtoFragment    = 44
	ProtoICMPv6      = 58
	ProtoNone        = 59
	ProtoDestOptions = 60
)

// ParseIPv6 checks the version and the length of the packet at the beginning of
// b, and returns it without what follows. Jumbograms are refused.
func ParseIPv6(b []byte) (IPv6, error) {
	p, err := QuotedIPv6(b)
	if err != nil {
		return nil, err
	}
	n := IPv6HeaderLen + p.PayloadLen()
	if n > len(b) {
		return nil, ErrShort
	}
	return p[:n], nil
}

// QuotedIPv6 checks the version of b and that the fixed header is there: for
// packets that were cut, as those in ICMP errors and NHRP indications. Payload of
// the result is what is there.
func QuotedIPv6(b []byte) (IPv6, error) {
	if len(b) < 1 {
		return nil, ErrShort
	}
	if b[0]>>4 != 6 {
		return nil, ErrVersion
	}
	if len(b) < IPv6HeaderLen {
		return nil, ErrShort
	}
	return IPv6(b), nil
}

// TrafficClass returns DSCP and ECN.
func (p IPv6) TrafficClass() uint8 { return p[0]<<4 | p[1]>>4 }

// FlowLabel returns the 20 bits of the flow label.
func (p IPv6) FlowLabel() uint32 { return binary.BigEndian.Uint32(p) & 0xfffff }

// PayloadLen returns the payload length field, bytes.
func (p IPv6) PayloadLen() int { return int(binary.BigEndian.Uint16(p[4:])) }

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

// maxExtensions is how many extension headers are walked over.
const maxExtensions = 8

// Upper walks over the extension headers, RFC 8200 §4: it returns the protocol
// number of what stands behind them and where that begins. A fragment header ends
// the walk, as ProtoFragment. ok is false where a header is cut, there are more
// than eight, or a routing header has segments left.
func (p IPv6) Upper() (proto uint8, at int, ok bool) {
	proto, at = p.NextHeader(), IPv6HeaderLen
	for range maxExtensions {
		switch proto {
		case ProtoHopByHop, ProtoDestOptions, ProtoRouting:
		case ProtoFragment:
			return proto, at, at+FragmentHeaderLen <= len(p)
		default:
			return proto, at, true
		}
		if at+8 > len(p) || proto == ProtoRouting && p[at+3] != 0 {
			return 0, 0, false
		}
		n := 8 + 8*int(p[at+1])
		proto, at = p[at], at+n
		if at > len(p) {
			return 0, 0, false
		}
	}
	return 0, 0, false
}

// A Header6 is what the sender of an IPv6 packet chooses.
type Header6 struct {
	TrafficClass uint8
	FlowLabel    uint32 // 20 bits
	HopLimit     uint8
	NextHeader   uint8
	Src, Dst     netip.Addr
}

// AppendIPv6 appends the header of a packet with payload bytes of payload, to be
// appended by the caller. It refuses a payload that does not fit, and addresses
// that are not IPv6.
func AppendIPv6(b []byte, h Header6, payload int) ([]byte, error) {
	if payload < 0 || IPv6HeaderLen+payload > MaxLen {
		return b, fmt.Errorf("ip: payload of %d: %w", payload, ErrLength)
	}
	if !is6(h.Src) || !is6(h.Dst) {
		return b, fmt.Errorf("ip: from %v to %v: %w", h.Src, h.Dst, ErrAddress6)
	}
	start := len(b)
	b = append(b, make([]byte, IPv6HeaderLen)...)
	PutIPv6(b[start:], h, payload)
	return b, nil
}

func is6(a netip.Addr) bool { return a.Is6() && !a.Is4In6() }

// PutIPv6 writes the fixed header of a packet into the first 40 bytes of b. The
// caller has made sure that the addresses are IPv6 and that the payload is not
// longer than MaxLen.
func PutIPv6(b []byte, h Header6, payload int) {
	_ = b[IPv6HeaderLen-1]
	be := binary.BigEndian
	be.PutUint32(b, 6<<28|uint32(h.TrafficClass)<<20|h.FlowLabel&0xfffff)
	be.PutUint16(b[4:], uint16(payload))
	b[6], b[7] = h.NextHeader, h.HopLimit
	src, dst := h.Src.As16(), h.Dst.As16()
	copy(b[8:24], src[:])
	copy(b[24:40], dst[:])
}

// TransportChecksum6 returns the checksum of segment, a message of the protocol
// proto that h carries, with the pseudo header of RFC 8200 §8.1. Over a segment
// that contains its own right checksum it is zero.
func TransportChecksum6(h IPv6, proto uint8, segment []byte) uint16 {
	s := sum(h[8:40], 0)
	s = uint64(fold(s)) + uint64(proto) + uint64(fold(uint64(len(segment))))
	return ^fold(sum(segment, s))
}

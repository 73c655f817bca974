package ip

import (
	"encoding/binary"
	"math/bits"
)

// Checksum returns the Internet checksum of b (RFC 1071). Over bytes that
// contain their own right checksum it is zero.
func Checksum(b []byte) uint16 { return ^fold(sum(b, 0)) }

// sum adds b to a ones' complement sum. Each 64-bit word is added with its
// carry, which is the same modulo 2^16-1 as adding 16-bit words.
func sum(b []byte, s uint64) uint64 {
	var c uint64
	for len(b) >= 16 {
		s, c = bits.Add64(s, binary.BigEndian.Uint64(b), c)
		s, c = bits.Add64(s, binary.BigEndian.Uint64(b[8:]), c)
		b = b[16:]
	}
	if len(b) >= 8 {
		s, c = bits.Add64(s, binary.BigEndian.Uint64(b), c)
		b = b[8:]
	}
	if len(b) >= 4 {
		s, c = bits.Add64(s, uint64(binary.BigEndian.Uint32(b)), c)
		b = b[4:]
	}
	if len(b) >= 2 {
		s, c = bits.Add64(s, uint64(binary.BigEndian.Uint16(b)), c)
		b = b[2:]
	}
	if len(b) == 1 {
		s, c = bits.Add64(s, uint64(b[0])<<8, c)
	}
	s, c = bits.Add64(s, 0, c)
	return s + c
}

// fold brings a ones' complement sum to 16 bits.
func fold(s uint64) uint16 {
	s = s>>32 + s&0xffffffff
	s = s>>32 + s&0xffffffff
	s = s>>16 + s&0xffff
	s = s>>16 + s&0xffff
	return uint16(s)
}

// UpdateChecksum returns the checksum of a packet in which a 16-bit word,
// at an even offset, was changed from old to new (RFC 1624 §3, equation 3).
func UpdateChecksum(checksum, old, new uint16) uint16 {
	s := uint32(^checksum) + uint32(^old) + uint32(new)
	s = s>>16 + s&0xffff
	s = s>>16 + s&0xffff
	return ^uint16(s)
}

// pseudo returns the sum of the pseudo header of TCP and UDP (RFC 768).
func pseudo(h IPv4, length int) uint64 {
	s := sum(h[12:20], 0)
	return uint64(fold(s)) + uint64(h.Protocol()) + uint64(length)
}

// TransportChecksum returns the checksum of segment, a TCP segment or UDP
// datagram that h carries, with the pseudo header. Over a segment that contains
// its own right checksum it is zero.
func TransportChecksum(h IPv4, segment []byte) uint16 {
	return ^fold(sum(segment, pseudo(h, len(segment))))
}

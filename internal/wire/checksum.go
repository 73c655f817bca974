package wire

import (
	"encoding/binary"
	"math/bits"
)

// Checksum returns the Internet checksum of b. RFC 1071. An odd last byte is
// summed as if a zero followed. Over bytes that contain their right checksum it
// returns 0.
func Checksum(b []byte) uint16 { return ^Fold(Sum(0, b)) }

// Sum adds b to a running sum in one's complement, of which Fold makes 16 bits.
// Every part but the last must have an even length. A pseudo header's fields
// may be added to the initial sum as 16-bit numbers.
func Sum(sum uint64, b []byte) uint64 {
	be := binary.BigEndian
	var carry uint64
	for len(b) >= 32 {
		sum, carry = bits.Add64(sum, be.Uint64(b), carry)
		sum, carry = bits.Add64(sum, be.Uint64(b[8:]), carry)
		sum, carry = bits.Add64(sum, be.Uint64(b[16:]), carry)
		sum, carry = bits.Add64(sum, be.Uint64(b[24:]), carry)
		b = b[32:]
	}
	for len(b) >= 8 {
		sum, carry = bits.Add64(sum, be.Uint64(b), carry)
		b = b[8:]
	}
	if len(b) > 0 {
		// The rest, at the high end as if zeros followed.
		var last [8]byte
		copy(last[:], b)
		sum, carry = bits.Add64(sum, be.Uint64(last[:]), carry)
	}
	sum, carry = bits.Add64(sum, 0, carry)
	return sum + carry
}

// Fold makes a 16-bit one's complement sum of a sum of 64-bit words.
func Fold(sum uint64) uint16 {
	sum = sum>>32 + sum&0xffffffff
	sum = sum>>16 + sum&0xffff
	sum = sum>>16 + sum&0xffff
	sum = sum>>16 + sum&0xffff
	return uint16(sum)
}

// Update returns the checksum old after a 16-bit field in the summed bytes
// changed from one value to another. RFC 1624 §3, equation 3.
func Update(old, from, to uint16) uint16 {
	return ^Fold(uint64(^old) + uint64(^from) + uint64(to))
}

// Update32 is Update for two adjacent 16-bit fields, such as an IPv4 address.
func Update32(old uint16, from, to uint32) uint16 {
	return ^Fold(uint64(^old) + uint64(^from>>16) + uint64(^from&0xffff) + uint64(to>>16) + uint64(to&0xffff))
}

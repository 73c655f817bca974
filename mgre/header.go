// Package mgre reads and writes GRE headers, as described in RFC 2784, with
// the key and sequence number of RFC 2890, and keeps the next-hop table of a
// multipoint tunnel.
//
// The package knows bytes and addresses: no tunnel, no interface, no socket.
// Not implemented: version 1 (PPTP), the routing field of RFC 1701, ordering
// by sequence number.
package mgre

import (
	"encoding/binary"
	"errors"

	"axle/internal/ip"
)

// Errors of Parse.
var (
	ErrShort    = errors.New("mgre: header too short")
	ErrVersion  = errors.New("mgre: version is not 0")
	ErrReserved = errors.New("mgre: reserved bit set")
	ErrChecksum = errors.New("mgre: bad checksum")
)

// Protocol types of a GRE payload: EtherTypes.
const (
	ProtoIPv4 = 0x0800
	ProtoNHRP = 0x2001
	ProtoIPv6 = 0x86dd
)

// MaxLen is the length of a header with all its fields, bytes.
const MaxLen = 16

// Bits of the first word.
const (
	flagChecksum = 0x8000
	flagKey      = 0x2000
	flagSeq      = 0x1000
	maskReserved = 0x4c00 // RFC 1701 routing, and what RFC 2784 §2.3 must discard
	maskVersion  = 0x0007
)

// A Header is a GRE header. RFC 2784 §2, RFC 2890 §2.
//
//	 0                   1                   2                   3
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//	|C| |K|S| Reserved0       | Ver |         Protocol Type         |
//	|      Checksum (optional)      |       Reserved1 (optional)    |
//	|                         Key (optional)                        |
//	|                    Sequence Number (optional)                 |
type Header struct {
	Protocol uint16
	Checksum bool // over header and payload
	HasKey   bool
	HasSeq   bool
	Key      uint32
	Seq      uint32
}

// Len returns the length of the header, 4 to 16 bytes.
func (h *Header) Len() int {
	n := 4
	if h.Checksum {
		n += 4
	}
	if h.HasKey {
		n += 4
	}
	if h.HasSeq {
		n += 4
	}
	return n
}

// Parse reads the header of the GRE packet b and returns it with its length.
// Where there is a checksum, it verifies it.
func Parse(b []byte) (Header, int, error) {
	h, n, err := ParseHeader(b)
	if err == nil && h.Checksum && !VerifyChecksum(b) {
		return Header{}, 0, ErrChecksum
	}
	return h, n, err
}

// ParseHeader reads the header of a GRE packet of which only the beginning may
// be there, as in an ICMP error. It does not verify the checksum.
func ParseHeader(b []byte) (Header, int, error) {
	be := binary.BigEndian
	if len(b) < 4 {
		return Header{}, 0, ErrShort
	}
	flags := be.Uint16(b)
	switch {
	case flags&maskVersion != 0:
		return Header{}, 0, ErrVersion
	case flags&maskReserved != 0:
		return Header{}, 0, ErrReserved
	}
	h := Header{
		Protocol: be.Uint16(b[2:]),
		Checksum: flags&flagChecksum != 0,
		HasKey:   flags&flagKey != 0,
		HasSeq:   flags&flagSeq != 0,
	}
	if len(b) < h.Len() {
		return Header{}, 0, ErrShort
	}
	n := 4
	if h.Checksum {
		n += 4
	}
	if h.HasKey {
		h.Key = be.Uint32(b[n:])
		n += 4
	}
	if h.HasSeq {
		h.Seq = be.Uint32(b[n:])
		n += 4
	}
	return h, n, nil
}

// VerifyChecksum tells whether the checksum over the GRE packet b is right. The
// packet must have one.
func VerifyChecksum(b []byte) bool { return ip.Checksum(b) == 0 }

// Put writes the header into the beginning of the GRE packet b, whose payload
// begins at h.Len() and is there already; the checksum, if wanted, is computed
// over all of b. Put panics if b is shorter than the header.
func (h *Header) Put(b []byte) {
	be := binary.BigEndian
	var flags uint16
	n := 4
	if h.Checksum {
		flags |= flagChecksum
		be.PutUint32(b[n:], 0)
		n += 4
	}
	if h.HasKey {
		flags |= flagKey
		be.PutUint32(b[n:], h.Key)
		n += 4
	}
	if h.HasSeq {
		flags |= flagSeq
		be.PutUint32(b[n:], h.Seq)
	}
	be.PutUint16(b, flags)
	be.PutUint16(b[2:], h.Protocol)
	if h.Checksum {
		be.PutUint16(b[4:], ip.Checksum(b))
	}
}

// Append appends a GRE packet: the header and the payload.
func (h *Header) Append(b, payload []byte) []byte {
	var space [MaxLen]byte
	start := len(b)
	b = append(b, space[:h.Len()]...)
	b = append(b, payload...)
	h.Put(b[start:])
	return b
}

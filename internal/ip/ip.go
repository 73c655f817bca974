// Package ip reads and writes the headers of IPv4, IPv6, ICMP, UDP and TCP in
// place, cuts packets into fragments and puts them together again.
//
// A header type is a view: a byte slice whose parser has checked every length
// that the accessors use. Views do not copy, so a change of the bytes is a
// change of the packet.
//
// The package knows single packets: no interface, no route, no address of a
// host. Extension headers of IPv6 are walked over, and made for fragments only; of
// TCP it reads the flags and the MSS option. IPv4 options are carried and copied into fragments (RFC 791 §3.1),
// but their contents are not read.
package ip

import "errors"

// Errors that the parsers and builders wrap or return.
var (
	ErrShort    = errors.New("ip: packet too short")
	ErrVersion  = errors.New("ip: wrong version")
	ErrLength   = errors.New("ip: length field out of range")
	ErrChecksum = errors.New("ip: bad checksum")
	ErrDF       = errors.New("ip: packet must not be fragmented")
	ErrMTU      = errors.New("ip: MTU too small for a fragment")
	ErrAddress  = errors.New("ip: not an IPv4 address")
	ErrAddress6 = errors.New("ip: not an IPv6 address")
)

// Protocol numbers, as assigned by IANA.
const (
	ProtoICMP = 1
	ProtoIPIP = 4 // an IPv4 packet
	ProtoTCP  = 6
	ProtoUDP  = 17
	ProtoIPv6 = 41 // an IPv6 packet
	ProtoGRE  = 47
	ProtoESP  = 50
	ProtoNHRP = 54
	ProtoOSPF = 89
)

// Limits of the formats.
const (
	MaxLen    = 65535 // bytes of an IPv4 packet
	HeaderLen = 20    // bytes of an IPv4 header without options
	MaxHeader = 60    // bytes of an IPv4 header with all options
	MinMTU    = 68    // bytes that every link must carry, RFC 791 §3.1
)

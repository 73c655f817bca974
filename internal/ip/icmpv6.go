package ip

import "encoding/binary"

// An ICMPv6 is an ICMPv6 message, RFC 4443, that was checked by ParseICMPv6.
type ICMPv6 []byte

// Types of ICMPv6 messages.
const (
	ICMPv6Unreachable  = 1
	ICMPv6TooBig       = 2
	ICMPv6TimeExceeded = 3
	ICMPv6Parameter    = 4
	ICMPv6Echo         = 128
	ICMPv6EchoReply    = 129
)

// Codes of ICMPv6Unreachable, RFC 4443 §3.1, and of ICMPv6Parameter, §3.4.
const (
	Code6NoRoute      = 0
	Code6Prohibited   = 1
	Code6BeyondScope  = 2
	Code6Address      = 3
	Code6Port         = 4
	Code6UnknownProto = 1 // of ICMPv6Parameter: unrecognized next header
)

// ParseICMPv6 checks the length and the checksum of an ICMPv6 message, which
// begins at the offset at of p.
func ParseICMPv6(p IPv6, at int) (ICMPv6, error) {
	b := p[at:]
	if len(b) < ICMPHeaderLen {
		return nil, ErrShort
	}
	if TransportChecksum6(p, ProtoICMPv6, b) != 0 {
		return nil, ErrChecksum
	}
	return ICMPv6(b), nil
}

// Type returns the type of the message.
func (m ICMPv6) Type() uint8 { return m[0] }

// Code returns the code within the type.
func (m ICMPv6) Code() uint8 { return m[1] }

// Rest returns the second word of the header: of "packet too big" the MTU.
func (m ICMPv6) Rest() uint32 { return binary.BigEndian.Uint32(m[4:]) }

// ID returns the identifier of an echo message.
func (m ICMPv6) ID() uint16 { return binary.BigEndian.Uint16(m[4:]) }

// Seq returns the sequence number of an echo message.
func (m ICMPv6) Seq() uint16 { return binary.BigEndian.Uint16(m[6:]) }

// Body returns what follows the header: echo data, or the packet complained of.
func (m ICMPv6) Body() []byte { return m[ICMPHeaderLen:] }

// IsError tells whether the message reports an error: types below 128. RFC 4443
// §2.1.
func (m ICMPv6) IsError() bool { return m[0] < 128 }

// AppendICMPv6 appends an IPv6 packet that carries an ICMPv6 message.
func AppendICMPv6(b []byte, h Header6, typ, code uint8, rest uint32, body []byte) ([]byte, error) {
	h.NextHeader = ProtoICMPv6
	head := len(b)
	b, err := AppendIPv6(b, h, ICMPHeaderLen+len(body))
	if err != nil {
		return b, err
	}
	start := len(b)
	b = append(b, typ, code, 0, 0)
	b = binary.BigEndian.AppendUint32(b, rest)
	b = append(b, body...)
	binary.BigEndian.PutUint16(b[start+2:], TransportChecksum6(IPv6(b[head:]), ProtoICMPv6, b[start:]))
	return b, nil
}

package ip

import "encoding/binary"

// An ICMP is an ICMPv4 message, RFC 792, that was checked by ParseICMP.
type ICMP []byte

// Types of ICMPv4 messages.
const (
	ICMPEchoReply    = 0
	ICMPUnreachable  = 3
	ICMPSourceQuench = 4
	ICMPRedirect     = 5
	ICMPEcho         = 8
	ICMPTimeExceeded = 11
	ICMPParameter    = 12
)

// Codes of ICMPUnreachable.
const (
	CodeNet        = 0
	CodeHost       = 1
	CodeProtocol   = 2
	CodePort       = 3
	CodeFragNeeded = 4
	CodeProhibited = 13 // RFC 1812 §5.2.7.1
)

// ICMPHeaderLen is the length of an ICMP header, bytes.
const ICMPHeaderLen = 8

// ParseICMP checks the length and the checksum of an ICMP message: the payload
// of an IPv4 packet that is not a fragment.
func ParseICMP(b []byte) (ICMP, error) {
	if len(b) < ICMPHeaderLen {
		return nil, ErrShort
	}
	if Checksum(b) != 0 {
		return nil, ErrChecksum
	}
	return ICMP(b), nil
}

// Type returns the type of the message.
func (m ICMP) Type() uint8 { return m[0] }

// Code returns the code within the type.
func (m ICMP) Code() uint8 { return m[1] }

// Rest returns the second word of the header, whose meaning depends on the type.
func (m ICMP) Rest() uint32 { return binary.BigEndian.Uint32(m[4:]) }

// ID returns the identifier of an echo message.
func (m ICMP) ID() uint16 { return binary.BigEndian.Uint16(m[4:]) }

// Seq returns the sequence number of an echo message.
func (m ICMP) Seq() uint16 { return binary.BigEndian.Uint16(m[6:]) }

// MTU returns the next-hop MTU of "fragmentation needed", RFC 1191 §4; 0 from
// routers that do not say.
func (m ICMP) MTU() int { return int(binary.BigEndian.Uint16(m[6:])) }

// Body returns what follows the header: echo data, or the packet complained of.
func (m ICMP) Body() []byte { return m[ICMPHeaderLen:] }

// IsError tells whether the message reports an error, so that no error may be
// sent about it (RFC 1122 §3.2.2). Types that are not known count as errors.
func (m ICMP) IsError() bool { return ICMPTypeIsError(m[0]) }

// ICMPTypeIsError is IsError for a bare type: a message that may be cut.
func ICMPTypeIsError(typ uint8) bool {
	switch typ {
	case ICMPEchoReply, ICMPEcho, 9, 10, 13, 14, 15, 16, 17, 18:
		return false // queries and their answers; RFC 1256, 792, 950
	}
	return true
}

// AppendICMP appends an IPv4 packet that carries an ICMP message.
func AppendICMP(b []byte, h Header, typ, code uint8, rest uint32, body []byte) ([]byte, error) {
	h.Protocol = ProtoICMP
	b, err := AppendIPv4(b, h, ICMPHeaderLen+len(body))
	if err != nil {
		return b, err
	}
	start := len(b)
	b = append(b, typ, code, 0, 0)
	b = binary.BigEndian.AppendUint32(b, rest)
	b = append(b, body...)
	binary.BigEndian.PutUint16(b[start+2:], Checksum(b[start:]))
	return b, nil
}

package ip

import "encoding/binary"

// A TCP is the beginning of a TCP segment, RFC 9293 §3.1, that was checked by
// ParseTCP: the header with its options is there.
type TCP []byte

// Flags of a TCP header.
const (
	TCPFin = 1 << iota
	TCPSyn
	TCPRst
	TCPPsh
	TCPAck
	TCPUrg
)

// TCPHeaderLen is the length of a TCP header without options, bytes.
const TCPHeaderLen = 20

// ParseTCP checks that the header of the TCP segment b is there. It does not
// look at the checksum.
func ParseTCP(b []byte) (TCP, error) {
	if len(b) < TCPHeaderLen {
		return nil, ErrShort
	}
	n := int(b[12]>>4) * 4
	if n < TCPHeaderLen {
		return nil, ErrLength
	}
	if n > len(b) {
		return nil, ErrShort
	}
	return TCP(b), nil
}

// HeaderLen returns the length of the header with options, bytes.
func (t TCP) HeaderLen() int { return int(t[12]>>4) * 4 }

// SrcPort returns the source port.
func (t TCP) SrcPort() uint16 { return binary.BigEndian.Uint16(t) }

// DstPort returns the destination port.
func (t TCP) DstPort() uint16 { return binary.BigEndian.Uint16(t[2:]) }

// Seq returns the sequence number.
func (t TCP) Seq() uint32 { return binary.BigEndian.Uint32(t[4:]) }

// Ack returns the acknowledgment number.
func (t TCP) Ack() uint32 { return binary.BigEndian.Uint32(t[8:]) }

// Flags returns the six classic flags.
func (t TCP) Flags() uint8 { return t[13] & 0x3f }

// Checksum returns the checksum field.
func (t TCP) Checksum() uint16 { return binary.BigEndian.Uint16(t[16:]) }

// Kinds of TCP options, RFC 9293 §3.2.
const (
	optEnd = 0
	optNop = 1
	optMSS = 2
)

// mssAt returns the offset of the value of the MSS option, or 0.
func (t TCP) mssAt() int {
	n := t.HeaderLen()
	for i := TCPHeaderLen; i < n; {
		switch t[i] {
		case optEnd:
			return 0
		case optNop:
			i++
			continue
		}
		if i+1 >= n || t[i+1] < 2 || i+int(t[i+1]) > n {
			return 0 // malformed: what follows cannot be read
		}
		if t[i] == optMSS && t[i+1] == 4 {
			return i + 2
		}
		i += int(t[i+1])
	}
	return 0
}

// MSS returns the value of the maximum segment size option, bytes; 0 where
// there is none.
func (t TCP) MSS() uint16 {
	if at := t.mssAt(); at > 0 {
		return binary.BigEndian.Uint16(t[at:])
	}
	return 0
}

// ClampMSS lowers the MSS option to limit and updates the checksum. It tells
// whether it changed anything: a missing or smaller option stays as it is.
func (t TCP) ClampMSS(limit uint16) bool {
	at := t.mssAt()
	if at == 0 {
		return false
	}
	old := binary.BigEndian.Uint16(t[at:])
	if old <= limit {
		return false
	}
	c := t.Checksum()
	if at%2 == 0 {
		c = UpdateChecksum(c, old, limit)
	} else {
		// The value lies across two words of the sum: adding it with its bytes
		// swapped is the same (RFC 1071 §2, byte order independence).
		c = UpdateChecksum(c, old<<8|old>>8, limit<<8|limit>>8)
	}
	binary.BigEndian.PutUint16(t[at:], limit)
	binary.BigEndian.PutUint16(t[16:], c)
	return true
}

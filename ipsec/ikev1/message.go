package ikev1

import (
	"encoding/binary"

	"axle/internal/wire"
)

// A Cookie is what one side calls an ISAKMP SA. RFC 2408 §2.5.3.
type Cookie [8]byte

// HeaderLen is the length of a header in bytes, version the only one there is:
// major 1, minor 0.
const (
	HeaderLen = 28
	version   = 0x10
)

// A Header is the header of a message, without its length. RFC 2408 §3.1.
type Header struct {
	Initiator, Responder Cookie // the responder's is zero in the first message
	Exchange             Exchange
	Flags                Flags
	MessageID            uint32 // 0 in phase 1
	// First is the kind of the first payload. AppendTo takes it from the payloads
	// where there are any.
	First Kind
}

// A Message is a message. One with FlagEncrypted has Sealed, others Payloads.
type Message struct {
	Header
	Payloads []Payload
	Sealed   []byte // ciphertext of the payloads
}

// Parse reads a message. It ends where its header says; what follows in b is no
// part of it. The message shares the memory of b.
func Parse(b []byte) (*Message, error) {
	m := &Message{}
	r := wire.NewReader(b)
	copy(m.Initiator[:], r.Take(8))
	copy(m.Responder[:], r.Take(8))
	m.First = Kind(r.U8())
	v := r.U8()
	m.Exchange, m.Flags, m.MessageID = Exchange(r.U8()), Flags(r.U8()), r.U32()
	size := r.U32()
	switch {
	case r.Err() != nil:
		return nil, &ParseError{"header", len(b), ErrShort}
	case v != version:
		return nil, &ParseError{"version", 17, ErrVersion}
	case size < HeaderLen:
		return nil, &ParseError{"length", 24, ErrFormat}
	case size > MaxMessage:
		return nil, &ParseError{"length", 24, ErrLimit}
	case int(size) > len(b):
		return nil, &ParseError{"length", 24, ErrShort}
	}
	body := b[HeaderLen:size:size]
	if m.Flags&FlagEncrypted != 0 {
		if len(body) == 0 {
			return nil, &ParseError{"ciphertext", HeaderLen, ErrShort}
		}
		m.Sealed = body
		return m, nil
	}
	payloads, rest, err := parseChain(m.First, body, HeaderLen)
	if err != nil {
		return nil, err
	}
	if len(rest) > 0 {
		return nil, &ParseError{"bytes behind the last payload", int(size) - len(rest), ErrFormat}
	}
	m.Payloads = payloads
	return m, nil
}

// AppendTo appends the wire form of m to b.
func (m *Message) AppendTo(b []byte) ([]byte, error) {
	start, first := len(b), m.First
	if len(m.Payloads) > 0 {
		first = m.Payloads[0].Kind()
	}
	b = append(b, m.Initiator[:]...)
	b = append(b, m.Responder[:]...)
	b = append(b, byte(first), version, byte(m.Exchange), byte(m.Flags))
	b = binary.BigEndian.AppendUint32(b, m.MessageID)
	b = append(b, 0, 0, 0, 0)
	var err error
	if m.Flags&FlagEncrypted != 0 {
		b = append(b, m.Sealed...)
	} else if b, err = AppendPayloads(b, m.Payloads); err != nil {
		return nil, err
	}
	if len(b)-start > MaxMessage {
		return nil, unwritable("message")
	}
	binary.BigEndian.PutUint32(b[start+24:], uint32(len(b)-start))
	return b, nil
}

// ParsePayloads reads a chain of payloads that begins with one of the kind first:
// the text of an encrypted message. The padding behind them is skipped; its bytes
// do not matter (RFC 2409 §5).
func ParsePayloads(first Kind, b []byte) ([]Payload, error) {
	payloads, _, err := parseChain(first, b, 0)
	return payloads, err
}

// parseChain reads payloads up to the last one and returns what is behind it.
// base is the offset of b in what errors count from.
func parseChain(next Kind, b []byte, base int) (payloads []Payload, rest []byte, err error) {
	off := 0
	for next != KindNone {
		kind, at := next, base+off
		if len(payloads) == MaxPayloads {
			return nil, nil, &ParseError{"payload", at, ErrLimit}
		}
		if len(b)-off < 4 {
			return nil, nil, &ParseError{"payload header", at, ErrShort}
		}
		size := int(binary.BigEndian.Uint16(b[off+2:]))
		switch {
		case b[off+1] != 0: // RFC 2408 §5.3
			return nil, nil, &ParseError{"reserved byte of a payload", at + 1, ErrFormat}
		case size < 4:
			return nil, nil, &ParseError{"payload length", at + 2, ErrFormat}
		case size > len(b)-off:
			return nil, nil, &ParseError{"payload length", at + 2, ErrShort}
		}
		p, err := parsePayload(kind, b[off+4:off+size:off+size], at+4)
		if err != nil {
			return nil, nil, err
		}
		payloads = append(payloads, p)
		next = Kind(b[off])
		off += size
	}
	return payloads, b[off:], nil
}

// AppendPayloads appends a chain of payloads to b.
func AppendPayloads(b []byte, payloads []Payload) ([]byte, error) {
	if len(payloads) > MaxPayloads {
		return nil, unwritable("payloads")
	}
	for i, p := range payloads {
		start := len(b)
		next := KindNone
		if i+1 < len(payloads) {
			next = payloads[i+1].Kind()
		}
		b = append(b, byte(next), 0, 0, 0)
		var err error
		if b, err = p.appendTo(b); err != nil {
			return nil, err
		}
		if len(b)-start > 0xffff {
			return nil, unwritable("payload")
		}
		binary.BigEndian.PutUint16(b[start+2:], uint16(len(b)-start))
	}
	return b, nil
}

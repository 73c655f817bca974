package ikev2

import (
	"encoding/binary"

	"axle/internal/wire"
)

// An SPI names one end of an IKE SA.
type SPI uint64

// An Exchange is the exchange that a message belongs to. RFC 7296 §3.1.
type Exchange uint8

// The exchanges. The last two are those of RFC 9242 and RFC 9370.
const (
	InitSA        Exchange = 34
	Authenticate  Exchange = 35
	CreateChild   Exchange = 36
	Informational Exchange = 37
	Intermediate  Exchange = 43
	FollowupKE    Exchange = 44
)

// Flags are the flags of the header.
type Flags uint8

// The flags. RFC 7296 §3.1.
const (
	FlagInitiator Flags = 0x08 // the sender made the first request of this IKE SA
	FlagVersion   Flags = 0x10 // the sender speaks a higher version
	FlagResponse  Flags = 0x20
)

// Sizes of the fixed parts.
const (
	HeaderSize  = 28 // bytes, of a message
	genericSize = 4  // bytes, of a payload's header
	version     = 2
)

// A Header is the fixed part of a message. RFC 7296 §3.1.
type Header struct {
	SPIi, SPIr SPI
	Minor      uint8 // version; 0
	Exchange   Exchange
	Flags      Flags
	MessageID  uint32
}

// A Message is an IKE message as it stands in a datagram, without the non-ESP
// marker. An Encrypted payload or a fragment is its last one.
type Message struct {
	Header
	Payloads []Payload
}

// Response reports whether the message answers a request.
func (h *Header) Response() bool { return h.Flags&FlagResponse != 0 }

// ParseHeader reads the header of the message that b is, and the type of its first
// payload. It checks version and length.
func ParseHeader(b []byte) (Header, PayloadType, error) {
	if len(b) < HeaderSize {
		return Header{}, 0, &ParseError{"header", len(b), ErrShort}
	}
	be := binary.BigEndian
	h := Header{
		SPIi: SPI(be.Uint64(b)), SPIr: SPI(be.Uint64(b[8:])), Minor: b[17] & 15,
		Exchange: Exchange(b[18]), Flags: Flags(b[19]), MessageID: be.Uint32(b[20:]),
	}
	size := be.Uint32(b[24:])
	switch {
	case b[17]>>4 != version:
		return h, 0, &ParseError{"version", 17, ErrVersion}
	case size > MaxMessageSize || len(b) > MaxMessageSize:
		return h, 0, &ParseError{"length", 24, ErrLimit}
	case size < HeaderSize || int(size) < len(b):
		return h, 0, &ParseError{"length", 24, ErrFormat}
	case int(size) > len(b):
		return h, 0, &ParseError{"length", 24, ErrShort}
	}
	return h, PayloadType(b[16]), nil
}

// Parse reads the message that b is, all of it. The message keeps no reference
// to b. The error is a *ParseError; then the message holds the header alone, and
// is nil where not even that could be read.
func Parse(b []byte) (*Message, error) {
	h, first, err := ParseHeader(b)
	if err != nil {
		return nil, err
	}
	m := &Message{Header: h}
	r := wire.NewReader(append([]byte(nil), b...))
	r.Skip(HeaderSize)
	payloads, err := parseChain(&r, first)
	if err != nil {
		return m, err
	}
	m.Payloads = payloads
	return m, nil
}

// AppendTo appends the wire form of m to b.
func (m *Message) AppendTo(b []byte) ([]byte, error) {
	start := len(b)
	b = m.Header.append(b, first(m.Payloads))
	b, err := AppendPayloads(b, m.Payloads)
	if err != nil {
		return nil, err
	}
	size := len(b) - start
	if size > MaxMessageSize {
		return nil, unwritable("message", ErrLimit)
	}
	binary.BigEndian.PutUint32(b[start+24:], uint32(size))
	return b, nil
}

// append appends the header with a length of zero.
func (h *Header) append(b []byte, first PayloadType) []byte {
	be := binary.BigEndian
	b = be.AppendUint64(b, uint64(h.SPIi))
	b = be.AppendUint64(b, uint64(h.SPIr))
	b = append(b, byte(first), version<<4|h.Minor&15, byte(h.Exchange), byte(h.Flags))
	b = be.AppendUint32(b, h.MessageID)
	return be.AppendUint32(b, 0)
}

package ikev2

import (
	"encoding/binary"

	"axle/internal/wire"
)

// A Protocol is what a proposal, a notification or a deletion is about.
type Protocol uint8

// The protocols. RFC 7296 §3.3.1.
const (
	ProtocolNone Protocol = 0
	ProtocolIKE  Protocol = 1
	ProtocolAH   Protocol = 2
	ProtocolESP  Protocol = 3
)

// A TransformType is a kind of algorithm. RFC 7296 §3.3.2.
type TransformType uint8

// The kinds. AdditionalKE1 is the first of seven: RFC 9370 §2.2.1.
const (
	TransformEncryption TransformType = 1
	TransformPRF        TransformType = 2
	TransformIntegrity  TransformType = 3
	TransformKE         TransformType = 4
	TransformESN        TransformType = 5
	AdditionalKE1       TransformType = 6
	AdditionalKE7       TransformType = 12
)

// The transforms of type TransformESN.
const (
	ESNOff uint16 = 0
	ESNOn  uint16 = 1
)

// keyLength is the one attribute of transforms, in the form of type and value.
const (
	keyLength   = 14
	attributeTV = 0x8000
)

// An SA is a Security Association payload: proposals, best first.
type SA struct{ Proposals []Proposal }

// A Proposal is a set of algorithms, some of which are alternatives.
type Proposal struct {
	Number     uint8 // the first is 1
	Protocol   Protocol
	SPI        []byte // nil, 4 or 8 bytes
	Transforms []Transform
}

// A Transform is an algorithm.
type Transform struct {
	Type    TransformType
	ID      uint16
	KeyBits int // of the key length attribute; 0: there is none
	// Other holds attributes that are not known. A transform with such a one is
	// not to be chosen: RFC 7296 §3.3.6.
	Other []Attribute
}

// An Attribute is a type and a value, of a transform or of a configuration.
type Attribute struct {
	Type  uint16 // 15 bits
	Short bool   // of transforms: the value is 2 bytes long and has no length field
	Value []byte
}

// Type implements Payload.
func (*SA) Type() PayloadType { return TypeSA }

// What follows a proposal or a transform: another one, or nothing.
const (
	noMore         = 0
	moreProposals  = 2
	moreTransforms = 3
)

func parseSA(r *wire.Reader) (Payload, error) {
	sa := &SA{}
	left := [2]int{MaxTransforms, MaxAttributes}
	for more := true; more; {
		if len(sa.Proposals) == MaxProposals {
			return nil, &ParseError{"proposal", r.Off(), ErrLimit}
		}
		at := r.Off()
		last := r.U8()
		r.Skip(1)
		size := int(r.U16())
		body := r.Sub(size - 4)
		if r.Err() != nil {
			return nil, &ParseError{"proposal", r.Short().Offset, ErrShort}
		}
		if last != noMore && last != moreProposals {
			return nil, &ParseError{"proposal", at, ErrFormat}
		}
		p, err := parseProposal(&body, &left)
		if err != nil {
			return nil, err
		}
		sa.Proposals = append(sa.Proposals, p)
		more = last != noMore
	}
	return sa, whole(r, "SA payload")
}

// parseProposal reads the proposal that r is, without its first four bytes. It
// takes what it holds from the transforms and attributes that are left to the
// payload.
func parseProposal(r *wire.Reader, left *[2]int) (Proposal, error) {
	p := Proposal{Number: r.U8(), Protocol: Protocol(r.U8())}
	size, n, at := int(r.U8()), int(r.U8()), r.Off()
	if size > 0 {
		p.SPI = r.Take(size)
	}
	if size != 0 && size != 4 && size != 8 {
		return p, &ParseError{"size of the SPI", at - 2, ErrFormat}
	}
	for i := range n {
		if left[0]--; left[0] < 0 {
			return p, &ParseError{"transform", r.Off(), ErrLimit}
		}
		t, err := parseTransform(r, i+1 == n, left)
		if err != nil {
			return p, err
		}
		p.Transforms = append(p.Transforms, t)
	}
	return p, whole(r, "proposal")
}

// parseTransform reads the next transform of a proposal.
func parseTransform(r *wire.Reader, isLast bool, left *[2]int) (Transform, error) {
	at := r.Off()
	last := r.U8()
	r.Skip(1)
	body := r.Sub(int(r.U16()) - 4)
	t := Transform{Type: TransformType(body.U8())}
	body.Skip(1)
	t.ID = body.U16()
	if r.Err() != nil || body.Err() != nil {
		return t, &ParseError{"transform", at, ErrShort}
	}
	if isLast != (last == noMore) || !isLast && last != moreTransforms {
		return t, &ParseError{"transform", at, ErrFormat}
	}
	for body.Len() > 0 {
		if left[1]--; left[1] < 0 {
			return t, &ParseError{"attribute", body.Off(), ErrLimit}
		}
		at := body.Off()
		kind := body.U16()
		a := Attribute{Type: kind &^ attributeTV, Short: kind&attributeTV != 0}
		if a.Short {
			a.Value = body.Take(2)
		} else if n := int(body.U16()); n > 0 {
			a.Value = body.Take(n)
		}
		if body.Err() != nil {
			return t, &ParseError{"attribute", body.Short().Offset, ErrShort}
		}
		if a.Type != keyLength || !a.Short {
			t.Other = append(t.Other, a)
			continue
		}
		bits := int(binary.BigEndian.Uint16(a.Value))
		if bits == 0 || t.KeyBits != 0 {
			return t, &ParseError{"key length", at, ErrFormat}
		}
		t.KeyBits = bits
	}
	return t, nil
}

func (s *SA) append(b []byte) ([]byte, error) {
	if n := len(s.Proposals); n == 0 || n > MaxProposals {
		return nil, unwritable("proposals", ErrLimit)
	}
	total := 0
	for i := range s.Proposals {
		p := &s.Proposals[i]
		start, last := len(b), byte(moreProposals)
		if i+1 == len(s.Proposals) {
			last = noMore
		}
		if n := len(p.SPI); n != 0 && n != 4 && n != 8 {
			return nil, unwritable("size of the SPI", ErrValue)
		}
		if total += len(p.Transforms); total > MaxTransforms {
			return nil, unwritable("transforms", ErrLimit)
		}
		b = append(b, last, 0, 0, 0, p.Number, byte(p.Protocol), byte(len(p.SPI)), byte(len(p.Transforms)))
		b = append(b, p.SPI...)
		for j := range p.Transforms {
			var err error
			if b, err = p.Transforms[j].append(b, j+1 == len(p.Transforms)); err != nil {
				return nil, err
			}
		}
		if len(b)-start > maxPayloadLength {
			return nil, unwritable("proposal", ErrLimit)
		}
		binary.BigEndian.PutUint16(b[start+2:], uint16(len(b)-start))
	}
	return b, nil
}

func (t *Transform) append(b []byte, isLast bool) ([]byte, error) {
	be := binary.BigEndian
	start, last := len(b), byte(moreTransforms)
	if isLast {
		last = noMore
	}
	b = append(b, last, 0, 0, 0, byte(t.Type), 0)
	b = be.AppendUint16(b, t.ID)
	if t.KeyBits != 0 {
		if t.KeyBits < 0 || t.KeyBits > 0xffff {
			return nil, unwritable("key length", ErrValue)
		}
		b = be.AppendUint16(b, attributeTV|keyLength)
		b = be.AppendUint16(b, uint16(t.KeyBits))
	}
	for _, a := range t.Other {
		switch {
		case a.Short && len(a.Value) == 2:
			b = be.AppendUint16(b, attributeTV|a.Type)
		case a.Short || len(a.Value) > 0xffff || a.Type >= attributeTV:
			return nil, unwritable("attribute", ErrValue)
		default:
			b = be.AppendUint16(b, a.Type)
			b = be.AppendUint16(b, uint16(len(a.Value)))
		}
		b = append(b, a.Value...)
	}
	if len(b)-start > maxPayloadLength {
		return nil, unwritable("transform", ErrLimit)
	}
	be.PutUint16(b[start+2:], uint16(len(b)-start))
	return b, nil
}

package ikev1

import (
	"encoding/binary"

	"axle/internal/wire"
)

// An SA is a list of proposals, or the one that was chosen. RFC 2408 §3.4, RFC 2407
// §4.6.1.
type SA struct{ Proposals []Proposal }

// A Proposal is a protocol with a choice of transforms. Proposals with one number
// belong together. RFC 2408 §3.5.
type Proposal struct {
	Number     uint8
	Protocol   Protocol
	SPI        []byte
	Transforms []Transform
}

// A Transform is a set of algorithms, best first. RFC 2408 §3.6.
type Transform struct {
	Number     uint8
	ID         uint8 // TransformKeyIKE, or an ESP transform
	Attributes []Attribute
}

// An Attribute is one property of a transform. RFC 2408 §3.3.
type Attribute struct {
	Type  uint16 // 15 bits
	Long  bool   // in the form with a length; else Value has 2 bytes
	Value []byte
}

// Number returns an attribute of one number; a long one has as many bytes as the
// number needs (at least 4, as IOS writes them).
func Number(t uint16, n uint64) Attribute {
	if n <= 0xffff {
		return Attribute{Type: t, Value: binary.BigEndian.AppendUint16(nil, uint16(n))}
	}
	if n <= 0xffffffff {
		return Attribute{Type: t, Long: true, Value: binary.BigEndian.AppendUint32(nil, uint32(n))}
	}
	return Attribute{Type: t, Long: true, Value: binary.BigEndian.AppendUint64(nil, n)}
}

// Uint returns the value as a number; false for one of no byte, or above 64 bits.
func (a Attribute) Uint() (uint64, bool) {
	v := a.Value
	for len(v) > 8 && v[0] == 0 {
		v = v[1:]
	}
	if len(v) == 0 || len(v) > 8 {
		return 0, false
	}
	var n uint64
	for _, c := range v {
		n = n<<8 | uint64(c)
	}
	return n, true
}

// Kind implements Payload.
func (*SA) Kind() Kind { return KindSA }

// Body returns the payload without its generic header: SAi_b of RFC 2409 §5.
func (p *SA) Body() ([]byte, error) { return p.appendTo(nil) }

// The kinds of payloads within an SA payload.
const (
	kindProposal  = 2
	kindTransform = 3
)

func (p *SA) appendTo(b []byte) ([]byte, error) {
	if len(p.Proposals) > MaxProposals {
		return nil, unwritable("proposals")
	}
	b = binary.BigEndian.AppendUint32(b, doiIPsec)
	b = binary.BigEndian.AppendUint32(b, situationIdentity)
	for i := range p.Proposals {
		start := len(b)
		b = append(b, follow(kindProposal, i, len(p.Proposals)), 0, 0, 0)
		var err error
		if b, err = p.Proposals[i].appendTo(b); err != nil {
			return nil, err
		}
		if len(b)-start > 0xffff {
			return nil, unwritable("proposal")
		}
		binary.BigEndian.PutUint16(b[start+2:], uint16(len(b)-start))
	}
	return b, nil
}

// follow returns the next payload field of the i-th of n.
func follow(kind byte, i, n int) byte {
	if i+1 == n {
		return 0
	}
	return kind
}

func (p *Proposal) appendTo(b []byte) ([]byte, error) {
	if len(p.SPI) > MaxSPISize || len(p.Transforms) > MaxTransforms {
		return nil, unwritable("proposal")
	}
	b = append(b, p.Number, byte(p.Protocol), byte(len(p.SPI)), byte(len(p.Transforms)))
	b = append(b, p.SPI...)
	for i, t := range p.Transforms {
		start := len(b)
		b = append(b, follow(kindTransform, i, len(p.Transforms)), 0, 0, 0, t.Number, t.ID, 0, 0)
		var err error
		if b, err = appendAttributes(b, t.Attributes); err != nil {
			return nil, err
		}
		if len(b)-start > 0xffff {
			return nil, unwritable("transform")
		}
		binary.BigEndian.PutUint16(b[start+2:], uint16(len(b)-start))
	}
	return b, nil
}

// appendAttributes appends attributes to b.
func appendAttributes(b []byte, attributes []Attribute) ([]byte, error) {
	if len(attributes) > MaxAttributes {
		return nil, unwritable("attributes")
	}
	for _, a := range attributes {
		if !a.Long && len(a.Value) != 2 || len(a.Value) > 0xff00 || a.Type >= 0x8000 {
			return nil, unwritable("attribute")
		}
		if a.Long {
			b = binary.BigEndian.AppendUint16(b, a.Type)
			b = binary.BigEndian.AppendUint16(b, uint16(len(a.Value)))
		} else {
			b = binary.BigEndian.AppendUint16(b, a.Type|0x8000)
		}
		b = append(b, a.Value...)
	}
	return b, nil
}

func parseSA(b []byte, at int) (Payload, error) {
	r := wire.NewReader(b)
	doi, situation := r.U32(), r.U32()
	switch {
	case r.Err() != nil:
		return nil, &ParseError{"SA", at, ErrShort}
	case doi != doiIPsec:
		return nil, &ParseError{"DOI", at, ErrFormat}
	case situation != situationIdentity:
		return nil, &ParseError{"situation", at + 4, ErrFormat}
	}
	sa := &SA{}
	for more := r.Len() > 0; more; {
		if len(sa.Proposals) == MaxProposals {
			return nil, &ParseError{"proposal", at + r.Off(), ErrLimit}
		}
		inner, last, err := sub(&r, kindProposal, "proposal", at)
		if err != nil {
			return nil, err
		}
		p, err := parseProposal(&inner, at)
		if err != nil {
			return nil, err
		}
		sa.Proposals = append(sa.Proposals, p)
		more = !last
	}
	if r.Len() > 0 {
		return nil, &ParseError{"proposal", at + r.Off(), ErrFormat}
	}
	return sa, nil
}

// sub reads the generic header of a proposal or transform and returns a reader
// of its body, and whether it is the last.
func sub(r *wire.Reader, kind byte, field string, at int) (wire.Reader, bool, error) {
	off := at + r.Off()
	next, reserved, size := r.U8(), r.U8(), int(r.U16())
	body := r.Sub(size - 4)
	switch {
	case r.Err() != nil && size < 4 && r.Short().Want < 0, r.Err() == nil && (reserved != 0 || next != kind && next != 0):
		return body, false, &ParseError{field, off, ErrFormat}
	case r.Err() != nil:
		return body, false, &ParseError{field, off, ErrShort}
	}
	return body, next == 0, nil
}

func parseProposal(r *wire.Reader, at int) (Proposal, error) {
	off := at + r.Off()
	p := Proposal{Number: r.U8(), Protocol: Protocol(r.U8())}
	size, n := int(r.U8()), int(r.U8())
	p.SPI = r.Take(size)
	switch {
	case r.Err() != nil:
		return p, &ParseError{"proposal", off, ErrShort}
	case size > MaxSPISize:
		return p, &ParseError{"SPI", off + 4, ErrLimit}
	case n > MaxTransforms:
		return p, &ParseError{"transforms", off + 3, ErrLimit}
	}
	for i := range n {
		inner, last, err := sub(r, kindTransform, "transform", at)
		if err != nil {
			return p, err
		}
		if last != (i == n-1) {
			return p, &ParseError{"transform", at + r.Off(), ErrFormat}
		}
		t, err := parseTransform(&inner, at)
		if err != nil {
			return p, err
		}
		p.Transforms = append(p.Transforms, t)
	}
	if r.Len() > 0 {
		return p, &ParseError{"proposal", at + r.Off(), ErrFormat}
	}
	return p, nil
}

func parseTransform(r *wire.Reader, at int) (Transform, error) {
	off := at + r.Off()
	t := Transform{Number: r.U8(), ID: r.U8()}
	if reserved := r.U16(); r.Err() == nil && reserved != 0 {
		return t, &ParseError{"transform", off + 2, ErrFormat}
	}
	if r.Err() != nil {
		return t, &ParseError{"transform", off, ErrShort}
	}
	var err error
	t.Attributes, err = parseAttributes(r.Rest(), off+4)
	return t, err
}

// parseAttributes reads attributes up to the end of b; at is its offset.
func parseAttributes(b []byte, at int) ([]Attribute, error) {
	r := wire.NewReader(b)
	var attributes []Attribute
	for r.Len() > 0 {
		if len(attributes) == MaxAttributes {
			return nil, &ParseError{"attribute", at + r.Off(), ErrLimit}
		}
		kind := r.U16()
		a := Attribute{Type: kind & 0x7fff, Long: kind < 0x8000}
		n := 2
		if a.Long {
			n = int(r.U16())
		}
		a.Value = r.Take(n)
		attributes = append(attributes, a)
	}
	if r.Err() != nil {
		return nil, &ParseError{"attribute", at, ErrShort}
	}
	return attributes, nil
}

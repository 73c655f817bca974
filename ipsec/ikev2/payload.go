package ikev2

import (
	"encoding/binary"

	"axle/internal/wire"
)

// A PayloadType is the type of a payload. RFC 7296 §3.2.
type PayloadType uint8

// The payloads. Fragment is that of RFC 7383.
const (
	TypeNone         PayloadType = 0
	TypeSA           PayloadType = 33
	TypeKE           PayloadType = 34
	TypeIDi          PayloadType = 35
	TypeIDr          PayloadType = 36
	TypeCert         PayloadType = 37
	TypeCertRequest  PayloadType = 38
	TypeAuth         PayloadType = 39
	TypeNonce        PayloadType = 40
	TypeNotify       PayloadType = 41
	TypeDelete       PayloadType = 42
	TypeVendor       PayloadType = 43
	TypeTSi          PayloadType = 44
	TypeTSr          PayloadType = 45
	TypeEncrypted    PayloadType = 46
	TypeConfig       PayloadType = 47
	TypeEAP          PayloadType = 48
	TypeFragment     PayloadType = 53
	criticalBit                  = 0x80
	maxPayloadLength             = 65535 // bytes, with the generic header
)

// A Payload is one of the types below: *SA, *KE, *ID, *Cert, *CertRequest, *Auth,
// *Nonce, *Notify, *Delete, *Vendor, *Selectors, *Encrypted, *Fragment, *Config,
// *EAP or *Unknown.
type Payload interface {
	// Type returns the type under which the payload is written.
	Type() PayloadType
	// append appends the payload without its generic header.
	append(b []byte) ([]byte, error)
}

// An Unknown is a payload that the package does not know. One with Critical must
// not be passed over: RFC 7296 §2.5.
type Unknown struct {
	Kind     PayloadType
	Critical bool
	Data     []byte
}

// Type implements Payload.
func (u *Unknown) Type() PayloadType { return u.Kind }

func (u *Unknown) append(b []byte) ([]byte, error) {
	if u.Kind.known() {
		return nil, unwritable("unknown payload", ErrValue)
	}
	return append(b, u.Data...), nil
}

// known reports whether there is a type for payloads of type t.
func (t PayloadType) known() bool {
	return t == TypeNone || t >= TypeSA && t <= TypeEAP || t == TypeFragment
}

// ParsePayloads reads the chain of payloads that b is, of which the first has the
// given type: what was inside an Encrypted payload. The payloads share b's memory.
func ParsePayloads(first PayloadType, b []byte) ([]Payload, error) {
	r := wire.NewReader(b)
	return parseChain(&r, first)
}

// parseChain reads payloads to the end of r.
func parseChain(r *wire.Reader, next PayloadType) ([]Payload, error) {
	var list []Payload
	for next != TypeNone {
		if len(list) == MaxPayloads {
			return nil, &ParseError{"payload", r.Off(), ErrLimit}
		}
		kind, at := next, r.Off()
		next = PayloadType(r.U8())
		critical := r.U8()&criticalBit != 0
		size := int(r.U16())
		if r.Err() == nil && size < genericSize {
			return nil, &ParseError{kind.String() + " payload length", at + 2, ErrFormat}
		}
		body := r.Sub(size - genericSize)
		if r.Err() != nil {
			return nil, &ParseError{kind.String() + " payload", r.Short().Offset, ErrShort}
		}
		p, err := parsePayload(kind, &body)
		if err != nil {
			return nil, err
		}
		switch p := p.(type) {
		case *Unknown:
			p.Critical = critical
		case *Encrypted:
			// Its field names the first payload inside, and it is the last.
			p.First, next = next, TypeNone
		case *Fragment:
			p.First, next = next, TypeNone
		}
		list = append(list, p)
	}
	return list, whole(r, "bytes behind the last payload")
}

// parsePayload reads the payload that r is, without its generic header.
func parsePayload(kind PayloadType, r *wire.Reader) (Payload, error) {
	switch kind {
	case TypeSA:
		return parseSA(r)
	case TypeKE:
		return parseKE(r)
	case TypeIDi, TypeIDr:
		return parseID(kind, r)
	case TypeCert:
		return parseCert(r)
	case TypeCertRequest:
		return parseCertRequest(r)
	case TypeAuth:
		return parseAuth(r)
	case TypeNonce:
		return parseNonce(r)
	case TypeNotify:
		return parseNotify(r)
	case TypeDelete:
		return parseDelete(r)
	case TypeVendor:
		return &Vendor{Data: rest(r)}, nil
	case TypeTSi, TypeTSr:
		return parseSelectors(kind, r)
	case TypeEncrypted:
		return &Encrypted{Data: rest(r)}, nil
	case TypeConfig:
		return parseConfig(r)
	case TypeEAP:
		return &EAP{Data: rest(r)}, nil
	case TypeFragment:
		return parseFragment(r)
	}
	return &Unknown{Kind: kind, Data: rest(r)}, nil
}

// rest returns the bytes that are left, nil for none.
func rest(r *wire.Reader) []byte {
	if r.Len() == 0 {
		return nil
	}
	return r.Rest()
}

// first returns the type of the first payload of a list.
func first(list []Payload) PayloadType {
	if len(list) == 0 {
		return TypeNone
	}
	return list[0].Type()
}

// AppendPayloads appends a chain of payloads to b. The type of the first one
// stands elsewhere: in the header, or in an Encrypted payload.
func AppendPayloads(b []byte, list []Payload) ([]byte, error) {
	if len(list) > MaxPayloads {
		return nil, unwritable("payloads", ErrLimit)
	}
	for i, p := range list {
		start := len(b)
		next, flags := first(list[i+1:]), byte(0)
		switch p := p.(type) {
		case *Unknown:
			if p.Critical {
				flags = criticalBit
			}
		case *Encrypted:
			next = p.First
		case *Fragment:
			next = p.First
		}
		if closes(p) && i+1 < len(list) {
			return nil, unwritable("payload behind an encrypted one", ErrValue)
		}
		var err error
		if b, err = p.append(append(b, byte(next), flags, 0, 0)); err != nil {
			return nil, err
		}
		if len(b)-start > maxPayloadLength {
			return nil, unwritable(p.Type().String()+" payload", ErrLimit)
		}
		binary.BigEndian.PutUint16(b[start+2:], uint16(len(b)-start))
	}
	return b, nil
}

// closes reports whether no payload may follow p.
func closes(p Payload) bool {
	return p.Type() == TypeEncrypted || p.Type() == TypeFragment
}

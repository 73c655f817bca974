package ikev1

import (
	"encoding/binary"

	"axle/internal/wire"
)

// A Payload is one payload of a message: an *SA, KE, *ID, *Cert, *CertReq, Hash,
// Sig, Nonce, *Notify, *Delete, Vendor, *NATD, *NATOA, *Fragment or *Other.
type Payload interface {
	// Kind returns the number of the payload.
	Kind() Kind
	// appendTo appends the payload without its generic header.
	appendTo(b []byte) ([]byte, error)
}

type (
	// KE is a public value of a key exchange. RFC 2408 §3.7.
	KE []byte
	// Hash is what a hash function computed. RFC 2408 §3.11.
	Hash []byte
	// Sig is a signature. RFC 2408 §3.12.
	Sig []byte
	// Nonce is a nonce. RFC 2408 §3.13.
	Nonce []byte
	// Vendor is a vendor ID. RFC 2408 §3.16.
	Vendor []byte
)

// A Cert is a certificate. RFC 2408 §3.9.
type Cert struct {
	Encoding uint8 // CertX509Signature
	Data     []byte
}

// A CertReq asks for a certificate of an authority. RFC 2408 §3.10.
type CertReq struct {
	Encoding  uint8
	Authority []byte // its name in DER; empty: any
}

// CertX509Signature is the encoding of X.509 certificates for signatures.
const CertX509Signature = 4

// A Notify is a notification. RFC 2408 §3.14.
type Notify struct {
	DOI      uint32 // 1 for IPsec, 0 for ISAKMP
	Protocol Protocol
	SPI      []byte // of the SA that it is about; may be empty
	Type     NotifyType
	Data     []byte
}

// A Delete says that the sender has deleted SAs. RFC 2408 §3.15.
type Delete struct {
	DOI      uint32
	Protocol Protocol
	SPIs     [][]byte // all of one length: 4 bytes, or the 16 of both cookies
}

// A NATD is the hash of an address, so that NAT is found. RFC 3947 §3.2.
type NATD struct {
	Hash  []byte
	Draft bool // with the number of the drafts
}

// A NATOA is an address before NAT. RFC 3947 §5.2.
type NATOA struct {
	Type  IDType // IDIPv4 or IDIPv6
	Addr  []byte
	Draft bool // with the number of the drafts
}

// A Fragment is a part of a message, as Cisco and Microsoft cut them.
type Fragment struct {
	ID     uint16
	Number uint8 // from 1
	Flags  uint8 // 1: the last
	Data   []byte
}

// An Other is a payload that the package does not know.
type Other struct {
	Number Kind
	Data   []byte
}

// Kind implements Payload.
func (KE) Kind() Kind { return KindKE }

// Kind implements Payload.
func (Hash) Kind() Kind { return KindHash }

// Kind implements Payload.
func (Sig) Kind() Kind { return KindSig }

// Kind implements Payload.
func (Nonce) Kind() Kind { return KindNonce }

// Kind implements Payload.
func (Vendor) Kind() Kind { return KindVendor }

// Kind implements Payload.
func (*Cert) Kind() Kind { return KindCert }

// Kind implements Payload.
func (*CertReq) Kind() Kind { return KindCertReq }

// Kind implements Payload.
func (*Notify) Kind() Kind { return KindNotify }

// Kind implements Payload.
func (*Delete) Kind() Kind { return KindDelete }

// Kind implements Payload.
func (p *NATD) Kind() Kind {
	if p.Draft {
		return KindNATDDraft
	}
	return KindNATD
}

// Kind implements Payload.
func (p *NATOA) Kind() Kind {
	if p.Draft {
		return KindNATOADraft
	}
	return KindNATOA
}

// Kind implements Payload.
func (*Fragment) Kind() Kind { return KindFragment }

// Kind implements Payload.
func (p *Other) Kind() Kind { return p.Number }

func (p KE) appendTo(b []byte) ([]byte, error)     { return append(b, p...), nil }
func (p Hash) appendTo(b []byte) ([]byte, error)   { return append(b, p...), nil }
func (p Sig) appendTo(b []byte) ([]byte, error)    { return append(b, p...), nil }
func (p Nonce) appendTo(b []byte) ([]byte, error)  { return append(b, p...), nil }
func (p Vendor) appendTo(b []byte) ([]byte, error) { return append(b, p...), nil }
func (p *NATD) appendTo(b []byte) ([]byte, error)  { return append(b, p.Hash...), nil }
func (p *Other) appendTo(b []byte) ([]byte, error) { return append(b, p.Data...), nil }

func (p *Cert) appendTo(b []byte) ([]byte, error) {
	return append(append(b, p.Encoding), p.Data...), nil
}

func (p *CertReq) appendTo(b []byte) ([]byte, error) {
	return append(append(b, p.Encoding), p.Authority...), nil
}

func (p *NATOA) appendTo(b []byte) ([]byte, error) {
	return append(append(b, byte(p.Type), 0, 0, 0), p.Addr...), nil
}

func (p *Fragment) appendTo(b []byte) ([]byte, error) {
	b = binary.BigEndian.AppendUint16(b, p.ID)
	return append(append(b, p.Number, p.Flags), p.Data...), nil
}

func (p *Notify) appendTo(b []byte) ([]byte, error) {
	if len(p.SPI) > MaxSPISize {
		return nil, unwritable("SPI of a notification")
	}
	b = binary.BigEndian.AppendUint32(b, p.DOI)
	b = append(b, byte(p.Protocol), byte(len(p.SPI)))
	b = binary.BigEndian.AppendUint16(b, uint16(p.Type))
	return append(append(b, p.SPI...), p.Data...), nil
}

func (p *Delete) appendTo(b []byte) ([]byte, error) {
	if len(p.SPIs) == 0 || len(p.SPIs) > MaxSPIs || len(p.SPIs[0]) > MaxSPISize {
		return nil, unwritable("SPIs of a delete payload")
	}
	b = binary.BigEndian.AppendUint32(b, p.DOI)
	b = append(b, byte(p.Protocol), byte(len(p.SPIs[0])))
	b = binary.BigEndian.AppendUint16(b, uint16(len(p.SPIs)))
	for _, spi := range p.SPIs {
		if len(spi) != len(p.SPIs[0]) {
			return nil, unwritable("SPIs of a delete payload")
		}
		b = append(b, spi...)
	}
	return b, nil
}

// parsePayload reads one payload without its generic header; at is its offset.
func parsePayload(kind Kind, b []byte, at int) (Payload, error) {
	switch kind {
	case KindSA:
		return parseSA(b, at)
	case KindKE:
		return KE(b), nil
	case KindID:
		return parseID(b, at)
	case KindCert, KindCertReq:
		if len(b) < 1 {
			return nil, &ParseError{"certificate", at, ErrShort}
		}
		if kind == KindCert {
			return &Cert{b[0], b[1:]}, nil
		}
		return &CertReq{b[0], b[1:]}, nil
	case KindHash:
		return Hash(b), nil
	case KindSig:
		return Sig(b), nil
	case KindNonce:
		if len(b) < MinNonce || len(b) > MaxNonce {
			return nil, &ParseError{"nonce", at, ErrLimit}
		}
		return Nonce(b), nil
	case KindNotify:
		return parseNotify(b, at)
	case KindDelete:
		return parseDelete(b, at)
	case KindVendor:
		return Vendor(b), nil
	case KindNATD, KindNATDDraft:
		return &NATD{b, kind == KindNATDDraft}, nil
	case KindNATOA, KindNATOADraft:
		return parseNATOA(b, at, kind == KindNATOADraft)
	case KindFragment:
		if len(b) < 4 {
			return nil, &ParseError{"fragment", at, ErrShort}
		}
		return &Fragment{binary.BigEndian.Uint16(b), b[2], b[3], b[4:]}, nil
	}
	return &Other{kind, b}, nil
}

func parseNotify(b []byte, at int) (Payload, error) {
	r := wire.NewReader(b)
	p := &Notify{DOI: r.U32(), Protocol: Protocol(r.U8())}
	size := int(r.U8())
	p.Type = NotifyType(r.U16())
	p.SPI, p.Data = r.Take(size), r.Rest()
	if r.Err() != nil {
		return nil, &ParseError{"notification", at, ErrShort}
	}
	if size > MaxSPISize {
		return nil, &ParseError{"SPI of a notification", at + 8, ErrLimit}
	}
	return p, nil
}

func parseDelete(b []byte, at int) (Payload, error) {
	r := wire.NewReader(b)
	p := &Delete{DOI: r.U32(), Protocol: Protocol(r.U8())}
	size, n := int(r.U8()), int(r.U16())
	if r.Err() == nil && (n == 0 || n > MaxSPIs || size > MaxSPISize) {
		return nil, &ParseError{"SPIs of a delete payload", at + 5, ErrLimit}
	}
	for range n {
		p.SPIs = append(p.SPIs, r.Take(size))
	}
	if r.Err() != nil {
		return nil, &ParseError{"delete payload", at, ErrShort}
	}
	if r.Len() > 0 {
		return nil, &ParseError{"delete payload", at + r.Off(), ErrFormat}
	}
	return p, nil
}

func parseNATOA(b []byte, at int, draft bool) (Payload, error) {
	if len(b) < 4 {
		return nil, &ParseError{"original address", at, ErrShort}
	}
	p := &NATOA{Type: IDType(b[0]), Addr: b[4:], Draft: draft}
	fits := p.Type == IDIPv4 && len(p.Addr) == 4 || p.Type == IDIPv6 && len(p.Addr) == 16
	if b[1]|b[2]|b[3] != 0 || !fits {
		return nil, &ParseError{"original address", at, ErrFormat}
	}
	return p, nil
}

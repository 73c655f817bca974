package ikev2

import (
	"encoding/binary"

	"axle/internal/wire"
	"axle/ipsec/suite"
)

// A KE is a Key Exchange payload. RFC 7296 §3.4.
type KE struct {
	Group suite.Group
	Data  []byte // the public value, or what ML-KEM encapsulated
}

// A Nonce is a Nonce payload: MinNonce to MaxNonce bytes. RFC 7296 §3.9.
type Nonce struct{ Data []byte }

// An IDType is the kind of an identity. RFC 7296 §3.5.
type IDType uint8

// The kinds of identities.
const (
	IDIPv4  IDType = 1
	IDFQDN  IDType = 2
	IDEmail IDType = 3
	IDIPv6  IDType = 5
	IDDN    IDType = 9
	IDGN    IDType = 10
	IDKeyID IDType = 11
	IDNull  IDType = 13
)

// An ID is an Identification payload, of the initiator or of the responder.
type ID struct {
	Responder bool
	Kind      IDType
	Reserved  [3]byte // as received: AUTH covers it
	Data      []byte
}

// A CertEncoding is the form of a certificate. RFC 7296 §3.6.
type CertEncoding uint8

// The encodings that are known by name.
const (
	CertX509 CertEncoding = 4
	CertCRL  CertEncoding = 7
	CertURL  CertEncoding = 12 // hash and URL
)

// A Cert is a Certificate payload.
type Cert struct {
	Encoding CertEncoding
	Data     []byte
}

// A CertRequest is a Certificate Request payload. With CertX509 the data are the
// SHA-1 hashes of the public keys of trusted authorities, 20 bytes each.
type CertRequest struct {
	Encoding CertEncoding
	Data     []byte
}

// An AuthMethod is how an AUTH payload was computed. RFC 7296 §3.8.
type AuthMethod uint8

// The methods. RFC 4754 has the three of ECDSA, RFC 7427 the last.
const (
	AuthRSA       AuthMethod = 1 // with SHA-1
	AuthPSK       AuthMethod = 2
	AuthECDSA256  AuthMethod = 9
	AuthECDSA384  AuthMethod = 10
	AuthECDSA521  AuthMethod = 11
	AuthNull      AuthMethod = 13
	AuthSignature AuthMethod = 14
)

// An Auth is an Authentication payload.
type Auth struct {
	Method AuthMethod
	Data   []byte
}

// A Vendor is a Vendor ID payload.
type Vendor struct{ Data []byte }

// An EAP is an EAP payload, which is not looked into.
type EAP struct{ Data []byte }

// Type implements Payload.
func (*KE) Type() PayloadType { return TypeKE }

// Type implements Payload.
func (*Nonce) Type() PayloadType { return TypeNonce }

// Type implements Payload.
func (i *ID) Type() PayloadType {
	if i.Responder {
		return TypeIDr
	}
	return TypeIDi
}

// Type implements Payload.
func (*Cert) Type() PayloadType { return TypeCert }

// Type implements Payload.
func (*CertRequest) Type() PayloadType { return TypeCertRequest }

// Type implements Payload.
func (*Auth) Type() PayloadType { return TypeAuth }

// Type implements Payload.
func (*Vendor) Type() PayloadType { return TypeVendor }

// Type implements Payload.
func (*EAP) Type() PayloadType { return TypeEAP }

func parseKE(r *wire.Reader) (Payload, error) {
	k := &KE{Group: suite.Group(r.U16())}
	r.Skip(2)
	k.Data = rest(r)
	return k, whole(r, "key exchange")
}

func (k *KE) append(b []byte) ([]byte, error) {
	b = binary.BigEndian.AppendUint16(b, uint16(k.Group))
	return append(append(b, 0, 0), k.Data...), nil
}

func parseNonce(r *wire.Reader) (Payload, error) {
	if n := r.Len(); n < MinNonce || n > MaxNonce {
		return nil, &ParseError{"nonce", r.Off(), ErrLimit}
	}
	return &Nonce{Data: r.Rest()}, nil
}

func (n *Nonce) append(b []byte) ([]byte, error) {
	if l := len(n.Data); l < MinNonce || l > MaxNonce {
		return nil, unwritable("nonce", ErrLimit)
	}
	return append(b, n.Data...), nil
}

func parseID(kind PayloadType, r *wire.Reader) (Payload, error) {
	i := &ID{Responder: kind == TypeIDr, Kind: IDType(r.U8())}
	copy(i.Reserved[:], r.Take(3))
	i.Data = rest(r)
	return i, whole(r, "identity")
}

// Body returns the payload without its generic header: what AUTH covers of it.
func (i *ID) Body() []byte {
	b, _ := i.append(nil)
	return b
}

func (i *ID) append(b []byte) ([]byte, error) {
	b = append(b, byte(i.Kind))
	return append(append(b, i.Reserved[:]...), i.Data...), nil
}

func parseCert(r *wire.Reader) (Payload, error) {
	c := &Cert{Encoding: CertEncoding(r.U8()), Data: rest(r)}
	return c, whole(r, "certificate")
}

func (c *Cert) append(b []byte) ([]byte, error) {
	return append(append(b, byte(c.Encoding)), c.Data...), nil
}

func parseCertRequest(r *wire.Reader) (Payload, error) {
	c := &CertRequest{Encoding: CertEncoding(r.U8()), Data: rest(r)}
	return c, whole(r, "certificate request")
}

func (c *CertRequest) append(b []byte) ([]byte, error) {
	return append(append(b, byte(c.Encoding)), c.Data...), nil
}

func parseAuth(r *wire.Reader) (Payload, error) {
	a := &Auth{Method: AuthMethod(r.U8())}
	r.Skip(3)
	a.Data = rest(r)
	return a, whole(r, "authentication")
}

func (a *Auth) append(b []byte) ([]byte, error) {
	return append(append(b, byte(a.Method), 0, 0, 0), a.Data...), nil
}

func (v *Vendor) append(b []byte) ([]byte, error) { return append(b, v.Data...), nil }

func (e *EAP) append(b []byte) ([]byte, error) { return append(b, e.Data...), nil }

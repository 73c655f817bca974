package ikev1

import (
	"time"

	"axle/ipsec/suite"
)

// The attributes of phase 2. RFC 2407 §4.5, and 11 of RFC 4304.
const (
	attr2LifeType      = 1
	attr2LifeDuration  = 2
	attr2Group         = 3
	attr2Encapsulation = 4
	attr2Auth          = 5
	attr2KeyLength     = 6
	attr2ESN           = 11
)

// An Encapsulation is how packets are put into ESP. RFC 2407 §4.5, RFC 3947 §5.1.
type Encapsulation uint16

// The encapsulations; the last two are those of the drafts of RFC 3947.
const (
	EncapTunnel            Encapsulation = 1
	EncapTransport         Encapsulation = 2
	EncapUDPTunnel         Encapsulation = 3
	EncapUDPTransport      Encapsulation = 4
	EncapUDPTunnelDraft    Encapsulation = 61443
	EncapUDPTransportDraft Encapsulation = 61444
)

// Encapsulate returns the number of an encapsulation.
func Encapsulate(tunnel, udp, draft bool) Encapsulation {
	e := EncapTransport
	if tunnel {
		e = EncapTunnel
	}
	switch {
	case udp && draft:
		e += EncapUDPTunnelDraft - EncapTunnel
	case udp:
		e += EncapUDPTunnel - EncapTunnel
	}
	return e
}

// Tunnel reports whether whole IP packets are carried.
func (e Encapsulation) Tunnel() bool {
	return e == EncapTunnel || e == EncapUDPTunnel || e == EncapUDPTunnelDraft
}

// UDP reports whether ESP is carried in UDP.
func (e Encapsulation) UDP() bool { return e >= EncapUDPTunnel }

// known reports whether the encapsulation has a meaning.
func (e Encapsulation) known() bool {
	return e >= EncapTunnel && e <= EncapUDPTransport || e == EncapUDPTunnelDraft || e == EncapUDPTransportDraft
}

// phase2Ciphers are the transforms of ESP. RFC 2407 §4.4.4, RFC 3602 §5.2, RFC 4106
// §8.2, RFC 4543 §8.
var phase2Ciphers = map[uint64]suite.Encryption{
	2: suite.EncryptionDES, 3: suite.Encryption3DES, 11: suite.EncryptionNull, 12: suite.EncryptionAESCBC,
	20: suite.EncryptionAESGCM16, 23: suite.EncryptionNullGMAC,
}

// phase2Hashes are the numbers of integrity algorithms. RFC 2407 §4.5, RFC 4868 §4.
var phase2Hashes = map[uint64]suite.Integrity{
	1: suite.IntegrityMD596, 2: suite.IntegritySHA196, 5: suite.IntegritySHA256128,
	6: suite.IntegritySHA384192, 7: suite.IntegritySHA512256,
}

// A Phase2 is what a transform of ESP says.
type Phase2 struct {
	Encryption    suite.Encryption
	KeyBits       int             // 0 for ciphers with keys of one length
	Integrity     suite.Integrity // IntegrityNone with combined ciphers
	Encapsulation Encapsulation
	Group         suite.Group   // GroupNone without perfect forward secrecy
	Lifetime      time.Duration // 0: not said
	Bytes         uint64        // 0: not said
	ESN           bool
}

// Phase2 reads a transform of ESP, its attributes in any order. It returns
// ErrUnsupported for one that Axle cannot do, and for one that encrypts without
// integrity.
func (t *Transform) Phase2() (Phase2, error) {
	p := Phase2{Encryption: phase2Ciphers[uint64(t.ID)]}
	var l life
	for _, a := range t.Attributes {
		n, ok := a.Uint()
		if !ok {
			return p, ErrUnsupported
		}
		switch a.Type {
		case attr2LifeType:
			l.unit = n
		case attr2LifeDuration:
			l.set(n)
		case attr2Group:
			p.Group = suite.Group(min(n, 0xffff))
		case attr2Encapsulation:
			p.Encapsulation = Encapsulation(min(n, 0xffff))
		case attr2Auth:
			if p.Integrity = phase2Hashes[n]; p.Integrity == suite.IntegrityNone {
				return p, ErrUnsupported
			}
		case attr2KeyLength:
			p.KeyBits = int(min(n, 0xffff))
		case attr2ESN:
			p.ESN = n == 1
		default:
			return p, ErrUnsupported
		}
	}
	p.Lifetime, p.Bytes = l.time, l.bytes
	if !p.Encryption.Supported(p.KeyBits) || p.Encryption.Combined() == (p.Integrity != suite.IntegrityNone) || !p.Encapsulation.known() ||
		p.Group != suite.GroupNone && (p.Group.KEM() || !p.Group.Supported()) {
		return p, ErrUnsupported
	}
	return p, nil
}

// Transform writes p as a transform, its attributes in the order of IOS.
func (p *Phase2) Transform(number uint8) Transform {
	t := Transform{Number: number, ID: uint8(key(phase2Ciphers, p.Encryption))}
	t.add(attr2Encapsulation, uint64(p.Encapsulation))
	t.addLife(attr2LifeType, attr2LifeDuration, p.Lifetime, p.Bytes)
	if p.Integrity != suite.IntegrityNone {
		t.add(attr2Auth, key(phase2Hashes, p.Integrity))
	}
	if p.KeyBits > 0 {
		t.add(attr2KeyLength, uint64(p.KeyBits))
	}
	if p.Group != suite.GroupNone {
		t.add(attr2Group, uint64(p.Group))
	}
	if p.ESN {
		t.add(attr2ESN, 1)
	}
	return t
}

// Lifetimes returns the attributes of a RESPONDER-LIFETIME notification (RFC 2407
// §4.6.3.1) as its data.
func Lifetimes(span time.Duration, bytes uint64) []byte {
	var t Transform
	t.addLife(attr2LifeType, attr2LifeDuration, span, bytes)
	b, err := appendAttributes(nil, t.Attributes)
	if err != nil {
		panic(err) // four numbers fit
	}
	return b
}

// ParseLifetimes reads the data of a RESPONDER-LIFETIME notification; what is not
// said is 0.
func ParseLifetimes(b []byte) (span time.Duration, bytes uint64, err error) {
	attributes, err := parseAttributes(b, 0)
	if err != nil {
		return 0, 0, err
	}
	var l life
	for _, a := range attributes {
		n, ok := a.Uint()
		switch {
		case !ok:
		case a.Type == attr2LifeType:
			l.unit = n
		case a.Type == attr2LifeDuration:
			l.set(n)
		}
	}
	return l.time, l.bytes, nil
}

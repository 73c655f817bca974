package ikev1

import (
	"errors"
	"time"

	"axle/ipsec/suite"
)

// ErrUnsupported is what a transform is whose algorithms Axle does not have, or
// that contradicts itself.
var ErrUnsupported = errors.New("ikev1: transform not supported")

// An Auth is a way to authenticate in phase 1. RFC 2409 appendix A.
type Auth uint16

// The ways to authenticate. Those that encrypt nonces with RSA are not for use.
const (
	AuthPSK Auth = 1
	AuthRSA Auth = 3 // signatures
)

// TransformKeyIKE is the only transform of phase 1. RFC 2407 §4.4.2.1.
const TransformKeyIKE = 1

// The attributes of phase 1. RFC 2409 appendix A.
const (
	attrEncryption   = 1
	attrHash         = 2
	attrAuth         = 3
	attrGroup        = 4
	attrLifeType     = 11
	attrLifeDuration = 12
	attrKeyLength    = 14
)

// The units of lifetimes, in both phases. RFC 2407 §4.5.
const (
	lifeSeconds   = 1
	lifeKilobytes = 2
)

// phase1Ciphers are the numbers of ciphers in phase 1. RFC 2409 appendix A, RFC
// 3602 §5.1.
var phase1Ciphers = map[uint64]suite.Encryption{1: suite.EncryptionDES, 5: suite.Encryption3DES, 7: suite.EncryptionAESCBC}

// phase1Hashes are the numbers of hashes. RFC 2409 appendix A, RFC 4868 §4.
var phase1Hashes = map[uint64]suite.PRF{
	1: suite.PRFHMACMD5, 2: suite.PRFHMACSHA1, 4: suite.PRFHMACSHA256, 5: suite.PRFHMACSHA384, 6: suite.PRFHMACSHA512,
}

// A Phase1 is what a transform of phase 1 says.
type Phase1 struct {
	Encryption suite.Encryption
	KeyBits    int // 0 for ciphers with keys of one length
	Hash       suite.PRF
	Auth       Auth
	Group      suite.Group
	Lifetime   time.Duration // 0: not said
	Bytes      uint64        // 0: not said
}

// Phase1 reads a transform of phase 1, its attributes in any order. It returns
// ErrUnsupported for one that Axle cannot do.
func (t *Transform) Phase1() (Phase1, error) {
	var p Phase1
	var l life
	for _, a := range t.Attributes {
		n, ok := a.Uint()
		if !ok {
			return p, ErrUnsupported
		}
		switch a.Type {
		case attrEncryption:
			p.Encryption = phase1Ciphers[n]
		case attrHash:
			p.Hash = phase1Hashes[n]
		case attrAuth:
			p.Auth = Auth(min(n, 0xffff))
		case attrGroup:
			p.Group = suite.Group(min(n, 0xffff))
		case attrKeyLength:
			p.KeyBits = int(min(n, 0xffff))
		case attrLifeType:
			l.unit = n
		case attrLifeDuration:
			l.set(n)
		default: // a group of one's own, a pseudo-random function of one's own
			return p, ErrUnsupported
		}
	}
	p.Lifetime, p.Bytes = l.time, l.bytes
	if t.ID != TransformKeyIKE || !p.Encryption.Supported(p.KeyBits) || !p.Hash.Supported() || p.Group.KEM() || !p.Group.Supported() {
		return p, ErrUnsupported
	}
	return p, nil
}

// Transform writes p as a transform, its attributes in the order of IOS.
func (p *Phase1) Transform(number uint8) Transform {
	t := Transform{Number: number, ID: TransformKeyIKE}
	t.add(attrEncryption, key(phase1Ciphers, p.Encryption))
	if p.KeyBits > 0 {
		t.add(attrKeyLength, uint64(p.KeyBits))
	}
	t.add(attrHash, key(phase1Hashes, p.Hash))
	t.add(attrGroup, uint64(p.Group))
	t.add(attrAuth, uint64(p.Auth))
	t.addLife(attrLifeType, attrLifeDuration, p.Lifetime, p.Bytes)
	return t
}

// key returns the number that stands for v.
func key[V comparable](m map[uint64]V, v V) uint64 {
	for n, x := range m {
		if x == v {
			return n
		}
	}
	return 0
}

// add adds an attribute.
func (t *Transform) add(kind uint16, n uint64) { t.Attributes = append(t.Attributes, Number(kind, n)) }

// addLife adds the lifetimes that are said.
func (t *Transform) addLife(kind, duration uint16, span time.Duration, bytes uint64) {
	if span > 0 {
		t.add(kind, lifeSeconds)
		t.add(duration, uint64(span/time.Second))
	}
	if bytes > 0 {
		t.add(kind, lifeKilobytes)
		t.add(duration, bytes/1024)
	}
}

// A life collects lifetimes. A duration counts in the unit that came last before
// it, seconds where none did.
type life struct {
	unit  uint64
	time  time.Duration
	bytes uint64
}

// The longest lifetimes that are kept: what is above counts as these.
const (
	maxSeconds   = 1 << 32
	maxKilobytes = 1 << 42
)

func (l *life) set(n uint64) {
	if l.unit == lifeKilobytes {
		l.bytes = min(n, maxKilobytes) * 1024
	} else {
		l.time = time.Duration(min(n, maxSeconds)) * time.Second
	}
}

package suite

import (
	"crypto/ecdh"
	"io"
)

// A curveGroup is an elliptic curve, and how IKE writes its points.
type curveGroup struct {
	curve  ecdh.Curve
	scalar int  // bytes of a private key
	mask   byte // of its first byte
	public int  // bytes
	point  bool // IKE leaves out the byte 0x04 in front of X and Y, RFC 5903 §7
}

// curves are the groups of RFC 5903 and RFC 8031.
var curves = map[Group]curveGroup{
	GroupECP256: {ecdh.P256(), 32, 0xff, 64, true},
	GroupECP384: {ecdh.P384(), 48, 0xff, 96, true},
	GroupECP521: {ecdh.P521(), 66, 0x01, 132, true},
	GroupX25519: {ecdh.X25519(), 32, 0xff, 32, false},
}

// scalarTries is how often a private key is drawn. The order of each curve is so
// near to a power of two that more than a few are a broken source.
const scalarTries = 64

// A curveExchange is one half of an exchange on an elliptic curve.
type curveExchange struct {
	group   curveGroup
	private *ecdh.PrivateKey
}

// newCurve draws a private key. GenerateKey of crypto/ecdh is not used: it does
// not promise to take its bytes from rand.
func newCurve(g curveGroup, rand io.Reader) (*curveExchange, error) {
	for range scalarTries {
		b, err := read(rand, g.scalar)
		if err != nil {
			return nil, err
		}
		b[0] &= g.mask
		if k, err := g.curve.NewPrivateKey(b); err == nil {
			return &curveExchange{g, k}, nil
		}
	}
	return nil, ErrRandom
}

// Public implements Exchange.
func (x *curveExchange) Public() []byte {
	b := x.private.PublicKey().Bytes()
	if x.group.point {
		return b[1:]
	}
	return b
}

// Shared implements Exchange. RFC 6989 §2.3: the point is on the curve and not at
// infinity, which crypto/ecdh checks. RFC 8031 §2: a secret of zeros is refused.
func (x *curveExchange) Shared(peer []byte) ([]byte, error) {
	if len(peer) != x.group.public {
		return nil, ErrPublic
	}
	if x.group.point {
		peer = append([]byte{4}, peer...)
	}
	y, err := x.group.curve.NewPublicKey(peer)
	if err != nil {
		return nil, ErrPublic
	}
	shared, err := x.private.ECDH(y)
	if err != nil {
		return nil, ErrPublic
	}
	return shared, nil
}

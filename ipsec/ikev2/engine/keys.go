package engine

import (
	"encoding/binary"

	"axle/ipsec"
	"axle/ipsec/ikev2"
	"axle/ipsec/suite"
)

// An ikeSuite is the algorithms of an IKE SA.
type ikeSuite struct {
	cipher     Cipher
	integrity  suite.Integrity // none with combined ciphers
	prf        suite.PRF
	group      suite.Group
	additional []addition // RFC 9370, in order
}

// An addition is an additional key exchange: which of the seven, and how.
type addition struct {
	kind  ikev2.TransformType
	group suite.Group
}

// Keys are the secrets of an IKE SA. RFC 7296 §2.14.
type keys struct {
	d, ai, ar, ei, er, pi, pr []byte
}

// A seed is what is mixed into the keys besides the secret: nonces and SPIs of the
// initiator and of the responder of the exchange.
type seed struct {
	ni, nr     []byte
	spii, spir ikev2.SPI
}

// nonces returns both nonces in one.
func (s *seed) nonces() []byte { return concat(s.ni, s.nr) }

// spis returns both SPIs in one.
func (s *seed) spis() []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(s.spii))
	return binary.BigEndian.AppendUint64(b, uint64(s.spir))
}

func concat(parts ...[]byte) []byte {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	b := make([]byte, 0, n)
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

// firstSeed computes SKEYSEED of IKE_SA_INIT: prf(Ni | Nr, g^ir).
func firstSeed(prf suite.PRF, s *seed, shared []byte) []byte {
	return prf.Sum(s.nonces(), shared)
}

// rekeySeed computes SKEYSEED of a rekeyed IKE SA with the function and SK_d of
// the old one: prf(SK_d, g^ir | Ni | Nr | SK(1) ...). RFC 7296 §2.18, RFC 9370
// §2.2.4.
func rekeySeed(old suite.PRF, d []byte, s *seed, shared []byte, more [][]byte) []byte {
	return old.Sum(d, concat(shared, s.nonces(), concat(more...)))
}

// nextSeed computes SKEYSEED after an additional key exchange: prf(SK_d, SK(n) |
// Ni | Nr). RFC 9370 §2.2.2.
func nextSeed(prf suite.PRF, d []byte, s *seed, shared []byte) []byte {
	return prf.Sum(d, concat(shared, s.nonces()))
}

// derive cuts the keys of an IKE SA from prf+(SKEYSEED, Ni | Nr | SPIi | SPIr).
func (x *ikeSuite) derive(skeyseed []byte, s *seed) keys {
	p, a := x.prf.Len(), x.integrity.KeyLen()
	c := x.cipher.Encryption.KeyLen(x.cipher.KeyBits)
	b := x.prf.Plus(skeyseed, concat(s.nonces(), s.spis()), 3*p+2*a+2*c)
	cut := func(n int) []byte {
		k := b[:n:n]
		b = b[n:]
		return k
	}
	return keys{d: cut(p), ai: cut(a), ar: cut(a), ei: cut(c), er: cut(c), pi: cut(p), pr: cut(p)}
}

// mixPPK puts a post-quantum preshared key into the keys. RFC 8784 §3.
func (k *keys) mixPPK(prf suite.PRF, ppk []byte) {
	n := prf.Len()
	k.d, k.pi, k.pr = prf.Plus(ppk, k.d, n), prf.Plus(ppk, k.pi, n), prf.Plus(ppk, k.pr, n)
}

// forget overwrites the keys.
func (k *keys) forget() {
	for _, b := range [][]byte{k.d, k.ai, k.ar, k.ei, k.er, k.pi, k.pr} {
		clear(b)
	}
}

// protection returns what seals the messages of the initiator and of the
// responder.
func (x *ikeSuite) protection(k *keys) (initiator, responder *ikev2.Key, err error) {
	if initiator, err = ikev2.NewKey(x.cipher.Encryption, k.ei, x.integrity, k.ai); err != nil {
		return nil, nil, err
	}
	responder, err = ikev2.NewKey(x.cipher.Encryption, k.er, x.integrity, k.ar)
	return initiator, responder, err
}

// An espSuite is the algorithms of a child.
type espSuite struct {
	cipher     Cipher
	integrity  suite.Integrity
	esn        bool
	group      suite.Group // of its own key exchange; GroupNone: keys come from the IKE SA
	additional []addition
}

// An espKey is the keys of one direction of a child.
type espKey struct{ cipher, auth []byte }

// childKeys cuts the keys of both directions of a child, that of the initiator of
// the exchange first, from prf+(SK_d, [g^ir |] Ni | Nr [| SK(1) ...]). RFC 7296
// §2.17, RFC 9370 §2.2.4.
func (x *espSuite) childKeys(prf suite.PRF, d, shared []byte, s *seed, more [][]byte) (initiator, responder espKey) {
	c, a := x.cipher.Encryption.KeyLen(x.cipher.KeyBits), x.integrity.KeyLen()
	b := prf.Plus(d, concat(shared, s.nonces(), concat(more...)), 2*(c+a))
	one := func(b []byte) espKey { return espKey{b[:c:c], b[c : c+a : c+a]} }
	return one(b[:c+a]), one(b[c+a:])
}

// keyPad is what makes a key for AUTH of a pre-shared one. RFC 7296 §2.15.
const keyPad = "Key Pad for IKEv2"

// presharedAuth computes AUTH with a pre-shared key over octets.
func presharedAuth(prf suite.PRF, key ipsec.Secret, octets []byte) []byte {
	return prf.Sum(prf.Sum(key, []byte(keyPad)), octets)
}

// authOctets are what AUTH covers: the sender's first message, the other's nonce,
// the sender's identity, and where there were additional key exchanges what was
// said in them. RFC 7296 §2.15, RFC 9242 §3.3.2.
func authOctets(prf suite.PRF, message, nonce, pkey, id, intermediate []byte) []byte {
	return concat(message, nonce, prf.Sum(pkey, id), intermediate)
}

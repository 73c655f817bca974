package suite

import (
	"crypto/mlkem"
	"crypto/mlkem/mlkemtest"
	"io"
)

// A kemGroup is a key encapsulation method.
type kemGroup struct {
	publicLen int // bytes of an encapsulation key
	newKey    func(seed []byte) (public []byte, open func([]byte) ([]byte, error), err error)
	seal      func(public, random []byte) (shared, ciphertext []byte, err error)
}

// kemRandom is the length in bytes of the randomness of an encapsulation, m of
// FIPS 203, algorithm 20.
const kemRandom = 32

// kems are the methods of draft-ietf-ipsecme-ikev2-mlkem that the standard library
// has.
//
// Encapsulate of crypto/mlkem draws its own randomness. So that the same random
// bytes give the same message, the function of mlkemtest is used, which is
// FIPS 203's Encaps_internal: as good as what rand is. It refuses in Go's mode
// fips140=only.
var kems = map[Group]kemGroup{
	GroupMLKEM768: {
		mlkem.EncapsulationKeySize768,
		func(seed []byte) ([]byte, func([]byte) ([]byte, error), error) {
			k, err := mlkem.NewDecapsulationKey768(seed)
			if err != nil {
				return nil, nil, err
			}
			return k.EncapsulationKey().Bytes(), k.Decapsulate, nil
		},
		func(public, random []byte) ([]byte, []byte, error) {
			k, err := mlkem.NewEncapsulationKey768(public)
			if err != nil {
				return nil, nil, ErrPublic
			}
			return mlkemtest.Encapsulate768(k, random)
		},
	},
	GroupMLKEM1024: {
		mlkem.EncapsulationKeySize1024,
		func(seed []byte) ([]byte, func([]byte) ([]byte, error), error) {
			k, err := mlkem.NewDecapsulationKey1024(seed)
			if err != nil {
				return nil, nil, err
			}
			return k.EncapsulationKey().Bytes(), k.Decapsulate, nil
		},
		func(public, random []byte) ([]byte, []byte, error) {
			k, err := mlkem.NewEncapsulationKey1024(public)
			if err != nil {
				return nil, nil, ErrPublic
			}
			return mlkemtest.Encapsulate1024(k, random)
		},
	},
}

// A kemExchange is the initiator's half of a key encapsulation.
type kemExchange struct {
	public []byte
	open   func(ciphertext []byte) ([]byte, error)
}

// newKEM draws a decapsulation key.
func newKEM(g kemGroup, rand io.Reader) (*kemExchange, error) {
	seed, err := read(rand, mlkem.SeedSize)
	if err != nil {
		return nil, err
	}
	x := &kemExchange{}
	x.public, x.open, err = g.newKey(seed)
	return x, err
}

// Public implements Exchange.
func (x *kemExchange) Public() []byte { return x.public }

// Shared implements Exchange. A ciphertext of the right length is never refused:
// a forged one gives a secret that nobody else has (FIPS 203 §6.3).
func (x *kemExchange) Shared(ciphertext []byte) ([]byte, error) {
	shared, err := x.open(ciphertext)
	if err != nil {
		return nil, ErrPublic
	}
	return shared, nil
}

// encapsulate is the responder's half.
func (g kemGroup) encapsulate(rand io.Reader, public []byte) (ciphertext, shared []byte, err error) {
	if len(public) != g.publicLen {
		return nil, nil, ErrPublic
	}
	random, err := read(rand, kemRandom)
	if err != nil {
		return nil, nil, err
	}
	shared, ciphertext, err = g.seal(public, random)
	return ciphertext, shared, err
}

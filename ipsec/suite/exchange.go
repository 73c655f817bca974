package suite

import (
	"errors"
	"fmt"
	"io"
)

// Errors of key exchanges.
var (
	// ErrGroup: the method is not known, or not there.
	ErrGroup = errors.New("suite: unknown key exchange method")
	// ErrPublic: the peer's public value is none that may be used. RFC 6989.
	ErrPublic = errors.New("suite: unfit public value")
	// ErrRandom: the source of randomness gives nothing, or always the same.
	ErrRandom = errors.New("suite: no randomness")
)

// An Exchange is our half of a key exchange, with its private key. It is for one
// exchange: RFC 6989 §5 lets nobody use it twice.
type Exchange interface {
	// Public returns our value for the peer, as KE payloads carry it: in big
	// endian with its leading zeros, or X and Y of a point (RFC 5903 §7).
	Public() []byte
	// Shared computes the shared secret from the peer's value, in the form that
	// keys are made from: of full length, of a point only X. It refuses values
	// as RFC 6989 §2 demands, with ErrPublic.
	Shared(peer []byte) ([]byte, error)
}

// NewExchange starts an exchange. Both sides may begin so with Diffie-Hellman
// groups. With ML-KEM only the initiator may: Public is its encapsulation key,
// and Shared takes the responder's ciphertext. The responder calls Respond.
func NewExchange(g Group, rand io.Reader) (Exchange, error) {
	switch {
	case modpGroups[g] != nil:
		return newMODP(modpGroups[g](), rand)
	case curves[g].curve != nil:
		return newCurve(curves[g], rand)
	case kems[g].newKey != nil:
		return newKEM(kems[g], rand)
	}
	return nil, fmt.Errorf("%w %d", ErrGroup, g)
}

// Respond is the whole of an exchange on the responder's side, for every method:
// from the initiator's public value it makes ours and the shared secret.
func Respond(g Group, rand io.Reader, peer []byte) (public, shared []byte, err error) {
	if k := kems[g]; k.newKey != nil {
		return k.encapsulate(rand, peer)
	}
	x, err := NewExchange(g, rand)
	if err != nil {
		return nil, nil, err
	}
	if shared, err = x.Shared(peer); err != nil {
		return nil, nil, err
	}
	return x.Public(), shared, nil
}

// Supported reports whether exchanges of the method can be made here.
func (g Group) Supported() bool {
	return modpGroups[g] != nil || curves[g].curve != nil || kems[g].newKey != nil
}

// KEM reports whether the method is a key encapsulation, in which the two sides
// differ.
func (g Group) KEM() bool { return kems[g].newKey != nil }

// PublicLen returns the length in bytes of the value that the initiator sends, 0
// of a method that is not supported. With all but KEM methods the responder's is
// as long.
func (g Group) PublicLen() int {
	switch {
	case modpGroups[g] != nil:
		return modpGroups[g]().size
	case curves[g].curve != nil:
		return curves[g].public
	}
	return kems[g].publicLen
}

// read fills n bytes from rand.
func read(rand io.Reader, n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(rand, b); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRandom, err)
	}
	return b, nil
}

package suite

import (
	"encoding/hex"
	"io"
	"strings"
	"sync"

	"filippo.io/bigmod"
)

// A modpGroup is a group of numbers modulo a prime.
type modpGroup struct {
	size      int // bytes of the prime
	prime     *bigmod.Modulus
	generator *bigmod.Nat
	order     []byte // of the subgroup, where public values are to be checked against it
	exponent  int    // bytes of a private exponent: at least twice the strength of the group
}

// modpGroups are the groups of RFC 2409, RFC 3526 and RFC 5114. Each is built
// when it is first used, because a modulus takes a millisecond.
var modpGroups = map[Group]func() *modpGroup{
	GroupMODP768:   modp(prime768, "02", "", 256),
	GroupMODP1024:  modp(prime1024, "02", "", 256),
	GroupMODP1536:  modp(prime1536, "02", "", 256),
	GroupMODP2048:  modp(prime2048, "02", "", 256),
	GroupMODP3072:  modp(prime3072, "02", "", 320),
	GroupMODP4096:  modp(prime4096, "02", "", 384),
	GroupMODP2048Q: modp(prime2048Q, generator2048Q, order2048Q, 256),
}

// modp describes a group by numbers in hexadecimal and the bits of its private
// exponents.
func modp(prime, generator, order string, bits int) func() *modpGroup {
	return sync.OnceValue(func() *modpGroup {
		p := unhex(prime)
		g := &modpGroup{size: len(p), order: unhex(order), exponent: bits / 8}
		var err error
		if g.prime, err = bigmod.NewModulus(p); err != nil {
			panic(err) // a constant above is wrong
		}
		g.generator = g.nat(unhex(generator))
		return g
	})
}

// unhex reads one of the constants.
func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		panic(err)
	}
	return b
}

// nat returns a constant of the group.
func (g *modpGroup) nat(b []byte) *bigmod.Nat {
	full := make([]byte, g.size)
	copy(full[g.size-len(b):], b)
	n, err := bigmod.NewNat().SetBytes(full, g.prime)
	if err != nil {
		panic(err)
	}
	return n
}

// A modpExchange is one half of an exchange in a group modulo a prime.
type modpExchange struct {
	group   *modpGroup
	private []byte
	public  []byte
}

// newMODP draws a private exponent and computes the public value.
func newMODP(g *modpGroup, rand io.Reader) (*modpExchange, error) {
	x, err := read(rand, g.exponent)
	if err != nil {
		return nil, err
	}
	if len(g.order) > 0 {
		x[0] = x[0]&0x7f | 0x40 // below the order of the subgroup
	} else {
		x[0] |= 0x80 // all of the length that counts
	}
	public := bigmod.NewNat().Exp(g.generator, x, g.prime)
	return &modpExchange{group: g, private: x, public: public.Bytes(g.prime)}, nil
}

// Public implements Exchange.
func (x *modpExchange) Public() []byte { return x.public }

// Shared implements Exchange. RFC 6989 §2.1, §2.2: the value is above 1 and below
// p-1; in group 24 it lies in the subgroup.
func (x *modpExchange) Shared(peer []byte) ([]byte, error) {
	g := x.group
	if len(peer) != g.size {
		return nil, ErrPublic
	}
	y, err := bigmod.NewNat().SetBytes(peer, g.prime)
	if err != nil || y.IsZero() == 1 || y.IsOne() == 1 || y.IsMinusOne(g.prime) == 1 {
		return nil, ErrPublic
	}
	if len(g.order) > 0 && bigmod.NewNat().Exp(y, g.order, g.prime).IsOne() != 1 {
		return nil, ErrPublic
	}
	return bigmod.NewNat().Exp(y, x.private, g.prime).Bytes(g.prime), nil
}

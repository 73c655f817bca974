package suite

import (
	"bytes"
	"crypto/elliptic"
	"encoding/hex"
	"errors"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

// all are the methods that are supported.
var all = []Group{
	GroupMODP768, GroupMODP1024, GroupMODP1536, GroupMODP2048, GroupMODP3072, GroupMODP4096,
	GroupECP256, GroupECP384, GroupECP521, GroupMODP2048Q, GroupX25519, GroupMLKEM768, GroupMLKEM1024,
}

// seed returns a source that gives the same bytes each time.
func seed(n byte) *rand.ChaCha8 { return rand.NewChaCha8([32]byte{n}) }

func TestExchange(t *testing.T) {
	sizes := map[Group][3]int{ // initiator's value, responder's, secret
		1: {96, 96, 96}, 2: {128, 128, 128}, 5: {192, 192, 192}, 14: {256, 256, 256}, 15: {384, 384, 384}, 16: {512, 512, 512},
		19: {64, 64, 32}, 20: {96, 96, 48}, 21: {132, 132, 66}, 24: {256, 256, 256}, 31: {32, 32, 32}, 36: {1184, 1088, 32}, 37: {1568, 1568, 32},
	}
	for _, g := range all {
		t.Run(g.String(), func(t *testing.T) {
			run := func() (i, r, secret []byte) {
				x, err := NewExchange(g, seed(1))
				if err != nil {
					t.Fatal(err)
				}
				public, theirs, err := Respond(g, seed(2), x.Public())
				if err != nil {
					t.Fatal(err)
				}
				ours, err := x.Shared(public)
				if err != nil || !bytes.Equal(ours, theirs) {
					t.Fatalf("%v: %x and %x", err, ours, theirs)
				}
				return x.Public(), public, ours
			}
			i, r, secret := run()
			if got := [3]int{len(i), len(r), len(secret)}; got != sizes[g] || !g.Supported() || g.PublicLen() != len(i) || g.KEM() != (g >= 35) {
				t.Errorf("sizes %v, want %v; supported %v, public %d, KEM %v", got, sizes[g], g.Supported(), g.PublicLen(), g.KEM())
			}
			i2, r2, secret2 := run()
			if !bytes.Equal(i, i2) || !bytes.Equal(r, r2) || !bytes.Equal(secret, secret2) {
				t.Error("the same random bytes give other keys")
			}
			if _, err := NewExchange(g, bytes.NewReader(nil)); !errors.Is(err, ErrRandom) {
				t.Errorf("without randomness: %v", err)
			}
			if _, _, err := Respond(g, strings.NewReader("short"), i); !errors.Is(err, ErrRandom) {
				t.Errorf("with little randomness: %v", err)
			}
			for _, n := range []int{0, 1, len(i) - 1, len(i) + 1} {
				if _, _, err := Respond(g, seed(2), make([]byte, n)); !errors.Is(err, ErrPublic) {
					t.Errorf("a value of %d bytes: %v", n, err)
				}
			}
		})
	}
	for _, g := range []Group{0, 22, 32, 35, 1024} {
		if _, err := NewExchange(g, seed(1)); !errors.Is(err, ErrGroup) || g.Supported() || g.PublicLen() != 0 {
			t.Errorf("%v: %v", g, err)
		}
	}
}

// TestPublishedExchanges has the numbers of RFC 5903 §8 and RFC 7748 §6.1.
func TestPublishedExchanges(t *testing.T) {
	for _, tt := range []struct {
		name         string
		group        Group
		i, r, secret string
		public       string // of the initiator, where it is given
	}{
		{
			"RFC 5903 §8.1", GroupECP256,
			"C88F01F5 10D9AC3F 70A292DA A2316DE5 44E9AAB8 AFE84049 C62A9C57 862D1433",
			"C6EF9C5D 78AE012A 011164AC B397CE20 88685D8F 06BF9BE0 B283AB46 476BEE53",
			"D6840F6B 42F6EDAF D13116E0 E1256520 2FEF8E9E CE7DCE03 812464D0 4B9442DE",
			`DAD0B653 94221CF9 B051E1FE CA5787D0 98DFE637 FC90B9EF 945D0C37 72581180
			 5271A046 1CDB8252 D61F1C45 6FA3E59A B1F45B33 ACCF5F58 389E0577 B8990BB3`,
		},
		{
			"RFC 5903 §8.2", GroupECP384,
			"099F3C70 34D4A2C6 99884D73 A375A67F 7624EF7C 6B3C0F16 0647B674 14DCE655 E35B5380 41E649EE 3FAEF896 783AB194",
			"41CB0779 B4BDB85D 47846725 FBEC3C94 30FAB46C C8DC5060 855CC9BD A0AA2942 E0308312 916B8ED2 960E4BD5 5A7448FC",
			"11187331 C279962D 93D60424 3FD592CB 9D0A926F 422E4718 7521287E 7156C5C4 D6031355 69B9E9D0 9CF5D4A2 70F59746",
			"",
		},
		{
			"RFC 5903 §8.3", GroupECP521,
			"0037ADE9319A89F4DABDB3EF411AACCCA5123C61ACAB57B5393DCE47608172A095AA85A30FE1C2952C6771D937BA9777F5957B2639BAB072462F68C27A57382D4A52",
			"0145BA99A847AF43793FDD0E872E7CDFA16BE30FDC780F97BCCC3F078380201E9C677D600B343757A3BDBF2A3163E4C2F869CCA7458AA4A4EFFC311F5CB151685EB9",
			"01144C7D79AE6956BC8EDB8E7C787C4521CB086FA64407F97894E5E6B2D79B04D1427E73CA4BAA240A34786859810C06B3C715A3A8CC3151F2BEE417996D19F3DDEA",
			"",
		},
		{
			"RFC 7748 §6.1", GroupX25519,
			"77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
			"5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
			"4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
			"8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			i, err := NewExchange(tt.group, bytes.NewReader(bin(t, tt.i)))
			if err != nil {
				t.Fatal(err)
			}
			public, theirs, err := Respond(tt.group, bytes.NewReader(bin(t, tt.r)), i.Public())
			if err != nil {
				t.Fatal(err)
			}
			ours, err := i.Shared(public)
			if err != nil || !bytes.Equal(ours, bin(t, tt.secret)) || !bytes.Equal(theirs, ours) {
				t.Errorf("%v: %x, %x, want %s", err, ours, theirs, tt.secret)
			}
			if tt.public != "" && !bytes.Equal(i.Public(), bin(t, tt.public)) {
				t.Errorf("public %x", i.Public())
			}
		})
	}
}

// TestMODPAgainstBig compares with arithmetic that is slow and obvious.
func TestMODPAgainstBig(t *testing.T) {
	for g, group := range modpGroups {
		t.Run(g.String(), func(t *testing.T) {
			m := group()
			p := new(big.Int).SetBytes(primeOf(t, g))
			a, err := newMODP(m, seed(3))
			if err != nil {
				t.Fatal(err)
			}
			x := new(big.Int).SetBytes(a.private)
			generator := new(big.Int).SetBytes(m.generator.Bytes(m.prime))
			if want := new(big.Int).Exp(generator, x, p); want.Cmp(new(big.Int).SetBytes(a.Public())) != 0 {
				t.Error("public values differ")
			}
			if len(m.order) == 0 && x.BitLen() != 8*m.exponent {
				t.Errorf("exponent of %d bits", x.BitLen())
			}
			peer := new(big.Int).Exp(generator, big.NewInt(12345), p)
			shared, err := a.Shared(peer.FillBytes(make([]byte, m.size)))
			if want := new(big.Int).Exp(peer, x, p); err != nil || want.Cmp(new(big.Int).SetBytes(shared)) != 0 || len(shared) != m.size {
				t.Errorf("secrets differ: %v, %d bytes", err, len(shared))
			}
			for _, bad := range []struct {
				name string
				y    *big.Int
			}{
				{"0", big.NewInt(0)},
				{"1", big.NewInt(1)},
				{"p-1", new(big.Int).Sub(p, big.NewInt(1))},
				{"p", p},
				{"p+2", new(big.Int).Add(p, big.NewInt(2))},
			} {
				if _, err := a.Shared(bad.y.FillBytes(make([]byte, m.size))); !errors.Is(err, ErrPublic) {
					t.Errorf("%s: %v", bad.name, err)
				}
			}
		})
	}
	outside := new(big.Int).SetInt64(2).FillBytes(make([]byte, 256)) // 2 is not in the subgroup
	if _, _, err := Respond(GroupMODP2048Q, seed(1), outside); !errors.Is(err, ErrPublic) {
		t.Errorf("outside of the subgroup: %v", err)
	}
}

// primeOf returns the bytes of a group's prime.
func primeOf(t *testing.T, g Group) []byte {
	t.Helper()
	return bin(t, map[Group]string{1: prime768, 2: prime1024, 5: prime1536, 14: prime2048, 15: prime3072, 16: prime4096, 24: prime2048Q}[g])
}

// TestPrimes computes the primes again from their formula, and those of RFC 5114
// from what they must be.
func TestPrimes(t *testing.T) {
	for g, k := range map[Group]int64{1: 149686, 2: 129093, 5: 741804, 14: 124476, 15: 1690314, 16: 240904} {
		n := uint(8 * len(primeOf(t, g)))
		one := big.NewInt(1)
		p := new(big.Int).Lsh(one, n)
		p.Sub(p, new(big.Int).Lsh(one, n-64))
		p.Sub(p, one)
		pi := piBits(n - 130)
		p.Add(p, pi.Lsh(pi.Add(pi, big.NewInt(k)), 64))
		if p.Cmp(new(big.Int).SetBytes(primeOf(t, g))) != 0 {
			t.Errorf("%v: the prime is %X", g, p)
		}
	}
	p, q := new(big.Int).SetBytes(primeOf(t, 24)), new(big.Int).SetBytes(bin(t, order2048Q))
	g := new(big.Int).SetBytes(bin(t, generator2048Q))
	rest := new(big.Int).Mod(new(big.Int).Sub(p, big.NewInt(1)), q)
	if !p.ProbablyPrime(8) || !q.ProbablyPrime(8) || rest.Sign() != 0 || new(big.Int).Exp(g, q, p).Cmp(big.NewInt(1)) != 0 {
		t.Error("group 24 is no group")
	}
}

// piBits returns ⌊2^n π⌋ by Machin's formula.
func piBits(n uint) *big.Int {
	const guard = 64
	one := new(big.Int).Lsh(big.NewInt(1), n+guard)
	arc := func(x int64) *big.Int {
		term := new(big.Int).Div(one, big.NewInt(x))
		sum, square := new(big.Int).Set(term), big.NewInt(x*x)
		for k := int64(3); term.Sign() != 0; k += 2 {
			term.Neg(term.Quo(term, square))
			sum.Add(sum, new(big.Int).Quo(term, big.NewInt(k)))
		}
		return sum
	}
	pi := new(big.Int).Mul(big.NewInt(4), arc(5))
	pi.Sub(pi, arc(239))
	return pi.Rsh(pi.Mul(pi, big.NewInt(4)), guard)
}

func TestCurveRefuses(t *testing.T) {
	for _, tt := range []struct {
		name  string
		group Group
		value string
	}{
		{"zeros", GroupECP256, strings.Repeat("00", 64)},
		{"not on the curve", GroupECP256, strings.Repeat("01", 64)},
		{"x above the prime", GroupECP256, strings.Repeat("ff", 64)},
		{"zeros", GroupECP384, strings.Repeat("00", 96)},
		{"zeros", GroupECP521, strings.Repeat("00", 132)},
		{"compressed", GroupECP256, "02" + strings.Repeat("01", 32)},
		{"a point of order 1", GroupX25519, strings.Repeat("00", 32)},
		{"a point of order 4", GroupX25519, "01" + strings.Repeat("00", 31)},
		{"a point of order 8", GroupX25519, "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"},
	} {
		t.Run(tt.group.String()+" "+tt.name, func(t *testing.T) {
			if _, _, err := Respond(tt.group, seed(1), bin(t, tt.value)); !errors.Is(err, ErrPublic) {
				t.Error(err)
			}
		})
	}
	// A point that is one bit off the curve.
	g := elliptic.P256().Params()
	b := append(g.Gx.FillBytes(make([]byte, 32)), g.Gy.FillBytes(make([]byte, 32))...)
	if _, _, err := Respond(GroupECP256, seed(1), b); err != nil {
		t.Errorf("the generator: %v", err)
	}
	b[63] ^= 1
	if _, _, err := Respond(GroupECP256, seed(1), b); !errors.Is(err, ErrPublic) {
		t.Errorf("beside the generator: %v", err)
	}
	if _, err := NewExchange(GroupECP256, bytes.NewReader(make([]byte, 64*32))); !errors.Is(err, ErrRandom) {
		t.Errorf("a source of zeros: %v", err)
	}
}

func TestKEMRefuses(t *testing.T) {
	x, err := NewExchange(GroupMLKEM768, seed(1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.Shared(make([]byte, 1087)); !errors.Is(err, ErrPublic) {
		t.Errorf("a short ciphertext: %v", err)
	}
	// FIPS 203 §7.2: numbers of a key are below q.
	if _, _, err := Respond(GroupMLKEM768, seed(1), bytes.Repeat([]byte{0xff}, 1184)); !errors.Is(err, ErrPublic) {
		t.Errorf("a key of large numbers: %v", err)
	}
	public, theirs, err := Respond(GroupMLKEM768, seed(2), x.Public())
	if err != nil {
		t.Fatal(err)
	}
	public[0] ^= 1
	if ours, err := x.Shared(public); err != nil || bytes.Equal(ours, theirs) {
		t.Errorf("a changed ciphertext: %v, %s", err, hex.EncodeToString(ours))
	}
}

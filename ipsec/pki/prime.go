package pki

import (
	"crypto/rsa"
	"fmt"
	"io"
	"math/big"
)

// Keys of RSA, in bits, that are made.
const (
	MinModulus     = 1024 // crypto/rsa signs with none that is shorter
	MaxModulus     = 4096
	DefaultModulus = 2048
)

// publicExponent is that of all keys made here.
const publicExponent = 65537

// primeTries is how often a number is drawn for each bit of a prime. One of about
// 0.35 for each bit is a prime; a source that gives none in all these is broken.
const primeTries = 40

// millerRabin is how many rounds a number must pass, with a test of Baillie-PSW.
const millerRabin = 20

// GenerateRSA makes a key of the given bits. crypto/rsa does not promise to take its
// bytes from rand, so the primes are looked for here: FIPS 186-5 §A.1.3.
func GenerateRSA(rand io.Reader, bits int) (*rsa.PrivateKey, error) {
	if bits < MinModulus || bits > MaxModulus || bits%16 != 0 {
		return nil, fmt.Errorf("pki: RSA key of %d bits: %w", bits, ErrKey)
	}
	one, e := big.NewInt(1), big.NewInt(publicExponent)
	for range primeTries {
		p, err := prime(rand, bits/2)
		if err != nil {
			return nil, err
		}
		q, err := prime(rand, bits/2)
		if err != nil {
			return nil, err
		}
		if apart := new(big.Int).Sub(p, q); apart.BitLen() <= bits/2-100 {
			continue
		}
		p1, q1 := new(big.Int).Sub(p, one), new(big.Int).Sub(q, one)
		both := new(big.Int).Mul(p1, q1)
		both.Div(both, new(big.Int).GCD(nil, nil, p1, q1))
		k := &rsa.PrivateKey{
			PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: publicExponent},
			D:         new(big.Int).ModInverse(e, both), Primes: []*big.Int{p, q},
		}
		if k.D == nil || k.D.BitLen() <= bits/2 || k.N.BitLen() != bits {
			continue
		}
		k.Precompute()
		return k, nil
	}
	return nil, fmt.Errorf("pki: RSA key: %w", ErrRandom)
}

// prime draws a prime of the given bits, the two highest of which are set, so that
// the product of two has twice as many.
func prime(rand io.Reader, bits int) (*big.Int, error) {
	b := make([]byte, bits/8)
	p, less, rest := new(big.Int), new(big.Int), new(big.Int)
	one, e := big.NewInt(1), big.NewInt(publicExponent)
	for range primeTries * bits {
		if _, err := io.ReadFull(rand, b); err != nil {
			return nil, fmt.Errorf("pki: RSA key: %w", ErrRandom)
		}
		b[0] |= 0xc0
		b[len(b)-1] |= 1
		p.SetBytes(b)
		if !p.ProbablyPrime(0) || rest.Mod(less.Sub(p, one), e).Sign() == 0 || !p.ProbablyPrime(millerRabin) {
			continue
		}
		return p, nil
	}
	return nil, fmt.Errorf("pki: RSA key: %w", ErrRandom)
}

package suite

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"hash"
)

// hashes are the hash functions below the pseudo-random ones.
var hashes = map[PRF]func() hash.Hash{
	PRFHMACMD5:    md5.New,
	PRFHMACSHA1:   sha1.New,
	PRFHMACSHA256: sha256.New,
	PRFHMACSHA384: sha512.New384,
	PRFHMACSHA512: sha512.New,
}

// Supported reports whether the function can be computed here.
func (p PRF) Supported() bool { return hashes[p] != nil }

// Len returns the length of what the function computes, and of the keys that are
// made for it, in bytes; 0 for one that is not supported.
func (p PRF) Len() int {
	if !p.Supported() {
		return 0
	}
	return hashes[p]().Size()
}

// hash returns the hash function of p. Who negotiates offers and takes only what
// is supported, so another one is a mistake of ours.
func (p PRF) hash() func() hash.Hash {
	f := hashes[p]
	if f == nil {
		panic(fmt.Sprintf("suite: pseudo-random function %d is not supported", p))
	}
	return f
}

// Sum computes the function over the parts, one after the other. It panics where
// the function is not supported.
func (p PRF) Sum(key []byte, parts ...[]byte) []byte {
	h := hmac.New(p.hash(), key)
	for _, b := range parts {
		h.Write(b)
	}
	return h.Sum(nil)
}

// Hash computes the hash below the function, without a key: what IKEv1 calls
// HASH(...). It panics where the function is not supported.
func (p PRF) Hash(parts ...[]byte) []byte {
	h := p.hash()()
	for _, b := range parts {
		h.Write(b)
	}
	return h.Sum(nil)
}

// Plus computes n bytes of prf+(key, seed), RFC 7296 §2.13. It panics where n is
// more than 255 times Len.
func (p PRF) Plus(key, seed []byte, n int) []byte {
	var out, t []byte
	for i := 1; len(out) < n; i++ {
		if i > 255 {
			panic("suite: prf+ has no more than 255 blocks")
		}
		t = p.Sum(key, t, seed, []byte{byte(i)})
		out = append(out, t...)
	}
	return out[:n:n]
}

package suite

import (
	"crypto/hmac"
	"fmt"
	"hash"
)

// integrities are the functions below the integrity algorithms, and how much of
// them is sent. RFC 2403, RFC 2404, RFC 4868 §2.3.
var integrities = map[Integrity]struct {
	prf PRF
	len int // bytes
}{
	IntegrityMD596:     {PRFHMACMD5, 12},
	IntegritySHA196:    {PRFHMACSHA1, 12},
	IntegritySHA256128: {PRFHMACSHA256, 16},
	IntegritySHA384192: {PRFHMACSHA384, 24},
	IntegritySHA512256: {PRFHMACSHA512, 32},
}

// Supported reports whether the algorithm can be computed here. IntegrityNone
// can: it is nothing.
func (i Integrity) Supported() bool { return i == IntegrityNone || i.Len() > 0 }

// Len returns the length of the check value in bytes; 0 for none.
func (i Integrity) Len() int { return integrities[i].len }

// KeyLen returns the length of the key in bytes; 0 for none.
func (i Integrity) KeyLen() int {
	if i.Len() == 0 {
		return 0
	}
	return integrities[i].prf.Len()
}

// New returns the algorithm with its key as a hash, of which Len bytes are the
// check value: for who protects many packets with one key. It panics where the
// algorithm is not supported, or none.
func (i Integrity) New(key []byte) hash.Hash {
	if i.Len() == 0 {
		panic(fmt.Sprintf("suite: integrity algorithm %d is not supported", i))
	}
	return hmac.New(integrities[i].prf.hash(), key)
}

// Sum computes the check value of the parts, one after the other; nil with
// IntegrityNone.
func (i Integrity) Sum(key []byte, parts ...[]byte) []byte {
	if i == IntegrityNone {
		return nil
	}
	h := i.New(key)
	for _, b := range parts {
		h.Write(b)
	}
	return h.Sum(nil)[:i.Len():i.Len()]
}

// Verify reports whether sum is the check value of the parts, in a time that
// does not depend on where it differs.
func (i Integrity) Verify(key, sum []byte, parts ...[]byte) bool {
	return hmac.Equal(i.Sum(key, parts...), sum)
}

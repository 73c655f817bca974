package engine

import (
	"encoding/binary"

	"axle/ipsec/ikev1"
	"axle/ipsec/suite"
)

// The functions of RFC 2409 §5 and appendix B. A keyring of an ISAKMP SA is made of
// their results.

// skeyidPSK computes SKEYID from a pre-shared key.
func skeyidPSK(prf suite.PRF, psk, ni, nr []byte) []byte { return prf.Sum(psk, ni, nr) }

// skeyidSig computes SKEYID where both ends sign.
func skeyidSig(prf suite.PRF, ni, nr, gxy []byte) []byte {
	return prf.Sum(append(ni[:len(ni):len(ni)], nr...), gxy)
}

// A keys is what phase 1 leaves: SKEYID, what is derived from it, and the cipher.
type keys struct {
	prf             suite.PRF
	skeyid, d, a, e []byte
	cipher          *suite.Cipher
	block           int // bytes
}

// deriveKeys computes SKEYID_d, SKEYID_a, SKEYID_e and the key of the cipher.
func deriveKeys(p ikev1.Phase1, skeyid, gxy []byte, i, r ikev1.Cookie) (keys, error) {
	k := keys{prf: p.Hash, skeyid: skeyid, block: p.Encryption.BlockLen()}
	k.d = k.prf.Sum(skeyid, gxy, i[:], r[:], []byte{0})
	k.a = k.prf.Sum(skeyid, k.d, gxy, i[:], r[:], []byte{1})
	k.e = k.prf.Sum(skeyid, k.a, gxy, i[:], r[:], []byte{2})
	var err error
	k.cipher, err = p.Encryption.NewCipher(cipherKey(k.prf, k.e, p.Encryption.KeyLen(p.KeyBits)))
	return k, err
}

// cipherKey makes a key of n bytes from SKEYID_e. RFC 2409 appendix B.
func cipherKey(prf suite.PRF, e []byte, n int) []byte {
	if len(e) >= n {
		return e[:n]
	}
	var key []byte
	for k := []byte{0}; len(key) < n; {
		k = prf.Sum(e, k)
		key = append(key, k...)
	}
	return key[:n]
}

// firstIV is the first initialisation vector of phase 1.
func (k *keys) firstIV(gxi, gxr []byte) []byte { return k.prf.Hash(gxi, gxr)[:k.block] }

// phase2IV is the first initialisation vector of an exchange of phase 2; last is the
// last block of phase 1.
func (k *keys) phase2IV(last []byte, id uint32) []byte {
	return k.prf.Hash(last, number(id))[:k.block]
}

// number writes a message ID.
func number(id uint32) []byte { return binary.BigEndian.AppendUint32(nil, id) }

// phase1Hash computes HASH_I, and HASH_R with the two sides exchanged: mine is of
// who sends it. sa and id are SAi_b and IDii_b or IDir_b.
func (k *keys) phase1Hash(mine, theirs []byte, myCookie, theirCookie ikev1.Cookie, sa, id []byte) []byte {
	return k.prf.Sum(k.skeyid, mine, theirs, myCookie[:], theirCookie[:], sa, id)
}

// hash1 computes HASH(1), and that of an informational exchange; rest is what
// follows the hash payload.
func (k *keys) hash1(id uint32, rest []byte) []byte { return k.prf.Sum(k.a, number(id), rest) }

// hash2 computes HASH(2).
func (k *keys) hash2(id uint32, ni, rest []byte) []byte {
	return k.prf.Sum(k.a, number(id), ni, rest)
}

// hash3 computes HASH(3).
func (k *keys) hash3(id uint32, ni, nr []byte) []byte {
	return k.prf.Sum(k.a, []byte{0}, number(id), ni, nr)
}

// keymat computes n bytes of KEYMAT for the SA whose receiver chose spi. gxy is the
// secret of perfect forward secrecy; empty without. RFC 2409 §5.5.
func (k *keys) keymat(gxy []byte, protocol ikev1.Protocol, spi, ni, nr []byte, n int) []byte {
	var out, last []byte
	for len(out) < n {
		last = k.prf.Sum(k.d, last, gxy, []byte{byte(protocol)}, spi, ni, nr)
		out = append(out, last...)
	}
	return out[:n:n]
}

// seal encrypts payloads, padded with zeros, and returns the last block, which is
// the next vector.
func (k *keys) seal(iv []byte, payloads []ikev1.Payload) (sealed, next []byte, err error) {
	text, err := ikev1.AppendPayloads(nil, payloads)
	if err != nil {
		return nil, nil, err
	}
	text = append(text, make([]byte, -len(text)&(k.block-1))...)
	if sealed, err = k.cipher.Seal(text[:0], iv, text, nil); err != nil {
		return nil, nil, err
	}
	return sealed, sealed[len(sealed)-k.block:], nil
}

// open decrypts the payloads of a message.
func (k *keys) open(iv []byte, m *ikev1.Message) (payloads []ikev1.Payload, next []byte, err error) {
	text, err := k.cipher.Open(nil, iv, m.Sealed, nil)
	if err != nil {
		return nil, nil, err
	}
	payloads, err = ikev1.ParsePayloads(m.First, text)
	return payloads, m.Sealed[len(m.Sealed)-k.block:], err
}

// wipe forgets the keys.
func (k *keys) wipe() {
	for _, b := range [][]byte{k.skeyid, k.d, k.a, k.e} {
		clear(b)
	}
	k.cipher = nil
}

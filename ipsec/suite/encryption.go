package suite

import "slices"

// A cipherKind is what is fixed about an encryption algorithm.
type cipherKind struct {
	bits     []int // lengths of keys that may be chosen; empty: the one of key
	key      int   // length of the key in bytes where it cannot be chosen
	salt     int   // bytes of salt behind the key
	iv       int   // bytes in each packet
	block    int   // bytes of which the text is a multiple
	check    int   // bytes of check value; 0: needs an integrity algorithm beside it
	combined bool
}

// aesBits are the lengths of keys that AES has.
var aesBits = []int{128, 192, 256}

// ciphers are the encryption algorithms that can be computed here. RFC 2451,
// RFC 3602, RFC 4106, RFC 4543, RFC 7634.
var ciphers = map[Encryption]cipherKind{
	EncryptionDES:              {key: 8, iv: 8, block: 8},
	Encryption3DES:             {key: 24, iv: 8, block: 8},
	EncryptionNull:             {block: 1},
	EncryptionAESCBC:           {bits: aesBits, iv: 16, block: 16},
	EncryptionAESGCM16:         {bits: aesBits, salt: 4, iv: 8, block: 1, check: 16, combined: true},
	EncryptionNullGMAC:         {bits: aesBits, salt: 4, iv: 8, block: 1, check: 16, combined: true},
	EncryptionChaCha20Poly1305: {key: 32, salt: 4, iv: 8, block: 1, check: 16, combined: true},
}

// Supported reports whether the algorithm can be computed here with keys of so
// many bits, 0 for an algorithm whose keys have one length.
func (e Encryption) Supported(bits int) bool {
	k, ok := ciphers[e]
	if !ok || len(k.bits) == 0 {
		return ok && bits == 0
	}
	return slices.Contains(k.bits, bits)
}

// Sized reports whether the length of the key is negotiated.
func (e Encryption) Sized() bool { return len(ciphers[e].bits) > 0 }

// Combined reports whether the algorithm protects integrity, too.
func (e Encryption) Combined() bool { return ciphers[e].combined }

// KeyLen returns the length of key and salt in bytes; bits is the negotiated
// length of the key, 0 where there is none.
func (e Encryption) KeyLen(bits int) int {
	k := ciphers[e]
	if len(k.bits) > 0 {
		return bits/8 + k.salt
	}
	return k.key + k.salt
}

// SaltLen returns how many of the bytes of KeyLen are the salt, at their end.
func (e Encryption) SaltLen() int { return ciphers[e].salt }

// IVLen returns the length of the initialisation vector in bytes.
func (e Encryption) IVLen() int { return ciphers[e].iv }

// BlockLen returns the number of bytes of which a text is a multiple; 1 for any.
func (e Encryption) BlockLen() int { return max(ciphers[e].block, 1) }

// CheckLen returns the length of the check value of a combined algorithm in
// bytes, else 0.
func (e Encryption) CheckLen() int { return ciphers[e].check }

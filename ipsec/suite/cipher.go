package suite

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/crypto/chacha20poly1305"
)

// Errors of Cipher.
var (
	ErrKey   = errors.New("suite: unfit key")
	ErrText  = errors.New("suite: unfit length of a text")
	ErrCheck = errors.New("suite: check value does not fit")
)

// A Cipher is an encryption algorithm with its key: what protects messages of
// IKE. Its buffers may be changed in place. It keeps no state between calls.
type Cipher struct {
	kind  cipherKind
	block cipher.Block // nil with combined algorithms and null
	aead  cipher.AEAD
	salt  []byte
}

// NewCipher returns e with the key, which has its salt behind it; its length
// tells that of the key. NullGMAC is only for ESP and not among them.
func (e Encryption) NewCipher(key []byte) (*Cipher, error) {
	k, ok := ciphers[e]
	n := len(key) - k.salt
	if !ok || e == EncryptionNullGMAC || n < 0 || !e.Supported(sized(k, n)) || len(k.bits) == 0 && n != k.key {
		return nil, fmt.Errorf("%w: %d bytes for encryption algorithm %d", ErrKey, len(key), e)
	}
	c := &Cipher{kind: k, salt: slices.Clone(key[n:])}
	var err error
	c.block, c.aead, err = e.New(key[:n])
	if err != nil {
		return nil, err
	}
	return c, nil
}

// New returns the algorithm with its key, without the salt, for who protects many
// packets with one key: a block cipher, to be used in CBC mode, or a combined one;
// of EncryptionNull neither. NullGMAC is GCM here, and encrypts what it is given.
func (e Encryption) New(key []byte) (block cipher.Block, aead cipher.AEAD, err error) {
	switch e {
	case EncryptionDES:
		block, err = des.NewCipher(key)
	case Encryption3DES:
		block, err = des.NewTripleDESCipher(key)
	case EncryptionAESCBC:
		block, err = aes.NewCipher(key)
	case EncryptionAESGCM16, EncryptionNullGMAC:
		var b cipher.Block
		if b, err = aes.NewCipher(key); err == nil {
			aead, err = cipher.NewGCM(b)
		}
	case EncryptionChaCha20Poly1305:
		aead, err = chacha20poly1305.New(key)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return block, aead, nil
}

// sized returns the length in bits of a key of n bytes as Supported wants it.
func sized(k cipherKind, n int) int {
	if len(k.bits) == 0 {
		return 0
	}
	return 8 * n
}

// Seal encrypts text and appends it to dst, with the check value of a combined
// algorithm behind it, which covers aad, too. The text may lie at the end of dst:
// Seal(b[:n], iv, b[n:], aad) encrypts in place. The text of a block cipher is a
// multiple of BlockLen, the iv has IVLen bytes; else Seal returns ErrText.
func (c *Cipher) Seal(dst, iv, text, aad []byte) ([]byte, error) {
	if len(iv) != c.kind.iv || len(text)%c.kind.block != 0 {
		return nil, ErrText
	}
	if c.aead != nil {
		return c.aead.Seal(dst, c.nonce(iv), text, aad), nil
	}
	out := append(dst, text...)
	if c.block != nil {
		b := out[len(dst):]
		cipher.NewCBCEncrypter(c.block, iv).CryptBlocks(b, b)
	}
	return out, nil
}

// Open decrypts text, with the check value of a combined algorithm behind it, and
// appends it to dst. Of an algorithm that is not combined, the integrity is to be
// verified before. Open(b[:n], iv, b[n:], aad) decrypts in place.
func (c *Cipher) Open(dst, iv, text, aad []byte) ([]byte, error) {
	if len(iv) != c.kind.iv || len(text) < c.kind.check || c.aead == nil && len(text)%c.kind.block != 0 {
		return nil, ErrText
	}
	if c.aead != nil {
		out, err := c.aead.Open(dst, c.nonce(iv), text, aad)
		if err != nil {
			return nil, ErrCheck
		}
		return out, nil
	}
	out := append(dst, text...)
	if c.block != nil {
		b := out[len(dst):]
		cipher.NewCBCDecrypter(c.block, iv).CryptBlocks(b, b)
	}
	return out, nil
}

// nonce puts the salt in front of the vector. RFC 4106 §4.
func (c *Cipher) nonce(iv []byte) []byte {
	return append(c.salt[:len(c.salt):len(c.salt)], iv...)
}

package esp

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"hash"

	"golang.org/x/crypto/chacha20poly1305"

	"axle/ipsec/suite"
)

// newTransform returns the transform of p. It copies what it needs of the keys.
func newTransform(p *Params) (*transform, error) {
	t := &transform{block: 4} // RFC 4303 §2.4: at least
	var err error
	switch p.Encryption {
	case suite.EncryptionAESGCM16, suite.EncryptionAESGCM12, suite.EncryptionNullGMAC, suite.EncryptionChaCha20Poly1305:
		if p.Integrity != suite.IntegrityNone {
			return nil, fmt.Errorf("%w: encryption %d with integrity %d", ErrSuite, p.Encryption, p.Integrity)
		}
		return t, t.combined(p)
	case suite.EncryptionAESCBC:
		if err = aesKey(p, p.Key); err == nil {
			err = t.chained(p.Key, aes.NewCipher)
		}
	case suite.Encryption3DES:
		err = t.chained(p.Key, des.NewTripleDESCipher)
	case suite.EncryptionDES:
		err = t.chained(p.Key, des.NewCipher)
	case suite.EncryptionNull:
		if len(p.Key) != 0 {
			err = fmt.Errorf("%w: %d bytes for null encryption", ErrKey, len(p.Key))
		}
	default:
		err = fmt.Errorf("%w: encryption %d", ErrSuite, p.Encryption)
	}
	if err != nil {
		return nil, err
	}
	return t, t.keyed(p)
}

// aesKey tells whether key has the length that was agreed on.
func aesKey(p *Params, key []byte) error {
	switch p.KeyBits {
	case 128, 192, 256:
		if len(key) == p.KeyBits/8 {
			return nil
		}
	}
	return fmt.Errorf("%w: %d bytes for AES with %d bits", ErrKey, len(key), p.KeyBits)
}

// combined sets the transform up for a combined mode.
func (t *transform) combined(p *Params) error {
	if len(p.Key) <= saltLen {
		return fmt.Errorf("%w: %d bytes with salt", ErrKey, len(p.Key))
	}
	key, salt := p.Key[:len(p.Key)-saltLen], p.Key[len(p.Key)-saltLen:]
	t.iv, t.icv = 8, 16
	if p.Encryption == suite.EncryptionAESGCM12 {
		t.icv = 12
	}
	var err error
	if p.Encryption == suite.EncryptionChaCha20Poly1305 {
		t.aead, err = chacha20poly1305.New(key)
	} else if err = aesKey(p, key); err == nil {
		var block cipher.Block
		if block, err = aes.NewCipher(key); err == nil {
			t.aead, err = cipher.NewGCMWithTagSize(block, t.icv)
		}
	}
	if err != nil {
		return fmt.Errorf("%w: %v", ErrKey, err)
	}
	t.plain = p.Encryption == suite.EncryptionNullGMAC
	copy(t.nonce[:], salt)
	return nil
}

// chained sets the transform up for a block cipher in CBC mode. RFC 3602, RFC
// 2451.
func (t *transform) chained(key []byte, newCipher func(key []byte) (cipher.Block, error)) error {
	block, err := newCipher(key)
	if err != nil {
		return fmt.Errorf("%w: %v", ErrKey, err)
	}
	t.iv, t.block = block.BlockSize(), block.BlockSize()
	iv := make([]byte, t.iv)
	enc, ok1 := cipher.NewCBCEncrypter(block, iv).(chain)
	dec, ok2 := cipher.NewCBCDecrypter(block, iv).(chain)
	if !ok1 || !ok2 {
		return fmt.Errorf("%w: its CBC mode takes no new IV", ErrSuite)
	}
	t.encrypt, t.decrypt = enc, dec
	return nil
}

// keyed sets the transform up for a keyed hash. RFC 2403, 2404, 4868.
func (t *transform) keyed(p *Params) error {
	var sum func() hash.Hash
	var key int
	switch p.Integrity {
	case suite.IntegrityMD596:
		sum, key, t.icv = md5.New, 16, 12
	case suite.IntegritySHA196:
		sum, key, t.icv = sha1.New, 20, 12
	case suite.IntegritySHA256128:
		sum, key, t.icv = sha256.New, 32, 16
	case suite.IntegritySHA384192:
		sum, key, t.icv = sha512.New384, 48, 24
	case suite.IntegritySHA512256:
		sum, key, t.icv = sha512.New, 64, 32
	default:
		return fmt.Errorf("%w: encryption %d with integrity %d", ErrSuite, p.Encryption, p.Integrity)
	}
	if len(p.IntegrityKey) != key {
		return fmt.Errorf("%w: %d bytes for integrity %d", ErrKey, len(p.IntegrityKey), p.Integrity)
	}
	t.mac = hmac.New(sum, p.IntegrityKey)
	return nil
}

// newIVs returns the cipher that makes the IVs of CBC mode out of sequence
// numbers: nobody can tell one without the key (RFC 3602 §3), and none comes
// twice. Its key is made of the SA's, and used for nothing else.
func newIVs(p *Params) cipher.Block {
	h := hmac.New(sha256.New, p.Key)
	h.Write([]byte("IV of CBC mode"))
	block, err := aes.NewCipher(h.Sum(nil)[:16])
	if err != nil {
		panic(err) // the length is right
	}
	return block
}

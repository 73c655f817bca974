package esp

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"

	"axle/ipsec/suite"
)

// newTransform returns the transform of p. It copies what it needs of the keys.
func newTransform(p *Params) (*transform, error) {
	e := p.Encryption
	switch {
	case !e.Supported(p.KeyBits):
		return nil, fmt.Errorf("%w: encryption %d with keys of %d bits", ErrSuite, e, p.KeyBits)
	case !p.Integrity.Supported(), e.Combined() != (p.Integrity == suite.IntegrityNone):
		return nil, fmt.Errorf("%w: encryption %d with integrity %d", ErrSuite, e, p.Integrity)
	case len(p.Key) != e.KeyLen(p.KeyBits):
		return nil, fmt.Errorf("%w: %d bytes for encryption %d with %d bits", ErrKey, len(p.Key), e, p.KeyBits)
	case len(p.IntegrityKey) != p.Integrity.KeyLen() && !e.Combined():
		return nil, fmt.Errorf("%w: %d bytes for integrity %d", ErrKey, len(p.IntegrityKey), p.Integrity)
	}
	salt := len(p.Key) - e.SaltLen()
	block, aead, err := e.New(p.Key[:salt])
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	t := &transform{
		iv: e.IVLen(), icv: e.CheckLen(), aead: aead, plain: e == suite.EncryptionNullGMAC,
		block: max(e.BlockLen(), 4), // RFC 4303 §2.4: at least
	}
	copy(t.nonce[:], p.Key[salt:])
	if !e.Combined() {
		t.icv, t.mac = p.Integrity.Len(), p.Integrity.New(p.IntegrityKey)
	}
	if block != nil {
		return t, t.chained(block)
	}
	return t, nil
}

// chained makes the transform one of a block cipher in CBC mode. RFC 3602, RFC
// 2451.
func (t *transform) chained(block cipher.Block) error {
	iv := make([]byte, block.BlockSize())
	enc, ok1 := cipher.NewCBCEncrypter(block, iv).(chain)
	dec, ok2 := cipher.NewCBCDecrypter(block, iv).(chain)
	if !ok1 || !ok2 {
		return fmt.Errorf("%w: its CBC mode takes no new IV", ErrSuite)
	}
	t.encrypt, t.decrypt = enc, dec
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

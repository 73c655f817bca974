package esp

import (
	"crypto/cipher"
	"crypto/hmac"
	"encoding/binary"
	"hash"
)

// headerLen is the length of SPI and sequence number, bytes. RFC 4303 §2.
const headerLen = 8

// trailerLen is the length of pad length and next header, bytes.
const trailerLen = 2

// saltLen and nonceLen are those of combined modes, bytes. RFC 4106 §4, RFC 7634
// §2.
const (
	saltLen  = 4
	nonceLen = 12
)

// A transform is what the algorithms of one SA do to a packet. It has room of
// its own to work in, so it has one user at a time.
//
// The packet is given whole: header, IV, what is encrypted, and at the end the
// check value or room for it.
type transform struct {
	iv    int // bytes of it in a packet
	block int // what is encrypted is a multiple of it, bytes
	icv   int // check value, bytes

	aead  cipher.AEAD // of combined modes
	plain bool        // aead only authenticates: GMAC, RFC 4543
	nonce [nonceLen]byte
	aad   [headerLen + 4]byte
	whole []byte // of GMAC with extended sequence numbers

	encrypt, decrypt chain     // of CBC; nil: nothing is encrypted
	mac              hash.Hash // of other modes than combined ones
	sum              [64]byte
	high             [4]byte
}

// A chain is a block cipher in CBC mode that may begin anew.
type chain interface {
	cipher.BlockMode
	SetIV(iv []byte)
}

// seal encrypts the packet b and writes its check value. high is the half of the
// sequence number that is not sent; it counts with esn only.
func (t *transform) seal(b []byte, esn bool, high uint32) {
	end := len(b) - t.icv
	body := b[headerLen+t.iv : end : len(b)]
	switch {
	case t.plain:
		t.aead.Seal(b[end:end:len(b)], t.setNonce(b), nil, t.everything(b[:end], esn, high))
	case t.aead != nil:
		t.aead.Seal(body[:0], t.setNonce(b), body, t.header(b, esn, high))
	default:
		if t.encrypt != nil {
			t.encrypt.SetIV(b[headerLen : headerLen+t.iv])
			t.encrypt.CryptBlocks(body, body)
		}
		copy(b[end:], t.authenticate(b[:end], esn, high))
	}
}

// open checks the packet b and decrypts it. Its length is right already. What is
// not authentic may be destroyed.
func (t *transform) open(b []byte, esn bool, high uint32) error {
	end := len(b) - t.icv
	body := b[headerLen+t.iv:]
	switch {
	case t.plain:
		if _, err := t.aead.Open(b[end:end], t.setNonce(b), b[end:], t.everything(b[:end], esn, high)); err != nil {
			return ErrAuth
		}
	case t.aead != nil:
		if _, err := t.aead.Open(body[:0], t.setNonce(b), body, t.header(b, esn, high)); err != nil {
			return ErrAuth
		}
	default:
		if !hmac.Equal(t.authenticate(b[:end], esn, high), b[end:]) {
			return ErrAuth
		}
		if t.decrypt != nil {
			body = b[headerLen+t.iv : end]
			t.decrypt.SetIV(b[headerLen : headerLen+t.iv])
			t.decrypt.CryptBlocks(body, body)
		}
	}
	return nil
}

// setNonce returns the salt with the IV of the packet. RFC 4106 §3.
func (t *transform) setNonce(b []byte) []byte {
	copy(t.nonce[saltLen:], b[headerLen:headerLen+t.iv])
	return t.nonce[:]
}

// header returns what is authenticated besides the body: SPI and sequence
// number. RFC 4106 §5.
func (t *transform) header(b []byte, esn bool, high uint32) []byte {
	if !esn {
		return b[:headerLen]
	}
	copy(t.aad[:4], b)
	binary.BigEndian.PutUint32(t.aad[4:], high)
	copy(t.aad[8:], b[4:headerLen])
	return t.aad[:]
}

// everything returns what GMAC authenticates: SPI, the whole sequence number, IV
// and body. RFC 4543 §3.3.
func (t *transform) everything(b []byte, esn bool, high uint32) []byte {
	if !esn {
		return b
	}
	t.whole = append(t.whole[:0], t.header(b, esn, high)...)
	t.whole = append(t.whole, b[headerLen:]...)
	return t.whole
}

// authenticate returns the check value of b, with the high half of the sequence
// number behind it. RFC 4303 §2.2.1. It is valid until the next call.
func (t *transform) authenticate(b []byte, esn bool, high uint32) []byte {
	t.mac.Reset()
	t.mac.Write(b)
	if esn {
		binary.BigEndian.PutUint32(t.high[:], high)
		t.mac.Write(t.high[:])
	}
	return t.mac.Sum(t.sum[:0])[:t.icv]
}

// body returns how many bytes are encrypted for a payload of n bytes: with
// padding and trailer whole blocks. RFC 4303 §2.4.
func (t *transform) body(n int) int {
	return (n + trailerLen + t.block - 1) / t.block * t.block
}

// forget drops all that holds a key. The lengths stay.
func (t *transform) forget() {
	clear(t.whole)
	clear(t.nonce[:])
	clear(t.sum[:])
	t.aead, t.encrypt, t.decrypt, t.mac, t.whole = nil, nil, nil, nil, nil
}

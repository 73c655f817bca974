package ikev2

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"axle/ipsec/suite"
)

// A Key protects the messages of one direction of an IKE SA. RFC 7296 §3.14,
// RFC 5282.
type Key struct {
	encryption suite.Encryption
	cipher     *suite.Cipher
	integrity  suite.Integrity
	auth       []byte
	count      uint64 // messages sealed: with a combined cipher, the vector of the next
}

// NewKey returns the protection by the given algorithms. The key of the cipher has its
// salt behind it; a combined cipher has no integrity algorithm beside it.
func NewKey(e suite.Encryption, key []byte, i suite.Integrity, auth []byte) (*Key, error) {
	c, err := e.NewCipher(key)
	if err != nil {
		return nil, err
	}
	if e.Combined() != (i == suite.IntegrityNone) || !i.Supported() || len(auth) != i.KeyLen() {
		return nil, fmt.Errorf("ikev2: integrity key: %w", suite.ErrKey)
	}
	return &Key{encryption: e, cipher: c, integrity: i, auth: slices.Clone(auth)}, nil
}

// overhead returns how many bytes the sealing adds at most to the payloads.
func (k *Key) overhead() int {
	return k.encryption.IVLen() + k.encryption.BlockLen() + k.encryption.CheckLen() + k.integrity.Len()
}

// SealedSize returns the size of the largest message that Seal makes of payloads
// of n bytes.
func (k *Key) SealedSize(n int) int { return HeaderSize + genericSize + n + k.overhead() }

// Seal returns a message with header h and one Encrypted payload, in which is plain,
// a chain of payloads of which the first has the given type. It reads from rand
// the vector of a cipher that needs a random one.
func (k *Key) Seal(h *Header, first PayloadType, plain []byte, rand io.Reader) ([]byte, error) {
	b := make([]byte, 0, k.SealedSize(len(plain)))
	b = h.append(b, TypeEncrypted)
	b = append(b, byte(first), 0, 0, 0)
	return k.seal(b, plain, rand)
}

// SealFragments is Seal with the payloads in fragments, none of which makes a
// message of more than size bytes. RFC 7383 §2.5.
func (k *Key) SealFragments(h *Header, first PayloadType, plain []byte, size int, rand io.Reader) ([][]byte, error) {
	const fields = 4 // bytes: number and total
	room := size - HeaderSize - genericSize - fields - k.overhead()
	if room <= 0 {
		return nil, unwritable("fragment size", ErrValue)
	}
	total := max((len(plain)+room-1)/room, 1)
	if total > MaxFragments {
		return nil, unwritable("number of fragments", ErrLimit)
	}
	var list [][]byte
	for i := range total {
		n := min(room, len(plain))
		b := make([]byte, 0, size)
		b = h.append(b, TypeFragment)
		b = append(b, byte(first), 0, 0, 0)
		b = binary.BigEndian.AppendUint16(b, uint16(i+1))
		b = binary.BigEndian.AppendUint16(b, uint16(total))
		b, err := k.seal(b, plain[:n], rand)
		if err != nil {
			return nil, err
		}
		list, plain, first = append(list, b), plain[n:], TypeNone
	}
	return list, nil
}

// seal appends vector, sealed text and check value to a message that ends where
// they begin, and fills in its lengths.
func (k *Key) seal(b, plain []byte, rand io.Reader) ([]byte, error) {
	head := len(b)
	block := k.encryption.BlockLen()
	pad := (block - (len(plain)+1)%block) % block
	check := k.encryption.CheckLen() + k.integrity.Len()
	iv := make([]byte, k.encryption.IVLen())
	if k.encryption.Combined() {
		binary.BigEndian.PutUint64(iv, k.count)
	} else if _, err := io.ReadFull(rand, iv); err != nil {
		return nil, fmt.Errorf("ikev2: vector: %w", err)
	}
	k.count++
	size := head + len(iv) + len(plain) + pad + 1 + check
	if size > MaxMessageSize {
		return nil, unwritable("message", ErrLimit)
	}
	binary.BigEndian.PutUint32(b[24:], uint32(size))
	binary.BigEndian.PutUint16(b[HeaderSize+2:], uint16(size-HeaderSize))
	b = append(b, iv...)
	start := len(b)
	b = append(b, plain...)
	b = append(b, make([]byte, pad)...)
	b = append(b, byte(pad))
	b, err := k.cipher.Seal(b[:start], iv, b[start:], b[:head])
	if err != nil {
		return nil, err
	}
	return append(b, k.integrity.Sum(k.auth, b)...), nil
}

// Open returns what is inside the last payload of message m, which must be an
// Encrypted one or a fragment: a chain of payloads, or a part of one, and the type
// of the first. raw are the bytes of m. The error is ErrOpen where the message was
// not sealed with the key, and ErrFormat where it was and is malformed still.
func (k *Key) Open(raw []byte, m *Message) (PayloadType, []byte, error) {
	var first PayloadType
	var sealed []byte
	if len(m.Payloads) > 0 {
		switch p := m.Payloads[len(m.Payloads)-1].(type) {
		case *Encrypted:
			first, sealed = p.First, p.Data
		case *Fragment:
			first, sealed = p.First, p.Data
		}
	}
	ivLen, icv := k.encryption.IVLen(), k.integrity.Len()
	if len(sealed) < ivLen+icv+k.encryption.CheckLen()+1 {
		return 0, nil, fmt.Errorf("ikev2: encrypted payload of %d bytes: %w", len(sealed), ErrOpen)
	}
	head := len(raw) - len(sealed)
	text := sealed[ivLen : len(sealed)-icv]
	if icv > 0 && !k.integrity.Verify(k.auth, sealed[len(sealed)-icv:], raw[:len(raw)-icv]) {
		return 0, nil, fmt.Errorf("ikev2: encrypted payload: %w", ErrOpen)
	}
	plain, err := k.cipher.Open(nil, sealed[:ivLen], text, raw[:head])
	if err != nil {
		return 0, nil, fmt.Errorf("ikev2: encrypted payload: %w", ErrOpen)
	}
	pad := 0
	if len(plain) > 0 {
		pad = int(plain[len(plain)-1]) + 1
	}
	if pad == 0 || pad > len(plain) {
		return 0, nil, fmt.Errorf("ikev2: padding: %w", ErrFormat)
	}
	return first, plain[:len(plain)-pad], nil
}

// IntermediateOctets returns what authentication covers of an IKE_INTERMEDIATE
// message: header h and payloads in clear, as if the message had not been
// encrypted. RFC 9242 §3.3.2.
func IntermediateOctets(h *Header, first PayloadType, plain []byte) []byte {
	b := h.append(nil, TypeEncrypted)
	binary.BigEndian.PutUint32(b[24:], uint32(HeaderSize+genericSize+len(plain)))
	b = append(b, byte(first), 0, 0, 0)
	binary.BigEndian.PutUint16(b[HeaderSize+2:], uint16(genericSize+len(plain)))
	return append(b, plain...)
}

package esp

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"math"
	"sync"
)

// An Outbound is the security association of packets to the peer. Several
// workers may use it: those that come at once wait for each other.
type Outbound struct {
	params Params // without the keys
	last   uint64 // the last sequence number there is

	mu       sync.Mutex // of all below
	t        *transform
	ivs      cipher.Block // of CBC mode: makes IVs
	iv       [aes.BlockSize]byte
	seq      uint64 // of the last packet
	counters Counters
	closed   bool
}

// NewOutbound returns the association that p describes. It copies what it needs
// of the keys. The sequence numbers begin at 1, so no two of them may be made
// with one key.
func NewOutbound(p Params) (*Outbound, error) {
	t, err := newTransform(&p)
	if err != nil {
		return nil, err
	}
	s := &Outbound{params: p.withoutKeys(), t: t, last: math.MaxUint32}
	if p.ESN {
		s.last = math.MaxUint64
	}
	if t.encrypt != nil {
		s.ivs = newIVs(&p)
	}
	return s, nil
}

// Params returns what was agreed on, without the keys.
func (s *Outbound) Params() Params { return s.params }

// Seal makes an ESP packet of the payload of n bytes at off in buf, in place. next
// is the payload's protocol number, now the time in nanoseconds of the caller's
// clock. It returns where the packet begins and its length.
//
// It needs Head bytes in front of the payload and Tail bytes behind it. Where it
// fails, buf is as it was.
func (s *Outbound) Seal(buf []byte, off, n int, next uint8, now int64) (start, size int, err error) {
	head, body := s.Head(), s.t.body(n)
	start, size = off-head, head+body+s.t.icv
	if start < 0 || n < 0 || start+size > len(buf) {
		return 0, 0, ErrRoom
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		err = ErrClosed
	case s.seq == s.last:
		err = ErrExhausted
	case s.params.Bytes > 0 && s.counters.Bytes+uint64(n) > s.params.Bytes:
		err = ErrLifetime
	}
	if err != nil {
		s.counters.Refused++
		return 0, 0, err
	}
	s.seq++
	s.counters.carried(n, now)
	b := buf[start : start+size : start+size]
	s.seal(b, n, next, s.seq, s.nextIV())
	return start, size, nil
}

// nextIV returns the IV of the packet with number s.seq. Of combined modes it is
// that number, which must not come twice (RFC 4106 §3.1).
func (s *Outbound) nextIV() []byte {
	binary.BigEndian.PutUint64(s.iv[:], s.seq)
	if s.ivs != nil {
		clear(s.iv[8:])
		s.ivs.Encrypt(s.iv[:], s.iv[:])
	}
	return s.iv[:s.t.iv]
}

// seal writes the packet b around the payload of n bytes that lies in it.
func (s *Outbound) seal(b []byte, n int, next uint8, seq uint64, iv []byte) {
	binary.BigEndian.PutUint32(b, s.params.SPI)
	binary.BigEndian.PutUint32(b[4:], uint32(seq))
	copy(b[headerLen:], iv)
	tail := b[headerLen+s.t.iv+n : len(b)-s.t.icv]
	pad := len(tail) - trailerLen
	for i := range tail[:pad] {
		tail[i] = byte(i + 1)
	}
	tail[pad], tail[pad+1] = byte(pad), next
	s.t.seal(b, s.params.ESN, uint32(seq>>32))
}

// Counters returns what the association has done.
func (s *Outbound) Counters() Counters {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counters
}

// Close ends the association. It lets go of everything that holds a key.
func (s *Outbound) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed, s.ivs = true, nil
	clear(s.iv[:])
	s.t.forget()
}

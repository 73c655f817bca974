package esp

import (
	"encoding/binary"
	"fmt"
	"sync"
)

// An Inbound is the security association of packets from the peer. Several
// workers may use it: those that come at once wait for each other.
type Inbound struct {
	params Params // without the keys

	mu       sync.Mutex // of all below
	t        *transform
	window   window
	counters Counters
	closed   bool
}

// MaxWindow is the largest replay window, packets.
const MaxWindow = 8192

// NewInbound returns the association that p describes. It copies what it needs
// of the keys.
func NewInbound(p Params) (*Inbound, error) {
	if p.Window < 0 || p.Window > MaxWindow {
		return nil, fmt.Errorf("%w: %d packets", ErrWindow, p.Window)
	}
	t, err := newTransform(&p)
	if err != nil {
		return nil, err
	}
	return &Inbound{params: p.withoutKeys(), t: t, window: newWindow(p.Window)}, nil
}

// Params returns what was agreed on, without the keys.
func (s *Inbound) Params() Params { return s.params }

// Open checks the ESP packet b and decrypts it in place. It returns the payload,
// which lies in b, and its protocol number; 59 is a packet without meaning, to be
// thrown away (RFC 4303 §2.6). now is the time in nanoseconds of the caller's clock.
//
// The packet's SPI is that of the association, or else nothing is authentic.
// Where Open fails, b may be destroyed.
func (s *Inbound) Open(b []byte, now int64) (payload []byte, next uint8, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body := len(b) - headerLen - s.t.iv - s.t.icv
	switch {
	case s.closed:
		s.counters.Refused++
		return nil, 0, ErrClosed
	case body < s.t.block || body%s.t.block != 0:
		s.counters.Malformed++
		return nil, 0, ErrShort
	case s.params.Bytes > 0 && s.counters.Bytes >= s.params.Bytes:
		s.counters.Refused++
		return nil, 0, ErrLifetime
	}
	seq, ok := s.sequence(b)
	if !ok || !s.window.fresh(seq) {
		s.counters.Replays++
		return nil, 0, ErrReplay
	}
	if err := s.t.open(b, s.params.ESN, uint32(seq>>32)); err != nil {
		s.counters.Auth++
		return nil, 0, err
	}
	s.window.mark(seq) // only what is authentic moves the window: RFC 4303 §3.4.3
	payload, next, ok = unpad(b[headerLen+s.t.iv : len(b)-s.t.icv])
	if !ok {
		s.counters.Malformed++
		return nil, 0, ErrPadding
	}
	s.counters.carried(len(payload), now)
	return payload, next, nil
}

// sequence returns the sequence number of the packet b. It tells whether there
// can be one.
func (s *Inbound) sequence(b []byte) (uint64, bool) {
	low := binary.BigEndian.Uint32(b[4:])
	if !s.params.ESN {
		return uint64(low), true
	}
	return s.window.extend(low)
}

// unpad takes padding and trailer off b. It tells whether they are as RFC 4303
// §2.4 has them.
func unpad(b []byte) (payload []byte, next uint8, ok bool) {
	end := len(b) - trailerLen
	pad := int(b[end])
	if pad > end {
		return nil, 0, false
	}
	for i, v := range b[end-pad : end] {
		if v != byte(i+1) {
			return nil, 0, false
		}
	}
	return b[:end-pad], b[end+1], true
}

// Counters returns what the association has done.
func (s *Inbound) Counters() Counters {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counters
}

// Close ends the association. It lets go of everything that holds a key.
func (s *Inbound) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.t.forget()
}

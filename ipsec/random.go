package ipsec

import (
	"encoding/binary"
	"io"
	"time"
)

// Random is where an exchange takes everything from that nobody may guess.
type Random struct{ io.Reader }

// Bytes draws n bytes. A source that fails would leave nothing but guessable keys,
// so it panics then.
func (r Random) Bytes(n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(r.Reader, b); err != nil {
		panic("ipsec: no randomness: " + err.Error())
	}
	return b
}

// Jitter returns a duration from 0 to just below d.
func (r Random) Jitter(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return time.Duration(binary.BigEndian.Uint64(r.Bytes(8)) % uint64(d))
}

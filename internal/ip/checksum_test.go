package ip

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// slowChecksum is the definition: 16-bit words, each carry added at once.
func slowChecksum(b []byte) uint16 {
	var s uint32
	for i, v := range b {
		if i%2 == 0 {
			s += uint32(v) << 8
		} else {
			s += uint32(v)
		}
		s = s>>16 + s&0xffff
	}
	return ^uint16(s)
}

func TestChecksum(t *testing.T) {
	// RFC 1071 §3: the sum of these is ddf2.
	if got := Checksum(unhex(t, "0001 f203 f4f5 f6f7")); got != ^uint16(0xddf2) {
		t.Errorf("RFC 1071 example: %04x", got)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for n := range 200 {
		for _, fill := range []byte{0, 0xff, 1} {
			b := make([]byte, n)
			for i := range b {
				b[i] = fill
				if fill == 1 {
					b[i] = byte(rng.Uint32())
				}
			}
			if got, want := Checksum(b), slowChecksum(b); got != want {
				t.Fatalf("%d bytes %x: %04x, want %04x", n, b, got, want)
			}
		}
	}
}

func TestUpdateChecksum(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 20000 {
		b := make([]byte, 12)
		binary.BigEndian.PutUint64(b, rng.Uint64())
		b[0] = 1 // not all zero: a header never is
		c := Checksum(b)
		at := 2 + 2*rng.IntN(5)
		old := binary.BigEndian.Uint16(b[at:])
		value := uint16(rng.Uint32())
		if rng.IntN(4) == 0 {
			value = []uint16{0, 0xffff}[rng.IntN(2)]
		}
		binary.BigEndian.PutUint16(b[at:], value)
		if got := UpdateChecksum(c, old, value); got != Checksum(b) {
			t.Fatalf("%x, %04x was %04x: %04x, want %04x", b, value, old, got, Checksum(b))
		}
	}
}

func BenchmarkChecksum1400(b *testing.B) {
	p := make([]byte, 1400)
	b.SetBytes(1400)
	for b.Loop() {
		Checksum(p)
	}
}

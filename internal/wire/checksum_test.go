package wire_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"

	"axle/internal/wire"
)

// slowChecksum follows RFC 1071 §1 word by word.
func slowChecksum(b []byte) uint16 {
	var sum uint32
	for i := 0; i < len(b); i += 2 {
		word := uint32(b[i]) << 8
		if i+1 < len(b) {
			word |= uint32(b[i+1])
		}
		sum += word
		if sum > 0xffff {
			sum -= 0xffff
		}
	}
	return ^uint16(sum)
}

func TestChecksum(t *testing.T) {
	tests := []struct {
		name string
		b    []byte
		want uint16
	}{
		{"nothing", nil, 0xffff},
		{"one byte", []byte{0x12}, ^uint16(0x1200)},
		{"the example of RFC 1071 §3", []byte{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7}, ^uint16(0xddf2)},
		{"all ones", []byte{0xff, 0xff, 0xff, 0xff}, 0},
		{"IPv4 header", []byte{
			0x45, 0, 0, 0x64, 0, 5, 0, 0, 0xff, 1, 0xa7, 0x8f, 10, 255, 255, 3, 10, 255, 255, 2,
		}, 0},
	}
	for _, tt := range tests {
		if got := wire.Checksum(tt.b); got != tt.want {
			t.Errorf("%s: %#04x, want %#04x", tt.name, got, tt.want)
		}
	}
}

// Every length and alignment of the fast loop against the slow sum.
func TestChecksumLengths(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, fill := range []int{0, 0xff, -1} {
		buf := make([]byte, 300)
		for i := range buf {
			buf[i] = byte(fill)
			if fill < 0 {
				buf[i] = byte(rnd.Uint32())
			}
		}
		for n := range len(buf) - 8 {
			b := buf[n%8:][:n]
			if got, want := wire.Checksum(b), slowChecksum(b); got != want {
				t.Fatalf("%d bytes: %#04x, want %#04x", n, got, want)
			}
		}
	}
}

// A sum of parts is the sum of the whole.
func TestSumParts(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	b := make([]byte, 99)
	for range 1000 {
		for i := range b {
			b[i] = byte(rnd.Uint32())
		}
		at := 2 * rnd.IntN(len(b)/2)
		sum := wire.Sum(wire.Sum(0, b[:at]), b[at:])
		if got, want := ^wire.Fold(sum), slowChecksum(b); got != want {
			t.Fatalf("parted at %d: %#04x, want %#04x", at, got, want)
		}
	}
}

func TestFold(t *testing.T) {
	for _, sum := range []uint64{0, 1, 0xffff, 0x10000, 0xffffffff, 0x1_0000_0000, 0xffff_0000_ffff_0001, ^uint64(0), ^uint64(0) - 1} {
		want := sum % 0xffff
		if want == 0 && sum != 0 {
			want = 0xffff
		}
		if got := wire.Fold(sum); uint64(got) != want {
			t.Errorf("Fold(%#x): %#04x, want %#04x", sum, got, want)
		}
	}
}

func TestUpdate(t *testing.T) {
	// The example of RFC 1624 §4, where equation 4 of RFC 1141 goes wrong.
	if got := wire.Update(0xdd2f, 0x5555, 0x3285); got != 0 {
		t.Errorf("the example of RFC 1624: %#04x, want 0", got)
	}
	rnd := rand.New(rand.NewPCG(5, 6))
	for range 20000 {
		b := make([]byte, 20)
		for i := range b {
			b[i] = byte(rnd.Uint32())
		}
		at := 2 * rnd.IntN(9)
		old := slowChecksum(b)
		from16, from32 := binary.BigEndian.Uint16(b[at:]), binary.BigEndian.Uint32(b[at:])

		to16 := uint16(rnd.Uint32())
		binary.BigEndian.PutUint16(b[at:], to16)
		if got, want := wire.Update(old, from16, to16), slowChecksum(b); got != want {
			t.Fatalf("%#04x to %#04x: %#04x, want %#04x", from16, to16, got, want)
		}
		to32 := rnd.Uint32()
		binary.BigEndian.PutUint32(b[at:], to32)
		if got, want := wire.Update32(old, from32, to32), slowChecksum(b); got != want {
			t.Fatalf("%#08x to %#08x: %#04x, want %#04x", from32, to32, got, want)
		}
	}
}

func FuzzChecksum(f *testing.F) {
	f.Add([]byte("\x45\x00\x00\x64"))
	f.Add(make([]byte, 65))
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, want := wire.Checksum(b), slowChecksum(b); got != want {
			t.Fatalf("%#04x, want %#04x", got, want)
		}
	})
}

func BenchmarkChecksum(b *testing.B) {
	for _, n := range []int{20, 104, 1400} {
		p := make([]byte, n)
		b.Run(fmt.Sprintf("%d", n), func(b *testing.B) {
			b.SetBytes(int64(n))
			for b.Loop() {
				wire.Checksum(p)
			}
		})
	}
}

func BenchmarkUpdate(b *testing.B) {
	sum := uint16(0x1234)
	for b.Loop() {
		sum = wire.Update(sum, 0x4011, 0x3f11)
	}
}

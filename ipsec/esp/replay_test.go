package esp_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"axle/ipsec/esp"
)

func TestReplay(t *testing.T) {
	each(t, func(t *testing.T, c cipherTest, esn bool) {
		out, in := pair(t, c.params(esn))
		var packets [][]byte
		for range 200 {
			b, _ := sealed(t, out, 8)
			packets = append(packets, b)
		}
		open := func(n int, want error) {
			t.Helper()
			if _, _, err := in.Open(bytes.Clone(packets[n-1]), 1); !errors.Is(err, want) {
				t.Errorf("packet %d: %v, want %v", n, err, want)
			}
		}
		old := esp.ErrReplay
		if esn {
			old = esp.ErrAuth // left of the window the lower half can only mean the next turn
		}
		open(1, nil)
		open(1, esp.ErrReplay)
		open(100, nil)
		open(99, nil)
		open(37, nil) // the last in a window of 64
		open(36, old)
		open(37, esp.ErrReplay)
		open(200, nil)
		open(137, nil)
		open(136, old)
		if k := in.Counters(); k.Replays+k.Auth != 4 || k.Packets != 6 {
			t.Errorf("%+v", k)
		}
	})
}

// Without a window everything authentic is taken.
func TestUnchecked(t *testing.T) {
	each(t, func(t *testing.T, c cipherTest, esn bool) {
		p := c.params(esn)
		p.Window = 0
		out, in := pair(t, p)
		for range 2 {
			b, _ := sealed(t, out, 8)
			out.SetSequence(100000)
			far, _ := sealed(t, out, 8)
			for _, b := range [][]byte{far, b, far, b} {
				if _, _, err := in.Open(bytes.Clone(b), 1); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// The upper half of the sequence number turns with the lower one, and packets
// from both sides of the turn are taken.
func TestExtendedTurn(t *testing.T) {
	for _, c := range ciphers {
		t.Run(c.name, func(t *testing.T) {
			out, in := pair(t, c.params(true))
			at := uint64(5)<<32 - 40
			out.SetSequence(at)
			in.SetTop(at)
			var packets [][]byte
			for range 80 {
				b, _ := sealed(t, out, 8)
				packets = append(packets, b)
			}
			for _, i := range []int{0, 20, 79, 50, 39, 38, 41, 40, 16} {
				if _, _, err := in.Open(bytes.Clone(packets[i]), 1); err != nil {
					t.Errorf("packet %d: %v", i, err)
				}
			}
			if _, _, err := in.Open(bytes.Clone(packets[16]), 1); !errors.Is(err, esp.ErrReplay) {
				t.Errorf("packet 16 again: %v", err)
			}
			// Left of the window, a lower half can only mean the next turn.
			if _, _, err := in.Open(bytes.Clone(packets[15]), 1); !errors.Is(err, esp.ErrAuth) {
				t.Errorf("packet 15: %v", err)
			}
		})
	}
}

func TestExhausted(t *testing.T) {
	for _, tt := range []struct {
		esn  bool
		last uint64
	}{{false, math.MaxUint32}, {true, math.MaxUint64}} {
		out, in := pair(t, ciphers[0].params(tt.esn))
		out.SetSequence(tt.last - 1)
		in.SetTop(tt.last - 1)
		b, _ := sealed(t, out, 8)
		if _, _, err := in.Open(b, 1); err != nil {
			t.Errorf("last packet: %v", err)
		}
		for range 2 {
			buf := make([]byte, 200)
			if _, _, err := out.Seal(buf, 100, 8, 47, 1); !errors.Is(err, esp.ErrExhausted) || !bytes.Equal(buf, make([]byte, 200)) {
				t.Errorf("one more: %v", err)
			}
		}
		if k := out.Counters(); k.Refused != 2 || k.Packets != 1 {
			t.Errorf("%+v", k)
		}
	}
}

func TestLifetime(t *testing.T) {
	p := ciphers[0].params(false)
	free, _ := pair(t, p)
	p.Bytes = 100
	out, in := pair(t, p)
	buf := make([]byte, 300)
	for _, tt := range []struct {
		n    int
		want error
	}{{60, nil}, {41, esp.ErrLifetime}, {40, nil}, {1, esp.ErrLifetime}, {0, nil}} {
		if _, _, err := out.Seal(buf, 100, tt.n, 47, 1); !errors.Is(err, tt.want) {
			t.Errorf("%d bytes: %v, want %v", tt.n, err, tt.want)
		}
	}
	for i, want := range []error{nil, nil, esp.ErrLifetime} {
		b, _ := sealed(t, free, 60)
		if _, _, err := in.Open(b, 1); !errors.Is(err, want) {
			t.Errorf("packet %d: %v, want %v", i, err, want)
		}
	}
}

// A modelWindow is a replay window as the RFC describes it.
type modelWindow struct {
	size, top uint64
	seen      map[uint64]bool
}

func (m *modelWindow) take(seq uint64) bool {
	switch {
	case m.size == 0:
		return true
	case seq == 0, m.seen[seq], m.top >= m.size && seq <= m.top-m.size:
		return false
	}
	m.seen[seq] = true
	m.top = max(m.top, seq)
	return true
}

// extend tries every upper half near the top and takes the one of the packet that
// the window wants most: within it, else the next after it.
func (m *modelWindow) extend(low uint32) (uint64, bool) {
	high := m.top >> 32
	for _, h := range []uint64{high - 1, high, high + 1} {
		seq := h<<32 | uint64(low)
		if high == 0 && h == high-1 { // below zero: nothing, where the window reaches that far
			if m.top-seq < m.size {
				return 0, false
			}
			continue
		}
		if seq > m.top || m.top-seq < m.size {
			return seq, true
		}
	}
	return 0, false
}

// drive plays a game of jumps against the model: each byte pair is a step.
func drive(t *testing.T, size uint64, start uint64, steps []byte) {
	w, m := esp.NewWindow(int(size)), &modelWindow{size: size, seen: map[uint64]bool{}}
	if start > 0 {
		w.Take(start)
		m.take(start)
	}
	for i := 0; i+2 < len(steps); i += 3 {
		jump := uint64(binary.BigEndian.Uint16(steps[i+1:]))
		seq := m.top
		switch steps[i] % 8 {
		case 0:
			seq += 1
		case 1:
			seq += jump % 70
		case 2:
			seq += jump
		case 3:
			seq += jump << 16
		case 4, 5:
			seq -= min(seq, jump%(2*size+2))
		case 6:
			seq -= min(seq, size-min(size, jump%3))
		default:
			seq = jump
		}
		if got, want := w.Take(seq), m.take(seq); got != want {
			t.Fatalf("step %d: %d with top %d and size %d: taken %v, want %v", i/3, seq, m.top, size, got, want)
		}
		if low := uint32(jump) << (steps[i] % 17); size > 0 {
			for _, low := range []uint32{low, uint32(m.top) + low%4096, uint32(m.top) - low%4096} {
				got, ok := w.Extend(low)
				want, wantOK := m.extend(low)
				if got != want || ok != wantOK {
					t.Fatalf("step %d: %#x with top %#x and size %d: %#x %v, want %#x %v", i/3, low, m.top, size, got, ok, want, wantOK)
				}
			}
		}
	}
}

var starts = []uint64{0, 1, 63, 1000, 1<<32 - 3, 1 << 32, 1<<32 + 70, 7<<32 - 1, 7<<32 + 12345}

func TestWindowModel(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, size := range []uint64{0, 1, 32, 63, 64, 65, 128, 200, 256, 512, 1000, 1024, esp.MaxWindow} {
		for _, start := range starts {
			steps := make([]byte, 3*3000)
			for i := range steps {
				steps[i] = byte(rnd.Uint32())
			}
			drive(t, size, start, steps)
		}
	}
}

func FuzzReplay(f *testing.F) {
	f.Add(uint16(64), uint64(0), []byte("\x00\x00\x00\x04\x00\x01\x06\x00\x00"))
	f.Add(uint16(1024), uint64(1)<<32-3, []byte("\x01\x00\x40\x05\x00\x41\x03\x00\x02"))
	f.Fuzz(func(t *testing.T, size uint16, start uint64, steps []byte) {
		if size > esp.MaxWindow || start > 1<<60 || len(steps) > 3000 {
			return
		}
		drive(t, uint64(size), start, steps)
	})
}

package wire_test

import (
	"bytes"
	"errors"
	"testing"

	"axle/internal/wire"
)

func TestReader(t *testing.T) {
	r := wire.NewReader([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19})
	if v := r.U8(); v != 1 {
		t.Errorf("U8 %#x", v)
	}
	if v := r.U16(); v != 0x0203 {
		t.Errorf("U16 %#x", v)
	}
	if v := r.U32(); v != 0x04050607 {
		t.Errorf("U32 %#x", v)
	}
	if v := r.U64(); v != 0x08090a0b0c0d0e0f {
		t.Errorf("U64 %#x", v)
	}
	if v := r.Take(1); !bytes.Equal(v, []byte{16}) || cap(v) != 1 {
		t.Errorf("Take %x of capacity %d", v, cap(v))
	}
	r.Skip(1)
	if r.Off() != 17 || r.Len() != 2 {
		t.Errorf("offset %d, %d left", r.Off(), r.Len())
	}
	if v := r.Rest(); !bytes.Equal(v, []byte{18, 19}) || r.Len() != 0 {
		t.Errorf("Rest %x, %d left", v, r.Len())
	}
	if r.Err() != nil || r.Short() != nil {
		t.Errorf("error %v", r.Err())
	}
	if v := r.Rest(); len(v) != 0 || r.Err() != nil {
		t.Errorf("Rest at the end %x, %v", v, r.Err())
	}
}

// The first failure stays, and tells its own place.
func TestReaderSticks(t *testing.T) {
	reads := []struct {
		name string
		read func(*wire.Reader) bool // reports whether it gave a zero value
		want int
	}{
		{"U8", func(r *wire.Reader) bool { return r.U8() == 0 }, 1},
		{"U16", func(r *wire.Reader) bool { return r.U16() == 0 }, 2},
		{"U32", func(r *wire.Reader) bool { return r.U32() == 0 }, 4},
		{"U64", func(r *wire.Reader) bool { return r.U64() == 0 }, 8},
		{"Take", func(r *wire.Reader) bool { return r.Take(5) == nil }, 5},
		{"Take of a negative number", func(r *wire.Reader) bool { return r.Take(-1) == nil }, -1},
		{"Skip", func(r *wire.Reader) bool { r.Skip(9); return true }, 9},
		{"Sub", func(r *wire.Reader) bool { s := r.Sub(6); return s.Len() == 0 && s.Err() != nil }, 6},
	}
	for _, tt := range reads {
		t.Run(tt.name, func(t *testing.T) {
			all := bytes.Repeat([]byte{0xff}, 8)
			for have := range max(tt.want, 1) {
				r := wire.NewReader(all[:have])
				if !tt.read(&r) {
					t.Error("a value from missing bytes")
				}
				var short *wire.ShortError
				if err := r.Err(); !errors.As(err, &short) || !errors.Is(err, wire.ErrShort) {
					t.Fatalf("error %v", err)
				}
				if want := (wire.ShortError{Offset: 0, Want: tt.want, Have: have}); *short != want {
					t.Errorf("error %+v, want %+v", *short, want)
				}
				for _, after := range reads {
					if !after.read(&r) {
						t.Errorf("%s gave a value after the failure", after.name)
					}
				}
				if r.Rest() != nil || r.Len() != 0 || r.Off() != 0 || r.Short() != short {
					t.Errorf("moved on after the failure: %d left at %d, %v", r.Len(), r.Off(), r.Err())
				}
			}
		})
	}
}

func TestReaderSub(t *testing.T) {
	r := wire.NewReader([]byte{0, 1, 2, 3, 4, 5, 6, 7})
	r.Skip(2)
	outer := r.Sub(4)
	outer.Skip(1)
	inner := outer.Sub(2)
	if inner.Off() != 3 || inner.U16() != 0x0304 || inner.Err() != nil {
		t.Errorf("inner reader at %d: %v", inner.Off(), inner.Err())
	}
	inner.U8() // one byte beyond, although the slice has more
	if s := inner.Short(); s == nil || *s != (wire.ShortError{Offset: 5, Want: 1}) {
		t.Errorf("inner error %v", inner.Err())
	}
	if v := outer.U8(); v != 5 || outer.Err() != nil {
		t.Errorf("outer reader reads %d, %v", v, outer.Err())
	}
	if v := r.U8(); v != 6 || r.Off() != 7 {
		t.Errorf("outermost reader reads %d, then is at %d", v, r.Off())
	}
}

func TestShortErrorText(t *testing.T) {
	r := wire.NewReader([]byte{1, 2, 3})
	r.U16()
	r.U32()
	if got, want := r.Err().Error(), "byte 2: 4 bytes wanted, 1 left: too short"; got != want {
		t.Errorf("error %q, want %q", got, want)
	}
}

// A reader does not allocate while it succeeds.
func TestReaderAllocations(t *testing.T) {
	b := make([]byte, 64)
	n := testing.AllocsPerRun(100, func() {
		r := wire.NewReader(b)
		s := r.Sub(16)
		s.U64()
		r.U32()
		if len(r.Rest()) != 44 || s.Err() != nil {
			t.Error("wrong reading")
		}
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzReader lets the input choose the reads and compares with plain slicing.
func FuzzReader(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5}, []byte("\x01\x02\x03\x04\x05\x06\x07\x08\x09"))
	f.Add([]byte{0x84, 0x45, 2}, []byte("abcdefghijkl"))
	f.Fuzz(func(t *testing.T, reads, b []byte) {
		r := wire.NewReader(b)
		rest, failed := b, false
		for _, op := range reads {
			n := int(op >> 3) // bytes of Take and Sub
			var got uint64
			var taken []byte
			switch op & 7 {
			case 0:
				got, n = uint64(r.U8()), 1
			case 1:
				got, n = uint64(r.U16()), 2
			case 2:
				got, n = uint64(r.U32()), 4
			case 3:
				got, n = r.U64(), 8
			case 4:
				s := r.Sub(n)
				taken = s.Rest()
			case 5:
				r.Skip(n)
			default:
				taken = r.Take(n)
			}
			if failed = failed || n > len(rest); failed {
				if got != 0 || taken != nil {
					t.Fatal("a value after a failure")
				}
				continue
			}
			var want uint64
			for _, v := range rest[:n] {
				want = want<<8 | uint64(v)
			}
			if op&7 < 4 && got != want || taken != nil && !bytes.Equal(taken, rest[:n]) {
				t.Fatalf("read %#x %x, want %#x %x", got, taken, want, rest[:n])
			}
			rest = rest[n:]
		}
		if failed != (r.Err() != nil) || r.Off() != len(b)-len(rest) {
			t.Fatalf("failed %v: %v at %d, want %d", failed, r.Err(), r.Off(), len(b)-len(rest))
		}
	})
}

func BenchmarkReader(b *testing.B) {
	p := make([]byte, 64)
	b.ReportAllocs()
	for b.Loop() {
		r := wire.NewReader(p)
		for range 8 {
			r.U32()
			r.U16()
			r.U8()
			r.U8()
		}
		if r.Err() != nil {
			b.Fatal(r.Err())
		}
	}
}

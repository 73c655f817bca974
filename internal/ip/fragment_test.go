package ip

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"
	"time"
)

// datagramOf returns a packet with n bytes of payload.
func datagramOf(t testing.TB, id uint16, n int, options []byte) IPv4 {
	b, err := AppendIPv4(nil, Header{ID: id, TTL: 64, Protocol: 99, Src: addr("10.0.0.1"), Dst: addr("10.0.0.2"), Options: options}, n)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		b = append(b, byte(i*7+i>>8))
	}
	return IPv4(b)
}

// cut returns the fragments of p.
func cut(t testing.TB, p IPv4, mtu int) []IPv4 {
	f, err := NewFragmenter(p, mtu)
	if err != nil {
		t.Fatal(err)
	}
	want := f.Count()
	var out []IPv4
	for {
		b := make([]byte, mtu)
		n := f.Next(b)
		if n == 0 {
			break
		}
		q, err := ParseIPv4(b[:n])
		if err != nil || len(q) != n {
			t.Fatalf("fragment %x: %v", b[:n], err)
		}
		out = append(out, q)
	}
	if len(out) != want {
		t.Fatalf("%d fragments, Count said %d", len(out), want)
	}
	return out
}

func TestFragmentBytes(t *testing.T) {
	p := datagramOf(t, 9, 100, nil)
	var lens, offs []int
	for i, q := range cut(t, p, 68) {
		lens, offs = append(lens, len(q)), append(offs, q.Offset())
		if q.MF() != (i < 2) || q.ID() != 9 || q.TTL() != 64 {
			t.Errorf("fragment %d: %x", i, q[:20])
		}
	}
	if want := []int{68, 68, 24}; !equal(lens, want) {
		t.Errorf("lengths %v, want %v", lens, want)
	}
	if want := []int{0, 48, 96}; !equal(offs, want) {
		t.Errorf("offsets %v, want %v", offs, want)
	}
	// A fragment of a fragment keeps MF and counts from its own offset.
	sub := cut(t, cut(t, p, 68)[1], 36)
	if len(sub) != 3 || sub[0].Offset() != 48 || sub[2].Offset() != 80 || !sub[2].MF() {
		t.Errorf("fragments of a fragment: %x", sub)
	}
}

func equal(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// Options with the copied bit go into all fragments, the others into the first.
func TestFragmentOptions(t *testing.T) {
	opts := []byte{7, 7, 4, 0, 0, 0, 0, 0x94, 4, 0, 0, 0} // record route, router alert
	got := cut(t, datagramOf(t, 1, 60, opts), 68)
	if !bytes.Equal(got[0].Options(), opts) || !bytes.Equal(got[1].Options(), []byte{0x94, 4, 0, 0}) {
		t.Errorf("options %x, %x", got[0].Options(), got[1].Options())
	}
}

func TestFragmenterErrors(t *testing.T) {
	p := datagramOf(t, 1, 100, nil)
	df := IPv4(bytes.Clone(p))
	df[6] |= 0x40
	high := IPv4(bytes.Clone(p))
	high[6], high[7] = 0x1f, 0xff
	for _, tt := range []struct {
		name string
		p    IPv4
		mtu  int
		want error
	}{
		{"DF", df, 68, ErrDF},
		{"DF, but it fits", df, 120, nil},
		{"MTU 27", p, 27, ErrMTU},
		{"MTU 28", p, 28, nil},
		{"end beyond 65535", high, 68, ErrLength},
	} {
		if _, err := NewFragmenter(tt.p, tt.mtu); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

// Any packet, cut for any MTU and cut again, in any order with repetitions, comes out whole.
func TestReassembleRandom(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	r := NewReassembler(ReassemblyLimits{})
	for i := range 2000 {
		opts := [][]byte{nil, {0x94, 4, 0, 0}, {7, 7, 4, 0, 0, 0, 0, 0}}[rng.IntN(3)]
		p := datagramOf(t, uint16(i), rng.IntN(4000), opts)
		var parts []IPv4
		for _, q := range cut(t, p, 68+rng.IntN(1500)) {
			parts = append(parts, cut(t, q, 68+rng.IntN(1500))...)
		}
		for range rng.IntN(3) {
			parts = append(parts, parts[rng.IntN(len(parts))])
		}
		rng.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		var whole IPv4
		for _, q := range parts {
			got, err := r.Add(int64(i), q)
			if err != nil {
				t.Fatal(err)
			}
			if got != nil && whole == nil {
				whole = bytes.Clone(got)
			}
		}
		if !bytes.Equal(whole, p) {
			t.Fatalf("packet %d of %d bytes came out as %d", i, len(p), len(whole))
		}
		r.Expire(int64(i) + int64(time.Minute)) // left-over repetitions
	}
	if r.Refused != 0 || r.Len() != 0 || r.size != 0 {
		t.Errorf("refused %d, left %d with %d bytes", r.Refused, r.Len(), r.size)
	}
}

func TestReassemblerRefuses(t *testing.T) {
	frags := func() []IPv4 { return cut(t, datagramOf(t, 1, 96, nil), 68) } // 48 + 48
	shifted := func(q IPv4, to int) IPv4 {
		q = bytes.Clone(q)
		q[7] = byte(to / 8)
		q.UpdateHeaderChecksum()
		return q
	}
	changed := func(q IPv4) IPv4 {
		q = bytes.Clone(q)
		q[len(q)-1] ^= 1
		return q
	}
	odd := IPv4(bytes.Clone(frags()[0][:67]))
	odd[3] = 67
	empty := IPv4(bytes.Clone(frags()[0][:20]))
	empty[3] = 20
	high := shifted(frags()[1], 0)
	high[6], high[7] = 0x1f, 0xfe
	for _, tt := range []struct {
		name string
		in   []IPv4
	}{
		{"overlap", []IPv4{frags()[0], shifted(frags()[1], 40)}},
		{"repetition with other bytes", []IPv4{frags()[0], changed(frags()[0])}},
		{"behind the end", []IPv4{frags()[1], shifted(frags()[0], 96)}},
		{"second end", []IPv4{frags()[1], shifted(frags()[1], 200)}},
		{"end before what is there", []IPv4{shifted(frags()[0], 96), frags()[1]}},
		{"odd length", []IPv4{odd}},
		{"empty", []IPv4{empty}},
		{"beyond 65535", []IPv4{high}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := NewReassembler(ReassemblyLimits{})
			for i, q := range tt.in {
				got, err := r.Add(0, q)
				if last := i == len(tt.in)-1; got != nil || errors.Is(err, ErrFragment) != last {
					t.Errorf("fragment %d: %x, %v", i, got, err)
				}
			}
			if r.Len() != 0 || r.Refused != 1 {
				t.Errorf("%d left, %d refused", r.Len(), r.Refused)
			}
		})
	}
}

func TestReassemblerLimits(t *testing.T) {
	first := func(id int) IPv4 { return cut(t, datagramOf(t, uint16(id), 96, nil), 68)[0] }
	last := func(id int) IPv4 { return cut(t, datagramOf(t, uint16(id), 96, nil), 68)[1] }
	r := NewReassembler(ReassemblyLimits{Datagrams: 3, Timeout: 10 * time.Second})
	for id := range 5 {
		if _, err := r.Add(int64(id)*int64(time.Second), first(id)); err != nil {
			t.Fatal(err)
		}
	}
	if r.Len() != 3 || r.Evicted != 2 {
		t.Errorf("%d left, %d evicted", r.Len(), r.Evicted)
	}
	if p, err := r.Add(int64(11*time.Second), last(3)); err != nil || p == nil {
		t.Errorf("datagram 3 within its time: %x, %v", p, err)
	}
	if p, err := r.Add(int64(14*time.Second), last(4)); err != nil || p != nil {
		t.Errorf("datagram 4 after its time: %x, %v", p, err)
	}
	if r.Expired != 2 {
		t.Errorf("%d expired, want 2 and 4", r.Expired)
	}

	r = NewReassembler(ReassemblyLimits{Bytes: 20000})
	for id := range 30 {
		q := IPv4(bytes.Clone(first(id)))
		q[6], q[7] = 0x22, 0x00 // at 4096
		if _, err := r.Add(0, q); err != nil {
			t.Fatal(err)
		}
		if r.size > 20000 {
			t.Fatalf("holds %d bytes", r.size)
		}
	}
}

func FuzzReassembler(f *testing.F) {
	f.Add([]byte{0, 0, 0x20, 8, 8, 1, 0, 1, 0, 8, 8, 1})
	f.Add([]byte{0, 0, 0x20, 8, 8, 1, 0, 0, 0x20, 8, 9, 1})
	f.Fuzz(func(t *testing.T, script []byte) {
		// Six bytes a fragment: id, offset and flags, length, contents, time.
		r := NewReassembler(ReassemblyLimits{Datagrams: 4, Bytes: 1 << 16})
		now := int64(0)
		for ; len(script) >= 6; script = script[6:] {
			p := IPv4(bytes.Repeat(script[4:5], 20+int(script[3])*8))
			PutIPv4(p, Header{ID: uint16(script[0] & 7), Src: addr("10.0.0.1"), Dst: addr("10.0.0.2")}, len(p)-20)
			p[6], p[7] = script[2]&0x3f, script[1]
			now += int64(script[5]) * int64(time.Second) / 16
			got, err := r.Add(now, p)
			if err != nil && !errors.Is(err, ErrFragment) {
				t.Fatal(err)
			}
			if got != nil && (got.IsFragment() || got.TotalLen() != len(got)) {
				t.Fatalf("whole packet is %x", got[:20])
			}
			if r.Len() > 4 || r.size > 1<<16 {
				t.Fatalf("%d datagrams, %d bytes", r.Len(), r.size)
			}
		}
	})
}

func FuzzFragmenter(f *testing.F) {
	f.Add([]byte(datagramOf(f, 1, 200, []byte{0x94, 4, 0, 0})), 68)
	f.Fuzz(func(t *testing.T, b []byte, mtu int) {
		if q, err := QuotedIPv4(b); err == nil {
			q.UpdateHeaderChecksum()
		}
		p, err := ParseIPv4(b)
		if err != nil || mtu < 0 || mtu > MaxLen {
			return
		}
		fr, err := NewFragmenter(p, mtu)
		if err != nil {
			return
		}
		n, buf := 0, make([]byte, mtu)
		for ; fr.Next(buf) > 0; n++ {
		}
		if g, _ := NewFragmenter(p, mtu); g.Count() != n {
			t.Fatalf("%d fragments, Count says %d", n, g.Count())
		}
	})
}

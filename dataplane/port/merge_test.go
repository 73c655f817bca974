//go:build linux

package port

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"

	"axle/internal/ip"
)

// data returns a TCP segment of a flow at an offset of its stream.
func data(at, n int) spec {
	return spec{
		sport: 1000, df: true, seq: uint32(at), ack: 5, flags: ip.TCPAck, window: 99,
		options: timestamps, payload: pattern(at + n)[at:],
	}
}

func with(s spec, change func(*spec)) spec {
	change(&s)
	return s
}

var mergeTests = []struct {
	name string
	in   []spec
	want []int // packets in each write
}{
	{"contiguous", []spec{data(0, 100), data(100, 100), data(200, 50)}, []int{3}},
	{"a short one ends it", []spec{data(0, 100), data(100, 50), data(150, 100)}, []int{2, 1}},
	{"a longer one begins anew", []spec{data(0, 50), data(50, 100)}, []int{1, 1}},
	{"PSH ends it", []spec{data(0, 100), with(data(100, 100), func(s *spec) { s.flags |= ip.TCPPsh }), data(200, 100)}, []int{2, 1}},
	{"FIN ends it", []spec{data(0, 100), with(data(100, 100), func(s *spec) { s.flags |= ip.TCPFin })}, []int{2}},
	{"a gap", []spec{data(0, 100), data(200, 100)}, []int{1, 1}},
	{"out of order", []spec{data(100, 100), data(0, 100)}, []int{1, 1}},
	{"twice the same", []spec{data(0, 100), data(0, 100)}, []int{1, 1}},
	{"other acknowledgment", []spec{data(0, 100), with(data(100, 100), func(s *spec) { s.ack++ })}, []int{1, 1}},
	{"other window", []spec{data(0, 100), with(data(100, 100), func(s *spec) { s.window++ })}, []int{1, 1}},
	{"other options", []spec{data(0, 100), with(data(100, 100), func(s *spec) { s.options = append([]byte{1, 1, 8, 10, 9}, timestamps[5:]...) })}, []int{1, 1}},
	{"no options", []spec{data(0, 100), with(data(100, 100), func(s *spec) { s.options = nil })}, []int{1, 1}},
	{"other TOS", []spec{data(0, 100), with(data(100, 100), func(s *spec) { s.tos = 3 })}, []int{1, 1}},
	{"ECE on one", []spec{data(0, 100), with(data(100, 100), func(s *spec) { s.flags |= tcpECE })}, []int{1, 1}},
	{"ECE on both", []spec{
		with(data(0, 100), func(s *spec) { s.flags |= tcpECE }),
		with(data(100, 100), func(s *spec) { s.flags |= tcpECE }),
	}, []int{2}},
	{"CWR stands alone", []spec{data(0, 100), with(data(100, 100), func(s *spec) { s.flags |= tcpCWR }), data(200, 100)}, []int{1, 1, 1}},
	{"URG stands alone", []spec{data(0, 100), with(data(100, 100), func(s *spec) { s.flags |= ip.TCPUrg })}, []int{1, 1}},
	{"RST stands alone", []spec{data(0, 100), with(data(100, 1), func(s *spec) { s.flags |= ip.TCPRst })}, []int{1, 1}},
	{"pure ACK keeps its turn", []spec{data(0, 100), data(100, 0), data(100, 100)}, []int{1, 1, 1}},
	{"SYN", []spec{with(data(0, 0), func(s *spec) { s.flags = ip.TCPSyn }), data(1, 100), data(101, 100)}, []int{1, 2}},
	{"DF on one", []spec{data(0, 100), with(data(100, 100), func(s *spec) { s.df = false })}, []int{1, 1}},
	{"without DF, identification counts", []spec{
		with(data(0, 100), func(s *spec) { s.df, s.id = false, 0xffff }),
		with(data(100, 100), func(s *spec) { s.df, s.id = false, 0 }),
	}, []int{2}},
	{"without DF, identification does not count", []spec{
		with(data(0, 100), func(s *spec) { s.df, s.id = false, 3 }),
		with(data(100, 100), func(s *spec) { s.df, s.id = false, 3 }),
	}, []int{1, 1}},
	{"two flows", []spec{
		data(0, 100), with(data(0, 100), func(s *spec) { s.sport++ }),
		data(100, 100), with(data(100, 100), func(s *spec) { s.sport++ }),
	}, []int{2, 2}},
	{"IPv6", []spec{
		with(data(0, 100), func(s *spec) { s.v6 = true }), with(data(100, 100), func(s *spec) { s.v6 = true }),
		with(data(200, 100), func(s *spec) { s.v6, s.tos = true, 1 }),
	}, []int{2, 1}},
	{"UDP", []spec{{udp: true, df: true, payload: pattern(50)}, {udp: true, df: true, payload: pattern(50)}, {udp: true, df: true, payload: pattern(10)}}, []int{3}},
	{"UDP, no payload", []spec{{udp: true, df: true}, {udp: true, df: true}}, []int{1, 1}},
	{"UDP over IPv6", []spec{{v6: true, udp: true, payload: pattern(50)}, {v6: true, udp: true, payload: pattern(50)}}, []int{2}},
}

func TestMerge(t *testing.T) {
	for _, tt := range mergeTests {
		t.Run(tt.name, func(t *testing.T) {
			var in [][]byte
			for _, s := range tt.in {
				in = append(in, s.packet())
			}
			got := mergeAll(in)
			var counts []int
			for _, w := range got {
				counts = append(counts, w.n)
			}
			if fmt.Sprint(counts) != fmt.Sprint(tt.want) {
				t.Errorf("%v packets in the writes, want %v", counts, tt.want)
			}
			for _, w := range got {
				if w.n == 1 && w.v != (vnet{}) {
					t.Errorf("a packet alone with %+v", w.v)
				}
			}
			sameFlows(t, in, got)
		})
	}
}

// A packet that was damaged is not merged, and not made good.
func TestMergeDamaged(t *testing.T) {
	for _, at := range []int{1, 10, 30, 60, 130} { // in IP header, TCP header, payload
		a, b, c := data(0, 100).packet(), data(100, 100).packet(), data(200, 100).packet()
		b[at] ^= 4
		got := mergeAll([][]byte{a, b, c})
		if len(got) != 3 || !bytes.Equal(got[0].p, a) || !bytes.Equal(got[1].p, b) || !bytes.Equal(got[2].p, c) {
			t.Errorf("byte %d damaged: %d writes", at, len(got))
		}
	}
}

// What is no TCP or UDP passes, and nothing overtakes a fragment.
func TestMergeOthers(t *testing.T) {
	icmp := data(0, 100).packet()
	icmp[9] = ip.ProtoICMP
	fragment := data(100, 100).packet()
	fragment[6] = 0x20
	ip.IPv4(fragment).UpdateHeaderChecksum()
	got := mergeAll([][]byte{data(0, 100).packet(), icmp, fragment, data(200, 100).packet(), {}, {0x45}})
	want := [][]byte{icmp, data(0, 100).packet(), fragment, {}, {0x45}, data(200, 100).packet()}
	if len(got) != len(want) {
		t.Fatalf("%d writes, want %d", len(got), len(want))
	}
	for i := range want {
		if !bytes.Equal(got[i].p, want[i]) {
			t.Errorf("write %d: %x, want %x", i, got[i].p, want[i])
		}
	}
}

// A segment does not grow over the limits.
func TestMergeLimits(t *testing.T) {
	var in [][]byte
	for i := range 100 {
		in = append(in, data(i*1348, 1348).packet(), with(data(i, 1), func(s *spec) { s.sport++ }).packet())
	}
	got := mergeAll(in)
	sameFlows(t, in, got)
	most, longest := 0, 0
	for _, w := range got {
		most, longest = max(most, w.n), max(longest, len(w.p))
	}
	if most != maxPieces || longest > ip.MaxLen || longest < ip.MaxLen-1348 {
		t.Errorf("at most %d packets, %d bytes", most, longest)
	}
	in = in[:0]
	for i := range 100 {
		in = append(in, with(data(0, 100), func(s *spec) { s.sport = uint16(i) }).packet())
	}
	if got := mergeAll(in); len(got) != 100 {
		t.Errorf("%d writes of 100 flows", len(got))
	}
}

// sameFlows verifies that what was written is, cut again, what came in: each
// flow's packets in their order. Identifications of packets with DF do not count.
func sameFlows(tb testing.TB, in [][]byte, out []written) {
	tb.Helper()
	flows := func(packets [][]byte) map[flowKey][][]byte {
		m := map[flowKey][][]byte{}
		for _, p := range packets {
			var c candidate
			c.read(p)
			if len(p) >= ip.HeaderLen && p[0]>>4 == 4 && ip.IPv4(p).DF() {
				p = append([]byte(nil), p...)
				p[4], p[5], p[10], p[11] = 0, 0, 0, 0
			}
			m[c.key] = append(m[c.key], p)
		}
		return m
	}
	var again [][]byte
	for _, w := range out {
		if len(w.p) == 0 {
			again = append(again, w.p)
			continue
		}
		cut, err := cutAll(w.v, w.p)
		if err != nil {
			tb.Fatalf("%d packets cannot be cut again: %v", w.n, err)
		}
		if len(cut) != w.n {
			tb.Errorf("merged %d packets, cut %d", w.n, len(cut))
		}
		again = append(again, cut...)
	}
	want, got := flows(in), flows(again)
	if len(again) != len(in) || len(want) != len(got) {
		tb.Errorf("%d packets of %d flows came out, want %d of %d", len(again), len(got), len(in), len(want))
	}
	for k := range want {
		for i := range want[k] {
			if i >= len(got[k]) || !bytes.Equal(want[k][i], got[k][i]) {
				tb.Fatalf("flow %+v: packet %d of %d differs", k, i, len(want[k]))
			}
		}
	}
}

// random returns a spec with random fields.
func random(r *rand.Rand) spec {
	s := spec{
		v6: r.IntN(2) == 0, udp: r.IntN(3) == 0, sport: uint16(r.IntN(3)), tos: uint8(r.Uint32()), id: uint16(r.Uint32()),
		df: r.IntN(2) == 0, seq: r.Uint32(), ack: r.Uint32(), flags: ip.TCPAck, window: uint16(r.Uint32()),
		payload: make([]byte, 1+r.IntN(20000)),
	}
	for i := range s.payload {
		s.payload[i] = byte(r.Uint32())
	}
	if r.IntN(2) == 0 {
		s.options = timestamps
	}
	if r.IntN(2) == 0 {
		s.flags |= ip.TCPPsh
	}
	return s
}

// Cut, then merged, a packet is the same; so are the packets of a mixed batch.
func TestRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		s := random(r)
		v, p := s.super(max(len(s.payload)/(1+r.IntN(maxPieces-1)), 1))
		if (len(s.payload)-1)/int(v.size) >= maxPieces {
			continue
		}
		cut, err := cutAll(v, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range cut {
			if !good(q) {
				t.Fatalf("%+v: bad segment", v)
			}
		}
		got := mergeAll(cut)
		if len(cut) == 1 {
			v, p = vnet{}, s.packet()
		}
		if len(got) != 1 || got[0].v != v || !bytes.Equal(got[0].p, p) {
			t.Fatalf("%+v of %d bytes, %d segments, came back as %d writes: %+v", v, len(p), len(cut), len(got), got[0].v)
		}
	}
	for range 300 {
		var in [][]byte
		for range 1 + r.IntN(12) {
			s := random(r)
			v, p := s.super(1 + r.IntN(1400) + len(s.payload)/20)
			cut, err := cutAll(v, p)
			if err != nil {
				t.Fatal(err)
			}
			at := r.IntN(len(in) + 1) // within others, so that flows mix
			in = append(in[:at:at], append(cut, in[at:]...)...)
		}
		sameFlows(t, in, mergeAll(in))
	}
}

func FuzzCut(f *testing.F) {
	for _, tt := range cutTests {
		v, p := tt.s.super(tt.size)
		b := make([]byte, vnetLen)
		v.put(b)
		f.Add(append(b, p...))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := parseVnet(b)
		if err != nil || len(b) > 1<<16 || v.gso != 0 && v.size < 16 {
			return
		}
		p := b[vnetLen:]
		cut, err := cutAll(v, p)
		if err != nil {
			return
		}
		if v.gso == gsoNone {
			if len(cut) != 1 || len(cut[0]) != len(p) {
				t.Fatalf("%d bytes became %d packets", len(p), len(cut))
			}
			return
		}
		payload := 0
		for _, q := range cut {
			if q[0]>>4 == 4 && !good(q) {
				t.Fatalf("bad segment %x of %+v, %x", q, v, p)
			}
			payload += len(q)
		}
		var c cutter
		if c.begin(v, p); payload != len(p)+(len(cut)-1)*c.head {
			t.Fatalf("%d bytes in %d segments of %d", payload, len(cut), len(p))
		}
	})
}

func FuzzMerge(f *testing.F) {
	for _, tt := range mergeTests {
		var b []byte
		for _, s := range tt.in {
			p := s.packet()
			b = append(binary.BigEndian.AppendUint16(b, uint16(len(p))), p...)
		}
		f.Add(b, true)
	}
	f.Fuzz(func(t *testing.T, b []byte, repair bool) {
		var in [][]byte
		for len(b) > 2 && len(in) < 200 {
			n := min(int(binary.BigEndian.Uint16(b)), len(b)-2)
			p := append([]byte(nil), b[2:2+n]...)
			b = b[2+n:]
			if repair {
				mend(p)
			}
			in = append(in, p)
		}
		sameFlows(t, in, mergeAll(in))
	})
}

// mend makes the lengths and checksums of a TCP packet right, so that random
// bytes come further.
func mend(p []byte) {
	if len(p) < 40 || p[0] != 0x45 || p[9] != ip.ProtoTCP {
		return
	}
	binary.BigEndian.PutUint16(p[2:], uint16(len(p)))
	ip.IPv4(p).UpdateHeaderChecksum()
	p[36], p[37] = 0, 0
	binary.BigEndian.PutUint16(p[36:], ip.TransportChecksum(ip.IPv4(p), p[20:]))
}

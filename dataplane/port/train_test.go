//go:build linux

package port

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"testing"

	"axle/internal/ip"
	"axle/internal/wire"
	"axle/mgre"
)

// wrap puts a GRE header in front of the inner packet, and an IPv4 header before
// that, unless bare.
func wrap(inner []byte, h mgre.Header, bare bool) []byte {
	var b []byte
	if !bare {
		b = make([]byte, ip.HeaderLen)
	}
	at := len(b)
	b = append(b, make([]byte, h.Len())...)
	b = append(b, inner...)
	h.Put(b[at:])
	if !bare {
		ip.PutIPv4(b, ip.Header{
			ID: 7, TTL: 64, Protocol: ip.ProtoGRE,
			Src: netip.MustParseAddr("203.0.113.1"), Dst: netip.MustParseAddr("203.0.113.2"),
		}, len(b)-at)
	}
	return b
}

func TestTrain(t *testing.T) {
	for _, tt := range []struct {
		name string
		s    spec
		h    mgre.Header
		bare bool
	}{
		{"IPv4 in IPv4", data(0, 5000), mgre.Header{Protocol: mgre.ProtoIPv4}, false},
		{"with a key", data(0, 5000), mgre.Header{Protocol: mgre.ProtoIPv4, HasKey: true, Key: 9}, false},
		{"IPv6 in IPv4", with(data(0, 5000), func(s *spec) { s.v6 = true }), mgre.Header{Protocol: mgre.ProtoIPv6}, false},
		{"in IPv6", data(0, 5000), mgre.Header{Protocol: mgre.ProtoIPv4}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			const mtu = 1400
			_, inner := tt.s.super(0)
			p := wrap(inner, tt.h, tt.bare)
			at, ok := greInner(p, tt.bare)
			if !ok || at != len(p)-len(inner) {
				t.Fatalf("inner packet at %d, %v", at, ok)
			}
			if _, _, ok := partial(p[at:]); !ok {
				t.Fatal("a partial checksum is not seen")
			}
			var c train
			if !c.begin(p, at, mtu, tt.bare) {
				t.Fatal("refused")
			}
			var got []byte
			for n := uint16(0); c.more(); n++ {
				b := make([]byte, 2000)
				b = b[:c.next(b)]
				q := b[at:]
				if len(b) < at || len(q) > mtu || !good(q) {
					t.Fatalf("bad segment %x", b)
				}
				if !tt.bare {
					o, err := ip.ParseIPv4(b)
					if err != nil || len(o) != len(b) || o.ID() != 7+n {
						t.Errorf("outer header %x: %v", b[:ip.HeaderLen], err)
					}
				}
				if !bytes.Equal(b[at-tt.h.Len():at], p[at-tt.h.Len():at]) {
					t.Errorf("GRE header %x", b[at-tt.h.Len():at])
				}
				got = append(got, q[tt.s.head():]...)
			}
			if !bytes.Equal(got, tt.s.payload) {
				t.Errorf("%d bytes of payload, want %d", len(got), len(tt.s.payload))
			}
			if c.begin(p, at, tt.s.head(), tt.bare) {
				t.Error("segments without payload")
			}
		})
	}
}

// What must not be looked into is not; nor does a good checksum count as partial.
func TestTrainRefuses(t *testing.T) {
	inner := data(0, 100).packet()
	if _, _, ok := partial(inner); ok {
		t.Error("a good checksum counts as partial")
	}
	p := wrap(inner, mgre.Header{Protocol: mgre.ProtoIPv4}, false)
	for i := range greLen {
		if _, ok := greInner(p[:i], false); ok {
			t.Errorf("inner packet in %d bytes", i)
		}
	}
	for _, h := range []mgre.Header{
		{Protocol: mgre.ProtoNHRP}, {Protocol: mgre.ProtoIPv4, Checksum: true}, {Protocol: mgre.ProtoIPv4, HasSeq: true},
	} {
		if _, ok := greInner(wrap(inner, h, false), false); ok {
			t.Errorf("looked into %+v", h)
		}
	}
	_, part := data(0, 100).super(0)
	for i := range part {
		if _, _, ok := partial(part[:i]); ok {
			t.Errorf("partial checksum in %d bytes", i)
		}
	}
	// A good checksum that equals the pseudo header's sum.
	s := spec{udp: true, payload: make([]byte, 2)}
	q := s.packet()
	t8 := q[ip.HeaderLen:]
	want := wire.Fold(pseudo(q, ip.ProtoUDP, len(t8)))
	binary.BigEndian.PutUint16(t8[udpChecksum:], want)
	rest := ^wire.Fold(wire.Sum(pseudo(q, ip.ProtoUDP, len(t8)), t8))
	binary.BigEndian.PutUint16(t8[8:], rest)
	if _, _, ok := partial(q); ok || !good(q) {
		t.Errorf("a good checksum counts as partial: %x", q)
	}
}

func FuzzTrain(f *testing.F) {
	_, inner := data(0, 3000).super(0)
	f.Add(wrap(inner, mgre.Header{Protocol: mgre.ProtoIPv4}, false), 1400, false)
	f.Add(wrap(inner, mgre.Header{Protocol: mgre.ProtoIPv4, HasKey: true}, true), 600, true)
	f.Fuzz(func(t *testing.T, p []byte, mtu int, bare bool) {
		at, ok := greInner(p, bare)
		if !ok || len(p) > 1<<16 {
			return
		}
		_, sum, ok := partial(p[at:])
		if !ok || sum+2 > len(p)-at {
			return
		}
		var c train
		if mtu < 80 || len(p)-at <= mtu || !c.begin(p, at, mtu, bare) {
			return
		}
		b := make([]byte, 1<<16)
		for c.more() {
			if n := c.next(b); n == 0 || n-at > mtu || !good(b[at:n]) {
				t.Fatalf("segment %x of %x", b[:n], p)
			}
		}
	})
}

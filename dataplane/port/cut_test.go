//go:build linux

package port

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"axle/internal/ip"
)

var cutTests = []struct {
	name string
	s    spec
	size int
	ecn  bool
	want []spec // payload: only its length counts
}{{
	name: "IPv4, last segment short, FIN and PSH on the last",
	s:    spec{id: 0xfffe, seq: 0xfffffff0, ack: 9, flags: ip.TCPAck | ip.TCPPsh | ip.TCPFin, window: 500, options: timestamps, payload: pattern(250)},
	size: 100,
	want: []spec{
		{id: 0xfffe, seq: 0xfffffff0, flags: ip.TCPAck, payload: make([]byte, 100)},
		{id: 0xffff, seq: 0x54, flags: ip.TCPAck, payload: make([]byte, 100)},
		{id: 0, seq: 0xb8, flags: ip.TCPAck | ip.TCPPsh | ip.TCPFin, payload: make([]byte, 50)},
	},
}, {
	name: "IPv4, equal segments, CWR on the first, ECE on all",
	s:    spec{df: true, seq: 1, flags: ip.TCPAck | tcpCWR | tcpECE, payload: pattern(300)},
	size: 100,
	ecn:  true,
	want: []spec{
		{df: true, seq: 1, flags: ip.TCPAck | tcpCWR | tcpECE, payload: make([]byte, 100)},
		{df: true, id: 1, seq: 101, flags: ip.TCPAck | tcpECE, payload: make([]byte, 100)},
		{df: true, id: 2, seq: 201, flags: ip.TCPAck | tcpECE, payload: make([]byte, 100)},
	},
}, {
	name: "IPv6, odd sizes",
	s:    spec{v6: true, seq: 7, flags: ip.TCPAck | ip.TCPPsh, payload: pattern(100)},
	size: 33,
	want: []spec{
		{v6: true, seq: 7, flags: ip.TCPAck, payload: make([]byte, 33)},
		{v6: true, seq: 40, flags: ip.TCPAck, payload: make([]byte, 33)},
		{v6: true, seq: 73, flags: ip.TCPAck, payload: make([]byte, 33)},
		{v6: true, seq: 106, flags: ip.TCPAck | ip.TCPPsh, payload: make([]byte, 1)},
	},
}, {
	name: "UDP over IPv4",
	s:    spec{udp: true, id: 4, df: true, payload: pattern(25)},
	size: 10,
	want: []spec{
		{udp: true, id: 4, df: true, payload: make([]byte, 10)},
		{udp: true, id: 5, df: true, payload: make([]byte, 10)},
		{udp: true, id: 6, df: true, payload: make([]byte, 5)},
	},
}, {
	name: "UDP over IPv6",
	s:    spec{v6: true, udp: true, payload: pattern(20)},
	size: 10,
	want: []spec{{v6: true, udp: true, payload: make([]byte, 10)}, {v6: true, udp: true, payload: make([]byte, 10)}},
}, {
	name: "one segment that is not full",
	s:    spec{seq: 1, flags: ip.TCPAck | ip.TCPPsh, payload: pattern(50)},
	size: 100,
	want: []spec{{seq: 1, flags: ip.TCPAck | ip.TCPPsh, payload: make([]byte, 50)}},
}, {
	name: "no payload",
	s:    spec{seq: 1, flags: ip.TCPAck},
	size: 100,
	want: []spec{{seq: 1, flags: ip.TCPAck}},
}}

func TestCut(t *testing.T) {
	for _, tt := range cutTests {
		t.Run(tt.name, func(t *testing.T) {
			v, p := tt.s.super(tt.size)
			if tt.ecn {
				v.gso |= gsoECN
			}
			got, err := cutAll(v, p)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(tt.want) {
				t.Fatalf("%d segments, want %d", len(got), len(tt.want))
			}
			rest := tt.s.payload
			for i, w := range tt.want {
				w.ack, w.window, w.options = tt.s.ack, tt.s.window, tt.s.options
				w.payload, rest = rest[:len(w.payload)], rest[len(w.payload):]
				if want := w.packet(); !bytes.Equal(got[i], want) {
					t.Errorf("segment %d:\n%s\nwant\n%s", i, hex.Dump(got[i]), hex.Dump(want))
				}
				if !good(got[i]) {
					t.Errorf("segment %d: bad checksum or length", i)
				}
			}
		})
	}
}

// A packet that is not cut gets its partial checksum completed.
func TestCutComplete(t *testing.T) {
	for _, s := range []spec{
		{payload: pattern(99), flags: ip.TCPAck},
		{v6: true, payload: pattern(99), flags: ip.TCPAck},
		{udp: true, payload: pattern(99)},
		{v6: true, udp: true, payload: pattern(98)},
	} {
		v, p := s.super(0)
		v.gso = gsoNone
		got, err := cutAll(v, p)
		if err != nil || len(got) != 1 || !bytes.Equal(got[0], s.packet()) {
			t.Errorf("%+v: %v, %x", s, err, got)
		}
	}
	// A UDP checksum of zero is sent as all ones, RFC 768.
	s := spec{udp: true, payload: make([]byte, 2)}
	p := s.packet()
	sum := p[s.checksumAt() : s.checksumAt()+2]
	copy(s.payload, sum)
	s.payload[0], s.payload[1] = sum[0], sum[1] // adding what was missing makes the sum all ones
	v, p := s.super(0)
	v.gso = gsoNone
	got, err := cutAll(v, p)
	if err != nil || got[0][26] != 0xff || got[0][27] != 0xff {
		t.Errorf("%v, checksum %x, want ffff", err, got[0][26:28])
	}
}

// Every shorter prefix of the headers is refused, and so is what does not fit
// together.
func TestCutRefuses(t *testing.T) {
	for _, tt := range cutTests {
		v, p := tt.s.super(tt.size)
		for i := range tt.s.head() {
			if _, err := cutAll(v, p[:i]); !errors.Is(err, errShort) {
				t.Errorf("%s: %d bytes: %v, want %v", tt.name, i, err, errShort)
			}
		}
	}
	for _, tt := range []struct {
		name   string
		change func(v *vnet, p []byte)
		want   error
	}{
		{"segments of no size", func(v *vnet, p []byte) { v.size = 0 }, errGSO},
		{"unknown type", func(v *vnet, p []byte) { v.gso = 3 }, errGSO},
		{"TCP type for UDP", func(v *vnet, p []byte) { p[9] = ip.ProtoUDP }, errGSO},
		{"UDP type for TCP", func(v *vnet, p []byte) { v.gso = gsoUDP }, errGSO},
		{"IPv6 type for IPv4", func(v *vnet, p []byte) { v.gso = gsoTCP6 }, errGSO},
		{"neither IPv4 nor IPv6", func(v *vnet, p []byte) { p[0] = 0x55 }, errGSO},
		{"start within the IP header", func(v *vnet, p []byte) { v.csumStart = 12; p[12+12] = 0x50 }, errGSO},
		{"TCP header too short", func(v *vnet, p []byte) { p[32] = 0x40 }, errLength},
		{"TCP header longer than the packet", func(v *vnet, p []byte) { p[32] = 0xf0 }, errShort},
		{"checksum outside", func(v *vnet, p []byte) { v.gso = gsoNone; v.csumOffset = 500 }, errGSO},
		{"checksum at the edge", func(v *vnet, p []byte) { v.gso = gsoNone; v.csumOffset = 49 }, errGSO},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v, p := spec{flags: ip.TCPAck, payload: pattern(10)}.super(4)
			tt.change(&v, p)
			if _, err := cutAll(v, p); !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
		})
	}
}

// A segment that the buffer does not hold is left out; the next one is right.
func TestCutSmallBuffer(t *testing.T) {
	s := spec{seq: 1, flags: ip.TCPAck, payload: pattern(150)}
	v, p := s.super(100)
	var c cutter
	if err := c.begin(v, p); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 139)
	if n := c.next(b); n != 0 || !c.more() {
		t.Errorf("%d bytes in %d, more: %v", n, len(b), c.more())
	}
	if n := c.next(b); n != 90 || c.more() || !good(b[:n]) {
		t.Errorf("%d bytes, more: %v", n, c.more())
	}
}

func TestVnet(t *testing.T) {
	v := vnet{flags: 1, gso: 0x81, hdrLen: 0x1234, size: 0x5678, csumStart: 0x9abc, csumOffset: 0xdef0}
	b := make([]byte, vnetLen)
	v.put(b)
	if got, err := parseVnet(b); err != nil || got != v {
		t.Errorf("%+v, %v, want %+v", got, err, v)
	}
	for i := range vnetLen {
		if _, err := parseVnet(b[:i]); !errors.Is(err, errShort) {
			t.Errorf("%d bytes: %v", i, err)
		}
	}
	if !strings.HasPrefix(hex.EncodeToString(b), "0181") {
		t.Errorf("flags and type: %x", b)
	}
}

package dataplane_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"axle/dataplane"
	"axle/internal/ip"
)

// captured describes what the last call captured, one line each.
func (w *world) captured() []string {
	var lines []string
	for _, c := range w.w.Captured {
		name, dir := c.Name, "in"
		if name == "" {
			name = "router"
		}
		if c.Out {
			dir = "out"
		}
		lines = append(lines, fmt.Sprintf("%s %s: %s", name, dir, describe(c.Data)))
	}
	return lines
}

// both captures in both directions.
func both() []*dataplane.CapturePoint { return []*dataplane.CapturePoint{{In: true, Out: true}} }

var captureTests = []struct {
	name  string
	point map[int]*dataplane.CapturePoint // by interface; -1: the router itself
	do    func(*world)
	want  []string
}{{
	name:  "into a tunnel: within it as it leaves, without as it is sent",
	point: map[int]*dataplane.CapturePoint{lan: {In: true, Out: true}, tun0: {In: true, Out: true}, wan: {In: true, Out: true}},
	do:    func(w *world) { w.forward(lan, flow{src: "192.168.0.10", dst: "192.168.1.10"}.icmp(8)) },
	want: []string{
		"lan in: 192.168.0.10>192.168.1.10 ttl 64 icmp 8",
		"tun0 out: 192.168.0.10>192.168.1.10 ttl 63 icmp 8",
		"wan out: 203.0.113.1>203.0.113.11 ttl 255 gre key 1 [192.168.0.10>192.168.1.10 ttl 63 icmp 8]",
	},
}, {
	name:  "out of a tunnel",
	point: map[int]*dataplane.CapturePoint{lan: {In: true, Out: true}, tun0: {In: true, Out: true}, wan: {In: true, Out: true}},
	do: func(w *world) {
		w.forward(wan, gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: "192.168.0.10"}.icmp(0)))
	},
	want: []string{
		"wan in: 203.0.113.11>203.0.113.1 ttl 250 gre key 1 [192.168.1.10>192.168.0.10 ttl 64 icmp 0]",
		"tun0 in: 192.168.1.10>192.168.0.10 ttl 64 icmp 0",
		"lan out: 192.168.1.10>192.168.0.10 ttl 63 icmp 0",
	},
}, {
	name:  "one direction",
	point: map[int]*dataplane.CapturePoint{lan: {Out: true}, tun0: {In: true}, wan: {Out: true}},
	do:    func(w *world) { w.forward(lan, flow{src: "192.168.0.10", dst: "192.168.1.10"}.icmp(8)) },
	want:  []string{"wan out: 203.0.113.1>203.0.113.11 ttl 255 gre key 1 [192.168.0.10>192.168.1.10 ttl 63 icmp 8]"},
}, {
	name:  "fragments, each by itself",
	point: map[int]*dataplane.CapturePoint{tun0: {Out: true}},
	do:    func(w *world) { w.forward(lan, flow{src: "192.168.0.10", dst: "192.168.1.10"}.udp(1400)) },
	want: []string{
		"tun0 out: 192.168.0.10>192.168.1.10 ttl 63 frag 0+1376 true",
		"tun0 out: 192.168.0.10>192.168.1.10 ttl 63 frag 1376+32 false",
	},
}, {
	name: "what matches",
	point: map[int]*dataplane.CapturePoint{lan: {In: true, Match: func(b []byte) bool {
		p, err := ip.ParseIPv4(b)
		return err == nil && p.Protocol() == ip.ProtoUDP
	}}},
	do: func(w *world) {
		w.forward(lan, flow{src: "192.168.0.10", dst: "192.168.1.10"}.icmp(8), flow{src: "192.168.0.10", dst: "192.168.1.10"}.udp(4), []byte{0x45})
	},
	want: []string{"lan in: 192.168.0.10>192.168.1.10 ttl 64 udp 4"},
}, {
	name:  "each third",
	point: map[int]*dataplane.CapturePoint{lan: {In: true, Every: 3}},
	do: func(w *world) {
		for i := range 4 {
			w.forward(lan, flow{src: "192.168.0.10", dst: fmt.Sprintf("192.168.1.%d", i+1)}.icmp(8))
		}
	},
	want: []string{"lan in: 192.168.0.10>192.168.1.4 ttl 64 icmp 8"}, // the first is of an earlier call
}, {
	name:  "what is dropped is captured as it came",
	point: map[int]*dataplane.CapturePoint{lan: {In: true}},
	do:    func(w *world) { w.forward(lan, flow{src: "192.168.0.10", dst: "8.8.8.8", ttl: 1}.icmp(8)) },
	want:  []string{"lan in: 192.168.0.10>8.8.8.8 ttl 1 icmp 8"},
}, {
	name:  "the router itself: NHRP and packets to it",
	point: map[int]*dataplane.CapturePoint{-1: {In: true, Out: true}, tun0: {In: true, Out: true}},
	do: func(w *world) {
		nhrp := key1
		nhrp.Protocol = 0x2001
		w.forward(wan, gre("203.0.113.11", nhrp, []byte{1, 2}), flow{src: "203.0.113.9", dst: "203.0.113.1"}.icmp(8),
			flow{src: "203.0.113.9", dst: "192.168.1.10"}.icmp(8))
		w.w.Originate(w.snapshot(), 0, flow{src: "10.0.0.1", dst: "192.168.1.10"}.icmp(8))
		w.w.OriginateTunnel(w.snapshot(), tun0, addr11, 0x2001, []byte{3})
	},
	want: []string{
		"router in: 203.0.113.11>203.0.113.1 ttl 250 gre key 1 2001 0102",
		"router in: 203.0.113.9>203.0.113.1 ttl 64 icmp 8",
		"tun0 out: 203.0.113.9>192.168.1.10 ttl 63 icmp 8",
		"tun0 out: 10.0.0.1>192.168.1.10 ttl 64 icmp 8",
		"router out: 10.0.0.1>192.168.1.10 ttl 64 icmp 8",
		"router out: 203.0.113.1>203.0.113.11 ttl 255 tos c0 gre key 1 2001 03",
	},
}, {
	name:  "the router itself: its errors",
	point: map[int]*dataplane.CapturePoint{-1: {Out: true}},
	do:    func(w *world) { w.forward(lan, flow{src: "192.168.0.10", dst: "192.168.1.10", ttl: 1}.icmp(8)) },
	want: []string{
		"router out: 192.168.0.1>192.168.0.10 ttl 255 tos c0 icmp 11/0 mtu 0 (192.168.0.10>192.168.1.10 ttl 1 proto 1 cut)",
	},
}, {
	name:  "from the machine's stack",
	point: map[int]*dataplane.CapturePoint{tun0: {Out: true}, wan: {Out: true}},
	do: func(w *world) {
		w.snapshot().Machine = true
		w.w.FromStack(w.snapshot(), []dataplane.Packet{packetOn(tun0, flow{src: "192.168.0.10", dst: "192.168.1.10", ttl: 9}.icmp(8))})
	},
	want: []string{
		"tun0 out: 192.168.0.10>192.168.1.10 ttl 9 icmp 8",
		"wan out: 203.0.113.1>203.0.113.11 ttl 255 gre key 1 [192.168.0.10>192.168.1.10 ttl 9 icmp 8]",
	},
}}

func TestCapture(t *testing.T) {
	for _, tt := range captureTests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			for i, c := range tt.point {
				if i < 0 {
					w.snapshot().Control = []*dataplane.CapturePoint{c}
					continue
				}
				w.ifs[i].Capture = []*dataplane.CapturePoint{c}
			}
			tt.do(w)
			sameLines(t, "captured", w.captured(), tt.want)
		})
	}
}

// A protected tunnel shows what is within it in clear, whatever protects it; so
// does the router its NHRP. The wire shows what is sent.
func TestCaptureProtected(t *testing.T) {
	nhrp := key1
	nhrp.Protocol = 0x2001
	for _, k := range sealings {
		t.Run(k.name, func(t *testing.T) {
			w := newWorld(t)
			w.ifs[tun0].Tunnel.Protected = true
			spokes := spokesOf{}
			s := spokes.add(w, k, addr("203.0.113.11"), 1)
			for _, f := range w.ifs {
				f.Capture = both()
			}
			w.snapshot().Control = both()
			w.forward(lan, flow{src: "192.168.0.10", dst: "192.168.1.10"}.icmp(8))
			got := w.captured()
			w.forward(wan, s.seal(gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: "192.168.0.10"}.icmp(0))),
				s.seal(gre("203.0.113.11", nhrp, []byte{1, 2})))
			w.w.OriginateTunnel(w.snapshot(), tun0, addr11, 0x2001, []byte{3})
			got = append(got, w.captured()...)
			for i, line := range got {
				for _, sealed := range []string{"proto 50 ", "udp "} {
					if head, _, ok := strings.Cut(line, sealed); ok {
						got[i] = head + "sealed"
					}
				}
			}
			sameLines(t, "captured", got, []string{
				"lan in: 192.168.0.10>192.168.1.10 ttl 64 icmp 8",
				"tun0 out: 192.168.0.10>192.168.1.10 ttl 63 icmp 8",
				"wan out: 203.0.113.1>203.0.113.11 ttl 255 sealed",
				"wan in: 203.0.113.11>203.0.113.1 ttl 250 sealed",
				"tun0 in: 192.168.1.10>192.168.0.10 ttl 64 icmp 0",
				"lan out: 192.168.1.10>192.168.0.10 ttl 63 icmp 0",
				"wan in: 203.0.113.11>203.0.113.1 ttl 250 sealed",
				"router in: 203.0.113.11>203.0.113.1 ttl 250 gre key 1 2001 0102",
				"router out: 203.0.113.1>203.0.113.11 ttl 255 tos c0 gre key 1 2001 03",
				"wan out: 203.0.113.1>203.0.113.11 ttl 255 tos c0 sealed",
			})
		})
	}
}

// IPv6 within tunnels, around them, and at the router itself.
func TestCapture6(t *testing.T) {
	w := newWorld6(t)
	for _, f := range w.ifs {
		f.Capture = both()
	}
	w.snapshot().Control = both()
	w.snapshot().IPv6 = true
	nhrp := key6
	nhrp.Protocol = 0x2001
	w.forward(lan, flow6{src: "2001:db8::10", dst: "2001:db8:61::10"}.icmp(128))
	got := w.captured()
	w.forward(wan, gre6("2001:db8:f::b", key6, flow6{src: "2001:db8:61::10", dst: "2001:db8::10"}.icmp(129)),
		gre6("2001:db8:f::b", nhrp, []byte{1, 2}), flow6{src: "2001:db8:f::9", dst: "2001:db8:f::1"}.icmp(128))
	w.w.OriginateTunnel(w.snapshot(), tun6, addr("2001:db8:f::b"), 0x2001, []byte{3})
	sameLines(t, "captured", append(got, w.captured()...), []string{
		"lan in: 2001:db8::10>2001:db8:61::10 hop 64 icmp 128",
		"tun6 out: 2001:db8::10>2001:db8:61::10 hop 63 icmp 128",
		"wan out: 2001:db8:f::1>2001:db8:f::b hop 255 gre key 6 [2001:db8::10>2001:db8:61::10 hop 63 icmp 128]",
		"wan in: 2001:db8:f::b>2001:db8:f::1 hop 250 gre key 6 [2001:db8:61::10>2001:db8::10 hop 64 icmp 129]",
		"tun6 in: 2001:db8:61::10>2001:db8::10 hop 64 icmp 129",
		"lan out: 2001:db8:61::10>2001:db8::10 hop 63 icmp 129",
		"wan in: 2001:db8:f::b>2001:db8:f::1 hop 250 gre key 6 2001 0102",
		"router in: 2001:db8:f::b>2001:db8:f::1 hop 250 gre key 6 2001 0102",
		"wan in: 2001:db8:f::9>2001:db8:f::1 hop 64 icmp 128",
		"router in: 2001:db8:f::9>2001:db8:f::1 hop 64 icmp 128",
		"router out: 2001:db8:f::1>2001:db8:f::b hop 255 class c0 gre key 6 2001 03",
		"wan out: 2001:db8:f::1>2001:db8:f::b hop 255 class c0 gre key 6 2001 03",
	})
}

// A copy is bounded by the point's length, tells the whole, and does not change
// with the packet.
func TestCaptureLength(t *testing.T) {
	w := newWorld(t)
	w.ifs[lan].Capture = []*dataplane.CapturePoint{{In: true, Length: 24}, {In: true}}
	pkt := flow{src: "192.168.0.10", dst: "192.168.1.10"}.udp(100)
	w.w.Now = 42
	w.forward(lan, pkt, pkt)
	if n := len(w.w.Captured); n != 4 {
		t.Fatalf("%d captured", n)
	}
	for i, c := range w.w.Captured {
		want := pkt
		if i%2 == 0 {
			want = pkt[:24]
		}
		if !bytes.Equal(c.Data, want) || c.Len != len(pkt) || c.At != 42 || c.Point != w.ifs[lan].Capture[i%2] {
			t.Errorf("%d: %d of %d bytes at %d: %x", i, len(c.Data), c.Len, c.At, c.Data)
		}
	}
}

// One call captures so much and counts the rest; the packets are forwarded all
// the same.
func TestCaptureLimits(t *testing.T) {
	for _, tt := range []struct {
		name                string
		size, packets, want int
	}{
		{"packets", 4, 1500, 1024},
		{"bytes", 60000, 100, (4 << 20) / 60028},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.ifs[lan].Capture = both()
			w.ifs[lan].MTU, w.ifs[lan].IPMTU = 65535, 65535
			var in [][]byte
			for range tt.packets {
				in = append(in, flow{src: "10.9.9.9", dst: "192.168.0.10"}.udp(tt.size))
			}
			w.forward(wan, in...)
			missed := int(w.ifs[lan].Capture[0].Missed.Load())
			if got := len(w.w.Captured); got != tt.want || missed != tt.packets-tt.want || len(w.w.Out) != tt.packets {
				t.Errorf("%d captured, %d missed, %d forwarded, want %d captured of %d", got, missed, len(w.w.Out), tt.want, tt.packets)
			}
		})
	}
}

// Capturing allocates nothing either, once the buffers have their size.
func TestCaptureNoAllocation(t *testing.T) {
	for _, tt := range loads {
		t.Run(tt.name, func(t *testing.T) {
			l := newLoad(t, tt.in, 0, tt.pkt)
			for _, f := range l.w.snap.Interfaces {
				f.Capture = both()
			}
			l.w.snap.Control = both()
			l.send()
			if len(l.w.w.Captured) < batch {
				t.Fatalf("%d captured of %d", len(l.w.w.Captured), batch)
			}
			if n := testing.AllocsPerRun(50, l.send); n != 0 {
				t.Errorf("%v allocations for a batch of %d", n, batch)
			}
		})
	}
}

// BenchmarkCapture forwards while every interface is captured, in both directions.
func BenchmarkCapture(b *testing.B) {
	l := newLoad(b, lan, 1000, loads[0].pkt)
	for _, f := range l.w.snap.Interfaces {
		f.Capture = both()
	}
	l.send()
	b.ReportAllocs()
	for b.Loop() {
		l.send()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/batch, "ns/packet")
}

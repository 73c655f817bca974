package dataplane_test

import (
	"fmt"
	"slices"
	"testing"

	"axle/dataplane"
)

// A load is a batch of packets that can be sent again and again: the worker
// changes the packets that it gets.
type load struct {
	w     *world
	in    []dataplane.Packet
	fresh [][]byte
}

const batch = 64

// newLoad makes a batch of packets with the contents of pkt, for the interface
// i, in a router with a table of the given number of routes more.
func newLoad(tb testing.TB, i int, routes int, pkt func(n int) []byte) *load {
	l := &load{w: newWorld6(tb)}
	for n := range routes {
		l.w.route(fmt.Sprintf("100.%d.%d.0/24", n/256, n%256), "wan", "203.0.113.254")
	}
	for n := range batch {
		b := pkt(n)
		l.fresh = append(l.fresh, b)
		l.in = append(l.in, packetOn(i, b))
	}
	l.w.snapshot().IPv6 = true
	return l
}

func (l *load) send() {
	for i := range l.in {
		p := &l.in[i]
		copy(p.Buf[p.Off:], l.fresh[i])
	}
	l.w.w.Now += 1000
	l.w.w.Forward(l.w.snap, l.in)
}

// loads are the ways through the forwarding function, with what one batch gives.
var loads = []struct {
	name       string
	in         int
	pkt        func(n int) []byte
	out, punts int
}{
	{"Plain", wan, func(n int) []byte {
		return flow{src: "203.0.113.50", dst: fmt.Sprintf("192.168.0.%d", 2+n)}.udp(36)
	}, batch, 0},
	{"GREEncap", lan, func(n int) []byte {
		return flow{src: "192.168.0.10", dst: fmt.Sprintf("192.168.1.%d", n)}.udp(36)
	}, batch, 0},
	{"GREDecap", wan, func(n int) []byte {
		return gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: fmt.Sprintf("192.168.0.%d", 2+n)}.udp(36))
	}, batch, 0},
	{"HubHairpin", wan, func(n int) []byte {
		return gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: fmt.Sprintf("192.168.2.%d", n%16)}.udp(36))
	}, batch, 16},
	{"Fragment", lan, func(n int) []byte { return host0ToSpoke1.udp(1472) }, 2 * batch, 0},
	{"TimeExceeded", lan, func(n int) []byte {
		return flow{src: "192.168.0.10", dst: "192.168.1.1", ttl: 1}.udp(36)
	}, batch, 0},
	{"Glean", lan, func(n int) []byte { return flow{src: "192.168.0.10", dst: fmt.Sprintf("10.0.0.%d", 20+n%32)}.udp(36) }, 0, 32},
	{"Plain6", wan, func(n int) []byte {
		return flow6{src: "2001:db8:f::50", dst: fmt.Sprintf("2001:db8::%x", 2+n)}.udp(36)
	}, batch, 0},
	{"GRE6Encap", lan, func(n int) []byte {
		return flow6{src: "2001:db8::10", dst: fmt.Sprintf("2001:db8:61::%x", n)}.udp(36)
	}, batch, 0},
	{"GRE6Decap", wan, func(n int) []byte {
		return gre6("2001:db8:f::b", key6, flow6{src: "2001:db8:61::10", dst: fmt.Sprintf("2001:db8::%x", 2+n)}.udp(36))
	}, batch, 0},
	{"HubHairpin6", wan, func(n int) []byte {
		return gre6("2001:db8:f::b", key6, flow6{src: "2001:db8:61::10", dst: fmt.Sprintf("2001:db8:62::%x", n%16)}.udp(36))
	}, batch, 16},
	{"TooBig6", lan, func(n int) []byte { return fromLAN.udp(1405) }, 10, 0},
	{"Malformed", lan, func(n int) []byte { return make([]byte, 60) }, 0, 0},
}

// Nothing is allocated for a packet, once the buffers have their size.
func TestNoAllocation(t *testing.T) {
	for _, tt := range loads {
		t.Run(tt.name, func(t *testing.T) {
			l := newLoad(t, tt.in, 0, tt.pkt)
			l.send()
			if len(l.w.w.Out) != tt.out || len(l.w.w.Punts) != tt.punts {
				t.Fatalf("%d out, %d punts, want %d, %d", len(l.w.w.Out), len(l.w.w.Punts), tt.out, tt.punts)
			}
			if n := testing.AllocsPerRun(50, l.send); n != 0 {
				t.Errorf("%v allocations for a batch of %d", n, batch)
			}
		})
	}
	t.Run("Originate", func(t *testing.T) {
		l := newLoad(t, lan, 0, loads[0].pkt)
		pkt := flow{src: "10.0.0.1", dst: "192.168.1.10"}.udp(36)
		if n := testing.AllocsPerRun(50, func() {
			l.w.w.Reset()
			for range batch {
				l.w.w.Originate(l.w.snap, 0, pkt)
				l.w.w.OriginateTunnel(l.w.snap, tun0, addr11, 0x2001, pkt)
			}
		}); n != 0 || len(l.w.w.Out) != 2*batch {
			t.Errorf("%v allocations, %d packets", n, len(l.w.w.Out))
		}
	})
}

var addr11 = addr("203.0.113.11")

// protectedLoads are those with ESP, by an association of each kind that differs in
// cost. Packets that come in are sealed anew each time.
var protectedLoads = []struct {
	name string
	k    sealing
	in   int
	pkt  func(n, size int) []byte
}{
	{"ESPEncap", sealings[0], lan, func(n, size int) []byte {
		return flow{src: "192.168.0.10", dst: fmt.Sprintf("192.168.1.%d", n)}.udp(size - 28)
	}},
	{"ESPEncapNAT", sealings[5], lan, func(n, size int) []byte {
		return flow{src: "192.168.0.10", dst: fmt.Sprintf("192.168.1.%d", n)}.udp(size - 28)
	}},
	{"ESPDecap", sealings[0], wan, func(n, size int) []byte {
		return gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: fmt.Sprintf("192.168.0.%d", 2+n)}.udp(size-28))
	}},
	{"ESPHairpin", sealings[0], wan, func(n, size int) []byte {
		return gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: fmt.Sprintf("192.168.2.%d", n%16)}.udp(size-28))
	}},
}

// newProtectedLoad makes a load that goes through ESP; fresh makes its packets
// fresh again.
func newProtectedLoad(tb testing.TB, name string, size int) (l *load, fresh func()) {
	for _, tt := range protectedLoads {
		if tt.name != name {
			continue
		}
		w, s := newProtected(tb, tt.k)
		w.spokes.add(w, tt.k, addr("203.0.113.12"), 2)
		l = &load{w: w}
		for n := range batch {
			b := tt.pkt(n, size)
			if tt.in == wan {
				b = s.seal(b)
			}
			buf := make([]byte, dataplane.Headroom+len(b)+dataplane.Tailroom)
			l.fresh = append(l.fresh, b)
			l.in = append(l.in, dataplane.Packet{Buf: buf, Off: dataplane.Headroom, Len: len(b), If: tt.in})
		}
		w.snapshot()
		return l, func() {
			for n := range batch {
				if tt.in == wan {
					l.fresh[n] = s.seal(tt.pkt(n, size))
				}
			}
		}
	}
	panic(name)
}

func TestNoAllocationESP(t *testing.T) {
	for _, tt := range protectedLoads {
		t.Run(tt.name, func(t *testing.T) {
			l, fresh := newProtectedLoad(t, tt.name, 512)
			l.send()
			// What came once is refused from now on: that costs no allocation, either.
			if len(l.w.w.Out) != batch {
				t.Fatalf("%d packets: %v", len(l.w.w.Out), l.w.drops())
			}
			if n := testing.AllocsPerRun(50, l.send); n != 0 {
				t.Errorf("%v allocations for a batch of %d", n, batch)
			}
			var packets [60][][]byte
			for i := range packets {
				fresh()
				packets[i] = slices.Clone(l.fresh)
			}
			i := 0
			if n := testing.AllocsPerRun(50, func() {
				l.fresh = packets[i]
				i++
				l.send()
			}); n != 0 || len(l.w.w.Out) != batch {
				t.Errorf("%v allocations for a batch of %d, %d packets: %v", n, batch, len(l.w.w.Out), l.w.drops())
			}
		})
	}
}

func benchmarkESP(b *testing.B, name string) {
	for _, size := range []int{64, 512, 1400} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			l, fresh := newProtectedLoad(b, name, size)
			const rounds = 32 // the timer is not stopped for each batch: that costs more than a packet
			var packets [rounds][][]byte
			i := rounds
			b.ReportAllocs()
			for b.Loop() {
				if i == rounds {
					b.StopTimer()
					for i := range packets {
						fresh()
						packets[i] = slices.Clone(l.fresh)
					}
					i = 0
					b.StartTimer()
				}
				l.fresh = packets[i]
				i++
				l.send()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/batch, "ns/packet")
		})
	}
}

func BenchmarkForwardESPEncap(b *testing.B)    { benchmarkESP(b, "ESPEncap") }
func BenchmarkForwardESPEncapNAT(b *testing.B) { benchmarkESP(b, "ESPEncapNAT") }
func BenchmarkForwardESPDecap(b *testing.B)    { benchmarkESP(b, "ESPDecap") }
func BenchmarkForwardESPHairpin(b *testing.B)  { benchmarkESP(b, "ESPHairpin") }

func benchmark(b *testing.B, name string, routes int) {
	for _, tt := range loads {
		if tt.name != name {
			continue
		}
		l := newLoad(b, tt.in, routes, tt.pkt)
		l.send()
		b.ReportAllocs()
		for b.Loop() {
			l.send()
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/batch, "ns/packet")
	}
}

func BenchmarkForwardPlain(b *testing.B)     { benchmark(b, "Plain", 1000) }
func BenchmarkForwardGREEncap(b *testing.B)  { benchmark(b, "GREEncap", 1000) }
func BenchmarkForwardGREDecap(b *testing.B)  { benchmark(b, "GREDecap", 1000) }
func BenchmarkHubHairpin(b *testing.B)       { benchmark(b, "HubHairpin", 1000) }
func BenchmarkForwardFragment(b *testing.B)  { benchmark(b, "Fragment", 1000) }
func BenchmarkForwardPlain6(b *testing.B)    { benchmark(b, "Plain6", 1000) }
func BenchmarkForwardGRE6Encap(b *testing.B) { benchmark(b, "GRE6Encap", 1000) }
func BenchmarkForwardGRE6Decap(b *testing.B) { benchmark(b, "GRE6Decap", 1000) }
func BenchmarkHubHairpin6(b *testing.B)      { benchmark(b, "HubHairpin6", 1000) }
func BenchmarkForwardMalformed(b *testing.B) { benchmark(b, "Malformed", 1000) }

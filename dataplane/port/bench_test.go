//go:build linux

package port

import (
	"fmt"
	"net"
	"testing"

	"golang.org/x/sys/unix"

	"axle/dataplane"
	"axle/internal/ip"
)

// batch is how many packets the benchmarks move at a time.
const batch = 64

// A rate is a call that moves a batch, for tests of allocation and benchmarks.
type rate struct {
	name string
	make func(tb testing.TB, size int) func()
}

// rates are the calls of the package. What reads also has somebody who sends.
var rates = []rate{
	{"Cut", func(tb testing.TB, size int) func() {
		v, p := data(0, batch*size).super(size)
		b := make([]byte, 2048)
		var c cutter
		return func() {
			if c.begin(v, p) != nil {
				tb.Fatal("refused")
			}
			for c.more() {
				c.next(b)
			}
		}
	}},
	{"Merge", func(tb testing.TB, size int) func() {
		v, p := data(0, min(batch*size, 65000)).super(size)
		cut, err := cutAll(v, p)
		if err != nil {
			tb.Fatal(err)
		}
		m := &merger{tcp: true, write: func(vnet, *segment) {}}
		first := append([]byte(nil), cut[0]...)
		return func() {
			copy(cut[0], first)
			for _, p := range cut {
				m.add(p)
			}
			m.flush()
		}
	}},
	{"TUNWrite", func(tb testing.TB, size int) func() {
		ns := newNamespace(tb, "tun")
		d := ns.tun(TUNOptions{MTU: 1400, Offload: true}, "192.0.2.254/24")
		out := packets(batch, 2048)
		var fresh [batch][]byte
		for i := range out {
			fresh[i] = with(data(i*size, size), func(s *spec) { s.id = uint16(i) }).packet()
			out[i].Off, out[i].Len = dataplane.Headroom, len(fresh[i])
		}
		return func() {
			for i := range out {
				copy(out[i].Data(), fresh[i])
			}
			if n, err := d.WriteBatch(out); n != batch || err != nil {
				tb.Fatal(n, err)
			}
		}
	}},
	{"TUNRead", func(tb testing.TB, size int) func() {
		ns := newNamespace(tb, "tun")
		d := ns.tun(TUNOptions{MTU: 1400, Offload: true}, "192.0.2.254/24")
		ns.ip("route add default dev tunnel0")
		fd := descriptor(tb, ns.udpTo("198.51.100.2:7").(*net.UDPConn))
		if err := unix.SetsockoptInt(fd, unix.SOL_UDP, unix.UDP_SEGMENT, size); err != nil {
			tb.Skip("no UDP_SEGMENT: ", err)
		}
		const segments = 40 // as many as one packet holds
		b, in := pattern(size*segments), packets(batch, 2048)
		return func() {
			if _, err := unix.Write(fd, b); err != nil {
				tb.Fatal(err)
			}
			for got := 0; got < segments; {
				n, err := d.ReadBatch(in)
				if err != nil {
					tb.Fatal(err)
				}
				for _, p := range in[:n] {
					if isUDP(p.Data()) {
						got++
					}
				}
			}
		}
	}},
	{"RawWrite", func(tb testing.TB, size int) func() {
		a, _ := pair(tb)
		r := a.raw("203.0.113.1")
		a.ip("neigh replace 203.0.113.9 lladdr 02:00:00:00:00:09 dev eth0")
		out := make([]dataplane.Packet, batch)
		for i := range out {
			out[i] = outer("203.0.113.1", "203.0.113.9", size, false)
		}
		return func() {
			if n, err := r.WriteBatch(out); n != batch || err != nil {
				tb.Fatal(n, err)
			}
		}
	}},
	{"RawWriteRead", func(tb testing.TB, size int) func() {
		a, b := pair(tb)
		ra, rb := a.raw("203.0.113.1"), b.raw("203.0.113.2")
		in, out := packets(batch, 2048), make([]dataplane.Packet, batch)
		for i := range out {
			out[i] = outer("203.0.113.1", "203.0.113.2", size, false)
		}
		return func() {
			if n, err := ra.WriteBatch(out); n != batch || err != nil {
				tb.Fatal(n, err)
			}
			for got := 0; got < batch; {
				n, err := rb.ReadBatch(in)
				if err != nil {
					tb.Fatal(err)
				}
				got += n
			}
		}
	}},
}

// descriptor returns a descriptor of c's socket that waits for nobody else.
func descriptor(tb testing.TB, c *net.UDPConn) int {
	tb.Helper()
	f, err := c.File()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { f.Close() })
	return int(f.Fd())
}

// Nothing is allocated for a packet.
func TestNoAllocation(t *testing.T) {
	for _, r := range rates {
		t.Run(r.name, func(t *testing.T) {
			if n := testing.AllocsPerRun(20, r.make(t, 1000)); n != 0 {
				t.Errorf("%v allocations a batch", n)
			}
		})
	}
}

func benchmark(b *testing.B, name string) {
	for _, r := range rates {
		if r.name != name {
			continue
		}
		for _, size := range []int{64, 1348} {
			b.Run(fmt.Sprint(size), func(b *testing.B) {
				f := r.make(b, size)
				f()
				b.ReportAllocs()
				for b.Loop() {
					f()
				}
				n := batch
				if name == "TUNRead" {
					n = 40
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/packet")
			})
		}
	}
}

func BenchmarkCut(b *testing.B)          { benchmark(b, "Cut") }
func BenchmarkMerge(b *testing.B)        { benchmark(b, "Merge") }
func BenchmarkTUNWrite(b *testing.B)     { benchmark(b, "TUNWrite") }
func BenchmarkTUNRead(b *testing.B)      { benchmark(b, "TUNRead") }
func BenchmarkRawWrite(b *testing.B)     { benchmark(b, "RawWrite") }
func BenchmarkRawWriteRead(b *testing.B) { benchmark(b, "RawWriteRead") }

// Packets that are merged and those that are not cost this much to look at.
func BenchmarkMergeAlone(b *testing.B) {
	p := with(data(0, 0), func(s *spec) { s.flags = ip.TCPAck }).packet()
	m := &merger{tcp: true, write: func(vnet, *segment) {}}
	b.ReportAllocs()
	for b.Loop() {
		m.add(p)
	}
}

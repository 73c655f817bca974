package engine

import (
	"encoding/binary"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"axle/ipsec"
	"axle/ipsec/suite"
)

// hub returns a hub with a multipoint tunnel, and a spoke's configuration, with
// group 19 and a pre-shared key.
func hub(t testing.TB) (*world, *node) {
	w := newWorld(t)
	c := psk("192.0.2.1")
	c.Proposals[0].Groups = []suite.Group{suite.GroupECP256}
	n := w.node("hub", "192.0.2.1", c)
	n.e.SetDebug(false)
	return w, n
}

// spokes makes n spokes that want protection towards the hub.
func (w *world) spokes(h *node, n, first int) []*node {
	var list []*node
	for i := range n {
		addr := netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, 10<<24+uint32(first+i+1))))
		c := psk(addr.String())
		c.Proposals = h.cfg.Proposals
		s := w.node("spoke", addr.String(), c)
		s.e.SetDebug(false)
		list = append(list, s)
	}
	return list
}

// A hub with 200 spokes that begin in the same second: all come up, with cookies.
func TestHub(t *testing.T) {
	w, h := hub(t)
	list := w.spokes(h, 200, 0)
	for _, s := range list {
		s.opens(h)
	}
	w.run(10 * time.Second)
	if len(h.up) != len(list) || len(h.sas) != len(list) || h.e.stats.Cookies == 0 {
		t.Fatalf("%d of %d are up, %d cookies", len(h.up), len(list), h.e.stats.Cookies)
	}
	for _, s := range list {
		w.works(s, h)
	}
}

// BenchmarkResponder makes IKE SAs with a child at a hub, by pre-shared key and group
// 19. Only the hub's time counts.
func BenchmarkResponder(b *testing.B) {
	w, h := hub(b)
	list := w.spokes(h, 1, 0)
	s := list[0]
	for b.Loop() {
		b.StopTimer()
		s.restart()
		s.e.SetDebug(false)
		var out []ipsec.Send
		collect := func(l []ipsec.Action) {
			for _, a := range l {
				if x, ok := a.(ipsec.Send); ok {
					out = append(out, x)
				}
			}
		}
		collect(s.e.Open(w.now, s.socket(h), "X"))
		for len(out) > 0 {
			x := out[0]
			out = out[1:]
			d := ipsec.Datagram{Local: x.Remote, Remote: x.Local, Data: x.Data}
			if x.Remote.Addr() != h.addr {
				collect(s.e.Receive(w.now, d))
				continue
			}
			b.StartTimer()
			l := h.e.Receive(w.now, d)
			b.StopTimer()
			collect(l)
		}
		w.now = w.now.Add(time.Second)
		b.StartTimer()
	}
	if len(h.e.sas) != 1 {
		b.Fatalf("%d IKE SAs", len(h.e.sas))
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "handshakes/s")
}

// BenchmarkMemory reports the bytes that a hub keeps for a spoke: IKE SA, child and
// socket, after all messages are forgotten but the last answer.
func BenchmarkMemory(b *testing.B) {
	const n = 500
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	for b.Loop() {
		w, h := hub(b)
		for _, s := range w.spokes(h, n, 0) {
			s.opens(h)
		}
		w.run(20 * time.Second)
		if len(h.up) != n {
			b.Fatal(len(h.up))
		}
		// What the spokes and the test keep does not count.
		e := h.e
		w.nodes, w.sky, w, h = nil, nil, nil, nil
		with := heap()
		runtime.KeepAlive(e)
		e = nil
		b.ReportMetric(float64(with-heap())/n, "B/spoke")
	}
}

package engine

import (
	"math/rand/v2"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"axle/ipsec"
)

// hubOf gives a hub the messages of a spoke, and the spoke the hub's, until neither
// has any; it returns how long the hub took.
func hubOf(now time.Time, hub, spoke *Engine, begin []ipsec.Action) (took time.Duration) {
	for actions, toHub := begin, true; len(actions) > 0; toHub = !toHub {
		var answers []ipsec.Action
		for _, a := range actions {
			m, ok := a.(ipsec.Send)
			if !ok {
				continue
			}
			d := ipsec.Datagram{VRF: m.VRF, Local: m.Remote, Remote: m.Local, Data: m.Data}
			if !toHub {
				answers = append(answers, spoke.Receive(now, d)...)
				continue
			}
			began := time.Now()
			answers = append(answers, hub.Receive(now, d)...)
			took += time.Since(began)
		}
		actions = answers
	}
	return took
}

// BenchmarkHub measures a hub to which spokes come, each with main mode, group 19,
// and quick mode: the time of the hub alone, and its memory per spoke.
func BenchmarkHub(b *testing.B) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	hub := New(rand.NewChaCha8([32]byte{1}))
	hub.Configure(start, config(hubAddr))
	var took time.Duration
	for i := range b.N {
		addr := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
		spoke := New(rand.NewChaCha8([32]byte{2, byte(i), byte(i >> 8)}))
		spoke.Configure(start, config(addr.String()))
		took += hubOf(start, hub, spoke, spoke.Open(start, ipsec.Socket{Local: addr, Remote: netip.MustParseAddr(hubAddr)}, "P"))
	}
	if got := len(hub.Snapshot(start).Sockets); got != min(b.N, MaxSAs) {
		b.Fatalf("%d sockets for %d spokes", got, b.N)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(took)/float64(b.N), "ns/spoke")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(b.N), "B/spoke")
	runtime.KeepAlive(hub)
}

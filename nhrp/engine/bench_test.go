package engine

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"axle/internal/wire"
)

// BenchmarkRegistration renews the registrations of 10,000 clients at one hub,
// one after the other, with the timers running.
func BenchmarkRegistration(b *testing.B) {
	const clients = 10000
	n := newNetwork(nil)
	cfg := hubConfig()
	cfg.Addr, cfg.MaxSend = prefix("10.0.0.1/16"), 0
	hub := n.router("hub", cfg, hubRoutes()...)
	hub.configure()
	packets, sources := make([][]byte, clients), make([]netip.Addr, clients)
	for i := range packets {
		m := registrationFrom("10.0.0.1", "203.0.113.1", "10.0.0.1", "secret")
		m.SrcProto = netip.AddrFrom4([4]byte{10, 1, byte(i >> 8), byte(i)})
		m.SrcNBMA = netip.AddrFrom4([4]byte{100, 64, byte(i >> 8), byte(i)})
		packets[i], sources[i] = encode(b, m), m.SrcNBMA
	}
	now := start
	id := uint32(0)
	one := func(i int) {
		p := packets[i%clients]
		id++
		binary.BigEndian.PutUint32(p[24:], id)
		p[12], p[13] = 0, 0
		binary.BigEndian.PutUint16(p[12:], wire.Checksum(p))
		now = now.Add(20 * time.Millisecond)
		if d := hub.e.Deadline(); !d.IsZero() && !d.After(now) {
			hub.e.Tick(now)
		}
		if out := hub.e.Receive(now, Packet{Tunnel: "Tunnel0", Src: sources[i%clients], Dst: cfg.NBMA, Data: p}); len(out) == 0 {
			b.Fatal("no reply")
		}
	}
	for i := range clients {
		one(i)
	}
	b.ResetTimer()
	b.ReportAllocs()
	for i := range b.N {
		one(i)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
}

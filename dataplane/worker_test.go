package dataplane_test

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
	"time"

	"axle/dataplane"
	"axle/internal/ip"
)

func TestCounters(t *testing.T) {
	w := newWorld(t)
	adj := w.peer("10.0.0.12", "203.0.113.12")
	pkt := gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: "192.168.2.10"}.udp(72)) // 128 bytes, inner 100
	bad := patched(pkt, func(p ip.IPv4) { p[0] = 0x44 })
	w.forward(wan, pkt, pkt, bad)
	for _, tt := range []struct {
		name string
		got  uint64
		want uint64
	}{
		{"wan in", w.ifs[wan].Counters.InPackets.Load(), 3},
		{"wan in bytes", w.ifs[wan].Counters.InBytes.Load(), 3 * 128},
		{"wan in errors", w.ifs[wan].Counters.InErrors.Load(), 1},
		{"wan out", w.ifs[wan].Counters.OutPackets.Load(), 2},
		{"wan out bytes", w.ifs[wan].Counters.OutBytes.Load(), 2 * 128},
		{"wan drops", w.ifs[wan].Counters.Dropped(), 1},
		{"tun0 in", w.ifs[tun0].Counters.InPackets.Load(), 2},
		{"tun0 in bytes", w.ifs[tun0].Counters.InBytes.Load(), 200},
		{"tun0 out", w.ifs[tun0].Counters.OutPackets.Load(), 2},
		{"tun0 out bytes", w.ifs[tun0].Counters.OutBytes.Load(), 200},
		{"adjacency", adj.Packets.Load(), 2},
		{"adjacency bytes", adj.Bytes.Load(), 200},
		{"lan out", w.ifs[lan].Counters.OutPackets.Load(), 0},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, tt.got, tt.want)
		}
	}
	hits := map[string]uint64{}
	for e := range w.rib.FIB().All() {
		if n := e.Hits.Load(); n > 0 {
			hits[e.Prefix.String()] = n
		}
	}
	if fmt.Sprint(hits) != "map[192.168.2.0/24:2 203.0.113.0/24:2]" {
		t.Errorf("hits %v", hits)
	}
	w.forward(lan, flow{src: "192.168.0.10", dst: "192.168.0.1"}.udp(4), flow{src: "192.168.0.10", dst: "198.51.100.7"}.udp(4),
		host0ToSpoke1.udp(1472))
	if c := w.ifs[lan].Counters; c.Punts.Load() != 1 {
		t.Errorf("punts %d", c.Punts.Load())
	}
	if c := w.ifs[down].Counters; c.OutErrors.Load() != 1 || c.OutPackets.Load() != 0 {
		t.Errorf("out errors %d, packets %d", c.OutErrors.Load(), c.OutPackets.Load())
	}
	if c := w.ifs[tun0].Counters; c.Fragments.Load() != 2 {
		t.Errorf("fragments %d", c.Fragments.Load())
	}
	w.forward(lan, flow{src: "192.168.0.10", dst: "224.0.0.5"}.udp(4), flow{src: "192.168.0.10", dst: "192.168.0.255"}.udp(4),
		flow{src: "192.168.0.10", dst: "255.255.255.255"}.udp(4))
	if c := w.ifs[lan].Counters; c.InMulticast.Load() != 1 || c.InBroadcast.Load() != 2 {
		t.Errorf("multicast %d, broadcast %d", c.InMulticast.Load(), c.InBroadcast.Load())
	}
	w.ifs[wan].Counters.Reset()
	if c := w.ifs[wan].Counters; c.InPackets.Load() != 0 || c.Dropped() != 0 {
		t.Error("Reset left something")
	}
}

func TestDropReasonNames(t *testing.T) {
	seen := map[string]bool{}
	for r := range dataplane.DropReason(dataplane.NumDropReasons) {
		if s := r.String(); s == "" || seen[s] {
			t.Errorf("reason %d is %q", r, s)
		} else {
			seen[s] = true
		}
	}
	if s := dataplane.DropReason(200).String(); s != "unknown reason" {
		t.Errorf("reason 200 is %q", s)
	}
}

// Equal paths: one flow takes one path, many flows take both, and a path whose
// interface is down is not taken.
func TestEqualCost(t *testing.T) {
	w := newWorld(t)
	w.route("100.0.0.0/8", "tun0", "10.0.0.11")
	w.route("100.0.0.0/8", "tun0", "10.0.0.12")
	count := func() map[string]int {
		n := map[string]int{}
		for i := range 200 {
			b := flow{src: "192.168.0.10", dst: fmt.Sprintf("100.0.0.%d", i)}.udp(4)
			w.forward(lan, b, b)
			if len(w.w.Out) == 2 {
				if w.w.Out[0].NextHop != w.w.Out[1].NextHop {
					t.Fatalf("one flow, two paths: %v", w.result())
				}
				n[w.w.Out[0].NextHop.String()]++
			}
		}
		return n
	}
	if n := count(); n["203.0.113.11"] < 60 || n["203.0.113.12"] < 60 || n["203.0.113.11"]+n["203.0.113.12"] != 200 {
		t.Errorf("paths %v", n)
	}
	w.route("100.0.0.0/8", "down", "198.51.100.9")
	if n := count(); n["203.0.113.11"]+n["203.0.113.12"] != 200 {
		t.Errorf("with a path that is down: %v", n)
	}
}

// An outer packet in fragments is put together before its GRE is read, and so is
// what goes to the router itself.
func TestReassembly(t *testing.T) {
	w := newWorld(t)
	inner := flow{src: "192.168.1.10", dst: "192.168.0.10"}.udp(1300)
	var parts [][]byte
	f, err := ip.NewFragmenter(ip.IPv4(gre("203.0.113.11", key1, inner)), 576)
	if err != nil {
		t.Fatal(err)
	}
	for range f.Count() {
		b := make([]byte, 576)
		parts = append(parts, b[:f.Next(b)])
	}
	w.forward(wan, parts[2], parts[0])
	sameLines(t, "two of three", w.result(), nil)
	w.w.Now += int64(14 * time.Second)
	w.forward(wan, parts[1])
	want := []string{"out lan 192.168.0.10: 192.168.1.10>192.168.0.10 ttl 63 udp 1300"}
	sameLines(t, "all three", w.result(), want)

	w.forward(wan, parts[0], parts[1])
	w.w.Now += int64(15 * time.Second)
	w.forward(wan, parts[2])
	sameLines(t, "too late", w.result(), nil)

	other := bytes.Clone(parts[0])
	other[30] ^= 1
	w.w.Now += int64(15 * time.Second)
	w.forward(wan, parts[0], other)
	sameLines(t, "two contents", w.drops(), []string{"wan: fragment refused 1"})

	// Fragments of transit packets are forwarded as they are.
	b := patched(flow{src: "203.0.113.50", dst: "192.168.0.10"}.udp(8), func(p ip.IPv4) { p[6], p[7] = 0x20, 4 })
	w.forward(wan, b)
	sameLines(t, "transit", w.result(), []string{"out lan 192.168.0.10: 203.0.113.50>192.168.0.10 ttl 63 frag 32+16 true"})
}

// A port that leaves no headroom costs a copy, and a Packet that points outside
// of its buffer is refused.
func TestHeadroom(t *testing.T) {
	w := newWorld(t)
	b := host0ToSpoke1.udp(4)
	w.w.Forward(w.snapshot(), []dataplane.Packet{
		{Buf: bytes.Clone(b), Len: len(b), If: lan},
		{Buf: b, Off: 1, Len: len(b), If: lan},
		{Buf: b, Off: -1, Len: 4, If: lan},
		{Buf: b, Len: -1, If: lan},
	})
	sameLines(t, "result", w.result(), []string{"out wan 203.0.113.11: 203.0.113.1>203.0.113.11 ttl 255 gre key 1 [192.168.0.10>192.168.1.10 ttl 63 udp 4]"})
	sameLines(t, "drops", w.drops(), []string{"lan: malformed IP header 3"})
}

// What one call may punt and make is bounded.
func TestLimits(t *testing.T) {
	w := newWorld(t)
	var hairpins, gleans [][]byte
	for i := range 200 {
		hairpins = append(hairpins, gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: fmt.Sprintf("192.168.2.%d", i)}.udp(4)))
		gleans = append(gleans, flow{src: "192.168.0.10", dst: fmt.Sprintf("10.0.0.%d", 20+i)}.udp(4))
	}
	w.forward(wan, hairpins...)
	if len(w.w.Out) != 200 || len(w.w.Punts) != 16 {
		t.Errorf("hairpins: %d out, %d punts", len(w.w.Out), len(w.w.Punts))
	}
	w.forward(lan, gleans...)
	if len(w.w.Out) != 0 || len(w.w.Punts) != 32 {
		t.Errorf("gleans: %d out, %d punts", len(w.w.Out), len(w.w.Punts))
	}
	for i := range 1000 {
		w.ifs[tun0].Tunnel.Multicast = append(w.ifs[tun0].Tunnel.Multicast,
			&dataplane.Adjacency{NBMA: addr(fmt.Sprintf("203.0.113.%d", 2+i%250))})
	}
	w.w.Reset()
	hello := flow{src: "10.0.0.1", dst: "224.0.0.5"}.udp(1000)
	for range 100 {
		w.w.Originate(w.snapshot(), 0, hello)
	}
	bytes := 0
	for _, p := range w.w.Out {
		bytes += len(p.Buf)
	}
	if bytes > 32<<20 || len(w.w.Out) < 20000 || w.w.Drops[dataplane.DropLimit] == 0 {
		t.Errorf("%d packets in %d bytes", len(w.w.Out), bytes)
	}
}

// What one call used, the next one has again.
func TestLimitsPerCall(t *testing.T) {
	w := newWorld(t)
	hairpin := gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: "192.168.2.10"}.udp(4))
	glean := flow{src: "203.0.113.50", dst: "10.0.0.77"}.udp(4)
	big := flow{src: "10.0.0.1", dst: "192.168.1.10"}.udp(60000)
	for i := range 100 {
		w.forward(wan, hairpin, glean)
		if len(w.w.Punts) != 2 {
			t.Fatalf("call %d: %v", i, w.result())
		}
		for range 10 {
			w.w.Originate(w.snapshot(), 0, big)
		}
	}
	if n := w.w.Drops[dataplane.DropLimit]; n != 0 {
		t.Errorf("%d packets dropped for want of a buffer", n)
	}
}

// Workers share a snapshot: none of them writes to it, counters apart.
func TestTwoWorkers(t *testing.T) {
	w := newWorld(t)
	s := w.snapshot()
	const calls = 200
	var done sync.WaitGroup
	for i := range 2 {
		done.Go(func() {
			worker := dataplane.NewWorker()
			for range calls {
				worker.Forward(s, []dataplane.Packet{
					packetOn(wan, gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: fmt.Sprintf("192.168.2.%d", i)}.udp(4))),
					packetOn(lan, flow{src: "192.168.0.10", dst: "192.168.1.10"}.udp(1472)),
				})
			}
		})
	}
	done.Wait()
	if n := w.ifs[wan].Counters.OutPackets.Load(); n != 2*calls*3 {
		t.Errorf("%d packets out, want %d", n, 2*calls*3)
	}
}

// A snapshot without routes, with a nil interface, or with half a tunnel does not
// stop the worker.
func TestPoorSnapshots(t *testing.T) {
	w := newWorld(t)
	w.ifs[tun1].Tunnel = nil
	w.ifs[tun0].Tunnel.Multipoint = false // no destination
	w.snap = dataplane.NewSnapshot(append(w.ifs, nil), nil)
	w.ifs = append(w.ifs, &dataplane.Interface{Name: "nil"})
	w.forward(lan, host0ToSpoke1.udp(4))
	w.forward(wan, gre("203.0.113.11", key1, host0ToSpoke1.udp(4)))
	w.forward(missing, host0ToSpoke1.udp(4))
	w.w.OriginateOn(w.snap, tun1, netip0, host0ToSpoke1.udp(4))
	w.w.OriginateOn(w.snap, tun0, netip0, host0ToSpoke1.udp(4))
	sameLines(t, "drops", w.drops(), []string{
		"lan: no route 1", "router: no route 1", // the latter is the error about it
		"tun1: no such interface 1", "router: no such interface 1",
		"tun0: no route to tunnel destination 1", "wan: tunnel source mismatch 1",
	})
}

package engine

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"axle/ipsec"
)

// faults are what may happen to a message.
var faults = []struct {
	name string
	do   func(p packet) []packet
}{
	{"lost", func(packet) []packet { return nil }},
	{"doubled", func(p packet) []packet { return []packet{p, later(p, time.Millisecond)} }},
	{"doubled later", func(p packet) []packet { return []packet{p, later(p, 15*time.Second)} }},
	{"late", func(p packet) []packet { return []packet{later(p, 25*time.Millisecond)} }},
	{"very late", func(p packet) []packet { return []packet{later(p, 12*time.Second)} }},
	{"corrupt header", func(p packet) []packet { return []packet{flip(p, 17)} }},
	{"corrupt cookie", func(p packet) []packet { return []packet{flip(p, 3)} }},
	{"corrupt answerer's cookie", func(p packet) []packet { return []packet{flip(p, 12)} }},
	{"corrupt body", func(p packet) []packet { return []packet{flip(p, 28+(len(p.data)-28)/2)} }},
	{"corrupt end", func(p packet) []packet { return []packet{flip(p, len(p.data)-1)} }},
	{"cut", func(p packet) []packet { p.data = p.data[:len(p.data)/2]; return []packet{p} }},
	{"corrupt beside the true one", func(p packet) []packet { return []packet{flip(p, len(p.data)-9), later(p, time.Millisecond)} }},
	{"reflected", func(p packet) []packet { q := p; q.local, q.remote = p.remote, p.local; return []packet{q, p} }},
}

// later lets a packet arrive later.
func later(p packet, d time.Duration) packet {
	p.at = p.at.Add(d)
	return p
}

// flip changes a bit.
func flip(p packet, at int) packet {
	p.data = bytes.Clone(p.data)
	p.data[at%len(p.data)] ^= 4
	return p
}

// settled fails unless both ends have one working pair, or neither has any.
func settled(n *network, hub, spoke *router) {
	n.t.Helper()
	if len(hub.up)+len(spoke.up) == 0 && len(hub.pairs)+len(spoke.pairs) == 0 {
		n.t.Error("all is down, though a tunnel wants it")
		return
	}
	n.bothWays(hub, spoke)
	if len(hub.up) != 1 || len(spoke.up) != 1 {
		n.t.Errorf("%d and %d sockets up", len(hub.up), len(spoke.up))
	}
}

// TestOneFault does each fault to each message of the first minutes, with and
// without perfect forward secrecy.
func TestOneFault(t *testing.T) {
	for _, f := range faults {
		for victim := 1; victim <= 9; victim++ {
			t.Run(fmt.Sprintf("message %d %s", victim, f.name), func(t *testing.T) {
				n, hub, spoke := two(t, nil)
				n.fault = func(i int, p packet) []packet {
					if i == victim {
						return f.do(p)
					}
					return []packet{p}
				}
				spoke.open(hubAddr)
				n.run(4 * time.Minute)
				settled(n, hub, spoke)
			})
		}
	}
}

// TestBothBegin lets both ends open the socket in the same instant, with a fault.
func TestBothBegin(t *testing.T) {
	for _, f := range faults {
		for victim := 0; victim <= 18; victim++ {
			t.Run(fmt.Sprintf("message %d %s", victim, f.name), func(t *testing.T) {
				n, hub, spoke := two(t, nil)
				n.fault = func(i int, p packet) []packet {
					if i == victim {
						return f.do(p)
					}
					return []packet{p}
				}
				spoke.open(hubAddr)
				hub.open(spokeAddr)
				n.run(4 * time.Minute)
				settled(n, hub, spoke)
			})
		}
	}
}

// TestBothBeginSlowly lets both ends begin within a second, over a network in which
// each message takes another time and overtakes others.
func TestBothBeginSlowly(t *testing.T) {
	for seed := range uint64(150) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 3))
			n, hub, spoke := two(t, nil)
			n.fault = func(_ int, p packet) []packet {
				return []packet{later(p, time.Duration(rng.IntN(600))*time.Millisecond)}
			}
			spoke.open(hubAddr)
			n.run(time.Duration(rng.IntN(1000)) * time.Millisecond)
			hub.open(spokeAddr)
			n.run(20 * time.Second)
			settled(n, hub, spoke)
			n.run(3 * time.Hour)
			settled(n, hub, spoke)
		})
	}
}

// TestStorms does faults at random for an hour with lifetimes of minutes; then the
// network recovers, and so must the two.
func TestStorms(t *testing.T) {
	for seed := range uint64(25) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 9))
			both := seed%2 == 0
			n, hub, spoke := two(t, func(h, s *Config) {
				for _, c := range []*Config{h, s} {
					c.Policies[0].Lifetime = 5 * time.Minute
					c.IPsec[0].Lifetime = 2 * time.Minute
					c.Globals.DPD = ipsec.Liveness{Interval: 10 * time.Second, Retry: 3 * time.Second, Periodic: seed%3 == 0}
				}
			})
			n.fault = func(_ int, p packet) []packet {
				if rng.IntN(5) == 0 {
					return faults[rng.IntN(len(faults))].do(p)
				}
				return []packet{p}
			}
			spoke.open(hubAddr)
			if both {
				hub.open(spokeAddr)
			}
			for range 60 {
				n.run(time.Minute)
				if passes(spoke, hub, hub.addr) == nil && passes(hub, spoke, spoke.addr) == nil {
					hub.report()
					spoke.report()
				}
			}
			n.fault = nil
			n.run(6 * time.Minute)
			settled(n, hub, spoke)
			for _, r := range []*router{hub, spoke} {
				if len(r.pairs) > 8 || len(r.e.sas) > 8 {
					t.Errorf("%v: %d children, %d SAs", r.addr, len(r.pairs), len(r.e.sas))
				}
			}
			spoke.do(spoke.e.ClearSession(n.now, hub.addr))
			n.run(5 * time.Minute)
			settled(n, hub, spoke)
		})
	}
}

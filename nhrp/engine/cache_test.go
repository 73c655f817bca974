package engine

import (
	"math/rand/v2"
	"net/netip"
	"testing"
)

// TestCacheAgainstModel adds, moves and removes entries at random and compares
// with a slow search over all.
func TestCacheAgainstModel(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	c := newCache()
	all := make(map[netip.Prefix]*entry)
	addr := func() netip.Addr {
		return netip.AddrFrom4([4]byte{10, byte(rng.IntN(3)), byte(rng.IntN(3)), byte(rng.IntN(8))})
	}
	nbma := func() netip.Addr { return netip.AddrFrom4([4]byte{203, 0, 113, byte(rng.IntN(6))}) }
	for range 20000 {
		p, _ := addr().Prefix([]int{8, 16, 24, 30, 32, 32, 32}[rng.IntN(7)])
		x := all[p]
		switch rng.IntN(3) {
		case 0:
			x = &entry{origin: origin(rng.IntN(int(unresolved) + 1))}
			x.Prefix = p
			if x.origin == fromAnswer {
				continue
			}
			if x.origin != unresolved {
				x.NBMA = nbma()
			}
			c.add(x)
			all[p] = x
		case 1:
			if x != nil {
				c.remove(x)
				delete(all, p)
			}
		case 2:
			if x != nil && x.NBMA.IsValid() {
				c.move(x, nbma())
			}
		}
		checkCache(t, &c, all, addr(), nbma())
	}
}

func checkCache(t *testing.T, c *cache, all map[netip.Prefix]*entry, a, nbma netip.Addr) {
	t.Helper()
	var want *entry
	peers, counts := 0, [unresolved + 1]int{}
	for _, x := range all {
		counts[x.origin]++
		if x.NBMA == nbma {
			peers++
		}
		if x.NBMA.IsValid() && x.Prefix.Contains(a) && (want == nil || x.Prefix.Bits() > want.Prefix.Bits()) {
			want = x
		}
	}
	if got := c.lookup(a); got != want {
		t.Fatalf("lookup of %s: %+v, want %+v", a, got, want)
	}
	if c.peers[nbma] != peers || c.knows(nbma) != (peers > 0) || c.count != counts || len(c.remote) != len(all) {
		t.Fatalf("peers %d, want %d; counts %v, want %v", c.peers[nbma], peers, c.count, counts)
	}
}

func TestRequestersAreBounded(t *testing.T) {
	x := &entry{}
	for i := range 3 * MaxRequesters {
		m := requestFrom("10.0.0.1", "203.0.113.1", "192.168.1.1")
		m.SrcProto = netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)})
		x.asked(m)
	}
	if len(x.Requesters) != MaxRequesters || x.Requesters[0].Addr != ip("10.0.0.128") {
		t.Errorf("%d requesters, the oldest %v", len(x.Requesters), x.Requesters[0])
	}
}

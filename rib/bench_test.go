package rib_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"

	"axle/rib"
)

// bigTable returns a table with n random EIGRP routes and their prefixes.
func bigTable(n int) (*rib.RIB, []netip.Prefix) {
	r := table(connected("10.0.0.0/24", "Tunnel0"))
	rnd := rand.New(rand.NewPCG(1, 2))
	prefixes := make([]netip.Prefix, 0, n)
	for range n {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], 0x20000000+rnd.Uint32N(0xa0000000))
		p := netip.PrefixFrom(netip.AddrFrom4(b), 16+rnd.IntN(17)).Masked()
		prefixes = append(prefixes, p)
		r.Add(eigrp(p.String(), "10.0.0.1", "Tunnel0", 1))
	}
	r.FIB()
	return r, prefixes
}

func BenchmarkLookup(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r, prefixes := bigTable(n)
			f := r.FIB()
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, ok := f.Lookup(prefixes[i%len(prefixes)].Addr()); !ok {
					b.Fatal("no route")
				}
			}
		})
	}
}

// One host route comes or goes and the FIB is published, among 10,000 routes.
func BenchmarkUpdate(b *testing.B) {
	r, _ := bigTable(10_000)
	rt := eigrp("192.0.2.1/32", "10.0.0.1", "Tunnel0", 1)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%2 == 0 {
			r.Add(rt)
		} else {
			r.Remove(rt)
		}
		r.FIB()
	}
}

// The same with 10,000 recursive routes beside it, which do not depend on it.
func BenchmarkUpdateBesideRecursion(b *testing.B) {
	r, prefixes := bigTable(0)
	for i := range 10_000 {
		prefixes = append(prefixes, netip.PrefixFrom(netip.AddrFrom4([4]byte{172, 16, byte(i >> 8), byte(i)}), 32))
		r.Add(static(prefixes[i].String(), fmt.Sprintf("10.0.0.%d", 1+i%200), 1))
	}
	r.Add(static("0.0.0.0/0", "10.0.0.1", 1))
	rt := eigrp("192.0.2.1/32", "10.0.0.1", "Tunnel0", 1)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%2 == 0 {
			r.Add(rt)
		} else {
			r.Remove(rt)
		}
		r.FIB()
	}
}

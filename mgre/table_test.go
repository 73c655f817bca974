package mgre_test

import (
	"math/rand/v2"
	"net/netip"
	"testing"

	"axle/mgre"
)

// A slowTable is a Table by definition.
type slowTable map[netip.Prefix]int

func (s slowTable) lookup(a netip.Addr) int {
	best, v := -1, 0
	for p, x := range s {
		if p.Contains(a) && p.Bits() > best {
			best, v = p.Bits(), x
		}
	}
	return v
}

func randomPrefix(rng *rand.Rand) netip.Prefix {
	bits := []int{0, 8, 24, 30, 31, 32, 32, 32}[rng.IntN(8)]
	return netip.PrefixFrom(randomAddr(rng), bits)
}

func randomAddr(rng *rand.Rand) netip.Addr {
	return netip.AddrFrom4([4]byte{10, 0, byte(rng.IntN(2)), byte(rng.IntN(8))})
}

func TestTableModel(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	table, model := new(mgre.Table[int]), slowTable{}
	type version struct {
		table *mgre.Table[int]
		model slowTable
	}
	var old []version
	for i := 1; i < 3000; i++ {
		p := randomPrefix(rng)
		if rng.IntN(2) == 0 {
			table, model[p.Masked()] = table.With(p, i), i
		} else {
			table = table.Without(p)
			delete(model, p.Masked())
		}
		a := randomAddr(rng)
		if got, want := table.Lookup(a), model.lookup(a); got != want || table.Len() != len(model) {
			t.Fatalf("step %d: %v is %d, want %d; %d entries, want %d", i, a, got, want, table.Len(), len(model))
		}
		if i%100 == 0 {
			copied := slowTable{}
			for p, v := range model {
				copied[p] = v
			}
			old = append(old, version{table, copied})
		}
	}
	for i, v := range old { // earlier tables are as they were
		n := 0
		for p, x := range v.table.All() {
			if n++; v.model[p] != x {
				t.Fatalf("version %d: %v is %d, was %d", i, p, x, v.model[p])
			}
		}
		if n != len(v.model) {
			t.Fatalf("version %d has %d entries, had %d", i, n, len(v.model))
		}
	}
}

func TestTableEdges(t *testing.T) {
	var none *mgre.Table[string]
	a := netip.MustParseAddr("10.0.0.1")
	if none.Lookup(a) != "" || none.Len() != 0 || none.Without(netip.PrefixFrom(a, 32)) != nil {
		t.Error("a nil table is not empty")
	}
	for p := range none.All() {
		t.Errorf("a nil table has %v", p)
	}
	one := none.With(netip.MustParsePrefix("10.0.0.7/24"), "x")
	if one.Lookup(a) != "x" || one.Lookup(netip.MustParseAddr("::ffff:10.0.0.1")) != "x" || one.Lookup(netip.Addr{}) != "" {
		t.Error("look-up by masked prefix or IPv4 in IPv6 failed")
	}
	if one.With(netip.Prefix{}, "y") != one || one.Without(netip.MustParsePrefix("10.0.0.0/25")) != one {
		t.Error("a change that changes nothing made a new table")
	}
	if two := one.With(netip.MustParsePrefix("::ffff:10.0.0.1/128"), "z"); two.Lookup(a) != "z" || one.Lookup(a) != "x" {
		t.Error("IPv4 in IPv6 was not stored as IPv4, or the old table changed")
	}
}

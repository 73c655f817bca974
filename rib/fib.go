package rib

import (
	"iter"
	"net/netip"
	"slices"
	"sync/atomic"

	"github.com/gaissmai/bart"
)

// A FIB is an immutable forwarding table: the RIB's best routes with all
// recursion resolved and NHRP's overrides applied. Any number of goroutines may
// read it while the RIB goes on to change. Only the entries' Hits are written.
type FIB struct {
	table *bart.Table[*FIBEntry]
}

// A FIBEntry is the forwarding answer for one prefix. The same entry stands in
// one FIB after another for as long as its prefix has the same hops. Do not
// give it a Clone method: the table would then copy it.
type FIBEntry struct {
	Prefix netip.Prefix
	Hops   []Hop         // at least one, at most MaxPaths; must not be changed
	Hits   atomic.Uint64 // packets; counted by whoever forwards
}

// cloneShare is the part of a table (one in cloneShare) that may change by
// shared branches; with more changes at once, a copy of the whole is cheaper.
const cloneShare = 8

func newFIB() *FIB { return &FIB{table: new(bart.Table[*FIBEntry])} }

// Lookup returns the entry with the longest prefix that contains dst.
func (f *FIB) Lookup(dst netip.Addr) (*FIBEntry, bool) {
	if dst.Is4In6() {
		dst = dst.Unmap()
	}
	return f.table.Lookup(dst)
}

// All yields the entries, IPv4 first, by address, then shorter mask first.
func (f *FIB) All() iter.Seq[*FIBEntry] {
	return func(yield func(*FIBEntry) bool) {
		for _, e := range f.table.AllSorted() {
			if !yield(e) {
				return
			}
		}
	}
}

// Len returns the number of entries.
func (f *FIB) Len() int { return f.table.Size() }

// FIB returns the forwarding table as it is now. It is the same pointer for as
// long as no hop changed.
func (r *RIB) FIB() *FIB {
	if len(r.stale) == 0 {
		return r.fib
	}
	t := r.fib.table
	whole := len(r.stale) > t.Size()/cloneShare
	owned := false // t is a copy that nobody else has seen
	for p := range r.stale {
		var hops []Hop
		if n, ok := r.nodes.Get(p); ok {
			hops = r.forwarding(n)
		}
		old, had := t.Get(p)
		if had == (len(hops) > 0) && (!had || slices.Equal(old.Hops, hops)) {
			continue
		}
		if whole && !owned {
			t, owned = t.Clone(), true
		}
		switch e := (&FIBEntry{Prefix: p, Hops: hops}); {
		case len(hops) == 0 && owned:
			t.Delete(p)
		case len(hops) == 0:
			t = t.DeletePersist(p)
		case owned:
			t.Insert(p, e)
		default:
			t = t.InsertPersist(p, e)
		}
	}
	clear(r.stale)
	if t != r.fib.table {
		r.fib = &FIB{table: t}
	}
	return r.fib
}

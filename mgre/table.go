package mgre

import (
	"iter"
	"net/netip"

	"github.com/gaissmai/bart"
)

// A Table maps the next hops of a multipoint tunnel to values of type V, by
// longest prefix. It is persistent: With and Without return a new table and
// leave the old one to its readers. The zero Table and a nil one are empty.
type Table[V any] struct {
	t *bart.Table[V]
}

// With returns the table with the value v for prefix p, in place of an earlier
// value of the same prefix. An invalid prefix changes nothing.
func (t *Table[V]) With(p netip.Prefix, v V) *Table[V] {
	p, ok := canonical(p)
	if !ok {
		return t
	}
	if t == nil || t.t == nil {
		n := new(bart.Table[V])
		n.Insert(p, v)
		return &Table[V]{t: n}
	}
	return &Table[V]{t: t.t.InsertPersist(p, v)}
}

// Without returns the table without the value of prefix p.
func (t *Table[V]) Without(p netip.Prefix) *Table[V] {
	p, ok := canonical(p)
	if !ok || t == nil || t.t == nil {
		return t
	}
	if _, found := t.t.Get(p); !found {
		return t
	}
	return &Table[V]{t: t.t.DeletePersist(p)}
}

// Lookup returns the value of the longest prefix that contains a, or the zero
// V where there is none.
func (t *Table[V]) Lookup(a netip.Addr) V {
	var none V
	if t == nil || t.t == nil {
		return none
	}
	if v, ok := t.t.Lookup(a.Unmap()); ok {
		return v
	}
	return none
}

// All returns the prefixes and their values, sorted by address and then by
// length.
func (t *Table[V]) All() iter.Seq2[netip.Prefix, V] {
	if t == nil || t.t == nil {
		return func(func(netip.Prefix, V) bool) {}
	}
	return t.t.AllSorted()
}

// Len returns the number of prefixes.
func (t *Table[V]) Len() int {
	if t == nil || t.t == nil {
		return 0
	}
	return t.t.Size()
}

// canonical returns p masked and without the form "IPv4 in IPv6".
func canonical(p netip.Prefix) (netip.Prefix, bool) {
	if !p.IsValid() {
		return p, false
	}
	if p.Addr().Is4In6() {
		if p.Bits() < 96 {
			return p, false
		}
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked(), true
}

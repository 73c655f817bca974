package rib

import (
	"cmp"
	"iter"
	"net/netip"
	"slices"

	"github.com/gaissmai/bart"
)

// A RIB is the table of routes of one router. It has one owner: nothing in it
// may be called from two goroutines at once. The FIB that it hands out, and the
// slices in an Entry, are immutable and may be read by anybody.
type RIB struct {
	nodes    *bart.Table[*node]
	nexthops *bart.Table[*nexthop] // of recursive routes, as host prefixes
	up       map[string]bool       // known interfaces
	users    map[string]nodeSet    // prefixes with a route or shortcut by an interface
	arrivals uint64                // counts routes, to keep equal paths in order
	gen      uint64

	fib   *FIB
	stale map[netip.Prefix]struct{} // where fib may differ from nodes
}

type nodeSet map[*node]struct{}

// New returns an empty table, in which every interface is unknown.
func New() *RIB {
	return &RIB{
		nodes:    new(bart.Table[*node]),
		nexthops: new(bart.Table[*nexthop]),
		up:       make(map[string]bool),
		users:    make(map[string]nodeSet),
		fib:      newFIB(),
		stale:    make(map[netip.Prefix]struct{}),
	}
}

// Add puts a candidate into the table. One with the same Prefix, Protocol,
// NextHop and Interface is replaced and keeps its place among equal paths.
// A route without a valid prefix is ignored, and so is one of protocol NHRP:
// those come by SetShortcut.
func (r *RIB) Add(rt Route) {
	p, ok := canonical(rt.Prefix)
	if !ok || rt.Protocol == NHRP {
		return
	}
	rt.Prefix, rt.NextHop = p, rt.NextHop.Unmap()
	n := r.node(p)
	if i := n.index(rt); i >= 0 {
		if n.candidates[i].Route == rt {
			return
		}
		n.candidates[i].Route = rt
	} else {
		r.arrivals++
		n.candidates = append(n.candidates, candidate{Route: rt, arrival: r.arrivals})
		r.link(n, rt)
	}
	slices.SortFunc(n.candidates, compareCandidates)
	r.settle(n)
}

// Remove takes the candidate with the same Prefix, Protocol, NextHop and
// Interface out of the table, if there is one.
func (r *RIB) Remove(rt Route) {
	p, ok := canonical(rt.Prefix)
	if !ok {
		return
	}
	rt.Prefix, rt.NextHop = p, rt.NextHop.Unmap()
	n, ok := r.nodes.Get(p)
	if !ok {
		return
	}
	i := n.index(rt)
	if i < 0 {
		return
	}
	n.candidates = slices.Delete(n.candidates, i, i+1)
	r.unlink(n, rt)
	r.settle(n)
}

// SetInterface makes an interface known, and says whether it is up. Routes by
// a down or an unknown interface are not used; a Permanent route needs only
// that its interface is known. NullInterface is always up.
func (r *RIB) SetInterface(name string, up bool) {
	if old, known := r.up[name]; name == NullInterface || known && old == up {
		return
	}
	r.up[name] = up
	changed := make([]*node, 0, len(r.users[name]))
	for n := range r.users[name] {
		changed = append(changed, n)
	}
	r.settle(changed...)
}

// Generation returns a number that changes whenever a best route is added,
// removed or changed in any field. NHRP's own routes and overrides do not count.
func (r *RIB) Generation() uint64 { return r.gen }

// Best returns the best route of every prefix in the order of "show ip route":
// IPv4 first, by classful network, then prefix, then shorter mask first. That
// is the order by address and mask, since a network never begins after its
// subnets. The slices in it must not be changed.
func (r *RIB) Best() []Entry {
	out := make([]Entry, 0, r.nodes.Size())
	for _, n := range r.nodes.AllSorted() {
		if e, ok := r.entry(n); ok {
			out = append(out, e)
		}
	}
	return out
}

// Lookup returns the best route with the longest prefix that contains a.
func (r *RIB) Lookup(a netip.Addr) (Entry, bool) {
	for n := range r.covering(a) {
		if e, ok := r.entry(n); ok {
			return e, true
		}
	}
	return Entry{}, false
}

// LookupWithoutNHRP is Lookup without NHRP's own routes and overrides.
func (r *RIB) LookupWithoutNHRP(a netip.Addr) (Entry, bool) {
	for n := range r.covering(a) {
		if n.installed() {
			return Entry{Prefix: n.prefix, Paths: n.paths}, true
		}
	}
	return Entry{}, false
}

// covering yields the nodes whose prefix contains a, the longest first.
func (r *RIB) covering(a netip.Addr) iter.Seq[*node] {
	return func(yield func(*node) bool) {
		for _, n := range r.nodes.Supernets(hostPrefix(a)) {
			if !yield(n) {
				return
			}
		}
	}
}

// node returns the node of a canonical prefix, made if need be.
func (r *RIB) node(p netip.Prefix) *node {
	n, ok := r.nodes.Get(p)
	if !ok {
		n = &node{prefix: p}
		r.nodes.Insert(p, n)
	}
	return n
}

// usable says whether packets could leave by rt, a route with an interface.
func (r *RIB) usable(rt *Route) bool {
	if rt.Interface == NullInterface {
		return true
	}
	up, known := r.up[rt.Interface]
	return up || known && rt.Permanent
}

// compareCandidates puts the better route first, then the older.
func compareCandidates(a, b candidate) int {
	return cmp.Or(compareRank(a.Route, b.Route), cmp.Compare(a.arrival, b.arrival))
}

// compareRank compares what makes paths equal, the better first.
func compareRank(a, b Route) int {
	return cmp.Or(
		cmp.Compare(a.Distance, b.Distance),
		cmp.Compare(a.Metric, b.Metric),
		cmp.Compare(a.Protocol, b.Protocol),
	)
}

// canonical returns p masked, and as IPv4 where it is IPv4 mapped to IPv6.
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

// hostPrefix returns the prefix that holds a alone; invalid for an invalid a.
func hostPrefix(a netip.Addr) netip.Prefix {
	a = a.Unmap()
	return netip.PrefixFrom(a, a.BitLen())
}

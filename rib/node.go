package rib

import (
	"net/netip"
	"slices"
)

// A node is everything known about one prefix.
type node struct {
	prefix     netip.Prefix
	candidates []candidate // the better first
	shortcut   *Override   // wanted by NHRP

	answer
	recursive bool // had a recursive candidate when last settled
	firm      bool // has a usable route that needs no recursion, so it is surely installed
	pending   bool // during settle: the answer is not known yet
}

// A candidate is one route on offer.
type candidate struct {
	Route
	arrival uint64
	loop    bool // during settle: resolves by itself
}

// An answer is what best-route selection found for a prefix. Its slices are
// never written again.
type answer struct {
	paths []Route // none: not installed
	hops  []Hop
	depth int // lookups needed by the deepest path
}

func (a *answer) installed() bool { return len(a.paths) > 0 }

func (a *answer) local() bool { return len(a.hops) > 0 && a.hops[0].Local }

func (a *answer) equal(b *answer) bool {
	return a.depth == b.depth && slices.Equal(a.paths, b.paths) && slices.Equal(a.hops, b.hops)
}

// index returns the place of the candidate with rt's identity, -1 for none.
func (n *node) index(rt Route) int {
	return slices.IndexFunc(n.candidates, func(c candidate) bool {
		return c.Protocol == rt.Protocol && c.NextHop == rt.NextHop && c.Interface == rt.Interface
	})
}

// isRecursive says whether any candidate needs the table to find its interface.
func (n *node) isRecursive() bool {
	return slices.ContainsFunc(n.candidates, func(c candidate) bool { return c.Interface == "" })
}

// empty says whether nothing is left to know about the prefix.
func (n *node) empty() bool { return len(n.candidates) == 0 && n.shortcut == nil }

// decide selects the best of n's candidates. Where that hangs on a node that is
// itself pending, it returns that node and the candidate that waits for it;
// candidates are looked at from the best down, so a worse one waits for nothing.
func (r *RIB) decide(n *node) (a answer, waitsFor *node, waiting *candidate) {
	for i := 0; i < len(n.candidates) && !a.installed(); {
		rank := n.candidates[i].Route
		for ; i < len(n.candidates) && compareRank(n.candidates[i].Route, rank) == 0; i++ {
			c := &n.candidates[i]
			hops, depth, wait := r.resolve(c)
			if wait != nil {
				return answer{}, wait, c
			}
			if len(hops) == 0 || len(a.paths) >= pathLimit(c.Protocol) {
				continue
			}
			a.paths = append(a.paths, c.Route)
			a.depth = max(a.depth, depth)
			for _, h := range hops {
				if len(a.hops) < MaxPaths && !slices.Contains(a.hops, h) {
					a.hops = append(a.hops, h)
				}
			}
		}
	}
	if a.installed() && r.owns(n, a.paths[0].Distance) {
		a.hops = []Hop{{Local: true}}
	}
	return a, nil, nil
}

// owns says whether n is an address of the router itself, which a connected
// route to the same host prefix must not hide.
func (r *RIB) owns(n *node, distance uint8) bool {
	return slices.ContainsFunc(n.candidates, func(c candidate) bool {
		return c.Protocol == Local && c.Distance == distance && r.usable(&c.Route)
	})
}

// resolve returns where packets by c leave, and how many lookups that took; no
// hops where c cannot be used. wait is a pending node that the answer hangs on.
func (r *RIB) resolve(c *candidate) (hops []Hop, depth int, wait *node) {
	switch {
	case c.Distance == DistanceUnreachable || c.loop:
		return nil, 0, nil
	case c.Interface == "":
		return r.recurse(c.NextHop)
	case !r.usable(&c.Route):
		return nil, 0, nil
	case c.Interface == NullInterface:
		return []Hop{{Interface: NullInterface, Drop: true}}, 0, nil
	case c.Protocol == Local:
		return []Hop{{Local: true}}, 0, nil
	}
	return []Hop{{Interface: c.Interface, NextHop: c.NextHop}}, 0, nil
}

// recurse looks a next hop up in the table. The longest installed prefix counts,
// be it the default route; NHRP's routes do not. The router's own address is
// no next hop.
func (r *RIB) recurse(nextHop netip.Addr) (hops []Hop, depth int, wait *node) {
	for n := range r.covering(nextHop) {
		if n.pending {
			return nil, 0, n
		}
		if !n.installed() {
			continue
		}
		if n.local() || n.depth >= MaxRecursion {
			return nil, 0, nil
		}
		hops = slices.Clone(n.hops)
		for i, h := range hops {
			if !h.NextHop.IsValid() && !h.Drop {
				hops[i].NextHop = nextHop
			}
		}
		return hops, n.depth + 1, nil
	}
	return nil, 0, nil
}

// pathLimit is how many equal paths of a protocol are used.
func pathLimit(p Protocol) int {
	if p == Static {
		return MaxStaticPaths
	}
	return MaxPaths
}

package rib_test

import (
	"cmp"
	"net/netip"
	"slices"

	"axle/rib"
)

// A model is the table done slowly: one list of routes, everything found again
// from nothing each time, every lookup a walk over all.
type model struct {
	routes    []rib.Route // in order of arrival
	up        map[string]bool
	shortcuts map[netip.Prefix]rib.Override
}

type modelAnswer struct {
	paths []rib.Route
	hops  []rib.Hop
	depth int
}

func same(a, b rib.Route) bool {
	return a.Prefix == b.Prefix && a.Protocol == b.Protocol && a.NextHop == b.NextHop && a.Interface == b.Interface
}

func (m *model) add(rt rib.Route) {
	if i := slices.IndexFunc(m.routes, func(o rib.Route) bool { return same(o, rt) }); i >= 0 {
		m.routes[i] = rt
		return
	}
	m.routes = append(m.routes, rt)
}

func (m *model) remove(rt rib.Route) {
	m.routes = slices.DeleteFunc(m.routes, func(o rib.Route) bool { return same(o, rt) })
}

func (m *model) usable(rt rib.Route) bool {
	up, known := m.up[rt.Interface]
	return rt.Interface == "Null0" || up || known && rt.Permanent
}

// solve finds the best routes. A route whose next hop leads in a ring back to
// itself is struck from the list, and everything is tried again.
func (m *model) solve() map[netip.Prefix]modelAnswer {
	struck := map[int]bool{}
	for {
		done := map[netip.Prefix]modelAnswer{}
		var waits map[netip.Prefix]netip.Prefix
		var by map[netip.Prefix]int
		for progress := true; progress; {
			progress = false
			waits, by = map[netip.Prefix]netip.Prefix{}, map[netip.Prefix]int{}
			for _, rt := range m.routes {
				if _, ok := done[rt.Prefix]; ok {
					continue
				}
				a, wait, i := m.try(rt.Prefix, done, struck)
				if i >= 0 {
					waits[rt.Prefix], by[rt.Prefix] = wait, i
					continue
				}
				done[rt.Prefix] = a
				progress = true
			}
		}
		if len(waits) == 0 {
			return done
		}
		for start := range waits {
			p := waits[start]
			for range waits {
				if p == start {
					struck[by[start]] = true
					break
				}
				p = waits[p]
			}
		}
	}
}

// try selects the best routes to p. If route i must be known for that, and
// hangs on the prefix wait, it says so; i is -1 otherwise.
func (m *model) try(p netip.Prefix, done map[netip.Prefix]modelAnswer, struck map[int]bool) (a modelAnswer, wait netip.Prefix, i int) {
	var order []int
	own := map[uint8]bool{}
	for i, rt := range m.routes {
		if rt.Prefix == p && rt.Distance != 255 && !struck[i] {
			order = append(order, i)
			if rt.Protocol == rib.Local && m.usable(rt) {
				own[rt.Distance] = true
			}
		}
	}
	rank := func(i, j int) int {
		a, b := m.routes[i], m.routes[j]
		return cmp.Or(int(a.Distance)-int(b.Distance), cmp.Compare(a.Metric, b.Metric), int(a.Protocol)-int(b.Protocol))
	}
	slices.SortStableFunc(order, rank)
	first := -1
	for _, i := range order {
		if first >= 0 && rank(first, i) != 0 {
			break
		}
		rt := m.routes[i]
		var hops []rib.Hop
		depth := 0
		switch {
		case rt.Interface == "":
			var unknown bool
			if hops, depth, wait, unknown = m.recurse(rt.NextHop, done); unknown {
				return modelAnswer{}, wait, i
			}
		case !m.usable(rt):
		case rt.Interface == "Null0":
			hops = []rib.Hop{{Interface: "Null0", Drop: true}}
		default:
			hops = []rib.Hop{{Interface: rt.Interface, NextHop: rt.NextHop}}
		}
		if len(hops) == 0 || rt.Protocol == rib.Static && len(a.paths) == 4 {
			continue
		}
		first = i
		a.paths = append(a.paths, rt)
		a.depth = max(a.depth, depth)
		for _, h := range hops {
			if !slices.Contains(a.hops, h) && len(a.hops) < 32 {
				a.hops = append(a.hops, h)
			}
		}
	}
	if first >= 0 && own[m.routes[first].Distance] {
		a.hops = []rib.Hop{{Local: true}}
	}
	return a, wait, -1
}

// recurse finds the hops to a next hop; unknown if they hang on the prefix wait.
func (m *model) recurse(nh netip.Addr, done map[netip.Prefix]modelAnswer) (hops []rib.Hop, depth int, wait netip.Prefix, unknown bool) {
	longest := netip.Prefix{}
	for _, rt := range m.routes {
		a, ok := done[rt.Prefix]
		if rt.Prefix.Contains(nh) && (!ok || len(a.paths) > 0) && (!longest.IsValid() || rt.Prefix.Bits() > longest.Bits()) {
			longest = rt.Prefix
		}
	}
	if !longest.IsValid() {
		return nil, 0, wait, false
	}
	a, ok := done[longest]
	if !ok {
		return nil, 0, longest, true
	}
	if a.depth == rib.MaxRecursion || a.hops[0].Local {
		return nil, 0, wait, false
	}
	for _, h := range a.hops {
		if !h.Drop && h.NextHop == (netip.Addr{}) {
			h.NextHop = nh
		}
		hops = append(hops, h)
	}
	return hops, a.depth + 1, wait, false
}

// tables returns what Best, FIB and Shortcut must say, given the best routes.
func (m *model) tables(best map[netip.Prefix]modelAnswer) (entries map[netip.Prefix]rib.Entry, fib map[netip.Prefix][]rib.Hop) {
	entries, fib = map[netip.Prefix]rib.Entry{}, map[netip.Prefix][]rib.Hop{}
	for p, a := range best {
		if len(a.paths) > 0 {
			entries[p], fib[p] = rib.Entry{Prefix: p, Paths: a.paths}, a.hops
		}
	}
	for p, o := range m.shortcuts {
		e, ok := entries[p]
		if !m.up[o.Interface] || ok && fib[p][0].Local {
			continue
		}
		fib[p] = []rib.Hop{{Interface: o.Interface, NextHop: o.NextHop, Override: ok}}
		if ok {
			e.Override = &o
			entries[p] = e
			continue
		}
		entries[p] = rib.Entry{Prefix: p, Paths: []rib.Route{{
			Prefix: p, Protocol: rib.NHRP, Distance: 250, Metric: 255, NextHop: o.NextHop, Interface: o.Interface, Since: o.Since,
		}}}
	}
	return entries, fib
}

// lookup is the longest match by a walk over everything.
func lookup[V any](table map[netip.Prefix]V, a netip.Addr) (found netip.Prefix) {
	for p := range table {
		if p.Contains(a) && (!found.IsValid() || p.Bits() > found.Bits()) {
			found = p
		}
	}
	return found
}

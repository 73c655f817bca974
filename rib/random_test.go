package rib_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"slices"
	"testing"

	"axle/rib"
)

// A small world, so that prefixes nest, next hops fall into them, and rings
// of recursive routes are common.
var (
	worldPrefixes = []string{
		"0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/15", "10.0.0.0/16", "10.1.0.0/16", "10.0.0.0/24", "10.0.1.0/24", "10.1.0.0/24",
		"10.0.0.1/32", "10.1.0.1/32", "172.16.0.0/12", "172.16.0.0/24", "::/0", "2001:db8::/32", "2001:db8::/64", "2001:db8::1/128",
	}
	worldAddrs = []string{
		"10.0.0.1", "10.0.1.1", "10.1.0.1", "10.1.1.1", "10.2.0.1", "172.16.0.1", "172.17.0.1", "2001:db8::1", "2001:db8:0:1::1", "2001:db9::1",
	}
	worldInterfaces = []string{"Ethernet0", "Ethernet1", "Tunnel0", "Serial0"} // Serial0 stays unknown
)

func pick[T any](rnd *rand.Rand, from []T) T { return from[rnd.IntN(len(from))] }

func randomRoute(rnd *rand.Rand, recursive int) rib.Route {
	rt := rib.Route{Prefix: pfx(pick(rnd, worldPrefixes)), Tag: uint32(rnd.IntN(2))}
	switch k := rnd.IntN(10); {
	case k < recursive:
		rt.Protocol, rt.NextHop = pick(rnd, []rib.Protocol{rib.Static, rib.Static, rib.BGP}), ip(pick(rnd, worldAddrs))
	case k < 8:
		rt.Protocol, rt.NextHop, rt.Interface = pick(rnd, []rib.Protocol{rib.Static, rib.EIGRP}), ip(pick(rnd, worldAddrs)), pick(rnd, worldInterfaces)
	case k == 8:
		rt.Protocol, rt.Interface = rib.Connected, pick(rnd, worldInterfaces)
		if rt.Prefix.IsSingleIP() && rnd.IntN(2) == 0 {
			rt.Protocol = rib.Local
		}
	default:
		rt.Protocol, rt.Interface = rib.Static, rib.NullInterface
	}
	if rt.Protocol != rib.Connected && rt.Protocol != rib.Local {
		rt.Distance, rt.Metric = pick(rnd, []uint8{1, 1, 90, 255}), uint32(rnd.IntN(2))
		rt.Permanent = rnd.IntN(4) == 0
	}
	return rt
}

// An old is a FIB with what it said when it was new.
type old struct {
	fib  *rib.FIB
	said map[netip.Prefix][]rib.Hop
}

// TestRandom runs long random sequences of operations on a table and on the
// model, and compares everything that can be asked.
func TestRandom(t *testing.T) {
	seeds, length := 40, 400
	if testing.Short() {
		seeds, length = 10, 100
	}
	for seed := range seeds {
		rnd := rand.New(rand.NewPCG(uint64(seed), 1))
		w := &world{t: t, rnd: rnd, rib: rib.New(), model: model{up: map[string]bool{}, shortcuts: map[netip.Prefix]rib.Override{}}}
		w.check("start")
		recursive := 3 + seed%6 // in ten; another mixture for each seed
		limit := 10 + rnd.IntN(40)
		for i := range length {
			op := w.step(recursive, limit)
			w.check(fmt.Sprintf("seed %d, step %d: %s", seed, i, op))
			if t.Failed() {
				return
			}
		}
	}
}

type world struct {
	t     *testing.T
	rnd   *rand.Rand
	rib   *rib.RIB
	model model

	best map[netip.Prefix]modelAnswer
	gen  uint64
	olds []old
}

// step does one random operation and returns its description.
func (w *world) step(recursive, limit int) string {
	switch k := w.rnd.IntN(20); {
	case k < 9 && len(w.model.routes) < limit:
		rt := randomRoute(w.rnd, recursive)
		w.rib.Add(rt)
		w.model.add(rt)
		return fmt.Sprintf("add %+v", rt)
	case k < 14 && len(w.model.routes) > 0:
		rt := pick(w.rnd, w.model.routes)
		w.rib.Remove(rt)
		w.model.remove(rt)
		return fmt.Sprintf("remove %+v", rt)
	case k < 17:
		name, up := pick(w.rnd, worldInterfaces[:3]), w.rnd.IntN(3) > 0
		w.rib.SetInterface(name, up)
		w.model.up[name] = up
		return fmt.Sprintf("%s up %v", name, up)
	case k < 19:
		o := rib.Override{Prefix: pfx(pick(w.rnd, worldPrefixes)), NextHop: ip(pick(w.rnd, worldAddrs)), Interface: pick(w.rnd, worldInterfaces)}
		w.rib.SetShortcut(o)
		w.model.shortcuts[o.Prefix] = o
		return fmt.Sprintf("shortcut %+v", o)
	}
	p := pfx(pick(w.rnd, worldPrefixes))
	w.rib.RemoveShortcut(p)
	delete(w.model.shortcuts, p)
	return fmt.Sprintf("no shortcut %v", p)
}

func (w *world) check(op string) {
	t := w.t
	before := w.best
	w.best = w.model.solve()
	maps.DeleteFunc(w.best, func(_ netip.Prefix, a modelAnswer) bool { return len(a.paths) == 0 })
	entries, want := w.model.tables(w.best)

	got := map[netip.Prefix]rib.Entry{}
	for _, e := range w.rib.Best() {
		got[e.Prefix] = e
	}
	if !reflect.DeepEqual(got, entries) {
		t.Errorf("%s:\nbest routes %+v\nwant        %+v", op, got, entries)
	}
	// A change of depth alone is not seen from outside, but may count.
	moved, wantMoved := w.rib.Generation() != w.gen, before != nil && !reflect.DeepEqual(before, w.best)
	if moved != wantMoved {
		t.Errorf("%s: generation moved %v, want %v", op, moved, wantMoved)
	}
	w.gen = w.rib.Generation()

	fib := w.rib.FIB()
	said := map[netip.Prefix][]rib.Hop{}
	for e := range fib.All() {
		said[e.Prefix] = e.Hops
	}
	if !reflect.DeepEqual(said, want) {
		t.Errorf("%s:\nforwarding %+v\nwant       %+v", op, said, want)
	}
	w.checkLookups(op, fib, entries)
	w.checkOlds(op, fib, said)
}

// checkLookups compares every way to ask for an address or a prefix.
func (w *world) checkLookups(op string, fib *rib.FIB, entries map[netip.Prefix]rib.Entry) {
	t := w.t
	for _, s := range worldAddrs {
		a := ip(s)
		p := lookup(entries, a)
		e, ok := fib.Lookup(a)
		if ok != p.IsValid() || ok && e.Prefix != p {
			t.Errorf("%s: FIB to %v: %v %v, want %v", op, a, ok, e, p)
		}
		if e, ok := w.rib.Lookup(a); ok != p.IsValid() || e.Prefix != p {
			t.Errorf("%s: to %v: %v, want %v", op, a, e, p)
		}
		q := lookup(w.best, a)
		if e, ok := w.rib.LookupWithoutNHRP(a); ok != q.IsValid() || !reflect.DeepEqual(e, rib.Entry{Prefix: q, Paths: w.best[q].paths}) {
			t.Errorf("%s: to %v without NHRP: %v, want %v", op, a, e, q)
		}
		w.checkRecursion(op, a, 0)
	}
	for _, s := range worldPrefixes {
		e, ok := entries[pfx(s)]
		wantIn := ok && (e.Override != nil || e.Paths[0].Protocol == rib.NHRP)
		if in, over := w.rib.Shortcut(pfx(s)); in != wantIn || over != (e.Override != nil) {
			t.Errorf("%s: shortcut to %s: %v %v", op, s, in, over)
		}
	}
}

// checkRecursion follows the installed routes from next hop to next hop, which
// must end at an interface whatever was dropped on the way to this table.
func (w *world) checkRecursion(op string, a netip.Addr, depth int) {
	e, ok := w.rib.LookupWithoutNHRP(a)
	if !ok && depth == 0 {
		return
	}
	if !ok || depth > rib.MaxRecursion {
		w.t.Errorf("%s: recursion ends at %v, level %d", op, a, depth)
		return
	}
	for _, rt := range e.Paths {
		if rt.Interface == "" {
			w.checkRecursion(op, rt.NextHop, depth+1)
		}
	}
}

// checkOlds holds against earlier FIBs: they still say what they said, entries
// live on while their hops stay, and a FIB is new only if something is.
func (w *world) checkOlds(op string, fib *rib.FIB, said map[netip.Prefix][]rib.Hop) {
	t := w.t
	if len(w.olds) > 0 {
		last := w.olds[len(w.olds)-1]
		if isNew := !reflect.DeepEqual(said, last.said); isNew != (fib != last.fib) {
			t.Errorf("%s: new FIB %v, want %v", op, fib != last.fib, isNew)
		}
		entries := map[netip.Prefix]*rib.FIBEntry{}
		for e := range last.fib.All() {
			entries[e.Prefix] = e
		}
		for e := range fib.All() {
			was, ok := entries[e.Prefix]
			if ok && slices.Equal(was.Hops, e.Hops) != (was == e) {
				t.Errorf("%s: %v: entry %p became %p", op, e.Prefix, was, e)
			}
		}
	}
	for _, o := range w.olds {
		now := map[netip.Prefix][]rib.Hop{}
		for e := range o.fib.All() {
			now[e.Prefix] = e.Hops
		}
		if !reflect.DeepEqual(now, o.said) {
			t.Errorf("%s: an old FIB changed", op)
		}
	}
	clone := map[netip.Prefix][]rib.Hop{}
	for p, hops := range said {
		clone[p] = slices.Clone(hops)
	}
	w.olds = append(w.olds, old{fib, clone})
	if len(w.olds) > 5 {
		w.olds = w.olds[1:]
	}
}

package router

import (
	"net/netip"
	"slices"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/show"
	"axle/rib"
)

// A vrf is a table of routes with the interfaces in it. The first of a router is
// the global one, which has no name.
type vrf struct {
	name       string
	index      int // its number in the forwarding snapshot: it keeps it
	rib        *rib.RIB
	routes     map[routeKey]rib.Route // connected and static routes given to rib
	generation uint64                 // of rib, as last seen
}

func newVRF(name string) *vrf {
	return &vrf{name: name, rib: rib.New(), routes: map[routeKey]rib.Route{}}
}

// vrf returns the VRF of that name, nil where there is none.
func (r *Router) vrf(name string) *vrf {
	for _, v := range r.vrfs {
		if v.name == name {
			return v
		}
	}
	return nil
}

// syncVRFs brings the VRFs to what the configuration says. One that is new knows
// the state of all interfaces: a static route may leave by one of another VRF.
func (r *Router) syncVRFs() {
	kept := r.vrfs[:1:1]
	for _, c := range r.cfg.VRFs {
		v := r.vrf(c.Name)
		if v == nil {
			v = newVRF(c.Name)
			v.index = r.freeNumber(kept)
			for _, f := range r.ifs {
				if !f.fresh {
					v.rib.SetInterface(f.name, f.proto)
				}
			}
		}
		kept = append(kept, v)
	}
	if !slices.Equal(kept, r.vrfs) {
		r.stale, r.nhrpCfg = true, true
	}
	r.vrfs = kept
}

// freeNumber returns the least number that no VRF has, of those that there were and
// those that there will be.
func (r *Router) freeNumber(kept []*vrf) int {
	used := map[int]bool{}
	for _, v := range slices.Concat(r.vrfs, kept) {
		used[v.index] = true
	}
	n := 0
	for used[n] {
		n++
	}
	return n
}

// join puts an interface into the VRF that its configuration names, and a tunnel's
// packets into theirs.
func (r *Router) join(f *iface) {
	in, under := r.vrf(f.cfg.VRF), r.vrfs[0]
	if in == nil {
		in = r.vrfs[0]
	}
	if f.cfg.Tunnel != nil {
		under = r.vrf(f.cfg.Tunnel.VRF)
	}
	if in != f.vrf || under != f.under {
		f.vrf, f.under, r.stale, r.nhrpCfg = in, under, true, true
	}
}

// setInterface tells all tables the state of an interface.
func (r *Router) setInterface(name string, up bool) {
	for _, v := range r.vrfs {
		v.rib.SetInterface(name, up)
	}
}

// staticRoutes returns the static routes of a table: those of the configuration
// and of the machine.
func (r *Router) staticRoutes(v *vrf) []rib.Route {
	var out []rib.Route
	for _, rt := range r.machine.routes {
		if f := r.byName[rt.Interface]; f != nil && f.vrf == v {
			out = append(out, rt)
		}
	}
	if v == r.vrfs[0] {
		return slices.Concat(r.cfg.Routes, out)
	}
	i := slices.IndexFunc(r.cfg.VRFs, func(c ios.VRF) bool { return c.Name == v.name })
	if i < 0 {
		return out
	}
	return slices.Concat(r.cfg.VRFs[i].Routes, out)
}

// fibs returns the forwarding tables of the VRFs by number, without the global one.
func (r *Router) fibs() []*rib.FIB {
	var out []*rib.FIB
	for _, v := range r.vrfs[1:] {
		for len(out) < v.index {
			out = append(out, nil)
		}
		out[v.index-1] = v.rib.FIB()
	}
	return out
}

// routesMoved reports whether a best route of any table changed since it was
// asked last.
func (r *Router) routesMoved() (moved bool) {
	for _, v := range r.vrfs {
		if g := v.rib.Generation(); g != v.generation {
			moved = true
		}
	}
	return moved
}

// routesSeen notes that all changes of routes have been seen.
func (r *Router) routesSeen() {
	for _, v := range r.vrfs {
		v.generation = v.rib.Generation()
	}
}

// underFIB returns where the packets of a tunnel are looked up; nil: nowhere.
func (f *iface) underFIB() *rib.FIB {
	if f.under == nil {
		return nil
	}
	return f.under.rib.FIB()
}

// inVRF makes a screen of a VRF that the line names, or of the global table.
func inVRF(f func(v *show.View, l *grammar.Line) string) screen {
	return func(r *Router, l *grammar.Line) string {
		x := r.vrf(l.Args["vrf"])
		if x == nil {
			return "% IP routing table " + l.Args["vrf"] + " does not exist\n"
		}
		return f(r.viewOf(x), l)
	}
}

// showVRFs makes a screen about the VRFs, all of them or the one that the line
// names.
func showVRFs(f func(*show.View, string) string) screen {
	return func(r *Router, l *grammar.Line) string {
		if name := l.Args["name"]; name != "" && r.vrf(name) == nil {
			return "% No VRF named " + name + "\n"
		}
		return f(r.plainView(), l.Args["name"])
	}
}

// A shortcutKey names a route of NHRP.
type shortcutKey struct {
	tunnel string
	prefix netip.Prefix
}

// setShortcut installs a route of NHRP in the VRF of its tunnel.
func (r *Router) setShortcut(o rib.Override) {
	f := r.byName[o.Interface]
	if f == nil {
		return
	}
	k := shortcutKey{o.Interface, o.Prefix}
	if old := r.shortcuts[k]; old != nil && old != f.vrf {
		old.rib.RemoveShortcut(o.Prefix)
	}
	r.shortcuts[k] = f.vrf
	f.vrf.rib.SetShortcut(o)
	r.stale = true
}

// dropShortcut takes it away, wherever its tunnel is now.
func (r *Router) dropShortcut(tunnel string, prefix netip.Prefix) {
	k := shortcutKey{tunnel, prefix}
	if v := r.shortcuts[k]; v != nil {
		v.rib.RemoveShortcut(prefix)
		delete(r.shortcuts, k)
		r.stale = true
	}
}

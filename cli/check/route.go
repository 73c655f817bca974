package check

import (
	"net/netip"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/rib"
)

// statics are the static routes of a file by prefix.
type statics map[netip.Prefix]*rib.Route

// staticsOf returns the static routes of a file; of equal prefixes the first
// with the least distance.
func staticsOf(f *File) statics {
	out := statics{}
	for i := range f.Config.Routes {
		r := &f.Config.Routes[i]
		if old := out[r.Prefix]; old == nil || r.Distance < old.Distance {
			out[r.Prefix] = r
		}
	}
	return out
}

// match returns the most specific route to a network that takes wants, or nil.
func (s statics) match(to netip.Prefix, wants func(*rib.Route) bool) *rib.Route {
	for n := to.Bits(); n >= 0; n-- {
		p, err := to.Addr().Prefix(n)
		if r := s[p]; err == nil && r != nil && (wants == nil || wants(r)) {
			return r
		}
	}
	return nil
}

// A lan is a network behind a spoke.
type lan struct {
	net    netip.Prefix
	behind netip.Addr // the spoke's tunnel address; zero: it has none
	spoke  *end       // nil: its file is not there, a route of the hub tells of it
	at     Place      // of the spoke, or of that route
}

// lans returns the networks behind the spokes of a hub whose files are there.
func (n *network) lans(hub *end) []lan {
	var out []lan
	for _, e := range n.spokes[hub] {
		for _, p := range e.file.lans() {
			out = append(out, lan{net: p, behind: e.addr().Addr(), spoke: e, at: e.file.place(e.section)})
		}
	}
	return out
}

// routedLANs returns the networks to which a hub has static routes over its
// tunnel, but for those of spokes whose files are there.
func (n *network) routedLANs(hub *end) []lan {
	known := map[netip.Addr]bool{}
	for _, e := range n.spokes[hub] {
		for _, p := range e.Addrs {
			known[p.Addr()] = true
		}
	}
	var out []lan
	for i := range hub.file.Config.Routes {
		route := &hub.file.Config.Routes[i]
		if nh := route.NextHop; route.Prefix.Bits() > 0 && nh.IsValid() && !known[nh] && hub.takes(route) {
			out = append(out, lan{net: route.Prefix, behind: nh, at: hub.file.routePlace(route)})
		}
	}
	return out
}

// lans returns the networks behind the router: those of its interfaces but for
// tunnels, what lies below them, and where a default route leads.
func (f *File) lans() []netip.Prefix {
	below := map[string]bool{}
	for _, e := range endsOf(f) {
		if e.below != nil {
			below[e.below.Name] = true
		}
	}
	var out []netip.Prefix
	for i := range f.Config.Interfaces {
		face := &f.Config.Interfaces[i]
		if face.Tunnel != nil || face.Shutdown || below[face.Name] {
			continue
		}
		for _, p := range face.Addrs {
			if !f.uplink(face.Name, p) {
				out = append(out, p.Masked())
			}
		}
	}
	return out
}

// uplink reports whether a default route leads through an interface with that
// address.
func (f *File) uplink(name string, p netip.Prefix) bool {
	for i := range f.Config.Routes {
		r := &f.Config.Routes[i]
		if r.Prefix.Bits() == 0 && (r.Interface == name || r.NextHop.IsValid() && p.Contains(r.NextHop)) {
			return true
		}
	}
	return false
}

// staticSummary finds static routes of spokes to the hub that cover the LAN of
// another spoke, where no protocol could know a better one; each once.
func (n *network) staticSummary(hub *end, lans []lan, r *report) {
	for _, e := range n.spokes[hub] {
		if !e.Tunnel.Multipoint || e.file.routed() {
			continue
		}
		routes, told := staticsOf(e.file), map[*rib.Route]bool{}
		for _, l := range lans {
			best := routes.match(l.net, nil)
			if l.of(e) || best == nil || told[best] || !hasAddress(hub.Interface, best.NextHop) || !l.spoke.addr().IsValid() {
				continue
			}
			told[best] = true
			r.fault(e.file.routePlace(best), l.spoke.file.place(l.spoke.section),
				"by a route to the hub and without redirects, %s behind %s is never reached directly: enter \"ip route\" to it with next hop %s, or \"ip nhrp redirect\" on the hub",
				l.net, l.spoke.addr().Addr(), l.spoke.addr().Addr())
		}
	}
}

// discardSummary finds routes of the hub to Null0 that it redistributes and that
// cover the LAN of a spoke.
func (n *network) discardSummary(hub *end, lans []lan, r *report) {
	if !redistributesStatic(hub.file) {
		return
	}
	for i := range hub.file.Config.Routes {
		route := &hub.file.Config.Routes[i]
		if route.Interface != "Null0" {
			continue
		}
		for _, l := range lans {
			if l.spoke.Tunnel.Multipoint && route.Prefix.Bits() < l.net.Bits() && route.Prefix.Contains(l.net.Addr()) {
				r.fault(hub.file.routePlace(route), l.spoke.at("tunnel mode"),
					"the summary %s makes the hub the next hop, and without redirects no spoke finds another: enter \"ip nhrp redirect\" on the hub's %s", route.Prefix, hub.Name)
				break
			}
		}
	}
}

// redistributesStatic reports whether a routing process tells static routes.
func redistributesStatic(f *File) bool {
	var walk func(s *grammar.Tree) bool
	walk = func(s *grammar.Tree) bool {
		for t := range s.Children() {
			w := after(t, 1)
			if begins(t.Line, "redistribute") && !t.Line.No && len(w) > 0 && w[0] == "static" || walk(t) {
				return true
			}
		}
		return false
	}
	for t := range lines(f.Tree, "router") {
		if walk(t) {
			return true
		}
	}
	return false
}

// past reports whether a route leads another way than through the tunnel, and is
// in force: one with a greater distance floats behind what a protocol says.
func (e *end) past(route *rib.Route) bool {
	return !e.takes(route) && (route.Distance <= rib.DistanceStatic || !e.file.routed())
}

// takes reports whether a route leads through the tunnel.
func (e *end) takes(route *rib.Route) bool {
	if route.Interface != "" {
		return route.Interface == e.Name
	}
	return e.addr().IsValid() && e.addr().Contains(route.NextHop)
}

// routePlace returns the place of a static route.
func (f *File) routePlace(route *rib.Route) Place {
	for t := range lines(f.Tree, "ip route") {
		r, ok := ios.RouteOf(t.Line)
		if ok && r.Prefix == route.Prefix && r.NextHop == route.NextHop && r.Interface == route.Interface {
			return f.place(t)
		}
	}
	return Place{f.Name, 0}
}

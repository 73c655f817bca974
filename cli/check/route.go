package check

import (
	"net/netip"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/rib"
)

// statics are the static routes of a file by prefix.
type statics map[netip.Prefix]*rib.Route

// staticsOf returns the static routes of a file; of equal prefixes the first.
func staticsOf(f *File) statics {
	out := statics{}
	for i := range f.Config.Routes {
		r := &f.Config.Routes[i]
		if out[r.Prefix] == nil {
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
	net   netip.Prefix
	spoke *end
}

// lans returns the networks behind the spokes of a hub.
func (n *network) lans(hub *end) []lan {
	var out []lan
	for _, e := range n.spokes[hub] {
		for _, p := range e.file.lans() {
			out = append(out, lan{p, e})
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
			if l.spoke.file == e.file || best == nil || told[best] || !hasAddress(hub.Interface, best.NextHop) || !l.spoke.addr().IsValid() {
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
			w := words(t, "line")
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

// phase3Override: a shortcut is found after a packet went to the hub, so the
// route must lead there.
func phase3Override(n *network, r *report) {
	for _, hub := range n.hubs {
		if !hub.Tunnel.NHRP.Redirect {
			continue
		}
		lans := n.lans(hub)
		byNet := map[netip.Prefix]*end{}
		for _, l := range lans {
			byNet[l.net] = l.spoke
		}
		for _, e := range n.spokes[hub] {
			if e.Tunnel.Multipoint && e.Tunnel.NHRP.Shortcut && e.pasts() {
				e.waysInto(byNet, r)
				e.waysAround(lans, r)
			}
		}
	}
}

// waysInto finds the static routes of tunnel e's file past the tunnel to the LAN
// of another spoke, or to a part of it.
func (e *end) waysInto(byNet map[netip.Prefix]*end, r *report) {
	for i := range e.file.Config.Routes {
		route := &e.file.Config.Routes[i]
		if !e.past(route) {
			continue
		}
		for n := route.Prefix.Bits(); n > 0; n-- {
			p, err := route.Prefix.Addr().Prefix(n)
			if other := byNet[p]; err == nil && other != nil && other.file != e.file {
				e.sayPast(route, p, other, r)
				break
			}
		}
	}
}

// waysAround finds static routes past the tunnel that hide a less specific one
// through it; each once.
func (e *end) waysAround(lans []lan, r *report) {
	routes, told := staticsOf(e.file), map[*rib.Route]bool{}
	for _, l := range lans {
		best := routes.match(l.net, nil)
		if l.spoke.file == e.file || best == nil || best.Prefix == l.net || told[best] || !e.past(best) {
			continue
		}
		if routes.match(l.net, e.takes) != nil {
			told[best] = true
			e.sayPast(best, l.net, l.spoke, r)
		}
	}
}

func (e *end) sayPast(route *rib.Route, net netip.Prefix, other *end, r *report) {
	r.fault(e.file.routePlace(route), other.file.place(other.section),
		"the route to %s leads past %s, so %s behind %s gets no shortcut: remove it", route.Prefix, e.Name, net, other.addr().Addr())
}

// pasts reports whether the tunnel's file has a static route past the tunnel.
func (e *end) pasts() bool {
	for i := range e.file.Config.Routes {
		if e.past(&e.file.Config.Routes[i]) {
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

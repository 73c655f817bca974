package check

import (
	"net/netip"
	"slices"

	"axle/rib"
)

// phase3Override: a shortcut is found after a packet went to the hub, so the
// route must lead there; and it takes the place of a route to all of the network
// behind the other spoke, not of one to a part.
func phase3Override(n *network, r *report) {
	for _, hub := range n.hubs {
		if !hub.Tunnel.NHRP.Redirect {
			continue
		}
		own := n.lans(hub)
		lans := append(own, n.routedLANs(hub)...)
		byNet := map[netip.Prefix]lan{}
		for _, l := range lans {
			byNet[l.net] = l
		}
		for _, e := range n.spokes[hub] {
			if e.Tunnel.Multipoint && e.Tunnel.NHRP.Shortcut && len(e.file.Config.Routes) > 0 {
				e.waysInto(hub, byNet, r)
				e.waysAround(lans, r)
				e.waysOut(hub, lans, r)
			}
		}
		hub.partsTold(n, own, r)
	}
}

// of reports whether the network is behind a tunnel, or another one of its file.
func (l lan) of(e *end) bool {
	return l.spoke != nil && l.spoke.file == e.file || hasAddress(e.Interface, l.behind)
}

// waysInto finds the static routes of tunnel e's file to the LAN of another
// spoke, or to a part of it, that lead past the tunnel, or to the hub where a
// shortcut to all of the LAN does not replace them.
func (e *end) waysInto(hub *end, byNet map[netip.Prefix]lan, r *report) {
	best := staticsOf(e.file)
	for i := range e.file.Config.Routes {
		route := &e.file.Config.Routes[i]
		if best[route.Prefix].Distance < route.Distance {
			continue // it waits for the better one to go away
		}
		past := e.past(route)
		for n := route.Prefix.Bits(); n > 0; n-- {
			p, err := route.Prefix.Addr().Prefix(n)
			l, ok := byNet[p]
			if err != nil || !ok || l.of(e) {
				continue
			}
			switch {
			case past:
				e.sayPast(route, l, r)
			case n < route.Prefix.Bits() && e.takes(route) && (!route.NextHop.IsValid() || hasAddress(hub.Interface, route.NextHop)):
				r.fault(e.file.routePlace(route), l.at,
					"the route to %s is more specific than the shortcut to %s behind %s, so that part always goes by the hub: remove it", route.Prefix, p, l.behind)
			}
			break
		}
	}
}

// waysAround finds static routes past the tunnel that hide a less specific one
// through it; each once.
func (e *end) waysAround(lans []lan, r *report) {
	routes, told := staticsOf(e.file), map[*rib.Route]bool{}
	for _, l := range lans {
		best := routes.match(l.net, nil)
		if l.of(e) || best == nil || best.Prefix == l.net || told[best] || !e.past(best) {
			continue
		}
		if routes.match(l.net, e.takes) != nil {
			told[best] = true
			e.sayPast(best, l, r)
		}
	}
}

func (e *end) sayPast(route *rib.Route, l lan, r *report) {
	r.fault(e.file.routePlace(route), l.at,
		"the route to %s leads past %s, so %s behind %s gets no shortcut: remove it", route.Prefix, e.Name, l.net, l.behind)
}

// waysOut finds static routes of a spoke that leave by the interface below the
// tunnel though the hub has a summary around them, and, as an information, those
// of which only their form tells that they may be in the way.
func (e *end) waysOut(hub *end, lans []lan, r *report) {
	summaries := hub.summaries()
	for i := range e.file.Config.Routes {
		route := &e.file.Config.Routes[i]
		if covers(lans, route.Prefix) || covers(hub.file.ownLANs(), route.Prefix) {
			continue // told by waysInto, or not behind a spoke
		}
		if e.takes(route) {
			if hasAddress(hub.Interface, route.NextHop) && route.Prefix.Bits() > lanBits {
				r.inform(e.file.routePlace(route), hub.at("ip nhrp redirect"),
					"%s always goes by the hub: no shortcut to the network around it is more specific", route.Prefix)
			}
			continue
		}
		if !route.Prefix.Addr().IsPrivate() || !e.past(route) || !e.leaves(route) {
			continue
		}
		if s, ok := covering(summaries, route.Prefix); ok {
			r.fault(e.file.routePlace(route), hub.file.place(s.at),
				"the route to %s leads past %s, and the hub has a summary %s around it, so there is no shortcut: remove it", route.Prefix, e.Name, s.net)
		} else if hub.source.IsValid() && !hub.source.IsPrivate() {
			r.inform(e.file.routePlace(route), hub.at("ip nhrp redirect"),
				"the route to %s leads past %s: a network behind another spoke gets no shortcut there", route.Prefix, e.Name)
		}
	}
}

// lanBits is the length of the prefix that most networks of hosts have. A longer
// one is taken for a part.
const lanBits = 24

// covers reports whether one of the networks is around a prefix.
func covers(lans []lan, p netip.Prefix) bool {
	return slices.ContainsFunc(lans, func(l lan) bool { return l.net.Bits() <= p.Bits() && l.net.Contains(p.Addr()) })
}

// ownLANs returns the networks behind the router itself.
func (f *File) ownLANs() []lan {
	var out []lan
	for _, p := range f.lans() {
		out = append(out, lan{net: p})
	}
	return out
}

// covering returns the first summary around a prefix that is not all addresses.
func covering(summaries []summary, p netip.Prefix) (summary, bool) {
	for _, s := range summaries {
		if s.net.IsValid() && s.net.Bits() > 0 && s.net.Bits() <= p.Bits() && s.net.Contains(p.Addr()) {
			return s, true
		}
	}
	return summary{}, false
}

// leaves reports whether a route goes out by the interface below the tunnel.
func (e *end) leaves(route *rib.Route) bool {
	if e.below == nil {
		return false
	}
	if route.Interface == e.below.Name {
		return true
	}
	for _, p := range e.below.Addrs {
		if route.NextHop.IsValid() && p.Contains(route.NextHop) {
			return true
		}
	}
	return false
}

// partsTold finds the static routes of a hub to a part of a spoke's LAN that a
// routing process tells the other spokes.
func (e *end) partsTold(n *network, lans []lan, r *report) {
	if !redistributesStatic(e.file) || len(n.spokes[e]) == 0 {
		return
	}
	for i := range e.file.Config.Routes {
		route := &e.file.Config.Routes[i]
		if !e.takes(route) {
			continue
		}
		for _, l := range lans {
			if l.spoke.Tunnel.Multipoint && l.net.Bits() < route.Prefix.Bits() && l.net.Contains(route.Prefix.Addr()) {
				r.fault(e.file.routePlace(route), l.at,
					"the hub tells its spokes a route to %s, which is more specific than the shortcut to %s behind %s: that part always goes by the hub; remove it, or do not redistribute it", route.Prefix, l.net, l.behind)
				break
			}
		}
	}
}

package check

import (
	"net/netip"
	"slices"

	"axle/cli/grammar"
)

// shortcut: redirects are for those who follow them.
func shortcut(p pair, r *report) {
	if p.hub.Tunnel.NHRP.Redirect && p.spoke.Tunnel.Multipoint && !p.spoke.Tunnel.NHRP.Shortcut {
		r.fault(p.spoke.at("ip nhrp shortcut"), p.hub.at("ip nhrp redirect"),
			"the hub redirects and this spoke does not follow: enter \"ip nhrp shortcut\", or all traffic goes by the hub")
	}
}

// pointToPoint: a point-to-point tunnel takes packets from its destination
// alone, so what another spoke sends to it directly is lost.
func pointToPoint(n *network, r *report) {
	for _, hub := range n.hubs {
		sign, other := hub.phase2(), n.multipoint(hub)
		for _, e := range n.spokes[hub] {
			if e.Tunnel.Multipoint {
				continue
			}
			at := e.at("tunnel destination")
			switch {
			case sign != nil && !hub.Tunnel.NHRP.Redirect:
				r.fault(at, hub.file.place(sign),
					"%s is point-to-point, and the hub leaves the spokes as next hops (phase 2): what they send to this one directly is lost; enter \"tunnel mode gre multipoint\"", e.Name)
			case other == nil:
			case hub.Tunnel.NHRP.Redirect:
				r.inform(at, other.at("tunnel mode"),
					"%s is point-to-point, other spokes are multipoint: it makes no shortcut, and what comes over one of theirs is lost", e.Name)
			case hub.igps() != nil:
				r.inform(at, other.at("tunnel mode"),
					"%s is point-to-point, other spokes are multipoint: it works while the hub is the next hop of every route", e.Name)
			default:
				r.fault(at, other.at("tunnel mode"),
					"%s is point-to-point, other spokes are multipoint and the hub does not redirect (phase 2): what they send to this one directly is lost; enter \"tunnel mode gre multipoint\"", e.Name)
			}
		}
	}
}

// phase2 returns the line of a hub that leaves the spokes as next hops of their
// routes, nil where there is none.
func (e *end) phase2() *grammar.Tree {
	if t := negated(e.section, "ip next-hop-self eigrp"); t != nil && e.eigrp() != nil {
		return t
	}
	for router := range lines(e.file.Tree, "router eigrp") {
		for family := range lines(router, "address-family ipv4") {
			own, other := e.faceOf(family)
			if t := negated(own, "next-hop-self"); t != nil {
				return t
			}
			if t := negated(other, "next-hop-self"); t != nil && line(own, "next-hop-self") == nil {
				return t
			}
		}
	}
	t := line(e.section, "ip ospf network")
	if t != nil && (t.Line.Has("broadcast") || t.Line.Has("non-broadcast")) && !t.Line.Has("point-to-multipoint") {
		return t
	}
	for _, family := range e.bgp() {
		for t := range lines(family, "neighbor") {
			if slices.Contains(after(t, 2), "next-hop-unchanged") {
				return t
			}
		}
	}
	return nil
}

// bgp returns the sections of BGP, first that of the process, where it has
// neighbours on the tunnel; else none.
func (e *end) bgp() []*grammar.Tree {
	router := line(e.file.Tree, "router bgp")
	if router == nil || !e.hasPeer(router) {
		return nil
	}
	return slices.AppendSeq([]*grammar.Tree{router}, lines(router, "address-family"))
}

// hasPeer reports whether a BGP process has or awaits neighbours on the tunnel.
func (e *end) hasPeer(router *grammar.Tree) bool {
	for t := range lines(router, "neighbor") {
		if a := address(t, "peer-name"); a.IsValid() && e.addr().Contains(a) {
			return true
		}
	}
	for t := range lines(router, "bgp listen") {
		for _, w := range after(t, 2) {
			if p, err := netip.ParsePrefix(w); err == nil && e.addr().IsValid() && p.Overlaps(e.addr()) {
				return true
			}
		}
	}
	return false
}

// phase2Summary: in phase 2 a spoke asks for the next hop of a route, so that
// has to be the other spoke.
func phase2Summary(n *network, r *report) {
	for _, hub := range n.hubs {
		spoke := n.multipoint(hub)
		if hub.Tunnel.NHRP.Redirect || spoke == nil {
			continue
		}
		lans := n.lans(hub)
		for _, s := range hub.summaries() {
			if s.hides(lans) {
				r.fault(hub.file.place(s.at), spoke.at("tunnel mode"),
					"a summary makes the hub the next hop of every route, and without redirects no spoke finds another: enter \"ip nhrp redirect\" on the hub's %s, or remove the summary", hub.Name)
			}
		}
		n.staticSummary(hub, lans, r)
		n.discardSummary(hub, lans, r)
	}
}

// A summary is a line that puts one route in the place of several.
type summary struct {
	at  *grammar.Tree
	net netip.Prefix // zero: not known
}

// hides reports whether the summary covers a network behind a spoke; where none
// is known, host addresses not counted, it may.
func (s summary) hides(lans []lan) bool {
	known := false
	for _, l := range lans {
		if s.net.Bits() <= l.net.Bits() && s.net.Contains(l.net.Addr()) {
			return true
		}
		known = known || !l.net.IsSingleIP()
	}
	return !known || !s.net.IsValid()
}

// summaries returns the summaries of EIGRP on a tunnel, and the aggregates of a
// BGP process that has neighbours there and tells them nothing else.
func (e *end) summaries() []summary {
	var out []summary
	add := func(t *grammar.Tree, a, mask string) {
		s := summary{at: t}
		if addr, err := netip.ParseAddr(a); err == nil && addr.Is4() {
			s.net, _ = addr.Prefix(bits(mask))
		}
		out = append(out, s)
	}
	for t := range lines(e.section, "ip summary-address eigrp") {
		add(t, arg(t, "address"), arg(t, "mask"))
	}
	for router := range lines(e.file.Tree, "router eigrp") {
		for family := range lines(router, "address-family ipv4") {
			own, _ := e.faceOf(family)
			for t := range lines(own, "summary-address") {
				add(t, arg(t, "address"), arg(t, "mask"))
			}
		}
	}
	for _, family := range e.bgp() {
		for t := range lines(family, "aggregate-address") {
			if w := after(t, 1); len(w) > 2 && slices.Contains(w, "summary-only") {
				add(t, w[0], w[1])
			}
		}
	}
	return out
}

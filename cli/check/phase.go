package check

import "axle/cli/grammar"

// shortcut: redirects are for those who follow them.
func shortcut(p pair, r *report) {
	if p.hub.Tunnel.NHRP.Redirect && p.spoke.Tunnel.Multipoint && !p.spoke.Tunnel.NHRP.Shortcut {
		r.fault(p.spoke.at("ip nhrp shortcut"), p.hub.at("ip nhrp redirect"),
			"the hub redirects and this spoke does not follow: enter \"ip nhrp shortcut\", or all traffic goes by the hub")
	}
}

// pointToPoint: a spoke of phase 1 among others.
func pointToPoint(n *network, r *report) {
	for _, hub := range n.hubs {
		other := n.multipoint(hub)
		for _, e := range n.spokes[hub] {
			if other != nil && !e.Tunnel.Multipoint {
				r.inform(e.at("tunnel destination"), other.at("tunnel mode"),
					"%s is point-to-point, other spokes are multipoint: to and from this one everything goes by the hub", e.Name)
			}
		}
	}
}

// phase2Summary: in phase 2 a spoke asks for the next hop of a route, so that
// has to be the other spoke.
func phase2Summary(n *network, r *report) {
	for _, hub := range n.hubs {
		spoke := n.multipoint(hub)
		if hub.Tunnel.NHRP.Redirect || spoke == nil {
			continue
		}
		for _, t := range hub.summaries() {
			r.fault(hub.file.place(t), spoke.at("tunnel mode"),
				"a summary makes the hub the next hop of every route, and without redirects no spoke finds another: enter \"ip nhrp redirect\" on the hub's %s, or remove the summary", hub.Name)
		}
		lans := n.lans(hub)
		n.staticSummary(hub, lans, r)
		n.discardSummary(hub, lans, r)
	}
}

// summaries returns the lines that summarise what EIGRP tells through a tunnel.
func (e *end) summaries() []*grammar.Tree {
	var out []*grammar.Tree
	for t := range lines(e.section, "ip summary-address eigrp") {
		out = append(out, t)
	}
	for router := range lines(e.file.Tree, "router eigrp") {
		for family := range lines(router, "address-family ipv4") {
			for face := range lines(family, "af-interface") {
				if arg(face, "interface") != e.Name {
					continue
				}
				for t := range lines(face, "summary-address") {
					out = append(out, t)
				}
			}
		}
	}
	return out
}

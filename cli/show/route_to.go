package show

import (
	"fmt"
	"net/netip"
	"slices"

	"axle/rib"
)

// RouteTo is "show ip route A.B.C.D": the best route to a. As in IOS the
// default route answers for 0.0.0.0 only, and an override by NHRP does not
// show.
func RouteTo(v *View, a netip.Addr) string {
	a = a.Unmap()
	var best *rib.Entry
	known := false // a route lies in the same classful network
	routes := ipv4(v.Routes)
	for i := range routes {
		e := &routes[i]
		if a.Is4() && !known {
			major := classful(netip.PrefixFrom(a, 32))
			known = major.IsValid() && classful(e.Prefix) == major
		}
		if e.Prefix.Bits() == 0 && a != netip.IPv4Unspecified() || !e.Prefix.Contains(a) {
			continue
		}
		if best == nil || e.Prefix.Bits() > best.Prefix.Bits() {
			best = e
		}
	}
	switch {
	case best != nil:
		s := new(screen)
		tableHead(s, v)
		return s.String() + routeEntry(v, best)
	case known:
		return "% Subnet not in table\n"
	}
	return "% Network not in table\n"
}

// routeEntry writes all that is known of a route.
func routeEntry(v *View, e *rib.Entry) string {
	s := new(screen)
	p := &e.Paths[0]
	supernet := ""
	if !classful(e.Prefix).IsValid() && e.Prefix.Bits() < 32 {
		supernet = ", supernet"
	}
	s.line("Routing entry for %s%s", network(e.Prefix), supernet)
	extra := ""
	switch {
	case p.Protocol == rib.Connected:
		extra = " (connected, via interface)"
	case p.Protocol == rib.Local, p.Protocol == rib.Static && direct(e, p):
		extra = " (connected)"
	}
	extra += ", precedence routine (0)"
	if e.Prefix.Bits() == 0 {
		extra += ", candidate default path"
	}
	s.line("  Known via %q, distance %d, metric %d%s", protocolName(p.Protocol), p.Distance, p.Metric, extra)
	if p.Tag != 0 {
		s.line("  Tag %d", p.Tag)
	}
	dynamic := p.Protocol != rib.Connected && p.Protocol != rib.Local && p.Protocol != rib.Static
	if dynamic {
		from := ""
		if !direct(e, p) {
			from = " from " + address(p.NextHop)
		}
		s.line("  Last update%s on %s, %s ago", from, p.Interface, v.ago(p.Since))
	}
	s.line("  Routing Descriptor Blocks:")
	for i := range e.Paths {
		routeBlock(s, v, e, &e.Paths[i], i == 0, dynamic)
	}
	return s.String()
}

// routeBlock writes one path; the first has a star.
func routeBlock(s *screen, v *View, e *rib.Entry, p *rib.Route, first, dynamic bool) {
	mark := " "
	if first {
		mark = "*"
	}
	where := "directly connected"
	if !direct(e, p) {
		where = address(p.NextHop)
		if dynamic {
			where += fmt.Sprintf(", from %s, %s ago", where, v.ago(p.Since))
		}
	}
	if p.Interface != "" {
		where += ", via " + p.Interface
	}
	s.line("  %s %s", mark, where)
	s.line("      Route metric is %d, traffic share count is 1", p.Metric)
	if p.Tag != 0 {
		s.line("      Route tag %d", p.Tag)
	}
}

// Memory that "show ip route summary" counts for one route and for one
// classful network, in bytes.
const (
	routeOverhead = 96
	routeMemory   = 304
	majorMemory   = 700
)

// RouteSummary is "show ip route summary".
func RouteSummary(v *View) string {
	type count struct{ networks, subnets int }
	counts := map[string]*count{}
	names := []string{"application", "connected", "static"}
	for _, n := range names {
		counts[n] = &count{}
	}
	majors := map[netip.Prefix]bool{}
	routes := ipv4(v.Routes)
	for i := range routes {
		e := &routes[i]
		name := protocolName(e.Paths[0].Protocol)
		if counts[name] == nil {
			counts[name] = &count{}
			names = append(names, name)
		}
		major := classful(e.Prefix)
		if major.IsValid() && major != e.Prefix {
			counts[name].subnets++
			majors[major] = true
		} else {
			counts[name].networks++
		}
	}
	if nhrpRuns(v) && !slices.Contains(names, "nhrp") {
		counts["nhrp"] = &count{}
		names = append(names, "nhrp")
	}
	s := new(screen)
	name := "default"
	if v.VRF != "" {
		name = v.VRF
	}
	s.line("IP routing table name is %s (0x%X)", name, v.VRFID)
	s.text("IP routing table maximum-paths is 32",
		"Route Source    Networks    Subnets     Replicates  Overhead    Memory (bytes)")
	const row = "%-15s %-11d %-11d %-11d %-11d %d"
	total := count{networks: len(majors)}
	for _, name := range names {
		c := counts[name]
		n := c.networks + c.subnets
		total.networks += c.networks
		total.subnets += c.subnets
		s.line(row, name, c.networks, c.subnets, 0, n*routeOverhead, n*routeMemory)
	}
	s.line("%-15s %-47d %d", "internal", len(majors), len(majors)*majorMemory)
	n := total.networks - len(majors) + total.subnets
	s.line(row, "Total", total.networks, total.subnets, 0, n*routeOverhead, n*routeMemory+len(majors)*majorMemory)
	return s.String()
}

// nhrpRuns reports whether NHRP runs on any tunnel.
func nhrpRuns(v *View) bool {
	for i := range v.NHRP.Tunnels {
		if v.NHRP.Tunnels[i].NetworkID != 0 {
			return true
		}
	}
	return false
}

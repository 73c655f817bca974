package show

import (
	"fmt"
	"net/netip"
	"strings"

	"axle/rib"
)

// Address writes an address as IOS does: IPv6 in upper case.
func Address(a netip.Addr) string { return address(a) }

// InterfaceBrief6 is "show ipv6 interface brief".
func InterfaceBrief6(v *View) string {
	s := new(screen)
	for _, f := range v.wanted("") {
		s.line("%-22s [%s/%s]", f.Name, f.lineWord(), upDown(f.ProtocolUp))
		none := true
		for _, first := range []bool{true, false} { // the link-local address stands first
			for _, p := range f.Addrs {
				if a := p.Addr(); a.Is6() && a.IsLinkLocalUnicast() == first {
					s.line("    %s", address(a))
					none = false
				}
			}
		}
		if none {
			s.text("    unassigned")
		}
	}
	return s.String()
}

// routeLegend6 is the legend of IOS-XE 17.
var routeLegend6 = []string{
	"Codes: C - Connected, L - Local, S - Static, U - Per-user Static route",
	"       B - BGP, R - RIP, H - NHRP, I1 - ISIS L1",
	"       I2 - ISIS L2, IA - ISIS interarea, IS - ISIS summary, D - EIGRP",
	"       EX - EIGRP external, ND - ND Default, NDp - ND Prefix, DCE - Destination",
	"       NDr - Redirect, O - OSPF Intra, OI - OSPF Inter, OE1 - OSPF ext 1",
	"       OE2 - OSPF ext 2, ON1 - OSPF NSSA ext 1, ON2 - OSPF NSSA ext 2",
	"       la - LISP alt, lr - LISP site-registrations, ld - LISP dyn-eid",
	"       lA - LISP away, le - LISP extranet-policy, lp - LISP publications",
	"       ls - LISP destinations-summary",
}

// Routes6 is "show ipv6 route". Where IPv6 runs, the groups have a row of their own.
func Routes6(v *View, o RouteOptions, runs bool) string {
	all := ipv6(v.Routes)
	s, n := new(screen), len(all)
	if runs {
		n++
	}
	s.line("IPv6 Routing Table - default - %d entries", n)
	s.text(routeLegend6...)
	for i := range all {
		if o.wants(&all[i]) {
			routeRow6(s, v, &all[i])
		}
	}
	if runs && (o.Protocol == "" || o.Protocol == "local") {
		s.text("L   FF00::/8 [0/0]", "     via Null0, receive")
	}
	return s.String()
}

// ipv6 leaves IPv4 out.
func ipv6(all []rib.Entry) []rib.Entry {
	var out []rib.Entry
	for _, e := range all {
		if e.Prefix.IsValid() && e.Prefix.Addr().Is6() && len(e.Paths) > 0 {
			out = append(out, e)
		}
	}
	return out
}

// routeRow6 writes a route with all its paths.
func routeRow6(s *screen, v *View, e *rib.Entry) {
	p := &e.Paths[0]
	code := string(routeCode(p.Protocol))
	if p.Protocol == rib.Connected && v.owner(e.Prefix) != "" {
		code = "LC" // a host's own network
	}
	flag := ""
	if e.Override != nil {
		flag = " %"
	}
	s.line("%-3s %s [%d/%d]%s", code, network(e.Prefix), p.Distance, p.Metric, flag)
	for i := range e.Paths {
		s.line("     via %s", routePath6(v, e, &e.Paths[i]))
	}
	if e.Override != nil {
		s.line("     via %s, %s [Shortcut]", address(e.Override.NextHop), e.Override.Interface)
	}
}

// routePath6 writes a path: where it goes and by which interface.
func routePath6(v *View, e *rib.Entry, p *rib.Route) string {
	switch {
	case p.Protocol == rib.Local, p.Protocol == rib.Connected && v.owner(e.Prefix) != "":
		return p.Interface + ", receive"
	case p.NextHop.IsValid() && p.Interface == "":
		return address(p.NextHop)
	case p.NextHop.IsValid():
		return address(p.NextHop) + ", " + p.Interface
	}
	return p.Interface + ", directly connected"
}

// RouteTo6 is "show ipv6 route X:X::X": the best route to an address.
func RouteTo6(v *View, a netip.Addr) string {
	var best *rib.Entry
	all := ipv6(v.Routes)
	for i := range all {
		if e := &all[i]; e.Prefix.Contains(a) && (best == nil || e.Prefix.Bits() > best.Prefix.Bits()) {
			best = e
		}
	}
	if best == nil {
		return "% Route not found\n"
	}
	return routeEntry6(v, best)
}

// Route6 is "show ipv6 route X:X::X/N": the route of exactly that prefix.
func Route6(v *View, p netip.Prefix) string {
	for _, e := range ipv6(v.Routes) {
		if e.Prefix == p {
			return routeEntry6(v, &e)
		}
	}
	return "% Route not found\n"
}

// routeEntry6 writes what is known of one route.
func routeEntry6(v *View, e *rib.Entry) string {
	s, p := new(screen), &e.Paths[0]
	s.line("Routing entry for %s", network(e.Prefix))
	s.line("  Known via %q, distance %d, metric %d%s", protocolName(p.Protocol), p.Distance, p.Metric, typeWord6(v, e))
	s.line("  Route count is %d/%d, share count 0", len(e.Paths), len(e.Paths))
	s.text("  Routing paths:")
	for i := range e.Paths {
		s.line("    %s", routePath6(v, e, &e.Paths[i]))
		s.line("      Last updated %s ago", v.ago(e.Paths[i].Since))
	}
	if o := e.Override; o != nil {
		s.line("    %s", fmt.Sprintf("%s, %s [Shortcut]", address(o.NextHop), o.Interface))
		s.line("      Last updated %s ago", v.ago(o.Since))
	}
	return s.String()
}

// typeWord6 says what kind of route it is, with a comma in front.
func typeWord6(v *View, e *rib.Entry) string {
	switch p := e.Paths[0].Protocol; {
	case p == rib.Local || strings.HasSuffix(routePath6(v, e, &e.Paths[0]), "receive"):
		return ", type receive, connected"
	case p == rib.Connected:
		return ", type connected"
	}
	return ""
}

package show

import (
	"fmt"
	"net/netip"
	"strings"

	"axle/rib"
)

// RouteOptions are the words after "show ip route".
type RouteOptions struct {
	Protocol        string // "", "connected", "local", "static", "nhrp", "eigrp", "ospf", "bgp", "rip"
	NextHopOverride bool   // show the next hops that NHRP put in place
}

// routeLegend is the legend of IOS-XE 17.
var routeLegend = []string{
	"Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP",
	"       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area ",
	"       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2",
	"       E1 - OSPF external type 1, E2 - OSPF external type 2, m - OMP",
	"       n - NAT, Ni - NAT inside, No - NAT outside, Nd - NAT DIA",
	"       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2",
	"       ia - IS-IS inter area, * - candidate default, U - per-user static route",
	"       H - NHRP, G - NHRP registered, g - NHRP registration summary",
	"       o - ODR, P - periodic downloaded static route, l - LISP",
	"       a - application route",
	"       + - replicated route, % - next hop override, p - overrides from PfR",
	"       & - replicated local route overrides by connected",
	"",
}

// Routes is "show ip route" and its filters. The classful headers count the
// whole table, also where only some of its rows are shown.
func Routes(v *View, o RouteOptions) string {
	s := new(screen)
	tableHead(s, v)
	s.text(routeLegend...)
	s.text(lastResort(v), "")
	routes := ipv4(v.Routes)
	for len(routes) > 0 {
		n := 1
		major := classful(routes[0].Prefix)
		for major.IsValid() && n < len(routes) && classful(routes[n].Prefix) == major {
			n++
		}
		majorNet(s, v, &o, major, routes[:n])
		routes = routes[n:]
	}
	return s.String()
}

// tableHead names the table where it is that of a VRF.
func tableHead(s *screen, v *View) {
	if v.VRF != "" {
		s.text("", "Routing Table: "+v.VRF)
	}
}

// ipv4 leaves out what this screen cannot show.
func ipv4(all []rib.Entry) []rib.Entry {
	out := make([]rib.Entry, 0, len(all))
	for _, e := range all {
		if e.Prefix.IsValid() && e.Prefix.Addr().Is4() && len(e.Paths) > 0 {
			out = append(out, e)
		}
	}
	return out
}

// lastResort is the line about the default route.
func lastResort(v *View) string {
	for i := range v.Routes {
		e := &v.Routes[i]
		if len(e.Paths) > 0 && e.Prefix == netip.PrefixFrom(netip.IPv4Unspecified(), 0) {
			return fmt.Sprintf("Gateway of last resort is %s to network 0.0.0.0", address(e.Paths[0].NextHop))
		}
	}
	return "Gateway of last resort is not set"
}

// classful returns the class A, B or C network that p lies in, and no prefix
// where p is larger than that or of no such class.
func classful(p netip.Prefix) netip.Prefix {
	bits := 24
	switch b := p.Addr().As4()[0]; {
	case b < 128:
		bits = 8
	case b < 192:
		bits = 16
	case b >= 224:
		return netip.Prefix{}
	}
	if p.Bits() < bits {
		return netip.Prefix{}
	}
	return netip.PrefixFrom(p.Addr(), bits).Masked()
}

// majorNet writes the routes of one classful network, with a header where it
// is subnetted. Without major the route is larger than that, or of no class.
func majorNet(s *screen, v *View, o *RouteOptions, major netip.Prefix, routes []rib.Entry) {
	wanted := make([]*rib.Entry, 0, len(routes))
	masks := map[int]bool{}
	for i := range routes {
		masks[routes[i].Prefix.Bits()] = true
		if o.wants(&routes[i]) {
			wanted = append(wanted, &routes[i])
		}
	}
	subnetted := major.IsValid() && (len(masks) > 1 || !masks[major.Bits()])
	if len(wanted) > 0 && subnetted {
		if len(masks) > 1 {
			s.line("      %s is variably subnetted, %d subnets, %d masks", network(major), len(routes), len(masks))
		} else {
			s.line("      %s is subnetted, %d subnets",
				network(netip.PrefixFrom(major.Addr(), routes[0].Prefix.Bits())), len(routes))
		}
	}
	for _, e := range wanted {
		name := network(e.Prefix)
		if subnetted && len(masks) == 1 {
			name = address(e.Prefix.Addr())
		}
		if subnetted {
			name = "   " + name
		}
		routeRow(s, v, o, e, name)
	}
}

// wants reports whether the protocol of e is asked for. Connected routes come
// with the router's own addresses.
func (o *RouteOptions) wants(e *rib.Entry) bool {
	p := e.Paths[0].Protocol
	return o.Protocol == "" || o.Protocol == protocolName(p) || o.Protocol == "local" && p == rib.Local
}

// routeRow writes a route with all its paths. name is its prefix as the row
// shows it.
func routeRow(s *screen, v *View, o *RouteOptions, e *rib.Entry, name string) {
	star, flag := ' ', ' '
	if e.Prefix.Bits() == 0 {
		star = '*'
	}
	if e.Override != nil {
		flag = '%'
	}
	head := fmt.Sprintf("%c%c  %c %s ", routeCode(e.Paths[0].Protocol), star, flag, name)
	indent := len(head)
	for i := range e.Paths {
		path := routePath(v, e, &e.Paths[i])
		if i == 0 && len(head)+len(path) >= wrapColumn {
			s.line("%s", head)
			indent = 11
			head = ""
		}
		if i == 0 && head != "" {
			s.line("%s%s", head, path)
		} else {
			s.line("%*s%s", indent, "", path)
		}
	}
	if o.NextHopOverride && e.Override != nil {
		s.line("%*s[NHO][%d/255] via %s, %s, %s", indent, "", e.Paths[0].Distance,
			address(e.Override.NextHop), v.ago(e.Override.Since), e.Override.Interface)
	}
}

// wrapColumn is the length from which a row is too long: the path then goes to
// a line of its own, at column 11. Captures show rows of 75 columns whole and
// rows of 78 broken.
const wrapColumn = 78

// routePath writes a path: where it goes, how old it is and by which interface.
func routePath(v *View, e *rib.Entry, p *rib.Route) string {
	parts := []string{fmt.Sprintf("[%d/%d] via %s", p.Distance, p.Metric, address(p.NextHop))}
	if direct(e, p) {
		parts[0] = "is directly connected"
	}
	if p.Protocol != rib.Connected && p.Protocol != rib.Local && p.Protocol != rib.Static {
		parts = append(parts, v.ago(p.Since))
	}
	if p.Interface != "" {
		parts = append(parts, p.Interface)
	}
	return strings.Join(parts, ", ")
}

// direct reports whether a path has no next hop but the destination itself.
func direct(e *rib.Entry, p *rib.Route) bool {
	return !p.NextHop.IsValid() || p.Protocol == rib.NHRP && e.Prefix.IsSingleIP() && p.NextHop == e.Prefix.Addr()
}

// routeCode is the letter of a protocol.
func routeCode(p rib.Protocol) rune {
	const codes = "CLSHDOBR"
	if int(p) >= len(codes) {
		return '?'
	}
	return rune(codes[p])
}

// protocolName is the word of a protocol. The router's own addresses belong to
// "connected".
func protocolName(p rib.Protocol) string {
	names := [...]string{"connected", "connected", "static", "nhrp", "eigrp", "ospf", "bgp", "rip"}
	if int(p) >= len(names) {
		return "unknown"
	}
	return names[p]
}

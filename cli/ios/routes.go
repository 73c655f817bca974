package ios

import (
	"net/netip"

	"axle/cli/grammar"
	"axle/rib"
)

const routeForms = "{<interface> [<nexthop>|dhcp]|<nexthop>|dhcp} [<distance>] "

var routeTypes = args{
	"prefix": grammar.IPv4{What: "Destination prefix"},
	"mask":   prefixMask{},
	"tag":    num(1, 4294967295, "Tag value"),
	"object": num(1, 1000, "tracked object number"),
}

// StaticRoute is a static route in the global table. RouteOf reads its lines.
var StaticRoute = &grammar.Command{
	Syntax: "ip route <prefix> <mask> " + routeForms + "[* name <name> | tag <tag> | track <object> | permanent | multicast *]",
	Help:   "Establish static routes",
	Kind:   grammar.List,
	Key:    []string{"prefix", "mask", "interface", "nexthop"},
	Args:   routeTypes,
	Break:  true,
	Less:   func(a, b *grammar.Line) bool { return lessPrefix(a, b, "prefix", "mask") },
	Canon:  func(l *grammar.Line) { dropDistance(l, 4) },
	Notes:  "`track` is stored, but does not take the route away yet.",
}

// vrfRoute is a static route of a VRF.
var vrfRoute = &grammar.Command{
	Syntax: "ip route vrf <vrf> <prefix> <mask> " + routeForms + "[global] [* name <name> | tag <tag> | track <object> | permanent *]",
	Help:   "Configure static route for a VPN Routing/Forwarding instance",
	Kind:   grammar.List,
	Key:    []string{"vrf", "prefix", "mask", "interface", "nexthop"},
	Args: args{
		"vrf": grammar.Word{Max: 32, What: "VPN Routing/Forwarding instance name"}, "prefix": routeTypes["prefix"],
		"mask": prefixMask{}, "tag": routeTypes["tag"], "object": routeTypes["object"],
	},
	Notes: "`global` (a next hop of the global table) is stored, but the route is not used; one by an interface of another table is.",
}

// dropDistance takes the default distance out of a route, whose way begins with the
// i-th word: it is not shown.
func dropDistance(l *grammar.Line, i int) {
	for end := i + 3; i < len(l.Words) && i < end; i++ {
		if l.Words[i] == "1" && l.Args["distance"] == "1" {
			l.Words = append(l.Words[:i:i], l.Words[i+1:]...)
			delete(l.Args, "distance")
			return
		}
	}
}

// lessPrefix orders lines by an address and then by a mask among their
// arguments, as running-config shows routes and networks.
func lessPrefix(a, b *grammar.Line, address, mask string) bool {
	if c := addr(a, address).Compare(addr(b, address)); c != 0 {
		return c < 0
	}
	return addr(a, mask).Less(addr(b, mask))
}

// A prefixMask is the mask of a destination prefix.
type prefixMask struct{ grammar.Mask }

// Help returns the text of help.
func (prefixMask) Help() string { return "Destination prefix mask" }

// destination returns the prefix of a route's line, not masked.
func destination(l *grammar.Line) netip.Prefix {
	return netip.PrefixFrom(addr(l, "prefix"), maskBits(l.Args["mask"]))
}

// RouteOf returns the route that a line of StaticRoute or StaticRoute6 declares,
// whether it is to be entered or taken away. ok is false for other lines, and for one
// that names no single route.
func RouteOf(l *grammar.Line) (r rib.Route, ok bool) {
	if l == nil || l.Command != StaticRoute && l.Command != StaticRoute6 {
		return r, false
	}
	return routeOf(l)
}

// routeOf reads a static route of any table.
func routeOf(l *grammar.Line) (r rib.Route, ok bool) {
	to := destination6(l)
	if !to.IsValid() {
		to = destination(l)
	}
	r = rib.Route{
		Prefix: to.Masked(), Protocol: rib.Static, Distance: rib.DistanceStatic,
		NextHop: addr(l, "nexthop"), Interface: l.Args["interface"],
		Tag: uint32(number(l, "tag")), Name: l.Args["name"], Permanent: l.Has("permanent"),
	}
	if l.Args["distance"] != "" {
		r.Distance = uint8(number(l, "distance"))
	}
	return r, r.Prefix.IsValid() && (r.NextHop.IsValid() || r.Interface != "")
}

// routes reads the static routes.
func (d *decoder) routes(t *grammar.Tree) []rib.Route {
	var out []rib.Route
	for _, c := range []*grammar.Command{StaticRoute, StaticRoute6} {
		for l := range d.lines(t, c) {
			if r, ok := RouteOf(l); ok {
				out = append(out, r)
			}
		}
	}
	return out
}

// checkRoute refuses a route whose prefix has host bits or is not one of hosts,
// whose next hop is none or the router itself, or whose VRF is not declared, and
// the removal of a route that is not there.
func checkRoute(t *grammar.Tree, l *grammar.Line) error {
	if l.No {
		if l.Command == StaticRoute && !t.Removes(l) {
			return &Refusal{"%No matching route to delete"}
		}
		return nil
	}
	p := destination(l)
	if p.Masked() != p {
		return &Refusal{"%Inconsistent address and mask"}
	}
	if p.Addr().As4()[0] >= 224 {
		return &Refusal{"%Invalid destination prefix"}
	}
	nh := addr(l, "nexthop")
	if nh.IsValid() && (nh.IsUnspecified() || nh.IsLoopback() || nh.As4()[0] >= 224) {
		return &Refusal{"%Invalid next hop address"}
	}
	if l.Command == vrfRoute && !hasVRF(t, l.Args["vrf"]) {
		return &Refusal{"% IP routing table vrf " + l.Args["vrf"] + " does not exist"}
	}
	if nh.IsValid() && !l.Has("global") && addressesOf(t).own(nh, l.Args["vrf"]) {
		return &Refusal{"%Invalid next hop address (it's this router)"}
	}
	return nil
}

// noticeRoute returns what IOS prints of a default route that names an interface
// alone.
func noticeRoute(l *grammar.Line) string {
	if l.No || destination(l).Bits() != 0 || l.Args["nexthop"] != "" || l.Has("dhcp") || l.Args["interface"] == "" || l.Args["interface"] == "Null0" {
		return ""
	}
	return "%Default route without gateway, if not a point-to-point interface, may impact performance\n"
}

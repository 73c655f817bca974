package ios

import (
	"net/netip"

	"axle/cli/grammar"
)

const routeForms6 = "{<interface> [<nexthop>]|<nexthop>} [<distance>] [* name <name> | tag <tag> | track <object> | permanent | unicast | multicast *]"

var routeTypes6 = args{
	"vrf": grammar.Word{Max: 32, What: "VPN Routing/Forwarding instance name"}, "nexthop": grammar.IPv6{What: "IPv6 address of next-hop"},
	"tag": routeTypes["tag"], "object": routeTypes["object"], "distance": num(1, 254, "Administrative distance"),
}

// StaticRoute6 is a static IPv6 route in the global table. RouteOf reads its lines.
var StaticRoute6 = &grammar.Command{
	Syntax: "ipv6 route <prefix6> " + routeForms6,
	Help:   "Configure static routes",
	Kind:   grammar.List,
	Key:    []string{"prefix6", "interface", "nexthop"},
	Args:   routeTypes6,
	Break:  true,
	Less:   func(a, b *grammar.Line) bool { return lessPrefix6(a, b) },
	Canon:  func(l *grammar.Line) { maskPrefix6(l, 2); dropDistance(l, 3) },
	Notes:  "`track` is stored, but does not take the route away yet.",
}

// vrfRoute6 is a static IPv6 route of a VRF.
var vrfRoute6 = &grammar.Command{
	Syntax: "ipv6 route vrf <vrf> <prefix6> " + routeForms6,
	Help:   "Configure static route for a VPN Routing/Forwarding instance",
	Kind:   grammar.List,
	Key:    []string{"vrf", "prefix6", "interface", "nexthop"},
	Args:   routeTypes6,
	Canon:  func(l *grammar.Line) { maskPrefix6(l, 4) },
}

// destination6 returns the prefix of a route's line; invalid where there is none.
func destination6(l *grammar.Line) netip.Prefix {
	p, err := netip.ParsePrefix(l.Args["prefix6"])
	if err != nil {
		return netip.Prefix{}
	}
	return p
}

// maskPrefix6 clears the host bits of the prefix, the i-th word, as IOS does.
func maskPrefix6(l *grammar.Line, i int) {
	if p := destination6(l); p.IsValid() && i < len(l.Words) && l.Words[i] == l.Args["prefix6"] {
		l.Words[i] = text(p.Masked())
		l.Args["prefix6"] = l.Words[i]
	}
}

// lessPrefix6 orders routes by address and then by length.
func lessPrefix6(a, b *grammar.Line) bool {
	p, q := destination6(a), destination6(b)
	if c := p.Addr().Compare(q.Addr()); c != 0 {
		return c < 0
	}
	return p.Bits() < q.Bits()
}

// checkRoute6 refuses an IPv6 route whose destination is no host or network, whose next
// hop is none, is the router itself, or is link-local without an interface, or whose
// VRF is not declared, and the
// removal of a route that is not there.
func checkRoute6(t *grammar.Tree, l *grammar.Line) error {
	if l.No {
		if !t.Removes(l) {
			return &Refusal{"%No matching route to delete"}
		}
		return nil
	}
	if l.Command == vrfRoute6 && !hasVRF(t, l.Args["vrf"]) {
		return &Refusal{"% IPv6 routing table vrf " + l.Args["vrf"] + " does not exist"}
	}
	if p := destination6(l); p.Addr().IsMulticast() || p.Addr().IsLinkLocalUnicast() {
		return &Refusal{"% Invalid destination prefix"}
	}
	nh := addr(l, "nexthop")
	switch {
	case !nh.IsValid():
	case nh.IsMulticast() || nh.IsUnspecified() || nh.IsLoopback():
		return &Refusal{"% Invalid next-hop address"}
	case nh.IsLinkLocalUnicast() && l.Args["interface"] == "":
		return &Refusal{"% Interface has to be specified for a link-local nexthop"}
	case addressesOf(t).own(nh, l.Args["vrf"]):
		return &Refusal{"%Invalid next hop address (it's this router)"}
	}
	return nil
}

package router

import (
	"net/netip"
	"slices"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/shell"
	"axle/cli/show"
	"axle/nhrp/engine"
)

// screens6 holds the show commands of IPv6.
var screens6 = map[*grammar.Command]screen{
	ios.ShowIPv6NHRP: func(r *Router, l *grammar.Line) string {
		return show.NHRP(r.view6(), nhrpOptions(l, prefix6(l)))
	},
	ios.ShowIPv6NHRPSummary: func(r *Router, l *grammar.Line) string { return show.NHRPSummary(r.view6()) },
	ios.ShowIPv6NHRPServers: func(r *Router, l *grammar.Line) string {
		return show.NHRPServers(r.view6(), l.Has("detail"), l.Args["tunnel"])
	},
	ios.ShowIPv6NHRPTraffic: func(r *Router, l *grammar.Line) string {
		return show.NHRPTraffic(r.view6(), l.Has("detail"), l.Args["tunnel"])
	},
	ios.ShowIPv6NHRPMulticast: func(r *Router, l *grammar.Line) string {
		return show.NHRPMulticast(r.view6(), l.Args["tunnel"])
	},
	ios.ShowIPv6Route: func(r *Router, l *grammar.Line) string {
		o := show.RouteOptions{}
		if last := l.Words[len(l.Words)-1]; last != "route" {
			o.Protocol = last
		}
		return show.Routes6(r.view(), o, r.hasIPv6())
	},
	ios.ShowIPv6RouteTo: func(r *Router, l *grammar.Line) string {
		if p := prefix6(l); !p.IsSingleIP() {
			return show.Route6(r.view(), p)
		}
		return show.RouteTo6(r.view(), prefix6(l).Addr())
	},
	ios.ShowIPv6InterfaceBrief: func(r *Router, l *grammar.Line) string {
		v := r.plainView()
		if name, ok := l.Args["interface"]; ok {
			v.Interfaces = slices.DeleteFunc(v.Interfaces, func(i show.Interface) bool { return i.Name != name })
		}
		return show.InterfaceBrief6(v)
	},
}

// acts6 holds the commands of IPv6 that change something.
var acts6 = map[*grammar.Command]act{
	ios.ClearIPv6NHRP: func(r *Router, who shell.Who, l *grammar.Line) string {
		r.perform(six, r.nhrp[six].Clear(r.now, engine.Filter{Tunnel: l.Args["tunnel"], Prefix: prefix6(l)}))
		return ""
	},
	ios.ClearIPv6NHRPShortcut: func(r *Router, who shell.Who, l *grammar.Line) string {
		r.perform(six, r.nhrp[six].Clear(r.now, engine.Filter{Tunnel: l.Args["tunnel"], Shortcuts: true}))
		return ""
	},
	ios.ClearIPv6NHRPCounters: func(r *Router, who shell.Who, l *grammar.Line) string {
		r.nhrp[six].ClearCounters(l.Args["tunnel"])
		return ""
	},
}

// prefix6 returns the IPv6 address or prefix that a line names; invalid where none is.
func prefix6(l *grammar.Line) netip.Prefix {
	if a := address(l, "ipv6"); a.IsValid() {
		return netip.PrefixFrom(a, a.BitLen())
	}
	p, err := netip.ParsePrefix(l.Args["prefix6"])
	if err != nil {
		return netip.Prefix{}
	}
	return p.Masked()
}

package router

import (
	"net/netip"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/shell"
	"axle/cli/show"
	"axle/ipsec/ikev2/engine"
)

// named makes the screen of a list of objects, of which one may be named.
func named(f func(*show.View, string) string) screen {
	return func(r *Router, l *grammar.Line) string { return f(r.cryptoView(), l.Args["name"]) }
}

// whole makes a screen that always shows all.
func whole(f func(*show.View) string) screen {
	return func(r *Router, l *grammar.Line) string { return f(r.cryptoView()) }
}

// cryptoScreens holds the show commands of protection.
var cryptoScreens = map[*grammar.Command]screen{
	ios.ShowIKEv2SA: func(r *Router, l *grammar.Line) string {
		return show.IKEv2SAs(r.cryptoView(), show.IKEv2Options{Local: address(l, "local"), Remote: address(l, "peer"), Detailed: l.Has("detailed")})
	},
	ios.ShowIKEv2Session: func(r *Router, l *grammar.Line) string {
		return show.IKEv2Sessions(r.cryptoView(), l.Has("detailed"))
	},
	ios.ShowIKEv2Proposal: named(show.IKEv2Proposals),
	ios.ShowIKEv2Policy:   named(show.IKEv2Policies),
	ios.ShowIKEv2Profile:  named(show.IKEv2Profiles),
	ios.ShowIKEv2Stats:    whole(show.IKEv2Stats),
	ios.ShowIsakmpSA:      showIsakmpSA,
	ios.ShowIsakmpPolicy:  whole(show.IsakmpPolicies),
	ios.ShowIsakmpPeers: func(r *Router, l *grammar.Line) string {
		return show.IsakmpPeers(r.cryptoView(), address(l, "peer"))
	},
	ios.ShowIsakmpKey:     whole(show.IsakmpKeys),
	ios.ShowIsakmpProfile: whole(show.IsakmpProfiles),
	ios.ShowIPsecSA: func(r *Router, l *grammar.Line) string {
		return show.IPsecSAs(r.cryptoView(), show.IPsecOptions{Peer: address(l, "peer"), Tunnel: l.Args["interface"], Detail: l.Has("detail")})
	},
	ios.ShowIPsecProfile: named(show.IPsecProfiles),
	ios.ShowTransformSet: named(show.TransformSets),
	ios.ShowCryptoSession: func(r *Router, l *grammar.Line) string {
		return show.CryptoSessions(r.cryptoView(), show.SessionOptions{
			Detail: l.Has("detail"), Brief: l.Has("brief"), Remote: address(l, "peer"), Local: address(l, "local"), Tunnel: l.Args["interface"],
		})
	},
	ios.ShowCryptoMap:     whole(show.CryptoMaps),
	ios.ShowCryptoSockets: whole(show.Sockets),
}

func showIsakmpSA(r *Router, l *grammar.Line) string {
	switch v := r.cryptoView(); {
	case l.Has("detail"):
		return show.IsakmpSADetail(v)
	case l.Has("count"):
		return show.IsakmpSACount(v)
	default:
		return show.IsakmpSAs(v)
	}
}

// cryptoActs holds the commands of protection that change something.
var cryptoActs = union(cryptoDebugActs, map[*grammar.Command]act{
	ios.ClearCryptoSession: func(r *Router, who shell.Who, l *grammar.Line) string {
		peer := address(l, "peer")
		r.protect(v2, r.crypto.v2.Clear(r.now, engine.Filter{Remote: peer}))
		r.protect(v1, r.crypto.v1.ClearSession(r.now, peer))
		return ""
	},
	ios.ClearCryptoSA: func(r *Router, who shell.Who, l *grammar.Line) string {
		if l.Has("counters") {
			r.crypto.clearCounters()
			return ""
		}
		return r.clearChildren(address(l, "peer"))
	},
	ios.ClearIKEv2SA: func(r *Router, who shell.Who, l *grammar.Line) string {
		r.protect(v2, r.crypto.v2.Clear(r.now, engine.Filter{Local: address(l, "local"), Remote: address(l, "peer")}))
		return ""
	},
	ios.ClearIKEv2Stats: func(r *Router, who shell.Who, l *grammar.Line) string { r.crypto.v2.ClearStats(); return "" },
	ios.ClearIsakmp: func(r *Router, who shell.Who, l *grammar.Line) string {
		r.protect(v1, r.crypto.v1.ClearISAKMP(r.now, number(l, "id", 0)))
		return ""
	},
})

// clearChildren ends the SAs of IPsec with a peer, or all.
func (r *Router) clearChildren(peer netip.Addr) string {
	r.protect(v2, r.crypto.v2.Clear(r.now, engine.Filter{Remote: peer, Children: true}))
	r.protect(v1, r.crypto.v1.ClearSA(r.now, peer))
	return ""
}

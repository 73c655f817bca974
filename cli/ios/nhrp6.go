package ios

import (
	"strings"

	"axle/cli/grammar"
)

// nhrpWords are the NHRP commands of one family that the router acts on.
type nhrpWords struct {
	auth, multicastDynamic, mapping, multicast, networkID, hold *grammar.Command
	server, serverDynamic, cluster, fallback                    *grammar.Command
	regTimeout, regNoUnique, regUnique, regDelay                *grammar.Command
	serverOnly, maxSend, cache, shortcut, redirect              *grammar.Command
}

var nhrp4 = nhrpWords{
	auth: nhrpAuth, multicastDynamic: nhrpMulticastDynamic, mapping: nhrpMap, multicast: nhrpMulticast, networkID: nhrpNetworkID, hold: nhrpHold,
	server: nhrpServer, serverDynamic: nhrpServerDynamic, cluster: nhrpCluster, fallback: nhrpFallback,
	regTimeout: nhrpRegTimeout, regNoUnique: nhrpRegNoUnique, regUnique: nhrpRegUnique, regDelay: nhrpRegDelay,
	serverOnly: nhrpServerOnly, maxSend: nhrpMaxSend, cache: nhrpCache, shortcut: nhrpShortcut, redirect: nhrpRedirect,
}

// nhrp6 mirrors nhrp4: an NHRP for IPv6 of its own runs on the tunnel.
var nhrp6 = nhrpWords{
	auth: overIPv6(nhrpAuth), multicastDynamic: overIPv6(nhrpMulticastDynamic), mapping: nhrpMap6, multicast: overIPv6(nhrpMulticast),
	networkID: overIPv6(nhrpNetworkID), hold: overIPv6(nhrpHold),
	server: overIPv6(nhrpServer), serverDynamic: overIPv6(nhrpServerDynamic), cluster: overIPv6(nhrpCluster), fallback: overIPv6(nhrpFallback),
	regTimeout: overIPv6(nhrpRegTimeout), regNoUnique: overIPv6(nhrpRegNoUnique), regUnique: overIPv6(nhrpRegUnique), regDelay: overIPv6(nhrpRegDelay),
	serverOnly: overIPv6(nhrpServerOnly), maxSend: overIPv6(nhrpMaxSend), cache: overIPv6(nhrpCache), shortcut: overIPv6(nhrpShortcut), redirect: overIPv6(nhrpRedirect),
}

var nhrpMap6 = &grammar.Command{
	Syntax: "ipv6 nhrp map <prefix6> <nbma> [preference <preference>]",
	Help:   "Map dest IPv6 addresses to NBMA addresses",
	Kind:   grammar.List,
	Key:    []string{"prefix6"},
	Group:  "nhrp map6",
	Args:   args{"preference": num(1, 255, "Preference value")},
	Ref:    "RFC 2332 §2.1",
}

// overIPv6 returns the command of IPv6 that mirrors one of IPv4.
func overIPv6(c *grammar.Command) *grammar.Command {
	six := *c
	six.Syntax = "ipv6" + strings.TrimPrefix(c.Syntax, "ip")
	if c.Default != "" {
		six.Default = "ipv6" + strings.TrimPrefix(c.Default, "ip")
	}
	if c.Group != "" {
		six.Group += "6"
	}
	if c == nhrpServer {
		six.Args = args{"server": grammar.IPv6{What: "IPv6 address of the NHS"}}
		for k, t := range serverTypes {
			six.Args[k] = t
		}
	}
	return &six
}

// nhrpCommands6 is in the order of running-config.
var nhrpCommands6 = join(
	[]*grammar.Command{
		leaf("ipv6 nhrp group <name>", "NHRP group name"),
		nhrp6.auth, nhrp6.multicastDynamic, nhrp6.mapping, nhrp6.multicast,
		with(list("ipv6 nhrp map group <name> service-policy output <policy>", "Policy-map name", "name"), templateTypes),
		nhrp6.networkID, nhrp6.hold, nhrp6.server, nhrp6.serverDynamic, nhrp6.cluster, nhrp6.fallback,
		nhrp6.regTimeout, nhrp6.regNoUnique, nhrp6.regUnique, nhrp6.regDelay,
		nhrp6.serverOnly,
		onByDefault("ipv6 nhrp record", "Allow NHRP record option"),
		nhrp6.maxSend, nhrp6.cache,
		list("ipv6 nhrp {attribute|connect|interest|multicast|path|reject|responder|send-routed|summary-map|trigger-svc|use} [<line>]", "NHRP interface commands"),
		nhrp6.shortcut, nhrp6.redirect,
	},
)

package ios

import "axle/cli/grammar"

// The show commands of IPv6.
var (
	// ShowIPv6NHRP shows the cache: the words of ShowIPNHRP, but for <ipv6> or <prefix6>.
	ShowIPv6NHRP = &grammar.Command{
		Syntax: "show ipv6 nhrp [* {dynamic|static|incomplete|local|remote|shortcut} | <tunnel> | <ipv6> | <prefix6> | {brief|detail} *]",
		Help:   "NHRP information",
	}
	// ShowIPv6NHRPSummary counts the cache.
	ShowIPv6NHRPSummary = &grammar.Command{
		Syntax: "show ipv6 nhrp summary",
		Help:   "Summary of NHRP cache",
	}
	// ShowIPv6NHRPServers shows next hop servers: on <tunnel>; the keyword detail.
	ShowIPv6NHRPServers = &grammar.Command{
		Syntax: "show ipv6 nhrp nhs [* detail | <tunnel> *]",
		Help:   "NHRP NHS information",
	}
	// ShowIPv6NHRPTraffic shows the counters: of <tunnel>; the keyword detail.
	ShowIPv6NHRPTraffic = &grammar.Command{
		Syntax: "show ipv6 nhrp traffic [* detail | interface <tunnel> *]",
		Help:   "NHRP traffic information",
	}
	// ShowIPv6NHRPMulticast shows where multicast goes: of <tunnel>.
	ShowIPv6NHRPMulticast = &grammar.Command{
		Syntax: "show ipv6 nhrp multicast [<tunnel>]",
		Help:   "NHRP multicast information",
	}
	// ShowIPv6Route shows the routing table, of one protocol where a keyword stands.
	ShowIPv6Route = &grammar.Command{
		Syntax: "show ipv6 route [bgp|connected|eigrp|local|nhrp|ospf|rip|static]",
		Help:   "IPv6 routing table",
	}
	// ShowIPv6RouteTo shows the route to <ipv6>, or that of exactly <prefix6>.
	ShowIPv6RouteTo = &grammar.Command{
		Syntax: "show ipv6 route {<ipv6>|<prefix6>}",
		Help:   "IPv6 routing table",
	}
	// ShowIPv6InterfaceBrief lists the interfaces: <interface> alone.
	ShowIPv6InterfaceBrief = &grammar.Command{
		Syntax: "show ipv6 interface brief [<interface>]",
		Help:   "Brief summary of IPv6 status and configuration",
	}
	// ClearIPv6NHRP deletes dynamic entries: on <tunnel>, within <ipv6> or <prefix6>.
	ClearIPv6NHRP = &grammar.Command{
		Syntax: "clear ipv6 nhrp [* <tunnel> | <ipv6> | <prefix6> *]",
		Help:   "Clear NHRP cache",
	}
	// ClearIPv6NHRPShortcut deletes the entries that were learned by resolution: on <tunnel>.
	ClearIPv6NHRPShortcut = &grammar.Command{
		Syntax: "clear ipv6 nhrp shortcut [interface <tunnel>]",
		Help:   "Clear shortcut entries",
	}
	// ClearIPv6NHRPCounters sets the counters to zero: of <tunnel>.
	ClearIPv6NHRPCounters = &grammar.Command{
		Syntax: "clear ipv6 nhrp counters [interface <tunnel>]",
		Help:   "Clear NHRP counters",
	}
)

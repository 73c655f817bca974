package ios

import "axle/cli/grammar"

// unicastRouting6 lets the router forward IPv6 packets of others.
var unicastRouting6 = &grammar.Command{Syntax: "ipv6 unicast-routing", Help: "Enable unicast routing", Kind: grammar.Leaf}

// ipv6Commands are global commands of IPv6 that stand above the interfaces.
var ipv6Commands = join(
	[]*grammar.Command{
		either("ipv6 source-route", "Process packets with source routing header options"),
		leaf("ipv6 hop-limit <n>", "Configure hop count limit"),
		list("ipv6 general-prefix <line>", "Configure a general IPv6 prefix"),
		unicastRouting6,
		either("ipv6 cef", "Cisco Express Forwarding for IPv6"),
		list("ipv6 cef <line>", "Cisco Express Forwarding for IPv6"),
		list("ipv6 multicast-routing [<line>]", "Enable IPv6 multicast"),
		list("ipv6 multicast <line>", "Multicast"),
		list("ipv6 host <line>", "Configure static hostnames"),
		leaf("ipv6 ioam timestamp", "In-band OAM"),
		leaf("ipv6 icmp error-interval <line>", "Configure ICMP error rate"),
		section("ipv6 nd raguard policy <name>", "RA guard", ConfigFirstHop, "name"),
		section("ipv6 nd inspection policy <name>", "ND inspection", ConfigFirstHop, "name"),
		section("ipv6 snooping policy <name>", "Snooping", ConfigFirstHop, "name"),
		section("ipv6 source-guard policy <name>", "Source guard", ConfigFirstHop, "name"),
		section("ipv6 destination-guard policy <name>", "Destination guard", ConfigFirstHop, "name"),
	},
	dhcp6Commands,
	family("IPv6 option", "ipv6 address-validate", "ipv6 flow-export", "ipv6 flowset", "ipv6 inspect", "ipv6 local", "ipv6 mfib", "ipv6 mld", "ipv6 mobile", "ipv6 mroute",
		"ipv6 nat", "ipv6 nd", "ipv6 neighbor", "ipv6 ospf", "ipv6 pim", "ipv6 port-map", "ipv6 radius", "ipv6 rip", "ipv6 snooping", "ipv6 spd", "ipv6 tacacs", "ipv6 verify"),
)

package ios

import "axle/cli/grammar"

// policyCommands are access lists, prefix lists and route maps, in the order of
// running-config. Nothing acts on them yet.
var policyCommands = []*grammar.Command{
	broken(section("ip access-list standard <name>", "Standard Access List", ConfigStandardACL, "name")),
	broken(section("ip access-list extended <name>", "Extended Access List", ConfigExtendedACL, "name")),
	list("ip access-list resequence <line>", "Resequence Access List"),
	broken(list("ip as-path access-list <line>", "BGP autonomous system path filter")),
	broken(list("ip community-list <line>", "Add a community list entry")),
	broken(list("ip prefix-list <name> [seq <n>] {permit|deny} <line>", "Build a prefix list")),
	list("ip prefix-list <name> description <line>", "Prefix-list specific description", "name"),
	broken(section("ip sla <n>", "IP Service Level Agreement", ConfigSLA, "n")),
	list("ip sla schedule <n> <line>", "IP SLAs Entry Scheduling", "n"),
	list("ip sla responder [<line>]", "Enable IP SLAs Responder"),
	broken(section("ipv6 access-list <name>", "Configure access lists", ConfigIPv6ACL, "name")),
	broken(list("ipv6 prefix-list <name> [seq <n>] {permit|deny} <line>", "Build a prefix list")),
	list("ipv6 prefix-list <name> description <line>", "Prefix-list specific description", "name"),
	broken(list("ipv6 route <line>", "Configure static routes")),
	list("logging host <line>", "Set syslog server IP address and parameters"),
	leaf("logging trap [<line>]", "Set syslog server logging level"),
	leaf("logging source-interface <interface>", "Specify interface for source address in logging transactions"),
	leaf("logging facility <word>", "Facility parameter for syslog messages"),
	leaf("logging origin-id <line>", "Add origin ID to syslog messages"),
	leaf("logging userinfo", "Enable logging of user info on privileged mode enabling"),
	leaf("logging dmvpn [rate-limit <n>]", "DMVPN configuration"),
	onByDefault("logging on", "Enable logging to all enabled destinations"),
	broken(section("route-map <name> {permit|deny} <n>", "Create route-map or enter route-map command mode", ConfigRouteMap, "name", "n")),
	section("route-map <name>", "Create route-map or enter route-map command mode", ConfigRouteMap, "name"),
	broken(list("access-list <n> <line>", "Add an access list entry")),
	list("dialer-list <line>", "Create a dialer list entry"),
}

func broken(c *grammar.Command) *grammar.Command {
	c.Break = true
	return c
}

// The modes of policy.
var (
	ConfigVRF = mode("config-vrf", "VPN Routing/Forwarding configuration commands:", []*grammar.Command{
		leaf("description <line>", "VRF specific description"),
		leaf("rd <word>", "Specify Route Distinguisher"),
		leaf("vnet tag <n>", "Virtual NETworking configuration"),
		list("route-target <line>", "Specify Target VPN Extended Communities"),
		vrfFamily,
		ExitAddressFamily,
	})
	ConfigVRFAF = mode("config-vrf-af", "IP VPN Routing/Forwarding instance configuration commands:", []*grammar.Command{
		list("route-target <line>", "Specify Target VPN Extended Communities"),
		list("import <line>", "VRF import"),
		list("export <line>", "VRF export"),
		leaf("maximum routes <line>", "Set maximum number of routes"),
		ExitAddressFamily,
	})
	ConfigStandardACL = mode("config-std-nacl", "Standard Access List configuration commands:", aclCommands())
	ConfigExtendedACL = mode("config-ext-nacl", "Ext Access List configuration commands:", aclCommands())
	ConfigIPv6ACL     = mode("config-ipv6-acl", "IPv6 Access List configuration commands:", grouped("entry", acl6Entries...))
	ConfigRouteMap    = mode("config-route-map", "Route Map configuration commands:", []*grammar.Command{
		leaf("description <line>", "Route-map comment"),
		list("match <line>", "Match values from routing table"),
		leaf("continue [<n>]", "Continue on a different entry within the route-map"),
		list("set <line>", "Set values in destination routing protocol"),
	})
	ConfigSLA = mode("config-ip-sla", "IP SLAs entry configuration commands:", []*grammar.Command{
		section("icmp-echo <line>", "ICMP Echo Operation", ConfigSLAEcho),
		section("icmp-jitter <line>", "ICMP Jitter Operation", ConfigSLAEcho),
		section("udp-jitter <line>", "UDP Jitter Operation", ConfigSLAEcho),
		section("udp-echo <line>", "UDP Echo Operation", ConfigSLAEcho),
		section("tcp-connect <line>", "TCP Connect Operation", ConfigSLAEcho),
		section("http <line>", "HTTP Operation", ConfigSLAEcho),
	})
	ConfigSLAEcho = mode("config-ip-sla-echo", "IP SLAs echo Configuration Commands:", []*grammar.Command{
		leaf("vrf <name>", "Configure IP SLAs for a VPN Routing/Forwarding instance"),
		leaf("tag <line>", "User defined tag"),
		leaf("tos <n>", "Type Of Service"),
		leaf("request-data-size <n>", "Request data size"),
		leaf("threshold <n>", "Operation threshold in milliseconds"),
		leaf("timeout <n>", "Timeout of an operation"),
		leaf("frequency <n>", "Frequency of an operation"),
		leaf("verify-data", "Verify data"),
		leaf("owner <line>", "Owner of Entry"),
		list("history <line>", "History and Distribution Data"),
	})
)

package ios

import "axle/cli/grammar"

// policyCommands are access lists, prefix lists and route maps, in the order of
// running-config. Nothing acts on them yet.
var policyCommands = join([]*grammar.Command{
	standardACL, extendedACL, resequenceACL,
	section("ip access-list role-based <name>", "Role-based Access List", ConfigExtendedACL, "name"),
	list("ip route {static|profile|topology} [<line>]", "Static routes"),
	leaf("access-list compiled", "Compile access lists"),
	broken(list("ip as-path access-list <line>", "BGP autonomous system path filter")),
	prefixNumbers, prefixDescription, prefixEntry,
}, slaCommands, []*grammar.Command{
	broken(section("ipv6 access-list <name>", "Configure access lists", ConfigIPv6ACL, "name")),
	leaf("ipv6 access-list log-update threshold <n>", "Access list logging"),
	prefixNumbers6, prefixDesc6, prefixEntry6,
	StaticRoute6, vrfRoute6,
	list("ipv6 route static {bfd|resolve} [<line>]", "Configure static route attributes"),
}, logServerCommands, []*grammar.Command{
	routeMapCmd,
	numberedStandard, numberedExtended,
	with(broken(list("access-list <n> <line>", "Add an access list entry")), args{"n": aclNumber{}}),
	list("access-list {dynamic-extended|rate-limit} [<line>]", "Access lists"),
	list("dialer-list <line>", "Create a dialer list entry"),
	list("queue-list <line>", "Build a custom queue list"),
})

func broken(c *grammar.Command) *grammar.Command {
	c.Break = true
	return c
}

// The modes of policy.
var (
	ConfigVRF = mode("config-vrf", "VPN Routing/Forwarding configuration commands:", join([]*grammar.Command{
		leaf("description <line>", "VRF specific description"),
		vrfRD,
		leaf("inter-as-hybrid [csc] [next-hop <address>]", "Inter AS hybrid mode"),
		leaf("vnet tag <n>", "Virtual NETworking configuration"),
		leaf("vpn id <word>", "Configure VPN ID"),
		list("route-target <line>", "Specify Target VPN Extended Communities"),
		list("route-replicate <line>", "Replicate routes"),
		leaf("context <name>", "Associate SNMP context with this vrf"),
		leaf("snmp context <line>", "SNMP context"),
		vrfFamily,
		ExitAddressFamily,
	}, family("VRF", "import", "export", "maximum", "mdt", "bgp", "ipv4 multicast", "remote-ingress-node")))
	ConfigVRFAF = mode("config-vrf-af", "IP VPN Routing/Forwarding instance configuration commands:", join([]*grammar.Command{
		list("route-target <line>", "Specify Target VPN Extended Communities"),
		list("import <line>", "VRF import"),
		list("export <line>", "VRF export"),
		leaf("maximum routes <line>", "Set maximum number of routes"),
		leaf("inter-as-hybrid [csc] [next-hop <address>]", "Inter AS hybrid mode"),
		ExitAddressFamily,
	}, family("VRF", "bgp", "label mode", "mdt", "mode", "protection", "route-replicate"), []*grammar.Command{
		section("topology <name>", "Topology", ConfigVRFAFTopology, "name"),
	}))
	ConfigVRFAFTopology = mode("config-vrf-af-topology", "VRF topology commands:", family("Topology", "maximum"))
	ConfigStandardACL   = mode("config-std-nacl", "Standard Access List configuration commands:", []*grammar.Command{standardEntry})
	ConfigExtendedACL   = mode("config-ext-nacl", "Ext Access List configuration commands:", []*grammar.Command{extendedEntry})
	ConfigIPv6ACL       = mode("config-ipv6-acl", "IPv6 Access List configuration commands:", grouped("entry", acl6Entries...))
	ConfigRouteMap      = mode("config-route-map", "Route Map configuration commands:", []*grammar.Command{
		leaf("description <line>", "Route-map comment"),
		matchRoute, routeMapContinue, setRoute,
	})
)

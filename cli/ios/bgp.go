package ios

import "axle/cli/grammar"

// routerBGP opens the BGP process, of which there is one.
var routerBGP = with(section("router bgp <asn>", "Border Gateway Protocol (BGP)", ConfigRouterBGP, "asn"),
	args{"asn": num(1, 4294967295, "Autonomous system number")})

// The BGP commands of the global mode. Nothing acts on them yet.
var bgpCommands = breaks(routerBGP)

// checkBGP refuses a second process.
func checkBGP(t *grammar.Tree, l *grammar.Line) error {
	if old := storedLine(t, routerBGP); old != nil && old.Args["asn"] != l.Args["asn"] {
		return &Refusal{"BGP is already running; AS is " + old.Args["asn"]}
	}
	return nil
}

// bgpCommon are the commands that stand in a process and in its families.
var bgpCommon = []*grammar.Command{
	list("bgp listen <line>", "Neighbor subnet range listener"),
	leaf("bgp router-id <line>", "Override configured router identifier"),
	onByDefault("bgp default ipv4-unicast", "Configure BGP defaults"),
	onByDefault("bgp default route-target filter", "Filter by route target"),
	list("bgp default {ipv6-nexthop|local-preference} [<line>]", "Configure BGP defaults"),
	list("bgp <line>", "BGP specific commands"),
	sorted(list("network <network> [mask <mask>] [route-map <name>] [backdoor]", "Specify a network to announce via BGP", "network", "mask"), "network", "mask"),
	list("network <prefix6> [route-map <name>]", "Specify a network to announce via BGP", "prefix6"),
	list("aggregate-address <line>", "Configure BGP aggregate entries"),
	leaf("timers bgp <line>", "Adjust routing timers"),
	list("redistribute <line>", "Redistribute information from another routing protocol"),
	neighborPassword, neighborCmd,
	leaf("default-information originate [<line>]", "Control distribution of default information"),
	list("table-map <line>", "Map external entry attributes into routing table"),
	either("auto-summary", "Enable automatic network number summarization"),
	either("synchronization", "Perform IGP synchronization"),
	list("export <line>", "Export"), list("import <line>", "Import"), list("snmp context <line>", "SNMP"),
	list("advertise <line>", "Advertise"), list("rewrite-evpn-rt-asn", "Route targets"), list("scope <line>", "Scope"),
	list("bmp <line>", "BMP"), list("topology <line>", "Topology"), list("mvpn <line>", "Multicast VPN"),
	list("nsf <line>", "Non-stop forwarding"), list("ha-mode <line>", "High availability"),
	list("distance bgp <line>", "BGP distance"),
	list("distance <distance> <line>", "Define an administrative distance"),
	list("maximum-paths <line>", "Forward packets over multiple paths"),
	list("maximum-secondary-paths <line>", "Number of paths"),
	leaf("default-metric <n>", "Set metric of redistributed routes"),
	list("distribute-list <line>", "Filter networks in routing updates"),
}

// The modes of BGP.
var (
	ConfigRouterBGP = modeTypes("config-router", "Router configuration commands:", join(
		[]*grammar.Command{{
			Syntax: "bgp log-neighbor-changes", Help: "Log neighbor up/down and reset reason", Kind: grammar.Leaf, Effect: grammar.NoEffect,
			Negatable: true, Default: "bgp log-neighbor-changes", Absent: "bgp log-neighbor-changes",
		}},
		bgpCommon,
		[]*grammar.Command{
			ExitAddressFamily,
			{
				Syntax: "address-family <line>", Help: "Enter Address Family command mode", Kind: grammar.Section, Effect: grammar.NoEffect,
				Opens: ConfigRouterBGPAF, Close: "exit-address-family", Break: true,
			},
			{
				Syntax: "template {peer-policy|peer-session} <name>", Help: "Enter peer-policy or peer-session template configuration",
				Kind: grammar.Section, Effect: grammar.NoEffect, Opens: ConfigRouterTemplate, Key: []string{"peer-policy", "peer-session", "name"},
			},
		},
	), bgpTypes)
	ConfigRouterBGPAF = modeTypes("config-router-af", "Address Family configuration commands:", join(
		bgpCommon, []*grammar.Command{ExitAddressFamily}), bgpTypes)
	ConfigRouterTemplate = mode("config-router-stmp", "Template configuration commands:", join([]*grammar.Command{
		list("route-map <line>", "Apply route map to neighbor"),
		{Syntax: "exit-peer-policy", Help: "Exit from the template", Hidden: true}, {Syntax: "exit-peer-session", Help: "Exit from the template", Hidden: true},
	}, family("Template", "advertise", "advertise-map", "advertisement-interval", "aigp", "allowas-in", "as-override", "capability", "cluster-id", "default-originate", "description", "disable-connected-check", "distribute-list", "dmzlink-bw", "ebgp-multihop", "fall-over", "filter-list", "ha-mode", "inherit", "local-as", "log-neighbor-changes", "maximum-prefix",
		"next-hop-self", "next-hop-unchanged", "password", "path-attribute", "prefix-list", "remote-as", "remove-private-as", "route-reflector-client", "send-community", "send-label", "shutdown", "slow-peer", "soft-reconfiguration", "soo", "timers", "translate-update", "transport", "ttl-security", "unsuppress-map", "update-source", "version", "weight")))
	bgpTypes = args{"peer-name": grammar.Word{Max: 64, What: "Neighbor address, interface or tag"}}
)

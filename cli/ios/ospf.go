package ios

import "axle/cli/grammar"

// The OSPF commands of the global mode. Nothing acts on them yet.
var ospfCommands = breaks(
	section("router ospf <process> [vrf <word>]", "Open Shortest Path First (OSPF)", ConfigRouter, "process"),
	section("router ospfv3 <process>", "OSPFv3", ConfigRouterV6, "process"),
	section("ipv6 router ospf <process>", "Open Shortest Path First (OSPF)", ConfigRouterV6, "process"),
	section("ipv6 router eigrp <as>", "EIGRP for IPv6", ConfigRouterV6, "as"),
	section("router rip", "Routing Information Protocol (RIP)", ConfigRouterRIP),
	section("router isis [<word>]", "ISO IS-IS", ConfigRouter),
	section("router odr", "On Demand stub Routes", ConfigRouter),
)

// ConfigRouter is the mode of OSPF and of the other link-state processes.
var ConfigRouter = mode("config-router", "Router configuration commands:", join(
	[]*grammar.Command{
		leaf("router-id <address>", "router-id for this OSPF process"),
		leaf("ispf", "Enable incremental SPF computation"),
		leaf("log-adjacency-changes [detail]", "Log changes in adjacency state"),
		leaf("auto-cost reference-bandwidth <n>", "Use reference bandwidth method to assign OSPF cost"),
		list("area <word> <line>", "OSPF area parameters"),
		leaf("max-metric <line>", "Set maximum metric"),
		leaf("timers <line>", "Adjust routing timers"),
		list("summary-address <line>", "Configure IP address summaries"),
		leaf("capability <line>", "Enable specific OSPF feature"),
		leaf("compatible <line>", "Compatibility list"),
		leaf("nsf [<line>]", "Non-stop forwarding"),
		leaf("nsr", "Enable Non-Stop-Routing"),
		leaf("is-type <word>", "IS Level for this routing process (OSI only)"),
		leaf("net <word>", "A Network Entity Title for this process (OSI only)"),
		leaf("metric-style <line>", "Use old-style (ISO 10589) or new-style packet formats"),
		leaf("maximum-paths <n>", "Forward packets over multiple paths"),
		leaf("default-metric <n>", "Set metric of redistributed routes"),
		list("distance <line>", "Define an administrative distance"),
		canon(list("distribute-list <line>", "Filter networks in routing updates"), trailingBlank),
		list("redistribute <line>", "Redistribute information from another routing protocol"),
		leaf("mpls <line>", "Configure MPLS"),
	},
	passiveRouter,
	[]*grammar.Command{
		sorted(list("network <network> <wildcard> area <word>", "Enable routing on an IP network", "network", "wildcard"), "network", "wildcard"),
		list("network <network>", "Enable routing on an IP network"),
		leaf("prefix-suppression", "Enable prefix suppression"),
		leaf("ttl-security <line>", "TTL security"),
	},
	routerShared,
))

// ConfigRouterRIP is the mode of RIP.
var ConfigRouterRIP = mode("config-router", "Router configuration commands:", join(
	[]*grammar.Command{
		leaf("version {1|2}", "Set routing protocol version"),
		leaf("timers <line>", "Adjust routing timers"),
		list("network <network>", "Enable routing on an IP network"),
		leaf("auto-summary", "Enable automatic network number summarization"),
		leaf("validate-update-source", "Perform sanity checks against source address of routing updates"),
		leaf("flash-update-threshold <n>", "Specify flash update threshold in second"),
		leaf("maximum-paths <n>", "Forward packets over multiple paths"),
		leaf("default-metric <n>", "Set metric of redistributed routes"),
		list("distance <line>", "Define an administrative distance"),
		list("distribute-list <line>", "Filter networks in routing updates"),
		list("offset-list <line>", "Add or subtract offset from RIP metrics"),
		list("redistribute <line>", "Redistribute information from another routing protocol"),
	},
	passiveRouter,
	routerShared,
))

// routerShared are the commands of every classic process.
var routerShared = []*grammar.Command{
	leaf("default-information originate [<line>]", "Distribute a default route"),
	list("neighbor <line>", "Specify a neighbor router"),
	leaf("bfd all-interfaces", "Enable BFD on all interfaces"),
	list("bfd interface <interface>", "Enable BFD on an interface"),
	leaf("shutdown", "Shutdown protocol"),
}

// passiveRouter are the passive interfaces of a process; under
// "passive-interface default" the "no" form is what is stored.
var passiveRouter = []*grammar.Command{
	leaf("passive-interface default", "Suppress routing updates on all interfaces"),
	passiveInterface,
}

// ConfigRouterV6 is the mode of the processes of IPv6.
var ConfigRouterV6 = mode("config-rtr", "Router configuration commands:", []*grammar.Command{
	leaf("router-id <address>", "router-id for this OSPF process"),
	leaf("auto-cost reference-bandwidth <n>", "Use reference bandwidth method to assign OSPF cost"),
	list("area <word> <line>", "OSPF area parameters"),
	leaf("passive-interface default", "Suppress routing updates on all interfaces"),
	passiveInterface,
	list("redistribute <line>", "Redistribute IPv6 prefixes from another routing protocol"),
	list("distribute-list <line>", "Filter networks in routing updates"),
	list("summary-prefix <line>", "Configure IPv6 summary prefix"),
	leaf("default-information originate [<line>]", "Distribute a default route"),
	leaf("eigrp router-id <address>", "router id for this EIGRP process"),
	leaf("eigrp stub [<line>]", "Set EIGRP as stubbed router"),
	leaf("log-adjacency-changes [detail]", "Log changes in adjacency state"),
	list("address-family <line>", "Enter Address Family command mode"),
	leaf("shutdown", "Shutdown protocol"),
	ExitAddressFamily,
})

package ios

import (
	"math/rand/v2"

	"axle/cli/grammar"
)

// The OSPF commands of the global mode. Nothing acts on them yet.
var ospfCommands = breaks(
	routerOSPF,
	section("router ospfv3 <process>", "OSPFv3", ConfigRouterV6, "process"),
	section("ipv6 router ospf <process>", "Open Shortest Path First (OSPF)", ConfigRouterV6, "process"),
	section("ipv6 router eigrp <as>", "EIGRP for IPv6", ConfigRouterV6, "as"),
	section("ipv6 router rip <name>", "RIP for IPv6", ConfigRouterV6, "name"),
	section("router rip", "Routing Information Protocol (RIP)", ConfigRouterRIP),
	section("router isis [<word>]", "ISO IS-IS", ConfigRouterISIS),
	section("router odr", "On Demand stub Routes", ConfigRouterODR),
	section("router mobile", "Mobile routes", ConfigRouterODR),
)

// The lines of OSPF that its decoder reads.
var (
	routerOSPF    = section("router ospf <process> [vrf <word>]", "Open Shortest Path First (OSPF)", ConfigRouter, "process")
	ospfRouterID  = leaf("router-id <address>", "router-id for this OSPF process")
	ospfReference = &grammar.Command{
		Syntax: "auto-cost reference-bandwidth <n>", Help: "Use reference bandwidth method to assign OSPF cost", Kind: grammar.Leaf, Effect: grammar.NoEffect,
		Default: "auto-cost reference-bandwidth 100", Args: args{"n": num(1, 4294967, "The reference bandwidth in terms of Mbits per second")},
	}
	ospfArea      = with(list("area <area> <line>", "OSPF area parameters"), args{"area": areaType{}})
	ospfNetwork   = canon(with(sorted(list("network <network> <wildcard> area <area>", "Enable routing on an IP network", "network", "wildcard"), "network", "wildcard"), args{"area": areaType{}}), canonOSPFNetwork)
	ospfPaths     = with(leaf("maximum-paths <n>", "Forward packets over multiple paths"), args{"n": num(1, 32, "Number of paths")})
	ospfOriginate = leaf("default-information originate [<line>]", "Distribute a default route")
)

// canonDistribute writes a filter as IOS does: its interface with the whole
// name, and a blank behind.
func canonDistribute(l *grammar.Line) {
	namesInterface(l)
	trailingBlank(l)
}

// canonOSPFNetwork cuts a network by its wildcard, and turns a mask that was
// typed for the wildcard.
func canonOSPFNetwork(l *grammar.Line) {
	wild := turnedMask(ipBits(addr(l, "wildcard")))
	l.Args["network"], l.Args["wildcard"] = dottedQuad(ipBits(addr(l, "network"))&^wild), dottedQuad(wild)
	l.Words[1], l.Words[2] = l.Args["network"], l.Args["wildcard"]
}

// An areaType is the number of an area, decimal or dotted; it is kept as typed.
type areaType struct{}

// Parse reads a number. See grammar.Type.
func (areaType) Parse(words []string) (string, int, int, bool) {
	if text, n, _, ok := (grammar.Uint{Max: 4294967295}).Parse(words); ok {
		return text, n, 0, true
	}
	return grammar.IPv4{}.Parse(words)
}

// Placeholder returns what help shows.
func (areaType) Placeholder() string { return "<0-4294967295>" }

// Help returns the text of help.
func (areaType) Help() string { return "OSPF area ID as a decimal value or in IP address format" }

// Sample returns an area, for tests of command tables.
func (areaType) Sample(rnd *rand.Rand) string {
	return []string{"0", "1", "0.0.0.0", "10.0.0.1"}[rnd.IntN(4)]
}

// ConfigRouter is the mode of OSPF and of the other link-state processes.
var ConfigRouter = mode("config-router", "Router configuration commands:", join(
	[]*grammar.Command{
		ospfRouterID,
		leaf("ispf", "Enable incremental SPF computation"),
		leaf("log-adjacency-changes [detail]", "Log changes in adjacency state"),
		ospfReference,
		areaKeys[0], areaKeys[1],
		ospfArea,
		leaf("max-metric <line>", "Set maximum metric"),
		list("timers <line>", "Adjust routing timers"),
		list("summary-address <line>", "Configure IP address summaries"),
		leaf("capability <line>", "Enable specific OSPF feature"),
		leaf("compatible <line>", "Compatibility list"),
		leaf("nsf [<line>]", "Non-stop forwarding"),
		leaf("nsr", "Enable Non-Stop-Routing"),
		ospfPaths,
		leaf("default-metric <n>", "Set metric of redistributed routes"),
		list("distance <line>", "Define an administrative distance"),
		canon(list("distribute-list <line>", "Filter networks in routing updates"), canonDistribute),
		redistribute,
		list("mpls <line>", "Configure MPLS"),
		list("discard-route {external|internal} [<line>]", "Enable or disable discard-route installation"),
		list("domain-id <line>", "OSPF domain-id"),
		leaf("domain-tag <n>", "OSPF domain-tag"),
		leaf("event-log [<line>]", "Event Logging"),
		leaf("fast-reroute <line>", "IP Fast-reroute configuration"),
		leaf("ignore lsa mospf", "Ignore LSAs of multicast OSPF"),
		leaf("interface-id snmp-if-index", "Source of the interface ID"),
		leaf("limit retransmissions <line>", "Limit a specific OSPF feature"),
		leaf("local-rib-criteria [<line>]", "Enable or disable usage of local RIB as route criteria"),
		leaf("max-lsa <line>", "Maximum number of non self-generated LSAs to accept"),
		leaf("microloop avoidance [<line>]", "Microloops"),
		leaf("process-min-time percent <n>", "Percentage of quantum to be used before releasing CPU"),
		leaf("queue-depth <line>", "Hello/Router process queue depth"),
		leaf("rfc1583compatibility", "RFC 1583"),
		list("segment-routing <line>", "Segment Routing"),
		leaf("snmp context <name>", "SNMP"),
		leaf("traffic-share <line>", "How to compute traffic share over alternate paths"),
		leaf("adjacency stagger <line>", "Control adjacency formation"),
		either("ospf auto-cost-determination", "Cost by bandwidth"),
	},
	passiveRouter,
	[]*grammar.Command{
		ospfNetwork,
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
		redistribute,
		leaf("output-delay <n>", "Interpacket delay for RIP updates"),
		leaf("input-queue <n>", "Specify input queue depth"),
		list("summary-address <line>", "Configure IP address summaries"),
		leaf("traffic-share <line>", "How to compute traffic share over alternate paths"),
		ripFamily, ExitAddressFamily,
	},
	passiveRouter,
	routerShared,
))

var ripFamily = &grammar.Command{
	Syntax: "address-family ipv4 [unicast] vrf <name>", Help: "Enter Address Family command mode", Kind: grammar.Section, Effect: grammar.NoEffect,
	Opens: ConfigRouterRIPAF, Key: []string{"name"}, Close: "exit-address-family", Break: true,
}

// ConfigRouterRIPAF is the mode of RIP in a VRF.
var ConfigRouterRIPAF = mode("config-router-af", "Address Family configuration commands:", join(
	[]*grammar.Command{
		leaf("version {1|2}", "Set routing protocol version"),
		list("network <network>", "Enable routing on an IP network"),
		leaf("auto-summary", "Enable automatic network number summarization"),
		ExitAddressFamily,
	},
	family("RIP", "default-metric", "distance", "distribute-list", "maximum-paths", "neighbor", "offset-list", "redistribute", "timers", "default-information"),
	passiveRouter,
))

// routerShared are the commands of every classic process.
var routerShared = []*grammar.Command{
	ospfOriginate,
	canon(list("neighbor <line>", "Specify a neighbor router"), namesInterface),
	leaf("bfd all-interfaces [strict-mode]", "Enable BFD on all interfaces"),
	list("bfd interface <interface>", "Enable BFD on an interface"),
	leaf("shutdown", "Shutdown protocol"),
}

// passiveRouter are the passive interfaces of a process; under
// "passive-interface default" the "no" form is what is stored.
var passiveRouter = []*grammar.Command{
	passiveAll,
	passiveInterface,
}

// ConfigRouterV6 is the mode of the processes of IPv6.
var ConfigRouterV6 = mode("config-rtr", "Router configuration commands:", join([]*grammar.Command{
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
	{
		Syntax: "address-family {ipv4|ipv6} [unicast|multicast] [vrf <name>]", Help: "Enter Address Family command mode", Kind: grammar.Section, Effect: grammar.NoEffect,
		Opens: ConfigRouterV3AF, Key: []string{"ipv4", "ipv6", "name"}, Close: "exit-address-family", Break: true,
	},
	either("shutdown", "Shutdown protocol"),
	ExitAddressFamily,
}, v3Common))

// v3Common are the commands of a process of IPv6 and of its families.
var v3Common = family("IPv6 routing", "adjacency", "bfd", "capability", "compatible", "default-metric", "discard-route", "distance", "event-log", "graceful-restart", "interface-id", "limit", "local-rib-criteria", "log-neighbor-changes", "log-neighbor-warnings", "manet", "max-lsa", "max-metric",
	"maximum-paths", "metric", "neighbor", "nsf", "nsr", "offset-list", "poison-reverse", "prefix-suppression", "process-min-time", "queue-depth", "snmp", "split-horizon", "stub", "timers", "traffic-share", "variance", "eigrp log-neighbor-changes")

// ConfigRouterV3AF is the mode of a family of OSPFv3.
var ConfigRouterV3AF = mode("config-router-af", "Address Family configuration commands:", join(
	[]*grammar.Command{
		leaf("router-id <address>", "router-id for this OSPF process"),
		list("area <word> <line>", "OSPF area parameters"),
		leaf("passive-interface default", "Suppress routing updates on all interfaces"),
		passiveInterface,
		ExitAddressFamily,
	},
	family("OSPFv3", "auto-cost", "redistribute", "distribute-list", "summary-prefix", "default-information", "log-adjacency-changes", "shutdown"),
	v3Common,
))

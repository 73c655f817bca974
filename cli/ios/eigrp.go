package ios

import (
	"slices"
	"strings"

	"axle/cli/grammar"
)

// The EIGRP commands of the global mode. Nothing acts on them yet. A number
// opens a classic process, a name a virtual instance.
var eigrpCommands = breaks(
	routerEIGRP, routerEIGRPNamed,
)

// The sections of EIGRP.
var (
	routerEIGRP      = section("router eigrp <as>", "Enhanced Interior Gateway Routing Protocol (EIGRP)", ConfigRouterEIGRP, "as")
	routerEIGRPNamed = section("router eigrp <name>", "EIGRP Virtual-Instance Name", ConfigRouterNamed, "name")
	eigrpVRF4        = &grammar.Command{
		Syntax: "address-family ipv4 [unicast] vrf <vrf> [autonomous-system <as>]", Help: "Address Family IPv4", Kind: grammar.Section, Effect: grammar.NoEffect,
		Opens: ConfigRouterVRF, Key: []string{"vrf"}, Close: "exit-address-family", Break: true,
		Args: args{"vrf": grammar.Word{Max: 32, What: "VPN Routing/Forwarding instance name"}},
	}
	eigrpAF4         = familySection("address-family ipv4 [unicast] [vrf <vrf>] autonomous-system <as>", "Address Family IPv4", "as", "vrf")
	eigrpAFInterface = &grammar.Command{
		Syntax: "af-interface {default|<interface>}", Help: "Enter Address Family interface configuration", Kind: grammar.Section,
		Effect: grammar.NoEffect, Opens: ConfigRouterInterface, Key: []string{"default", "interface"}, Close: "exit-af-interface", Break: true,
	}
	eigrpBase = &grammar.Command{
		Syntax: "topology base", Help: "Topology configuration mode", Kind: grammar.Section,
		Effect: grammar.NoEffect, Opens: ConfigRouterTopology, Close: "exit-af-topology", Break: true,
	}
)

const eigrpStub = "eigrp stub [* connected | static | summary | redistributed | receive-only | leak-map <name> *]"

// The lines of a process that its decoder reads.
var (
	eigrpNetwork       = canon(sorted(list("network <network> [<wildcard>]", "Enable routing on an IP network", "network", "wildcard"), "network", "wildcard"), canonEIGRPNetwork)
	eigrpStubLine      = &grammar.Command{Syntax: eigrpStub, Help: "Set EIGRP as stubbed router", Kind: grammar.Leaf, Effect: grammar.NoEffect, Canon: canonStub}
	eigrpRouterID      = leaf("eigrp router-id <address>", "router id for this EIGRP process")
	passiveAll         = leaf("passive-interface default", "Suppress routing updates on all interfaces")
	eigrpNeighbor      = canon(list("neighbor <line>", "Specify a neighbor router"), namesInterface)
	eigrpAFNeighbor    = canon(list("neighbor <line>", "Specify an IPv4 neighbor router"), namesInterface)
	eigrpDefaultMetric = leaf("default-metric <line>", "Set metric of redistributed routes")
	eigrpVariance      = with(leaf("variance <n>", "Control load balancing variance"), args{"n": num(1, 128, "Metric variance multiplier")})
	eigrpPaths         = with(leaf("maximum-paths <n>", "Forward packets over multiple paths"), args{"n": num(1, 32, "Number of paths")})
	eigrpDistance      = with(leaf("distance eigrp <internal> <external>", "IP internal and external administrative distances"), args{"internal": num(1, 255, "Distance for internal routes"), "external": num(1, 255, "Distance for external routes")})
)

// The lines of an af-interface that its decoder reads.
var (
	afSummary   = canon(list("summary-address <address> <mask> [<line>]", "Perform address summarization", "address", "mask"), cutSummary)
	afBandwidth = with(leaf("bandwidth-percent <percent>", "Set percentage of bandwidth percentage limit"), args{"percent": num(1, 999999, "Maximum bandwidth percentage that EIGRP may use")})
	afHello     = leaf("hello-interval <seconds>", "Configures hello interval")
	afHold      = leaf("hold-time <seconds>", "Configures hold time")
	afPassive   = either("passive-interface", "Suppress address updates on an interface")
	afNextHop   = &grammar.Command{Syntax: "next-hop-self [no-ecmp-mode]", Help: "Configures EIGRP next-hop-self", Kind: grammar.Leaf, Effect: grammar.NoEffect, Negatable: true, Default: "next-hop-self"}
	afSplit     = onByDefault("split-horizon", "Perform split horizon")
	afAuthMode  = leaf("authentication mode {md5|hmac-sha-256 <line>}", "Authentication mode")
	afKeyChain  = leaf("authentication key-chain <name>", "Authentication key-chain")
	afShutdown  = leaf("shutdown", "Disable Address-Family on interface")
)

// cutSummary cuts a summary by its mask.
func cutSummary(l *grammar.Line) {
	was := l.Args["address"]
	now := dottedQuad(ipBits(addr(l, "address")) & ipBits(addr(l, "mask")))
	l.Args["address"] = now
	if i := slices.Index(l.Words, was); i >= 0 {
		l.Words[i] = now
	}
}

// canonStub writes the kinds of routes of a stub in the order of IOS; without
// any, what holds then.
func canonStub(l *grammar.Line) {
	if l.No || l.Default {
		return
	}
	out := append(l.Words[:0:0], l.Words[:2]...)
	for _, w := range []string{"receive-only", "connected", "static", "summary", "redistributed"} {
		if l.Has(w) {
			out = append(out, w)
		}
	}
	if name := l.Args["name"]; name != "" {
		out = append(out, "leak-map", name)
	}
	if len(out) == 2 {
		out = append(out, "connected", "summary")
	}
	l.Words = out
}

// canonEIGRPNetwork cuts a network by its wildcard or, without one, by its
// class, and turns a mask that was typed for the wildcard. The wildcard of a
// whole class is not shown.
func canonEIGRPNetwork(l *grammar.Line) {
	a := ipBits(addr(l, "network"))
	class := classWildcard(a)
	wild := class
	if l.Args["wildcard"] != "" {
		wild = turnedMask(ipBits(addr(l, "wildcard")))
	}
	l.Args["network"] = dottedQuad(a &^ wild)
	l.Words = append(l.Words[:0:0], "network", l.Args["network"])
	if delete(l.Args, "wildcard"); wild != class {
		l.Args["wildcard"] = dottedQuad(wild)
		l.Words = append(l.Words, l.Args["wildcard"])
	}
}

// classWildcard returns the wildcard of the network of class A, B or C that an
// address is in.
func classWildcard(a uint32) uint32 {
	switch {
	case a>>31 == 0:
		return 0x00ffffff
	case a>>30 == 2:
		return 0x0000ffff
	}
	return 0x000000ff
}

// turnedMask returns a wildcard as it is, and a network mask turned into one.
func turnedMask(w uint32) uint32 {
	if inverse := ^w; w>>31 == 1 && inverse != 0 && inverse&(inverse+1) == 0 {
		return inverse
	}
	return w
}

// eigrpProcess are the commands of a process, shared by classic routers and
// address families.
var eigrpProcess = []*grammar.Command{
	eigrpNetwork, eigrpStubLine, eigrpRouterID,
	onByDefault("eigrp log-neighbor-changes", "Enable/Disable EIGRP neighbor logging"),
	onByDefault("eigrp log-neighbor-warnings", "Enable/Disable EIGRP neighbor warnings"),
	leaf("eigrp log-neighbor-warnings <n>", "Interval of warnings"),
	leaf("eigrp event-log-size <n>", "Set EIGRP maximum event log entries"),
	leaf("eigrp event-logging", "Log EIGRP routing events"),
	leaf("eigrp upgrade-cli <name>", "Upgrade to the named mode"),
	leaf("eigrp stub-site <word>", "Stub site"),
	leaf("eigrp default-route-tag <word>", "Default Route Tag for the Internal Routes"),
}

var eigrpTopology = []*grammar.Command{
	canon(list("offset-list <line>", "Add or subtract offset from EIGRP metrics"), namesInterface),
	eigrpVariance, eigrpPaths,
	eigrpDefaultMetric,
	eigrpDistance,
	list("distance <distance> <line>", "Define an administrative distance"),
	canon(list("distribute-list <line>", "Filter networks in routing updates"), canonDistribute),
	redistribute,
	leaf("auto-summary", "Enable automatic network number summarization"),
	leaf("traffic-share <line>", "How to compute traffic share over alternate paths"),
	list("summary-metric <line>", "Specify summary to apply metric/filtering"),
	list("fast-reroute <line>", "Configure Fast-Reroute"),
	leaf("maximum-secondary-paths <n>", "Number of secondary paths"),
	list("default-information {in|out|allowed} [<line>]", "Control distribution of default information"),
	leaf("snmp context <name>", "SNMP context"),
}

// passiveInterface is an interface without routing updates. Its "no" form is
// kept, since it says something under "passive-interface default"; Default only
// makes both forms lines.
var passiveInterface = &grammar.Command{
	Syntax: "passive-interface <interface>", Help: "Suppress routing updates on an interface", Kind: grammar.List,
	Effect: grammar.NoEffect, Key: []string{"interface"}, Negatable: true, Default: "no passive-interface Null0",
}

// ConfigRouterEIGRP is the mode of a classic EIGRP process.
var ConfigRouterEIGRP = mode("config-router", "Router configuration commands:", join(
	[]*grammar.Command{
		leaf("timers <line>", "Adjust peering based timers"),
		leaf("nsf", "Non-stop forwarding"),
		leaf("metric weights <line>", "Modify metrics and parameters for address advertisement"),
		leaf("metric maximum-hops <n>", "Advertise EIGRP routes greater than <hops> as unreachable"),
	},
	eigrpTopology,
	passiveRouter,
	eigrpProcess,
	[]*grammar.Command{
		list("default-information <line>", "Control distribution of default information"),
		eigrpNeighbor,
		leaf("bfd all-interfaces", "Enable BFD on all interfaces"),
		list("bfd interface <interface>", "Enable BFD on an interface"),
		leaf("shutdown", "Shutdown this instance of EIGRP"),
		eigrpVRF4,
		ExitAddressFamily,
	},
))

// The modes of named EIGRP.
var (
	ConfigRouterNamed = mode("config-router", "Router configuration commands:", []*grammar.Command{
		eigrpAF4,
		familySection("address-family ipv6 [unicast] [vrf <vrf>] autonomous-system <as>", "Address Family IPv6", "as", "vrf"),
		leaf("shutdown", "Shutdown this instance of EIGRP"),
		{
			Syntax: "service-family {ipv4|ipv6} [vrf <name>] autonomous-system <as>", Help: "Enter Service Family command mode", Kind: grammar.Section, Effect: grammar.NoEffect,
			Opens: ConfigRouterSF, Key: []string{"ipv4", "ipv6", "name", "as"}, Close: "exit-service-family", Break: true,
		},
	})
	ConfigRouterSF = mode("config-router-sf", "Service Family configuration commands:", join(
		[]*grammar.Command{
			{
				Syntax: "sf-interface {default|<interface>}", Help: "Enter Service Family interface configuration", Kind: grammar.Section, Effect: grammar.NoEffect,
				Opens: ConfigRouterSFPart, Key: []string{"default", "interface"}, Close: "exit-sf-interface", Break: true,
			},
			{Syntax: "topology base", Help: "Topology configuration mode", Kind: grammar.Section, Effect: grammar.NoEffect, Opens: ConfigRouterSFPart, Close: "exit-sf-topology", Break: true},
		},
		family("Service family", "eigrp", "external-client", "metric", "neighbor", "remote-neighbors", "shutdown", "timers", "autonomous-system")))
	ConfigRouterSFPart = mode("config-router-sf-interface", "Service Family part commands:", family("Service family", "authentication", "bandwidth-percent", "dampening-change", "dampening-interval", "distribute-list", "hello-interval", "hold-time", "shutdown", "split-horizon", "timers"))
	ConfigRouterAF     = mode("config-router-af", "Address Family configuration commands:", join(
		[]*grammar.Command{
			eigrpAFInterface, eigrpBase,
			leaf("shutdown", "Shutdown address family"),
			leaf("autonomous-system <as>", "Specify AS number of a classic family"),
			leaf("metric weights <line>", "Modify metrics and parameters for address advertisement"),
			leaf("metric version 64bit", "Metric version"),
			leaf("metric rib-scale <n>", "RIB scaling factor"),
			eigrpAFNeighbor,
			leaf("redistribute maximum-prefix <line>", "Maximum number of prefixes redistributed"),
			list("remote-neighbors <line>", "Specify the remote neighbors"),
			leaf("soft-sia [disable]", "Stuck in active"),
			leaf("nsf", "Non-stop forwarding"),
			leaf("timers <line>", "Adjust peering based timers"),
			leaf("maximum-prefix <line>", "Maximum number of prefixes acceptable in aggregate"),
		},
		eigrpProcess,
		[]*grammar.Command{ExitAddressFamily},
	))
	ConfigRouterInterface = mode("config-router-af-interface", "Address Family Interfaces configuration commands:", []*grammar.Command{
		afSummary,
		list("summary-address <prefix6> [<line>]", "Perform address summarization", "prefix6"),
		list("summary-address <sid-prefix> [<line>]", "Perform address summarization", "sid-prefix"),
		afAuthMode,
		afKeyChain,
		afBandwidth,
		afHello,
		afHold,
		afPassive,
		afNextHop,
		afSplit,
		leaf("stub-site wan-interface", "Interface is connected to the WAN"),
		leaf("add-paths <n>", "Advertise add paths"),
		leaf("bfd", "Enable Bidirectional Forwarding Detection"),
		leaf("dampening-change <line>", "Percent interface metric must change to cause update"),
		leaf("dampening-interval <line>", "Time in seconds to check interface metrics"),
		afShutdown,
		ExitAFInterface,
	})
	ConfigRouterTopology = mode("config-router-af-topology", "Address Family Topology configuration commands:", join(
		eigrpTopology, []*grammar.Command{list("timers <line>", "Adjust peering based timers"), leaf("metric maximum-hops <n>", "Hops"), leaf("eigrp event-log-size <n>", "Set EIGRP maximum event log entries"), list("neighbor <line>", "Neighbor"), ExitAFTopology}))
)

// ConfigRouterVRF is the family of a VRF in a classic process.
var ConfigRouterVRF = mode("config-router-af", "Address Family configuration commands:", join(
	[]*grammar.Command{
		leaf("timers <line>", "Adjust peering based timers"),
		leaf("metric weights <line>", "Modify metrics and parameters for address advertisement"),
		leaf("metric maximum-hops <n>", "Advertise EIGRP routes greater than <hops> as unreachable"),
	},
	eigrpTopology, passiveRouter, eigrpProcess,
	[]*grammar.Command{
		list("neighbor <line>", "Specify a neighbor router"),
		leaf("autonomous-system <as>", "Specify AS number of the family"),
		leaf("nsf", "Non-stop forwarding"),
		leaf("maximum-prefix <line>", "Maximum number of prefixes acceptable in aggregate"),
		ExitAddressFamily,
	},
))

// familySection declares an address family of a named process.
func familySection(syntax, help string, key ...string) *grammar.Command {
	return &grammar.Command{
		Syntax: syntax, Aliases: []string{strings.Replace(syntax, "autonomous-system", "as", 1)}, Help: help, Kind: grammar.Section, Effect: grammar.NoEffect, Opens: ConfigRouterAF, Key: key,
		Close: "exit-address-family", Break: true, Args: args{"vrf": grammar.Word{Max: 32, What: "VPN Routing/Forwarding instance name"}},
		Canon: func(l *grammar.Line) {
			if !l.Has("unicast") && len(l.Words) > 2 { // IOS writes it out
				l.Words = append(append(append(l.Words[:0:0], l.Words[:2]...), "unicast"), l.Words[2:]...)
			}
		},
	}
}

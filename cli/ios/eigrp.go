package ios

import "axle/cli/grammar"

// The EIGRP commands of the global mode. Nothing acts on them yet. A number
// opens a classic process, a name a virtual instance.
var eigrpCommands = breaks(
	section("router eigrp <as>", "Enhanced Interior Gateway Routing Protocol (EIGRP)", ConfigRouterEIGRP, "as"),
	section("router eigrp <name>", "EIGRP Virtual-Instance Name", ConfigRouterNamed, "name"),
)

const eigrpStub = "eigrp stub [connected] [static] [summary] [redistributed] [receive-only] [leak-map <name>]"

// eigrpProcess are the commands of a process, shared by classic routers and
// address families.
var eigrpProcess = []*grammar.Command{
	sorted(list("network <network> [<wildcard>]", "Enable routing on an IP network", "network", "wildcard"), "network", "wildcard"),
	{
		Syntax: eigrpStub, Help: "Set EIGRP as stubbed router", Kind: grammar.Leaf, Effect: grammar.NoEffect,
		Canon: func(l *grammar.Line) {
			if len(l.Words) == 2 && !l.No {
				l.Words = append(l.Words, "connected", "summary")
			}
		},
	},
	leaf("eigrp router-id <address>", "router id for this EIGRP process"),
	onByDefault("eigrp log-neighbor-changes", "Enable/Disable EIGRP neighbor logging"),
	onByDefault("eigrp log-neighbor-warnings", "Enable/Disable EIGRP neighbor warnings"),
	leaf("eigrp default-route-tag <word>", "Default Route Tag for the Internal Routes"),
}

var eigrpTopology = []*grammar.Command{
	list("offset-list <line>", "Add or subtract offset from EIGRP metrics"),
	leaf("variance <n>", "Control load balancing variance"),
	leaf("maximum-paths <n>", "Forward packets over multiple paths"),
	leaf("default-metric <line>", "Set metric of redistributed routes"),
	with(leaf("distance eigrp <internal> <external>", "IP internal and external administrative distances"), args{"internal": num(1, 255, "Distance for internal routes"), "external": num(1, 255, "Distance for external routes")}),
	list("distance <distance> <line>", "Define an administrative distance"),
	canon(list("distribute-list <line>", "Filter networks in routing updates"), trailingBlank),
	list("redistribute <line>", "Redistribute information from another routing protocol"),
	leaf("auto-summary", "Enable automatic network number summarization"),
	leaf("traffic-share <line>", "How to compute traffic share over alternate paths"),
	list("summary-metric <line>", "Specify summary to apply metric/filtering"),
	leaf("fast-reroute <line>", "Configure Fast-Reroute"),
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
		list("neighbor <line>", "Specify a neighbor router"),
		leaf("bfd all-interfaces", "Enable BFD on all interfaces"),
		list("bfd interface <interface>", "Enable BFD on an interface"),
		leaf("shutdown", "Shutdown this instance of EIGRP"),
		familySection("address-family ipv4 [unicast] vrf <vrf> [autonomous-system <as>]", "Address Family IPv4", "vrf"),
		ExitAddressFamily,
	},
))

// The modes of named EIGRP.
var (
	ConfigRouterNamed = mode("config-router", "Router configuration commands:", []*grammar.Command{
		familySection("address-family ipv4 [unicast] [vrf <vrf>] autonomous-system <as>", "Address Family IPv4", "as", "vrf"),
		familySection("address-family ipv6 [unicast] [vrf <vrf>] autonomous-system <as>", "Address Family IPv6", "as", "vrf"),
		leaf("shutdown", "Shutdown this instance of EIGRP"),
	})
	ConfigRouterAF = mode("config-router-af", "Address Family configuration commands:", join(
		[]*grammar.Command{
			{
				Syntax: "af-interface {default|<interface>}", Help: "Enter Address Family interface configuration", Kind: grammar.Section,
				Effect: grammar.NoEffect, Opens: ConfigRouterInterface, Key: []string{"default", "interface"}, Close: "exit-af-interface", Break: true,
			},
			{
				Syntax: "topology base", Help: "Topology configuration mode", Kind: grammar.Section,
				Effect: grammar.NoEffect, Opens: ConfigRouterTopology, Close: "exit-af-topology", Break: true,
			},
			leaf("shutdown", "Shutdown address family"),
			leaf("autonomous-system <as>", "Specify AS number of a classic family"),
			leaf("metric weights <line>", "Modify metrics and parameters for address advertisement"),
			leaf("metric version 64bit", "Metric version"),
			leaf("metric rib-scale <n>", "RIB scaling factor"),
			list("neighbor <line>", "Specify an IPv4 neighbor router"),
			leaf("nsf", "Non-stop forwarding"),
			leaf("timers <line>", "Adjust peering based timers"),
			leaf("maximum-prefix <line>", "Maximum number of prefixes acceptable in aggregate"),
		},
		eigrpProcess,
		[]*grammar.Command{ExitAddressFamily},
	))
	ConfigRouterInterface = mode("config-router-af-interface", "Address Family Interfaces configuration commands:", []*grammar.Command{
		list("summary-address <address> <mask> [<line>]", "Perform address summarization", "address", "mask"),
		leaf("authentication mode {md5|hmac-sha-256 <line>}", "Authentication mode"),
		leaf("authentication key-chain <name>", "Authentication key-chain"),
		leaf("bandwidth-percent <n>", "Set percentage of bandwidth percentage limit"),
		leaf("hello-interval <seconds>", "Configures hello interval"),
		leaf("hold-time <seconds>", "Configures hold time"),
		either("passive-interface", "Suppress address updates on an interface"),
		{Syntax: "next-hop-self [no-ecmp-mode]", Help: "Configures EIGRP next-hop-self", Kind: grammar.Leaf, Effect: grammar.NoEffect, Negatable: true, Default: "next-hop-self"},
		onByDefault("split-horizon", "Perform split horizon"),
		leaf("stub-site wan-interface", "Interface is connected to the WAN"),
		leaf("add-paths <n>", "Advertise add paths"),
		leaf("bfd", "Enable Bidirectional Forwarding Detection"),
		leaf("dampening-change <line>", "Percent interface metric must change to cause update"),
		leaf("dampening-interval <line>", "Time in seconds to check interface metrics"),
		leaf("shutdown", "Disable Address-Family on interface"),
		ExitAFInterface,
	})
	ConfigRouterTopology = mode("config-router-af-topology", "Address Family Topology configuration commands:", join(
		eigrpTopology, []*grammar.Command{ExitAFTopology}))
)

func familySection(syntax, help string, key ...string) *grammar.Command {
	return &grammar.Command{
		Syntax: syntax, Help: help, Kind: grammar.Section, Effect: grammar.NoEffect, Opens: ConfigRouterAF, Key: key,
		Close: "exit-address-family", Break: true, Args: args{"vrf": grammar.Word{Max: 32, What: "VPN Routing/Forwarding instance name"}},
		Canon: func(l *grammar.Line) {
			if !l.Has("unicast") && len(l.Words) > 2 { // IOS writes it out
				l.Words = append(append(append(l.Words[:0:0], l.Words[:2]...), "unicast"), l.Words[2:]...)
			}
		},
	}
}

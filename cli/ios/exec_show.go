package ios

import "axle/cli/grammar"

// The show commands of the tunnels and of NHRP.
var (
	// ShowDMVPN shows peers: on <tunnel>; of <nbma>, <peer>, or <network>
	// <mask>; the keywords ipv4, ipv6, static and detail.
	ShowDMVPN = &grammar.Command{
		Syntax: "show dmvpn [ipv4|ipv6] [* interface <tunnel> | peer {nbma <nbma>|tunnel <peer>|network <network> <mask>} | static | detail *]",
		Help:   "Display DMVPN information",
	}
	// ShowIPNHRP shows the cache: the keywords dynamic, static, incomplete,
	// local, remote or shortcut; on <tunnel>; within <address> <mask>; the
	// keywords brief or detail; in any order.
	ShowIPNHRP = &grammar.Command{
		Syntax: "show ip nhrp [* {dynamic|static|incomplete|local|remote|shortcut} | <tunnel> | <address> [<mask>] | {brief|detail} *]",
		Help:   "NHRP information",
	}
	// ShowIPNHRPSummary counts the cache.
	ShowIPNHRPSummary = &grammar.Command{
		Syntax: "show ip nhrp summary",
		Help:   "Summary of NHRP cache",
	}
	// ShowIPNHRPServers shows next hop servers: on <tunnel>; the keyword detail.
	ShowIPNHRPServers = &grammar.Command{
		Syntax: "show ip nhrp nhs [* detail | <tunnel> *]",
		Help:   "NHRP NHS information",
	}
	// ShowIPNHRPTraffic shows the counters: of <tunnel>; the keyword detail.
	ShowIPNHRPTraffic = &grammar.Command{
		Syntax: "show ip nhrp traffic [* detail | interface <tunnel> *]",
		Help:   "NHRP traffic information",
	}
	// ShowIPNHRPMulticast shows where multicast goes: of <tunnel>.
	ShowIPNHRPMulticast = &grammar.Command{
		Syntax: "show ip nhrp multicast [<tunnel>]",
		Help:   "NHRP multicast information",
	}
)

// The show commands of forwarding.
var (
	// ShowIPRoute shows the routing table, of one protocol where a keyword
	// stands (bgp, connected, eigrp, local, next-hop-override, nhrp, ospf,
	// rip, static).
	ShowIPRoute = &grammar.Command{
		Syntax: "show ip route [bgp|connected|eigrp|local|next-hop-override|nhrp|ospf|rip|static]",
		Help:   "IP routing table",
	}
	// ShowIPRouteTo shows the route to <address>, or to <address> <mask>.
	ShowIPRouteTo = &grammar.Command{
		Syntax: "show ip route <address> [<mask>]",
		Help:   "IP routing table",
	}
	// ShowIPRouteSummary counts the routing table.
	ShowIPRouteSummary = &grammar.Command{
		Syntax: "show ip route summary",
		Help:   "Summary of all routes",
	}
	// ShowIPCEF shows the forwarding table.
	ShowIPCEF = &grammar.Command{
		Syntax: "show ip cef",
		Help:   "Cisco Express Forwarding",
	}
	// ShowIPCEFTo shows how packets to <address> are forwarded; <mask>; the
	// keywords detail and internal.
	ShowIPCEFTo = &grammar.Command{
		Syntax: "show ip cef <address> [<mask>] [detail|internal]",
		Help:   "Cisco Express Forwarding",
	}
	// ShowAdjacency shows next hops: on <interface>; the keyword detail.
	ShowAdjacency = &grammar.Command{
		Syntax: "show adjacency [* <interface> | detail *]",
		Help:   "Adjacent nodes",
	}
	// ShowIPProtocols shows the routing processes.
	ShowIPProtocols = &grammar.Command{
		Syntax: "show ip protocols",
		Help:   "IP routing protocol process parameters and statistics",
	}
	// ShowIPInterfaceBrief lists the interfaces: <interface> alone.
	ShowIPInterfaceBrief = &grammar.Command{
		Syntax: "show ip interface brief [<interface>]",
		Help:   "Brief summary of IP status and configuration",
	}
	// ShowIPInterface shows the IP side of <interface>, or of all.
	ShowIPInterface = &grammar.Command{
		Syntax: "show ip interface [<interface>]",
		Help:   "IP interface status and configuration",
	}
	// ShowInterfaces shows <interface>, or all.
	ShowInterfaces = &grammar.Command{
		Syntax: "show interfaces [<interface>]",
		Help:   "Interface status and configuration",
	}
	// ShowInterfacesDescription lists descriptions.
	ShowInterfacesDescription = &grammar.Command{
		Syntax: "show interfaces description",
		Help:   "Show interface description",
	}
)

// The show commands of the router itself.
var (
	// ShowRunning shows the configuration: of <interface>; the keywords all,
	// brief or full.
	ShowRunning = &grammar.Command{
		Syntax: "show running-config [all|brief|full|interface <interface>]",
		Help:   "Current operating configuration",
	}
	// ShowStartup shows the saved configuration.
	ShowStartup = &grammar.Command{
		Syntax: "show startup-config",
		Help:   "Contents of startup configuration",
	}
	// ShowConfiguration shows the saved configuration.
	ShowConfiguration = &grammar.Command{
		Syntax: "show configuration",
		Help:   "Contents of Non-Volatile memory",
	}
	// ShowUnsupported lists stored lines that have no effect yet.
	ShowUnsupported = &grammar.Command{
		Syntax: "show configuration unsupported",
		Help:   "Configuration lines without effect",
		Notes:  "The command is Axle's own.",
	}
	// ShowVersion shows what runs here.
	ShowVersion = &grammar.Command{
		Syntax: "show version",
		Help:   "System hardware and software status",
	}
	// ShowClock shows the time; the keyword detail.
	ShowClock = &grammar.Command{
		Syntax: "show clock [detail]",
		Help:   "Display the system clock",
	}
	// ShowHistory shows the lines typed in this session.
	ShowHistory = &grammar.Command{
		Syntax: "show history",
		Help:   "Display the session command history",
	}
	// ShowLogging shows the log buffer.
	ShowLogging = &grammar.Command{
		Syntax: "show logging",
		Help:   "Show the contents of logging buffers",
	}
	// ShowPrivilege shows the session's privilege level.
	ShowPrivilege = &grammar.Command{
		Syntax: "show privilege",
		Help:   "Show current privilege level",
	}
	// ShowAliases lists the aliases.
	ShowAliases = &grammar.Command{
		Syntax: "show aliases",
		Help:   "Display alias commands",
	}
	// ShowDebugging lists what debug output is on.
	ShowDebugging = &grammar.Command{
		Syntax: "show debugging",
		Help:   "State of each debugging option",
	}
	// ShowTerminal shows the settings of this session's line.
	ShowTerminal = &grammar.Command{
		Syntax: "show terminal",
		Help:   "Display terminal configuration parameters",
	}
)

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

// vrfTypes are the arguments of commands that look into one VRF.
var vrfTypes = args{"vrf": grammar.Word{Max: 32, What: "VPN Routing/Forwarding instance name"}}

// The show commands of forwarding.
var (
	// ShowIPRoute shows the routing table, of one protocol where a keyword
	// stands (bgp, connected, eigrp, local, next-hop-override, nhrp, ospf,
	// rip, static); of <vrf>, or the global one.
	ShowIPRoute = &grammar.Command{
		Args:   vrfTypes,
		Syntax: "show ip route [vrf <vrf>] [bgp|connected|eigrp|local|next-hop-override|nhrp|ospf|rip|static]",
		Help:   "IP routing table",
	}
	// ShowIPRouteTo shows the route to <address>, or to <address> <mask>, in <vrf>.
	ShowIPRouteTo = &grammar.Command{
		Args:   vrfTypes,
		Syntax: "show ip route [vrf <vrf>] <address> [<mask>]",
		Help:   "IP routing table",
	}
	// ShowIPRouteSummary counts the routing table, that of <vrf>.
	ShowIPRouteSummary = &grammar.Command{
		Args:   vrfTypes,
		Syntax: "show ip route [vrf <vrf>] summary",
		Help:   "Summary of all routes",
	}
	// ShowIPCEF shows the forwarding table, that of <vrf>.
	ShowIPCEF = &grammar.Command{
		Args:   vrfTypes,
		Syntax: "show ip cef [vrf <vrf>]",
		Help:   "Cisco Express Forwarding",
	}
	// ShowIPCEFTo shows how packets to <address> are forwarded; <mask>; the
	// keywords detail and internal; in <vrf>.
	ShowIPCEFTo = &grammar.Command{
		Args:   vrfTypes,
		Syntax: "show ip cef [vrf <vrf>] <address> [<mask>] [detail|internal]",
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
	// ShowVRF lists the VRFs, or <name>.
	ShowVRF = &grammar.Command{
		Syntax: "show vrf [brief] [<name>]",
		Help:   "VPN Routing/Forwarding instance information",
	}
	// ShowIPVRF lists the VRFs with IPv4, or <name>.
	ShowIPVRF = &grammar.Command{
		Syntax: "show ip vrf [brief] [<name>]",
		Help:   "VPN IP Routing/Forwarding instance information",
	}
	// ShowIPVRFInterfaces lists the interfaces of all VRFs, or of <name>.
	ShowIPVRFInterfaces = &grammar.Command{
		Syntax: "show ip vrf interfaces [<name>]",
		Help:   "Show VPN Routing/Forwarding interface information",
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

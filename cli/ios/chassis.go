package ios

import "axle/cli/grammar"

// chassisCommands are lines about the box between its host name and its clock.
// Nothing acts on them.
var chassisCommands = join(
	family("Chassis parameter",
		"card type", "hw-module", "facility-alarm", "environment", "environment-monitor", "mls", "sdm", "stack-mac", "stackwise-virtual",
		"ucse", "service-module", "subslot"),
	[]*grammar.Command{
		list("port-channel {auto|hash-distribution|load-balance|load-balance-hash-algo|min-links|persistent|standalone-disable} [<line>]", "Port channels"),
		list("system {mtu|env|disable|ignore} <line>", "System parameters"),
		list("switch <n> <line>", "Member of a stack"),
		list("switch virtual <line>", "Virtual switch"),
		list("power {redundancy-mode|supply|enable|main|inline} [<line>]", "Power"),
		list("security authentication failure <line>", "Authentication failure logging"),
		list("security passwords min-length <n>", "Minimum length of passwords"),
		leaf("downward-compatible-config <line>", "Generate a configuration compatible with older software"),
		list("network-clock <line>", "Configure network clock"),
		list("network-clock-participate <line>", "Configure clock to participate in network timing"),
		list("network-clock-select <line>", "Configure clock selection"),
		list("errdisable <line>", "Error disable"),
		leaf("xsvc [<line>]", "External services"),
		leaf("memory-size iomem <n>", "percentage of DRAM to use for I/O memory"),
		leaf("aqm-register-fnf", "Flow records of queues"),
		leaf("autonomous-system <n>", "Specify local AS number to which we belong"),
		leaf("resource policy", "Embedded Resource Manager"),
		list("buffers <line>", "Adjust system buffer pool parameters"),
		leaf("warm-reboot [<line>]", "Configure warm-reboot"),
		leaf("rom-monitor <line>", "ROM monitor"),
		with(either("config-register <register>", "Define the configuration register"), args{"register": grammar.Hex{Max: 4, What: "Config register number"}}),
		list("process-max-time <n>", "Maximum time for process to run before voluntarily relinquishing processor"),
		list("priority-list <line>", "Build a priority list"),
	},
)

// diskCommands are about files and flash. Nothing acts on them.
var diskCommands = []*grammar.Command{
	either("file verify auto", "Verify the images that are copied"),
	leaf("partition <line>", "Partition a device"),
}

// tailCommands stand behind the terminal lines. Nothing acts on them.
var tailCommands = join(
	family("Crash dump parameter", "exception"),
	family("Firewall session database", "csdb"),
	[]*grammar.Command{
		section("monitor session <line>", "Configure a SPAN session", ConfigMonitor),
		section("monitor capture <line>", "Configure a packet capture", ConfigMonitor),
		list("monitor event-trace <line>", "Event tracing"),
		section("kron occurrence <line>", "Kron Occurrence Command", ConfigKronOccurrence),
		section("kron policy-list <name>", "Kron Policy-list", ConfigKronPolicy, "name"),
		leaf("sntp <line>", "Configure SNTP"),
		list("clns <line>", "Global CLNS configuration subcommands"),
		leaf("ptp <line>", "Precision Time Protocol"),
		list("cns <line>", "CNS agents"),
		leaf("ip wccp version <n>", "Version of WCCP"),
	},
	[]*grammar.Command{
		section("wsma agent {config|exec|filesys|notify}", "Web Services Management Agent", ConfigWSMA, "config", "exec", "filesys", "notify"),
		section("wsma profile {listener|initiator} <name>", "WSMA profile", ConfigWSMA, "listener", "initiator", "name"),
		list("wsma <line>", "Web Services Management Agents"),
		section("app-hosting appid <name>", "Application hosting", ConfigApp, "name"),
		list("app-hosting <line>", "Application hosting"),
		leaf("iox", "Configure IOx services"),
		section("pnp profile <name>", "Plug and play profile", ConfigApp, "name"),
		section("guestshell", "Guest shell", ConfigApp),
		list("onep <line>", "One Platform"),
		section("onep", "One Platform", ConfigApp),
	},
)

// The modes of these lines.
var (
	ConfigMonitor = mode("config-mon", "Monitor session commands:", family("Monitor session",
		"ip precedence", "ip prec", "ip dscp", "ip ttl", "ip address", "source", "destination", "description", "erspan-id", "filter", "mtu", "origin", "plim", "rspan", "shutdown", "vrf", "buffer", "limit", "match"))
	ConfigKronOccurrence = mode("config-kron-occurrence", "Kron occurrence commands:", []*grammar.Command{
		list("policy-list <name>", "Policy-list of the occurrence"),
	})
	ConfigKronPolicy = mode("config-kron-policy", "Kron policy commands:", []*grammar.Command{
		list("cli <line>", "Command of the policy"),
	})
	ConfigWSMA = mode("config-wsma", "WSMA commands:", family("WSMA", "profile", "transport", "stealth", "encap", "keepalive", "acl", "wsse", "idle-timeout", "max-message", "reconnect", "backup", "counter"))
	ConfigApp  = mode("config-app-hosting", "Application hosting commands:", join(
		family("Application", "app-default-gateway", "app-device", "name-server0", "name-server1", "name-server2", "transport", "start", "run-opts", "prepend-pkg-opts", "service set", "datapath", "history"),
		[]*grammar.Command{
			section("app-vnic AppGigabitEthernet trunk", "Trunk", ConfigAppNIC),
			section("app-vnic <word> virtualportgroup <n> guest-interface <line>", "Interface of the guest", ConfigAppNIC),
			section("app-resource docker", "Docker", ConfigAppNIC),
			section("app-resource profile <name>", "Resources", ConfigAppNIC, "name"),
		}))
	ConfigAppNIC = mode("config-app-hosting-gateway", "Application network commands:", join(
		family("Application", "cpu", "memory", "vcpu", "persist-disk", "run-opts", "prepend-pkg-opts", "guest-ipaddress", "guest-interface", "guest-mac", "mirroring"),
		[]*grammar.Command{section("vlan <line>", "VLAN", ConfigAppGuest)}))
	ConfigAppGuest = mode("config-config-app-hosting-vlan-access-ip", "Application address commands:", family("Application", "guest-ipaddress"))
)

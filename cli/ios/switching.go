package ios

import "axle/cli/grammar"

// switchCommands are about switching and stand above the classes of traffic.
// Nothing acts on them.
var switchCommands = join(
	[]*grammar.Command{
		list("udld <line>", "Configure global UDLD setting"),
		list("lacp {system-mac|system-priority} <line>", "LACP configuration"),
		list("l2protocol-tunnel <line>", "Tunnel Layer2 protocols"),
		list("mac <line>", "Global MAC configuration subcommands"),
		list("mac-address-table <line>", "Configure the MAC address table"),
		section("mac access-list extended <name>", "MAC access list", ConfigMACList, "name"),
		section("vlan access-map <name> [<n>]", "Create vlan access-map", ConfigAccessMap, "name", "n"),
		list("vlan {accounting|dot1q|filter|group|internal} <line>", "Vlan commands"),
		vlanSection,
		section("vlan <vlan-list>", "VLAN commands", ConfigVLAN, "vlan-list"),
		list("vlan access-log <line>", "VACL logging"),
		section("vlan configuration <word>", "VLAN configuration", ConfigVLANConfiguration, "word"),
		section("spanning-tree mst configuration", "Enter MST configuration submode", ConfigMST),
		either("spanning-tree optimize bpdu transmission", "Optimization"),
		list("spanning-tree <line>", "Spanning Tree Subsystem"),
		list("vtp <line>", "Configure global VTP state"),
		list("rep <line>", "Resilient Ethernet Protocol"),
		section("bridge-domain <n>", "Bridge-domain", ConfigBridgeDomain, "n"),
		list("bridge <line>", "Bridge group"),
		list("ethernet {cfm|evc|lmi|oam|mac-tunnel|ring} <line>", "Ethernet configuration"),
		section("ethernet evc <name>", "Ethernet virtual circuit", ConfigMACList, "name"),
		list("macro auto <line>", "Macros"),
		list("macro global <line>", "Macros"),
		leaf("auto qos srnd4", "AutoQoS"),
		leaf("auto security-config", "Security"),
		section("template <name>", "Template of interfaces", ConfigTemplate, "name"),
		section("mka policy <name>", "MKA policy", ConfigMKA, "name"),
		list("qos <line>", "QoS of the switch"),
		leaf("wrr-queue <line>", "Queues"),
		list("queue-softmax <line>", "Queues"),
		section("table-map <name>", "Configure Table Map", ConfigTableMap, "name"),
		list("arp <line>", "Set a static ARP entry"),
	},
)

// The modes of switching.
var (
	ConfigMACList = mode("config-ext-macl", "MAC access list commands:", join(
		family("MAC access list", "deny", "permit"),
	))
	ConfigAccessMap = mode("config-access-map", "VLAN access map commands:", []*grammar.Command{
		list("match <line>", "Match values"),
		leaf("action <line>", "Take the action"),
	})
	ConfigVLAN = mode("config-vlan", "VLAN configuration commands:", join(
		[]*grammar.Command{
			leaf("name <line>", "Ascii name of the VLAN"),
			leaf("state {active|suspend}", "Operational state of the VLAN"),
			list("private-vlan <line>", "Configure a private VLAN"),
		},
		family("VLAN", "are", "backupcrf", "bridge", "media", "mtu", "parent", "remote-span", "ring", "said", "ste", "stp", "tb-vlan1", "tb-vlan2", "uni-vlan"),
		eithers("VLAN", "shutdown"),
	))
	ConfigVLANConfiguration = mode("config-vlan-config", "VLAN feature commands:", family("VLAN feature", "ipv6 dhcp", "ipv6 nd", "ip dhcp", "ip flow", "device-tracking", "et-analytics", "member", "service-policy"))
	ConfigMST               = mode("config-mst", "MST commands:", family("MST", "instance", "name", "private-vlan", "revision"))
	ConfigBridgeDomain      = mode("config-bdomain", "Bridge-domain commands:", join(
		[]*grammar.Command{section("member <interface> service-instance <n> [<line>]", "Member", ConfigMACList, "interface", "n")},
		family("Bridge domain", "mac", "member vni", "shutdown", "split-horizon", "vfi", "default-originate", "description", "bridge-domain"),
	))
	ConfigTemplate = mode("config-template", "Template commands:", family("Template", "access-session", "authentication", "carrier-delay", "dampening", "description", "dot1x", "ip", "ipv6", "keepalive",
		"load-interval", "mab", "mls", "peer", "queue", "service-policy", "source", "spanning-tree", "storm-control", "switchport", "trust", "power"))
	ConfigMKA = mode("config-mka-policy", "MKA policy commands:", family("MKA policy", "confidentiality-offset", "delay-protection", "include-icv-indicator", "key-server", "macsec-cipher-suite", "replay-protection", "sak-rekey", "send-secure-announcements", "ssci-based-on-sci", "use-updated-eth-header"))
)

// ConfigTableMap is the mode of a map of QoS values.
var ConfigTableMap = mode("config-tablemap", "Table map commands:", []*grammar.Command{list("map <line>", "Table map")})

package ios

import "axle/cli/grammar"

var (
	ifEncapsulation = &grammar.Command{
		Syntax:  "encapsulation {dot1Q <vlan> [native|second-dot1q <word>]|isl <n>|ppp|hdlc|frame-relay [ietf|MFR]|slip|lapb|x25|smds|dot1ad <word> dot1q <word2>|dialer|aal5snap|aal5mux <word>|vlan <n>|untagged|mpls|l2tpv3|l2tpv2}",
		Aliases: []string{"enc dot1Q <vlan> [native|second-dot1q <word>]"},
		Help:    "Set encapsulation type for an interface",
		Kind:    grammar.Leaf,
		Effect:  grammar.NoEffect,
		Args:    args{"vlan": num(1, 4094, "IEEE 802.1Q VLAN ID")},
	}
	ifReassembly = leaf("ip virtual-reassembly [{in|out}]", "Virtual reassembly")
)

// linkCommands are commands of serial lines, modems, queues and switched ports
// that stand behind those of ports. Nothing acts on them.
var linkCommands = join(
	[]*grammar.Command{
		leaf("bandwidth receive [<line>]", "Specify receive-side bandwidth"),
		leaf("bandwidth qos-reference <line>", "Reference bandwidth for QOS test"),
		leaf("eapol <line>", "EAPOL"),
		either("bfd echo", "Use echo adjunct as bfd detection mechanism"),
		list("bfd neighbor <line>", "BFD neighbor"),
		list("arp {arpa|frame-relay|probe|snap|smds}", "Set arp type"),
		leaf("eigrp <n>", "EIGRP"),
		list("umbrella {in|out} [<line>]", "Umbrella"),
		leaf("nat64 enable", "NAT64"),
		list("nat64 <line>", "NAT64"),
		leaf("nat66 {inside|outside}", "NAT66"),
		leaf("et-analytics enable", "Encrypted traffic analytics"),
		section("cts manual", "Trusted security of the link", ConfigCTS),
		leaf("channel-protocol {lacp|pagp}", "Select the channel protocol (LACP, PAgP)"),
		either("autostate", "State of the VLAN interface by its ports"),
		leaf("ignore {cts|dcd|dsr|rts} [<line>]", "Ignore signals"),
		leaf("dce-terminal-timing-enable", "Enable DCE terminal timing"),
		list("dsu <line>", "DSU"),
		leaf("scramble", "Scramble the line"),
		leaf("cablelength <line>", "Length of the cable"),
		leaf("ring-speed {4|16}", "Speed of the ring"),
		leaf("clockrate <n>", "Configure serial interface clock speed"),
		list("snmp trap link-status <line>", "Allow SNMP LINKUP and LINKDOWN traps"),
		section("member vni <line>", "VNI of the interface", ConfigVNI),
		leaf("source-interface <interface>", "Interface of the source address"),
		leaf("host-reachability protocol bgp", "Reachability of hosts"),
		leaf("vxlan udp port <n>", "UDP port"),
		list("neighbor <line>", "Peer of the pseudowire"),
		list("otv <line>", "Overlay transport"),
		leaf("full-duplex", "Configure full-duplex operational mode"),
		leaf("half-duplex", "Configure half-duplex and related commands"),
		leaf("crc <n>", "CRC of the line"),
		leaf("down-when-looped", "Force looped serial interface down"),
		leaf("fair-queue <line>", "Enable Fair Queuing on an Interface"),
		leaf("ignore-dcd", "ignore dcd"),
		leaf("linecode <word>", "Line code"),
		leaf("framing <word>", "Framing"),
		leaf("invert {data|txclock|rxclock}", "Serial invert modes"),
		leaf("max-reserved-bandwidth <n>", "Maximum Reservable Bandwidth on an Interface"),
		leaf("physical-layer {async|sync}", "Configure sync or async physical layer on serial interface"),
		leaf("pulse-time <n>", "Force DTR low during resets"),
		list("rate-limit {input|output} <line>", "Rate Limit"),
		leaf("random-detect [<line>]", "Enable Weighted Random Early Detection (WRED) on an Interface"),
		leaf("priority-group <n>", "Assign a priority group to an interface"),
		leaf("custom-queue-list <n>", "Assign a custom queue list to an interface"),
		list("traffic-shape <line>", "Enable Traffic Shaping on an Interface or Sub-Interface"),
		leaf("transmit-interface <interface>", "Assign a transmit interface to a receive-only interface"),
		leaf("tx-ring-limit <n>", "Configure PA level transmit ring limit"),
		leaf("tx-queue-limit <n>", "Configure card level transmit queue limit"),
		leaf("dampening [<line>]", "Enable event dampening"),
		leaf("loopback [<line>]", "Configure internal loopback on an interface"),
		leaf("mdix auto", "Set Media Dependent Interface with Crossover"),
		leaf("macro <line>", "Command macro"),
		list("port {monitor|storm-control|network|group|block} <line>", "Port"),
		leaf("port-name <line>", "Name of the port"),
		leaf("protected", "Protected port"),
		section("vlan-id dot1q <n>", "VLAN of the port", ConfigVLANPort, "n"),
		section("vlan-range dot1q <line>", "VLANs of the port", ConfigVLANPort),
		leaf("endpoint-tracker <name>", "Tracker of an endpoint"),
		list("wrr-queue <line>", "Configure weighted round-robin xmit queues"),
		list("rcv-queue <line>", "Configure receive queues"),
		list("queue-set <n>", "Choose a queue set for this queue"),
		leaf("priority-queue out", "Priority queue"),
		list("srr-queue <line>", "Configure shaped round-robin transmit queues"),
		list("auto qos <line>", "Configure AutoQoS"),
		list("trust <line>", "Trust"),
		list("ethernet <line>", "Ethernet interface parameters"),
		leaf("history {bps|pps} [<line>]", "Interface history"),
		leaf("plim <line>", "Physical layer"),
		leaf("rep <line>", "Resilient Ethernet Protocol"),
		leaf("udld <line>", "Configure UDLD"),
		leaf("access-session <line>", "Access Session specific Interface Configuration Commands"),
		leaf("device-tracking [<line>]", "Device tracking"),
		list("macsec [<line>]", "Enable macsec on the interface"),
		list("mka <line>", "MACsec Key Agreement"),
		list("source template <name>", "Get config from a source"),
		list("utd <line>", "Unified threat defense"),
		leaf("vnet trunk [<line>]", "Virtual network trunk"),
		section("vnet name <name>", "Virtual network", ConfigVNet, "name"),
		list("domain <line>", "Performance routing domain of the port"),
		list("pfr <line>", "Performance routing"),
		list("flow-sampler <name> [<line>]", "Flow sampler"),
		list("lisp mobility <line>", "LISP"),
		list("segment-routing <line>", "Segment routing"),
		leaf("pppoe enable [group <word>]", "Enable PPPoE"),
		list("pppoe max-sessions <line>", "PPPoE"),
		leaf("vpdn <line>", "VPDN"),
	},
	atmCommands, modemCommands,
)

// modemCommands are those of ISDN, cellular and asynchronous interfaces.
var modemCommands = []*grammar.Command{
	leaf("dialer in-band [no-parity|odd-parity]", "Set in-band dialing"),
	list("isdn <line>", "ISDN Interface configuration commands"),
	list("async {default|dynamic|tcp} <line>", "Async interface parameters"),
	leaf("group-range <line>", "Specify range of a group"),
	leaf("member <line>", "Member of the group"),
	list("autodetect encapsulation <line>", "Autodetect encapsulations"),
	list("backup {active|delay|interface|load|switchover} <line>", "Modify backup parameters"),
	leaf("multilink-group <n>", "Put interface in a multilink bundle"),
	leaf("multilink min-links <n>", "Links of the bundle"),
	list("cellular <line>", "Cellular"),
	list("gsm <line>", "GSM"),
	list("lte <line>", "LTE"),
	list("service-module {enable|external|fail-open|heartbeat-reset|ip|mgf|t1} [<line>]", "Service module settings"),
	list("nim-slot <line>", "Slot"),
	list("imc <line>", "Management controller of the server"),
	list("map-class <line>", "Map class"),
	list("map-group <word>", "Configure static map group"),
	list("smds <line>", "SMDS"),
	leaf("virtual-profile", "Virtual profile"),
	leaf("compress <line>", "Set serial interface for compression"),
	list("ntp {broadcast|disable|multicast} [<line>]", "Configure NTP"),
	list("clns <line>", "CLNS interface subcommands"),
	list("appletalk <line>", "Appletalk interface subcommands"),
	list("ipx <line>", "Novell/IPX interface subcommands"),
	list("llc2 <line>", "LLC2 Interface Subcommands"),
	list("lapb <line>", "X.25 Level 2 parameters"),
	list("x25 <line>", "X.25 Level 3"),
	list("rmon <line>", "Configure Remote Monitoring on an interface"),
	list("timeout <line>", "Define timeout values for this interface"),
	list("transmitter-delay <n>", "Set dead-time after transmitting a datagram"),
}

// atmCommands are those of ATM interfaces.
var atmCommands = []*grammar.Command{
	list("atm <line>", "Modify ATM parameters"),
	either("atm ilmi-keepalive", "Configure ILMI keepalive"),
	leaf("atm ilmi-keepalive <n>", "Configure ILMI keepalive"),
	leaf("bundle-enable", "Enable bundles"),
	leaf("class-int <name>", "Configure default vc-class name"),
	section("bundle <name>", "VC bundle", ConfigATMVC, "name"),
}

// ConfigCTS is the mode of trusted security on a link.
var ConfigCTS = mode("config-if-cts-manual", "CTS manual commands:", family("CTS", "policy", "propagate", "sap"))

// ConfigVLANPort is the mode of VLANs on a port.
var ConfigVLANPort = mode("config-if-vlan-id", "VLAN of a port commands:", join(family("VLAN of a port", "pppoe", "protocol"),
	[]*grammar.Command{{Syntax: "exit-vlan-config", Help: "Leave the VLAN", Hidden: true}}))

// ConfigDLCI is the mode of a DLCI.
var ConfigDLCI = mode("config-fr-dlci", "DLCI commands:", family("DLCI", "auto", "class", "payload-compression", "vofr", "x25", "xconnect"))

// ConfigVNI is the mode of a VNI of an interface.
var ConfigVNI = mode("config-if-nve-vni", "VNI commands:", family("VNI", "ingress-replication", "local-routing", "mcast-group"))

// ConfigVNet is the mode of a virtual network on an interface.
var ConfigVNet = mode("config-if-vnet", "Virtual network commands:", family("Virtual network", "description", "ip", "ipv6", "bandwidth", "delay", "shutdown"))

// ipv6PortCommands are commands of IPv6 on an interface. Nothing acts on them.
var ipv6PortCommands = join(
	eithers("IPv6", "ipv6 mfib forwarding input", "ipv6 mfib forwarding output", "ipv6 pim", "ipv6 mld router"),
	family("IPv6 interface subcommand", "ipv6 accounting", "ipv6 authentication", "ipv6 bandwidth-percent", "ipv6 flow", "ipv6 hello-interval", "ipv6 hold-time", "ipv6 inspect", "ipv6 lisp", "ipv6 mld", "ipv6 mobile", "ipv6 mode", "ipv6 multicast boundary",
		"ipv6 nat", "ipv6 next-hop-self", "ipv6 policy", "ipv6 rsvp", "ipv6 snooping", "ipv6 source-guard", "ipv6 split-horizon", "ipv6 summary-address", "ipv6 unnumbered", "ipv6 virtual-reassembly", "ipv6 wccp", "ipv6 destination-guard", "ipv6 next-hop"),
)

// vrrpFamily opens a VRRP group of version 3.
var vrrpFamily = &grammar.Command{
	Syntax: "vrrp <n> address-family {ipv4|ipv6}", Help: "Address family of a group", Kind: grammar.Section, Effect: grammar.NoEffect,
	Opens: ConfigVRRP, Key: []string{"n", "ipv4", "ipv6"}, Close: "exit-vrrp",
}

// ConfigVRRP is the mode of a VRRP group of version 3.
var ConfigVRRP = mode("config-if-vrrp", "VRRP group commands:", join(
	eithers("VRRP group", "preempt", "shutdown", "vrrpv2"),
	family("VRRP group", "address", "advertisement", "authentication", "bfd", "description", "match-address", "preempt delay", "priority", "timers", "track", "vrrs"),
	[]*grammar.Command{{Syntax: "exit-vrrp", Help: "Leave the group", Hidden: true}},
))

// keepSuffix gives a line that opens an interface again what was said of its
// kind when it was opened first: "point-to-point".
func keepSuffix(t *grammar.Tree, l *grammar.Line) {
	if l.No || l.Default || len(l.Words) != 2 {
		return
	}
	if old := t.Open(l); old != nil && len(old.Line.Words) > 2 {
		l.Words = append(l.Words, old.Line.Words[2:]...)
	}
}

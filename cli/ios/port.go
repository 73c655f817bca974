package ios

import "axle/cli/grammar"

// portCommands are those of physical ports. They follow "shutdown".
var portCommands = []*grammar.Command{
	leaf("duplex {auto|full|half}", "Configure duplex operation"),
	leaf("speed {auto|10|100|1000|10000}", "Configure speed operation"),
	leaf("media-type {rj45|sfp|auto-select}", "Interface media type"),
	leaf("negotiation auto", "Enable link autonegotiation"),
	leaf("serial restart-delay <n>", "Serial interface commands"),
	leaf("clock rate <n>", "Configure serial interface clock speed"),
	leaf("channel-group <n> [mode {active|on|passive|desirable [non-silent|silent]|auto}]", "Etherchannel of this interface"),
	list("lacp {fast-switchover|max-bundle <n>|min-bundle <n>|port-priority <n>|rate {fast|normal}}", "LACP interface subcommands"),
	list("port-channel <line>", "Etherchannel/port bundling configuration"),
	leaf("switchport", "Set switching mode characteristics"),
	list("switchport <line>", "Set switching mode characteristics"),
	list("spanning-tree <line>", "Spanning tree subsystem"),
	list("standby <line>", "HSRP interface configuration commands"),
	list("vrrp <line>", "VRRP interface configuration commands"),
	list("glbp <line>", "Gateway Load Balancing Protocol interface commands"),
	list("isis <line>", "IS-IS commands"),
	leaf("cdp enable", "Enable CDP on interface"),
	leaf("lldp transmit", "Enable LLDP transmission on interface"),
	leaf("lldp receive", "Enable LLDP reception on interface"),
	onByDefault("mop enabled", "Enable MOP for interface"),
	onByDefault("mop sysid", "Send MOP SYSID"),
	list("cts <line>", "Configure CTS commands"),
	leaf("fair-queue", "Enable Fair Queuing on an Interface"),
	leaf("ethernet lmi ce", "Ethernet Local Management Interface"),
	list("ppp <line>", "Point-to-Point Protocol"),
	list("dialer <line>", "Dial-on-demand routing (DDR) commands"),
	list("peer <line>", "Peer parameters for point to point interfaces"),
	list("pppoe-client <line>", "pppoe client"),
	list("frame-relay <line>", "Set frame relay parameters"),
}

// accessCommands are commands of switch ports and of the media below them. They
// follow portCommands.
var accessCommands = []*grammar.Command{
	leaf("arp timeout <n>", "Set ARP cache timeout"),
	leaf("bandwidth inherit [<n>]", "Specify how bandwidth is inherited"),
	list("authentication {control-direction|event|fallback|host-mode|linksec|order|port-control|priority|timer|violation} <line>", "Auth Manager Interface Configuration Commands"),
	leaf("authentication open", "Enable or Disable open access on this port"),
	leaf("authentication periodic", "Enable or Disable Reauthentication for this port"),
	list("dot1x <line>", "Interface Config Commands for IEEE 802.1X"),
	leaf("mab [eap]", "MAC Authentication Bypass Interface Config Commands"),
	list("bgp-policy <line>", "Apply policy propagated by bgp community string"),
	list("bridge-group <line>", "Transparent bridging interface parameters"),
	leaf("carrier-delay <line>", "Specify delay for interface transitions"),
	leaf("dialer-group <n>", "Assign interface to dialer-list"),
	list("dsl <line>", "Configure DSL interface parameters"),
	list("flowcontrol {receive|send} {desired|off|on}", "Configure flow operation", "receive", "send"),
	list("l2protocol-tunnel [<line>]", "Tunnel Layer2 protocols"),
	list("logging event {bundle-status|link-status|nfas-status|power-inline-status|spanning-tree [status]|status|subif-link-status|trunk-status}", "Interface events"),
	leaf("port-type {eni|nni|uni}", "Configure port type"),
	leaf("power inline <line>", "Inline power configuration"),
	leaf("priority-flow-control mode {auto|off|on}", "PFC admin mode"),
	list("private-vlan <line>", "Configure private VLAN"),
	list("platform qos <line>", "QoS of the platform"),
	list("redundancy <line>", "RG redundancy interface configuration"),
	leaf("routing dynamic", "Send and receive dynamic routing information"),
	list("snmp trap <line>", "Allow a specific SNMP trap"),
	leaf("snmp ifindex persist", "Persist interface indices"),
	list("storm-control <line>", "Storm configuration"),
	leaf("transport-mode <line>", "Configure transport mode"),
	leaf("vtp", "Enable VTP on this interface"),
	list("ntp <line>", "Configure NTP"),
	list("mls <line>", "mls interface commands"),
	leaf("async mode {dedicated|interactive}", "Async interface mode"),
	leaf("dialer-list <n>", "Associate a dialer list"),
	section("pvc <line>", "Configure ATM PVC parameters", ConfigATMVC),
	section("service instance <n> ethernet [<name>]", "Configure Ether Service", ConfigServiceInstance, "n"),
	section("xconnect <address> <n> <line>", "Xconnect commands", ConfigXconnect, "address", "n"),
}

// ipPortCommands are commands of IP on an interface that come after the common
// ones.
var ipPortCommands = []*grammar.Command{
	list("ip arp inspection <line>", "Configure dynamic ARP inspection"),
	leaf("ip bgp fast-external-fallover {deny|permit}", "Fast external fallover"),
	list("ip dhcp client <line>", "Configure parameters for DHCP client"),
	list("ip dhcp relay information <line>", "DHCP relay information option"),
	list("ip dhcp snooping <line>", "DHCP Snooping"),
	leaf("ip directed-broadcast [<n>]", "Enable forwarding of directed broadcasts"),
	leaf("ip mask-reply", "Enable sending ICMP Mask Reply messages"),
	list("ip multicast <line>", "IP multicast interface commands"),
	leaf("ip router isis [<word>]", "IS-IS Routing for IP"),
	list("ip rsvp <line>", "RSVP Interface Commands"),
	list("ip rtp <line>", "RTP parameters"),
	leaf("ip sap listen", "Session Announcement Protocol"),
	leaf("ip sticky-arp [ignore]", "Allow the creation of sticky ARP entries"),
	leaf("ip tcp header-compression [<line>]", "Enable TCP header compression"),
	list("ip traffic-export <line>", "Apply a traffic export profile"),
	leaf("ip verify unicast <line>", "Enable per packet validation for unicast"),
	leaf("ip verify source <line>", "Verify source"),
	leaf("ip vrf autoclassify source", "Classify by the source address"),
	list("ip vrf receive <name>", "Receive from a VRF"),
	leaf("ip vrf select source", "Select the VRF by the source address"),
	leaf("ip vrf sitemap <name>", "Configure VRF sitemap"),
	list("ip wccp <line>", "WCCP IPv4 interface commands"),
	list("ipv6 dhcp <line>", "IPv6 DHCP interface subcommands"),
	leaf("ipv6 router isis [<word>]", "IS-IS Routing for IPv6"),
	onByDefault("ipv6 redirects", "Enable sending of ICMP Redirect messages"),
	onByDefault("ipv6 unreachables", "Enable sending of ICMP Unreachable messages"),
	leaf("ipv6 verify unicast <line>", "Enable per packet validation for unicast"),
}

// The modes of circuits of an interface.
var (
	ConfigATMVC = mode("config-if-atm-vc", "ATM virtual circuit configuration commands:", []*grammar.Command{
		leaf("encapsulation <line>", "Select ATM Encapsulation for VC"),
		list("protocol <line>", "Map an upper layer protocol to this connection"),
		list("dialer <line>", "Set pool this interface belongs to"),
		leaf("ubr <line>", "Unspecified Bit Rate"),
		leaf("vbr-nrt <line>", "Variable Bit Rate"),
		leaf("oam-pvc <line>", "Send oam cells on this PVC"),
		leaf("pppoe-client <line>", "pppoe client"),
		list("service-policy {in|input|out|output} <name>", "Attach a policy-map to a VC"),
	})
	ConfigServiceInstance = mode("config-if-srv", "Ethernet EFP configuration commands:", []*grammar.Command{
		leaf("description <line>", "Service instance specific description"),
		leaf("encapsulation <line>", "Configure Ethernet encapsulation"),
		list("rewrite <line>", "Configure Rewrite criterion"),
		list("l2protocol <line>", "Configure l2 control protocol processing"),
		list("service-policy {in|input|out|output} <name>", "Attach a policy-map to an EFP"),
		leaf("xconnect <line>", "Xconnect commands"),
		leaf("bridge-domain <line>", "Bridge-domain"),
		leaf("shutdown", "Take the Service Instance out of Service"),
	})
	ConfigXconnect = mode("config-if-xconn", "Xconnect configuration commands:", []*grammar.Command{
		list("backup <line>", "Redundant peer"),
		leaf("mtu <n>", "MTU of the pseudowire"),
		leaf("remote circuit id <n>", "Circuit at the far end"),
	})
)

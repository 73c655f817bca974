package ios

import "axle/cli/grammar"

// platformCommands are lines about the box that a running-config of IOS-XE has
// near its top. Nothing acts on them.
var platformCommands = []*grammar.Command{
	onByDefault("platform punt-keepalive disable-kernel-core", "Disable kernel core on punt-keepalive failure"),
	list("platform <line>", "platform specific configuration"),
}

// diagnosticCommands stand behind the certificates. Nothing acts on them.
var diagnosticCommands = []*grammar.Command{
	leaf("subscriber templating", "Subscriber templating"),
	leaf("pae", "802.1X port access entity"),
	leaf("threat-visibility", "Threat visibility"),
	list("login <line>", "Enable secure login checking"),
	list("diagnostic <line>", "Configure diagnostic information"),
	leaf("ethernet lmi ce", "Ethernet Local Management Interface"),
	section("virtual-service <name>", "Virtual service", ConfigVirtualService, "name"),
	list("bsd-client <line>", "BSD client"),
}

// callHome is the last section of a running-config of IOS-XE.
var callHome = broken(section("call-home", "Enter call-home configuration mode", ConfigCallHome))

// vlanSection opens a VLAN. Nothing acts on it.
var vlanSection = section("vlan <vlan-id>", "VLAN commands", ConfigVLAN, "vlan-id")

// gatekeeperSection opens the H.323 gatekeeper. Nothing acts on it.
var gatekeeperSection = broken(section("gatekeeper", "Configure a gatekeeper", ConfigGatekeeper))

// The modes of these sections.
var (
	ConfigVirtualService = mode("config-virt-serv", "Virtual service configuration commands:", []*grammar.Command{
		leaf("activate", "Activate"),
		leaf("ip shared host-interface <interface>", "Share the address of an interface"),
		list("vnic <line>", "Configure virtual network interface"),
	})
	ConfigCallHome = mode("cfg-call-home", "Call-home configuration commands:", join([]*grammar.Command{
		leaf("contact-email-addr <word>", "System Contact's email address"),
		list("mail-server <line>", "Configure call-home mail_server"),
		either("http secure server-identity-check", "Check the server's identity"),
		leaf("sender <line>", "Call home msg's sender email addresses"),
		leaf("http-proxy <line>", "Http proxy server"),
		leaf("service-id <word>", "Service id"),
		leaf("source-interface <interface>", "Source interface name to send call-home messages"),
	}, family("Call-home parameter", "aaa-authorization", "alert-group", "alert-group-config", "contract-id", "copy profile", "customer-id", "data-privacy", "http resolve-hostname", "phone-number", "rate-limit", "rename profile", "site-id", "source-ip-address", "street-address", "syslog-throttling", "vrf", "crashdump-collection"), []*grammar.Command{
		section("profile <name>", "Enter call-home profile configuration mode", ConfigCallHomeProfile, "name"),
	}))
	ConfigCallHomeProfile = mode("cfg-call-home-profile", "Call-home profile configuration commands:", []*grammar.Command{
		either("active", "Activate the current profile"),
		either("destination transport-method email", "Send by email"),
		either("destination transport-method http", "Send by HTTP"),
		list("destination <line>", "Message destination related configuration"),
		leaf("anonymous-reporting-only", "Only anonymous reports"),
		either("reporting smart-call-home-data", "Smart Call Home"),
		either("reporting smart-licensing-data", "Smart licensing report"),
		list("subscribe-to-alert-group <line>", "Subscribe to alert-group"),
	})
	ConfigObjectGroup = mode("config-group", "Object group configuration commands:", []*grammar.Command{
		leaf("description <line>", "Object group specific description"),
		list("group-object <name>", "Nested object group"),
		list("host <word>", "Host address of the object-group member"),
		list("range <address> <ip>", "Range"),
		list("any", "Any host"),
		list("<network> <mask>", "Network address of the group members"),
		list("network-object <line>", "Network address of the group members"),
		list("service-object <line>", "Service of the group members"),
		list("icmp [<line>]", "Internet Control Message Protocol"),
		list("tcp [<line>]", "Transmission Control Protocol"),
		list("udp [<line>]", "User Datagram Protocol"),
		list("tcp-udp <line>", "TCP or UDP"),
		list("ip", "Any Internet Protocol"),
		list("{ahp|eigrp|igmp|ipinip|nos|ospf|pcp|pim|sctp|ipv6-icmp} [<line>]", "Protocol"),
		with(list("<protocol-number>", "Number of a protocol"), args{"protocol-number": num(0, 255, "An IP protocol number")}),
		list("esp", "Encapsulation Security Payload"),
		list("gre", "Cisco's GRE tunneling"),
	})
	ConfigGatekeeper = mode("config-gk", "Gatekeeper configuration commands:", []*grammar.Command{
		leaf("shutdown", "Shutdown the gatekeeper"),
		list("zone <line>", "Establish a local or remote zone"),
	})
)

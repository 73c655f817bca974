package ios

import "axle/cli/grammar"

// dhcpCommands are the services of DHCP. Nothing acts on them.
var dhcpCommands = []*grammar.Command{
	either("ip dhcp use vrf connected", "Use the VRF of the interface"),
	either("ip dhcp conflict logging", "Record address conflicts in log file"),
	list("ip dhcp {binding|bootp|class-list|compatibility|conflict|database|limit|limited-broadcast-address|ping|route|server|support|update|use} [<line>]", "Configure DHCP server and relay parameters"),
	list("ip dhcp relay {bootp|forward|information|override|prefer|source-interface} <line>", "DHCP relay agent parameters"),
	list("ip dhcp excluded-address <line>", "Prevent DHCP from assigning certain addresses"),
	list("ip dhcp snooping [<line>]", "DHCP Snooping"),
	leaf("ip dhcp aaa default username <line>", "AAA"),
	section("ip dhcp class <name>", "Configure DHCP classes", ConfigDHCPClass, "name"),
	broken(section("ip dhcp pool <name>", "Configure DHCP address pools", ConfigDHCP, "name")),
	leaf("ip dhcp-server <line>", "Specify address of DHCP server to use"),
	leaf("ip dhcp-client <line>", "Configure parameters for DHCP client operation"),
	leaf("ip dhcp-relay source-interface <interface>", "Source interface of relayed messages"),
}

// dhcp6Commands are the services of DHCP for IPv6. Nothing acts on them.
var dhcp6Commands = []*grammar.Command{
	section("ipv6 dhcp pool <name>", "Configure IPv6 DHCP address pools", ConfigDHCP6, "name"),
	section("ipv6 dhcp guard policy <name>", "DHCP guard", ConfigFirstHop, "name"),
	list("ipv6 dhcp <line>", "Configure IPv6 DHCP"),
}

// The modes of DHCP.
var (
	ConfigDHCP = mode("dhcp-config", "DHCP pool configuration commands:", join(
		[]*grammar.Command{
			leaf("import all", "Import all applicable options"),
			leaf("relay source <line>", "Source of relayed requests"),
			list("relay destination <line>", "Destination of relayed requests"),
			leaf("vrf <name>", "Associate this pool with a VRF"),
			list("network <line>", "Network number and mask"),
			leaf("host <line>", "Client IP address and mask"),
			leaf("client-identifier <line>", "Client identifier"),
			leaf("hardware-address <line>", "Client hardware address"),
			leaf("client-name <word>", "Client name"),
			leaf("bootfile <word>", "Boot file name"),
			leaf("next-server <line>", "Next server in boot process"),
			leaf("default-router <line>", "Default routers"),
			leaf("dns-server <line>", "DNS servers"),
			leaf("domain-name <line>", "Domain name"),
			leaf("netbios-name-server <line>", "NetBIOS (WINS) name servers"),
			leaf("netbios-node-type <line>", "NetBIOS node type"),
			list("option <line>", "Raw DHCP options"),
			list("address <line>", "Address of a client"),
			leaf("lease <line>", "Address lease time"),
		},
		[]*grammar.Command{
			section("class <name>", "Specify a DHCP class", ConfigDHCPPoolClass, "name"),
			list("update <line>", "Dynamic updates"),
			list("utilization mark <line>", "Configure utilization percentage"),
			leaf("origin <line>", "Configure the origin of the pool"),
			leaf("accounting <line>", "Send accounting start and stop messages"),
			leaf("reserved-only", "Only assign reserved addresses"),
			leaf("renew deny unknown", "Configure renewal policy"),
			leaf("subnet prefix-length <line>", "Subnet allocation commands"),
			leaf("remember", "Remember released bindings"),
			list("override <line>", "Override parameters of the pool"),
			leaf("default-router-lease <line>", "Lease of the default router"),
		},
	))
	ConfigDHCPPoolClass = mode("config-dhcp-pool-class", "DHCP pool class commands:", []*grammar.Command{
		list("address range <line>", "Configure address range"),
	})
	ConfigDHCPClass = mode("config-dhcp-class", "DHCP class commands:", []*grammar.Command{
		list("option <line>", "Raw DHCP options"),
		section("relay agent information", "Relay agent information option", ConfigDHCPRelayInfo),
		leaf("remark <line>", "Specify a remark for this class"),
	})
	ConfigDHCPRelayInfo = mode("config-dhcp-class-relayinfo", "DHCP relay information commands:", []*grammar.Command{
		list("relay-information hex <line>", "Specify hex string"),
	})
	ConfigDHCP6 = mode("config-dhcpv6", "IPv6 DHCP pool configuration commands:", []*grammar.Command{
		list("address prefix <line>", "IPv6 address allocation"),
		list("prefix-delegation <line>", "IPv6 prefix delegation"),
		list("dns-server <line>", "DNS servers"),
		list("domain-name <line>", "Domain name to complete unqualified host names"),
		list("import <line>", "Import options"),
		list("information refresh <line>", "Information refresh option"),
		list("link-address <prefix6>", "Link-address to match"),
		list("nis <line>", "NIS server options"),
		list("nisp <line>", "NISP server options"),
		list("sip <line>", "SIP server options"),
		list("sntp address <line>", "SNTP server options"),
		list("option <line>", "DHCPv6 options"),
		leaf("bootfile-url <line>", "Boot file"),
		leaf("vrf <name>", "Associate this pool with a VRF"),
		leaf("accounting <line>", "Accounting"),
		section("vendor-specific <n>", "Configure vendor-specific option", ConfigDHCP6Vendor, "n"),
	})
	ConfigDHCP6Vendor = mode("config-dhcpv6-vs", "IPv6 DHCP vendor commands:", []*grammar.Command{
		list("suboption <line>", "Vendor-specific suboption"),
	})
	ConfigFirstHop = mode("config-nd-raguard", "IPv6 first hop security commands:", family("First hop security",
		"data-glean", "destination-glean", "device-role", "drop-unsecure", "hop-limit", "limit", "managed-config-flag", "match", "medium-type-wireless",
		"other-config-flag", "permit", "preference", "prefix-glean", "protocol", "router-preference", "sec-level", "security-level", "tracking",
		"trusted-port", "validate"))
)

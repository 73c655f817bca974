package ios

import "axle/cli/grammar"

// The groups of GET VPN and Easy VPN. Nothing acts on them.
var (
	gdoiGroup     = spelled(section("crypto gdoi group [ipv6] <name>", "Configure a GKM Group", ConfigGDOI, "name"), "crypto gkm group [ipv6] <name>")
	isakmpGroup   = section("crypto isakmp client configuration group <name>", "Set group profile attributes", ConfigIsakmpGroup, "name")
	ipsecEasyVPN  = section("crypto ipsec client ezvpn <name>", "Cisco Easy VPN", ConfigEasyVPN, "name")
	groupSections = []*grammar.Command{gdoiGroup, isakmpGroup, ipsecEasyVPN}
)

// The modes of the groups.
var (
	ConfigGDOI = mode("config-gdoi-group", "GDOI group configuration commands:", []*grammar.Command{
		leaf("identity {number <n>|address <line>}", "Set the identity of the group"),
		list("server address <line>", "Set the group server address"),
		section("server local", "Configure GDOI server", ConfigGDOIServer),
		list("client <line>", "Set the group client parameters"),
		leaf("client bypass-policy", "Bypass policy"),
		leaf("passive", "Set the group in passive mode"),
		leaf("fail-close [<line>]", "Fail close"),
	})
	ConfigGDOIServer = mode("gdoi-local-server", "GDOI local server configuration commands:", join(
		[]*grammar.Command{
			list("rekey <line>", "Rekey"),
			list("authorization <line>", "Authorization"),
			section("sa ipsec <n>", "Configure an IPsec SA", ConfigGDOISA, "n"),
			leaf("sa {d3p <line>|receive-only}", "Settings of all SAs"),
			list("address <line>", "Set address"),
			section("redundancy", "Redundancy", ConfigGDOIRedundancy),
			section("identifier", "Sender identifiers", ConfigGDOIRedundancy),
		},
		family("GDOI server", "d3p", "gikev2", "group size", "gdoi", "pfs", "registration"),
	))
	ConfigGDOIRedundancy = mode("gdoi-coop-ks-config", "GDOI redundancy configuration commands:", family("GDOI redundancy", "local", "peer", "protocol", "range", "value", "ksid", "resync"))
	ConfigGDOISA         = mode("gdoi-sa-ipsec", "GDOI IPsec SA configuration commands:", []*grammar.Command{
		leaf("profile <name>", "Configure an IPsec profile"),
		list("match address <line>", "Match criteria"),
		either("replay", "Replay check"),
		list("replay <line>", "Set replay method"),
		list("tag <line>", "Tagging"),
		leaf("receive-only", "Receive only"),
	})
	ConfigIsakmpGroup = mode("config-isakmp-group", "ISAKMP group policy config commands:", []*grammar.Command{
		leaf("key <line>", "pre-shared key/IKE password"),
		leaf("dns <line>", "DNS Addresses"),
		leaf("wins <line>", "WINS Addresses"),
		leaf("domain <word>", "Set default domain name to send to client"),
		leaf("pool <name>", "Set name of address pool"),
		leaf("acl <name>", "Specify split tunneling inclusion access-list number"),
		list("backup-gateway <line>", "Specify list of backup gateways"),
		leaf("save-password", "Allows remote client to save XAUTH password"),
		leaf("netmask <mask>", "netmask used by the client for local connectivity"),
		list("split-dns <word>", "DNS name to append for resolution"),
		leaf("include-local-lan", "Enable Local LAN Access with no split tunnel"),
		leaf("max-users <n>", "Maximum number of users for this group"),
		leaf("max-logins <n>", "Maximum number of logins for this group"),
		leaf("pfs", "The client should propose PFS"),
		leaf("group-lock", "Enforce group lock feature"),
		list("firewall <line>", "Firewall of the client"),
		list("dhcp <line>", "DHCP of the client"),
		list("configuration <line>", "Configuration of the client"),
		list("auto-update <line>", "Updates of the client"),
		list("crypto aaa attribute list <name>", "Attributes"),
		leaf("access-restrict <interface>", "Restrict access to an interface"),
		leaf("browser-proxy <name>", "Browser proxy"),
		leaf("smartcard-removal-disconnect", "Disconnect when the smart card goes"),
		leaf("subscriber-attribute <name>", "Attribute"),
		{
			Syntax: "banner <text>", Help: "Specify mode config banner", Kind: grammar.Leaf, Effect: grammar.NoEffect, Body: grammar.Delimited,
			Args: args{"text": grammar.Rest{What: "c banner-text c, where 'c' is a delimiting character"}},
		},
	})
	ConfigEasyVPN = mode("config-crypto-ezvpn", "Crypto EzVPN configuration commands:", []*grammar.Command{
		leaf("connect {auto|manual|acl <word>}", "Method to connect"),
		leaf("group <line>", "Group name and key"),
		leaf("mode {client|network-extension|network-plus}", "Mode"),
		list("peer <line>", "Allowed Encryption/Decryption peer"),
		leaf("virtual-interface [<n>]", "Virtual interface"),
		leaf("username <line>", "Username and password"),
		leaf("xauth userid mode {http-intercept|interactive|local}", "Extended authentication"),
		list("acl <word>", "Traffic to be protected"),
		leaf("local-address <interface>", "Interface of the local address"),
		leaf("idletime <n>", "Idle time"),
		leaf("backup <line>", "Backup"),
		list("flow <line>", "Flows"),
		list("nat <line>", "NAT"),
		leaf("ctcp <line>", "Tunnel over TCP"),
	})
)

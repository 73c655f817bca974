package ios

import "axle/cli/grammar"

// aaaCommands are authentication, authorization and accounting, in the order of
// running-config. Nothing acts on them.
var aaaCommands = join(
	[]*grammar.Command{
		section("aaa group server <word> <name>", "AAA group definitions", ConfigServerGroup, "word", "name"),
		{
			Syntax: "aaa authentication {banner|fail-message} <text>", Help: "Message to use when login/authentication fails", Kind: grammar.List,
			Effect: grammar.NoEffect, Key: []string{"banner", "fail-message"}, Body: grammar.Delimited,
			Args: args{"text": grammar.Rest{What: "c message-text c, where 'c' is a delimiting character"}},
		},
		section("aaa attribute list <name>", "AAA attribute list definitions", ConfigAttributeList, "name"),
		section("aaa server radius {dynamic-author|proxy|policy-device}", "Local RADIUS server", ConfigDynamicAuthor, "dynamic-author", "proxy", "policy-device"),
		section("aaa common-criteria policy <name>", "AAA common-criteria type command", ConfigCriteria, "name"),
		list("aaa authentication <line>", "Authentication configurations parameters"),
		list("aaa authorization <line>", "Authorization configurations parameters"),
		section("aaa accounting <line>", "Accounting configurations parameters", ConfigAccounting),
		list("aaa server <line>", "AAA server"),
		list("aaa attribute <line>", "AAA attributes"),
		list("aaa <line>", "Authentication, Authorization and Accounting"),
	},
)

// authServerCommands are the servers that AAA asks.
var authServerCommands = []*grammar.Command{
	section("radius server <name>", "Server configuration", ConfigServer, "name"),
	section("tacacs server <name>", "Server configuration", ConfigServer, "name"),
	section("ldap server <name>", "Server configuration", ConfigServer, "name"),
	section("ldap attribute-map <name>", "LDAP attribute map", ConfigLDAPMap, "name"),
	section("identity profile <line>", "Identity profile", ConfigIdentity),
	section("identity policy <name>", "Identity policy", ConfigIdentity, "name"),
	list("eap <line>", "EAP methods and profiles"),
	list("dot1x <line>", "IEEE 802.1X global configuration commands"),
	list("authentication {command|convert-to|critical|display|enable|logging|mac-move} <line>", "Auth Manager global configuration commands"),
	list("access-session <line>", "Access session global configuration commands"),
	list("device-sensor <line>", "IOS sensor commands"),
	leaf("device-tracking binding <line>", "Device tracking"),
	section("device-tracking policy <name>", "Device tracking policy", ConfigIdentity, "name"),
	list("device-tracking tracking [<line>]", "Device tracking"),
	leaf("mab request format attribute <line>", "MAC authentication bypass"),
	section("service-template <name>", "Service template", ConfigServiceTemplate, "name"),
	section("parser view <name> [superview]", "View commands", ConfigView, "name"),
	section("parser view <name> inclusive", "View commands", ConfigView, "name"),
	leaf("parser cache", "Parser cache"),
	leaf("parser config cache interface", "Cache of interface configuration"),
	leaf("parser config partition", "Partitions of the configuration"),
	leaf("parser command serializer", "Order of commands"),
}

// The modes of AAA.
var (
	ConfigServerGroup = mode("config-sg-tacacs+", "Server group commands:", []*grammar.Command{
		list("server <line>", "Specify a server"),
		list("server-private <line>", "Define a private server (per group)"),
		leaf("ip vrf forwarding <name>", "VRF"),
		leaf("vrf forwarding <name>", "VRF"),
		leaf("ip tacacs source-interface <interface>", "Specify interface for source address in TACACS packets"),
		leaf("ip radius source-interface <interface>", "Specify interface for source address in RADIUS packets"),
		leaf("ipv6 tacacs source-interface <interface>", "Specify interface for source address in TACACS packets"),
		leaf("ipv6 radius source-interface <interface>", "Specify interface for source address in RADIUS packets"),
		leaf("deadtime <n>", "Specify time in minutes to ignore an unresponsive server"),
		leaf("load-balance <line>", "Server group load-balancing options"),
		list("attribute <line>", "Customize selected radius attributes"),
		list("authorization <line>", "Authorization settings"),
		list("accounting <line>", "Accounting settings"),
		list("throttle <line>", "Throttle requests to the servers"),
		leaf("key-wrap enable", "Enable keywrap for radius server"),
		leaf("mac-delimiter <word>", "MAC delimiter for RADIUS compatibility mode"),
		leaf("subscriber mac-filtering <line>", "MAC filtering"),
		list("cache <line>", "Cached DB profile"),
	})
	ConfigServer = mode("config-server", "Server commands:", []*grammar.Command{
		list("address <line>", "Specify the server address"),
		list("ipv4 <line>", "Specify the server address"),
		leaf("timeout <n>", "Time to wait for this server to reply"),
		leaf("retransmit <n>", "Number of retries to the server"),
		passwordLine("key", "Set the server encryption key"),
		leaf("port <n>", "Port of the server"),
		leaf("single-connection", "Multiplex all packets over a single tcp connection to server"),
		leaf("send-nat-address", "Send the client's post-NAT address"),
		leaf("automate-tester <line>", "Configure server automated testing"),
		leaf("backoff exponential [<line>]", "Retry backoff pattern"),
		leaf("non-standard", "Attributes to be parsed that violate RADIUS standard"),
		passwordLine("pac key", "Protected Access Credential key"),
		leaf("key-wrap <line>", "Key wrap"),
		list("dtls [<line>]", "Configure DTLS parameters"),
		list("tls <line>", "Configure TLS parameters"),
		list("attribute <line>", "Attribute"),
		leaf("bind authenticate <line>", "Authenticated bind"),
		leaf("base-dn <line>", "Base distinguished name"),
		leaf("mode secure [<line>]", "Secure mode"),
		leaf("secure cipher <line>", "Cipher"),
		leaf("search-filter <line>", "Search filter"),
		leaf("authentication <line>", "Authentication"),
		leaf("transport port <n>", "Transport port"),
	})
	ConfigAccounting = mode("cfg-acct-mlist", "Accounting method list commands:", []*grammar.Command{
		leaf("action-type {none|start-stop|stop-only|wait-start} [<line>]", "Action type"),
		list("broadcast", "Use Broadcast for Accounting"),
		list("group <line>", "Use Server-group"),
	})
	ConfigAttributeList = mode("config-attr-list", "Attribute list commands:", []*grammar.Command{
		list("attribute <line>", "Define an attribute"),
	})
	ConfigDynamicAuthor = mode("config-locsvr-da-radius", "Local RADIUS server commands:", []*grammar.Command{
		list("client <line>", "Specify a RADIUS client"),
		passwordLine("server-key", "Encryption key shared with the RADIUS clients"),
		leaf("port <n>", "Specify the port on which server listens"),
		leaf("auth-type {all|any|session-key}", "Specify the server authorization type"),
		list("ignore <line>", "Override behaviour to ignore certain parameters"),
		list("domain <line>", "Username domain options"),
		list("dtls <line>", "Configure DTLS parameters"),
		list("tls <line>", "Configure TLS parameters"),
	})
	ConfigCriteria = mode("config-cc-policy", "Common criteria policy commands:", []*grammar.Command{
		leaf("min-length <n>", "Minimum length of the password"),
		leaf("max-length <n>", "Maximum length of the password"),
		leaf("numeric-count <n>", "Number of numeric characters"),
		leaf("upper-case <n>", "Number of upper-case characters"),
		leaf("lower-case <n>", "Number of lower-case characters"),
		leaf("special-case <n>", "Number of special characters"),
		leaf("char-changes <n>", "Number of changed characters"),
		leaf("char-repetition <n>", "Number of repeated characters"),
		leaf("lifetime <line>", "Lifetime of the password"),
	})
	ConfigLDAPMap = mode("config-attr-map", "LDAP attribute map commands:", []*grammar.Command{
		list("map type <line>", "Map of an attribute"),
	})
	ConfigIdentity = mode("config-identity-prof", "Identity commands:", []*grammar.Command{
		list("device <line>", "Action of a device"),
		list("access-group <word>", "Access group"),
		leaf("description <line>", "Description"),
		leaf("template <line>", "Template"),
		leaf("redirect url <line>", "Redirect"),
		leaf("device-role {node|switch}", "Role of the device on the port"),
		list("tracking <line>", "Override default tracking behavior"),
		list("limit <line>", "Specifies a limit"),
		list("security-level <line>", "Setup security level"),
		leaf("trusted-port", "Setup trusted port"),
		onByDefault("protocol udp", "Glean from UDP"),
	})
	ConfigServiceTemplate = mode("config-service-template", "Service template commands:", family("Service template",
		"access-group", "absolute-timer", "description", "inactivity-timer", "linksec policy", "redirect url", "sgt", "tag", "vlan", "voice vlan"))
	ConfigView = mode("config-view", "View commands:", []*grammar.Command{
		leaf("secret <line>", "Set a secret for the current view"),
		list("commands <line>", "Configure commands for a view"),
		list("view <name>", "View to be a part of the superview"),
	})
)

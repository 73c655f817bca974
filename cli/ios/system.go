package ios

import "axle/cli/grammar"

// versionCmd is the first line of a running-config: the release that the
// personality follows. It says nothing to this router and is not stored.
var versionCmd = &grammar.Command{Syntax: "version <line>", Help: "Version of the configuration", Hidden: true, Absent: "version 17.15"}

// bootCommands say nothing to this router; they leave no line. The two marks are
// always shown.
var bootCommands = []*grammar.Command{
	{Syntax: "boot-start-marker", Help: "Start of boot commands", Hidden: true, Absent: "boot-start-marker", Break: true},
	{Syntax: "boot-end-marker", Help: "End of boot commands", Hidden: true, Absent: "boot-end-marker"},
	{Syntax: "boot <line>", Help: "Modify system boot parameters", Hidden: true},
	{Syntax: "upgrade <line>", Help: "Commands used to configure automatic upgrade", Hidden: true},
}

// serviceCommands stand before the host name.
var serviceCommands = []*grammar.Command{
	list("service <line>", "Modify use of network based services"),
	serviceSequence, stampDebug, stampLog, serviceEncryption,
}

// systemCommands stand between the host name and the users, in the order of
// running-config.
var systemCommands = join(
	[]*grammar.Command{
		enableSecret, enablePassword, loggingBuffered, loggingConsole, loggingMonitor,
		{Syntax: "aaa new-model", Help: "Enable NEW access control commands and functions", Kind: grammar.Leaf, Effect: grammar.NoEffect, Absent: "no aaa new-model", Break: true},
	},
	[]*grammar.Command{
		section("aaa group server <word> <name>", "AAA group definitions", ConfigServerGroup, "word", "name"),
		list("aaa <line>", "Authentication, Authorization and Accounting"),
		with(leaf("clock timezone <zone> <hours> [<minutes>]", "Configure time zone"), args{"zone": grammar.Word{Max: 32, What: "name of time zone"}, "hours": hoursType{}, "minutes": num(0, 59, "Minutes offset from UTC")}),
		leaf("clock summer-time <line>", "Configure summer (daylight savings) time"),
		leaf("clock calendar-valid", "Hardware calendar is the authoritative time source"),
		list("mmi <line>", "MMI"),
		onByDefault("mmi auto-configure", "MMI auto-configure"),
		onByDefault("mmi pvc", "MMI PVC"),
		onByDefault("ip icmp rate-limit unreachable", "Rate limit unreachable messages"),
		list("ip icmp rate-limit unreachable <line>", "Rate limit unreachable messages"),
		list("process cpu <line>", "Process CPU thresholds"),
		list("memory <line>", "Configure memory management"),
		leaf("ip source-route", "Process packets with source routing header options"),
		list("ip dhcp excluded-address <line>", "Prevent DHCP from assigning certain addresses"),
		broken(section("ip dhcp pool <name>", "Configure DHCP address pools", ConfigDHCP, "name")),
		domainLookup, domainName,
		list("ip host <line>", "Add an entry to the ip hostname table"),
		nameServer,
		onByDefault("ip cef", "Cisco Express Forwarding"),
		leaf("ipv6 unicast-routing", "Enable unicast routing"),
		either("ipv6 cef", "Cisco Express Forwarding for IPv6"),
		list("ipv6 multicast-routing [<line>]", "Enable IPv6 multicast"),
		list("ipv6 host <line>", "Configure static hostnames"),
		leaf("ipv6 ioam timestamp", "In-band OAM"),
		leaf("ipv6 icmp error-interval <n>", "Configure ICMP error rate"),
		section("ipv6 dhcp pool <name>", "Configure IPv6 DHCP address pools", ConfigDHCP, "name"),
		list("ipv6 dhcp <line>", "Configure IPv6 DHCP"),
		leaf("ip multicast-routing [<line>]", "Enable IP multicast forwarding"),
		leaf("multilink bundle-name {authenticated|both|endpoint|host}", "Select method for naming bundles"),
		leaf("flow <line>", "Global Flow configuration subcommands"),
		list("cts <line>", "Cisco Trusted Security commands"),
	},
	[]*grammar.Command{
		broken(section("key chain <name>", "Key-chain management", ConfigKeyChain, "name")),
		section("radius server <name>", "Server configuration", ConfigServer, "name"),
		section("tacacs server <name>", "Server configuration", ConfigServer, "name"),
	},
	[]*grammar.Command{
		broken(section("crypto pki trustpoint <name>", "Define a CA trustpoint", ConfigTrustpoint, "name")),
		section("crypto pki server <name>", "Enable Certificate server", ConfigCertServer, "name"),
		broken(section("crypto pki certificate chain <name>", "Certificate chain", ConfigCertChain, "name")),
		section("crypto pki certificate map <name> <n>", "Certificate map", ConfigCertMap, "name", "n"),
	},
	diagnosticCommands,
	[]*grammar.Command{
		list("license <line>", "Configure license features"),
		list("spanning-tree <line>", "Spanning Tree Subsystem"),
	},
	[]*grammar.Command{
		userCmd,
		broken(section("redundancy", "Enter redundancy mode", ConfigRedundancy)),
		leaf("lldp run", "Enable LLDP"),
		onByDefault("cdp run", "Enable CDP"),
		onByDefault("cdp log mismatch duplex", "Log Duplex Mismatch"),
		list("cdp <line>", "Global CDP configuration subcommands"),
		vlanSection,
		list("vlan <line>", "Vlan commands"),
		list("vtp <line>", "Configure global VTP state"),
	},
)

// trackCommands and classes stand before the crypto blocks.
var trackCommands = []*grammar.Command{
	broken(section("track <n> <line>", "Object tracking configuration commands", ConfigTrack, "n")),
	leaf("ip tcp mss <n>", "TCP initial maximum segment size"),
	leaf("ip tcp synwait-time <n>", "Set time to wait on new TCP connections"),
	leaf("ip tcp path-mtu-discovery [<line>]", "Enable path-MTU discovery on new TCP connections"),
	leaf("ip ssh version {1|2}", "Specify protocol version to be supported"),
	leaf("ip ssh time-out <n>", "Specify SSH time-out interval"),
	leaf("ip ssh authentication-retries <n>", "Specify number of authentication retries"),
	leaf("ip ssh rsa keypair-name <name>", "Configure RSA keypair name for SSH"),
	list("ip ssh <line>", "Configure ssh options"),
	list("ip ftp <line>", "FTP configuration commands"),
	list("ip tftp <line>", "tftp configuration commands"),
	broken(section("class-map [type <word>] [match-all|match-any] <name>", "Configure QoS Class Map", ConfigClassMap, "name")),
	broken(section("policy-map [type <word>] <name>", "Configure QoS Policy Map", ConfigPolicyMap, "name")),
	section("archive", "Archive the configuration", ConfigArchive),
	broken(section("object-group network <name>", "network group", ConfigObjectGroup, "name")),
	broken(section("object-group service <name>", "service group", ConfigObjectGroup, "name")),
	list("zone <line>", "Zone related commands"),
	list("bfd-template <line>", "BFD template configuration"),
}

// nameServer is removed as a whole by "no ip name-server".
var nameServer = &grammar.Command{
	Syntax: "ip name-server <line>", Help: "Specify address of name server to use", Kind: grammar.List, Effect: grammar.NoEffect, NoAll: true,
}

// serverCommands stand behind the routing processes.
var serverCommands = []*grammar.Command{
	leaf("ip classless", "Follow classless routing forwarding rules"),
	leaf("ip default-gateway <address>", "Specify default gateway (if not routing IP)"),
	list("ip local <line>", "Specify local options"),
	leaf("ip forward-protocol nd", "Network Disk"),
	leaf("ip forward-protocol sdns", "Secure Data Network Service"),
	leaf("ip forward-protocol spanning-tree [any-local-broadcast]", "Use transparent bridging to flood UDP broadcasts"),
	leaf("ip forward-protocol turbo-flood [udp-checksum]", "Fast flooding of UDP broadcasts"),
	list("ip forward-protocol udp [<line>]", "Packets to a specific UDP port"),
	either("ip http server", "Enable http server"),
	either("ip http secure-server", "Enable HTTP secure server"),
	list("ip http <line>", "HTTP server configuration"),
	leaf("ip bgp-community new-format", "select aa:nn format for BGP community"),
	list("ip pim <line>", "PIM global commands"),
	list("ip nat <line>", "NAT configuration commands"),
	list("ip sdwan <line>", "SD-WAN"),
}

// lastCommands stand behind the policies.
var lastCommands = []*grammar.Command{
	leaf("nhrp multicast queue size <n>", "Size of the queue of multicast packets"),
	list("snmp-server <line>", "Modify SNMP engine parameters"),
	list("tacacs-server <line>", "Modify TACACS query parameters"),
	list("radius-server <line>", "Modify RADIUS query parameters"),
	list("mgcp <line>", "Main MGCP global commands"),
	gatekeeperSection,
	list("telemetry <line>", "Telemetry"),
	leaf("netconf-yang", "NETCONF"),
	leaf("restconf", "RESTCONF"),
	broken(section("control-plane [host]", "Configure control plane services", ConfigControlPlane)),
	bannerCmd,
	aliasExec,
}

// finalCommands are behind the terminal lines.
var finalCommands = []*grammar.Command{
	list("privilege <line>", "Command privilege parameters"),
	onByDefault("scheduler allocate", "Guarantee CPU time for interrupts or processes"),
	list("scheduler <line>", "Scheduler parameters"),
	leaf("ntp source <interface>", "Configure interface for source address"),
	leaf("ntp master [<n>]", "Act as NTP master clock"),
	list("ntp server <line>", "Configure NTP server"),
	list("ntp <line>", "Configure NTP"),
	section("event manager applet <name> [<line>]", "Register an Event Manager applet", ConfigApplet, "name"),
	list("event manager <line>", "Event manager configuration commands"),
}

// The modes of stored features.
var (
	ConfigServerGroup = mode("config-sg-tacacs+", "Server group commands:", []*grammar.Command{
		list("server <line>", "Specify a server"),
		leaf("ip vrf forwarding <name>", "VRF"),
	})
	ConfigServer = mode("config-server", "Server commands:", []*grammar.Command{
		list("address <line>", "Specify the server address"),
		leaf("key <line>", "Set the server encryption key"),
		leaf("timeout <n>", "Time to wait for this server to reply"),
	})
	ConfigDHCP = mode("dhcp-config", "DHCP pool configuration commands:", []*grammar.Command{
		list("network <line>", "Network number and mask"),
		leaf("default-router <line>", "Default routers"),
		leaf("dns-server <line>", "DNS servers"),
		list("address prefix <line>", "IPv6 address allocation"),
		leaf("domain-name <line>", "Domain name"),
		leaf("lease <line>", "Address lease time"),
		list("option <line>", "Raw DHCP options"),
		list("host <line>", "Client IP address and mask"),
		list("client-identifier <line>", "Client identifier"),
		list("hardware-address <line>", "Client hardware address"),
		leaf("import all", "Import all applicable options"),
	})
	ConfigKeyChain = mode("config-keychain", "Key-chain configuration commands:", []*grammar.Command{
		{Syntax: "key <n>", Help: "Configure a key", Kind: grammar.Section, Effect: grammar.NoEffect, Opens: ConfigKey, Key: []string{"n"}, Indent: 1},
	})
	ConfigKey = mode("config-keychain-key", "Key-chain key configuration commands:", []*grammar.Command{
		leaf("key-string <line>", "Set key string"),
		leaf("accept-lifetime <line>", "Set accept lifetime of key"),
		leaf("send-lifetime <line>", "Set send lifetime of key"),
		leaf("cryptographic-algorithm <line>", "Set cryptographic authentication algorithm"),
	})
	ConfigTrustpoint = mode("ca-trustpoint", "CA trustpoint configuration commands:", []*grammar.Command{
		leaf("enrollment <line>", "Enrollment parameters"),
		leaf("usage <line>", "Certificate Usage"),
		leaf("serial-number [none]", "Include serial number"),
		leaf("fqdn <line>", "include fully-qualified domain name"),
		leaf("ip-address <line>", "include ip address"),
		leaf("subject-name <line>", "Subject Name"),
		leaf("subject-alt-name <line>", "Subject Alternative Name"),
		leaf("vrf <name>", "VRF to use for enrollment"),
		leaf("source interface <interface>", "Specify source"),
		leaf("revocation-check <line>", "Revocation checking options"),
		leaf("rsakeypair <line>", "Specify rsakeypair for this identity"),
		leaf("eckeypair <line>", "Specify EC keypair for this identity"),
		leaf("auto-enroll <line>", "Automatically enroll this router identity"),
		leaf("hash <line>", "Specify hash algorithm to use for certificate request"),
	})
	ConfigCertServer = mode("cs-server", "Certificate Server configuration commands:", []*grammar.Command{
		leaf("database <line>", "Certificate Server database config parameters"),
		leaf("issuer-name <line>", "Issuer name"),
		leaf("grant <line>", "Certificate granting options"),
		list("lifetime <line>", "Lifetime parameters"),
		leaf("hash <line>", "Hash algorithm"),
		leaf("shutdown", "Shutdown the Certificate Server"),
	})
	ConfigCertChain = mode("config-cert-chain", "Certificate chain commands:", []*grammar.Command{
		{
			Syntax: "certificate [self-signed|ca|rollover] <serial>", Help: "Certificate", Kind: grammar.List, Effect: grammar.NoEffect,
			Body: grammar.UntilQuit, Args: args{"serial": grammar.Word{Max: 64, What: "Certificate serial number"}},
		},
		with(list("certificate [self-signed|ca|rollover] <serial> <file>", "Certificate"), args{
			"serial": grammar.Word{Max: 64, What: "Certificate serial number"}, "file": grammar.Word{Max: 255, What: "File of the certificate"},
		}),
	})
	ConfigCertMap = mode("ca-certificate-map", "Certificate map commands:", []*grammar.Command{
		list("subject-name <line>", "Subject Name"),
		list("issuer-name <line>", "Issuer Name"),
		list("name <line>", "Any name"),
	})
	ConfigRedundancy   = mode("config-red", "Redundancy configuration commands:", []*grammar.Command{leaf("mode <line>", "Redundancy mode")})
	ConfigControlPlane = mode("config-cp", "Control-plane configuration commands:", []*grammar.Command{list("service-policy <line>", "Configure QOS Service Policy")})
	ConfigTrack        = mode("config-track", "Tracking instance configuration commands:", []*grammar.Command{
		leaf("delay <line>", "Tracking delay"),
		list("object <line>", "Object to track"),
		leaf("ip vrf <name>", "Route table"),
		leaf("default-state {up|down}", "Default state"),
	})
	ConfigClassMap = mode("config-cmap", "QoS class-map configuration commands:", []*grammar.Command{
		leaf("description <line>", "Class-Map description"),
		list("match <line>", "Classification criteria"),
	})
	ConfigPolicyMap = mode("config-pmap", "QoS policy-map configuration commands:", []*grammar.Command{
		leaf("description <line>", "Policy-Map description"),
		section("class <line>", "policy criteria", ConfigPolicyClass),
	})
	ConfigPolicyClass = mode("config-pmap-c", "QoS policy-map class configuration commands:", []*grammar.Command{
		leaf("bandwidth <line>", "Bandwidth"),
		leaf("priority [<line>]", "Strict Scheduling Priority for this Class"),
		leaf("police <line>", "Police"),
		leaf("shape <line>", "Traffic Shaping"),
		leaf("fair-queue [<line>]", "Enable Flow-based Fair Queuing in this Class"),
		leaf("random-detect [<line>]", "Enable Random Early Detection as drop policy"),
		leaf("service-policy <name>", "Configure QoS Service Policy"),
		leaf("drop", "Drop all packets"),
		leaf("inspect", "Context-based Access Control Engine"),
		list("set <line>", "Set QoS values"),
	})
	ConfigArchive = mode("config-archive", "Archive configuration commands:", []*grammar.Command{
		section("log config", "Logging commands", ConfigArchiveLog),
		leaf("path <line>", "path for backups"),
		leaf("maximum <n>", "maximum number of backup copies"),
		leaf("time-period <n>", "Period of time in minutes to automatically archive the running-config"),
		leaf("write-memory", "Enable automatic backup generation during write memory"),
	})
	ConfigArchiveLog = mode("config-archive-log-cfg", "Archive log commands:", []*grammar.Command{
		leaf("logging enable", "Enable the config logger"),
		leaf("logging size <n>", "Set logger size"),
		leaf("hidekeys", "suppress output (e.g. passwords) when displaying logged commands"),
		leaf("notify syslog [<line>]", "Send notifications"),
	})
	ConfigApplet = mode("config-applet", "EEM applet commands:", []*grammar.Command{
		list("event <line>", "Event"),
		list("action <line>", "Action"),
		list("set <line>", "Set"),
		leaf("description <line>", "Description"),
	})
)

// hoursType is an offset from UTC, from -23 to 23.
type hoursType struct{}

// Parse reads an offset. See grammar.Type.
func (hoursType) Parse(words []string) (text string, n, bad int, ok bool) {
	w := words[0]
	digits := w
	if w[0] == '-' {
		digits, bad = w[1:], 1
	}
	if digits == "" {
		return "", 0, 1, false
	}
	text, n, off, ok := grammar.Uint{Min: 0, Max: 23}.Parse([]string{digits})
	if !ok {
		return "", 0, min(bad+off, len(w)), false
	}
	if bad == 1 && text != "0" {
		text = "-" + text
	}
	return text, n, 0, true
}

// Placeholder returns what help shows.
func (hoursType) Placeholder() string { return "<-23 - 23>" }

// Help returns the text of help.
func (hoursType) Help() string { return "Hours offset from UTC" }

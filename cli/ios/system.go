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
	leaf("service config", "TFTP load config files"),
	servicePermissive,
	serviceSequence, stampDebug, stampLog, serviceEncryption,
}

// systemCommands stand between the host name and the users, in the order of
// running-config.
var systemCommands = join(
	chassisCommands, loggingCommands,
	[]*grammar.Command{
		loggingBuffered, loggingConsole, loggingMonitor, enableSecret, enablePassword,
		leaf("enable secret level <level> <line>", "Assign the secret of a privilege level"),
		leaf("enable password level <level> <line>", "Assign the password of a privilege level"),
		leaf("enable last-resort <line>", "Define enable action if no TACACS servers respond"),
		list("enable use-tacacs", "Use TACACS to check enable passwords"),
		{Syntax: "aaa new-model", Help: "Enable NEW access control commands and functions", Kind: grammar.Leaf, Effect: grammar.NoEffect, Absent: "no aaa new-model", Break: true},
	},
	aaaCommands,
	[]*grammar.Command{
		with(leaf("clock timezone <zone> <hours> [<minutes>]", "Configure time zone"), args{"zone": grammar.Word{Max: 32, What: "name of time zone"}, "hours": hoursType{}, "minutes": num(0, 59, "Minutes offset from UTC")}),
		leaf("clock summer-time <line>", "Configure summer (daylight savings) time"),
		leaf("clock calendar-valid", "Hardware calendar is the authoritative time source"),
		leaf("clock {initialize|save} <line>", "Configure time-of-day clock"),
		list("mmi <line>", "MMI"),
		onByDefault("mmi auto-configure", "MMI auto-configure"),
		onByDefault("mmi pvc", "MMI PVC"),
		onByDefault("ip icmp rate-limit unreachable", "Rate limit unreachable messages"),
		list("ip icmp rate-limit unreachable <line>", "Rate limit unreachable messages"),
		list("ip icmp redirect {host|subnet}", "Redirects"),
		list("process cpu <line>", "Process CPU thresholds"),
		list("memory <line>", "Configure memory management"),
	},
	ipCommands, dot11Commands,
	[]*grammar.Command{
		domainLookup, domainName,
		list("ip domain-list <line>", "Domain name to complete unqualified host names"),
		list("ip host <line>", "Add an entry to the ip hostname table"),
		nameServer,
		onByDefault("ip cef", "Cisco Express Forwarding"),
	},
	ipv6Commands,
	[]*grammar.Command{
		list("ip multicast-routing [<line>]", "Enable IP multicast forwarding"),
		leaf("multilink bundle-name {authenticated|both|endpoint|host}", "Select method for naming bundles"),
		list("cts <line>", "Cisco Trusted Security commands"),
		section("cts role-based permissions <line>", "Role based permissions", ConfigMACList),
	},
	flowCommands,
	[]*grammar.Command{broken(section("key chain <name> [<line>]", "Key-chain management", ConfigKeyChain, "name"))},
	voiceCommands, authServerCommands, pkiTop, pkiCommands,
	diagnosticCommands,
	[]*grammar.Command{list("license <line>", "Configure license features")},
	[]*grammar.Command{
		userCmd,
		broken(section("redundancy", "Enter redundancy mode", ConfigRedundancy)),
		section("redundancy inter-device", "Redundancy of two devices", ConfigRedundancy),
		leaf("lldp run", "Enable LLDP"),
		list("lldp <line>", "Global LLDP configuration subcommands"),
		onByDefault("cdp run", "Enable CDP"),
		onByDefault("cdp log mismatch duplex", "Log Duplex Mismatch"),
		list("cdp <line>", "Global CDP configuration subcommands"),
	},
	switchCommands, controllerCommands, mplsCommands,
)

// trackCommands and classes stand before the crypto blocks.
var trackCommands = join(
	trackObjects,
	[]*grammar.Command{
		leaf("ip tcp mss <n>", "TCP initial maximum segment size"),
		leaf("ip tcp synwait-time <n>", "Set time to wait on new TCP connections"),
		leaf("ip tcp path-mtu-discovery [<line>]", "Enable path-MTU discovery on new TCP connections"),
		leaf("ip ssh version {1|2}", "Specify protocol version to be supported"),
		leaf("ip ssh time-out <n>", "Specify SSH time-out interval"),
		leaf("ip ssh authentication-retries <n>", "Specify number of authentication retries"),
		leaf("ip ssh rsa keypair-name <name>", "Configure RSA keypair name for SSH"),
		list("ip ssh <line>", "Configure ssh options"),
		passwordLine("ip ftp password", "Specify password to be used for FTP connections"),
		list("ip ftp <line>", "FTP configuration commands"),
		list("ip tftp <line>", "tftp configuration commands"),
		archiveCmd,
		filePrompt,
	},
	classCommands,
)

// nameServer is removed as a whole by "no ip name-server".
var nameServer = &grammar.Command{
	Syntax: "ip name-server <line>", Help: "Specify address of name server to use", Kind: grammar.List, Effect: grammar.NoEffect, NoAll: true,
}

// serverCommands stand behind the routing processes.
var serverCommands = join([]*grammar.Command{
	leaf("ip classless", "Follow classless routing forwarding rules"),
	leaf("ip default-gateway <address>", "Specify default gateway (if not routing IP)"),
	leaf("ip forward-protocol nd", "Network Disk"),
	leaf("ip forward-protocol sdns", "Secure Data Network Service"),
	leaf("ip forward-protocol spanning-tree [any-local-broadcast]", "Use transparent bridging to flood UDP broadcasts"),
	leaf("ip forward-protocol turbo-flood [udp-checksum]", "Fast flooding of UDP broadcasts"),
	list("ip forward-protocol udp [<line>]", "Packets to a specific UDP port"),
	either("ip http server", "Enable http server"),
	either("ip http secure-server", "Enable HTTP secure server"),
	list("ip http <line>", "HTTP server configuration"),
	leaf("ip bgp-community new-format", "select aa:nn format for BGP community"),
	list("ip pim {accept-register|accept-rp|autorp|bidir-enable|bsr-candidate|dm-fallback|fast-register-stop|log-neighbor-changes|maximum|message-interval|mdt|register-rate-limit|register-source|rp-address|rp-announce-filter|rp-candidate|rpf|send-rp-announce|send-rp-discovery|sg-expiry-timer|snooping|sparse|spt-threshold|ssm|vrf} [<line>]", "PIM global commands"),
	list("ip nat <line>", "NAT configuration commands"),
	list("ip sdwan <line>", "SD-WAN"),
}, ipServerCommands)

// lastCommands stand behind the policies.
var lastCommands = join([]*grammar.Command{
	leaf("nhrp multicast queue size <n>", "Size of the queue of multicast packets"),
	list("snmp-server <line>", "Modify SNMP engine parameters"),
	list("snmp {ifmib|mib} <line>", "SNMP MIBs"),
	passwordLine("tacacs-server key", "Set TACACS+ encryption key"),
	list("tacacs-server <line>", "Modify TACACS query parameters"),
	passwordLine("radius-server key", "per-server encryption key"),
	list("radius-server <line>", "Modify RADIUS query parameters"),
	broken(section("control-plane [host|transit|cef-exception]", "Configure control plane services", ConfigControlPlane)),
}, voicePortCommands, telemetryCommands, []*grammar.Command{bannerCmd, aliasExec}, aliasCommands, diskCommands)

// finalCommands are behind the terminal lines.
var finalCommands = join([]*grammar.Command{
	list("privilege <line>", "Command privilege parameters"),
	{Syntax: "scheduler allocate [<line>]", Help: "Guarantee CPU time for interrupts or processes", Kind: grammar.Leaf, Effect: grammar.NoEffect, Negatable: true, Default: "scheduler allocate"},
	list("scheduler <line>", "Scheduler parameters"),
	leaf("spd headroom <n>", "Selective packet discard"),
	list("vstack <line>", "Smart install"),
	either("vstack", "Smart install"),
	list("ftp-server <line>", "FTP server"),
	list("tftp-server <line>", "Provide TFTP service for netload requests"),
	list("rmon <line>", "Remote Monitoring"),
	list("x25 <line>", "X.25 Level 3"),
	list("busy-message <line>", "Display message when connection to host fails"),
	list("gnss <line>", "GNSS"),
	list("cpd <line>", "CUBE"),
	list("nls <line>", "CUBE"),
	leaf("ntp source <interface>", "Configure interface for source address"),
	leaf("ntp master [<n>]", "Act as NTP master clock"),
	list("ntp server <line>", "Configure NTP server"),
	ntpKey,
	list("ntp <line>", "Configure NTP"),
}, eventCommands)

// The modes of stored features.
var (
	ConfigKeyChain = mode("config-keychain", "Key-chain configuration commands:", []*grammar.Command{
		{
			Syntax: "key {<n>|<hex>}", Help: "Configure a key", Kind: grammar.Section, Effect: grammar.NoEffect, Opens: ConfigKey, Key: []string{"n", "hex"}, Indent: 1,
			Args: args{"n": num(0, 2147483647, "Key identifier"), "hex": keyName{grammar.Hex{Max: 64, What: "Key identifier of MACsec"}}},
		},
	})
	ConfigKey = mode("config-keychain-key", "Key-chain key configuration commands:", []*grammar.Command{
		passwordLine("key-string", "Set key string"),
		leaf("accept-lifetime <line>", "Set accept lifetime of key"),
		leaf("send-lifetime <line>", "Set send lifetime of key"),
		leaf("lifetime <line>", "Set lifetime of key"),
		leaf("cryptographic-algorithm <line>", "Set cryptographic authentication algorithm"),
		leaf("send-id <n>", "Set send id of key"),
		leaf("recv-id <n>", "Set receive id of key"),
		leaf("include-tcp-options [disable]", "Include TCP options in the digest"),
		leaf("accept-ao-mismatch", "Accept segments without the option"),
	})
	ConfigRedundancy = mode("config-red", "Redundancy configuration commands:", join(
		[]*grammar.Command{
			leaf("mode <line>", "Redundancy mode"),
			section("main-cpu", "Main CPU", ConfigRedundancyPart),
			section("application redundancy", "Application redundancy", ConfigRedundancyApp),
		},
		family("Redundancy", "auto-sync", "keepalive-enable", "linecard-group", "maintenance-mode", "policy", "scheme", "notification-timer", "timers")))
	ConfigRedundancyPart = mode("config-r-mc", "Main CPU commands:", family("Redundancy", "auto-sync", "standby", "switchover", "timeout"))
	ConfigRedundancyApp  = mode("config-red-app", "Application redundancy commands:", []*grammar.Command{
		section("group <n>", "Redundancy group", ConfigRedundancyGroup, "n"),
		section("protocol <n>", "Redundancy protocol", ConfigRedundancyGroup, "n"),
		list("virtual-ip <line>", "Virtual address"),
	})
	ConfigRedundancyGroup = mode("config-red-app-grp", "Redundancy group commands:", join(eithers("Redundancy group", "shutdown", "preempt"),
		family("Redundancy group", "asymmetric-routing", "authentication", "bfd", "control", "data", "name", "priority", "timers", "track")))
	ConfigControlPlane = mode("config-cp", "Control-plane configuration commands:", family("Control plane", "service-policy", "management-interface"))
	ConfigArchive      = mode("config-archive", "Archive configuration commands:", []*grammar.Command{
		section("log config", "Logging commands", ConfigArchiveLog),
		archivePath, archiveMaximum, archiveWrite, archiveTime,
	})
	ConfigArchiveLog = mode("config-archive-log-cfg", "Archive log commands:", []*grammar.Command{
		leaf("logging enable", "Enable the config logger"),
		leaf("logging size <n>", "Set logger size"),
		leaf("hidekeys", "suppress output (e.g. passwords) when displaying logged commands"),
		leaf("notify syslog [<line>]", "Send notifications"),
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

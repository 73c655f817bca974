package ios

import "axle/cli/grammar"

// loggingCommands are those of the message log that nothing acts on and that
// stand near the top of running-config, before the buffer's.
var loggingCommands = []*grammar.Command{
	list("logging message-counter {debug|log|syslog}", "Configure log message to include certain counter value"),
	list("logging discriminator <name> [<line>]", "Create or modify a message discriminator", "name"),
	list("logging buffered discriminator <name> [<line>]", "Establish MD-Buffer association"),
	list("logging buffered xml [<line>]", "Enable logging in XML to XML logging buffer"),
	list("logging buffered filtered [<line>]", "Enable filtered logging"),
	list("logging console {discriminator|xml|filtered|guaranteed} [<line>]", "Set console logging parameters"),
	list("logging monitor {discriminator|xml|filtered} [<line>]", "Set terminal line (monitor) logging parameters"),
	leaf("logging count", "Count every log message and timestamp last occurrence"),
	leaf("logging exception <n>", "Limit size of exception flush output"),
	leaf("logging persistent [<line>]", "Set persistent logging parameters"),
	list("logging queue-limit <line>", "Set logger message queue size"),
	leaf("logging rate-limit <line>", "Set messages per second limit"),
	list("logging esm <line>", "Set ESM filter restrictions"),
	list("logging filter <line>", "Specify logging filter"),
	leaf("logging reload [<line>]", "Set reload logging level"),
	leaf("logging buginf", "Enable buginf logging for debugging"),
	leaf("logging ip access-list cache <line>", "Access list logging"),
	leaf("logging linecard [<line>]", "Destination for linecard messages"),
}

// logServerCommands are those of the message log that stand behind the access
// lists.
var logServerCommands = []*grammar.Command{
	leaf("logging history [<line>]", "Configure syslog history table"),
	leaf("logging alarm [<line>]", "Configure syslog for alarms"),
	leaf("logging cns-events [<line>]", "Set CNS event logging level"),
	leaf("logging delimiter tcp", "Append delimiter to syslog messages"),
	leaf("logging purge-log buffer <line>", "Purge the log"),
	leaf("logging server-arp", "Enable sending ARP requests for syslog servers"),
	leaf("logging snmp-authfail", "Enable logging of SNMP authentication failures"),
	list("logging snmp-trap <line>", "Set syslog level for sending snmp trap"),
	leaf("logging trap [<line>]", "Set syslog server logging level"),
	leaf("logging facility <word>", "Facility parameter for syslog messages"),
	leaf("logging origin-id <line>", "Add origin ID to syslog messages"),
	list("logging source-interface <interface> [vrf <name>]", "Specify interface for source address in logging transactions", "name"),
	{
		Syntax: "logging host <line>", Aliases: []string{"logging <ip>"}, Help: "Set syslog server IP address and parameters",
		Kind: grammar.List, Effect: grammar.NoEffect,
		Canon: func(l *grammar.Line) {
			if a := l.Args["ip"]; a != "" { // as IOS 12 has it
				l.Words, l.Args = []string{"logging", "host", a}, map[string]string{"line": a}
			}
		},
	},
	leaf("logging userinfo", "Enable logging of user info on privileged mode enabling"),
	leaf("logging dmvpn [rate-limit <n>]", "DMVPN configuration"),
	list("logging event {link-status|trunk-status|spanning-tree|bundle-status} {global|default}", "Global interface events"),
	list("logging file <line>", "Set logging file parameters"),
	list("logging tls-profile <name> [<line>]", "TLS profile"),
	onByDefault("logging on", "Enable logging to all enabled destinations"),
}

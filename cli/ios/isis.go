package ios

import "axle/cli/grammar"

// ConfigRouterISIS is the mode of IS-IS. Nothing acts on it.
var ConfigRouterISIS = mode("config-router", "Router configuration commands:", join(
	[]*grammar.Command{
		list("net <word>", "A Network Entity Title for this process (OSI only)"),
		leaf("is-type {level-1|level-1-2|level-2-only}", "IS Level for this routing process (OSI only)"),
		leaf("metric-style <line>", "Use old-style (ISO 10589) or new-style packet formats"),
		list("metric <line>", "Configure the metric of interfaces"),
		leaf("log-adjacency-changes [<line>]", "Log changes in adjacency state"),
		{
			Syntax: "address-family {ipv4|ipv6} [unicast|multicast]", Help: "Enter Address Family command mode", Kind: grammar.Section, Effect: grammar.NoEffect,
			Opens: ConfigRouterISISAF, Key: []string{"ipv4", "ipv6"}, Close: "exit-address-family", Break: true,
		},
		ExitAddressFamily,
	},
	family("IS-IS", "snmp context", "mpls ldp", "mpls traffic-eng", "ip route priority", "adjacency-check", "advertise", "area-password", "authentication", "bfd", "default-information", "default-metric", "distance", "distribute-list", "domain-password", "fast-flood", "fast-reroute", "ignore-attached-bit", "ispf",
		"lsp-full", "lsp-gen-interval", "lsp-mtu", "lsp-refresh-interval", "max-area-addresses", "max-lsp-lifetime", "maximum-paths", "microloop", "nsf", "nsr", "partition", "prc-interval", "protocol", "redistribute", "segment-routing", "set-attached-bit", "set-overload-bit",
		"skeptical", "spf-interval", "summary-address", "tag", "traffic-share", "use", "vrf"),
	eithers("IS-IS", "hello padding", "shutdown"),
	passiveRouter,
))

// ConfigRouterISISAF is the mode of a family of IS-IS.
var ConfigRouterISISAF = mode("config-router-af", "Address Family configuration commands:", join(
	[]*grammar.Command{ExitAddressFamily},
	family("IS-IS", "adjacency-check", "advertise", "default-information", "distance", "distribute-list", "maximum-paths", "multi-topology", "redistribute", "set-attached-bit", "summary-prefix", "spf-interval", "bfd"),
))

// ConfigRouterODR is the mode of on-demand routing.
var ConfigRouterODR = mode("config-router", "Router configuration commands:", join(
	[]*grammar.Command{list("network <network>", "Enable routing on an IP network")},
	family("On-demand routing", "default-metric", "distance", "distribute-list", "maximum-paths", "redistribute", "timers"),
	passiveRouter,
))

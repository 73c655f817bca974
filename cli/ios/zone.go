package ios

import "axle/cli/grammar"

// classCommands are classes, policies and firewall zones, in the order of
// running-config. Nothing acts on them.
var classCommands = []*grammar.Command{
	broken(section("class-map [type <word>] [match-all|match-any] <name>", "Configure QoS Class Map", ConfigClassMap, "name")),
	section("class-map type {inspect|control} [<word>] [match-all|match-any|match-none] <name>", "Configure Class Map", ConfigClassMap, "name"),
	broken(section("policy-map [type <word>] <name>", "Configure QoS Policy Map", ConfigPolicyMap, "name")),
	section("policy-map type {inspect|control} [<word>] <name>", "Configure Policy Map", ConfigPolicyMap, "name"),
	section("parameter-map type <word> <name> [<line>]", "parameter map", ConfigParameterMap, "word", "name"),
	section("parameter-map type inspect <name>", "parameter map", ConfigParameterMap, "name"),
	section("parameter-map type inspect global", "parameter map", ConfigParameterMap),
	broken(section("object-group network <name>", "network group", ConfigObjectGroup, "name")),
	broken(section("object-group service <name> [<word>]", "service group", ConfigObjectGroup, "name")),
	section("object-group {geo|fqdn|security|v4-network|v6-network} <name>", "object group", ConfigObjectGroup, "name"),
	broken(section("zone security <name>", "Zone name", ConfigZone, "name")),
	section("zone security default", "System defined zone", ConfigZone),
	section("zone-pair security <name> source <word> destination <word2>", "Zone pair", ConfigZonePair, "name"),
	broken(section("time-range <name>", "Define time range entries", ConfigTimeRange, "name")),
	section("bfd-template {single-hop|multi-hop} <name>", "BFD template configuration", ConfigBFD, "single-hop", "multi-hop", "name"),
	list("bfd {map|slow-timers} <line>", "BFD configuration commands"),
	list("utd <line>", "Unified threat defense"),
	section("utd multi-tenancy", "Unified threat defense", ConfigUTD),
	section("utd engine standard", "Unified threat defense", ConfigUTD),
	section("utd engine standard multi-tenancy", "Unified threat defense", ConfigUTD),
	section("utd", "Unified threat defense", ConfigUTD),
	section("domain <name>", "Performance routing domain", ConfigDomain, "name"),
	section("pfr master", "Performance routing master controller", ConfigDomain),
	section("pfr border", "Performance routing border router", ConfigDomain),
	section("oer master", "Optimized edge routing master controller", ConfigDomain),
	section("oer border", "Optimized edge routing border router", ConfigDomain),
	section("pfr-map <name> <n>", "Performance routing map", ConfigDomain, "name", "n"),
	section("oer-map <name> <n>", "Optimized edge routing map", ConfigDomain, "name", "n"),
}

// The modes of classes and policies.
var (
	ConfigClassMap = mode("config-cmap", "QoS class-map configuration commands:", []*grammar.Command{
		leaf("description <line>", "Class-Map description"),
		list("match <line>", "Classification criteria"),
	})
	ConfigPolicyMap = mode("config-pmap", "QoS policy-map configuration commands:", join(
		[]*grammar.Command{
			leaf("description <line>", "Policy-Map description"),
			section("class <line>", "policy criteria", ConfigPolicyClass),
		},
		family("Policy-map parameter", "parameter", "match", "sequence-interval"),
		[]*grammar.Command{section("event <line>", "Event of a control policy", ConfigPolicyEvent)},
	))
	ConfigPolicyEvent = mode("config-event-control-policymap", "Control policy event commands:", []*grammar.Command{
		section("<n> class <line>", "Class of a control policy", ConfigPolicyAction, "n"),
	})
	ConfigPolicyAction = mode("config-action-control-policymap", "Control policy action commands:", []*grammar.Command{
		list("<n> <line>", "Action", "n"),
	})
	ConfigPolicyClass = mode("config-pmap-c", "QoS policy-map class configuration commands:", join(
		[]*grammar.Command{
			list("priority [<line>]", "Strict Scheduling Priority for this Class"),
			list("bandwidth <line>", "Bandwidth"),
			section("police <line>", "Police", ConfigPolicePolicy),
			section("police", "Police", ConfigPolicePolicy),
			list("shape <line>", "Traffic Shaping"),
			leaf("fair-queue [<line>]", "Enable Flow-based Fair Queuing in this Class"),
			list("queue-limit <line>", "Queue Max Threshold for Tail Drop"),
			list("random-detect [<line>]", "Enable Random Early Detection as drop policy"),
			leaf("service-policy <line>", "Configure QoS Service Policy"),
			leaf("drop [log]", "Drop all packets"),
			leaf("pass [log]", "Pass all packets"),
			leaf("inspect [<line>]", "Context-based Access Control Engine"),
			leaf("urlfilter <line>", "URL filtering"),
			list("set <line>", "Set QoS values"),
		},
		family("QoS policy of the class", "account", "admit", "compression", "content-scan", "dbl", "deny", "estimate", "export-profile", "log", "media-monitoring", "monitor", "mask", "netflow-sampler", "permit", "queue-buffers", "redirect", "reset", "trust"),
		[]*grammar.Command{
			section("monitor metric <line>", "Metric", ConfigMetric),
			section("monitor parameters", "Parameters", ConfigMetric),
			section("react <n> <line>", "Reaction", ConfigMetric, "n"),
			section("flow monitor inline", "Flow monitor", ConfigMetric),
			list("flow monitor <line>", "Flow monitor"),
		},
	))
	ConfigPolicePolicy = mode("config-pmap-c-police", "Police commands:", family("Police action", "conform-action", "exceed-action", "violate-action", "rate", "cir"))
	ConfigMetric       = mode("config-pmap-c-metric", "Metric commands:", family("Metric", "action", "alarm", "clock-rate", "description", "flows", "history", "interval", "max-dropout", "max-reorder", "min-sequential", "monitor", "rate", "record", "threshold", "timeout", "exporter", "cache", "ssrc"))
	ConfigParameterMap = mode("config-profile", "Parameter-map commands:", family("Parameter-map", "logging dropped-packets", "alert", "audit-trail", "application-inspect", "banner", "concurrent-users", "consent", "dns-timeout", "gtp", "hash", "icmp", "idle-timeout", "intercept-https-enable", "log",
		"max-incomplete", "max-header-length", "multi-tenancy", "one-minute", "pattern", "per-box", "redirect", "retry-interval", "server", "session", "sessions", "sip", "source-interface", "sub-level",
		"tcp", "threat-detection", "timeout", "total", "type", "udp", "url-filter", "virtual-ip", "watch-list", "webauth-http-enable", "zone-mismatch", "token", "exclude-domain", "match-local-domain-to-bypass", "dnscrypt", "resolver", "allow-mode", "cache", "block-page", "truncate",
		"cws-tunnel", "whitelist", "user-group", "zscaler", "orgid", "api-key", "secret", "custom-page", "security", "captive-bypass-portal", "import"))
	ConfigZone = mode("config-sec-zone", "Zone commands:", []*grammar.Command{
		leaf("description <line>", "Zone description"),
		leaf("vpn <line>", "VPN of the zone"),
		leaf("protection parameter-map <name>", "Protection of the zone"),
	})
	ConfigZonePair = mode("config-sec-zone-pair", "Zone-pair commands:", []*grammar.Command{
		leaf("description <line>", "Zone-pair description"),
		leaf("service-policy type inspect <name>", "Configure CBAC Service Policy"),
		leaf("vpn <line>", "VPN"),
	})
	ConfigTimeRange = mode("config-time-range", "Time range commands:", []*grammar.Command{
		leaf("absolute <line>", "absolute time and date"),
		list("periodic <line>", "periodic time and date"),
	})
	ConfigBFD = mode("config-bfd", "BFD template commands:", []*grammar.Command{
		leaf("interval {min-tx|both|microseconds} <line>", "Transmit interval between BFD packets"),
		leaf("authentication <line>", "Authentication"),
		leaf("dampening <line>", "Dampening"),
		leaf("echo", "Use echo adjunct as bfd detection mechanism"),
	})
	ConfigUTD    = mode("config-utd", "Unified threat defense commands:", family("Unified threat defense", "all-interfaces", "engine", "fail", "logging", "policy", "redirect", "signature", "threat-inspection", "threat", "utd", "web-filter", "whitelist", "vrf", "file-inspection", "tls-decryption"))
	ConfigDomain = mode("config-domain", "Performance routing commands:", join(
		[]*grammar.Command{
			section("vrf <name>", "VRF", ConfigDomainRole, "name"),
			section("border <line>", "Border router", ConfigDomainRole),
			section("master {hub|branch|transit|regional-hub|local}", "Master controller", ConfigDomainRole),
		},
		[]*grammar.Command{list("interface <interface> {internal|external}", "Interface"), leaf("logging", "Logging")},
		family("Performance routing", "active-probe", "advanced", "backoff", "delay", "holddown", "keepalive", "learn", "load-balance", "local", "loss", "match", "max-range-utilization", "max-xmit-utilization",
			"mode", "path-preference", "periodic", "policy-rules", "port", "resolve", "rsvp", "set", "shutdown", "traceroute", "unreachable", "probe", "passive", "collector"),
	))
	ConfigDomainRole = mode("config-domain-vrf-mc", "Performance routing role commands:", join(
		[]*grammar.Command{
			section("border", "Border router", ConfigDomainBorder),
			section("master {hub|branch|transit <n>|regional-hub}", "Master controller", ConfigDomainBorder),
		},
		domainRole,
	))
	ConfigDomainBorder = mode("config-domain-vrf-br", "Performance routing border commands:", join(
		[]*grammar.Command{section("class <line>", "Class of traffic", ConfigDomainClass)}, domainRole))
	ConfigDomainClass = mode("config-domain-vrf-mc-class", "Performance routing class commands:", family("Class of traffic", "match", "path-preference", "path-last-resort", "priority"))
	domainRole        = family("Performance routing", "advanced", "branch-to-branch", "channel-unreachable-timer", "collector", "enterprise-prefix", "load-balance", "logging", "master", "minimum-requirement", "mitigation-mode", "monitor-interval",
		"password", "site-prefixes", "smart-probes", "source-interface", "threshold-variance", "traffic-class", "unreachable-timer", "active-probe", "shutdown", "dscp", "zero-sla")
)

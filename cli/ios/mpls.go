package ios

import "axle/cli/grammar"

// mplsCommands are MPLS, pseudowires, LISP and segment routing. Nothing acts on
// them.
var mplsCommands = join(
	[]*grammar.Command{
		onByDefault("mpls ip", "Configure dynamic MPLS forwarding for IP"),
		section("mpls ldp targeted-sessions <line>", "Targeted sessions", ConfigPseudowire),
		section("mpls traffic-eng lsp attributes <name>", "Attributes of a path", ConfigPseudowire, "name"),
		list("mpls ldp <line>", "Label Distribution Protocol"),
		list("mpls traffic-eng <line>", "MPLS Traffic Engineering"),
		list("mpls <line>", "Multi Protocol Label Switching"),
		list("tag-switching <line>", "Dynamic tag switching"),
		section("pseudowire-class <name>", "Pseudowire-class configuration", ConfigPseudowire, "name"),
		section("template type pseudowire <name>", "Template of pseudowires", ConfigPseudowire, "name"),
		section("l2tp-class <name>", "L2TP class configuration", ConfigPseudowire, "name"),
		list("l2tp <line>", "L2TP"),
		section("l2 vfi <name> <line>", "Virtual forwarding instance", ConfigPseudowire, "name"),
		leaf("l2 router-id <address>", "Router id"),
		section("l2vpn vfi context <name>", "Virtual forwarding instance", ConfigPseudowire, "name"),
		section("l2vpn xconnect context <name>", "Cross connect", ConfigPseudowire, "name"),
		section("l2vpn evpn instance <line>", "EVPN instance", ConfigPseudowire),
		section("l2vpn evpn", "EVPN", ConfigPseudowire),
		section("l2vpn", "L2VPN", ConfigPseudowire),
		list("xconnect <line>", "Xconnect commands"),
		list("connect <line>", "Cross-connect two interfaces"),
		list("frame-relay <line>", "global frame relay configuration commands"),
		section("map-class {frame-relay|dialer|atm} <name>", "Configure static map class", ConfigMapClass, "frame-relay", "dialer", "atm", "name"),
		section("router lisp [<n>]", "Locator/ID separation protocol", ConfigLISP, "n"),
		section("segment-routing mpls", "Segment routing", ConfigSegment),
		section("segment-routing traffic-eng", "Segment routing", ConfigSegment),
		section("segment-routing", "Segment routing", ConfigSegment),
	},
)

// The modes of MPLS.
var (
	ConfigPseudowire = mode("config-pw-class", "Pseudowire commands:", family("Pseudowire", "ip protocol", "ip ttl", "ip tos", "ip dfbit", "ip pmtu", "ip local interface", "affinity", "authentication", "auto-bw", "auto-route-target", "bandwidth", "bridge-domain", "control-word", "cookie", "default-gateway", "description", "digest", "encapsulation", "evpn", "hello", "hidden", "hostname",
		"interworking", "list", "load-balance", "local", "logging", "mac", "member", "mtu", "multicast", "neighbor", "password", "path-option", "preferred-path", "priority", "protection", "protocol", "pseudowire", "rd", "receive-window", "record-route", "redundancy", "replication-type", "retransmit",
		"route-target", "router-id", "sequencing", "signaling", "source", "status", "switching", "timeout", "tunnel", "vc", "vlan-based", "vpn"))
	ConfigMapClass = mode("config-map-class", "Map class commands:", family("Map class", "atm", "dialer", "frame-relay", "service-policy"))
	ConfigLISP     = mode("config-router-lisp", "LISP commands:", join(
		[]*grammar.Command{
			section("locator-set <name>", "Locator set", ConfigLISPPart, "name"),
			section("locator-table <line>", "Locator table", ConfigLISPPart),
			section("service {ipv4|ipv6|ethernet}", "Service", ConfigLISPPart, "ipv4", "ipv6", "ethernet"),
			section("instance-id <n>", "Instance", ConfigLISPInstance, "n"),
			section("eid-table <line>", "Endpoint table", ConfigLISPInstance),
			section("site <name>", "Site", ConfigLISPPart, "name"),
			section("dynamic-eid <name>", "Dynamic endpoints", ConfigLISPPart, "name"),
			section("prefix-list <name>", "Prefix list", ConfigLISPPart, "name"),
		},
		lispWords))
	ConfigLISPInstance = mode("config-router-lisp-instance", "LISP instance commands:", join(
		[]*grammar.Command{
			section("service {ipv4|ipv6|ethernet}", "Service", ConfigLISPService, "ipv4", "ipv6", "ethernet"),
			section("dynamic-eid <name>", "Dynamic endpoints", ConfigLISPService, "name"),
		}, lispWords))
	ConfigLISPPart    = mode("config-router-lisp-part", "LISP commands:", join(lispPart, lispWords))
	ConfigLISPService = mode("config-lisp-srv", "LISP service commands:", join(lispPart, lispWords))
	lispPart          = []*grammar.Command{
		list("eid-prefix <line>", "Endpoint prefix"), list("eid-record <line>", "Endpoint record"), list("IPv4-interface <line>", "Interface of a locator"), list("IPv6-interface <line>", "Interface of a locator"),
		list("auto-discover-rlocs", "Discover locators"), list("eid-table <line>", "Endpoint table"), leaf("authentication-key <line>", "Authentication key"),
		{Syntax: "exit-service-ipv4", Help: "Leave the service", Hidden: true},
		{Syntax: "exit-service-ipv6", Help: "Leave the service", Hidden: true},
		{Syntax: "exit-service-ethernet", Help: "Leave the service", Hidden: true},
		{Syntax: "exit-locator-set", Help: "Leave the locator set", Hidden: true},
		{Syntax: "exit-locator-table", Help: "Leave the locator table", Hidden: true},
		{Syntax: "exit-site", Help: "Leave the site", Hidden: true},
		{Syntax: "exit-dynamic-eid", Help: "Leave the dynamic endpoints", Hidden: true},
		{Syntax: "exit-prefix-list", Help: "Leave the prefix list", Hidden: true},
	}
	lispWords = join(
		family("LISP", "allowed-locator", "database-mapping", "ddt", "decapsulation", "description", "disable-ttl-propagate", "encapsulation", "etr", "forward-proxy", "itr", "loc-reach-algorithm", "map-cache", "map-cache-limit", "map-notify-group",
			"map-request", "map-request-source", "map-resolver", "map-server", "other-xtr-probe", "proxy-etr", "proxy-itr", "register-database-mapping", "remote-rloc-probe", "route-export", "route-import", "sgt", "use-petr", "xtr-database"),
		[]*grammar.Command{
			list("{ipv4|ipv6} {alt-vrf|etr|itr|locator|map-cache-limit|map-cache-persistent|map-request-source|map-resolver|map-server|path-mtu-discovery|proxy-etr|proxy-itr|route-export|route-import|solicit-map-request|source-locator|sgt|use-petr|distance} [<line>]", "LISP of a family"),
			{Syntax: "exit-router-lisp", Help: "Leave LISP", Hidden: true},
			{Syntax: "exit-instance-id", Help: "Leave the instance", Hidden: true},
			{Syntax: "exit-eid-table", Help: "Leave the table", Hidden: true},
		})
	ConfigSegment = mode("config-srmpls", "Segment routing commands:", join(
		[]*grammar.Command{
			section("address-family <line>", "Address family", ConfigSegmentPart),
			section("connected-prefix-sid-map", "Prefixes", ConfigSegmentPart),
			section("policy <name>", "Policy", ConfigSegmentPart, "name"),
		},
		segmentWords))
	ConfigSegmentPart = mode("config-srmpls-conn", "Segment routing part commands:", join(segmentWords, []*grammar.Command{
		section("address-family <line>", "Address family", ConfigSegmentMap), ExitAddressFamily,
	}))
	ConfigSegmentMap = mode("config-srmpls-conn-af", "Segment routing map commands:", []*grammar.Command{list("<sid-prefix> <line>", "Segment of a prefix"), ExitAddressFamily})
	segmentWords     = family("Segment routing", "binding-sid", "candidate-paths", "color", "constraints", "dynamic", "explicit", "global-block", "local-block", "metric", "on-demand", "pcc", "preference", "segment-list", "index", "set", "timers", "mpls")
)

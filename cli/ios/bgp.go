package ios

import (
	"slices"
	"strings"

	"axle/cli/grammar"
)

// routerBGP opens the BGP process, of which there is one.
var routerBGP = with(section("router bgp <asn>", "Border Gateway Protocol (BGP)", ConfigRouterBGP, "asn"),
	args{"asn": num(1, 4294967295, "Autonomous system number")})

// The BGP commands of the global mode. Nothing acts on them yet.
var bgpCommands = breaks(routerBGP)

// checkBGP refuses a second process.
func checkBGP(t *grammar.Tree, l *grammar.Line) error {
	if old := storedLine(t, routerBGP); old != nil && old.Args["asn"] != l.Args["asn"] {
		return &Refusal{"BGP is already running; AS is " + old.Args["asn"]}
	}
	return nil
}

// The lines of BGP that its decoder reads.
var (
	bgpNetwork6  = list("network <prefix6> [route-map <name>]", "Specify a network to announce via BGP", "prefix6")
	bgpAggregate = list("aggregate-address <line>", "Configure BGP aggregate entries")
	bgpTimers    = leaf("timers bgp <line>", "Adjust routing timers")
	bgpRouterID  = leaf("bgp router-id <line>", "Override configured router identifier")
	bgpLog       = &grammar.Command{
		Syntax: "bgp log-neighbor-changes", Help: "Log neighbor up/down and reset reason", Kind: grammar.Leaf, Effect: grammar.NoEffect,
		Negatable: true, Default: "bgp log-neighbor-changes", Absent: "bgp log-neighbor-changes",
	}
	bgpUnicast     = onByDefault("bgp default ipv4-unicast", "Configure BGP defaults")
	bgpListenRange = &grammar.Command{
		Syntax: "bgp listen range <range> peer-group <name> [alternate-as <line>]", Help: "Subnet network range", Kind: grammar.List, Effect: grammar.NoEffect,
		Key: []string{"range"}, Args: args{"range": prefixType{}},
	}
	bgpListenLimit = with(leaf("bgp listen limit <n>", "Set the max limit for the dynamic subnet range neighbors"), args{"n": num(1, 5000, "Limit for dynamic subnet range neighbors")})
	bgpNetwork     = &grammar.Command{
		Syntax: "network <network> [mask <mask>] [route-map <name>] [backdoor]", Help: "Specify a network to announce via BGP", Kind: grammar.List,
		Effect: grammar.NoEffect, Key: []string{"network", "mask"}, Less: func(a, b *grammar.Line) bool { return lessPrefix(a, b, "network", "mask") },
		Canon: canonBGPNetwork,
	}
	bgpNeighbor = &grammar.Command{
		Syntax: "neighbor <peer-name> {remote-as <asn>|update-source <interface>|peer-group [<name>]|<attribute> [<line>]}",
		Help:   "Specify a neighbor router", Kind: grammar.List, Effect: grammar.NoEffect, Group: "neighbor",
		Key:   []string{"peer-name", "remote-as", "update-source", "peer-group", "attribute"},
		Args:  args{"asn": num(1, 4294967295, "AS of remote neighbor"), "attribute": ruleType{rules: neighborAttributes, what: "Attribute of the neighbor"}},
		Canon: canonNeighbor,
	}
	bgpActivate = &grammar.Command{
		Syntax: "neighbor <peer-name> activate", Help: "Enable the Address Family for this Neighbor", Kind: grammar.List, Effect: grammar.NoEffect,
		Key: []string{"peer-name"}, Negatable: true, Default: "no neighbor 0.0.0.0 activate", Group: "neighbor",
	}
	bgpFamily = &grammar.Command{
		Syntax: "address-family <line>", Help: "Enter Address Family command mode", Kind: grammar.Section, Effect: grammar.NoEffect,
		Opens: ConfigRouterBGPAF, Close: "exit-address-family", Break: true, Canon: canonBGPFamily,
		Less: func(a, b *grammar.Line) bool { return familyRank(a) < familyRank(b) },
	}
)

// neighborAttributes are what a neighbor has, but for what has a type of its own.
var neighborAttributes = []string{
	"advertise additional-paths", "advertise best-external", "advertise diverse-path", "advertise-map", "advertisement-interval", "aigp", "allowas-in", "as-override", "bmp-activate",
	"capability orf", "cluster-id", "default-originate", "description", "disable-connected-check", "distribute-list", "dmzlink-bw",
	"ebgp-multihop", "fall-over", "filter-list", "ha-mode", "inherit peer-policy", "inherit peer-session", "local-as", "log-neighbor-changes", "maximum-prefix", "next-hop-self",
	"next-hop-unchanged", "path-attribute", "prefix-list", "remove-private-as", "route-map", "route-reflector-client", "route-server-client",
	"send-community", "send-label", "shutdown", "slow-peer", "soft-reconfiguration", "soo", "timers", "translate-update", "transport", "ttl-security",
	"unsuppress-map", "version", "weight", "additional-paths", "internal-vpn-client", "dmzlink", "accept-route-legacy-rt", "import", "suppress-signaling-protocol", "prefix-length-size",
}

// directed are the attributes of which there is one for each direction.
var directed = []string{"route-map", "prefix-list", "filter-list", "distribute-list"}

// canonNeighbor keeps the direction of a filter in what tells lines apart.
func canonNeighbor(l *grammar.Line) {
	a := l.Args["attribute"]
	if !slices.Contains(directed, a) {
		return
	}
	words := strings.Fields(l.Args["line"])
	if n := len(words); n > 1 && (strings.HasPrefix("in", words[n-1]) || strings.HasPrefix("out", words[n-1])) {
		if words[n-1] = "out"; strings.HasPrefix("in", strings.Fields(l.Args["line"])[n-1]) {
			words[n-1] = "in"
		}
		l.Args["line"] = strings.Join(words, " ")
		l.Words[len(l.Words)-1] = l.Args["line"]
		l.Args["attribute"] = a + " " + words[n-1]
	}
}

// canonBGPNetwork leaves out the mask of a whole class.
func canonBGPNetwork(l *grammar.Line) {
	if l.Args["mask"] == "" || ipBits(addr(l, "mask")) != ^classWildcard(ipBits(addr(l, "network"))) {
		return
	}
	l.Words = append(append(l.Words[:0:0], l.Words[:2]...), l.Words[4:]...)
	delete(l.Args, "mask")
}

// canonBGPFamily writes a family as IOS does: "unicast" is not shown behind
// "ipv4" and "ipv6".
func canonBGPFamily(l *grammar.Line) {
	words := strings.Fields(strings.ToLower(l.Args["line"]))
	words = append(words[:0:0], words...)
	if len(words) == 0 || words[0] != "ipv4" && words[0] != "ipv6" {
		return
	}
	typed := strings.Fields(l.Args["line"])
	typed[0] = words[0]
	if len(words) > 1 && len(words[1]) > 1 && strings.HasPrefix("unicast", words[1]) {
		typed = append(typed[:1], typed[2:]...)
	}
	l.Args["line"] = strings.Join(typed, " ")
	l.Words[1] = l.Args["line"]
}

// familyRank returns where the section of a family stands: "ipv4" first, then
// the others as they were entered, those of VRFs last.
func familyRank(l *grammar.Line) int {
	switch line := l.Args["line"]; {
	case line == "ipv4":
		return 0
	case strings.Contains(line, " vrf "):
		return 2
	}
	return 1
}

// checkNeighbor refuses an attribute of a neighbor that is not declared, and a
// peer group that is not.
func checkNeighbor(section *grammar.Tree, l *grammar.Line) error {
	if l.Has("remote-as") || l.Has("peer-group") && l.Args["name"] == "" {
		return nil
	}
	if l.Has("peer-group") {
		if group := l.Args["name"]; !declaresPeer(section, group, true) {
			return &Refusal{"% Configure the peer-group " + group + " first"}
		}
		return nil
	}
	if l.Args["attribute"] == "inherit peer-session" || declaresPeer(section, l.Args["peer-name"], false) {
		return nil
	}
	return &Refusal{"% Specify remote-as or peer-group commands first"}
}

// declaresPeer reports whether a section of BGP, or the process that a family is
// of, has a neighbor; group asks for a peer group of that name.
func declaresPeer(section *grammar.Tree, name string, group bool) bool {
	for s := section; s != nil && s.Line != nil; s = s.Parent {
		forms := []string{" peer-group"}
		if !group {
			forms = append(forms, " remote-as 1", " peer-group g", " inherit peer-session s")
		}
		for _, form := range forms {
			l, err := s.Mode().Match("neighbor " + name + form)
			if err != nil {
				continue
			}
			for x := range s.Alike(l, bgpNeighbor.Key...) {
				if !group || x.Line.Args["name"] == "" {
					return true
				}
			}
		}
	}
	return false
}

// bgpCommon are the commands that stand in a process and in its families.
var bgpCommon = []*grammar.Command{
	bgpUnicast,
	onByDefault("bgp default route-target filter", "Filter by route target"),
	list("bgp default {ipv6-nexthop|local-preference} [<line>]", "Configure BGP defaults"),
	list("bgp <line>", "BGP specific commands"),
	bgpNetwork,
	bgpNetwork6,
	bgpAggregate,
	bgpTimers,
	redistribute,
	neighborPassword, bgpNeighbor, bgpActivate,
	leaf("default-information originate [<line>]", "Control distribution of default information"),
	list("table-map <line>", "Map external entry attributes into routing table"),
	either("auto-summary", "Enable automatic network number summarization"),
	either("synchronization", "Perform IGP synchronization"),
	list("export <line>", "Export"), list("import <line>", "Import"), list("snmp context <line>", "SNMP"),
	list("advertise <line>", "Advertise"), list("rewrite-evpn-rt-asn", "Route targets"), list("scope <line>", "Scope"),
	list("bmp <line>", "BMP"), list("topology <line>", "Topology"), list("mvpn <line>", "Multicast VPN"),
	list("nsf <line>", "Non-stop forwarding"), list("ha-mode <line>", "High availability"),
	list("distance bgp <line>", "BGP distance"),
	list("distance <distance> <line>", "Define an administrative distance"),
	list("maximum-paths <line>", "Forward packets over multiple paths"),
	list("maximum-secondary-paths <line>", "Number of paths"),
	leaf("default-metric <n>", "Set metric of redistributed routes"),
	list("distribute-list <line>", "Filter networks in routing updates"),
}

// The modes of BGP.
var (
	ConfigRouterBGP = modeTypes("config-router", "Router configuration commands:", join(
		[]*grammar.Command{bgpRouterID, bgpLog, bgpListenRange, bgpListenLimit},
		bgpCommon,
		[]*grammar.Command{
			ExitAddressFamily, bgpFamily,
			{
				Syntax: "template {peer-policy|peer-session} <name>", Help: "Enter peer-policy or peer-session template configuration",
				Kind: grammar.Section, Effect: grammar.NoEffect, Opens: ConfigRouterTemplate, Key: []string{"peer-policy", "peer-session", "name"},
			},
		},
	), bgpTypes)
	ConfigRouterBGPAF = modeTypes("config-router-af", "Address Family configuration commands:", join(
		[]*grammar.Command{bgpRouterID}, bgpCommon, []*grammar.Command{ExitAddressFamily}), bgpTypes)
	ConfigRouterTemplate = mode("config-router-stmp", "Template configuration commands:", join([]*grammar.Command{
		list("route-map <line>", "Apply route map to neighbor"),
		{Syntax: "exit-peer-policy", Help: "Exit from the template", Hidden: true},
		{Syntax: "exit-peer-session", Help: "Exit from the template", Hidden: true},
	}, family("Template", "advertise", "advertise-map", "advertisement-interval", "aigp", "allowas-in", "as-override", "capability", "cluster-id", "default-originate", "description", "disable-connected-check", "distribute-list", "dmzlink-bw", "ebgp-multihop", "fall-over", "filter-list", "ha-mode", "inherit", "local-as", "log-neighbor-changes", "maximum-prefix",
		"next-hop-self", "next-hop-unchanged", "path-attribute", "prefix-list", "remote-as", "remove-private-as", "route-reflector-client", "send-community", "send-label", "shutdown", "slow-peer", "soft-reconfiguration", "soo", "timers", "translate-update", "transport", "ttl-security", "unsuppress-map", "update-source", "version", "weight")))
	bgpTypes = args{"peer-name": grammar.Word{Max: 64, What: "Neighbor address, interface or tag"}}
)

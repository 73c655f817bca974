package ios

import (
	"net/netip"
	"time"

	"axle/cli/grammar"
	"axle/nhrp/engine"
)

// Defaults of IOS-XE 17.
const (
	defaultHold            = 600 * time.Second
	defaultRedirectTimeout = 8 * time.Second
	defaultMaxSend         = 10000
	defaultMaxSendEvery    = 10 * time.Second
	maxAuth                = 8 // bytes of an NHRP authentication string
)

// The NHRP commands of an interface.
var (
	nhrpAuth = &grammar.Command{
		Syntax: "ip nhrp authentication <string>",
		Help:   "Authentication string",
		Kind:   grammar.Leaf,
		Args:   args{"string": grammar.Word{Max: 255, What: "Authentication key string"}},
		Ref:    "RFC 2332 §5.3.4",
		Notes:  "At most 8 characters. The string is shown in clear, and travels in clear.",
	}
	nhrpMulticastDynamic = &grammar.Command{
		Syntax:    "ip nhrp map multicast dynamic",
		Help:      "Dynamically learn destinations from client registrations on hub",
		Kind:      grammar.Leaf,
		Negatable: true,
		Default:   "ip nhrp map multicast dynamic",
		Notes:     "On by default and not shown, as on IOS-XE 16 and later.",
	}
	nhrpMap = &grammar.Command{
		Syntax: "ip nhrp map <protocol> [<mask>] <nbma> [preference <preference>]",
		Help:   "Map dest IP addresses to NBMA addresses",
		Kind:   grammar.List,
		Key:    []string{"protocol", "mask"},
		Group:  "nhrp map",
		Args:   args{"preference": num(1, 255, "Preference value")},
		Canon:  func(l *grammar.Line) { dropHostMask(l, 4) },
		Ref:    "RFC 2332 §2.1",
	}
	nhrpMulticast = &grammar.Command{
		Syntax: "ip nhrp map multicast <nbma>",
		Help:   "Use this NBMA mapping for multicasts",
		Kind:   grammar.List,
		Key:    []string{"nbma"},
		Group:  "nhrp map",
	}
	nhrpNetworkID = &grammar.Command{
		Syntax: "ip nhrp network-id <network-id>",
		Help:   "NBMA network identifier",
		Kind:   grammar.Leaf,
		Args:   args{"network-id": num(1, 4294967295, "Network identifier")},
		Notes:  "NHRP runs on an interface that has one. The number stays in the router: the two ends may differ.",
	}
	nhrpHold = &grammar.Command{
		Syntax:  "ip nhrp holdtime <seconds>",
		Help:    "Advertised holdtime",
		Kind:    grammar.Leaf,
		Default: "ip nhrp holdtime 600",
		Ref:     "RFC 2332 §5.2.0.1",
	}
	nhrpServer = &grammar.Command{
		Syntax: "ip nhrp nhs <server> [nbma <host> [multicast]] [priority <priority>] [cluster <cluster>]",
		Help:   "Specify a next hop server",
		Kind:   grammar.List,
		Key:    []string{"server"},
		Group:  "nhrp nhs",
		Args:   serverTypes,
	}
	nhrpServerDynamic = &grammar.Command{
		Syntax: "ip nhrp nhs dynamic nbma <host> [multicast] [priority <priority>] [cluster <cluster>]",
		Help:   "Dynamic NHS protocol-address learning",
		Kind:   grammar.List,
		Key:    []string{"host"},
		Group:  "nhrp nhs",
		Args:   serverTypes,
	}
	nhrpCluster = &grammar.Command{
		Syntax: "ip nhrp nhs cluster <cluster> max-connections <connections>",
		Help:   "Number of NHS connections",
		Kind:   grammar.List,
		Key:    []string{"cluster"},
		Args:   serverTypes,
	}
	nhrpFallback = &grammar.Command{
		Syntax: "ip nhrp nhs fallback <minutes>",
		Help:   "Specify the fallback time",
		Kind:   grammar.Leaf,
		Args:   args{"minutes": num(0, 60, "Fallback time in minutes")},
	}
	nhrpRegTimeout = &grammar.Command{
		Syntax: "ip nhrp registration timeout <seconds>",
		Help:   "Registration timeout interval",
		Kind:   grammar.Leaf,
		Notes:  "A third of the holding time where absent.",
	}
	nhrpRegNoUnique = &grammar.Command{
		Syntax: "ip nhrp registration no-unique",
		Help:   "Turn off unique flag",
		Kind:   grammar.Leaf,
		Ref:    "RFC 2332 §5.2.3",
		Notes:  "The default of IOS-XE 17; kept and shown where typed.",
	}
	nhrpRegUnique = &grammar.Command{
		Syntax: "ip nhrp registration unique",
		Help:   "Turn on unique flag",
		Kind:   grammar.Leaf,
		Ref:    "RFC 2332 §5.2.3",
		Notes:  "Axle's own word for what is the default on IOS 15: the server refuses the same address from another NBMA address.",
	}
	nhrpRegDelay = &grammar.Command{
		Syntax: "ip nhrp registration delay <delay>",
		Help:   "Registration delay",
		Kind:   grammar.Leaf,
		Args:   args{"delay": num(0, 10, "Delay in seconds")},
	}
	nhrpServerOnly = &grammar.Command{
		Syntax: "ip nhrp server-only [non-caching]",
		Help:   "Disable NHRP requests",
		Kind:   grammar.Leaf,
	}
	nhrpMaxSend = &grammar.Command{
		Syntax:  "ip nhrp max-send <packets> every <interval>",
		Help:    "Rate limit NHRP traffic",
		Kind:    grammar.Leaf,
		Args:    args{"packets": num(1, 65535, "Number of packets"), "interval": num(10, 65535, "Interval in seconds")},
		Default: "ip nhrp max-send 10000 every 10",
	}
	nhrpCache = &grammar.Command{
		Syntax: "ip nhrp cache non-authoritative",
		Help:   "Respond non-authoritatively from the NHRP cache",
		Kind:   grammar.Leaf,
	}
	nhrpShortcut = &grammar.Command{
		Syntax:    "ip nhrp shortcut [virtual-template <template>]",
		Help:      "Enable shortcut switching",
		Kind:      grammar.Leaf,
		Negatable: true,
		Default:   "ip nhrp shortcut",
		Args:      args{"template": num(1, 4096, "Virtual-Template interface number")},
		Notes:     "On by default and not shown, as on IOS-XE 16 and later.",
	}
	nhrpRedirect = &grammar.Command{
		Syntax: "ip nhrp redirect [timeout <timeout>]",
		Help:   "Enable NHRP redirect traffic indication",
		Kind:   grammar.Leaf,
		Args:   args{"timeout": num(2, 30, "Interval in seconds")},
	}
	nhrpRouteWatch = &grammar.Command{
		Syntax:    "nhrp route-watch",
		Help:      "Enable route watch",
		Kind:      grammar.Leaf,
		Negatable: true,
		Default:   "nhrp route-watch",
		Effect:    grammar.NoEffect,
	}
	ifStateNHRP = &grammar.Command{
		Syntax: "if-state nhrp",
		Help:   "Set interface line protocol state using NHRP",
		Kind:   grammar.Leaf,
	}
)

var serverTypes = args{
	"host":        Host{What: "NBMA address or name of the NHS"},
	"priority":    num(0, 255, "Priority value, 0 is the highest"),
	"cluster":     num(0, 10, "Cluster number"),
	"connections": num(0, 255, "Maximum number of connections"),
}

var templateTypes = args{
	"policy":    grammar.Word{Max: 255, What: "Policy map name"},
	"kind":      grammar.Word{Max: 64, What: "Attribute"},
	"value":     grammar.Word{Max: 64, What: "Value"},
	"use":       num(1, 65535, "Number of packets"),
	"interest":  num(1, 199, "Access list number"),
	"pref":      num(1, 255, "Preference value"),
	"trigger":   num(1, 4294967295, "Service number"),
	"batch":     num(1, 65535, "Packets of a batch"),
	"batch-gap": num(1, 65535, "Milliseconds"),
	"defer":     num(0, 10, "Seconds"),
}

// nhrpCommands is in the order of running-config.
var nhrpCommands = join(
	[]*grammar.Command{
		{
			Syntax: "nhrp group <name>", Aliases: []string{"ip nhrp group <name>", "nhrp attribute group <name>"},
			Help: "NHRP group name", Kind: grammar.Leaf, Effect: grammar.NoEffect,
		},
		nhrpAuth, nhrpMulticastDynamic, nhrpMap, nhrpMulticast,
		{
			Syntax: "nhrp map group <name> service-policy output <policy>", Aliases: []string{"ip nhrp map group <name> service-policy output <policy>"},
			Help: "Policy-map name", Kind: grammar.List, Key: []string{"name"}, Args: templateTypes, Effect: grammar.NoEffect,
		},
		nhrpNetworkID, nhrpHold, nhrpServer, nhrpServerDynamic, nhrpCluster, nhrpFallback,
		nhrpRegTimeout, nhrpRegNoUnique, nhrpRegUnique, nhrpRegDelay,
	},
	[]*grammar.Command{
		leaf("ip nhrp registration req-def-map", "Request default map"),
		nhrpServerOnly,
		onByDefault("ip nhrp record", "Allow NHRP record option"),
		with(leaf("ip nhrp use <use>", "Specify usage count for sending requests"), templateTypes),
		with(leaf("ip nhrp interest {none|<interest>}", "Specify an access list"), templateTypes),
		leaf("ip nhrp responder <interface>", "Responder interface"),
		nhrpMaxSend,
		leaf("ip nhrp send-routed", "Send NHRP packets by the routing table"),
		nhrpCache,
		with(leaf("ip nhrp path preference <pref> [adaptive]", "Preference of the path"), templateTypes),
		list("ip nhrp summary-map <line>", "Summary map"),
		with(list("ip nhrp attribute set <kind> <value>", "Set an attribute", "kind"), templateTypes),
		leaf("ip nhrp connect", "Make connections"),
		leaf("ip nhrp reject", "Reject requests"),
		with(leaf("ip nhrp trigger-svc <trigger>", "Create NHRP cache when triggered"), templateTypes),
		with(leaf("ip nhrp multicast batch-size <batch> batch-interval <batch-gap>", "Replication of multicast in batches"), templateTypes),
		list("ip nhrp bfd <line>", "BFD of NHRP sessions"),
		leaf("nhrp event-publisher max-event-timeout <n>", "Publisher of events"),
		with(leaf("nhrp multicast batch-size <batch> batch-interval <batch-gap>", "Replication of multicast in batches"), templateTypes),
		nhrpShortcut, nhrpRedirect,
	},
)

// dropHostMask removes the i-th word of a line if it is the mask of a host.
func dropHostMask(l *grammar.Line, i int) {
	if l.Args["mask"] == "255.255.255.255" && len(l.Words) > i && l.Words[i] == "255.255.255.255" {
		l.Words = append(l.Words[:i:i], l.Words[i+1:]...)
		delete(l.Args, "mask")
	}
}

// nhrp reads the NHRP lines of one family in an interface's section.
func (d *decoder) nhrp(s *grammar.Tree, w *nhrpWords) engine.Tunnel {
	n := engine.Tunnel{
		Hold: defaultHold, RedirectTimeout: defaultRedirectTimeout,
		MaxSend: defaultMaxSend, MaxSendEvery: defaultMaxSendEvery,
	}
	if l := d.line(s, w.networkID); l != nil {
		n.NetworkID = uint32(number(l, "network-id"))
	}
	if l := d.line(s, w.auth); l != nil {
		n.Auth = l.Args["string"]
	}
	if l := d.line(s, w.hold); l != nil {
		n.Hold = seconds(l, "seconds")
	}
	if l := d.line(s, w.regTimeout); l != nil {
		n.RegTimeout = seconds(l, "seconds")
	}
	if l := d.line(s, w.regDelay); l != nil {
		n.RegDelay = seconds(l, "delay")
	}
	n.Unique = d.line(s, w.regUnique) != nil
	n.MulticastDynamic = d.on(s, w.multicastDynamic)
	n.Shortcut = d.on(s, w.shortcut)
	n.ServerOnly = d.line(s, w.serverOnly) != nil
	n.NonAuthoritativeCache = d.line(s, w.cache) != nil
	n.StateControl = d.line(s, ifStateNHRP) != nil
	if l := d.line(s, w.redirect); l != nil {
		n.Redirect = true
		if l.Args["timeout"] != "" {
			n.RedirectTimeout = seconds(l, "timeout")
		}
	}
	if l := d.line(s, w.maxSend); l != nil {
		n.MaxSend, n.MaxSendEvery = number(l, "packets"), seconds(l, "interval")
	}
	d.maps(s, w, &n)
	d.servers(s, w, &n)
	return n
}

// maps reads the static mappings.
func (d *decoder) maps(s *grammar.Tree, w *nhrpWords, n *engine.Tunnel) {
	for l := range d.lines(s, w.mapping) {
		p, err := netip.ParsePrefix(l.Args["prefix6"])
		if a := addr(l, "protocol"); a.IsValid() {
			bits := 32
			if m := l.Args["mask"]; m != "" {
				bits = maskBits(m)
			}
			p, err = a.Prefix(bits)
		}
		if err == nil {
			n.Maps = append(n.Maps, engine.Map{Proto: p.Masked(), NBMA: addr(l, "nbma")})
		}
	}
	for l := range d.lines(s, w.multicast) {
		n.Multicast = append(n.Multicast, addr(l, "nbma"))
	}
}

// servers reads the next hop servers.
func (d *decoder) servers(s *grammar.Tree, w *nhrpWords, n *engine.Tunnel) {
	for _, c := range []*grammar.Command{w.server, w.serverDynamic} {
		for l := range d.lines(s, c) {
			n.Servers = append(n.Servers, engine.ServerConfig{
				Addr: addr(l, "server"), NBMA: addr(l, "host"), Multicast: l.Has("multicast"),
				Priority: uint8(number(l, "priority")), Cluster: uint8(number(l, "cluster")),
			})
		}
	}
	for l := range d.lines(s, w.cluster) {
		if n.ClusterMax == nil {
			n.ClusterMax = map[uint8]int{}
		}
		n.ClusterMax[uint8(number(l, "cluster"))] = number(l, "connections")
	}
	if l := d.line(s, w.fallback); l != nil {
		n.Fallback = time.Duration(number(l, "minutes")) * time.Minute
	}
}

// maskBits returns the length of a network mask, -1 where it is none.
func maskBits(mask string) int {
	a, err := netip.ParseAddr(mask)
	if err != nil || !a.Is4() {
		return -1
	}
	b, n := a.As4(), 0
	for n < 32 && b[n/8]&(0x80>>(n%8)) != 0 {
		n++
	}
	if p, err := netip.AddrFrom4([4]byte{255, 255, 255, 255}).Prefix(n); err != nil || p.Addr() != a {
		return -1
	}
	return n
}

// checkNHRP refuses NHRP lines that cannot be.
func checkNHRP(l *grammar.Line) error {
	if (l.Command == nhrp4.auth || l.Command == nhrp6.auth) && len(l.Args["string"]) > maxAuth {
		return &Refusal{"% NHRP: authentication string is longer than 8 characters"}
	}
	return nil
}

// noticeNHRP returns what IOS prints after an NHRP line.
func noticeNHRP(s *grammar.Tree, l *grammar.Line) string {
	for _, w := range []*nhrpWords{&nhrp4, &nhrp6} {
		if l.Command == w.redirect && storedLine(s, w.networkID) == nil {
			return "% NHRP-WARNING: '" + l.Words[0] + " nhrp redirect' failed to initialise\n"
		}
	}
	return ""
}

// impliedByRegistration returns the line that one of the two words on unique
// bindings takes away.
func impliedByRegistration(l *grammar.Line) []*grammar.Line {
	if l.No || l.Default {
		return nil
	}
	other := "unique"
	if l.Command == nhrp4.regUnique || l.Command == nhrp6.regUnique {
		other = "no-unique"
	}
	return match(ConfigIf, "no "+l.Words[0]+" nhrp registration "+other)
}

package ios

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"axle/cli/grammar"
)

// The commands that open interfaces.
var (
	// InterfaceCmd opens an interface: <interface>. ModeOf tells its mode: that
	// of a sub-interface differs in the prompt alone.
	InterfaceCmd = &grammar.Command{
		Syntax: "interface <interface> [type {tunnel|ethernet|ppp}|point-to-point|multipoint|l2transport]",
		Help:   "Select an interface to configure",
		Kind:   grammar.Section,
		Opens:  ConfigIf,
		Key:    []string{"interface"},
		Break:  true,
		Less:   lessInterface,
	}
	// RangeCmd opens several interfaces at once: <interfaces>, such as
	// "GigabitEthernet0/0 - 3 , Tunnel0". It leaves no line; RangeOf names them.
	RangeCmd = &grammar.Command{
		Syntax: "interface range <interfaces>",
		Help:   "interface range command",
		Kind:   grammar.Exec,
		Opens:  ConfigRange,
	}
)

// The commands of an interface that the router acts on.
var (
	ifDescription = &grammar.Command{
		Syntax: "description <text>",
		Help:   "Interface specific description",
		Kind:   grammar.Leaf,
		Args:   args{"text": grammar.Rest{Max: 240, What: "Up to 240 characters describing this interface"}},
	}
	ifBandwidth = &grammar.Command{
		Syntax: "bandwidth <kbps>",
		Help:   "Set bandwidth informational parameter",
		Kind:   grammar.Leaf,
		Args:   args{"kbps": num(1, 200000000, "Bandwidth in kilobits")},
		Notes:  "Kilobits a second. It is what routing protocols compute with, and limits nothing.",
	}
	ifSecondary = &grammar.Command{
		Syntax: "ip address <address> <mask> secondary",
		Help:   "Make this IP address a secondary address",
		Kind:   grammar.List,
		Key:    []string{"address"},
		Absent: "no ip address",
		Args:   addressMask,
	}
	ifAddress = &grammar.Command{
		Syntax: "ip address {<address> <mask>|dhcp [client-id <interface>] [hostname <word>]|negotiated [previous]|pool <name>}",
		Help:   "Set the IP address of an interface",
		Kind:   grammar.Leaf,
		Absent: "no ip address",
		Args:   addressMask,
		Notes:  "`dhcp` and `negotiated` are stored, but get no address yet.",
	}
	ifUnnumbered = &grammar.Command{
		Syntax: "ip unnumbered <interface> [poll]",
		Help:   "Enable IP processing without an explicit address",
		Kind:   grammar.Leaf,
		Effect: grammar.NoEffect,
		Absent: "no ip address",
		Notes:  "It and `ip address` replace each other.",
	}
	ifRedirects = &grammar.Command{
		Syntax:    "ip redirects",
		Help:      "Enable sending ICMP Redirect messages",
		Kind:      grammar.Leaf,
		Negatable: true,
		Default:   "ip redirects",
		Ref:       "RFC 792",
	}
	ifUnreachables = &grammar.Command{
		Syntax:    "ip unreachables",
		Help:      "Enable sending ICMP Unreachable messages",
		Kind:      grammar.Leaf,
		Negatable: true,
		Default:   "ip unreachables",
		Ref:       "RFC 792",
	}
	ifIPMTU = &grammar.Command{
		Syntax: "ip mtu <bytes>",
		Help:   "Set IP Maximum Transmission Unit",
		Kind:   grammar.Leaf,
		Args:   args{"bytes": num(68, 18000, "MTU (bytes)")},
	}
	ifMTU = &grammar.Command{
		Syntax: "mtu <bytes>",
		Help:   "Set the interface Maximum Transmission Unit (MTU)",
		Kind:   grammar.Leaf,
		Args:   args{"bytes": num(64, 18000, "MTU size in bytes")},
	}
	ifMSS = &grammar.Command{
		Syntax: "ip tcp adjust-mss <bytes>",
		Help:   "Adjust the mss of transit packets",
		Kind:   grammar.Leaf,
		Args:   args{"bytes": num(500, 1460, "Maximum segment size in bytes")},
		Ref:    "RFC 879",
	}
	ifLoadInterval = &grammar.Command{
		Syntax:  "load-interval <seconds>",
		Help:    "Specify interval for load calculation for an interface",
		Kind:    grammar.Leaf,
		Args:    args{"seconds": num(30, 600, "Load interval delay in seconds")},
		Default: "load-interval 300",
	}
	ifDelay = &grammar.Command{
		Syntax: "delay <delay>",
		Help:   "Specify interface throughput delay",
		Kind:   grammar.Leaf,
		Args:   args{"delay": num(1, 16777215, "Throughput delay (tens of microseconds)")},
	}
	ifKeepalive = &grammar.Command{
		Syntax: "keepalive [<period> [<retries>]]",
		Help:   "Enable keepalive",
		Kind:   grammar.Leaf,
		Args:   args{"period": num(0, 32767, "Keepalive period (default 10 seconds)"), "retries": num(1, 255, "Keepalive retries")},
		Effect: grammar.NoEffect,
		Canon: func(l *grammar.Line) {
			if len(l.Words) == 1 {
				l.Words = append(l.Words, "10", "3")
				l.Args["period"], l.Args["retries"] = "10", "3"
			}
		},
	}
	ifShutdown = &grammar.Command{
		Syntax: "shutdown", Aliases: []string{"sh"},
		Help: "Shutdown the selected interface",
		Kind: grammar.Leaf,
	}
)

// interfaceCommands is in the order of running-config.
var interfaceCommands = join(
	[]*grammar.Command{
		ifDescription,
		ifVRF,
		leaf("mac-address <word>", "Manually set interface MAC address"),
		ifBandwidth, ifMTU,
		ifEncapsulation,
		ifSecondary, ifAddress,
		ifUnnumbered,
	},
	[]*grammar.Command{
		list("ip access-group <word> {in|out}", "Specify access control for packets"),
		ifRedirects, ifUnreachables,
		onByDefault("ip proxy-arp", "Enable proxy ARP"),
		onByDefault("ip route-cache", "Enable fast-switching cache for outgoing packets"),
		onByDefault("ip route-cache cef", "Enable Cisco Express Forwarding"),
		either("ip route-cache flow", "Enable Flow fast-switching cache"),
		either("ip route-cache policy", "Enable fast-switching policy cache for outgoing packets"),
		either("ip route-cache same-interface", "Enable fast-switching on the same interface"),
		leaf("ip route-cache distributed", "Distributed switching"),
		onByDefault("ip mroute-cache", "Enable switching cache for incoming multicast packets"),
		list("ip helper-address <line>", "Specify a destination address for UDP broadcasts"),
		ifIPMTU,
		leaf("ip nat {inside|outside|enable|allow-static-host}", "NAT interface commands"),
		list("ip nat {create|log} <line>", "NAT interface commands"),
		list("ip nbar protocol-discovery [<line>]", "Network-Based Application Recognition"),
		list("ip flow {ingress|egress|monitor} [<line>]", "NetFlow related commands"),
		list("ip pim {bidir-neighbor-filter|border|bsr-border|dense-mode|dr-priority|hello-interval|join-prune-interval|nbma-mode|neighbor-filter|passive|query-interval|redundancy|snooping|sparse-dense-mode|sparse-mode|state-refresh|version} [<line>]", "PIM interface commands"),
		list("ip igmp {access-group|explicit-tracking|filter|group-timeout|host-proxy|last-member-query-response-time|query-timeout|robustness-variable|helper-address|immediate-leave|join-group|last-member-query-count|last-member-query-interval|limit|max-groups|mroute-proxy|proxy-service|querier-timeout|query-interval|query-max-response-time|static-group|tcn|unidirectional-link|v3lite|version} [<line>]", "IGMP interface commands"),
		ifReassembly,
		list("ip virtual-reassembly {in|out} <line>", "Virtual reassembly"),
		list("ip virtual-reassembly {max-reassemblies|max-fragments|timeout|drop-fragments|percentage} [<line>]", "Virtual reassembly"),
		list("ip inspect <word> {in|out}", "Apply inspect name"),
	},
	eigrpInterfaceCommands,
	onTunnels(nhrpCommands),
	[]*grammar.Command{
		leaf("zone-member security <name>", "Apply zone name"),
		list("ip summary-address rip <address> <mask>", "Routing Information Protocol (RIP)", "address", "mask"),
		ifEIGRPSummary,
		ifMSS, ifLoadInterval,
	},
	ospfInterfaceCommands,
	[]*grammar.Command{
		leaf("ip policy route-map <name>", "Policy route map"),
		ifDelay, ifKeepalive, ifStateNHRP,
		with(leaf("if-state track <object>", "Set interface line protocol state using a tracked object"), args{"object": num(1, 1000, "Object number")}),
		ifShutdown,
	},
	portCommands,
	accessCommands,
	linkCommands,
	radioCommands,
	ipPortCommands,
	addressCommands6,
	[]*grammar.Command{
		list("ipv6 nd <line>", "IPv6 interface Neighbor Discovery subcommands"),
		leaf("ipv6 traffic-filter <word> {in|out}", "Access control list for packets"),
	},
	onTunnels(nhrpCommands6),
	[]*grammar.Command{
		list("ipv6 eigrp <n>", "Configure EIGRP IPv6 on interface"),
		list("ipv6 ospf <line>", "OSPF interface commands"),
		list("ipv6 rip <line>", "Configure RIP routing protocol"),
	}, ipv6PortCommands, []*grammar.Command{
		list("ospfv3 <line>", "OSPFv3 interface commands"),
		leaf("bfd interval <n> min_rx <min-rx> multiplier <multiplier>", "BFD interface commands"),
		leaf("bfd template <name>", "BFD template"),
		onByDefault("bfd enable", "Enable BFD under the interface"),
		leaf("qos pre-classify", "Enable QOS classification before packets are tunnel encapsulated"),
		leaf("service-policy input <name>", "Assign policy-map to the input of an interface"),
		leaf("service-policy output <name>", "Assign policy-map to the output of an interface"),
		list("service-policy type <line>", "Assign a policy-map of another type"),
		list("hold-queue <n> {in|out}", "Set hold queue depth", "in", "out"),
		leaf("hold-queue <n>", "Set hold queue depth"),
		ifCryptoMap,
		leaf("ipv6 crypto map <name>", "Assign a Crypto Map"),
		list("crypto ipsec client ezvpn <name> [inside|outside]", "Cisco Easy VPN", "name"),
		leaf("crypto ipsec df-bit {clear|copy|set}", "Handling of encapsulated DF bit"),
		leaf("crypto ipsec fragmentation {before-encryption|after-encryption}", "Handling of fragmentation of near-MTU sized packets"),
		leaf("crypto engine <line>", "Crypto engine"),
		leaf("mpls ip", "Configure dynamic MPLS forwarding for IP"),
		leaf("mpls mtu [override|maximum] <n>", "Set label switched packet MTU"),
		leaf("mpls bgp forwarding", "BGP forwarding"),
		leaf("mpls label protocol {ldp|tdp|both}", "Label protocol"),
		list("mpls ldp {discovery|igp} <line>", "LDP interface commands"),
		list("mpls {traffic-eng|netflow|accounting|propagate-cos|tp|prefix-map} [<line>]", "MPLS interface commands"),
		list("tag-switching <line>", "Dynamic tag switching"),
		leaf("mpls nhrp", "Enable MPLS tag switching for NHRP"),
	},
	onTunnels(tunnelCommands),
	onTunnels([]*grammar.Command{nhrpRouteWatch}),
)

// onTunnels says that the defaults of commands hold on tunnels alone.
func onTunnels(cmds []*grammar.Command) []*grammar.Command {
	for _, c := range cmds {
		c.DefaultIn = func(section *grammar.Line) bool {
			return section != nil && strings.HasPrefix(section.Args["interface"], "Tunnel")
		}
	}
	return cmds
}

// RangeOf returns the lines that open the interfaces of an "interface range"
// line, at most 256.
func RangeOf(l *grammar.Line) []*grammar.Line {
	var out []*grammar.Line
	for part := range strings.SplitSeq(l.Args["interfaces"], " , ") {
		first, last, many := strings.Cut(part, " - ")
		names := []string{first}
		if i := strings.LastIndexAny(first, "/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"); many && i >= 0 {
			names = names[:0]
			for n := atoi(first[i+1:]); n <= atoi(last) && len(names) < 256; n++ {
				names = append(names, fmt.Sprintf("%s%d", first[:i+1], n))
			}
		}
		for _, n := range names {
			out = append(out, match(ConfigMode, "interface "+n)...)
		}
	}
	return out[:min(len(out), 256)]
}

// ModeOf returns the mode that a section's line opens: Command.Opens, but
// ConfigSubif for a sub-interface.
func ModeOf(l *grammar.Line) *grammar.Mode {
	if name := interfaceName(l); strings.Contains(name, ".") && !IsLink(name) {
		return ConfigSubif
	}
	return l.Command.Opens
}

// interfaceName returns the name of the interface that a line opens, "" where
// it opens none.
func interfaceName(l *grammar.Line) string {
	if l == nil || l.Command != InterfaceCmd {
		return ""
	}
	return l.Args["interface"]
}

// lessInterface orders interfaces as running-config does: loopbacks, tunnels,
// ports by kind and slot with their sub-interfaces, and the rest.
func lessInterface(a, b *grammar.Line) bool {
	return compareInterface(a.Args["interface"], b.Args["interface"]) < 0
}

func compareInterface(a, b string) int {
	if x, y := IsLink(a), IsLink(b); x && y {
		return strings.Compare(a, b)
	}
	la, na := splitInterface(a)
	lb, nb := splitInterface(b)
	if c := interfaceRank(la) - interfaceRank(lb); c != 0 {
		return c
	}
	if c := strings.Compare(la, lb); c != 0 {
		return c
	}
	cut := func(r rune) bool { return r < '0' || r > '9' }
	return slices.CompareFunc(strings.FieldsFunc(na, cut), strings.FieldsFunc(nb, cut), func(x, y string) int {
		if len(x) != len(y) {
			return len(x) - len(y)
		}
		return strings.Compare(x, y)
	})
}

func interfaceRank(kind string) int {
	switch kind {
	case "Loopback":
		return 0
	case "Tunnel":
		return 1
	case "Port-channel":
		return 2
	case "Vlan", "BDI", "BVI", "Dialer", "Virtual-Template", "Virtual-Access", "nve":
		return 4
	default:
		return 3
	}
}

// interfaceOf reads the section of one interface.
func (d *decoder) interfaceOf(s *grammar.Tree, name string) Interface {
	i := Interface{
		Name: name, LoadInterval: 5 * time.Minute,
		Redirects: d.on(s, ifRedirects), Unreachables: d.on(s, ifUnreachables), Unreachables6: d.on(s, ifUnreachables6),
		Shutdown: d.line(s, ifShutdown) != nil,
		VRF:      vrfOf(s),
	}
	if l := d.line(s, ifDescription); l != nil {
		i.Description = l.Args["text"]
	}
	i.Addrs, i.IPv6 = d.addresses(s), d.addresses6(s)
	for _, f := range []struct {
		c    *grammar.Command
		arg  string
		into *int
	}{
		{ifMTU, "bytes", &i.MTU},
		{ifIPMTU, "bytes", &i.IPMTU},
		{ifMSS, "bytes", &i.MSS},
		{ifMTU6, "bytes", &i.IP6MTU},
		{ifMSS6, "bytes", &i.MSS6},
		{ifBandwidth, "kbps", &i.Bandwidth},
		{ifDelay, "delay", &i.Delay},
	} {
		if l := d.line(s, f.c); l != nil {
			*f.into = number(l, f.arg)
		}
	}
	if l := d.line(s, ifLoadInterval); l != nil {
		i.LoadInterval = seconds(l, "seconds")
	}
	if l := d.line(s, ifKeepalive); l != nil {
		i.Keepalive = seconds(l, "period")
	}
	if strings.HasPrefix(name, "Tunnel") {
		i.Tunnel = d.tunnel(s, name)
	}
	return i
}

// addresses reads the addresses of an interface's section, the primary first.
func (d *decoder) addresses(s *grammar.Tree) []netip.Prefix {
	var out []netip.Prefix
	add := func(l *grammar.Line) {
		if p, ok := prefixOf(l); ok {
			out = append(out, p)
		}
	}
	if l := d.line(s, ifAddress); l != nil {
		add(l)
	}
	for l := range d.lines(s, ifSecondary) {
		add(l)
	}
	return out
}

package ios

import (
	"net/netip"
	"slices"

	"axle/cli/grammar"
	"axle/nhrp/engine"
)

// The tunnel commands of an interface.
var (
	tunnelSource = &grammar.Command{
		Syntax: "tunnel source {<ip>|<interface>|dynamic}",
		Help:   "source of tunnel packets",
		Kind:   grammar.Leaf,
		Ref:    "RFC 2784 §1",
	}
	tunnelMode = &grammar.Command{
		Syntax:  "tunnel mode {gre {ip|ipv6|multipoint [ipv6]}|ipsec {ipv4 [v6-overlay]|ipv6}|ipip|ipv6ip [6rd|6to4|auto-tunnel|isatap]|mpls traffic-eng|dvmrp|vxlan-gpe [ipv4|ipv6]|vxlan [ipv4|ipv6]|aurp|cayman|eon|ipv6|nos|rbscp|iptalk|sdwan}",
		Help:    "tunnel encapsulation method",
		Kind:    grammar.Leaf,
		Default: "tunnel mode gre ip",
		Ref:     "RFC 2784",
		Notes:   "Only the GRE modes forward packets; the others are stored. `tunnel mode gre multipoint` also enters `no ip redirects`, as IOS does.",
	}
	tunnelDestination = &grammar.Command{
		Syntax: "tunnel destination {<ip>|dynamic|<host>}",
		Help:   "destination of tunnel",
		Kind:   grammar.Leaf,
		Notes:  "A host name is stored, but not resolved.",
	}
	tunnelKey = &grammar.Command{
		Syntax: "tunnel key <key>",
		Help:   "security or selector key",
		Kind:   grammar.Leaf,
		Args:   args{"key": num(0, 4294967295, "key")},
		Ref:    "RFC 2890 §2.1",
	}
	tunnelChecksum = &grammar.Command{
		Syntax: "tunnel checksum",
		Help:   "enable end to end checksumming of packets",
		Kind:   grammar.Leaf,
		Ref:    "RFC 2784 §2.5",
	}
	tunnelTTL = &grammar.Command{
		Syntax:  "tunnel ttl <ttl>",
		Help:    "set time to live",
		Kind:    grammar.Leaf,
		Args:    args{"ttl": num(1, 255, "ttl")},
		Default: "tunnel ttl 255",
	}
	tunnelTOS = &grammar.Command{
		Syntax: "tunnel tos <tos>",
		Help:   "set type of sevice byte",
		Kind:   grammar.Leaf,
		Args:   args{"tos": num(0, 255, "tos")},
	}
	tunnelPMTUD = &grammar.Command{
		Syntax: "tunnel path-mtu-discovery [age-timer {<minutes>|infinite}] [min-mtu <min-mtu>]",
		Help:   "Enable Path MTU Discovery on tunnel",
		Kind:   grammar.Leaf,
		Args:   args{"minutes": num(10, 30, "Aging time"), "min-mtu": num(92, 65535, "Min pmtud mtu allowed")},
		Ref:    "RFC 1191",
	}
	tunnelProtection = &grammar.Command{
		Syntax: "tunnel protection ipsec profile <profile> [shared] [ikev2-profile <ike-profile>|isakmp-profile <ike-profile>]",
		Help:   "Define IPSec profile for tunnel encapsulation",
		Kind:   grammar.Leaf,
		Args: args{
			"profile":     grammar.Word{Max: 255, What: "IPSec profile name"},
			"ike-profile": grammar.Word{Max: 255, What: "IKE profile name"},
		},
		Effect: grammar.NoEffect,
		Ref:    "RFC 4301 §5",
		Notes:  "A profile that is not configured is ignored without a word, as on IOS-XE 17.15.",
	}
)

// tunnelVRF is the VRF of a tunnel's packets.
var tunnelVRF = inForce(leaf("tunnel vrf <name>", "set tunnel vrf membership"))

// tunnelCommands is in the order of running-config.
var tunnelCommands = []*grammar.Command{
	tunnelSource, tunnelMode, tunnelDestination, tunnelKey,
	tunnelVRF,
	with(leaf("tunnel bandwidth receive <kbps>", "Receive bandwidth"), args{"kbps": num(1, 10000000, "Bandwidth in kilobits")}),
	with(leaf("tunnel bandwidth transmit <kbps>", "Transmit bandwidth"), args{"kbps": num(1, 10000000, "Bandwidth in kilobits")}),
	tunnelTTL, tunnelTOS, tunnelChecksum, tunnelPMTUD,
	leaf("tunnel route-via <interface> {mandatory|preferred}", "Select subset of routes for tunnel transport"),
	leaf("tunnel entropy", "Enable GRE-IPSec tunnel entropy"),
	leaf("tunnel flow egress-records", "Enable egress flow records"),
	leaf("tunnel vxlan vni <n>", "VXLAN network identifier"),
	list("tunnel 6rd <line>", "6RD"),
	leaf("tunnel sequence-datagrams", "drop datagrams arriving out of order"),
	list("tunnel mpls traffic-eng <line>", "MPLS Traffic Engineering"),
	leaf("tunnel rbscp <line>", "RBSCP"),
	leaf("tunnel endpoint service-policy output <name>", "Policy of endpoints"),
	leaf("tunnel dst-port <n>", "UDP port"),
	leaf("tunnel src-port <n>", "UDP port"),
	leaf("tunnel raise-state <line>", "Signal Tunnel UP"),
	leaf("tunnel udlr <line>", "associate tunnel with unidirectional interface"),
	tunnelProtection,
	leaf("tunnel protection ipsec policy {ipv4|ipv6} <name>", "Policy of the protection"),
}

// tunnel reads the tunnel part of an interface's section.
func (d *decoder) tunnel(s *grammar.Tree, name string) *Tunnel {
	t := &Tunnel{TTL: 255, TOS: -1, NHRP: d.nhrp(s, &nhrp4), NHRP6: d.nhrp(s, &nhrp6)}
	t.NHRP.Name, t.NHRP6.Name = name, name
	if l := d.line(s, tunnelSource); l != nil {
		t.Source = firstOf(l, "ip", "interface")
	}
	if l := d.line(s, tunnelDestination); l != nil {
		t.Dest = addr(l, "ip")
	}
	if l := d.line(s, tunnelMode); l != nil {
		t.Multipoint, t.IPv6 = l.Has("multipoint"), l.Has("gre") && l.Has("ipv6")
	}
	if l := d.line(s, tunnelKey); l != nil {
		t.HasKey, t.Key = true, uint32(number(l, "key"))
	}
	if l := d.line(s, tunnelTTL); l != nil {
		t.TTL = uint8(number(l, "ttl"))
	}
	if l := d.line(s, tunnelTOS); l != nil {
		t.TOS = number(l, "tos")
	}
	if l := d.line(s, tunnelVRF); l != nil {
		t.VRF = l.Args["name"]
	}
	t.Checksum = d.line(s, tunnelChecksum) != nil
	t.PathMTU = d.line(s, tunnelPMTUD) != nil
	if l := d.line(s, tunnelProtection); l != nil {
		t.Protection = l.Args["profile"]
	}
	for _, n := range []*engine.Tunnel{&t.NHRP, &t.NHRP6} {
		n.VRF, n.Multipoint, n.Dest = vrfOf(s), t.Multipoint, t.Dest
		n.Protected = t.Protection != ""
	}
	return t
}

// checkTunnel refuses lines that do not go together with what stands in the
// tunnel's section.
func checkTunnel(t *grammar.Tree, l *grammar.Line, s *grammar.Tree) error {
	switch l.Command {
	case tunnelDestination:
		if m := storedLine(s, tunnelMode); m != nil && m.Has("multipoint") {
			return &Refusal{"Tunnel destination not configurable on multipoint tunnel"}
		}
	case tunnelMode:
		if l.Has("multipoint") && storedLine(s, tunnelDestination) != nil {
			return &Refusal{"Tunnel set mode failed. p2mp tunnels cannot have a tunnel destination."}
		}
	case tunnelProtection:
		if !exists(t, ipsecProfile, l.Args["profile"]) {
			return &Refusal{""} // 17.15 says nothing and stores nothing
		}
	}
	return nil
}

// impliedByMode returns the line that "tunnel mode gre multipoint" brings.
func impliedByMode(s *grammar.Tree, l *grammar.Line) []*grammar.Line {
	if l.No || l.Default || !l.Has("multipoint") {
		return nil
	}
	if old := storedLine(s, tunnelMode); old != nil && old.Has("multipoint") {
		return nil
	}
	return match(ConfigIf, "no ip redirects")
}

// noticeTunnel returns what IOS prints after a tunnel line.
func noticeTunnel(s *grammar.Tree, l *grammar.Line) string {
	if l.Command == tunnelMode && storedLine(s, tunnelProtection) != nil {
		return "%WARNING: The tunnel mode has been modified while the tunnel protection is already active. It is recommended to run \"shutdown\" and \"no shutdown\" on " +
			s.Line.Args["interface"] + " interface to refresh the config.\n"
	}
	return ""
}

// firstOf returns the first argument of those named that l has.
func firstOf(l *grammar.Line, names ...string) string {
	i := slices.IndexFunc(names, func(n string) bool { return l.Args[n] != "" })
	if i < 0 {
		return ""
	}
	return l.Args[names[i]]
}

// addr returns an argument as an address, the zero value where it is none.
func addr(l *grammar.Line, name string) netip.Addr {
	a, err := netip.ParseAddr(l.Args[name])
	if err != nil {
		return netip.Addr{}
	}
	return a
}

package ios

import (
	"net/netip"
	"strings"

	"axle/cli/grammar"
)

// The IPv6 commands of an interface that the router acts on.
var (
	ifLinkLocal6 = &grammar.Command{
		Syntax: "ipv6 address <ipv6> link-local",
		Help:   "Use link-local address",
		Kind:   grammar.Leaf,
		Ref:    "RFC 4291 §2.5.6",
		Notes:  "Without it the router makes one from the MAC address of the interface, or of the first port.",
	}
	ifAddress6 = &grammar.Command{
		Syntax: "ipv6 address <prefix6> [eui-64|anycast]",
		Help:   "Configure IPv6 address on interface",
		Kind:   grammar.List,
		Key:    []string{"prefix6"},
		Ref:    "RFC 4291 §2.5.1",
	}
	ifEnable6 = &grammar.Command{
		Syntax: "ipv6 enable",
		Help:   "Enable IPv6 on interface",
		Kind:   grammar.Leaf,
	}
	ifMTU6 = &grammar.Command{
		Syntax: "ipv6 mtu <bytes>",
		Help:   "Set IPv6 Maximum Transmission Unit",
		Kind:   grammar.Leaf,
		Args:   args{"bytes": num(1280, 65535, "MTU (bytes)")},
		Ref:    "RFC 8200 §5",
	}
	ifMSS6 = &grammar.Command{
		Syntax: "ipv6 tcp adjust-mss <bytes>",
		Help:   "Adjust the mss of transit packets",
		Kind:   grammar.Leaf,
		Args:   args{"bytes": num(40, 1454, "Maximum segment size in bytes")},
		Ref:    "RFC 879",
	}
	ifUnreachables6 = &grammar.Command{
		Syntax:    "ipv6 unreachables",
		Help:      "Enable sending of ICMP Unreachable messages",
		Kind:      grammar.Leaf,
		Negatable: true,
		Default:   "ipv6 unreachables",
		Ref:       "RFC 4443 §3.1",
	}
)

// addressCommands6 is in the order of running-config.
var addressCommands6 = []*grammar.Command{
	ifLinkLocal6, ifAddress6,
	leaf("ipv6 address autoconfig [default]", "Obtain address using autoconfiguration"),
	leaf("ipv6 address dhcp [rapid-commit]", "Obtain a ipv6 address using dhcp"),
	list("ipv6 address <name> <prefix6> [eui-64]", "General prefix name"),
	ifEnable6, ifMTU6, ifMSS6,
}

// An Addresses6 is what the configuration says of an interface's IPv6 addresses.
type Addresses6 struct {
	Enabled   bool           // "ipv6 enable", or any address
	Global    []netip.Prefix // with their masks, in the order of entry
	EUI64     []netip.Prefix // networks in which the interface has the address that its MAC address gives
	LinkLocal netip.Addr     // zero: made from a MAC address
}

// addresses6 reads the IPv6 addresses of an interface's section.
func (d *decoder) addresses6(s *grammar.Tree) Addresses6 {
	var a Addresses6
	for l := range d.lines(s, ifAddress6) {
		p, err := netip.ParsePrefix(l.Args["prefix6"])
		switch {
		case err != nil:
		case l.Has("eui-64"):
			a.EUI64 = append(a.EUI64, p.Masked())
		default:
			a.Global = append(a.Global, p)
		}
	}
	if l := d.line(s, ifLinkLocal6); l != nil {
		a.LinkLocal = addr(l, "ipv6")
	}
	a.Enabled = d.line(s, ifEnable6) != nil || len(a.Global)+len(a.EUI64) > 0 || a.LinkLocal.IsValid()
	return a
}

// EUI64 returns the address that a MAC address, 12 hexadecimal digits with dots or
// colons among them, gives in a network of 64 bits. RFC 4291, appendix A.
func EUI64(network netip.Prefix, mac string) netip.Addr {
	var b [6]byte
	n := 0
	for _, c := range strings.ToLower(mac) {
		i := strings.IndexRune("0123456789abcdef", c)
		if i < 0 {
			continue
		}
		if n < 12 {
			b[n/2] = b[n/2]<<4 | byte(i)
		}
		n++
	}
	if n != 12 || !network.Addr().Is6() {
		return netip.Addr{}
	}
	a := network.Addr().As16()
	copy(a[8:], []byte{b[0] ^ 2, b[1], b[2], 0xff, 0xfe, b[3], b[4], b[5]})
	return netip.AddrFrom16(a)
}

// checkAddress6 refuses an IPv6 address that no host can have, or that another
// interface has.
func checkAddress6(t *grammar.Tree, l *grammar.Line, s *grammar.Tree) error {
	if l.Command == ifLinkLocal6 {
		if a := addr(l, "ipv6"); !a.IsLinkLocalUnicast() {
			return &Refusal{"% Invalid link-local address"}
		}
		return nil
	}
	p, err := netip.ParsePrefix(l.Args["prefix6"])
	if err != nil {
		return nil
	}
	a := p.Addr()
	switch {
	case a.IsMulticast(), a.IsLoopback(), a.IsUnspecified(), a.Is4In6():
		return &Refusal{"%" + l.Args["prefix6"] + " is invalid"}
	case a.IsLinkLocalUnicast():
		return &Refusal{"% Use \"link-local\" for this address"}
	}
	if other := addressesOf(t).overlap(p, s); other != nil {
		for x := range other.Lines(ifAddress6) {
			if q, ok := networkOf(x.Line); ok && !x.Line.No && q.Overlaps(p) {
				return &Refusal{"%" + interfaceName(s.Line) + ": Error: " + text(p.Masked()) + " is overlapping with " + text(q.Masked()) + " on " + interfaceName(other.Line)}
			}
		}
	}
	return nil
}

// text writes a prefix as running-config does.
func text(p netip.Prefix) string { return strings.ToUpper(p.String()) }

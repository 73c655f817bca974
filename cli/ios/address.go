package ios

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"

	"axle/cli/grammar"
)

// A ifMask is the mask of an interface's address. One with ones behind zeros is
// read, so that the refusal can name it.
type ifMask struct{ grammar.Mask }

// Parse reads a mask. See grammar.Type.
func (ifMask) Parse(words []string) (text string, n, bad int, ok bool) {
	return grammar.IPv4{}.Parse(words)
}

// addressMask is the type of the mask in "ip address".
var addressMask = args{"mask": ifMask{}}

// prefixOf returns the address and mask of an "ip address" line, not masked.
func prefixOf(l *grammar.Line) (netip.Prefix, bool) {
	if checkMask(l) != nil {
		return netip.Prefix{}, false
	}
	p := netip.PrefixFrom(addr(l, "address"), maskBits(l.Args["mask"]))
	return p, p.IsValid()
}

// checkMask refuses a mask whose ones do not all stand in front.
func checkMask(l *grammar.Line) error {
	text, given := l.Args["mask"]
	if _, _, _, ok := (grammar.Mask{}).Parse([]string{text}); !given || ok {
		return nil
	}
	b := addr(l, "mask").As4()
	return &Refusal{fmt.Sprintf("Bad mask 0x%X for address %s", binary.BigEndian.Uint32(b[:]), l.Args["address"])}
}

// onLAN reports whether an interface is on a network of many hosts, where an
// address of 32 bits has no neighbour.
func onLAN(name string) bool {
	letters, _ := splitInterface(name)
	return strings.Contains(letters, "Ethernet") || strings.HasSuffix(letters, "GigE") ||
		letters == "Vlan" || letters == "BDI" || letters == "BVI" || letters == "Port-channel"
}

// checkAddress refuses an address that is not a host's, or that another
// interface has.
func checkAddress(t *grammar.Tree, l *grammar.Line, s *grammar.Tree) error {
	if err := checkMask(l); err != nil {
		return err
	}
	p, ok := prefixOf(l)
	if !ok {
		return nil
	}
	a, net := p.Addr(), p.Masked()
	name := interfaceName(s.Line)
	if p.Bits() < 31 && (a == net.Addr() || a == broadcastOf(net)) || p.Bits() == 0 || p.Bits() == 32 && onLAN(name) {
		return &Refusal{fmt.Sprintf("Bad mask /%d for address %s", p.Bits(), a)}
	}
	if a.IsMulticast() || a.IsUnspecified() || a.IsLoopback() || a.As4()[0] >= 240 {
		return &Refusal{"Not a valid host address - " + a.String()}
	}
	if strings.Contains(name, ".") && onLAN(name) && s.Find(ifEncapsulation) == nil {
		return &Refusal{"% Configuring IP routing on a LAN subinterface is only allowed if that\nsubinterface is already configured as part of an IEEE 802.10, IEEE 802.1Q,\nor ISL vLAN."}
	}
	if primary := storedLine(s, ifAddress); l.Command == ifSecondary && primary != nil && addr(primary, "address") == a {
		return &Refusal{"Secondary can't be same as primary"}
	}
	return checkOverlap(t, p, s)
}

// incomplete is IOS's answer to a line that ends too early.
const incomplete = "% Incomplete command.\n\n"

// checkNoAddress refuses the removal of an address that is not there, and that of
// the primary while there are secondary ones. Without an address, all go.
func checkNoAddress(l *grammar.Line, s *grammar.Tree) error {
	primary := storedLine(s, ifAddress)
	switch {
	case l.Args["address"] == "":
		return nil
	case l.Args["mask"] == "":
		return &Refusal{incomplete}
	case l.Command == ifSecondary:
		for x := range s.Lines(ifSecondary) {
			if sameAddress(l, x.Line) {
				return nil
			}
		}
		return &Refusal{"Invalid address"}
	case primary == nil || !sameAddress(l, primary):
		return &Refusal{"Invalid address"}
	case s.Find(ifSecondary) != nil:
		return &Refusal{"Must delete secondary before deleting primary"}
	}
	return nil
}

func sameAddress(a, b *grammar.Line) bool {
	return a.Args["address"] == b.Args["address"] && a.Args["mask"] == b.Args["mask"]
}

// impliedByPrimary returns the line that takes a secondary address away when it
// becomes the primary.
func impliedByPrimary(s *grammar.Tree, l *grammar.Line) []*grammar.Line {
	if l.Command != ifAddress || l.No || l.Default {
		return nil
	}
	for x := range s.Lines(ifSecondary) {
		if x.Line.Args["address"] == l.Args["address"] {
			return match(ConfigIf, "no "+x.Line.String())
		}
	}
	return nil
}

// noticeAddress returns what IOS prints of a mask of 31 bits where there may be
// more than two hosts.
func noticeAddress(s *grammar.Tree, l *grammar.Line) string {
	if p, ok := prefixOf(l); ok && p.Bits() == 31 && onLAN(interfaceName(s.Line)) {
		return "% Warning: use /31 mask on non point-to-point interface cautiously\n"
	}
	return ""
}

// broadcastOf returns the last address of an IPv4 network.
func broadcastOf(net netip.Prefix) netip.Addr {
	b := net.Addr().As4()
	for i := net.Bits(); i < 32; i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	return netip.AddrFrom4(b)
}

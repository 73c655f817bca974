package ios

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/gaissmai/bart"

	"axle/cli/grammar"
)

// An addressIndex finds the interfaces whose networks overlap one, without
// looking at all of them.
type addressIndex struct {
	lines bart.Table[[]*grammar.Tree] // lines with an address, by network
}

// addressesOf returns the index of the addresses in configuration t.
func addressesOf(t *grammar.Tree) *addressIndex {
	build := func() grammar.Index { return &addressIndex{} }
	return t.Index(ifAddress, build, ifAddress, ifSecondary, ifAddress6).(*addressIndex)
}

// Add takes in a line with an address.
func (x *addressIndex) Add(s *grammar.Tree) {
	if p, ok := networkOf(s.Line); ok && !s.Line.No {
		old, _ := x.lines.Get(p.Masked())
		x.lines.Insert(p.Masked(), append(slices.Clip(old), s))
	}
}

// Remove forgets it.
func (x *addressIndex) Remove(s *grammar.Tree) {
	p, ok := networkOf(s.Line)
	if !ok || s.Line.No {
		return
	}
	old, _ := x.lines.Get(p.Masked())
	if left := slices.DeleteFunc(slices.Clone(old), func(o *grammar.Tree) bool { return o == s }); len(left) > 0 {
		x.lines.Insert(p.Masked(), left)
		return
	}
	x.lines.Delete(p.Masked())
}

// overlap returns the first other interface of the VRF of section s that has an
// address in a network that overlaps p, or nil.
func (x *addressIndex) overlap(p netip.Prefix, s *grammar.Tree) *grammar.Tree {
	var first *grammar.Tree
	vrf := vrfOf(s)
	look := func(_ netip.Prefix, lines []*grammar.Tree) bool {
		for _, l := range lines {
			other := l.Parent
			if other == s || vrfOf(other) != vrf {
				continue
			}
			if first == nil || InterfaceCmd.Less(other.Line, first.Line) {
				first = other
			}
		}
		return true
	}
	x.lines.Supernets(p.Masked())(look)
	x.lines.Subnets(p.Masked())(look)
	return first
}

// own reports whether an interface of a VRF has address a.
func (x *addressIndex) own(a netip.Addr, vrf string) bool {
	for _, lines := range x.lines.Supernets(netip.PrefixFrom(a, a.BitLen())) {
		for _, l := range lines {
			if p, ok := networkOf(l.Line); ok && p.Addr() == a && vrfOf(l.Parent) == vrf {
				return true
			}
		}
	}
	return false
}

// networkOf returns the address and mask of a line of either family, not masked.
func networkOf(l *grammar.Line) (netip.Prefix, bool) {
	if l.Command != ifAddress6 {
		return prefixOf(l)
	}
	p, err := netip.ParsePrefix(l.Args["prefix6"])
	return p, err == nil
}

// vrfOf returns the VRF of an interface's section, "" for the global table.
func vrfOf(s *grammar.Tree) string {
	if l := storedLine(s, ifVRF); l != nil {
		return l.Args["name"]
	}
	return ""
}

// checkOverlap refuses an address in the network of another interface.
func checkOverlap(t *grammar.Tree, p netip.Prefix, s *grammar.Tree) error {
	if other := addressesOf(t).overlap(p, s); other != nil {
		return &Refusal{fmt.Sprintf("%% %s overlaps with %s", p.Masked().Addr(), interfaceName(other.Line))}
	}
	return nil
}

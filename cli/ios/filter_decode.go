package ios

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"

	"axle/cli/grammar"
)

// An AccessList is a named or numbered IPv4 access list. What no entry matches
// is denied.
type AccessList struct {
	Name     string
	Extended bool
	Entries  []ACE // in the order in which they are tried, without remarks
}

// An ACE is an entry of an access list.
type ACE struct {
	Seq         uint32
	Permit      bool
	Protocol    int // IP protocol number; -1: every protocol
	Source      WildcardAddr
	Dest        WildcardAddr // a standard list: every address
	SourcePorts Ports        // TCP, UDP and SCTP
	DestPorts   Ports
	ICMPType    int  // -1: every type
	ICMPCode    int  // -1: every code
	Established bool // TCP segments with ACK or RST only
	Fragments   bool // all but the first fragment only
	Log         bool
	// Unmatched is set where the entry asks for what Match does not look at: a
	// TCP flag, DSCP, TTL, a time range, an object group. It then matches nothing.
	Unmatched bool
}

// A WildcardAddr is an address of which the bits of Wild may be anything.
type WildcardAddr struct{ Addr, Wild uint32 }

// Contains reports whether a is one of the addresses; an IPv6 address is none.
func (w WildcardAddr) Contains(a netip.Addr) bool {
	if a = a.Unmap(); !a.Is4() {
		return false
	}
	return ipBits(a)&^w.Wild == w.Addr
}

// Ports are the ports of an entry. The zero value is every port.
type Ports struct {
	Op    string   // "eq", "neq", "gt", "lt", "range" or ""
	Ports []uint16 // one; up to ten for eq and neq; the first and the last of a range
}

// Contains reports whether port is one of them.
func (p Ports) Contains(port uint16) bool {
	switch p.Op {
	case "eq":
		return slices.Contains(p.Ports, port)
	case "neq":
		return !slices.Contains(p.Ports, port)
	case "gt":
		return port > p.Ports[0]
	case "lt":
		return port < p.Ports[0]
	case "range":
		return p.Ports[0] <= port && port <= p.Ports[1]
	}
	return true
}

// A FilterPacket is what an access list looks at in an IPv4 packet.
type FilterPacket struct {
	Source, Dest         netip.Addr
	Protocol             uint8
	SourcePort, DestPort uint16 // TCP, UDP and SCTP; zero in other than the first fragment
	ICMPType, ICMPCode   uint8
	ACKOrRST             bool // TCP: one of the two flags is set
	Fragment             bool // not the first fragment: it has no ports
}

// Match reports whether the list permits p, and the entry that said so; nil is
// the deny at the end.
func (a *AccessList) Match(p FilterPacket) (permit bool, by *ACE) {
	for i := range a.Entries {
		if e := &a.Entries[i]; e.match(p) {
			return e.Permit, e
		}
	}
	return false, nil
}

// match reports whether the entry is for p. In a fragment that has no ports, a
// permit that asks for ports looks at the addresses alone; a deny does not match.
func (e *ACE) match(p FilterPacket) bool {
	if e.Unmatched || e.Protocol >= 0 && e.Protocol != int(p.Protocol) || e.Fragments && !p.Fragment ||
		!e.Source.Contains(p.Source) || !e.Dest.Contains(p.Dest) {
		return false
	}
	deep := e.SourcePorts.Op != "" || e.DestPorts.Op != "" || e.ICMPType >= 0 || e.Established
	if p.Fragment && deep {
		return e.Permit
	}
	return e.SourcePorts.Contains(p.SourcePort) && e.DestPorts.Contains(p.DestPort) && (!e.Established || p.ACKOrRST) &&
		(e.ICMPType < 0 || e.ICMPType == int(p.ICMPType)) && (e.ICMPCode < 0 || e.ICMPCode == int(p.ICMPCode))
}

// MatchPrefix reports whether the list permits a route to p. A standard list
// looks at the network's address; an extended one takes its source for the
// address and its destination for the mask, as BGP does.
func (a *AccessList) MatchPrefix(p netip.Prefix) bool {
	p = p.Masked()
	for i := range a.Entries {
		e := &a.Entries[i]
		if !e.Unmatched && e.Source.Contains(p.Addr()) && (!a.Extended || e.Dest.Contains(maskAddr(p.Bits()))) {
			return e.Permit
		}
	}
	return false
}

// ipBits returns the bits of an IPv4 address.
func ipBits(a netip.Addr) uint32 {
	b := a.As4()
	return binary.BigEndian.Uint32(b[:])
}

// maskAddr returns the mask of so many bits, 0 to 32.
func maskAddr(bits int) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], ^uint32(0)<<(32-max(bits, 0)))
	return netip.AddrFrom4(b)
}

// accessLists reads the IPv4 access lists.
func (d *decoder) accessLists(t *grammar.Tree) []AccessList {
	var out []AccessList
	for _, kind := range []*grammar.Command{standardACL, extendedACL} {
		entry := entryOf(kind)
		for s := range t.Lines(kind) {
			a := AccessList{Name: s.Line.Args["name"], Extended: kind == extendedACL}
			for l := range d.lines(s, entry) {
				if e, ok := aceOf(l, a.Extended); ok {
					a.Entries = append(a.Entries, e)
				}
			}
			out = append(out, a)
		}
	}
	return out
}

// aceOf reads an entry; ok is false for a remark and for what Match does not
// know.
func aceOf(l *grammar.Line, extended bool) (e ACE, ok bool) {
	action, rest, _ := strings.Cut(l.Args["ace"], " ")
	if action != "permit" && action != "deny" {
		return e, false
	}
	p := aceParser{words: strings.Fields(rest)}
	if extended {
		p.extended()
	} else {
		p.standard()
	}
	e = p.ace
	e.Seq, e.Permit = uint32(number(l, "seq")), action == "permit"
	return e, !p.failed
}

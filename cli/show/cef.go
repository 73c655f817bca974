package show

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"axle/rib"
)

// A cefRow is one prefix of the forwarding table as "show ip cef" sees it.
type cefRow struct {
	prefix  netip.Prefix
	word    string    // "receive", "drop", "no route"; "" where hops tells
	iface   string    // "receive": by which interface
	hops    []rib.Hop // in the order of the table
	cover   netip.Prefix
	special bool // there in every router
	host    bool // of a neighbour, from the adjacency table
}

// cefSpecial are the prefixes that every router has, with what becomes of
// packets to them.
var cefSpecial = []struct{ prefix, word string }{
	{"0.0.0.0/0", "no route"},
	{"0.0.0.0/8", "drop"},
	{"0.0.0.0/32", "receive"},
	{"127.0.0.0/8", "drop"},
	{"224.0.0.0/4", "drop"},
	{"224.0.0.0/24", "receive"},
	{"240.0.0.0/4", "drop"},
	{"255.255.255.255/32", "receive"},
}

// cefRows joins the forwarding table, the special prefixes, the first and last
// address of each attached network, and the neighbours; sorted by address.
func cefRows(v *View) []cefRow {
	rows := map[netip.Prefix]cefRow{}
	add := func(r cefRow) {
		if _, there := rows[r.prefix]; !there {
			rows[r.prefix] = r
		}
	}
	if v.FIB != nil {
		for e := range v.FIB.All() {
			if e.Prefix.Addr().Is4() {
				add(cefEntry(v, e))
			}
		}
	}
	for i := range v.Interfaces {
		f := &v.Interfaces[i]
		for _, p := range f.Addrs {
			if f.ProtocolUp && p.IsValid() && p.Addr().Is4() && p.Bits() < 31 {
				first := p.Masked().Addr()
				add(cefRow{prefix: netip.PrefixFrom(first, 32), word: "receive", iface: f.Name, cover: p.Masked()})
				add(cefRow{prefix: netip.PrefixFrom(lastAddr(p), 32), word: "receive", iface: f.Name, cover: p.Masked()})
			}
		}
	}
	for i := range v.Adjacencies {
		a := &v.Adjacencies[i]
		if a.Address.Is4() && !a.Address.IsMulticast() && !a.Incomplete {
			add(cefRow{prefix: netip.PrefixFrom(a.Address, 32), hops: []rib.Hop{{Interface: a.Interface}}, host: true})
		}
	}
	for _, sp := range cefSpecial {
		add(cefRow{prefix: netip.MustParsePrefix(sp.prefix), word: sp.word, special: true})
	}
	out := make([]cefRow, 0, len(rows))
	for _, r := range rows {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b cefRow) int {
		return cmp.Or(a.prefix.Addr().Compare(b.prefix.Addr()), cmp.Compare(a.prefix.Bits(), b.prefix.Bits()))
	})
	return out
}

// cefEntry turns an entry of the forwarding table into a row. The router's own
// addresses are received, also where the route is an attached host.
func cefEntry(v *View, e *rib.FIBEntry) cefRow {
	r := cefRow{prefix: e.Prefix, hops: e.Hops}
	own := v.owner(e.Prefix)
	switch {
	case own != "":
		r.word, r.iface = "receive", own
	case len(e.Hops) == 0:
		r.word = "no route"
	case e.Hops[0].Local:
		r.word, r.iface = "receive", e.Hops[0].Interface
	}
	return r
}

// owner returns the interface whose address the host p is, "" for none.
func (v *View) owner(p netip.Prefix) string {
	for i := range v.Interfaces {
		for _, a := range v.Interfaces[i].Addrs {
			if p.IsSingleIP() && a.Addr() == p.Addr() {
				return v.Interfaces[i].Name
			}
		}
	}
	return ""
}

// lastAddr is the broadcast address of an IPv4 network.
func lastAddr(p netip.Prefix) netip.Addr {
	b := p.Masked().Addr().As4()
	for i := p.Bits(); i < 32; i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	return netip.AddrFrom4(b)
}

// CEF is "show ip cef": where packets to each prefix go.
func CEF(v *View) string {
	const row = "%-20s %-20s %s"
	s := new(screen)
	s.line(row, "Prefix", "Next Hop", "Interface")
	for _, r := range cefRows(v) {
		name := network(r.prefix)
		if r.word != "" {
			s.text(strings.TrimRight(fmt.Sprintf(row, name, r.word, r.iface), " "))
			continue
		}
		for _, h := range r.hops {
			hop := "attached"
			if h.NextHop.IsValid() {
				hop = address(h.NextHop)
			}
			s.line(row, name, hop, hopInterface(&h))
			name = ""
		}
	}
	return s.String()
}

// hopInterface is the interface of a hop; "Null0" where packets are dropped.
func hopInterface(h *rib.Hop) string {
	if h.Drop && h.Interface == "" {
		return "Null0"
	}
	return h.Interface
}

// CEFTo is "show ip cef A.B.C.D [detail]": the row that packets to a take. A
// next hop that NHRP put in place shows as any other.
func CEFTo(v *View, a netip.Addr, detail bool) string {
	a = a.Unmap()
	var best *cefRow
	rows := cefRows(v)
	for i := range rows {
		r := &rows[i]
		if r.prefix.Contains(a) && (best == nil || r.prefix.Bits() > best.prefix.Bits()) {
			best = r
		}
	}
	if best == nil {
		return "%Prefix not found\n"
	}
	s := new(screen)
	if detail {
		s.line("%s, epoch 0%s", network(best.prefix), best.flags(v))
		s.text("  QOS: Precedence routine (0)")
		best.sources(s)
	} else {
		s.line("%s", network(best.prefix))
	}
	switch {
	case best.word == "receive" && best.iface != "":
		s.line("  receive for %s", best.iface)
	case best.word != "":
		s.line("  %s", best.word)
	}
	for i := range best.hops {
		h := &best.hops[i]
		switch {
		case best.word != "":
		case h.NextHop.IsValid():
			s.line("  nexthop %s %s", address(h.NextHop), h.Interface)
		default:
			s.line("  attached to %s", hopInterface(h))
		}
	}
	return s.String()
}

// flags is the list of flags of the detailed form, with a comma in front.
func (r *cefRow) flags(v *View) string {
	var f []string
	own, connected := v.owner(r.prefix) != "", false
	for i := range v.Interfaces {
		for _, p := range v.Interfaces[i].Addrs {
			connected = connected || p.IsValid() && p.Masked() == r.prefix
		}
	}
	attached := r.word == "" && len(r.hops) > 0 && !r.hops[0].NextHop.IsValid() && !r.hops[0].Drop
	switch {
	case r.special && r.word == "no route":
		f = append(f, "default route handler", "default route")
	case r.prefix.Bits() == 0:
		f = append(f, "default route")
	case r.word == "receive" && own && connected:
		f = append(f, "attached", "connected", "receive", "local", "source eligible")
	case r.word == "receive" && own:
		f = append(f, "receive", "local", "source eligible")
	case r.word == "receive":
		f = append(f, "receive")
	case attached && connected:
		f = append(f, "attached", "connected", "cover dependents", "need deagg")
	case attached:
		f = append(f, "attached")
	}
	text := ""
	if len(f) > 0 {
		text = ", flags [" + strings.Join(f, ", ") + "]"
	}
	if len(r.hops) > 1 {
		text += ", per-destination sharing"
	}
	return text
}

// sources writes where a row of the detailed form comes from.
func (r *cefRow) sources(s *screen) {
	switch {
	case r.special && r.prefix.Bits() > 0:
		s.line("  Special source: %s", r.word)
	case r.word == "receive" && r.cover.IsValid():
		s.line("  Interface source: %s flags: none flags3: none", r.iface)
		s.line("    Dependent covered prefix type cover need deagg, cover %s", network(r.cover))
	case r.word == "receive":
		s.line("  Interface source: %s flags: local, source eligible flags3: none", r.iface)
	case r.host && len(r.hops) > 0:
		s.line("  Adj source: IP adj out of %s, addr %s", r.hops[0].Interface, address(r.prefix.Addr()))
	}
}

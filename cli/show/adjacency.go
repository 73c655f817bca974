package show

import (
	"fmt"
	"strings"
)

// adjacencyColumn is where the third column of "show adjacency" begins.
const adjacencyColumn = 35

// Adjacencies is "show adjacency [IF] [detail]": the neighbours and the headers
// put in front of packets to them. The number behind an address, which IOS
// fills with a count of references, has no meaning here.
func Adjacencies(v *View, detail bool, ifname string) string {
	s := new(screen)
	s.line("Protocol Interface                 Address")
	for i := range v.Adjacencies {
		a := &v.Adjacencies[i]
		if ifname != "" && a.Interface != ifname {
			continue
		}
		protocol := "IP"
		if a.Address.Is6() && !a.Address.Is4In6() {
			protocol = "IPV6"
		}
		refs, incomplete := 8, ""
		switch {
		case a.Incomplete:
			refs, incomplete = 3, " (incomplete)"
		case a.NBMA.IsValid():
			refs = 13
		}
		s.line("%-8s %-25s %s(%d)%s", protocol, a.Interface, address(a.Address), refs, incomplete)
		if detail {
			adjacencyDetail(s, v, a)
		}
	}
	return s.String()
}

// adjacencyDetail writes the counters, the header and, for a tunnel, the
// neighbour below.
func adjacencyDetail(s *screen, v *View, a *Adjacency) {
	line := func(format string, args ...any) {
		s.line("%*s%s", adjacencyColumn, "", fmt.Sprintf(format, args...))
	}
	line("%d packets, %d bytes", a.Packets, a.Bytes)
	line("epoch 0")
	line("sourced in sev-epoch 0")
	if a.Incomplete {
		return
	}
	line("Encap length %d", len(a.Encap))
	for b := a.Encap; len(b) > 0; {
		n := min(16, len(b))
		line("%s", strings.ToUpper(fmt.Sprintf("%x", b[:n])))
		b = b[n:]
	}
	if !a.NBMA.IsValid() {
		line("ARP")
		return
	}
	line("Tun endpt")
	line("Next chain element:")
	below := "drop"
	if a.Under != nil {
		if e, ok := a.Under.Lookup(a.NBMA); ok && len(e.Hops) > 0 && !e.Hops[0].Drop && !e.Hops[0].Local {
			next := e.Hops[0].NextHop
			if !next.IsValid() {
				next = a.NBMA
			}
			below = fmt.Sprintf("IP adj out of %s, addr %s", e.Hops[0].Interface, address(next))
		}
	}
	line("  %s", below)
}

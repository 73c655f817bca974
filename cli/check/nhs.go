package check

import "net/netip"

const nhsMapDoc = "the address of a next hop server has an NBMA address: a map, or nbma on its line"

// nhsMap: a multipoint tunnel must know where its servers are.
func nhsMap(e *end, r *report) {
	for _, s := range e.servers() {
		if e.unmapped(s) {
			r.fault(e.file.place(s.line), e.at("tunnel mode"),
				"next hop server %s has no NBMA address: add \"nbma\" to the line, or \"%s nhrp map %s\" with the hub's tunnel source", s.addr, s.family(), s.addr)
		}
	}
}

// unmapped reports whether nothing says where a server is.
func (e *end) unmapped(s server) bool {
	return e.Tunnel.Multipoint && s.addr.IsValid() && !s.nbma.IsValid() && !s.host
}

// family returns the word with which the lines of a server's family begin.
func (s server) family() string {
	if s.addr.Is6() {
		return "ipv6"
	}
	return "ip"
}

// nhsMapPair: among the files there is the one that has the address.
func nhsMapPair(p pair, r *report) {
	if s := p.server; p.spoke.unmapped(s) && p.hub.source.IsValid() {
		r.fault(p.spoke.file.place(s.line), p.hub.at("tunnel source"), "next hop server %s is at %s: enter \"%s nhrp map %s %s\"",
			s.addr, p.hub.source, s.family(), s.addr, p.hub.source)
	}
}

// networkID: NHRP runs where there is one.
func networkID(e *end, r *report) {
	for _, family := range []string{"ip", "ipv6"} {
		if t := e.speaks(family); t != nil && line(e.section, family+" nhrp network-id") == nil {
			r.fault(e.file.place(e.section), e.file.place(t), "%s has NHRP lines and no \"%s nhrp network-id\": NHRP is off on it", e.Name, family)
		}
	}
}

// nhsAddress: who answers at the server's NBMA address is the server.
func nhsAddress(p pair, r *report) {
	s := p.server
	if !s.addr.Is4() || len(p.hub.Addrs) == 0 || hasAddress(p.hub.Interface, s.addr) {
		return
	}
	r.fault(p.spoke.file.place(s.line), p.hub.at("ip address"),
		"next hop server %s is not the router at %s, whose %s has %s: name that address, here and in the map",
		s.addr, s.nbma, p.hub.Name, p.hub.addr().Addr())
}

// nbmaKnown: addresses of maps, servers and destinations lead to a file.
func nbmaKnown(n *network, r *report) {
	for _, e := range n.ends {
		if !e.nhrp() || e.Shutdown {
			continue
		}
		told := map[netip.Addr]bool{}
		for _, k := range []struct{ words, nbma, proto string }{
			{"ip nhrp map", "nbma", "protocol"},
			{"ip nhrp nhs", "host", "server"},
			{"tunnel destination", "ip", ""},
		} {
			for t := range lines(e.section, k.words) {
				a := address(t, k.nbma)
				if !a.IsValid() || told[a] || len(n.bySource[a]) > 0 {
					continue
				}
				proto := address(t, k.proto)
				if !proto.IsValid() { // a destination, or multicast
					proto = n.protoOf(e, a)
				}
				told[a] = true
				n.sayUnknown(e, e.file.place(t), a, proto, r)
			}
		}
	}
}

// protoOf returns the tunnel address that tunnel e has for NBMA address a: of a
// map, or of its only server where it is point-to-point.
func (n *network) protoOf(e *end, a netip.Addr) netip.Addr {
	for _, m := range e.Tunnel.NHRP.Maps {
		if m.NBMA == a {
			return m.Proto.Addr()
		}
	}
	for _, s := range e.servers() {
		if s.nbma == a {
			return s.addr
		}
	}
	return netip.Addr{}
}

// sayUnknown tells of an NBMA address that no file has. Where the tunnel
// address of the same line is known, it names the right one.
func (n *network) sayUnknown(e *end, at Place, nbma, proto netip.Addr, r *report) {
	for _, c := range n.byAddr[proto] {
		switch {
		case c.file == e.file:
		case !c.source.IsValid():
			return // it may be right
		case c.source.IsPrivate() && !nbma.IsPrivate():
			r.inform(at, c.at("tunnel source"), "%s is nobody's tunnel source, and %s is at %s: right if a NAT in front of it has that address", nbma, proto, c.source)
			return
		default:
			r.fault(at, c.at("tunnel source"), "%s is nobody's tunnel source: %s is at %s", nbma, proto, c.source)
			return
		}
	}
	r.fault(at, n.onlyOther(e), "%s is nobody's tunnel source: correct it, or check the file of that router too", nbma)
}

// onlyOther returns the tunnel source of the only other file, the zero Place
// where there are more.
func (n *network) onlyOther(e *end) Place {
	if len(n.files) != 2 {
		return Place{}
	}
	for _, c := range n.ends {
		if c.file != e.file && c.nhrp() && c.source.IsValid() {
			return c.at("tunnel source")
		}
	}
	return Place{}
}

package check

import "net/netip"

// nhsMap: a multipoint tunnel must know where its servers are.
func nhsMap(e *end, r *report) {
	for _, s := range e.servers() {
		if e.Tunnel.Multipoint && s.addr.IsValid() && !s.nbma.IsValid() && !s.host {
			r.fault(e.file.place(s.line), Place{},
				"next hop server %s has no NBMA address: add \"nbma\" to the line, or \"ip nhrp map %s\" with the hub's tunnel source", s.addr, s.addr)
		}
	}
}

// networkID: NHRP runs where there is one.
func networkID(e *end, r *report) {
	if e.Tunnel.NHRP.NetworkID == 0 {
		r.fault(e.file.place(e.section), Place{}, "%s has NHRP lines and no \"ip nhrp network-id\": NHRP is off on it", e.Name)
	}
}

// nhsAddress: who answers at the server's NBMA address is the server.
func nhsAddress(p pair, r *report) {
	s := p.server
	if !s.addr.IsValid() || len(p.hub.Addrs) == 0 || hasAddress(p.hub.Interface, s.addr) {
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
		default:
			r.fault(at, c.at("tunnel source"), "%s is nobody's tunnel source: %s is at %s", nbma, proto, c.source)
			return
		}
	}
	r.fault(at, Place{}, "%s is nobody's tunnel source: correct it, or check the file of that router too", nbma)
}

package check

import (
	"net/netip"
	"slices"
	"strings"

	"axle/cli/grammar"
)

// An igp is a routing protocol that finds its neighbours by multicast, on a
// tunnel.
type igp struct {
	name string        // "EIGRP", "OSPF" or "RIP"
	at   *grammar.Tree // the line that turns it on
}

// igps returns the protocols that look for neighbours through the tunnel by
// multicast. Those with configured neighbours, and the non-broadcast networks of
// OSPF, are none.
func (e *end) igps() []igp {
	var out []igp
	if t := e.eigrp(); t != nil {
		out = append(out, igp{"EIGRP", t})
	}
	if t := e.ospf(); t != nil {
		out = append(out, igp{"OSPF", t})
	}
	for router := range lines(e.file.Tree, "router rip") {
		if t := e.network(router); t != nil && !e.passive(router) && !e.hasNeighbor(router) {
			out = append(out, igp{"RIP", t})
		}
	}
	return out
}

// eigrp returns the "network" line that puts the tunnel into EIGRP, or nil.
func (e *end) eigrp() *grammar.Tree {
	for router := range lines(e.file.Tree, "router eigrp") {
		if t := e.network(router); t != nil && !e.passive(router) && !e.hasNeighbor(router) {
			return t
		}
		for family := range lines(router, "address-family ipv4") {
			t := e.network(family)
			if t == nil || e.passive(family) || e.hasNeighbor(family) || e.silent(family) {
				continue
			}
			return t
		}
	}
	return nil
}

// silent reports whether the af-interface of a family keeps quiet: its own word
// counts before that of the default.
func (e *end) silent(family *grammar.Tree) bool {
	own, other := e.faceOf(family)
	for _, s := range []*grammar.Tree{own, other} {
		switch {
		case line(s, "passive-interface") != nil, line(s, "shutdown") != nil:
			return true
		case negated(s, "passive-interface") != nil:
			return false
		}
	}
	return false
}

// faceOf returns the af-interface of the tunnel in an EIGRP family and the
// default one; nil where there is none.
func (e *end) faceOf(family *grammar.Tree) (own, other *grammar.Tree) {
	for face := range lines(family, "af-interface") {
		switch {
		case arg(face, "interface") == e.Name:
			own = face
		case face.Line.Has("default"):
			other = face
		}
	}
	return own, other
}

// ospf returns the line that puts the tunnel into OSPF, or nil where it is not
// in it, or not by multicast.
func (e *end) ospf() *grammar.Tree {
	if t := line(e.section, "ip ospf network"); t != nil && t.Line.Has("non-broadcast") || line(e.section, "ip ospf shutdown") != nil {
		return nil
	}
	for router := range lines(e.file.Tree, "router ospf") {
		if e.passive(router) {
			continue
		}
		if t := e.network(router); t != nil {
			return t
		}
		for t := range lines(e.section, "ip ospf "+arg(router, "process")) {
			if slices.Contains(t.Line.Words, "area") {
				return t
			}
		}
	}
	return nil
}

// network returns the "network" line of a routing process that contains the
// tunnel's address, or nil. Without a wildcard the network is that of its class.
func (e *end) network(router *grammar.Tree) *grammar.Tree {
	if !e.addr().IsValid() {
		return nil
	}
	for t := range lines(router, "network") {
		if p, ok := netOf(t); ok && p.Contains(e.addr().Addr()) {
			return t
		}
	}
	return nil
}

// netOf returns the prefix of a "network" line.
func netOf(t *grammar.Tree) (netip.Prefix, bool) {
	a := address(t, "network")
	if !a.Is4() {
		return netip.Prefix{}, false
	}
	n := classBits(a)
	if w := arg(t, "wildcard"); w != "" {
		n = 32 - trailing(w)
		if strings.HasSuffix(w, ".0") && w != "0.0.0.0" { // a mask, which EIGRP takes too
			n = bits(w)
		}
	}
	p, err := a.Prefix(n)
	return p, err == nil
}

// trailing returns the number of bits behind the last zero bit of a wildcard.
func trailing(wildcard string) int {
	w, err := netip.ParseAddr(wildcard)
	if err != nil || !w.Is4() {
		return 0
	}
	n := 0
	b := w.As4()
	for i := 31; i >= 0 && b[i/8]>>(7-i%8)&1 == 1; i-- {
		n++
	}
	return n
}

// classBits returns the length of an address's class.
func classBits(a netip.Addr) int {
	switch b := a.As4()[0]; {
	case a.IsUnspecified():
		return 0
	case b < 128:
		return 8
	case b < 192:
		return 16
	default:
		return 24
	}
}

// passive reports whether a process keeps quiet on the tunnel.
func (e *end) passive(router *grammar.Tree) bool {
	if line(router, "passive-interface default") != nil {
		return negated(router, "passive-interface "+e.Name) == nil
	}
	return line(router, "passive-interface "+e.Name) != nil
}

// hasNeighbor reports whether a process has configured neighbours on the tunnel,
// to which it sends unicast.
func (e *end) hasNeighbor(router *grammar.Tree) bool {
	for t := range lines(router, "neighbor") {
		for _, w := range t.Line.Words[1:] {
			if strings.Contains(w, e.Name) {
				return true
			}
			if a, err := netip.ParseAddr(strings.Fields(w + " x")[0]); err == nil && e.addr().Contains(a) {
				return true
			}
		}
	}
	return false
}

// multicast: routing protocols find each other by multicast, and NHRP must know
// where to send it.
func multicast(p pair, r *report) {
	if p.server.addr.Is6() {
		return // what is known is about IPv4
	}
	hubs := p.hub.igps()
	for _, mine := range p.spoke.igps() {
		i := slices.IndexFunc(hubs, func(g igp) bool { return g.name == mine.name })
		if i < 0 {
			continue
		}
		if !p.sendsMulticast() {
			nbma := "the hub's tunnel source"
			if p.server.nbma.IsValid() {
				nbma = p.server.nbma.String()
			}
			r.fault(p.spoke.file.place(p.server.line), p.hub.file.place(hubs[i].at),
				"no multicast goes to this server, so %s finds no neighbor: enter \"ip nhrp map multicast %s\"", mine.name, nbma)
		}
		if !p.getsMulticast() {
			r.fault(p.hub.at("ip nhrp map multicast dynamic"), p.spoke.file.place(mine.at),
				"the hub sends no multicast to its spokes, so %s finds no neighbor: enter \"ip nhrp map multicast dynamic\"", mine.name)
		}
		return
	}
}

// sendsMulticast reports whether the spoke sends multicast to its server.
func (p pair) sendsMulticast() bool {
	if !p.spoke.Tunnel.Multipoint || p.server.line.Line.Has("multicast") {
		return true
	}
	for t := range lines(p.spoke.section, "ip nhrp map multicast") {
		if a := address(t, "nbma"); !a.IsValid() && !t.Line.Has("dynamic") || a.IsValid() && (!p.server.nbma.IsValid() || a == p.server.nbma) {
			return true
		}
	}
	return false
}

// getsMulticast reports whether the hub sends multicast to the spoke. Where
// nothing is configured it does to all that register, as on IOS-XE 16 and later.
func (p pair) getsMulticast() bool {
	if !p.hub.Tunnel.Multipoint || negated(p.hub.section, "ip nhrp map multicast dynamic") == nil {
		return true
	}
	for t := range lines(p.hub.section, "ip nhrp map multicast") {
		if a := address(t, "nbma"); a.IsValid() && (!p.spoke.source.IsValid() || a == p.spoke.source) {
			return true
		}
	}
	return false
}

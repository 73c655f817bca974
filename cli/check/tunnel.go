package check

import (
	"fmt"
	"net/netip"

	"axle/cli/grammar"
	"axle/cli/ios"
)

// sourceShut: a tunnel on an interface that is shut down stays down.
func sourceShut(e *end, r *report) {
	if e.below != nil && e.below.Shutdown {
		r.fault(e.at("tunnel source"), e.file.facePlace(e.below.Name, "shutdown"),
			"%s is shut down, so %s stays down: enter \"no shutdown\" there", e.below.Name, e.Name)
	}
}

// face returns the section of an interface, nil where there is none.
func (f *File) face(name string) *grammar.Tree { return f.faces[name] }

// facePlace returns the place of an interface's line that begins with words, or
// of the interface.
func (f *File) facePlace(name, words string) Place {
	s := f.face(name)
	if t := line(s, words); t != nil {
		return f.place(t)
	}
	return f.place(s)
}

// hubShut: a hub that is down answers nobody.
func hubShut(p pair, r *report) {
	if p.hub.Shutdown {
		r.fault(p.hub.at("shutdown"), p.spoke.file.place(p.server.line), "%s is shut down, and is a next hop server: enter \"no shutdown\"", p.hub.Name)
	}
}

// hubMode: a point-to-point tunnel has one other end.
func hubMode(p pair, r *report) {
	t := p.hub.Tunnel
	if !t.Multipoint && (!t.Dest.IsValid() || p.spoke.source.IsValid() && t.Dest.Unmap() != p.spoke.source) {
		r.fault(p.hub.at("tunnel mode"), p.spoke.file.place(p.server.line),
			"%s is a next hop server with a point-to-point tunnel: enter \"tunnel mode gre multipoint\"", p.hub.Name)
	}
}

// keyEqual: the key selects the tunnel at the other end. RFC 2890 §2.1.
func keyEqual(p pair, r *report) {
	s, h := p.spoke.Tunnel, p.hub.Tunnel
	if s.HasKey != h.HasKey || s.Key != h.Key {
		r.fault(p.spoke.at("tunnel key"), p.hub.at("tunnel key"), "%s here, %s at the hub: enter the same \"tunnel key\" on both", keyText(s), keyText(h))
	}
}

func keyText(t *ios.Tunnel) string {
	if !t.HasKey {
		return "no tunnel key"
	}
	return fmt.Sprintf("tunnel key %d", t.Key)
}

// authEqual: a server drops what has another string. RFC 2332 §5.3.4.
func authEqual(p pair, r *report) {
	s, h := p.spoke.Tunnel.NHRP.Auth, p.hub.Tunnel.NHRP.Auth
	at, other := p.spoke.at("ip nhrp authentication"), p.hub.at("ip nhrp authentication")
	switch {
	case s == h:
	case s == "":
		r.fault(at, other, "no NHRP authentication here, but at the hub: enter its \"ip nhrp authentication\"")
	case h == "":
		r.fault(at, other, "NHRP authentication here, none at the hub: enter \"ip nhrp authentication\" there too")
	default:
		r.fault(at, other, "the NHRP authentication string is not that of the hub: enter the same on both")
	}
}

// subnet: the tunnels of a network are one subnet.
func subnet(p pair, r *report) {
	s, h := p.spoke.addr(), p.hub.addr()
	if !s.IsValid() || !h.IsValid() {
		return
	}
	at, other := p.spoke.at("ip address"), p.hub.at("ip address")
	switch {
	case !h.Contains(s.Addr()):
		r.fault(at, other, "tunnel address %s is not in the hub's subnet %s", s.Addr(), h.Masked())
	case s.Bits() != h.Bits():
		r.fault(at, other, "the tunnel's mask is /%d, the hub's is /%d: enter the same on both", s.Bits(), h.Bits())
	}
}

// sameAddress: the second registration with an address replaces the first.
func sameAddress(n *network, r *report) {
	for _, hub := range n.hubs {
		first := map[netip.Addr]*end{}
		tunnels := append([]*end{hub}, n.spokes[hub]...)
		for _, e := range tunnels {
			if len(e.Addrs) == 0 {
				continue
			}
			a := e.addr().Addr()
			if f := first[a]; f != nil && f != e {
				r.fault(e.at("ip address"), f.at("ip address"), "tunnel address %s is taken: each tunnel needs its own", a)
			} else {
				first[a] = e
			}
		}
	}
}

// sameSource: a public address is one router's. Private ones may be behind
// different NATs.
func sameSource(n *network, r *report) {
	for _, e := range n.ends {
		if !e.source.IsValid() || e.source.IsPrivate() || !e.nhrp() {
			continue
		}
		for _, f := range n.bySource[e.source] {
			if f.file == e.file { // what follows is told from its own side
				break
			}
			if f.nhrp() {
				r.fault(e.at("tunnel source"), f.at("tunnel source"), "tunnel source %s is that of another router too", e.source)
				break
			}
		}
	}
}

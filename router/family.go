package router

import (
	"net/netip"
	"slices"

	"axle/cli/ios"
	"axle/dataplane"
	"axle/nhrp"
	"axle/nhrp/engine"
)

// A family is that of the packets in a tunnel. Each has an NHRP of its own, with its
// own cache on each tunnel.
type family int

const (
	four family = iota
	six
)

// families are both of them.
var families = [...]family{four, six}

// familyOf returns the family of an address.
func familyOf(a netip.Addr) family {
	if a.Is6() {
		return six
	}
	return four
}

// ofFamily returns the family of an IP packet.
func ofFamily(packet []byte) family {
	if len(packet) > 0 && packet[0]>>4 == 6 {
		return six
	}
	return four
}

// nhrpFamily returns the family that an NHRP packet is about.
func nhrpFamily(packet []byte) family {
	if nhrp.About6(packet) {
		return six
	}
	return four
}

// nhrpOf returns the NHRP lines of a tunnel for one family.
func nhrpOf(t *ios.Tunnel, fam family) *engine.Tunnel {
	if fam == six {
		return &t.NHRP6
	}
	return &t.NHRP
}

// eachNHRP calls a verb of the engines of both families.
func (r *Router) eachNHRP(verb func(e *engine.Engine) []engine.Action) {
	for _, fam := range families {
		r.perform(fam, verb(r.nhrp[fam]))
	}
}

// setConfig gives an interface its configuration, and with it its addresses.
func (r *Router) setConfig(f *iface, c *ios.Interface) {
	f.cfg = c
	f.six = r.addrs6(f)
	f.addrs = slices.Concat(c.Addrs, f.six)
}

// linkLocal is the network of link-local addresses.
var linkLocal = netip.MustParsePrefix("fe80::/64")

// addrs6 returns the IPv6 addresses of an interface, the link-local one last.
func (r *Router) addrs6(f *iface) []netip.Prefix {
	c := &f.cfg.IPv6
	if !c.Enabled || f.kind == dataplane.Null {
		return nil
	}
	out := slices.Clone(c.Global)
	for _, p := range c.EUI64 {
		if a := ios.EUI64(p, r.hardware(f)); a.IsValid() {
			out = append(out, netip.PrefixFrom(a, p.Bits()))
		}
	}
	own := c.LinkLocal
	if !own.IsValid() {
		own = ios.EUI64(linkLocal, r.hardware(f))
	}
	if own.IsValid() {
		out = append(out, netip.PrefixFrom(own, linkLocal.Bits()))
	}
	return out
}

// hardware returns the MAC address from which an interface makes its IPv6 addresses: its
// own, or that of the first port, as IOS does for tunnels and loopbacks.
func (r *Router) hardware(f *iface) string {
	if f.port < 0 && len(r.opt.Ports) > 0 {
		f = r.ifs[0]
	}
	if m := r.mac(f); m != "" {
		return m
	}
	return mac(r.opt.Name, max(f.port, 0))
}

// source returns the address of the interface for packets to dst: of its family, and
// link-local where dst is; zero where it has none.
func (f *iface) source(dst netip.Addr) netip.Addr {
	for _, p := range f.addrs {
		if a := p.Addr(); a.Is6() == dst.Is6() && (a.Is4() || a.IsLinkLocalUnicast() == dst.IsLinkLocalUnicast()) {
			return a
		}
	}
	return netip.Addr{}
}

// nhrpAddr returns the address that an NHRP runs with: the first of the family.
func (f *iface) nhrpAddr(fam family) netip.Prefix {
	list := f.cfg.Addrs
	if fam == six {
		list = f.six
	}
	if len(list) == 0 {
		return netip.Prefix{}
	}
	return list[0]
}

// nhrpUp says whether NHRP lets the line protocol be up, "if-state nhrp": one of the
// families that have servers is registered.
func (f *iface) nhrpUp() bool {
	down := false
	for _, fam := range families {
		switch {
		case f.cfg.Tunnel == nil || len(nhrpOf(f.cfg.Tunnel, fam).Servers) == 0:
		case f.nhrpLine[fam]:
			return true
		default:
			down = true
		}
	}
	return !down
}

// hasIPv6 reports whether any interface has IPv6.
func (r *Router) hasIPv6() bool {
	return slices.ContainsFunc(r.ifs, func(f *iface) bool { return len(f.six) > 0 && f.proto })
}

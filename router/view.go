package router

import (
	"fmt"
	"hash/fnv"
	"net/netip"
	"slices"
	"strings"

	"axle/cli/ios"
	"axle/cli/show"
	"axle/dataplane"
	"axle/nhrp/engine"
	"axle/rib"
)

// banner is what a router calls itself.
func banner(version string) string {
	return "Axle Software, Version " + version
}

// plainView copies what the screens of the router as such show.
func (r *Router) plainView() *show.View {
	v := &show.View{
		Now: r.now, Boot: r.boot, Hostname: r.hostname(), Version: r.opt.Version, Serial: serial(r.opt.Name),
		ReloadReason: r.reloadReason,
	}
	for _, f := range r.shownIfaces() {
		v.Interfaces = append(v.Interfaces, r.showIface(f))
	}
	for _, c := range r.cfg.VRFs {
		v.VRFs = append(v.VRFs, show.VRF{Name: c.Name, RD: c.RD, IPv4: c.IPv4, IPv6: c.IPv6})
	}
	return v
}

// view copies what the screens show.
func (r *Router) view() *show.View {
	v := r.plainView()
	v.NHRP, v.NHRP6 = r.nhrp[four].Snapshot(r.now), r.nhrp[six].Snapshot(r.now)
	v.Routes, v.FIB = r.rib.Best(), r.rib.FIB()
	for _, t := range v.Tunnels() {
		for k := range t.Entries {
			e := &t.Entries[k]
			if e.Flags&engine.FlagLocal != 0 || e.Flags&engine.FlagRouter == 0 {
				continue
			}
			f := r.byName[t.Name]
			if f == nil {
				continue
			}
			switch installed, override := f.vrf.rib.Shortcut(e.Prefix); {
			case installed && override:
				e.Flags |= engine.FlagRIB | engine.FlagNHO
			case installed:
				e.Flags |= engine.FlagRIB
			}
		}
	}
	v.Adjacencies = r.adjacencies()
	r.addCrypto(v)
	fingerprints(v)
	return v
}

// view6 is view for the screens of NHRP that show IPv6.
func (r *Router) view6() *show.View {
	v := r.view()
	v.NHRP, v.Six = v.NHRP6, true
	return v
}

// viewOf copies what the screens of one VRF show: its routes, and the interfaces in
// it.
func (r *Router) viewOf(x *vrf) *show.View {
	v := r.view()
	if x == r.vrfs[0] && len(r.vrfs) == 1 {
		return v
	}
	v.VRF, v.VRFID, v.Routes, v.FIB = x.name, x.index, x.rib.Best(), x.rib.FIB()
	in := func(name string) bool { return r.byName[name] != nil && r.byName[name].vrf == x }
	v.Interfaces = slices.DeleteFunc(v.Interfaces, func(i show.Interface) bool { return !in(i.Name) })
	v.Adjacencies = slices.DeleteFunc(v.Adjacencies, func(a show.Adjacency) bool { return !in(a.Interface) })
	return v
}

// hostname returns the configured name, or the router's own.
func (r *Router) hostname() string {
	if r.cfg != nil && r.cfg.Hostname != "" {
		return r.cfg.Hostname
	}
	return r.opt.Name
}

// serial makes a stable board id from a name.
func serial(name string) string {
	h := fnv.New64a()
	h.Write([]byte(name))
	return fmt.Sprintf("9AX%08X", uint32(h.Sum64()))
}

// shownIfaces returns the interfaces as IOS lists them: physical ones first,
// in order of name, then loopbacks and tunnels; Null0 is not listed, and no
// optional port that is not configured.
func (r *Router) shownIfaces() []*iface {
	out := slices.DeleteFunc(slices.Clone(r.ifs), func(f *iface) bool { return f.kind == dataplane.Null || f.idle })
	rank := map[dataplane.IfKind]int{dataplane.Physical: 0, dataplane.Loopback: 1, dataplane.TunnelGRE: 2}
	slices.SortStableFunc(out, func(a, b *iface) int {
		if d := rank[a.kind] - rank[b.kind]; d != 0 {
			return d
		}
		return naturalCompare(a.name, b.name)
	})
	return out
}

// naturalCompare compares names with numbers in them by value: "Tunnel2" comes
// before "Tunnel10".
func naturalCompare(a, b string) int {
	for a != "" && b != "" {
		da, ra := leadingNumber(a)
		db, rb := leadingNumber(b)
		if da >= 0 && db >= 0 {
			if da != db {
				return da - db
			}
			a, b = ra, rb
			continue
		}
		if a[0] != b[0] {
			return int(a[0]) - int(b[0])
		}
		a, b = a[1:], b[1:]
	}
	return strings.Compare(a, b)
}

func leadingNumber(s string) (n int, rest string) {
	i := 0
	for i < len(s) && i < 9 && s[i] >= '0' && s[i] <= '9' {
		n = n*10 + int(s[i]-'0')
		i++
	}
	if i == 0 {
		return -1, s
	}
	return n, s[i:]
}

// showIface copies the state of an interface.
func (r *Router) showIface(f *iface) show.Interface {
	in, out := f.rate.show()
	now := f.read()
	if now.InPackets != f.rate.last.InPackets {
		f.rate.lastIn = r.now
	}
	if now.OutPackets != f.rate.last.OutPackets {
		f.rate.lastOut = r.now
	}
	s := show.Interface{
		Name: f.name, Short: ios.ShortName(f.name), Kind: f.kind, VRF: f.vrf.name, Description: f.cfg.Description,
		AdminDown: f.cfg.Shutdown, LineUp: f.link, ProtocolUp: f.proto, Addrs: f.addrs, Method: f.method,
		MTU: f.mtu(r), IPMTU: f.ipMTU(r), MSS: f.cfg.MSS, Bandwidth: f.bandwidth(), Delay: f.delay(), LoadInterval: f.loadInterval(),
		Redirects: f.cfg.Redirects, Unreachables: f.cfg.Unreachables,
		Counters: since(now, f.base), InputRate: in, OutputRate: out,
		LastInput: f.rate.lastIn, LastOutput: f.rate.lastOut, LastClear: f.clearedAt,
	}
	if f.kind == dataplane.Physical {
		if s.MAC = r.mac(f); s.MAC == "" {
			s.MAC = mac(r.opt.Name, f.port)
		}
	}
	if t := f.cfg.Tunnel; t != nil && f.kind == dataplane.TunnelGRE {
		s.Tunnel = &show.Tunnel{
			Source: f.outer, Dest: t.Dest, VRF: t.VRF, Multipoint: t.Multipoint, HasKey: t.HasKey, Key: t.Key, Checksum: t.Checksum,
			TTL: t.TTL, TransportMTU: f.transportMTU(r), Protection: t.Protection, StateControl: t.NHRP.StateControl,
		}
		if _, err := netip.ParseAddr(t.Source); err != nil {
			s.Tunnel.SourceIf = t.Source
		}
	}
	return s
}

// mac returns a stable, locally administered address for a port.
func mac(name string, port int) string {
	h := fnv.New32a()
	h.Write([]byte(name))
	v := h.Sum32()
	return fmt.Sprintf("aabb.%02x%02x.%02x%02x", byte(v>>16), byte(v>>8), byte(v), byte(port))
}

// bandwidth returns kbit/s, as configured or as IOS assumes.
func (f *iface) bandwidth() int {
	switch {
	case f.cfg.Bandwidth > 0:
		return f.cfg.Bandwidth
	case f.kind == dataplane.TunnelGRE:
		return 100
	case f.kind == dataplane.Loopback:
		return 8000000
	case strings.HasPrefix(f.name, "Fast"):
		return 100000
	case strings.HasPrefix(f.name, "Ethernet"):
		return 10000
	}
	return 1000000
}

// delay returns microseconds, as configured or as IOS assumes.
func (f *iface) delay() int {
	switch {
	case f.cfg.Delay > 0:
		return f.cfg.Delay * 10
	case f.kind == dataplane.TunnelGRE:
		return 50000
	case f.kind == dataplane.Loopback:
		return 5000
	case strings.HasPrefix(f.name, "Fast"):
		return 100
	case strings.HasPrefix(f.name, "Ethernet"):
		return 1000
	}
	return 10
}

// adjacencies lists next hops: tunnel peers, and the neighbours of physical
// interfaces that routes use.
func (r *Router) adjacencies() []show.Adjacency {
	var out []show.Adjacency
	for _, f := range r.shownIfaces() {
		var rows []show.Adjacency
		switch {
		case f.kind == dataplane.TunnelGRE && f.cfg.Tunnel != nil:
			for p, a := range f.adj {
				if p.IsSingleIP() {
					rows = append(rows, show.Adjacency{
						Interface: f.name, Address: a.NextHop, NBMA: a.NBMA,
						Packets: a.Packets.Load(), Bytes: a.Bytes.Load(), Encap: encapHeader(f, a.NBMA, familyOf(a.NextHop)), Under: f.underFIB(),
					})
				}
			}
		case f.kind == dataplane.Physical:
			for _, nh := range r.neighbours(f) {
				rows = append(rows, show.Adjacency{Interface: f.name, Address: nh})
			}
		}
		slices.SortFunc(rows, func(a, b show.Adjacency) int { return a.Address.Compare(b.Address) })
		out = append(out, rows...)
	}
	return out
}

// neighbours returns the next hops that routes use on an interface.
func (r *Router) neighbours(f *iface) []netip.Addr {
	var out []netip.Addr
	for _, e := range f.vrf.rib.Best() {
		for _, p := range e.Paths {
			if p.Protocol == rib.Static && p.NextHop.IsValid() && !slices.Contains(out, p.NextHop) {
				if via, ok := f.vrf.rib.Lookup(p.NextHop); ok && len(via.Paths) > 0 && via.Paths[0].Interface == f.name && via.Paths[0].Protocol == rib.Connected {
					out = append(out, p.NextHop)
				}
			}
		}
	}
	return out
}

package router

import (
	"net/netip"
	"strings"
	"time"

	"axle/cli/ios"
	"axle/cli/show"
	"axle/dataplane"
	"axle/internal/event"
	"axle/internal/ip"
	"axle/nhrp/engine"
	"axle/rib"
)

// Log messages of interfaces.
var (
	eventLineProto  = &event.Kind{Facility: "LINEPROTO", Severity: 5, Mnemonic: "UPDOWN", Format: "Line protocol on Interface %s, changed state to %s"}
	eventLinkAdmin  = &event.Kind{Facility: "LINK", Severity: 5, Mnemonic: "CHANGED", Format: "Interface %s, changed state to administratively down"}
	eventLinkTunnel = &event.Kind{Facility: "LINK", Severity: 5, Mnemonic: "UPDOWN", Format: "Interface %s, changed state to %s"}
	eventLinkPort   = &event.Kind{Facility: "LINK", Severity: 3, Mnemonic: "UPDOWN", Format: "Interface %s, changed state to %s"}
	eventRecursion  = &event.Kind{Facility: "TUN", Severity: 5, Mnemonic: "RECURDOWN", Format: "%s temporarily disabled due to recursive routing"}
)

// An iface is an interface of the router, configured or physical.
type iface struct {
	name  string
	index int  // in the forwarding snapshot
	port  int  // -1: not physical
	idle  bool // an optional port that is not configured
	kind  dataplane.IfKind
	cfg   *ios.Interface // never nil
	vrf   *vrf           // its table; never nil
	under *vrf           // tunnel: the table of its packets; nil where that is not there

	addrs []netip.Prefix // all addresses: IPv4, then IPv6
	six   []netip.Prefix // those of IPv6, the link-local one last

	carrier   bool    // physical: the link is there
	nhrpLine  [2]bool // "if-state nhrp": what the engines say; true otherwise
	link      bool    // "X is up"
	proto     bool    // "line protocol is up"
	could     bool    // carrierUp as last seen: the engine must hear of every change
	fresh     bool    // no state has been announced yet
	recursive bool    // the destination is reached through the tunnel itself

	pathMTU   int        // tunnel: what the underlay told, bytes; 0: nothing
	pathUntil time.Time  // when pathMTU is forgotten
	outer     netip.Addr // tunnel: address of the source in force; zero: none
	peers     *dataplane.PeerTable
	adj       map[netip.Prefix]*dataplane.Adjacency
	multicast [2][]*dataplane.Adjacency // by family

	counters  *dataplane.Counters
	machine   *PortCounters      // what the machine counted; nil: it does not say
	base      show.CounterValues // when "clear counters" was given
	clearedAt time.Time
	rate      rates
	method    string // NVRAM, manual, unset
}

// kindOf tells an interface's kind by its name.
func kindOf(name string) dataplane.IfKind {
	switch {
	case strings.HasPrefix(name, "Loopback"):
		return dataplane.Loopback
	case strings.HasPrefix(name, "Tunnel"):
		return dataplane.TunnelGRE
	case strings.HasPrefix(name, "Null"):
		return dataplane.Null
	default:
		return dataplane.Physical
	}
}

// newIface makes an interface that is not up yet.
func newIface(name string, port int) *iface {
	return &iface{
		name: name, port: port, kind: kindOf(name), cfg: &ios.Interface{Name: name},
		nhrpLine: [2]bool{true, true}, fresh: true, counters: new(dataplane.Counters),
		adj: map[netip.Prefix]*dataplane.Adjacency{}, method: "unset",
	}
}

// mtu returns the link's MTU in bytes. A tunnel's is the value that IOS-XE
// shows: it limits nothing, the transport MTU does.
func (f *iface) mtu(r *Router) int {
	if f.cfg.MTU > 0 {
		return f.cfg.MTU
	}
	switch f.kind {
	case dataplane.TunnelGRE:
		n := 9976
		if t := f.cfg.Tunnel; t != nil {
			if t.HasKey {
				n -= 4
			}
			if t.Protection != "" {
				n -= 58 // whatever the transform
			}
		}
		return n
	case dataplane.Loopback:
		return 1514
	}
	if f.port >= 0 {
		return r.opt.Ports[f.port].MTU
	}
	return 1500
}

// transportMTU is what fits into one packet of the underlay: 1476 over
// Ethernet, 4 less with a key, 4 less with a checksum, 20 less over IPv6, and what
// ESP takes with the transforms of the tunnel's profile. Where a NAT box makes it 8
// bytes more, packets of that peer are fragmented.
func (f *iface) transportMTU(r *Router) int {
	under := 1500
	if f.under == nil {
		return under - 24
	}
	if e, ok := f.under.rib.FIB().Lookup(f.tunnelTarget()); ok && len(e.Hops) > 0 {
		if u := r.byName[e.Hops[0].Interface]; u != nil && u.kind == dataplane.Physical {
			under = u.mtu(r)
		}
	} else if s := r.byName[f.cfg.Tunnel.Source]; s != nil && s.kind == dataplane.Physical {
		under = s.mtu(r)
	}
	if f.pathMTU > 0 {
		under = min(under, f.pathMTU)
	}
	n := under - ip.HeaderLen
	if f.cfg.Tunnel.IPv6 {
		n = under - ip.IPv6HeaderLen
	}
	if f.cfg.Tunnel.Protection != "" {
		n = r.espRoom(f, n)
	}
	n -= greBase
	if f.cfg.Tunnel.HasKey {
		n -= 4
	}
	if f.cfg.Tunnel.Checksum {
		n -= 4
	}
	return n
}

// greBase is the length of a GRE header without options, bytes.
const greBase = 4

// tunnelTarget is an address that the tunnel's packets go to, if one is known.
func (f *iface) tunnelTarget() netip.Addr {
	if f.cfg.Tunnel.Dest.IsValid() {
		return f.cfg.Tunnel.Dest
	}
	for _, fam := range families {
		n := nhrpOf(f.cfg.Tunnel, fam)
		for _, s := range n.Servers {
			if s.NBMA.IsValid() {
				return s.NBMA
			}
		}
		if len(n.Maps) > 0 {
			return n.Maps[0].NBMA
		}
	}
	return netip.Addr{}
}

// ipMTU returns the largest IPv4 packet that leaves unfragmented.
func (f *iface) ipMTU(r *Router) int { return f.limit(r, f.cfg.IPMTU) }

// ip6MTU returns the largest IPv6 packet that leaves.
func (f *iface) ip6MTU(r *Router) int { return max(f.limit(r, f.cfg.IP6MTU), ip.MinMTU6) }

// limit returns the largest packet of a family for which the configuration says mtu; 0:
// nothing.
func (f *iface) limit(r *Router, mtu int) int {
	limit := f.mtu(r)
	if f.kind == dataplane.TunnelGRE && f.cfg.Tunnel != nil {
		limit = f.transportMTU(r)
	}
	if f.kind == dataplane.TunnelGRE && mtu > 0 && f.pathMTU == 0 {
		return mtu // may be larger: the tunnel then fragments outside
	}
	if mtu > 0 && mtu < limit {
		return mtu
	}
	return limit
}

// sourceAddr returns the address of a tunnel's source: the typed address if
// some interface that is up has it, or the primary one of the named interface. It
// is of the family that the tunnel's mode says, and the interface in the VRF of the
// tunnel's packets.
func (r *Router) sourceAddr(tunnel *iface) netip.Addr {
	t := tunnel.cfg.Tunnel
	if a, err := netip.ParseAddr(t.Source); err == nil {
		if a.Is6() == t.IPv6 && r.ownAddr(tunnel.under, a) {
			return a
		}
		return netip.Addr{}
	}
	if f := r.byName[t.Source]; f != nil && f.proto && f.vrf == tunnel.under {
		for _, p := range f.addrs {
			if p.Addr().Is6() == t.IPv6 && !p.Addr().IsLinkLocalUnicast() {
				return p.Addr()
			}
		}
	}
	return netip.Addr{}
}

// carrierUp says whether an interface could be up, shutdown and if-state
// aside.
func (r *Router) carrierUp(f *iface) bool {
	if r.opt.Machine && r.amiss(f) != "" {
		return false
	}
	switch f.kind {
	case dataplane.Loopback, dataplane.Null:
		return true
	case dataplane.TunnelGRE:
		t := f.cfg.Tunnel
		if t == nil || f.under == nil || !f.outer.IsValid() || f.recursive {
			return false
		}
		if t.Multipoint {
			return true
		}
		if !t.Dest.IsValid() {
			return false
		}
		_, ok := f.under.rib.Lookup(t.Dest)
		return ok
	}
	return f.port >= 0 && f.carrier
}

// settle brings all interfaces to the state that configuration, carrier and
// routes give them, and tells the routing table and the log. Tunnels depend on
// other interfaces, so it goes on until nothing moves.
func (r *Router) settle() {
	const rounds = 8 // tunnels over tunnels over tunnels
	for range rounds {
		moved := false
		for _, f := range r.ifs {
			if r.settleOne(f) {
				moved = true
			}
		}
		if !moved {
			return
		}
	}
}

func (r *Router) settleOne(f *iface) (moved bool) {
	if f.kind == dataplane.TunnelGRE && f.cfg.Tunnel != nil {
		if s := r.sourceAddr(f); s != f.outer {
			f.outer, moved = s, true
		}
		f.recursive = r.recursive(f)
	}
	could := r.carrierUp(f)
	if could != f.could {
		f.could, moved = could, true
	}
	link := !f.cfg.Shutdown && (could || f.kind == dataplane.TunnelGRE)
	proto := !f.cfg.Shutdown && could && f.nhrpUp()
	r.announce(f, link, proto)
	if proto != f.proto || f.fresh {
		f.proto, moved = proto, true
		r.setInterface(f.name, proto)
		r.stale = true
	}
	f.link, f.fresh = link, false
	if moved {
		r.nhrpCfg, r.stale = true, true
		r.crypto.stale, r.crypto.moved = true, true
	}
	return moved
}

// announce logs a change of state.
func (r *Router) announce(f *iface, link, proto bool) {
	word := map[bool]string{true: "up", false: "down"}
	if f.kind == dataplane.Null {
		return
	}
	if link != f.link && !(f.fresh && !link) {
		switch {
		case f.cfg.Shutdown:
			r.raise(eventLinkAdmin.New(f.name))
		case f.kind == dataplane.TunnelGRE, f.kind == dataplane.Loopback:
			if !f.fresh {
				r.raise(eventLinkTunnel.New(f.name, word[link]))
			}
		default:
			r.raise(eventLinkPort.New(f.name, word[link]))
		}
	}
	if proto != f.proto || (f.fresh && f.kind == dataplane.TunnelGRE && !proto && !f.cfg.Shutdown) {
		r.raise(eventLineProto.New(f.name, word[proto]))
	}
}

// recursive reports whether a point-to-point tunnel's destination is routed
// through the tunnel itself.
func (r *Router) recursive(f *iface) bool {
	t := f.cfg.Tunnel
	if t.Multipoint || !t.Dest.IsValid() || !f.proto {
		// While it is down its routes are gone, so nothing can be seen: it
		// stays down until the configuration changes.
		return f.recursive && !t.Multipoint && t.Dest.IsValid()
	}
	if f.under == nil {
		return false
	}
	e, ok := f.under.rib.FIB().Lookup(t.Dest)
	if ok && len(e.Hops) > 0 && e.Hops[0].Interface == f.name {
		if !f.recursive {
			r.raise(eventRecursion.New(f.name))
		}
		return true
	}
	return false
}

// connectedRoutes returns the routes that an interface's addresses make.
func connectedRoutes(f *iface, since time.Time) []rib.Route {
	var out []rib.Route
	for _, p := range f.addrs {
		if p.Addr().IsLinkLocalUnicast() && p.Addr().Is6() {
			continue // the same network on every interface: no route
		}
		out = append(out,
			rib.Route{Prefix: p.Masked(), Protocol: rib.Connected, Interface: f.name, Since: since})
		if p.Bits() < p.Addr().BitLen() {
			out = append(out, rib.Route{Prefix: netip.PrefixFrom(p.Addr(), p.Addr().BitLen()), Protocol: rib.Local, Interface: f.name, Since: since})
		}
	}
	return out
}

// nhrpTunnel returns what the engine of a family must know of a tunnel.
func (r *Router) nhrpTunnel(f *iface, fam family) engine.Tunnel {
	t := f.cfg.Tunnel
	n := *nhrpOf(t, fam)
	n.Name, n.VRF, n.VRFID = f.name, f.vrf.name, f.vrf.index
	n.Up = !f.cfg.Shutdown && r.carrierUp(f)
	n.NBMA, n.Dest, n.Multipoint = f.outer, t.Dest, t.Multipoint
	n.Addr = f.nhrpAddr(fam)
	n.MTU = 17916 // what IOS offers, whatever the real limits are
	if t.HasKey {
		n.MTU = 17912
	}
	return n
}

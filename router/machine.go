package router

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"axle/cli/ios"
	"axle/dataplane"
	"axle/rib"
)

// A PortState is what a machine says of the interface that is a port.
type PortState struct {
	Up    bool
	MTU   int            // bytes
	Addrs []netip.Prefix // used where the configuration has none ("ip address dhcp")
	MAC   string         // "02:00:5e:00:53:01"; "": not known
	VRF   string         // that the machine has it in; "": the global table
}

// PortCounters are the machine's counters of a port's interface.
type PortCounters struct {
	InPackets, InBytes, InErrors, InDrops     uint64
	OutPackets, OutBytes, OutErrors, OutDrops uint64
}

// SetPortCounters tells the counters of a port's interface: they are shown
// instead of what the router itself received and sent.
func (r *Router) SetPortCounters(port int, c PortCounters) {
	if r.ifs == nil || port < 0 || port >= len(r.opt.Ports) {
		return
	}
	r.ifs[port].machine = &c
}

// machine is what a router knows of the machine that it runs on.
type machine struct {
	ports  []PortState
	routes []rib.Route // of the machine's own tables
	vrfs   []string    // that the machine has
}

// learnedDistance is the distance of routes that the machine has by itself, from
// DHCP or its own configuration; IOS gives those of DHCP the same.
const learnedDistance = 254

// SetPort tells what became of a port's interface.
func (r *Router) SetPort(now time.Time, port int, s PortState) {
	r.now = now
	if port < 0 || port >= len(r.opt.Ports) {
		return
	}
	if len(r.machine.ports) == 0 {
		r.machine.ports = make([]PortState, len(r.opt.Ports))
	}
	old := r.machine.ports[port]
	r.machine.ports[port] = s
	if s.MTU > 0 {
		r.opt.Ports[port].MTU = s.MTU
	}
	r.carrier[port] = s.Up
	if r.ifs == nil {
		return
	}
	r.ifs[port].carrier = s.Up
	if old.VRF != s.VRF {
		r.stale = true
	}
	if old.MTU != s.MTU || !slices.Equal(old.Addrs, s.Addrs) {
		r.stale = true
		r.reconfigure()
	}
	r.settle()
	r.flush()
}

// learned returns an interface's configuration with the addresses that the
// machine gave it, where it has none of its own.
func (r *Router) learned(f *iface, c *ios.Interface) *ios.Interface {
	if f.port < 0 || f.port >= len(r.machine.ports) {
		return c
	}
	with := *c
	for _, p := range r.machine.ports[f.port].Addrs {
		switch a := p.Addr(); {
		case a.Is4() && len(c.Addrs) == 0:
			with.Addrs = append(with.Addrs, p)
		case a.Is4():
		case a.IsLinkLocalUnicast() && !c.IPv6.LinkLocal.IsValid():
			with.IPv6.LinkLocal = a
		case !a.IsLinkLocalUnicast() && !c.IPv6.Enabled:
			with.IPv6.Enabled, with.IPv6.Global = true, append(with.IPv6.Global, p)
		}
	}
	return &with
}

// PortVRF returns the name of the VRF that a port is in, "" for the global table.
func (r *Router) PortVRF(port int) string {
	if port < 0 || port >= len(r.opt.Ports) || r.ifs == nil {
		return ""
	}
	return r.ifs[port].vrf.name
}

// SetMachineRoutes gives the router the routes of the machine's own tables. Their VRF
// is that of the interface. Their interfaces are the router's names; protocol and distance are set here.
func (r *Router) SetMachineRoutes(now time.Time, routes []rib.Route) {
	r.now = now
	r.machine.routes = r.machine.routes[:0:0]
	for _, rt := range routes {
		rt.Protocol, rt.Distance, rt.Name = rib.Static, learnedDistance, ""
		r.machine.routes = append(r.machine.routes, rt)
	}
	if r.ifs == nil {
		return // not booted yet
	}
	if r.syncRoutes() {
		r.settle()
	}
	r.flush()
}

// SetMachineVRFs tells which VRFs the machine has, by name.
func (r *Router) SetMachineVRFs(now time.Time, names []string) {
	r.now = now
	if slices.Equal(names, r.machine.vrfs) {
		return
	}
	r.machine.vrfs = names
	if r.ifs != nil {
		r.settle()
		r.flush()
	}
}

// Amiss says what keeps an interface down on the machine as far as VRFs go, and what
// to do; "" where nothing does.
func (r *Router) Amiss(name string) string {
	f := r.byName[name]
	if f == nil || !r.opt.Machine {
		return ""
	}
	return r.amiss(f)
}

// amiss is Amiss of an interface.
func (r *Router) amiss(f *iface) string {
	has := func(v *vrf) bool { return v == r.vrfs[0] || slices.Contains(r.machine.vrfs, v.name) }
	switch {
	case f.kind == dataplane.TunnelGRE && f.vrf != r.vrfs[0]:
		return "a tunnel inside a VRF is not supported on a machine"
	case f.kind == dataplane.TunnelGRE && f.under != nil && !has(f.under):
		return "the machine has no VRF " + f.under.name + ": ip link add " + f.under.name + " type vrf table NUMBER"
	case f.port < 0 || f.port >= len(r.machine.ports) || r.machine.ports[f.port].VRF == f.vrf.name:
		return ""
	case !has(f.vrf):
		return "the machine has no VRF " + f.vrf.name + ": ip link add " + f.vrf.name + " type vrf table NUMBER"
	case f.vrf != r.vrfs[0]:
		return "the machine has it in another VRF than " + f.vrf.name + ": ip link set LINK master " + f.vrf.name
	}
	return "the machine has it in the VRF " + r.machine.ports[f.port].VRF + ": enter \"vrf forwarding " + r.machine.ports[f.port].VRF + "\""
}

// Snapshot returns what forwarding needs, as it is now.
func (r *Router) Snapshot() *dataplane.Snapshot {
	r.publish()
	return r.snap
}

// Punted takes packets that a worker of the machine punted. Their data is kept.
func (r *Router) Punted(now time.Time, punts []dataplane.Punt) {
	r.now = now
	for _, p := range punts {
		if len(r.punts) >= maxPunts {
			r.puntDrops++
			continue
		}
		r.punts = append(r.punts, p)
	}
	r.flush()
}

// Answer gives the router an IP packet that the machine's stack received too,
// for the commands that wait for one, and reports whether one of them took it.
func (r *Router) Answer(now time.Time, packet []byte) bool {
	r.now = now
	for _, j := range slices.Clone(r.jobs) {
		if j.deliver(r, nil, packet) {
			r.flush()
			return true
		}
	}
	return false
}

// A TunnelPort is what the machine must have of a tunnel interface.
type TunnelPort struct {
	Name   string
	Index  int        // in the Snapshot
	Source netip.Addr // zero: none
	VRF    string     // of its packets; "" for the global table
	Table  int        // the number of that in the Snapshot
	Up     bool
	Addrs  []netip.Prefix
	MTU    int // bytes, of IP packets
	// Protected says that packets with ESP and IKE come to Source.
	Protected bool
}

// A MachineRoute is a route that the machine must have so that its stack sends
// to the router, or where the router would.
type MachineRoute struct {
	Prefix    netip.Prefix
	Interface string     // of the router; "Null0" drops
	Gateway   netip.Addr // zero: directly
}

// Tunnels returns the tunnel interfaces, in order.
func (r *Router) Tunnels() []TunnelPort {
	var out []TunnelPort
	for _, f := range r.ifs {
		if f.kind == dataplane.TunnelGRE && f.cfg.Tunnel != nil {
			t := TunnelPort{
				Name: f.name, Index: f.index, Source: f.outer, Up: f.proto, Addrs: f.addrs, MTU: f.deviceMTU(r),
				Protected: f.cfg.Tunnel.Protection != "",
			}
			if f.under != nil {
				t.VRF, t.Table = f.under.name, f.under.index
			}
			if r.amiss(f) != "" {
				t.Source, t.Addrs = netip.Addr{}, nil
			}
			out = append(out, t)
		}
	}
	return out
}

// deviceMTU returns the MTU that a tunnel's device needs, bytes: one for both families.
func (f *iface) deviceMTU(r *Router) int {
	if len(f.six) > 0 {
		return max(f.ipMTU(r), f.ip6MTU(r))
	}
	return f.ipMTU(r)
}

// PortAddrs returns the configured addresses of a port: no link-local address but one
// that was typed, since the machine has its own.
func (r *Router) PortAddrs(port int) []netip.Prefix {
	for i := range r.cfg.Interfaces {
		c := &r.cfg.Interfaces[i]
		if port >= len(r.ifs) || c.Name != r.ifs[port].name {
			continue
		}
		out := slices.Clone(c.Addrs)
		for _, p := range r.ifs[port].six {
			if c.IPv6.Enabled && (!p.Addr().IsLinkLocalUnicast() || p.Addr() == c.IPv6.LinkLocal) {
				out = append(out, p)
			}
		}
		return out
	}
	return nil
}

// LoopbackAddrs returns the addresses of the loopback interfaces that are up.
func (r *Router) LoopbackAddrs() []netip.Prefix {
	var out []netip.Prefix
	for _, f := range r.ifs {
		if f.kind == dataplane.Loopback && f.proto {
			for _, p := range f.addrs {
				if p.Addr().Is4() || !p.Addr().IsLinkLocalUnicast() {
					out = append(out, p)
				}
			}
		}
	}
	return out
}

// mac returns the address that a port has on its link, as IOS writes it; "" where
// the machine does not say.
func (r *Router) mac(f *iface) string {
	if f.port < 0 || f.port >= len(r.machine.ports) {
		return ""
	}
	hex := strings.ReplaceAll(r.machine.ports[f.port].MAC, ":", "")
	if len(hex) != 12 {
		return ""
	}
	return hex[:4] + "." + hex[4:8] + "." + hex[8:]
}

// PortShut reports whether a port is shut down.
func (r *Router) PortShut(port int) bool { return port < len(r.ifs) && r.ifs[port].cfg.Shutdown }

// MachineRoutes returns the routes that the machine must have beside those that
// its addresses make, by prefix.
func (r *Router) MachineRoutes() []MachineRoute {
	own := map[netip.Prefix]bool{}
	for _, e := range r.rib.Best() {
		p := e.Paths[0]
		if p.Protocol == rib.Connected || p.Protocol == rib.Local || p.Protocol == rib.Static && p.Distance == learnedDistance {
			own[e.Prefix] = true
		}
	}
	var out []MachineRoute
	for e := range r.rib.FIB().All() {
		h := e.Hops[0]
		if own[e.Prefix] || h.Local {
			continue
		}
		m := MachineRoute{Prefix: e.Prefix, Interface: h.Interface, Gateway: h.NextHop}
		switch f := r.byName[h.Interface]; {
		case h.Drop:
			m.Interface, m.Gateway = "Null0", netip.Addr{}
		case f == nil:
			continue
		case f.kind == dataplane.TunnelGRE:
			m.Gateway = netip.Addr{} // the router knows the next hop
		case f.kind != dataplane.Physical:
			continue
		}
		out = append(out, m)
	}
	return out
}

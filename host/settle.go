//go:build linux

package host

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"time"

	"axle/dataplane/port"
	"axle/host/linux"
	"axle/rib"
	"axle/router"
)

// applied is what the machine was last given.
type applied struct {
	loops   []netip.Prefix
	tunnels []router.TunnelPort
	routes  []router.MachineRoute
	ports   []portSetting
	failed  map[string]bool   // errors that were told
	amiss   map[string]string // by interface: what was told
}

// A portSetting is what the configuration says of a port.
type portSetting struct {
	addrs []netip.Prefix
	shut  bool
}

// look tells the router what became of the machine's links and routes.
func (h *Host) look(now time.Time) {
	links, err := h.kernel.Links()
	if h.tell("links cannot be read", err) {
		return
	}
	vrfs := tablesOf(links)
	h.router.SetMachineVRFs(now, slices.Sorted(maps.Keys(vrfs)))
	names := map[string]string{} // of links: the router's name
	for i, p := range h.opt.Ports {
		s := router.PortState{}
		names[p.Link] = p.Name
		for _, l := range links {
			if l.Name == p.Link {
				s = router.PortState{Up: l.Up, MTU: l.MTU, Addrs: l.Addrs, MAC: l.HardwareAddr.String()}
				if _, ok := vrfs[l.Master]; ok {
					s.VRF = l.Master
				}
				if l.Up { // the kernel takes IPv6 addresses off a link that goes down
					h.guard(i, s.Addrs)
				}
			}
		}
		h.router.SetPort(now, i, s)
	}
	routes, err := h.kernel.Routes()
	for _, table := range vrfs {
		more, merr := h.kernel.RoutesIn(table)
		routes, err = append(routes, more...), errors.Join(err, merr)
	}
	if h.tell("routes cannot be read", err) {
		return
	}
	var out []rib.Route
	for _, rt := range routes {
		name := names[rt.Link]
		if name == "" || !rt.Gateway.IsValid() || rt.Blackhole || rt.Unreachable {
			continue
		}
		out = append(out, rib.Route{Prefix: rt.Prefix, NextHop: rt.Gateway, Interface: name, Since: now})
	}
	h.router.SetMachineRoutes(now, out)
}

// tablesOf returns the VRFs of the machine with their routing tables.
func tablesOf(links []linux.Link) map[string]int {
	out := map[string]int{}
	for _, l := range links {
		if l.Kind == linux.KindVRF {
			out[l.Name] = l.Table
		}
	}
	return out
}

// tellVRFs says what keeps interfaces down as far as VRFs go.
func (h *Host) tellVRFs(tunnels []router.TunnelPort) {
	say := func(name string) {
		if h.applied.amiss == nil {
			h.applied.amiss = map[string]string{}
		}
		now := h.router.Amiss(name)
		if now != "" && now != h.applied.amiss[name] {
			fmt.Fprintf(h.opt.Log, "%s stays down: %s\n", name, now)
		}
		h.applied.amiss[name] = now
	}
	for _, t := range tunnels {
		say(t.Name)
	}
	for _, p := range h.opt.Ports {
		if !p.Optional {
			say(p.Name)
		}
	}
}

// guard sees to it that addresses which somebody took away are given again.
func (h *Host) guard(i int, has []netip.Prefix) {
	if i >= len(h.applied.ports) {
		return
	}
	for _, a := range h.applied.ports[i].addrs {
		if !slices.Contains(has, a) {
			h.applied.ports[i] = portSetting{shut: true} // as if it had never been set
			h.settlePorts()
			return
		}
	}
}

// count tells the router the counters of the machine's interfaces.
func (h *Host) count() {
	links, err := h.kernel.Links()
	if err != nil {
		return
	}
	for i, p := range h.opt.Ports {
		for _, l := range links {
			if l.Name == p.Link {
				h.router.SetPortCounters(i, router.PortCounters{
					InPackets: l.RxPackets, InBytes: l.RxBytes, InErrors: l.RxErrors, InDrops: l.RxDropped,
					OutPackets: l.TxPackets, OutBytes: l.TxBytes, OutErrors: l.TxErrors, OutDrops: l.TxDropped,
				})
			}
		}
	}
}

// tell prints an error, once until it has passed. It reports whether there is one.
func (h *Host) tell(what string, err error) bool {
	if h.applied.failed == nil {
		h.applied.failed = map[string]bool{}
	}
	if err == nil {
		delete(h.applied.failed, what)
		return false
	}
	if !h.applied.failed[what] {
		h.applied.failed[what] = true
		fmt.Fprintf(h.opt.Log, "%s: %v\n", what, err)
	}
	return true
}

// settle brings the machine to what the router wants, and publishes what
// forwarding needs.
func (h *Host) settle() {
	snap := h.router.Snapshot()
	if snap == h.snap.Load() {
		return
	}
	h.snap.Store(snap)
	h.settlePorts()
	h.settleLoopbacks()
	h.tellVRFs(h.router.Tunnels())
	if t := h.router.Tunnels(); !reflect.DeepEqual(t, h.applied.tunnels) {
		h.applied.tunnels = t
		h.settleRaws(t)
		h.settleTunnels(t)
		h.applied.routes = nil
	}
	if rt := h.router.MachineRoutes(); h.applied.routes == nil || !slices.Equal(rt, h.applied.routes) {
		h.settleRoutes(rt)
	}
}

// settlePorts gives the machine's interfaces their configured addresses.
func (h *Host) settlePorts() {
	for i, p := range h.opt.Ports {
		want := portSetting{h.router.PortAddrs(i), h.router.PortShut(i)}
		if i >= len(h.applied.ports) {
			h.applied.ports = append(h.applied.ports, portSetting{shut: true})
		}
		if old := h.applied.ports[i]; slices.Equal(old.addrs, want.addrs) && old.shut == want.shut {
			continue
		}
		if len(want.addrs) > 0 {
			h.tell(p.Link+" has not got its addresses", h.kernel.SetAddrs(p.Link, want.addrs, false))
		}
		if !want.shut { // a port that is shut down stays as the machine has it
			h.tell(p.Link+" cannot be switched on", h.kernel.SetUp(p.Link, true))
		}
		h.applied.ports[i] = want
	}
}

// settleLoopbacks gives the machine the addresses of loopback interfaces.
func (h *Host) settleLoopbacks() {
	want := h.router.LoopbackAddrs()
	if slices.Equal(want, h.applied.loops) {
		return
	}
	if !h.tell("lo has not got the addresses of loopback interfaces", h.kernel.SetAddrs("lo", want, false)) {
		h.applied.loops = want
	}
}

// settleRaws opens the sockets of each tunnel source, and closes those of others.
func (h *Host) settleRaws(tunnels []router.TunnelPort) {
	type wish struct {
		table     int // the number of the VRF
		protected bool
	}
	want := map[place]wish{}
	for _, t := range tunnels {
		if t.Source.IsValid() {
			at := place{t.VRF, t.Source}
			want[at] = wish{t.Table, want[at].protected || t.Protected}
		}
	}
	for a, e := range h.raws {
		if _, ok := want[a]; !ok {
			e.close()
			delete(h.raws, a)
		}
	}
	for a, w := range want {
		e := h.raws[a]
		if e == nil {
			if e = h.openEnds(a, w.table); e == nil {
				continue
			}
			h.raws[a] = e
		}
		e.table.Store(int32(w.table))
		e.protect(w.protected)
	}
	sockets := map[source]*port.Raw{}
	for a, e := range h.raws {
		sockets[source{e.table.Load(), a.addr}] = e.raw
	}
	h.sockets.Store(&sockets)
}

// linkOf returns the name of a tunnel interface's device: "tunnel0".
func linkOf(name string) string { return strings.ToLower(name) }

// settleTunnels makes the devices of the tunnel interfaces what they should be.
func (h *Host) settleTunnels(tunnels []router.TunnelPort) {
	want := map[string]bool{}
	for _, t := range tunnels {
		want[t.Name] = true
	}
	for name, t := range h.tuns {
		if !want[name] {
			_ = t.dev.Close()
			delete(h.tuns, name)
		}
	}
	byIndex := map[int]*tunnel{}
	for _, t := range tunnels {
		d := h.tuns[t.Name]
		if d == nil {
			dev, err := port.OpenTUN(linkOf(t.Name), port.TUNOptions{MTU: t.MTU, Offload: true})
			if h.tell("no device "+linkOf(t.Name), err) {
				continue
			}
			d = &tunnel{host: h, dev: dev}
			h.tuns[t.Name] = d
			go d.serve()
		}
		d.index.Store(int64(t.Index))
		link := linkOf(t.Name)
		if d.dev.MTU() != t.MTU {
			h.tell(link+" has not got its MTU", d.dev.SetMTU(t.MTU))
		}
		h.tell(link+" has not got its addresses", h.kernel.SetAddrs(link, t.Addrs, true))
		h.tell(link+" is not as it should be", h.kernel.SetUp(link, t.Up))
		byIndex[t.Index] = d
		if e := h.raws[place{t.VRF, t.Source}]; e != nil {
			e.raw.SetSegment(t.MTU)
		}
	}
	h.devices.Store(&byIndex)
}

// settleRoutes gives the machine the router's routes.
func (h *Host) settleRoutes(routes []router.MachineRoute) {
	links := map[string]string{}
	for _, p := range h.opt.Ports {
		links[p.Name] = p.Link
	}
	var want []linux.Route
	for _, rt := range routes {
		r := linux.Route{Prefix: rt.Prefix, Gateway: rt.Gateway, Link: links[rt.Interface]}
		switch {
		case rt.Interface == "Null0":
			r.Blackhole = true
		case r.Link == "" && h.tuns[rt.Interface] != nil:
			r.Link = linkOf(rt.Interface)
		case r.Link == "":
			continue
		}
		want = append(want, r)
	}
	if !h.tell("routes are missing", h.kernel.SetRoutes(want)) {
		h.applied.routes = append([]router.MachineRoute{}, routes...)
	}
}

package router

import (
	"net/netip"

	"axle/dataplane"
	"axle/mgre"
	"axle/nhrp/engine"
	"axle/rib"
)

// environment answers the engine's questions.
type environment struct{ r *Router }

func (e environment) Uint64() uint64 { return e.r.rnd.Uint64() }

func (e environment) Route(tunnel string, a netip.Addr) (engine.Route, bool) {
	v := e.r.vrfs[0]
	if f := e.r.byName[tunnel]; f != nil {
		v = f.vrf
	}
	ent, ok := v.rib.LookupWithoutNHRP(a)
	if !ok || len(ent.Paths) == 0 {
		return engine.Route{}, false
	}
	p := ent.Paths[0]
	rt := engine.Route{Prefix: ent.Prefix, Interface: p.Interface, NextHop: p.NextHop, Local: p.Protocol == rib.Local || e.r.ownAddr(v, a)}
	if rt.Local {
		// The host route of our own address says nothing of the network behind
		// us: the connected prefix does.
		if f := e.r.byName[p.Interface]; f != nil {
			for _, c := range f.addrs {
				if c.Addr() == a {
					rt.Prefix = c.Masked()
				}
			}
		}
	}
	for depth := 0; rt.Interface == "" && rt.NextHop.IsValid() && depth < 8; depth++ {
		via, ok := v.rib.LookupWithoutNHRP(rt.NextHop)
		if !ok || len(via.Paths) == 0 {
			return engine.Route{}, false
		}
		v := via.Paths[0]
		rt.Interface = v.Interface
		if v.NextHop.IsValid() {
			rt.NextHop = v.NextHop
		}
	}
	return rt, rt.Interface != "" && rt.Interface != "Null0"
}

func (e environment) Hits(tunnel string, prefix netip.Prefix) uint64 {
	var n uint64
	f := e.r.byName[tunnel]
	if f == nil {
		return 0
	}
	if a := f.adj[prefix]; a != nil {
		n += a.Packets.Load()
	}
	if ent, ok := f.vrf.rib.FIB().Lookup(prefix.Addr()); ok && ent.Prefix == prefix {
		n += ent.Hits.Load()
	}
	return n
}

// ownAddr reports whether a is an address of one of the router's interfaces in a
// VRF.
func (r *Router) ownAddr(v *vrf, a netip.Addr) bool {
	for _, f := range r.ifs {
		if f.vrf != v {
			continue
		}
		for _, p := range f.addrs {
			if p.Addr() == a && f.proto {
				return true
			}
		}
	}
	return false
}

// perform does what the engine of a family wants, in order.
func (r *Router) perform(fam family, as []engine.Action) {
	for _, a := range as {
		switch a := a.(type) {
		case engine.Send:
			r.sendNHRP(a)
		case engine.SetPeer:
			if f := r.byName[a.Tunnel]; f != nil && !r.waits(f, a) {
				r.adjoin(a)
			}
		case engine.DeletePeer:
			if f := r.byName[a.Tunnel]; f != nil {
				delete(f.adj, a.Addr)
				f.peers, r.stale, r.crypto.moved = f.peers.Without(a.Addr), true, true
				r.forgetWaiting(f, func(w *waitingPeer) bool { return w.peer != nil && w.peer.Addr == a.Addr })
			}
		case engine.SetRoute:
			if !r.waitsRoute(a) {
				r.shortcut(a)
			}
		case engine.DeleteRoute:
			r.dropShortcut(a.Tunnel, a.Prefix)
			if f := r.byName[a.Tunnel]; f != nil {
				r.forgetWaiting(f, func(w *waitingPeer) bool { return w.route != nil && w.route.Prefix == a.Prefix })
			}
		case engine.SetMulticast:
			r.setMulticast(fam, a)
		case engine.SetLine:
			if f := r.byName[a.Tunnel]; f != nil && f.nhrpLine[fam] != a.Up {
				f.nhrpLine[fam] = a.Up
				r.settle()
			}
		case engine.Silent:
			r.doubt(a)
		case engine.Log:
			r.raise(a.Event)
		case engine.Tell:
			r.tell(a.Text)
		}
	}
}

func (r *Router) sendNHRP(a engine.Send) {
	f := r.byName[a.Tunnel]
	if f == nil {
		return
	}
	port := uint16(0)
	if r.protection(f) != nil {
		port = r.portOf(f, a.NBMA, a.NextHop)
		if !r.secured(socketOf(f, a.NBMA, 0), port) || r.awaited(f.name, a.NextHop) != nil {
			r.hold(f, a)
			return
		}
	}
	r.publish()
	r.work.Now = r.now.UnixNano()
	r.work.OriginateTunnelTo(r.snap, f.index, netip.AddrPortFrom(a.NBMA, port), mgre.ProtoNHRP, a.Packet)
	r.drain()
}

func (r *Router) setMulticast(fam family, a engine.SetMulticast) {
	f := r.byName[a.Tunnel]
	if f == nil {
		return
	}
	old := map[netip.Addr]*dataplane.Adjacency{}
	for _, m := range f.multicast[fam] {
		old[m.NBMA] = m
	}
	f.multicast[fam] = nil
	for _, nbma := range a.NBMA {
		m := old[nbma]
		if m == nil {
			m = &dataplane.Adjacency{NBMA: nbma}
		}
		f.multicast[fam] = append(f.multicast[fam], m)
	}
	r.stale = true
}

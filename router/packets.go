package router

import (
	"net/netip"
	"slices"
	"time"

	"axle/dataplane"
	"axle/ipsec"
	"axle/nhrp/engine"
)

// maxPuntRounds bounds how often the answers to one batch may cause further
// punts before the rest waits for the next call: a router that talks to itself
// must not hang its owner.
const maxPuntRounds = 64

// Receive takes IP packets that arrived on a port in one batch.
func (r *Router) Receive(now time.Time, port int, packets [][]byte) {
	r.now = now
	if port < 0 || port >= len(r.opt.Ports) || r.ifs == nil {
		return
	}
	r.publish()
	f := r.ifs[port]
	r.in = r.in[:0]
	for _, p := range packets {
		if len(p) > maxPacket {
			continue
		}
		buf := r.buffer(len(p))
		copy(buf[dataplane.Headroom:], p)
		r.in = append(r.in, dataplane.Packet{Buf: buf, Off: dataplane.Headroom, Len: len(p), If: f.index})
	}
	r.work.Now = now.UnixNano()
	r.work.Forward(r.snap, r.in)
	r.drain()
	r.flush()
	for _, p := range r.in {
		r.free = append(r.free, p.Buf)
	}
}

const (
	maxPacket  = 65535 // bytes of an IP packet
	maxBuffers = 256   // kept for reuse
)

// buffer returns a buffer for a packet of n bytes with room around it.
func (r *Router) buffer(n int) []byte {
	want := dataplane.Headroom + n + dataplane.Headroom
	if len(r.free) > maxBuffers {
		r.free = r.free[:maxBuffers]
	}
	if k := len(r.free) - 1; k >= 0 {
		b := r.free[k]
		r.free = r.free[:k]
		if len(b) >= want {
			return b
		}
	}
	return make([]byte, max(want, 2048))
}

// originate sends a packet of the router's own in a VRF.
func (r *Router) originate(v *vrf, pkt []byte) {
	r.publish()
	r.work.Now = r.now.UnixNano()
	r.work.Originate(r.snap, v.index, pkt)
	r.drain()
}

// drain sends what the worker put out and keeps its punts for flush.
func (r *Router) drain() {
	for i := range r.work.Out {
		p := &r.work.Out[i]
		f := r.ifs[p.If]
		if f.port >= 0 {
			r.opt.Output.Transmit(f.port, p.NextHop, p.Data())
		}
	}
	r.keep(r.work.Captured)
	for _, p := range r.work.Punts {
		if len(r.punts) >= maxPunts {
			r.puntDrops++
			continue
		}
		p.Data = slices.Clone(p.Data)
		r.punts = append(r.punts, p)
	}
	r.work.Reset()
}

// maxPunts bounds the queue of packets for the router itself.
const maxPunts = 1024

// flush handles punts and everything that follows from them, until the router
// is at rest.
func (r *Router) flush() {
	for range maxPuntRounds {
		if len(r.punts) == 0 && !r.settling() {
			return
		}
		ps := r.punts
		r.punts = nil
		for i := range ps {
			r.punt(&ps[i])
		}
	}
}

// settling brings interfaces, routes and engine in line after anything
// happened; it reports whether something moved.
func (r *Router) settling() bool {
	moved := false
	if r.routesMoved() {
		r.settle()
		r.routesSeen()
		r.stale, moved = true, true
		r.eachNHRP(func(e *engine.Engine) []engine.Action { return e.RoutesChanged(r.now) })
	}
	if r.nhrpCfg {
		r.syncEngine()
		moved = true
	}
	if r.crypto.moved {
		r.crypto.moved, moved = false, true
		r.syncCrypto()
	}
	return moved || len(r.punts) > 0
}

// punt handles one packet for the router itself.
func (r *Router) punt(p *dataplane.Punt) {
	if p.If >= len(r.ifs) {
		return // the interface went away meanwhile
	}
	f := r.ifs[p.If]
	if r.puntCrypto(f, p) {
		return
	}
	switch p.Reason {
	case dataplane.PuntNHRP:
		s, peer := r.sender(f, p)
		if protects(f.cfg) && peer.Identity == "" {
			return // an SA is there a moment before it is known whose it is: it comes again
		}
		fam := nhrpFamily(p.Data)
		r.crypto.hearing = s
		r.perform(fam, r.nhrp[fam].Receive(r.now, enginePacket(f, p, peer)))
		r.crypto.hearing = ipsec.Socket{}
	case dataplane.PuntGlean:
		fam := familyOf(p.NextHop)
		r.perform(fam, r.nhrp[fam].Glean(r.now, f.name, p.NextHop))
	case dataplane.PuntHairpin:
		if p.Out < len(r.ifs) {
			fam := ofFamily(p.Data)
			r.crypto.hearing = socketOf(f, p.From, p.FromPort)
			defer func() { r.crypto.hearing = ipsec.Socket{} }()
			r.perform(fam, r.nhrp[fam].Hairpin(r.now, f.name, p.From, r.ifs[p.Out].name, p.Data))
		}
	case dataplane.PuntLocal:
		r.host.receive(r, f, p.Data)
	}
}

// SetCarrier tells that a port's link came up or went down. It may be called
// before Boot.
func (r *Router) SetCarrier(now time.Time, port int, up bool) {
	r.now = now
	if port < 0 || port >= len(r.opt.Ports) {
		return
	}
	r.carrier[port] = up
	if r.ifs == nil || r.ifs[port].carrier == up {
		return // not booted yet, or nothing new
	}
	r.ifs[port].carrier = up
	r.settle()
	r.flush()
}

// Owns reports whether the router answers for an address on a port.
func (r *Router) Owns(port int, a netip.Addr) bool {
	if port < 0 || port >= len(r.opt.Ports) || r.ifs == nil {
		return false
	}
	f := r.ifs[port]
	if !f.proto {
		return false
	}
	return slices.ContainsFunc(f.addrs, func(p netip.Prefix) bool { return p.Addr() == a })
}

// publish makes a new forwarding snapshot where the old one is out of date.
func (r *Router) publish() {
	if !r.stale && r.snap != nil {
		return
	}
	r.stale = false
	ifs := make([]*dataplane.Interface, len(r.ifs))
	for i, f := range r.ifs {
		ifs[i] = r.forwarding(f)
	}
	r.snap = dataplane.NewSnapshot(ifs, r.rib.FIB(), r.fibs()...)
	r.snap.Machine, r.snap.IPv6, r.snap.Control = r.opt.Machine, r.cfg.IPv6, r.taps("")
	r.snap.SADB = r.crypto.sadb
}

// forwarding returns the forwarding configuration of an interface.
func (r *Router) forwarding(f *iface) *dataplane.Interface {
	d := &dataplane.Interface{
		Name: f.name, Index: f.index, Kind: f.kind, Up: f.proto, VRF: f.vrf.index,
		Addrs: f.addrs, MTU: f.mtu(r), IPMTU: f.ipMTU(r), MSS: f.cfg.MSS,
		NoUnreachables: !f.cfg.Unreachables, Counters: f.counters, Capture: r.taps(f.name),
	}
	if len(f.six) > 0 {
		d.IP6MTU, d.MSS6, d.NoUnreachable6 = f.ip6MTU(r), f.cfg.MSS6, !f.cfg.Unreachables6
	}
	t := f.cfg.Tunnel
	if f.kind != dataplane.TunnelGRE || t == nil {
		return d
	}
	under := f.vrf.index // of no consequence: without its VRF the tunnel is down
	if f.under != nil {
		under = f.under.index
	}
	d.Redirect, d.NetworkID = t.NHRP.Redirect, t.NHRP.NetworkID
	d.Redirect6, d.NetworkID6 = t.NHRP6.Redirect, t.NHRP6.NetworkID
	d.Tunnel = &dataplane.Tunnel{
		VRF: under, Source: f.outer, Dest: t.Dest, Multipoint: t.Multipoint,
		HasKey: t.HasKey, Key: t.Key, Checksum: t.Checksum, TTL: t.TTL, TOS: t.TOS, DF: t.PathMTU,
		Protected: t.Protection != "",
		Peers:     f.peers, Multicast: f.multicast[four], Fallback: r.fallback(f, four),
		Multicast6: f.multicast[six], Fallback6: r.fallback(f, six),
		// With "if-state nhrp" the tunnel is down until it has registered.
		NHRPWhenDown: !f.proto && !f.cfg.Shutdown && r.carrierUp(f),
	}
	return d
}

// fallback returns where a spoke's packets go while their next hop is being
// resolved: to its next hop server.
func (r *Router) fallback(f *iface, fam family) *dataplane.Adjacency {
	for _, s := range nhrpOf(f.cfg.Tunnel, fam).Servers {
		if !s.Addr.IsValid() {
			continue
		}
		if a := f.peers.Lookup(s.Addr); a != nil {
			return a
		}
	}
	return nil
}

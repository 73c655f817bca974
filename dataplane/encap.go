package dataplane

import (
	"net/netip"

	"axle/internal/ip"
	"axle/mgre"
)

// outputTunnel sends a packet by a tunnel, to the peer that the next hop names.
func (w *Worker) outputTunnel(s *Snapshot, t *transit, out *Interface, next netip.Addr) {
	if r, ok := out.cannotSend(t.proto()); ok {
		w.fail(out, r)
		return
	}
	tun := out.Tunnel
	if !tun.Multipoint {
		w.sendPeer(s, t, out, tun.Dest, nil)
		return
	}
	if t.isGroup() {
		w.replicate(s, t, out)
		return
	}
	if !next.IsValid() {
		next = t.dst()
	}
	adj := tun.Peers.Lookup(next)
	if adj == nil {
		w.glean(t, out, next)
		if adj = tun.Fallback; t.is6() {
			adj = tun.Fallback6
		}
		if adj == nil || t.in == out && t.from == adj.NBMA {
			w.fail(out, DropNoAdjacency) // back to where it came from would be a loop
			return
		}
	}
	w.sendPeer(s, t, out, adj.NBMA, adj)
}

// cannotSend tells why no GRE payload of the type proto may leave by the tunnel
// interface f.
func (f *Interface) cannotSend(proto uint16) (DropReason, bool) {
	switch {
	case f.Tunnel == nil:
		return DropNoInterface, true
	case !f.Up && !(f.Tunnel.NHRPWhenDown && proto == mgre.ProtoNHRP):
		return DropInterfaceDown, true
	case !f.Tunnel.Source.IsValid():
		return DropTunnelNoSource, true
	}
	return 0, false
}

// sendPeer sends a packet to the tunnel peer nbma.
func (w *Worker) sendPeer(s *Snapshot, t *transit, out *Interface, nbma netip.Addr, adj *Adjacency) {
	tun := out.Tunnel
	l := link{nbma: nbma, port: adj.port(), adj: adj, tos: t.tos(), ttl: tun.TTL, proto: t.proto()}
	if tun.TOS >= 0 {
		l.tos = uint8(tun.TOS)
	}
	if l.ttl == 0 {
		l.ttl = 255
	}
	if !w.underlay(s, t, out, &l) {
		return
	}
	if tun.DF && t.df() {
		l.df = true
		if mtu := tun.pathMTU(&l); mtu < t.limit(out) && t.n > mtu {
			w.tooBig(s, t, out, mtu)
			return
		}
	}
	w.hairpin(t, out, nbma)
	w.fit(s, t, out, &l)
}

// underlay finds the way of the outer packet to l.nbma. It tells whether there
// is one; if not, the packet is counted.
func (w *Worker) underlay(s *Snapshot, t *transit, out *Interface, l *link) bool {
	if !l.nbma.IsValid() || l.nbma.Is4() != out.Tunnel.Source.Is4() {
		w.fail(out, DropTunnelNoDestination)
		return false
	}
	if t.encaps >= maxNesting {
		w.fail(out, DropNesting)
		return false
	}
	if out.Tunnel.Protected && !w.protect(s, out, l) {
		return false
	}
	dst := l.destination()
	e, ok := out.under.lookup(dst)
	if !ok {
		w.fail(out, DropTunnelNoDestination)
		return false
	}
	hop := &e.Hops[0]
	if len(e.Hops) > 1 {
		hop = s.choose(e, out.Tunnel.Source, dst)
	}
	l.under, l.underNext = s.byName[hop.Interface], hop.NextHop
	switch {
	case hop.Drop:
		w.fail(out, DropNull)
	case hop.Local || l.under == out:
		w.fail(out, DropRecursion)
	case l.under == nil:
		w.fail(out, DropNoInterface)
	default:
		return true
	}
	return false
}

// pathMTU returns the largest inner packet that goes through the tunnel in one
// piece by the link, bytes.
func (t *Tunnel) pathMTU(l *link) int {
	h, room := t.gre(0), 0
	if t.Source.Is4() {
		room = l.under.ipMTU() - ip.HeaderLen
	} else {
		room = l.under.ip6MTU() - ip.IPv6HeaderLen
	}
	if l.sa != nil {
		room = l.sa.Out.MaxPayload(room)
	}
	return room - h.Len()
}

// outerLen returns the length of the outer IP header, bytes.
func (t *Tunnel) outerLen() int {
	if t.Source.Is4() {
		return ip.HeaderLen
	}
	return ip.IPv6HeaderLen
}

// gre returns the GRE header of a payload.
func (t *Tunnel) gre(proto uint16) mgre.Header {
	return mgre.Header{Protocol: proto, Checksum: t.Checksum, HasKey: t.HasKey, Key: t.Key}
}

// encap writes GRE, its protection and the outer header around the packet and
// sends it to the underlay.
func (w *Worker) encap(s *Snapshot, t *transit, out *Interface, l *link) {
	h := out.Tunnel.gre(l.proto)
	outer, gre := out.Tunnel.outerLen(), h.Len()
	front, tail := l.room()
	front += outer + gre
	switch {
	case front+t.n+tail > ip.MaxLen:
		w.fail(out, DropTooBig)
		return
	case out.Tunnel.Protected && l.sa == nil: // whatever led here, it ends here
		w.fail(out, DropProtected)
		return
	}
	o := transit{buf: t.buf, off: t.off, n: t.n, vrf: out.under, origin: byTunnel, encaps: t.encaps + 1}
	if o.off < front || len(o.buf)-o.off-o.n < tail { // the port left no room
		moved, ok := w.copied(t.data())
		if !ok {
			return
		}
		o.buf, o.off = moved.buf, moved.off
	}
	o.off, o.n = o.off-gre, o.n+gre
	h.Put(o.data())
	switch { // before it is sealed in place
	case l.proto != mgre.ProtoNHRP && (out.Capture != nil || s.Control != nil):
		w.leaves(s, t, out)
	case l.proto == mgre.ProtoNHRP && s.Control != nil:
		w.captureNHRP(s, true, l, out.Tunnel.Source, o.data())
	}
	proto := uint8(ip.ProtoGRE)
	if l.sa != nil {
		var ok bool
		if proto, ok = w.seal(&o, out, l); !ok {
			return
		}
	}
	c := out.Counters
	c.OutPackets.Add(1)
	c.OutBytes.Add(uint64(t.n))
	if l.adj != nil {
		l.adj.Packets.Add(1)
		l.adj.Bytes.Add(uint64(t.n))
	}
	n := o.n
	o.off, o.n = o.off-outer, o.n+outer
	w.putIP(o.data(), l, proto, out.Tunnel.Source, l.destination(), n)
	w.output(s, &o, l.under, l.underNext)
}

// replicate sends a packet to a group to every multicast destination of the
// tunnel.
func (w *Worker) replicate(s *Snapshot, t *transit, out *Interface) {
	to := out.Tunnel.Multicast
	if t.is6() {
		to = out.Tunnel.Multicast6
	}
	if len(to) == 0 {
		w.fail(out, DropNoAdjacency)
		return
	}
	for _, adj := range to {
		c, ok := w.copied(t.data())
		if !ok {
			return
		}
		c.in, c.vrf, c.from, c.fromPort, c.origin, c.decaps, c.encaps = t.in, t.vrf, t.from, t.fromPort, t.origin, t.decaps, t.encaps
		w.sendPeer(s, &c, out, adj.NBMA, adj)
	}
}

// glean punts a copy of a packet whose next hop has no NBMA address, once for a
// next hop in a call.
func (w *Worker) glean(t *transit, out *Interface, next netip.Addr) {
	g := glean{out.Index, next}
	for _, old := range w.gleans {
		if old == g {
			return
		}
	}
	if len(w.gleans) >= maxGleans {
		return
	}
	c, ok := w.copied(t.data())
	if !ok {
		return
	}
	w.gleans = append(w.gleans, g)
	w.punt(Punt{Reason: PuntGlean, If: out.Index, NextHop: next, From: t.from, Data: c.data()})
}

// hairpin punts the beginning of a packet that comes in by a tunnel and leaves
// by a tunnel of the same NHRP network towards another peer, where redirects are
// wanted: once for a pair of addresses in a call.
func (w *Worker) hairpin(t *transit, out *Interface, nbma netip.Addr) {
	in := t.in
	if in == nil || in.Kind != TunnelGRE || !t.redirects(out) || !t.from.IsValid() || t.from == nbma {
		return
	}
	k := t.pair()
	for _, old := range w.hairpins {
		if old == k {
			return
		}
	}
	if len(w.hairpins) >= maxHairpins {
		return
	}
	c, ok := w.copied(t.data()[:min(t.n, hairpinBytes)])
	if !ok {
		return
	}
	c.increment() // as it came in
	w.hairpins = append(w.hairpins, k)
	w.punt(Punt{
		Reason: PuntHairpin, If: in.Index, Out: out.Index, From: t.from, FromPort: t.fromPort,
		Data: c.data(),
	})
}

// hairpinBytes is how much of a packet a PuntHairpin carries: enough for any
// header with options and for what an NHRP indication quotes.
const hairpinBytes = 128

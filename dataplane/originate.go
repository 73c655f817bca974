package dataplane

import (
	"net/netip"

	"axle/internal/ip"
	"axle/mgre"
)

// Originate routes an IP packet that the router made itself in a VRF and appends what
// comes of it to Out and Punts. The TTL stays as it is; pkt is copied. A packet to
// a multicast or broadcast address goes out by the interface that has its source
// address. A packet to an address of the router is punted. One from or to a
// link-local address goes nowhere: OriginateOn says where.
func (w *Worker) Originate(s *Snapshot, vrf int, pkt []byte) {
	if vrf < 0 || vrf >= len(s.vrfs) {
		w.drop(nil, DropNoRoute)
		return
	}
	t, ok := w.made(pkt)
	if !ok {
		return
	}
	t.vrf = &s.vrfs[vrf]
	dst := t.dst()
	l, local := t.vrf.owner(dst)
	switch {
	case local && !l.broadcast:
		w.punt(Punt{Reason: PuntLocal, If: l.owner.Index, Data: t.data()})
	case local:
		w.output(s, &t, l.owner, dst)
	case t.isGroup():
		src, ok := t.vrf.owner(t.src())
		if !ok || src.broadcast {
			w.drop(nil, DropNoRoute)
			return
		}
		w.output(s, &t, src.owner, dst)
	default:
		w.route(s, &t)
	}
}

// OriginateOn sends an IP packet that the router made itself out of an
// interface, without asking the routes: to nextHop, or to the packet's own
// destination if nextHop is zero. It appends to Out and Punts; pkt is copied.
func (w *Worker) OriginateOn(s *Snapshot, ifIndex int, nextHop netip.Addr, pkt []byte) {
	out := s.iface(ifIndex)
	if out == nil {
		w.drop(nil, DropNoInterface)
		return
	}
	if t, ok := w.made(pkt); ok {
		t.vrf = out.vrf
		w.output(s, &t, out, nextHop)
	}
}

// made copies a packet of the router itself into a buffer.
func (w *Worker) made(pkt []byte) (transit, bool) {
	n, err := wholeIP(pkt)
	if err != nil {
		w.drop(nil, DropMalformed)
		return transit{}, false
	}
	t, ok := w.copied(pkt[:n])
	t.origin = byHost
	return t, ok
}

// OriginateTunnel sends a GRE payload of the type proto (NHRP: 0x2001) by a tunnel
// to an NBMA address, as Cisco sends NHRP: ToS 0xC0, TTL 255, DF clear. It appends
// to Out; payload is copied.
func (w *Worker) OriginateTunnel(s *Snapshot, ifIndex int, nbma netip.Addr, proto uint16, payload []byte) {
	w.OriginateTunnelTo(s, ifIndex, netip.AddrPortFrom(nbma, 0), proto, payload)
}

// OriginateTunnelTo is OriginateTunnel to a peer that its port tells from others
// behind one NAT box; see Adjacency.Port.
func (w *Worker) OriginateTunnelTo(s *Snapshot, ifIndex int, peer netip.AddrPort, proto uint16, payload []byte) {
	out := s.iface(ifIndex)
	if out == nil || out.Tunnel == nil {
		w.drop(nil, DropNoInterface)
		return
	}
	if r, ok := out.cannotSend(proto); ok {
		w.fail(out, r)
		return
	}
	if len(payload) > ip.MaxLen-ip.IPv6HeaderLen-mgre.MaxLen {
		w.fail(out, DropTooBig)
		return
	}
	t, ok := w.copied(payload)
	if !ok {
		return
	}
	l := link{nbma: peer.Addr().Unmap(), port: peer.Port(), tos: 0xc0, ttl: 255, proto: proto}
	if w.underlay(s, &t, out, &l) {
		w.encap(s, &t, out, &l)
	}
}

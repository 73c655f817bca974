package dataplane

import (
	"net/netip"

	"axle/internal/ip"
)

// input handles an IP packet that came in by t.in: from a port, or out of a
// tunnel.
func (w *Worker) input(s *Snapshot, t *transit) {
	c := t.in.Counters
	c.InPackets.Add(1)
	c.InBytes.Add(uint64(t.n))
	if t.in.Capture != nil {
		w.capture(t.in.Capture, t.in.Name, false, t.data())
	}
	if !t.in.Up {
		w.drop(t.in, DropInterfaceDown)
		return
	}
	if t.n > 0 && t.is6() {
		w.input6(s, t)
		return
	}
	p, err := ip.ParseIPv4(t.buf[t.off : t.off+t.n])
	if err != nil {
		w.drop(t.in, refusal(err))
		return
	}
	t.n = len(p)
	if r, ok := impossible(p); ok {
		w.drop(t.in, r)
		return
	}
	if l, local := t.vrf.v4.local[p.DstNumber()]; local || isGroup(p) {
		switch {
		case p[16]&0xf0 == 224:
			c.InMulticast.Add(1)
		case !local || l.broadcast:
			c.InBroadcast.Add(1)
		}
		w.local(s, t)
		return
	}
	w.forward(s, t)
}

// refusal says why something is no IP packet.
func refusal(err error) DropReason {
	if err == ip.ErrChecksum {
		return DropChecksum
	}
	return DropMalformed
}

// impossible tells whether the addresses cannot stand in a packet on a link
// (RFC 1122 §3.2.1.3, RFC 1812 §5.3.7): a group, the loopback network or class E as
// a source, the latter two as a destination.
func impossible(p ip.IPv4) (DropReason, bool) {
	src, dst := p[12], p[16]
	switch {
	case src >= 224 || src == 127:
		return DropSource, true
	case dst == 127, dst >= 240 && !isGroup(p):
		return DropDestination, true
	case src == 0 && dst != 0 && !isGroup(p):
		return DropSource, true
	}
	return 0, false
}

// isGroup tells whether the packet goes to a multicast address or to
// 255.255.255.255.
func isGroup(p ip.IPv4) bool {
	return p[16]&0xf0 == 224 || p[16]&p[17]&p[18]&p[19] == 255
}

// local handles a packet to the router itself or to a group: fragments are put
// together, GRE of a tunnel is taken off, the rest is punted.
func (w *Worker) local(s *Snapshot, t *transit) {
	p := t.packet()
	if p.IsFragment() && !w.whole(t) {
		return
	}
	p = t.packet()
	if p.Protocol() == ip.ProtoGRE && t.vrf.v4.ends[p.DstNumber()] {
		w.decap(s, t, p.HeaderLen())
		return
	}
	if w.protected(s, t, p.Protocol(), p.HeaderLen()) {
		return
	}
	t.in.Counters.Punts.Add(1)
	if s.Control != nil {
		w.capture(s.Control, "", false, p)
	}
	w.punt(Punt{Reason: PuntLocal, If: t.in.Index, From: t.from, Data: p})
}

// forward handles a packet to another host.
func (w *Worker) forward(s *Snapshot, t *transit) {
	if !s.Machine && !w.lives(s, t) {
		return
	}
	w.route(s, t)
}

// lives tells whether a packet may be forwarded once more; if not, its source is
// told.
func (w *Worker) lives(s *Snapshot, t *transit) bool {
	if t.ttl() > 1 {
		return true
	}
	w.drop(t.in, DropTTL)
	w.sendTimeExceeded(s, t)
	return false
}

// route finds the way of a packet and sends it.
func (w *Worker) route(s *Snapshot, t *transit) {
	e, ok := t.vrf.lookup(t.dst())
	if !ok {
		w.drop(t.in, DropNoRoute)
		if t.origin == byOther {
			w.sendUnreachable(s, t)
		}
		return
	}
	hop := &e.Hops[0]
	if len(e.Hops) > 1 {
		hop = s.choose(e, t.src(), t.dst())
	}
	switch {
	case hop.Drop:
		w.drop(t.in, DropNull)
		return
	case hop.Local && t.in != nil && t.is6():
		w.local6(s, t)
		return
	case hop.Local && t.in != nil:
		w.local(s, t)
		return
	}
	out := s.byName[hop.Interface]
	switch {
	case out == nil:
		w.drop(t.in, DropNoInterface)
		return
	case hop.Local:
		w.punt(Punt{Reason: PuntLocal, If: out.Index, Data: t.data()})
		return
	}
	switch {
	case t.origin == byStack:
		t.clampMSS(nil, out)
	case t.origin != byOther:
	case s.Machine && out.Kind == Physical: // the stack takes the hop off
		t.clampMSS(t.in, out)
	case s.Machine && !w.lives(s, t):
		return
	default:
		t.decrement()
		t.clampMSS(t.in, out)
	}
	w.output(s, t, out, hop.NextHop)
}

// output sends a packet out of an interface, to the neighbour next or, if that
// is zero, to the packet's own destination.
func (w *Worker) output(s *Snapshot, t *transit, out *Interface, next netip.Addr) {
	if !out.Up {
		w.fail(out, DropInterfaceDown)
		return
	}
	switch out.Kind {
	case Null:
		w.drop(t.in, DropNull)
	case Loopback: // a network, of which the router's own address is the only host
		w.fail(out, DropNoAdjacency)
	case TunnelGRE:
		w.outputTunnel(s, t, out, next)
	default:
		if !next.IsValid() {
			next = t.dst()
		}
		w.fit(s, t, out, &link{next: next})
	}
}

// A link is where a packet goes behind its out interface: to a neighbour on a
// physical link, or to a tunnel peer.
type link struct {
	next netip.Addr // neighbour on a physical link

	nbma      netip.Addr // tunnel peer
	port      uint16     // that tells it from others behind its NAT box; 0: none
	sa        *SAPair    // of protected tunnels
	adj       *Adjacency // counters of the peer; may be nil
	under     *Interface // where the outer packet goes out
	underNext netip.Addr // its next hop there
	tos, ttl  uint8      // of the outer header
	df        bool
	proto     uint16 // of GRE
}

// transmit sends a packet that fits out.
func (w *Worker) transmit(s *Snapshot, t *transit, out *Interface, l *link) {
	if l.nbma.IsValid() {
		w.encap(s, t, out, l)
		return
	}
	c := out.Counters
	c.OutPackets.Add(1)
	c.OutBytes.Add(uint64(t.n))
	if out.Capture != nil || s.Control != nil {
		w.leaves(s, t, out)
	}
	in := -1
	if t.in != nil {
		in = t.in.Index
	}
	w.Out = append(w.Out, Packet{Buf: t.buf, Off: t.off, Len: t.n, If: out.Index, NextHop: l.next, In: in, Outer: t.origin == byTunnel, VRF: int32(t.vrf.number)})
}

package engine

import (
	"net/netip"

	"axle/nhrp"
)

// inTransit reports whether this router is already in a transit record of m.
// RFC 2332 §5.3.2: finding its own address there, an NHS sees a loop. The NBMA address counts only where
// there is no other: behind NAT, several routers may have the same.
func (t *tunnel) inTransit(m *nhrp.Message, record nhrp.ExtType) bool {
	x := m.Extension(record)
	if x == nil {
		return false
	}
	for _, c := range x.Clients {
		if c.Proto.IsValid() && t.own(c.Proto) || !c.Proto.IsValid() && c.NBMA == t.cfg.NBMA {
			return true
		}
	}
	return false
}

// forward passes a message on through the tunnel out to the next hop to, with
// this router in the transit record. RFC 2332 §5.1, §5.3.2, §5.3.3.
func (t *tunnel) forward(p Packet, m *nhrp.Message, out *tunnel, to *entry, record nhrp.ExtType) {
	if m.HopCount <= 1 {
		t.received.Errors++
		t.complain(p, m, nhrp.ErrHopCount)
		return
	}
	r := out.replyTo(m, m.Op)
	r.HopCount = m.HopCount - 1
	if x := r.Extension(record); x != nil {
		if len(x.Clients) >= MaxTransit {
			t.received.Errors++
			t.complain(p, m, nhrp.ErrHopCount)
			return
		}
		x.Clients = append(x.Clients, out.self(out.cfg.NBMA))
	}
	if m.Op == nhrp.ResolutionRequest {
		t.revealSource(p, m, r)
	}
	t.e.tell(DebugProtocol, "NHRP: Forwarding %s via %s vrf: %s", m.Op, out.cfg.Name, out.vrf())
	if out.sendTo(to, r) {
		out.forwarded.Count[m.Op]++
	}
}

// revealSource puts the requester's address behind NAT, as seen here, into a
// NAT extension that is still empty.
func (t *tunnel) revealSource(p Packet, m, r *nhrp.Message) {
	x := r.Extension(nhrp.ExtNAT)
	if x == nil || len(x.Clients) > 0 || len(x.Value) > 0 || p.Src == m.SrcNBMA {
		return
	}
	if y := t.cache.host(m.SrcProto); y != nil && y.NBMA == p.Src && y.Claimed == m.SrcNBMA {
		x.Clients = []nhrp.Client{{PrefixLen: uint8(y.Prefix.Bits()), MTU: t.cfg.MTU, NBMA: y.NBMA, Proto: m.SrcProto}}
	}
}

// forwardReply passes a reply on to who asked. Only peers may send such.
func (t *tunnel) forwardReply(p Packet, m *nhrp.Message) {
	t.forwardTo(p, m, m.SrcProto, nhrp.ExtReverseTransit)
}

// forwardRequest passes a request that is for another station on.
func (t *tunnel) forwardRequest(p Packet, m *nhrp.Message) {
	t.forwardTo(p, m, m.DstProto, nhrp.ExtForwardTransit)
}

// forwardTo passes a message from a peer on to a station of the NHRP network.
func (t *tunnel) forwardTo(p Packet, m *nhrp.Message, to netip.Addr, record nhrp.ExtType) {
	if !t.unicast(to) || !t.cache.knows(p.Src) {
		t.refuse(m.Op.String() + " for somebody else from " + p.Src.String())
		return
	}
	if t.inTransit(m, record) {
		t.received.Errors++
		t.complain(p, m, nhrp.ErrLoop)
		return
	}
	out, next := t.way(to)
	if next == nil || !next.NBMA.IsValid() || next.NBMA == p.Src {
		t.received.Errors++
		t.complain(p, m, nhrp.ErrUnreachable)
		return
	}
	t.forward(p, m, out, next, record)
}

// way returns how to reach a station: the tunnel and the next hop; nil if there is
// none.
func (t *tunnel) way(to netip.Addr) (*tunnel, *entry) {
	if x := t.cache.host(to); x != nil && x.NBMA.IsValid() {
		return t, x
	}
	r, ok := t.e.env.Route(t.cfg.Name, to)
	out := t.network(r)
	if !ok || out == nil {
		return t, nil
	}
	hop := r.NextHop
	if !hop.IsValid() {
		hop = to
	}
	return out, out.cache.lookup(hop)
}

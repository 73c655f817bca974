package engine

import (
	"net/netip"
	"slices"

	"axle/nhrp"
)

// answer handles a resolution request: it is answered for what is behind this
// router, or passed on along the route. RFC 2332 §5.2.1, §5.2.2.
func (t *tunnel) answer(p Packet, m *nhrp.Message) {
	e := t.e
	dst := m.DstProto
	if !t.unicast(m.SrcProto) || !t.unicast(dst) || !m.SrcNBMA.IsValid() {
		t.refuse("Resolution Request without a source or a destination")
		return
	}
	if t.own(m.SrcProto) || t.inTransit(m, nhrp.ExtForwardTransit) {
		t.refuse("Resolution Request loops")
		t.complain(p, m, nhrp.ErrLoop)
		return
	}
	if dst == t.addr() {
		t.answerOwn(p, m, hostPrefix(dst))
		return
	}
	r, ok := e.env.Route(t.cfg.Name, dst)
	if !ok || r.Prefix.Bits() == 0 && t.network(r) == nil {
		t.nak(p, m, nhrp.CodeNoBinding) // a default route to elsewhere is no answer
		return
	}
	e.tell(DebugProtocol, "NHRP: Route lookup for destination %s in vrf: %s yielded interface %s, prefixlen %d",
		dst, t.vrf(), r.Interface, r.Prefix.Bits())
	if r.Local {
		t.answerOwn(p, m, t.connected(dst, r))
		return
	}
	out := t.network(r)
	if out == nil {
		if e.tunnels[r.Interface] != nil {
			t.nak(p, m, nhrp.CodeNoBinding) // another NHRP network
			return
		}
		t.answerOwn(p, m, answerPrefix(dst, r.Prefix))
		return
	}
	t.answerPeer(p, m, r, out)
}

// answerPeer handles a request for what is reached through the NHRP network.
func (t *tunnel) answerPeer(p Packet, m *nhrp.Message, r Route, out *tunnel) {
	hop := r.NextHop
	if !hop.IsValid() {
		hop = m.DstProto
	}
	x := out.cache.lookup(hop)
	if x == nil {
		t.nak(p, m, nhrp.CodeNoBinding)
		return
	}
	t.e.tell(DebugProtocol, "NHRP: Cache lookup for nexthop %s on %s returned nbma %s", hop, out.cfg.Name, x.NBMA)
	authoritative := m.Flags&nhrp.FlagAuthoritative != 0
	cached := hop == m.DstProto && x.Prefix.IsSingleIP() && (x.origin == fromRegistration || x.origin == fromConfig)
	if cached && (!authoritative || t.cfg.NonAuthoritativeCache) {
		t.answerCached(p, m, x)
		return
	}
	if x.NBMA == p.Src || x.NextHop == m.SrcProto {
		t.nak(p, m, nhrp.CodeNoBinding) // the requester is the way itself
		return
	}
	if authoritative {
		t.e.tell(DebugProtocol, "NHRP: Forwarding request due to authoritative request.")
	}
	t.forward(p, m, out, x, nhrp.ExtForwardTransit)
}

// connected returns the network of the router's own address a, whose route r
// may be for the host alone: that of its neighbour in the address space, where
// it contains a.
func (t *tunnel) connected(a netip.Addr, r Route) netip.Prefix {
	if r.Prefix.IsValid() && !r.Prefix.IsSingleIP() {
		return answerPrefix(a, r.Prefix)
	}
	for _, b := range []netip.Addr{a.Next(), a.Prev()} {
		if !b.IsValid() {
			continue
		}
		n, ok := t.e.env.Route(t.cfg.Name, b)
		if ok && n.Interface == r.Interface && !n.NextHop.IsValid() && n.Prefix.Contains(a) && t.e.tunnels[n.Interface] == nil {
			return answerPrefix(a, n.Prefix)
		}
	}
	return hostPrefix(a)
}

// answerPrefix returns what is said about the route to dst: its prefix, or the
// host alone where that is too short.
func answerPrefix(dst netip.Addr, p netip.Prefix) netip.Prefix {
	if p.Bits() < minAnswer(dst) {
		return hostPrefix(dst)
	}
	return p.Masked()
}

// answerOwn answers a request for a prefix that is behind this router. The
// reply goes to the requester directly, which becomes reachable directly, too.
func (t *tunnel) answerOwn(p Packet, m *nhrp.Message, prefix netip.Prefix) {
	nbma, claimed := t.requester(p, m)
	if !t.cfg.Multipoint && nbma != t.cfg.Dest {
		// A point-to-point tunnel takes packets from its other end alone: the
		// requester must stay on the way that it has.
		t.nak(p, m, nhrp.CodeNoBinding)
		return
	}
	if !t.nbmaUnicast(nbma) {
		t.refuse("Resolution Request from a bad NBMA address")
		return
	}
	t.remember(p, m, nbma, claimed)
	t.noteAnswer(m, prefix)
	t.e.log(EventResolution, t.cfg.Name, t.addr(), nbmaText(t.cfg.NBMA), m.SrcProto, nbmaText(nbma))
	r := t.resolutionReply(m, nhrp.Client{
		PrefixLen: uint8(prefix.Bits()), MTU: t.cfg.MTU, Hold: t.cfg.Hold, NBMA: t.cfg.NBMA, Proto: t.addr(),
	})
	r.Flags |= nhrp.FlagAuthoritative
	if x := r.Extension(nhrp.ExtNAT); x != nil && len(x.Value) == 0 {
		x.Clients = append(x.Clients, t.translated()...)
	}
	t.transmit(nbma, m.SrcProto, r)
}

// answerCached answers a request from the cache, non-authoritatively.
func (t *tunnel) answerCached(p Packet, m *nhrp.Message, x *entry) {
	nbma, _ := t.requester(p, m)
	if m.Flags&nhrp.FlagUnique != 0 && x.Flags&FlagUnique == 0 {
		t.nak(p, m, nhrp.CodeNotUnique) // RFC 2332 §5.2.0.1, code 13
		return
	}
	hold := t.cfg.Hold
	if !x.Expires.IsZero() {
		hold = seconds(x.Expires.Sub(t.e.now))
	}
	claimed := x.NBMA
	if x.Claimed.IsValid() {
		claimed = x.Claimed
	}
	bits := uint8(x.Prefix.Bits())
	r := t.resolutionReply(m, nhrp.Client{PrefixLen: bits, MTU: t.cfg.MTU, Hold: hold, NBMA: claimed, Proto: x.NextHop})
	r.Flags &^= nhrp.FlagAuthoritative
	if n := r.Extension(nhrp.ExtNAT); n != nil && len(n.Value) == 0 && claimed != x.NBMA {
		n.Clients = append(n.Clients, nhrp.Client{PrefixLen: bits, MTU: t.cfg.MTU, NBMA: x.NBMA, Proto: x.NextHop})
	}
	x.asked(m)
	t.transmit(nbma, m.SrcProto, r)
}

// resolutionReply returns a positive reply with one entry.
func (t *tunnel) resolutionReply(m *nhrp.Message, c nhrp.Client) *nhrp.Message {
	r := t.replyTo(m, nhrp.ResolutionReply)
	r.Flags = m.Flags | nhrp.FlagDestStable | nhrp.FlagUnique
	r.Clients = []nhrp.Client{c}
	if x := r.Extension(nhrp.ExtResponder); x != nil {
		x.Clients = []nhrp.Client{t.self(t.cfg.NBMA)}
	}
	return r
}

// nak answers a request with a refusal. RFC 2332 §5.2.0.1: its holding time
// and address lengths are 0.
func (t *tunnel) nak(p Packet, m *nhrp.Message, code nhrp.Code) {
	nbma, _ := t.requester(p, m)
	if !t.nbmaUnicast(nbma) {
		return
	}
	t.e.tell(DebugProtocol, "NHRP: Sending Resolution Reply for %s to %s code: %s(%d)", m.DstProto, m.SrcProto, code, code)
	r := t.resolutionReply(m, nhrp.Client{Code: code})
	r.Flags = m.Flags
	t.transmit(nbma, m.SrcProto, r)
}

// requester returns where a request came from: the NBMA address that works,
// and the one that the requester claims where it is behind NAT.
func (t *tunnel) requester(p Packet, m *nhrp.Message) (nbma, claimed netip.Addr) {
	if x := m.Extension(nhrp.ExtNAT); x != nil {
		for _, c := range x.Clients {
			if c.Proto == m.SrcProto && t.nbmaUnicast(c.NBMA) && c.NBMA != m.SrcNBMA {
				return c.NBMA, m.SrcNBMA
			}
		}
	}
	if x := m.Extension(nhrp.ExtForwardTransit); (x == nil || len(x.Clients) == 0) && p.Src != m.SrcNBMA {
		if t.servers.trusts(p.Src) {
			return m.SrcNBMA, netip.Addr{} // a server that leaves no record
		}
		return p.Src, m.SrcNBMA
	}
	return m.SrcNBMA, netip.Addr{}
}

// remember makes the implicit entry of a requester. Only requests that a
// server passed on, or that come from the very address, are believed.
func (t *tunnel) remember(p Packet, m *nhrp.Message, nbma, claimed netip.Addr) {
	if !t.cfg.Multipoint || !t.cfg.Addr.Masked().Contains(m.SrcProto) || t.own(m.SrcProto) {
		return
	}
	passed := t.servers.trusts(p.Src)
	if !passed && p.Src != nbma {
		return
	}
	if x := t.cache.host(m.SrcProto); !passed && (x == nil || x.NBMA != nbma) {
		return // only a server may say that there is a new peer, or that one has moved
	}
	hold := t.cfg.Hold
	if len(m.Clients) > 0 && m.Clients[0].Hold > 0 {
		hold = m.Clients[0].Hold
	}
	if x := t.learnHost(m.SrcProto, nbma, claimed, fromRequest, seconds(hold)); x != nil {
		t.shortcut(x)
	}
}

// noteAnswer keeps a local entry for what was answered, so that it can be
// taken back.
func (t *tunnel) noteAnswer(m *nhrp.Message, prefix netip.Prefix) {
	x := t.cache.local[prefix]
	if x == nil {
		if len(t.cache.local) >= MaxLocal {
			return
		}
		x = &entry{origin: fromAnswer}
		x.Entry = Entry{
			Prefix: prefix, NextHop: t.addr(), NBMA: t.cfg.NBMA, Type: Dynamic,
			Flags: FlagRouter | FlagUnique | FlagLocal, NoSocket: true, State: PeerIKE,
			Created: t.e.now, Since: t.e.now,
		}
		t.add(x, t.cfg.Hold)
	} else {
		t.keep(x, t.cfg.Hold)
	}
	x.asked(m)
}

// asked notes who was given x.
func (x *entry) asked(m *nhrp.Message) {
	r := Requester{m.SrcProto, m.RequestID}
	if i := slices.IndexFunc(x.Requesters, func(o Requester) bool { return o.Addr == r.Addr }); i >= 0 {
		x.Requesters[i] = r
		return
	}
	if len(x.Requesters) >= MaxRequesters {
		x.Requesters = slices.Delete(x.Requesters, 0, 1)
	}
	x.Requesters = append(x.Requesters, r)
}

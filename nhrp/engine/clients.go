package engine

import (
	"net/netip"

	"axle/nhrp"
)

// registerClient handles a registration request. RFC 2332 §5.2.3. The reply
// repeats the request, with a code in each entry.
func (t *tunnel) registerClient(p Packet, m *nhrp.Message) {
	e := t.e
	if !t.unicast(m.SrcProto) || !m.SrcNBMA.IsValid() || len(m.Clients) == 0 {
		t.refuse("Registration Request without a source")
		return
	}
	if m.DstProto != t.addr() && m.DstProto != m.SrcProto && !t.own(m.DstProto) {
		t.refuse("Registration Request for another server: " + m.DstProto.String())
		t.complain(p, m, nhrp.ErrUnreachable)
		return
	}
	r := t.replyTo(m, nhrp.RegistrationReply)
	if m.DstProto == m.SrcProto {
		r.DstProto = t.addr() // the client does not know us
	}
	for i := range r.Clients {
		r.Clients[i].Code = t.registerEntry(p, m, &m.Clients[i])
	}
	t.respond(p, m, r)
	code := r.Clients[0].Code
	if code != nhrp.CodeOK {
		t.received.Errors++
		if t.errors.take(e.now, MaxErrorRate, secondDelay) {
			t.logError(m, "Registration refused", code.String(), int(code))
		}
	}
	e.tell(DebugProtocol, "NHRP: Sending Registration Reply if_in %s vrf: %s dst %s nbma %s code: %s(%d)",
		t.cfg.Name, t.vrf(), m.SrcProto, p.Src, code, code)
	t.send(p.Src, r)
}

// respond fills what the server adds to a registration reply: itself as the
// responder, and the client's address behind NAT.
func (t *tunnel) respond(p Packet, m, r *nhrp.Message) {
	bits := uint8(t.addr().BitLen())
	if x := r.Extension(nhrp.ExtResponder); x != nil {
		nbma := p.Dst
		if !nbma.IsValid() {
			nbma = t.cfg.NBMA
		}
		self := t.self(nbma)
		self.PrefixLen = bits
		x.Clients = []nhrp.Client{self}
	}
	direct := true
	if x := m.Extension(nhrp.ExtForwardTransit); x != nil && len(x.Clients) > 0 {
		direct = false
	}
	x := r.Extension(nhrp.ExtNAT)
	if x != nil && len(x.Value) == 0 && direct && p.Src != m.SrcNBMA {
		x.Clients = append(x.Clients, nhrp.Client{PrefixLen: bits, MTU: t.cfg.MTU, NBMA: p.Src, Proto: m.SrcProto})
	}
}

// registerEntry registers the binding of one entry and returns its code. A
// client may bind its own address and no other.
func (t *tunnel) registerEntry(p Packet, m *nhrp.Message, c *nhrp.Client) nhrp.Code {
	addr := m.SrcProto
	unique := m.Flags&nhrp.FlagRegUnique != 0
	switch {
	case c.Proto.IsValid() && c.Proto != addr,
		c.NBMA.IsValid() && c.NBMA != m.SrcNBMA,
		c.Hold == 0:
		return nhrp.CodeProhibited
	case c.PrefixLen != 255 && int(c.PrefixLen) != addr.BitLen():
		if unique {
			return nhrp.CodeProhibited
		}
		return nhrp.CodeNotUnique
	case t.own(addr):
		return nhrp.CodeAlreadyBound
	}
	old := t.cache.host(addr)
	if old == nil || old.origin != fromRegistration && old.origin != fromConfig {
		return t.newClient(p, m, c, old)
	}
	if old.origin == fromConfig {
		if old.NBMA != p.Src {
			return nhrp.CodeAlreadyBound
		}
		return nhrp.CodeOK // the static entry stays
	}
	if old.peer != p.Peer {
		return nhrp.CodeAlreadyBound
	}
	if old.NBMA != p.Src && (unique || old.Flags&FlagUnique != 0) {
		return nhrp.CodeAlreadyBound // RFC 2332 §5.2.0.1, code 14
	}
	t.renewClient(p, m, c, old)
	return nhrp.CodeOK
}

// newClient makes the entry of a client that was not registered.
func (t *tunnel) newClient(p Packet, m *nhrp.Message, c *nhrp.Client, old *entry) nhrp.Code {
	if old == nil && len(t.cache.remote) >= MaxEntries {
		return nhrp.CodeNoResources
	}
	if old != nil {
		t.drop(old, reasonExternal)
	}
	x := &entry{origin: fromRegistration, peer: p.Peer}
	x.Entry = Entry{
		Prefix: hostPrefix(m.SrcProto), NextHop: m.SrcProto, NBMA: p.Src, Type: Dynamic,
		Flags: FlagRegistered | FlagNextHop, Created: t.e.now, Since: t.e.now,
	}
	t.describe(x, p, m)
	t.e.tell(DebugProtocol, "NHRP: Adding Tunnel Endpoints (VPN: %s, NBMA: %s)", x.NextHop, x.NBMA)
	t.add(x, seconds(c.Hold))
	t.e.tell(DebugProtocol, "NHRP: Successfully attached NHRP subblock for Tunnel Endpoints (VPN: %s, NBMA: %s)", x.NextHop, x.NBMA)
	t.e.tell(DebugProtocol, "NHRP-EVE: NHC-UP: %s, NBMA: %s", x.NextHop, x.NBMA)
	t.logUp(EventClientUp, x.NextHop, x.NBMA)
	t.mcast.join(t, x.NBMA)
	return nhrp.CodeOK
}

// renewClient keeps a registered client, which may have moved.
func (t *tunnel) renewClient(p Packet, m *nhrp.Message, c *nhrp.Client, x *entry) {
	if from := x.NBMA; from != p.Src {
		t.cache.move(x, p.Src)
		x.Since = t.e.now
		t.e.tell(DebugCache, "NHRP: Cache entry %s on %s moved from nbma %s to %s", x.Prefix, t.cfg.Name, from, p.Src)
		t.e.do(SetPeer{Tunnel: t.cfg.Name, Addr: x.Prefix, NBMA: p.Src, Claimed: claimed(p, m)})
		t.mcast.leave(t, from)
		t.mcast.join(t, p.Src)
		t.purgeRequesters(x)
		x.Requesters = nil
	}
	t.describe(x, p, m)
	t.keep(x, seconds(c.Hold))
}

// describe notes in x what a registration says of its client.
func (t *tunnel) describe(x *entry, p Packet, m *nhrp.Message) {
	x.Claimed = claimed(p, m)
	x.Flags &^= FlagUnique
	if m.Flags&nhrp.FlagRegUnique != 0 {
		x.Flags |= FlagUnique
	}
}

// claimed returns the address that the sender of m has behind a NAT box; else
// zero.
func claimed(p Packet, m *nhrp.Message) netip.Addr {
	if m.SrcNBMA == p.Src {
		return netip.Addr{}
	}
	return m.SrcNBMA
}

// own reports whether a is the router's own protocol address, in the VRF of t.
func (t *tunnel) own(a netip.Addr) bool {
	for _, x := range t.e.tunnels {
		if x.cfg.Addr.IsValid() && x.addr() == a && x.cfg.VRF == t.cfg.VRF {
			return true
		}
	}
	r, ok := t.e.env.Route(t.cfg.Name, a)
	return ok && r.Local
}

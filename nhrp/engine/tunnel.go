package engine

import (
	"net/netip"
	"time"

	"axle/internal/schedule"
	"axle/nhrp"
)

// A tunnel is NHRP on one tunnel interface. While it does not run it has
// static entries only.
type tunnel struct {
	e       *Engine
	cfg     Tunnel
	running bool // NetworkID, carrier and both addresses are there

	cache    cache
	servers  registrar
	queries  resolver
	purges   purger
	redirect redirector
	mcast    multicast
	public   netip.Addr // our NBMA address behind NAT, as a server told it; else zero
	lineDown bool       // SetLine{Up: false} is in force
	sampler  schedule.Timer

	limit      window // MaxSend
	errors     window
	redirectIn window
	sources    sourceLimiter

	sent, received, forwarded Traffic
}

func newTunnel(e *Engine, name string) *tunnel {
	t := &tunnel{e: e, cfg: Tunnel{Name: name}, cache: newCache()}
	t.servers.t, t.queries.t, t.purges.t = t, t, t
	t.queries.reset()
	t.purges.reset()
	t.redirect.reset()
	t.mcast.clients = make(map[netip.Addr]int)
	t.sampler.Fire = t.sample
	return t
}

// addr returns the tunnel's own protocol address.
func (t *tunnel) addr() netip.Addr { return t.cfg.Addr.Addr() }

// send transmits a message to an NBMA address, if "max-send" allows it.
func (t *tunnel) send(nbma netip.Addr, m *nhrp.Message) bool {
	return t.transmit(nbma, netip.Addr{}, m)
}

// sendTo is send to the next hop x.
func (t *tunnel) sendTo(x *entry, m *nhrp.Message) bool { return t.transmit(x.NBMA, x.NextHop, m) }

// transmit is send to the next hop next, where it is known.
func (t *tunnel) transmit(nbma, next netip.Addr, m *nhrp.Message) bool {
	e := t.e
	if !t.cfg.Multipoint && t.cfg.Dest.IsValid() {
		nbma = t.cfg.Dest // there is nobody else
	}
	if !nbma.IsValid() || !t.running {
		return false
	}
	b, err := m.AppendTo(nil)
	if err != nil {
		t.sent.Errors++
		e.tell(DebugError, "NHRP-ERROR: Cannot encode %s: %v", m.Op, err)
		return false
	}
	if !t.limit.take(e.now, t.cfg.MaxSend, t.cfg.MaxSendEvery) {
		t.sent.Errors++
		e.tell(DebugError, "NHRP-ERROR: max-send limit reached on %s: %s dropped", t.cfg.Name, m.Op)
		return false
	}
	t.sent.Count[m.Op]++
	if e.debug != 0 {
		t.tellSend(m, len(b))
	}
	e.tell(DebugProtocol, "NHRP: Encapsulation succeeded.  Sending NHRP Control Packet  NBMA Address: %s", nbma)
	e.do(Send{Tunnel: t.cfg.Name, NBMA: nbma, NextHop: next, Message: m, Packet: b})
	return true
}

// receive handles a packet that came in through the tunnel.
func (t *tunnel) receive(p Packet) {
	e := t.e
	if !t.sources.take(e.now, p.Src, t.cache.knows(p.Src)) {
		t.received.Errors++
		return
	}
	m, err := nhrp.Parse(p.Data)
	if err != nil {
		t.received.Errors++
		e.tell(DebugError, "NHRP-ERROR: %v from %s", err, p.Src)
		return
	}
	t.received.Count[m.Op]++
	e.tell(DebugProtocol, "NHRP: Receive %s via %s vrf: %s, packet size: %d", m.Op, t.cfg.Name, t.vrf(), len(p.Data))
	e.tell(DebugProtocol, "NHRP: Tunnels gave us pak src addr: %s", p.Src)
	e.tellPacket(m)
	e.tellExtensions(m)
	if t.acceptable(p, m) {
		t.dispatch(p, m)
	}
}

// acceptable makes the checks that hold for all messages.
func (t *tunnel) acceptable(p Packet, m *nhrp.Message) bool {
	switch {
	case m.HopCount == 0:
		t.refuse("Packet Recved with 0 Hop counts")
	case !p.Src.IsValid() || !t.nbmaUnicast(p.Src):
		t.refuse("Packet from a bad NBMA address")
	case m.SrcProto.IsValid() && !t.unicast(m.SrcProto):
		t.refuse("Packet from a bad protocol address")
	case m.DstProto.IsValid() && m.DstProto.Is4() != t.addr().Is4():
		t.refuse("Packet of another protocol")
	case !t.authentic(m):
		t.received.Errors++
		t.complain(p, m, nhrp.ErrAuthentication)
	case m.Op != nhrp.ErrorIndication && unrecognized(m):
		t.received.Errors++
		t.complain(p, m, nhrp.ErrUnrecognizedExtension)
	default:
		return true
	}
	return false
}

// unrecognized reports whether m has a compulsory extension that we do not
// know. RFC 2332 §5.3: "If a station does not recognize an extension with the
// compulsory bit set, it MUST" send an error indication.
func unrecognized(m *nhrp.Message) bool {
	for _, x := range m.Extensions {
		switch x.Type {
		case nhrp.ExtResponder, nhrp.ExtForwardTransit, nhrp.ExtReverseTransit,
			nhrp.ExtAuth, nhrp.ExtVendor, nhrp.ExtNAT:
		default:
			if x.Compulsory {
				return true
			}
		}
	}
	return false
}

// dispatch hands a message that passed all general checks to its handler.
func (t *tunnel) dispatch(p Packet, m *nhrp.Message) {
	switch m.Op {
	case nhrp.RegistrationRequest:
		t.registerClient(p, m)
	case nhrp.RegistrationReply:
		if m.SrcProto == t.addr() {
			t.servers.reply(p, m)
		} else {
			t.forwardReply(p, m)
		}
	case nhrp.ResolutionRequest:
		t.answer(p, m)
	case nhrp.ResolutionReply:
		if m.SrcProto == t.addr() {
			t.queries.reply(p, m)
		} else {
			t.forwardReply(p, m)
		}
	case nhrp.PurgeRequest:
		if m.DstProto == t.addr() {
			t.purged(p, m)
		} else if t.mayPurge(p, m) {
			t.forwardRequest(p, m)
		} else {
			t.refuse("Purge Request for somebody else from " + p.Src.String())
		}
	case nhrp.PurgeReply:
		if m.SrcProto == t.addr() {
			t.purges.reply(p, m)
		} else {
			t.forwardReply(p, m)
		}
	case nhrp.ErrorIndication:
		t.complaint(p, m)
	case nhrp.TrafficIndication:
		t.indicated(p, m)
	}
}

// refuse counts a message that is dropped without an answer.
func (t *tunnel) refuse(why string) {
	t.received.Errors++
	t.e.tell(DebugError, "NHRP-ERROR: %s", why)
}

// complain sends an error indication about a packet to its source, at most
// MaxErrorRate a second. RFC 2332 §5.2.7: "an NHRP Error Indication packet
// SHALL NEVER be generated in response to another NHRP Error Indication
// packet".
func (t *tunnel) complain(p Packet, m *nhrp.Message, code nhrp.ErrorCode) {
	if m.Op == nhrp.ErrorIndication || !t.errors.take(t.e.now, MaxErrorRate, time.Second) {
		return
	}
	if code == nhrp.ErrAuthentication {
		t.logError(m, "Recieved wrong authentication string", "authentication failure", int(code))
	}
	t.e.tell(DebugError, "NHRP-ERROR: %s: %s from %s", m.Op, code, p.Src)
	t.send(p.Src, t.errorIndication(code, m.SrcProto, p.Data))
}

// complaint takes note of an error indication. It carries no authentication,
// so that it must not change anything.
func (t *tunnel) complaint(p Packet, m *nhrp.Message) {
	t.received.Errors++
	if m.DstProto != t.addr() {
		return
	}
	t.e.tell(DebugError, "NHRP-ERROR: Receive Error Indication from %s: %s", p.Src, m.ErrorCode)
}

// sample looks at the use of entries.
func (t *tunnel) sample() {
	for _, x := range t.cache.remote {
		t.observe(x)
	}
	t.startSampler()
}

// startSampler arranges the next look at entries, if there are any.
func (t *tunnel) startSampler() {
	if t.running && len(t.cache.remote) > 0 {
		t.e.schedule.Set(&t.sampler, t.e.now.Add(sampleEvery))
	}
}

// observe notes whether x was used since it was last looked at.
func (t *tunnel) observe(x *entry) {
	if h := t.e.env.Hits(t.cfg.Name, x.Prefix); h != x.hits {
		x.hits, x.used = h, t.e.now
	}
}

// network returns the tunnel over which r leads within this tunnel's NHRP
// network, or nil.
func (t *tunnel) network(r Route) *tunnel {
	o := t.e.tunnels[r.Interface]
	if o == nil || !o.running || o.cfg.NetworkID != t.cfg.NetworkID {
		return nil
	}
	return o
}

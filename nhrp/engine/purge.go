package engine

import (
	"net/netip"
	"time"

	"axle/internal/schedule"
	"axle/nhrp"
)

// A purger sends purge requests until they are answered, or were sent
// purgeTries times. RFC 2332 §5.2.5.
type purger struct {
	t       *tunnel
	pending map[purgeKey]*purge
}

// A purgeKey tells one purge from another. The id alone does not: Cisco wants
// that of the registration that is taken back.
type purgeKey struct {
	id  uint32
	dst netip.Addr
}

type purge struct {
	key    purgeKey
	nbma   netip.Addr
	prefix netip.Prefix
	tries  int
	timer  schedule.Timer
}

// reset forgets all purges.
func (r *purger) reset() {
	for _, p := range r.pending {
		r.t.e.schedule.Stop(&p.timer)
	}
	r.pending = make(map[purgeKey]*purge)
}

// start begins to purge prefix from the station dst at nbma.
func (r *purger) start(dst, nbma netip.Addr, id uint32, prefix netip.Prefix) {
	key := purgeKey{id, dst}
	if r.pending[key] != nil || len(r.pending) >= MaxPurges || !dst.IsValid() || !nbma.IsValid() {
		return
	}
	p := &purge{key: key, nbma: nbma, prefix: prefix}
	p.timer.Fire = func() { r.fire(p) }
	r.pending[key] = p
	r.fire(p)
}

func (r *purger) fire(p *purge) {
	if p.tries == purgeTries {
		delete(r.pending, p.key)
		return
	}
	e := r.t.e
	e.schedule.Set(&p.timer, e.now.Add(time.Second<<p.tries))
	p.tries++
	r.t.send(p.nbma, r.t.purge(p.key.id, p.key.dst, p.prefix))
}

// reply handles a purge reply. RFC 2332 §5.2.6.
func (r *purger) reply(p Packet, m *nhrp.Message) {
	key := purgeKey{m.RequestID, m.DstProto}
	q := r.pending[key]
	if q == nil || q.nbma != p.Src && !r.t.cache.knows(p.Src) {
		r.t.refuse("Purge Reply that answers no request")
		return
	}
	r.t.e.schedule.Stop(&q.timer)
	delete(r.pending, key)
}

// purgeRequesters tells those who were given x that it does not hold any more.
func (t *tunnel) purgeRequesters(x *entry) {
	for _, r := range x.Requesters {
		nbma := netip.Addr{}
		if y := t.cache.lookup(r.Addr); y != nil {
			nbma = y.NBMA
		} else if s := t.servers.best(); s != nil {
			nbma = s.nbma // it passes the purge on
		}
		t.purges.start(r.Addr, nbma, uint32(t.e.env.Uint64()), x.Prefix)
	}
}

// purged handles a purge request. Only bindings of the sender's own go: those
// that it registered, and those that it told us in an answer.
func (t *tunnel) purged(p Packet, m *nhrp.Message) {
	mine := true
	for _, c := range m.Clients {
		if !t.purgeEntry(p, m, c) {
			mine = false
		}
	}
	if !mine {
		t.refuse("Purge Request for a binding of somebody else from " + p.Src.String())
		return
	}
	if m.Flags&nhrp.FlagPurgeNoReply == 0 {
		t.send(p.Src, t.replyTo(m, nhrp.PurgeReply))
	}
}

// purgeEntry deletes the binding that one entry names. It reports false if the
// binding is not the sender's.
func (t *tunnel) purgeEntry(p Packet, m *nhrp.Message, c nhrp.Client) bool {
	addr, bits := c.Proto, int(c.PrefixLen)
	if !addr.IsValid() {
		addr = m.SrcProto
	}
	if bits == 255 || bits == 0 {
		bits = addr.BitLen()
	}
	prefix, err := addr.Prefix(bits)
	if err != nil {
		return false
	}
	x := t.cache.remote[prefix]
	if x == nil || x.origin == unresolved {
		return true // nothing to purge is as good
	}
	owner := x.NBMA == p.Src || t.servers.trusts(p.Src) && m.SrcNBMA == x.NBMA
	switch x.origin {
	case fromRegistration:
		owner = owner && m.SrcProto == x.NextHop
	case fromReply, fromRequest:
		// A server vouches for a client that has moved: it passes purges on
		// only from where the client is registered.
		owner = owner || x.answerer == p.Src || t.servers.trusts(p.Src) && m.SrcProto == x.NextHop
	default:
		owner = false // what is configured stays
	}
	if owner {
		t.drop(x, reasonExternal)
		if y := t.cache.host(x.NextHop); y != nil && y.NBMA == x.NBMA && m.SrcNBMA != x.NBMA && (y.origin == fromReply || y.origin == fromRequest) {
			t.drop(y, reasonExternal) // the peer itself has moved
		}
	}
	return owner
}

// mayPurge reports whether a purge request for somebody else may be passed on:
// it must come from where its sender is registered, or from a server.
func (t *tunnel) mayPurge(p Packet, m *nhrp.Message) bool {
	x := t.cache.host(m.SrcProto)
	return x != nil && x.origin == fromRegistration && x.NBMA == p.Src || t.servers.trusts(p.Src)
}

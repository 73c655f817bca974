package engine

import (
	"net/netip"
	"time"

	"axle/internal/schedule"
	"axle/nhrp"
)

// A resolver asks for what the tunnel does not know. RFC 2332 §5.2.1.
type resolver struct {
	t        *tunnel
	byID     map[uint32]*query
	byTarget map[netip.Addr]*query
}

// A query is an outstanding resolution request. Its id is random: who did not
// see the request cannot answer it.
type query struct {
	id     uint32
	target netip.Addr
	cover  Route      // the route to target
	asked  netip.Addr // NBMA address that the request goes to
	entry  *entry     // the incomplete entry, or the one that is to be renewed
	until  time.Time
	tries  int
	timer  schedule.Timer
}

// reset forgets all queries.
func (r *resolver) reset() {
	for _, q := range r.byID {
		r.t.e.schedule.Stop(&q.timer)
	}
	r.byID = make(map[uint32]*query)
	r.byTarget = make(map[netip.Addr]*query)
}

// glean asks for a next hop on the tunnel that has no NBMA address (phase 2).
func (t *tunnel) glean(nextHop netip.Addr) {
	if !t.cfg.Multipoint || !t.unicast(nextHop) || nextHop == t.addr() {
		return
	}
	if x := t.cache.host(nextHop); x != nil {
		if x.origin == unresolved {
			x.Hits++
		}
		return
	}
	if t.cache.lookup(nextHop) != nil {
		return // a map of a network has it
	}
	cover, _ := t.e.env.Route(t.cfg.Name, nextHop)
	t.queries.ask(nextHop, cover)
}

// ask resolves target: an incomplete entry stands for it meanwhile.
func (r *resolver) ask(target netip.Addr, cover Route) {
	t := r.t
	if t.cfg.ServerOnly || r.byTarget[target] != nil || t.cache.count[unresolved] >= MaxIncomplete ||
		len(r.byID) >= MaxQueries || len(t.cache.remote) >= MaxEntries {
		return
	}
	asked := r.whom(target, cover)
	if !asked.IsValid() {
		return
	}
	x := &entry{origin: unresolved}
	x.Entry = Entry{
		Prefix: hostPrefix(target), NextHop: target, Type: Incomplete, Flags: FlagNegative,
		NoSocket: true, Created: t.e.now, Hits: 1,
	}
	t.add(x, incompleteHold+negativeHold)
	r.start(&query{target: target, cover: cover, asked: asked, entry: x, until: t.e.now.Add(incompleteHold)})
}

// whom returns the NBMA address to ask for target: that of the next hop of its
// route, or of the best server.
func (r *resolver) whom(target netip.Addr, cover Route) netip.Addr {
	if hop := cover.NextHop; hop.IsValid() && hop != target {
		if x := r.t.cache.lookup(hop); x != nil {
			return x.NBMA
		}
	}
	if s := r.t.servers.best(); s != nil {
		return s.nbma
	}
	return netip.Addr{}
}

// renew asks again for what entry x was the answer to.
func (r *resolver) renew(x *entry) {
	if r.byTarget[x.target] != nil || len(r.byID) >= MaxQueries || r.t.cfg.ServerOnly {
		return
	}
	if asked := r.whom(x.target, x.cover); asked.IsValid() {
		r.start(&query{target: x.target, cover: x.cover, asked: asked, entry: x, until: x.Expires})
	}
}

// start sends the first request of q.
func (r *resolver) start(q *query) {
	for q.id == 0 || r.byID[q.id] != nil {
		q.id = uint32(r.t.e.env.Uint64() >> 32)
	}
	q.timer.Fire = func() { r.fire(q) }
	r.byID[q.id], r.byTarget[q.target] = q, q
	r.fire(q)
}

// fire sends the request once more, or gives up.
func (r *resolver) fire(q *query) {
	e := r.t.e
	if !e.now.Before(q.until) {
		r.end(q) // an incomplete entry lives on for negativeHold
		return
	}
	wait := min(retryFirst<<min(q.tries, 6), resolveRetry)
	q.tries++
	e.schedule.Set(&q.timer, e.now.Add(wait))
	r.t.send(q.asked, r.t.resolution(q.id, q.target))
}

// end forgets a query.
func (r *resolver) end(q *query) {
	r.t.e.schedule.Stop(&q.timer)
	delete(r.byID, q.id)
	if r.byTarget[q.target] == q {
		delete(r.byTarget, q.target)
	}
}

// cancel forgets the query that an incomplete entry stands for.
func (r *resolver) cancel(x *entry) {
	if q := r.byTarget[x.NextHop]; q != nil && q.entry == x {
		r.end(q)
	}
}

// negative remembers for a while that there is no answer. An entry that was to
// be renewed is gone with that.
func (r *resolver) negative(x *entry) {
	switch {
	case r.t.cache.remote[x.Prefix] != x:
	case x.origin == unresolved:
		r.t.keep(x, negativeHold)
	default:
		r.t.drop(x, reasonExternal)
	}
}

// reply handles a resolution reply. RFC 2332 §5.2.2. It counts only if it
// answers an outstanding request, from somebody who could know.
func (r *resolver) reply(p Packet, m *nhrp.Message) {
	t := r.t
	q := r.byID[m.RequestID]
	if q == nil || m.DstProto != q.target || m.SrcNBMA != t.cfg.NBMA || len(m.Clients) == 0 {
		t.invalidReply(p, m, "answers no request")
		return
	}
	c := m.Clients[0] // RFC 2332 §5.2.0.1: the first has the highest preference
	if c.Code != nhrp.CodeOK {
		if p.Src == q.asked || t.cache.knows(p.Src) {
			t.e.tell(DebugProtocol, "NHRP: Receive Resolution Reply with error %s(%d) for %s", c.Code, c.Code, q.target)
			r.end(q)
			r.negative(q.entry)
		} else {
			t.invalidReply(p, m, "refusal from a stranger")
		}
		return
	}
	nbma, claimed := answererNBMA(m, c)
	why := t.implausible(p, q, c, nbma)
	if why != "" {
		t.invalidReply(p, m, why)
		return
	}
	r.end(q)
	if q.entry.origin == unresolved && t.cache.remote[q.entry.Prefix] == q.entry {
		t.drop(q.entry, reasonExternal)
	}
	t.learn(p, q, c, nbma, claimed)
}

// invalidReply counts a reply that is not taken, and tells its sender. RFC
// 2332 §5.2.7, code 10.
func (t *tunnel) invalidReply(p Packet, m *nhrp.Message, why string) {
	t.refuse("Resolution Reply from " + p.Src.String() + ": " + why)
	t.complain(p, m, nhrp.ErrInvalidReply)
}

// answererNBMA returns the NBMA address of who an entry of a reply names, and
// the address that it claims where it is behind NAT.
func answererNBMA(m *nhrp.Message, c nhrp.Client) (nbma, claimed netip.Addr) {
	if x := m.Extension(nhrp.ExtNAT); x != nil {
		for _, n := range x.Clients {
			if n.Proto == c.Proto && n.NBMA.IsValid() && n.NBMA != c.NBMA {
				return n.NBMA, c.NBMA
			}
		}
	}
	return c.NBMA, netip.Addr{}
}

// implausible says what is wrong with the answer c to q; "" if nothing.
func (t *tunnel) implausible(p Packet, q *query, c nhrp.Client, nbma netip.Addr) string {
	via := p.Src == q.asked || t.servers.trusts(p.Src)
	switch {
	case !t.unicast(c.Proto) || c.Proto == t.addr():
		return "bad next hop"
	case !t.nbmaUnicast(nbma):
		return "bad NBMA address"
	case c.Hold == 0:
		return "no holding time"
	case !via && p.Src != nbma && p.Src != c.NBMA:
		return "neither from the server nor from the next hop"
	}
	if x := t.cache.host(c.Proto); x != nil && x.NBMA != nbma && (x.origin == fromConfig || x.origin == fromRegistration) {
		return "the next hop is known elsewhere"
	}
	bits := answerBits(q.target, c.PrefixLen)
	if bits < minAnswer(q.target) {
		return "prefix too short"
	}
	return ""
}

// answerBits returns the length of the prefix that an entry of an answer is
// for. Some senders put 0 or 255 for a host.
func answerBits(target netip.Addr, n uint8) int {
	if n == 0 || int(n) > target.BitLen() {
		return target.BitLen()
	}
	return int(n)
}

// minAnswer returns the length of the shortest prefix that an answer may have.
func minAnswer(a netip.Addr) int {
	if a.Is4() {
		return minAnswer4
	}
	return minAnswer6
}

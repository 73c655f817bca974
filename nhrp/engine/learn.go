package engine

import (
	"net/netip"
	"time"

	"axle/nhrp"
)

// learn installs an answer: the next hop as a peer, and the network behind it.
func (t *tunnel) learn(p Packet, q *query, c nhrp.Client, nbma, claimed netip.Addr) {
	hold := seconds(c.Hold)
	host := t.learnHost(c.Proto, nbma, claimed, fromReply, hold)
	if host == nil {
		return
	}
	host.answerer = p.Src
	if q.target == c.Proto {
		if host.origin == fromReply {
			host.target, host.cover = q.target, q.cover
			t.keep(host, hold)
		}
		t.shortcut(host)
		return
	}
	t.shortcut(host)
	prefix, err := q.target.Prefix(answerBits(q.target, c.PrefixLen))
	if err != nil || t.swallows(prefix) {
		if prefix = hostPrefix(q.target); t.swallows(prefix) {
			return
		}
	}
	x := t.cache.remote[prefix]
	if x != nil && x.origin != fromReply && x.origin != unresolved {
		return // what is configured or registered stays
	}
	if x != nil && (x.NextHop != c.Proto || x.origin == unresolved) {
		t.drop(x, reasonExternal)
		x = nil
	}
	if x != nil {
		x.target, x.cover, x.answerer = q.target, q.cover, p.Src
		t.cache.move(x, nbma)
		t.keep(x, hold)
		return
	}
	x = &entry{origin: fromReply, target: q.target, cover: q.cover, answerer: p.Src}
	x.Entry = Entry{
		Prefix: prefix, NextHop: c.Proto, NBMA: nbma, Claimed: claimed, Type: Dynamic,
		Flags: FlagRouter, Created: t.e.now, Since: t.e.now,
	}
	t.add(x, hold)
	t.shortcut(x)
}

// learnHost makes or renews the entry of a peer. It returns nil if the peer's
// address belongs to somebody else.
func (t *tunnel) learnHost(addr, nbma, claimed netip.Addr, from origin, hold time.Duration) *entry {
	x := t.cache.host(addr)
	switch {
	case x == nil && len(t.cache.remote) >= MaxEntries:
		return nil
	case x != nil && (x.origin == fromConfig || x.origin == fromRegistration):
		if x.NBMA != nbma {
			return nil
		}
		return x
	case x != nil && x.origin == unresolved:
		t.drop(x, reasonExternal)
		x = nil
	}
	if x == nil {
		x = &entry{origin: from}
		x.Entry = Entry{
			Prefix: hostPrefix(addr), NextHop: addr, NBMA: nbma, Claimed: claimed, Type: Dynamic,
			Flags: FlagRouter | FlagNextHop, Created: t.e.now, Since: t.e.now,
		}
		if from == fromRequest {
			x.Flags |= FlagImplicit
		}
		t.add(x, hold)
		t.logUp(EventPeerUp, addr, nbma)
		return x
	}
	if x.NBMA != nbma {
		for _, y := range t.cache.remote {
			if y.origin == fromReply && y.NextHop == addr && y != x {
				t.cache.move(y, nbma) // what is behind the peer moves with it
			}
		}
		t.cache.move(x, nbma)
		x.Since = t.e.now
		t.e.do(SetPeer{Tunnel: t.cfg.Name, Addr: x.Prefix, NBMA: nbma, Claimed: claimed})
	}
	x.Claimed = claimed
	if from == fromReply && x.origin == fromRequest {
		t.cache.retype(x, fromReply)
		x.Flags &^= FlagImplicit
	}
	t.keep(x, max(hold, x.Expires.Sub(t.e.now)))
	return x
}

// shortcut installs the route of an entry learned by resolution, where the
// tunnel takes shortcuts.
func (t *tunnel) shortcut(x *entry) {
	if !t.cfg.Shortcut || x.routed || x.origin != fromReply && x.origin != fromRequest {
		return
	}
	x.routed = true
	t.e.do(SetRoute{Tunnel: t.cfg.Name, Prefix: x.Prefix, NextHop: x.NextHop})
}

// swallows reports whether a route to prefix would lead the tunnel's own
// packets, or what is ours, into the tunnel.
func (t *tunnel) swallows(prefix netip.Prefix) bool {
	if prefix.Contains(t.cfg.NBMA) {
		return true
	}
	for nbma := range t.cache.peers {
		if prefix.Contains(nbma) {
			return true
		}
	}
	return false
}

package engine

import (
	"net/netip"
	"time"

	"axle/internal/schedule"
)

// An origin tells what made an entry; it decides who may change it.
type origin uint8

const (
	fromConfig       origin = iota // a map, or the address of a server
	fromRegistration               // a client registered
	fromReply                      // we asked
	fromRequest                    // the peer asked us: implicit
	fromAnswer                     // local: we answered
	unresolved                     // incomplete, or negative
)

// An entry is an Entry with what the engine needs to keep it.
type entry struct {
	Entry
	origin   origin
	peer     string        // fromRegistration: Packet.Peer
	hold     time.Duration // as last received or given
	target   netip.Addr    // fromReply: the address that was asked for
	cover    Route         // fromReply: the route to target that made us ask
	answerer netip.Addr    // fromReply: NBMA address of who sent the reply
	routed   bool          // SetRoute is in force
	timer    schedule.Timer

	hits uint64    // Environment.Hits when last looked at
	used time.Time // when hits last changed; zero: never
}

// drop removes an entry and takes back all that came with it.
func (t *tunnel) drop(x *entry, reason string) {
	e := t.e
	e.schedule.Stop(&x.timer)
	t.cache.remove(x)
	e.tell(DebugCache, "NHRP: Deleting cache entry %s on %s, nbma: %s", x.Prefix, t.cfg.Name, nbmaText(x.NBMA))
	if x.routed {
		x.routed = false
		e.do(DeleteRoute{Tunnel: t.cfg.Name, Prefix: x.Prefix})
	}
	switch x.origin {
	case fromConfig:
		e.do(DeletePeer{Tunnel: t.cfg.Name, Addr: x.Prefix})
	case fromRegistration:
		e.do(DeletePeer{Tunnel: t.cfg.Name, Addr: x.Prefix})
		t.mcast.leave(t, x.NBMA)
		t.logDown(EventClientDown, x.NextHop, x.NBMA, reason)
	case fromReply, fromRequest:
		if x.Flags&FlagNextHop != 0 {
			e.do(DeletePeer{Tunnel: t.cfg.Name, Addr: x.Prefix})
			t.logDown(EventPeerDown, x.NextHop, x.NBMA, reason)
			t.dropBehind(x, reason)
		}
	case unresolved:
		t.queries.cancel(x)
	}
	if reason != reasonExpiry {
		t.purgeRequesters(x) // else their entries end with ours
	}
}

// dropBehind removes the networks whose next hop was the host x.
func (t *tunnel) dropBehind(x *entry, reason string) {
	for _, y := range sorted(t.cache.remote) {
		if y.origin == fromReply && y.NextHop == x.NextHop && y.Prefix != x.Prefix {
			t.drop(y, reason)
		}
	}
}

// add puts an entry into the cache, makes its peer reachable and arranges its
// end after hold; 0 means never.
func (t *tunnel) add(x *entry, hold time.Duration) {
	e := t.e
	x.timer.Fire = func() { t.expire(x) }
	t.cache.add(x)
	x.hits = e.env.Hits(t.cfg.Name, x.Prefix)
	e.tell(DebugCache, "NHRP: Adding cache entry %s on %s, nbma: %s", x.Prefix, t.cfg.Name, nbmaText(x.NBMA))
	switch x.origin {
	case fromConfig, fromRegistration:
		e.do(SetPeer{Tunnel: t.cfg.Name, Addr: x.Prefix, NBMA: x.NBMA, Claimed: x.Claimed})
	case fromReply, fromRequest:
		if x.Flags&FlagNextHop != 0 {
			e.do(SetPeer{Tunnel: t.cfg.Name, Addr: x.Prefix, NBMA: x.NBMA, Claimed: x.Claimed})
		}
	}
	t.keep(x, hold)
	if !t.sampler.Running() {
		t.startSampler()
	}
}

// keep lets x live for hold from now.
func (t *tunnel) keep(x *entry, hold time.Duration) {
	if hold == 0 {
		return
	}
	x.hold, x.Expires = hold, t.e.now.Add(hold)
	at := x.Expires
	if x.origin == fromReply && x.target.IsValid() {
		at = at.Add(-lead(hold))
	}
	t.e.schedule.Set(&x.timer, at)
}

// inUse reports whether packets went by x within the last usedWindow.
func (t *tunnel) inUse(x *entry) bool {
	return !x.used.IsZero() && t.e.now.Sub(x.used) < usedWindow
}

// lead returns how long before its end an entry in use is renewed.
func lead(hold time.Duration) time.Duration { return min(renewLead, hold/3) }

// expire handles an entry whose time is up, or whose renewal may be due.
func (t *tunnel) expire(x *entry) {
	now := t.e.now
	if now.Before(x.Expires) {
		t.observe(x)
		if t.inUse(x) {
			t.queries.renew(x)
		}
		next := now.Add(max(time.Second, lead(x.hold)/4))
		if next.After(x.Expires) {
			next = x.Expires
		}
		t.e.schedule.Set(&x.timer, next)
		return
	}
	if until := t.neededUntil(x); until.After(now) {
		x.Expires = until
		t.e.schedule.Set(&x.timer, until)
		return
	}
	t.drop(x, reasonExpiry)
}

// neededUntil returns when the last entry ends that has the host x as its next
// hop.
func (t *tunnel) neededUntil(x *entry) time.Time {
	var last time.Time
	if x.origin != fromReply && x.origin != fromRequest || !x.Prefix.IsSingleIP() {
		return last
	}
	for _, y := range t.cache.remote {
		if y != x && y.origin == fromReply && y.NextHop == x.NextHop && y.Expires.After(last) {
			last = y.Expires
		}
	}
	return last
}

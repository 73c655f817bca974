package engine

import (
	"maps"
	"net/netip"
	"slices"
	"time"

	"axle/internal/schedule"
	"axle/ipsec"
)

// A socket is the protection between two addresses: what a tunnel wants, or what
// a peer asked for.
type socket struct {
	e        *Engine
	key      ipsec.Socket
	profile  string // of IPsec
	wanted   bool   // by a tunnel
	busy     bool   // an exchange for it is under way, or a phase 1
	up       bool
	stale    *child   // is to be replaced
	children []*child // oldest first
	retry    schedule.Timer
	failures int
	since    time.Time // of being up
}

// socket returns the socket of a key, a new one where there is none.
func (e *Engine) socket(key ipsec.Socket) *socket {
	x := e.sockets[key]
	if x == nil {
		x = &socket{e: e, key: key}
		x.retry.Fire = x.connect
		e.sockets[key] = x
	}
	return x
}

// connect begins what is needed so that the socket has a child that sends, or
// another one instead of a stale one.
func (x *socket) connect() {
	e := x.e
	if e.cfg.Globals.Disabled || x.busy || !x.wanted && x.stale == nil || x.active() != nil && x.stale == nil {
		return
	}
	e.schedule.Stop(&x.retry)
	p := e.ipsecProfile(x.profile)
	if p == nil || len(p.Transforms) == 0 {
		x.fail("no IPsec profile " + x.profile)
		return
	}
	if p.ResponderOnly && x.stale == nil {
		return
	}
	if s := e.newest(x.key, p.Isakmp); s != nil {
		s.beginQuick(x, p)
		return
	}
	if s := e.calls[x.key]; s != nil {
		x.wait(s)
		return
	}
	local, remote := ports(x.key)
	e.beginMain(x.key, local, remote, p.Isakmp, x)
}

// ports returns from where and to where a new phase 1 goes.
func ports(key ipsec.Socket) (local, remote netip.AddrPort) {
	if key.Port != 0 { // behind a NAT box only the port that it opened leads to the peer
		return netip.AddrPortFrom(key.Local, portNATT), netip.AddrPortFrom(key.Remote, key.Port)
	}
	return netip.AddrPortFrom(key.Local, portIKE), netip.AddrPortFrom(key.Remote, portIKE)
}

// wait lets the socket wait for a phase 1.
func (x *socket) wait(s *sa) {
	x.busy = true
	s.waiting = append(s.waiting, x)
}

// cancel gives up what is under way for the socket. A phase 1 goes on; its SA may be of
// use.
func (x *socket) cancel() {
	e := x.e
	x.busy = false
	if s := e.calls[x.key]; s != nil {
		s.waiting = slices.DeleteFunc(s.waiting, func(o *socket) bool { return o == x })
	}
	for _, s := range e.peers[pairOf(x.key)] {
		for _, id := range slices.Sorted(maps.Keys(s.quicks)) {
			if q := s.quicks[id]; q.socket == x && q.initiator && !q.finished {
				q.leave()
			}
		}
	}
}

// refuse is fail for a socket that may not be there.
func (x *socket) refuse(reason string) {
	if x != nil {
		x.fail(reason)
	}
}

// fail ends an attempt. While a tunnel wants the socket there will be others.
func (x *socket) fail(reason string) {
	x.busy = false
	if x.active() == nil {
		x.up = false
		x.e.stats.Failed++
		x.e.do(ipsec.Down{Socket: x.key, Reason: reason})
	}
	x.again()
}

// again lets the next attempt wait for a while.
func (x *socket) again() {
	if !x.wanted && x.stale == nil {
		x.forget()
		return
	}
	wait := min(retryFirst<<min(x.failures, 8), retryMax)
	x.failures++
	x.e.after(&x.retry, wait+x.e.rand.Jitter(wait/4))
}

// succeed is called when a child of the socket begins to send.
func (x *socket) succeed(c *child) {
	x.failures = 0
	x.e.schedule.Stop(&x.retry)
	if x.up {
		return
	}
	x.up, x.since = true, x.e.now
	x.e.do(ipsec.Up{Socket: x.key, Peer: c.peer()})
	x.e.session("UP", c.peer())
}

// lost is called when a child is removed.
func (x *socket) lost(c *child, reason string) {
	if x.stale == c {
		x.stale = nil
	}
	if x.up && x.active() == nil {
		x.up = false
		x.e.do(ipsec.Down{Socket: x.key, Reason: reason})
		x.e.session("DOWN", c.peer())
		if x.wanted && !x.busy {
			x.again()
		}
	}
	x.forget()
}

// forget takes a socket out of the table that nobody needs.
func (x *socket) forget() {
	if x.wanted || x.busy || len(x.children) > 0 || x.e.sockets[x.key] != x {
		return
	}
	x.e.schedule.Stop(&x.retry)
	delete(x.e.sockets, x.key)
}

// active returns the newest child that sends, nil where there is none.
func (x *socket) active() *child {
	for i := len(x.children) - 1; i >= 0; i-- {
		if x.children[i].active {
			return x.children[i]
		}
	}
	return nil
}

// removeChildren removes all children of the socket.
func (x *socket) removeChildren(reason string, tell bool) {
	for len(x.children) > 0 {
		x.children[len(x.children)-1].remove(reason, tell)
	}
}

// ipsecProfile returns an IPsec profile, nil where there is none of that name.
func (e *Engine) ipsecProfile(name string) *ipsec.Profile {
	for i := range e.cfg.IPsec {
		if e.cfg.IPsec[i].Name == name {
			return &e.cfg.IPsec[i]
		}
	}
	return nil
}

// session logs that a session came or went.
func (e *Engine) session(state string, p ipsec.Peer) {
	if e.cfg.Globals.LogSessions {
		e.do(ipsec.Log{Event: EventSession.New(state, p.Remote.Addr(), p.Remote.Port(), p.Identity)})
	}
}

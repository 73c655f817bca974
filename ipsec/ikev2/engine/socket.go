package engine

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"axle/internal/schedule"
	"axle/ipsec"
)

// A socket is the protection of GRE with one peer: wanted by a tunnel of ours, or
// by the peer.
type socket struct {
	e        *Engine
	key      ipsec.Socket
	profile  string // of IPsec
	wanted   bool
	up       bool
	peer     ipsec.Peer
	children []*child // installed, oldest first
	trying   *sa      // that is being made for it
	asking   *sa      // in which a child for it is being made
	fails    int      // in a row
	retry    schedule.Timer
	since    time.Time
	reason   string // why it is down
}

// socketAt returns a socket, and makes it if need be.
func (e *Engine) socketAt(k ipsec.Socket, profile string) *socket {
	x := e.sockets[k]
	if x == nil {
		x = &socket{e: e, key: k, profile: profile}
		e.sockets[k] = x
	}
	return x
}

// socketList returns the sockets in a fixed order.
func (e *Engine) socketList() []*socket {
	list := make([]*socket, 0, len(e.sockets))
	for _, x := range e.sockets {
		list = append(list, x)
	}
	slices.SortFunc(list, func(a, b *socket) int {
		return cmp.Or(cmp.Compare(a.key.VRF, b.key.VRF), a.key.Local.Compare(b.key.Local), a.key.Remote.Compare(b.key.Remote), cmp.Compare(a.key.Port, b.key.Port))
	})
	return list
}

// list returns the IKE SAs, oldest first.
func (e *Engine) list() []*sa {
	list := make([]*sa, 0, len(e.sas))
	for _, s := range e.sas {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b *sa) int { return cmp.Compare(a.number, b.number) })
	return list
}

// open wants a socket.
func (e *Engine) open(k ipsec.Socket, profile string) {
	x := e.socketAt(k, profile)
	if x.wanted && x.profile == profile {
		if x.idle() && x.fails > 0 {
			x.fails = 0
			x.try()
		}
		return
	}
	x.wanted, x.profile = true, profile
	if x.idle() {
		x.try()
	}
}

// idle reports whether there is neither a child nor an attempt to get one.
func (x *socket) idle() bool {
	return len(x.children) == 0 && x.trying == nil && x.asking == nil && !x.retry.Running()
}

// try makes a child for the socket: in an IKE SA that is there, or in a new one.
func (x *socket) try() {
	e := x.e
	e.schedule.Stop(&x.retry)
	p := e.ipsecProfile(x.profile)
	if !x.wanted || len(x.children) > 0 || x.trying != nil || x.asking != nil || p == nil || p.ResponderOnly {
		return
	}
	profile := e.profileNamed(p.IKEv2)
	if profile == nil {
		return
	}
	if s := e.find(x.key, profile.Name); s != nil {
		s.awaits(x)
		s.asks(&createTask{sock: x})
		return
	}
	if e.outgoing >= limit(e.cfg.Globals.MaxOut, MaxNegotiating) || len(e.sas) >= limit(e.cfg.Globals.MaxSA, MaxSAs) {
		e.stats.Limited++
		x.later()
		return
	}
	path := localPath{x.key.VRF, netip.AddrPortFrom(x.key.Local, portIKE), netip.AddrPortFrom(x.key.Remote, portIKE)}
	if x.key.Port != 0 {
		// What is known of a peer behind a NAT box is the port of its port 4500, and
		// an exchange may begin there. RFC 7296 §2.23.
		path.local = netip.AddrPortFrom(x.key.Local, portNAT)
		path.remote = netip.AddrPortFrom(x.key.Remote, x.key.Port)
	}
	e.connect(x, path, profile)
}

// failed is told that an attempt came to nothing.
func (x *socket) failed(reason string) {
	if len(x.children) > 0 {
		return
	}
	x.reason = reason
	x.e.do(ipsec.Down{Socket: x.key, Reason: reason})
	x.later()
}

// later tries again after a while, longer after each failure.
func (x *socket) later() {
	if !x.wanted {
		x.forget()
		return
	}
	d := min(retryFirst<<min(x.fails, 10), retryMax)
	x.fails++
	x.retry.Fire = x.try
	x.e.after(&x.retry, d+x.e.rand.Jitter(d/4))
}

// joined is told that a child of the socket receives, or that it sends now.
func (x *socket) joined(c *child) {
	if !slices.Contains(x.children, c) {
		x.children = append(x.children, c)
	}
	if !c.sends {
		return
	}
	x.fails = 0
	x.e.schedule.Stop(&x.retry)
	peer := c.sa.who()
	if x.up && peer.Identity == x.peer.Identity {
		return
	}
	if x.up {
		// Somebody else is at the address now; what the one before said is void.
		x.e.do(ipsec.Down{Socket: x.key, Reason: "identity of the peer changed"})
		for _, old := range slices.Clone(x.children) {
			if old != c && old.sa.peer.key() != c.sa.peer.key() {
				old.sa.tellPeer(old)
				old.remove("identity of the peer changed")
			}
		}
	}
	x.up, x.peer, x.since, x.reason = true, peer, x.e.now, ""
	x.e.do(ipsec.Up{Socket: x.key, Peer: peer})
}

// newest returns the child that was made last and sends, or nil.
func (x *socket) newest() *child {
	var found *child
	for _, c := range x.children {
		if c.sends && (found == nil || c.id > found.id) {
			found = c
		}
	}
	return found
}

// left is told that a child of the socket is gone.
func (x *socket) left(c *child, reason string) {
	x.children = slices.DeleteFunc(x.children, func(o *child) bool { return o == c })
	if len(x.children) > 0 {
		return
	}
	if x.up {
		x.up, x.reason = false, reason
		x.e.do(ipsec.Down{Socket: x.key, Reason: reason})
	}
	if x.trying == nil && x.asking == nil {
		x.later()
	}
}

// close is told that no tunnel wants the socket.
func (x *socket) close() {
	x.wanted = false
	x.e.schedule.Stop(&x.retry)
	// Where the peer may believe in the SA already, it is finished, so that it can
	// be deleted.
	if s := x.trying; s != nil && s.state != stateAuth {
		s.remove("tunnel is gone")
	}
	x.asking = nil
	for _, c := range slices.Clone(x.children) {
		s := c.sa
		c.remove("tunnel is gone")
		if len(s.children) == 0 {
			s.terminate("tunnel is gone")
		} else if s.alive() {
			s.asks(&deleteChildTask{in: c.in})
		}
	}
	x.forget()
}

// forget lets go of a socket that nobody wants.
func (x *socket) forget() {
	if !x.wanted && len(x.children) == 0 && x.trying == nil && x.asking == nil && x.e.sockets[x.key] == x {
		x.e.schedule.Stop(&x.retry)
		delete(x.e.sockets, x.key)
	}
}

package router

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"axle/dataplane"
	"axle/internal/event"
	"axle/ipsec"
	"axle/nhrp/engine"
	"axle/rib"
)

// A heldMessage is an NHRP message that waits for its socket.
type heldMessage struct {
	socket ipsec.Socket
	send   engine.Send
	until  time.Time
}

// A waitingPeer is a next hop of NHRP, or a shortcut to it, that is not used
// before its socket is up: until then packets go the way they went.
type waitingPeer struct {
	tunnel *iface
	socket ipsec.Socket
	peer   *engine.SetPeer
	route  *engine.SetRoute
}

// secured reports whether packets to a socket find an SA; port tells the peer from
// others behind its NAT box.
func (r *Router) secured(s ipsec.Socket, port uint16) bool {
	v := r.vrf(s.VRF)
	return v != nil && r.crypto.sadb.Sender(v.index, s.Local, s.Remote, port) != nil
}

// sender returns the socket that an NHRP message came by, with the port of now, and
// who has proved to be at its other end.
func (r *Router) sender(f *iface, p *dataplane.Punt) (ipsec.Socket, ipsec.Peer) {
	s := socketOf(f, p.From, p.FromPort)
	pair := r.crypto.sadb.Receiver(p.SPI)
	if p.SPI == 0 || pair == nil {
		return s, ipsec.Peer{}
	}
	own := r.crypto.belongs[pair.ID]
	if own.Port != 0 {
		s.Port = pair.Peer.Port()
	}
	return s, r.crypto.up[own]
}

// hold keeps an NHRP message until its socket is up, and wants that.
func (r *Router) hold(f *iface, a engine.Send) {
	c := &r.crypto
	s := socketOf(f, a.NBMA, 0)
	if w := r.awaited(f.name, a.NextHop); w != nil {
		s = w.socket
	}
	n := 0
	for _, h := range c.held {
		if h.socket == s {
			n++
		}
	}
	if n < maxHeld && len(c.held) < maxHeldAll {
		c.held = append(c.held, heldMessage{s, a, r.now.Add(heldTime)})
	}
	r.demand(f, s)
}

// waits keeps a next hop that NHRP found, if its socket is not up, and wants
// that. It tells whether it did.
func (r *Router) waits(f *iface, a engine.SetPeer) bool {
	if r.protection(f) == nil || !f.cfg.Tunnel.Multipoint {
		return false
	}
	s, known := r.socketFor(f, a)
	if known && r.secured(s, r.crypto.port(s)) || r.isConfigured(f, a) {
		return false
	}
	if slices.ContainsFunc(r.crypto.waiting, func(w waitingPeer) bool {
		return w.tunnel == f && w.peer != nil && *w.peer == a
	}) {
		return true
	}
	r.forgetWaiting(f, func(w *waitingPeer) bool { return w.peer != nil && w.peer.Addr == a.Addr })
	r.crypto.waiting = append(r.crypto.waiting, waitingPeer{tunnel: f, socket: s, peer: &a})
	r.demand(f, s)
	return true
}

// socketFor returns the socket of a next hop. Several peers may be behind one NAT
// box: then it is that of the peer which proved to have the address that the next
// hop claims. known is false where none is there yet.
func (r *Router) socketFor(f *iface, a engine.SetPeer) (s ipsec.Socket, known bool) {
	if h := r.crypto.hearing; r.uses(f, h) && h.Remote == a.NBMA && h.Port != 0 {
		return h, true // with the port of now
	}
	s = socketOf(f, a.NBMA, 0)
	if !a.Claimed.IsValid() {
		return s, true
	}
	found, known := s, false
	for up, peer := range r.crypto.up { // of several the one with the lowest port, whatever the map's order
		if r.meant(up, peer, s, a.Claimed) && (!known || up.Port < found.Port) {
			found, known = up, true
		}
	}
	return found, known
}

// comes reports whether the peer at a socket has to come to us: it is behind a NAT
// box and we are not, so that it can reach us, and we do not know how to reach it.
func (r *Router) comes(f *iface, s ipsec.Socket) bool {
	return slices.ContainsFunc(r.crypto.waiting, func(w waitingPeer) bool {
		return w.peer != nil && w.socket == s && w.peer.Claimed.IsValid() &&
			!r.nhrp[familyOf(w.peer.Addr.Addr())].Public(f.name).IsValid()
	})
}

// meant reports whether the socket up with a peer is the one to the address of s,
// and to the peer there which claims an address.
func (r *Router) meant(up ipsec.Socket, peer ipsec.Peer, s ipsec.Socket, claimed netip.Addr) bool {
	return up.VRF == s.VRF && up.Local == s.Local && up.Remote == s.Remote && (up.Port == s.Port || peer.Claimed == claimed)
}

// awaited returns the next hop on a tunnel that waits for its socket; nil where it
// does not.
func (r *Router) awaited(tunnel string, next netip.Addr) *waitingPeer {
	i := slices.IndexFunc(r.crypto.waiting, func(w waitingPeer) bool {
		return w.tunnel.name == tunnel && w.peer != nil && w.peer.Addr.Contains(next)
	})
	if i < 0 {
		return nil
	}
	return &r.crypto.waiting[i]
}

// isConfigured reports whether a next hop is a server or a static mapping: those
// have a socket as long as they are configured.
func (r *Router) isConfigured(f *iface, a engine.SetPeer) bool {
	n := nhrpOf(f.cfg.Tunnel, familyOf(a.Addr.Addr()))
	return slices.ContainsFunc(n.Servers, func(s engine.ServerConfig) bool { return s.Addr == a.Addr.Addr() }) ||
		slices.ContainsFunc(n.Maps, func(m engine.Map) bool { return m.NBMA == a.NBMA })
}

// waitsRoute keeps a shortcut whose next hop waits. It tells whether it did.
func (r *Router) waitsRoute(a engine.SetRoute) bool {
	found := r.awaited(a.Tunnel, a.NextHop)
	if found == nil {
		return false
	}
	w := waitingPeer{tunnel: found.tunnel, socket: found.socket, route: &a}
	r.forgetWaiting(w.tunnel, func(o *waitingPeer) bool { return o.route != nil && o.route.Prefix == a.Prefix })
	r.crypto.waiting = append(r.crypto.waiting, w)
	return true
}

// forgetWaiting drops what waits on a tunnel and which says yes to.
func (r *Router) forgetWaiting(f *iface, which func(*waitingPeer) bool) {
	r.crypto.waiting = slices.DeleteFunc(r.crypto.waiting, func(w waitingPeer) bool { return w.tunnel == f && which(&w) })
}

// movePeer is told that the NAT box of a peer gave it another address or port.
// Where that tells the peer from others at its NBMA address, next hops follow.
func (r *Router) movePeer(id uint64, to netip.AddrPort) {
	c := &r.crypto
	pair := c.sadb.Pair(id)
	if pair == nil {
		return
	}
	from := pair.Peer.Port()
	c.sadb, r.stale = c.sadb.Move(id, to), true
	for _, f := range r.ifs {
		if f.outer != pair.Local || f.under == nil || f.under.index != pair.VRF {
			continue
		}
		for p, a := range f.adj {
			if a.NBMA == pair.Remote && a.Port != 0 && a.Port == from {
				adj := &dataplane.Adjacency{NBMA: a.NBMA, NextHop: a.NextHop, Port: to.Port()}
				f.adj[p], f.peers = adj, f.peers.With(p, adj)
			}
		}
	}
}

// portOf returns the UDP port of the NAT box behind which a peer is; 0: none. next
// is the next hop that is meant, if that is known; else it is the one whose
// message is being handled.
func (r *Router) portOf(f *iface, nbma, next netip.Addr) uint16 {
	if a := f.peers.Lookup(next); next.IsValid() && a != nil && a.NBMA == nbma {
		return a.Port
	}
	if h := r.crypto.hearing; r.uses(f, h) && h.Remote == nbma {
		return h.Port
	}
	return 0
}

// socketUp is told that a socket has its first SA.
func (r *Router) socketUp(a ipsec.Up) {
	c := &r.crypto
	c.up[a.Socket] = a.Peer
	r.tellSS(a.Socket, "Socket is UP")
	r.tellSocket(eventSocketUp, a.Socket)
	var peers []engine.SetPeer
	c.waiting = slices.DeleteFunc(c.waiting, func(w waitingPeer) bool {
		if w.peer == nil || !r.meant(a.Socket, a.Peer, w.socket, w.peer.Claimed) {
			return false
		}
		peers = append(peers, *w.peer)
		return true
	})
	var routes []engine.SetRoute
	c.waiting = slices.DeleteFunc(c.waiting, func(w waitingPeer) bool {
		ready := w.route != nil && slices.ContainsFunc(peers, func(p engine.SetPeer) bool {
			return p.Tunnel == w.route.Tunnel && p.Addr.Contains(w.route.NextHop)
		})
		if ready {
			routes = append(routes, *w.route)
		}
		return ready
	})
	for _, p := range peers {
		r.adjoin(p)
	}
	for _, rt := range routes {
		r.shortcut(rt)
	}
	r.release(a, peers)
}

// release sends the messages that waited for a socket, or for a next hop that it
// made usable.
func (r *Router) release(a ipsec.Up, peers []engine.SetPeer) {
	c := &r.crypto
	var ready []engine.Send
	c.held = slices.DeleteFunc(c.held, func(h heldMessage) bool {
		meant := h.socket == a.Socket || slices.ContainsFunc(peers, func(p engine.SetPeer) bool {
			return p.Tunnel == h.send.Tunnel && h.send.NextHop.IsValid() && p.Addr.Contains(h.send.NextHop)
		})
		if meant {
			ready = append(ready, h.send)
		}
		return meant
	})
	was := c.hearing
	c.hearing = a.Socket
	for _, s := range ready {
		r.sendNHRP(s)
	}
	c.hearing = was
	if len(ready) == 0 {
		r.registerAnew(a.Socket)
	}
}

// registerAnew has NHRP register with the next hop servers at the other end of a
// socket: whatever they knew of us went with the old one.
func (r *Router) registerAnew(s ipsec.Socket) {
	for _, f := range r.ifs {
		if r.protection(f) == nil || !r.uses(f, s) {
			continue
		}
		for _, fam := range families {
			if slices.ContainsFunc(nhrpOf(f.cfg.Tunnel, fam).Servers, func(x engine.ServerConfig) bool { return r.serverAt(f, fam, x) == s.Remote }) {
				r.perform(fam, r.nhrp[fam].Clear(r.now, engine.Filter{Tunnel: f.name, NBMA: s.Remote, Static: true}))
			}
		}
	}
}

// serverAt returns the NBMA address of a next hop server of a tunnel; zero where it
// is not known.
func (r *Router) serverAt(f *iface, fam family, s engine.ServerConfig) netip.Addr {
	if s.NBMA.IsValid() || !f.cfg.Tunnel.Multipoint {
		return cmp.Or(s.NBMA, f.cfg.Tunnel.Dest)
	}
	for _, m := range nhrpOf(f.cfg.Tunnel, fam).Maps {
		if m.Proto.IsSingleIP() && m.Proto.Addr() == s.Addr {
			return m.NBMA
		}
	}
	return netip.Addr{}
}

// socketDown is told that a socket has no SA any more, or that none could be
// made. What NHRP learned of the peer is forgotten: nothing could be sent to it.
func (r *Router) socketDown(a ipsec.Down) {
	c := &r.crypto
	peer, was := c.up[a.Socket]
	if was {
		delete(c.up, a.Socket)
		delete(c.carried, a.Socket)
		r.tellSS(a.Socket, "Socket is DOWN")
		r.tellSocket(eventSocketDown, a.Socket)
	}
	delete(c.demands, a.Socket)
	c.held = slices.DeleteFunc(c.held, func(h heldMessage) bool { return h.socket == a.Socket })
	c.waiting = slices.DeleteFunc(c.waiting, func(w waitingPeer) bool { return w.socket == a.Socket })
	if !was && r.siblings(a.Socket) {
		return // they came to us, through the NAT box that we could not get through
	}
	for _, f := range r.ifs {
		if r.protection(f) == nil || !r.uses(f, a.Socket) || !f.cfg.Tunnel.Multipoint {
			continue
		}
		filter := engine.Filter{Tunnel: f.name, NBMA: a.Socket.Remote}
		if a.Socket.Port != 0 {
			filter.Claimed = peer.Claimed
		}
		r.eachNHRP(func(e *engine.Engine) []engine.Action { return e.Clear(r.now, filter) })
	}
	if was {
		r.registerAnew(a.Socket)
	}
}

// uses reports whether a socket begins at a tunnel's source.
func (r *Router) uses(f *iface, s ipsec.Socket) bool {
	return f.outer == s.Local && f.under != nil && f.under.name == s.VRF
}

// doubt makes the SAs with a next hop server anew that does not answer any more: one
// that restarted, or whose link was down for long, does not know them, and without
// dead peer detection nothing else would tell.
func (r *Router) doubt(a engine.Silent) {
	f := r.byName[a.Tunnel]
	if f == nil || r.protection(f) == nil {
		return
	}
	s := socketOf(f, a.NBMA, 0)
	c := &r.crypto
	if _, up := c.up[s]; !up || c.wanted[s] == "" {
		return
	}
	v := r.version(c.wanted[s])
	delete(c.wanted, s) // to be opened again
	c.moved = true
	r.protect(v, c.exchange(v).Close(r.now, s))
}

// siblings reports whether another socket to the same address is up.
func (r *Router) siblings(s ipsec.Socket) bool {
	for up := range r.crypto.up {
		if up != s && up.VRF == s.VRF && up.Local == s.Local && up.Remote == s.Remote {
			return true
		}
	}
	return false
}

// tellSocket logs what became of a socket, for each tunnel that uses it.
func (r *Router) tellSocket(k *event.Kind, s ipsec.Socket) {
	for _, f := range r.ifs {
		if r.protection(f) != nil && r.uses(f, s) && (f.cfg.Tunnel.Multipoint || f.cfg.Tunnel.Dest == s.Remote) {
			r.raise(k.New(f.name, s.Local, s.Remote))
		}
	}
}

// adjoin makes a next hop usable.
func (r *Router) adjoin(a engine.SetPeer) {
	f := r.byName[a.Tunnel]
	if f == nil {
		return
	}
	s, _ := r.socketFor(f, a)
	port := r.crypto.port(s)
	if old := f.adj[a.Addr]; old != nil && old.NBMA == a.NBMA && old.Port == port {
		return
	}
	adj := &dataplane.Adjacency{NBMA: a.NBMA, NextHop: a.Addr.Addr(), Port: port}
	f.adj[a.Addr] = adj
	f.peers, r.stale, r.crypto.moved = f.peers.With(a.Addr, adj), true, true
}

// shortcut installs a route of NHRP's.
func (r *Router) shortcut(a engine.SetRoute) {
	r.setShortcut(rib.Override{Prefix: a.Prefix, NextHop: a.NextHop, Interface: a.Tunnel, Since: r.now})
}

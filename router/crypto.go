package router

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"time"

	"axle/dataplane"
	"axle/internal/event"
	"axle/ipsec"
	ikev1 "axle/ipsec/ikev1/engine"
	ikev2 "axle/ipsec/ikev2/engine"
)

// Log messages of protection.
var (
	eventSocketUp   = &event.Kind{Facility: "DMVPN", Severity: 5, Mnemonic: "CRYPTO_SS", Format: " %s: local address : %s remote address : %s socket is UP"}
	eventSocketDown = &event.Kind{Facility: "DMVPN", Severity: 5, Mnemonic: "CRYPTO_SS", Format: " %s: local address : %s remote address : %s socket is DOWN"}
	eventUnknownSPI = &event.Kind{
		Facility: "CRYPTO", Severity: 4, Mnemonic: "RECVD_PKT_INV_SPI",
		Format: "decaps: rec'd IPSEC packet has invalid spi for destaddr=%v, prot=50, spi=0x%X(%d), srcaddr=%v, input interface=%s",
	}
	eventClear = &event.Kind{
		Facility: "CRYPTO", Severity: 4, Mnemonic: "RECVD_PKT_NOT_IPSEC",
		Format: "Rec'd packet not an IPSEC packet. (ip) vrf/dest_addr= /%v, src_addr= %v, prot= 47",
	}
)

// Times and limits of protection.
const (
	demandTime    = 30 * time.Second // how long a packet makes a socket wanted
	heldTime      = 10 * time.Second // how long an NHRP message waits for its socket
	maxDemands    = 4096
	maxHeld       = 4 // messages of one socket
	maxHeldAll    = 1024
	complainEvery = 10 * time.Second // between log messages of one kind about packets
)

// crypto is what protects the tunnels of a router: the two key exchanges, the
// SAs that they made, and what waits for them.
type crypto struct {
	v1   *ikev1.Engine
	v2   *ikev2.Engine
	sadb *dataplane.SADB

	seen    cryptoSeen              // by the engines
	random  io.Reader               // of keys that the router makes
	stale   bool                    // the engines must be configured again
	moved   bool                    // sockets may be wanted, or not any more
	wanted  map[ipsec.Socket]string // opened sockets, with their IPsec profiles
	demands map[ipsec.Socket]demand // sockets that packets asked for
	up      map[ipsec.Socket]ipsec.Peer
	sends   map[ipsec.Socket]uint64 // the pair of SAs in the SADB that was installed last
	belongs map[uint64]ipsec.Socket // of each pair of SAs
	held    []heldMessage           // oldest first
	waiting []waitingPeer           // next hops and routes that wait for a socket

	carried map[ipsec.Socket]carried
	rooms   map[roomKey]int // what espRoom found

	nextUse    time.Time
	use        use
	complained map[*event.Kind]time.Time
	hearing    ipsec.Socket // of the NHRP message that is being handled
}

// A demand says which tunnel a packet to a peer without SA wanted to leave by, and
// until when that counts.
type demand struct {
	tunnel string
	until  time.Time
}

// newCrypto returns the protection of a router that has none yet. Everything that
// nobody may guess comes from random; nil: from the seed, which is for labs only.
func newCrypto(random io.Reader, seed uint64, name string) crypto {
	if random == nil {
		random = rand.NewChaCha8(sha256.Sum256(fmt.Appendf(nil, "%d %s", seed, name)))
	}
	return crypto{
		v1: ikev1.New(random), v2: ikev2.New(random), random: random, stale: true, moved: true,
		wanted: map[ipsec.Socket]string{}, demands: map[ipsec.Socket]demand{}, up: map[ipsec.Socket]ipsec.Peer{},
		sends: map[ipsec.Socket]uint64{}, belongs: map[uint64]ipsec.Socket{},
		complained: map[*event.Kind]time.Time{},
		carried:    map[ipsec.Socket]carried{}, rooms: map[roomKey]int{},
	}
}

// close forgets all keys.
func (c *crypto) close() {
	for p := range c.sadb.All() {
		p.Close()
	}
}

// syncCrypto configures the engines, where that is due, and opens and closes
// sockets.
func (r *Router) syncCrypto() {
	c := &r.crypto
	if c.stale {
		c.stale = false
		clear(c.rooms)
		r.protect(v2, c.v2.Configure(r.now, r.ikev2Config()))
		r.protect(v1, c.v1.Configure(r.now, r.ikev1Config()))
	}
	want := r.wantedSockets()
	for _, s := range sockets(c.wanted) {
		if want[s] != c.wanted[s] {
			v := r.version(c.wanted[s])
			r.protect(v, c.exchange(v).Close(r.now, s))
			delete(c.wanted, s)
		}
	}
	for _, s := range sockets(want) {
		if c.wanted[s] == "" {
			c.wanted[s] = want[s]
			v := r.version(want[s])
			r.protect(v, c.exchange(v).Open(r.now, s, want[s]))
		}
	}
}

// sockets returns the keys of a map in a fixed order.
func sockets[V any](m map[ipsec.Socket]V) []ipsec.Socket {
	return slices.SortedFunc(maps.Keys(m), func(a, b ipsec.Socket) int {
		return cmp.Or(cmp.Compare(a.VRF, b.VRF), a.Local.Compare(b.Local), a.Remote.Compare(b.Remote), cmp.Compare(a.Port, b.Port))
	})
}

// An exchange is a key exchange, of one version or the other.
type exchange interface {
	Open(now time.Time, s ipsec.Socket, profile string) []ipsec.Action
	Close(now time.Time, s ipsec.Socket) []ipsec.Action
	Receive(now time.Time, d ipsec.Datagram) []ipsec.Action
	Used(now time.Time, uses []ipsec.Use) []ipsec.Action
	Tick(now time.Time) []ipsec.Action
	Deadline() time.Time
}

// A version is that of a key exchange.
type version int

const (
	v1 version = 1
	v2 version = 2
)

// id returns the number of a child for the SADB: each exchange has numbers of its
// own.
func (v version) id(child uint64) uint64 { return child<<1 | uint64(v&1) }

// childOf is the reverse of id.
func childOf(id uint64) (v version, child uint64) { return 2 - version(id&1), id >> 1 }

// exchange returns the exchange of a version.
func (c *crypto) exchange(v version) exchange {
	if v == v2 {
		return c.v2
	}
	return c.v1
}

// version returns the exchange that an IPsec profile is for.
func (r *Router) version(profile string) version {
	for i := range r.cfg.Crypto.Profiles {
		if p := &r.cfg.Crypto.Profiles[i]; p.Name == profile && p.IKEv2Profile != "" {
			return v2
		}
	}
	return v1
}

// wantedSockets returns the sockets that tunnels want, with their profiles: to
// the destination, to next hop servers and mapped peers, to the peers that NHRP
// found, and to those that packets asked for.
func (r *Router) wantedSockets() map[ipsec.Socket]string {
	want := map[ipsec.Socket]string{}
	for _, f := range r.ifs {
		p := r.protection(f)
		if p == nil {
			continue
		}
		add := func(nbma netip.Addr) {
			if nbma.IsValid() && nbma != f.outer {
				want[socketOf(f, nbma, 0)] = p.Name
			}
		}
		if !f.cfg.Tunnel.Multipoint {
			add(f.cfg.Tunnel.Dest)
			continue
		}
		for _, fam := range families {
			n := nhrpOf(f.cfg.Tunnel, fam)
			for _, s := range n.Servers {
				add(s.NBMA)
			}
			for _, m := range n.Maps {
				add(m.NBMA)
			}
		}
		for _, a := range f.adj {
			if a.Port == 0 { // else a NAT box is before it, and it comes to us
				add(a.NBMA)
			}
		}
	}
	for s, d := range r.crypto.demands {
		f := r.byName[d.tunnel]
		if f == nil || !r.now.Before(d.until) {
			delete(r.crypto.demands, s)
		} else if p := r.protection(f); p != nil && r.uses(f, s) {
			want[s] = p.Name
		}
	}
	for _, w := range r.crypto.waiting {
		if p := r.protection(w.tunnel); p != nil && !r.comes(w.tunnel, w.socket) {
			want[w.socket] = p.Name
		}
	}
	return want
}

// socketOf names the socket of a tunnel to a peer.
func socketOf(f *iface, nbma netip.Addr, port uint16) ipsec.Socket {
	s := ipsec.Socket{Local: f.outer, Remote: nbma, Port: port}
	if f.under != nil {
		s.VRF = f.under.name
	}
	return s
}

// demand wants a socket because a packet was to be sent.
func (r *Router) demand(f *iface, s ipsec.Socket) {
	if r.comes(f, s) {
		return
	}
	if _, there := r.crypto.demands[s]; !there && len(r.crypto.demands) >= maxDemands {
		return
	}
	r.crypto.demands[s] = demand{f.name, r.now.Add(demandTime)}
	if r.crypto.wanted[s] == "" {
		r.syncCrypto()
	}
}

// protect does what a key exchange wants, in order, but that a socket is up counts at
// the end: what NHRP sends by it then must not overtake the last message of the
// exchange, without which the peer does not know yet whose packet that is.
func (r *Router) protect(v version, actions []ipsec.Action) {
	c := &r.crypto
	var ups []ipsec.Up
	rise := func() {
		for _, a := range ups {
			r.socketUp(a)
		}
		ups = nil
	}
	defer rise()
	for _, a := range actions {
		switch a := a.(type) {
		case ipsec.Send:
			r.sendIKE(a.VRF, a.Local, a.Remote, a.Data)
		case ipsec.Keepalive:
			r.sendUDP(a.VRF, a.Local, a.Remote, []byte{0xff})
		case ipsec.Install:
			r.install(v, &a)
		case ipsec.Activate:
			c.sadb, r.stale = c.sadb.Activate(v.id(a.ID)), true
		case ipsec.Move:
			r.movePeer(v.id(a.ID), a.Remote)
		case ipsec.Remove:
			r.uninstall(v.id(a.ID))
		case ipsec.Up:
			ups = append(ups, a)
		case ipsec.Down:
			rise()
			r.socketDown(a)
		case ipsec.Log:
			r.raise(a.Event)
		case ipsec.Tell:
			r.tell(a.Text)
		}
	}
}

// install takes the SAs of a child into force.
func (r *Router) install(v version, a *ipsec.Install) {
	c := &a.Child
	p, err := dataplane.NewSAPair(v.id(c.ID), c.Socket.Local, c.Socket.Remote, c.In, c.Out)
	if err != nil { // the exchange agreed on what ESP cannot do
		return
	}
	if x := r.vrf(c.Socket.VRF); x != nil {
		p.VRF = x.index
	}
	r.crypto.belongs[p.ID], r.crypto.sends[c.Socket] = c.Socket, p.ID
	r.crypto.sadb, r.stale = r.crypto.sadb.Install(p, a.Outbound), true
	r.tellInstalled(p, c)
	r.crypto.nextUse = earlier(r.crypto.nextUse, r.now.Add(useFirst))
}

// uninstall ends a pair of SAs and forgets its keys.
func (r *Router) uninstall(id uint64) {
	c := &r.crypto
	var gone *dataplane.SAPair
	if c.sadb, gone = c.sadb.Remove(id); gone != nil {
		r.tellRemoved(gone)
		c.bury(id, gone)
		gone.Close()
	}
	if s := c.belongs[id]; c.sends[s] == id {
		delete(c.sends, s)
	}
	delete(c.belongs, id)
	r.stale = true
}

// port returns the UDP port of the NAT box that a socket's peer is behind, as it is
// now; 0: none.
func (c *crypto) port(s ipsec.Socket) uint16 {
	if s.Port == 0 {
		return 0
	}
	if p := c.sadb.Pair(c.sends[s]); p != nil {
		return p.Peer.Port()
	}
	return s.Port
}

// tickCrypto handles the passing of time.
func (r *Router) tickCrypto() {
	c := &r.crypto
	if !c.nextUse.IsZero() && !c.nextUse.After(r.now) {
		r.reportUse()
	}
	for _, v := range [...]version{v2, v1} {
		if d := c.exchange(v).Deadline(); !d.IsZero() && !d.After(r.now) {
			r.protect(v, c.exchange(v).Tick(r.now))
		}
	}
	if len(c.demands) > 0 {
		r.syncCrypto()
	}
	c.held = slices.DeleteFunc(c.held, func(h heldMessage) bool { return !r.now.Before(h.until) })
}

// cryptoDeadline returns when tickCrypto wants to be called next.
func (r *Router) cryptoDeadline() time.Time {
	c := &r.crypto
	return earlier(earlier(c.v1.Deadline(), c.v2.Deadline()), c.nextUse)
}

package engine

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"axle/ipsec"
	"axle/ipsec/suite"
)

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// A packet is in flight.
type packet struct {
	at            time.Time
	local, remote netip.AddrPort // of the receiver
	data          []byte
	keepalive     bool
}

// A network joins routers under a virtual clock. Packets arrive in the order of
// their times; a fault may do what it wants with each.
type network struct {
	t       testing.TB
	now     time.Time
	routers []*router
	flying  []packet
	sent    int // messages so far
	// fault returns what becomes of the n-th message, counted from 1.
	fault func(n int, p packet) []packet
	box   *natBox
}

// A natBox hides routers behind a public address.
type natBox struct {
	inside netip.Prefix
	public netip.Addr
	ports  map[netip.AddrPort]uint16 // inside to outside
	next   uint16
}

func newBox() *natBox {
	return &natBox{inside: netip.MustParsePrefix("10.0.0.0/8"), public: netip.MustParseAddr(natAddr), ports: map[netip.AddrPort]uint16{}, next: 20000}
}

// A pairOfSAs is a child as its owner sees it.
type pairOfSAs struct {
	child    ipsec.Child
	outbound bool
	remote   netip.AddrPort
	order    int
}

// A router owns an engine.
type router struct {
	n      *network
	e      *Engine
	addr   netip.Addr
	pairs  map[uint64]*pairOfSAs
	order  int
	up     map[ipsec.Socket]ipsec.Peer
	downs  []string
	logs   []string
	told   strings.Builder
	keeps  int
	uses   map[uint64]*ipsec.Use
	silent bool // it is switched off
}

func newNetwork(t testing.TB) *network { return &network{t: t, now: start} }

// add adds a router whose randomness has a seed of its own.
func (n *network) add(addr string, seed byte, cfg Config) *router {
	r := &router{
		n: n, e: New(rand.NewChaCha8([32]byte{seed})), addr: netip.MustParseAddr(addr),
		pairs: map[uint64]*pairOfSAs{}, up: map[ipsec.Socket]ipsec.Peer{}, uses: map[uint64]*ipsec.Use{},
	}
	r.e.SetDebug(true)
	n.routers = append(n.routers, r)
	r.do(r.e.Configure(n.now, cfg))
	return r
}

// do performs actions.
func (r *router) do(actions []ipsec.Action) {
	r.n.t.Helper()
	for _, a := range actions {
		switch a := a.(type) {
		case ipsec.Send:
			r.n.send(packet{local: a.Remote, remote: a.Local, data: bytes.Clone(a.Data)})
		case ipsec.Keepalive:
			r.keeps++
			r.n.send(packet{local: a.Remote, remote: a.Local, keepalive: true})
		case ipsec.Install:
			if r.pairs[a.Child.ID] != nil {
				r.n.t.Errorf("%v: child %d is installed twice", r.addr, a.Child.ID)
			}
			r.order++
			r.pairs[a.Child.ID] = &pairOfSAs{child: a.Child, outbound: a.Outbound, remote: netip.AddrPortFrom(a.Child.Out.Dst, a.Child.Out.DstPort), order: r.order}
		case ipsec.Activate:
			p := r.pairs[a.ID]
			if p == nil || p.outbound {
				r.n.t.Errorf("%v: child %d is activated: %+v", r.addr, a.ID, p)
				continue
			}
			r.order++
			p.outbound, p.order = true, r.order
		case ipsec.Move:
			r.pairs[a.ID].remote = a.Remote
		case ipsec.Remove:
			if r.pairs[a.ID] == nil {
				r.n.t.Errorf("%v: child %d is removed and not there", r.addr, a.ID)
			}
			delete(r.pairs, a.ID)
		case ipsec.Up:
			if _, ok := r.up[a.Socket]; ok {
				r.n.t.Errorf("%v: %v comes up twice", r.addr, a.Socket)
			}
			r.up[a.Socket] = a.Peer
		case ipsec.Down:
			delete(r.up, a.Socket)
			r.downs = append(r.downs, a.Reason)
		case ipsec.Log:
			r.logs = append(r.logs, a.Event.Text())
		case ipsec.Tell:
			if !strings.HasSuffix(a.Text, "\n") {
				r.n.t.Errorf("debug text without an end: %q", a.Text)
			}
			r.told.WriteString(a.Text)
		}
	}
}

// send lets a packet fly.
func (n *network) send(p packet) {
	n.sent++
	if n.box != nil && !n.box.translate(&p) {
		return
	}
	p.at = n.now.Add(10 * time.Millisecond)
	if n.fault == nil || p.keepalive {
		n.flying = append(n.flying, p)
		return
	}
	n.flying = append(n.flying, n.fault(n.sent, p)...)
}

// translate changes the addresses of what passes, and returns false for what nobody
// inside has asked for.
func (b *natBox) translate(p *packet) bool {
	switch {
	case b.inside.Contains(p.remote.Addr()):
		if b.ports[p.remote] == 0 {
			b.next++
			b.ports[p.remote] = b.next
		}
		p.remote = netip.AddrPortFrom(b.public, b.ports[p.remote])
	case p.local.Addr() == b.public:
		for in, out := range b.ports {
			if out == p.local.Port() {
				p.local = in
				return true
			}
		}
		return false
	}
	return true
}

// next returns the index of the earliest packet, -1 where none flies.
func (n *network) next() int {
	best := -1
	for i := range n.flying {
		if best < 0 || n.flying[i].at.Before(n.flying[best].at) {
			best = i
		}
	}
	return best
}

// run lets time pass.
func (n *network) run(d time.Duration) {
	n.t.Helper()
	end := n.now.Add(d)
	for range 200000 {
		at, i := end, n.next()
		if i >= 0 && n.flying[i].at.Before(at) {
			at = n.flying[i].at
		}
		var due *router
		for _, r := range n.routers {
			if t := r.e.Deadline(); !r.silent && !t.IsZero() && t.Before(at) {
				at, due, i = t, r, -1
			}
		}
		if !at.Before(end) {
			n.now = end
			return
		}
		if at.After(n.now) {
			n.now = at
		}
		if due != nil {
			due.do(due.e.Tick(n.now))
			if t := due.e.Deadline(); !t.IsZero() && !t.After(n.now) {
				n.t.Fatalf("%v: Tick leaves the deadline %v in the past", due.addr, t)
			}
			continue
		}
		p := n.flying[i]
		n.flying = append(n.flying[:i], n.flying[i+1:]...)
		for _, r := range n.routers {
			if r.addr == p.local.Addr() && !p.keepalive && !r.silent {
				d := ipsec.Datagram{Local: p.local, Remote: p.remote, Data: bytes.Clone(p.data)}
				r.do(r.e.Receive(n.now, d))
				clear(d.Data) // the owner uses it again
			}
		}
	}
	n.t.Fatal("the network does not come to rest")
}

// sending returns the child by which a router sends to a peer.
func (r *router) sending(to netip.Addr) *pairOfSAs {
	var best *pairOfSAs
	for _, p := range r.pairs {
		if p.outbound && p.child.Socket.Remote == to && (best == nil || p.order > best.order) {
			best = p
		}
	}
	return best
}

// passes reports whether what a sends reaches b, and is understood.
func passes(a, b *router, to netip.Addr) error {
	p := a.sending(to)
	if p == nil {
		return fmt.Errorf("%v has nothing to send with", a.addr)
	}
	for _, q := range b.pairs {
		x, y := p.child.Out, q.child.In
		if x.SPI == y.SPI {
			if !bytes.Equal(x.Key, y.Key) || !bytes.Equal(x.IntegrityKey, y.IntegrityKey) || x.Encryption != y.Encryption ||
				x.Integrity != y.Integrity || x.Tunnel != y.Tunnel || x.ESN != y.ESN || len(x.Key) != x.Encryption.KeyLen(x.KeyBits) {
				return fmt.Errorf("%v and %v do not mean the same with %08x:\n%+v\n%+v", a.addr, b.addr, x.SPI, x, y)
			}
			a.carry(p.child.ID, true)
			b.carry(q.child.ID, false)
			return nil
		}
	}
	return fmt.Errorf("%v sends with %08x, which %v does not have", a.addr, p.child.Out.SPI, b.addr)
}

// carry counts a packet.
func (r *router) carry(id uint64, out bool) {
	u := r.uses[id]
	if u == nil {
		u = &ipsec.Use{ID: id}
		r.uses[id] = u
	}
	u.Last = r.n.now
	if out {
		u.OutBytes, u.OutPackets = u.OutBytes+1000, u.OutPackets+1
	} else {
		u.InBytes, u.InPackets = u.InBytes+1000, u.InPackets+1
	}
}

// report tells the engine what its children have carried.
func (r *router) report() {
	var list []ipsec.Use
	for id := uint64(1); id < 1000; id++ {
		if u := r.uses[id]; u != nil && r.pairs[id] != nil {
			list = append(list, *u)
		}
	}
	r.do(r.e.Used(r.n.now, list))
}

// bothWays fails where two routers cannot talk to each other.
func (n *network) bothWays(a, b *router) {
	n.t.Helper()
	for _, err := range []error{passes(a, b, b.addr), passes(b, a, a.addr)} {
		if err != nil {
			n.t.Error(err)
		}
	}
}

// open lets a tunnel of a want protection to a peer.
func (r *router) open(remote string) ipsec.Socket {
	x := ipsec.Socket{Local: r.addr, Remote: netip.MustParseAddr(remote)}
	r.do(r.e.Open(r.n.now, x, "P"))
	return x
}

var (
	aesSHA256 = ipsec.Transform{Name: "T", Encryption: suite.EncryptionAESCBC, KeyBits: 256, Integrity: suite.IntegritySHA256128, Mode: ipsec.PreferTransport}
	gcm       = ipsec.Transform{Name: "G", Encryption: suite.EncryptionAESGCM16, KeyBits: 128, Mode: ipsec.PreferTransport}
)

// config is that of a router with one wildcard key.
func config(addr string) Config {
	return Config{
		Policies: []Policy{
			{Priority: 10, Encryption: suite.EncryptionAESCBC, KeyBits: 256, Hash: suite.PRFHMACSHA256, Group: suite.GroupECP256, Lifetime: 24 * time.Hour},
		},
		Keys:    []Key{{Peer: netip.MustParsePrefix("0.0.0.0/0"), Key: ipsec.Secret("very secret")}},
		IPsec:   []ipsec.Profile{{Name: "P", Transforms: []ipsec.Transform{aesSHA256}, Lifetime: time.Hour, Bytes: 4608000 * 1024, Window: 64}},
		Tunnels: []ipsec.Terminal{{Local: netip.MustParseAddr(addr), Profile: "P"}},
	}
}

const (
	hubAddr   = "192.0.2.1"
	spokeAddr = "198.51.100.11"
	natAddr   = "203.0.113.7"
)

// two joins a hub and a spoke, whose configurations may be changed.
func two(t testing.TB, change func(hub, spoke *Config)) (n *network, hub, spoke *router) {
	t.Helper()
	n = newNetwork(t)
	h, s := config(hubAddr), config(spokeAddr)
	if change != nil {
		change(&h, &s)
	}
	return n, n.add(hubAddr, 1, h), n.add(spokeAddr, 2, s)
}

// states returns the states of a router's SAs.
func (r *router) states() string {
	var list []string
	for _, s := range r.e.Snapshot(r.n.now).SAs {
		list = append(list, s.State)
	}
	return strings.Join(list, " ")
}

// clean fails where a router has something left.
func (r *router) clean() {
	r.n.t.Helper()
	if len(r.pairs) > 0 || len(r.up) > 0 {
		r.n.t.Errorf("%v: %d children, %d sockets up", r.addr, len(r.pairs), len(r.up))
	}
	e := r.e
	for name, n := range map[string]int{
		"SAs": len(e.sas), "half-open": len(e.halfOpen), "sources": len(e.sources), "calls": len(e.calls), "peers": len(e.peers),
		"children": len(e.children), "by ID": len(e.byID),
	} {
		if n != 0 {
			r.n.t.Errorf("%v: %d %s are left", r.addr, n, name)
		}
	}
}

package engine

import (
	"bytes"
	"container/heap"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"axle/ipsec"
	"axle/ipsec/esp"
	"axle/ipsec/suite"
)

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func ip(s string) netip.Addr { return netip.MustParseAddr(s) }

// A packet is a datagram on its way, or a call at a later time.
type packet struct {
	at   time.Time
	seq  int
	from *node
	a    ipsec.Send
	call func()
}

type flight []*packet

func (f flight) Len() int { return len(f) }
func (f flight) Less(i, j int) bool {
	return f[i].at.Before(f[j].at) || f[i].at.Equal(f[j].at) && f[i].seq < f[j].seq
}
func (f flight) Swap(i, j int) { f[i], f[j] = f[j], f[i] }
func (f *flight) Push(x any)   { *f = append(*f, x.(*packet)) }
func (f *flight) Pop() any {
	old := *f
	x := old[len(old)-1]
	*f = old[:len(old)-1]
	return x
}

// A world is some routers with a clock and a network between them.
type world struct {
	t     testing.TB
	now   time.Time
	seq   int
	nodes []*node
	sky   flight
	delay time.Duration
	// fault may change, drop (nil) or multiply a datagram.
	fault func(from *node, a ipsec.Send) []ipsec.Send
	nat   *natBox
	nat2  *natBox
	count int // datagrams sent
}

// A node is a router with the SAs that its data plane would have.
type node struct {
	w     *world
	name  string
	e     *Engine
	addr  netip.Addr
	cfg   Config
	dead  bool
	sas   map[uint64]*pair
	order []uint64 // of children that send, the newest last
	up    map[ipsec.Socket]ipsec.Peer
	logs  []string
	downs []string
	tells strings.Builder
	kept  int // keepalives
}

// A pair is a child that was installed.
type pair struct {
	ipsec.Child
	in, out uint64 // packets
}

func newWorld(t testing.TB) *world {
	return &world{t: t, now: start, delay: 10 * time.Millisecond}
}

// node adds a router.
func (w *world) node(name, addr string, cfg Config) *node {
	var seed [32]byte
	copy(seed[:], name+addr)
	n := &node{
		w: w, name: name, e: New(rand.NewChaCha8(seed)), addr: ip(addr), cfg: cfg,
		sas: map[uint64]*pair{}, up: map[ipsec.Socket]ipsec.Peer{},
	}
	n.e.SetDebug(true)
	w.nodes = append(w.nodes, n)
	n.do(n.e.Configure(w.now, cfg))
	return n
}

// restart throws the router's state away.
func (n *node) restart() {
	var seed [32]byte
	copy(seed[:], n.name+"again")
	n.e = New(rand.NewChaCha8(seed))
	n.sas, n.order, n.up = map[uint64]*pair{}, nil, map[ipsec.Socket]ipsec.Peer{}
	n.do(n.e.Configure(n.w.now, n.cfg))
}

// do performs actions as a router would.
func (n *node) do(list []ipsec.Action) {
	t := n.w.t
	for _, a := range list {
		switch a := a.(type) {
		case ipsec.Send:
			n.w.count++
			n.w.transmit(n, a)
		case ipsec.Keepalive:
			n.kept++
		case ipsec.Install:
			if n.sas[a.Child.ID] != nil {
				t.Fatalf("%s: child %d installed twice", n.name, a.Child.ID)
			}
			n.sas[a.Child.ID] = &pair{Child: a.Child}
			if a.Outbound {
				n.order = append(n.order, a.Child.ID)
			}
		case ipsec.Activate:
			if n.sas[a.ID] == nil {
				t.Fatalf("%s: child %d activated that is not there", n.name, a.ID)
			}
			n.order = append(n.order, a.ID)
		case ipsec.Move:
			p := n.sas[a.ID]
			p.In.Src, p.Out.Dst, p.In.SrcPort, p.Out.DstPort = a.Remote.Addr(), a.Remote.Addr(), a.Remote.Port(), a.Remote.Port()
		case ipsec.Remove:
			if n.sas[a.ID] == nil {
				t.Fatalf("%s: child %d removed that is not there", n.name, a.ID)
			}
			delete(n.sas, a.ID)
		case ipsec.Up:
			n.up[a.Socket] = a.Peer
		case ipsec.Down:
			delete(n.up, a.Socket)
			n.downs = append(n.downs, a.Reason)
		case ipsec.Log:
			n.logs = append(n.logs, a.Event.Text())
		case ipsec.Tell:
			n.tells.WriteString(a.Text)
		}
	}
}

// transmit puts a datagram on its way.
func (w *world) transmit(from *node, a ipsec.Send) {
	list := []ipsec.Send{a}
	if w.fault != nil {
		list = w.fault(from, a)
	}
	for i, a := range list {
		w.later(w.delay+time.Duration(i)*time.Millisecond, &packet{from: from, a: a})
	}
}

func (w *world) later(d time.Duration, p *packet) {
	w.seq++
	p.at, p.seq = w.now.Add(d), w.seq
	heap.Push(&w.sky, p)
}

// at calls f after a while.
func (w *world) at(d time.Duration, f func()) { w.later(d, &packet{call: f}) }

// deliver gives a datagram to whom it is for.
func (w *world) deliver(p *packet) {
	if p.call != nil {
		p.call()
		return
	}
	src, dst := p.a.Local, p.a.Remote
	for _, box := range []*natBox{w.nat, w.nat2} {
		if box == nil {
			continue
		}
		var ok bool
		if src, dst, ok = box.translate(src, dst); !ok {
			return
		}
	}
	for _, n := range w.nodes {
		if n.addr == dst.Addr() && !n.dead {
			n.do(n.e.Receive(w.now, ipsec.Datagram{VRF: p.a.VRF, Local: dst, Remote: src, Data: bytes.Clone(p.a.Data)}))
			return
		}
	}
}

// run lets time pass.
func (w *world) run(d time.Duration) {
	w.t.Helper()
	end := w.now.Add(d)
	for range 2_000_000 {
		next := end
		var who *node
		if len(w.sky) > 0 && !w.sky[0].at.After(next) {
			next = w.sky[0].at
		}
		for _, n := range w.nodes {
			if at := n.e.Deadline(); !at.IsZero() && at.Before(next) {
				next, who = at, n
			}
		}
		if next.After(w.now) {
			w.now = next
		}
		switch {
		case who != nil:
			who.do(who.e.Tick(w.now))
		case len(w.sky) > 0 && !w.sky[0].at.After(w.now):
			w.deliver(heap.Pop(&w.sky).(*packet))
		default:
			w.now = end
			for _, n := range w.nodes {
				n.do(n.e.Tick(w.now))
			}
			return
		}
	}
	w.t.Fatal("time stands still")
}

// sender returns the child by which a router sends to a peer's address.
func (n *node) sender(k ipsec.Socket) *pair {
	for i := len(n.order) - 1; i >= 0; i-- {
		if p := n.sas[n.order[i]]; p != nil && p.Socket == k {
			return p
		}
	}
	return nil
}

// socket returns the socket between two routers.
func (n *node) socket(to *node) ipsec.Socket { return ipsec.Socket{Local: n.addr, Remote: to.addr} }

// carries reports whether a packet from n to the other end arrives and is opened.
func (n *node) carries(k ipsec.Socket, to *node) bool {
	p := n.sender(k)
	if p == nil {
		return false
	}
	for _, q := range to.sas {
		if q.In.SPI == p.Out.SPI {
			p.out++
			q.in++
			return same(p.Out, q.In)
		}
	}
	return false
}

// same reports whether two ends have agreed on one SA. Addresses and ports differ
// where there is a NAT box.
func same(out, in esp.Params) bool {
	return bytes.Equal(out.Key, in.Key) && bytes.Equal(out.IntegrityKey, in.IntegrityKey) && len(out.Key)+len(out.IntegrityKey) > 0 &&
		out.Encryption == in.Encryption && out.KeyBits == in.KeyBits && out.Integrity == in.Integrity &&
		out.Tunnel == in.Tunnel && out.ESN == in.ESN && (out.DstPort == 0) == (in.DstPort == 0)
}

// report tells the engine what its children have carried.
func (n *node) report() {
	var list []ipsec.Use
	for id, p := range n.sas {
		list = append(list, ipsec.Use{ID: id, InPackets: p.in, OutPackets: p.out, InBytes: p.in * 100, OutBytes: p.out * 100, Last: n.w.now})
	}
	n.do(n.e.Used(n.w.now, list))
}

// works demands that both directions work.
func (w *world) works(a, b *node) {
	w.t.Helper()
	if !a.carries(a.socket(b), b) {
		w.t.Fatalf("%v: %s cannot send to %s\n%s", w.now.Sub(start), a.name, b.name, w.dump())
	}
	if !b.carries(b.socket(a), a) {
		w.t.Fatalf("%v: %s cannot send to %s\n%s", w.now.Sub(start), b.name, a.name, w.dump())
	}
}

// counts demands so many IKE SAs and children at each router.
func (w *world) counts(sas, children int) {
	w.t.Helper()
	for _, n := range w.nodes {
		if len(n.e.sas) != sas || len(n.sas) != children || len(n.e.children) != children {
			w.t.Fatalf("%s: %d IKE SAs and %d/%d children, want %d and %d\n%s", n.name, len(n.e.sas), len(n.sas), len(n.e.children), sas, children, w.dump())
		}
	}
}

// dump returns what the routers know, for a failed test.
func (w *world) dump() string {
	var s strings.Builder
	for _, n := range w.nodes {
		snap := n.e.Snapshot(w.now)
		fmt.Fprintf(&s, "-- %s: sends by %v\n", n.name, n.order)
		for _, x := range snap.SAs {
			fmt.Fprintf(&s, "  SA %d %s %v/%v next %d expect %d queued %d\n", x.ID, x.Status, x.LocalSPI, x.RemoteSPI, x.LocalNext, x.RemoteNext, x.Queued)
			for _, c := range x.Children {
				fmt.Fprintf(&s, "    child %d %08x/%08x %s sends %v\n", c.ID, c.In, c.Out, c.State, c.Sends)
			}
		}
		for k, x := range n.e.sockets {
			fmt.Fprintf(&s, "  socket %v wanted %v trying %v asking %v retry %v (%v) fails %d\n", k, x.wanted, x.trying != nil, x.asking != nil, x.retry.Running(), x.retry.At().Sub(w.now), x.fails)
		}
		fmt.Fprintf(&s, "  %v\n  %v\n", n.logs, n.downs)
	}
	return s.String()
}

// psk returns a configuration with one pre-shared key for all, and one tunnel.
func psk(local string) Config {
	key := ipsec.Secret("Cisco123")
	return Config{
		Keyrings: []Keyring{{Name: "K", Peers: []KeyPeer{{Name: "any", Address: netip.MustParsePrefix("0.0.0.0/0"), Local: key, Remote: key}}}},
		Profiles: []Profile{{
			Name: "P", Match: []Identity{{Kind: IdentityAny}}, Keyring: "K",
			LocalAuth: Auth{Method: PreShared}, RemoteAuth: []Auth{{Method: PreShared}},
		}},
		IPsec: []ipsec.Profile{{
			Name: "X", IKEv2: "P", Lifetime: time.Hour, Window: 64,
			Transforms: []ipsec.Transform{{Name: "T", Encryption: suite.EncryptionAESGCM16, KeyBits: 256, Mode: ipsec.PreferTransport}},
		}},
		Tunnels: []ipsec.Terminal{{Local: ip(local), Profile: "X"}},
		Proposals: []Proposal{{
			Name: "fast", Ciphers: []Cipher{{suite.EncryptionAESGCM16, 128}}, PRFs: []suite.PRF{suite.PRFHMACSHA256},
			Groups: []suite.Group{suite.GroupX25519},
		}},
		Policies: []Policy{{Name: "fast", AnyVRF: true, Proposals: []string{"fast"}}},
	}
}

// two returns two routers with the same key; change may alter either's
// configuration.
func two(t testing.TB, change func(name string, c *Config)) (*world, *node, *node) {
	w := newWorld(t)
	a, b := psk("192.0.2.1"), psk("192.0.2.2")
	if change != nil {
		change("a", &a)
		change("b", &b)
	}
	return w, w.node("a", "192.0.2.1", a), w.node("b", "192.0.2.2", b)
}

// opens makes a want protection towards b.
func (n *node) opens(to *node) { n.do(n.e.Open(n.w.now, n.socket(to), "X")) }

// secretless fails where a key of the engine is in what it told.
func (n *node) secretless() {
	n.w.t.Helper()
	for _, text := range append(n.logs, n.tells.String()) {
		if strings.Contains(text, "Cisco123") || strings.Contains(text, "436973636f") {
			n.w.t.Fatalf("%s tells its key:\n%s", n.name, text)
		}
	}
}

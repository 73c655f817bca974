package engine

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"axle/nhrp"
)

// start is the time at which all tests begin.
var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func ip(s string) netip.Addr       { return netip.MustParseAddr(s) }
func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }

// A network joins routers in memory. Its clock is moved by run.
type network struct {
	t      *testing.T
	now    time.Time
	delay  time.Duration
	nodes  []*node
	queue  []delivery // by time
	filter func(from, to *node, m *nhrp.Message) bool
}

type delivery struct {
	at     time.Time
	from   *node
	to     netip.Addr
	packet []byte
}

// A node is a router with one engine; it is the engine's Environment and
// performs its actions on small tables.
type node struct {
	net    *network
	name   string
	e      *Engine
	cfg    Tunnel
	public netip.Addr // behind NAT: the address that others see
	routes []Route
	hits   map[netip.Prefix]uint64
	rng    *rand.Rand
	fixed  bool // Uint64 returns 0

	peers     map[netip.Prefix]netip.Addr
	shortcuts map[netip.Prefix]netip.Addr
	multicast []netip.Addr
	lineDown  bool
	sent      []Send
	times     []time.Time // of sent
	logs      []string
	told      strings.Builder
}

func newNetwork(t *testing.T) *network {
	return &network{t: t, now: start, delay: 10 * time.Millisecond}
}

// router adds a node. Its tunnel does not run before configure.
func (n *network) router(name string, cfg Tunnel, routes ...Route) *node {
	d := &node{
		net: n, name: name, cfg: cfg, routes: routes, hits: make(map[netip.Prefix]uint64),
		rng:   rand.New(rand.NewPCG(1, uint64(len(n.nodes)))),
		peers: make(map[netip.Prefix]netip.Addr), shortcuts: make(map[netip.Prefix]netip.Addr),
	}
	d.e = New(d)
	n.nodes = append(n.nodes, d)
	return d
}

func (d *node) Route(_ string, a netip.Addr) (Route, bool) {
	best, ok := Route{}, false
	for _, r := range d.routes {
		if r.Prefix.Contains(a) && (!ok || r.Prefix.Bits() > best.Prefix.Bits()) {
			best, ok = r, true
		}
	}
	return best, ok
}

func (d *node) Hits(_ string, p netip.Prefix) uint64 { return d.hits[p] }

func (d *node) Uint64() uint64 {
	if d.fixed {
		return 0
	}
	return d.rng.Uint64()
}

// configure applies the node's configuration.
func (d *node) configure() {
	d.perform(d.e.Configure(d.net.now, Config{Tunnels: []Tunnel{d.cfg}}))
}

// receive hands a packet to the engine and performs what comes of it.
func (d *node) receive(src netip.Addr, b []byte) []Action {
	out := d.e.Receive(d.net.now, Packet{Tunnel: d.cfg.Name, Src: src, Dst: d.cfg.NBMA, Data: b})
	d.perform(out)
	return out
}

func (d *node) perform(actions []Action) {
	for _, a := range actions {
		switch a := a.(type) {
		case Send:
			d.sent, d.times = append(d.sent, a), append(d.times, d.net.now)
			if m, err := nhrp.Parse(a.Packet); err != nil && d.net.t != nil {
				d.net.t.Fatalf("%s sends what cannot be read: %v\n%+v", d.name, err, m)
			}
			d.net.queue = append(d.net.queue, delivery{d.net.now.Add(d.net.delay), d, a.NBMA, a.Packet})
		case SetPeer:
			d.peers[a.Addr] = a.NBMA
		case DeletePeer:
			if _, ok := d.peers[a.Addr]; !ok {
				d.net.t.Errorf("%s: DeletePeer of unknown %s", d.name, a.Addr)
			}
			delete(d.peers, a.Addr)
		case SetRoute:
			d.shortcuts[a.Prefix] = a.NextHop
		case DeleteRoute:
			if _, ok := d.shortcuts[a.Prefix]; !ok {
				d.net.t.Errorf("%s: DeleteRoute of unknown %s", d.name, a.Prefix)
			}
			delete(d.shortcuts, a.Prefix)
		case SetMulticast:
			d.multicast = a.NBMA
		case SetLine:
			d.lineDown = !a.Up
		case Log:
			d.logs = append(d.logs, a.Event.Text())
		case Tell:
			d.told.WriteString(a.Text)
		}
	}
}

// run moves the clock by span and lets happen what is due.
func (n *network) run(span time.Duration) {
	end := n.now.Add(span)
	for {
		at, who := time.Time{}, (*node)(nil)
		for _, d := range n.nodes {
			if t := d.e.Deadline(); !t.IsZero() && (at.IsZero() || t.Before(at)) {
				at, who = t, d
			}
		}
		if len(n.queue) > 0 && (at.IsZero() || !n.queue[0].at.After(at)) {
			at, who = n.queue[0].at, nil
		}
		if at.IsZero() || at.After(end) {
			n.now = end
			return
		}
		if at.After(n.now) {
			n.now = at
		}
		if who != nil {
			who.perform(who.e.Tick(n.now))
			if d := who.e.Deadline(); !d.IsZero() && !d.After(n.now) {
				n.t.Fatalf("%s: deadline %v stays in the past", who.name, d)
			}
			continue
		}
		d := n.queue[0]
		n.queue = n.queue[1:]
		n.deliver(d)
	}
}

func (n *network) deliver(d delivery) {
	src := d.from.cfg.NBMA
	if d.from.public.IsValid() {
		src = d.from.public
	}
	for _, to := range n.nodes {
		if to.public.IsValid() && to.public != d.to || !to.public.IsValid() && to.cfg.NBMA != d.to {
			continue
		}
		if m, err := nhrp.Parse(d.packet); err == nil && n.filter != nil && !n.filter(d.from, to, m) {
			return
		}
		to.receive(src, d.packet)
	}
}

// state returns the node's only tunnel.
func (d *node) state() TunnelState { return d.e.Snapshot(d.net.now).Tunnels[0] }

// entry returns the entry for p, or nil.
func (d *node) entry(p string) *Entry {
	for _, x := range d.state().Entries {
		if x.Prefix == prefix(p) {
			return &x
		}
	}
	return nil
}

// entries lists the cache, one entry a line.
func (d *node) entries() string {
	var b strings.Builder
	for _, x := range d.state().Entries {
		fmt.Fprintf(&b, "%s via %s nbma %s type %d flags %s\n", x.Prefix, x.NextHop, nbmaText(x.NBMA), x.Type, flagText(x.Flags))
	}
	return b.String()
}

func flagText(f EntryFlags) string {
	names := []string{"authoritative", "unique", "registered", "router", "used", "nhop", "rib", "nho", "local", "implicit", "negative", "nat", "bfd", "temporary"}
	var out []string
	for i, n := range names {
		if f&(1<<i) != 0 {
			out = append(out, n)
		}
	}
	return strings.Join(out, " ")
}

// count returns how many messages of a type the node sent.
func (d *node) count(op nhrp.Op) int {
	n := 0
	for _, s := range d.sent {
		if s.Message.Op == op {
			n++
		}
	}
	return n
}

// logged reports whether a log message with that text was logged.
func (d *node) logged(text string) bool {
	for _, l := range d.logs {
		if strings.Contains(l, text) {
			return true
		}
	}
	return false
}

// encode returns the wire form of a message that a test made.
func encode(t testing.TB, m *nhrp.Message) []byte {
	t.Helper()
	b, err := m.AppendTo(nil)
	if err != nil {
		t.Fatalf("test message: %v", err)
	}
	return b
}

// hubConfig and spokeConfig are those of a phase 3 network: the hub is
// 10.0.0.1 on 203.0.113.1, spoke n is 10.0.0.1n on 203.0.113.1n with
// 192.168.n.0/24 behind it.
func hubConfig() Tunnel {
	return Tunnel{
		Name: "Tunnel0", Up: true, Addr: prefix("10.0.0.1/24"), NBMA: ip("203.0.113.1"), Multipoint: true,
		NetworkID: 100, MTU: 17916, Auth: "secret", Hold: 600 * time.Second,
		MulticastDynamic: true, Shortcut: true, Redirect: true,
		MaxSend: 10000, MaxSendEvery: 10 * time.Second,
	}
}

func spokeConfig(n int) Tunnel {
	t := hubConfig()
	t.Addr = prefix(fmt.Sprintf("10.0.0.1%d/24", n))
	t.NBMA = ip(fmt.Sprintf("203.0.113.1%d", n))
	t.Redirect = false
	t.Servers = []ServerConfig{{Addr: ip("10.0.0.1"), NBMA: ip("203.0.113.1"), Multicast: true}}
	return t
}

func hubRoutes() []Route {
	r := []Route{
		{Prefix: prefix("10.0.0.0/24"), Interface: "Tunnel0"},
		{Prefix: prefix("10.0.0.1/32"), Interface: "Tunnel0", Local: true},
		{Prefix: prefix("192.168.0.0/24"), Interface: "Ethernet0/1"},
		{Prefix: prefix("192.168.0.1/32"), Interface: "Ethernet0/1", Local: true},
		{Prefix: prefix("0.0.0.0/0"), Interface: "Ethernet0/0", NextHop: ip("203.0.113.254")},
	}
	for n := 1; n <= 3; n++ {
		r = append(r, Route{
			Prefix:    prefix(fmt.Sprintf("192.168.%d.0/24", n)),
			Interface: "Tunnel0", NextHop: ip(fmt.Sprintf("10.0.0.1%d", n)),
		})
	}
	return r
}

func spokeRoutes(n int) []Route {
	return []Route{
		{Prefix: prefix("10.0.0.0/24"), Interface: "Tunnel0"},
		{Prefix: prefix(fmt.Sprintf("10.0.0.1%d/32", n)), Interface: "Tunnel0", Local: true},
		{Prefix: prefix(fmt.Sprintf("192.168.%d.0/24", n)), Interface: "Ethernet0/1"},
		{Prefix: prefix(fmt.Sprintf("192.168.%d.1/32", n)), Interface: "Ethernet0/1", Local: true},
		{Prefix: prefix("192.168.0.0/16"), Interface: "Tunnel0", NextHop: ip("10.0.0.1")},
		{Prefix: prefix("0.0.0.0/0"), Interface: "Ethernet0/0", NextHop: ip("203.0.113.254")},
	}
}

// phase3 returns a registered network of a hub and two spokes.
func phase3(t *testing.T) (n *network, hub, one, two *node) {
	n = newNetwork(t)
	hub = n.router("hub", hubConfig(), hubRoutes()...)
	one = n.router("one", spokeConfig(1), spokeRoutes(1)...)
	two = n.router("two", spokeConfig(2), spokeRoutes(2)...)
	for _, d := range n.nodes {
		d.configure()
	}
	n.run(5 * time.Second)
	return n, hub, one, two
}

// packet returns the beginning of an IPv4 packet.
func packet(src, dst string) []byte {
	b := make([]byte, 84)
	b[0], b[3], b[8], b[9] = 0x45, 84, 255, 1
	s, d := ip(src).As4(), ip(dst).As4()
	copy(b[12:], s[:])
	copy(b[16:], d[:])
	return b
}

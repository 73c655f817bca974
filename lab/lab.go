package lab

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"time"

	"axle/internal/flash"
	"axle/internal/ip"
	"axle/router"
)

// epoch is when every lab in virtual time begins.
var epoch = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// Options say how a lab is made.
type Options struct {
	Seed    uint64
	Version string
	Start   time.Time                              // of the lab's clock; zero: the same moment for all labs
	Store   func(node, config string) router.Store // nil: in memory
	Flash   func(node string) (flash.Store, error) // the files of a router; nil: in memory
	Capture string                                 // a folder for one capture file per link; "" for none. Files there are replaced
}

// A Lab is a running network. Its methods belong to one goroutine, but for
// those of sessions.
type Lab struct {
	opt   Options
	topo  *Topology
	now   time.Time
	queue queue

	links     map[string]*link
	order     []*link
	nodes     map[string]*node
	routers   []*node
	hosts     map[string]*host
	hostOrder []*host
	nats      map[string]*nat
	natOrder  []*nat

	drive   driver
	taps    []*tap
	raising bool // Boot raises the carriers: packets wait
}

// New builds a network. Boot starts its routers.
func New(t *Topology, o Options) (*Lab, error) {
	l := &Lab{opt: o, topo: t, now: o.Start, links: map[string]*link{}, nodes: map[string]*node{}, hosts: map[string]*host{}, nats: map[string]*nat{}}
	if l.now.IsZero() {
		l.now = epoch
	}
	l.drive = virtual{l}
	for _, c := range t.Links {
		k := &link{lab: l, name: c.Name, imp: c.Impairment, owner: map[addr]*port{}, rnd: rand.New(rand.NewPCG(o.Seed, seedOf(o.Seed, "link "+c.Name)))}
		l.links[c.Name] = k
		l.order = append(l.order, k)
	}
	if o.Capture != "" {
		if err := l.capture(o.Capture); err != nil {
			_ = l.Close() // the files that were opened before
			return nil, err
		}
	}
	for _, c := range t.Nodes {
		if err := l.addNode(c); err != nil {
			_ = l.Close()
			return nil, err
		}
	}
	for _, c := range t.Hosts {
		h := &host{lab: l, name: c.Name, addrs: [2]netip.Prefix{c.Address, c.Address6}, gateways: [2]netip.Addr{c.Gateway, c.Gateway6}, parts: ip.NewReassembler(ip.ReassemblyLimits{})}
		h.stack.Unlimited, h.stack.TTL = true, hostTTL
		h.port = l.plug(c.Link, h, c.Impairment, c.Name, c.Name)
		l.hosts[c.Name] = h
		l.hostOrder = append(l.hostOrder, h)
	}
	for _, c := range t.NATs {
		l.addNAT(c)
	}
	return l, nil
}

func (l *Lab) addNode(c NodeConfig) error {
	n := &node{lab: l, name: c.Name}
	o := router.Options{Name: c.Name, Version: l.opt.Version, Seed: seedOf(l.opt.Seed, c.Name), Output: n}
	for _, p := range c.Ports {
		o.Ports = append(o.Ports, router.Port{Name: p.Name})
	}
	if l.opt.Store != nil {
		o.Store = l.opt.Store(c.Name, c.Config)
	} else {
		o.Store = &router.MemoryStore{Text: []byte(c.Config)}
	}
	o.Flash = flash.NewMemory(func() time.Time { return l.now })
	if l.opt.Flash != nil {
		var err error
		if o.Flash, err = l.opt.Flash(c.Name); err != nil {
			return fmt.Errorf("files of %s: %w", c.Name, err)
		}
	}
	n.files = o.Flash
	n.router = router.New(o)
	n.router.OnReload(func() { n.reloads++ })
	for i, p := range c.Ports {
		var q *port
		if p.Link != "" {
			q = l.plug(p.Link, &nodePort{node: n, num: i}, p.Impairment, c.Name+" "+p.Name, c.Name)
		}
		n.ports = append(n.ports, q)
	}
	l.nodes[c.Name] = n
	l.routers = append(l.routers, n)
	return nil
}

// plug adds a port to a link.
func (l *Lab) plug(name string, e endpoint, imp Impairment, label, node string) *port {
	k := l.links[name]
	p := &port{link: k, end: e, name: label, node: node, imp: imp, up: true}
	k.ports = append(k.ports, p)
	return p
}

// Boot starts all routers, then raises the carriers of their ports. What they
// send meanwhile leaves when all ports are there. progress, where not nil, is
// told how many routers are running. Boot ends early, with an error, when ctx
// does.
func (l *Lab) Boot(ctx context.Context, progress func(done, all int)) error {
	for i, n := range l.routers {
		if err := ctx.Err(); err != nil {
			return err
		}
		n.router.Boot(l.now)
		n.booted = true
		n.after()
		if progress != nil {
			progress(i+1, len(l.routers))
		}
	}
	l.raising = true
	defer func() { l.raising = false }()
	for _, n := range l.routers {
		if err := ctx.Err(); err != nil {
			return err
		}
		for _, p := range n.ports {
			if p != nil {
				p.end.carrier(p.isUp())
			}
		}
	}
	return nil
}

// Now returns the lab's time.
func (l *Lab) Now() time.Time { return l.now }

// Nodes returns the names of the routers, then of the hosts, in the order of
// the topology.
func (l *Lab) Nodes() (routers, hosts []string) {
	for _, n := range l.routers {
		routers = append(routers, n.name)
	}
	for _, h := range l.hostOrder {
		hosts = append(hosts, h.name)
	}
	return routers, hosts
}

// NATs returns the names of the NAT boxes in the order of the topology.
func (l *Lab) NATs() (names []string) {
	for _, n := range l.natOrder {
		names = append(names, n.name)
	}
	return names
}

// names returns the names of all that an operator can work at: routers, hosts,
// NAT boxes.
func (l *Lab) names() []string {
	routers, hosts := l.Nodes()
	return slices.Concat(routers, hosts, l.NATs())
}

// A machine is a node that is no router: it has commands of its own.
type machine interface {
	// exec runs one line; done is called once.
	exec(line string, w io.Writer, done func()) (cancel func())
	// help returns what can be typed.
	help() string
}

// machine returns a host or a NAT box; nil where there is none of that name.
func (l *Lab) machine(name string) machine {
	if h := l.hosts[name]; h != nil {
		return h
	}
	if n := l.nats[name]; n != nil {
		return n
	}
	return nil
}

// step lets the next event happen; false means that there is none.
func (l *Lab) step() bool {
	if _, ok := l.queue.next(); !ok {
		return false
	}
	e := l.queue.pop()
	if e.at.After(l.now) {
		l.now = e.at
	}
	e.do()
	return true
}

// lookEvery is how many events happen between two looks at a context.
const lookEvery = 1024

// RunUntil lets everything happen that is due before or at t. It ends early,
// with an error, when ctx does.
func (l *Lab) RunUntil(ctx context.Context, t time.Time) error {
	for n := 0; ; n++ {
		if n%lookEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		at, ok := l.queue.next()
		if !ok || at.After(t) {
			break
		}
		l.step()
	}
	if t.After(l.now) {
		l.now = t
	}
	return nil
}

// RunFor lets time pass, as RunUntil does.
func (l *Lab) RunFor(ctx context.Context, d time.Duration) error {
	return l.RunUntil(ctx, l.now.Add(d))
}

// Cut takes down a link, or all links of a node, until Heal.
func (l *Lab) Cut(name string) error { return l.setUp(name, false) }

// Heal brings a link or a node's links back; "" means everything.
func (l *Lab) Heal(name string) error {
	if name != "" {
		return l.setUp(name, true)
	}
	for _, k := range l.order {
		k.cut = false
		for _, p := range k.ports {
			p.up = true
		}
		k.settle()
	}
	return nil
}

func (l *Lab) setUp(name string, up bool) error {
	if k := l.links[name]; k != nil {
		k.cut = !up
		k.settle()
		return nil
	}
	if l.nodes[name] == nil && l.machine(name) == nil {
		return fmt.Errorf("there is no link or node %q", name)
	}
	for _, k := range l.order {
		for _, p := range k.ports {
			if p.node == name {
				p.up = up
				p.end.carrier(p.isUp())
			}
		}
	}
	return nil
}

// Reboot restarts a router as after "reload". A NAT box forgets its mappings.
func (l *Lab) Reboot(name string) error {
	if b := l.nats[name]; b != nil {
		b.forget()
		return nil
	}
	n := l.nodes[name]
	if n == nil {
		return fmt.Errorf("there is no router %q", name)
	}
	if !n.booted {
		return fmt.Errorf("%s has not booted yet", name)
	}
	n.router.Reload(l.now)
	n.after()
	return nil
}

// Diagram returns a drawing of the network in plain text: each link with what
// is plugged into it.
func (l *Lab) Diagram() string {
	var b strings.Builder
	for _, k := range l.order {
		fmt.Fprintf(&b, "%s:", k.name)
		for _, p := range k.ports {
			fmt.Fprintf(&b, " %s,", p.name)
		}
		b.WriteString("\n")
	}
	return strings.ReplaceAll(b.String(), ",\n", "\n")
}

package lab

import (
	"hash/fnv"
	"net/netip"
	"time"

	"axle/internal/flash"
	"axle/router"
)

// A node is a router of the lab.
type node struct {
	lab    *Lab
	name   string
	router *router.Router
	files  flash.Store
	ports  []*port   // by port number of the router
	timer  time.Time // of the event that will call Tick; zero: none

	booted  bool
	reloads uint64 // since it booted
}

// Transmit sends a packet of the router on a link.
func (n *node) Transmit(i int, nextHop netip.Addr, packet []byte) {
	if p := n.ports[i]; p != nil {
		p.link.transmit(p, nextHop, packet)
	}
}

// after must be called whenever the router has been called: it sees to the
// router's timer.
func (n *node) after() {
	d := n.router.Deadline()
	if d.IsZero() || (!n.timer.IsZero() && !d.Before(n.timer)) {
		return
	}
	if d.Before(n.lab.now) {
		d = n.lab.now
	}
	n.timer = d
	n.lab.queue.push(d, func() {
		if !n.timer.Equal(d) {
			return // an earlier one took its place
		}
		n.timer = time.Time{}
		if due := n.router.Deadline(); !due.IsZero() && !due.After(n.lab.now) {
			n.router.Tick(n.lab.now)
		}
		n.after()
	})
}

// A nodePort joins a router's port to a link.
type nodePort struct {
	node *node
	num  int
	one  [1][]byte
}

func (p *nodePort) owns(a netip.Addr) bool { return p.node.router.Owns(p.num, a) }

func (p *nodePort) receive(packet []byte) {
	p.one[0] = packet
	p.node.router.Receive(p.node.lab.now, p.num, p.one[:])
	p.node.after()
}

// carrier tells the router; before it has booted there is nobody to tell.
func (p *nodePort) carrier(up bool) {
	if !p.node.booted {
		return
	}
	p.node.router.SetCarrier(p.node.lab.now, p.num, up)
	p.node.after()
}

// seedOf derives a node's seed from the lab's.
func seedOf(seed uint64, name string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return h.Sum64() ^ (seed * 0x9e3779b97f4a7c15)
}

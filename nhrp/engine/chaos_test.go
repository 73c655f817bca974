package engine

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"axle/nhrp"
)

// TestChaos does random things to a lossy network of a hub and four spokes.
// After each, what a router performed must be what its engine shows; after the
// last fault everybody registers.
func TestChaos(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint("seed", seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 9))
			n := newNetwork(t)
			hub := n.router("hub", hubConfig(), hubRoutes()...)
			for i := 1; i <= 4; i++ {
				n.router(fmt.Sprint("spoke", i), spokeConfig(i), spokeRoutes(i)...)
			}
			for _, d := range n.nodes {
				d.configure()
			}
			n.filter = func(_, _ *node, _ *nhrp.Message) bool { return rng.IntN(4) > 0 }
			for range 600 {
				d := n.nodes[rng.IntN(len(n.nodes))]
				disturb(rng, hub, d)
				for _, d := range n.nodes {
					d.consistent()
				}
				n.run(time.Duration(rng.IntN(30)) * time.Second)
				if t.Failed() {
					t.FailNow()
				}
			}
			n.filter = nil
			for _, d := range n.nodes {
				d.cfg.Up = true
				d.configure()
			}
			n.run(600*time.Second/3 + retryMax + time.Second)
			for _, d := range n.nodes[1:] {
				if e := hub.entry(hostPrefix(d.cfg.Addr.Addr()).String()); e == nil || e.NBMA != d.cfg.NBMA || !d.state().Servers[0].Responding {
					t.Errorf("%s is not registered: %+v", d.name, e)
				}
			}
		})
	}
}

// disturb does one random thing.
func disturb(rng *rand.Rand, hub, d *node) {
	now := d.net.now
	other := rng.IntN(4) + 1
	switch rng.IntN(9) {
	case 0, 1, 2:
		src, dst := fmt.Sprintf("192.168.%d.10", rng.IntN(4)+1), fmt.Sprintf("192.168.%d.10", other)
		hub.perform(hub.e.Hairpin(now, "Tunnel0", d.cfg.NBMA, "Tunnel0", packet(src, dst)))
	case 3, 4:
		d.perform(d.e.Glean(now, "Tunnel0", ip(fmt.Sprintf("10.0.0.1%d", other))))
	case 5:
		d.perform(d.e.Clear(now, Filter{Static: rng.IntN(2) == 0}))
	case 6:
		d.cfg.Up = !d.cfg.Up || rng.IntN(3) > 0
		d.configure()
	case 7:
		d.hits[prefix(fmt.Sprintf("192.168.%d.0/24", other))]++
		d.hits[prefix(fmt.Sprintf("10.0.0.1%d/32", other))]++
	case 8:
		if len(d.routes) > 0 && rng.IntN(2) == 0 {
			i := rng.IntN(len(d.routes))
			kept := d.routes[i]
			d.routes = append(append([]Route(nil), d.routes[:i]...), d.routes[i+1:]...)
			d.perform(d.e.RoutesChanged(now))
			d.routes = append(d.routes, kept)
		}
		d.perform(d.e.RoutesChanged(now))
	}
}

// consistent checks the node's tables against its engine.
func (d *node) consistent() {
	t := d.net.t
	t.Helper()
	tunnel := d.e.tunnels["Tunnel0"]
	peers, routes := make(map[netip.Prefix]netip.Addr), make(map[netip.Prefix]netip.Addr)
	index := make(map[netip.Addr]int)
	for p, x := range tunnel.cache.remote {
		if x.NBMA.IsValid() {
			index[x.NBMA]++
			if x.origin == fromConfig || x.Flags&FlagNextHop != 0 {
				peers[p] = x.NBMA
			}
		}
		if x.routed {
			routes[p] = x.NextHop
		}
		if x.origin == fromReply && x.Flags&FlagNextHop == 0 && tunnel.cache.host(x.NextHop) == nil {
			t.Errorf("%s: %s has no next hop", d.name, p)
		}
		if x.origin != fromConfig && !x.timer.Running() {
			t.Errorf("%s: %s lives for ever", d.name, p)
		}
	}
	if !maps.Equal(peers, d.peers) || !maps.Equal(routes, d.shortcuts) || !maps.Equal(index, tunnel.cache.peers) {
		t.Errorf("%s: peers %v, performed %v; routes %v, performed %v", d.name, peers, d.peers, routes, d.shortcuts)
	}
	multicast := make(map[netip.Addr]bool)
	for _, m := range d.state().Multicast {
		multicast[m.NBMA] = true
	}
	if len(multicast) != len(d.multicast) {
		t.Errorf("%s: multicast %v, performed %v", d.name, multicast, d.multicast)
	}
	for _, a := range d.multicast {
		if !multicast[a] {
			t.Errorf("%s: multicast to %s", d.name, a)
		}
	}
	if q := tunnel.queries; len(q.byID) != len(q.byTarget) || len(q.byID) > MaxQueries {
		t.Errorf("%s: %d queries for %d targets", d.name, len(q.byID), len(q.byTarget))
	}
}

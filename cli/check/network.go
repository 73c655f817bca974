package check

import (
	"net/netip"
	"slices"
)

// A network is several files with who belongs to whom.
type network struct {
	files    []*File
	ends     []*end
	bySource map[netip.Addr][]*end // tunnels by NBMA address
	byAddr   map[netip.Addr][]*end // tunnels by their own addresses
	pairs    []pair
	spokes   map[*end][]*end // of each hub, those that are no hubs themselves
	hubs     []*end          // those with spokes, in the order of files
}

// A pair is a spoke's tunnel and the tunnel of one of its next hop servers.
type pair struct {
	spoke, hub *end
	server     server
}

// newNetwork finds the pairs among files.
func newNetwork(files []File) *network {
	n := &network{bySource: map[netip.Addr][]*end{}, byAddr: map[netip.Addr][]*end{}, spokes: map[*end][]*end{}}
	for i := range files {
		n.files = append(n.files, &files[i])
		for _, e := range endsOf(&files[i]) {
			n.ends = append(n.ends, e)
			if e.source.IsValid() {
				n.bySource[e.source] = append(n.bySource[e.source], e)
			}
			for _, p := range e.Addrs {
				n.byAddr[p.Addr()] = append(n.byAddr[p.Addr()], e)
			}
			for t := range lines(e.section, "ipv6 address") {
				for _, w := range after(t, 2) {
					if p, err := netip.ParsePrefix(w); err == nil {
						n.byAddr[p.Addr()] = append(n.byAddr[p.Addr()], e)
					}
				}
			}
		}
	}
	for _, e := range n.ends {
		if e.Shutdown {
			continue
		}
		met := map[*end]bool{}
		for _, s := range e.servers() {
			if hub := n.hubOf(e, s); hub != nil && !met[hub] {
				met[hub] = true
				n.pairs = append(n.pairs, pair{e, hub, s})
			}
		}
	}
	isHub := map[*end]bool{}
	for _, p := range n.pairs {
		isHub[p.hub] = true
	}
	for _, p := range n.pairs {
		if !isHub[p.spoke] {
			n.spokes[p.hub] = append(n.spokes[p.hub], p.spoke)
		}
	}
	for _, e := range n.ends {
		if len(n.spokes[e]) > 0 {
			n.hubs = append(n.hubs, e)
		}
	}
	return n
}

// hubOf returns the tunnel of another file that server s of tunnel e means: by
// its NBMA address, else by its tunnel address; or nil.
func (n *network) hubOf(e *end, s server) *end {
	candidates := slices.Clone(n.bySource[s.nbma])
	if len(candidates) == 0 {
		candidates = slices.Clone(n.byAddr[s.addr])
	}
	var best *end
	most := -1
	for _, c := range candidates {
		if c.file == e.file {
			continue
		}
		points := 0
		for i, ok := range []bool{
			c.Tunnel.Multipoint,
			c.Tunnel.HasKey == e.Tunnel.HasKey && c.Tunnel.Key == e.Tunnel.Key,
			hasAddress(c.Interface, s.addr),
		} {
			if ok {
				points += 1 << i
			}
		}
		if points > most {
			best, most = c, points
		}
	}
	return best
}

// multipoint returns a multipoint spoke of a hub, or nil.
func (n *network) multipoint(hub *end) *end {
	for _, e := range n.spokes[hub] {
		if e.Tunnel.Multipoint {
			return e
		}
	}
	return nil
}

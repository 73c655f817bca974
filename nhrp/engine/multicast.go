package engine

import (
	"net/netip"
	"slices"
)

// A multicast is the list of destinations that get a tunnel's multicast
// packets.
type multicast struct {
	clients map[netip.Addr]int // registered clients, by NBMA address
	sent    []netip.Addr       // as last told; appended to, never changed
}

// join adds a registered client.
func (c *multicast) join(t *tunnel, nbma netip.Addr) {
	c.clients[nbma]++
	if c.clients[nbma] > 1 || !t.cfg.MulticastDynamic {
		return
	}
	t.e.tell(DebugProtocol, "NHRP: %s: Creating dynamic multicast mapping  NBMA: %s", t.short(), nbma)
	if c.configured(t, nbma) {
		return
	}
	// The slices told before share this array, and end before what is new.
	c.sent = append(c.sent, nbma)
	t.e.do(SetMulticast{Tunnel: t.cfg.Name, NBMA: slices.Clip(c.sent)})
	t.e.tell(DebugProtocol, "NHRP: Added dynamic multicast mapping for NBMA: %s", nbma)
}

// leave removes a client.
func (c *multicast) leave(t *tunnel, nbma netip.Addr) {
	if c.clients[nbma]--; c.clients[nbma] > 0 {
		return
	}
	delete(c.clients, nbma)
	if !t.cfg.MulticastDynamic || c.configured(t, nbma) {
		return
	}
	i := slices.Index(c.sent, nbma)
	if i < 0 {
		return
	}
	c.sent = append(slices.Clone(c.sent[:i]), c.sent[i+1:]...)
	t.e.do(SetMulticast{Tunnel: t.cfg.Name, NBMA: slices.Clip(c.sent)})
}

// publish tells the whole list after a change of the configuration.
func (c *multicast) publish(t *tunnel) {
	var list []netip.Addr
	for _, d := range c.list(t) {
		list = append(list, d.NBMA)
	}
	if slices.Equal(list, c.sent) {
		return
	}
	c.sent = list
	t.e.do(SetMulticast{Tunnel: t.cfg.Name, NBMA: slices.Clip(list)})
}

// configured reports whether nbma is a destination without being a client.
func (c *multicast) configured(t *tunnel, nbma netip.Addr) bool {
	return slices.Contains(t.cfg.Multicast, nbma) ||
		slices.ContainsFunc(t.cfg.Servers, func(s ServerConfig) bool { return s.Multicast && t.serverNBMA(s) == nbma })
}

// list returns all destinations: static ones, servers, then clients by address.
func (c *multicast) list(t *tunnel) []MulticastDest {
	if t.cfg.NetworkID == 0 {
		return nil
	}
	var out []MulticastDest
	seen := make(map[netip.Addr]bool)
	add := func(a netip.Addr, k MulticastKind) {
		if a.IsValid() && !seen[a] {
			seen[a] = true
			out = append(out, MulticastDest{a, k})
		}
	}
	for _, a := range t.cfg.Multicast {
		add(a, MulticastStatic)
	}
	for _, s := range t.cfg.Servers {
		if s.Multicast {
			add(t.serverNBMA(s), MulticastNHS)
		}
	}
	if t.cfg.MulticastDynamic {
		clients := make([]netip.Addr, 0, len(c.clients))
		for a := range c.clients {
			clients = append(clients, a)
		}
		slices.SortFunc(clients, netip.Addr.Compare)
		for _, a := range clients {
			add(a, MulticastDynamicClient)
		}
	}
	return out
}

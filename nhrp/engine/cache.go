package engine

import (
	"net/netip"
	"slices"
)

// A cache holds the mappings of a tunnel. RFC 2332 §3.
type cache struct {
	remote map[netip.Prefix]*entry
	local  map[netip.Prefix]*entry
	bits   [129]int           // remote entries with an NBMA address, by prefix length
	peers  map[netip.Addr]int // remote entries by NBMA address
	count  [unresolved + 1]int
}

func newCache() cache {
	return cache{
		remote: make(map[netip.Prefix]*entry),
		local:  make(map[netip.Prefix]*entry),
		peers:  make(map[netip.Addr]int),
	}
}

// host returns the remote entry for exactly the host a, or nil.
func (c *cache) host(a netip.Addr) *entry { return c.remote[hostPrefix(a)] }

// lookup returns the longest remote entry that contains a and has an NBMA
// address, or nil.
func (c *cache) lookup(a netip.Addr) *entry {
	for n := a.BitLen(); n >= 0; n-- {
		if c.bits[n] == 0 {
			continue
		}
		p, err := a.Prefix(n)
		if err != nil {
			return nil
		}
		if x := c.remote[p]; x != nil && x.NBMA.IsValid() {
			return x
		}
	}
	return nil
}

// knows reports whether a peer has that NBMA address.
func (c *cache) knows(nbma netip.Addr) bool { return c.peers[nbma] > 0 }

// add puts x in place of what there was for its prefix.
func (c *cache) add(x *entry) {
	m := c.table(x)
	if old := m[x.Prefix]; old != nil {
		c.remove(old)
	}
	m[x.Prefix] = x
	c.count[x.origin]++
	c.index(x, 1)
}

// remove takes x out.
func (c *cache) remove(x *entry) {
	m := c.table(x)
	if m[x.Prefix] != x {
		return
	}
	delete(m, x.Prefix)
	c.count[x.origin]--
	c.index(x, -1)
}

// index adjusts the indexes of remote entries with an NBMA address.
func (c *cache) index(x *entry, n int) {
	if x.origin == fromAnswer || !x.NBMA.IsValid() {
		return
	}
	c.bits[x.Prefix.Bits()] += n
	if c.peers[x.NBMA] += n; c.peers[x.NBMA] == 0 {
		delete(c.peers, x.NBMA)
	}
}

// move gives a remote entry another NBMA address.
func (c *cache) move(x *entry, nbma netip.Addr) {
	c.index(x, -1)
	x.NBMA = nbma
	c.index(x, 1)
}

func (c *cache) table(x *entry) map[netip.Prefix]*entry {
	if x.origin == fromAnswer {
		return c.local
	}
	return c.remote
}

// sorted returns the entries of m by prefix, so that what is done to all of
// them is done in the same order in every run.
func sorted(m map[netip.Prefix]*entry) []*entry {
	out := make([]*entry, 0, len(m))
	for _, x := range m {
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b *entry) int {
		if c := a.Prefix.Addr().Compare(b.Prefix.Addr()); c != 0 {
			return c
		}
		return a.Prefix.Bits() - b.Prefix.Bits()
	})
	return out
}

// retype gives a remote entry another origin.
func (c *cache) retype(x *entry, to origin) {
	c.count[x.origin]--
	x.origin = to
	c.count[to]++
}

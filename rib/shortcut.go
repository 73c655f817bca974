package rib

import "net/netip"

// SetShortcut installs what NHRP found: a shorter way to a prefix. Where no
// other protocol has a route to exactly that prefix it becomes a route of its
// own ("H"), else an override of that route's next hop; the two change places
// as such routes come and go. An older shortcut to the same prefix is replaced.
//
// It is used only while its interface is up, and never for an address of the
// router itself. One without a valid prefix or without an interface is ignored.
func (r *RIB) SetShortcut(o Override) {
	p, ok := canonical(o.Prefix)
	if !ok || o.Interface == "" {
		return
	}
	o.Prefix, o.NextHop = p, o.NextHop.Unmap()
	n := r.node(p)
	old := n.shortcut
	n.shortcut = &o
	if old != nil {
		r.unuse(old.Interface, n)
	}
	r.use(o.Interface, n)
	r.stale[p] = struct{}{}
}

// RemoveShortcut takes the shortcut to a prefix away, if there is one.
func (r *RIB) RemoveShortcut(prefix netip.Prefix) {
	p, ok := canonical(prefix)
	if !ok {
		return
	}
	n, ok := r.nodes.Get(p)
	if !ok || n.shortcut == nil {
		return
	}
	old := n.shortcut
	n.shortcut = nil
	r.unuse(old.Interface, n)
	r.stale[p] = struct{}{}
	if n.empty() {
		r.nodes.Delete(p)
	}
}

// Shortcut says whether the shortcut to exactly that prefix is in use, and
// whether that is as an override of another protocol's route.
func (r *RIB) Shortcut(prefix netip.Prefix) (installed, override bool) {
	p, ok := canonical(prefix)
	if !ok {
		return false, false
	}
	n, ok := r.nodes.Get(p)
	if !ok || !r.shortens(n) {
		return false, false
	}
	return true, n.installed()
}

// shortens says whether n's shortcut is in use.
func (r *RIB) shortens(n *node) bool {
	return n.shortcut != nil && r.up[n.shortcut.Interface] && !n.local()
}

// entry returns what "show ip route" knows of n; false where it has no route.
func (r *RIB) entry(n *node) (Entry, bool) {
	switch {
	case !r.shortens(n):
		return Entry{Prefix: n.prefix, Paths: n.paths}, n.installed()
	case n.installed():
		return Entry{Prefix: n.prefix, Paths: n.paths, Override: n.shortcut}, true
	}
	return Entry{Prefix: n.prefix, Paths: []Route{{
		Prefix:    n.prefix,
		Protocol:  NHRP,
		Distance:  DistanceNHRP,
		Metric:    MetricNHRP,
		NextHop:   n.shortcut.NextHop,
		Interface: n.shortcut.Interface,
		Since:     n.shortcut.Since,
	}}}, true
}

// forwarding returns the hops of n for the FIB; none where it has no route.
func (r *RIB) forwarding(n *node) []Hop {
	if !r.shortens(n) {
		return n.hops
	}
	return []Hop{{
		Interface: n.shortcut.Interface,
		NextHop:   n.shortcut.NextHop,
		Override:  n.installed(),
	}}
}

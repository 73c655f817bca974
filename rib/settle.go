package rib

import "net/netip"

// A nexthop is the next hop of recursive routes, with the nodes that have one.
type nexthop struct {
	addr  netip.Addr
	users nodeSet
}

// settle finds the best routes again after the candidates of the changed nodes
// changed, or their interfaces' state. Only those nodes are looked at, and the
// ones with a recursive route that may depend on them.
//
// The answer does not depend on the history of the table: a node is decided
// when all that it waits for is decided, in whatever order; and where nodes
// wait for each other in a ring, each drops the route that waits.
func (r *RIB) settle(changed ...*node) {
	for _, n := range changed {
		n.firm = r.isFirm(n)
		r.stale[n.prefix] = struct{}{}
	}
	affected, moved := make([]*node, 0, len(changed)), false
	for _, n := range changed {
		before := n.recursive
		n.recursive = n.isRecursive()
		if !before && !n.recursive {
			// The usual case, decided at once: nobody else need know if nothing
			// changed. (In a ring the same answer may have other effects.)
			a, _, _ := r.decide(n)
			if a.equal(&n.answer) {
				continue
			}
			n.answer, moved = a, true
		} else {
			n.pending = true
		}
		affected = append(affected, n)
	}
	affected = r.dependants(affected)
	before := make([]answer, len(affected))
	for i, n := range affected {
		before[i] = n.answer
		for j := range n.candidates {
			n.candidates[j].loop = false
		}
	}
	r.decideAll(affected)
	for i, n := range affected {
		if !n.answer.equal(&before[i]) {
			moved = true
			r.stale[n.prefix] = struct{}{}
		}
	}
	if moved {
		r.gen++
	}
	for _, n := range changed {
		if n.empty() {
			r.nodes.Delete(n.prefix)
		}
	}
}

// dependants adds to affected every node that may depend on one of them, at
// any remove, and marks it pending.
func (r *RIB) dependants(affected []*node) []*node {
	for i := 0; i < len(affected); i++ {
		for _, nh := range r.nexthops.Subnets(affected[i].prefix) {
			if !r.reaches(nh.addr, affected[i]) {
				continue
			}
			for user := range nh.users {
				if !user.pending {
					user.pending = true
					affected = append(affected, user)
				}
			}
		}
	}
	return affected
}

// reaches says whether the lookup of a next hop can get as far as n, which
// contains it, without being stopped by a longer prefix that is surely there.
func (r *RIB) reaches(nextHop netip.Addr, n *node) bool {
	for m := range r.covering(nextHop) {
		if m == n {
			return true
		}
		if m.firm {
			return false
		}
	}
	return false
}

// decideAll decides every one of the nodes that is pending.
func (r *RIB) decideAll(nodes []*node) {
	var (
		ready    = make([]*node, 0, len(nodes))
		waiters  = make(map[*node][]*node)
		waitsFor = make(map[*node]*node)
		waiting  = make(map[*node]*candidate)
	)
	for _, n := range nodes {
		if n.pending {
			ready = append(ready, n)
		}
	}
	for {
		for len(ready) > 0 {
			n := ready[len(ready)-1]
			ready = ready[:len(ready)-1]
			if !n.pending {
				continue // waited for two, the first by a route that was dropped since
			}
			a, target, c := r.decide(n)
			if target != nil {
				waitsFor[n], waiting[n] = target, c
				waiters[target] = append(waiters[target], n)
				continue
			}
			n.answer, n.pending = a, false
			ready = append(ready, waiters[n]...)
			delete(waiters, n)
			delete(waitsFor, n)
		}
		if len(waitsFor) == 0 {
			return
		}
		for _, n := range rings(waitsFor) {
			waiting[n].loop = true
			ready = append(ready, n)
		}
	}
}

// rings returns the nodes that wait, in the end, for themselves. Every node
// waits for exactly one that waits too, so there is at least one ring.
func rings(waitsFor map[*node]*node) []*node {
	var found []*node
	walk := make(map[*node]int, len(waitsFor)) // number of the walk that came by
	number := 0
	for start := range waitsFor {
		number++
		n := start
		for walk[n] == 0 {
			walk[n] = number
			n = waitsFor[n]
		}
		if walk[n] != number {
			continue // ran into an older walk
		}
		for m := n; ; {
			found = append(found, m)
			if m = waitsFor[m]; m == n {
				break
			}
		}
	}
	return found
}

// isFirm says whether n has a usable route that needs no recursion.
func (r *RIB) isFirm(n *node) bool {
	for i := range n.candidates {
		c := &n.candidates[i]
		if c.Interface != "" && c.Distance != DistanceUnreachable && r.usable(&c.Route) {
			return true
		}
	}
	return false
}

// link notes what n's route rt hangs on: its interface, or its next hop.
func (r *RIB) link(n *node, rt Route) {
	if rt.Interface != "" {
		r.use(rt.Interface, n)
		return
	}
	if !rt.NextHop.IsValid() {
		return
	}
	host := hostPrefix(rt.NextHop)
	nh, ok := r.nexthops.Get(host)
	if !ok {
		nh = &nexthop{addr: rt.NextHop, users: make(nodeSet)}
		r.nexthops.Insert(host, nh)
	}
	nh.users[n] = struct{}{}
}

// unlink forgets what the removed route rt hung on, unless another route of n
// hangs on the same.
func (r *RIB) unlink(n *node, rt Route) {
	if rt.Interface != "" {
		r.unuse(rt.Interface, n)
		return
	}
	host := hostPrefix(rt.NextHop)
	nh, ok := r.nexthops.Get(host)
	if !ok {
		return
	}
	for i := range n.candidates {
		if c := &n.candidates[i]; c.Interface == "" && hostPrefix(c.NextHop) == host {
			return
		}
	}
	if delete(nh.users, n); len(nh.users) == 0 {
		r.nexthops.Delete(host)
	}
}

// use notes that n has a route or a shortcut by an interface.
func (r *RIB) use(name string, n *node) {
	if r.users[name] == nil {
		r.users[name] = make(nodeSet)
	}
	r.users[name][n] = struct{}{}
}

// unuse forgets it, unless another route or shortcut of n is by that interface.
func (r *RIB) unuse(name string, n *node) {
	if n.shortcut != nil && n.shortcut.Interface == name {
		return
	}
	for i := range n.candidates {
		if n.candidates[i].Interface == name {
			return
		}
	}
	if delete(r.users[name], n); len(r.users[name]) == 0 {
		delete(r.users, name)
	}
}

package engine

import "net/netip"

// watchRoutes looks whether the routes still are as they were when something
// was learned or answered.
func (t *tunnel) watchRoutes() {
	if t.cache.count[fromReply] > 0 {
		for _, x := range sorted(t.cache.remote) {
			if x.origin == fromReply && x.target.IsValid() && t.cache.remote[x.Prefix] == x && t.routeMoved(x) {
				t.drop(x, reasonExternal)
			}
		}
	}
	for _, x := range sorted(t.cache.local) {
		if !t.stillOwn(x.Prefix) {
			t.drop(x, reasonExternal)
		}
	}
}

// routeMoved reports whether the route that made us ask for x leads elsewhere
// now.
func (t *tunnel) routeMoved(x *entry) bool {
	r, ok := t.e.env.Route(t.cfg.Name, x.target)
	if !ok || r.Local || r.Interface != x.cover.Interface && x.cover.Interface != "" {
		return true
	}
	if r.NextHop != x.cover.NextHop && r.NextHop != x.NextHop {
		return true
	}
	x.cover = r
	return false
}

// stillOwn reports whether p as a whole is still behind this router, as was
// answered.
func (t *tunnel) stillOwn(p netip.Prefix) bool {
	if p.IsSingleIP() && t.own(p.Addr()) {
		return true
	}
	r, ok := t.e.env.Route(t.cfg.Name, p.Addr())
	return ok && r.Prefix.Bits() > 0 && r.Prefix.Bits() <= p.Bits() && t.e.tunnels[r.Interface] == nil
}

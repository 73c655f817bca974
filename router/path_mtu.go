package router

import (
	"net/netip"
	"time"

	"axle/dataplane"
)

// pathAge is how long a tunnel keeps the MTU that the underlay told: "tunnel
// path-mtu-discovery age-timer" of IOS.
const pathAge = 10 * time.Minute

// minPathMTU bounds what the underlay may tell: the least that IOS offers for
// "min-mtu".
const minPathMTU = 92

// PathMTU tells what the underlay, a VRF, lets through from a tunnel source, in bytes
// of its own packets. Tunnels with "tunnel path-mtu-discovery", and all over IPv6, where
// nobody on the way cuts packets, keep to it for ten minutes.
func (r *Router) PathMTU(now time.Time, vrf string, source netip.Addr, mtu int) {
	r.now = now
	for _, f := range r.ifs {
		t := f.cfg.Tunnel
		if f.kind != dataplane.TunnelGRE || t == nil || !t.PathMTU && !t.IPv6 || f.outer != source || f.under == nil || f.under.name != vrf || mtu < minPathMTU {
			continue
		}
		if f.pathMTU == 0 || mtu < f.pathMTU {
			f.pathMTU, r.stale = mtu, true
		}
		f.pathUntil = now.Add(pathAge)
	}
}

// agePaths forgets what the underlay told too long ago.
func (r *Router) agePaths() {
	for _, f := range r.ifs {
		if f.pathMTU > 0 && !f.pathUntil.After(r.now) {
			f.pathMTU, r.stale = 0, true
		}
	}
}

// pathDeadline returns when agePaths wants to be called, zero for never.
func (r *Router) pathDeadline() time.Time {
	var next time.Time
	for _, f := range r.ifs {
		if f.pathMTU > 0 {
			next = earlier(next, f.pathUntil)
		}
	}
	return next
}

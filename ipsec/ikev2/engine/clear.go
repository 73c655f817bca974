package engine

import (
	"net/netip"
	"time"

	"axle/ipsec"
)

// A Filter selects IKE SAs. The zero value selects all.
type Filter struct {
	Local, Remote netip.Addr // zero: any
	// Children ends the child SAs and leaves the IKE SAs: "clear crypto sa".
	Children bool
}

// Clear ends SAs, and tells the peers. Sockets that a tunnel wants are tried anew.
func (e *Engine) Clear(now time.Time, f Filter) []ipsec.Action {
	e.begin(now)
	for _, s := range e.list() {
		if f.Local.IsValid() && f.Local != s.path.local.Addr() || f.Remote.IsValid() && f.Remote != s.path.remote.Addr() {
			continue
		}
		if !f.Children {
			s.terminate("cleared by the operator")
			continue
		}
		for len(s.children) > 0 {
			c := s.children[0]
			s.tellPeer(c)
			c.remove("cleared by the operator")
		}
	}
	return e.out
}

// ClearStats sets the counters to zero.
func (e *Engine) ClearStats() { e.stats = Stats{} }

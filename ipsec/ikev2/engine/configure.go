package engine

import (
	"time"

	"axle/ipsec"
)

// Configure makes c the configuration. SAs that are there keep what they were
// negotiated with until they are rekeyed; what no tunnel wants or serves any more
// ends.
func (e *Engine) Configure(now time.Time, c Config) []ipsec.Action {
	e.begin(now)
	e.cfg = c
	for _, x := range e.socketList() {
		p := e.ipsecProfile(x.profile)
		switch {
		case x.wanted && (p == nil || p.IKEv2 == "" || e.profileNamed(p.IKEv2) == nil):
			e.drop(x, "profile is gone")
		case !x.wanted && len(x.children) > 0 && !e.expects(localPath{vrf: x.key.VRF, local: x.children[0].sa.path.local, remote: x.children[0].sa.path.remote}):
			e.drop(x, "tunnel is gone")
		case x.wanted && len(x.children) == 0 && x.trying == nil && x.asking == nil:
			x.fails = 0
			x.try()
		}
	}
	for _, s := range e.list() {
		if s.profile == nil {
			continue
		}
		if p := e.profileNamed(s.profile.Name); p != nil {
			s.profile = p
		}
		if s.alive() {
			s.startProbes()
		}
	}
	return e.out
}

// drop ends the children of a socket and whatever is on its way to one, with the
// IKE SAs that have no other.
func (e *Engine) drop(x *socket, reason string) {
	wanted := x.wanted
	x.wanted = false // so that nothing is tried while it goes
	if s := x.trying; s != nil {
		s.remove(reason)
	}
	for len(x.children) > 0 {
		c := x.children[0]
		s := c.sa
		s.tellPeer(c)
		c.remove(reason)
		if len(s.children) == 0 {
			s.terminate(reason)
		}
	}
	x.wanted = wanted
	e.sockets[x.key] = x
	x.forget()
}

package engine

import (
	"net/netip"
	"slices"

	"axle/ipsec"
)

// An ends is the two ends of an IKE SA.
type ends struct {
	vrf           string
	local, remote netip.Addr
}

// A directory finds the established IKE SAs by their ends, and by the identity of
// the peer. Those of one entry are in the order in which they came.
type directory struct {
	byEnds map[ends][]*sa
	byID   map[string][]*sa
}

// ends returns the two ends of a path.
func (p localPath) ends() ends { return ends{p.vrf, p.local.Addr(), p.remote.Addr()} }

// add enters an SA.
func (d *directory) add(s *sa) {
	if d.byEnds == nil {
		d.byEnds, d.byID = make(map[ends][]*sa), make(map[string][]*sa)
	}
	s.entered = s.path.ends()
	d.byEnds[s.entered] = append(d.byEnds[s.entered], s)
	id := s.peer.key()
	d.byID[id] = append(d.byID[id], s)
}

// drop takes an SA out.
func (d *directory) drop(s *sa) {
	cut(d.byEnds, s.entered, s)
	cut(d.byID, s.peer.key(), s)
}

func cut[K comparable](m map[K][]*sa, k K, s *sa) {
	i := slices.Index(m[k], s)
	switch {
	case i < 0:
	case len(m[k]) == 1:
		delete(m, k)
	default:
		m[k] = slices.Concat(m[k][:i], m[k][i+1:])
	}
}

// moved enters an SA anew whose ends have changed.
func (d *directory) moved(s *sa) {
	if s.entered != s.path.ends() && slices.Contains(d.byEnds[s.entered], s) {
		d.drop(s)
		d.add(s)
	}
}

// find returns the established SA with the peer of a socket under a profile, the
// newest one; nil where there is none.
func (e *Engine) find(k ipsec.Socket, profile string) *sa {
	list := e.peers.byEnds[ends{k.VRF, k.Local, k.Remote}]
	for i := len(list) - 1; i >= 0; i-- {
		if s := list[i]; s.alive() && s.natPort == k.Port && s.profile.Name == profile {
			return s
		}
	}
	return nil
}

// knows reports whether there is another IKE SA with the peer of s.
func (e *Engine) knows(s *sa) bool {
	return slices.ContainsFunc(e.peers.byEnds[s.path.ends()], func(x *sa) bool { return x != s && x.natPort == s.natPort })
}

// crowd ends the oldest of the IKE SAs that one peer has here, where it has too
// many: it may have rekeyed again and again, or begun anew without a word of it.
func (s *sa) crowd() {
	var list []*sa
	for _, o := range s.e.peers.byEnds[s.path.ends()] {
		if o.natPort == s.natPort && o.peer.key() == s.peer.key() {
			list = append(list, o)
		}
	}
	if len(list) > MaxSAsPerPeer {
		s.e.stats.Limited++
		list[0].remove("too many IKE SAs with one peer")
	}
}

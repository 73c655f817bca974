package engine

import (
	"encoding/binary"
	"time"

	"axle/internal/schedule"
)

// startLife arms the timer of the SA's lifetime, which each end has for itself.
func (s *sa) startLife() {
	e, life := s.e, defaultLifetime
	if s.profile != nil && s.profile.Lifetime > 0 {
		life = s.profile.Lifetime
	}
	s.expiry = s.since.Add(life)
	s.life.Fire = s.ages
	e.schedule.Set(&s.life, s.expiry.Add(-e.margin(life, s.initiator)))
	if !s.anew.IsZero() && s.anew.Before(s.expiry) {
		s.expiry, s.life.Fire = s.anewBy, s.authenticateAnew
		e.schedule.Set(&s.life, s.anew)
	}
}

// ages is called when the SA is to be replaced, and when it ends.
func (s *sa) ages() {
	e := s.e
	if !e.now.Before(s.expiry) {
		s.terminate("lifetime expired")
		return
	}
	e.schedule.Set(&s.life, s.expiry)
	if s.alive() && len(s.children) > 0 {
		s.asks(&rekeyTask{})
	}
}

// postpone asks once more after a while: the peer was busy. RFC 7296 §2.25.
func (s *sa) postpone(t task) {
	const least, most = 5 * time.Second, 30 * time.Second
	if c, ok := t.(*createTask); ok {
		if c.old != nil {
			c.old.rekey = c
		} else {
			s.awaits(c.sock)
		}
	}
	timer := &schedule.Timer{}
	timer.Fire = func() {
		if s.alive() {
			s.asks(t)
			return
		}
		if n := s.replacement; n != nil && n.alive() {
			if _, ok := t.(*createTask); ok {
				n.asks(t)
			}
		}
	}
	s.e.after(timer, least+s.e.rand.Jitter(most-least))
}

// limitLife obeys a responder that wants to be authenticated anew after some
// seconds: RFC 4478. A new SA is made shortly before.
func (s *sa) limitLife(seconds []byte) {
	d := time.Duration(binary.BigEndian.Uint32(seconds)) * time.Second
	s.anew, s.anewBy = s.e.now.Add(max(d-d/10, minimumRemaining)), s.e.now.Add(d)
	s.startLife()
}

// authenticateAnew makes a new IKE SA with the same peer; when it is there, this one
// goes.
func (s *sa) authenticateAnew() {
	e := s.e
	s.life.Fire = s.ages
	e.schedule.Set(&s.life, s.expiry)
	if !s.alive() || len(s.children) == 0 {
		return
	}
	x := s.children[0].sock
	if x.trying != nil {
		return
	}
	path := s.path
	if n := e.connect(x, path, s.profile); n != nil {
		n.reauthFrom = s
	}
}

// twins returns the other IKE SAs with the same peer. There are some where both ends
// have begun at the same time.
func (s *sa) twins() (list []*sa) {
	for _, o := range s.e.peers.byEnds[s.path.ends()] {
		if o != s && o.alive() && o.peer.key() == s.peer.key() && o.profile.Name == s.profile.Name && o.shares(s) {
			list = append(list, o)
		}
	}
	return list
}

// shares reports whether two IKE SAs with one peer are for the same: a socket, or
// where one has no child yet, the same path. Two spokes behind one NAT box may have
// one identity, and are not the same.
func (s *sa) shares(o *sa) bool {
	for _, c := range s.children {
		for _, d := range o.children {
			if c.sock == d.sock {
				return true
			}
		}
	}
	return s.path == o.path && len(s.children)*len(o.children) == 0
}

// seekTwins has another look at the SA and its twins a little later, so that what is
// on its way arrives.
func (s *sa) seekTwins() {
	if !s.alive() || s.twin.Running() || len(s.twins()) == 0 {
		return
	}
	s.twin.Fire = s.resolveTwins
	s.e.after(&s.twin, redundantDelay)
}

// resolveTwins ends an SA that need not be, where there is another one with the same
// peer: of those that have children, all but the one with the highest nonce. The end
// that began the SA does it.
func (s *sa) resolveTwins() {
	if !s.alive() {
		return
	}
	better := func(a, b *sa) bool {
		if x, y := len(a.children) > 0, len(b.children) > 0; x != y {
			return x
		}
		return string(a.birth) > string(b.birth)
	}
	for _, o := range s.twins() {
		loser := o
		if better(o, s) {
			loser = s
		}
		if loser.founder && loser.pending == nil {
			loser.terminate("redundant")
		}
	}
	s.seekTwins()
}

// supersede ends the SA in whose place this one was made.
func (s *sa) supersede() {
	if old := s.reauthFrom; old != nil {
		s.reauthFrom = nil
		old.terminate("authenticated anew")
	}
	s.seekTwins()
}

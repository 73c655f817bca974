package engine

import (
	"bytes"

	"axle/internal/schedule"
	"axle/ipsec"
	"axle/ipsec/ikev2"
	"axle/ipsec/suite"
)

// linkSize is the length in bytes of what ties IKE_FOLLOWUP_KE to the exchange that
// it follows. RFC 9370 §2.2.4.
const linkSize = 16

// A followup is what a responder waits for: the additional key exchanges of a child
// or of a rekeyed IKE SA.
type followup struct {
	link  []byte
	added []addition
	more  [][]byte
	// done makes the SA with the secrets of the exchanges, after the last answer.
	done  func(more [][]byte) func()
	timer schedule.Timer
}

// forgetFollowup ends the waiting for f.
func (s *sa) forgetFollowup(f *followup) {
	s.e.schedule.Stop(&f.timer)
	if s.followup == f {
		s.followup = nil
		s.pump()
	}
}

// expectFollowup waits for additional key exchanges, and returns the notification
// that asks for the first. Only the newest exchange is waited for. Meanwhile no
// request of ours begins: it could not be told whether it belongs to the SA before
// or after.
func (s *sa) expectFollowup(added []addition, done func(more [][]byte) func()) ikev2.Payload {
	if s.followup != nil {
		s.e.schedule.Stop(&s.followup.timer)
	}
	f := &followup{link: s.e.rand.Bytes(linkSize), added: added, done: done}
	s.followup = f
	f.timer.Fire = func() { s.forgetFollowup(f) }
	s.e.after(&f.timer, followupTime)
	return &ikev2.Notify{Kind: ikev2.AdditionalKeyExchange, Data: f.link}
}

// followupRequest handles IKE_FOLLOWUP_KE.
func (s *sa) followupRequest(d *ipsec.Datagram, b body) {
	f := s.followup
	n := b.notify(ikev2.AdditionalKeyExchange)
	ke, ok := find[*ikev2.KE](b)
	if f == nil || n == nil || !bytes.Equal(n.Data, f.link) || s.state != stateEstablished {
		s.reply(d, ikev2.FollowupKE, body{status(ikev2.StateNotFound)})
		return
	}
	if !ok || ke.Group != f.added[0].group {
		s.reply(d, ikev2.FollowupKE, body{status(ikev2.InvalidSyntax)})
		s.forgetFollowup(f)
		return
	}
	public, shared, err := suite.Respond(ke.Group, s.e.rand, ke.Data)
	if err != nil {
		s.reply(d, ikev2.FollowupKE, body{status(ikev2.InvalidSyntax)})
		s.forgetFollowup(f)
		return
	}
	f.added, f.more = f.added[1:], append(f.more, shared)
	answer := body{&ikev2.KE{Group: ke.Group, Data: public}}
	if len(f.added) > 0 {
		answer = append(answer, n)
		s.reply(d, ikev2.FollowupKE, answer)
		return
	}
	s.followup = nil
	s.e.schedule.Stop(&f.timer)
	s.reply(d, ikev2.FollowupKE, answer)
	f.done(f.more)()
}

// A followupTask is the initiator's side of the next additional key exchange.
type followupTask struct {
	link  []byte
	added []addition
	more  [][]byte
	half  suite.Exchange
	done  func(s *sa, more [][]byte)
	fail  func(s *sa, reason string)
}

// follow goes on with the additional key exchanges that an answer asks for, before
// anything else that waits.
func (s *sa) follow(b body, added []addition, done func(*sa, [][]byte), fail func(*sa, string)) {
	n := b.notify(ikev2.AdditionalKeyExchange)
	if n == nil {
		fail(s, "Additional key exchange is missing from the answer")
		return
	}
	t := &followupTask{link: n.Data, added: added, done: done, fail: fail}
	s.queue = append([]task{t}, s.queue...)
}

func (t *followupTask) request(s *sa) (ikev2.Exchange, body, bool) {
	half, err := suite.NewExchange(t.added[0].group, s.e.rand)
	if !s.alive() || err != nil {
		t.fail(s, "Additional key exchange failed")
		return 0, nil, false
	}
	t.half = half
	return ikev2.FollowupKE, body{
		&ikev2.KE{Group: t.added[0].group, Data: half.Public()},
		&ikev2.Notify{Kind: ikev2.AdditionalKeyExchange, Data: t.link},
	}, true
}

func (t *followupTask) answered(s *sa, b body) {
	ke, ok := find[*ikev2.KE](b)
	if n := b.failure(); n != nil || !ok || ke.Group != t.added[0].group || !s.alive() {
		t.fail(s, "Additional key exchange failed")
		return
	}
	shared, err := t.half.Shared(ke.Data)
	if err != nil {
		t.fail(s, "Additional key exchange failed")
		return
	}
	t.more, t.added = append(t.more, shared), t.added[1:]
	if len(t.added) == 0 {
		t.done(s, t.more)
		return
	}
	if n := b.notify(ikev2.AdditionalKeyExchange); n != nil {
		t.link = n.Data
	}
	s.queue = append([]task{t}, s.queue...)
}

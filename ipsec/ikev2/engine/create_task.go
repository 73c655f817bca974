package engine

import (
	"bytes"
	"encoding/binary"

	"axle/ipsec/ikev2"
	"axle/ipsec/suite"
)

// A createTask makes a child in CREATE_CHILD_SA: a new one, or one in place of
// old. RFC 7296 §1.3.1, §1.3.3.
type createTask struct {
	sock  *socket
	old   *child
	offer *childOffer
	seed  seed
	group suite.Group // GroupNone: no key exchange of its own
	half  suite.Exchange
	peers *child // what the peer has made in place of old meanwhile
}

func (t *createTask) request(s *sa) (ikev2.Exchange, body, bool) {
	if !s.alive() || t.old != nil && t.old.state != childLive || t.old == nil && (!t.sock.wanted || len(t.sock.children) > 0) {
		t.over(s)
		return 0, nil, false
	}
	t.offer = s.offerChild(t.sock, t.old)
	if t.offer == nil {
		t.over(s)
		return 0, nil, false
	}
	t.seed.ni = s.e.rand.Bytes(nonceSize)
	t.group = t.offer.profile.PFS
	var b body
	if t.old != nil {
		b = append(b, &ikev2.Notify{Protocol: ikev2.ProtocolESP, SPI: binary.BigEndian.AppendUint32(nil, t.old.in), Kind: ikev2.RekeySA})
	}
	b = append(b, t.offer.payloads(s, false)...)
	b = append(b, &ikev2.Nonce{Data: t.seed.ni})
	if t.group != suite.GroupNone {
		half, err := suite.NewExchange(t.group, s.e.rand)
		if err != nil {
			t.over(s)
			return 0, nil, false
		}
		t.half = half
		b = append(b, &ikev2.KE{Group: t.group, Data: half.Public()})
	}
	return ikev2.CreateChild, append(b, t.offer.selectors()...), true
}

// over forgets that the task was under way.
func (t *createTask) over(s *sa) {
	if t.old != nil && t.old.rekey == t {
		t.old.rekey = nil
	}
	if t.old == nil && t.sock.asking == s {
		t.sock.asking = nil
	}
}

func (t *createTask) answered(s *sa, b body) {
	if !s.alive() {
		t.over(s) // the SA ends, and with it what the peer has made
		if t.old == nil && t.sock.idle() {
			t.sock.later()
		}
		return
	}
	if n := b.failure(); n != nil {
		t.over(s)
		t.refused(s, n)
		return
	}
	nonce, ok := find[*ikev2.Nonce](b)
	p, reason := s.agreedChild(t.offer, b)
	if !ok || p == nil {
		t.broken(s, reason)
		return
	}
	t.seed.nr = nonce.Data
	var shared []byte
	if p.keyed() {
		ke, ok := find[*ikev2.KE](b)
		if !ok || t.half == nil || ke.Group != t.group {
			t.broken(s, "Key exchange is missing from the answer")
			return
		}
		var err error
		if shared, err = t.half.Shared(ke.Data); err != nil {
			t.broken(s, "Unfit public value")
			return
		}
	}
	done := func(s *sa, more [][]byte) {
		t.over(s)
		t.settle(s, s.makeChild(p, espSecrets{shared, more, t.seed}, true))
	}
	if len(p.choice.added) > 0 {
		s.follow(b, p.choice.added, done, func(s *sa, reason string) { t.broken(s, reason) })
		return
	}
	done(s, nil)
}

// broken ends the task after an answer that makes no child here, while the peer has
// one.
func (t *createTask) broken(s *sa, reason string) {
	t.over(s)
	if s.alive() {
		s.ask(&deleteChildTask{in: t.offer.in})
	}
	s.e.abort(reason)
	if t.old == nil {
		t.sock.failed(reason)
	}
}

// refused handles an error. RFC 7296 §2.25 has the meaning of each.
func (t *createTask) refused(s *sa, n *ikev2.Notify) {
	reason := "Received " + n.Kind.String() + " notify"
	s.tell("%s", reason)
	if t.peers != nil && t.peers.state != childGone {
		return // the peer's rekey stands; its deletion of the old child is on its way
	}
	switch {
	case n.Kind == ikev2.TemporaryFailure:
		if s.temporary++; s.temporary <= temporaryTries {
			s.e.stats.Temporary++
			s.postpone(t)
			return
		}
		s.terminate(reason)
		if t.old == nil {
			t.sock.failed(reason)
		}
		return
	case n.Kind == ikev2.ChildSANotFound && t.old != nil:
		t.old.remove(reason)
		return
	}
	s.e.abort(reason)
	if t.old == nil {
		t.sock.failed(reason)
	}
}

// settle makes c, which the peer has agreed to, do its work. Where the peer has
// rekeyed the same child at the same time, that of the two with the lowest nonce is
// deleted by its initiator, and the initiator of the other one deletes the old
// child. RFC 7296 §2.8.1.
func (t *createTask) settle(s *sa, c *child) {
	s.temporary = 0
	if t.old == nil {
		if c.install(true); !c.sock.wanted {
			c.sock.close() // which came too late to stop the request
		}
		return
	}
	s.e.stats.ChildRekeys++
	p := t.peers
	if p != nil && p.state != childGone && bytes.Compare(c.lowNonce, p.lowNonce) < 0 {
		s.e.stats.Collisions++
		s.tell("Simultaneous rekey: ours is redundant")
		c.redundant, c.state = true, childDeleting
		s.ask(&deleteChildTask{in: c.in, child: c})
		return
	}
	if p != nil && p.state != childGone {
		s.e.stats.Collisions++
		s.tell("Simultaneous rekey: the peer's is redundant")
		p.redundant = true
	}
	c.install(true)
	if t.old.state == childLive || t.old.state == childReplaced {
		t.old.heir, t.old.state = c, childDeleting
		s.ask(&deleteChildTask{in: t.old.in, child: t.old})
	}
}

// A deleteChildTask tells the peer that a child is gone. RFC 7296 §1.4.1.
type deleteChildTask struct {
	in    uint32
	child *child // to be removed with the answer; nil: it is gone already
}

func (t *deleteChildTask) request(s *sa) (ikev2.Exchange, body, bool) {
	if !s.alive() || t.child != nil && t.child.state == childGone {
		return 0, nil, false
	}
	return ikev2.Informational, body{&ikev2.Delete{Protocol: ikev2.ProtocolESP, SPIs: []uint32{t.in}}}, true
}

func (t *deleteChildTask) answered(*sa, body) {
	switch {
	case t.child == nil || t.child.state == childGone:
	case t.child.heir != nil:
		t.child.linger()
	default:
		t.child.remove("deleted")
	}
}

package engine

import (
	"encoding/binary"

	"axle/ipsec"
	"axle/ipsec/ikev2"
	"axle/ipsec/suite"
)

// createRequest handles CREATE_CHILD_SA: a new child, one in place of another, or
// a new IKE SA in place of this one. RFC 7296 §2.25 has the refusals.
func (s *sa) createRequest(d *ipsec.Datagram, b body) {
	offer, ok := find[*ikev2.SA](b)
	nonce, ok2 := find[*ikev2.Nonce](b)
	var answer body
	var r *refusal
	var then func()
	switch {
	case !ok || !ok2:
		r = refuse(ikev2.InvalidSyntax, "no proposal or no nonce")
	case s.state != stateEstablished:
		r = refuse(ikev2.TemporaryFailure, "the IKE SA is being closed")
	case offer.Proposals[0].Protocol == ikev2.ProtocolIKE:
		answer, then, r = s.rekeyRequested(b, offer, nonce)
	default:
		answer, then, r = s.childRequested(b, nonce)
	}
	if r != nil {
		s.tell("%s", r.reason)
		s.e.stats.Refused++
		s.reply(d, ikev2.CreateChild, body{r.payload()})
		return
	}
	s.reply(d, ikev2.CreateChild, answer)
	then()
}

// childRequested decides about a child. It returns the answer, and what is to be
// done after it.
func (s *sa) childRequested(b body, nonce *ikev2.Nonce) (body, func(), *refusal) {
	if s.pending != nil {
		if _, ok := s.pending.task.(*rekeyTask); ok {
			return nil, nil, refuse(ikev2.TemporaryFailure, "the IKE SA is being rekeyed")
		}
	}
	var old *child
	if n := b.notify(ikev2.RekeySA); n != nil {
		if n.Protocol != ikev2.ProtocolESP || len(n.SPI) != 4 {
			return nil, nil, refuse(ikev2.InvalidSyntax, "malformed REKEY_SA")
		}
		spi := binary.BigEndian.Uint32(n.SPI)
		if old = s.childBy(spi); old == nil {
			return nil, nil, &refusal{kind: ikev2.ChildSANotFound, reason: "child SA to be rekeyed is not found"}
		}
		if old.state != childLive {
			return nil, nil, refuse(ikev2.TemporaryFailure, "child SA to be rekeyed is being deleted")
		}
	}
	p, r := s.planChild(b, false, old)
	if r != nil {
		return nil, nil, r
	}
	sd := seed{ni: nonce.Data, nr: s.e.rand.Bytes(nonceSize)}
	answer := p.answer()
	x := espSecrets{seed: sd}
	if p.keyed() {
		ke, ok := find[*ikev2.KE](b)
		if !ok || ke.Group != p.choice.group {
			r := refuse(ikev2.InvalidKEPayload, "group %d wanted", p.choice.group)
			r.data = binary.BigEndian.AppendUint16(nil, uint16(p.choice.group))
			return nil, nil, r
		}
		public, shared, err := suite.Respond(ke.Group, s.e.rand, ke.Data)
		if err != nil {
			return nil, nil, refuse(ikev2.InvalidSyntax, "unfit public value")
		}
		x.shared = shared
		answer = append(answer, &ikev2.KE{Group: ke.Group, Data: public})
	}
	answer = append(answer, &ikev2.Nonce{Data: sd.nr})
	if len(p.choice.added) > 0 {
		if old != nil {
			old.state = childReplaced
		}
		link := s.expectFollowup(p.choice.added, func(more [][]byte) func() {
			x.more = more
			return func() { s.answeredChild(p, x, old) }
		})
		return append(answer, link), func() {}, nil
	}
	return answer, func() { s.answeredChild(p, x, old) }, nil
}

// answeredChild makes the child that the peer has been promised. One in place of
// another sends only when the peer is known to have it.
func (s *sa) answeredChild(p *childPlan, x espSecrets, old *child) {
	c := s.makeChild(p, x, false)
	if old == nil || old.state == childGone {
		c.install(true)
		return
	}
	s.e.stats.ChildRekeys++
	old.state, old.heir = childReplaced, c
	if old.rekey != nil {
		old.rekey.peers = c
	}
	c.install(false)
}

// childBy returns the child of the SA with which we send by an SPI, or nil.
func (s *sa) childBy(out uint32) *child {
	for _, c := range s.children {
		if c.out == out {
			return c
		}
	}
	return nil
}

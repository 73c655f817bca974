package engine

import (
	"encoding/binary"

	"axle/ipsec"
	"axle/ipsec/ikev2"
	"axle/ipsec/suite"
)

// An intermediateTask is the next additional key exchange of an initiator, in
// IKE_INTERMEDIATE. RFC 9370 §2.2.2.
type intermediateTask struct{ half suite.Exchange }

func (t *intermediateTask) request(s *sa) (ikev2.Exchange, body, bool) {
	g := s.setup.additional[0].group
	half, err := suite.NewExchange(g, s.e.rand)
	if err != nil {
		return 0, nil, false
	}
	t.half = half
	return ikev2.Intermediate, body{&ikev2.KE{Group: g, Data: half.Public()}}, true
}

func (t *intermediateTask) answered(s *sa, b body) {
	x := s.setup
	ke, ok := find[*ikev2.KE](b)
	if !ok || ke.Group != x.additional[0].group {
		s.giveUp("Intermediate exchange failed")
		return
	}
	shared, err := t.half.Shared(ke.Data)
	if err != nil || s.mixIn(shared) != nil {
		s.giveUp("Intermediate exchange failed")
		return
	}
	if len(x.additional) > 0 {
		s.ask(&intermediateTask{})
		return
	}
	s.ask(&authTask{})
}

// intermediateRequest is the responder's side.
func (s *sa) intermediateRequest(d *ipsec.Datagram, b body) {
	x := s.setup
	ke, ok := find[*ikev2.KE](b)
	if len(x.additional) == 0 || !ok || ke.Group != x.additional[0].group {
		s.reply(d, ikev2.Intermediate, body{status(ikev2.InvalidSyntax)})
		s.remove("Intermediate exchange failed")
		return
	}
	public, shared, err := suite.Respond(ke.Group, s.e.rand, ke.Data)
	if err != nil {
		s.reply(d, ikev2.Intermediate, body{status(ikev2.InvalidSyntax)})
		s.remove("Intermediate exchange failed")
		return
	}
	s.reply(d, ikev2.Intermediate, body{&ikev2.KE{Group: ke.Group, Data: public}})
	if err := s.mixIn(shared); err != nil {
		s.remove("Intermediate exchange failed")
	}
}

// mixIn makes the keys anew with the secret of the next additional exchange.
func (s *sa) mixIn(shared []byte) error {
	x := s.setup
	x.additional = x.additional[1:]
	old := s.keys
	err := s.useKeys(s.suite.derive(nextSeed(s.suite.prf, old.d, &x.seed, shared), &x.seed))
	old.forget()
	clear(shared)
	return err
}

// saidBy takes an IKE_INTERMEDIATE message, in clear, into what AUTH will cover:
// IntAuth = prf(SK_p, IntAuth of the message before | A | P), with the keys that
// protect the message. RFC 9242 §3.3.2.
func (s *sa) saidBy(initiator bool, h *ikev2.Header, first ikev2.PayloadType, plain []byte) {
	if s.setup == nil {
		return
	}
	i, key := 0, s.keys.pi
	if !initiator {
		i, key = 1, s.keys.pr
	}
	s.setup.said[i] = s.suite.prf.Sum(key, concat(s.setup.said[i], ikev2.IntermediateOctets(h, first, plain)))
}

// intermediateAuth returns what AUTH covers of the additional exchanges; id is the
// message id of IKE_AUTH.
func (x *setup) intermediateAuth(id uint32) []byte {
	if x.said[0] == nil {
		return nil
	}
	return binary.BigEndian.AppendUint32(concat(x.said[0], x.said[1]), id)
}

package engine

import (
	"bytes"
	"encoding/binary"

	"axle/ipsec/ikev2"
	"axle/ipsec/suite"
)

// A rekeyTask replaces the IKE SA by a new one. RFC 7296 §1.3.2, §2.18.
type rekeyTask struct {
	spi   ikev2.SPI // ours, of the new one
	offer *ikev2.SA
	seed  seed
	group suite.Group
	half  suite.Exchange
	peers *sa // that the peer has made meanwhile
	again int
}

func (t *rekeyTask) request(s *sa) (ikev2.Exchange, body, bool) {
	if !s.alive() {
		return 0, nil, false
	}
	if t.group == suite.GroupNone {
		t.group = s.suite.group
	}
	t.spi = s.e.newSPI()
	spi := binary.BigEndian.AppendUint64(nil, uint64(t.spi))
	t.offer = ikeOffer(s.e.proposals(s.path.vrf, s.path, false), spi, s.hybrid)
	if len(t.offer.Proposals) == 0 {
		return 0, nil, false
	}
	if !offers(t.offer, t.group) {
		t.group = suite.Group(firstGroup(t.offer))
	}
	half, err := suite.NewExchange(t.group, s.e.rand)
	if err != nil {
		return 0, nil, false
	}
	t.half, t.seed = half, seed{ni: s.e.rand.Bytes(nonceSize), spii: t.spi}
	return ikev2.CreateChild, body{t.offer, &ikev2.Nonce{Data: t.seed.ni}, &ikev2.KE{Group: t.group, Data: half.Public()}}, true
}

func (t *rekeyTask) answered(s *sa, b body) {
	if !s.alive() {
		return
	}
	if n := b.failure(); n != nil {
		t.refused(s, n)
		return
	}
	answer, ok1 := find[*ikev2.SA](b)
	nonce, ok2 := find[*ikev2.Nonce](b)
	ke, ok3 := find[*ikev2.KE](b)
	if !ok1 || !ok2 || !ok3 || ke.Group != t.group {
		t.failed(s, "IKE SA is missing from the answer")
		return
	}
	c, ok := accepted(t.offer, answer)
	if !ok || c.group != t.group || len(answer.Proposals[0].SPI) != 8 {
		t.failed(s, "IKE SA of the answer was not offered")
		return
	}
	shared, err := t.half.Shared(ke.Data)
	if err != nil {
		t.failed(s, "Unfit public value")
		return
	}
	theirs := ikev2.SPI(binary.BigEndian.Uint64(answer.Proposals[0].SPI))
	if theirs == 0 || s.e.sas[t.spi] != nil {
		t.failed(s, "SPI of the answer is of no use")
		return
	}
	t.seed.nr, t.seed.spir = nonce.Data, theirs
	done := func(s *sa, more [][]byte) {
		n := s.successor(true, t.spi, theirs, c.ike(), shared, more, &t.seed)
		if n == nil {
			t.failed(s, "No keys")
			return
		}
		t.settle(s, n)
	}
	if len(c.added) > 0 {
		s.follow(b, c.added, done, t.failed)
		return
	}
	done(s, nil)
}

// refused handles an error.
func (t *rekeyTask) refused(s *sa, n *ikev2.Notify) {
	reason := "Received " + n.Kind.String() + " notify"
	switch {
	case t.peers != nil && t.peers.alive():
		t.failed(s, reason)
		return
	case n.Kind == ikev2.InvalidKEPayload && len(n.Data) == 2 && t.again < maxRestarts:
		g := suite.Group(binary.BigEndian.Uint16(n.Data))
		if g != t.group && offers(t.offer, g) {
			t.again++
			t.group = g
			s.ask(t)
			return
		}
	case n.Kind == ikev2.TemporaryFailure:
		if s.temporary++; s.temporary <= temporaryTries {
			s.e.stats.Temporary++
			s.postpone(t)
			return
		}
		s.terminate(reason)
		return
	}
	t.failed(s, reason)
}

// failed ends the task. Where the peer has made an SA meanwhile, that one stands.
func (t *rekeyTask) failed(s *sa, reason string) {
	s.tell("IKE SA rekey failed: %s", reason)
	if t.peers != nil && t.peers.alive() {
		s.replaceBy(t.peers)
		return
	}
	s.e.abort(reason)
}

// settle decides between the new SA and one that the peer has made at the same
// time: that with the lowest nonce is deleted by its initiator, and the initiator
// of the other one deletes the old SA. RFC 7296 §2.8.1.
func (t *rekeyTask) settle(s *sa, n *sa) {
	s.e.stats.Rekeys++
	p := t.peers
	if p != nil && p.alive() && bytes.Compare(n.lowNonce, p.lowNonce) < 0 {
		s.e.stats.Collisions++
		s.tell("Simultaneous rekey: ours is redundant")
		s.replaceBy(p)
		n.replacement = p
		n.terminate("redundant")
		return
	}
	if p != nil && p.alive() {
		s.e.stats.Collisions++
		s.tell("Simultaneous rekey: the peer's is redundant")
		p.replaceBy(n) // its initiator deletes it, if it ever hears of it
	}
	s.replacement = n
	s.handOver(n)
	s.terminate("rekeyed")
}

// rekeyRequested is the responder's side. It returns the answer, and what is to be
// done after it.
func (s *sa) rekeyRequested(b body, offer *ikev2.SA, nonce *ikev2.Nonce) (body, func(), *refusal) {
	var mine *rekeyTask
	if s.pending != nil {
		switch t := s.pending.task.(type) {
		case *rekeyTask:
			mine = t
		case *createTask, *deleteChildTask, *followupTask:
			return nil, nil, refuse(ikev2.TemporaryFailure, "child SAs are being made or deleted")
		}
	}
	if mine != nil && mine.peers != nil {
		return nil, nil, refuse(ikev2.TemporaryFailure, "the IKE SA is being rekeyed")
	}
	ke, ok := find[*ikev2.KE](b)
	if !ok {
		return nil, nil, refuse(ikev2.InvalidSyntax, "no key exchange")
	}
	c, ok := chooseIKE(s.e.proposals(s.path.vrf, s.path, true), offer, s.hybrid, ke.Group)
	if !ok || len(c.proposal.SPI) != 8 {
		return nil, nil, refuse(ikev2.NoProposalChosen, "Failed to find a matching policy")
	}
	if c.group != ke.Group {
		r := refuse(ikev2.InvalidKEPayload, "group %d wanted", c.group)
		r.data = binary.BigEndian.AppendUint16(nil, uint16(c.group))
		return nil, nil, r
	}
	theirs := ikev2.SPI(binary.BigEndian.Uint64(c.proposal.SPI))
	public, shared, err := suite.Respond(c.group, s.e.rand, ke.Data)
	if err != nil || theirs == 0 {
		return nil, nil, refuse(ikev2.InvalidSyntax, "unfit public value")
	}
	ours := s.e.newSPI()
	sd := seed{ni: nonce.Data, nr: s.e.rand.Bytes(nonceSize), spii: theirs, spir: ours}
	c.proposal.SPI = binary.BigEndian.AppendUint64(nil, uint64(ours))
	answer := body{
		&ikev2.SA{Proposals: []ikev2.Proposal{c.proposal}}, &ikev2.Nonce{Data: sd.nr},
		&ikev2.KE{Group: c.group, Data: public},
	}
	then := func(more [][]byte) func() {
		return func() {
			n := s.successor(false, ours, theirs, c.ike(), shared, more, &sd)
			switch {
			case n == nil:
			case s.pending != nil && s.pending.task == task(mine) && mine != nil:
				mine.peers = n
			default:
				s.replaceBy(n)
			}
		}
	}
	if len(c.added) > 0 {
		return append(answer, s.expectFollowup(c.added, then)), func() {}, nil
	}
	return answer, then(nil), nil
}

// successor makes the IKE SA that replaces s.
func (s *sa) successor(initiator bool, ours, theirs ikev2.SPI, x ikeSuite, shared []byte, more [][]byte, sd *seed) *sa {
	e := s.e
	if e.sas[ours] != nil {
		return nil
	}
	e.number++
	n := &sa{
		e: e, number: e.number, initiator: initiator, ours: ours, theirs: theirs, path: s.path, profile: s.profile, suite: x,
		self: s.self, peer: s.peer, claimed: s.claimed, signed: s.signed, verified: s.verified,
		natPeer: s.natPeer, natSelf: s.natSelf, natPort: s.natPort, fragmented: s.fragmented, hybrid: s.hybrid, ppk: s.ppk,
		lowNonce: lowest(sd.ni, sd.nr), birth: s.birth, founder: s.founder, lastOut: s.lastOut, traffic: s.traffic, anew: s.anew, anewBy: s.anewBy,
	}
	if n.useKeys(x.derive(rekeySeed(s.suite.prf, s.keys.d, sd, shared, more), sd)) != nil {
		return nil
	}
	e.sas[ours] = n
	n.establish()
	n.seekTwins()
	return n
}

// replaceBy gives all to the SA that replaces s, and waits for the peer to delete
// s.
func (s *sa) replaceBy(n *sa) {
	s.replacement, s.state = n, stateReplaced
	s.e.schedule.Stop(&s.life)
	s.e.schedule.Stop(&s.probe)
	s.e.schedule.Stop(&s.keepalive)
	s.handOver(n)
	s.timer.Fire = func() { s.remove("rekeyed") }
	s.e.after(&s.timer, replacedTime)
}

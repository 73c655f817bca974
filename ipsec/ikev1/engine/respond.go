package engine

import (
	"axle/ipsec"
	"axle/ipsec/ikev1"
	"axle/ipsec/suite"
)

// begun handles the first message of an exchange of phase 1: nobody vouches for
// it.
func (e *Engine) begun(d ipsec.Datagram, m *ikev1.Message) {
	first := firstKey{d.VRF, d.Remote, m.Initiator}
	if s := e.halfOpen[first]; s != nil {
		// Only the same again: whoever goes on shows our cookie, or has not seen our
		// answer (RFC 2408 §2.5.3).
		if digest(d.Data) == s.lastIn {
			s.phase1(d, m)
		} else {
			e.stats.Unexpected++
		}
		return
	}
	switch {
	case m.MessageID != 0 || m.Flags&ikev1.FlagEncrypted != 0:
		e.stats.Malformed++
		return
	case m.Exchange == ikev1.ExchangeInformational:
		if s := e.sas[m.Initiator]; s != nil && s.initiator {
			s.hint(m)
		}
		return
	case m.Exchange != ikev1.ExchangeMain && m.Exchange != ikev1.ExchangeAggressive:
		e.stats.Malformed++
		return
	case !e.serves(d.VRF, d.Local.Addr(), d.Remote.Addr()):
		e.stats.Ignored++
		return
	case !e.first.take(e.now, d.Remote.Addr()), len(e.halfOpen) >= MaxHalfOpen, len(e.sas) >= MaxSAs,
		e.sources[d.Remote.Addr()] >= MaxHalfOpenPeer:
		e.stats.Limited++
		return
	}
	b, ok := sortPayloads(m.Payloads)
	if !ok || b.sa == nil {
		e.stats.Malformed++
		e.warn(EventBadMessage, d.Remote.Addr())
		return
	}
	s := e.newSA(d.VRF, d.Local, d.Remote)
	s.init, s.first = m.Initiator, first
	s.tell("PAK", "received packet from %v dport %d sport %d Global (N) NEW SA", d.Remote.Addr(), d.Local.Port(), d.Remote.Port())
	if m.Exchange == ikev1.ExchangeAggressive {
		s.aggressive = true
		s.aggressive1(&b, d)
		return
	}
	s.main1(&b, d)
}

// enter puts an SA that another began into the tables, and limits its time.
func (s *sa) enter(d ipsec.Datagram) {
	e := s.e
	e.sas[s.resp] = s
	e.halfOpen[s.first] = s
	e.sources[d.Remote.Addr()]++
	e.stats.Answered++
	s.lastIn = digest(d.Data)
	s.timer.Fire = func() {
		e.stats.TimedOut++
		e.drop(s, "no answer", false)
	}
	e.after(&s.timer, halfOpenTime)
}

// main1 chooses a policy.
func (s *sa) main1(b *bundle, d ipsec.Datagram) {
	e := s.e
	s.tell("", "processing SA payload. message ID = 0")
	s.findPSK("")
	if s.psk == nil && !s.canSign() {
		e.stats.Refused++
		e.warn(EventNoKey, d.Remote.Addr())
		return
	}
	proposal, policy, ok := s.choose(b.sa)
	if !ok {
		e.stats.Refused++
		s.tell("", "no offers accepted!")
		s.tell("", "phase 1 SA policy not acceptable! (local %v remote %v)", d.Local.Addr(), d.Remote.Addr())
		e.warn(EventModeFailure, "Main", d.Remote.Addr())
		e.reject(s, ikev1.NotifyNoProposalChosen)
		return
	}
	s.policy = policy
	s.offer, _ = b.sa.Body()
	s.resp = e.newCookie()
	s.stage = awaitMM3
	s.enter(d)
	payloads := []ikev1.Payload{&ikev1.SA{Proposals: []ikev1.Proposal{proposal}}}
	if v := s.offersNAT(b.vendors); v != nil {
		payloads = append(payloads, v)
	}
	s.answer(s.clear(ikev1.ExchangeMain, payloads...))
}

// answer sends a message that is repeated when the peer repeats its own.
func (s *sa) answer(data []byte) {
	s.lastOut = data
	s.send(data)
}

// reject tells a stranger why nothing comes of it, at a limited rate.
func (e *Engine) reject(s *sa, t ikev1.NotifyType) {
	if !e.strange.take(e.now, maxReplies) {
		return
	}
	data := s.encode(&ikev1.Message{
		Header:   ikev1.Header{Initiator: s.init, Responder: s.resp, Exchange: ikev1.ExchangeInformational},
		Payloads: []ikev1.Payload{&ikev1.Notify{DOI: 1, Protocol: ikev1.ProtocolISAKMP, Type: t}},
	})
	e.stats.Sent++
	e.do(ipsec.Send{VRF: s.vrf, Local: s.local, Remote: s.remote, Data: data})
}

// main3 takes the initiator's public value and sends ours.
func (s *sa) main3(b *bundle, d ipsec.Datagram) bool {
	if b.ke == nil || b.nonce == nil || s.remote != d.Remote {
		return false
	}
	s.tell("", "processing KE payload. message ID = 0")
	public, gxy, err := suite.Respond(s.policy.Group, s.e.rand, b.ke)
	if err != nil {
		return false
	}
	s.tell("", "processing NONCE payload. message ID = 0")
	s.gxi, s.gxr, s.ni, s.nr = b.ke, public, b.nonce, s.e.rand.Bytes(nonceSize)
	s.knows(b.vendors)
	s.findNAT(b.nat)
	payloads := append([]ikev1.Payload{ikev1.KE(s.gxr), ikev1.Nonce(s.nr), ikev1.VendorDPD}, s.natPayloads()...)
	payloads = append(payloads, s.requests()...)
	if !s.setKeys(gxy) {
		return false
	}
	s.stage = awaitMM5
	s.e.after(&s.timer, halfOpenTime)
	s.answer(s.clear(ikev1.ExchangeMain, payloads...))
	return true
}

// main5 verifies who the initiator is, and sends who we are.
func (s *sa) main5(b *bundle, d ipsec.Datagram, next []byte) bool {
	if len(b.ids) != 1 || d.Remote.Addr() != s.remote.Addr() && !s.natPeer {
		return false
	}
	s.tell("", "processing ID payload. message ID = 0")
	s.tell("", "processing HASH payload. message ID = 0")
	if !s.proved(b, b.ids[0]) {
		return s.unproved()
	}
	if !s.matchProfile(b.ids[0], b.certs) {
		s.refuse()
		return true
	}
	payloads := s.proof()
	if payloads == nil {
		s.e.drop(s, "no certificate", false)
		return true
	}
	s.peerID = b.ids[0]
	s.heard(d)
	s.local, s.remote = d.Local, d.Remote // the port floats with this message
	if b.notified(ikev1.NotifyInitialContact) != nil {
		s.e.initialContact(s)
	}
	data, iv := s.sealed(ikev1.ExchangeMain, 0, next, payloads...)
	s.iv = iv
	s.establish()
	s.answer(data)
	return true
}

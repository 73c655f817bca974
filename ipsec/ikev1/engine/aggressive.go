package engine

import (
	"axle/ipsec"
	"axle/ipsec/ikev1"
	"axle/ipsec/suite"
)

// aggressive1 answers the first message of an aggressive mode, where a profile lets
// the peer open one. It shows a hash of the pre-shared key to whoever asks, so that
// nobody does it by default. RFC 2409 §5.4.
func (s *sa) aggressive1(b *bundle, d ipsec.Datagram) {
	e := s.e
	if b.ke == nil || b.nonce == nil || len(b.ids) != 1 {
		e.stats.Malformed++
		return
	}
	p := s.aggressiveProfile(b.ids[0])
	if p == nil {
		e.stats.Refused++
		e.warn(EventAggressiveDisabled)
		return
	}
	key, ring, ok := ipsec.Secret(nil), "", false
	if id := b.ids[0]; id.Type == ikev1.IDFQDN || id.Type == ikev1.IDUserFQDN {
		key, ring, ok = e.hostKey(s.vrf, s.local.Addr(), string(id.Data), p.Name)
	}
	if !ok {
		key, ring, ok = e.addressKey(s.vrf, s.local.Addr(), s.remote.Addr(), p.Name)
	}
	s.profile, s.psk, s.ring = p.Name, key, ring
	proposal, policy, agreed := s.choose(b.sa)
	if !ok || !agreed || policy.Auth != ikev1.AuthPSK {
		e.stats.Refused++
		e.warn(EventModeFailure, "Aggressive", s.remote.Addr())
		e.reject(s, ikev1.NotifyNoProposalChosen)
		return
	}
	public, gxy, err := suite.Respond(policy.Group, e.rand, b.ke)
	if err != nil {
		e.stats.Malformed++
		return
	}
	s.policy = policy
	s.offer, _ = b.sa.Body()
	s.peerID, s.gxi, s.gxr = b.ids[0], b.ke, public
	s.ni, s.nr, s.resp = b.nonce, e.rand.Bytes(nonceSize), e.newCookie()
	s.knows(b.vendors)
	if !s.setKeys(gxy) {
		return
	}
	s.stage = awaitAM3
	s.enter(d)
	payloads := []ikev1.Payload{&ikev1.SA{Proposals: []ikev1.Proposal{proposal}}, ikev1.KE(s.gxr), ikev1.Nonce(s.nr)}
	payloads = append(append(payloads, s.proof()...), ikev1.VendorDPD)
	if v := s.offersNAT(b.vendors); v != nil {
		payloads = append(append(payloads, v), s.natPayloads()...)
	}
	s.answer(s.clear(ikev1.ExchangeAggressive, payloads...))
}

// aggressiveProfile returns the profile that lets a peer open an aggressive mode.
func (s *sa) aggressiveProfile(id *ikev1.ID) *Profile {
	if s.e.cfg.Globals.NoAggressive {
		return nil
	}
	for i := range s.e.cfg.Profiles {
		if p := &s.e.cfg.Profiles[i]; p.Aggressive && p.matches(s.vrf, id) {
			return p
		}
	}
	return nil
}

// aggressive3 verifies who the initiator is. The message may be encrypted or not.
func (s *sa) aggressive3(b *bundle, d ipsec.Datagram, next []byte) bool {
	if d.Remote.Addr() != s.remote.Addr() {
		return false
	}
	if !s.proved(b, s.peerID) {
		return s.unproved()
	}
	s.iv = next
	s.findNAT(b.nat)
	s.heard(d)
	s.local, s.remote = d.Local, d.Remote
	if b.notified(ikev1.NotifyInitialContact) != nil {
		s.e.initialContact(s)
	}
	s.lastOut = nil
	s.establish()
	return true
}

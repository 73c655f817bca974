package engine

import (
	"encoding/binary"
	"slices"

	"axle/ipsec"
	"axle/ipsec/ikev1"
)

// hint takes note of what an unprotected notification says. Nobody vouches for it:
// it only explains why an attempt failed, if it fails.
func (s *sa) hint(m *ikev1.Message) {
	s.e.stats.Hints++
	for _, p := range m.Payloads {
		if n, ok := p.(*ikev1.Notify); ok && n.Type.Error() && !s.established() {
			s.tell("", "Notify has no hash. Rejected.")
			if n.Type == ikev1.NotifyNoProposalChosen {
				s.why = "no proposal chosen"
			}
		}
	}
}

// inform sends protected news. RFC 2409 §5.7.
func (s *sa) inform(payloads ...ikev1.Payload) {
	id := s.newMessageID()
	data, _ := s.sealed(ikev1.ExchangeInformational, id, s.keys.phase2IV(s.iv, id), s.hashed1(id, payloads)...)
	s.send(data)
}

// informed handles protected news.
func (s *sa) informed(d ipsec.Datagram, m *ikev1.Message) {
	e := s.e
	if s.quicks[m.MessageID] != nil || s.used(m.MessageID) {
		e.stats.Repeated++
		return
	}
	payloads, _, err := s.keys.open(s.keys.phase2IV(s.iv, m.MessageID), m)
	if err != nil || len(payloads) == 0 || payloads[0].Kind() != ikev1.KindHash {
		e.stats.Malformed++
		e.warn(EventBadMessage, d.Remote.Addr())
		return
	}
	b, ok := sortPayloads(payloads)
	if !ok || !equal(s.keys.hash1(m.MessageID, b.covered()), b.hash) {
		e.stats.BadHash++
		return
	}
	s.heard(d)
	s.remember(m.MessageID)
	for _, n := range b.notifies {
		if s.established() { // the one before may have ended it
			s.notified(n)
		}
	}
	for _, x := range b.deletes {
		if s.established() {
			s.deletes(x)
		}
	}
}

// notified acts on a protected notification.
func (s *sa) notified(n *ikev1.Notify) {
	switch n.Type {
	case ikev1.NotifyAreYouThere, ikev1.NotifyAreYouThereAck:
		s.liveness(n)
		return
	case ikev1.NotifyInitialContact:
		s.e.initialContact(s)
		return
	}
	s.tell("", "processing NOTIFY %d protocol %d", n.Type, n.Protocol)
	switch {
	case !n.Type.Error():
		return
	case n.Type == ikev1.NotifyInvalidSPI:
		s.forgets(n.Protocol, n.SPI, "invalid SPI")
		return
	}
	if q := s.meant(n.SPI); q != nil {
		reason := "refused"
		if n.Type == ikev1.NotifyNoProposalChosen {
			reason = "no proposal chosen"
		}
		q.hopeless(reason)
	}
}

// meant returns the quick mode of ours that an error is about: the one of the SPI, or
// the only one.
func (s *sa) meant(spi []byte) *quick {
	var open []*quick
	for _, q := range s.quicks {
		if !q.initiator || q.finished {
			continue
		}
		if len(spi) == 4 && binary.BigEndian.Uint32(spi) == q.spi {
			return q
		}
		open = append(open, q)
	}
	if len(open) == 1 {
		return open[0]
	}
	return nil
}

// deletes acts on a protected delete payload. The SPIs are those with which the
// peer receives.
func (s *sa) deletes(x *ikev1.Delete) {
	e := s.e
	for _, spi := range x.SPIs {
		switch {
		case x.Protocol == ikev1.ProtocolISAKMP && string(spi) == string(s.cookies()):
			e.drop(s, "deleted by the peer", false)
			return
		case x.Protocol == ikev1.ProtocolISAKMP && len(spi) == 16:
			if other := e.sas[ikev1.Cookie(spi[:8])]; other != nil && other.sharesPeer(s) && string(spi) == string(other.cookies()) {
				e.drop(other, "deleted by the peer", false)
			} else if other := e.sas[ikev1.Cookie(spi[8:])]; other != nil && other.sharesPeer(s) && string(spi) == string(other.cookies()) {
				e.drop(other, "deleted by the peer", false)
			}
		default:
			s.forgets(x.Protocol, spi, "deleted by the peer")
		}
	}
}

// forgets removes the child with whose SPI the peer does not receive any more.
func (s *sa) forgets(protocol ikev1.Protocol, spi []byte, reason string) {
	x := s.e.sockets[s.key]
	if x == nil || protocol != ikev1.ProtocolESP || len(spi) != 4 {
		return
	}
	for _, c := range x.children {
		if c.out.SPI == binary.BigEndian.Uint32(spi) && c.identity == s.name {
			c.remove(reason, false)
			return
		}
	}
}

// sharesPeer reports whether two established SAs have one peer: the same name at the
// same address.
func (s *sa) sharesPeer(o *sa) bool {
	return s.established() && s.name == o.name && pairOf(s.key) == pairOf(o.key)
}

// initialContact removes what is left from before the peer of s was restarted. The
// peer is told: it may have begun twice, and still have what goes here.
func (e *Engine) initialContact(s *sa) {
	s.tell("", "Processing initial contact, bring down existing phase 1 and 2 SA's with local %v remote %v remote port %d", s.local.Addr(), s.remote.Addr(), s.remote.Port())
	p := pair{s.vrf, s.local.Addr(), s.remote.Addr()}
	for _, old := range slices.Clone(e.peers[p]) {
		if old == s || old.name != s.name {
			continue
		}
		if x := e.sockets[old.key]; x != nil {
			for _, c := range slices.Clone(x.children) {
				if c.identity == old.name && c.maker != s.ours() {
					c.remove("initial contact", true)
				}
			}
		}
		e.drop(old, "initial contact", true)
	}
}

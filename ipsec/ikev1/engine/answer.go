package engine

import (
	"encoding/binary"
	"slices"

	"axle/ipsec"
	"axle/ipsec/ikev1"
	"axle/ipsec/suite"
)

// phase2 returns a transform set as a transform says it; the lifetimes are those of
// its profile.
func phase2(t *ipsec.Transform, s *sa, p *ipsec.Profile) ikev1.Phase2 {
	return ikev1.Phase2{
		Encryption: t.Encryption, KeyBits: t.KeyBits, Integrity: t.Integrity, Group: p.PFS,
		Encapsulation: ikev1.Encapsulate(t.Mode == ipsec.Tunnel, s.behindNAT(), s.nattDraft),
		Lifetime:      ownLifetime(p), Bytes: p.Bytes,
	}
}

// answerQuick handles the first message of a quick mode and answers it. It returns
// nil where nothing comes of it.
func (s *sa) answerQuick(d ipsec.Datagram, id uint32, b *bundle, next []byte) *quick {
	e := s.e
	if !equal(s.keys.hash1(id, b.covered()), b.hash) {
		e.stats.BadHash++
		return nil
	}
	s.heard(d)
	if b.sa == nil || b.nonce == nil || len(s.quicks) >= MaxExchanges {
		e.stats.Malformed++
		return nil
	}
	s.tell("", "processing SA payload. message ID = %d", id)
	refuse := func(t ikev1.NotifyType, why string) *quick {
		e.stats.Refused++
		s.tell("", "%s", why)
		s.remember(id)
		var spi []byte
		if len(b.sa.Proposals) > 0 {
			spi = b.sa.Proposals[0].SPI
		}
		s.inform(&ikev1.Notify{DOI: 1, Protocol: ikev1.ProtocolESP, SPI: spi, Type: t})
		e.warn(EventModeFailure, "Quick", s.remote.Addr())
		return nil
	}
	if !s.selected(b.ids) {
		return refuse(ikev1.NotifyInvalidID, "IPSec policy invalidated proposal: proxy identities not supported")
	}
	p, name := s.acceptProfile()
	if p == nil {
		return refuse(ikev1.NotifyInvalidID, "no tunnel for this peer")
	}
	proposal, x, ok := s.choosePhase2(p, b)
	if !ok {
		return refuse(ikev1.NotifyNoProposalChosen, "phase 2 SA policy not acceptable!")
	}
	sock := e.socket(s.key)
	if !sock.wanted {
		sock.profile = name
	}
	q := s.newQuick(id, sock, p)
	q.iv, q.ni, q.nr = next, b.nonce, e.rand.Bytes(nonceSize)
	q.localID, q.peerID = b.ids[1], b.ids[0]
	if !q.reply(b, proposal, x) {
		q.leave()
		sock.forget()
		return nil
	}
	return q
}

// selected reports whether the selectors are the two ends and GRE. An end behind a
// NAT box may be called by another address.
func (s *sa) selected(ids []*ikev1.ID) bool {
	if len(ids) != 2 {
		return false
	}
	for i, id := range ids {
		a := id.Prefix()
		if !a.IsValid() || !a.IsSingleIP() || id.Protocol != protoGRE || id.Port != 0 {
			return false
		}
		if i == 0 && a.Addr() != s.remote.Addr() && !s.natPeer || i == 1 && a.Addr() != s.local.Addr() && !s.natUs {
			return false
		}
	}
	return true
}

// acceptProfile finds the IPsec profile for a peer that begins: that of its socket,
// else that of the tunnel to which it comes.
func (s *sa) acceptProfile() (*ipsec.Profile, string) {
	e := s.e
	fits := func(name string) *ipsec.Profile {
		if p := e.ipsecProfile(name); p != nil && len(p.Transforms) > 0 && (p.Isakmp == "" || p.Isakmp == s.profile) {
			return p
		}
		return nil
	}
	if x := e.sockets[s.key]; x != nil && x.wanted {
		return fits(x.profile), x.profile
	}
	for _, exact := range []bool{true, false} {
		for _, t := range e.cfg.Tunnels {
			if t.VRF != s.vrf || t.Local != s.local.Addr() || exact && t.Remote != s.remote.Addr() || !exact && t.Remote.IsValid() {
				continue
			}
			if p := fits(t.Profile); p != nil {
				return p, t.Profile
			}
		}
	}
	return nil, ""
}

// choosePhase2 returns the proposal to answer with: of our transform sets the first
// for which there is an offer.
func (s *sa) choosePhase2(p *ipsec.Profile, b *bundle) (ikev1.Proposal, ikev1.Phase2, bool) {
	for i := range p.Transforms {
		for j, o := range b.sa.Proposals {
			twin := slices.ContainsFunc(b.sa.Proposals, func(z ikev1.Proposal) bool { return z.Number == o.Number && z.Protocol != o.Protocol })
			if o.Protocol != ikev1.ProtocolESP || len(o.SPI) != 4 || binary.BigEndian.Uint32(o.SPI) < 256 || twin {
				continue
			}
			s.tell("", "Checking IPSec proposal %d", b.sa.Proposals[j].Number)
			for k := range o.Transforms {
				x, err := o.Transforms[k].Phase2()
				if err != nil || !s.acceptable(p, &p.Transforms[i], x) || (x.Group != suite.GroupNone) != (b.ke != nil) {
					s.tell("", "atts not acceptable.")
					continue
				}
				s.tellPhase2(x)
				s.tell("", "atts are acceptable.")
				o.Transforms = o.Transforms[k : k+1]
				return o, x, true
			}
		}
	}
	return ikev1.Proposal{}, ikev1.Phase2{}, false
}

// acceptable compares an offer with a transform set. Without a PFS group of ours any
// will do; lifetimes alone never refuse an offer.
func (s *sa) acceptable(p *ipsec.Profile, t *ipsec.Transform, offer ikev1.Phase2) bool {
	own := phase2(t, s, p)
	tunnel := offer.Encapsulation.Tunnel()
	switch {
	case offer.Encapsulation.UDP() != s.behindNAT():
		return false
	case tunnel != (t.Mode == ipsec.Tunnel) && !(tunnel && t.Mode == ipsec.PreferTransport):
		return false
	case p.PFS != suite.GroupNone && offer.Group != p.PFS, offer.ESN && !t.ESN:
		return false
	}
	own.Encapsulation, own.Group, own.ESN = offer.Encapsulation, offer.Group, offer.ESN
	own.Lifetime, own.Bytes = offer.Lifetime, offer.Bytes
	return own == offer
}

// reply sends the second message; from now on the child receives.
func (q *quick) reply(b *bundle, proposal ikev1.Proposal, x ikev1.Phase2) bool {
	s, e, p := q.s, q.s.e, q.profile
	a := &agreement{
		Phase2: x, inSPI: q.spi, outSPI: binary.BigEndian.Uint32(proposal.SPI), local: q.localID, peer: q.peerID,
		ni: q.ni, nr: q.nr, window: p.Window, idle: p.Idle,
	}
	proposal.SPI = binary.BigEndian.AppendUint32(nil, q.spi)
	payloads := []ikev1.Payload{&ikev1.SA{Proposals: []ikev1.Proposal{proposal}}, ikev1.Nonce(q.nr)}
	if x.Group != suite.GroupNone {
		public, secret, err := suite.Respond(x.Group, e.rand, b.ke)
		if err != nil {
			return false
		}
		a.secret = secret
		payloads = append(payloads, ikev1.KE(public))
	}
	payloads = append(payloads, b.ids[0], b.ids[1])
	if len(b.original) > 0 {
		payloads = append(payloads, s.originals(p)...)
	}
	a.Phase2.Lifetime, a.Phase2.Bytes = lifetimes(p, x.Lifetime, x.Bytes)
	if shorter(x.Lifetime, a.Phase2.Lifetime) != x.Lifetime || less(x.Bytes, a.Phase2.Bytes) != x.Bytes {
		payloads = append(payloads, &ikev1.Notify{
			DOI: 1, Protocol: ikev1.ProtocolESP, SPI: proposal.SPI, Type: ikev1.NotifyResponderLifetime,
			Data: ikev1.Lifetimes(a.Phase2.Lifetime, a.Phase2.Bytes),
		})
	}
	rest := bundle{rest: payloads}
	hash := s.keys.hash2(q.id, q.ni, rest.covered())
	data := q.seal(append([]ikev1.Payload{ikev1.Hash(hash)}, payloads...))
	q.child = s.newChild(q.socket, a, false, q.replaces)
	q.child.install(false)
	q.lastOut = data
	// The third message may be lost, and nobody would repeat it: so we repeat ours.
	q.resend.start(s, data, func() {
		e.stats.TimedOut++
		q.end("no answer")
	})
	return true
}

// third handles the last message of a quick mode: the initiator lives.
func (q *quick) third(d ipsec.Datagram, b *bundle) bool {
	s, e := q.s, q.s.e
	if !equal(s.keys.hash3(q.id, q.ni, q.nr), b.hash) {
		e.stats.BadHash++
		return false
	}
	s.heard(d)
	q.resend.stop(e)
	q.lastOut = nil
	q.done()
	q.child.activate()
	return true
}

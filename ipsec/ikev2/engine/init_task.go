package engine

import (
	"encoding/binary"
	"slices"

	"axle/ipsec"
	"axle/ipsec/ikev2"
	"axle/ipsec/suite"
)

// connect starts an IKE SA for a socket.
func (e *Engine) connect(x *socket, path localPath, p *Profile) *sa {
	s := e.newSA(true, path)
	s.profile, s.natPort = p, x.key.Port
	list := e.proposals(path.vrf, path, false)
	s.setup = &setup{
		socket: x, offer: ikeOffer(list, nil, true),
		seed: seed{ni: e.rand.Bytes(nonceSize), spii: s.ours},
	}
	e.outgoing++
	x.trying = s
	k := e.keyFor(p, nil, path.remote.Addr())
	s.setup.usePPK = k != nil && k.PPK.ID != ""
	if len(s.setup.offer.Proposals) == 0 || !s.useGroup(suite.Group(firstGroup(s.setup.offer))) {
		s.remove("Failed to find a proposal")
		return nil
	}
	s.asks(&initTask{})
	return s
}

// firstGroup returns the group that is offered first.
func firstGroup(offer *ikev2.SA) uint16 {
	for _, t := range offer.Proposals[0].Transforms {
		if t.Type == ikev2.TransformKE {
			return t.ID
		}
	}
	return 0
}

// useGroup draws a private key for the next request.
func (s *sa) useGroup(g suite.Group) bool {
	half, err := suite.NewExchange(g, s.e.rand)
	if err != nil {
		return false
	}
	s.setup.group, s.setup.half = g, half
	return true
}

// An initTask is IKE_SA_INIT of an initiator.
type initTask struct{}

func (*initTask) request(s *sa) (ikev2.Exchange, body, bool) {
	x := s.setup
	var b body
	if x.cookie != nil {
		b = append(b, &ikev2.Notify{Kind: ikev2.Cookie, Data: x.cookie})
	}
	b = append(b, x.offer, &ikev2.KE{Group: x.group, Data: x.half.Public()}, &ikev2.Nonce{Data: x.seed.ni})
	b = append(b, natNotifies(s.ours, 0, s.path, s.profile.ForceUDP)...)
	b = append(b, capabilities()...)
	if slices.ContainsFunc(x.offer.Proposals, func(p ikev2.Proposal) bool { return count(p.Transforms, ikev2.AdditionalKE1) > 0 }) {
		b = append(b, status(ikev2.IntermediateSupported))
	}
	if x.usePPK {
		b = append(b, status(ikev2.UsePPK))
	}
	return ikev2.InitSA, b, true
}

// answered is not called: the answer to IKE_SA_INIT is not sealed, and comes to
// firstResponse.
func (*initTask) answered(*sa, body) {}

// firstResponse handles a response to IKE_SA_INIT. Nobody vouches for it, so what
// does not lead on is a hint, and the true answer may come still. RFC 7296 §2.21.1.
func (s *sa) firstResponse(d *ipsec.Datagram, h *ikev2.Header) {
	r := s.pending
	if s.state != stateInit || r == nil || r.exchange != ikev2.InitSA || h.MessageID != 0 || h.SPIi != s.ours || !h.Response() ||
		d.Remote.Addr() != s.path.remote.Addr() {
		s.e.stats.OutOfWindow++
		return
	}
	m, err := ikev2.Parse(d.Data)
	if err != nil || h.SPIr != 0 && s.e.sas[h.SPIr] == s {
		s.e.stats.Malformed++
		return
	}
	b := body(m.Payloads)
	x := s.setup
	s.tellReceive(d, h, b)
	if n := b.notify(ikev2.Cookie); n != nil && len(n.Data) > 0 && len(n.Data) <= 64 {
		if !slices.Equal(x.cookie, n.Data) {
			x.cookie = n.Data
			s.restart()
		}
		return
	}
	if n := b.notify(ikev2.InvalidKEPayload); n != nil && len(n.Data) == 2 {
		g := suite.Group(binary.BigEndian.Uint16(n.Data))
		if g != x.group && offers(x.offer, g) && s.useGroup(g) {
			s.restart()
		}
		return
	}
	if n := b.failure(); n != nil {
		x.hint = "Received " + n.Kind.String() + " notify"
		return
	}
	if b.critical() == 0 && s.agree(d, h, b) {
		s.e.schedule.Stop(&r.timer)
		s.pending = nil
		s.pump()
	}
}

// offers reports whether a group is among those offered.
func offers(offer *ikev2.SA, g suite.Group) bool {
	return slices.ContainsFunc(offer.Proposals, func(p ikev2.Proposal) bool {
		return slices.ContainsFunc(p.Transforms, func(t ikev2.Transform) bool { return t.Type == ikev2.TransformKE && t.ID == uint16(g) })
	})
}

// restart sends IKE_SA_INIT anew, with a cookie or another group.
func (s *sa) restart() {
	if s.setup.restarts++; s.setup.restarts > maxRestarts {
		return // the peer plays with us
	}
	s.e.schedule.Stop(&s.pending.timer)
	s.pending, s.next = nil, 0
	s.asks(&initTask{})
}

// agree takes the answer of a responder, and goes on with what comes next.
func (s *sa) agree(d *ipsec.Datagram, h *ikev2.Header, b body) bool {
	x := s.setup
	answer, ok1 := find[*ikev2.SA](b)
	ke, ok2 := find[*ikev2.KE](b)
	nonce, ok3 := find[*ikev2.Nonce](b)
	if !ok1 || !ok2 || !ok3 || h.SPIr == 0 || ke.Group != x.group {
		return false
	}
	c, ok := accepted(x.offer, answer)
	if !ok || c.group != x.group {
		return false
	}
	shared, err := x.half.Shared(ke.Data)
	if err != nil {
		return false
	}
	theirs, sd := h.SPIr, x.seed
	sd.nr, sd.spir = nonce.Data, theirs
	s.suite = c.ike()
	if err := s.useKeys(s.suite.derive(firstSeed(c.prf, &sd, shared), &sd)); err != nil {
		return false
	}
	clear(shared)
	s.theirs, s.state = theirs, stateAuth
	x.seed, x.half = sd, nil
	x.first, x.second = s.pending.datagrams[0], append([]byte(nil), d.Data...)
	x.additional, x.hashes, x.hint = c.added, hashesOf(b), ""
	if r, ok := find[*ikev2.CertRequest](b); ok && r.Encoding == ikev2.CertX509 {
		x.authorities = r.Data
	}
	s.fragmented = b.notify(ikev2.FragmentationSupported) != nil
	s.hybrid = b.notify(ikev2.IntermediateSupported) != nil
	x.usePPK = x.usePPK && b.notify(ikev2.UsePPK) != nil
	s.natPeer, s.natSelf = detectNAT(b, s.ours, theirs, s.path)
	if s.profile.ForceUDP {
		s.natSelf = true
	}
	s.float()
	if len(x.additional) > 0 {
		if !s.hybrid {
			return false
		}
		s.ask(&intermediateTask{})
		return true
	}
	s.ask(&authTask{})
	return true
}

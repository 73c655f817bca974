package engine

import (
	"net/netip"

	"axle/ipsec"
	"axle/ipsec/ikev2"
)

// authRequest handles IKE_AUTH as responder.
func (s *sa) authRequest(d *ipsec.Datagram, b body) {
	e, x := s.e, s.setup
	message := s.expect - 1
	if len(x.additional) > 0 {
		s.reply(d, ikev2.Authenticate, body{status(ikev2.InvalidSyntax)})
		s.remove("IKE_AUTH before the additional key exchanges")
		return
	}
	// The initiator may have gone to port 4500 since IKE_SA_INIT, and is where this
	// message comes from. RFC 7296 §2.23.
	s.path.local, s.path.remote = d.Local, d.Remote
	if s.natPeer {
		s.natPort = d.Remote.Port()
	}
	proof, answer, r := s.verifyInitiator(b, message)
	if r != nil {
		if r.kind == ikev2.AuthenticationFailed {
			e.stats.AuthFailed++
		}
		s.reply(d, ikev2.Authenticate, body{r.payload()})
		s.giveUp("Auth exchange failed: " + r.reason)
		return
	}
	plan, r := s.planChild(b, true, nil)
	first := b.notify(ikev2.InitialContact) != nil
	sd := x.seed
	s.establish()
	if first {
		e.initialContact(s)
	}
	answer = append(answer, proof)
	var c *child
	if r == nil {
		c = s.makeChild(plan, espSecrets{seed: sd}, false)
		answer = append(answer, plan.answer()...)
	} else {
		e.abort(r.reason)
		answer = append(answer, r.payload())
	}
	s.reply(d, ikev2.Authenticate, answer)
	e.sessionUp(s)
	if c != nil {
		s.claimed = plan.narrowing.claimed
		c.install(true)
		s.supersede()
	}
}

// verifyInitiator holds IKE_AUTH against the profiles and the keys. It returns our
// own proof, and the payloads that stand in front of it.
func (s *sa) verifyInitiator(b body, message uint32) (*ikev2.Auth, body, *refusal) {
	idi, ok1 := b.id(false)
	auth, ok2 := find[*ikev2.Auth](b)
	if !ok1 || !ok2 {
		return nil, nil, refuse(ikev2.InvalidSyntax, "no identity or no proof")
	}
	id, ok := identityOf(idi)
	if !ok {
		return nil, nil, refuse(ikev2.AuthenticationFailed, "unknown kind of identity")
	}
	s.peer = id
	if s.profile = s.e.profileFor(s.path, id, b.signer(auth)); s.profile == nil {
		return nil, nil, refuse(ikev2.AuthenticationFailed, "no profile matches the identity of the peer")
	}
	octets, ppk, r := s.initiatorOctets(b, idi, auth, message)
	if r != nil {
		return nil, nil, r
	}
	if r := s.verify(b, auth, octets); r != nil {
		return nil, nil, r
	}
	key := s.localKey()
	if s.profile.LocalAuth.Method == PreShared && key == nil {
		return nil, nil, refuse(ikev2.AuthenticationFailed, "no key of our own")
	}
	if r, ok := find[*ikev2.CertRequest](b); ok && r.Encoding == ikev2.CertX509 {
		s.setup.authorities = r.Data
	}
	self, certs, r := s.ownIdentity()
	if r != nil {
		return nil, nil, r
	}
	self.Responder = true
	s.self, _ = identityOf(self)
	proof, r := s.sign(s.octets(false, self.Body(), message), key)
	if r != nil {
		return nil, nil, r
	}
	answer := append(body{self}, certs...)
	if ppk {
		answer = append(answer, status(ikev2.PPKIdentity))
	}
	return proof, answer, nil
}

// initialContact ends the other IKE SAs of a peer that has just said that it has
// none. RFC 7296 §2.4. Where the identity is an address, two spokes behind two NAT
// boxes may have the same: then only those from the same address are meant. An SA
// that we began a moment ago the peer could not know yet: both ends began at once,
// and if each took the other's word, neither would be left. Of two that live one goes
// later.
func (e *Engine) initialContact(s *sa) {
	for _, old := range e.peers.byID[s.peer.key()] {
		if old == s || old.self.key() != s.self.key() ||
			old.path.vrf != s.path.vrf || s.peer.addr().IsValid() && old.path.remote.Addr() != s.path.remote.Addr() {
			continue
		}
		if old.founder && e.now.Sub(old.since) < crossing {
			continue
		}
		// Should the peer know it still, since both ends began at once, it hears so.
		old.farewell(body{&ikev2.Delete{Protocol: ikev2.ProtocolIKE}})
		old.remove("INITIAL_CONTACT received")
	}
}

// socketFor returns the socket between the two ends. A peer that came to us from
// behind a NAT box, and to whose address nobody here wants to speak, is told from
// its neighbours by the port that it had first.
func (s *sa) socketFor() ipsec.Socket {
	k := ipsec.Socket{VRF: s.path.vrf, Local: s.path.local.Addr(), Remote: s.path.remote.Addr()}
	if x := s.e.sockets[k]; x == nil || !x.wanted {
		k.Port = s.natPort
	}
	return k
}

// tunnelFor returns the IPsec profile by which a socket may be made for the peer of
// s: that of the tunnel that wants it, or of one that takes any.
func (s *sa) tunnelFor(k ipsec.Socket) *ipsec.Profile {
	fits := func(name string) *ipsec.Profile {
		if p := s.e.ipsecProfile(name); p != nil && p.IKEv2 == s.profile.Name {
			return p
		}
		return nil
	}
	if x := s.e.sockets[k]; x != nil && x.wanted {
		return fits(x.profile)
	}
	var any *ipsec.Profile
	for i := range s.e.cfg.Tunnels {
		t := &s.e.cfg.Tunnels[i]
		if t.VRF != k.VRF || t.Local != k.Local || t.Remote != (netip.Addr{}) && t.Remote != k.Remote {
			continue
		}
		p := fits(t.Profile)
		if p != nil && t.Remote.IsValid() {
			return p
		}
		if any == nil {
			any = p
		}
	}
	return any
}

// ipsecProfile returns the IPsec profile of a name, or nil.
func (e *Engine) ipsecProfile(name string) *ipsec.Profile {
	for i := range e.cfg.IPsec {
		if e.cfg.IPsec[i].Name == name {
			return &e.cfg.IPsec[i]
		}
	}
	return nil
}

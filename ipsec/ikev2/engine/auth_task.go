package engine

import (
	"axle/ipsec"
	"axle/ipsec/ikev2"
)

// An authTask is IKE_AUTH of an initiator.
type authTask struct{ id uint32 }

func (t *authTask) request(s *sa) (ikev2.Exchange, body, bool) {
	x := s.setup
	t.id = s.next
	method, key := s.profile.LocalAuth.Method, s.localKey()
	self, certs, r := s.ownIdentity()
	if r != nil || method == PreShared && key == nil {
		s.giveUp("Failed to find a key or certificate of our own")
		return 0, nil, false
	}
	s.self, _ = identityOf(self)
	b := body{self}
	b = append(b, certs...)
	if s.profile.InitialContact || !s.e.knows(s) {
		b = append(b, status(ikev2.InitialContact))
	}
	b = append(b, s.e.certRequest(s.path, s.profile)...)
	ppk := s.offeredPPK()
	if ppk != nil {
		plain := s.keys
		x.plain = &plain
		s.keys.mixPPK(s.suite.prf, ppk.Key)
	}
	auth, r := s.sign(s.octets(true, self.Body(), t.id), key)
	if r != nil {
		s.giveUp(r.reason)
		return 0, nil, false
	}
	b = append(b, auth)
	x.child = s.offerChild(x.socket, nil)
	if x.child == nil {
		s.giveUp("Failed to find an IPsec profile")
		return 0, nil, false
	}
	b = append(b, x.child.payloads(s, true)...)
	if ppk != nil {
		b = append(b, &ikev2.Notify{Kind: ikev2.PPKIdentity, Data: append([]byte{ppkFixed}, ppk.ID...)})
		if !ppk.Required {
			mixed := s.keys
			s.keys = *x.plain
			if a, r := s.sign(s.octets(true, self.Body(), t.id), key); r == nil {
				b = append(b, &ikev2.Notify{Kind: ikev2.NoPPKAuth, Data: a.Data})
			}
			s.keys = mixed
		}
	}
	return ikev2.Authenticate, b, true
}

// octets returns what AUTH of the initiator, or of the responder, covers.
func (s *sa) octets(initiator bool, id []byte, message uint32) []byte {
	x := s.setup
	more := x.intermediateAuth(message)
	if initiator {
		return authOctets(s.suite.prf, x.first, x.seed.nr, s.keys.pi, id, more)
	}
	return authOctets(s.suite.prf, x.second, x.seed.ni, s.keys.pr, id, more)
}

// localKey returns the pre-shared key with which we prove who we are; nil where
// there is none.
func (s *sa) localKey() ipsec.Secret {
	if k := s.profile.LocalAuth.Key; k != nil {
		return k
	}
	id := &s.peer
	if s.peer.data == "" {
		id = nil
	}
	if k := s.e.keyFor(s.profile, id, s.path.remote.Addr()); k != nil {
		return k.Local
	}
	return nil
}

// giveUp ends an SA that is being made, with a log message.
func (s *sa) giveUp(reason string) {
	s.tell("%s", reason)
	s.e.abort(reason)
	s.remove(reason)
}

func (t *authTask) answered(s *sa, b body) {
	e, x := s.e, s.setup
	if n := b.failure(); n != nil {
		if _, ok := b.id(true); !ok {
			s.e.stats.AuthFailed++
			s.giveUp("Received " + n.Kind.String() + " notify")
			return
		}
	}
	if r := s.verifyResponder(b, t.id); r != nil {
		// Who does not believe in the responder says so in an exchange of its own:
		// RFC 7296 §2.21.2.
		e.stats.AuthFailed++
		s.farewell(body{&ikev2.Delete{Protocol: ikev2.ProtocolIKE}})
		s.giveUp("Auth exchange failed: " + r.reason)
		return
	}
	sock, offer, sd := x.socket, x.child, x.seed
	s.establish()
	e.sessionUp(s)
	if n := b.notify(ikev2.AuthLifetime); n != nil && len(n.Data) == 4 {
		s.limitLife(n.Data)
	}
	c, reason := s.finishChild(offer, b, nil, nil, &sd)
	if c == nil {
		e.abort(reason)
		sock.failed(reason)
		s.terminate(reason)
		return
	}
	c.install(true)
	if !sock.wanted {
		s.terminate("tunnel is gone")
		return
	}
	s.supersede()
}

// verifyResponder holds the answer to IKE_AUTH against the profile and the keys.
func (s *sa) verifyResponder(b body, message uint32) *refusal {
	idr, ok1 := b.id(true)
	auth, ok2 := find[*ikev2.Auth](b)
	if !ok1 || !ok2 {
		return refuse(ikev2.InvalidSyntax, "no identity or no proof")
	}
	id, ok := identityOf(idr)
	if !ok || !s.profile.takes(id, b.signer(auth)) {
		return refuse(ikev2.AuthenticationFailed, "identity of the peer does not match")
	}
	s.peer = id
	if r := s.confirmPPK(b); r != nil {
		return r
	}
	return s.verify(b, auth, s.octets(false, idr.Body(), message))
}

// farewell sends a request for whose answer nobody waits.
func (s *sa) farewell(b body) {
	s.tellSend(ikev2.Informational, s.next, false, b)
	s.send(s.write(ikev2.Informational, s.next, false, b))
}

// up returns the peer as sockets know it.
func (s *sa) who() ipsec.Peer {
	p := ipsec.Peer{Identity: s.peer.key(), Remote: s.path.remote, Claimed: s.claimed}
	if !p.Claimed.IsValid() {
		p.Claimed = s.path.remote.Addr()
	}
	return p
}

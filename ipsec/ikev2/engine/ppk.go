package engine

import (
	"slices"

	"axle/ipsec/ikev2"
)

// ppkFixed is the type of a PPK_ID that names a key. RFC 8784 §5.1.
const ppkFixed = 2

// hasPPK reports whether any keyring has a post-quantum preshared key.
func (e *Engine) hasPPK() bool {
	return slices.ContainsFunc(e.cfg.Keyrings, func(k Keyring) bool {
		return slices.ContainsFunc(k.Peers, func(p KeyPeer) bool { return p.PPK.ID != "" })
	})
}

// offeredPPK returns the key that an initiator mixes in; nil for none.
func (s *sa) offeredPPK() *PPK {
	k := s.e.keyFor(s.profile, nil, s.path.remote.Addr())
	if k == nil || k.PPK.ID == "" || !s.setup.usePPK {
		return nil
	}
	return &k.PPK
}

// confirmPPK looks whether the responder uses the key that was offered, and goes
// back to the keys without it where it does not. RFC 8784 §3.
func (s *sa) confirmPPK(b body) *refusal {
	k := s.e.keyFor(s.profile, nil, s.path.remote.Addr())
	required := k != nil && k.PPK.ID != "" && k.PPK.Required
	switch {
	case s.setup.plain == nil && required:
		return refuse(ikev2.AuthenticationFailed, "the peer knows no PPK")
	case s.setup.plain == nil:
		return nil
	case b.notify(ikev2.PPKIdentity) != nil:
		s.ppk = true
		return nil
	case required:
		return refuse(ikev2.AuthenticationFailed, "the peer does not use the PPK")
	}
	s.keys, s.setup.plain = *s.setup.plain, nil
	return nil
}

// initiatorOctets returns what AUTH of the initiator covers, after its PPK, if it
// names one that is known, is mixed into the keys. It reports whether it is. With
// one that is not known, the second AUTH, without a PPK, takes the place of the
// first.
func (s *sa) initiatorOctets(b body, id *ikev2.ID, auth *ikev2.Auth, message uint32) ([]byte, bool, *refusal) {
	k := s.e.keyFor(s.profile, &s.peer, s.path.remote.Addr())
	have := k != nil && k.PPK.ID != ""
	n := b.notify(ikev2.PPKIdentity)
	if n != nil && s.setup.usePPK && have && string(n.Data) == string(append([]byte{ppkFixed}, k.PPK.ID...)) {
		s.keys.mixPPK(s.suite.prf, k.PPK.Key)
		s.ppk = true
		return s.octets(true, id.Body(), message), true, nil
	}
	if have && k.PPK.Required {
		return nil, false, refuse(ikev2.AuthenticationFailed, "the peer does not use the PPK")
	}
	if n != nil {
		second := b.notify(ikev2.NoPPKAuth)
		if second == nil {
			return nil, false, refuse(ikev2.AuthenticationFailed, "PPK of the peer is not known")
		}
		auth.Data = second.Data
	}
	return s.octets(true, id.Body(), message), false, nil
}

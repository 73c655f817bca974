package engine

import (
	"crypto/hmac"
	"slices"

	"axle/ipsec"
	"axle/ipsec/ikev2"
)

// sign proves that we are who we say.
func (s *sa) sign(octets []byte, key ipsec.Secret) (*ikev2.Auth, *refusal) {
	s.signed = s.profile.LocalAuth.Method
	if s.signed == PreShared {
		return &ikev2.Auth{Method: ikev2.AuthPSK, Data: presharedAuth(s.suite.prf, key, octets)}, nil
	}
	return s.signature(octets)
}

// verify holds the proof of the peer against the methods that the profile takes.
func (s *sa) verify(b body, auth *ikev2.Auth, octets []byte) *refusal {
	if auth.Method != ikev2.AuthPSK {
		return s.verifySignature(b, auth, octets)
	}
	i := slices.IndexFunc(s.profile.RemoteAuth, func(a Auth) bool { return a.Method == PreShared })
	if i < 0 {
		return refuse(ikev2.AuthenticationFailed, "the profile takes no pre-shared key")
	}
	key := s.profile.RemoteAuth[i].Key
	if key == nil {
		if k := s.e.keyFor(s.profile, &s.peer, s.path.remote.Addr()); k != nil {
			key = k.Remote
		}
	}
	if key == nil {
		return refuse(ikev2.AuthenticationFailed, "no pre-shared key for the peer")
	}
	if !hmac.Equal(auth.Data, presharedAuth(s.suite.prf, key, octets)) {
		return refuse(ikev2.AuthenticationFailed, "the pre-shared keys differ")
	}
	s.verified = PreShared
	return nil
}

package engine

import "axle/ipsec/ikev2"

// A TrustPoint is a "crypto pki trustpoint".
type TrustPoint struct{ Name string }

func (e *Engine) certRequest(p localPath) []ikev2.Payload { return nil }

func (s *sa) ownIdentity() (*ikev2.ID, []ikev2.Payload, *refusal) {
	return s.profile.Self.own(s.path.local.Addr()), nil, nil
}

func (s *sa) signature(octets []byte) (*ikev2.Auth, *refusal) {
	return nil, refuse(ikev2.AuthenticationFailed, "no certificate")
}

func (s *sa) verifySignature(b body, auth *ikev2.Auth, octets []byte) *refusal {
	return refuse(ikev2.AuthenticationFailed, "no certificate")
}

func distinguishedName(b []byte) string { return hexText(string(b)) }

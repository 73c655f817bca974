package engine

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"errors"
	"slices"

	"axle/ipsec/ikev2"
	"axle/ipsec/pki"
)

// A TrustPoint is a "crypto pki trustpoint": who vouches for peers, and what we
// show them.
type TrustPoint struct {
	Name        string
	Authority   pki.Authority       // vouches for peers
	Certificate *x509.Certificate   // ours; nil: none
	Chain       []*x509.Certificate // between ours and the authority, sent along
	Key         crypto.Signer       // of Certificate: RSA, ECDSA or Ed25519
}

// hashLen is the length in bytes of what names an authority in CERTREQ.
const hashLen = sha1.Size

// trusts returns the trust points of the given names, of no names all.
func (e *Engine) trusts(names []string) (list []*TrustPoint) {
	for i := range e.cfg.Trust {
		if t := &e.cfg.Trust[i]; len(names) == 0 || slices.Contains(names, t.Name) {
			list = append(list, t)
		}
	}
	return list
}

// certRequest asks the peer for a certificate of an authority that the profile
// trusts; of a responder, who has no profile yet, any of those that may be chosen.
func (e *Engine) certRequest(p localPath, chosen *Profile) []ikev2.Payload {
	var data []byte
	for i := range e.cfg.Profiles {
		x := &e.cfg.Profiles[i]
		if chosen != nil && x != chosen || chosen == nil && !e.serves(p, x.Name) ||
			!slices.ContainsFunc(x.RemoteAuth, func(a Auth) bool { return a.Method != PreShared }) {
			continue
		}
		for _, t := range e.trusts(x.Verify) {
			for _, c := range t.Authority.Trusted {
				if h := sha1.Sum(c.RawSubjectPublicKeyInfo); !named(data, h) && len(data) < MaxCertificates*hashLen {
					data = append(data, h[:]...)
				}
			}
		}
	}
	if data == nil {
		return nil
	}
	return []ikev2.Payload{&ikev2.CertRequest{Encoding: ikev2.CertX509, Data: data}}
}

// named reports whether a list of hashes has one.
func named(list []byte, h [hashLen]byte) bool {
	for ; len(list) >= hashLen; list = list[hashLen:] {
		if [hashLen]byte(list[:hashLen]) == h {
			return true
		}
	}
	return false
}

// ownIdentity returns who we are, and with signatures the certificates that say
// so.
func (s *sa) ownIdentity() (*ikev2.ID, []ikev2.Payload, *refusal) {
	if s.profile.LocalAuth.Method == PreShared {
		return s.profile.Self.own(s.path.local.Addr()), nil, nil
	}
	t := s.ownTrust()
	if t == nil {
		return nil, nil, refuse(ikev2.AuthenticationFailed, "no certificate of our own")
	}
	s.setup.trust = t
	id := s.profile.Self.own(s.path.local.Addr())
	if k := s.profile.Self.Kind; k == IdentityNone || k == IdentityDN {
		id = &ikev2.ID{Kind: ikev2.IDDN, Data: t.Certificate.RawSubject}
	}
	list := []ikev2.Payload{&ikev2.Cert{Encoding: ikev2.CertX509, Data: t.Certificate.Raw}}
	for _, c := range t.Chain {
		if len(list) < MaxCertificates {
			list = append(list, &ikev2.Cert{Encoding: ikev2.CertX509, Data: c.Raw})
		}
	}
	return id, list, nil
}

// ownTrust chooses the trust point whose certificate we show: one with a key of the
// profile's method, and rather one of an authority that the peer asks for.
func (s *sa) ownTrust() *TrustPoint {
	var found *TrustPoint
	for _, t := range s.e.trusts(s.profile.Sign) {
		if t.Certificate == nil || t.Key == nil || methodOf(t.Key.Public()) != s.profile.LocalAuth.Method {
			continue
		}
		if slices.ContainsFunc(t.Authority.Trusted, func(c *x509.Certificate) bool {
			return named(s.setup.authorities, sha1.Sum(c.RawSubjectPublicKeyInfo))
		}) {
			return t
		}
		if found == nil {
			found = t
		}
	}
	return found
}

// methodOf returns the method for which a key is good; 0 for none.
func methodOf(key crypto.PublicKey) Method {
	switch key.(type) {
	case *rsa.PublicKey:
		return RSASignature
	case *ecdsa.PublicKey, ed25519.PublicKey:
		return ECDSASignature
	}
	return 0
}

// signature signs octets with the key of the certificate that ownIdentity showed.
func (s *sa) signature(octets []byte) (*ikev2.Auth, *refusal) {
	t := s.setup.trust
	if t == nil {
		return nil, refuse(ikev2.AuthenticationFailed, "no certificate of our own")
	}
	auth, err := signWith(t.Key, s.setup.hashes, octets)
	if err != nil {
		return nil, refuse(ikev2.AuthenticationFailed, "failed to sign: %v", err)
	}
	return auth, nil
}

// verifySignature holds the proof of a peer against its certificate, and that
// against those whom we trust.
func (s *sa) verifySignature(b body, auth *ikev2.Auth, octets []byte) *refusal {
	sent, r := b.certificates()
	if r != nil {
		return r
	}
	own := sent[0]
	method := methodOf(own.PublicKey)
	if method == 0 || !slices.ContainsFunc(s.profile.RemoteAuth, func(a Auth) bool { return a.Method == method }) {
		return refuse(ikev2.AuthenticationFailed, "the profile does not take the method of the peer")
	}
	chain, err := s.e.vouched(s.profile, sent)
	if err != nil {
		return refuse(ikev2.AuthenticationFailed, "%v", err)
	}
	if err := pki.Vouches(chain, uint8(s.peer.kind), []byte(s.peer.data)); err != nil {
		return refuse(ikev2.AuthenticationFailed, "%v", err)
	}
	if err := verifyWith(own.PublicKey, auth, octets); err != nil {
		return refuse(ikev2.AuthenticationFailed, "%v", err)
	}
	s.verified = method
	return nil
}

// certificates returns those that a peer sent, its own first.
func (b body) certificates() ([]*x509.Certificate, *refusal) {
	var list []*x509.Certificate
	for _, p := range b {
		c, ok := p.(*ikev2.Cert)
		if !ok || c.Encoding != ikev2.CertX509 {
			continue
		}
		if len(list) == MaxCertificates {
			return nil, refuse(ikev2.AuthenticationFailed, "too many certificates")
		}
		x, err := pki.ParseCertificate(c.Data)
		if err != nil {
			return nil, refuse(ikev2.AuthenticationFailed, "%v", err)
		}
		list = append(list, x)
	}
	if len(list) == 0 {
		return nil, refuse(ikev2.AuthenticationFailed, "no certificate")
	}
	return list, nil
}

// signer returns the certificate with which a peer signs; nil where it proves itself
// otherwise, and what it sent along says nothing. It is not verified yet.
func (b body) signer(auth *ikev2.Auth) *x509.Certificate {
	if auth.Method == ikev2.AuthPSK {
		return nil
	}
	list, r := b.certificates()
	if r != nil {
		return nil
	}
	return list[0]
}

// errNoTrust says that a profile has nobody who could vouch.
var errNoTrust = errors.New("no trust point for the certificate")

// vouched looks for a chain from a peer's certificate, the first of a list, to an
// authority of a trust point of the profile.
func (e *Engine) vouched(p *Profile, sent []*x509.Certificate) ([]*x509.Certificate, error) {
	reason := errNoTrust
	for _, t := range e.trusts(p.Verify) {
		chain, err := t.Authority.Verify(sent, e.now)
		if err == nil {
			return chain, nil
		}
		if !errors.Is(err, pki.ErrUntrusted) { // what is nearer to the truth
			reason = err
		}
	}
	return nil, reason
}

// distinguishedName returns a name of X.500 as IOS shows it, without what is not
// printable.
func distinguishedName(b []byte) string {
	if text := pki.Name(b).String(); text != "" {
		return text
	}
	return hexText(string(b))
}

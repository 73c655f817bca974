package engine

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"slices"
	"strings"

	"axle/ipsec/ikev2"
)

// A Revocation is how much a trust point cares for revoked certificates.
type Revocation uint8

// The words of "revocation-check".
const (
	RevocationNone    Revocation = iota
	RevocationCRL                // there must be a list
	RevocationCRLNone            // a list counts where there is one
)

// A TrustPoint is a "crypto pki trustpoint": who vouches for peers, and what we
// show them.
type TrustPoint struct {
	Name        string
	Authorities []*x509.Certificate
	Certificate *x509.Certificate   // ours; nil: none
	Chain       []*x509.Certificate // between ours and the authority, sent along
	Key         crypto.Signer       // of Certificate: RSA, ECDSA or Ed25519
	Revocation  Revocation
	CRLs        []*x509.RevocationList
}

// hashLen is the length in bytes of what names an authority in CERTREQ.
const hashLen = sha1.Size

// oidIKE is the purpose of a certificate for IKE, RFC 4945 §5.1.3.12.
var oidIKE = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 17}

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
			for _, c := range t.Authorities {
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
		if slices.ContainsFunc(t.Authorities, func(c *x509.Certificate) bool {
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
	var chain []*x509.Certificate
	for _, p := range b {
		c, ok := p.(*ikev2.Cert)
		if !ok || c.Encoding != ikev2.CertX509 {
			continue
		}
		if len(chain) == MaxCertificates {
			return refuse(ikev2.AuthenticationFailed, "too many certificates")
		}
		x, err := x509.ParseCertificate(c.Data)
		if err != nil {
			return refuse(ikev2.AuthenticationFailed, "malformed certificate")
		}
		chain = append(chain, x)
	}
	if len(chain) == 0 {
		return refuse(ikev2.AuthenticationFailed, "no certificate")
	}
	own := chain[0]
	method := methodOf(own.PublicKey)
	if method == 0 || !slices.ContainsFunc(s.profile.RemoteAuth, func(a Auth) bool { return a.Method == method }) {
		return refuse(ikev2.AuthenticationFailed, "the profile does not take the method of the peer")
	}
	if reason := s.e.vouched(s.profile, chain); reason != "" {
		return refuse(ikev2.AuthenticationFailed, "%s", reason)
	}
	if !belongs(own, s.peer) {
		return refuse(ikev2.AuthenticationFailed, "the certificate is not that of the identity")
	}
	if err := verifyWith(own.PublicKey, auth, octets); err != nil {
		return refuse(ikev2.AuthenticationFailed, "%v", err)
	}
	s.verified = method
	return nil
}

// vouched looks for a chain from a certificate, the first of a list, to an authority
// of a trust point of the profile. It returns why there is none.
func (e *Engine) vouched(p *Profile, list []*x509.Certificate) string {
	between := x509.NewCertPool()
	for _, c := range list[1:] {
		between.AddCert(c)
	}
	reason := "no trust point for the certificate"
	for _, t := range e.trusts(p.Verify) {
		roots := x509.NewCertPool()
		for _, c := range t.Authorities {
			roots.AddCert(c)
		}
		chains, err := list[0].Verify(x509.VerifyOptions{
			Roots: roots, Intermediates: between, CurrentTime: e.now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
		})
		switch {
		case err != nil:
			continue
		case !forIKE(list[0]):
			reason = "the certificate is for another purpose"
			continue
		}
		for _, chain := range chains {
			if reason = t.revoked(e, chain); reason == "" {
				return ""
			}
		}
	}
	return reason
}

// forIKE reports whether a certificate may be used here: RFC 4945 §5.1.3.
func forIKE(c *x509.Certificate) bool {
	if c.KeyUsage != 0 && c.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0 {
		return false
	}
	if len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0 {
		return true
	}
	for _, u := range c.ExtKeyUsage {
		switch u {
		case x509.ExtKeyUsageAny, x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth,
			x509.ExtKeyUsageIPSECEndSystem, x509.ExtKeyUsageIPSECTunnel, x509.ExtKeyUsageIPSECUser:
			return true
		}
	}
	return slices.ContainsFunc(c.UnknownExtKeyUsage, func(o asn1.ObjectIdentifier) bool { return o.Equal(oidIKE) })
}

// revoked returns why a chain is not to be trusted; "" where it is.
func (t *TrustPoint) revoked(e *Engine, chain []*x509.Certificate) string {
	if t.Revocation == RevocationNone {
		return ""
	}
	for i := 0; i+1 < len(chain); i++ {
		c, issuer := chain[i], chain[i+1]
		found := false
		for _, l := range t.CRLs {
			if !bytes.Equal(l.RawIssuer, c.RawIssuer) || l.CheckSignatureFrom(issuer) != nil || e.now.Before(l.ThisUpdate) || e.now.After(l.NextUpdate) {
				continue
			}
			found = true
			if slices.ContainsFunc(l.RevokedCertificateEntries, func(r x509.RevocationListEntry) bool { return r.SerialNumber.Cmp(c.SerialNumber) == 0 }) {
				return "the certificate is revoked"
			}
		}
		if !found && t.Revocation == RevocationCRL {
			return "no revocation list for the certificate"
		}
	}
	return ""
}

// belongs reports whether a certificate is that of an identity: its subject, or one
// of its other names. RFC 4945 §3.1.
func belongs(c *x509.Certificate, id identity) bool {
	switch id.kind {
	case ikev2.IDDN:
		return id.data == string(c.RawSubject)
	case ikev2.IDFQDN:
		return slices.ContainsFunc(c.DNSNames, func(n string) bool { return strings.EqualFold(n, id.data) })
	case ikev2.IDEmail:
		return slices.ContainsFunc(c.EmailAddresses, func(n string) bool { return strings.EqualFold(n, id.data) })
	case ikev2.IDIPv4, ikev2.IDIPv6:
		for _, a := range c.IPAddresses {
			if a.Equal(id.addr().AsSlice()) {
				return true
			}
		}
	}
	return false
}

// distinguishedName returns a name of X.500 in text, without what is not printable.
func distinguishedName(b []byte) string {
	var name pkix.RDNSequence
	if rest, err := asn1.Unmarshal(b, &name); err != nil || len(rest) > 0 {
		return hexText(string(b))
	}
	return printable(name.String())
}

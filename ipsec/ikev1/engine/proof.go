package engine

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"net/netip"
	"slices"
	"strings"
	"time"

	"axle/ipsec/ikev1"
)

// Certificates are the trust points of a router: who signs for us, and who vouches
// for peers. No name means any trust point.
type Certificates interface {
	// Own returns our certificate, those between it and its authority, all in DER, and
	// its RSA key; false where no trust point of these names has any.
	Own(trustPoints []string) (chain [][]byte, key crypto.Signer, ok bool)
	// Authorities returns the names in DER of those who vouch.
	Authorities(trustPoints []string) [][]byte
	// Verify returns the certificate of who signs, the first of the chain, if somebody
	// vouches for it now.
	Verify(now time.Time, trustPoints []string, chain [][]byte) (*x509.Certificate, error)
}

// maxCertificates is how many certificates of a peer are looked at.
const maxCertificates = 8

// signs reports whether both ends prove who they are with signatures. RFC 2409 §5.1.
func (s *sa) signs() bool { return s.policy.Auth == ikev1.AuthRSA }

// trustPoints are those of the profile.
func (s *sa) trustPoints() []string {
	if p := s.e.profile(s.profile); p != nil {
		return p.TrustPoints
	}
	return nil
}

// canSign reports whether we have a certificate.
func (s *sa) canSign() bool {
	if s.e.cfg.Certificates == nil {
		return false
	}
	_, _, ok := s.e.cfg.Certificates.Own(s.trustPoints())
	return ok
}

// requests returns the payloads that ask for the peer's certificate.
func (s *sa) requests() (payloads []ikev1.Payload) {
	if !s.signs() {
		return nil
	}
	for _, name := range s.e.cfg.Certificates.Authorities(s.trustPoints()) {
		if len(payloads) < maxCertificates {
			payloads = append(payloads, &ikev1.CertReq{Encoding: ikev1.CertX509Signature, Authority: name})
		}
	}
	return payloads
}

// proof returns the payloads that prove who we are; nil where we cannot.
func (s *sa) proof() []ikev1.Payload {
	id := s.identity()
	var chain [][]byte
	var key crypto.Signer
	if s.signs() {
		ok := false
		if chain, key, ok = s.e.cfg.Certificates.Own(s.trustPoints()); !ok || len(chain) == 0 {
			return nil
		}
		if id == nil {
			leaf, err := x509.ParseCertificate(chain[0])
			if err != nil {
				return nil
			}
			id = &ikev1.ID{Type: ikev1.IDDN, Data: leaf.RawSubject}
		}
	} else if id == nil {
		id = s.addressID()
	}
	mine, theirs, myCookie, theirCookie := s.gxr, s.gxi, s.resp, s.init
	if s.initiator {
		mine, theirs, myCookie, theirCookie = s.gxi, s.gxr, s.init, s.resp
	}
	hash := s.keys.phase1Hash(mine, theirs, myCookie, theirCookie, s.offer, id.Body())
	payloads := []ikev1.Payload{id}
	if !s.signs() {
		return append(payloads, ikev1.Hash(hash))
	}
	for _, der := range chain {
		payloads = append(payloads, &ikev1.Cert{Encoding: ikev1.CertX509Signature, Data: der})
	}
	// What is signed is the hash itself, not in a structure that names its function
	// (RFC 2409 §5.1).
	sig, err := key.Sign(s.e.rand, hash, crypto.Hash(0))
	if err != nil {
		return nil
	}
	return append(payloads, ikev1.Sig(sig))
}

// proved reports whether the peer has proved that it is id. Where it has signed, its
// name is the one of its certificate, unless that has id in it.
func (s *sa) proved(b *bundle, id *ikev1.ID) bool {
	mine, theirs, myCookie, theirCookie := s.gxi, s.gxr, s.init, s.resp
	if s.initiator {
		mine, theirs, myCookie, theirCookie = s.gxr, s.gxi, s.resp, s.init
	}
	hash := s.keys.phase1Hash(mine, theirs, myCookie, theirCookie, s.offer, id.Body())
	if !s.signs() {
		s.name = id.String()
		return equal(hash, b.hash)
	}
	if len(b.certs) == 0 || len(b.certs) > maxCertificates || b.sig == nil {
		return false
	}
	leaf, err := s.e.cfg.Certificates.Verify(s.e.now, s.trustPoints(), b.certs)
	if err != nil {
		s.tell("", "certificate of the peer is not accepted")
		return false
	}
	public, ok := leaf.PublicKey.(*rsa.PublicKey)
	if !ok || rsa.VerifyPKCS1v15(public, crypto.Hash(0), hash, b.sig) != nil {
		return false
	}
	s.name = id.String()
	switch {
	case id.Type == ikev1.IDDN && string(id.Data) == string(leaf.RawSubject):
		s.name = "dn " + leaf.Subject.String()
	case certified(leaf, id):
	case id.Type == ikev1.IDIPv4 || id.Type == ikev1.IDIPv6:
		// Many certificates of routers have no address in them.
		s.name = "dn " + leaf.Subject.String()
		s.e.warn(EventNoAddressMatch, id.Prefix().Addr(), int(id.Type), addresses(leaf))
	default:
		return false
	}
	return true
}

// addresses lists those that a certificate has in it.
func addresses(c *x509.Certificate) string {
	var list []string
	for _, ip := range c.IPAddresses {
		list = append(list, ip.String())
	}
	return strings.Join(list, ", ")
}

// certified reports whether a certificate has an identity in it.
func certified(c *x509.Certificate, id *ikev1.ID) bool {
	switch id.Type {
	case ikev1.IDIPv4, ikev1.IDIPv6:
		for _, ip := range c.IPAddresses {
			if a, ok := netip.AddrFromSlice(ip); ok && a.Unmap() == id.Prefix().Addr() {
				return true
			}
		}
	case ikev1.IDFQDN:
		return slices.ContainsFunc(c.DNSNames, func(n string) bool { return strings.EqualFold(n, string(id.Data)) })
	case ikev1.IDUserFQDN:
		return slices.ContainsFunc(c.EmailAddresses, func(n string) bool { return strings.EqualFold(n, string(id.Data)) })
	}
	return false
}

package router

import (
	std "crypto"
	"crypto/rsa"
	"crypto/x509"
	"iter"
	"slices"
	"time"

	"axle/cli/ios"
	ikev2 "axle/ipsec/ikev2/engine"
	"axle/ipsec/pki"
)

// trustPoints returns the trust points with what is known of them. A certificate
// whose key is not here proves nothing and is left out. A revocation list counts for
// all: whose it is says its signature.
func (r *Router) trustPoints() []ikev2.TrustPoint {
	points := r.cfg.PKI.TrustPoints
	var all []*x509.Certificate
	var lists []*x509.RevocationList
	for i := range points {
		all, lists = append(all, points[i].Authorities...), append(lists, points[i].Lists...)
	}
	var out []ikev2.TrustPoint
	for i := range points {
		t := &points[i]
		x := ikev2.TrustPoint{Name: t.Name, Authority: pki.Authority{Trusted: t.Authorities, Lists: lists, Revocation: t.Revocation}}
		if k := r.ownKey(t); k != nil {
			x.Certificate, x.Key = t.Own, k.Signer
			for _, c := range ordered(t.Own, all) {
				if !pki.SelfIssued(c) {
					x.Chain = append(x.Chain, c)
				}
			}
		}
		out = append(out, x)
	}
	return out
}

// ownKey returns the key of a trust point's own certificate; nil where either is not
// there.
func (r *Router) ownKey(t *ios.TrustPoint) *pki.Key {
	if t.Own == nil {
		return nil
	}
	return r.keys.Of(t.Own, t.KeyLabel)
}

// A wallet is the trust points as IKEv1 asks for them. Its keys are of RSA.
type wallet []ikev2.TrustPoint

// named yields the trust points of some names, all of no names.
func (w wallet) named(names []string) iter.Seq[*ikev2.TrustPoint] {
	return func(yield func(*ikev2.TrustPoint) bool) {
		for i := range w {
			if (len(names) == 0 || slices.Contains(names, w[i].Name)) && !yield(&w[i]) {
				return
			}
		}
	}
}

// Own implements ikev1.Certificates.
func (w wallet) Own(names []string) (chain [][]byte, key std.Signer, ok bool) {
	for t := range w.named(names) {
		if _, isRSA := t.Key.(*rsa.PrivateKey); !isRSA {
			continue
		}
		chain = [][]byte{t.Certificate.Raw}
		for _, c := range t.Chain {
			chain = append(chain, c.Raw)
		}
		return chain, t.Key, true
	}
	return nil, nil, false
}

// Authorities implements ikev1.Certificates.
func (w wallet) Authorities(names []string) (list [][]byte) {
	for t := range w.named(names) {
		for _, c := range t.Authority.Trusted {
			list = append(list, c.RawSubject)
		}
	}
	return list
}

// Verify implements ikev1.Certificates.
func (w wallet) Verify(now time.Time, names []string, chain [][]byte) (*x509.Certificate, error) {
	var sent []*x509.Certificate
	for _, der := range chain {
		c, err := pki.ParseCertificate(der)
		if err != nil {
			return nil, err
		}
		sent = append(sent, c)
	}
	err := pki.ErrUntrusted
	for t := range w.named(names) {
		found, why := t.Authority.Verify(sent, now)
		if why == nil {
			return found[0], nil
		}
		err = why
	}
	return nil, err
}

package router

import (
	"crypto/x509"

	"axle/ipsec/pki"
)

// A trust is what the key exchanges must know of a trust point.
type trust struct {
	name string
	pki.Authority
	own   *x509.Certificate   // with its key; nil: none
	chain []*x509.Certificate // between own and the uppermost authority, nearest first
	key   *pki.Key
}

// trusts returns the trust points with what is known of them. A certificate whose
// key is not here proves nothing and is left out.
func (r *Router) trusts() []trust {
	points := r.cfg.PKI.TrustPoints
	var all []*x509.Certificate
	for i := range points {
		all = append(all, points[i].Authorities...)
	}
	var out []trust
	for i := range points {
		t := &points[i]
		x := trust{name: t.Name, Authority: pki.Authority{Trusted: t.Authorities, Lists: t.Lists, Revocation: t.Revocation}}
		if t.Own != nil {
			if x.key = r.keys.Of(t.Own, t.KeyLabel); x.key != nil {
				x.own = t.Own
			}
		}
		if x.own != nil && !t.SelfSigned {
			for _, c := range ordered(t.Own, all) {
				if !pki.SelfIssued(c) {
					x.chain = append(x.chain, c)
				}
			}
		}
		out = append(out, x)
	}
	return out
}

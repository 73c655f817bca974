package router

import (
	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/show"
	"axle/ipsec/pki"
)

// pkiScreens are the show commands of keys and of trust points.
var pkiScreens = map[*grammar.Command]screen{
	ios.ShowTrustpoints: func(r *Router, l *grammar.Line) string {
		list, ok := r.shownTrustPoints(l.Args["name"])
		switch {
		case !ok:
			return "% Trustpoint " + l.Args["name"] + " is not defined.\n"
		case l.Has("status"):
			return show.TrustpointsStatus(list)
		}
		return show.Trustpoints(list)
	},
	ios.ShowCertificates: func(r *Router, l *grammar.Line) string {
		list, ok := r.shownTrustPoints(l.Args["name"])
		if !ok {
			return "% Trustpoint " + l.Args["name"] + " is not defined.\n"
		}
		return show.Certificates(r.plainView(), list, l.Has("verbose"))
	},
	ios.ShowCRLs: func(r *Router, l *grammar.Line) string {
		list, _ := r.shownTrustPoints("")
		return show.CRLs(r.plainView(), list)
	},
	ios.ShowMyKeys: func(r *Router, l *grammar.Line) string {
		var list []show.PublicKey
		for _, k := range r.keys {
			name := l.Args["name"]
			if (l.Has("all") || l.Has("rsa") == k.IsRSA()) && (name == "" || name == k.Label) {
				list = append(list, *shownKey(k))
			}
		}
		return show.MyKeys(r.plainView(), list)
	},
}

func shownKey(k *pki.Key) *show.PublicKey {
	return &show.PublicKey{Label: k.Label, RSA: k.IsRSA(), Exportable: k.Exportable, Made: k.Made, DER: k.Public()}
}

// shownTrustPoints returns what is shown of a trust point; of no name all of them.
func (r *Router) shownTrustPoints(name string) (list []show.TrustPoint, ok bool) {
	for i := range r.cfg.PKI.TrustPoints {
		t := &r.cfg.PKI.TrustPoints[i]
		if name != "" && name != t.Name {
			continue
		}
		x := show.TrustPoint{Name: t.Name, Authorities: t.Authorities, Own: t.Own, SelfSigned: t.SelfSigned, Lists: t.Lists}
		k := r.ownKey(t)
		if t.Own == nil && t.KeyLabel != "" {
			k = r.keys.Find(t.KeyLabel)
		}
		if k != nil {
			x.Key = shownKey(k)
		}
		list = append(list, x)
	}
	return list, name == "" || len(list) > 0
}

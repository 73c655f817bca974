package router

import (
	"crypto/x509"
	"fmt"
	"net/netip"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/shell"
	"axle/ipsec/pki"
)

// pkiActs are the commands of keys and of trust points.
var pkiActs = map[*grammar.Command]act{
	ios.GenerateKey:     generateKey,
	ios.GenerateECKey:   generateKey,
	ios.ZeroizeKey:      zeroizeKey,
	ios.PKIAuthenticate: onTrustPoint(authenticate),
	ios.PKIEnroll:       onTrustPoint(enroll),
	ios.PKIImport:       onTrustPoint(importPKI),
	ios.PKIExport:       onTrustPoint(exportPKI),
	ios.PKIRequestCRL:   onTrustPoint(nil), // always refused
}

// onTrustPoint makes an act of what is done with a trust point, which is nil where it
// is yet to be made.
func onTrustPoint(f func(r *Router, t *ios.TrustPoint, l *grammar.Line) string) act {
	return func(r *Router, _ shell.Who, l *grammar.Line) string {
		if text := ios.RefusePKI(r.cfg, l); text != "" {
			return text
		}
		return f(r, r.cfg.PKI.TrustPoint(l.Args["name"]), l)
	}
}

// enterLines puts lines into a section, and takes the configuration into force.
func (r *Router) enterLines(section *grammar.Line, lines []*grammar.Line) {
	if section == nil {
		return // a name that the grammar does not take, which none here has
	}
	s := r.tree.Apply(section).Section
	for _, l := range lines {
		s.Apply(l)
	}
	r.entered()
}

// entered takes into force what the router has changed of its own configuration.
func (r *Router) entered() {
	r.changed, r.cfg = r.now, ios.Decode(r.tree)
	r.reconfigure()
}

// dropCertificates takes the certificates of keys that are gone out of the
// configuration.
func (r *Router) dropCertificates(gone pki.Ring) {
	for _, x := range ios.DropCertificates(r.tree, func(_ string, c *x509.Certificate) bool { return gone.Of(c, "") != nil }) {
		x.Section.Apply(x.Line)
	}
	r.entered()
}

// authenticate is "crypto pki authenticate": the operator has seen the fingerprint.
func authenticate(r *Router, t *ios.TrustPoint, l *grammar.Line) string {
	list, err := pki.Certificates(l.Args[ios.PastedArg])
	if err != nil {
		return "% Error in saving certificate: status = FAIL\n"
	}
	c := list[0]
	if !pki.IsAuthority(c) {
		return "% The certificate is not that of a CA.\n"
	}
	r.enterLines(ios.ChainLines(t.Name, nil, list[:1], nil))
	return "Trustpoint CA certificate accepted.\n% Certificate successfully imported\n\n"
}

// keyOf returns the key of a trust point, which is made where there is none.
func (r *Router) keyOf(t *ios.TrustPoint) (*pki.Key, error) {
	label := t.KeyLabel
	if label == "" {
		label = r.keyName()
	}
	if k := r.keys.Find(label); k != nil {
		if k.IsRSA() == t.EC {
			return nil, fmt.Errorf("%s: %w", label, pki.ErrKey)
		}
		return k, nil
	}
	k, err := r.makeKey(label, t.EC, t.KeyBits)
	if err != nil {
		return nil, err
	}
	return k, r.addKey(k)
}

// subjectOf returns what a certificate of a trust point is to say about the router.
// The operator has answered what the configuration leaves open.
func (r *Router) subjectOf(t *ios.TrustPoint, l *grammar.Line) *pki.Subject {
	s := &pki.Subject{Name: t.Subject, Hostname: ios.HostnameOf(r.cfg, t), DNS: t.AltNames}
	if s.Hostname == "" && t.FQDN != ios.None {
		s.Hostname = r.hostname()
	}
	if t.Serial == "yes" || t.Serial == "" && l.Args[ios.SerialArg] == "yes" {
		s.Serial = serial(r.opt.Name)
	}
	where := t.Address
	if where == "" {
		where = l.Args[ios.AddressArg]
	}
	if where != "" && where != ios.None {
		if a := r.locals([]string{where})[0]; !a.IsUnspecified() {
			s.Address = []netip.Addr{a}
		}
	}
	return s
}

// enroll is "crypto pki enroll": it shows a request, or makes a certificate.
func enroll(r *Router, t *ios.TrustPoint, l *grammar.Line) string {
	k, err := r.keyOf(t)
	if err != nil {
		return keyFailure(err)
	}
	s := r.subjectOf(t, l)
	if t.Enrollment == "selfsigned" {
		serial := int64(1)
		if t.Own != nil && t.Own.SerialNumber.IsInt64() {
			serial = max(1, t.Own.SerialNumber.Int64()+1)
		}
		c, err := pki.SelfSigned(s, k, serial, r.now)
		if err != nil {
			return "% The certificate could not be made: " + err.Error() + "\n"
		}
		r.setOwn(t.Name, c)
		return "\nRouter Self Signed Certificate successfully created\n\n"
	}
	der, err := pki.Request(s, k)
	if err != nil {
		return "% The request could not be made: " + err.Error() + "\n"
	}
	text := pki.Base64(der)
	if t.PEM {
		text = pki.RequestPEM(der)
	}
	return "Certificate Request follows:\n\n" + text + "\n---End - This line not part of the certificate request---\n\n"
}

// setOwn puts a certificate of the router's own into a chain, in the place of an
// older one.
func (r *Router) setOwn(name string, c *x509.Certificate) {
	for _, x := range ios.DropCertificates(r.tree, func(t string, _ *x509.Certificate) bool { return t == name }) {
		x.Section.Apply(x.Line)
	}
	r.enterLines(ios.ChainLines(name, c, nil, nil))
}

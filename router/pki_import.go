package router

import (
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/ipsec/pki"
)

// importPKI is "crypto pki import".
func importPKI(r *Router, t *ios.TrustPoint, l *grammar.Line) string {
	text := l.Args[ios.PastedArg]
	if url := l.Args["url"]; url != "" {
		var err error
		if text, err = r.readFile(url); err != nil {
			return openError(url, err)
		}
	}
	switch {
	case l.Has("pkcs12"):
		b, err := pki.ParsePKCS12(text, l.Args[ios.PasswordArg])
		if err != nil {
			return importFailure("PKCS12", err)
		}
		if text := r.importBundle(l.Args["name"], "pkcs12", b, false); text != "" {
			return text
		}
		return "CRYPTO_PKI: Imported PKCS12 file successfully.\n"
	case l.Has("pem"):
		b, err := bundleOf(l)
		if err != nil {
			return importFailure("PEM", err)
		}
		if text := r.importBundle(l.Args["name"], "terminal", b, l.Has("exportable")); text != "" {
			return text
		}
		return "% PEM files import succeeded.\n"
	case l.Has("crl"):
		return r.importCRL(t, text)
	}
	return r.importOwn(t, text)
}

// importFailure is what an operator reads where what was imported is not good. The
// reasons name no secret.
func importFailure(what string, err error) string {
	if errors.Is(err, pki.ErrPassword) {
		return "CRYPTO_PKI: Import " + what + " operation failed, bad password?\n"
	}
	return "CRYPTO_PKI: Import " + what + " operation failed: " + err.Error() + "\n"
}

// bundleOf reads the three pasted parts of "crypto pki import NAME pem".
func bundleOf(l *grammar.Line) (*pki.Bundle, error) {
	above, err := pki.Certificates(l.Args[ios.PastedArg])
	if err != nil {
		return nil, err
	}
	b := &pki.Bundle{Authorities: above}
	if b.Key, err = pki.ParseKey(l.Args[ios.PastedKey], l.Args[ios.PasswordArg]); err != nil {
		return nil, err
	}
	own, err := pki.Certificates(l.Args[ios.PastedOwn])
	if err != nil {
		return nil, err
	}
	b.Certificate = own[0]
	if k := (&pki.Key{Signer: b.Key}); !k.Opens(b.Certificate) {
		return nil, fmt.Errorf("the key is not that of the certificate: %w", pki.ErrKey)
	}
	return b, nil
}

// importBundle makes a trust point of a key with its certificates. The issuer of the
// router's certificate goes into the trust point, each authority above it into one of
// its own. text is why it was refused.
func (r *Router) importBundle(name, enrollment string, b *pki.Bundle, exportable bool) (text string) {
	if !pki.ValidLabel(name) {
		return "% " + name + " cannot be the name of keys.\n"
	}
	k := &pki.Key{Label: name, Signer: b.Key, Exportable: exportable}
	if old := r.keys.Find(name); old != nil && !old.Opens(b.Certificate) {
		return "% You already have keys named " + name + ": remove them, or use a different label.\n"
	}
	above := ordered(b.Certificate, b.Authorities)
	if len(b.Authorities) > 0 && len(above) == 0 {
		return "% Failed to parse or verify imported certificate\n"
	}
	if err := r.addKey(k); err != nil {
		return keyFailure(err)
	}
	t := r.cfg.PKI.TrustPoint(name)
	_, isRSA := b.Key.(*rsa.PrivateKey)
	r.enterLines(ios.TrustPointLines(name, enrollment, name, !isRSA))
	if len(above) == 0 { // signed by itself
		r.enterLines(ios.ChainLines(name, b.Certificate, nil, nil))
		return ""
	}
	r.enterLines(ios.ChainLines(name, b.Certificate, above[:1], nil))
	for i, c := range above[1:] {
		next := fmt.Sprintf("%s-rrr%d", name, i+1)
		section, lines := ios.TrustPointLines(next, enrollment, "", false)
		if t != nil {
			lines = append(lines, ios.RevocationLine(t.Revocation)...)
		}
		r.enterLines(section, lines)
		r.enterLines(ios.ChainLines(next, nil, []*x509.Certificate{c}, nil))
	}
	return ""
}

// ordered returns the authorities above a certificate, the nearest first. What does
// not belong to them is left out.
func ordered(c *x509.Certificate, all []*x509.Certificate) []*x509.Certificate {
	var out []*x509.Certificate
	for len(out) < len(all) {
		var next *x509.Certificate
		for _, a := range all {
			if !a.Equal(c) && pki.IsAuthority(a) && c.CheckSignatureFrom(a) == nil {
				next = a
				break
			}
		}
		if next == nil {
			break
		}
		out, c = append(out, next), next
		if pki.SelfIssued(c) {
			break
		}
	}
	return out
}

// importOwn takes the certificate that an authority granted.
func (r *Router) importOwn(t *ios.TrustPoint, text string) string {
	list, err := pki.Certificates(text)
	if err != nil {
		return "% Failed to parse or verify imported certificate\n"
	}
	for _, c := range list { // a file may hold the chain, too
		if r.keys.Of(c, t.KeyLabel) == nil {
			continue
		}
		for _, a := range t.Authorities {
			if c.CheckSignatureFrom(a) == nil {
				r.setOwn(t.Name, c)
				return "% Router Certificate successfully imported\n\n"
			}
		}
	}
	return "% Failed to parse or verify imported certificate\n"
}

// importCRL takes a revocation list of an authority of the trust point.
func (r *Router) importCRL(t *ios.TrustPoint, text string) string {
	list, err := pki.CRL(text)
	if err != nil {
		return "% Failed to parse or verify imported CRL: " + err.Error() + "\n"
	}
	for _, a := range t.Authorities {
		if list.CheckSignatureFrom(a) == nil {
			r.enterLines(ios.ChainLines(t.Name, nil, nil, list))
			return fmt.Sprintf("%% CRL successfully imported: %d revoked certificates, valid until %s\n",
				len(list.RevokedCertificateEntries), list.NextUpdate.UTC().Format("15:04:05 UTC Jan 2 2006"))
		}
	}
	return "% Failed to parse or verify imported CRL: it is not of the CA of this trustpoint\n"
}

// exportPKI is "crypto pki export".
func exportPKI(r *Router, t *ios.TrustPoint, l *grammar.Line) string {
	if l.Has("pem") {
		var text string
		for _, c := range t.Authorities {
			text += "% CA certificate:\n" + pki.PEM(c.Raw) + "\n"
		}
		if t.Own != nil {
			text += "% General Purpose Certificate:\n" + pki.PEM(t.Own.Raw) + "\n"
		}
		return text
	}
	k := r.keys.Of(t.Own, t.KeyLabel)
	switch {
	case k == nil:
		return "% There is no key of this certificate.\n"
	case !k.Exportable:
		return "% The keys are not exportable.\n"
	}
	b := &pki.Bundle{Key: k.Signer, Certificate: t.Own, Authorities: t.Authorities}
	der, err := b.PKCS12(r.crypto.random, l.Args[ios.PasswordArg])
	if err != nil {
		return "CRYPTO_PKI: Export PKCS12 operation failed: " + err.Error() + "\n"
	}
	url := l.Args["url"]
	if url == "" {
		return "Exported pkcs12 follows:\n" + pki.PKCS12Text(der) + "CRYPTO_PKI: Exported PKCS12 file successfully.\n"
	}
	if _, ok := flashPath(url); !ok {
		return openError(url, errNoDevice)
	}
	if _, err := r.writeFile(url, string(der)); err != nil {
		return openError(url, err)
	}
	return "Writing file to " + shownURL(url) + "\nCRYPTO_PKI: Exported PKCS12 file successfully.\n"
}

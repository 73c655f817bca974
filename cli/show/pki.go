package show

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"slices"
	"strings"
	"time"

	"axle/ipsec/pki"
)

// A TrustPoint is what "show crypto pki" tells of one.
type TrustPoint struct {
	Name        string
	Authorities []*x509.Certificate
	Own         *x509.Certificate // nil: none
	SelfSigned  bool              // Own is
	Lists       []*x509.RevocationList
	Key         *PublicKey // of Own, or that a request would have; nil: none
}

// A PublicKey is a pair of keys of the router, of which the public one is shown.
type PublicKey struct {
	Label      string
	RSA        bool
	Exportable bool
	Made       time.Time
	DER        []byte // SubjectPublicKeyInfo
}

// Trustpoints is "show crypto pki trustpoints".
func Trustpoints(list []TrustPoint) string {
	s := new(screen)
	for i := range list {
		t := &list[i]
		s.line("Trustpoint %s:", t.Name)
		for _, c := range t.shown() {
			s.text("    Subject Name: ")
			s.parts("    ", c.RawSubject)
			s.line("          Serial Number (hex): %s", pki.Serial(c.SerialNumber))
			s.text("    Certificate configured.")
		}
		s.text("")
	}
	return s.String()
}

// shown returns the certificates that stand for a trust point: those of its
// authorities, or its own.
func (t *TrustPoint) shown() []*x509.Certificate {
	if len(t.Authorities) == 0 && t.SelfSigned {
		return []*x509.Certificate{t.Own}
	}
	return t.Authorities
}

// parts writes the parts of a name, a line each.
func (s *screen) parts(indent string, name pki.Name) {
	for _, p := range name.Parts() {
		s.text(indent + p)
	}
}

// TrustpointsStatus is "show crypto pki trustpoints status".
func TrustpointsStatus(list []TrustPoint) string {
	s := new(screen)
	certificate := func(what string, c *x509.Certificate) {
		s.line("  %s certificate configured:", what)
		s.text("    Subject Name:")
		s.text("     " + pki.Name(c.RawSubject).String())
		s.line("    Fingerprint MD5: %s ", pki.MD5(c))
		s.line("    Fingerprint SHA1: %s ", pki.SHA1(c))
	}
	for i := range list {
		t := &list[i]
		s.line("Trustpoint %s:", t.Name)
		above := t.shown()
		if len(above) == 0 {
			s.text("  Issuing CA certificate not configured.")
		}
		for _, c := range above {
			certificate("Issuing CA", c)
		}
		request, keys := "None", "No"
		if t.Own != nil {
			certificate("Router General Purpose", t.Own)
			request = "Yes"
		}
		if t.Key != nil {
			keys = "Yes (General Purpose, " + exportable(t.Key.Exportable) + ")"
		}
		s.text("  State:")
		s.text("    Keys generated ............. " + keys)
		s.text("    Issuing CA authenticated ....... " + yes(len(above) > 0))
		s.text("    Certificate request(s) ..... " + request)
		s.text("")
	}
	return s.String()
}

func exportable(yes bool) string {
	if yes {
		return "exportable"
	}
	return "non-exportable"
}

func yes(b bool) string {
	if b {
		return "Yes"
	}
	return "No"
}

// A shownCertificate is a certificate with the trust points that have it.
type shownCertificate struct {
	*x509.Certificate
	title string
	own   *TrustPoint // whose own it is; nil: that of an authority
	in    []string
}

// Certificates is "show crypto pki certificates": the router's own first, each
// certificate once.
func Certificates(v *View, list []TrustPoint, verbose bool) string {
	var all []shownCertificate
	add := func(c *x509.Certificate, title, in string, own *TrustPoint) {
		i := slices.IndexFunc(all, func(x shownCertificate) bool { return bytes.Equal(x.Raw, c.Raw) })
		if i >= 0 {
			all[i].in = append(all[i].in, in)
			return
		}
		all = append(all, shownCertificate{c, title, own, []string{in}})
	}
	for i := range list {
		t := &list[i]
		switch {
		case t.SelfSigned:
			add(t.Own, "Router Self-Signed Certificate", t.Name, t)
		case t.Own != nil:
			add(t.Own, "Certificate", t.Name, t)
		}
		for _, c := range t.Authorities {
			add(c, "CA Certificate", t.Name, nil)
		}
	}
	s := new(screen)
	for i := range all {
		if i > 0 {
			s.text("")
		}
		s.certificate(v, &all[i], verbose)
	}
	return s.String()
}

// pkiTime is how the screens of certificates write a time.
const pkiTime = "15:04:05 MST Jan 2 2006"

func (s *screen) certificate(v *View, c *shownCertificate, verbose bool) {
	usage := "Signature"
	if c.own != nil {
		usage = "General Purpose"
	}
	s.text(c.title)
	s.text("  Status: Available")
	if verbose {
		s.line("  Version: %d", c.Version)
	}
	s.line("  Certificate Serial Number (hex): %s", pki.Serial(c.SerialNumber))
	s.text("  Certificate Usage: " + usage)
	s.text("  Issuer: ")
	s.parts("    ", c.RawIssuer)
	if c.own == nil {
		s.text("  Subject: ")
	} else {
		s.text("  Subject:")
		s.subject(pki.Name(c.RawSubject))
	}
	s.parts("    ", c.RawSubject)
	if len(c.CRLDistributionPoints) > 0 {
		s.text("  CRL Distribution Points: ")
		for _, p := range c.CRLDistributionPoints {
			s.line("    %s", strings.Map(visible, p))
		}
	}
	zone := v.Now.Location()
	s.text("  Validity Date: ")
	s.line("    start date: %s", c.NotBefore.In(zone).Format(pkiTime))
	s.line("    end   date: %s", c.NotAfter.In(zone).Format(pkiTime))
	if verbose {
		s.details(c.Certificate)
	}
	s.line("  Associated Trustpoints: %s ", strings.Join(c.in, " "))
	if verbose && c.own != nil && c.own.Key != nil {
		s.line("  Key Label: %s", c.own.Key.Label)
	}
}

// visible replaces what a terminal would take for a command.
func visible(r rune) rune {
	if r < ' ' || r > '~' {
		return '.'
	}
	return r
}

// subject writes who a certificate of the router's names.
func (s *screen) subject(n pki.Name) {
	for _, x := range []struct{ label, word string }{{"Name", "hostname"}, {"IP Address", "ipaddress"}, {"Serial Number", "serialNumber"}} {
		text := n.First(x.word)
		if text == "" && x.word == "hostname" {
			text = n.First("cn")
		}
		if text != "" {
			s.line("    %s: %s", x.label, strings.Map(visible, text))
		}
	}
}

// keyUsages are the words of a key usage, from its first bit on.
var keyUsages = []string{
	"Digital Signature", "Non Repudiation", "Key Encipherment", "Data Encipherment", "Key Agreement", "Key Cert Sign", "CRL Signature", "Encipher Only", "Decipher Only",
}

// details writes what "verbose" adds.
func (s *screen) details(c *x509.Certificate) {
	s.text("  Subject Key Info:")
	switch k := c.PublicKey.(type) {
	case *rsa.PublicKey:
		s.text("    Public Key Algorithm: rsaEncryption")
		s.line("    RSA Public Key: (%d bit)", k.N.BitLen())
	case *ecdsa.PublicKey:
		s.text("    Public Key Algorithm: ecEncryption")
		s.line("    EC Public Key:  (%d bit)", k.Curve.Params().BitSize)
	default:
		s.text("    Public Key Algorithm: " + c.PublicKeyAlgorithm.String())
	}
	s.text("  Signature Algorithm: " + signatureName(c.SignatureAlgorithm))
	s.line("  Fingerprint MD5: %s ", pki.MD5(c))
	s.line("  Fingerprint SHA1: %s ", pki.SHA1(c))
	s.text("  X509v3 extensions:")
	if c.KeyUsage != 0 {
		var bits uint32
		var names []string
		for i, name := range keyUsages {
			if c.KeyUsage&(1<<i) != 0 {
				bits |= 1 << (31 - i)
				names = append(names, name)
			}
		}
		s.line("    X509v3 Key Usage: %08X", bits)
		for _, n := range names {
			s.text("      " + n)
		}
	}
	if len(c.SubjectKeyId) > 0 {
		s.line("    X509v3 Subject Key ID: %s ", pki.Hex(c.SubjectKeyId)[0])
	}
	if c.BasicConstraintsValid && c.IsCA {
		s.text("    X509v3 Basic Constraints:")
		s.text("        CA: TRUE")
	}
	if other := otherNames(c); len(other) > 0 {
		s.text("    X509v3 Subject Alternative Name:")
		for _, n := range other {
			s.text("        " + strings.Map(visible, n))
		}
	}
	if len(c.AuthorityKeyId) > 0 {
		s.line("    X509v3 Authority Key ID: %s ", pki.Hex(c.AuthorityKeyId)[0])
	}
}

func otherNames(c *x509.Certificate) []string {
	out := slices.Concat(c.DNSNames, c.EmailAddresses)
	for _, a := range c.IPAddresses {
		out = append(out, "IP Address : "+a.String())
	}
	return out
}

// signatureName writes an algorithm in IOS's words where there are some.
func signatureName(a x509.SignatureAlgorithm) string {
	left, right, _ := strings.Cut(a.String(), "-")
	switch {
	case right == "RSA":
		return left + " with RSA Encryption"
	case left == "ECDSA":
		return right + " with ECDSA"
	}
	return a.String()
}

// CRLs is "show crypto pki crls".
func CRLs(v *View, list []TrustPoint) string {
	s := new(screen)
	zone := v.Now.Location()
	for i := range list {
		for _, l := range list[i].Lists {
			s.text("CRL Issuer Name: ")
			s.text("    " + pki.Name(l.RawIssuer).String())
			s.line("    LastUpdate: %s", l.ThisUpdate.In(zone).Format(pkiTime))
			s.line("    NextUpdate: %s", l.NextUpdate.In(zone).Format(pkiTime))
			s.line("    Revoked certificates: %d", len(l.RevokedCertificateEntries))
			s.line("    Imported for trustpoint %s", list[i].Name)
		}
	}
	return s.String()
}

// MyKeys is "show crypto key mypubkey".
func MyKeys(v *View, keys []PublicKey) string {
	s := new(screen)
	for _, k := range keys {
		kind, not := "EC", "not "
		if k.RSA {
			kind = "RSA"
		}
		if k.Exportable {
			not = ""
		}
		s.line("%% Key pair was generated at: %s", k.Made.In(v.Now.Location()).Format(pkiTime))
		s.text("Key name: " + k.Label)
		s.text("Key type: " + kind + " KEYS")
		s.text(" Storage Device: private-config")
		s.text(" Usage: General Purpose Key")
		s.line(" Key is %sexportable.", not)
		s.text(" Key Data:")
		for _, row := range pki.Hex(k.DER) {
			s.text("  " + row + strings.Repeat(" ", len(row)/fullRow))
		}
	}
	return s.String()
}

// fullRow is the length of a row of key data that ends with a blank: eight groups.
const fullRow = 8*8 + 7

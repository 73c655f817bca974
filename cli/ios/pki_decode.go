package ios

import (
	"crypto/x509"
	"slices"
	"strconv"
	"strings"
	"time"

	"axle/cli/grammar"
	"axle/ipsec/pki"
)

// PKI is what a configuration says about certificates. Private keys are not there.
type PKI struct {
	TrustPoints []TrustPoint
	Maps        []pki.Map
}

// A TrustPoint is a "crypto pki trustpoint" with its certificate chain.
type TrustPoint struct {
	Name       string
	Enrollment string // "terminal", "selfsigned", "pkcs12", "url", "profile"; "": not said
	PEM        bool   // requests are shown with a header
	// What goes into the subject of a request, as it was typed; None for what is to
	// be left out, "" where it is to be asked for.
	Subject, FQDN, Address, Serial string
	AltNames                       []string
	Fingerprint                    string // of the authority; "": it is asked for
	KeyLabel                       string // "": that of the router
	KeyBits                        int    // of a key that is made; 0: as usual
	EC                             bool   // KeyLabel names an EC key
	Revocation                     pki.Revocation

	Authorities []*x509.Certificate
	Own         *x509.Certificate // nil: none
	SelfSigned  bool              // Own is
	Lists       []*x509.RevocationList
	Unread      int // certificates and lists that cannot be read
}

// None is what a trust point says where something is to be left out.
const None = "none"

// TrustPoint returns the trust point of a name, or nil.
func (p *PKI) TrustPoint(name string) *TrustPoint {
	i := slices.IndexFunc(p.TrustPoints, func(t TrustPoint) bool { return t.Name == name })
	if i < 0 {
		return nil
	}
	return &p.TrustPoints[i]
}

// pki reads trust points, certificates and certificate maps.
func (d *decoder) pki(t *grammar.Tree) PKI {
	var out PKI
	for s := range t.Lines(pkiTrustpoint) {
		p := d.trustPoint(s)
		if chain := openSection(t, pkiChain, "name", p.Name); chain != nil {
			d.chain(chain, &p)
		}
		out.TrustPoints = append(out.TrustPoints, p)
	}
	for s := range t.Lines(pkiMap) {
		name := s.Line.Args["name"]
		i := slices.IndexFunc(out.Maps, func(m pki.Map) bool { return m.Name == name })
		if i < 0 {
			i, out.Maps = len(out.Maps), append(out.Maps, pki.Map{Name: name})
		}
		out.Maps[i].Steps = append(out.Maps[i].Steps, d.mapStep(s))
	}
	return out
}

// trustPoint reads the section of a trust point.
func (d *decoder) trustPoint(s *grammar.Tree) TrustPoint {
	p := TrustPoint{Name: s.Line.Args["name"], Revocation: pki.RevocationRequired}
	text := func(c *grammar.Command) string {
		if l := d.line(s, c); l != nil {
			return l.Args["line"]
		}
		return ""
	}
	if l := d.line(s, trustEnrollment); l != nil {
		p.Enrollment, p.PEM = l.Words[1], l.Has("pem")
	}
	p.Subject, p.FQDN, p.Address, p.Fingerprint = text(trustSubject), text(trustFQDN), text(trustAddress), text(trustFingerprint)
	if l := d.line(s, trustSerial); l != nil {
		p.Serial = "yes"
		if l.Has(None) {
			p.Serial = None
		}
	}
	p.AltNames = strings.FieldsFunc(text(trustAltName), func(r rune) bool { return r == ',' || r == ' ' })
	switch ways := strings.Fields(text(trustRevocation)); {
	case len(ways) > 0 && ways[0] == None:
		p.Revocation = pki.RevocationNone
	case slices.Contains(ways, None):
		p.Revocation = pki.RevocationOptional
	}
	key := strings.Fields(text(trustRSA))
	if l := d.line(s, trustEC); l != nil && len(key) == 0 {
		key, p.EC = strings.Fields(l.Args["line"]), true
	}
	if len(key) > 0 {
		p.KeyLabel = key[0]
	}
	if len(key) > 1 {
		p.KeyBits, _ = strconv.Atoi(key[1]) // 0: as usual
	}
	return p
}

// chain reads the certificates of a trust point.
func (d *decoder) chain(s *grammar.Tree, p *TrustPoint) {
	for l := range d.lines(s, chainCertificate) {
		c, err := certificateOf(l)
		switch {
		case err != nil:
			p.Unread++
		case l.Words[1] == "ca":
			p.Authorities = append(p.Authorities, c)
		case l.Words[1] == "rollover":
		default:
			p.Own, p.SelfSigned = c, l.Words[1] == "self-signed"
		}
	}
	if l := d.line(s, chainCRL); l != nil {
		der, err := pki.FromHex(l.Text)
		var list *x509.RevocationList
		if err == nil {
			list, err = pki.ParseCRL(der)
		}
		if err != nil {
			p.Unread++
		} else {
			p.Lists = append(p.Lists, list)
		}
	}
}

func certificateOf(l *grammar.Line) (*x509.Certificate, error) {
	der, err := pki.FromHex(l.Text)
	if err != nil {
		return nil, err
	}
	return pki.ParseCertificate(der)
}

// mapFields and mapCompares are the words of a certificate map.
var (
	mapFields = map[string]pki.Field{
		"subject-name": pki.FieldSubject, "issuer-name": pki.FieldIssuer, "alt-subject-name": pki.FieldAltName, "name": pki.FieldName,
		"unstructured-subject-name": pki.FieldHostname, "serial-number": pki.FieldSerial, "valid-start": pki.FieldStart, "expires-on": pki.FieldEnd,
	}
	mapCompares = map[string]pki.Compare{
		"eq": pki.Equal, "ne": pki.NotEqual, "co": pki.Contains, "nc": pki.NotContains, "lt": pki.Less, "ge": pki.NotLess,
	}
	mapTimes = []string{"15:04:05 Jan 2 2006", "Jan 2 2006 15:04:05", "Jan 2 2006", "2 Jan 2006", "15:04:05 2 Jan 2006", "2 Jan 2006 15:04:05"}
)

// mapStep reads a step of a certificate map. A rule that makes no sense matches
// nothing, and so does its step.
func (d *decoder) mapStep(s *grammar.Tree) []pki.Rule {
	var out []pki.Rule
	for _, c := range mapRules {
		for l := range d.lines(s, c) {
			word, text, _ := strings.Cut(l.Args["line"], " ")
			compare, ok := mapCompares[strings.ToLower(word)]
			r := pki.Rule{Field: mapFields[l.Words[0]], Compare: compare, Text: strings.TrimSpace(text)}
			switch r.Field {
			case pki.FieldSerial:
				r.Text = strings.NewReplacer(" ", "", ":", "").Replace(r.Text)
			case pki.FieldStart, pki.FieldEnd:
				var known bool
				r.Time, known = mapTime(r.Text)
				ok = ok && known
			}
			if !ok {
				r = pki.Rule{} // without a text it matches nothing
			}
			out = append(out, r)
		}
	}
	return out
}

func mapTime(text string) (time.Time, bool) {
	text = strings.Join(strings.Fields(text), " ")
	for _, layout := range mapTimes {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// ChainLines returns the lines that put certificates and a list into the chain of a
// trust point: the section, and what stands in it.
func ChainLines(name string, own *x509.Certificate, authorities []*x509.Certificate, list *x509.RevocationList) (section *grammar.Line, lines []*grammar.Line) {
	open := match(ConfigMode, "crypto pki certificate chain "+name)
	if len(open) == 0 {
		return nil, nil
	}
	add := func(text string, der []byte) {
		for _, l := range match(ConfigCertChain, text) {
			for _, row := range append(pki.Hex(der), "quit") {
				_, _ = l.AddBody(row) // a certificate is shorter than a body may be
			}
			lines = append(lines, l)
		}
	}
	if own != nil {
		kind := "certificate "
		if pki.SelfIssued(own) {
			kind += "self-signed "
		}
		add(kind+pki.Serial(own.SerialNumber), own.Raw)
	}
	for _, c := range authorities {
		add("certificate ca "+pki.Serial(c.SerialNumber), c.Raw)
	}
	if list != nil {
		add("crl", list.Raw)
	}
	return open[0], lines
}

// DropCertificates returns the lines that take certificates out of a chain: the
// router's own that drop says yes to, by the section that they stand in.
func DropCertificates(t *grammar.Tree, drop func(trustPoint string, c *x509.Certificate) bool) []Extra {
	var out []Extra
	for s := range t.Lines(pkiChain) {
		for x := range s.Lines(chainCertificate) {
			c, err := certificateOf(x.Line)
			if err != nil || x.Line.Words[1] == "ca" || !drop(s.Line.Args["name"], c) {
				continue
			}
			for _, l := range match(ConfigCertChain, "no "+x.Line.String()) {
				out = append(out, Extra{Section: s, Line: l})
			}
		}
	}
	return out
}

// TrustPointLines returns the lines of a trust point that got its key from outside:
// the section, and what stands in it.
func TrustPointLines(name, enrollment, label string, ec bool) (section *grammar.Line, lines []*grammar.Line) {
	open := match(ConfigMode, "crypto pki trustpoint "+name)
	if len(open) == 0 {
		return nil, nil
	}
	lines = match(ConfigTrustpoint, "enrollment "+enrollment)
	switch {
	case label == "":
	case ec:
		lines = append(lines, match(ConfigTrustpoint, "eckeypair "+label)...)
	default:
		lines = append(lines, match(ConfigTrustpoint, "rsakeypair "+label)...)
	}
	return open[0], lines
}

// RevocationLine returns the line of a trust point for a way of checking.
func RevocationLine(r pki.Revocation) []*grammar.Line {
	return match(ConfigTrustpoint, "revocation-check "+map[pki.Revocation]string{pki.RevocationNone: None, pki.RevocationOptional: "crl none", pki.RevocationRequired: "crl"}[r])
}

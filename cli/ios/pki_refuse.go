package ios

import (
	"fmt"

	"axle/cli/grammar"
)

// RefusePKI returns what a router says to an act of PKI before it asks anything, ""
// where it goes on.
func RefusePKI(c *Config, l *grammar.Line) string {
	name := l.Args["name"]
	t := c.PKI.TrustPoint(name)
	switch {
	case l.Command == PKIImport && (l.Has("pkcs12") || l.Has("pem")):
		if t != nil && (t.Own != nil || len(t.Authorities) > 0) {
			return fmt.Sprintf("%% Trustpoint '%s' is in use.\n%% Please delete it or use a different label.\n", name)
		}
		return ""
	case l.Command != PKIAuthenticate && l.Command != PKIEnroll && l.Command != PKIImport && l.Command != PKIExport && l.Command != PKIRequestCRL:
		return ""
	case t == nil:
		return fmt.Sprintf("%% Trustpoint %s is not defined.\n", name)
	}
	switch l.Command {
	case PKIAuthenticate:
		return refuseAuthenticate(t)
	case PKIEnroll:
		return refuseEnroll(t)
	case PKIImport:
		if len(t.Authorities) == 0 {
			return "% You must authenticate the Certificate Authority before\nyou can import the router's certificate.\n"
		}
	case PKIExport:
		if t.Own == nil && (len(t.Authorities) == 0 || l.Has("pkcs12")) {
			return "% No certificates to export.\n"
		}
	case PKIRequestCRL:
		return "% Revocation lists are not fetched: whoever wrote a certificate wrote the address in it.\n% Use \"crypto pki import " + name + " crl {terminal | flash:FILE}\".\n"
	}
	return ""
}

// noNetwork tells that certificates do not come over a network.
const noNetwork = "% Enrollment over a network is not available.\n% Use \"enrollment terminal\", or import a PKCS12 file.\n"

func refuseAuthenticate(t *TrustPoint) string {
	switch {
	case t.Enrollment == "selfsigned":
		return "% Trustpoint " + t.Name + " is self-signed: there is no CA to authenticate.\n"
	case t.Enrollment != "terminal" && t.Enrollment != "pkcs12":
		return noNetwork
	case len(t.Authorities) > 0:
		return "% Please delete your existing CA certificate first.\n% You must use 'no crypto pki trustpoint <trustpoint-name>' to delete the CA certificate.\n"
	}
	return ""
}

func refuseEnroll(t *TrustPoint) string {
	switch {
	case t.Enrollment == "selfsigned":
	case t.Enrollment != "terminal" && t.Enrollment != "pkcs12":
		return noNetwork
	case len(t.Authorities) == 0:
		return "% You must authenticate the Certificate Authority before\nyou can enroll with it.\n"
	}
	return ""
}

// HostnameOf returns the full name of the router that goes into the certificates of a
// trust point; "" for none, or where the router has no configured name.
func HostnameOf(c *Config, t *TrustPoint) string {
	switch {
	case t.FQDN == None:
		return ""
	case t.FQDN != "":
		return t.FQDN
	case c.Hostname != "" && c.DomainName != "":
		return c.Hostname + "." + c.DomainName
	}
	return c.Hostname
}

// Enrolled reports whether a line removes a trust point that has certificates.
func Enrolled(c *Config, l *grammar.Line) bool {
	if !l.No || l.Command != pkiTrustpoint {
		return false
	}
	t := c.PKI.TrustPoint(l.Args["name"])
	return t != nil && (t.Own != nil || len(t.Authorities) > 0)
}

// leaveTrustPoint returns the line that takes the certificates of a trust point away
// with it.
func leaveTrustPoint(section *grammar.Tree, l *grammar.Line) []Extra {
	if openSection(section, pkiChain, "name", l.Args["name"]) == nil {
		return nil
	}
	var out []Extra
	for _, x := range match(ConfigMode, "no crypto pki certificate chain "+l.Args["name"]) {
		out = append(out, Extra{Section: section, Line: x})
	}
	return out
}

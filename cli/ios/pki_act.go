package ios

import "axle/cli/grammar"

// What a session found out for an act of PKI stands in these arguments, which no
// operator types.
const (
	PastedArg   = "pasted"   // a certificate, a revocation list or PKCS #12
	PastedKey   = "key"      // a private key in PEM
	PastedOwn   = "own"      // the certificate of that key
	PasswordArg = "password" // of PKCS #12 and of keys
	SerialArg   = "serial"   // "yes": the router's serial number belongs into the subject
	AddressArg  = "address"  // goes into the subject
)

// The commands by which a trust point gets its certificates. They leave no line of
// their own: what they get stands in "crypto pki certificate chain".
var (
	// PKIAuthenticate takes the certificate of the authority of the trust point <name>.
	PKIAuthenticate = &grammar.Command{
		Syntax: "crypto pki authenticate <name>", Aliases: []string{"crypto ca authenticate <name>"},
		Help: "Get the CA certificate",
	}
	// PKIEnroll makes a certificate request, or a self-signed certificate, for the
	// trust point <name>.
	PKIEnroll = &grammar.Command{
		Syntax: "crypto pki enroll <name>", Aliases: []string{"crypto ca enroll <name>"},
		Help: "Request a certificate from a CA",
	}
	// PKIImport takes what belongs to the trust point <name>: with the keyword
	// certificate the router's own, which an authority granted; with crl a revocation
	// list; with pkcs12 a key with its certificates; from the file <url> or pasted.
	PKIImport = &grammar.Command{
		Syntax: "crypto pki import <name> {certificate|crl {terminal|<url>}|pkcs12 {terminal|<url>} [password <password>|<password>]" +
			"|pem [usage-keys] terminal [<password>] [exportable]}",
		Aliases: []string{"crypto ca import <name> {certificate|crl {terminal|<url>}|pkcs12 {terminal|<url>} [password <password>|<password>]" +
			"|pem [usage-keys] terminal [<password>] [exportable]}"},
		Help: "Import certificate, CRL or PKCS12 file",
		Args: pkiTypes,
		Notes: "`pkcs12` and `pem` make the trust point where there is none; further authorities of a PKCS #12 file become trust points of their own, NAME-rrr1 and so on. " +
			"`crl` is Axle's own: lists come from the terminal or from `flash:`, never from where a certificate says.",
	}
	// PKIExport shows or writes the certificates of the trust point <name>; with
	// pkcs12 and its key, encrypted.
	PKIExport = &grammar.Command{
		Syntax:  "crypto pki export <name> {pem terminal|pkcs12 {terminal|<url>} [password <password>|<password>]}",
		Aliases: []string{"crypto ca export <name> {pem terminal|pkcs12 {terminal|<url>} [password <password>|<password>]}"},
		Help:    "Export certificate or PKCS12 file",
		Args:    pkiTypes,
		Notes:   "`pem` shows certificates only. `pkcs12` needs an exportable key.",
	}
	// PKIRequestCRL would fetch a revocation list for <name>, and says why it does not.
	PKIRequestCRL = &grammar.Command{
		Syntax: "crypto pki crl request <name>", Aliases: []string{"crypto ca crl request <name>"},
		Help: "Request a CRL",
	}
)

var pkiTypes = args{"url": FileURL{What: "Location of the file"}, PasswordArg: grammar.Word{Max: 255, What: "Passphrase used to protect the file"}}

// pkiActCommands are the commands above and those of keys.
var pkiActCommands = []*grammar.Command{
	GenerateKey, GenerateECKey, ZeroizeKey, PKIAuthenticate, PKIEnroll, PKIImport, PKIExport, PKIRequestCRL,
}

// The show commands of PKI.
var (
	// ShowTrustpoints shows trust points: <name> alone; the keyword status.
	ShowTrustpoints = &grammar.Command{
		Syntax: "show crypto pki trustpoints [* status | <name> *]", Aliases: []string{"show crypto ca trustpoints [* status | <name> *]"},
		Help: "Show trustpoints",
	}
	// ShowCertificates shows certificates: of the trust point <name>; the keyword
	// verbose.
	ShowCertificates = &grammar.Command{
		Syntax: "show crypto pki certificates [* verbose | <name> *]", Aliases: []string{"show crypto ca certificates [* verbose | <name> *]"},
		Help: "Show certificates",
	}
	// ShowCRLs shows the revocation lists.
	ShowCRLs = &grammar.Command{
		Syntax: "show crypto pki crls", Aliases: []string{"show crypto ca crls"},
		Help: "Show Certificate Revocation Lists",
	}
	// ShowMyKeys shows public keys: the keyword rsa, ec or all; <name> alone.
	ShowMyKeys = &grammar.Command{
		Syntax: "show crypto key mypubkey {rsa|ec|all} [<name>]",
		Help:   "Show public keys associated with this router",
	}
)

var pkiShowCommands = []*grammar.Command{ShowTrustpoints, ShowCertificates, ShowCRLs, ShowMyKeys}

package ios

import "axle/cli/grammar"

// pkiTop stand above the trust points. Nothing is kept of those that act.
var pkiTop = join(
	family("Public key infrastructure", "crypto pki cert", "crypto pki certificate query", "crypto pki certificate storage", "crypto pki crl cache", "crypto pki http", "crypto pki token", "crypto pki trustpool import",
		"crypto pki counters", "crypto pki csr", "crypto pki cmp", "crypto pki benchmark"),
	[]*grammar.Command{
		section("crypto pki trustpool policy", "Trustpool policy", ConfigTrustpool),
		section("crypto pki profile enrollment <name>", "Enrollment profile", ConfigEnrollment, "name"),
		{Syntax: "crypto key {import|export|decrypt|encrypt|lock|move|storage|unlock} <line>", Help: "Long term key operations", Hidden: true, Effect: grammar.NoEffect},
		section("crypto key pubkey-chain rsa", "Public keys of peers", ConfigKeyPubkeys),
	},
	pkiActCommands,
)

// The sections of trust points, their certificates and certificate maps.
var (
	pkiTrustpoint = inForce(spelled(broken(section("crypto pki trustpoint <name>", "Define a CA trustpoint", ConfigTrustpoint, "name")), "crypto ca trustpoint <name>", "crypto ca identity <name>"))
	pkiMap        = inForce(spelled(section("crypto pki certificate map <name> <n>", "Certificate map", ConfigCertMap, "name", "n"), "crypto ca certificate map <name> <n>"))
	pkiChain      = inForce(spelled(broken(section("crypto pki certificate chain <name>", "Certificate chain", ConfigCertChain, "name")), "crypto ca certificate chain <name>"))
)

// pkiCommands are trust points, servers and certificates, in the order of
// running-config. There is no certificate server.
var pkiCommands = []*grammar.Command{
	spelled(section("crypto pki server <name>", "Enable Certificate server", ConfigCertServer, "name"), "crypto ca server <name>"),
	pkiTrustpoint, pkiMap, pkiChain,
}

// spelled gives a command other spellings.
func spelled(c *grammar.Command, aliases ...string) *grammar.Command {
	c.Aliases = aliases
	return c
}

// The lines of a trust point that count.
var (
	trustEnrollment = noted(inForce(leaf("enrollment {url <line>|terminal [pem]|selfsigned|pkcs12|profile <name>}", "Where certificates come from")),
		"`url` and `profile` are kept: certificates come by `terminal`, `pkcs12` and `selfsigned`. Nothing is fetched over a network.")
	trustSerial      = inForce(leaf("serial-number [none]", "Include serial number"))
	trustFQDN        = inForce(leaf("fqdn <line>", "include fully-qualified domain name"))
	trustAddress     = inForce(leaf("ip-address <line>", "include ip address"))
	trustFingerprint = inForce(leaf("fingerprint <line>", "Fingerprint of the CA certificate"))
	trustSubject     = inForce(leaf("subject-name <line>", "Subject Name"))
	trustAltName     = inForce(leaf("subject-alt-name <line>", "Subject Alternative Name"))
	trustRevocation  = noted(inForce(absent(leaf("revocation-check <line>", "Revocation checking options"), "revocation-check crl")),
		"With `crl` a peer is refused unless there is a current revocation list of each authority of its chain: `crypto pki import NAME crl`. "+
			"`crl none` takes a list into account where there is one. There is no OCSP: `ocsp` counts as `crl`.")
	trustRSA = inForce(leaf("rsakeypair <line>", "Specify rsakeypair for this identity"))
	trustEC  = inForce(leaf("eckeypair <line>", "Specify EC keypair for this identity"))
)

// noted gives a command a note for the reference.
func noted(c *grammar.Command, note string) *grammar.Command {
	c.Notes = note
	return c
}

// The lines of a certificate chain that hold certificates.
var (
	chainCertificate = &grammar.Command{
		Syntax: "certificate [self-signed|ca|rollover] <serial>", Help: "Certificate", Kind: grammar.List,
		Body: grammar.UntilQuit, Args: args{"serial": grammar.Word{Max: 64, What: "Certificate serial number"}},
		Notes: "The lines behind it are the certificate in hexadecimal digits, up to `quit`. One that cannot be read is kept and vouches for nobody.",
	}
	chainCRL = &grammar.Command{
		Syntax: "crl", Help: "Certificate revocation list", Kind: grammar.Leaf, Body: grammar.UntilQuit,
		Notes: "The lines behind it are the revocation list in hexadecimal digits, up to `quit`.",
	}
)

// mapRules are the lines of a certificate map.
var mapRules = func() []*grammar.Command {
	rules := family("Certificate attribute", "alt-subject-name", "expires-on", "issuer-name", "name", "serial-number", "subject-name", "unstructured-subject-name", "valid-start")
	for _, c := range rules {
		inForce(c)
	}
	return rules
}()

// The modes of PKI.
var (
	ConfigTrustpoint = mode("ca-trustpoint", "CA trustpoint configuration commands:", join(
		[]*grammar.Command{
			trustEnrollment,
			list("enrollment <line>", "Enrollment parameters"),
			leaf("usage <line>", "Certificate Usage"),
			trustSerial, trustFQDN, trustAddress,
			passwordLine("password", "revocation password"),
			trustFingerprint, trustSubject, trustAltName,
			leaf("vrf <name>", "VRF to use for enrollment"),
			leaf("source interface <interface>", "Specify source"),
			trustRevocation, trustRSA, trustEC,
			leaf("auto-enroll [<line>]", "Automatically enroll this router identity"),
			leaf("hash <line>", "Specify hash algorithm to use for certificate request"),
		},
		family("CA trustpoint", "auth", "authorization", "certificate", "chain-validation", "crl", "eku", "email", "extension", "ike", "id-usage", "match", "mode", "ocsp", "on", "primary", "proxy", "query", "regenerate", "renew", "root",
			"show", "storage", "status", "trustpoint", "validation"),
	))
	ConfigTrustpool  = mode("ca-trustpool", "Trustpool policy commands:", family("Trustpool policy", "cabundle", "chain-validation", "crl", "match", "ocsp", "revocation-check", "source", "storage", "vrf"))
	ConfigEnrollment = mode("ca-profile-enroll", "Enrollment profile commands:", family("Enrollment profile", "authentication", "enrollment", "parameter", "method-est", "source", "vrf"))
	ConfigCertServer = mode("cs-server", "Certificate Server configuration commands:", join(
		[]*grammar.Command{
			list("database <line>", "Certificate Server database config parameters"),
			either("database archive", "Archive of the keys"),
			leaf("issuer-name <line>", "Issuer name"),
			list("grant <line>", "Certificate granting options"),
			list("lifetime <line>", "Lifetime parameters"),
			leaf("hash <line>", "Hash algorithm"),
			either("shutdown", "Shutdown the Certificate Server"),
		},
		family("Certificate server", "auto-rollover", "cdp-url", "eku", "mode", "ocsp-url", "port", "redundancy", "serial-number", "show", "rsakeypair"),
	))
	ConfigCertChain = mode("config-cert-chain", "Certificate chain commands:", []*grammar.Command{
		chainCertificate,
		with(list("certificate [self-signed|ca|rollover] <serial> <file>", "Certificate"), args{
			"serial": grammar.Word{Max: 64, What: "Certificate serial number"}, "file": grammar.Word{Max: 255, What: "File of the certificate"},
		}),
		with(list("certificate rollover ca <serial> <file>", "Certificate"), args{
			"serial": grammar.Word{Max: 64, What: "Certificate serial number"}, "file": grammar.Word{Max: 255, What: "File of the certificate"},
		}),
		chainCRL,
	})
	ConfigCertMap    = mode("ca-certificate-map", "Certificate map commands:", join(mapRules, family("Certificate attribute", "field")))
	ConfigKeyPubkeys = mode("config-pubkey-chain", "Public key chain commands:", []*grammar.Command{
		section("named-key <line>", "Public key of a named peer", ConfigKeyPubkey),
		section("addressed-key <line>", "Public key of an address", ConfigKeyPubkey),
	})
	ConfigKeyPubkey = mode("config-pubkey-key", "Public key commands:", []*grammar.Command{
		leaf("address <line>", "Address of the key"),
		leaf("serial-number <line>", "Serial number"),
		{Syntax: "key-string", Help: "Public key", Kind: grammar.Leaf, Effect: grammar.NoEffect, Body: grammar.UntilQuit},
	})
)

package ios

import "axle/cli/grammar"

// pkiTop stand above the trustpoints. Nothing acts on them.
var pkiTop = join(
	family("Public key infrastructure", "crypto pki cert", "crypto pki certificate query", "crypto pki certificate storage", "crypto pki crl", "crypto pki http", "crypto pki token", "crypto pki trustpool import",
		"crypto pki counters", "crypto pki export", "crypto pki import", "crypto pki csr", "crypto pki cmp", "crypto pki benchmark"),
	[]*grammar.Command{
		section("crypto pki trustpool policy", "Trustpool policy", ConfigTrustpool),
		section("crypto pki profile enrollment <name>", "Enrollment profile", ConfigEnrollment, "name"),
		{Syntax: "crypto pki {authenticate|enroll} <line>", Help: "Get a certificate", Hidden: true},
		GenerateKey,
		{Syntax: "crypto key {zeroize|import|export|decrypt|encrypt|lock|move|storage|unlock} <line>", Help: "Long term key operations", Hidden: true},
		{Syntax: "crypto ca {authenticate|enroll} <line>", Help: "Get a certificate", Hidden: true},
		section("crypto key pubkey-chain rsa", "Public keys of peers", ConfigKeyPubkeys),
	},
)

// pkiCommands are trust points, servers and certificates, in the order of
// running-config. Nothing acts on them.
var pkiCommands = []*grammar.Command{
	spelled(section("crypto pki server <name>", "Enable Certificate server", ConfigCertServer, "name"), "crypto ca server <name>"),
	spelled(broken(section("crypto pki trustpoint <name>", "Define a CA trustpoint", ConfigTrustpoint, "name")), "crypto ca trustpoint <name>", "crypto ca identity <name>"),
	spelled(section("crypto pki certificate map <name> <n>", "Certificate map", ConfigCertMap, "name", "n"), "crypto ca certificate map <name> <n>"),
	spelled(broken(section("crypto pki certificate chain <name>", "Certificate chain", ConfigCertChain, "name")), "crypto ca certificate chain <name>"),
}

// spelled gives a command other spellings.
func spelled(c *grammar.Command, aliases ...string) *grammar.Command {
	c.Aliases = aliases
	return c
}

// The modes of PKI.
var (
	ConfigTrustpoint = mode("ca-trustpoint", "CA trustpoint configuration commands:", join(
		[]*grammar.Command{
			leaf("enrollment {url <line>|terminal [pem]|selfsigned|pkcs12|profile <name>}", "Where certificates come from"),
			list("enrollment <line>", "Enrollment parameters"),
			leaf("usage <line>", "Certificate Usage"),
			leaf("serial-number [none]", "Include serial number"),
			leaf("fqdn <line>", "include fully-qualified domain name"),
			leaf("ip-address <line>", "include ip address"),
			passwordLine("password", "revocation password"),
			leaf("fingerprint <line>", "Fingerprint of the CA certificate"),
			leaf("subject-name <line>", "Subject Name"),
			leaf("subject-alt-name <line>", "Subject Alternative Name"),
			leaf("vrf <name>", "VRF to use for enrollment"),
			leaf("source interface <interface>", "Specify source"),
			absent(leaf("revocation-check <line>", "Revocation checking options"), "revocation-check crl"),
			leaf("rsakeypair <line>", "Specify rsakeypair for this identity"),
			leaf("eckeypair <line>", "Specify EC keypair for this identity"),
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
		{
			Syntax: "certificate [self-signed|ca|rollover] <serial>", Help: "Certificate", Kind: grammar.List, Effect: grammar.NoEffect,
			Body: grammar.UntilQuit, Args: args{"serial": grammar.Word{Max: 64, What: "Certificate serial number"}},
		},
		with(list("certificate [self-signed|ca|rollover] <serial> <file>", "Certificate"), args{
			"serial": grammar.Word{Max: 64, What: "Certificate serial number"}, "file": grammar.Word{Max: 255, What: "File of the certificate"},
		}),
		with(list("certificate rollover ca <serial> <file>", "Certificate"), args{
			"serial": grammar.Word{Max: 64, What: "Certificate serial number"}, "file": grammar.Word{Max: 255, What: "File of the certificate"},
		}),
		{
			Syntax: "crl", Help: "Certificate revocation list", Kind: grammar.List, Effect: grammar.NoEffect, Body: grammar.UntilQuit,
		},
	})
	ConfigCertMap    = mode("ca-certificate-map", "Certificate map commands:", family("Certificate attribute", "alt-subject-name", "expires-on", "field", "issuer-name", "name", "serial-number", "subject-name", "unstructured-subject-name", "valid-start"))
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

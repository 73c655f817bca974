package ios

import "axle/cli/grammar"

const (
	dhGroups    = "{1|2|5|14|15|16|19|20|21|24}"
	ikeLifetime = "lifetime <lifetime>"
)

var cryptoTypes = args{
	"lifetime": num(60, 86400, "lifetime in seconds"),
	"interval": num(10, 3600, "Number of seconds between keepalives"),
	"retry":    num(2, 60, "Number of seconds between retries"),
	"nat":      num(5, 3600, "Number of seconds between keepalives"),
	"priority": num(1, 10000, "Priority of protection suite"),
	"key":      grammar.Word{Max: 128, What: "The user-specified pre-shared key"},
}

// cryptoIKEv2 are the IKEv2 commands of the global mode, in the order of
// running-config.
var cryptoIKEv2 = []*grammar.Command{
	noDefaultProposal, ikev2ProposalCmd,
	noDefaultPolicy, ikev2PolicyCmd,
	ikev2KeyringCmd,
	ikev2Profile,
	noDefaultAuthor, ikev2AuthorCmd,
	ikev2DPD, ikev2Fragmentation, ikev2NAT, ikev2MaxSA, ikev2MaxNegotiation, ikev2Queue, ikev2Cookie, ikev2Window,
	leaf("crypto ikev2 certificate-cache <n>", "Cache for storing certs fetched from HTTP URLs"),
	leaf("crypto ikev2 diagnose error <n>", "IKEV2 diagnose"),
	cryptoLogSession,
	leaf("crypto logging ikev2", "IKEv2 logging"),
	list("crypto call admission limit ike <line>", "Call Admission Control"),
}

// The objects of IKEv2.
var (
	ikev2ProposalCmd = canon(section("crypto ikev2 proposal <name>", "Define IKEv2 proposals", ConfigIKEv2Proposal, "name"), trailingBlank)
	ikev2PolicyCmd   = canon(section("crypto ikev2 policy <name>", "Define IKEv2 policies", ConfigIKEv2Policy, "name"), trailingBlank)
	ikev2KeyringCmd  = section("crypto ikev2 keyring <name>", "Define IKEv2 Keyring", ConfigIKEv2Keyring, "name")
	ikev2Profile     = section("crypto ikev2 profile <name>", "Define IKEv2 Profiles", ConfigIKEv2Profile, "name")
	ikev2AuthorCmd   = section("crypto ikev2 authorization policy <name>", "IKEv2 authorization policy", ConfigIKEv2Author, "name")
)

// What is set for all of IKEv2.
var (
	ikev2DPD           = with(leaf("crypto ikev2 dpd <interval> <retry> {on-demand|periodic}", "Enable IKE liveness check for peers"), cryptoTypes)
	ikev2Fragmentation = with(leaf("crypto ikev2 fragmentation [mtu <mtu>]", "Enable fragmentation of ikev2 packets"), args{"mtu": num(68, 1500, "MTU of fragments, without IP and UDP header")})
	ikev2NAT           = with(leaf("crypto ikev2 nat keepalive <nat>", "NAT Transparency keepalive"), cryptoTypes)
	ikev2MaxSA         = with(leaf("crypto ikev2 limit max-sa <limit>", "Limit the number of security associations"), ikev2Limits)
	// Cisco's spelling of the keyword has a typing error.
	ikev2MaxNegotiation = &grammar.Command{
		Syntax: "crypto ikev2 limit max-in-negotation-sa <limit> [incoming|outgoing]", Aliases: []string{"crypto ikev2 limit max-in-negotiation-sa <limit> [incoming|outgoing]"},
		Help: "Limit the number of security associations in negotiation", Kind: grammar.List, Effect: grammar.NoEffect, Key: []string{"incoming", "outgoing"}, Args: ikev2Limits,
	}
	cryptoLogSession = leaf("crypto logging session", "log up/down status of tunnels")
	ikev2HTTPCert    = onByDefault("crypto ikev2 http-url cert", "Enable HTTP CERT Support")
	ikev2Queue       = with(leaf("crypto ikev2 limit queue sa-init <queue>", "Limit the queue of first messages"), ikev2Limits)
	ikev2Cookie      = with(leaf("crypto ikev2 cookie-challenge <watermark>", "Set Cookie-challenge watermark"), args{"watermark": num(0, 1000, "Number of half-open security associations")})
	ikev2Window      = hidden(with(leaf("crypto ikev2 window <window>", "IKEv2 window size"), args{"window": num(1, 200, "Number of requests in transit")}), "crypto ikev2 window 5")
)

var ikev2Limits = args{
	"limit": num(1, 9999, "Number of security associations"),
	"queue": num(1, 65535, "Number of messages"),
}

// algorithms declares a line of an IKEv2 proposal.
func algorithms(syntax, help string, t algorithmsType) *grammar.Command {
	return with(leaf(syntax+" <algorithms>", help), args{"algorithms": t})
}

var ikev2Hashes = algorithmsType{Words: "md5 sha1 sha256 sha384 sha512", What: "Hash algorithms"}

// The lines of an IKEv2 proposal.
var (
	proposalEncryption = algorithms("encryption", "Set encryption algorithm(s) for proposal",
		algorithmsType{Words: "3des aes-cbc-128 aes-cbc-192 aes-cbc-256 aes-gcm-128 aes-gcm-256 des", What: "Encryption algorithms"})
	proposalIntegrity = algorithms("integrity", "Set integrity hash algorithm(s) for proposal", ikev2Hashes)
	proposalPRF       = algorithms("prf", "Set prf algorithm(s) for proposal", ikev2Hashes)
	proposalGroup     = algorithms("group", "Set the Diffie-Hellman group(s)", algorithmsType{Words: "1 2 5 14 15 16 19 20 21 24 31", What: "Diffie-Hellman groups"})
	proposalPQC       = algorithms("pqc", "Set the post-quantum key encapsulation", algorithmsType{Words: "mlkem512 mlkem768 mlkem1024", Last: "optional", What: "Key encapsulation mechanisms"})
)

// The lines of an IKEv2 policy.
var (
	policyFVRF     = leaf("match fvrf {any|<name>}", "Match front-door vrf")
	policyLocal    = list("match address local <ip>", "Match local address", "ip")
	policyProposal = list("proposal <name> [<line>]", "Specify Proposal", "name")
)

// The lines of a peer of an IKEv2 keyring.
var (
	ikev2Peer = &grammar.Command{
		Syntax: "peer <name>", Help: "Configure a Peer and associated keys", Kind: grammar.Section, Effect: grammar.NoEffect,
		Opens: ConfigIKEv2Peer, Key: []string{"name"}, Close: "!",
	}
	peerAddress = canon(leaf("address {<address> [<mask>]|<prefix6>}", "Specify IPv4/IPv6 address of peer"), func(l *grammar.Line) {
		if l.Args["address"] == anyAddress && l.Args["mask"] == "" {
			l.Words = append(l.Words, anyAddress)
			l.Args["mask"] = anyAddress
		}
	})
	peerText      = leaf("description <line>", "Specify a description of this peer")
	peerHost      = leaf("hostname <name>", "Hostname of peer")
	peerIdentity  = leaf("identity {address <ip>|fqdn [domain] <word>|email [domain] <word>|key-id <word>}", "Specify IKE identity to use")
	peerKey       = canon(with(leaf("pre-shared-key {0 <key>|6 <key>|hex <key>|<key>}", "specify the pre-shared key"), cryptoTypes), dropKeyType)
	peerKeyLocal  = canon(with(leaf("pre-shared-key local {0 <key>|6 <key>|hex <key>|<key>}", "specify signing key"), cryptoTypes), dropKeyType)
	peerKeyRemote = canon(with(leaf("pre-shared-key remote {0 <key>|6 <key>|hex <key>|<key>}", "specify verifying key"), cryptoTypes), dropKeyType)
)

// The modes of IKEv2.
var (
	ConfigIKEv2Proposal = mode("config-ikev2-proposal", "IKEv2 Proposal commands:", []*grammar.Command{
		proposalEncryption, proposalIntegrity, proposalPRF, proposalGroup, proposalPQC,
	})
	ConfigIKEv2Policy = mode("config-ikev2-policy", "IKEv2 Policy commands:", []*grammar.Command{
		policyFVRF, policyLocal, policyProposal,
	})
	ConfigIKEv2Keyring = mode("config-ikev2-keyring", "IKEv2 Keyring commands:", []*grammar.Command{ikev2Peer})
	ConfigIKEv2Peer    = mode("config-ikev2-keyring-peer", "IKEv2 Keyring Peer commands:", []*grammar.Command{
		peerText,
		peerAddress, peerHost, peerIdentity, peerKey, peerKeyLocal, peerKeyRemote,
		list("ppk <line>", "Post-quantum pre-shared key"),
	})
	ConfigIKEv2Profile = mode("config-ikev2-profile", "IKEv2 profile commands:", ikev2ProfileCommands)
	ConfigIKEv2Author  = mode("config-ikev2-author-policy", "IKEv2 author policy commands:", join([]*grammar.Command{
		authorRoute, authorAccept, authorPool, authorDNS, authorDomain, authorInterface, authorAcceptAny,
		{
			Syntax: "banner <text>", Help: "Specify mode config banner", Kind: grammar.Leaf, Effect: grammar.NoEffect, Body: grammar.Delimited,
			Args: args{"text": grammar.Rest{What: "c banner-text c, where 'c' is a delimiting character"}},
		},
	}, family("IKEv2 authorization policy", "aaa", "backup-gateway", "configuration", "dhcp", "include-local-lan", "ipsec", "ipv6", "netmask", "pfs", "reconnect", "route redistribute", "session-lifetime", "smartcard-removal-disconnect", "split-dns", "subnet-acl", "wins", "browser-proxy")))
)

// The lines of an IKEv2 profile.
var (
	profileText             = leaf("description <line>", "Specify a description of this profile")
	profileLocal            = list("match address local {<ip>|interface <interface>}", "Match local address")
	profileFVRF             = leaf("match fvrf {any|<name>}", "Match front-door vrf")
	profileAddress          = canon(list("match identity remote address {<address> [<mask>]|<prefix6>}", "IP Address(es)", "address", "mask", "prefix6"), canonIdentity)
	profileFQDN             = list("match identity remote fqdn [domain] <word>", "Fully qualified domain name")
	profileEmail            = list("match identity remote email [domain] <word>", "Fully qualified email string")
	profileKeyID            = list("match identity remote key-id <word>", "key-id opaque string")
	profileAny              = leaf("match identity remote any", "Match any peer identity")
	profileCertificate      = list("match certificate <name>", "Peer certificate attributes")
	profileIdentity         = leaf("identity local {address <ip>|fqdn <word>|email <word>|key-id <word>|dn}", "Specify the local IKE identity to use for the negotiation")
	profileRemotePSK        = canon(with(leaf("authentication remote pre-share [key {0 <key>|6 <key>|<key>}]", "Pre-Shared Key"), cryptoTypes), dropKeyType)
	profileRemoteRSA        = leaf("authentication remote rsa-sig", "Rivest-Shamir-Adleman Signature")
	profileRemoteECDSA      = leaf("authentication remote ecdsa-sig", "ECDSA Signature")
	profileRemoteEAP        = leaf("authentication remote eap [<line>]", "Extended Authentication Protocol")
	profileRemoteAnyconnect = leaf("authentication remote anyconnect-eap [<line>]", "Authentication of AnyConnect clients")
	profileLocalAuth        = canon(with(leaf("authentication local {pre-share [key {0 <key>|6 <key>|<key>}]|rsa-sig|ecdsa-sig|eap [<line>]}", "Set local authentication method"), cryptoTypes), dropKeyType)
	profileKeyring          = spelled(leaf("keyring local <name> [name-mangler <word>]", "Specify keyring to use"), "keyring <name>")
	profileKeyringAAA       = leaf("keyring aaa <line>", "AAA based pre-shared keys")
	profileKeyringPPK       = leaf("keyring ppk <name>", "Keyring of post-quantum keys")
	profileTrust            = list("pki trustpoint <name> [sign|verify]", "Specify certificate authorities to trust", "name")
	profileLifetimeCert     = leaf("lifetime certificate", "Lifetime of the certificate")
	profileLifetime         = hidden(with(leaf(ikeLifetime, "Set lifetime for ISAKMP security association"), args{"lifetime": num(120, 86400, "lifetime in seconds")}), "lifetime 86400")
	profileDPD              = with(leaf("dpd <interval> <retry> {on-demand|periodic}", "Enable IKE liveness check for peers"), cryptoTypes)
	profileNAT              = with(leaf("nat keepalive <nat>", "NAT Transparency keepalive"), cryptoTypes)
	profileEncap            = leaf("nat force-encap", "Force encapsulation")
	profileIVRF             = leaf("ivrf <name>", "I-VRF of the profile")
	profileContact          = leaf("initial-contact force", "Initial-contact processing")
	profileTemplate         = leaf("virtual-template <n> [mode auto]", "Specify the virtual-template for dynamic interface creation")
	profileRequest          = onByDefault("config-exchange request", "Request the configuration")
	profileShutdown         = leaf("shutdown", "shutdown the IKEv2 profile")
)

// The lines of an authorization policy that are decoded.
var (
	authorRoute     = list("route set <line>", "Configure routing information")
	authorAccept    = list("route accept <line>", "Accept remote routes")
	authorPool      = leaf("pool <name>", "Specify an IPv4 address pool")
	authorDNS       = list("dns <line>", "Specify DNS servers")
	authorDomain    = leaf("def-domain <name>", "Specify the default domain")
	authorInterface = either("route set interface", "Route of the tunnel interface")
	authorAcceptAny = either("route accept any", "Accept the routes of the peer")
)

// ikev2ProfileCommands is in the order of running-config.
var ikev2ProfileCommands = []*grammar.Command{
	profileText,
	profileFVRF, profileLocal, profileAddress, profileFQDN, profileEmail, profileKeyID, profileAny, profileCertificate,
	profileIdentity, profileRemotePSK, profileRemoteRSA, profileRemoteECDSA, profileRemoteEAP, profileRemoteAnyconnect, profileLocalAuth,
	profileKeyring, profileKeyringAAA, profileKeyringPPK, profileTrust, profileLifetimeCert, profileLifetime, profileDPD, profileNAT, profileEncap,
	profileIVRF, profileContact, profileTemplate,
	list("aaa <line>", "Specify AAA related configs"),
	profileRequest,
	list("config-exchange {set|request} <line>", "config-exchange options"),
	list("config-mode set", "Configuration mode"),
	leaf("redirect gateway <line>", "IKEv2 Redirect Mechanism for load-balancing"),
	leaf("reconnect [timeout <n>]", "Reconnect of clients"),
	leaf("ppk {required|optional} [<line>]", "Post-quantum pre-shared key"),
	leaf("anyconnect profile <name>", "Profile of clients"),
	leaf("sks-client <line>", "Key service"),
	leaf("dynamic <line>", "Parameters by AAA"),
	profileShutdown,
}

// The lines that IOS prints for a profile that is not whole.
const (
	noticeIKEv2Profile = "IKEv2 profile MUST have:\n   1. A local and a remote authentication method.\n   2. A match identity or a match certificate or match any statement.\n"
	noticeIKEv2Prop    = "IKEv2 proposal MUST either have a set of an encryption algorithm other than aes-gcm, an integrity algorithm and a DH group configured or\n encryption algorithm aes-gcm, a prf algorithm and a DH group configured\n"
	noticeIKEv2Policy  = "IKEv2 policy MUST have atleast one complete proposal attached\n"
	noticeIsakmpProf   = "% A profile is deemed incomplete until it has match identity statements\n"
	noticeCryptoMap    = "% NOTE: This new crypto map will remain disabled until a peer\n        and a valid access list have been configured.\n"
)

package ios

import "axle/cli/grammar"

const (
	dhGroups    = "{1|2|5|14|15|16|19|20|21|24}"
	ikeLifetime = "lifetime <lifetime>"
)

var cryptoTypes = args{
	"lifetime":   num(60, 86400, "lifetime in seconds"),
	"interval":   num(10, 3600, "Number of seconds between keepalives"),
	"retry":      num(2, 60, "Number of seconds between retries"),
	"nat":        num(5, 3600, "Number of seconds between keepalives"),
	"priority":   num(1, 10000, "Priority of protection suite"),
	"key":        grammar.Word{Max: 128, What: "The user-specified pre-shared key"},
	"identities": grammar.Rest{Max: 255, What: "Identity"},
	"hashes":     hashList{},
	"algorithms": grammar.Rest{Max: 255, What: "Algorithms"},
}

// cryptoIKEv2 are the IKEv2 commands of the global mode, in the order of
// running-config. Nothing acts on them yet.
var cryptoIKEv2 = []*grammar.Command{
	canon(section("crypto ikev2 proposal <name>", "Define IKEv2 proposals", ConfigIKEv2Proposal, "name"), trailingBlank),
	canon(section("crypto ikev2 policy <name>", "Define IKEv2 policies", ConfigIKEv2Policy, "name"), trailingBlank),
	section("crypto ikev2 keyring <name>", "Define IKEv2 Keyring", ConfigIKEv2Keyring, "name"),
	ikev2Profile,
	section("crypto ikev2 authorization policy <name>", "IKEv2 authorization policy", ConfigIKEv2Author, "name"),
	with(leaf("crypto ikev2 dpd <interval> <retry> {on-demand|periodic}", "Enable IKE liveness check for peers"), cryptoTypes),
	leaf("crypto ikev2 fragmentation [mtu <n>]", "Enable fragmentation of ikev2 packets"),
	with(leaf("crypto ikev2 nat keepalive <nat>", "NAT Transparency keepalive"), cryptoTypes),
	list("crypto ikev2 limit <line>", "Limit the number of maximum and negotiating sa"),
	leaf("crypto ikev2 cookie-challenge <n>", "Set Cookie-challenge watermark"),
	leaf("crypto ikev2 window <n>", "IKEv2 window size"),
	leaf("crypto ikev2 certificate-cache <n>", "Cache for storing certs fetched from HTTP URLs"),
	leaf("crypto ikev2 diagnose error <n>", "IKEV2 diagnose"),
	leaf("crypto logging session", "log up/down status of tunnels"),
	leaf("crypto logging ikev2", "IKEv2 logging"),
	list("crypto call admission limit ike <line>", "Call Admission Control"),
}

var ikev2Profile = section("crypto ikev2 profile <name>", "Define IKEv2 Profiles", ConfigIKEv2Profile, "name")

// The modes of IKEv2.
var (
	ConfigIKEv2Proposal = mode("config-ikev2-proposal", "IKEv2 Proposal commands:", []*grammar.Command{
		with(leaf("encryption <algorithms>", "Set encryption algorithm(s) for proposal"), cryptoTypes),
		with(leaf("integrity <hashes>", "Set integrity hash algorithm(s) for proposal"), cryptoTypes),
		with(leaf("prf <algorithms>", "Set prf algorithm(s) for proposal"), cryptoTypes),
		with(leaf("group <algorithms>", "Set the Diffie-Hellman group(s)"), cryptoTypes),
		leaf("pqc <line>", "Post-quantum algorithms"),
	})
	ConfigIKEv2Policy = mode("config-ikev2-policy", "IKEv2 Policy commands:", []*grammar.Command{
		leaf("match fvrf {any|<name>}", "Match front-door vrf"),
		list("match address local <ip>", "Match local address", "ip"),
		list("proposal <name> [<line>]", "Specify Proposal", "name"),
	})
	ConfigIKEv2Keyring = mode("config-ikev2-keyring", "IKEv2 Keyring commands:", []*grammar.Command{
		{
			Syntax: "peer <name>", Help: "Configure a Peer and associated keys", Kind: grammar.Section, Effect: grammar.NoEffect,
			Opens: ConfigIKEv2Peer, Key: []string{"name"}, Close: "!",
		},
	})
	ConfigIKEv2Peer = mode("config-ikev2-keyring-peer", "IKEv2 Keyring Peer commands:", []*grammar.Command{
		leaf("description <line>", "Specify a description of this peer"),
		leaf("address {<address> [<mask>]|<prefix6>}", "Specify IPv4/IPv6 address of peer"),
		leaf("hostname <name>", "Hostname of peer"),
		with(leaf("identity {address <ip>|fqdn [domain] <word>|email [domain] <word>|key-id <word>}", "Specify IKE identity to use"), cryptoTypes),
		with(leaf("pre-shared-key {0 <key>|6 <key>|hex <key>|<key>}", "specify the pre-shared key"), cryptoTypes),
		with(leaf("pre-shared-key local {0 <key>|6 <key>|hex <key>|<key>}", "specify signing key"), cryptoTypes),
		list("ppk <line>", "Post-quantum pre-shared key"),
		with(leaf("pre-shared-key remote {0 <key>|6 <key>|hex <key>|<key>}", "specify verifying key"), cryptoTypes),
	})
	ConfigIKEv2Profile = mode("config-ikev2-profile", "IKEv2 profile commands:", ikev2ProfileCommands)
	ConfigIKEv2Author  = mode("config-ikev2-author-policy", "IKEv2 author policy commands:", join([]*grammar.Command{
		list("route set <line>", "Configure routing information"),
		list("route accept <line>", "Accept remote routes"),
		leaf("pool <name>", "Specify an IPv4 address pool"),
		list("dns <line>", "Specify DNS servers"),
		leaf("def-domain <name>", "Specify the default domain"),
		either("route set interface", "Route of the tunnel interface"),
		either("route accept any", "Accept the routes of the peer"),
		leaf("route accept any {tag|distance} <line>", "Accept the routes of the peer"),
		list("route set interface <interface>", "Route of an interface", "interface"),
		{
			Syntax: "banner <text>", Help: "Specify mode config banner", Kind: grammar.Leaf, Effect: grammar.NoEffect, Body: grammar.Delimited,
			Args: args{"text": grammar.Rest{What: "c banner-text c, where 'c' is a delimiting character"}},
		},
	}, family("IKEv2 authorization policy", "aaa", "backup-gateway", "configuration", "dhcp", "include-local-lan", "ipsec", "ipv6", "netmask", "pfs", "reconnect", "route redistribute", "session-lifetime", "smartcard-removal-disconnect", "split-dns", "subnet-acl", "wins", "browser-proxy")))
)

// ikev2ProfileCommands is in the order of running-config.
var ikev2ProfileCommands = []*grammar.Command{
	leaf("description <line>", "Specify a description of this profile"),
	leaf("match fvrf {any|<name>}", "Match front-door vrf"),
	list("match address local {<ip>|interface <interface>}", "Match local address"),
	canon(list("match identity remote address {<address> [<mask>]|<prefix6>}", "IP Address(es)", "address", "prefix6"), collapseAny),
	list("match identity remote fqdn [domain] <word>", "Fully qualified domain name"),
	list("match identity remote email [domain] <word>", "Fully qualified email string"),
	list("match identity remote key-id <word>", "key-id opaque string"),
	leaf("match identity remote any", "Match any peer identity"),
	list("match certificate <name>", "Peer certificate attributes"),
	with(leaf("identity local {address <ip>|fqdn <word>|email <word>|key-id <word>|dn}", "Specify the local IKE identity to use for the negotiation"), cryptoTypes),
	with(list("authentication remote {pre-share [key {0 <key>|6 <key>|<key>}]|rsa-sig|ecdsa-sig|eap [<line>]|anyconnect-eap [<line>]}", "Set remote authentication method"), cryptoTypes),
	with(leaf("authentication local {pre-share [key {0 <key>|6 <key>|<key>}]|rsa-sig|ecdsa-sig|eap [<line>]}", "Set local authentication method"), cryptoTypes),
	spelled(leaf("keyring local <name> [name-mangler <word>]", "Specify keyring to use"), "keyring <name>"),
	leaf("keyring aaa <line>", "AAA based pre-shared keys"),
	leaf("keyring ppk <name>", "Keyring of post-quantum keys"),
	list("pki trustpoint <name> [sign|verify]", "Specify certificate authorities to trust", "name"),
	leaf("lifetime certificate", "Lifetime of the certificate"),
	with(leaf(ikeLifetime, "Set lifetime for ISAKMP security association"), args{"lifetime": num(120, 86400, "lifetime in seconds")}),
	with(leaf("dpd <interval> <retry> {on-demand|periodic}", "Enable IKE liveness check for peers"), cryptoTypes),
	with(leaf("nat keepalive <nat>", "NAT Transparency keepalive"), cryptoTypes),
	leaf("nat force-encap", "Force encapsulation"),
	leaf("ivrf <name>", "I-VRF of the profile"),
	leaf("initial-contact force", "Initial-contact processing"),
	leaf("virtual-template <n> [mode auto]", "Specify the virtual-template for dynamic interface creation"),
	list("aaa <line>", "Specify AAA related configs"),
	either("config-exchange request", "Request the configuration"),
	list("config-exchange {set|request} <line>", "config-exchange options"),
	list("config-mode set", "Configuration mode"),
	leaf("redirect gateway <line>", "IKEv2 Redirect Mechanism for load-balancing"),
	leaf("reconnect [timeout <n>]", "Reconnect of clients"),
	leaf("ppk {required|optional} [<line>]", "Post-quantum pre-shared key"),
	leaf("anyconnect profile <name>", "Profile of clients"),
	leaf("sks-client <line>", "Key service"),
	leaf("dynamic <line>", "Parameters by AAA"),
	leaf("shutdown", "shutdown the IKEv2 profile"),
}

// collapseAny writes "0.0.0.0 0.0.0.0" as "0.0.0.0", with the trailing blank of
// IOS's "match identity" lines.
func collapseAny(l *grammar.Line) {
	if m := l.Args["mask"]; m == "0.0.0.0" && l.Args["address"] == "0.0.0.0" {
		n := len(l.Words) - 1
		for n > 0 && l.Words[n] != m {
			n--
		}
		l.Words = append(l.Words[:n:n], l.Words[n+1:]...)
		delete(l.Args, "mask")
	}
	trailingBlank(l)
}

// The lines that IOS prints for a profile that is not whole.
const (
	noticeIKEv2Profile = "IKEv2 profile MUST have:\n   1. A local and a remote authentication method.\n   2. A match identity or a match certificate or match any statement.\n"
	noticeIKEv2Prop    = "IKEv2 proposal MUST either have a set of an encryption algorithm other than aes-gcm, an integrity algorithm and a DH group configured or\n encryption algorithm aes-gcm, a prf algorithm and a DH group configured\n"
	noticeIKEv2Policy  = "IKEv2 policy MUST have atleast one complete proposal attached\n"
	noticeIsakmpProf   = "% A profile is deemed incomplete until it has match identity statements\n"
	noticeCryptoMap    = "% NOTE: This new crypto map will remain disabled until a peer\n        and a valid access list have been configured.\n"
)

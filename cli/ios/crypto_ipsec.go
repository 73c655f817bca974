package ios

import "axle/cli/grammar"

// cryptoIsakmp are the IKEv1 commands of the global mode, in the order of
// running-config.
var cryptoIsakmp = []*grammar.Command{
	keyringCmd,
	isakmpPolicyCmd,
	isakmpKey,
	isakmpAlive, isakmpNAT, isakmpSPIRecovery, isakmpNoAggressive, isakmpIdentity, isakmpFragmentation, isakmpEnable,
	isakmpProfile,
	list("crypto isakmp client <line>", "Set client configuration policy"),
}

// cryptoIPsec are the IPsec commands of the global mode, in the order of
// running-config.
var cryptoIPsec = []*grammar.Command{
	ipsecKilobytes, ipsecSeconds, ipsecReplay, ipsecIdle,
	noDefaultTransform, transformSet,
	ipsecDF,
	hidden(leaf("crypto ipsec fragmentation {before-encryption|after-encryption}", "Handling of fragmentation of near-MTU sized packets"), "crypto ipsec fragmentation before-encryption"),
	ipsecNAT,
	noDefaultProfile, ipsecProfile,
	list("crypto map <name> local-address <interface>", "Interface to use for local address for this crypto map", "name"),
	cryptoMap,
	section("crypto map <name> gdoi fail-close", "Fail close", ConfigFailClose, "name"),
	cryptoMap6,
	list("crypto map <name> {client|isakmp|isakmp-profile|redundancy} <line>", "Crypto map settings"),
	dynamicMap,
	list("crypto gdoi <line>", "Configure GKM (Group Key Management)"),
}

var (
	keyringCmd = &grammar.Command{
		Syntax: "crypto keyring <name> [vrf <vrf>]", Help: "Key ring commands", Kind: grammar.Section, Effect: grammar.NoEffect,
		Opens: ConfigKeyring, Key: []string{"name"}, Indent: 2, Args: args{"vrf": grammar.Word{Max: 32, What: "VRF name"}},
		Canon: func(l *grammar.Line) { trailingBlank(l); l.Words = append(l.Words, "") },
	}
	isakmpKey = &grammar.Command{
		Syntax: "crypto isakmp key {0 <key>|6 <key>|<key>} {address <address> [<mask>] [no-xauth]|address ipv6 <prefix6> [no-xauth]|hostname <name> [no-xauth]}",
		Help:   "Set pre-shared key for remote peer", Kind: grammar.List, Effect: grammar.NoEffect,
		Key: []string{"address", "mask", "prefix6", "name"}, Args: cryptoTypes,
		Canon: canonIsakmpKey, Firm: true,
		Notes: "A key for an address that has one is refused, as on IOS: remove the old one first.",
	}
	isakmpProfile = &grammar.Command{
		Syntax: "crypto isakmp profile <name>", Help: "Define ISAKMP Profiles", Kind: grammar.Section, Effect: grammar.NoEffect,
		Opens: ConfigIsakmpProfile, Key: []string{"name"}, Indent: 3,
	}
	transformSet = &grammar.Command{
		Syntax: "crypto ipsec transform-set <name> <transforms>", Help: "Define transform and settings", Kind: grammar.Section, Effect: grammar.NoEffect,
		Opens: ConfigTransform, Key: []string{"name"}, Args: args{"transforms": transformType{}},
		Canon: trailingBlank,
	}
	ipsecProfile = section("crypto ipsec profile <name>", "Configure an ipsec policy profile", ConfigIPsecProfile, "name")
	cryptoMap6   = section("crypto map ipv6 <name> <n> ipsec-isakmp [<line>]", "Enter a crypto map", ConfigCryptoMap, "name", "n")
	dynamicMap   = section("crypto dynamic-map <name> <n>", "Specify a dynamic crypto map template", ConfigCryptoMap, "name", "n")
	cryptoMap    = canon(section("crypto map <name> <n> {ipsec-isakmp [<line>]|ipsec-manual|gdoi}", "Enter a crypto map", ConfigCryptoMap, "name", "n"), trailingBlank)
)

// The modes of IKEv1 and IPsec.
var (
	ConfigIsakmp  = mode("config-isakmp", "ISAKMP commands:", []*grammar.Command{policyEncryption, policyHash, policyAuth, policyGroup, policyLifetime})
	ConfigKeyring = mode("conf-keyring", "Keyring commands:", []*grammar.Command{
		keyringText, keyringLocal,
		section("rsa-pubkey {address <ip>|name <name>} [encryption|signature]", "RSA public key of a peer", ConfigKeyringPubkey, "ip", "name"),
		keyringKey, keyringKey6, keyringKeyName,
	})
	ConfigIsakmpProfile = mode("conf-isa-prof", "ISAKMP profile commands:", []*grammar.Command{
		leaf("description <line>", "Specify a description of this profile"),
		isakmpVRF, isakmpKeyring, isakmpSelf, isakmpTrust, isakmpAddress, isakmpAddress6, isakmpGroupMatch, isakmpHost, isakmpUser, isakmpUserFQDN,
		list("match certificate <name>", "Peer certificate attributes"),
		list("client <line>", "Specify client configuration settings"),
		list("isakmp <line>", "ISAKMP Authorization command"),
		isakmpProfileAlive, isakmpInitiate, isakmpTemplate, isakmpLocal,
		leaf("accounting <name>", "Accounting"),
		leaf("qos-group <n>", "QoS group"),
		isakmpNoXauth,
	})
	ConfigKeyringPubkey = mode("config-pubkey-key", "Public key commands:", []*grammar.Command{
		leaf("address <line>", "Address of the key"),
		leaf("serial-number <line>", "Serial number"),
		{Syntax: "key-string", Help: "Public key", Kind: grammar.Leaf, Effect: grammar.NoEffect, Body: grammar.UntilQuit},
	})
	ConfigTransform = mode("cfg-crypto-trans", "Crypto transform configuration commands:", []*grammar.Command{
		transformMode, transformESN,
	})
	ConfigIPsecProfile = mode("ipsec-profile", "Crypto profile configuration commands:", []*grammar.Command{
		ipsecText,
		setKilobytes, setSeconds, setDays, setIdle, setReplay, setPerHost, setTransforms, setPFS, setIsakmpProfile, setIKEv2Profile,
		leaf("set identity <name>", "Identity restriction"),
		list("set reverse-route <line>", "Reverse Route Injection"),
		setMixed,
		list("set security-association {dfbit|dummy|ecn} <line>", "Security association parameters"),
		leaf("set security-policy limit <n>", "Limit of security associations"),
		list("reverse-route [<line>]", "Reverse Route Injection"),
		leaf("redundancy <name> [stateful]", "Redundancy group"),
		leaf("dialer pre-classify", "Classify before encryption"),
		setResponder,
		leaf("virtual-template <n>", "Specify the virtual-template for dynamic interface creation"),
	})
	ConfigCryptoMap = mode("config-crypto-map", "Crypto Map configuration commands:", []*grammar.Command{
		leaf("description <line>", "Description of the crypto map statement policy"),
		list("set peer <line>", "Allowed Encryption/Decryption peer"),
		setKilobytes, setSeconds, setDays, setIdle, setReplay, setPerHost,
		list("set security-association {dfbit|dummy|ecn} <line>", "Security association parameters"),
		setTransforms, setPFS,
		leaf("set group <name>", "Group name"),
		leaf("set reverse-route <line>", "Reverse Route Injection"),
		setIsakmpProfile, setIKEv2Profile,
		leaf("match address <name>", "Match address of packets to encrypt"),
		list("reverse-route [<line>]", "Reverse Route Injection"),
		leaf("qos pre-classify", "Enable QOS classification before packets are tunnel encapsulated"),
		leaf("set identity <name>", "Identity restriction"),
		list("set ip access-group <line>", "Access list of the tunnel"),
		list("set session-key <line>", "Manual keys"),
		leaf("set nat demux", "NAT demultiplexing"),
		leaf("set security-policy limit <n>", "Limit of security associations"),
		leaf("gdoi fail-close <line>", "Fail close"),
	})
	ConfigFailClose = mode("crypto-map-fail-close", "Fail close commands:", []*grammar.Command{
		leaf("match address <name>", "Match address of packets"),
		leaf("activate", "Activate"),
	})
)

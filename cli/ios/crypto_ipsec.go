package ios

import (
	"fmt"
	"math/rand/v2"

	"axle/cli/grammar"
)

// cryptoIsakmp are the IKEv1 commands of the global mode, in the order of
// running-config. Nothing acts on them yet.
var cryptoIsakmp = []*grammar.Command{
	keyringCmd,
	with(section("crypto isakmp policy <priority>", "Set policy for an ISAKMP protection suite", ConfigIsakmp, "priority"), cryptoTypes),
	isakmpKey,
	with(leaf("crypto isakmp keepalive <interval> [<retry>] [periodic|on-demand]", "Set a keepalive interval for use with IOS peers"), cryptoTypes),
	with(leaf("crypto isakmp nat keepalive <nat>", "Set a nat keepalive interval for use with IOS peers"), cryptoTypes),
	leaf("crypto isakmp invalid-spi-recovery", "Initiate IKE and send Invalid SPI Notify"),
	leaf("crypto isakmp aggressive-mode disable", "Disable ISAKMP aggressive mode"),
	leaf("crypto isakmp identity {address|dn|hostname}", "Set the identity which ISAKMP will use"),
	leaf("crypto isakmp fragmentation", "IKE Fragmentation enabled if required"),
	onByDefault("crypto isakmp enable", "Enable ISAKMP"),
	isakmpProfile,
	list("crypto isakmp client <line>", "Set client configuration policy"),
}

// cryptoIPsec are the IPsec commands of the global mode, in the order of
// running-config. Nothing acts on them yet.
var cryptoIPsec = []*grammar.Command{
	leaf("crypto ipsec security-association lifetime kilobytes {<n>|disable}", "Volume-based key duration"),
	leaf("crypto ipsec security-association lifetime seconds <n>", "Time-based key duration"),
	leaf("crypto ipsec security-association replay {disable|window-size <n>}", "Set replay checking"),
	leaf("crypto ipsec security-association idle-time <n>", "Automatically delete IPSec SAs after a given idle period"),
	transformSet,
	leaf("crypto ipsec df-bit {clear|copy|set}", "Handling of encapsulated DF bit"),
	leaf("crypto ipsec fragmentation {before-encryption|after-encryption}", "Handling of fragmentation of near-MTU sized packets"),
	onByDefault("crypto ipsec nat-transparency udp-encapsulation", "IPsec NAT transparency model"),
	ipsecProfile,
	list("crypto map <name> local-address <interface>", "Interface to use for local address for this crypto map", "name"),
	cryptoMap,
	section("crypto map <name> gdoi fail-close", "Fail close", ConfigFailClose, "name"),
	section("crypto map ipv6 <name> <n> ipsec-isakmp [<line>]", "Enter a crypto map", ConfigCryptoMap, "name", "n"),
	list("crypto map <name> {client|isakmp|isakmp-profile|redundancy} <line>", "Crypto map settings"),
	section("crypto dynamic-map <name> <n>", "Specify a dynamic crypto map template", ConfigCryptoMap, "name", "n"),
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
		Canon: canonIsakmpKey,
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
	cryptoMap    = canon(section("crypto map <name> <n> {ipsec-isakmp [<line>]|ipsec-manual|gdoi}", "Enter a crypto map", ConfigCryptoMap, "name", "n"), trailingBlank)
)

// canonIsakmpKey collapses "0.0.0.0 0.0.0.0" and pads the address to 15
// columns, as IOS does.
func canonIsakmpKey(l *grammar.Line) {
	a, m := l.Args["address"], l.Args["mask"]
	if a == "" {
		return
	}
	if m == "255.255.255.255" || m == "0.0.0.0" && a == "0.0.0.0" {
		for i := len(l.Words) - 1; i > 0; i-- {
			if l.Words[i] == m && (l.Words[i-1] == a) {
				l.Words = append(l.Words[:i:i], l.Words[i+1:]...)
				break
			}
		}
		delete(l.Args, "mask")
	}
	if l.Words[len(l.Words)-1] == a {
		l.Words[len(l.Words)-1] = fmt.Sprintf("%-15s", a)
	}
}

// The modes of IKEv1 and IPsec.
var (
	ConfigIsakmp = mode("config-isakmp", "ISAKMP commands:", []*grammar.Command{
		{
			Syntax: "encryption {3des|des|aes [128|192|256]}", Aliases: []string{"encr {3des|des|aes [128|192|256]}", "enc {3des|des|aes [128|192|256]}"},
			Help: "Set encryption algorithm for protection suite", Kind: grammar.Leaf, Effect: grammar.NoEffect,
			Canon: func(l *grammar.Line) { dropWord(l, "aes", "128") },
		},
		leaf("hash {md5|sha|sha256|sha384|sha512}", "Set hash algorithm for protection suite"),
		leaf("authentication {pre-share|rsa-sig|rsa-encr}", "Set authentication method for protection suite"),
		leaf("group "+dhGroups, "Set the Diffie-Hellman group"),
		with(leaf(ikeLifetime, "Set lifetime for ISAKMP security association"), cryptoTypes),
	})
	ConfigKeyring = mode("conf-keyring", "Keyring commands:", []*grammar.Command{
		leaf("description <line>", "Keyring description"),
		list("local-address <line>", "Specify a local address of this keyring"),
		section("rsa-pubkey {address <ip>|name <name>} [encryption|signature]", "RSA public key of a peer", ConfigKeyringPubkey, "ip", "name"),
		with(list("pre-shared-key address <address> [<mask>] key {0 <key>|6 <key>|<key>}", "Specify a pre-shared key", "address", "mask"), cryptoTypes),
		with(list("pre-shared-key address ipv6 <prefix6> key {0 <key>|6 <key>|<key>}", "Specify a pre-shared key", "prefix6"), cryptoTypes),
		with(list("pre-shared-key hostname <name> key {0 <key>|6 <key>|<key>}", "Specify a pre-shared key", "name"), cryptoTypes),
	})
	ConfigIsakmpProfile = mode("conf-isa-prof", "ISAKMP profile commands:", []*grammar.Command{
		leaf("description <line>", "Specify a description of this profile"),
		leaf("vrf <name>", "Specify the VRF it is related to"),
		list("keyring <name>", "Specify keyring to use"),
		leaf("self-identity <line>", "Specify Identity to use"),
		list("ca trust-point <name>", "Specify certificate authorities to trust"),
		canon(list("match identity address <address> [<mask>] [<name>]", "IP Address(es)", "address", "mask"), collapseAny),
		list("match identity address ipv6 <prefix6> [<name>]", "IPv6 Address(es)", "prefix6"),
		list("match identity group <name>", "Group name"),
		list("match identity host <line>", "match a hostname/domain"),
		list("match identity user <line>", "match user name"),
		list("match identity user-fqdn <name>", "match a user name with domain"),
		list("match certificate <name>", "Peer certificate attributes"),
		list("client <line>", "Specify client configuration settings"),
		list("isakmp <line>", "ISAKMP Authorization command"),
		with(leaf("keepalive <interval> [retry <retry>] [periodic|on-demand]", "Set a keepalive interval for use with IOS peers"), cryptoTypes),
		leaf("initiate mode aggressive", "initiate in aggressive mode"),
		leaf("virtual-template <n>", "Specify the virtual-template for dynamic interface creation"),
		leaf("local-address <line>", "Interface to use for local address for this isakmp profile"),
		leaf("accounting <name>", "Accounting"),
		leaf("qos-group <n>", "QoS group"),
		leaf("no-xauth", "Disable extended authentication"),
	})
	ConfigKeyringPubkey = mode("config-pubkey-key", "Public key commands:", []*grammar.Command{
		leaf("address <line>", "Address of the key"),
		leaf("serial-number <line>", "Serial number"),
		{Syntax: "key-string", Help: "Public key", Kind: grammar.Leaf, Effect: grammar.NoEffect, Body: grammar.UntilQuit},
	})
	ConfigTransform = mode("cfg-crypto-trans", "Crypto transform configuration commands:", []*grammar.Command{
		{
			Syntax: "mode {transport [require]|tunnel}", Help: "encapsulation mode (transport/tunnel)", Kind: grammar.Leaf,
			Effect: grammar.NoEffect, Absent: "mode tunnel",
		},
		leaf("esn", "Extended sequence numbers"),
	})
	ConfigIPsecProfile = mode("ipsec-profile", "Crypto profile configuration commands:", []*grammar.Command{
		leaf("description <line>", "Description of the crypto map statement policy"),
		leaf("set security-association lifetime kilobytes {<n>|disable}", "Volume-based key duration"),
		leaf("set security-association lifetime seconds <n>", "Time-based key duration"),
		leaf("set security-association lifetime days <n>", "Time-based key duration in days"),
		leaf("set security-association idle-time <n> [default]", "Automatically delete IPSec SAs after a given idle period"),
		leaf("set security-association replay {disable|window-size {64|128|256|512|1024}}", "Set replay checking"),
		leaf("set security-association level per-host", "specify a security association granularity level"),
		canon(leaf("set transform-set <line>", "Specify list of transform sets in priority order"), trailingBlank),
		{
			Syntax: "set pfs [group1|group2|group5|group14|group15|group16|group19|group20|group21|group24]", Help: "Specify pfs settings",
			Kind: grammar.Leaf, Effect: grammar.NoEffect,
			Canon: func(l *grammar.Line) {
				if len(l.Words) == 2 && !l.No {
					l.Words = append(l.Words, "group14")
				}
			},
		},
		leaf("set isakmp-profile <name>", "Specify isakmp Profile"),
		leaf("set ikev2-profile <name>", "Specify ikev2 Profile"),
		leaf("set identity <name>", "Identity restriction"),
		list("set reverse-route <line>", "Reverse Route Injection"),
		leaf("set mixed-mode [client|server]", "Mixed mode"),
		list("set security-association {dfbit|dummy|ecn} <line>", "Security association parameters"),
		leaf("set security-policy limit <n>", "Limit of security associations"),
		list("reverse-route [<line>]", "Reverse Route Injection"),
		leaf("redundancy <name> [stateful]", "Redundancy group"),
		leaf("dialer pre-classify", "Classify before encryption"),
		leaf("responder-only", "Do not initiate SAs from this device"),
		leaf("virtual-template <n>", "Specify the virtual-template for dynamic interface creation"),
	})
	ConfigCryptoMap = mode("config-crypto-map", "Crypto Map configuration commands:", []*grammar.Command{
		leaf("description <line>", "Description of the crypto map statement policy"),
		list("set peer <line>", "Allowed Encryption/Decryption peer"),
		list("set security-association <line>", "Security association parameters"),
		canon(leaf("set transform-set <line>", "Specify list of transform sets in priority order"), trailingBlank),
		leaf("set pfs <line>", "Specify pfs settings"),
		leaf("set group <name>", "Group name"),
		leaf("set reverse-route <line>", "Reverse Route Injection"),
		leaf("set isakmp-profile <name>", "Specify isakmp Profile"),
		leaf("set ikev2-profile <name>", "Specify ikev2 Profile"),
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

// A transformType is the one to three transforms of a set.
type transformType struct{}

var transformWords = map[string][]string{
	"ah-md5-hmac": nil, "ah-sha-hmac": nil, "ah-sha256-hmac": nil, "ah-sha384-hmac": nil, "ah-sha512-hmac": nil,
	"esp-3des": nil, "esp-des": nil, "esp-null": nil, "esp-seal": nil,
	"esp-aes": {"128", "192", "256"}, "esp-gcm": {"128", "192", "256"}, "esp-gmac": {"128", "192", "256"},
	"esp-md5-hmac": nil, "esp-sha-hmac": nil, "esp-sha256-hmac": nil, "esp-sha384-hmac": nil, "esp-sha512-hmac": nil,
	"comp-lzs": nil,
}

// Parse reads transforms, which may be abbreviated. See grammar.Type.
func (transformType) Parse(words []string) (text string, n, bad int, ok bool) {
	count := 0
	for n < len(words) && count < 3 {
		name, at := completeTransform(words[n])
		if name == "" {
			return "", 0, bad + at, false
		}
		if count > 0 {
			text += " "
		}
		text += name
		bad += len(words[n]) + 1
		n++
		count++
		if n < len(words) {
			for _, bits := range transformWords[name] {
				if words[n] == bits {
					if bits != "128" {
						text += " " + bits
					}
					bad += len(bits) + 1
					n++
					break
				}
			}
		}
	}
	return text, n, 0, count > 0
}

// completeTransform returns the transform that w is or abbreviates, or how far
// it understood w.
func completeTransform(w string) (name string, at int) {
	if _, ok := transformWords[w]; ok {
		return w, 0
	}
	hits := 0
	for t := range transformWords {
		if p := prefixLen(w, t); p == len(w) {
			name = t
			hits++
		} else {
			at = max(at, p)
		}
	}
	if hits != 1 {
		return "", at
	}
	return name, 0
}

// Placeholder returns what help shows.
func (transformType) Placeholder() string { return "TRANSFORM" }

// Help returns the text of help.
func (transformType) Help() string { return "Transforms: esp-aes, esp-gcm, esp-sha-hmac and others" }

// Sample returns transforms for tests of the tables.
func (transformType) Sample(rnd *rand.Rand) string {
	return []string{"esp-aes 256 esp-sha-hmac", "esp-gcm", "esp-3des esp-md5", "ah-sha-hmac esp-aes 128"}[rnd.IntN(4)]
}

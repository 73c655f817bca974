package ios

import (
	"fmt"
	"slices"

	"axle/cli/grammar"
)

// hidden gives a command the line that holds where none is entered, which is not
// shown.
func hidden(c *grammar.Command, line string) *grammar.Command {
	c.Default = line
	return c
}

// absent gives a command the line that is shown where none is entered.
func absent(c *grammar.Command, line string) *grammar.Command {
	c.Absent = line
	return c
}

// firm makes a command refuse what has the identity of a line that is there.
func firm(c *grammar.Command) *grammar.Command {
	c.Firm = true
	return c
}

// The ranges of IPsec.
var ipsecTypes = args{
	"seconds":   num(120, 2592000, "Security association duration in seconds"),
	"days":      num(1, 30, "Security association duration in days"),
	"kilobytes": num(2560, 4294967295, "Security association duration in kilobytes encrypted"),
	"idle":      num(60, 86400, "SA idle time in seconds"),
	"fraction":  num(1, 4294967295, "Number"),
}

// What is set for all of IPsec.
var (
	ipsecKilobytes = hidden(with(leaf("crypto ipsec security-association lifetime kilobytes {<kilobytes>|disable}", "Volume-based key duration"), ipsecTypes), "crypto ipsec security-association lifetime kilobytes 4608000")
	ipsecSeconds   = hidden(with(leaf("crypto ipsec security-association lifetime seconds <seconds>", "Time-based key duration"), ipsecTypes), "crypto ipsec security-association lifetime seconds 3600")
	ipsecReplay    = hidden(leaf("crypto ipsec security-association replay {disable|window-size {64|128|256|512|1024}}", "Set replay checking"), "crypto ipsec security-association replay window-size 64")
	ipsecIdle      = with(leaf("crypto ipsec security-association idle-time <idle>", "Automatically delete IPSec SAs after a given idle period"), ipsecTypes)
	ipsecNAT       = onByDefault("crypto ipsec nat-transparency udp-encapsulation", "IPsec NAT transparency model")
	ipsecDF        = hidden(leaf("crypto ipsec df-bit {clear|copy|set}", "Handling of encapsulated DF bit"), "crypto ipsec df-bit copy")
)

// The lines of an IPsec profile and of a crypto map's entry.
var (
	setKilobytes  = with(leaf("set security-association lifetime kilobytes {<kilobytes>|disable}", "Volume-based key duration"), ipsecTypes)
	setSeconds    = with(leaf("set security-association lifetime seconds <seconds>", "Time-based key duration"), ipsecTypes)
	setDays       = with(leaf("set security-association lifetime days <days>", "Time-based key duration in days"), ipsecTypes)
	setIdle       = with(leaf("set security-association idle-time <idle> [default]", "Automatically delete IPSec SAs after a given idle period"), ipsecTypes)
	setReplay     = leaf("set security-association replay {disable|window-size {64|128|256|512|1024}}", "Set replay checking")
	setPerHost    = leaf("set security-association level per-host", "specify a security association granularity level")
	setTransforms = canon(leaf("set transform-set <line>", "Specify list of transform sets in priority order"), trailingBlank)
	setPFS        = &grammar.Command{
		Syntax: "set pfs [group1|group2|group5|group14|group15|group16|group19|group20|group21|group24]", Help: "Specify pfs settings",
		Kind: grammar.Leaf, Effect: grammar.NoEffect,
		Canon: func(l *grammar.Line) {
			if len(l.Words) == 2 && !l.No {
				l.Words = append(l.Words, "group14")
			}
		},
	}
	setIsakmpProfile = leaf("set isakmp-profile <name>", "Specify isakmp Profile")
	setIKEv2Profile  = leaf("set ikev2-profile <name>", "Specify ikev2 Profile")
	setMixed         = leaf("set mixed-mode [client|server]", "Mixed mode")
	ipsecText        = leaf("description <line>", "Description of the crypto map statement policy")
	setResponder     = leaf("responder-only", "Do not initiate SAs from this device")
)

// ifCryptoMap puts a crypto map on an interface.
var ifCryptoMap = leaf("crypto map <name> [redundancy <word> [stateful]]", "Assign a Crypto Map")

// The lines of a transform set.
var (
	transformMode = &grammar.Command{
		Syntax: "mode {transport [require]|tunnel}", Help: "encapsulation mode (transport/tunnel)", Kind: grammar.Leaf,
		Effect: grammar.NoEffect, Absent: "mode tunnel",
	}
	transformESN = leaf("esn", "Extended sequence numbers")
)

// What is set for all of IKEv1.
var (
	isakmpAlive         = canon(with(leaf("crypto isakmp keepalive <interval> [<retry>] [periodic|on-demand]", "Set a keepalive interval for use with IOS peers"), cryptoTypes), canonKeepalive)
	isakmpNAT           = with(leaf("crypto isakmp nat keepalive <nat>", "Set a nat keepalive interval for use with IOS peers"), cryptoTypes)
	isakmpSPIRecovery   = leaf("crypto isakmp invalid-spi-recovery", "Initiate IKE and send Invalid SPI Notify")
	isakmpNoAggressive  = leaf("crypto isakmp aggressive-mode disable", "Disable ISAKMP aggressive mode")
	isakmpIdentity      = hidden(leaf("crypto isakmp identity {address|dn|hostname}", "Set the identity which ISAKMP will use"), "crypto isakmp identity address")
	isakmpFragmentation = leaf("crypto isakmp fragmentation", "IKE Fragmentation enabled if required")
	isakmpEnable        = onByDefault("crypto isakmp enable", "Enable ISAKMP")
	isakmpDefaults      = onByDefault("crypto isakmp default policy", "Use the default policies")
)

// The lines of an ISAKMP policy.
var (
	isakmpPolicyCmd  = with(section("crypto isakmp policy <priority>", "Set policy for an ISAKMP protection suite", ConfigIsakmp, "priority"), cryptoTypes)
	policyEncryption = &grammar.Command{
		Syntax: "encryption {3des|des|aes [128|192|256]}", Aliases: []string{"encr {3des|des|aes [128|192|256]}"},
		Help: "Set encryption algorithm for protection suite", Kind: grammar.Leaf, Effect: grammar.NoEffect,
		Canon: func(l *grammar.Line) { dropWord(l, "aes", "128") }, Default: "encryption des",
	}
	policyHash     = hidden(leaf("hash {md5|sha|sha256|sha384|sha512}", "Set hash algorithm for protection suite"), "hash sha")
	policyAuth     = hidden(leaf("authentication {pre-share|rsa-sig|rsa-encr}", "Set authentication method for protection suite"), "authentication rsa-sig")
	policyGroup    = hidden(leaf("group "+dhGroups, "Set the Diffie-Hellman group"), "group 1")
	policyLifetime = hidden(with(leaf(ikeLifetime, "Set lifetime for ISAKMP security association"), cryptoTypes), "lifetime 86400")
)

// The lines of a keyring.
var (
	keyringText    = leaf("description <line>", "Keyring description")
	keyringLocal   = list("local-address {<ip> [<name>]|<interface>}", "Specify a local address of this keyring")
	keyringKey     = firm(canon(with(list("pre-shared-key address <address> [<mask>] key {0 <key>|6 <key>|<key>}", "Specify a pre-shared key", "address", "mask"), cryptoTypes), canonKeyringKey))
	keyringKey6    = firm(canon(with(list("pre-shared-key address ipv6 <prefix6> key {0 <key>|6 <key>|<key>}", "Specify a pre-shared key", "prefix6"), cryptoTypes), dropKeyType))
	keyringKeyName = firm(canon(with(list("pre-shared-key hostname <name> key {0 <key>|6 <key>|<key>}", "Specify a pre-shared key", "name"), cryptoTypes), dropKeyType))
)

// The lines of an ISAKMP profile.
var (
	isakmpVRF          = leaf("vrf <name>", "Specify the VRF it is related to")
	isakmpKeyring      = list("keyring <name>", "Specify keyring to use")
	isakmpSelf         = leaf("self-identity <line>", "Specify Identity to use")
	isakmpTrust        = list("ca trust-point <name>", "Specify certificate authorities to trust")
	isakmpAddress      = canon(list("match identity address <address> [<mask>] [<name>]", "IP Address(es)", "address", "mask"), canonIdentity)
	isakmpAddress6     = canon(list("match identity address ipv6 <prefix6> [<name>]", "IPv6 Address(es)", "prefix6"), trailingBlank)
	isakmpGroupMatch   = list("match identity group <name>", "Group name")
	isakmpHost         = list("match identity host <line>", "match a hostname/domain")
	isakmpUser         = list("match identity user <line>", "match user name")
	isakmpUserFQDN     = list("match identity user-fqdn <name>", "match a user name with domain")
	isakmpProfileAlive = with(leaf("keepalive <interval> [retry <retry>] [periodic|on-demand]", "Set a keepalive interval for use with IOS peers"), cryptoTypes)
	isakmpInitiate     = leaf("initiate mode aggressive", "initiate in aggressive mode")
	isakmpTemplate     = leaf("virtual-template <n>", "Specify the virtual-template for dynamic interface creation")
	isakmpLocal        = leaf("local-address {<ip> [<name>]|<interface>}", "Interface to use for local address for this isakmp profile")
	isakmpNoXauth      = leaf("no-xauth", "Disable extended authentication")
)

// keyAt returns the index of a line's key among its words, -1 where it has none.
func keyAt(l *grammar.Line) int {
	key := l.Args["key"]
	if key == "" {
		return -1
	}
	for i := len(l.Words) - 1; i > 0; i-- {
		if l.Words[i] == key && slices.Contains([]string{"key", "pre-shared-key", "local", "remote", "0", "6", "hex"}, l.Words[i-1]) {
			return i
		}
	}
	return -1
}

// dropKeyType leaves out the "0" in front of a clear key, as IOS does, unless the
// key would then be read as a keyword.
func dropKeyType(l *grammar.Line) {
	i := keyAt(l)
	if i < 1 || l.Words[i-1] != "0" {
		return
	}
	for _, w := range []string{"0", "6", "hex", "local", "remote"} {
		if prefixLen(l.Words[i], w) == len(l.Words[i]) {
			return
		}
	}
	l.Words = slices.Delete(l.Words, i-1, i)
}

// canonIsakmpKey collapses "0.0.0.0 0.0.0.0" and pads the address to 15
// columns, as IOS does.
func canonIsakmpKey(l *grammar.Line) {
	dropKeyType(l)
	a, m := l.Args["address"], l.Args["mask"]
	if a == "" {
		return
	}
	if m == hostMask || m == anyAddress && a == anyAddress {
		dropMask(l)
	}
	if n := len(l.Words) - 1; l.Words[n] == a {
		l.Words[n] = fmt.Sprintf("%-15s", a)
	}
}

const (
	hostMask   = "255.255.255.255"
	anyAddress = "0.0.0.0"
)

// dropMask removes the mask behind a line's address.
func dropMask(l *grammar.Line) {
	i := addressAt(l)
	if i < 0 || i+1 >= len(l.Words) || l.Words[i+1] != l.Args["mask"] {
		return
	}
	l.Words = slices.Delete(l.Words, i+1, i+2)
	delete(l.Args, "mask")
}

// addMask puts a mask behind a line's address.
func addMask(l *grammar.Line, mask string) {
	if i := addressAt(l); i >= 0 {
		l.Words = slices.Insert(l.Words, i+1, mask)
		l.Args["mask"] = mask
	}
}

// addressAt returns the index of a line's address among its words.
func addressAt(l *grammar.Line) int {
	for i := 1; i < len(l.Words); i++ {
		if l.Words[i-1] == "address" && l.Words[i] == l.Args["address"] {
			return i
		}
	}
	return -1
}

// canonKeyringKey leaves the mask of a host out, and gives every address its
// mask.
func canonKeyringKey(l *grammar.Line) {
	dropKeyType(l)
	switch a, m := l.Args["address"], l.Args["mask"]; {
	case m == hostMask:
		dropMask(l)
	case a == anyAddress && m == "":
		addMask(l, anyAddress)
	}
}

// canonIdentity writes "0.0.0.0 0.0.0.0" as "0.0.0.0" and gives a host its mask,
// with the trailing blank of IOS's "match identity" lines.
func canonIdentity(l *grammar.Line) {
	switch a, m := l.Args["address"], l.Args["mask"]; {
	case a == anyAddress && m == anyAddress:
		dropMask(l)
	case a != "" && a != anyAddress && m == "":
		addMask(l, hostMask)
	}
	trailingBlank(l)
}

// canonKeepalive leaves out what holds anyway: two seconds between retries, on
// demand.
func canonKeepalive(l *grammar.Line) {
	if l.Args["retry"] == "2" {
		if i := slices.Index(l.Words[4:], "2"); i >= 0 {
			l.Words = slices.Delete(l.Words, 4+i, 5+i)
		}
		delete(l.Args, "retry")
	}
	if n := len(l.Words) - 1; l.Words[n] == "on-demand" {
		l.Words = l.Words[:n]
	}
}

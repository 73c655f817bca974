package ios

import (
	"encoding/hex"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"axle/cli/grammar"
)

// crypto reads IKE and IPsec.
func (d *decoder) crypto(t *grammar.Tree) Crypto {
	c := Crypto{Isakmp: d.isakmpGlobals(t), IKEv2: d.ikev2Globals(t), IPsec: d.ipsecGlobals(t)}
	c.Policies, c.LogSessions = d.isakmpPolicies(t), d.line(t, cryptoLogSession) != nil
	for l := range d.lines(t, isakmpKey) {
		c.Keys = append(c.Keys, peerKeyOf(l))
	}
	for s := range t.Lines(keyringCmd) {
		c.Keyrings = append(c.Keyrings, d.keyring(s))
	}
	for s := range t.Lines(isakmpProfile) {
		c.IsakmpProfiles = append(c.IsakmpProfiles, d.isakmpProfile(s))
	}
	c.Proposals = objects(t, ikev2ProposalCmd, d.proposal, func() IKEv2Proposal { return defaultProposal() })
	c.IKEv2Policies = objects(t, ikev2PolicyCmd, d.ikev2Policy, func() IKEv2Policy {
		return IKEv2Policy{Name: defaultName, AnyFVRF: true, Proposals: []string{defaultName}, Default: true}
	})
	for s := range t.Lines(ikev2KeyringCmd) {
		c.IKEv2Keyrings = append(c.IKEv2Keyrings, d.ikev2Keyring(s))
	}
	for s := range t.Lines(ikev2Profile) {
		c.IKEv2Profiles = append(c.IKEv2Profiles, d.ikev2Profile(s))
	}
	c.Authorizations = objects(t, ikev2AuthorCmd, d.authorization, func() IKEv2Authorization {
		return IKEv2Authorization{Name: defaultName, RouteInterface: true, AcceptAny: true, Default: true}
	})
	c.TransformSets = objects(t, transformSet, d.transformSet, func() TransformSet {
		return TransformSet{Name: defaultName, Encryption: "aes-cbc-128", Integrity: "sha1", Transport: true, Default: true}
	})
	all := c.IPsec.Limits
	c.Profiles = objects(t, ipsecProfile, func(s *grammar.Tree) IPsecProfile { return d.ipsecProfile(s, all) }, func() IPsecProfile {
		return IPsecProfile{Name: defaultName, TransformSets: []string{defaultName}, Limits: all, Default: true}
	})
	return c
}

// objects reads the sections of command c, and appends the default object where
// it is neither configured nor switched off.
func objects[T any](t *grammar.Tree, c *grammar.Command, read func(*grammar.Tree) T, byDefault func() T) []T {
	var out []T
	for s := range t.Lines(c) {
		out = append(out, read(s))
	}
	if named(t, c, defaultName) == nil && exists(t, c, defaultName) {
		out = append(out, byDefault())
	}
	return out
}

// ofSeconds returns an argument that is a number of seconds.
func ofSeconds(l *grammar.Line, name string) time.Duration {
	return time.Duration(number(l, name)) * time.Second
}

// keyOf returns the key of a line. What is written in hexadecimal digits is a
// string of those bytes.
func keyOf(l *grammar.Line) Secret {
	i := keyAt(l)
	if i < 1 {
		return Secret{}
	}
	text := l.Words[i]
	switch l.Words[i-1] {
	case "6":
		return Secret{6, text}
	case "hex":
		digits := strings.TrimPrefix(strings.TrimPrefix(text, "0x"), "0X")
		if b, err := hex.DecodeString(digits); err == nil {
			return Secret{0, string(b)}
		}
	}
	return Secret{0, text}
}

// peersOf returns the peers that a line's address and mask, or its prefix, stand
// for. 0.0.0.0 without a mask is every address.
func peersOf(l *grammar.Line) netip.Prefix {
	if p, err := netip.ParsePrefix(l.Args["prefix6"]); err == nil {
		return p.Masked()
	}
	a := addr(l, "address")
	if !a.IsValid() {
		return netip.Prefix{}
	}
	bits := 32
	if m := l.Args["mask"]; m != "" {
		bits = maskBits(m)
	} else if a.IsUnspecified() {
		bits = 0
	}
	return netip.PrefixFrom(a, bits).Masked()
}

func peerKeyOf(l *grammar.Line) PeerKey {
	return PeerKey{Peer: peersOf(l), Host: l.Args["name"], Key: keyOf(l), NoXauth: l.Words[len(l.Words)-1] == "no-xauth"}
}

// isakmpPolicies reads the policies of IKEv1, by priority.
func (d *decoder) isakmpPolicies(t *grammar.Tree) []IsakmpPolicy {
	var out []IsakmpPolicy
	for s := range t.Lines(isakmpPolicyCmd) {
		p := IsakmpPolicy{Priority: number(s.Line, "priority"), Encryption: "des", Hash: "sha1", Authentication: "rsa-sig", Group: 1, Lifetime: 24 * time.Hour}
		if l := d.line(s, policyEncryption); l != nil {
			p.Encryption = cipherName(strings.Join(l.Words[1:], " "))
		}
		if l := d.line(s, policyHash); l != nil {
			p.Hash = hashName(l.Words[1])
		}
		if l := d.line(s, policyAuth); l != nil {
			p.Authentication = l.Words[1]
		}
		if l := d.line(s, policyGroup); l != nil {
			p.Group, _ = strconv.Atoi(l.Words[1])
		}
		if l := d.line(s, policyLifetime); l != nil {
			p.Lifetime = ofSeconds(l, "lifetime")
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b IsakmpPolicy) int { return a.Priority - b.Priority })
	if len(out) == 0 && d.on(t, isakmpDefaults) {
		p := IsakmpPolicy{Priority: 65507, Encryption: "aes-cbc-128", Hash: "sha1", Authentication: "rsa-sig", Group: 5, Lifetime: 24 * time.Hour, Default: true}
		q := p
		q.Priority, q.Authentication = 65508, "pre-share"
		out = []IsakmpPolicy{p, q}
	}
	return out
}

// cipherName returns the name of "aes 256", "esp-gcm" or "3des".
func cipherName(words string) string {
	name, bits, _ := strings.Cut(strings.TrimPrefix(words, "esp-"), " ")
	if bits == "" {
		bits = "128"
	}
	switch name {
	case "aes":
		return "aes-cbc-" + bits
	case "gcm", "gmac":
		return "aes-" + name + "-" + bits
	}
	return name
}

// hashName returns the name of "sha" or "sha256".
func hashName(word string) string {
	if word == "sha" {
		return "sha1"
	}
	return word
}

func (d *decoder) isakmpGlobals(t *grammar.Tree) IsakmpGlobals {
	g := IsakmpGlobals{Disabled: !d.on(t, isakmpEnable), Identity: "address"}
	if l := d.line(t, isakmpAlive); l != nil {
		g.Keepalive = livenessOf(l)
	}
	if l := d.line(t, isakmpNAT); l != nil {
		g.NATKeepalive = ofSeconds(l, "nat")
	}
	if l := d.line(t, isakmpIdentity); l != nil {
		g.Identity = l.Words[3]
	}
	g.InvalidSPIRecovery = d.line(t, isakmpSPIRecovery) != nil
	g.NoAggressive = d.line(t, isakmpNoAggressive) != nil
	g.Fragmentation = d.line(t, isakmpFragmentation) != nil
	return g
}

// livenessOf reads a keepalive or DPD line.
func livenessOf(l *grammar.Line) Liveness {
	v := Liveness{Interval: ofSeconds(l, "interval"), Retry: 2 * time.Second, Periodic: l.Has("periodic")}
	if l.Args["retry"] != "" {
		v.Retry = ofSeconds(l, "retry")
	}
	return v
}

func (d *decoder) keyring(s *grammar.Tree) Keyring {
	k := Keyring{Name: s.Line.Args["name"], VRF: s.Line.Args["vrf"], Description: d.text(s, keyringText)}
	for l := range d.lines(s, keyringLocal) {
		k.Local = append(k.Local, firstOf(l, "ip", "interface"))
	}
	for _, c := range []*grammar.Command{keyringKey, keyringKey6, keyringKeyName} {
		for l := range d.lines(s, c) {
			k.Keys = append(k.Keys, peerKeyOf(l))
		}
	}
	return k
}

// text returns the free text of a command's line.
func (d *decoder) text(s *grammar.Tree, c *grammar.Command) string {
	if l := d.line(s, c); l != nil {
		return firstOf(l, "line", "name", "word")
	}
	return ""
}

func (d *decoder) isakmpProfile(s *grammar.Tree) IsakmpProfile {
	p := IsakmpProfile{
		Name: s.Line.Args["name"], VRF: d.text(s, isakmpVRF),
		Aggressive: d.line(s, isakmpInitiate) != nil, NoXauth: d.line(s, isakmpNoXauth) != nil,
	}
	for l := range d.lines(s, isakmpKeyring) {
		p.Keyrings = append(p.Keyrings, l.Args["name"])
	}
	for l := range d.lines(s, isakmpTrust) {
		p.TrustPoints = append(p.TrustPoints, l.Args["name"])
	}
	if l := d.line(s, isakmpLocal); l != nil {
		p.Local = firstOf(l, "ip", "interface")
	}
	if l := d.line(s, isakmpSelf); l != nil {
		p.Self = spelledIdentity(l.Args["line"])
	}
	if l := d.line(s, isakmpProfileAlive); l != nil {
		p.Keepalive = livenessOf(l)
	}
	if l := d.line(s, isakmpTemplate); l != nil {
		p.VirtualTemplate = number(l, "n")
	}
	for _, c := range []*grammar.Command{isakmpAddress, isakmpAddress6} {
		for l := range d.lines(s, c) {
			p.Match = append(p.Match, Identity{Type: "address", Prefix: peersOf(l), VRF: l.Args["name"]})
		}
	}
	for l := range d.lines(s, isakmpGroupMatch) {
		p.Match = append(p.Match, Identity{Type: "group", Value: l.Args["name"]})
	}
	for l := range d.lines(s, isakmpHost) {
		p.Match = append(p.Match, spelledIdentity("fqdn "+l.Args["line"]))
	}
	for l := range d.lines(s, isakmpUser) {
		p.Match = append(p.Match, spelledIdentity("user-fqdn "+l.Args["line"]))
	}
	for l := range d.lines(s, isakmpUserFQDN) {
		p.Match = append(p.Match, Identity{Type: "email", Value: l.Args["name"]})
	}
	return p
}

// spelledIdentity reads an identity: "address", "fqdn domain example.com".
func spelledIdentity(line string) Identity {
	w := strings.Fields(line)
	if len(w) == 0 {
		return Identity{}
	}
	i := Identity{Type: w[0]}
	if i.Type == "user-fqdn" {
		i.Type = "email"
	}
	w = w[1:]
	if len(w) > 1 && w[0] == "domain" {
		i.Domain, w = true, w[1:]
	}
	if len(w) > 0 {
		i.Value = w[len(w)-1]
	}
	return i
}

package engine

import (
	"crypto/x509"
	"net/netip"
	"slices"
	"strings"

	"axle/ipsec"
	"axle/ipsec/ikev2"
	"axle/ipsec/pki"
)

// An identity is who one end says to be.
type identity struct {
	kind ikev2.IDType
	data string
	body string // the payload as sent: AUTH covers it
}

// maxIdentity is the length in bytes of the longest identity that is taken.
const maxIdentity = 1024

// identityOf returns the identity of a payload; false for one that is none of
// those that IOS knows, or not well formed.
func identityOf(p *ikev2.ID) (identity, bool) {
	id := identity{p.Kind, string(p.Data), string(p.Body())}
	switch p.Kind {
	case ikev2.IDIPv4:
		return id, len(p.Data) == 4
	case ikev2.IDIPv6:
		return id, len(p.Data) == 16
	case ikev2.IDFQDN, ikev2.IDEmail, ikev2.IDKeyID, ikev2.IDDN:
		return id, len(p.Data) > 0 && len(p.Data) <= maxIdentity
	}
	return id, false
}

// addr returns the address that the identity is; not valid where it is none.
func (i identity) addr() netip.Addr {
	if i.kind == ikev2.IDIPv4 || i.kind == ikev2.IDIPv6 {
		a, _ := netip.AddrFromSlice([]byte(i.data))
		return a
	}
	return netip.Addr{}
}

// value returns the identity as show commands print it, without its kind. What is
// not printable is left out: it comes from the wire.
func (i identity) value() string {
	switch {
	case i.addr().IsValid():
		return strings.ToUpper(i.addr().String())
	case i.kind == ikev2.IDDN:
		return distinguishedName([]byte(i.data))
	}
	return printable(i.data)
}

// printable returns a text with a dot for each character that is not one of ASCII.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '.'
		}
		return r
	}, s)
}

// String returns kind and value. Different identities may print the same where
// they have unprintable bytes, so it is for people.
func (i identity) String() string {
	if i.data == "" {
		return ""
	}
	return i.kindName() + " " + i.value()
}

// kindName returns the word of "identity remote" for the kind.
func (i identity) kindName() string {
	switch i.kind {
	case ikev2.IDIPv4, ikev2.IDIPv6:
		return "address"
	case ikev2.IDFQDN:
		return "fqdn"
	case ikev2.IDEmail:
		return "email"
	case ikev2.IDDN:
		return "dn"
	}
	return "key-id"
}

// key returns what tells identities apart in ipsec.Peer: equal strings are the
// same peer. Names whose printed form hides something are in hexadecimal.
func (i identity) key() string {
	switch i.kind {
	case ikev2.IDFQDN, ikev2.IDEmail, ikev2.IDKeyID:
		if v := i.value(); v != i.data {
			return i.kindName() + " 0x" + hexText(i.data)
		}
	case ikev2.IDDN:
		return i.kindName() + " 0x" + hexText(i.data)
	}
	return i.String()
}

func hexText(s string) string {
	const digits = "0123456789abcdef"
	b := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		b = append(b, digits[s[i]>>4], digits[s[i]&15])
	}
	return string(b)
}

// own returns the payload for an identity of ours: of no kind, the address.
func (x Identity) own(local netip.Addr) *ikev2.ID {
	if x.Kind == IdentityAddress && x.Prefix.IsValid() {
		local = x.Prefix.Addr()
	}
	switch x.Kind {
	case IdentityFQDN:
		return &ikev2.ID{Kind: ikev2.IDFQDN, Data: []byte(x.Value)}
	case IdentityEmail:
		return &ikev2.ID{Kind: ikev2.IDEmail, Data: []byte(x.Value)}
	case IdentityKeyID:
		return &ikev2.ID{Kind: ikev2.IDKeyID, Data: []byte(x.Value)}
	}
	kind := ikev2.IDIPv4
	if local.Is6() {
		kind = ikev2.IDIPv6
	}
	return &ikev2.ID{Kind: kind, Data: local.AsSlice()}
}

// matches reports whether a peer's identity is one that x matches.
func (x *Identity) matches(i identity) bool {
	named := func(kind ikev2.IDType, separator string) bool {
		switch {
		case i.kind != kind:
			return false
		case x.Domain:
			rest, ok := cutSuffixFold(i.data, x.Value)
			return ok && strings.HasSuffix(rest, separator) && len(rest) > len(separator)
		}
		return strings.EqualFold(i.data, x.Value)
	}
	switch x.Kind {
	case IdentityAny:
		return true
	case IdentityAddress:
		return i.addr().IsValid() && x.Prefix.Contains(i.addr())
	case IdentityFQDN:
		return named(ikev2.IDFQDN, ".")
	case IdentityEmail:
		return named(ikev2.IDEmail, "@")
	case IdentityKeyID:
		return i.kind == ikev2.IDKeyID && i.data == x.Value
	case IdentityDN:
		return i.kind == ikev2.IDDN && (x.Value == "" || strings.EqualFold(i.value(), x.Value))
	}
	return false
}

// cutSuffixFold cuts a suffix regardless of capitals.
func cutSuffixFold(s, suffix string) (string, bool) {
	n := len(s) - len(suffix)
	if n < 0 || !strings.EqualFold(s[n:], suffix) {
		return s, false
	}
	return s[:n], true
}

// profileNamed returns the profile of a name; nil where there is none, or it is
// switched off.
func (e *Engine) profileNamed(name string) *Profile {
	for i := range e.cfg.Profiles {
		if p := &e.cfg.Profiles[i]; p.Name == name && !p.Shutdown {
			return p
		}
	}
	return nil
}

// takes reports whether a profile matches a peer, by its identity or by the
// certificate that it signs with, if any.
func (p *Profile) takes(id identity, signer *x509.Certificate) bool {
	return slices.ContainsFunc(p.Match, func(x Identity) bool { return x.matches(id) }) ||
		signer != nil && slices.ContainsFunc(p.MatchCert, func(m pki.Map) bool { return m.Matches(signer) })
}

// profileFor returns the profile for a peer: the first that matches of those that a
// tunnel at the local address names, else of all.
func (e *Engine) profileFor(path localPath, id identity, signer *x509.Certificate) *Profile {
	var found *Profile
	for i := range e.cfg.Profiles {
		p := &e.cfg.Profiles[i]
		switch {
		case p.Shutdown || !p.AnyVRF && p.VRF != path.vrf:
		case len(p.Local) > 0 && !slices.Contains(p.Local, path.local.Addr()):
		case !p.takes(id, signer):
		case e.serves(path, p.Name):
			return p
		case found == nil:
			found = p
		}
	}
	return found
}

// serves reports whether a tunnel at the local address has a profile.
func (e *Engine) serves(path localPath, profile string) bool {
	return slices.ContainsFunc(e.cfg.Tunnels, func(t ipsec.Terminal) bool {
		x := e.ipsecProfile(t.Profile)
		return t.VRF == path.vrf && t.Local == path.local.Addr() && x != nil && x.IKEv2 == profile
	})
}

// keyFor returns the entry of a profile's keyring for a peer: by its identity, if
// it is known, else the most specific by its address.
func (e *Engine) keyFor(p *Profile, id *identity, addr netip.Addr) *KeyPeer {
	i := slices.IndexFunc(e.cfg.Keyrings, func(k Keyring) bool { return k.Name == p.Keyring })
	if i < 0 {
		return nil
	}
	var best *KeyPeer
	peers := e.cfg.Keyrings[i].Peers
	for j := range peers {
		k := &peers[j]
		if id != nil && k.Identity.Kind != IdentityNone && k.Identity.matches(*id) {
			return k
		}
		if k.Address.IsValid() && (k.Address.Contains(addr) || k.Address.Bits() == 0) &&
			(best == nil || k.Address.Bits() > best.Address.Bits()) {
			best = k
		}
	}
	return best
}

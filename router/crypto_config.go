package router

import (
	"net/netip"
	"reflect"
	"slices"

	"axle/cli/ios"
	"axle/dataplane"
	"axle/ipsec"
	wire1 "axle/ipsec/ikev1"
	ikev1 "axle/ipsec/ikev1/engine"
	ikev2 "axle/ipsec/ikev2/engine"
	"axle/ipsec/suite"
)

// A cryptoSeen is what the key exchanges were configured with, interfaces aside.
type cryptoSeen struct {
	cfg          ios.Crypto
	pki          ios.PKI
	master, host string
}

// noticeCrypto has the key exchanges configured again if what they must know has
// changed.
func (r *Router) noticeCrypto() {
	now := cryptoSeen{r.cfg.Crypto, r.cfg.PKI, r.master, r.hostname()}
	if !reflect.DeepEqual(now, r.crypto.seen) {
		r.crypto.seen, r.crypto.stale, r.crypto.moved, r.stale = now, true, true, true
	}
}

// protects reports whether an interface is a tunnel with protection.
func protects(c *ios.Interface) bool { return c.Tunnel != nil && c.Tunnel.Protection != "" }

// key returns the clear text of a key of the configuration; false where it was
// written under a master key that is not there.
func (r *Router) key(s ios.Secret) ([]byte, bool) {
	switch {
	case s.Text == "":
		return nil, false
	case s.Type == 6:
		clear, ok := ios.Decrypt6(r.master, s.Text)
		return []byte(clear), ok
	}
	return []byte(s.Text), true
}

// transforms returns the transform sets of a profile that ESP can do: AH and
// compression are not.
func transforms(c *ios.Crypto, names []string) []ipsec.Transform {
	var out []ipsec.Transform
	for _, name := range names {
		i := slices.IndexFunc(c.TransformSets, func(t ios.TransformSet) bool { return t.Name == name })
		if i < 0 {
			continue
		}
		t := &c.TransformSets[i]
		w := ipsec.Transform{Name: t.Name, ESN: t.ESN, Encryption: suite.EncryptionNull}
		ok := t.AH == "" && !t.Compress && t.Encryption+t.Integrity != ""
		if t.Encryption != "" && ok {
			w.Encryption, w.KeyBits, ok = suite.ParseEncryption(t.Encryption)
		}
		if t.Integrity != "" && ok {
			_, w.Integrity, ok = suite.ParseHash(t.Integrity)
		}
		switch {
		case t.Require:
			w.Mode = ipsec.OnlyTransport
		case t.Transport:
			w.Mode = ipsec.PreferTransport
		}
		if ok {
			out = append(out, w)
		}
	}
	return out
}

// ipsecProfiles returns the IPsec profiles: those of IKEv2, or the others.
func ipsecProfiles(c *ios.Crypto, v2 bool) []ipsec.Profile {
	var out []ipsec.Profile
	for i := range c.Profiles {
		p := &c.Profiles[i]
		if (p.IKEv2Profile != "") != v2 {
			continue
		}
		out = append(out, ipsec.Profile{
			Name: p.Name, Transforms: transforms(c, p.TransformSets), PFS: suite.Group(p.PFS),
			Lifetime: p.Limits.Lifetime, Bytes: p.Limits.Kilobytes << 10, Idle: p.Limits.Idle, Window: p.Limits.Replay,
			ResponderOnly: p.ResponderOnly, IKEv2: p.IKEv2Profile, Isakmp: p.IsakmpProfile,
		})
	}
	return out
}

// locals returns the addresses that a list of addresses and interfaces names.
// Of a list that names nothing that is there it is an address that nobody has, so
// that it does not count as empty.
func (r *Router) locals(names []string) []netip.Addr {
	var out []netip.Addr
	for _, n := range names {
		if a, err := netip.ParseAddr(n); err == nil {
			out = append(out, a)
		} else if f := r.byName[n]; f != nil {
			for _, p := range f.addrs {
				out = append(out, p.Addr())
			}
		}
	}
	if len(names) > 0 && len(out) == 0 {
		out = append(out, netip.IPv4Unspecified())
	}
	return out
}

// ikev2Config returns what the engine of IKEv2 must know.
func (r *Router) ikev2Config() ikev2.Config {
	c := &r.cfg.Crypto
	out := ikev2.Config{IPsec: ipsecProfiles(c, true), Trust: r.trustPoints(), Globals: ikev2.Globals{
		DPD: ipsec.Liveness(c.IKEv2.DPD), NATKeepalive: c.IKEv2.NATKeepalive, MaxSA: c.IKEv2.MaxSA,
		MaxIn: c.IKEv2.MaxNegotiationIn, MaxOut: c.IKEv2.MaxNegotiationOut, CookieChallenge: max(0, c.IKEv2.CookieChallenge), LogSessions: c.LogSessions,
	}}
	if c.IKEv2.Fragmentation {
		out.Globals.FragmentMTU = c.IKEv2.FragmentMTU
	}
	for i := range c.Proposals {
		if p := &c.Proposals[i]; !p.Default {
			out.Proposals = append(out.Proposals, ikev2Proposal(p))
		}
	}
	if slices.ContainsFunc(c.IKEv2Policies, func(p ios.IKEv2Policy) bool { return !p.Default }) {
		out.Proposals = append(out.Proposals, ikev2.DefaultProposals()...)
		for _, p := range c.IKEv2Policies {
			if !p.Default {
				out.Policies = append(out.Policies, ikev2.Policy{Name: p.Name, VRF: p.FVRF, AnyVRF: p.AnyFVRF, Local: p.Local, Proposals: p.Proposals})
			}
		}
	}
	for i := range c.IKEv2Keyrings {
		out.Keyrings = append(out.Keyrings, r.ikev2Keyring(&c.IKEv2Keyrings[i]))
	}
	for i := range c.IKEv2Profiles {
		if p := &c.IKEv2Profiles[i]; p.Whole() {
			out.Profiles = append(out.Profiles, r.ikev2Profile(p))
		}
	}
	out.Tunnels = r.protectedTunnels(true)
	return out
}

func ikev2Proposal(p *ios.IKEv2Proposal) ikev2.Proposal {
	w := ikev2.Proposal{Name: p.Name, Optional: p.PQCOptional}
	for _, name := range p.Encryption {
		if e, bits, ok := suite.ParseEncryption(name); ok {
			w.Ciphers = append(w.Ciphers, ikev2.Cipher{Encryption: e, KeyBits: bits})
		}
	}
	for _, name := range p.Integrity {
		if _, i, ok := suite.ParseHash(name); ok {
			w.Integrity = append(w.Integrity, i)
		}
	}
	for _, name := range p.PRF {
		if f, _, ok := suite.ParseHash(name); ok {
			w.PRFs = append(w.PRFs, f)
		}
	}
	for _, g := range p.Groups {
		w.Groups = append(w.Groups, suite.Group(g))
	}
	for _, name := range p.PQC {
		if g, ok := suite.ParseKEM(name); ok {
			w.Additional = append(w.Additional, g)
		}
	}
	return w
}

func (r *Router) ikev2Keyring(k *ios.IKEv2Keyring) ikev2.Keyring {
	w := ikev2.Keyring{Name: k.Name}
	for _, p := range k.Peers {
		local, _ := r.key(p.Local)
		remote, _ := r.key(p.Remote)
		w.Peers = append(w.Peers, ikev2.KeyPeer{
			Name: p.Name, Address: p.Address, Identity: ikev2Identity(p.Identity), Local: local, Remote: remote,
		})
	}
	return w
}

// ikev2Kinds are the words of identities.
var ikev2Kinds = map[string]ikev2.IdentityKind{
	"address": ikev2.IdentityAddress, "fqdn": ikev2.IdentityFQDN, "email": ikev2.IdentityEmail,
	"key-id": ikev2.IdentityKeyID, "dn": ikev2.IdentityDN, "any": ikev2.IdentityAny,
}

func ikev2Identity(i ios.Identity) ikev2.Identity {
	w := ikev2.Identity{Kind: ikev2Kinds[i.Type], Value: i.Value, Prefix: i.Prefix, Domain: i.Domain}
	if a, err := netip.ParseAddr(i.Value); err == nil && w.Kind == ikev2.IdentityAddress && !w.Prefix.IsValid() {
		w.Prefix = netip.PrefixFrom(a, a.BitLen())
	}
	return w
}

// ikev2Methods are the words of authentication.
var ikev2Methods = map[string]ikev2.Method{
	"pre-share": ikev2.PreShared, "rsa-sig": ikev2.RSASignature, "ecdsa-sig": ikev2.ECDSASignature,
}

func (r *Router) ikev2Profile(p *ios.IKEv2Profile) ikev2.Profile {
	auth := func(a ios.IKEv2Auth) ikev2.Auth {
		key, _ := r.key(a.Key)
		return ikev2.Auth{Method: ikev2Methods[a.Method], Key: key}
	}
	w := ikev2.Profile{
		Name: p.Name, VRF: p.FVRF, AnyVRF: p.AnyFVRF, Local: r.locals(p.Local), Self: ikev2Identity(p.Self),
		LocalAuth: auth(p.LocalAuth), Keyring: p.Keyring, Lifetime: p.Lifetime, DPD: ipsec.Liveness(p.DPD),
		NATKeepalive: p.NATKeepalive, ForceUDP: p.ForceEncap, InitialContact: p.InitialContact, Shutdown: p.Shutdown,
	}
	for _, m := range p.Match {
		w.Match = append(w.Match, ikev2Identity(m))
	}
	for _, name := range p.Certificates {
		for _, m := range r.cfg.PKI.Maps {
			if m.Name == name {
				w.MatchCert = append(w.MatchCert, m)
			}
		}
	}
	for _, a := range p.RemoteAuth {
		if ikev2Methods[a.Method] != 0 {
			w.RemoteAuth = append(w.RemoteAuth, auth(a))
		}
	}
	for _, t := range p.TrustPoints {
		if t.Sign || !t.Verify {
			w.Sign = append(w.Sign, t.Name)
		}
		if t.Verify || !t.Sign {
			w.Verify = append(w.Verify, t.Name)
		}
	}
	return w
}

// isakmpMethods are the words of authentication in IKEv1. Encrypted nonces are not
// there.
var isakmpMethods = map[string]wire1.Auth{"pre-share": 0, "rsa-sig": wire1.AuthRSA}

// ikev1Config returns what the engine of IKEv1 must know.
func (r *Router) ikev1Config() ikev1.Config {
	c := &r.cfg.Crypto
	out := ikev1.Config{IPsec: ipsecProfiles(c, false), Certificates: wallet(r.trustPoints()), Keys: r.ikev1Keys(c.Keys), Globals: ikev1.Globals{
		Disabled: c.Isakmp.Disabled, DPD: ipsec.Liveness(c.Isakmp.Keepalive), NATKeepalive: c.Isakmp.NATKeepalive,
		NoNAT: c.IPsec.NoNAT, NoAggressive: c.Isakmp.NoAggressive, Recovery: c.Isakmp.InvalidSPIRecovery, LogSessions: c.LogSessions,
	}}
	if c.Isakmp.Identity == "hostname" {
		out.Globals.Hostname = r.hostname()
	}
	for _, p := range c.Policies {
		e, bits, ok := suite.ParseEncryption(p.Encryption)
		hash, _, known := suite.ParseHash(p.Hash)
		auth, can := isakmpMethods[p.Authentication]
		if ok && known && can {
			out.Policies = append(out.Policies, ikev1.Policy{
				Auth:     auth,
				Priority: p.Priority, Encryption: e, KeyBits: bits, Hash: hash, Group: suite.Group(p.Group), Lifetime: p.Lifetime,
			})
		}
	}
	for _, k := range c.Keyrings {
		out.Keyrings = append(out.Keyrings, ikev1.Keyring{Name: k.Name, VRF: k.VRF, Local: r.locals(k.Local), Keys: r.ikev1Keys(k.Keys)})
	}
	for i := range c.IsakmpProfiles {
		p := &c.IsakmpProfiles[i]
		w := ikev1.Profile{Name: p.Name, Keyrings: p.Keyrings, TrustPoints: p.TrustPoints, Self: ikev1Identity(p.Self), DPD: ipsec.Liveness(p.Keepalive), Aggressive: p.Aggressive}
		if p.Local != "" {
			w.Local = r.locals([]string{p.Local})
		}
		for _, m := range p.Match {
			w.Match = append(w.Match, ikev1Identity(m))
		}
		out.Profiles = append(out.Profiles, w)
	}
	out.Tunnels = r.protectedTunnels(false)
	return out
}

func (r *Router) ikev1Keys(keys []ios.PeerKey) []ikev1.Key {
	var out []ikev1.Key
	for _, k := range keys {
		if key, ok := r.key(k.Key); ok {
			out = append(out, ikev1.Key{Peer: k.Peer, Host: k.Host, Key: key})
		}
	}
	return out
}

// ikev1Kinds are the words of identities.
var ikev1Kinds = map[string]ikev1.IdentityKind{
	"address": ikev1.IdentityAddress, "fqdn": ikev1.IdentityFQDN, "host": ikev1.IdentityFQDN,
	"email": ikev1.IdentityEmail, "user": ikev1.IdentityEmail, "any": ikev1.IdentityAny,
}

func ikev1Identity(i ios.Identity) ikev1.Identity {
	w := ikev1.Identity{Kind: ikev1Kinds[i.Type], Value: i.Value, Prefix: i.Prefix, Domain: i.Domain, VRF: i.VRF}
	if a, err := netip.ParseAddr(i.Value); err == nil && w.Kind == ikev1.IdentityAddress && !w.Prefix.IsValid() {
		w.Prefix = netip.PrefixFrom(a, a.BitLen())
	}
	return w
}

// protectedTunnels returns the tunnels that could be up, of profiles with IKEv2 or
// of the others.
func (r *Router) protectedTunnels(v2 bool) []ipsec.Terminal {
	var out []ipsec.Terminal
	for _, f := range r.ifs {
		p := r.protection(f)
		if p == nil || (p.IKEv2Profile != "") != v2 {
			continue
		}
		t := ipsec.Terminal{VRF: f.cfg.Tunnel.VRF, Local: f.outer, Remote: f.cfg.Tunnel.Dest, Profile: p.Name}
		if f.cfg.Tunnel.Multipoint {
			t.Remote = netip.Addr{}
		}
		out = append(out, t)
	}
	return out
}

// protection returns the IPsec profile of a tunnel that could be up; nil where
// there is none.
func (r *Router) protection(f *iface) *ios.IPsecProfile {
	if f.kind != dataplane.TunnelGRE || f.cfg.Tunnel == nil || f.cfg.Tunnel.Protection == "" || f.cfg.Shutdown || !r.carrierUp(f) {
		return nil
	}
	c := &r.cfg.Crypto
	i := slices.IndexFunc(c.Profiles, func(p ios.IPsecProfile) bool { return p.Name == f.cfg.Tunnel.Protection })
	if i < 0 {
		return nil
	}
	return &c.Profiles[i]
}

package router

import (
	"fmt"
	"strings"

	"axle/cli/ios"
	"axle/cli/show"
	ikev2 "axle/ipsec/ikev2/engine"
	"axle/ipsec/suite"
)

// cryptoSettings copies the configuration of protection without its keys. Of the
// objects that are there by default it has those that are in force.
func (r *Router) cryptoSettings() show.CryptoSettings {
	c := &r.cfg.Crypto
	s := show.CryptoSettings{IKEv2: show.IKEv2Limits{MaxSA: c.IKEv2.MaxSA, MaxIn: c.IKEv2.MaxNegotiationIn, MaxOut: c.IKEv2.MaxNegotiationOut}}
	for i := range c.Proposals {
		if p := &c.Proposals[i]; !p.Default {
			s.Proposals = append(s.Proposals, showProposal(ikev2Proposal(p)))
		} else {
			for _, d := range ikev2.DefaultProposals() {
				s.Proposals = append(s.Proposals, showProposal(d))
			}
		}
	}
	for _, p := range c.IKEv2Policies {
		w := show.IKEv2Policy{Name: p.Name, FVRF: "global", Local: p.Local, Proposals: p.Proposals}
		if p.AnyFVRF {
			w.FVRF = "any"
		} else if p.FVRF != "" {
			w.FVRF = p.FVRF
		}
		s.Policies = append(s.Policies, w)
	}
	for i := range c.IKEv2Profiles {
		s.Profiles = append(s.Profiles, showIKEv2Profile(&c.IKEv2Profiles[i], &c.IKEv2))
	}
	s.IsakmpPolicies, s.IsakmpKeys, s.IsakmpProfiles = isakmpSettings(c)
	sets := map[string]show.TransformSet{}
	for i := range c.TransformSets {
		t := showTransform(&c.TransformSets[i])
		sets[t.Name] = t
		s.TransformSets = append(s.TransformSets, t)
	}
	for i := range c.Profiles {
		p := &c.Profiles[i]
		w := show.IPsecProfile{
			Name: p.Name, IKEv2: p.IKEv2Profile, Isakmp: p.IsakmpProfile, Kilobytes: p.Limits.Kilobytes, Lifetime: p.Limits.Lifetime,
			Idle: p.Limits.Idle, ResponderOnly: p.ResponderOnly, MixedMode: p.MixedMode, PFS: suite.Group(p.PFS),
		}
		for _, name := range p.TransformSets {
			if t, ok := sets[name]; ok {
				w.Transforms = append(w.Transforms, t)
			}
		}
		s.IPsecProfiles = append(s.IPsecProfiles, w)
	}
	return s
}

// showProposal names the algorithms of a proposal.
func showProposal(p ikev2.Proposal) show.IKEv2Proposal {
	w := show.IKEv2Proposal{Name: p.Name, Optional: p.Optional}
	for _, c := range p.Ciphers {
		w.Encryption = append(w.Encryption, c.Encryption.Shown(c.KeyBits))
	}
	for _, i := range p.Integrity {
		w.Integrity = append(w.Integrity, i.Shown())
	}
	for _, f := range p.PRFs {
		w.PRF = append(w.PRF, f.Shown())
	}
	for _, g := range p.Groups {
		w.Groups = append(w.Groups, g.Shown())
	}
	for _, g := range p.Additional {
		w.PQC = append(w.PQC, g.Shown())
	}
	return w
}

// showIKEv2Profile copies a profile.
func showIKEv2Profile(p *ios.IKEv2Profile, all *ios.IKEv2Globals) show.IKEv2Profile {
	w := show.IKEv2Profile{
		Name: p.Name, Shutdown: p.Shutdown, FVRF: "global", Local: p.Local, Certificate: p.Certificates,
		LocalAuth: p.LocalAuth.Method, Keyring: p.Keyring, Lifetime: p.Lifetime,
		DPD: p.DPD.Interval, Retry: p.DPD.Retry, Periodic: p.DPD.Periodic,
		NATKeepalive: p.NATKeepalive, IVRF: p.IVRF, VirtualTemplate: p.VirtualTemplate,
	}
	if p.AnyFVRF {
		w.FVRF = "any"
	} else if p.FVRF != "" {
		w.FVRF = p.FVRF
	}
	if w.DPD == 0 {
		w.DPD, w.Retry, w.Periodic = all.DPD.Interval, all.DPD.Retry, all.DPD.Periodic
	}
	if w.NATKeepalive == 0 {
		w.NATKeepalive = all.NATKeepalive
	}
	for _, m := range p.Match {
		w.Match = append(w.Match, identityWords(m))
	}
	if p.Self.Type != "" {
		w.Self = identityWords(p.Self)
	}
	for _, a := range p.RemoteAuth {
		w.RemoteAuth = append(w.RemoteAuth, a.Method)
	}
	for _, t := range p.TrustPoints {
		w.TrustPoints = append(w.TrustPoints, t.Name)
	}
	return w
}

// identityWords writes an identity as the screens of profiles do.
func identityWords(i ios.Identity) string {
	words := []string{i.Type}
	if i.Domain {
		words = append(words, "domain")
	}
	switch {
	case i.Prefix.IsValid() && i.Prefix.Addr().Is4():
		words = append(words, i.Prefix.Addr().String(), mask4(i.Prefix.Bits()))
	case i.Prefix.IsValid():
		words = append(words, strings.ToUpper(i.Prefix.String()))
	case i.Value != "":
		words = append(words, i.Value)
	}
	if i.VRF != "" {
		words = append(words, "vrf "+i.VRF)
	}
	return strings.Join(words, " ")
}

// mask4 writes the mask of a length.
func mask4(bits int) string {
	m := ^uint32(0) << (32 - bits)
	return fmt.Sprintf("%d.%d.%d.%d", m>>24, m>>16&0xff, m>>8&0xff, m&0xff)
}

// isakmpSettings copies what is configured for IKEv1.
func isakmpSettings(c *ios.Crypto) (policies []show.IsakmpPolicy, keys []show.IsakmpKey, profiles []show.IsakmpProfile) {
	for _, p := range c.Policies {
		policies = append(policies, show.IsakmpPolicy{
			Priority: p.Priority, Encryption: p.Encryption, Hash: p.Hash, Auth: p.Authentication, Group: p.Group, Lifetime: p.Lifetime, Default: p.Default,
		})
	}
	add := func(ring string, list []ios.PeerKey) {
		for _, k := range list {
			keys = append(keys, show.IsakmpKey{Keyring: ring, Peer: k.Peer, Host: k.Host})
		}
	}
	add("default", c.Keys)
	for i := range c.Keyrings {
		add(c.Keyrings[i].Name, c.Keyrings[i].Keys)
	}
	for _, p := range c.IsakmpProfiles {
		w := show.IsakmpProfile{Name: p.Name, Keyrings: p.Keyrings, TrustPoints: p.TrustPoints}
		for _, m := range p.Match {
			w.Match = append(w.Match, identityWords(m))
		}
		profiles = append(profiles, w)
	}
	return policies, keys, profiles
}

// showTransform copies a transform set.
func showTransform(t *ios.TransformSet) show.TransformSet {
	w := show.TransformSet{Name: t.Name, Transport: t.Transport || t.Require, Require: t.Require}
	if t.AH != "" {
		w.Words = "ah-" + strings.Replace(t.AH, "sha1", "sha", 1) + "-hmac "
	}
	e, bits, known := suite.ParseEncryption(t.Encryption)
	_, hash, _ := suite.ParseHash(t.Integrity)
	switch {
	case known:
		w.Words += show.TransformWords(e, bits, hash)
	case t.Encryption != "":
		w.Words += "esp-" + t.Encryption + " "
	}
	if !known && t.Integrity != "" {
		w.Words += "esp-" + strings.Replace(t.Integrity, "sha1", "sha", 1) + "-hmac "
	}
	if t.Compress {
		w.Words += "comp-lzs "
	}
	return w
}

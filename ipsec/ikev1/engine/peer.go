package engine

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"axle/ipsec"
	"axle/ipsec/ikev1"
)

// findPSK looks for the key with the peer's address.
func (s *sa) findPSK(profile string) {
	key, ring, ok := s.e.addressKey(s.vrf, s.local.Addr(), s.remote.Addr(), profile)
	if !ok {
		s.tell("", "No pre-shared key with %v!", s.remote.Addr())
		return
	}
	s.tell("", "found peer pre-shared key matching %v", s.remote.Addr())
	s.psk, s.ring = key, ring
}

// able reports whether we can authenticate as a policy wants.
func (s *sa) able(p *Policy) bool {
	if p.phase1().Auth == ikev1.AuthRSA {
		return s.canSign()
	}
	return s.psk != nil
}

// offerPhase1 returns all policies that we can keep as a proposal; nil where there
// is none.
func (s *sa) offerPhase1() *ikev1.SA {
	p := ikev1.Proposal{Number: 1, Protocol: ikev1.ProtocolISAKMP}
	for i := range s.e.cfg.Policies {
		if policy := &s.e.cfg.Policies[i]; len(p.Transforms) < ikev1.MaxTransforms && s.able(policy) {
			x := policy.phase1()
			p.Transforms = append(p.Transforms, x.Transform(uint8(i+1)))
		}
	}
	if len(p.Transforms) == 0 {
		return nil
	}
	return &ikev1.SA{Proposals: []ikev1.Proposal{p}}
}

// phase1 returns a policy as a transform says it.
func (p *Policy) phase1() ikev1.Phase1 {
	life := p.Lifetime
	if life <= 0 {
		life = defaultLifetime
	}
	auth := p.Auth
	if auth == 0 {
		auth = ikev1.AuthPSK
	}
	return ikev1.Phase1{Encryption: p.Encryption, KeyBits: p.KeyBits, Hash: p.Hash, Auth: auth, Group: p.Group, Lifetime: life}
}

// agree compares an offer with a policy and returns what is agreed on: of the
// lifetimes the shorter. The lifetime alone never refuses an offer.
func (p *Policy) agree(offer ikev1.Phase1) (ikev1.Phase1, bool) {
	own := p.phase1()
	life := own.Lifetime
	if offer.Lifetime > 0 {
		life = min(life, max(offer.Lifetime, time.Minute))
	}
	own.Lifetime, offer.Lifetime, offer.Bytes = 0, 0, 0
	if own != offer {
		return offer, false
	}
	own.Lifetime = life
	return own, true
}

// choose returns the proposal to answer with: of our policies the first for which
// there is an offer.
func (s *sa) choose(offer *ikev1.SA) (ikev1.Proposal, ikev1.Phase1, bool) {
	for i := range s.e.cfg.Policies {
		policy := &s.e.cfg.Policies[i]
		if !s.able(policy) {
			continue
		}
		for _, p := range offer.Proposals {
			if p.Protocol != ikev1.ProtocolISAKMP {
				continue
			}
			for j := range p.Transforms {
				s.tell("", "Checking ISAKMP transform %d against priority %d policy", p.Transforms[j].Number, policy.Priority)
				x, err := p.Transforms[j].Phase1()
				if err != nil {
					s.tell("", "atts are not acceptable.")
					continue
				}
				s.tellPhase1(x)
				if agreed, ok := policy.agree(x); ok {
					s.tell("", "atts are acceptable.")
					p.Transforms = p.Transforms[j : j+1]
					return p, agreed, true
				}
				s.tell("", "atts are not acceptable.")
			}
		}
	}
	return ikev1.Proposal{}, ikev1.Phase1{}, false
}

// chosen returns what a responder chose of our offer.
func (s *sa) chosen(answer *ikev1.SA) (ikev1.Phase1, bool) {
	if len(answer.Proposals) != 1 || answer.Proposals[0].Protocol != ikev1.ProtocolISAKMP || len(answer.Proposals[0].Transforms) != 1 {
		return ikev1.Phase1{}, false
	}
	x, err := answer.Proposals[0].Transforms[0].Phase1()
	if err != nil {
		return x, false
	}
	for i := range s.e.cfg.Policies {
		if agreed, ok := s.e.cfg.Policies[i].agree(x); ok && s.able(&s.e.cfg.Policies[i]) {
			return agreed, true
		}
	}
	return x, false
}

// addressKey finds the key for a peer's address: of all that match the one with
// the longest mask, of equal ones the first. profile limits them to its keyrings.
func (e *Engine) addressKey(vrf string, local, remote netip.Addr, profile string) (ipsec.Secret, string, bool) {
	return e.findKey(vrf, local, profile, func(k *Key) int {
		if k.Peer.Contains(remote) {
			return k.Peer.Bits()
		}
		return -1
	})
}

// hostKey finds the key for a name.
func (e *Engine) hostKey(vrf string, local netip.Addr, host, profile string) (ipsec.Secret, string, bool) {
	return e.findKey(vrf, local, profile, func(k *Key) int {
		if k.Host != "" && strings.EqualFold(k.Host, host) {
			return 0
		}
		return -1
	})
}

// findKey returns the key for which rank is highest and not negative, and the
// keyring that it is in.
func (e *Engine) findKey(vrf string, local netip.Addr, profile string, rank func(*Key) int) (key ipsec.Secret, ring string, ok bool) {
	best := -1
	try := func(keys []Key, name string) {
		for i := range keys {
			if r := rank(&keys[i]); r > best && len(keys[i].Key) > 0 {
				best, key, ring = r, keys[i].Key, name
			}
		}
	}
	var rings []string
	if p := e.profile(profile); p != nil {
		rings = p.Keyrings
	}
	for i := range e.cfg.Keyrings {
		k := &e.cfg.Keyrings[i]
		if k.VRF == vrf && (len(k.Local) == 0 || slices.Contains(k.Local, local)) && (len(rings) == 0 || slices.Contains(rings, k.Name)) {
			try(k.Keys, k.Name)
		}
	}
	if len(rings) == 0 && vrf == "" {
		try(e.cfg.Keys, "")
	}
	return key, ring, best >= 0
}

// profile returns an ISAKMP profile, nil where there is none of that name.
func (e *Engine) profile(name string) *Profile {
	for i := range e.cfg.Profiles {
		if e.cfg.Profiles[i].Name == name {
			return &e.cfg.Profiles[i]
		}
	}
	return nil
}

// matchProfile finds the profile of a peer that has told who it is. It returns
// false where the peer used a key that is not in a keyring of its profile, or a
// certificate for which no trust point of its profile vouches.
func (s *sa) matchProfile(id *ikev1.ID, certs [][]byte) bool {
	s.profile = ""
	for i := range s.e.cfg.Profiles {
		p := &s.e.cfg.Profiles[i]
		if len(p.Local) > 0 && !slices.Contains(p.Local, s.local.Addr()) || !p.matches(s.vrf, id) {
			continue
		}
		s.profile = p.Name
		s.tell("", "peer matches %s profile", p.Name)
		if s.signs() {
			_, err := s.e.cfg.Certificates.Verify(s.e.now, p.TrustPoints, certs)
			return err == nil
		}
		return len(p.Keyrings) == 0 || slices.Contains(p.Keyrings, s.ring)
	}
	s.tell("", "peer matches *none* of the profiles")
	return true
}

// fits reports whether a responder is one that the profile asked for.
func (s *sa) fits(id *ikev1.ID) bool {
	p := s.e.profile(s.profile)
	return p == nil || len(p.Match) == 0 || p.matches(s.vrf, id)
}

// matches reports whether a profile is for a peer.
func (p *Profile) matches(vrf string, id *ikev1.ID) bool {
	for i := range p.Match {
		if p.Match[i].matches(vrf, id) {
			return true
		}
	}
	return false
}

// matches reports whether an ID is what is to be matched.
func (m *Identity) matches(vrf string, id *ikev1.ID) bool {
	switch m.Kind {
	case IdentityAny:
		return true
	case IdentityAddress:
		a := id.Prefix()
		return a.IsValid() && a.IsSingleIP() && m.VRF == vrf && (m.Prefix.Contains(a.Addr()) || m.Prefix.Bits() == 0)
	case IdentityFQDN:
		return id.Type == ikev1.IDFQDN && m.named(string(id.Data), ".")
	case IdentityEmail:
		return id.Type == ikev1.IDUserFQDN && m.named(string(id.Data), "@")
	}
	return false
}

// named compares a name, or the domain behind the separator.
func (m *Identity) named(name, separator string) bool {
	if !m.Domain {
		return strings.EqualFold(name, m.Value)
	}
	_, domain, ok := strings.Cut(name, separator)
	return ok && strings.EqualFold(domain, m.Value)
}

// identity returns who we are; nil where nothing says it.
func (s *sa) identity() *ikev1.ID {
	self := Identity{}
	if p := s.e.profile(s.profile); p != nil {
		self = p.Self
	}
	if self.Kind == IdentityNone && s.e.cfg.Globals.Hostname != "" {
		self = Identity{Kind: IdentityFQDN, Value: s.e.cfg.Globals.Hostname}
	}
	switch port := s.idPort(); {
	case self.Kind == IdentityFQDN:
		return &ikev1.ID{Type: ikev1.IDFQDN, Protocol: protoUDP, Port: port, Data: []byte(self.Value)}
	case self.Kind == IdentityEmail:
		return &ikev1.ID{Type: ikev1.IDUserFQDN, Protocol: protoUDP, Port: port, Data: []byte(self.Value)}
	case self.Kind == IdentityAddress && self.Prefix.IsValid():
		return ikev1.AddrID(self.Prefix.Addr(), protoUDP, port)
	}
	return nil
}

// addressID returns our address as who we are.
func (s *sa) addressID() *ikev1.ID { return ikev1.AddrID(s.local.Addr(), protoUDP, s.idPort()) }

// idPort is the port in our identity. IOS leaves it out behind a NAT box.
func (s *sa) idPort() uint16 {
	if s.behindNAT() {
		return 0
	}
	return portIKE
}

// serves reports whether there is a tunnel to which a peer may come.
func (e *Engine) serves(vrf string, local, remote netip.Addr) bool {
	return slices.ContainsFunc(e.cfg.Tunnels, func(t ipsec.Terminal) bool {
		return t.VRF == vrf && t.Local == local && (!t.Remote.IsValid() || t.Remote == remote)
	})
}

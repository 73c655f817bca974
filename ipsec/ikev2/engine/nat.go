package engine

import (
	"crypto/sha1"
	"encoding/binary"
	"net/netip"

	"axle/ipsec"
	"axle/ipsec/ikev2"
)

// The ports of IKE. From and to the second one messages have a marker in front,
// and ESP in UDP shares it. RFC 3948 §2.
const (
	portIKE = 500
	portNAT = 4500
)

// A localPath is the way between two ends.
type localPath struct {
	vrf           string
	local, remote netip.AddrPort
}

// natHash is what a NAT detection notification holds. RFC 7296 §2.23.
func natHash(spii, spir ikev2.SPI, at netip.AddrPort) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(spii))
	b = binary.BigEndian.AppendUint64(b, uint64(spir))
	b = append(b, at.Addr().AsSlice()...)
	sum := sha1.Sum(binary.BigEndian.AppendUint16(b, at.Port()))
	return sum[:]
}

// natNotifies returns both notifications. With force the source is a lie, so that
// both ends believe in a NAT box and put ESP into UDP.
func natNotifies(spii, spir ikev2.SPI, p localPath, force bool) []ikev2.Payload {
	source := p.local
	if force {
		source = netip.AddrPortFrom(source.Addr(), 0)
	}
	return []ikev2.Payload{
		&ikev2.Notify{Kind: ikev2.NATDetectionSource, Data: natHash(spii, spir, source)},
		&ikev2.Notify{Kind: ikev2.NATDetectionDestination, Data: natHash(spii, spir, p.remote)},
	}
}

// detectNAT compares what the peer said about addresses with what is seen here:
// peer and self tell who is behind a NAT box. A peer that says nothing knows no
// NAT traversal; then there is none.
func detectNAT(p body, spii, spir ikev2.SPI, path localPath) (peer, self bool) {
	sources, seen := 0, false
	for _, n := range p.notifies(ikev2.NATDetectionSource) {
		sources++
		seen = seen || string(n.Data) == string(natHash(spii, spir, path.remote))
	}
	peer = sources > 0 && !seen
	if n := p.notify(ikev2.NATDetectionDestination); n != nil {
		self = string(n.Data) != string(natHash(spii, spir, path.local))
	}
	return peer, self
}

// float moves the SA to port 4500, if there is a NAT box. RFC 7296 §2.23.
func (s *sa) float() {
	if s.natPeer || s.natSelf {
		s.path.local = netip.AddrPortFrom(s.path.local.Addr(), portNAT)
		if s.path.remote.Port() == portIKE {
			s.path.remote = netip.AddrPortFrom(s.path.remote.Addr(), portNAT)
		}
	}
}

// encapsulates reports whether ESP goes in UDP: where there is a NAT box, and both
// ends know what to do about it.
func (s *sa) encapsulates() bool {
	return (s.natPeer || s.natSelf) && s.path.local.Port() == portNAT
}

// moved follows a peer whose NAT box gave it another address: RFC 7296 §2.23. The
// message that came from there was authenticated and is the newest. Who is behind
// such a box itself does not follow.
func (s *sa) moved(d *ipsec.Datagram) {
	if s.natSelf || !s.natPeer || d.Remote == s.path.remote && d.Local == s.path.local {
		return
	}
	s.path.local, s.path.remote = d.Local, d.Remote
	s.e.stats.Moves++
	s.e.peers.moved(s)
	for _, c := range s.children {
		s.e.do(ipsec.Move{ID: c.id, Remote: d.Remote})
	}
}

// keepNAT arms the timer that keeps a NAT box in front of us awake. RFC 3948 §4.
func (s *sa) keepNAT() {
	if !s.natSelf {
		return
	}
	every := s.e.cfg.Globals.NATKeepalive
	if s.profile != nil && s.profile.NATKeepalive > 0 {
		every = s.profile.NATKeepalive
	}
	if every <= 0 {
		every = DefaultNATKeepalive
	}
	s.keepalive.Fire = func() {
		s.e.do(ipsec.Keepalive{VRF: s.path.vrf, Local: s.path.local, Remote: s.path.remote})
		s.e.after(&s.keepalive, every)
	}
	s.e.after(&s.keepalive, every)
}

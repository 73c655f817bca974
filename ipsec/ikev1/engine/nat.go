package engine

import (
	"encoding/binary"
	"net/netip"
	"time"

	"axle/ipsec"
	"axle/ipsec/ikev1"
)

// knows takes note of what the peer's vendor IDs say.
func (s *sa) knows(vendors []ikev1.Vendor) {
	for _, v := range vendors {
		s.tell("", "processing vendor id payload")
		if name := v.Name(); name != "" {
			s.tell("", "vendor ID is %s", name)
		}
		if v.Is(ikev1.VendorDPD) {
			s.dpd = true
		}
		if offers, draft := v.NATT(); offers && s.initiator && !s.e.cfg.Globals.NoNAT {
			s.nattDraft = draft && (s.nattDraft || !s.natt)
			s.natt = true
		}
	}
}

// offersNAT chooses the best kind of NAT traversal that an initiator offers and
// returns its vendor ID; nil for none. RFC 3947 §3.1.
func (s *sa) offersNAT(vendors []ikev1.Vendor) ikev1.Vendor {
	if s.e.cfg.Globals.NoNAT {
		return nil
	}
	for _, known := range []ikev1.Vendor{
		ikev1.VendorNATT, ikev1.VendorNATT07, ikev1.VendorNATT03, ikev1.VendorNATT02, ikev1.VendorNATT02Bare,
	} {
		for _, v := range vendors {
			if v.Is(known) {
				_, s.nattDraft = known.NATT()
				s.natt = true
				return known
			}
		}
	}
	return nil
}

// natHash is what a NAT-D payload says of an address. RFC 3947 §3.2.
func (s *sa) natHash(a netip.AddrPort) []byte {
	port := binary.BigEndian.AppendUint16(nil, a.Port())
	return s.policy.Hash.Hash(s.init[:], s.resp[:], a.Addr().AsSlice(), port)
}

// natPayloads returns the NAT-D payloads: first of the peer's end, then of ours.
func (s *sa) natPayloads() []ikev1.Payload {
	if !s.natt {
		return nil
	}
	return []ikev1.Payload{&ikev1.NATD{Hash: s.natHash(s.remote), Draft: s.nattDraft}, &ikev1.NATD{Hash: s.natHash(s.local), Draft: s.nattDraft}}
}

// findNAT compares the peer's NAT-D payloads with where its message came from.
func (s *sa) findNAT(hashes [][]byte) {
	if !s.natt || len(hashes) < 2 {
		return
	}
	s.natUs = !equal(hashes[0], s.natHash(s.local))
	s.natPeer = true
	for _, h := range hashes[1:] {
		if equal(h, s.natHash(s.remote)) {
			s.natPeer = false
		}
	}
	switch {
	case s.natUs:
		s.tell("", "NAT found, self is inside NAT")
	case s.natPeer:
		s.tell("", "NAT found, peer is inside NAT")
	default:
		s.tell("", "No NAT Found for self or peer")
	}
}

// behindNAT reports whether there is a NAT box between the two.
func (s *sa) behindNAT() bool { return s.natUs || s.natPeer }

// float moves an initiator to the port of NAT traversal. RFC 3947 §4.
func (s *sa) float() {
	if s.behindNAT() && s.local.Port() == portIKE {
		s.local = netip.AddrPortFrom(s.local.Addr(), portNATT)
		s.remote = netip.AddrPortFrom(s.remote.Addr(), portNATT)
	}
}

// startKeepalive keeps a NAT box awake that we are behind.
func (s *sa) startKeepalive() {
	if s.natUs {
		s.e.after(&s.keepalive, s.e.keepaliveTime())
	}
}

// keepAwake sends a keepalive.
func (s *sa) keepAwake() {
	s.e.do(ipsec.Keepalive{VRF: s.vrf, Local: s.local, Remote: s.remote})
	s.e.after(&s.keepalive, s.e.keepaliveTime())
}

// keepaliveTime is the time between two keepalives.
func (e *Engine) keepaliveTime() time.Duration {
	if t := e.cfg.Globals.NATKeepalive; t > 0 {
		return t
	}
	return DefaultNATKeepalive
}

// move tells that the peer of s has another address now.
func (e *Engine) move(s *sa) {
	x := e.sockets[s.key]
	if x == nil {
		return
	}
	for _, c := range x.children {
		if c.in.SrcPort != 0 {
			e.do(ipsec.Move{ID: c.id, Remote: s.remote})
		}
	}
}

// claimed returns the address that the peer thinks it has.
func (c *child) claimed() netip.Addr {
	if p := c.remoteID.Prefix(); p.IsValid() {
		return p.Addr()
	}
	return c.socket.key.Remote
}

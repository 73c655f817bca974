package engine

import (
	"net/netip"

	"axle/ipsec"
	"axle/ipsec/ikev1"
	"axle/ipsec/suite"
)

// The port of IKE, and where it goes when there is a NAT box. RFC 3947 §4.
const (
	portIKE  = 500
	portNATT = 4500
)

// beginMain begins a main mode to a peer, with the keys of an ISAKMP profile; x waits
// for it, unless it is nil. RFC 2409 §5.4.
func (e *Engine) beginMain(to ipsec.Socket, local, remote netip.AddrPort, profile string, x *socket) {
	s := e.newSA(to.VRF, local, remote)
	s.initiator, s.profile, s.key = true, profile, to
	if len(e.sas) >= MaxSAs {
		x.refuse("too many SAs")
		return
	}
	s.findPSK(profile)
	offer := s.offerPhase1()
	if offer == nil {
		reason := "no ISAKMP policy"
		if s.psk == nil {
			reason = "no pre-shared key"
			e.warn(EventNoKey, remote.Addr())
		}
		x.refuse(reason)
		return
	}
	s.init = e.newCookie()
	s.offer, _ = offer.Body()
	e.sas[s.init] = s
	e.calls[to] = s
	e.stats.Begun++
	if x != nil {
		x.wait(s)
	}
	payloads := []ikev1.Payload{offer}
	if !e.cfg.Globals.NoNAT {
		for _, v := range []ikev1.Vendor{ikev1.VendorNATT, ikev1.VendorNATT07, ikev1.VendorNATT03, ikev1.VendorNATT02} {
			payloads = append(payloads, v)
		}
	}
	s.tell("", "Old State = IKE_READY  New State = %s ", s.exchangeState())
	s.tell("", "beginning Main Mode exchange")
	s.resend.start(s, s.clear(ikev1.ExchangeMain, payloads...), s.silent)
}

// silent is called when the peer did not answer.
func (s *sa) silent() {
	reason := "no answer"
	if s.why != "" {
		reason = s.why
	}
	s.e.stats.TimedOut++
	s.e.drop(s, reason, false)
}

// clear builds a message of phase 1 that is not encrypted.
func (s *sa) clear(x ikev1.Exchange, payloads ...ikev1.Payload) []byte {
	return s.encode(&ikev1.Message{Header: ikev1.Header{Initiator: s.init, Responder: s.resp, Exchange: x}, Payloads: payloads})
}

// encode writes a message of ours.
func (s *sa) encode(m *ikev1.Message) []byte {
	b, err := m.AppendTo(nil)
	if err != nil {
		panic(err) // what we write is within the limits
	}
	return b
}

// sealed builds an encrypted message and returns the next vector.
func (s *sa) sealed(x ikev1.Exchange, id uint32, iv []byte, payloads ...ikev1.Payload) (data, next []byte) {
	text, next, err := s.keys.seal(iv, payloads)
	if err != nil {
		panic(err)
	}
	return s.encode(&ikev1.Message{
		Header: ikev1.Header{
			Initiator: s.init, Responder: s.resp, Exchange: x, Flags: ikev1.FlagEncrypted, MessageID: id, First: payloads[0].Kind(),
		},
		Sealed: text,
	}), next
}

// phase1 handles a message of main or aggressive mode.
func (s *sa) phase1(d ipsec.Datagram, m *ikev1.Message) {
	e := s.e
	sum := digest(d.Data)
	if sum == s.lastIn {
		if !s.initiator && s.lastOut != nil && d.Remote.Addr() == s.remote.Addr() {
			e.stats.Repeated++
			s.tell("", "phase 1 packet is a duplicate of a previous packet.")
			s.send(s.lastOut)
		}
		return
	}
	s.tell("PAK", "received packet from %v dport %d sport %d Global (%s) %v", d.Remote.Addr(), d.Local.Port(), d.Remote.Port(), s.role(), s.state())
	encrypted := m.Flags&ikev1.FlagEncrypted != 0
	if encrypted != (s.stage == awaitMM5 || s.stage == awaitMM6) && s.stage != awaitAM3 || s.established() {
		e.stats.Unexpected++
		return
	}
	payloads, next := m.Payloads, s.iv
	if encrypted {
		var err error
		if payloads, next, err = s.keys.open(s.iv, m); err != nil {
			e.stats.Malformed++
			e.warn(EventBadMessage, d.Remote.Addr())
			return
		}
	}
	b, ok := sortPayloads(payloads)
	before := s.exchangeState()
	if !ok || !s.step(d, m, &b, next) {
		e.stats.Unexpected++
		return
	}
	s.lastIn = sum
	s.tell("", "Old State = %s  New State = %s ", before, s.exchangeState())
}

// step handles the message that is awaited, and returns false for what is no such
// message.
func (s *sa) step(d ipsec.Datagram, m *ikev1.Message, b *bundle, next []byte) bool {
	switch s.stage {
	case awaitMM2:
		return s.main2(b, d, m.Responder)
	case awaitMM3:
		return s.main3(b, d)
	case awaitMM4:
		return s.main4(b)
	case awaitMM5:
		return s.main5(b, d, next)
	case awaitMM6:
		return s.main6(b, d, next)
	case awaitAM3:
		return s.aggressive3(b, d, next)
	}
	return false
}

// main2 takes the responder's choice and sends our public value.
func (s *sa) main2(b *bundle, d ipsec.Datagram, resp ikev1.Cookie) bool {
	if b.sa == nil || s.remote != d.Remote {
		return false
	}
	p, ok := s.chosen(b.sa)
	if !ok {
		s.e.warn(EventNotOffered, s.remote.Addr(), "policy")
		s.why = "answer not acceptable"
		return false
	}
	s.policy = p
	x, err := suite.NewExchange(p.Group, s.e.rand)
	if err != nil {
		return false
	}
	s.resp = resp
	s.exchange, s.gxi, s.ni = x, x.Public(), s.e.rand.Bytes(nonceSize)
	s.knows(b.vendors)
	s.stage = awaitMM4
	payloads := append([]ikev1.Payload{ikev1.KE(s.gxi), ikev1.Nonce(s.ni), ikev1.VendorDPD}, s.natPayloads()...)
	s.resend.start(s, s.clear(ikev1.ExchangeMain, payloads...), s.silent)
	return true
}

// main4 makes the keys and sends who we are.
func (s *sa) main4(b *bundle) bool {
	if b.ke == nil || b.nonce == nil {
		return false
	}
	gxy, err := s.exchange.Shared(b.ke)
	if err != nil {
		return false
	}
	s.gxr, s.nr = b.ke, b.nonce
	s.knows(b.vendors)
	s.findNAT(b.nat)
	if !s.setKeys(gxy) {
		return false
	}
	s.float()
	payloads := s.proof()
	if payloads == nil {
		s.e.drop(s, "no certificate", false)
		return true
	}
	payloads = append(payloads, s.requests()...)
	if s.e.newest(s.key, "") == nil {
		s.tell("", "Send initial contact")
		payloads = append(payloads, &ikev1.Notify{DOI: 1, Protocol: ikev1.ProtocolISAKMP, SPI: s.cookies(), Type: ikev1.NotifyInitialContact})
	}
	s.stage = awaitMM6
	var data []byte
	data, s.iv = s.sealed(ikev1.ExchangeMain, 0, s.iv, payloads...)
	s.resend.start(s, data, s.silent)
	return true
}

// main6 verifies who the responder is.
func (s *sa) main6(b *bundle, d ipsec.Datagram, next []byte) bool {
	if len(b.ids) != 1 {
		return false
	}
	if !s.proved(b, b.ids[0]) {
		return s.unproved()
	}
	if !s.fits(b.ids[0]) {
		s.refuse()
		return true
	}
	s.peerID, s.iv = b.ids[0], next
	s.heard(d)
	s.establish()
	return true
}

// unproved takes note of a hash that is wrong. The message may be forged; the true
// one may still come.
func (s *sa) unproved() bool {
	s.e.stats.AuthFailed++
	s.e.warn(EventAuthFailure, int(s.policy.Auth), s.remote.Addr())
	return false
}

// refuse ends a phase 1 with a peer that is not the one that it is for.
func (s *sa) refuse() {
	s.unproved()
	s.e.drop(s, "authentication failed", false)
}

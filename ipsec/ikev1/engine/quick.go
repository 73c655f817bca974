package engine

import (
	"encoding/binary"
	"slices"
	"time"

	"axle/internal/schedule"
	"axle/ipsec"
	"axle/ipsec/ikev1"
	"axle/ipsec/suite"
)

// protoGRE is the protocol that sockets protect, protoUDP the one of IKE.
const (
	protoGRE = 47
	protoUDP = 17
)

// A quick is a quick mode, under way or remembered. RFC 2409 §5.5.
type quick struct {
	s         *sa
	id        uint32
	initiator bool
	finished  bool
	socket    *socket
	profile   *ipsec.Profile
	child     *child   // of a responder; of an initiator when finished
	replaces  []*child // that sent when it began

	iv       []byte
	ni, nr   []byte
	spi      uint32
	offer    []ikev1.Proposal
	exchange suite.Exchange
	localID  *ikev1.ID
	peerID   *ikev1.ID

	resend  resend
	lastIn  [32]byte
	lastOut []byte
	forget  schedule.Timer
}

// newQuick enters a quick mode into the table of its SA.
func (s *sa) newQuick(id uint32, x *socket, p *ipsec.Profile) *quick {
	q := &quick{s: s, id: id, socket: x, profile: p, spi: s.e.newSPI(), iv: s.keys.phase2IV(s.iv, id)}
	for _, c := range x.children {
		if c.active && c.identity == s.name {
			q.replaces = append(q.replaces, c)
		}
	}
	s.quicks[id] = q
	return q
}

// beginQuick begins a quick mode for a socket.
func (s *sa) beginQuick(x *socket, p *ipsec.Profile) {
	e := s.e
	if len(s.quicks) >= MaxExchanges {
		x.fail("too many exchanges")
		return
	}
	x.busy = true
	id := s.newMessageID()
	q := s.newQuick(id, x, p)
	q.initiator = true
	q.ni = e.rand.Bytes(nonceSize)
	q.localID, q.peerID = s.selectors(x)
	q.offer = s.offerPhase2(p, q.spi)
	payloads := []ikev1.Payload{&ikev1.SA{Proposals: q.offer}, ikev1.Nonce(q.ni)}
	if p.PFS != suite.GroupNone {
		var err error
		if q.exchange, err = suite.NewExchange(p.PFS, e.rand); err != nil {
			q.end("PFS group not supported")
			return
		}
		payloads = append(payloads, ikev1.KE(q.exchange.Public()))
	}
	payloads = append(payloads, q.localID, q.peerID)
	payloads = append(payloads, s.originals(p)...)
	s.tell("", "beginning Quick Mode exchange, M-ID of %d", id)
	e.stats.QuickBegun++
	q.resend.start(s, q.seal(s.hashed1(id, payloads)), func() {
		e.stats.TimedOut++
		q.hopeless("no answer")
	})
}

// newMessageID draws a message ID that was not used under s.
func (s *sa) newMessageID() uint32 {
	for {
		id := binary.BigEndian.Uint32(s.e.rand.Bytes(4))
		if id != 0 && s.quicks[id] == nil && !s.used(id) {
			return id
		}
	}
}

// hashed1 puts HASH(1) in front of payloads.
func (s *sa) hashed1(id uint32, payloads []ikev1.Payload) []ikev1.Payload {
	b := bundle{rest: payloads}
	return append([]ikev1.Payload{ikev1.Hash(s.keys.hash1(id, b.covered()))}, payloads...)
}

// seal encrypts the next message of a quick mode.
func (q *quick) seal(payloads []ikev1.Payload) (data []byte) {
	data, q.iv = q.s.sealed(ikev1.ExchangeQuick, q.id, q.iv, payloads...)
	return data
}

// selectors returns what the two ends protect. What was agreed on before stays: an
// end behind a NAT box knows itself by another address than we do.
func (s *sa) selectors(x *socket) (local, peer *ikev1.ID) {
	for i := len(x.children) - 1; i >= 0; i-- {
		if c := x.children[i]; c.identity == s.name {
			return c.localID, c.remoteID
		}
	}
	return ikev1.AddrID(s.local.Addr(), protoGRE, 0), ikev1.AddrID(x.key.Remote, protoGRE, 0)
}

// originals returns the NAT-OA payloads of an end that offers transport mode through
// a NAT box. RFC 3947 §5.2.
func (s *sa) originals(p *ipsec.Profile) []ikev1.Payload {
	if !s.behindNAT() || p.Transforms[0].Mode == ipsec.Tunnel {
		return nil
	}
	of := func(id *ikev1.ID) *ikev1.NATOA { return &ikev1.NATOA{Type: id.Type, Addr: id.Data, Draft: s.nattDraft} }
	local, remote := ikev1.AddrID(s.local.Addr(), 0, 0), ikev1.AddrID(s.remote.Addr(), 0, 0)
	return []ikev1.Payload{of(local), of(remote)}
}

// offerPhase2 returns the transform sets of a profile as proposals.
func (s *sa) offerPhase2(p *ipsec.Profile, spi uint32) []ikev1.Proposal {
	var list []ikev1.Proposal
	for i := range p.Transforms {
		if len(list) == ikev1.MaxProposals {
			break
		}
		t := &p.Transforms[i]
		x := phase2(t, s, p)
		one := ikev1.Proposal{Number: uint8(len(list) + 1), Protocol: ikev1.ProtocolESP, SPI: binary.BigEndian.AppendUint32(nil, spi)}
		if t.ESN {
			x.ESN = true
			one.Transforms = append(one.Transforms, x.Transform(1))
			x.ESN = false
		}
		one.Transforms = append(one.Transforms, x.Transform(uint8(len(one.Transforms)+1)))
		list = append(list, one)
	}
	return list
}

// quickMode handles a message of a quick mode.
func (s *sa) quickMode(d ipsec.Datagram, m *ikev1.Message) {
	e := s.e
	q := s.quicks[m.MessageID]
	sum := digest(d.Data)
	if q != nil && sum == q.lastIn {
		if q.lastOut != nil {
			e.stats.Repeated++
			s.tell("", "phase 2 packet is a duplicate of a previous packet.")
			s.send(q.lastOut)
		}
		return
	}
	if q != nil && q.finished || q == nil && s.used(m.MessageID) {
		e.stats.Unexpected++
		return
	}
	s.tell("PAK", "received packet from %v dport %d sport %d Global (%s) %v", d.Remote.Addr(), d.Local.Port(), d.Remote.Port(), s.role(), s.state())
	iv := s.keys.phase2IV(s.iv, m.MessageID)
	if q != nil {
		iv = q.iv
	}
	payloads, next, err := s.keys.open(iv, m)
	if err != nil || len(payloads) == 0 || payloads[0].Kind() != ikev1.KindHash {
		e.stats.Malformed++
		e.warn(EventBadMessage, d.Remote.Addr())
		return
	}
	b, ok := sortPayloads(payloads)
	if !ok {
		e.stats.Malformed++
		return
	}
	switch {
	case q == nil:
		q = s.answerQuick(d, m.MessageID, &b, next)
	case q.initiator:
		ok = q.second(d, &b, next)
	default:
		ok = q.third(d, &b)
	}
	if q != nil && ok {
		q.lastIn = sum
	}
}

// second handles the answer to a quick mode of ours.
func (q *quick) second(d ipsec.Datagram, b *bundle, next []byte) bool {
	s, e := q.s, q.s.e
	if !equal(s.keys.hash2(q.id, q.ni, b.covered()), b.hash) || b.sa == nil || b.nonce == nil {
		e.stats.BadHash++
		return false
	}
	s.heard(d)
	a, ok := q.agreed(b)
	if !ok {
		e.warn(EventNotOffered, s.remote.Addr(), "transform")
		q.hopeless("answer not acceptable")
		return true
	}
	q.iv = next
	q.resend.stop(e)
	hash := s.keys.hash3(q.id, q.ni, b.nonce)
	q.child = s.newChild(q.socket, a, true, q.replaces)
	q.lastOut = q.seal([]ikev1.Payload{ikev1.Hash(hash)})
	q.socket.busy = false
	q.child.install(true)
	s.send(q.lastOut)
	q.done()
	return true
}

// agreed reads the answer to our offer.
func (q *quick) agreed(b *bundle) (*agreement, bool) {
	if len(b.sa.Proposals) != 1 || len(b.sa.Proposals[0].Transforms) != 1 || len(b.sa.Proposals[0].SPI) != 4 {
		return nil, false
	}
	p := &b.sa.Proposals[0]
	x, err := p.Transforms[0].Phase2()
	if err != nil || p.Protocol != ikev1.ProtocolESP || !q.offered(x) {
		return nil, false
	}
	a := &agreement{
		Phase2: x, inSPI: q.spi, outSPI: binary.BigEndian.Uint32(p.SPI), local: q.localID, peer: q.peerID,
		ni: q.ni, nr: b.nonce, window: q.profile.Window, idle: q.profile.Idle,
	}
	if len(b.ids) != 0 && (len(b.ids) != 2 || string(b.ids[0].Body()) != string(q.localID.Body()) || string(b.ids[1].Body()) != string(q.peerID.Body())) {
		return nil, false
	}
	if (b.ke != nil) != (q.exchange != nil) {
		return nil, false
	}
	if q.exchange != nil {
		if a.secret, err = q.exchange.Shared(b.ke); err != nil {
			return nil, false
		}
	}
	span, bytes := x.Lifetime, x.Bytes
	if n := b.notified(ikev1.NotifyResponderLifetime); n != nil {
		if l, v, err := ikev1.ParseLifetimes(n.Data); err == nil {
			span, bytes = shorter(span, l), less(bytes, v)
		}
	}
	a.Phase2.Lifetime, a.Phase2.Bytes = lifetimes(q.profile, span, bytes)
	return a, true
}

// offered reports whether a transform is one of our offer.
func (q *quick) offered(x ikev1.Phase2) bool {
	x.Lifetime, x.Bytes = 0, 0
	for i := range q.offer {
		for j := range q.offer[i].Transforms {
			own, err := q.offer[i].Transforms[j].Phase2()
			own.Lifetime, own.Bytes = 0, 0
			if err == nil && own == x {
				return true
			}
		}
	}
	return false
}

// done keeps a finished quick mode for a while, to answer repetitions.
func (q *quick) done() {
	q.finished = true
	q.exchange = nil
	q.s.e.stats.QuickDone++
	q.s.tell("", "deleting node %d error FALSE reason %q", q.id, "No Error")
	q.forget.Fire = q.leave
	q.s.e.after(&q.forget, rememberTime)
}

// leave takes a quick mode out of the table; its message ID is not taken again.
func (q *quick) leave() {
	s := q.s
	s.e.schedule.Stop(&q.forget)
	q.resend.stop(s.e)
	delete(s.quicks, q.id)
	s.remember(q.id)
}

// end ends a quick mode that may have failed.
func (q *quick) end(reason string) {
	failed := !q.finished
	q.leave()
	if !failed {
		return
	}
	q.finished = true
	if q.initiator {
		q.socket.fail(reason)
	} else if q.child != nil && !q.child.active {
		q.child.remove(reason, false)
	}
}

// hopeless ends a quick mode that failed. An ISAKMP SA under which nothing was ever
// made goes with it: the next attempt begins anew, in case the two ends do not mean
// the same with it.
func (q *quick) hopeless(reason string) {
	s := q.s
	s.e.stats.QuickFailed++
	s.e.warn(EventModeFailure, "Quick", s.remote.Addr())
	q.end(reason)
	if len(q.socket.children) == 0 && s.stage != gone {
		s.e.drop(s, reason, true)
	}
}

// remember takes note of a message ID that may not come again.
func (s *sa) remember(id uint32) {
	s.finished = append(s.finished, id)
	if len(s.finished) > MaxMessageIDs {
		s.finished = s.finished[1:]
	}
}

// used reports whether a message ID belonged to an exchange that is over.
func (s *sa) used(id uint32) bool {
	return slices.Contains(s.finished, id)
}

// lifetimes returns the shorter of a profile's lifetimes and those that the peer
// said.
func lifetimes(p *ipsec.Profile, span time.Duration, bytes uint64) (time.Duration, uint64) {
	return max(shorter(ownLifetime(p), span), time.Minute), less(p.Bytes, bytes)
}

// ownLifetime is the lifetime of a profile.
func ownLifetime(p *ipsec.Profile) time.Duration {
	if p.Lifetime <= 0 {
		return time.Hour
	}
	return p.Lifetime
}

// shorter returns the shorter time of two, of which 0 is none.
func shorter(a, b time.Duration) time.Duration {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// less returns the smaller number of two, of which 0 is no limit.
func less(a, b uint64) uint64 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

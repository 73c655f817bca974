package engine

import (
	"crypto/sha256"
	"encoding/binary"

	"axle/ipsec"
	"axle/ipsec/ikev2"
	"axle/ipsec/suite"
)

// firstRequest handles an IKE_SA_INIT request: from somebody of whom nothing is
// known.
func (e *Engine) firstRequest(d *ipsec.Datagram, h *ikev2.Header) {
	if len(d.Data) > maxInit || h.SPIi == 0 || h.SPIr != 0 || h.MessageID != 0 || h.Flags&ikev2.FlagInitiator == 0 {
		e.stats.Malformed++
		return
	}
	path := localPath{d.VRF, d.Local, d.Remote}
	key := initKey{d.VRF, d.Remote, h.SPIi}
	if s := e.halfOpen[key]; s != nil {
		if s.answer.asked == sha256.Sum256(d.Data) {
			e.stats.Repeated++
			s.sendTo(path, s.answer.datagrams)
		}
		return
	}
	if !e.expects(path) || !e.first.takeFrom(e.now, d.Remote.Addr(), MaxSourceRate) {
		e.stats.Ignored++
		return
	}
	m, err := ikev2.Parse(d.Data)
	if err != nil {
		e.stats.Malformed++
		return
	}
	b := body(m.Payloads)
	offer, ok1 := find[*ikev2.SA](b)
	ke, ok2 := find[*ikev2.KE](b)
	nonce, ok3 := find[*ikev2.Nonce](b)
	if !ok1 || !ok2 || !ok3 || b.critical() != 0 {
		e.stats.Malformed++
		return
	}
	if !e.admits(d, h, b, nonce.Data) {
		return
	}
	s := e.newSA(false, path)
	if r := s.begin(d, h, b, offer, ke, nonce); r != nil {
		delete(e.sas, s.ours)
		s.state = stateDead
		e.stranger(d, h, r.payload())
		if r.kind != ikev2.InvalidKEPayload {
			e.abort(r.reason)
		}
	}
}

// expects reports whether anybody may speak IKE to us on a path: there is a tunnel
// at the local address, or one that wants the peer.
func (e *Engine) expects(p localPath) bool {
	for i := range e.cfg.Tunnels {
		t := &e.cfg.Tunnels[i]
		if t.VRF == p.vrf && t.Local == p.local.Addr() {
			if x := e.ipsecProfile(t.Profile); x != nil && x.IKEv2 != "" {
				return true
			}
		}
	}
	x := e.sockets[ipsec.Socket{VRF: p.vrf, Local: p.local.Addr(), Remote: p.remote.Addr()}]
	return x != nil && x.wanted
}

// admits decides whether state is kept for a first request: not where too much is
// kept already, and from many only with a cookie.
func (e *Engine) admits(d *ipsec.Datagram, h *ikev2.Header, b body, nonce []byte) bool {
	if e.wantCookie(d) {
		n := b.notify(ikev2.Cookie)
		if n == nil || !e.goodCookie(d, h.SPIi, nonce, n.Data) {
			e.rotate()
			e.stats.Cookies++
			c := cookie(e.cookies.secrets[0], e.cookies.generation, d, h.SPIi, nonce)
			e.stranger(d, h, &ikev2.Notify{Kind: ikev2.Cookie, Data: c})
			return false
		}
	}
	g := &e.cfg.Globals
	if len(e.sas) >= limit(g.MaxSA, MaxSAs) || len(e.halfOpen) >= limit(g.MaxIn, MaxNegotiating) ||
		e.sources[d.Remote.Addr()] >= MaxPerSource {
		e.stats.Limited++
		return false
	}
	return true
}

// limit returns the configured limit, or the one that always holds.
func limit(configured, most int) int {
	if configured > 0 && configured < most {
		return configured
	}
	return most
}

// stranger answers a first request without keeping anything.
func (e *Engine) stranger(d *ipsec.Datagram, h *ikev2.Header, n *ikev2.Notify) {
	if !e.replies.take(e.now, maxReplies) {
		return
	}
	m := ikev2.Message{Header: ikev2.Header{SPIi: h.SPIi, Exchange: ikev2.InitSA, Flags: ikev2.FlagResponse}, Payloads: []ikev2.Payload{n}}
	if out, err := m.AppendTo(nil); err == nil {
		(&sa{e: e}).sendTo(localPath{d.VRF, d.Local, d.Remote}, [][]byte{out})
	}
}

// begin makes s the responder of a first request, and answers it.
func (s *sa) begin(d *ipsec.Datagram, h *ikev2.Header, b body, offer *ikev2.SA, ke *ikev2.KE, nonce *ikev2.Nonce) *refusal {
	e := s.e
	s.hybrid = b.notify(ikev2.IntermediateSupported) != nil
	c, ok := chooseIKE(e.proposals(s.path.vrf, s.path, true), offer, s.hybrid, ke.Group)
	if !ok {
		return refuse(ikev2.NoProposalChosen, "Failed to find a matching policy")
	}
	if c.group != ke.Group {
		r := refuse(ikev2.InvalidKEPayload, "group %d wanted", c.group)
		r.data = binary.BigEndian.AppendUint16(nil, uint16(c.group))
		return r
	}
	half, err := suite.NewExchange(c.group, e.rand)
	if err != nil || len(ke.Data) != c.group.PublicLen() {
		return refuse(ikev2.InvalidSyntax, "unfit public value")
	}
	s.theirs, s.state, s.suite = h.SPIi, stateHalfOpen, c.ike()
	x := &setup{
		key: initKey{d.VRF, d.Remote, h.SPIi}, half: half, peerKE: ke.Data, additional: c.added,
		seed:  seed{ni: nonce.Data, nr: e.rand.Bytes(nonceSize), spii: h.SPIi, spir: s.ours},
		first: append([]byte(nil), d.Data...), hashes: hashesOf(b),
	}
	s.setup = x
	s.fragmented = b.notify(ikev2.FragmentationSupported) != nil
	x.usePPK = b.notify(ikev2.UsePPK) != nil && e.hasPPK()
	force := e.forced(s.path)
	s.natPeer, s.natSelf = detectNAT(b, h.SPIi, 0, s.path)
	s.natSelf = s.natSelf || force
	e.halfOpen[x.key] = s
	e.sources[d.Remote.Addr()]++

	answer := body{&ikev2.SA{Proposals: []ikev2.Proposal{c.proposal}}, &ikev2.KE{Group: c.group, Data: half.Public()}, &ikev2.Nonce{Data: x.seed.nr}}
	answer = append(answer, natNotifies(h.SPIi, s.ours, s.path, force)...)
	answer = append(answer, capabilities()...)
	if s.hybrid {
		answer = append(answer, status(ikev2.IntermediateSupported))
	}
	if x.usePPK {
		answer = append(answer, status(ikev2.UsePPK))
	}
	answer = append(answer, e.certRequest(s.path, nil)...)
	s.expect = 1
	s.answer.asked = sha256.Sum256(d.Data)
	s.tellReceive(d, h, b)
	s.reply(d, ikev2.InitSA, answer)
	if len(s.answer.datagrams) == 1 {
		x.second = s.answer.datagrams[0]
	}
	s.timer.Fire = func() {
		e.stats.HalfOpenExpired++
		s.remove("Failed to receive the AUTH msg before the timer expired")
	}
	e.after(&s.timer, halfOpenTime)
	return nil
}

// forced reports whether a peer at the path is to believe in a NAT box.
func (e *Engine) forced(p localPath) bool {
	for i := range e.cfg.Profiles {
		if x := &e.cfg.Profiles[i]; x.ForceUDP && e.serves(p, x.Name) {
			return true
		}
	}
	return false
}

// capabilities returns the notifications of what we can do.
func capabilities() []ikev2.Payload {
	var hashes []byte
	for _, h := range []uint16{hashSHA256, hashSHA384, hashSHA512, hashIdentity} {
		hashes = binary.BigEndian.AppendUint16(hashes, h)
	}
	return []ikev2.Payload{
		status(ikev2.FragmentationSupported),
		&ikev2.Notify{Kind: ikev2.SignatureHashAlgorithms, Data: hashes},
	}
}

// The hash algorithms of RFC 7427 §4 and RFC 8420 §2.
const (
	hashSHA1     = 1
	hashSHA256   = 2
	hashSHA384   = 3
	hashSHA512   = 4
	hashIdentity = 5 // of Ed25519, which hashes by itself
)

// hashesOf returns the hash algorithms with which the peer verifies signatures.
func hashesOf(b body) (list []uint16) {
	if n := b.notify(ikev2.SignatureHashAlgorithms); n != nil {
		for i := 0; i+1 < len(n.Data) && len(list) < 16; i += 2 {
			list = append(list, binary.BigEndian.Uint16(n.Data[i:]))
		}
	}
	return list
}

// halfOpenKeys computes the keys of a half-open SA, which waited for the first
// message that looks as if the peer had got the answer. It reports whether the
// peer's public value was a good one.
func (s *sa) halfOpenKeys() bool {
	x := s.setup
	if x == nil || x.half == nil {
		return false
	}
	shared, err := x.half.Shared(x.peerKE)
	x.half, x.peerKE = nil, nil
	if err == nil {
		err = s.useKeys(s.suite.derive(firstSeed(s.suite.prf, &x.seed, shared), &x.seed))
	}
	if err != nil {
		s.e.stats.Malformed++
		s.remove("Failed to compute the shared secret")
		return false
	}
	clear(shared)
	return true
}

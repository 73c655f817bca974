package engine

import (
	"crypto/sha256"
	"errors"

	"axle/ipsec"
	"axle/ipsec/ikev2"
)

// A lastAnswer is the answer to the peer's last request, which is sent again when
// the request comes again. RFC 7296 §2.1.
type lastAnswer struct {
	asked     [sha256.Size]byte // hash of the request's datagram, or of its first fragment
	datagrams [][]byte
}

// receive handles a datagram.
func (e *Engine) receive(d ipsec.Datagram) {
	e.stats.Received++
	h, _, err := ikev2.ParseHeader(d.Data)
	if err != nil {
		e.stats.Malformed++
		return
	}
	if h.Exchange == ikev2.InitSA && !h.Response() {
		e.firstRequest(&d, &h)
		return
	}
	ours := h.SPIi
	if h.Flags&ikev2.FlagInitiator != 0 {
		ours = h.SPIr
	}
	s := e.sas[ours]
	if s == nil || s.path.vrf != d.VRF || s.initiator == (h.Flags&ikev2.FlagInitiator != 0) {
		e.stats.UnknownSPI++
		return
	}
	if h.Exchange == ikev2.InitSA {
		s.firstResponse(&d, &h)
		return
	}
	if i, r := s.spis(); h.SPIi != i || h.SPIr != r || s.state == stateInit {
		e.stats.UnknownSPI++
		return
	}
	if h.Response() {
		s.receiveResponse(&d)
	} else {
		s.receiveRequest(&d)
	}
}

// receiveResponse handles a response that may answer the request under way.
func (s *sa) receiveResponse(d *ipsec.Datagram) {
	r := s.pending
	h, _, _ := ikev2.ParseHeader(d.Data)
	if r == nil || r.id != h.MessageID || r.exchange != h.Exchange {
		s.e.stats.OutOfWindow++
		return
	}
	b, ok, err := s.opened(d, 1)
	if err != nil || !ok {
		return // the true answer may come still
	}
	s.heardFrom(d)
	s.tellReceive(d, &h, b)
	s.response(b)
}

// receiveRequest handles a request: the next one, or the one before once more.
func (s *sa) receiveRequest(d *ipsec.Datagram) {
	h, _, _ := ikev2.ParseHeader(d.Data)
	switch {
	case s.state == stateAuth:
		s.e.stats.OutOfWindow++ // it was faster than the answer to IKE_AUTH, and comes again
		return
	case s.expect > 0 && h.MessageID == s.expect-1:
		if s.answer.datagrams != nil && s.answer.asked == sha256.Sum256(d.Data) {
			s.e.stats.Repeated++
			s.sendTo(localPath{d.VRF, d.Local, d.Remote}, s.answer.datagrams)
		}
		return
	case h.MessageID != s.expect:
		s.e.stats.OutOfWindow++
		return
	}
	if s.open == nil && !s.halfOpenKeys() {
		return
	}
	b, ok, err := s.opened(d, 0)
	if err == nil && !ok {
		return
	}
	var refused *refusal
	if err != nil && !errors.As(err, &refused) {
		return
	}
	s.expect++
	s.heardFrom(d)
	s.tellReceive(d, &h, b)
	if refused != nil {
		s.reply(d, h.Exchange, body{refused.payload()})
		if s.state < stateEstablished {
			s.e.abort(refused.reason)
			s.remove(refused.reason)
		}
		return
	}
	s.handle(d, &h, b)
	s.pump()
}

// heardFrom notes an authenticated message that was not there before.
func (s *sa) heardFrom(d *ipsec.Datagram) {
	s.heard = s.e.now
	s.moved(d)
}

// opened returns the payloads of a protected message: false where parts of it are
// missing. slot is 0 for requests, 1 for responses. An error that is a refusal is
// one of a message that the peer did write.
func (s *sa) opened(d *ipsec.Datagram, slot int) (body, bool, error) {
	m, err := ikev2.Parse(d.Data)
	if err != nil {
		s.e.stats.Malformed++
		return nil, false, err
	}
	kind, plain, err := s.open.Open(d.Data, m)
	if err != nil {
		if errors.Is(err, ikev2.ErrFormat) {
			return nil, false, refuse(ikev2.InvalidSyntax, "%v", err)
		}
		s.e.stats.BadICV++
		return nil, false, err
	}
	if slot == 0 {
		s.answerFor(d, m)
	}
	if f, ok := m.Payloads[len(m.Payloads)-1].(*ikev2.Fragment); ok {
		if kind, plain, ok = put(&s.partsIn[slot], m.MessageID, f, kind, plain); !ok {
			return nil, false, nil
		}
	}
	s.partsIn[slot] = nil
	list, err := ikev2.ParsePayloads(kind, plain)
	if err != nil {
		return nil, true, refuse(ikev2.InvalidSyntax, "%v", err)
	}
	b := body(list)
	if t := b.critical(); t != 0 {
		r := refuse(ikev2.UnsupportedCriticalPayload, "critical payload %d", t)
		r.data = []byte{byte(t)}
		return nil, true, r
	}
	if m.Exchange == ikev2.Intermediate {
		s.saidBy(!s.initiator, &m.Header, kind, plain)
	}
	return b, true, nil
}

// answerFor remembers the request by which a repetition will be known: a whole
// one, or the first of its fragments (RFC 7383 §2.6.1).
func (s *sa) answerFor(d *ipsec.Datagram, m *ikev2.Message) {
	f, part := m.Payloads[len(m.Payloads)-1].(*ikev2.Fragment)
	if !part || f.Number == 1 {
		s.answer = lastAnswer{asked: sha256.Sum256(d.Data)}
	}
}

// reply answers the request that was handled last, and remembers the answer. It goes
// to where the request came from.
func (s *sa) reply(d *ipsec.Datagram, x ikev2.Exchange, b body) {
	id := s.expect - 1
	s.answer.datagrams = s.write(x, id, true, b)
	s.tellSend(x, id, true, b)
	s.sendTo(localPath{d.VRF, d.Local, d.Remote}, s.answer.datagrams)
}

// handle handles a request by the state of the SA and the exchange; what is not in
// this table is refused.
func (s *sa) handle(d *ipsec.Datagram, h *ikev2.Header, b body) {
	switch {
	case s.state == stateHalfOpen && h.Exchange == ikev2.Intermediate:
		s.intermediateRequest(d, b)
	case s.state == stateHalfOpen && h.Exchange == ikev2.Authenticate:
		s.authRequest(d, b)
	case s.state >= stateEstablished && h.Exchange == ikev2.Informational:
		s.informed(d, b)
	case s.state >= stateEstablished && h.Exchange == ikev2.CreateChild:
		s.createRequest(d, b)
	case s.state >= stateEstablished && h.Exchange == ikev2.FollowupKE:
		s.followupRequest(d, b)
	default:
		s.e.stats.Unexpected++
		s.reply(d, h.Exchange, body{status(ikev2.InvalidSyntax)})
	}
}

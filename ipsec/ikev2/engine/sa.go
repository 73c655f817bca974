package engine

import (
	"net/netip"
	"slices"
	"time"

	"axle/internal/schedule"
	"axle/ipsec"
	"axle/ipsec/ikev2"
	"axle/ipsec/suite"
)

// A saState is how far an IKE SA is.
type saState uint8

// The states. A replaced SA was rekeyed; it answers until it is deleted.
const (
	stateInit        saState = iota // initiator: IKE_SA_INIT is not answered yet
	stateHalfOpen                   // responder: IKE_SA_INIT was answered
	stateAuth                       // initiator: keys are there, IKE_AUTH or what is before it is not answered yet
	stateEstablished                // both have proved who they are
	stateReplaced
	stateDeleting // we asked the peer to delete it
	stateDead
)

// An sa is an IKE SA.
type sa struct {
	e         *Engine
	number    int  // for show commands
	initiator bool // of its first exchange, or of the rekey that made it
	ours      ikev2.SPI
	theirs    ikev2.SPI
	path      localPath
	state     saState
	profile   *Profile

	suite      ikeSuite
	keys       keys
	seal, open *ikev2.Key
	setup      *setup // until both have proved who they are

	next    uint32   // message id of our next request
	pending *request // window 1: at most one request waits
	queue   []task
	expect  uint32        // message id of the peer's next request
	answer  lastAnswer    // to the request before
	partsIn [2]*fragments // of a request, and of a response, that came in part

	self, peer       identity
	claimed          netip.Addr // what the peer says its address is
	signed, verified Method
	natPeer, natSelf bool
	natPort          uint16 // by which the peer is told from others behind its NAT box; 0: need not be
	fragmented       bool   // the peer takes fragments
	hybrid           bool   // the peer knows IKE_INTERMEDIATE
	ppk              bool   // a post-quantum key is in the keys
	lowNonce         []byte
	birth            []byte // the lowest nonce of the first exchange; rekeying keeps it
	founder          bool   // we began the first exchange

	children    []*child
	waiting     []*socket // for which a child is being made
	entered     ends      // under which the directory has it
	replacement *sa
	followup    *followup
	temporary   int // TEMPORARY_FAILUREs in a row

	since      time.Time // established
	heard      time.Time // the last authenticated message
	traffic    time.Time // the last packet through a child came in
	timer      schedule.Timer
	life       schedule.Timer
	expiry     time.Time
	probe      schedule.Timer
	keepalive  schedule.Timer
	twin       schedule.Timer
	lastOut    uint64    // packets that children had sent at the last probe
	reauthFrom *sa       // the SA that this one shall replace
	anew       time.Time // when the peer is to be authenticated anew, RFC 4478; zero: never
	anewBy     time.Time // and by when at the latest
}

// A setup is what is needed only until an IKE SA is established.
type setup struct {
	key    initKey // responder: under which the first message is known
	socket *socket // initiator: for which the SA is made
	offer  *ikev2.SA
	group  suite.Group
	half   suite.Exchange
	peerKE []byte // responder: until keys are needed
	seed   seed

	first, second []byte // the messages of IKE_SA_INIT, as AUTH covers them
	cookie        []byte
	restarts      int
	hint          string // why the peer says that it will not answer
	additional    []addition
	said          [2][]byte // IntAuth of the initiator and of the responder, RFC 9242 §3.3.2
	usePPK        bool      // both know RFC 8784
	plain         *keys     // without the post-quantum key
	child         *childOffer
	hashes        []uint16
	authorities   []byte      // what the peer's CERTREQ wants
	trust         *TrustPoint // whose certificate we show
}

// newSA makes an IKE SA and gives it an SPI and a number.
func (e *Engine) newSA(initiator bool, path localPath) *sa {
	e.number++
	s := &sa{e: e, number: e.number, initiator: initiator, ours: e.newSPI(), path: path, heard: e.now}
	e.sas[s.ours] = s
	return s
}

// spis returns the SPIs of the initiator and of the responder.
func (s *sa) spis() (ikev2.SPI, ikev2.SPI) {
	if s.initiator {
		return s.ours, s.theirs
	}
	return s.theirs, s.ours
}

// header returns the header of a message of ours.
func (s *sa) header(x ikev2.Exchange, id uint32, response bool) ikev2.Header {
	h := ikev2.Header{Exchange: x, MessageID: id}
	h.SPIi, h.SPIr = s.spis()
	if s.initiator {
		h.Flags |= ikev2.FlagInitiator
	}
	if response {
		h.Flags |= ikev2.FlagResponse
	}
	return h
}

// useKeys makes k the keys of the SA.
func (s *sa) useKeys(k keys) error {
	i, r, err := s.suite.protection(&k)
	if err != nil {
		return err
	}
	s.keys, s.seal, s.open = k, i, r
	if !s.initiator {
		s.seal, s.open = r, i
	}
	return nil
}

// alive reports whether the SA can carry new exchanges about children.
func (s *sa) alive() bool { return s.state == stateEstablished }

// establish makes the SA one that both ends believe in.
func (s *sa) establish() {
	if x := s.setup; x != nil {
		s.lowNonce = lowest(x.seed.ni, x.seed.nr)
		s.birth, s.founder = s.lowNonce, s.initiator
	}
	s.leaveHalfOpen()
	s.state, s.since, s.heard = stateEstablished, s.e.now, s.e.now
	s.e.schedule.Stop(&s.timer)
	s.e.peers.add(s)
	s.startLife()
	s.startProbes()
	s.keepNAT()
	s.e.stats.Established++
	s.crowd()
}

// leaveHalfOpen takes the SA out of the counts of those being negotiated.
func (s *sa) leaveHalfOpen() {
	x := s.setup
	if x == nil {
		return
	}
	switch {
	case s.initiator:
		s.e.outgoing--
	case s.e.halfOpen[x.key] == s:
		delete(s.e.halfOpen, x.key)
		if a := x.key.peer.Addr(); s.e.sources[a] > 1 {
			s.e.sources[a]--
		} else {
			delete(s.e.sources, a)
		}
	}
	if x.socket != nil && x.socket.trying == s {
		x.socket.trying = nil
	}
	if x.plain != nil {
		x.plain.forget()
	}
	s.setup = nil
}

// remove ends the SA without a word to the peer. Children go to the SA that
// replaces it, or end with it.
func (s *sa) remove(reason string) {
	if s.state == stateDead {
		return
	}
	e := s.e
	was, setup := s.state, s.setup
	if r := s.pending; r != nil && s.replacement == nil {
		// The peer's new SA stands where ours can come no more.
		if t, ok := r.task.(*rekeyTask); ok && t.peers != nil && t.peers.alive() {
			s.replacement = t.peers
		}
	}
	if r := s.replacement; r != nil && r.alive() {
		s.handOver(r)
	}
	s.state = stateDead
	s.leaveHalfOpen()
	for _, t := range []*schedule.Timer{&s.timer, &s.life, &s.probe, &s.keepalive, &s.twin} {
		e.schedule.Stop(t)
	}
	if s.pending != nil {
		e.schedule.Stop(&s.pending.timer)
		s.pending = nil
	}
	if s.followup != nil {
		e.schedule.Stop(&s.followup.timer)
	}
	s.queue, s.answer = nil, lastAnswer{}
	delete(e.sas, s.ours)
	e.peers.drop(s)
	for len(s.children) > 0 {
		s.children[0].remove(reason)
	}
	s.keys.forget()
	if was >= stateEstablished && s.replacement == nil {
		e.sessionDown(s)
	}
	if setup != nil && setup.socket != nil {
		setup.socket.failed(reason)
	}
	s.forgetWaiting(reason)
}

// handOver gives children and waiting tasks to the SA that replaces this one.
func (s *sa) handOver(to *sa) {
	for _, c := range s.children {
		c.sa = to
		to.children = append(to.children, c)
	}
	s.children = nil
	for _, t := range s.queue {
		if c, ok := t.(*createTask); ok && c.old == nil {
			to.awaits(c.sock)
		}
		to.ask(t)
	}
	s.queue = nil
	to.pump()
}

// forgetWaiting tells sockets whose child was to be made in s that it will not.
func (s *sa) forgetWaiting(reason string) {
	list := s.waiting
	s.waiting = nil
	for _, x := range list {
		if x.asking == s {
			x.asking = nil
			x.failed(reason)
		}
	}
}

// awaits notes that a child for a socket is being made in s.
func (s *sa) awaits(x *socket) {
	x.asking = s
	if !slices.Contains(s.waiting, x) {
		s.waiting = append(s.waiting, x)
	}
}

// drop takes a child out of the SA.
func (s *sa) drop(c *child) {
	for i, x := range s.children {
		if x == c {
			s.children = append(s.children[:i:i], s.children[i+1:]...)
			return
		}
	}
}

// send sends datagrams to the peer.
func (s *sa) send(list [][]byte) { s.sendTo(s.path, list) }

// sendTo sends datagrams along a path.
func (s *sa) sendTo(p localPath, list [][]byte) {
	for _, b := range list {
		s.e.stats.Sent++
		s.e.do(ipsec.Send{VRF: p.vrf, Local: p.local, Remote: p.remote, Data: b})
	}
}

package engine

import (
	"maps"
	"net/netip"
	"slices"
	"time"

	"axle/internal/schedule"
	"axle/ipsec"
	"axle/ipsec/ikev1"
	"axle/ipsec/suite"
)

// A stage is how far an exchange of phase 1 has come.
type stage uint8

// The stages: which message is awaited, or none.
const (
	awaitMM2 stage = iota
	awaitMM3
	awaitMM4
	awaitMM5
	awaitMM6
	awaitAM3
	done
	gone
)

// An sa is an ISAKMP SA, from its first message on.
type sa struct {
	e             *Engine
	number        int // connection ID; 0 before there are keys
	vrf           string
	local, remote netip.AddrPort
	initiator     bool
	aggressive    bool
	init, resp    ikev1.Cookie
	first         firstKey // of what another began
	stage         stage
	key           ipsec.Socket // that it is for; known when the peer is authenticated
	profile       string       // of ISAKMP; "": none
	born          time.Time
	until         time.Time // end of its life, when established

	policy         ikev1.Phase1 // what was agreed on
	psk            ipsec.Secret
	ring           string // keyring of psk; "": none, the keys of all
	offer          []byte // SAi_b
	exchange       suite.Exchange
	gxi, gxr       []byte
	ni, nr         []byte
	keys           keys
	iv             []byte // last block of phase 1
	dpd            bool   // the peer answers whether it lives
	natt           bool   // both know NAT traversal
	nattDraft      bool   // with the numbers of its drafts
	natUs, natPeer bool   // who is behind a NAT box
	peerID         *ikev1.ID
	name           string // of the peer: what it has proved to be

	resend    resend         // of an initiator
	lastIn    [32]byte       // digest of the last message of phase 1 that was taken
	lastOut   []byte         // our answer to it
	timer     schedule.Timer // half-open time, then replacement
	end       schedule.Timer // of its life
	quicks    map[uint32]*quick
	finished  []uint32 // message IDs that may not come again, oldest first
	waiting   []*socket
	lastHeard time.Time
	probe     schedule.Timer
	probeSeq  uint32
	probes    int            // that were not answered
	keepalive schedule.Timer // of the NAT box
	why       string         // what an unprotected notification hinted at
}

// newSA returns an SA that is in no table.
func (e *Engine) newSA(vrf string, local, remote netip.AddrPort) *sa {
	s := &sa{e: e, vrf: vrf, local: local, remote: remote, born: e.now, quicks: make(map[uint32]*quick)}
	s.probe.Fire = s.probeDue
	s.keepalive.Fire = s.keepAwake
	s.end.Fire = func() { e.drop(s, "expired", true) }
	return s
}

// ours is our cookie.
func (s *sa) ours() ikev1.Cookie {
	if s.initiator {
		return s.init
	}
	return s.resp
}

// pairOf returns the two routers of a socket.
func pairOf(key ipsec.Socket) pair { return pair{key.VRF, key.Local, key.Remote} }

// established reports whether both ends are authenticated.
func (s *sa) established() bool { return s.stage == done }

// keyed reports whether there are keys.
func (s *sa) keyed() bool { return s.keys.cipher != nil }

// state returns IOS's name of the state.
func (s *sa) state() string {
	switch s.stage {
	case awaitMM2:
		return "MM_NO_STATE"
	case awaitMM3, awaitMM4:
		return "MM_SA_SETUP"
	case awaitMM5, awaitMM6:
		return "MM_KEY_EXCH"
	case awaitAM3:
		return "AG_INIT_EXCH"
	case done:
		return "QM_IDLE"
	}
	if s.aggressive {
		return "AG_NO_STATE"
	}
	return "MM_NO_STATE"
}

// role returns IOS's letter for who began.
func (s *sa) role() string {
	if s.initiator {
		return "I"
	}
	return "R"
}

// setKeys makes the keys from the shared secret.
func (s *sa) setKeys(gxy []byte) bool {
	skeyid := skeyidPSK(s.policy.Hash, s.psk, s.ni, s.nr)
	if s.signs() {
		skeyid = skeyidSig(s.policy.Hash, s.ni, s.nr, gxy)
	}
	k, err := deriveKeys(s.policy, skeyid, gxy, s.init, s.resp)
	clear(gxy)
	if err != nil {
		return false // cannot be: the policy has only what is supported
	}
	s.keys, s.exchange = k, nil
	s.iv = k.firstIV(s.gxi, s.gxr)
	s.e.number++
	s.number = 1000 + s.e.number
	return true
}

// establish is called when the peer is authenticated.
func (s *sa) establish() {
	e := s.e
	s.stage = done
	s.resend.stop(e)
	s.lastHeard = e.now
	s.leaveHalfOpen()
	if e.calls[s.key] == s {
		delete(e.calls, s.key)
	}
	if !s.initiator {
		s.key = ipsec.Socket{VRF: s.vrf, Local: s.local.Addr(), Remote: s.remote.Addr()}
		if s.natPeer {
			s.key.Port = s.remote.Port()
		}
	}
	s.offer, s.ni, s.nr, s.gxi, s.gxr = nil, nil, nil, nil, nil
	p := pairOf(s.key)
	e.peers[p] = append(e.peers[p], s)
	life := s.policy.Lifetime
	s.until = e.now.Add(life)
	e.schedule.Set(&s.end, s.until)
	// Who began it replaces it earlier than the other would, so that they do not
	// both.
	lead := life/20 + e.rand.Jitter(life/20)
	if !s.initiator {
		lead /= 4
	}
	s.timer.Fire = s.replace
	e.after(&s.timer, life-lead)
	s.startProbing()
	s.startKeepalive()
	e.stats.Established++
	s.tell("", "SA authentication status:\n        authenticated")
	s.tell("", "SA has been authenticated with %v", s.remote.Addr())
	waiting := s.waiting
	s.waiting = nil
	for _, x := range waiting {
		x.busy = false
		x.connect()
	}
}

// replace begins a new phase 1 before the life of s ends, if anybody still needs
// it and nobody has done so.
func (s *sa) replace() {
	e := s.e
	x := e.sockets[s.key]
	if e.newest(s.key, s.profile) != s || e.calls[s.key] != nil || x == nil || !x.wanted && len(x.children) == 0 {
		return
	}
	e.beginMain(s.key, s.local, s.remote, s.profile, nil)
	e.after(&s.timer, replaceRetry) // in case nobody answers
}

// newest returns the newest established SA for a socket and an ISAKMP profile; "" is
// any.
func (e *Engine) newest(key ipsec.Socket, profile string) *sa {
	for _, s := range slices.Backward(e.peers[pairOf(key)]) {
		if s.key == key && (profile == "" || s.profile == profile) {
			return s
		}
	}
	return nil
}

// leaveHalfOpen takes s out of the table of what others began.
func (s *sa) leaveHalfOpen() {
	e := s.e
	if e.halfOpen[s.first] != s {
		return
	}
	delete(e.halfOpen, s.first)
	source := s.first.peer.Addr()
	if e.sources[source]--; e.sources[source] <= 0 {
		delete(e.sources, source)
	}
}

// drop ends an SA, and tells the peer where it may. What it made lives on.
func (e *Engine) drop(s *sa, reason string, tell bool) {
	if s.stage == gone {
		return
	}
	if tell && s.established() {
		s.inform(&ikev1.Delete{DOI: 1, Protocol: ikev1.ProtocolISAKMP, SPIs: [][]byte{s.cookies()}})
	}
	s.tell("", "deleting SA reason %q state (%s) %v (peer %v)", reason, s.role(), s.state(), s.remote.Addr())
	e.bury(s)
	if e.calls[s.key] == s {
		delete(e.calls, s.key)
	}
	p := pairOf(s.key)
	e.peers[p] = slices.DeleteFunc(e.peers[p], func(x *sa) bool { return x == s })
	if len(e.peers[p]) == 0 {
		delete(e.peers, p)
	}
	s.leaveHalfOpen()
	delete(e.sas, s.ours())
	for _, t := range []*schedule.Timer{&s.timer, &s.end, &s.probe, &s.keepalive, &s.resend.timer} {
		e.schedule.Stop(t)
	}
	s.stage = gone
	for _, id := range slices.Sorted(maps.Keys(s.quicks)) {
		s.quicks[id].end(reason)
	}
	s.keys.wipe()
	waiting := s.waiting
	s.waiting = nil
	for _, x := range waiting {
		x.fail(reason)
	}
}

// cookies returns both cookies: the SPI of an ISAKMP SA.
func (s *sa) cookies() []byte { return append(s.init[:], s.resp[:]...) }

// all returns all SAs, oldest first, so that what happens to them does not depend
// on the order of a map.
func (e *Engine) all() []*sa {
	list := make([]*sa, 0, len(e.sas))
	for _, s := range e.sas {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b *sa) int {
		if c := a.born.Compare(b.born); c != 0 {
			return c
		}
		return slices.Compare(a.cookies(), b.cookies())
	})
	return list
}

// A resend is a message that wants an answer: it is sent again, the same bytes.
type resend struct {
	data  []byte
	tries int
	timer schedule.Timer
}

// start sends the message and again from time to time; fail is called when nobody
// answers.
func (r *resend) start(s *sa, data []byte, fail func()) {
	r.data, r.tries = data, 0
	r.timer.Fire = func() {
		if r.tries == retransmitTries {
			fail()
			return
		}
		r.tries++
		s.e.stats.Retransmitted++
		s.tell("", "retransmitting phase %s %v...", r.phase(s), s.state())
		s.send(r.data)
		s.e.after(&r.timer, retransmitEvery)
	}
	s.send(data)
	s.e.after(&r.timer, retransmitEvery)
}

func (r *resend) phase(s *sa) string {
	if r == &s.resend {
		return "1"
	}
	return "2"
}

// stop ends the repetition.
func (r *resend) stop(e *Engine) {
	e.schedule.Stop(&r.timer)
	r.data = nil
}

package engine

import (
	"encoding/binary"
	"slices"

	"axle/ipsec"
	"axle/ipsec/ikev1"
)

// livenessOf returns how the peer of s is asked whether it lives.
func (s *sa) livenessOf() ipsec.Liveness {
	l := s.e.cfg.Globals.DPD
	if p := s.e.profile(s.profile); p != nil && p.DPD.Interval > 0 {
		l = p.DPD
	}
	if !s.dpd {
		l = ipsec.Liveness{}
	}
	if l.Retry <= 0 {
		l.Retry = defaultRetry
	}
	return l
}

// startProbing begins the periodic questions.
func (s *sa) startProbing() {
	if l := s.livenessOf(); l.Interval > 0 && l.Periodic {
		s.e.after(&s.probe, l.Interval)
	}
}

// unanswered is called when packets went out through c and none came in: where the
// peer is asked on demand only, this is the demand.
func (s *sa) unanswered(c *child) {
	l := s.livenessOf()
	if l.Interval == 0 || l.Periodic || s.probe.Running() {
		return
	}
	quiet := s.lastHeard
	if c.lastIn.After(quiet) {
		quiet = c.lastIn
	}
	if s.e.now.Sub(quiet) >= l.Interval {
		s.ask()
	}
}

// probeDue asks again, or gives the peer up. On demand it stops when anything was
// heard.
func (s *sa) probeDue() {
	l := s.livenessOf()
	switch {
	case l.Interval == 0, s.probes == 0 && !l.Periodic:
	case s.probes > probeTries:
		s.dead()
	default:
		s.ask()
	}
}

// ask asks whether the peer lives. RFC 3706 §5.4: the answer has the same number.
func (s *sa) ask() {
	e := s.e
	if s.probeSeq == 0 {
		s.probeSeq = binary.BigEndian.Uint32(e.rand.Bytes(4)) >> 1
	}
	s.probeSeq++
	s.probes++
	e.stats.Probes++
	s.tell("", "DPD/R_U_THERE sent to peer %v, sequence 0x%X", s.remote.Addr(), s.probeSeq)
	s.inform(s.alive(ikev1.NotifyAreYouThere, s.probeSeq))
	e.after(&s.probe, s.livenessOf().Retry)
}

// alive builds a notification of RFC 3706 §5.3.
func (s *sa) alive(t ikev1.NotifyType, sequence uint32) *ikev1.Notify {
	return &ikev1.Notify{
		DOI: 1, Protocol: ikev1.ProtocolISAKMP, SPI: s.cookies(), Type: t, Data: binary.BigEndian.AppendUint32(nil, sequence),
	}
}

// liveness answers a question, or takes an answer.
func (s *sa) liveness(n *ikev1.Notify) {
	e := s.e
	if string(n.SPI) != string(s.cookies()) || len(n.Data) != 4 {
		return
	}
	sequence := binary.BigEndian.Uint32(n.Data)
	if n.Type == ikev1.NotifyAreYouThere {
		s.tell("", "DPD/R_U_THERE received from peer %v, sequence 0x%X", s.remote.Addr(), sequence)
		s.inform(s.alive(ikev1.NotifyAreYouThereAck, sequence))
		return
	}
	if sequence != s.probeSeq {
		return
	}
	s.tell("", "DPD/R_U_THERE_ACK received from peer %v, sequence 0x%X", s.remote.Addr(), sequence)
	s.probes = 0
	e.schedule.Stop(&s.probe)
	if l := s.livenessOf(); l.Interval > 0 && l.Periodic {
		e.after(&s.probe, l.Interval+e.rand.Jitter(l.Interval/20))
	}
}

// dead gives up a peer that does not answer, and all that was made with it.
func (s *sa) dead() {
	e := s.e
	e.stats.Dead++
	s.tell("", "peer %v not responding!", s.remote.Addr())
	key, identity := s.key, s.name
	for _, o := range slices.Clone(e.peers[pairOf(key)]) {
		if o.key == key && o.name == identity {
			e.drop(o, "DPD failure", false)
		}
	}
	x := e.sockets[key]
	if x == nil {
		return
	}
	for _, c := range slices.Clone(x.children) {
		if c.identity == identity {
			c.remove("DPD failure", false)
		}
	}
}

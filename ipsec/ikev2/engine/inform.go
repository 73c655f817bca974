package engine

import (
	"slices"

	"axle/ipsec"
	"axle/ipsec/ikev2"
)

// informed handles an INFORMATIONAL request: deletions, and with nothing in it the
// question whether we live. RFC 7296 §1.4.
func (s *sa) informed(d *ipsec.Datagram, b body) {
	e := s.e
	var spis []uint32
	var gone []*child
	whole := false
	for _, p := range b {
		x, ok := p.(*ikev2.Delete)
		switch {
		case !ok:
		case x.Protocol == ikev2.ProtocolIKE:
			whole = true
		case x.Protocol == ikev2.ProtocolESP:
			for _, spi := range x.SPIs {
				c := s.childBy(spi)
				if c == nil || slices.Contains(gone, c) {
					continue
				}
				gone = append(gone, c)
				if c.state != childDeleting {
					spis = append(spis, c.in) // else the peer hears of it by our request
				}
			}
		}
	}
	var answer body
	if len(spis) > 0 && !whole {
		answer = body{&ikev2.Delete{Protocol: ikev2.ProtocolESP, SPIs: spis}}
	}
	if len(b) == 0 {
		e.stats.ProbesIn++
	}
	s.reply(d, ikev2.Informational, answer)
	if whole || b.notify(ikev2.AuthenticationFailed) != nil {
		s.tell("Process delete request from peer")
		s.remove("IKE SA deleted by the peer")
		return
	}
	for _, c := range gone {
		s.tell("Deleting SPI 0x%08X by request of the peer", c.in)
		if c.state == childReplaced && c.heir != nil {
			c.linger()
			continue
		}
		c.remove("Child SA deleted by the peer")
	}
}

// A deleteTask deletes the IKE SA. RFC 7296 §1.4.1.
type deleteTask struct{ reason string }

func (t *deleteTask) request(s *sa) (ikev2.Exchange, body, bool) {
	return ikev2.Informational, body{&ikev2.Delete{Protocol: ikev2.ProtocolIKE}}, true
}

func (t *deleteTask) answered(s *sa, _ body) { s.remove(t.reason) }

// terminate ends the SA and its children, and tells the peer.
func (s *sa) terminate(reason string) {
	if s.state < stateEstablished {
		s.remove(reason)
		return
	}
	if s.state >= stateDeleting {
		return
	}
	s.state = stateDeleting
	for _, c := range slices.Clone(s.children) {
		c.remove(reason)
	}
	s.forgetWaiting(reason)
	s.queue = nil
	s.asks(&deleteTask{reason: reason})
}

// A probeTask asks whether the peer lives. RFC 7296 §2.4.
type probeTask struct{}

func (*probeTask) request(s *sa) (ikev2.Exchange, body, bool) {
	s.e.stats.ProbesOut++
	return ikev2.Informational, nil, s.alive()
}

func (*probeTask) answered(*sa, body) {}

// liveness returns how the peer is asked.
func (s *sa) liveness() ipsec.Liveness {
	if s.profile != nil && s.profile.DPD.Interval > 0 {
		return s.profile.DPD
	}
	return s.e.cfg.Globals.DPD
}

// startProbes arms the timer that asks whether the peer lives.
func (s *sa) startProbes() {
	l := s.liveness()
	if l.Interval <= 0 {
		s.e.schedule.Stop(&s.probe)
		return
	}
	s.probe.Fire = s.probes
	s.e.after(&s.probe, l.Interval)
}

// probes asks, where nothing was heard for an interval: neither a message of IKE
// nor, on demand, a packet through a child while some went out.
func (s *sa) probes() {
	e, l := s.e, s.liveness()
	if l.Interval <= 0 || !s.alive() {
		return
	}
	var out uint64
	for _, c := range s.children {
		out += c.use.OutPackets
	}
	silent := e.now.Sub(s.heard) >= l.Interval
	if !l.Periodic {
		silent = silent && e.now.Sub(s.traffic) >= l.Interval && out != s.lastOut
	}
	s.lastOut = out
	if silent && s.pending == nil {
		s.asks(&probeTask{})
	}
	if s.alive() {
		e.after(&s.probe, l.Interval)
	}
}

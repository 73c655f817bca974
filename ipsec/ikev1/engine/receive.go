package engine

import (
	"bytes"
	"crypto/sha256"
	"net/netip"
	"time"

	"axle/internal/event"
	"axle/ipsec"
	"axle/ipsec/ikev1"
)

// receive finds the SA of a message and gives it the message.
func (e *Engine) receive(d ipsec.Datagram) {
	if e.cfg.Globals.Disabled || len(e.cfg.Tunnels) == 0 && len(e.sockets) == 0 {
		e.stats.Ignored++
		return
	}
	e.stats.Received++
	d.Data = bytes.Clone(d.Data) // parts of it are kept
	m, err := ikev1.Parse(d.Data)
	switch {
	case err != nil:
		e.stats.Malformed++
		e.warn(EventBadMessage, d.Remote.Addr())
		return
	case m.Initiator == ikev1.Cookie{}:
		e.stats.Malformed++
		return
	case m.Responder == ikev1.Cookie{}:
		e.begun(d, m)
		return
	}
	s := e.sas[m.Responder]
	if s == nil || s.initiator || s.init != m.Initiator {
		s = e.sas[m.Initiator]
	}
	if s == nil || s.vrf != d.VRF || s.local.Addr() != d.Local.Addr() || !s.names(m) {
		e.stats.Unknown++
		if m.Exchange != ikev1.ExchangeInformational {
			e.warn(EventNoSA, d.Remote.Addr())
		}
		return
	}
	s.receive(d, m)
}

// names reports whether a message has the cookies of s. An initiator that has no
// answer yet takes any responder's.
func (s *sa) names(m *ikev1.Message) bool {
	if m.Initiator != s.init {
		return false
	}
	return m.Responder == s.resp || s.initiator && s.resp == ikev1.Cookie{}
}

// receive gives a message to the exchange that it belongs to.
func (s *sa) receive(d ipsec.Datagram, m *ikev1.Message) {
	e := s.e
	switch m.Exchange {
	case ikev1.ExchangeMain, ikev1.ExchangeAggressive:
		if m.MessageID != 0 || (m.Exchange == ikev1.ExchangeAggressive) != s.aggressive {
			e.stats.Malformed++
			return
		}
		s.phase1(d, m)
	case ikev1.ExchangeQuick, ikev1.ExchangeInformational:
		switch {
		case m.MessageID == 0 || m.Exchange == ikev1.ExchangeInformational && !s.keyed():
			// RFC 2409 §5.7: before there are keys nobody vouches for it.
			s.hint(m)
		case m.Flags&ikev1.FlagEncrypted == 0:
			if s.keyed() {
				e.warn(EventNotEncrypted, d.Remote.Addr())
			}
			s.hint(m)
		case !s.established():
			e.stats.Unknown++ // the last message of phase 1 is lost, or still on its way
		case m.Exchange == ikev1.ExchangeQuick:
			s.quickMode(d, m)
		default:
			s.informed(d, m)
		}
	case ikev1.ExchangeTransaction:
		e.stats.Ignored++
	default:
		e.stats.Malformed++
	}
}

// heard takes note of where an authenticated message came from: a NAT box may have
// given the peer another address. RFC 3947 §6.
func (s *sa) heard(d ipsec.Datagram) {
	s.lastHeard = s.e.now
	s.probes = 0
	if s.local == d.Local && s.remote == d.Remote {
		return
	}
	if !s.natPeer && s.remote.Addr() != d.Remote.Addr() {
		return // nobody changes addresses between us; the answer goes where it went
	}
	moved := s.remote != d.Remote
	s.local, s.remote = d.Local, d.Remote
	if moved && s.established() {
		s.e.move(s)
	}
}

// digest tells messages apart.
func digest(b []byte) [sha256.Size]byte { return sha256.Sum256(b) }

// send sends the message of an SA.
func (s *sa) send(data []byte) {
	s.e.stats.Sent++
	s.e.do(ipsec.Send{VRF: s.vrf, Local: s.local, Remote: s.remote, Data: data})
	s.tell("PAK", "sending packet to %v my_port %d peer_port %d (%s) %v", s.remote.Addr(), s.local.Port(), s.remote.Port(), s.role(), s.state())
}

// warn logs about a stranger, at a limited rate.
func (e *Engine) warn(k *event.Kind, args ...any) {
	if e.strange.take(e.now, maxReplies) {
		e.do(ipsec.Log{Event: k.New(args...)})
	}
}

// A rate counts events within a second.
type rate struct {
	start time.Time
	count int
}

// take counts an event and reports whether it is within limit.
func (r *rate) take(now time.Time, limit int) bool {
	if now.Sub(r.start) >= time.Second || now.Before(r.start) {
		r.start, r.count = now, 0
	}
	r.count++
	return r.count <= limit
}

// A sourceRate counts what each source sends within a second.
type sourceRate struct {
	start time.Time
	count map[netip.Addr]int
}

// take counts an event of a source and reports whether it may pass.
func (r *sourceRate) take(now time.Time, source netip.Addr) bool {
	if r.count == nil || now.Sub(r.start) >= time.Second || now.Before(r.start) {
		r.start, r.count = now, make(map[netip.Addr]int)
	}
	if len(r.count) >= MaxSources && r.count[source] == 0 {
		return false
	}
	r.count[source]++
	return r.count[source] <= MaxSourceRate
}

package engine

import (
	"net/netip"
	"time"

	"axle/internal/schedule"
)

// A server is the session with one next hop server.
//
//	waiting ──chosen──▶ expecting ──reply──▶ responding
//	   ▲                    ▲                    │
//	   └──── not needed ────┴──3 tries fail──────┘
type server struct {
	t    *tunnel
	cfg  ServerConfig
	addr netip.Addr // protocol address; zero until a dynamic server told it
	nbma netip.Addr // zero: unknown

	active  bool // registers; else it waits
	up      bool // answered, and not given up since
	failed  bool // triesDown requests in a row went unanswered or were refused
	pending bool // a request is unanswered
	id      uint32
	tries   int // requests since the last answer
	retry   time.Duration
	since   time.Time // of up or down
	timer   schedule.Timer
	leave   schedule.Timer // the fallback: waits before a worse server is left

	sent, failures, received uint64
	lastReply                time.Time
}

// begin starts to register with s: at once, but for the delay before the first
// request of all.
func (s *server) begin() {
	s.active, s.pending, s.failed, s.tries = true, false, false, 0
	s.since = s.t.e.now
	if delay := s.t.cfg.RegDelay; delay > 0 && s.sent == 0 {
		s.t.e.schedule.Set(&s.timer, s.t.e.now.Add(delay))
		return
	}
	s.fire()
}

// restart ends the session and begins another at once.
func (s *server) restart() {
	if !s.active {
		return
	}
	s.end(reasonExternal)
	s.begin()
}

// end stops registering; the session, if there was one, is down.
func (s *server) end(reason string) {
	e := s.t.e
	e.schedule.Stop(&s.timer)
	e.schedule.Stop(&s.leave)
	s.pending, s.failed, s.tries, s.retry = false, false, 0, 0
	if s.up {
		s.down(reason)
	}
}

// withdraw takes back the registration with a server that is no longer wanted.
// RFC 2332 §5.2.5.
func (s *server) withdraw() {
	up, id := s.up, s.id
	s.end(reasonExternal)
	s.active = false
	if up && s.t.running {
		s.t.purges.start(s.addr, s.nbma, id, hostPrefix(s.t.addr()))
	}
}

// down marks the session as ended.
func (s *server) down(reason string) {
	s.up, s.since = false, s.t.e.now
	s.t.logDown(EventServerDown, s.addr, s.nbma, reason)
	if reason == reasonRegistration {
		s.t.e.do(Silent{Tunnel: s.t.cfg.Name, NBMA: s.nbma})
	}
}

// fire sends the request that is due: the next registration, or the last one
// once more. A retransmission has the same request id.
func (s *server) fire() {
	t := s.t
	now := t.e.now
	if s.pending {
		s.failures++
		t.e.tell(DebugProtocol, "NHRP: Setting retrans delay to %d for nhs  dst %s", int(s.interval()/time.Second), s.addr)
	} else {
		s.id++
		s.pending, s.tries = true, 0
	}
	if s.tries == triesDown {
		s.fail(reasonRegistration)
	}
	s.retry = s.interval()
	s.tries++
	s.sent++
	wait := s.retry - time.Duration(t.e.env.Uint64()%uint64(s.retry/4+1))
	t.e.schedule.Set(&s.timer, now.Add(wait))
	t.send(s.nbma, t.registration(s))
}

// interval returns how long the try after the next one is away: 1, 2, 4 … 64 s.
func (s *server) interval() time.Duration {
	return min(retryMax, retryFirst<<min(s.tries, 6))
}

// fail marks the server as not responding. It is tried on, but a worse one may
// take its place.
func (s *server) fail(reason string) {
	if s.failed {
		return
	}
	s.failed = true
	s.down(reason)
	s.t.servers.choose()
	s.t.checkLine()
}

// answered handles a good answer.
func (s *server) answered() {
	t := s.t
	first := !s.up
	s.pending, s.failed, s.tries, s.retry = false, false, 0, 0
	wait := t.cfg.RegTimeout
	if wait == 0 {
		wait = t.cfg.Hold / 3
	}
	if first {
		s.up, s.since = true, t.e.now
		t.logUp(EventServerUp, s.addr, s.nbma)
		if wait > secondDelay {
			wait = secondDelay // Cisco registers twice
		}
	}
	t.e.schedule.Set(&s.timer, t.e.now.Add(max(wait, time.Second)))
	if first {
		t.servers.choose()
		t.checkLine()
	}
}

package engine

import (
	"axle/internal/event"
	"axle/ipsec"
)

// The log messages of IKEv2. Blanks are where IOS has them.
var (
	EventSAUp   = &event.Kind{Facility: "IKEV2", Severity: 5, Mnemonic: "SA_UP", Format: "SA UP"}
	EventSADown = &event.Kind{Facility: "IKEV2", Severity: 5, Mnemonic: "SA_DOWN", Format: "SA DOWN"}
	EventAbort  = &event.Kind{
		Facility: "IKEV2", Severity: 3, Mnemonic: "NEG_ABORT",
		Format: "Negotiation aborted due to ERROR: %s",
	}
	EventSession = &event.Kind{
		Facility: "CRYPTO", Severity: 5, Mnemonic: "IKEV2_SESSION_STATUS",
		Format: "Crypto tunnel v2 is %s.  Peer %s:%d       Id: %s",
	}
)

// maxAborts is how many failed negotiations are logged in a second: strangers can
// make them.
const maxAborts = 10

// log logs an event.
func (e *Engine) log(k *event.Kind, args ...any) { e.do(ipsec.Log{Event: k.New(args...)}) }

// abort logs a negotiation that came to nothing.
func (e *Engine) abort(reason string) {
	e.stats.Aborted++
	if e.aborts.take(e.now, maxAborts) {
		e.log(EventAbort, reason)
	}
}

// sessionUp logs that both ends have proved who they are.
func (e *Engine) sessionUp(s *sa) {
	e.log(EventSAUp)
	if e.cfg.Globals.LogSessions {
		e.log(EventSession, "UP", s.path.remote.Addr(), s.path.remote.Port(), s.peer.value())
	}
}

// sessionDown logs that an IKE SA is gone that nothing replaces.
func (e *Engine) sessionDown(s *sa) {
	e.log(EventSADown)
	if e.cfg.Globals.LogSessions {
		e.log(EventSession, "DOWN", s.path.remote.Addr(), s.path.remote.Port(), s.peer.value())
	}
}

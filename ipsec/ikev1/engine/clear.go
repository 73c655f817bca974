package engine

import (
	"net/netip"
	"time"

	"axle/ipsec"
)

// ClearISAKMP deletes the ISAKMP SA with a connection ID, or all with 0: "clear
// crypto isakmp". What they made lives on.
func (e *Engine) ClearISAKMP(now time.Time, id int) []ipsec.Action {
	e.begin(now)
	for _, s := range e.all() {
		if id == 0 || s.number == id {
			e.drop(s, "cleared", true)
		}
	}
	return e.out
}

// ClearSA deletes the children of a peer's address, or all with the zero address:
// "clear crypto sa". Sockets that are wanted get new ones.
func (e *Engine) ClearSA(now time.Time, remote netip.Addr) []ipsec.Action {
	e.begin(now)
	e.clearChildren(remote)
	return e.out
}

// ClearSession deletes all SAs with a peer's address, or all with the zero address:
// "clear crypto session".
func (e *Engine) ClearSession(now time.Time, remote netip.Addr) []ipsec.Action {
	e.begin(now)
	e.clearChildren(remote)
	for _, s := range e.all() {
		if !remote.IsValid() || s.remote.Addr() == remote {
			e.drop(s, "cleared", true)
		}
	}
	return e.out
}

// clearChildren removes the children of an address, or all.
func (e *Engine) clearChildren(remote netip.Addr) {
	if remote.IsValid() {
		e.removeAll(&remote, "cleared")
		return
	}
	e.removeAll(nil, "cleared")
}

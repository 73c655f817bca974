package engine

import (
	"net/netip"

	"axle/ipsec/ikev2"
)

// protocolGRE is the one that sockets protect.
const protocolGRE = 47

// maxPort is the last of all ports.
const maxPort = 0xffff

// host returns the selector for GRE from or to one address.
func host(a netip.Addr) ikev2.Selector {
	return ikev2.Selector{Protocol: protocolGRE, LastPort: maxPort, First: a, Last: a}
}

// selectors returns the payload for one side of a socket.
func selectors(responder bool, a netip.Addr) *ikev2.Selectors {
	return &ikev2.Selectors{Responder: responder, List: []ikev2.Selector{host(a)}}
}

// holds reports whether a list of selectors has GRE from or to an address in it.
func holds(list []ikev2.Selector, a netip.Addr) bool {
	for i := range list {
		s := &list[i]
		if (s.Protocol == 0 || s.Protocol == protocolGRE) && s.FirstPort == 0 && s.LastPort == maxPort &&
			s.First.BitLen() == a.BitLen() && s.First.Compare(a) <= 0 && a.Compare(s.Last) <= 0 {
			return true
		}
	}
	return false
}

// translated returns the address that a NAT box changed: that of the one host in
// a list. RFC 7296 §2.23.1 lets a list begin with the very packet that the SA is
// wanted for, so only the first selector counts.
func translated(list []ikev2.Selector, seen netip.Addr) (netip.Addr, bool) {
	if len(list) == 0 {
		return netip.Addr{}, false
	}
	s := &list[0]
	ok := (s.Protocol == 0 || s.Protocol == protocolGRE) && s.FirstPort == 0 && s.LastPort == maxPort &&
		s.First.IsValid() && s.First == s.Last && s.First.BitLen() == seen.BitLen()
	return s.First, ok
}

// A narrowing is what a responder makes of the selectors of a request.
type narrowing struct {
	// peer and own are the selectors that are sent back, those of the initiator's side first.
	peer, own netip.Addr
	claimed   netip.Addr // the address that the peer thinks it has
}

// narrow holds the selectors of a request against GRE between the two addresses of
// a path. In transport mode, an address that a NAT box changed is replaced by the
// one that is seen, and sent back as it came: RFC 7296 §2.23.1. natPeer and natSelf
// tell who is behind such a box.
func narrow(tsi, tsr []ikev2.Selector, local, remote netip.Addr, transport, natPeer, natSelf bool) (narrowing, bool) {
	n := narrowing{peer: remote, own: local, claimed: remote}
	if !holds(tsi, remote) {
		a, ok := translated(tsi, remote)
		if !ok || !transport || !natPeer {
			return n, false
		}
		n.peer, n.claimed = a, a
	}
	if !holds(tsr, local) {
		a, ok := translated(tsr, local)
		if !ok || !transport || !natSelf {
			return n, false
		}
		n.own = a
	}
	return n, true
}

// agreed checks the selectors of an answer against those of the request, of which
// each was one host.
func agreed(tsi, tsr []ikev2.Selector, askedI, askedR netip.Addr) bool {
	one := func(list []ikev2.Selector, asked netip.Addr) bool {
		return len(list) == 1 && list[0].First == asked && list[0].Last == asked && holds(list, asked)
	}
	return one(tsi, askedI) && one(tsr, askedR)
}

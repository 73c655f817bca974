package engine

import (
	"net/netip"

	"axle/internal/event"
	"axle/nhrp"
)

// An Action is something the owner shall do.
type Action interface{ action() }

type (
	// Send sends an NHRP packet through the tunnel to an NBMA address.
	Send struct {
		Tunnel  string
		NBMA    netip.Addr
		NextHop netip.Addr // on the tunnel, where the engine knows it; several may have one NBMA address
		Message *nhrp.Message
		Packet  []byte
	}
	// SetPeer makes a next hop on a tunnel reachable at an NBMA address.
	SetPeer struct {
		Tunnel string
		Addr   netip.Prefix // the next hops that it holds for; a host in most cases
		NBMA   netip.Addr
		// Claimed is the address that the peer has behind a NAT box; else zero.
		Claimed netip.Addr
	}
	// DeletePeer takes back SetPeer.
	DeletePeer struct {
		Tunnel string
		Addr   netip.Prefix
	}
	// SetRoute installs a shortcut: a route of NHRP's own where the table has
	// no route of the same prefix, else an override of that route's next hop.
	SetRoute struct {
		Tunnel  string
		Prefix  netip.Prefix
		NextHop netip.Addr // on the tunnel
	}
	// DeleteRoute takes back SetRoute.
	DeleteRoute struct {
		Tunnel string
		Prefix netip.Prefix
	}
	// SetMulticast lists all destinations of the tunnel's multicast packets.
	SetMulticast struct {
		Tunnel string
		NBMA   []netip.Addr
	}
	// SetLine says whether the tunnel's line protocol may be up (if-state nhrp).
	SetLine struct {
		Tunnel string
		Up     bool
	}
	// Silent says that a next hop server that had answered does not any more.
	Silent struct {
		Tunnel string
		NBMA   netip.Addr
	}
	// Log logs an event.
	Log struct{ Event event.Event }
	// Tell prints lines of "debug nhrp".
	Tell struct {
		Category Debug
		Text     string // lines, each ended by "\n"
	}
)

func (Send) action()         {}
func (SetPeer) action()      {}
func (DeletePeer) action()   {}
func (SetRoute) action()     {}
func (DeleteRoute) action()  {}
func (SetMulticast) action() {}
func (SetLine) action()      {}
func (Silent) action()       {}
func (Log) action()          {}
func (Tell) action()         {}

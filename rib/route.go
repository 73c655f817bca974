// Package rib is a router's table of routes: candidates from every protocol,
// the best of them, and the immutable forwarding table made from those, with
// NHRP's overrides of next hops.
//
// It knows no protocol and no interface beyond its name and whether it is up.
// It reads no clock: the times in it are the callers'.
//
// The lowest distance wins, then the lowest metric, then the order in which the
// protocols are declared; what is still equal shares the traffic. A route
// without an interface is recursive: its next hop is looked up in the table
// itself, the default route included, up to MaxRecursion times. It is not used
// where that finds nothing, the router's own address, or the route itself. Of
// recursive routes that lead to each other in a ring, all are out of use until
// the ring is broken.
//
// A change costs what it touches: the prefix itself, the recursive routes that
// may depend on it, and one branch of the forwarding table.
//
// Limits: the number of routes is bounded by those who add them, not here.
// NHRP's routes and overrides are no base for recursive routes. Permanent keeps
// a route whose interface is down, not a recursive one whose next hop is lost.
// A RIB is one table: each VRF has one of its own, and the next hops of its routes
// are looked up in it alone. Equal paths have no weights.
package rib

import (
	"net/netip"
	"time"
)

// A Protocol is the source of a route.
type Protocol uint8

// The sources of routes.
const (
	Connected Protocol = iota
	Local              // the router's own address, a host route
	Static
	NHRP
	EIGRP
	OSPF
	BGP
	RIP
)

// A Route is one candidate path to a prefix.
type Route struct {
	Prefix    netip.Prefix // masked by Add
	Protocol  Protocol
	Distance  uint8
	Metric    uint32
	NextHop   netip.Addr // zero: directly on Interface
	Interface string     // "" : found by looking up NextHop (recursive); "Null0" drops
	Tag       uint32
	Name      string
	Permanent bool      // stays while its Interface is down
	Since     time.Time // when the path was added; set by the caller
}

// An Override makes packets to a prefix use another next hop than the best
// route's (NHRP shortcut).
type Override struct {
	Prefix    netip.Prefix
	NextHop   netip.Addr
	Interface string
	Since     time.Time
}

// An Entry is the best route to a prefix, with all its equal paths.
type Entry struct {
	Prefix   netip.Prefix
	Paths    []Route   // at least one, the oldest first; equal Distance, Metric and Protocol
	Override *Override // nil: none
}

// A Hop is where the forwarding table sends a packet: to NextHop on Interface,
// or, where NextHop is zero, to the packet's own destination.
type Hop struct {
	Interface string
	NextHop   netip.Addr
	Override  bool
	Drop      bool // Null0
	Local     bool // the router's own address
}

package engine

import (
	"net/netip"
	"time"
)

// A Config is the whole NHRP configuration of a router, with the state of its
// tunnels. An unchanged Config changes nothing.
type Config struct {
	Tunnels []Tunnel // every tunnel interface with an address, by name
}

// A Tunnel is one tunnel interface. NHRP runs on it where NetworkID is not 0.
type Tunnel struct {
	Name       string       // "Tunnel0"
	Up         bool         // carrier: source and, point to point, destination are good; the engine's own SetLine is not counted
	Addr       netip.Prefix // the primary address with its mask
	NBMA       netip.Addr   // address of the tunnel source; zero while it has none
	VRF        string       // of the interface; "": the global table
	VRFID      int          // the number that debug output has behind the name
	Multipoint bool
	Dest       netip.Addr // point to point: the other end's NBMA address

	NetworkID  uint32 // 0: NHRP is off
	MTU        uint16 // offered in client entries: 17916, 17912 with a tunnel key
	Auth       string // "" for none; at most 8 bytes
	Hold       time.Duration
	RegTimeout time.Duration // 0: Hold/3
	RegDelay   time.Duration
	Unique     bool // registrations ask for a unique binding

	Maps             []Map
	Multicast        []netip.Addr // static multicast destinations, NBMA
	MulticastDynamic bool         // registered clients get multicast
	Servers          []ServerConfig
	ClusterMax       map[uint8]int // connections at most, by cluster; absent: no limit
	Fallback         time.Duration // wait before going back to a better server; 0: at once

	Shortcut              bool          // act on traffic indications
	Redirect              bool          // send traffic indications
	RedirectTimeout       time.Duration // between two indications for one flow
	ServerOnly            bool          // originates no resolution request
	NonAuthoritativeCache bool          // answer resolution requests from the cache
	MaxSend               int           // NHRP packets at most per MaxSendEvery; 0: no limit
	MaxSendEvery          time.Duration
	StateControl          bool // "if-state nhrp": the line protocol follows registration
	Protected             bool // tunnel protection: entries are without socket until the crypto session is up
}

// A Map is a static mapping.
type Map struct {
	Proto netip.Prefix // a host, or a network
	NBMA  netip.Addr
}

// A ServerConfig is a next hop server of a client.
type ServerConfig struct {
	Addr      netip.Addr // protocol address; zero for "dynamic"
	NBMA      netip.Addr // zero: the static map has it
	Multicast bool
	Priority  uint8 // 0 is the best
	Cluster   uint8
}

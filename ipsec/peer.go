package ipsec

import (
	"net/netip"
	"time"
)

// A Datagram is a received IKE message, without the non-ESP marker.
type Datagram struct {
	VRF           string
	Local, Remote netip.AddrPort
	Data          []byte
}

// A Secret is a key that both ends know. It never prints.
type Secret []byte

// String implements fmt.Stringer, and keeps the key out of logs.
func (Secret) String() string { return "<secret>" }

// GoString implements fmt.GoStringer for the same end.
func (Secret) GoString() string { return "<secret>" }

// Liveness is how a peer is asked whether it lives. RFC 3706, RFC 7296 §2.4.
type Liveness struct {
	Interval time.Duration // 0: never asked
	Retry    time.Duration // between attempts
	Periodic bool          // else only where packets go out and none come in
}

// A Terminal is a source of tunnels at which peers are accepted.
type Terminal struct {
	VRF     string // of the underlay; "": the global one
	Local   netip.Addr
	Remote  netip.Addr // zero: any, a multipoint tunnel
	Profile string     // of IPsec
}

package ipsec

import (
	"fmt"
	"net/netip"
	"time"

	"axle/ipsec/suite"
)

// A Socket names the protection of GRE between two NBMA addresses: what IOS
// calls a crypto socket. Its selectors are the two addresses and protocol 47.
type Socket struct {
	VRF           string // of the underlay; "": the global one
	Local, Remote netip.Addr
	// Port tells peers behind one NAT box apart, whose Remote is the same: it is the
	// peer's UDP port where the peer came to us from behind such a box, and 0 with
	// all others.
	Port uint16
}

// String returns the socket for log and debug lines.
func (s Socket) String() string { return fmt.Sprintf("%v-%v", s.Local, s.Remote) }

// A Transform is what ESP may be like: a "crypto ipsec transform-set".
type Transform struct {
	Name       string
	Encryption suite.Encryption
	KeyBits    int             // of ciphers with keys of several lengths; else 0
	Integrity  suite.Integrity // IntegrityNone with combined ciphers
	Mode       Mode
	ESN        bool // extended sequence numbers are offered first
}

// Mode is how a packet is put into ESP.
type Mode uint8

// The modes of "mode".
const (
	Tunnel          Mode = iota // the default of named transform sets
	PreferTransport             // tunnel mode is taken, too
	OnlyTransport               // "require"
)

// A Profile is a "crypto ipsec profile": what an exchange shall agree on for the
// sockets of the tunnels that name it.
type Profile struct {
	Name          string
	Transforms    []Transform   // best first
	PFS           suite.Group   // GroupNone: keys of children come from the IKE SA
	Additional    suite.Group   // second key exchange beside PFS, "pqc"; GroupNone: none
	Lifetime      time.Duration // of an SA
	Bytes         uint64        // of an SA in one direction; 0: no limit
	Idle          time.Duration // after which an unused SA is deleted; 0: never
	Window        int           // replay window, packets; 0: not checked
	ResponderOnly bool
	// IKEv2 and Isakmp name the profile of the exchange. Of both none: the
	// exchange is IKEv1, with the keys of no profile.
	IKEv2, Isakmp string
}

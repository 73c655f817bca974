package engine

import (
	"net/netip"
	"time"

	"axle/ipsec"
	"axle/ipsec/ikev1"
	"axle/ipsec/suite"
)

// A Config is the whole configuration of IKEv1 on a router. Names refer to other
// objects of it; what is not there is as if nobody had named it.
type Config struct {
	Policies []Policy // by priority; empty: nothing is agreed on
	Keys     []Key    // "crypto isakmp key"
	Keyrings []Keyring
	Profiles []Profile // "crypto isakmp profile"
	IPsec    []ipsec.Profile
	Tunnels  []ipsec.Terminal
	Globals  Globals
	// Certificates are for policies with signatures; nil: there are none.
	Certificates Certificates
}

// A Policy is a "crypto isakmp policy".
type Policy struct {
	Priority   int
	Encryption suite.Encryption
	KeyBits    int // of ciphers with keys of several lengths; else 0
	Hash       suite.PRF
	Auth       ikev1.Auth // 0: a pre-shared key
	Group      suite.Group
	Lifetime   time.Duration
}

// A Key is a pre-shared key for an address, a network or a name.
type Key struct {
	Peer netip.Prefix // of a bit length of 0 for every peer; not valid where Host is given
	Host string       // counts in aggressive mode only
	Key  ipsec.Secret
}

// A Keyring is a "crypto keyring".
type Keyring struct {
	Name  string
	VRF   string       // of the underlay; "": the global one
	Local []netip.Addr // empty: any
	Keys  []Key
}

// An IdentityKind is what an identity consists of.
type IdentityKind uint8

// The kinds. IdentityNone stands for the address of the tunnel's source, with
// signatures for the name in the certificate.
const (
	IdentityNone IdentityKind = iota
	IdentityAddress
	IdentityFQDN
	IdentityEmail
	IdentityAny
)

// An Identity is who a router says to be, or who is to be matched.
type Identity struct {
	Kind   IdentityKind
	Value  string       // the name
	Prefix netip.Prefix // of addresses; one's own is of full length
	Domain bool         // Value is a domain in which a name is to be
	VRF    string       // of an address to be matched; "": the global one
}

// A Profile is a "crypto isakmp profile".
type Profile struct {
	Name     string
	Keyrings []string     // empty: all keys
	Local    []netip.Addr // empty: any
	Match    []Identity   // of the peer, any of them
	// TrustPoints are those whose certificate is ours and who vouch for the peer;
	// empty: all.
	TrustPoints []string
	Self        Identity
	DPD         ipsec.Liveness // zero: that of Globals
	// Aggressive lets a peer that matches open an aggressive mode. Axle itself never
	// opens one.
	Aggressive bool
}

// Globals is what is set for all of IKEv1.
type Globals struct {
	Disabled     bool // "no crypto isakmp enable"
	DPD          ipsec.Liveness
	NATKeepalive time.Duration // behind a NAT box; 0: DefaultNATKeepalive
	NoNAT        bool          // "no crypto ipsec nat-transparency udp-encapsulation"
	NoAggressive bool          // "crypto isakmp aggressive-mode disable"
	Hostname     string        // our identity where it is not the address: "crypto isakmp identity hostname"
	LogSessions  bool          // "crypto logging session"
	// Recovery tells peers that send with SPIs that are not there: "crypto isakmp
	// invalid-spi-recovery".
	Recovery bool
}

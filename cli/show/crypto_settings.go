package show

import (
	"net/netip"
	"time"

	"axle/ipsec/suite"
)

// CryptoSettings is the configuration of protection as screens show it: without
// keys.
type CryptoSettings struct {
	Proposals      []IKEv2Proposal
	Policies       []IKEv2Policy
	Profiles       []IKEv2Profile
	IKEv2          IKEv2Limits
	IsakmpPolicies []IsakmpPolicy
	IsakmpKeys     []IsakmpKey
	IsakmpProfiles []IsakmpProfile
	TransformSets  []TransformSet
	IPsecProfiles  []IPsecProfile
}

// IKEv2Limits bounds what IKEv2 holds at once; 0 SAs: no limit.
type IKEv2Limits struct{ MaxSA, MaxIn, MaxOut int }

// An IKEv2Proposal is a "crypto ikev2 proposal", with IOS's names of algorithms.
type IKEv2Proposal struct {
	Name                               string
	Encryption, Integrity, PRF, Groups []string
	PQC                                []string
	Optional                           bool // PQC may be left out
}

// An IKEv2Policy is a "crypto ikev2 policy".
type IKEv2Policy struct {
	Name, FVRF string // FVRF "any", "global" or a name
	Local      []netip.Addr
	Proposals  []string
}

// An IKEv2Profile is a "crypto ikev2 profile".
type IKEv2Profile struct {
	Name                      string
	Shutdown                  bool
	FVRF                      string
	Local, Match, Certificate []string
	Self                      string
	LocalAuth                 string
	RemoteAuth                []string
	Keyring                   string
	TrustPoints               []string
	Lifetime                  time.Duration
	DPD, Retry                time.Duration // 0: disabled
	Periodic                  bool
	NATKeepalive              time.Duration
	IVRF                      string
	VirtualTemplate           int
}

// An IsakmpPolicy is a "crypto isakmp policy".
type IsakmpPolicy struct {
	Priority               int
	Encryption, Hash, Auth string // as configurations name them
	Group                  int
	Lifetime               time.Duration
	Default                bool
}

// An IsakmpKey says whom there is a key for.
type IsakmpKey struct {
	Keyring string
	Peer    netip.Prefix
	Host    string // instead of Peer
}

// An IsakmpProfile is a "crypto isakmp profile".
type IsakmpProfile struct {
	Name                         string
	Match, Keyrings, TrustPoints []string
}

// A TransformSet is a "crypto ipsec transform-set".
type TransformSet struct {
	Name, Words string // Words as TransformWords has them
	Transport   bool
	Require     bool
}

// An IPsecProfile is a "crypto ipsec profile".
type IPsecProfile struct {
	Name, IKEv2, Isakmp string
	Kilobytes           uint64 // 0: no limit
	Lifetime            time.Duration
	Idle                time.Duration // 0: none
	ResponderOnly       bool
	MixedMode           bool
	PFS                 suite.Group
	Transforms          []TransformSet
}

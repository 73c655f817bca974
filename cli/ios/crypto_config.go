package ios

import (
	"net/netip"
	"time"
)

// Crypto is the configuration of IKE and IPsec, with the defaults of IOS-XE 17
// filled in. Objects that are there without being configured are in it, marked
// with Default, unless they are switched off or replaced. The defaults are those of section 3.1 of the project's notes on IPsec, the
// lines those of section 3.2.
//
// Algorithms have one name everywhere: "des", "3des", "aes-cbc-256",
// "aes-gcm-128", "aes-gmac-256", "null", "seal"; hashes "md5", "sha1", "sha256",
// "sha384", "sha512". "esp-aes" and "esp-gcm" alone have 128 bits.
//
// Not decoded: RSA keys of keyrings, EAP, post-quantum keys (ppk), crypto maps,
// clients and their groups, trust points.
type Crypto struct {
	Policies       []IsakmpPolicy // by priority
	Keys           []PeerKey      // "crypto isakmp key", in the order of entry
	Keyrings       []Keyring
	IsakmpProfiles []IsakmpProfile
	Isakmp         IsakmpGlobals

	Proposals      []IKEv2Proposal
	IKEv2Policies  []IKEv2Policy
	IKEv2Keyrings  []IKEv2Keyring
	IKEv2Profiles  []IKEv2Profile
	Authorizations []IKEv2Authorization
	IKEv2          IKEv2Globals

	TransformSets []TransformSet
	Profiles      []IPsecProfile
	IPsec         IPsecGlobals

	LogSessions bool // "crypto logging session"
}

// An IsakmpPolicy is a protection suite of IKEv1. Lines that are not there
// count as des, sha, rsa-sig, group 1 and a day (3.1). Where no policy is configured,
// there are two default ones: aes-cbc-128, sha1, group 5, the first with rsa-sig.
type IsakmpPolicy struct {
	Priority       int // 1 to 10000, lower first; 65507 and 65508 are the default ones
	Encryption     string
	Hash           string
	Authentication string        // "pre-share", "rsa-sig", "rsa-encr"
	Group          int           // Diffie-Hellman
	Lifetime       time.Duration // 60 s to a day
	Default        bool
}

// A PeerKey is a pre-shared key of IKEv1 for an address, a network or a name.
type PeerKey struct {
	Peer    netip.Prefix // of a bit length of 0 for every peer; not valid where Host is given
	Host    string
	Key     Secret
	NoXauth bool
}

// A Keyring is a "crypto keyring".
type Keyring struct {
	Name        string
	VRF         string // "": the global one
	Description string
	Local       []string // addresses and interfaces that it is for; empty: all
	Keys        []PeerKey
}

// An Identity is who a peer says to be, or is to be matched.
type Identity struct {
	// Type is "address", "fqdn", "email" (user-fqdn of IKEv1), "key-id", "dn",
	// "any" or "group" (IKEv1); "" for none: the address of the tunnel's source,
	// with signatures the name in the certificate.
	Type   string
	Value  string       // the name; an address of "identity" and "self-identity"
	Prefix netip.Prefix // of addresses to be matched
	Domain bool         // Value is a domain that the name ends with
	VRF    string       // of an address to be matched, IKEv1 only; "": the global one
}

// An IsakmpProfile is a "crypto isakmp profile".
type IsakmpProfile struct {
	Name            string
	VRF             string   // inside; "": the global one
	Keyrings        []string // empty: all keys
	Self            Identity
	Match           []Identity
	TrustPoints     []string
	Keepalive       Liveness
	Aggressive      bool   // initiate in aggressive mode
	Local           string // address or interface; "": any
	VirtualTemplate int    // 0: none
	NoXauth         bool
}

// Liveness is how a peer is asked whether it lives: IKEv1 keepalive, IKEv2 DPD.
type Liveness struct {
	Interval time.Duration // 10 s to an hour; 0: never asked
	Retry    time.Duration // 2 s to a minute, between attempts
	Periodic bool          // else only when there is traffic to send and none comes
}

// IsakmpGlobals is what is set for all of IKEv1.
type IsakmpGlobals struct {
	Disabled           bool     // "no crypto isakmp enable"
	Keepalive          Liveness // off by default; the retry is then 2 s
	NATKeepalive       time.Duration
	InvalidSPIRecovery bool
	NoAggressive       bool   // "aggressive-mode disable"
	Identity           string // "address", "dn", "hostname"
	Fragmentation      bool
}

// An IKEv2Proposal is a set of algorithms, best first. The default one is
// aes-cbc-256, sha512 and sha384, groups 19, 14, 21 and 5; lines under it replace
// its parts.
type IKEv2Proposal struct {
	Name        string
	Encryption  []string
	Integrity   []string // empty with aes-gcm
	PRF         []string // where no line says it: Integrity
	Groups      []int
	PQC         []string // "mlkem768"; empty: none
	PQCOptional bool
	Default     bool // as it is without configuration
}

// Whole reports whether the proposal has all that it needs.
func (p *IKEv2Proposal) Whole() bool {
	return len(p.Encryption) > 0 && len(p.PRF) > 0 && len(p.Groups) > 0 && (len(p.Integrity) > 0 || aead(p.Encryption[0]))
}

// An IKEv2Policy chooses proposals by VRF and local address. The default one
// matches all and has the default proposal; it counts only where no other is
// configured.
type IKEv2Policy struct {
	Name      string
	FVRF      string       // "": the global one
	AnyFVRF   bool         // "match fvrf any"
	Local     []netip.Addr // empty: any
	Proposals []string
	Default   bool
}

// An IKEv2Keyring is a "crypto ikev2 keyring".
type IKEv2Keyring struct {
	Name  string
	Peers []IKEv2Peer
}

// An IKEv2Peer is a peer or a group of peers with their keys.
type IKEv2Peer struct {
	Name        string
	Description string
	Address     netip.Prefix // not valid: none
	Host        string
	Identity    Identity
	Local       Secret // signs; both are the same where one line gives them
	Remote      Secret // verifies; zero: none
}

// An IKEv2Auth is a way to authenticate.
type IKEv2Auth struct {
	Method string // "pre-share", "rsa-sig", "ecdsa-sig", "eap", "anyconnect-eap"; "" for none
	Key    Secret // of pre-share; zero: in the keyring
}

// A TrustUse is a trust point of a profile and what it is for.
type TrustUse struct {
	Name         string
	Sign, Verify bool
}

// An IKEv2Profile is a "crypto ikev2 profile".
type IKEv2Profile struct {
	Name            string
	Description     string
	Local           []string // addresses and interfaces; empty: any
	FVRF            string   // "": the global one
	AnyFVRF         bool
	Match           []Identity
	Certificates    []string // certificate maps
	Self            Identity
	LocalAuth       IKEv2Auth
	RemoteAuth      []IKEv2Auth // any of them
	Keyring         string      // "": none
	TrustPoints     []TrustUse
	Lifetime        time.Duration // 2 minutes to a day
	LifetimeOfCert  bool          // as long as the certificate
	DPD             Liveness      // zero: that of IKEv2Globals
	NATKeepalive    time.Duration // 0: that of IKEv2Globals
	ForceEncap      bool          // always in UDP
	IVRF            string        // "": that of the tunnel
	InitialContact  bool          // "initial-contact force"
	VirtualTemplate int           // 0: none
	ConfigRequest   bool          // "config-exchange request"; on by default
	Shutdown        bool
}

// Whole reports whether the profile has all that it needs.
func (p *IKEv2Profile) Whole() bool {
	return p.LocalAuth.Method != "" && len(p.RemoteAuth) > 0 && len(p.Match)+len(p.Certificates) > 0
}

// An IKEv2Authorization is a "crypto ikev2 authorization policy". The default one
// sends the route of the tunnel interface and accepts any.
type IKEv2Authorization struct {
	Name           string
	RouteInterface bool
	Routes         []string // "route set" lines, as typed
	AcceptAny      bool
	Accept         []string // "route accept" lines, as typed
	Pool           string
	DNS            []string // "dns" lines, as typed
	Domain         string
	Default        bool
}

// IKEv2Globals is what is set for all of IKEv2.
type IKEv2Globals struct {
	DPD               Liveness // off by default
	NATKeepalive      time.Duration
	Fragmentation     bool
	FragmentMTU       int // bytes; 576
	Window            int // requests in transit; 5
	CookieChallenge   int // half-open SAs from which on cookies are asked for; -1: never
	MaxSA             int // 0: no limit
	MaxNegotiationIn  int // 40
	MaxNegotiationOut int // 400
	QueueInit         int // 5000 messages
	HTTPCert          bool
}

// A TransformSet is a "crypto ipsec transform-set". The default one is
// aes-cbc-128 with sha1, in transport mode.
type TransformSet struct {
	Name       string
	AH         string // hash; "": no AH
	Encryption string // "": no ESP, or ESP with integrity alone
	Integrity  string // hash; "" with combined modes and without integrity
	Compress   bool   // comp-lzs
	Transport  bool   // mode transport: preferred, tunnel mode is taken too
	Require    bool   // "mode transport require": tunnel mode is not taken
	ESN        bool
	Default    bool
}

// An IPsecProfile is a "crypto ipsec profile". The default one has the default
// transform set.
type IPsecProfile struct {
	Name          string
	Description   string
	TransformSets []string // best first
	PFS           int      // Diffie-Hellman group; 0: none
	IKEv2Profile  string
	IsakmpProfile string
	Limits        SALimits
	PerHost       bool // "level per-host"
	ResponderOnly bool
	MixedMode     bool
	Default       bool
}

// SALimits are the limits of security associations. In a profile, what it does
// not say is filled in from those of all.
type SALimits struct {
	Lifetime  time.Duration // 2 minutes to 30 days; 1 hour
	Kilobytes uint64        // 2560 and more; 4608000; 0: no limit
	Idle      time.Duration // a minute to a day; 0: never
	Replay    int           // window in packets: 64, 128, 256, 512, 1024; 0: not checked
}

// IPsecGlobals is what is set for all of IPsec.
type IPsecGlobals struct {
	Limits SALimits
	DF     string // "copy", "clear", "set"
	NoNAT  bool   // "no crypto ipsec nat-transparency udp-encapsulation"
}

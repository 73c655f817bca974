package engine

import (
	"net/netip"
	"time"

	"axle/ipsec"
	"axle/ipsec/pki"
	"axle/ipsec/suite"
)

// A Config is the whole configuration of IKEv2 on a router. Names refer to other
// objects of it; what is not there is as if nobody had named it.
type Config struct {
	Proposals []Proposal
	Policies  []Policy // empty: DefaultProposals for all
	Keyrings  []Keyring
	Profiles  []Profile
	IPsec     []ipsec.Profile
	Tunnels   []ipsec.Terminal
	Trust     []TrustPoint
	Globals   Globals
}

// A Cipher is an encryption algorithm with the length of its key.
type Cipher struct {
	Encryption suite.Encryption
	KeyBits    int // of ciphers with keys of several lengths; else 0
}

// A Proposal is a "crypto ikev2 proposal": algorithms of one kind are
// alternatives, best first. Combined ciphers do not mix with others.
type Proposal struct {
	Name       string
	Ciphers    []Cipher
	Integrity  []suite.Integrity // empty with combined ciphers
	PRFs       []suite.PRF
	Groups     []suite.Group
	Additional []suite.Group // "pqc": a second key exchange; empty: none
	Optional   bool          // the second key exchange may be left out
}

// A Policy chooses proposals by VRF and local address: "crypto ikev2 policy".
type Policy struct {
	Name      string
	VRF       string // of the underlay; "": the global one
	AnyVRF    bool
	Local     []netip.Addr // empty: any
	Proposals []string
}

// A Keyring is a "crypto ikev2 keyring".
type Keyring struct {
	Name  string
	Peers []KeyPeer
}

// A KeyPeer is a peer of a keyring, or a group of them, with its keys.
type KeyPeer struct {
	Name     string
	Address  netip.Prefix // not valid: none; of a bit length of 0 for every peer
	Identity Identity     // zero: none
	Local    ipsec.Secret // authenticates us
	Remote   ipsec.Secret // authenticates the peer
	PPK      PPK
}

// A PPK is a post-quantum preshared key. RFC 8784.
type PPK struct {
	ID       string // "": there is none
	Key      ipsec.Secret
	Required bool // without it no SA comes up
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
	IdentityKeyID
	IdentityDN
	IdentityAny
)

// An Identity is who a router says to be, or who is to be matched.
type Identity struct {
	Kind   IdentityKind
	Value  string       // the name
	Prefix netip.Prefix // of addresses; one's own is of full length
	Domain bool         // Value is a domain in which a name is to be
}

// A Method is a way to authenticate.
type Method uint8

// The methods. RSA and ECDSA stand for any signature with a key of the kind; ECDSA
// includes Ed25519.
const (
	PreShared Method = iota + 1
	RSASignature
	ECDSASignature
)

// An Auth is a method with its key.
type Auth struct {
	Method Method
	Key    ipsec.Secret // of PreShared; nil: in the keyring
}

// A Profile is a "crypto ikev2 profile".
type Profile struct {
	Name           string
	VRF            string // of the underlay; "": the global one
	AnyVRF         bool
	Local          []netip.Addr // empty: any
	Match          []Identity   // of the peer, any of them
	MatchCert      []pki.Map    // of the peer's certificate, any of them or of Match
	Self           Identity
	LocalAuth      Auth
	RemoteAuth     []Auth // any of them
	Keyring        string
	Sign           []string // trust points whose certificate may be ours
	Verify         []string // trust points that vouch for peers
	Lifetime       time.Duration
	DPD            ipsec.Liveness // zero: that of Globals
	NATKeepalive   time.Duration
	ForceUDP       bool // ESP in UDP even without a NAT box
	InitialContact bool // said always, not only to a peer with no SA
	Shutdown       bool
}

// Globals is what is set for all of IKEv2.
type Globals struct {
	DPD             ipsec.Liveness
	NATKeepalive    time.Duration // behind a NAT box; 0: DefaultNATKeepalive
	FragmentMTU     int           // bytes of an IP datagram; 0: DefaultMTU
	CookieChallenge int           // half-open SAs from which on cookies are asked for; 0: MaxHalfOpenFree
	MaxSA           int           // 0: MaxSAs
	MaxIn, MaxOut   int           // SAs being negotiated; 0: MaxNegotiating
	LogSessions     bool          // "crypto logging session", "crypto logging ikev2"
}

// DefaultProposals returns what is proposed where no policy is configured: that of
// IOS-XE, and one with a combined cipher.
func DefaultProposals() []Proposal {
	groups := []suite.Group{suite.GroupECP256, suite.GroupMODP2048, suite.GroupECP521}
	hashes := []suite.PRF{suite.PRFHMACSHA512, suite.PRFHMACSHA384}
	kem := []suite.Group{suite.GroupMLKEM768, suite.GroupMLKEM1024}
	return []Proposal{{
		Name: "default", Ciphers: []Cipher{{suite.EncryptionAESCBC, 256}},
		Integrity: []suite.Integrity{suite.IntegritySHA512256, suite.IntegritySHA384192},
		PRFs:      hashes, Groups: groups, Additional: kem, Optional: true,
	}, {
		Name: "default-gcm", Ciphers: []Cipher{{suite.EncryptionAESGCM16, 256}},
		PRFs: hashes, Groups: groups, Additional: kem, Optional: true,
	}}
}

// acceptedProposals returns what a responder takes beyond DefaultProposals: nobody
// is hurt by it, and many peers propose nothing else.
func acceptedProposals() []Proposal {
	list := DefaultProposals()
	for i := range list {
		p := &list[i]
		p.PRFs = append(p.PRFs, suite.PRFHMACSHA256)
		p.Groups = append(p.Groups, suite.GroupECP384, suite.GroupX25519)
		if len(p.Integrity) > 0 {
			p.Integrity = append(p.Integrity, suite.IntegritySHA256128)
		}
	}
	return list
}

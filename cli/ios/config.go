// Package ios is the vocabulary of the shell: the command tables of IOS-XE as
// an operator of a DMVPN router types them, and the decoders that turn a
// configuration tree into typed configuration. One file holds one feature: its
// declarations and its decoder.
//
// The personality is IOS-XE 17: its defaults, and what it hides. A command whose
// Effect is grammar.NoEffect is accepted, kept and shown, but nothing acts on it:
// all of cryptography, EIGRP, OSPF, BGP, access lists, route maps, NAT, neighbour
// discovery, IPv6 routes of VRFs and the services of the box.
//
// Missing: host names as tunnel destination; "no interface range" and "default
// interface range"; free text that a command takes up to the end of its line
// keeps a comment behind it. Of cryptography: IOS's warnings of weak algorithms; the
// refusal of an isakmp profile, keyring or trust point that is named but not there.
// The words in which IOS refuses to remove an object in use are a guess.
package ios

import (
	"net/netip"
	"time"

	"axle/nhrp/engine"
	"axle/rib"
)

// A Config is what a configuration tree says, decoded. Two equal trees give
// two equal Configs.
type Config struct {
	Hostname           string // "Router" where none is configured
	DomainName         string
	DomainLookup       bool // ip domain lookup; on by default
	Users              []User
	EnableSecret       Secret // zero: none
	EnablePassword     Secret
	PasswordEncryption bool // service password-encryption

	LogStamp        Stamp // service timestamps log
	DebugStamp      Stamp // service timestamps debug
	SequenceNumbers bool

	Interfaces []Interface // in running-config order
	Routes     []rib.Route // static routes of the global table, of both families: Since is zero
	VRFs       []VRF       // by name
	IPv6       bool        // ipv6 unicast-routing
	Lines      []LineConfig
	Logging    Logging
	Aliases    map[string]string // alias exec: name to text
	Banner     map[string]string // "motd", "login", "exec"
	Archive    Archive
	// What nothing acts on yet.
	Crypto      Crypto
	PKI         PKI
	AccessLists []AccessList // IPv4: standard ones first, numbers before names
	PrefixLists []PrefixList // IPv4 first, by name
	RouteMaps   []RouteMap   // in the order in which they were entered
	EIGRP       []EIGRP      // IPv4 processes
	OSPF        []OSPF       // IPv4 processes
	BGP         *BGP         // nil: none
	FilePrompt  string       // "file prompt": "noisy", "quiet" or "" for "alert"
}

// A VRF is a routing table of its own.
type VRF struct {
	Name       string
	RD         string // route distinguisher; "" for none
	IPv4, IPv6 bool   // address families
	Routes     []rib.Route
}

// An Interface is the configuration of one interface.
type Interface struct {
	Name          string // canonical: "GigabitEthernet0/0", "Tunnel0"
	VRF           string // "" for the global table
	Description   string
	Shutdown      bool
	Addrs         []netip.Prefix // IPv4, the primary first; empty for "no ip address"
	IPv6          Addresses6
	MTU           int  // "mtu"; 0: default
	IPMTU         int  // "ip mtu"; 0: default
	MSS           int  // "ip tcp adjust-mss"; 0: off
	IP6MTU        int  // "ipv6 mtu"; 0: default
	MSS6          int  // "ipv6 tcp adjust-mss"; 0: off
	Bandwidth     int  // kbit/s; 0: default
	Delay         int  // tens of microseconds; 0: default
	Redirects     bool // ip redirects; on by default
	Unreachables  bool // ip unreachables; on by default
	Unreachables6 bool // ipv6 unreachables; on by default
	LoadInterval  time.Duration
	Keepalive     time.Duration // 0: off

	Tunnel *Tunnel // tunnel interfaces only
}

// A Tunnel is the tunnel part of an interface's configuration.
type Tunnel struct {
	Source     string // interface name or address as typed; "" for none
	Dest       netip.Addr
	VRF        string // of the tunnel's own packets; "" for the global table
	Multipoint bool
	IPv6       bool // the outer packets are IPv6: "tunnel mode gre ipv6", "... multipoint ipv6"
	HasKey     bool
	Key        uint32
	Checksum   bool
	TTL        uint8 // 255
	TOS        int   // -1: copied
	PathMTU    bool
	Protection string // IPsec profile; "" for none
	// NHRP and NHRP6 hold the NHRP lines of the two families; Name, Up, Addr, NBMA,
	// Dest and MTU are filled in by who knows the interface's state.
	NHRP, NHRP6 engine.Tunnel
}

// A Secret is a password as configured: its type and text.
type Secret struct {
	Type int // 0 clear, 5, 7, 8, 9; of keys 0 or 6, which Decrypt6 reads under the master key
	Text string
}

// A User is a local account.
type User struct {
	Name      string
	Privilege int    // 1 to 15
	Secret    Secret // zero: no password
}

// A Stamp is the form of time stamps in front of messages.
type Stamp struct {
	Off    bool
	Uptime bool // else date and time
	Msec   bool
	Local  bool // localtime
	Zone   bool // show-timezone
	Year   bool
}

// A LineConfig is the configuration of a terminal line or a range of them.
type LineConfig struct {
	Kind               string // "con", "aux", "vty"
	First, Last        int
	ExecTimeout        time.Duration // 10 minutes; 0: never
	Length             int           // lines of a page; 24, 0: no paging
	Width              int           // 80
	History            int           // lines; 20
	Privilege          int           // 1
	LoggingSynchronous bool
	LoginLocal         bool
	Login              bool
	Password           Secret
	Transport          []string // transport input: "ssh", "telnet", "all", "none"
}

// Logging is the configuration of the message log.
type Logging struct {
	BufferSize  int // bytes; 4096, 0: off
	BufferLevel int // 7
	Console     int // level 7; -1: off
	Monitor     int // level 7; -1: off
}

// Package show turns snapshots of a router into the screens of IOS.
//
// Every function takes a View and gives text with "\n" line ends; it asks
// nobody and changes nothing. The layouts are those of IOS-XE 17, column for
// column and with their trailing blanks, except that "show version" says what
// the program is.
//
// Missing: what only exists with certificates or AAA in the screens of IKE, the metric lines of EIGRP
// and OSPF in "show ip route A.B.C.D" and their row types (EX, IA, E2), the
// routes of IPv6 in VRFs, and the queue and line error counters of interfaces,
// which are always 0.
package show

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"axle/dataplane"
	"axle/nhrp/engine"
	"axle/rib"
)

// A View is what a router shows of itself: a copy, made for one screen.
type View struct {
	Now          time.Time
	Boot         time.Time // when the router started
	Hostname     string
	Version      string // of Axle
	Serial       string // a stable pseudo serial number
	ReloadReason string // "power-on", "reload"
	ClockSet     bool   // false: "*" in front of the time
	Memory       uint64 // bytes of main memory; 0: not known

	NHRP        engine.Snapshot // FlagRIB and FlagNHO are set by the router
	NHRP6       engine.Snapshot // the same for IPv6
	Six         bool            // NHRP is that of IPv6: "show ipv6 nhrp"
	VRF         string          // that Routes and FIB are of; "" for the global table
	VRFID       int             // its number; 0: the global table
	Routes      []rib.Entry
	FIB         *rib.FIB
	VRFs        []VRF       // by name
	Interfaces  []Interface // in order of names as IOS lists them
	Adjacencies []Adjacency
	Crypto      Crypto
}

// Tunnels returns the tunnels of NHRP for IPv4 and for IPv6, those of one interface
// behind each other.
func (v *View) Tunnels() []*engine.TunnelState {
	var out []*engine.TunnelState
	for _, s := range []engine.Snapshot{v.NHRP, v.NHRP6} {
		for i := range s.Tunnels {
			out = append(out, &s.Tunnels[i])
		}
	}
	slices.SortStableFunc(out, func(a, b *engine.TunnelState) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// An Interface is the state of one interface.
type Interface struct {
	Name, Short                      string // "Tunnel0", "Tu0"
	Kind                             dataplane.IfKind
	VRF                              string // "" for the global table
	Description                      string
	AdminDown                        bool
	LineUp                           bool // carrier: "Tunnel0 is up"
	ProtocolUp                       bool // "line protocol is up"
	Addrs                            []netip.Prefix
	Method                           string // of "show ip interface brief": NVRAM, manual, unset
	MTU, IPMTU, MSS                  int
	Bandwidth                        int // kbit/s
	Delay                            int // microseconds
	LoadInterval                     time.Duration
	MAC                              string // physical: "aabb.cc00.0100"
	Redirects, Unreachables          bool
	Tunnel                           *Tunnel
	Counters                         CounterValues
	InputRate, OutputRate            Rate      // exponentially weighted
	LastInput, LastOutput, LastClear time.Time // zero: never
}

// A Tunnel is the tunnel part of an interface's state.
type Tunnel struct {
	Source       netip.Addr
	SourceIf     string // interface name; "" when an address was typed
	Dest         netip.Addr
	VRF          string // of the tunnel's packets
	Multipoint   bool
	HasKey       bool
	Key          uint32
	Checksum     bool
	TTL          uint8
	TransportMTU int
	Protection   string
	StateControl bool // if-state nhrp
}

// A Rate is traffic per second.
type Rate struct{ Bits, Packets uint64 }

// CounterValues are an interface's counters since they were cleared.
type CounterValues struct {
	InPackets, InBytes, InMulticast, InErrors, InDrops uint64
	OutPackets, OutBytes, OutErrors, OutDrops          uint64
}

// An Adjacency is a row of "show adjacency".
type Adjacency struct {
	Interface      string
	Address        netip.Addr // next hop
	NBMA           netip.Addr // tunnels
	Incomplete     bool
	Packets, Bytes uint64
	Encap          []byte   // the header put in front
	Under          *rib.FIB // tunnels: where the packets with that header are looked up
}

// Package dataplane is the forwarding function of a router: batches of packets
// in, batches out, over an immutable snapshot that the router publishes.
//
// It opens no port and keeps no protocol state; what it cannot do it punts. The
// way of a packet is
//
//	input     checks the IP header; to the router itself: local
//	local     puts fragments together, takes GRE off (decap), punts the rest
//	open      ESP: SPI, association, replay, selectors; what is in it: decap
//	decap     inner packet: input again, on the tunnel; NHRP: punt
//	forward   TTL, then route: FIB, MSS
//	output    IP MTU: fragment, or ICMP; a tunnel: peer, encap, output again
//	encap     GRE; on a protected tunnel ESP around it (seal); outer header
//
// IPv4 and IPv6 go the same way, in the same functions where only an address or a
// field differs; ipv6.go has what IPv6 does otherwise. Either may carry either in a
// tunnel. An interface without an IPv6 address takes no IPv6 packets. Of the router's
// own making only packets of IPv6 are cut into fragments, outer ones included.
//
// A Worker does all of it, in the buffer that the packet came in. Nothing is
// allocated for a packet.
//
// A protected tunnel fails closed: what finds no association does not leave, what
// came in clear does not enter. Either is punted, so that the owner of the keys can
// do something about it. Files that begin with esp_ have all of that; associations
// (SADB) belong to no tunnel, so tunnels with one source share them.
//
// Where a snapshot says so, packets are captured as they come in and as they leave:
// copies of them, beside the punts.
//
// Every packet belongs to a VRF: that of the interface that it came in by. Its
// destination is looked up there, be it the router's own or another; the outer
// packet of a tunnel belongs to the tunnel's VRF, what was in it to that of the
// tunnel interface.
//
// Counting: a drop is counted once, at the interface that the packet came in by,
// or, where a chosen out interface could not send it, at that one.
//
// Not implemented: neighbour discovery (the port finds the neighbour), routing of
// multicast (groups are punted, and replicated when the router itself sends to them),
// ICMP redirects, IP options and extension headers (carried, not acted upon), ICMP about
// reassembly, ECN by RFC 6040, flow labels of outer packets (zero), fragmentation
// before encryption (the outer packet is cut), ICMP about packets in ESP.
package dataplane

import (
	"net/netip"
	"sync/atomic"
)

// Headroom is the space in bytes that a Packet keeps in front of its data so
// that outer headers are written in place.
const Headroom = 128

// An IfKind is the kind of an interface.
type IfKind uint8

// The kinds of interface.
const (
	Physical IfKind = iota
	Loopback
	TunnelGRE // point to point or multipoint
	Null
)

// An Interface is the forwarding configuration of one interface. It is
// immutable but for Counters.
type Interface struct {
	Name           string
	Index          int  // position in Snapshot.Interfaces; set by NewSnapshot
	vrf, under     *vrf // its table, and that of its tunnel's packets; set by NewSnapshot
	six            bool // has an IPv6 address; set by NewSnapshot
	Kind           IfKind
	Up             bool           // line protocol
	Addrs          []netip.Prefix // the router's own addresses with their masks
	MTU            int            // of the link, bytes
	IPMTU          int            // of IPv4 packets, "ip mtu"; never above MTU
	IP6MTU         int            // of IPv6 packets, "ipv6 mtu"; never above MTU
	MSS            int            // "ip tcp adjust-mss"; 0: off
	MSS6           int            // "ipv6 tcp adjust-mss"; 0: off
	VRF            int            // number of its table; 0: the global one
	Redirect       bool           // ip nhrp redirect
	Redirect6      bool           // ipv6 nhrp redirect
	NetworkID      uint32         // NHRP network of IPv4; 0: none
	NetworkID6     uint32         // NHRP network of IPv6; 0: none
	NoUnreachables bool           // "no ip unreachables"
	NoUnreachable6 bool           // "no ipv6 unreachables"

	Tunnel   *Tunnel         // TunnelGRE only
	Counters *Counters       // kept over snapshots; NewSnapshot gives new ones where nil
	Capture  []*CapturePoint // of IP packets; on a tunnel of those within it
}

// A Tunnel is the GRE part of a tunnel interface.
type Tunnel struct {
	VRF        int        // number of the table of the outer packets, "tunnel vrf"; 0: the global one
	Source     netip.Addr // zero: the source has no address, nothing is sent; its family is that of the outer packets
	Dest       netip.Addr // point to point; zero on multipoint
	Multipoint bool
	HasKey     bool
	Key        uint32
	Checksum   bool
	TTL        uint8 // outer; 255
	TOS        int   // outer; -1: copied from the inner packet
	DF         bool  // tunnel path-mtu-discovery: inner DF is copied; IPv6 packets have it
	Protected  bool  // fail closed: nothing is sent or accepted in clear
	// NHRPWhenDown lets NHRP pass while the interface is down for want of a
	// registration ("if-state nhrp"). Leave it clear on a tunnel that is shut down.
	NHRPWhenDown bool
	// Peers holds the adjacencies of next hops of both families, of multipoint tunnels.
	// A nil table has none.
	Peers *PeerTable
	// Multicast and Multicast6 are where packets to groups and broadcast addresses go, of
	// multipoint tunnels.
	Multicast, Multicast6 []*Adjacency
	// Fallback and Fallback6 are where packets go while their next hop is being resolved;
	// nil: they are dropped.
	Fallback, Fallback6 *Adjacency
}

// An Adjacency is a tunnel peer: a next hop with its NBMA address. It is
// immutable but for its counters.
type Adjacency struct {
	NBMA    netip.Addr
	NextHop netip.Addr // protocol address; zero for multicast destinations
	// Port tells the peer from others at the same NBMA address, on protected tunnels: its
	// ESP packets come from that UDP port of a NAT box. 0: there are no others.
	Port    uint16
	Packets atomic.Uint64
	Bytes   atomic.Uint64
}

// A Snapshot is everything that forwarding needs. Build one with NewSnapshot.
type Snapshot struct {
	Interfaces []*Interface
	// IPv6 says that IPv6 packets of others are forwarded: "ipv6 unicast-routing".
	IPv6 bool
	// Machine says that the stack of the machine forwards between its own
	// interfaces: what leaves a tunnel for one of them goes there untouched.
	Machine bool
	// SADB holds the security associations of protected tunnels; nil: there are none.
	SADB *SADB
	// Control captures what goes to the router itself and what it sends; NHRP with
	// GRE and outer header, in clear.
	Control []*CapturePoint
	index   // look-up tables made by NewSnapshot
}

// A Packet is one packet on its way. Data holds an IP packet.
type Packet struct {
	Buf     []byte     // the whole buffer
	Off     int        // where the packet begins in Buf
	Len     int        // bytes
	If      int        // interface that it came in by, or goes out by; index in the Snapshot
	NextHop netip.Addr // out: the neighbour on If, or the group that the packet goes to
	// From is the NBMA address of the tunnel peer that sent it; zero if it came in clear on a physical interface.
	From netip.Addr
	// In is, out, the interface that the packet came in by, and -1 of one that the
	// router made.
	In int
	// Outer says, out, that the packet carries another through a tunnel.
	Outer bool
	// VRF is, out, the number of the table that the packet was looked up in.
	VRF int32
}

// Data returns the bytes of the packet.
func (p *Packet) Data() []byte { return p.Buf[p.Off : p.Off+p.Len] }

// A PuntReason says why a packet went to the router itself.
type PuntReason uint8

// The reasons for a punt.
const (
	PuntLocal      PuntReason = iota // addressed to the router (IP payload is not GRE of a tunnel of ours), or to a multicast group
	PuntNHRP                         // NHRP packet from a tunnel; Data begins after the GRE header, From is the outer source
	PuntGlean                        // no adjacency for NextHop on tunnel If; a copy, the packet itself went to the fallback or was dropped; once for a next hop in a call
	PuntHairpin                      // redirect wanted: came in by tunnel If from From, left by tunnel Out; the first 128 bytes as they came in, once for a pair of addresses in a call
	PuntFragNeeded                   // reserved for the underlay's ICMP
	PuntNoSA                         // no association takes packets to From by the protected tunnel If; no Data; once for a peer in a call
	PuntUnknownSPI                   // ESP packet from Remote to Local with an SPI that no association has; no Data; seldom
	PuntClear                        // GRE in clear from Remote to Local for the protected tunnel If; no Data; seldom
	PuntMoved                        // the peer of the association SPI sends from Remote now: its NAT box moved it; no Data; seldom
	PuntIKE                          // IKE message from Remote to Local, without the non-ESP marker
)

// A Punt is a packet for the router itself. Its bytes are valid until the next
// Reset or Forward.
type Punt struct {
	Reason PuntReason
	If     int
	Out    int        // PuntHairpin
	From   netip.Addr // NBMA address of the tunnel peer
	// FromPort tells it from others behind its NAT box, on protected tunnels; 0: there are none.
	FromPort uint16
	Dst      netip.Addr // PuntNHRP: outer destination
	NextHop  netip.Addr // PuntGlean
	// Local and Remote are the ends of the outer packet, with ports of UDP: of PuntNoSA to PuntIKE.
	Local, Remote netip.AddrPort
	SPI           uint32 // PuntUnknownSPI, PuntMoved; PuntNHRP by a protected tunnel
	Data          []byte
}

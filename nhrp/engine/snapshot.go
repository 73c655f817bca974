package engine

import (
	"net/netip"
	"slices"
	"time"

	"axle/nhrp"
)

// A Snapshot is a copy of an engine's state, for showing.
type Snapshot struct {
	Tunnels []TunnelState // by name
}

// A TunnelState is the NHRP state of one tunnel.
type TunnelState struct {
	Tunnel
	Entries                   []Entry // by prefix, local ones last
	Servers                   []Server
	Multicast                 []MulticastDest
	Sent, Received, Forwarded Traffic
	Usage                     int // percent of MaxSend
}

// An EntryType tells how an entry of the cache was made.
type EntryType uint8

// The types of entries.
const (
	Static EntryType = iota
	Dynamic
	Incomplete
)

// EntryFlags are the flags of an entry, in the order in which IOS prints them.
type EntryFlags uint16

// The flags, printed as: authoritative unique registered router used nhop rib
// nho local implicit negative nat bfd temporary. rib and nho are added by who
// knows the routing table.
const (
	FlagAuthoritative EntryFlags = 1 << iota
	FlagUnique
	FlagRegistered
	FlagRouter
	FlagUsed
	FlagNextHop
	FlagRIB // installed as a route of its own
	FlagNHO // overrides the next hop of a route
	FlagLocal
	FlagImplicit
	FlagNegative
	FlagNAT
	FlagBFD
	FlagTemporary
)

// A PeerState is the state of a tunnel to a peer, as "show dmvpn" names it.
type PeerState uint8

// The states of a peer, from the ground up.
const (
	PeerInterfaceDown PeerState = iota // INTF
	PeerIKE                            // IKE: also entries without socket
	PeerIPsec                          // IPSEC
	PeerNHRP                           // NHRP: not registered
	PeerUp                             // UP
)

// An Entry is one mapping of the cache.
type Entry struct {
	Prefix     netip.Prefix // the target
	NextHop    netip.Addr
	NBMA       netip.Addr // zero while unknown
	Claimed    netip.Addr // behind NAT: the address that the client claims; else zero
	Type       EntryType
	Flags      EntryFlags
	NoSocket   bool
	Created    time.Time
	Expires    time.Time // zero: never
	State      PeerState
	Since      time.Time // of State; zero: never changed
	Hits       uint64    // packets that asked for an incomplete or negative entry
	Requesters []Requester
}

// A Requester asked for a local entry.
type Requester struct {
	Addr      netip.Addr
	RequestID uint32
}

// A Server is the state of a next hop server.
type Server struct {
	ServerConfig
	NBMA                   netip.Addr // as resolved; zero: unknown
	Expecting              bool       // E
	Responding             bool       // R
	Waiting                bool       // W
	Sent, Failed, Received uint64
	LastReply              time.Time
	Pending                bool // a request is unanswered
	RequestID              uint32
	Retry                  time.Duration // the retransmission interval in force
}

// A MulticastDest is one destination of multicast packets.
type MulticastDest struct {
	NBMA netip.Addr
	Kind MulticastKind
}

// A MulticastKind tells where a multicast destination comes from.
type MulticastKind uint8

// The kinds.
const (
	MulticastStatic MulticastKind = iota
	MulticastDynamicClient
	MulticastNHS
)

// Traffic counts messages by type.
type Traffic struct {
	Count      [nhrp.TrafficIndication + 1]uint64 // by nhrp.Op
	Suppressed uint64                             // redirects that the rate limit kept back
	Errors     uint64                             // malformed, unauthenticated or refused
}

// Snapshot returns a copy of the engine's state.
func (e *Engine) Snapshot(now time.Time) Snapshot {
	var s Snapshot
	for _, name := range e.names {
		s.Tunnels = append(s.Tunnels, e.tunnels[name].snapshot(now))
	}
	return s
}

// snapshot returns a copy of the tunnel's state.
func (t *tunnel) snapshot(now time.Time) TunnelState {
	s := TunnelState{
		Tunnel: t.cfg, Sent: t.sent, Received: t.received, Forwarded: t.forwarded,
		Multicast: t.mcast.list(t),
		Usage:     t.limit.percent(now, t.cfg.MaxSend, t.cfg.MaxSendEvery),
	}
	t.e.now = now
	for _, x := range sorted(t.cache.remote) {
		t.observe(x)
		s.Entries = append(s.Entries, t.show(x))
	}
	for _, x := range sorted(t.cache.local) {
		s.Entries = append(s.Entries, t.show(x))
	}
	for _, v := range t.servers.list {
		s.Servers = append(s.Servers, v.show())
	}
	return s
}

// show returns what x looks like from outside.
func (t *tunnel) show(x *entry) Entry {
	out := x.Entry
	out.Requesters = slices.Clone(x.Requesters)
	if t.inUse(x) {
		out.Flags |= FlagUsed
	}
	switch {
	case !t.running:
		out.State = PeerInterfaceDown
	case x.origin == unresolved, x.origin == fromAnswer:
		out.State = PeerIKE
	case x.origin == fromConfig:
		out.State, out.Since = t.staticState(x)
	default:
		out.State = PeerUp
	}
	return out
}

// staticState returns the state of a static entry: that of the server which it
// is for.
func (t *tunnel) staticState(x *entry) (PeerState, time.Time) {
	for _, s := range t.servers.list {
		if s.addr == x.NextHop && x.Prefix.IsSingleIP() {
			if s.up {
				return PeerUp, s.since
			}
			return PeerNHRP, s.since
		}
	}
	return PeerNHRP, time.Time{}
}

// show returns what s looks like from outside.
func (s *server) show() Server {
	out := Server{
		ServerConfig: s.cfg, NBMA: s.nbma,
		Expecting: s.active, Responding: s.active && s.up, Waiting: !s.active,
		Sent: s.sent, Failed: s.failures, Received: s.received, LastReply: s.lastReply,
		Pending: s.pending, RequestID: s.id, Retry: s.retry,
	}
	out.ServerConfig.Addr = s.addr
	return out
}

package engine

import (
	"net/netip"
	"slices"
	"time"

	"axle/ipsec"
	"axle/ipsec/ikev1"
	"axle/ipsec/suite"
)

// A Snapshot is what an operator may see. There is no key in it.
type Snapshot struct {
	SAs     []SA      // oldest first
	Deleted []Deleted // of the last minute, oldest first
	Sockets []Session // by addresses
	Stats   Stats
}

// An SA is an ISAKMP SA, under way or established.
type SA struct {
	ID            int // connection ID, from 1001; 0 before there are keys
	VRF           string
	Local, Remote netip.AddrPort
	Initiator     bool
	State         string // "QM_IDLE"
	Profile       string // of ISAKMP; "": none
	Identity      string // of the peer, when it is authenticated
	Policy        ikev1.Phase1
	Until         time.Time // end of its life; zero: not established
	DPD           bool      // the peer is asked whether it lives
	NAT           bool      // there is a NAT box between
}

// A Deleted is an ISAKMP SA that is no more.
type Deleted struct {
	ID            int
	VRF           string
	Local, Remote netip.Addr
	Initiator     bool
	At            time.Time
}

// A Session is a socket with what protects it.
type Session struct {
	Socket   ipsec.Socket
	Profile  string // of IPsec
	Wanted   bool   // by a tunnel
	Busy     bool   // an exchange is under way
	Up       bool
	Since    time.Time // of being up
	Identity string    // of the peer; "": not known
	Children []Child   // oldest first
}

// A Child is a pair of SAs, without its keys.
type Child struct {
	ID              uint64
	InSPI, OutSPI   uint32
	Local, Remote   netip.AddrPort // of UDP encapsulation; the ports are 0 without
	LocalID, PeerID netip.Prefix   // selectors
	Encryption      suite.Encryption
	KeyBits         int
	Integrity       suite.Integrity
	Tunnel          bool
	Group           suite.Group // of perfect forward secrecy
	ESN             bool
	Window          int
	Active          bool // it sends
	Since, Hard     time.Time
	Bytes           uint64 // that each SA may carry; 0: no limit
	Use             ipsec.Use
}

// Stats counts what happened since the engine was made.
type Stats struct {
	Received, Sent        uint64 // messages
	Malformed, BadHash    uint64 // messages that were thrown away
	Unknown, Unexpected   uint64 // the same: no SA, or not now
	Ignored, Limited      uint64 // the same: nobody asked for it, or too many
	Hints                 uint64 // unprotected news
	Repeated              uint64 // answered from memory
	Retransmitted         uint64
	Begun, Answered       uint64 // phases 1, by us and by others
	Established           uint64
	Refused, AuthFailed   uint64
	TimedOut              uint64 // exchanges
	QuickBegun, QuickDone uint64
	QuickFailed           uint64
	Children              uint64
	Failed                uint64 // attempts for sockets
	Probes, Dead          uint64 // of liveness
}

// Snapshot returns what an operator may see.
func (e *Engine) Snapshot(now time.Time) Snapshot {
	e.begin(now)
	v := Snapshot{Stats: e.stats}
	for _, s := range e.all() {
		v.SAs = append(v.SAs, s.shown())
	}
	for _, d := range e.deleted {
		if now.Sub(d.At) < deletedTime {
			v.Deleted = append(v.Deleted, d)
		}
	}
	for _, x := range e.sorted() {
		v.Sockets = append(v.Sockets, x.shown())
	}
	return v
}

// sorted returns the sockets by addresses.
func (e *Engine) sorted() []*socket {
	list := make([]*socket, 0, len(e.sockets))
	for _, x := range e.sockets {
		list = append(list, x)
	}
	slices.SortFunc(list, func(a, b *socket) int {
		if c := a.key.Remote.Compare(b.key.Remote); c != 0 {
			return c
		}
		if c := a.key.Local.Compare(b.key.Local); c != 0 {
			return c
		}
		if c := int(a.key.Port) - int(b.key.Port); c != 0 {
			return c
		}
		return slices.Compare([]byte(a.key.VRF), []byte(b.key.VRF))
	})
	return list
}

// shown returns what may be seen of an SA.
func (s *sa) shown() SA {
	v := SA{
		ID: s.number, VRF: s.vrf, Local: s.local, Remote: s.remote, Initiator: s.initiator, State: s.state(),
		Profile: s.profile, Policy: s.policy, Until: s.until, NAT: s.behindNAT(),
	}
	if s.established() {
		v.Identity = s.name
		v.DPD = s.livenessOf().Interval > 0
	}
	return v
}

// shown returns what may be seen of a socket.
func (x *socket) shown() Session {
	v := Session{Socket: x.key, Profile: x.profile, Wanted: x.wanted, Busy: x.busy, Up: x.up}
	if x.up {
		v.Since = x.since
	}
	for _, c := range x.children {
		v.Identity = c.identity
		v.Children = append(v.Children, c.shown())
	}
	return v
}

// shown returns what may be seen of a child.
func (c *child) shown() Child {
	return Child{
		ID: c.id, InSPI: c.in.SPI, OutSPI: c.out.SPI, Local: netip.AddrPortFrom(c.in.Dst, c.in.DstPort), Remote: netip.AddrPortFrom(c.in.Src, c.in.SrcPort),
		LocalID: c.localID.Prefix(), PeerID: c.remoteID.Prefix(),
		Encryption: c.in.Encryption, KeyBits: c.in.KeyBits, Integrity: c.in.Integrity, Tunnel: c.in.Tunnel, Group: c.group,
		ESN: c.in.ESN, Window: c.in.Window, Active: c.active, Since: c.since, Hard: c.hard.At(), Bytes: c.bytes, Use: c.use,
	}
}

// bury remembers an SA that is dropped, so that it can be shown as deleted.
func (e *Engine) bury(s *sa) {
	keep := e.deleted[:0]
	for _, d := range e.deleted {
		if e.now.Sub(d.At) < deletedTime {
			keep = append(keep, d)
		}
	}
	if len(keep) == MaxDeleted {
		keep = keep[:copy(keep, keep[1:])]
	}
	e.deleted = append(keep, Deleted{s.number, s.vrf, s.local.Addr(), s.remote.Addr(), s.initiator, e.now})
}

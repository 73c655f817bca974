package engine

import (
	"net/netip"
	"time"

	"axle/ipsec"
	"axle/ipsec/ikev2"
	"axle/ipsec/suite"
)

// A Snapshot is what an operator may see of an engine.
type Snapshot struct {
	SAs     []SA     // oldest first
	Sockets []Socket // by VRF and addresses
	Stats   Stats
}

// An SA is an IKE SA. The words are those of "show crypto ikev2 sa detailed".
type SA struct {
	ID            int // Tunnel-id
	VRF           string
	Local, Remote netip.AddrPort
	Status        string // "IN-NEG", "READY", "REKEY", "DELETE"
	Description   string
	Profile       string
	Cipher        Cipher
	PRF           suite.PRF
	Integrity     suite.Integrity
	Group         suite.Group
	Additional    []suite.Group
	Sign, Verify  Method
	Lifetime      time.Duration
	Active        time.Duration // since it was established
	LocalSPI      ikev2.SPI
	RemoteSPI     ikev2.SPI
	LocalID       string // value alone
	RemoteID      string
	Initiator     bool
	LocalNext     uint32 // message id of our next request
	RemoteNext    uint32 // message id that the peer's next request has
	Queued        int    // requests of ours that wait
	DPD           ipsec.Liveness
	Fragments     bool // the peer takes them
	NATPeer       bool // the peer is behind a NAT box
	NATSelf       bool
	PPK           bool
	Children      []Child
}

// A Child is a pair of ESP SAs.
type Child struct {
	ID           uint64
	Socket       ipsec.Socket
	Profile      string // of IPsec
	In, Out      uint32 // SPIs
	Tunnel       bool
	UDP          bool // encapsulated
	Cipher       Cipher
	Integrity    suite.Integrity
	Group        suite.Group // of its own key exchange
	ESN          bool
	Initiator    bool
	State        string // "ACTIVE", "REKEYED", "DELETING"
	Sends        bool
	Since        time.Time
	Soft, Hard   time.Time // zero: never
	Bytes        uint64    // that it may carry; 0: no limit
	Use          ipsec.Use
	ReplayWindow int
}

// A Socket is the protection of GRE with one peer.
type Socket struct {
	Key     ipsec.Socket
	Profile string // of IPsec
	Wanted  bool
	// Status is a word of "show crypto session": "UP-ACTIVE", "UP-NO-IKE",
	// "DOWN-NEGOTIATING", "DOWN".
	Status string
	Reason string // why it is down
	Peer   ipsec.Peer
	Since  time.Time
}

// Stats counts what an engine has done.
type Stats struct {
	Sent, Received  uint64 // datagrams
	Malformed       uint64
	UnknownSPI      uint64
	BadICV          uint64
	OutOfWindow     uint64
	Repeated        uint64 // requests of the peer that came again
	Retransmitted   uint64 // requests of ours
	Timeouts        uint64
	Unexpected      uint64 // requests out of place
	Refused         uint64 // CREATE_CHILD_SA
	Ignored         uint64 // first requests that nobody expects, or too many from one source
	Limited         uint64 // by a limit on SAs
	Cookies         uint64 // asked for
	Dropped         uint64 // tasks for which the queue had no room
	Established     uint64
	Aborted         uint64
	AuthFailed      uint64
	HalfOpenExpired uint64
	Rekeys          uint64 // of IKE SAs, by us
	ChildRekeys     uint64
	Collisions      uint64
	Temporary       uint64 // TEMPORARY_FAILUREs received
	Expired         uint64 // children whose lifetime ended
	Moves           uint64 // addresses of peers that changed
	ProbesIn        uint64
	ProbesOut       uint64
}

// Snapshot returns what an operator may see.
func (e *Engine) Snapshot(now time.Time) Snapshot {
	var out Snapshot
	for _, s := range e.list() {
		out.SAs = append(out.SAs, s.snapshot(now))
	}
	for _, x := range e.socketList() {
		out.Sockets = append(out.Sockets, x.snapshot())
	}
	out.Stats = e.stats
	return out
}

func (s *sa) snapshot(now time.Time) SA {
	x := SA{
		ID: s.number, VRF: s.path.vrf, Local: s.path.local, Remote: s.path.remote,
		Cipher: s.suite.cipher, PRF: s.suite.prf, Integrity: s.suite.integrity, Group: s.suite.group,
		Sign: s.signed, Verify: s.verified, LocalSPI: s.ours, RemoteSPI: s.theirs,
		LocalID: s.self.value(), RemoteID: s.peer.value(), Initiator: s.initiator,
		LocalNext: s.next, RemoteNext: s.expect, Queued: len(s.queue), DPD: s.liveness(),
		Fragments: s.fragmented, NATPeer: s.natPeer, NATSelf: s.natSelf, PPK: s.ppk,
	}
	x.Status, x.Description = s.status()
	for _, a := range s.suite.additional {
		x.Additional = append(x.Additional, a.group)
	}
	if s.profile != nil {
		x.Profile = s.profile.Name
	}
	if s.state >= stateEstablished {
		x.Lifetime, x.Active = s.expiry.Sub(s.since), now.Sub(s.since)
	}
	for _, c := range s.children {
		x.Children = append(x.Children, c.snapshot())
	}
	return x
}

// status returns the word of IOS for the state, and a description.
func (s *sa) status() (string, string) {
	switch s.state {
	case stateEstablished:
		if s.pending != nil {
			if _, ok := s.pending.task.(*rekeyTask); ok {
				return "REKEY", "Negotiation done"
			}
		}
		return "READY", "Negotiation done"
	case stateReplaced, stateDeleting, stateDead:
		return "DELETE", "Deleting IKE SA"
	case stateInit:
		return "IN-NEG", "Initiator waiting for INIT response"
	case stateAuth:
		return "IN-NEG", "Initiator waiting for AUTH response"
	}
	return "IN-NEG", "Responder waiting for AUTH request"
}

func (c *child) snapshot() Child {
	x := Child{
		ID: c.id, Socket: c.sock.key, Profile: c.profile.Name, In: c.in, Out: c.out, Tunnel: c.tunnel,
		UDP: c.sa.encapsulates(), Cipher: c.suite.cipher, Integrity: c.suite.integrity, Group: c.suite.group,
		ESN: c.suite.esn, Initiator: c.initiator, State: "ACTIVE", Sends: c.sends, Since: c.since, Soft: c.soft, Hard: c.hard,
		Bytes: c.profile.Bytes, Use: c.use, ReplayWindow: c.profile.Window,
	}
	switch c.state {
	case childReplaced:
		x.State = "REKEYED"
	case childDeleting:
		x.State = "DELETING"
	}
	return x
}

func (x *socket) snapshot() Socket {
	out := Socket{Key: x.key, Profile: x.profile, Wanted: x.wanted, Reason: x.reason, Peer: x.peer, Since: x.since, Status: "DOWN"}
	switch {
	case x.up && x.children[0].sa.state == stateDead:
		out.Status = "UP-NO-IKE"
	case x.up:
		out.Status = "UP-ACTIVE"
	case x.trying != nil || x.asking != nil || x.retry.Running():
		out.Status = "DOWN-NEGOTIATING"
	}
	return out
}

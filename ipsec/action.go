package ipsec

import (
	"net/netip"
	"time"

	"axle/internal/event"
	"axle/ipsec/esp"
)

// An Action is something that the owner of a key exchange shall do. Actions are
// done in order.
type Action interface{ action() }

type (
	// Send sends an IKE message. From and to port 4500 the owner puts the
	// non-ESP marker in front; Data is without it (RFC 3948 §2.2).
	Send struct {
		VRF           string
		Local, Remote netip.AddrPort
		Data          []byte
	}
	// Keepalive sends one byte of 0xff, so that a NAT box keeps its mapping
	// (RFC 3948 §2.3).
	Keepalive struct {
		VRF           string
		Local, Remote netip.AddrPort
	}
	// Install makes the pair of SAs of a child receive, and, with Outbound, send.
	// Of the children of one socket that send, the newest does.
	Install struct {
		Child    Child
		Outbound bool
	}
	// Activate makes a child send that was installed without Outbound.
	Activate struct{ ID uint64 }
	// Move changes the peer's address of a child: a NAT box gave it another one.
	Move struct {
		ID     uint64
		Remote netip.AddrPort
	}
	// Remove ends both SAs of a child. Its keys are to be forgotten.
	Remove struct{ ID uint64 }
	// Up says that a socket has its first child.
	Up struct {
		Socket Socket
		Peer   Peer
	}
	// Down says that a socket has no child any more, or that the attempt to get
	// one failed.
	Down struct {
		Socket Socket
		Reason string
	}
	// Log logs an event.
	Log struct{ Event event.Event }
	// Tell prints lines of "debug crypto ...". There is no secret in them.
	Tell struct {
		Category Debug
		Text     string // lines, each ended by "\n"
	}
)

// A Peer is who the other end of a socket has proved to be.
type Peer struct {
	// Identity is its kind and value, "address 203.0.113.11", "fqdn spoke1.lab"; equal
	// strings are the same peer.
	Identity string
	Remote   netip.AddrPort // where its IKE messages come from
	// Claimed is the address that the peer itself thinks it has: another one
	// than Remote's behind a NAT box.
	Claimed netip.Addr
}

// A Child is a pair of SAs that protects a socket: a child SA of IKEv2, or what a
// quick mode of IKEv1 made.
type Child struct {
	ID      uint64 // of the engine; never used again
	Socket  Socket
	Profile string // of IPsec
	In, Out esp.Params
	Since   time.Time
	Soft    time.Time // when it is to be replaced; zero: never
	Hard    time.Time // when it ends; zero: never
}

// A Use is what an SA pair has carried. The owner reports it from time to time.
type Use struct {
	ID                uint64
	InBytes, OutBytes uint64
	InPackets         uint64
	OutPackets        uint64
	Last              time.Time // of the last packet in either direction; zero: none
}

// Debug is a set of categories of debug output.
type Debug uint8

// The categories, as "debug crypto" names them.
const (
	DebugIKEv2 Debug = 1 << iota
	DebugIsakmp
	DebugIPsec
)

func (Send) action()      {}
func (Keepalive) action() {}
func (Install) action()   {}
func (Activate) action()  {}
func (Move) action()      {}
func (Remove) action()    {}
func (Up) action()        {}
func (Down) action()      {}
func (Log) action()       {}
func (Tell) action()      {}

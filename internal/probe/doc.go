// Package probe is the small host that every router and every host of the lab
// has: it answers echo requests and UDP to closed ports, and it runs ping and
// traceroute.
//
// All of it is plain state: packets and the time come in, packets and results
// go out. It knows both families, ICMP and UDP; there is no TCP.
package probe

import (
	"net/netip"
	"time"
)

// A Kind says how a probe was answered.
type Kind uint8

// The kinds of answer.
const (
	Reply       Kind = iota // echo reply, or port unreachable from traceroute's target
	Timeout                 // nothing in time
	Unreachable             // destination unreachable; Code tells which
	FragNeeded              // unreachable because of DF
	TTLExceeded             // time exceeded
	OtherICMP               // another ICMP error
)

// A Result is the answer to one probe.
type Result struct {
	Kind Kind
	From netip.Addr    // who answered; zero for Timeout
	Code uint8         // of Unreachable, RFC 792
	RTT  time.Duration // 0 for Timeout
	TTL  int           // traceroute: of the probe; ping: of the answer
	Seq  int           // from 0
	Size int           // bytes of the answer's IP packet
}

// minTimeout is the shortest time that is waited for an answer: with none at
// all, time would stand still between two probes.
const minTimeout = time.Millisecond

// A Send takes a packet on its way. It may not keep it.
type Send func(packet []byte)

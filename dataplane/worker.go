package dataplane

import (
	"net/netip"

	"axle/internal/ip"
)

// Limits of a worker.
const (
	// maxArena bounds the bytes of copies, fragments and messages of one call.
	maxArena = 32 << 20
	// maxHairpins, maxGleans and maxTimeExceeded bound what one call punts
	// or answers.
	maxHairpins     = 16
	maxGleans       = 32
	maxTimeExceeded = 64
	// maxNesting is how many tunnels a packet may have come through, or go into.
	maxNesting = 2
)

// unreachableEvery is the time between two ICMP unreachables, and between two
// "fragmentation needed", in nanoseconds: "ip icmp rate-limit unreachable" of IOS.
const unreachableEvery = 500_000_000

// A Worker forwards packets. It owns its buffers and is used by one goroutine at
// a time; several workers may use one Snapshot.
//
// What Out and Punts hold is valid until the next Reset or Forward, as long as
// the buffers of the packets that came in are left alone: a packet is changed and
// sent on in the buffer that it came in.
type Worker struct {
	Out   []Packet
	Punts []Punt
	// Captured holds copies of packets, and is valid for as long.
	Captured []Captured

	// Now is the time in nanoseconds of any clock that does not go back. The owner
	// sets it before each call.
	Now int64

	// Drops counts what belongs to no interface: packets that the router made
	// itself and that could not be routed.
	Drops [NumDropReasons]uint64

	arena  arena
	copies []byte                   // bytes of Captured
	piles  map[pile]*ip.Reassembler // of packets to the router; made when needed
	ident  uint16                   // IPv4 identification of packets made here

	ident6 uint32 // identification of IPv6 fragments made here; 0: not drawn yet

	unreachableAt int64 // no unreachable before
	fragNeededAt  int64 // no "fragmentation needed" before
	timeExceeded  int   // sent in this call
	errors6       bucket
	hairpins      []pair
	gleans        []glean

	recent          recent
	wanted          []wanted
	complaints      []complaint
	complaintsUntil int64 // when they are forgotten
}

// A pair is the addresses of a packet, one behind the other.
type pair [4]uint64

// A glean is a next hop that was punted in this call.
type glean struct {
	out  int
	next netip.Addr
}

// NewWorker returns a worker with empty buffers.
func NewWorker() *Worker { return &Worker{} }

// Reset empties Out, Punts and Captured, and takes back their buffers.
func (w *Worker) Reset() {
	w.Out, w.Punts = w.Out[:0], w.Punts[:0]
	w.Captured, w.copies = w.Captured[:0], w.copies[:0]
	w.hairpins, w.gleans, w.wanted = w.hairpins[:0], w.gleans[:0], w.wanted[:0]
	w.timeExceeded = 0
	w.arena.reset()
}

// Forward handles a batch of packets that ports received. It begins with Reset,
// so the owner has taken before what Originate left in Out. The packets of in may
// be changed.
func (w *Worker) Forward(s *Snapshot, in []Packet) {
	w.Reset()
	for i := range in {
		p := &in[i]
		f := s.iface(p.If)
		switch {
		case f == nil:
			w.drop(nil, DropNoInterface)
			continue
		case p.Off < 0 || p.Len < 0 || p.Off > len(p.Buf)-p.Len:
			w.drop(f, DropMalformed)
			continue
		}
		w.input(s, &transit{buf: p.Buf, off: p.Off, n: p.Len, in: f, vrf: f.vrf, from: p.From})
	}
}

// origin is where a packet comes from.
type origin uint8

const (
	byOther  origin = iota // received: to be forwarded
	byHost                 // made by the router's own host
	byTunnel               // the outer packet of a tunnel
	byICMP                 // an ICMP error that the worker made
	byStack                // from the machine's stack, which has taken its hop off
)

// A transit is one packet on its way through the worker.
type transit struct {
	buf    []byte
	off, n int
	in     *Interface // nil: made by the router
	vrf    *vrf       // where it is looked up
	from   netip.Addr // NBMA address of the tunnel peer
	sa     *SAPair    // that the packet came by, on its way out of a tunnel
	origin origin
	decaps uint8 // tunnels that it came through
	encaps uint8 // tunnels that it went into

	fromPort uint16 // of the NAT box in front of from; 0: none
}

// data returns the bytes: a checked IP packet behind input.
func (t *transit) data() []byte { return t.buf[t.off : t.off+t.n] }

// packet returns the bytes of an IPv4 packet.
func (t *transit) packet() ip.IPv4 { return ip.IPv4(t.data()) }

// copied returns a transit over a copy of b with room around it.
func (w *Worker) copied(b []byte) (transit, bool) {
	buf := w.arena.take(Headroom + len(b) + Tailroom)
	if buf == nil {
		w.drop(nil, DropLimit)
		return transit{}, false
	}
	copy(buf[Headroom:], b)
	return transit{buf: buf, off: Headroom, n: len(b)}, true
}

// drop counts a packet that came in by f and goes nowhere.
func (w *Worker) drop(f *Interface, r DropReason) {
	if f == nil {
		w.Drops[r]++
		return
	}
	f.Counters.Drops[r].Add(1)
	if r.input() {
		f.Counters.InErrors.Add(1)
	}
}

// fail counts a packet that could not leave by f.
func (w *Worker) fail(f *Interface, r DropReason) {
	f.Counters.Drops[r].Add(1)
	f.Counters.OutErrors.Add(1)
}

// punt hands a packet to the router.
func (w *Worker) punt(p Punt) { w.Punts = append(w.Punts, p) }

package lab

import (
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"time"

	"axle/internal/ip"
)

// An Impairment is what a link does to packets. The zero value does nothing.
type Impairment struct {
	Delay     time.Duration // one way
	Jitter    time.Duration // added, uniformly from 0 to Jitter; packets stay in order unless Reorder says otherwise
	Loss      float64       // share of packets that are lost, 0 to 1
	Duplicate float64       // share that arrives twice
	Reorder   float64       // share that is overtaken by later packets
	MTU       int           // bytes; 0 means no limit. Larger packets are fragmented, or lost where DF forbids it
	Rate      int64         // bits per second and direction; 0 means no limit
}

// Limits of a link.
const (
	// queueLimit bounds what waits for a Rate: at each sender for the link's and
	// its own, at each receiver for its own.
	queueLimit = 1000 * 1500 // bytes
	// maxFlying and flyingPerPort bound the packets that are on a link's way at
	// once. More are lost: a routing loop that doubles packets does not fill the
	// memory.
	maxFlying     = 8192
	flyingPerPort = 8
)

// An endpoint is something that a link is plugged into.
type endpoint interface {
	// owns reports whether packets to the address are for this endpoint.
	owns(a netip.Addr) bool
	// receive takes a packet; it may keep it.
	receive(packet []byte)
	// carrier tells that the link came up or went down.
	carrier(up bool)
}

// A port is one end of a link.
type port struct {
	link *link
	end  endpoint
	name string // "spoke1 GigabitEthernet0/0"
	node string
	imp  Impairment // of this end, added to the link's
	up   bool
	out  pace // of what this end sends
	in   pace // of what this end receives

	last  map[*port]time.Time // when the last packet to a receiver arrives: keeps the order
	prune int                 // size of last at which what is past is forgotten
}

// A link joins ports: two make a line, more a cloud.
type link struct {
	lab   *Lab
	name  string
	imp   Impairment
	ports []*port
	cut   bool
	owner map[addr]*port // a guess at who owns an address, checked when used
	rnd   *rand.Rand
	tap   *tap // nil: nobody captures

	flying int // packets on their way

	sent, lost, unknown, tooBig uint64
	crowded                     uint64 // lost because too many were on their way
}

// A pace is a queue before something with a rate.
type pace struct{ free time.Time }

// take puts a packet into the queue and returns when its last bit has left it.
// ok is false where the queue is full. A rate of 0 takes no time.
func (p *pace) take(now time.Time, rate int64, size int) (left time.Time, ok bool) {
	if rate <= 0 {
		return now, true
	}
	if p.free.Before(now) {
		p.free = now
	}
	left = p.free.Add(transmission(size, rate))
	if left.Sub(now) > transmission(queueLimit, rate) {
		return now, false
	}
	p.free = left
	return left, true
}

// transmission returns how long bytes take at a rate.
func transmission(size int, rate int64) time.Duration {
	return time.Duration(size) * 8 * time.Second / time.Duration(rate)
}

// isUp reports whether the port can carry packets.
func (p *port) isUp() bool { return p.up && !p.link.cut }

// settle tells all ports' endpoints of the link's state after a cut or a heal.
func (l *link) settle() {
	for _, p := range l.ports {
		p.end.carrier(p.isUp())
	}
}

// transmit takes a packet from a port on its way. The bytes are copied.
func (l *link) transmit(from *port, nextHop netip.Addr, packet []byte) {
	if l.lab.raising {
		packet = slices.Clone(packet)
		l.lab.queue.push(l.lab.now, func() { l.transmit(from, nextHop, packet) })
		return
	}
	if !from.isUp() {
		return
	}
	if l.tap != nil {
		l.tap.packet(l.lab.now, packet)
	}
	if !nextHop.IsValid() {
		to, ok := destinationOf(packet)
		if !ok {
			return
		}
		nextHop = to
	}
	if nextHop.IsMulticast() || nextHop == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
		for _, p := range l.ports {
			if p != from {
				l.carry(from, p, packet)
			}
		}
		return
	}
	if to := l.find(from, nextHop); to != nil {
		l.carry(from, to, packet)
		return
	}
	l.unknown++
}

// destinationOf returns where an IP packet goes.
func destinationOf(packet []byte) (netip.Addr, bool) {
	if p, err := ip.ParseIPv6(packet); err == nil {
		return p.Dst(), true
	}
	p, err := ip.ParseIPv4(packet)
	if err != nil {
		return netip.Addr{}, false
	}
	return p.Dst(), true
}

// find returns the port whose endpoint owns an address.
func (l *link) find(from *port, a netip.Addr) *port {
	if p := l.owner[a]; p != nil && p != from && p.end.owns(a) {
		return p
	}
	delete(l.owner, a)
	for _, p := range l.ports {
		if p != from && p.end.owns(a) {
			l.owner[a] = p
			return p
		}
	}
	return nil
}

// carry brings a packet to a port, with all that the link does to it.
func (l *link) carry(from, to *port, packet []byte) {
	mtu := smallest(l.imp.MTU, from.imp.MTU, to.imp.MTU)
	if mtu == 0 || len(packet) <= mtu {
		l.carryOne(from, to, slices.Clone(packet))
		return
	}
	if packet[0]>>4 == 6 {
		l.tooBig++ // a real provider would answer; this one is silent
		return
	}
	p, err := ip.ParseIPv4(packet)
	if err != nil {
		return
	}
	f, err := ip.NewFragmenter(p, mtu)
	if err != nil {
		l.tooBig++ // DF: a real provider would answer; this one is silent
		return
	}
	for range f.Count() {
		b := make([]byte, mtu)
		l.carryOne(from, to, b[:f.Next(b)])
	}
}

// carryOne schedules the arrival of a packet.
func (l *link) carryOne(from, to *port, packet []byte) {
	l.sent++
	if l.chance(l.imp.Loss) || l.chance(from.imp.Loss) || l.chance(to.imp.Loss) {
		l.lost++
		return
	}
	at, ok := from.out.take(l.lab.now, slowest(l.imp.Rate, from.imp.Rate), len(packet))
	if !ok {
		l.lost++
		return
	}
	at = at.Add(l.imp.Delay + from.imp.Delay + to.imp.Delay + l.jitter(l.imp.Jitter+from.imp.Jitter+to.imp.Jitter))
	if l.chance(l.imp.Reorder) || l.chance(from.imp.Reorder) || l.chance(to.imp.Reorder) {
		at = at.Add(l.jitter(l.imp.Delay + time.Millisecond))
	} else {
		at = from.inOrder(to, at, l.lab.now)
	}
	l.fly(to, at, packet)
	if l.chance(l.imp.Duplicate) || l.chance(from.imp.Duplicate) || l.chance(to.imp.Duplicate) {
		l.fly(to, at, slices.Clone(packet))
	}
}

// minPrune is the smallest number of receivers whose past is looked through.
const minPrune = 64

// inOrder returns when a packet that would arrive at a time may do so: not
// before those that went to the same receiver earlier.
func (p *port) inOrder(to *port, at, now time.Time) time.Time {
	if last := p.last[to]; at.Before(last) {
		at = last
	}
	if p.last == nil {
		p.last, p.prune = map[*port]time.Time{}, minPrune
	}
	p.last[to] = at
	if len(p.last) >= p.prune { // what is left is about packets on their way: their number is bounded
		maps.DeleteFunc(p.last, func(_ *port, t time.Time) bool { return !t.After(now) })
		p.prune = max(minPrune, 2*len(p.last))
	}
	return at
}

// fly schedules the arrival of a packet at a port, and what its rate makes of
// it there.
func (l *link) fly(to *port, at time.Time, packet []byte) {
	if l.flying >= maxFlying+flyingPerPort*len(l.ports) {
		l.crowded++
		return
	}
	l.flying++
	l.lab.queue.push(at, func() {
		left, ok := to.in.take(l.lab.now, to.imp.Rate, len(packet))
		switch {
		case !ok:
			l.flying--
			l.lost++
		case left.After(l.lab.now):
			l.lab.queue.push(left, func() { l.land(to, packet) })
		default:
			l.land(to, packet)
		}
	})
}

// land gives a packet to the endpoint that it was for.
func (l *link) land(to *port, packet []byte) {
	l.flying--
	if to.isUp() {
		to.end.receive(packet)
	}
}

func (l *link) chance(p float64) bool { return p > 0 && l.rnd.Float64() < p }

func (l *link) jitter(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return time.Duration(l.rnd.Int64N(int64(d) + 1))
}

// smallest returns the smallest of the limits that are set.
func smallest(ns ...int) int {
	out := 0
	for _, n := range ns {
		if n > 0 && (out == 0 || n < out) {
			out = n
		}
	}
	return out
}

func slowest(ns ...int64) int64 {
	var out int64
	for _, n := range ns {
		if n > 0 && (out == 0 || n < out) {
			out = n
		}
	}
	return out
}

// An addr is an underlay address.
type addr = netip.Addr

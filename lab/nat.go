package lab

import (
	"math/rand/v2"
	"net/netip"
	"slices"

	"axle/internal/ip"
	"axle/internal/probe"
)

// A nat is a NAT box (RFC 4787, 5508): a router whose inside networks share the
// public address of its outside port. It answers echo requests to its own
// addresses. Packets come whole to the translation: fragments are put together
// first, in whatever order they come (RFC 4787 REQ-14).
type nat struct {
	lab     *Lab
	name    string
	hairpin bool
	outer   *natPort
	inner   []*natPort
	table   *mappingTable
	static  [2]map[netip.Addr]netip.Addr // by the end that is replaced: inside to outside, and back
	parts   *ip.Reassembler
	stack   probe.Stack
	id      uint16 // of packets that are made here

	out, in uint64 // translated
	drops   [len(verdicts)]uint64
}

// A natPort joins a NAT box to a link.
type natPort struct {
	nat     *nat
	addr    netip.Prefix
	gateway netip.Addr // for what is not in addr; zero: none
	port    *port
}

// A verdict says what became of a packet.
type verdict uint8

// What can become of a packet.
const (
	passed verdict = iota
	malformed
	notInside
	noRoute
	noMapping
	filtered
	noHairpin
	taken
	tableFull
	tooManyPeers
	ttlExpired
	tooLarge
)

// verdicts are the reasons by which the box's operator sees drops.
var verdicts = [...]string{
	passed: "", malformed: "malformed, IPv6, or ICMP that is not translated", notInside: "from inside with a source that is not of there",
	noRoute: "no route", noMapping: "no mapping", filtered: "filtered", noHairpin: "from inside to outside addresses of the box",
	taken: "another inside host has this protocol and peer", tableFull: "no room for another mapping", tooManyPeers: "too many peers of a mapping",
	ttlExpired: "TTL expired", tooLarge: "too large with DF",
}

// addNAT adds a NAT box with its ports.
func (l *Lab) addNAT(c NATConfig) {
	udp := c.Timeout
	if udp == 0 {
		udp = defaultUDPTimeout
	}
	n := &nat{
		lab: l, name: c.Name, hairpin: c.Hairpin, parts: ip.NewReassembler(ip.ReassemblyLimits{}),
		table:  newMappingTable(c.Behaviour, c.Random, udp, rand.New(rand.NewPCG(l.opt.Seed, seedOf(l.opt.Seed, "nat "+c.Name)))),
		static: [2]map[netip.Addr]netip.Addr{{}, {}},
	}
	n.stack.Unlimited, n.stack.TTL = true, hostTTL
	for _, s := range c.Static {
		n.static[source][s.Inside], n.static[destination][s.Outside] = s.Outside, s.Inside
	}
	for _, f := range c.Forwards {
		n.table.forward(f.Port, f.Inside)
	}
	plug := func(p NATPort, what string) *natPort {
		q := &natPort{nat: n, addr: p.Address, gateway: p.Gateway}
		q.port = l.plug(p.Link, q, p.Impairment, c.Name+" "+what, c.Name)
		return q
	}
	n.outer = plug(c.Outside, "outside")
	for _, p := range c.Inside {
		n.inner = append(n.inner, plug(p, "inside"))
	}
	l.nats[c.Name] = n
	l.natOrder = append(l.natOrder, n)
}

func (q *natPort) owns(a netip.Addr) bool {
	return a == q.addr.Addr() || q == q.nat.outer && q.nat.static[destination][a].IsValid()
}

func (q *natPort) carrier(bool) {}

// receive takes a packet from a link.
func (q *natPort) receive(packet []byte) {
	n := q.nat
	p, err := ip.ParseIPv4(packet)
	if err == nil {
		p, err = n.parts.Add(n.lab.now.UnixNano(), p)
	}
	var v verdict
	switch {
	case err != nil:
		v = malformed
	case p == nil: // fragments are missing
		return
	case isGroup(p.Dst()):
		v = noRoute
	case q == n.outer:
		v = n.fromOutside(p)
	default:
		v = n.fromInside(q, p)
	}
	n.drops[v]++
}

// isGroup reports whether an address is for more than one: a NAT box forwards
// none of these.
func isGroup(a netip.Addr) bool {
	return a.IsMulticast() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

// fromInside takes a packet from an inside network.
func (n *nat) fromInside(q *natPort, p ip.IPv4) verdict {
	public := n.outer.addr.Addr()
	switch dst := p.Dst(); {
	case slices.ContainsFunc(n.inner, func(r *natPort) bool { return r.addr.Addr() == dst }), dst == public && isEcho(p):
		n.stack.Receive(n.lab.now, p, q.addr.Addr(), q.send)
		return passed
	case !q.addr.Contains(p.Src()):
		return notInside
	case n.innerOf(dst) != nil:
		return n.route(q, n.innerOf(dst), p, p)
	case dst == public || n.static[destination][dst].IsValid():
		return n.turn(q, p)
	}
	if v := n.fits(q, n.outer, p, p); v != passed {
		return v
	}
	if v := n.leave(p); v != passed {
		if v == tableFull { // RFC 5508 REQ-8
			n.complain(q, p, ip.ICMPUnreachable, ip.CodeProhibited, 0)
		}
		return v
	}
	n.out++
	p.DecrementTTL()
	n.outer.send(p)
	return passed
}

// fromOutside takes a packet from the outside network.
func (n *nat) fromOutside(p ip.IPv4) verdict {
	public := n.outer.addr.Addr()
	if !n.outer.owns(p.Dst()) {
		return noRoute
	}
	if p.Dst() == public && isEcho(p) {
		n.stack.Receive(n.lab.now, p, public, n.outer.send)
		return passed
	}
	came := slices.Clone(p[:min(len(p), p.HeaderLen()+ip.ICMPHeaderLen)])
	if v := n.enter(p); v != passed {
		return v
	}
	n.in++
	return n.route(n.outer, n.innerOf(p.Dst()), p, came)
}

// turn brings a packet from inside to an outside address of the box back inside.
// Its source is the outside one, so that answers come the same way (RFC 4787
// REQ-9).
func (n *nat) turn(q *natPort, p ip.IPv4) verdict {
	if !n.hairpin {
		return noHairpin
	}
	came := slices.Clone(p[:min(len(p), p.HeaderLen()+ip.ICMPHeaderLen)])
	if v := n.leave(p); v != passed {
		return v
	}
	if v := n.enter(p); v != passed {
		return v
	}
	n.out++
	n.in++
	return n.route(q, n.innerOf(p.Dst()), p, came)
}

// innerOf returns the inside port with an address in its network; nil: none.
func (n *nat) innerOf(a netip.Addr) *natPort {
	for _, q := range n.inner {
		if q.addr.Contains(a) {
			return q
		}
	}
	return nil
}

// route sends a packet on by a port. came is the packet as it came, for ICMP
// errors.
func (n *nat) route(from, to *natPort, p, came ip.IPv4) verdict {
	if to == nil {
		return noRoute
	}
	if v := n.fits(from, to, p, came); v != passed {
		return v
	}
	p.DecrementTTL()
	to.send(p)
	return passed
}

// fits reports whether a packet may go on by a port, and tells its sender where
// not. Links themselves say nothing.
func (n *nat) fits(from, to *natPort, p, came ip.IPv4) verdict {
	if p.TTL() <= 1 {
		n.complain(from, came, ip.ICMPTimeExceeded, 0, 0)
		return ttlExpired
	}
	mtu := smallest(to.port.link.imp.MTU, to.port.imp.MTU)
	if mtu != 0 && len(p) > mtu && p.DF() {
		n.complain(from, came, ip.ICMPUnreachable, ip.CodeFragNeeded, uint32(mtu)) // RFC 4787 REQ-13
		return tooLarge
	}
	return passed
}

// complain sends an ICMP error about a packet that came by a port, unless it is
// one itself (RFC 1122 §3.2.2).
func (n *nat) complain(q *natPort, p ip.IPv4, typ, code uint8, rest uint32) {
	if isICMPError(p) {
		return
	}
	n.id++
	h := ip.Header{ID: n.id, TTL: hostTTL, Src: q.addr.Addr(), Dst: p.Src()}
	b, err := ip.AppendICMP(nil, h, typ, code, rest, p[:min(len(p), p.HeaderLen()+ip.ICMPHeaderLen)])
	if err == nil {
		q.send(b)
	}
}

// send puts a packet on the port's link.
func (q *natPort) send(packet []byte) {
	next := ip.IPv4(packet).Dst()
	if !q.addr.Contains(next) {
		next = q.gateway
	}
	if !next.IsValid() {
		q.nat.drops[noRoute]++
		return
	}
	q.port.link.transmit(q.port, next, packet)
}

// leave gives a packet from inside an outside source.
func (n *nat) leave(p ip.IPv4) verdict {
	if isICMPError(p) {
		return n.leaveError(p)
	}
	if to, ok := n.static[source][p.Src()]; ok {
		readdress(p, source, to)
		return passed
	}
	f, ok := flowOf(p)
	if !ok {
		return malformed
	}
	if f.proto == ip.ProtoICMP && !isEcho(p) {
		return noMapping // an answer to what never came by here
	}
	m, v := n.table.sent(n.lab.now, f.proto, f.src, f.dst)
	if v == passed {
		n.replace(p, source, m.port)
	}
	return v
}

// replace puts the public address and a port into one end of a packet.
func (n *nat) replace(p ip.IPv4, e end, port uint16) {
	readdress(p, e, n.outer.addr.Addr())
	renumber(p, e, port)
}

// enter gives a packet from outside, to an address of the box, an inside
// destination.
func (n *nat) enter(p ip.IPv4) verdict {
	if isICMPError(p) {
		return n.enterError(p)
	}
	if to, ok := n.static[destination][p.Dst()]; ok {
		readdress(p, destination, to)
		return passed
	}
	f, ok := flowOf(p)
	if !ok {
		return malformed
	}
	to, v := n.table.received(n.lab.now, f.proto, f.dst.Port(), f.src)
	if v == passed {
		readdress(p, destination, to.Addr())
		renumber(p, destination, to.Port())
	}
	return v
}

// enterError gives an ICMP error from outside, about a packet that left by the
// box, an inside destination, and the quoted packet its inside source (RFC 5508
// REQ-4). Whoever sends it, a mapping lives on (RFC 4787 REQ-12).
func (n *nat) enterError(p ip.IPv4) verdict {
	q, ok := quoted(p)
	if !ok || q.Src() != p.Dst() {
		return malformed
	}
	if to, ok := n.static[destination][q.Src()]; ok {
		readdress(q, source, to)
		readdress(p, destination, to)
		resum(p)
		return passed
	}
	f, ok := flowOf(q)
	if !ok || f.proto == ip.ProtoICMP && !isEcho(q) {
		return malformed
	}
	to, v := n.table.received(n.lab.now, f.proto, f.src.Port(), f.dst)
	if v == passed {
		readdress(q, source, to.Addr())
		renumber(q, source, to.Port())
		readdress(p, destination, to.Addr())
		resum(p)
	}
	return v
}

// leaveError gives an ICMP error from inside, about a packet that came in by the
// box, an outside source, and the quoted packet its outside destination (RFC
// 5508 REQ-5).
func (n *nat) leaveError(p ip.IPv4) verdict {
	q, ok := quoted(p)
	if !ok || q.Src() != p.Dst() {
		return malformed
	}
	from, ok := n.static[source][p.Src()]
	if !ok {
		from = n.outer.addr.Addr()
	}
	if to, ok := n.static[source][q.Dst()]; ok {
		readdress(q, destination, to)
	} else {
		f, ok := flowOf(q)
		if !ok {
			return malformed
		}
		m := n.table.find(n.lab.now, f.proto, f.dst, f.src)
		if m == nil {
			return noMapping
		}
		n.replace(q, destination, m.port)
	}
	readdress(p, source, from)
	resum(p)
	return passed
}

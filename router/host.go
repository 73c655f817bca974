package router

import (
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"

	"axle/cli/grammar"
	"axle/dataplane"
	"axle/internal/ip"
	"axle/internal/probe"
	"axle/ipsec"
	"axle/nhrp/engine"
)

// A hostStack is the router as a host: it answers pings and runs its own.
type hostStack struct {
	stack probe.Stack
	id    uint16 // of the last ping or trace
}

func newHostStack() hostStack { return hostStack{} }

// receive takes a packet for the router itself.
func (h *hostStack) receive(r *Router, f *iface, pkt []byte) {
	for _, j := range slices.Clone(r.jobs) {
		if j.deliver(r, f.vrf, pkt) {
			return
		}
	}
	from, send := f.primary(), func(b []byte) { r.originate(f.vrf, b) }
	if p, err := ip.ParseIPv6(pkt); err == nil {
		if from = f.source(p.Src()); !from.IsValid() {
			from = r.anyAddr(f.vrf, p.Src())
		}
		if p.Src().IsLinkLocalUnicast() { // it is on that link
			send = func(b []byte) { r.originateOn(f, p.Src(), b) }
		}
	}
	h.stack.Receive(r.now, pkt, from, send)
}

// originateOn sends a packet of the router's own to a neighbour on an interface.
func (r *Router) originateOn(f *iface, to netip.Addr, pkt []byte) {
	r.publish()
	r.work.Now = r.now.UnixNano()
	r.work.OriginateOn(r.snap, f.index, to, pkt)
	r.drain()
}

// primary returns the first IPv4 address of the interface.
func (f *iface) primary() netip.Addr {
	if len(f.cfg.Addrs) == 0 {
		return netip.Addr{}
	}
	return f.cfg.Addrs[0].Addr()
}

// A job is an exec command that takes time.
type job interface {
	deadline() time.Time
	tick(r *Router)
	// deliver offers it a packet that came in in a VRF, nil for any.
	deliver(r *Router, v *vrf, pkt []byte) bool
	abort(r *Router)
}

// maxJobs bounds the commands that run at the same time.
const maxJobs = 64

// start runs a job until it ends itself.
func (r *Router) start(j job) (cancel func(now time.Time)) {
	r.jobs = append(r.jobs, j)
	j.tick(r)
	r.flush()
	return func(now time.Time) {
		r.now = now
		if slices.Contains(r.jobs, j) {
			j.abort(r)
			r.flush()
		}
	}
}

func (r *Router) end(j job) {
	r.jobs = slices.DeleteFunc(r.jobs, func(x job) bool { return x == j })
}

// sourceFor returns the address that packets to dst in a VRF leave from: as asked
// for, or that of the interface that they leave by.
func (r *Router) sourceFor(l *grammar.Line, v *vrf, dst netip.Addr) (netip.Addr, bool) {
	if s, ok := l.Args["source-address"]; ok {
		a, err := netip.ParseAddr(s)
		return a, err == nil && a.Is6() == dst.Is6() && r.ownAddr(v, a)
	}
	if s, ok := l.Args["source-interface"]; ok {
		f := r.byName[s]
		if f == nil || f.vrf != v || !f.proto || !f.source(dst).IsValid() {
			return netip.Addr{}, false
		}
		return f.source(dst), true
	}
	if r.ownAddr(v, dst) {
		return dst, true
	}
	e, ok := v.rib.FIB().Lookup(dst)
	if !ok || len(e.Hops) == 0 {
		return r.anyAddr(v, dst), true
	}
	if f := r.byName[e.Hops[0].Interface]; f != nil && f.source(dst).IsValid() {
		return f.source(dst), true
	}
	return r.anyAddr(v, dst), true
}

// anyAddr returns an address for packets to dst of the first interface of a VRF that
// has one.
func (r *Router) anyAddr(v *vrf, dst netip.Addr) netip.Addr {
	for _, f := range r.ifs {
		if a := f.source(dst); f.vrf == v && f.proto && a.IsValid() {
			return a
		}
	}
	return netip.Addr{}
}

// flow gives the numbers that tell pings and traces apart.
func (h *hostStack) flow() uint16 { h.id++; return h.id }

// echo writes text of a running job to its session.
func echo(w io.Writer, format string, args ...any) { fmt.Fprintf(w, format, args...) }

func enginePacket(f *iface, p *dataplane.Punt, peer ipsec.Peer) engine.Packet {
	return engine.Packet{
		Tunnel: f.name, Src: p.From, Dst: p.Dst, Data: p.Data, Peer: peer.Identity,
	}
}

// ms returns a duration as IOS prints round trips: whole milliseconds, 1 at least.
func ms(d time.Duration) int64 { return max(d.Milliseconds(), 1) }

const escapeHint = "Type escape sequence to abort.\n"

// number returns a numeric argument, or def where it is not given.
func number(l *grammar.Line, name string, def int) int {
	s, ok := l.Args[name]
	if !ok {
		return def
	}
	n := 0
	if _, err := fmt.Sscan(strings.TrimSpace(s), &n); err != nil {
		return def
	}
	return n
}

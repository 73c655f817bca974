package engine

import (
	"net/netip"
	"time"

	"axle/nhrp"
)

// A flow is what a traffic indication is about.
type flow struct{ src, dst netip.Addr }

// A redirector remembers for which flows a traffic indication was sent.
type redirector struct {
	until map[flow]time.Time
	order []flow // by until: the table forgets in this order
}

func (r *redirector) reset() { r.until, r.order = make(map[flow]time.Time), nil }

// take reports whether a traffic indication for f may be sent, and blocks the
// next one for a while.
func (r *redirector) take(now time.Time, f flow, every time.Duration) bool {
	for len(r.order) > 0 && !r.until[r.order[0]].After(now) {
		delete(r.until, r.order[0])
		r.order = r.order[1:]
	}
	if at, ok := r.until[f]; ok && at.After(now) || len(r.until) >= MaxRedirects {
		return false
	}
	r.until[f] = now.Add(every)
	r.order = append(r.order, f)
	return true
}

// hairpin handles a packet that leaves through out, in the NHRP network that
// it came from: its sender may go directly.
func (t *tunnel) hairpin(from netip.Addr, out *tunnel, packet []byte) {
	f, header, ok := flowOf(packet)
	if !t.cfg.Redirect || !ok || !t.unicast(f.src) || !t.unicast(f.dst) || !t.cache.knows(from) {
		return
	}
	r, ok := t.e.env.Route(t.cfg.Name, f.dst)
	if !ok || r.Local || r.Interface != out.cfg.Name {
		return
	}
	hop := r.NextHop
	if !hop.IsValid() {
		hop = f.dst
	}
	if x := out.cache.lookup(hop); x == nil || x.NBMA == from {
		return // there is no shorter way
	}
	every := t.cfg.RedirectTimeout
	if every == 0 {
		every = redirectEvery
	}
	if !t.redirect.take(t.e.now, f, every) {
		t.sent.Suppressed++
		return
	}
	t.e.tell(DebugProtocol, "NHRP: Sending Traffic Indication for flow %s to %s, nbma %s", f.src, f.dst, from)
	t.send(from, t.indication(f.src, packet, header))
}

// flowOf returns source and destination of an IP packet and the length of its
// header in bytes, without IPv6 extension headers.
func flowOf(b []byte) (f flow, header int, ok bool) {
	if len(b) == 0 {
		return f, 0, false
	}
	switch {
	case b[0]>>4 == 4 && len(b) >= 20:
		f.src, f.dst = netip.AddrFrom4([4]byte(b[12:16])), netip.AddrFrom4([4]byte(b[16:20]))
		return f, int(b[0]&15) * 4, b[0]&15 >= 5
	case b[0]>>4 == 6 && len(b) >= 40:
		f.src, f.dst = netip.AddrFrom16([16]byte(b[8:24])), netip.AddrFrom16([16]byte(b[24:40]))
		return f, 40, true
	}
	return f, 0, false
}

// indicated handles a traffic indication: the destination of the packet in it
// can be reached directly. It is taken from servers and peers only, for
// packets that we, or those behind us, sent into the tunnel.
func (t *tunnel) indicated(p Packet, m *nhrp.Message) {
	e := t.e
	f, _, ok := flowOf(m.Packet)
	switch {
	case !ok || !t.unicast(f.src) || !t.unicast(f.dst):
		t.refuse("Traffic Indication without an IP packet")
		return
	case !t.servers.trusts(p.Src) && !t.cache.knows(p.Src):
		t.refuse("Traffic Indication from a stranger: " + p.Src.String())
		return
	case m.DstProto.IsValid() && m.DstProto != f.src:
		t.refuse("Traffic Indication for somebody else")
		return
	case !t.cfg.Shortcut || !t.cfg.Multipoint:
		return
	}
	if r, ok := e.env.Route(t.cfg.Name, f.src); !ok || !r.Local && e.tunnels[r.Interface] != nil {
		t.refuse("Traffic Indication for a source that is not here: " + f.src.String())
		return
	}
	r, ok := e.env.Route(t.cfg.Name, f.dst)
	out := t.network(r)
	if !ok || r.Local || out == nil {
		t.refuse("Traffic Indication for a destination that is not behind the tunnel: " + f.dst.String())
		return
	}
	if !t.redirectIn.take(e.now, MaxRedirectIn, time.Second) {
		t.received.Suppressed++
		return
	}
	if x := out.cache.lookup(f.dst); x != nil && x.origin != fromConfig {
		out.shortcut(x)
		return
	}
	if x := out.cache.host(f.dst); x != nil {
		return // asked already, or known
	}
	e.tell(DebugProtocol, "NHRP: Traffic Indication for %s: sending Resolution Request", f.dst)
	out.queries.ask(f.dst, r)
}

package dataplane

import (
	"net/netip"

	"axle/internal/ip"
)

// quoted is how much of the payload of a packet an ICMP error carries, bytes,
// behind the header: RFC 792, as IOS does.
const quoted = 8

// sendTimeExceeded tells the source that the TTL of its packet expired.
func (w *Worker) sendTimeExceeded(s *Snapshot, t *transit) {
	if w.timeExceeded >= maxTimeExceeded {
		return
	}
	if t.is6() {
		if w.sendICMP6(s, t, t.in, ip.ICMPv6TimeExceeded, 0, 0) {
			w.timeExceeded++
		}
		return
	}
	if w.sendICMP(s, t, t.in, ip.ICMPTimeExceeded, 0, 0) {
		w.timeExceeded++
	}
}

// sendUnreachable tells the source that there is no route to the destination:
// code 1, "host unreachable", as IOS does.
func (w *Worker) sendUnreachable(s *Snapshot, t *transit) {
	if t.is6() {
		if !t.in.NoUnreachable6 {
			w.sendICMP6(s, t, t.in, ip.ICMPv6Unreachable, ip.Code6NoRoute, 0)
		}
		return
	}
	if t.in.NoUnreachables || w.Now < w.unreachableAt {
		return
	}
	if w.sendICMP(s, t, t.in, ip.ICMPUnreachable, ip.CodeHost, 0) {
		w.unreachableAt = w.Now + unreachableEvery
	}
}

// sendFragNeeded tells the source how large packets by out may be (RFC 1191 §4, RFC
// 4443 §3.2).
func (w *Worker) sendFragNeeded(s *Snapshot, t *transit, out *Interface, mtu int) {
	at := t.in
	if at == nil { // the router's own packet: it tells itself
		at = out
	}
	if t.is6() {
		w.sendICMP6(s, t, at, ip.ICMPv6TooBig, 0, uint32(max(mtu, ip.MinMTU6)))
		return
	}
	if at.NoUnreachables || w.Now < w.fragNeededAt {
		return
	}
	rest := uint32(max(0, min(mtu, 65535)))
	if w.sendICMP(s, t, at, ip.ICMPUnreachable, ip.CodeFragNeeded, rest) {
		w.fragNeededAt = w.Now + unreachableEvery
	}
}

// sendICMP sends an ICMP error about t from the address of the interface at. It
// tells whether it did: not about everything an error may be sent.
func (w *Worker) sendICMP(s *Snapshot, t *transit, at *Interface, typ, code uint8, rest uint32) bool {
	p := t.packet()
	if !mayComplain(p) {
		return false
	}
	src := at.addr()
	if !src.IsValid() {
		src = s.anyAddr(t.vrf) // an interface without an address of its own
	}
	if !src.IsValid() {
		return false
	}
	body := p[:min(len(p), p.HeaderLen()+quoted)]
	size := ip.HeaderLen + ip.ICMPHeaderLen + len(body)
	buf := w.arena.take(Headroom + size)
	if buf == nil {
		return false
	}
	w.ident++
	h := ip.Header{TOS: 0xc0, ID: w.ident, TTL: 255, Src: src, Dst: p.Src()}
	b, err := ip.AppendICMP(buf[:Headroom], h, typ, code, rest, body)
	if err != nil {
		return false
	}
	e := transit{buf: b, off: Headroom, n: size, vrf: t.vrf, origin: byICMP}
	if l, ok := t.vrf.v4.local[number(h.Dst)]; ok {
		if !l.broadcast {
			w.punt(Punt{Reason: PuntLocal, If: l.owner.Index, Data: e.packet()})
		}
		return !l.broadcast
	}
	w.route(s, &e)
	return true
}

// mayComplain tells whether an ICMP error may be sent about p (RFC 1122 §3.2.2,
// RFC 1812 §4.3.2.7): not about another error, a later fragment, or a packet to or
// from what is not one host.
func mayComplain(p ip.IPv4) bool {
	switch {
	case p.Offset() != 0, isGroup(p):
		return false
	case p[12] == 0, p[12] == 127, p[12] >= 224:
		return false
	case p.Protocol() == ip.ProtoICMP:
		return len(p.Payload()) > 0 && !ip.ICMPTypeIsError(p.Payload()[0])
	}
	return true
}

// anyAddr returns an IPv4 address of the first interface of a VRF that is up and
// has one.
func (s *Snapshot) anyAddr(v *vrf) netip.Addr {
	for _, f := range s.Interfaces {
		if f != nil && f.Up && f.vrf == v {
			if a := f.addr(); a.IsValid() {
				return a
			}
		}
	}
	return netip.Addr{}
}

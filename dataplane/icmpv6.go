package dataplane

import (
	"net/netip"

	"axle/internal/ip"
)

// What ICMPv6 errors are limited to, "ipv6 icmp error-interval" of IOS: one each
// 100 ms, ten at once.
const (
	errorInterval = 100_000_000 // nanoseconds
	errorBucket   = 10
)

// A bucket limits what is sent to strangers. The zero bucket is full.
type bucket struct {
	used int   // tokens that are out
	at   int64 // when the first of them comes back
}

// take takes a token, if one is left.
func (b *bucket) take(now int64) bool {
	if b.used > 0 && now >= b.at {
		n := min(int64(b.used), 1+(now-b.at)/errorInterval)
		b.used -= int(n)
		b.at += n * errorInterval
	}
	if b.used == 0 {
		b.at = now + errorInterval
	}
	if b.used >= errorBucket {
		return false
	}
	b.used++
	return true
}

// sendICMP6 sends an ICMPv6 error about t from an address of the interface at. It
// tells whether it did: not about everything an error may be sent, and not always.
func (w *Worker) sendICMP6(s *Snapshot, t *transit, at *Interface, typ, code uint8, rest uint32) bool {
	p := ip.IPv6(t.data())
	if !mayComplain6(p, typ) {
		return false
	}
	dst := p.Src()
	src := at.addr6(dst.IsLinkLocalUnicast())
	if !src.IsValid() && !dst.IsLinkLocalUnicast() {
		src = s.anyAddr6(t.vrf) // an interface without a global address of its own
	}
	if !src.IsValid() || !w.errors6.take(w.Now) {
		return false
	}
	// RFC 4443 §3: as much of the packet as fits without exceeding the minimum MTU.
	body := p[:min(len(p), ip.MinMTU6-ip.IPv6HeaderLen-ip.ICMPHeaderLen)]
	size := ip.IPv6HeaderLen + ip.ICMPHeaderLen + len(body)
	buf := w.arena.take(Headroom + size)
	if buf == nil {
		return false
	}
	b, err := ip.AppendICMPv6(buf[:Headroom], ip.Header6{HopLimit: 255, Src: src, Dst: dst}, typ, code, rest, body)
	if err != nil {
		return false
	}
	e := transit{buf: b, off: Headroom, n: size, vrf: t.vrf, origin: byICMP}
	switch l, ok := t.vrf.v6.local[dst.As16()]; {
	case ok:
		w.punt(Punt{Reason: PuntLocal, If: l.owner.Index, Data: e.data()})
	case dst.IsLinkLocalUnicast():
		w.output(s, &e, at, dst)
	default:
		w.route(s, &e)
	}
	return true
}

// mayComplain6 tells whether an ICMPv6 error of type typ may be sent about p (RFC 4443
// §2.4 (e)): not about another error, a later fragment, a packet from what is not one
// host, nor, but for "packet too big", one to a group.
func mayComplain6(p ip.IPv6, typ uint8) bool {
	if isUnspecified(p[8:24]) || p[8] == 0xff || p[24] == 0xff && typ != ip.ICMPv6TooBig {
		return false
	}
	proto, at, ok := p.Upper()
	if ok && proto == ip.ProtoFragment {
		f := p.Fragment(at)
		if f.Offset() != 0 {
			return false
		}
		proto, at = f.NextHeader(), at+ip.FragmentHeaderLen
	}
	if ok && proto == ip.ProtoICMPv6 {
		return at < len(p) && p[at] >= 128
	}
	return true
}

// addr6 returns the first IPv6 address of the interface that is link-local, or that is
// not; the zero Addr where there is none.
func (f *Interface) addr6(linkLocal bool) netip.Addr {
	for _, p := range f.Addrs {
		if a := p.Addr(); a.Is6() && a.IsLinkLocalUnicast() == linkLocal {
			return a
		}
	}
	return netip.Addr{}
}

// anyAddr6 returns a global IPv6 address of the first interface of a VRF that is up and
// has one.
func (s *Snapshot) anyAddr6(v *vrf) netip.Addr {
	for _, f := range s.Interfaces {
		if f != nil && f.Up && f.vrf == v {
			if a := f.addr6(false); a.IsValid() {
				return a
			}
		}
	}
	return netip.Addr{}
}

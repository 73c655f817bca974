package dataplane

import (
	"net/netip"

	"axle/internal/ip"
)

// input6 handles an IPv6 packet that came in by t.in.
func (w *Worker) input6(s *Snapshot, t *transit) {
	if !t.in.six {
		w.drop(t.in, DropIPv6)
		return
	}
	p, err := ip.ParseIPv6(t.data())
	if err != nil {
		w.drop(t.in, refusal(err))
		return
	}
	t.n = len(p)
	if r, ok := impossible6(p); ok {
		w.drop(t.in, r)
		return
	}
	switch {
	case p[24] == 0xff:
		t.in.Counters.InMulticast.Add(1)
		w.local6(s, t)
	case isLinkLocal(p[24:]):
		// RFC 4291 §2.5.6: "Routers must not forward any packets with Link-Local
		// source or destination addresses to other links."
		if !t.in.hasAddr(p.Dst()) {
			w.drop(t.in, DropDestination)
			return
		}
		w.local6(s, t)
	case t.vrf.v6.local[[16]byte(p[24:40])].owner != nil:
		w.local6(s, t)
	case isLinkLocal(p[8:]):
		w.drop(t.in, DropSource)
		w.sendICMP6(s, t, t.in, ip.ICMPv6Unreachable, ip.Code6BeyondScope, 0)
	case !s.IPv6:
		w.drop(t.in, DropIPv6)
	default:
		w.forward(s, t)
	}
}

// isLinkLocal tells whether the address at the beginning of b is of fe80::/10.
func isLinkLocal(b []byte) bool { return b[0] == 0xfe && b[1]&0xc0 == 0x80 }

// hasAddr tells whether the interface itself has an address.
func (f *Interface) hasAddr(a netip.Addr) bool {
	for _, p := range f.Addrs {
		if p.Addr() == a {
			return true
		}
	}
	return false
}

// impossible6 tells whether the addresses cannot stand in a packet on a link: a group
// as a source; ::1 and the addresses of IPv4 within IPv6 anywhere; the unspecified
// address as a destination, or as a source of what a router should pass on (RFC 4291
// §2.5.2, §2.5.3, §2.7).
func impossible6(p ip.IPv6) (DropReason, bool) {
	switch src := p[8:24]; {
	case src[0] == 0xff:
		return DropSource, true
	case src[0] == 0 && isReserved(src) && !(isUnspecified(src) && p[24] == 0xff):
		return DropSource, true
	}
	if dst := p[24:40]; dst[0] == 0 && isReserved(dst) {
		return DropDestination, true
	}
	return 0, false
}

// isReserved tells whether the first 80 bits of an address are zero: the unspecified
// address, the loopback address, and IPv4 addresses in the clothes of IPv6.
func isReserved(a []byte) bool { return [10]byte(a) == [10]byte{} }

func isUnspecified(a []byte) bool { return [16]byte(a) == [16]byte{} }

// local6 is local for IPv6.
func (w *Worker) local6(s *Snapshot, t *transit) {
	p := ip.IPv6(t.data())
	proto, at, ok := p.Upper()
	if ok && proto == ip.ProtoFragment {
		if !w.whole(t) {
			return
		}
		p = ip.IPv6(t.data())
		proto, at, ok = p.Upper()
	}
	switch {
	case !ok:
		w.drop(t.in, DropMalformed)
		return
	case proto == ip.ProtoGRE && t.vrf.v6.ends[[16]byte(p[24:40])]:
		w.decap(s, t, at)
		return
	case w.protected(s, t, proto, at):
		return
	}
	t.in.Counters.Punts.Add(1)
	if s.Control != nil {
		w.capture(s.Control, "", false, p)
	}
	w.punt(Punt{Reason: PuntLocal, If: t.in.Index, From: t.from, Data: p})
}

package dataplane

import (
	"axle/internal/ip"
	"axle/mgre"
)

// decap takes the outer header and GRE off a packet to the local end of a
// tunnel.
func (w *Worker) decap(s *Snapshot, t *transit) {
	p := t.packet()
	h, n, err := mgre.Parse(p.Payload())
	switch {
	case err == mgre.ErrChecksum:
		w.drop(t.in, DropGREChecksum)
		return
	case err != nil:
		w.drop(t.in, DropGRE)
		return
	case t.decaps >= maxNesting:
		w.drop(t.in, DropNesting)
		return
	}
	src := p.Src()
	tun, why := s.tunnel(tunnelKey{p.DstNumber(), number(src), h.Key, h.HasKey})
	switch {
	case tun == nil:
		w.drop(t.in, why)
		return
	case !tun.Up && !(tun.Tunnel.NHRPWhenDown && h.Protocol == mgre.ProtoNHRP):
		w.drop(tun, DropInterfaceDown)
		return
	case tun.Tunnel.Protected:
		w.drop(tun, DropProtected)
		return
	}
	n += p.HeaderLen()
	inner := transit{
		buf: t.buf, off: t.off + n, n: t.n - n,
		in: tun, from: src, decaps: t.decaps + 1,
	}
	switch h.Protocol {
	case mgre.ProtoIPv4, mgre.ProtoIPv6: // the latter is counted and dropped
		w.input(s, &inner)
	case mgre.ProtoNHRP:
		w.nhrp(p, &inner)
	default:
		w.drop(tun, DropGREProtocol)
	}
}

// nhrp punts the NHRP packet in t, which came within outer.
func (w *Worker) nhrp(outer ip.IPv4, t *transit) {
	c := t.in.Counters
	c.InPackets.Add(1)
	c.InBytes.Add(uint64(t.n))
	c.Punts.Add(1)
	w.punt(Punt{
		Reason: PuntNHRP, If: t.in.Index, From: t.from, Dst: outer.Dst(),
		Data: t.buf[t.off : t.off+t.n],
	})
}

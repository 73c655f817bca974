package dataplane

import (
	"net/netip"

	"axle/mgre"
)

// decap takes the outer header of head bytes and GRE off a packet to the local end
// of a tunnel.
func (w *Worker) decap(s *Snapshot, t *transit, head int) {
	h, n, err := mgre.Parse(t.data()[head:])
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
	src, dst, port := t.src(), t.dst(), uint16(0)
	if t.sa != nil {
		src, dst, port = t.sa.Remote, t.sa.Local, t.sa.Peer.Port()
	}
	tun, why := t.vrf.tunnel(dst, src, &h)
	switch {
	case tun == nil:
		w.drop(t.in, why)
		return
	case !tun.Up && !(tun.Tunnel.NHRPWhenDown && h.Protocol == mgre.ProtoNHRP):
		w.drop(tun, DropInterfaceDown)
		return
	case tun.Tunnel.Protected && t.sa == nil:
		w.drop(tun, DropProtected)
		w.complain(PuntClear, tun, t, 0, netip.AddrPortFrom(src, 0))
		return
	}
	n += head
	inner := transit{
		buf: t.buf, off: t.off + n, n: t.n - n,
		in: tun, vrf: tun.vrf, from: src, fromPort: port, decaps: t.decaps + 1,
	}
	switch h.Protocol {
	case mgre.ProtoIPv4, mgre.ProtoIPv6: // input sees which it is
		w.input(s, &inner)
	case mgre.ProtoNHRP:
		if s.Control != nil {
			w.captureNHRP(s, false, &link{nbma: dst, tos: t.tos(), ttl: t.ttl()}, src, t.data()[head:])
		}
		w.nhrp(dst, &inner, t.sa)
	default:
		w.drop(tun, DropGREProtocol)
	}
}

// tunnel returns the tunnel interface of a GRE packet to a local address of a VRF, or
// why there is none.
func (v *vrf) tunnel(local, remote netip.Addr, h *mgre.Header) (*Interface, DropReason) {
	if local.Is4() {
		return v.v4.tunnel(tunnelKey[uint32]{number(local), number(remote), h.Key, h.HasKey})
	}
	return v.v6.tunnel(tunnelKey[[16]byte]{local.As16(), remote.As16(), h.Key, h.HasKey})
}

// nhrp punts the NHRP packet in t, which came to the NBMA address dst, and by the
// associations sa where the tunnel is protected.
func (w *Worker) nhrp(dst netip.Addr, t *transit, sa *SAPair) {
	c := t.in.Counters
	c.InPackets.Add(1)
	c.InBytes.Add(uint64(t.n))
	c.Punts.Add(1)
	p := Punt{
		Reason: PuntNHRP, If: t.in.Index, From: t.from, FromPort: t.fromPort, Dst: dst,
		Data: t.buf[t.off : t.off+t.n],
	}
	if sa != nil {
		p.SPI = sa.spi
	}
	w.punt(p)
}

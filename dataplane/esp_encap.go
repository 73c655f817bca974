package dataplane

import (
	"encoding/binary"
	"net/netip"

	"axle/internal/ip"
	"axle/ipsec/esp"
)

// Tailroom is the space in bytes that a Packet has behind its data where it may
// leave by a protected tunnel; with less it is copied.
const Tailroom = 64

// protect finds the association for packets to l.nbma. It tells whether there is
// one; if not, the packet is counted, and the owner told.
func (w *Worker) protect(s *Snapshot, out *Interface, l *link) bool {
	// Packets come in runs to one peer.
	if r := &w.recent; r.sa != nil && r.sadb == s.SADB && r.tunnel == out.Tunnel && r.nbma == l.nbma && r.port == l.port {
		l.sa = r.sa
		return true
	}
	l.sa = s.SADB.Sender(out.Tunnel.VRF, out.Tunnel.Source, l.nbma, l.port)
	if l.sa != nil {
		w.recent = recent{s.SADB, out.Tunnel, l.nbma, l.port, l.sa}
		return true
	}
	w.fail(out, DropNoSA)
	w.wantSA(out, l)
	return false
}

// A recent is what the last packet to a protected tunnel found.
type recent struct {
	sadb   *SADB
	tunnel *Tunnel
	nbma   netip.Addr
	port   uint16
	sa     *SAPair
}

// wantSA tells the owner that packets to a peer find no association that takes
// them, once for a peer in a call.
func (w *Worker) wantSA(out *Interface, l *link) {
	want := wanted{out.Index, l.nbma, l.port}
	for _, old := range w.wanted {
		if old == want {
			return
		}
	}
	if len(w.wanted) >= maxWanted {
		return
	}
	w.wanted = append(w.wanted, want)
	w.punt(Punt{
		Reason: PuntNoSA, If: out.Index, From: l.nbma, FromPort: l.port,
		Local:  netip.AddrPortFrom(out.Tunnel.Source, 0),
		Remote: netip.AddrPortFrom(l.nbma, l.port),
	})
}

// destination returns where the outer packet goes.
func (l *link) destination() netip.Addr {
	if l.sa != nil {
		return l.sa.Peer.Addr()
	}
	return l.nbma
}

// room returns how many bytes protection wants in front of the GRE packet and
// behind it.
func (l *link) room() (front, tail int) {
	if l.sa == nil {
		return 0, 0
	}
	front = l.sa.Out.Head()
	if l.sa.Peer.Port() != 0 {
		front += ip.UDPHeaderLen
	}
	if l.sa.tunnel {
		front += innerLen(l.sa.Local)
	}
	return front, l.sa.Out.Tail()
}

// innerLen returns the length of the header of tunnel mode, bytes.
func innerLen(a netip.Addr) int {
	if a.Is4() {
		return ip.HeaderLen
	}
	return ip.IPv6HeaderLen
}

// seal puts the GRE packet o into ESP, in place, and that into UDP where it has
// to. It returns the protocol of what o is then, and tells whether it went; if not,
// it is counted.
func (w *Worker) seal(o *transit, out *Interface, l *link) (proto uint8, ok bool) {
	next := uint8(ip.ProtoGRE)
	if l.sa.tunnel {
		next = w.putInner(o, l)
	}
	start, n, err := l.sa.Out.Seal(o.buf, o.off, o.n, next, w.Now)
	if err != nil {
		w.fail(out, refusalESP(err))
		w.wantSA(out, l)
		return 0, false
	}
	o.off, o.n = start, n
	if l.sa.Peer.Port() == 0 {
		return ip.ProtoESP, true
	}
	o.off, o.n = start-ip.UDPHeaderLen, n+ip.UDPHeaderLen
	b, be := o.data(), binary.BigEndian
	be.PutUint16(b, l.sa.Port)
	be.PutUint16(b[2:], l.sa.Peer.Port())
	be.PutUint16(b[4:], uint16(o.n))
	be.PutUint16(b[6:], 0) // RFC 3948 §2.1
	return ip.ProtoUDP, true
}

// putInner writes the header of tunnel mode in front of the GRE packet o. It
// returns the header's number as a payload.
func (w *Worker) putInner(o *transit, l *link) uint8 {
	n, head := o.n, innerLen(l.sa.Local)
	o.off, o.n = o.off-head, o.n+head
	w.putIP(o.data(), l, ip.ProtoGRE, l.sa.Local, l.sa.Remote, n)
	if head == ip.HeaderLen {
		return ip.ProtoIPIP
	}
	return ip.ProtoIPv6
}

// putIP writes the header of a packet that carries n bytes of proto through the
// tunnel.
func (w *Worker) putIP(b []byte, l *link, proto uint8, src, dst netip.Addr, n int) {
	if src.Is4() {
		w.ident++
		ip.PutIPv4(b, ip.Header{TOS: l.tos, ID: w.ident, DF: l.df, TTL: l.ttl, Protocol: proto, Src: src, Dst: dst}, n)
		return
	}
	ip.PutIPv6(b, ip.Header6{TrafficClass: l.tos, HopLimit: l.ttl, NextHeader: proto, Src: src, Dst: dst}, n)
	if proto == ip.ProtoUDP { // RFC 8200 §8.1: not without
		u := b[ip.IPv6HeaderLen:]
		c := ip.TransportChecksum6(ip.IPv6(b), proto, u[:n])
		if c == 0 {
			c = 0xffff
		}
		binary.BigEndian.PutUint16(u[6:], c)
	}
}

// refusalESP says why an association did not take a packet.
func refusalESP(err error) DropReason {
	switch err {
	case esp.ErrReplay:
		return DropReplay
	case esp.ErrAuth:
		return DropAuth
	case esp.ErrShort, esp.ErrPadding:
		return DropESP
	}
	return DropExpired
}

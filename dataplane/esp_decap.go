package dataplane

import (
	"encoding/binary"
	"net/netip"

	"axle/internal/ip"
)

// Ports of IKE. To the second one ESP goes, too; there a word of zeros is in front
// of IKE. RFC 3948 §2.
const (
	portIKE = 500
	portNAT = 4500
)

// markerLen is the length of that word, bytes.
const markerLen = 4

// protected handles a packet to the router that belongs to IPsec; at is where its
// upper protocol begins. It tells whether it was one.
func (w *Worker) protected(s *Snapshot, t *transit, proto uint8, at int) bool {
	switch proto {
	case ip.ProtoESP:
		if !t.isEnd() {
			return false
		}
		w.open(s, t, at, t.n, netip.AddrPortFrom(t.src(), 0))
		return true
	case ip.ProtoUDP:
		return w.protectedUDP(s, t, at)
	}
	return false
}

// isEnd tells whether the packet goes to the local address of a tunnel.
func (t *transit) isEnd() bool {
	if t.is6() {
		return t.vrf.v6.ends[[16]byte(t.buf[t.off+24:])]
	}
	return t.vrf.v4.ends[t.packet().DstNumber()]
}

// protectedUDP handles UDP to a port of IKE. It tells whether it was that. The
// checksum matters for IKE only: ESP has a better one, and NAT boxes leave wrong
// ones behind.
func (w *Worker) protectedUDP(s *Snapshot, t *transit, at int) bool {
	b, be := t.data()[at:], binary.BigEndian
	if len(b) < ip.UDPHeaderLen {
		return false
	}
	to, end := be.Uint16(b[2:]), int(be.Uint16(b[4:]))
	if to != portIKE && to != portNAT || end < ip.UDPHeaderLen || end > len(b) {
		return false
	}
	if l, ok := t.vrf.owner(t.dst()); !ok || l.broadcast {
		return false
	}
	from := netip.AddrPortFrom(t.src(), be.Uint16(b))
	data := b[ip.UDPHeaderLen:end]
	if to == portIKE {
		return w.ike(s, t, b[:end], data, from, to)
	}
	switch {
	case len(data) == 1 && data[0] == 0xff:
		return true // keeps a NAT box awake: RFC 3948 §2.3
	case len(data) < markerLen:
		w.drop(t.in, DropESP)
		return true
	case be.Uint32(data) == 0:
		return w.ike(s, t, b[:end], data[markerLen:], from, to)
	case !t.isEnd():
		return false
	}
	w.open(s, t, at+ip.UDPHeaderLen, at+end, from)
	return true
}

// ike punts the IKE message in the datagram. It tells whether it did: not what is
// damaged.
func (w *Worker) ike(s *Snapshot, t *transit, datagram, message []byte, from netip.AddrPort, to uint16) bool {
	if binary.BigEndian.Uint16(datagram[6:]) != 0 {
		if t.is6() && ip.TransportChecksum6(ip.IPv6(t.data()), ip.ProtoUDP, datagram) != 0 ||
			!t.is6() && ip.TransportChecksum(t.packet(), datagram) != 0 {
			return false
		}
	}
	t.in.Counters.Punts.Add(1)
	if s.Control != nil {
		w.capture(s.Control, "", false, t.data())
	}
	w.punt(Punt{
		Reason: PuntIKE, If: t.in.Index, From: t.from, FromPort: t.fromPort,
		Local: netip.AddrPortFrom(t.dst(), to), Remote: from, Data: message,
	})
	return true
}

// open opens the ESP packet that lies in t from at to end, and takes off the GRE
// that is in it. from is where it came from, with a port if in UDP.
func (w *Worker) open(s *Snapshot, t *transit, at, end int, from netip.AddrPort) {
	b := t.data()[at:end]
	if len(b) < markerLen {
		w.drop(t.in, DropESP)
		return
	}
	spi := binary.BigEndian.Uint32(b)
	sa := s.SADB.Receiver(spi)
	if sa == nil || sa.here != t.dst() || sa.VRF != t.vrf.number {
		w.drop(t.in, DropUnknownSPI)
		w.complain(PuntUnknownSPI, t.in, t, spi, from)
		return
	}
	payload, next, err := sa.In.Open(b, w.Now)
	if err != nil {
		w.drop(t.in, refusalESP(err))
		return
	}
	if from != sa.Peer {
		// Behind a NAT box addresses and ports change; the peer has proved who it
		// is (RFC 7296 §2.23). Elsewhere they are part of what was agreed on.
		switch {
		case from.Port() != 0 && sa.Peer.Port() != 0:
			w.complain(PuntMoved, t.in, t, spi, from)
		case from.Addr() != sa.Peer.Addr():
			w.drop(t.in, DropSelector)
			return
		}
	}
	if next == ip.ProtoNone {
		return // without meaning: RFC 4303 §2.6
	}
	t.sa = sa
	start := t.off + at + sa.In.Head()
	if sa.tunnel {
		w.openInner(s, t, start, len(payload), next)
		return
	}
	if next != ip.ProtoGRE {
		w.drop(t.in, DropSelector)
		return
	}
	head := start - t.off
	t.n = head + len(payload)
	w.decap(s, t, head)
}

// openInner looks at the packet of n bytes at start that came in tunnel mode: it
// must be GRE between the addresses that were agreed on, and may have been cut
// before it was sealed.
func (w *Worker) openInner(s *Snapshot, t *transit, start, n int, next uint8) {
	t.off, t.n = start, n
	size, err := wholeIP(t.data())
	if err != nil || (next == ip.ProtoIPv6) != t.is6() || next != ip.ProtoIPIP && next != ip.ProtoIPv6 {
		w.drop(t.in, DropSelector)
		return
	}
	t.n = size // the rest is padding: RFC 4303 §2.7
	if t.src() != t.sa.Remote || t.dst() != t.sa.Local {
		w.drop(t.in, DropSelector)
		return
	}
	proto, at, ok := t.upper()
	if ok && proto == ip.ProtoFragment {
		if !w.whole(t) {
			return
		}
		proto, at, ok = t.upper()
	}
	if !ok || proto != ip.ProtoGRE {
		w.drop(t.in, DropSelector)
		return
	}
	w.decap(s, t, at)
}

// upper returns the protocol that the packet carries, and where it begins; of a
// fragment it is ip.ProtoFragment.
func (t *transit) upper() (proto uint8, at int, ok bool) {
	if t.is6() {
		return ip.IPv6(t.data()).Upper()
	}
	p := t.packet()
	if p.IsFragment() {
		return ip.ProtoFragment, p.HeaderLen(), true
	}
	return p.Protocol(), p.HeaderLen(), true
}

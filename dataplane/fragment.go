package dataplane

import "axle/internal/ip"

// fit sends a packet out of an interface in as many pieces as its IP MTU wants.
func (w *Worker) fit(s *Snapshot, t *transit, out *Interface, l *link) {
	mtu := t.limit(out)
	if t.n <= mtu {
		w.transmit(s, t, out, l)
		return
	}
	if t.is6() {
		w.fit6(s, t, out, l, mtu)
		return
	}
	p := t.packet()
	if p.DF() {
		w.tooBig(s, t, out, mtu)
		return
	}
	f, err := ip.NewFragmenter(p, mtu)
	if err != nil {
		w.fail(out, DropTooBig)
		return
	}
	for range f.Count() {
		buf := w.piece(out, mtu)
		if buf == nil {
			return
		}
		w.sendPiece(s, t, out, l, buf, f.Next(buf[Headroom:]))
	}
}

// fit6 cuts an IPv6 packet for the MTU where this router is its source, as it is of
// the outer packets of tunnels; otherwise the source is told. RFC 8200 §5.
func (w *Worker) fit6(s *Snapshot, t *transit, out *Interface, l *link, mtu int) {
	if t.origin != byTunnel && t.origin != byHost && t.origin != byICMP {
		w.tooBig(s, t, out, mtu)
		return
	}
	if w.ident6 == 0 {
		w.ident6 = uint32(w.Now) ^ uint32(w.Now>>32) // workers must not use the same
	}
	w.ident6++
	f, err := ip.NewFragmenter6(ip.IPv6(t.data()), mtu, w.ident6)
	if err != nil {
		w.fail(out, DropTooBig)
		return
	}
	for range f.Count() {
		buf := w.piece(out, mtu)
		if buf == nil {
			return
		}
		w.sendPiece(s, t, out, l, buf, f.Next(buf[Headroom:]))
	}
}

// piece returns a buffer for a fragment, or nil; then the rest of the packet is lost.
func (w *Worker) piece(out *Interface, mtu int) []byte {
	buf := w.arena.take(Headroom + mtu + Tailroom)
	if buf == nil {
		w.fail(out, DropLimit)
	}
	return buf
}

// sendPiece sends the fragment of n bytes of t in buf.
func (w *Worker) sendPiece(s *Snapshot, t *transit, out *Interface, l *link, buf []byte, n int) {
	piece := *t
	piece.buf, piece.off, piece.n = buf, Headroom, n
	out.Counters.Fragments.Add(1)
	w.transmit(s, &piece, out, l)
}

// tooBig refuses a packet that must not be fragmented; mtu is what would pass.
func (w *Worker) tooBig(s *Snapshot, t *transit, out *Interface, mtu int) {
	w.fail(out, DropTooBig)
	if t.origin == byOther || t.origin == byHost || t.origin == byStack {
		w.sendFragNeeded(s, t, out, mtu)
	}
}

// A pile is fragments that may belong together: of one VRF, and nothing in clear
// gets between what was protected.
type pile struct {
	vrf       int
	protected bool
}

// whole puts fragments of a packet to the router together. It tells whether t
// is a whole packet now; if not, the fragment was kept or refused.
func (w *Worker) whole(t *transit) bool {
	of := pile{t.vrf.number, t.sa != nil}
	r := w.piles[of]
	if r == nil {
		r = ip.NewReassembler(ip.ReassemblyLimits{})
		if w.piles == nil {
			w.piles = map[pile]*ip.Reassembler{}
		}
		w.piles[of] = r
	}
	var p []byte
	var err error
	if t.is6() {
		p, err = r.Add6(w.Now, ip.IPv6(t.data()))
	} else {
		p, err = r.Add(w.Now, t.packet())
	}
	if err != nil {
		w.drop(t.in, DropReassembly)
		return false
	}
	if p == nil {
		return false
	}
	c, ok := w.copied(p)
	if !ok {
		return false
	}
	t.buf, t.off, t.n = c.buf, c.off, c.n
	return true
}

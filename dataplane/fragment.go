package dataplane

import "axle/internal/ip"

// fit sends a packet out of an interface in as many pieces as its IP MTU wants.
func (w *Worker) fit(s *Snapshot, t *transit, out *Interface, l *link) {
	mtu := out.ipMTU()
	if t.n <= mtu {
		w.transmit(s, t, out, l)
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
		buf := w.arena.take(Headroom + mtu)
		if buf == nil {
			w.fail(out, DropLimit) // the rest of the packet
			return
		}
		piece := *t
		piece.buf, piece.off = buf, Headroom
		piece.n = f.Next(buf[Headroom:])
		out.Counters.Fragments.Add(1)
		w.transmit(s, &piece, out, l)
	}
}

// tooBig refuses a packet that must not be fragmented; mtu is what would pass.
func (w *Worker) tooBig(s *Snapshot, t *transit, out *Interface, mtu int) {
	w.fail(out, DropTooBig)
	if t.origin == byOther || t.origin == byHost || t.origin == byStack {
		w.sendFragNeeded(s, t, out, mtu)
	}
}

// whole puts fragments of a packet to the router together. It tells whether t
// is a whole packet now; if not, the fragment was kept or refused.
func (w *Worker) whole(t *transit) bool {
	if w.reassembler == nil {
		w.reassembler = ip.NewReassembler(ip.ReassemblyLimits{})
	}
	p, err := w.reassembler.Add(w.Now, t.packet())
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

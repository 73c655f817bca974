package dataplane

// FromStack handles a batch of packets that the machine's stack sends by tunnel
// interfaces (Packet.If): it has routed them and taken its hop off. It begins with
// Reset, and the packets of in may be changed, as with Forward. A packet to a group
// goes to the multicast destinations of its tunnel.
func (w *Worker) FromStack(s *Snapshot, in []Packet) {
	w.Reset()
	for i := range in {
		p := &in[i]
		f := s.iface(p.If)
		if f == nil || p.Off < 0 || p.Len < 0 || p.Off > len(p.Buf)-p.Len {
			w.drop(nil, DropMalformed)
			continue
		}
		n, err := wholeIP(p.Data())
		if err != nil {
			w.drop(f, refusal(err))
			continue
		}
		t := transit{buf: p.Buf, off: p.Off, n: n, vrf: f.vrf, origin: byStack}
		if t.isGroup() || t.is6() && t.dst().IsLinkLocalUnicast() {
			w.output(s, &t, f, t.dst())
			continue
		}
		w.route(s, &t)
	}
}

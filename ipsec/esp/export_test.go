package esp

import "encoding/binary"

// SealAs seals like Seal, with a sequence number and an IV that the test chooses.
func (s *Outbound) SealAs(buf []byte, off, n int, next uint8, seq uint64, iv []byte) []byte {
	start, end := off-s.Head(), off+s.t.body(n)+s.t.icv
	b := buf[start:end:end]
	s.seal(b, n, next, seq, iv)
	return b
}

// SetSequence makes seq the number of the last packet.
func (s *Outbound) SetSequence(seq uint64) { s.seq = seq }

// SetTop makes seq the highest number seen.
func (s *Inbound) SetTop(seq uint64) { s.window.top = seq }

// A Window is the replay window by itself.
type Window struct{ w window }

// NewWindow returns an empty window.
func NewWindow(size int) *Window { return &Window{newWindow(size)} }

// Take takes a number, unless it is to be refused.
func (w *Window) Take(seq uint64) bool {
	ok := w.w.fresh(seq)
	if ok {
		w.w.mark(seq)
	}
	return ok
}

// Extend returns the whole number of a lower half.
func (w *Window) Extend(low uint32) (uint64, bool) { return w.w.extend(low) }

// SealRaw seals what has padding and trailer already, with an IV of zeros.
func (s *Outbound) SealRaw(body []byte, seq uint64) []byte {
	b := make([]byte, s.Head()+len(body)+s.t.icv)
	copy(b[s.Head():], body)
	return s.Reseal(b, seq)
}

// Reseal seals the packet b, whose body is in clear and has padding and trailer.
func (s *Outbound) Reseal(b []byte, seq uint64) []byte {
	binary.BigEndian.PutUint32(b, s.params.SPI)
	binary.BigEndian.PutUint32(b[4:], uint32(seq))
	s.t.seal(b, s.params.ESN, uint32(seq>>32))
	return b
}

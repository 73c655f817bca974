package esp

import "math/bits"

// A window tells which sequence numbers have been seen. It is a ring of words, as
// in RFC 6479: a word is emptied when the window moves over it, and nothing is
// ever shifted.
type window struct {
	size uint64   // numbers; 0: nothing is checked
	top  uint64   // the highest number seen; 0: none
	ring []uint64 // a power of two words, one more than the size needs
}

const wordBits = 64

func newWindow(size int) window {
	w := window{size: uint64(size)}
	if size > 0 {
		words := (size+wordBits-1)/wordBits + 1
		w.ring = make([]uint64, 1<<bits.Len(uint(words-1)))
	}
	return w
}

// fresh tells whether a packet with the number seq may be taken.
func (w *window) fresh(seq uint64) bool {
	switch {
	case w.size == 0 || seq > w.top:
		return true
	case seq == 0 || w.top-seq >= w.size: // 0 is never sent: RFC 4303 §3.3.3
		return false
	}
	return w.ring[w.word(seq)]&bit(seq) == 0
}

// mark notes that seq has been seen. It is fresh.
func (w *window) mark(seq uint64) {
	if seq > w.top {
		if w.size > 0 {
			first, last := w.top/wordBits+1, seq/wordBits
			for i := first; i <= last && i < first+uint64(len(w.ring)); i++ {
				w.ring[i&uint64(len(w.ring)-1)] = 0
			}
		}
		w.top = seq
	}
	if w.size > 0 {
		w.ring[w.word(seq)] |= bit(seq)
	}
}

func (w *window) word(seq uint64) uint64 { return seq / wordBits & uint64(len(w.ring)-1) }

func bit(seq uint64) uint64 { return 1 << (seq % wordBits) }

// extend returns the number whose lower half is low: the one nearest to the
// window. RFC 4303 appendix A2.2. It tells whether there is one: none is below
// zero.
func (w *window) extend(low uint32) (uint64, bool) {
	size := uint32(w.size)
	if size == 0 {
		size = 1 << 31 // unchecked: what is nearest to the top
	}
	top, high := uint32(w.top), w.top>>32
	bottom := top - size + 1
	switch {
	case top >= size-1: // the window lies within one turn of the lower half
		if low < bottom {
			high++
		}
	case low >= bottom: // it reaches back into the turn before
		if high == 0 {
			return 0, false
		}
		high--
	}
	if high > 1<<32-1 {
		return 0, false
	}
	return high<<32 | uint64(low), true
}

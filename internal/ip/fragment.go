package ip

import "encoding/binary"

// A Fragmenter cuts an IPv4 packet into fragments, RFC 791 §3.2.
type Fragmenter struct {
	pkt   IPv4
	mtu   int
	next  int // bytes of the payload that were written
	first int // length of the first fragment's header
}

// NewFragmenter prepares the fragments of pkt, each of at most mtu bytes. The
// packet may be a fragment itself. It must not have DF set; one that fits mtu
// comes out as it is. The bytes of pkt must stay as they are until the last
// fragment was written.
func NewFragmenter(pkt IPv4, mtu int) (Fragmenter, error) {
	f := Fragmenter{pkt: pkt, mtu: mtu, first: pkt.HeaderLen()}
	switch {
	case len(pkt) <= mtu:
		return f, nil
	case pkt.DF():
		return f, ErrDF
	case mtu < f.first+8:
		return f, ErrMTU
	case pkt.Offset()+len(pkt.Payload()) > MaxLen:
		return f, ErrLength // its end could not be written into a fragment
	}
	return f, nil
}

// Count returns the number of fragments.
func (f *Fragmenter) Count() int {
	n := len(f.pkt) - f.first
	if len(f.pkt) <= f.mtu {
		return 1
	}
	n -= (f.mtu - f.first) &^ 7
	rest := f.mtu - HeaderLen - copiedLen(f.pkt.Options())
	if n <= rest {
		return 2
	}
	chunk := rest &^ 7
	return 1 + 1 + (n-rest+chunk-1)/chunk
}

// Next writes the next fragment into dst, which must have room for the MTU, and
// returns its length; 0 after the last.
func (f *Fragmenter) Next(dst []byte) int {
	payload := f.pkt[f.first:]
	switch {
	case f.next < 0:
		return 0
	case f.next == 0 && len(f.pkt) <= f.mtu:
		f.next = -1
		return copy(dst, f.pkt)
	}
	hl := f.first
	if f.next == 0 {
		copy(dst, f.pkt[:hl])
	} else {
		copy(dst, f.pkt[:HeaderLen])
		hl = HeaderLen + copyOptions(dst[HeaderLen:], f.pkt.Options())
		dst[0] = 0x40 | uint8(hl/4)
	}
	n, more := len(payload)-f.next, f.pkt.MF()
	if hl+n > f.mtu {
		n, more = (f.mtu-hl)&^7, true
	}
	at := f.pkt.Offset() + f.next
	word := uint16(at / 8)
	if more {
		word |= flagMF
	}
	be := binary.BigEndian
	be.PutUint16(dst[2:], uint16(hl+n))
	be.PutUint16(dst[6:], word)
	copy(dst[hl:], payload[f.next:f.next+n])
	IPv4(dst).UpdateHeaderChecksum()
	f.next += n
	if f.next >= len(payload) {
		f.next = -1
	}
	return hl + n
}

// optCopied is the bit of an option's type that wants it in every fragment.
const optCopied = 0x80

// eachCopied calls yield with every option that goes into every fragment. A
// malformed list ends where it cannot be read.
func eachCopied(opts []byte, yield func([]byte)) {
	for len(opts) > 0 && opts[0] != 0 {
		n := 1
		if opts[0] != 1 {
			if len(opts) < 2 || opts[1] < 2 || int(opts[1]) > len(opts) {
				return
			}
			n = int(opts[1])
		}
		if opts[0]&optCopied != 0 {
			yield(opts[:n])
		}
		opts = opts[n:]
	}
}

// copiedLen returns the length of the options in later fragments, padded.
func copiedLen(opts []byte) int {
	n := 0
	eachCopied(opts, func(o []byte) { n += len(o) })
	return (n + 3) &^ 3
}

// copyOptions writes the options for later fragments, padded, and returns their
// length.
func copyOptions(dst, opts []byte) int {
	n := 0
	eachCopied(opts, func(o []byte) { n += copy(dst[n:], o) })
	for n%4 != 0 {
		dst[n] = 0
		n++
	}
	return n
}

package ip

import "encoding/binary"

// FragmentHeaderLen is the length of the fragment header of IPv6, bytes.
const FragmentHeaderLen = 8

// A Fragment6 is a fragment header with what follows it, RFC 8200 §4.5.
type Fragment6 []byte

// Fragment returns the fragment header at the offset that Upper found.
func (p IPv6) Fragment(at int) Fragment6 { return Fragment6(p[at:]) }

// NextHeader returns the protocol number of what was cut.
func (f Fragment6) NextHeader() uint8 { return f[0] }

// Offset returns where in the fragmentable part this one begins, bytes.
func (f Fragment6) Offset() int { return int(binary.BigEndian.Uint16(f[2:]) &^ 7) }

// MF returns the "more fragments" flag.
func (f Fragment6) MF() bool { return f[3]&1 != 0 }

// ID returns the identification.
func (f Fragment6) ID() uint32 { return binary.BigEndian.Uint32(f[4:]) }

// Payload returns the fragment's part of the packet.
func (f Fragment6) Payload() []byte { return f[FragmentHeaderLen:] }

// A Fragmenter6 cuts an IPv6 packet into fragments, as its source alone may.
// RFC 8200 §4.5.
type Fragmenter6 struct {
	pkt  IPv6
	mtu  int
	id   uint32
	next int // bytes of the payload that were written; -1: all
}

// NewFragmenter6 prepares the fragments of pkt, each of at most mtu bytes, with
// the identification id. All behind the fixed header counts as fragmentable, so
// pkt may have no extension headers that routers on the way must read. A packet
// that fits mtu comes out as it is. The bytes of pkt must stay as they are until
// the last fragment was written.
func NewFragmenter6(pkt IPv6, mtu int, id uint32) (Fragmenter6, error) {
	f := Fragmenter6{pkt: pkt, mtu: mtu, id: id}
	switch {
	case len(pkt) <= mtu:
		return f, nil
	case mtu < IPv6HeaderLen+FragmentHeaderLen+8:
		return f, ErrMTU
	case pkt.NextHeader() == ProtoFragment, pkt.NextHeader() == ProtoHopByHop, pkt.NextHeader() == ProtoRouting:
		return f, ErrDF
	}
	return f, nil
}

// chunk returns the bytes of payload of every fragment but the last.
func (f *Fragmenter6) chunk() int { return (f.mtu - IPv6HeaderLen - FragmentHeaderLen) &^ 7 }

// Count returns the number of fragments.
func (f *Fragmenter6) Count() int {
	if len(f.pkt) <= f.mtu {
		return 1
	}
	n, chunk := len(f.pkt)-IPv6HeaderLen, f.chunk()
	rest := f.mtu - IPv6HeaderLen - FragmentHeaderLen
	if n <= rest {
		return 1
	}
	return 1 + (n-rest+chunk-1)/chunk
}

// Next writes the next fragment into dst, which must have room for the MTU, and
// returns its length; 0 after the last.
func (f *Fragmenter6) Next(dst []byte) int {
	payload := f.pkt.Payload()
	switch {
	case f.next < 0:
		return 0
	case f.next == 0 && len(f.pkt) <= f.mtu:
		f.next = -1
		return copy(dst, f.pkt)
	}
	n, more := len(payload)-f.next, uint16(0)
	if IPv6HeaderLen+FragmentHeaderLen+n > f.mtu {
		n, more = f.chunk(), 1
	}
	be := binary.BigEndian
	copy(dst, f.pkt[:IPv6HeaderLen])
	be.PutUint16(dst[4:], uint16(FragmentHeaderLen+n))
	dst[6] = ProtoFragment
	h := dst[IPv6HeaderLen:]
	h[0], h[1] = f.pkt.NextHeader(), 0
	be.PutUint16(h[2:], uint16(f.next)|more)
	be.PutUint32(h[4:], f.id)
	copy(h[FragmentHeaderLen:], payload[f.next:f.next+n])
	if f.next += n; more == 0 {
		f.next = -1
	}
	return IPv6HeaderLen + FragmentHeaderLen + n
}

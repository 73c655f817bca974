package engine

import "axle/ipsec/ikev2"

// A fragments is a message of which not all parts are here. RFC 7383 §2.6.
type fragments struct {
	id    uint32
	first ikev2.PayloadType
	parts [][]byte // in clear, each of which was authenticated
	have  int
	size  int // bytes
}

// put adds a part and returns the whole chain of payloads, if that was the last one
// missing. Parts of a new division of the same message, which has more of them,
// take the place of the old: a sender tries smaller ones when it hears nothing.
// RFC 7383 §2.6.
func put(slot **fragments, id uint32, f *ikev2.Fragment, first ikev2.PayloadType, plain []byte) (ikev2.PayloadType, []byte, bool) {
	x := *slot
	if x == nil || x.id != id || len(x.parts) < int(f.Total) {
		x = &fragments{id: id, parts: make([][]byte, f.Total)}
		*slot = x
	}
	if len(x.parts) != int(f.Total) || x.parts[f.Number-1] != nil {
		return 0, nil, false
	}
	if x.size += len(plain); x.size > fragmentSum {
		*slot = nil
		return 0, nil, false
	}
	if plain == nil {
		plain = []byte{}
	}
	x.parts[f.Number-1] = plain
	if f.Number == 1 {
		x.first = first
	}
	if x.have++; x.have < len(x.parts) {
		return 0, nil, false
	}
	*slot = nil
	return x.first, concat(x.parts...), true
}

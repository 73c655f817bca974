package ip

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net/netip"
	"slices"
	"time"
)

// ErrFragment is why a Reassembler refuses a fragment, and with it its datagram:
// it overlaps another with other bytes, reaches beyond 65,535 bytes, is empty,
// or its length is no multiple of 8 bytes though more follow.
var ErrFragment = errors.New("ip: fragment refused")

// ReassemblyLimits bound a Reassembler. A zero field stands for its default.
type ReassemblyLimits struct {
	Datagrams int           // incomplete datagrams; default 64
	Bytes     int           // of their buffers; default 1 MiB
	Timeout   time.Duration // from the first fragment; default 15 s, RFC 791 §3.2
}

// A Reassembler puts fragments of IPv4 and IPv6 packets together (RFC 791 §3.2,
// RFC 8200 §4.5, with a map of blocks where RFC 815 keeps a list of holes). Where a limit is reached,
// the oldest incomplete datagram goes. Overlapping fragments are refused with
// the whole datagram, as RFC 5722 wants for IPv6; an exact repetition is not an
// overlap.
type Reassembler struct {
	// Completed, Refused, Expired and Evicted count datagrams.
	Completed, Refused, Expired, Evicted uint64

	limits  ReassemblyLimits
	pending []*datagram // oldest first
	free    []*datagram
	size    int // bytes of the buffers of pending
	whole   []byte
}

type fragKey struct {
	src, dst netip.Addr
	id       uint32
	proto    uint8 // IPv4
}

// A fragment is one part of a packet.
type fragment struct {
	key     fragKey
	header  []byte // what stands before the payload in the whole packet
	next    int    // IPv6: where in header the protocol number of the payload stands
	proto   uint8  // IPv6: that number
	payload []byte
	at      int // where in the whole payload it begins, bytes
	more    bool
}

// A datagram is one incomplete packet.
type datagram struct {
	key    fragKey
	since  int64 // nanoseconds
	header [maxUnfragmented]byte
	hlen   int    // of the first fragment; 0: not there yet
	data   []byte // payload, with holes
	have   [(MaxLen/8 + 64) / 64]uint64
	got    int // bytes of data that are there
	total  int // bytes; -1 until the last fragment came
}

// maxUnfragmented bounds what may stand before the fragmented part, bytes: an IPv4
// header, or an IPv6 header with some extensions.
const maxUnfragmented = 128

// NewReassembler returns an empty Reassembler.
func NewReassembler(l ReassemblyLimits) *Reassembler {
	if l.Datagrams <= 0 {
		l.Datagrams = 64
	}
	if l.Bytes <= 0 {
		l.Bytes = 1 << 20
	}
	if l.Timeout <= 0 {
		l.Timeout = 15 * time.Second
	}
	return &Reassembler{limits: l}
}

// Len returns the number of incomplete datagrams.
func (r *Reassembler) Len() int { return len(r.pending) }

// Add takes the fragment p at time now, in nanoseconds of any clock that does
// not go back. It returns the whole packet when p completes it, nil when parts
// are missing still. The packet is valid until the next Add. A packet that is
// no fragment is returned as it is.
func (r *Reassembler) Add(now int64, p IPv4) (IPv4, error) {
	r.Expire(now)
	if !p.IsFragment() {
		return p, nil
	}
	whole, err := r.add(now, &fragment{
		key:    fragKey{p.Src(), p.Dst(), uint32(p.ID()), p.Protocol()},
		header: p[:p.HeaderLen()], payload: p.Payload(), at: p.Offset(), more: p.MF(),
	})
	if whole == nil {
		return nil, err
	}
	q := IPv4(whole)
	binary.BigEndian.PutUint16(q[2:], uint16(len(q)))
	binary.BigEndian.PutUint16(q[6:], 0)
	q.UpdateHeaderChecksum()
	return q, nil
}

// Add6 is Add for IPv6. A packet whose extension headers cannot be walked is
// refused.
func (r *Reassembler) Add6(now int64, p IPv6) (IPv6, error) {
	r.Expire(now)
	proto, at, ok := p.Upper()
	switch {
	case !ok:
		return nil, ErrFragment
	case proto != ProtoFragment:
		return p, nil
	}
	f := p.Fragment(at)
	whole, err := r.add(now, &fragment{
		key:    fragKey{p.Src(), p.Dst(), f.ID(), 0},
		header: p[:at], next: p.nextAt(at), proto: f.NextHeader(), payload: f.Payload(), at: f.Offset(), more: f.MF(),
	})
	if whole == nil {
		return nil, err
	}
	binary.BigEndian.PutUint16(whole[4:], uint16(len(whole)-IPv6HeaderLen))
	return IPv6(whole), nil
}

// nextAt returns where the protocol number of the header at the offset at, which
// Upper found, stands.
func (p IPv6) nextAt(at int) int {
	field := 6
	for h := IPv6HeaderLen; h < at; h += 8 + 8*int(p[h+1]) {
		field = h
	}
	return field
}

// add takes a fragment. It returns the whole packet, nil where parts are missing.
func (r *Reassembler) add(now int64, f *fragment) ([]byte, error) {
	d := r.find(f.key, now)
	before := cap(d.data)
	err := d.insert(f)
	r.size += cap(d.data) - before
	if err != nil {
		r.Refused++
		r.drop(d)
		return nil, err
	}
	if d.total >= 0 && d.got == d.total && d.hlen > 0 {
		return r.complete(d)
	}
	for r.size > r.limits.Bytes && len(r.pending) > 0 {
		r.Evicted++
		r.drop(r.pending[0])
	}
	return nil, nil
}

// Expire drops the datagrams whose time is over.
func (r *Reassembler) Expire(now int64) {
	for len(r.pending) > 0 && now-r.pending[0].since >= int64(r.limits.Timeout) {
		r.Expired++
		r.drop(r.pending[0])
	}
}

// find returns the datagram with that key, a new one if need be.
func (r *Reassembler) find(key fragKey, now int64) *datagram {
	for _, d := range r.pending {
		if d.key == key {
			return d
		}
	}
	if len(r.pending) >= r.limits.Datagrams {
		r.Evicted++
		r.drop(r.pending[0])
	}
	var d *datagram
	if n := len(r.free); n > 0 {
		d, r.free = r.free[n-1], r.free[:n-1]
		d.have = [len(d.have)]uint64{}
	} else {
		d = new(datagram)
	}
	d.key, d.since, d.hlen, d.got, d.total = key, now, 0, 0, -1
	d.data = d.data[:0]
	r.size += cap(d.data)
	r.pending = append(r.pending, d)
	return d
}

// drop forgets d; its buffers are used again, unless they are large.
func (r *Reassembler) drop(d *datagram) {
	i := slices.Index(r.pending, d)
	r.pending = slices.Delete(r.pending, i, i+1)
	r.size -= cap(d.data)
	if len(r.free) < maxFree && cap(d.data) <= maxFreeBytes {
		r.free = append(r.free, d)
	}
}

// What a Reassembler keeps for later use.
const (
	maxFree      = 8
	maxFreeBytes = 16 << 10
)

// insert puts the bytes of f at their place.
func (d *datagram) insert(f *fragment) error {
	payload, at := f.payload, f.at
	end := at + len(payload)
	switch {
	case len(payload) == 0, f.more && len(payload)%8 != 0, HeaderLen+end > MaxLen,
		len(f.header) > maxUnfragmented,
		d.total >= 0 && end > d.total, // beyond the end
		!f.more && end < len(d.data):  // an end before what is there
		return ErrFragment
	}
	switch d.present(at/8, (end+7)/8) {
	case all:
		// A repetition, unless its bytes differ.
		if end > len(d.data) || !bytes.Equal(d.data[at:end], payload) {
			return ErrFragment
		}
		return nil
	case some:
		return ErrFragment
	}
	if end > len(d.data) {
		d.data = slices.Grow(d.data, end-len(d.data))[:end]
	}
	copy(d.data[at:], payload)
	d.mark(at/8, (end+7)/8)
	d.got += len(payload)
	if !f.more {
		d.total = end
	}
	if at == 0 {
		d.hlen = copy(d.header[:], f.header)
		if f.next > 0 {
			d.header[f.next] = f.proto
		}
	}
	return nil
}

// How much of a range of blocks is there.
const (
	none = iota
	some
	all
)

// present tells how many of the blocks from up to but not to are there.
func (d *datagram) present(from, to int) int {
	n := 0
	for i := from; i < to; i++ {
		if d.have[i/64]&(1<<(i%64)) != 0 {
			n++
		}
	}
	switch n {
	case 0:
		return none
	case to - from:
		return all
	}
	return some
}

func (d *datagram) mark(from, to int) {
	for i := from; i < to; i++ {
		d.have[i/64] |= 1 << (i % 64)
	}
}

// complete returns d as one packet with the header of its first fragment, whose
// lengths are still those of the fragment.
func (r *Reassembler) complete(d *datagram) ([]byte, error) {
	if d.hlen+d.total > MaxLen {
		r.Refused++
		r.drop(d)
		return nil, ErrFragment
	}
	r.whole = append(append(r.whole[:0], d.header[:d.hlen]...), d.data[:d.total]...)
	r.Completed++
	r.drop(d)
	return r.whole, nil
}

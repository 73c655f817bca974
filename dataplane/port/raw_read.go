//go:build linux

package port

import (
	"fmt"
	"net/netip"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"

	"axle/dataplane"
	"axle/internal/ip"
)

// maxMessages is how many packets one system call moves.
const maxMessages = 64

// A message is the kernel's struct mmsghdr.
type message struct {
	hdr unix.Msghdr
	n   uint32
	_   [unsafe.Sizeof(uintptr(0)) - 4]byte
}

// A Reader reads from a Raw. One goroutine may use it at a time.
type Reader struct {
	r    *Raw
	msgs [maxMessages]message
	iov  [maxMessages][2]unix.Iovec
	from [maxMessages]unix.RawSockaddrInet6
	// spill takes what the caller's buffers do not hold, one part for each
	// message, with room in front for what they did hold.
	spill []byte
	held  [maxMessages][]byte // packets in spill
	next  int                 // the first of them that waits to be handed out
	last  int                 // behind the last
	train train               // the one that is being handed out
	who   int                 // its message
	poll  poll
}

// Sizes of a part of Reader.spill, bytes. Memory that was never written costs
// nothing.
const (
	spillRoom = 16 << 10
	spillSize = spillRoom + maxRead + 1
)

// Reader returns a Reader with memory of its own.
func (r *Raw) Reader() *Reader {
	d := &Reader{r: r, spill: make([]byte, maxMessages*spillSize)}
	for i := range d.msgs {
		h := &d.msgs[i].hdr
		h.Iov = &d.iov[i][0]
		h.SetIovlen(2)
		d.iov[i][1].Base = &d.spill[i*spillSize+spillRoom]
		d.iov[i][1].SetLen(spillSize - spillRoom)
		if r.sourced() {
			h.Name = (*byte)(unsafe.Pointer(&d.from[i]))
		}
	}
	return d
}

// ReadBatch waits until there is a packet, and then takes what is there, at most
// len(in). Of each Packet it sets Off to dataplane.Headroom and Len, and writes the
// bytes into Buf, which the caller provides: it must hold more than the headroom.
// Packets are whole, with their header. That of IPv6 the kernel keeps to itself: it is
// made again from what is known, the two addresses and the length; its traffic class
// is 0, its hop limit 64, and extension headers are gone. From is its source. Of a
// socket without an address of its own the destination is ::. Segments that do not fit into in stay for
// the next call. After Close it returns os.ErrClosed.
func (d *Reader) ReadBatch(in []dataplane.Packet) (int, error) {
	r := d.r
	if len(in) == 0 {
		return 0, nil
	}
	if !r.enter() {
		return 0, os.ErrClosed
	}
	defer r.leave()
	for failed := 0; ; {
		if r.errors.Load() {
			r.drain()
		}
		n, e := d.handOut(in), unix.Errno(0)
		if n == 0 {
			n, e = d.receive(in)
		}
		switch {
		case n > 0:
			if r.v6 && r.port == 0 {
				r.head(in[:n])
			}
			r.counts.ReadPackets.Add(uint64(n))
			return n, nil
		case e == 0 || e == unix.EINTR: // nothing that fits
		case e == unix.EAGAIN:
			trouble, err := r.wait(&d.poll)
			if err == os.ErrClosed {
				return 0, err
			} else if err != nil {
				return 0, fmt.Errorf("port: raw socket of protocol %d: %w", r.proto, err)
			}
			if trouble {
				r.errors.Store(true)
			}
		default: // of a packet that was sent: the queue says of which
			r.counts.ReadErrors.Add(1)
			r.errors.Store(true)
			if failed++; failed > maxErrors {
				return 0, fmt.Errorf("port: raw socket of protocol %d: recvmmsg: %w", r.proto, e)
			}
		}
	}
}

// receive makes one system call and returns how many packets it brought. Those
// that are as they should be lie in the caller's buffers already.
func (d *Reader) receive(in []dataplane.Packet) (int, unix.Errno) {
	m := min(len(in), maxMessages)
	for i := range m {
		b := in[i].Buf[dataplane.Headroom:]
		d.iov[i][0].Base = &b[0]
		d.iov[i][0].SetLen(min(len(b), spillRoom))
		if d.r.sourced() {
			d.msgs[i].hdr.Namelen = unix.SizeofSockaddrInet6
		}
	}
	k, _, e := unix.RawSyscall6(unix.SYS_RECVMMSG, uintptr(d.r.fd), uintptr(unsafe.Pointer(&d.msgs[0])), uintptr(m), unix.MSG_DONTWAIT, 0, 0)
	if e != 0 {
		return 0, e
	}
	d.r.counts.Reads.Add(1)
	for i := range int(k) {
		p := &in[i]
		p.Off, p.Len = dataplane.Headroom, int(d.msgs[i].n)
		if p.Len > int(d.iov[i][0].Len) || p.Len == 0 || d.inspect(p.Data()) {
			d.hold(in, i, int(k))
			return i + d.handOut(in[i:]), 0
		}
		d.origin(p, i)
	}
	return int(k), 0
}

// head puts headers in front of IPv6 packets.
func (r *Raw) head(in []dataplane.Packet) {
	for i := range in {
		p := &in[i]
		h := ip.Header6{HopLimit: madeHopLimit, NextHeader: uint8(r.proto), Src: p.From, Dst: r.local.WithZone("")}
		n := p.Len
		p.Off, p.Len = p.Off-ip.IPv6HeaderLen, n+ip.IPv6HeaderLen
		ip.PutIPv6(p.Data(), h, n)
	}
}

// madeHopLimit stands in headers whose hop limit is not known.
const madeHopLimit = 64

// sourced tells whether a packet does not say itself where it came from.
func (r *Raw) sourced() bool { return r.v6 || r.port != 0 }

// origin gives p, of message i, what it does not say itself: where it came from.
func (d *Reader) origin(p *dataplane.Packet, i int) {
	switch {
	case d.r.port != 0:
		d.putHeaders(p, i)
	case d.r.v6:
		p.From = d.source(i)
	}
}

// source returns where message i came from.
func (d *Reader) source(i int) netip.Addr {
	if !d.r.v6 {
		return netip.AddrFrom4((*unix.RawSockaddrInet4)(unsafe.Pointer(&d.from[i])).Addr)
	}
	return netip.AddrFrom16(d.from[i].Addr)
}

// inspect completes the checksum of the inner packet of p, if the sender left
// that to a device that never came. It tells whether p has to be cut.
func (d *Reader) inspect(p []byte) bool {
	if d.r.proto != ip.ProtoGRE {
		return false
	}
	at, ok := greInner(p, d.r.v6)
	if !ok {
		return false
	}
	q := p[at:]
	start, sum, ok := partial(q)
	if !ok {
		return false
	}
	if mtu := int(d.r.segment.Load()); mtu > 0 && len(q) > mtu && sum-start == tcpChecksum {
		return true
	}
	complete(q, start, sum)
	return false
}

// hold moves the messages from i to k into spill, to be handed out in order.
func (d *Reader) hold(in []dataplane.Packet, i, k int) {
	for d.next, d.last = i, k; i < k; i++ {
		n := int(d.msgs[i].n)
		first := int(d.iov[i][0].Len)
		b := in[i].Buf[dataplane.Headroom:]
		part := d.spill[i*spillSize+spillRoom-first:]
		copy(part, b[:min(n, first)])
		d.held[i] = part[:n]
	}
}

// handOut fills in with packets from spill and returns how many.
func (d *Reader) handOut(in []dataplane.Packet) int {
	n := 0
	for n < len(in) {
		if !d.train.more() {
			if d.next == d.last {
				break
			}
			d.begin(d.next)
			d.next++
			continue
		}
		p := &in[n]
		k := d.train.next(p.Buf[dataplane.Headroom:])
		if k == 0 {
			d.r.counts.ReadTooLarge.Add(1)
			continue
		}
		p.Off, p.Len = dataplane.Headroom, k
		d.origin(p, d.who)
		n++
	}
	return n
}

// begin begins to hand out the held message i.
func (d *Reader) begin(i int) {
	p := d.held[i]
	d.who = i
	if d.inspect(p) {
		at, _ := greInner(p, d.r.v6)
		if d.train.begin(p, at, int(d.r.segment.Load()), d.r.v6) {
			d.r.counts.ReadTrains.Add(1)
			return
		}
	}
	d.train.whole(p)
}

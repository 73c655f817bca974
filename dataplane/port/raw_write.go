//go:build linux

package port

import (
	"os"
	"unsafe"

	"golang.org/x/sys/unix"

	"axle/dataplane"
	"axle/internal/ip"
)

// A Writer writes to a Raw. One goroutine may use it at a time.
type Writer struct {
	r    *Raw
	msgs [maxMessages]message
	iov  [maxMessages]unix.Iovec
	to4  [maxMessages]unix.RawSockaddrInet4
	to6  [maxMessages]unix.RawSockaddrInet6
}

// Writer returns a Writer with memory of its own, so that several goroutines
// may send by one socket.
func (r *Raw) Writer() *Writer {
	w := &Writer{r: r}
	for i := range w.msgs {
		h := &w.msgs[i].hdr
		h.Iov = &w.iov[i]
		h.SetIovlen(1)
		if r.v6 {
			w.to6[i].Family = unix.AF_INET6
			h.Name, h.Namelen = (*byte)(unsafe.Pointer(&w.to6[i])), unix.SizeofSockaddrInet6
		} else {
			w.to4[i].Family = unix.AF_INET
			h.Name, h.Namelen = (*byte)(unsafe.Pointer(&w.to4[i])), unix.SizeofSockaddrInet4
		}
	}
	return w
}

// WriteBatch sends whole IP packets, with their headers, to the destinations in
// these. It returns how many the kernel took; one that it refuses is counted and
// left out. It does not wait: what finds no room is dropped. The error is
// os.ErrClosed after Close.
func (w *Writer) WriteBatch(out []dataplane.Packet) (int, error) {
	r := w.r
	if !r.enter() {
		return 0, os.ErrClosed
	}
	defer r.leave()
	sent := 0
	for len(out) > 0 {
		k, m := w.fill(out)
		out = out[k:]
		sent += w.send(m)
	}
	r.counts.WritePackets.Add(uint64(sent))
	return sent, nil
}

// fill prepares the messages of packets at the beginning of out. It returns how
// many packets it looked at and how many messages there are.
func (w *Writer) fill(out []dataplane.Packet) (packets, messages int) {
	m := 0
	for i := range out {
		if m == maxMessages {
			return i, m
		}
		p := out[i].Data()
		switch {
		case !w.r.v6 && len(p) >= ip.HeaderLen && p[0]>>4 == 4:
			copy(w.to4[m].Addr[:], p[16:20])
		case w.r.v6 && len(p) >= ip.IPv6HeaderLen && p[0]>>4 == 6:
			copy(w.to6[m].Addr[:], p[24:40])
		default:
			w.r.counts.WriteErrors.Add(1)
			continue
		}
		w.iov[m].Base = &p[0]
		w.iov[m].SetLen(len(p))
		m++
	}
	return len(out), m
}

// send sends the first m messages. It returns how many the kernel took.
func (w *Writer) send(m int) int {
	r := w.r
	sent, retried := 0, -1
	for i := 0; i < m; {
		k, _, e := unix.RawSyscall6(unix.SYS_SENDMMSG, uintptr(r.fd), uintptr(unsafe.Pointer(&w.msgs[i])), uintptr(m-i), unix.MSG_DONTWAIT, 0, 0)
		r.counts.Writes.Add(1)
		switch {
		case e == 0:
			i += int(k)
			sent += int(k)
		case e == unix.EINTR:
		case again(e):
			r.counts.WriteNoBuffer.Add(1)
			i++
		case e != unix.EMSGSIZE && retried != i:
			// An ICMP error for an earlier packet is told to the next call: this
			// packet may be innocent. Of those that are too big every try would
			// leave a word in the error queue.
			r.errors.Store(true)
			retried = i
		default:
			r.refused(e)
			i++
		}
	}
	return sent
}

// refused counts a packet that the kernel refused with e.
func (r *Raw) refused(e unix.Errno) {
	switch e {
	case unix.EMSGSIZE:
		r.counts.WriteTooBig.Add(1)
	case unix.EHOSTUNREACH, unix.ENETUNREACH, unix.EHOSTDOWN, unix.ENETDOWN, unix.ECONNREFUSED:
		r.counts.WriteUnreachable.Add(1)
	default:
		r.counts.WriteErrors.Add(1)
	}
}

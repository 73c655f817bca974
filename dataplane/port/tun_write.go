//go:build linux

package port

import (
	"os"
	"unsafe"

	"golang.org/x/sys/unix"

	"axle/dataplane"
)

// A TUNWriter writes to a TUN. One goroutine may use it at a time.
type TUNWriter struct {
	t      *TUN
	merger merger
	head   [vnetLen]byte
	iov    [1 + maxPieces]unix.Iovec // vnet header first
	taken  int                       // packets that the kernel took, in this batch
	writes uint64                    // system calls in this batch
}

// Writer returns a Writer with memory of its own.
func (t *TUN) Writer() *TUNWriter {
	w := &TUNWriter{t: t}
	w.merger.tcp, w.merger.udp, w.merger.write = t.tcp, t.udp, w.write
	return w
}

// WriteBatch hands packets to the kernel, those of a flow in their order. It
// returns how many the kernel took; a packet that it refuses is counted and left
// out. The bytes in out may be changed. The error is os.ErrClosed after Close.
func (w *TUNWriter) WriteBatch(out []dataplane.Packet) (int, error) {
	t := w.t
	if !t.enter() {
		return 0, os.ErrClosed
	}
	defer t.leave()
	w.taken, w.writes = 0, 0
	for i := range out {
		w.merger.add(out[i].Data())
	}
	w.merger.flush()
	t.counts.Writes.Add(w.writes)
	t.counts.WritePackets.Add(uint64(w.taken))
	return w.taken, nil
}

// write makes one system call of a segment.
func (w *TUNWriter) write(v vnet, s *segment) {
	t := w.t
	n := 1
	for _, p := range s.pieces[:s.n] {
		if len(p) > 0 {
			w.iov[n].Base = &p[0]
			w.iov[n].SetLen(len(p))
			n++
		}
	}
	iov := w.iov[1:n]
	if t.tcp {
		v.put(w.head[:])
		w.iov[0].Base = &w.head[0]
		w.iov[0].SetLen(vnetLen)
		iov = w.iov[:n]
	}
	e := unix.EINVAL
	for n > 1 {
		_, _, e = unix.RawSyscall(unix.SYS_WRITEV, uintptr(t.fd), uintptr(unsafe.Pointer(&iov[0])), uintptr(len(iov)))
		w.writes++
		if e != unix.EINTR {
			break
		}
	}
	if e != 0 {
		t.counts.WriteErrors.Add(uint64(s.n))
		return
	}
	w.taken += s.n
}

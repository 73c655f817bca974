//go:build linux

package port

import (
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"

	"axle/dataplane"
)

// maxRead is the largest packet that the kernel hands over, bytes.
const maxRead = 65535

// A TUNReader reads from a TUN. One goroutine may use it at a time.
type TUNReader struct {
	t    *TUN
	buf  []byte // one read, vnet header first
	cut  cutter // what is left of it
	poll poll
}

// Reader returns a Reader with memory of its own. What one Reader has read and
// not yet returned, no other one returns.
func (t *TUN) Reader() *TUNReader {
	return &TUNReader{t: t, buf: make([]byte, vnetLen+maxRead)}
}

// ReadBatch waits until there is a packet, and then takes what is there, at most
// len(in). Of each Packet it sets Off to dataplane.Headroom and Len, and writes the
// bytes into Buf, which the caller provides: it must hold the headroom and a
// packet of the MTU. Segments that do not fit into in stay for the next call. After
// Close it returns os.ErrClosed.
func (r *TUNReader) ReadBatch(in []dataplane.Packet) (int, error) {
	t := r.t
	if len(in) == 0 {
		return 0, nil
	}
	if !t.enter() {
		return 0, os.ErrClosed
	}
	defer t.leave()
	n, reads := 0, uint64(0)
	for n < len(in) {
		if r.cut.more() {
			n += r.take(in[n:])
			continue
		}
		ok, err := r.read()
		if err != nil {
			return n, fmt.Errorf("port: TUN %s: read: %w", t.name, err)
		}
		if ok {
			reads++
			continue
		}
		if n > 0 {
			break
		}
		if _, err := t.wait(&r.poll); err == os.ErrClosed {
			return 0, err
		} else if err != nil {
			return 0, fmt.Errorf("port: TUN %s: %w", t.name, err)
		}
	}
	t.counts.Reads.Add(reads)
	t.counts.ReadPackets.Add(uint64(n))
	return n, nil
}

// read reads once. It tells whether there was something.
func (r *TUNReader) read() (bool, error) {
	t := r.t
	b := r.buf
	if !t.tcp {
		b = b[vnetLen:]
	}
	for {
		k, _, e := unix.RawSyscall(unix.SYS_READ, uintptr(t.fd), uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)))
		switch e {
		case 0:
			if err := r.start(b[:k]); err != nil {
				t.counts.ReadMalformed.Add(1)
			}
			return true, nil
		case unix.EINTR:
		case unix.EAGAIN:
			return false, nil
		default:
			return false, e
		}
	}
}

// start begins to hand out what was read.
func (r *TUNReader) start(b []byte) error {
	if !r.t.tcp {
		return r.cut.begin(vnet{}, b)
	}
	v, err := parseVnet(b)
	if err != nil {
		return err
	}
	return r.cut.begin(v, b[vnetLen:])
}

// take fills in with packets of the last read. It returns how many.
func (r *TUNReader) take(in []dataplane.Packet) int {
	n := 0
	for n < len(in) && r.cut.more() {
		p := &in[n]
		k := r.cut.next(p.Buf[min(dataplane.Headroom, len(p.Buf)):])
		if k == 0 {
			r.t.counts.ReadTooLarge.Add(1)
			continue
		}
		p.Off, p.Len = dataplane.Headroom, k
		n++
	}
	return n
}

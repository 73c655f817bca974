//go:build linux

package linux

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// The watch's limits.
const (
	watchBuffer = 1 << 20               // bytes of notices that wait for us in the kernel
	watchRead   = 64 << 10              // bytes of one reading; the kernel cuts off nothing smaller
	settleTime  = 50 * time.Millisecond // after a notice about a link its routes are still being flushed
)

// native is the byte order of netlink.
var native = nl.NativeEndian()

// A watch listens to the kernel's notices. Its goroutine owns it.
type watch struct {
	file     *os.File
	protocol byte
	changed  chan struct{}
	done     chan struct{}
}

// newWatch subscribes, in the namespace of the calling thread. The caller
// starts run.
func newWatch(protocol int) (*watch, error) {
	const groups = unix.RTMGRP_LINK | unix.RTMGRP_IPV4_IFADDR | unix.RTMGRP_IPV6_IFADDR |
		unix.RTMGRP_IPV4_ROUTE | unix.RTMGRP_IPV6_ROUTE
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_ROUTE)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	// The larger buffer is a comfort: a full one is noticed as ENOBUFS.
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, watchBuffer)
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: groups}); err != nil {
		return nil, errors.Join(os.NewSyscallError("bind", err), unix.Close(fd))
	}
	return &watch{
		file: os.NewFile(uintptr(fd), "netlink"), protocol: byte(protocol),
		changed: make(chan struct{}, 1), done: make(chan struct{}),
	}, nil
}

// Changes returns the channel that tells that links, addresses or routes have
// changed, however often since it was last read. It says so as well when
// notices were lost. Our own additions of routes are not told. The channel is
// never closed. After it has told of a link it may tell once more, when the
// kernel is through with that link's routes.
func (k *Kernel) Changes() <-chan struct{} { return k.watch.changed }

// close ends the watch and waits for its goroutine.
func (w *watch) close() error {
	err := w.file.Close()
	<-w.done
	if err != nil {
		return fmt.Errorf("linux: netlink: %w", err)
	}
	return nil
}

// run reads notices until the socket is closed.
func (w *watch) run() {
	defer close(w.done)
	b := make([]byte, watchRead)
	for {
		n, err := w.file.Read(b)
		switch {
		case err == nil:
			news, link := w.concerns(b[:n])
			if news {
				w.signal()
			}
			if link {
				err = w.file.SetReadDeadline(time.Now().Add(settleTime))
			}
		case errors.Is(err, os.ErrDeadlineExceeded):
			w.signal()
			err = w.file.SetReadDeadline(time.Time{})
		case errors.Is(err, unix.ENOBUFS): // notices were lost, of links perhaps
			w.signal()
			err = w.file.SetReadDeadline(time.Now().Add(settleTime))
		case errors.Is(err, unix.EINTR):
			err = nil
		}
		if err != nil {
			w.signal() // closed; or broken, and then nobody shall rest on old knowledge
			return
		}
	}
}

// signal leaves a word for the reader, if none waits there.
func (w *watch) signal() {
	select {
	case w.changed <- struct{}{}:
	default:
	}
}

// concerns reads a batch of notices: whether there is news in it, and whether
// it is about a link.
func (w *watch) concerns(b []byte) (news, link bool) {
	for len(b) >= unix.SizeofNlMsghdr {
		size := int(native.Uint32(b))
		if size < unix.SizeofNlMsghdr || size > len(b) {
			return true, link // not what we understand: look for yourself
		}
		switch kind := native.Uint16(b[4:]); kind {
		case unix.RTM_NEWLINK, unix.RTM_DELLINK:
			news, link = true, true
		case unix.RTM_NEWADDR, unix.RTM_DELADDR:
			news = true
		case unix.RTM_NEWROUTE, unix.RTM_DELROUTE:
			news = news || w.concernsRoute(kind, b[unix.SizeofNlMsghdr:size])
		}
		b = b[min((size+3)&^3, len(b)):]
	}
	return news, link
}

// concernsRoute tells whether a notice about a route is news. Deletions of our
// own routes are: somebody else may have made them.
func (w *watch) concernsRoute(kind uint16, b []byte) bool {
	if len(b) < unix.SizeofRtMsg {
		return true
	}
	table, protocol := b[4], b[5]
	if table != unix.RT_TABLE_MAIN || native.Uint32(b[8:])&unix.RTM_F_CLONED != 0 {
		return false
	}
	return kind == unix.RTM_DELROUTE || protocol != w.protocol
}

//go:build linux

package port

import (
	"fmt"
	"os"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A file is a non-blocking descriptor that may be closed while others use it. The
// descriptor itself is closed by the last user, so that its number is not given
// to another file under the feet of a call.
type file struct {
	fd     int
	event  int          // eventfd, readable once the file is closed
	users  atomic.Int64 // the owner and the calls on their way
	closed atomic.Bool
	freed  atomic.Bool
}

// init takes the descriptor fd over and makes it non-blocking. After an error fd
// is closed.
func (f *file) init(fd int) error {
	event, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err == nil {
		if err = unix.SetNonblock(fd, true); err == nil {
			f.fd, f.event = fd, event
			f.users.Store(1)
			return nil
		}
		unix.Close(event)
	}
	unix.Close(fd)
	return err
}

// enter begins a use of the descriptor. It tells whether there still is one;
// then leave ends the use.
func (f *file) enter() bool {
	f.users.Add(1)
	if f.closed.Load() {
		f.leave()
		return false
	}
	return true
}

func (f *file) leave() {
	if f.users.Add(-1) == 0 && !f.freed.Swap(true) {
		unix.Close(f.fd)
		unix.Close(f.event)
	}
}

// close wakes those who wait, and closes the descriptor after the last of them.
func (f *file) close() error {
	if f.closed.Swap(true) {
		return os.ErrClosed
	}
	one := [8]byte{1}
	_, err := unix.Write(f.event, one[:])
	f.leave()
	return err
}

// A poll is what the kernel is asked with: memory of one who waits.
type poll [2]unix.PollFd

// wait returns when the descriptor is readable or has an error to tell; trouble
// says that it has. After a close it returns os.ErrClosed.
func (f *file) wait(p *poll) (trouble bool, err error) {
	for {
		if f.closed.Load() {
			return false, os.ErrClosed
		}
		p[0] = unix.PollFd{Fd: int32(f.fd), Events: unix.POLLIN}
		p[1] = unix.PollFd{Fd: int32(f.event), Events: unix.POLLIN}
		_, _, e := unix.Syscall6(unix.SYS_PPOLL, uintptr(unsafe.Pointer(p)), 2, 0, 0, 0, 0)
		switch {
		case e == unix.EINTR:
		case e != 0:
			return false, fmt.Errorf("ppoll: %w", e)
		case p[1].Revents != 0:
			return false, os.ErrClosed
		default:
			return p[0].Revents&unix.POLLERR != 0, nil
		}
	}
}

// again tells whether a call that failed with e will do when there is something
// to read or room to write.
func again(e unix.Errno) bool { return e == unix.EAGAIN || e == unix.ENOBUFS }

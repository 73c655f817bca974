//go:build linux

package linux

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// kept are the capabilities that the router uses.
var kept = [...]struct {
	bit    uint
	name   string
	needed bool // the router cannot run without
}{
	{unix.CAP_NET_ADMIN, "CAP_NET_ADMIN", true},
	{unix.CAP_NET_RAW, "CAP_NET_RAW", true},
	{unix.CAP_NET_BIND_SERVICE, "CAP_NET_BIND_SERVICE", false}, // for port 500, of protected tunnels
}

// ErrCapability is wrapped when the process may not do what the router needs.
var ErrCapability = errors.New("run as root, or `setcap cap_net_admin,cap_net_raw+ep axle`")

// Missing returns the names of those of CAP_NET_ADMIN and CAP_NET_RAW that the
// process does not have.
func Missing() []string {
	sets, err := capabilities()
	var out []string
	for _, c := range kept {
		if c.needed && (err != nil || sets.effective&(1<<c.bit) == 0) {
			out = append(out, c.name)
		}
	}
	return out
}

// Require returns an error that says what is missing and what to do, or nil.
func Require() error {
	if m := Missing(); len(m) > 0 {
		return fmt.Errorf("needs %s: %w", strings.Join(m, " and "), ErrCapability)
	}
	return nil
}

// DropOthers keeps only CAP_NET_ADMIN, CAP_NET_RAW and CAP_NET_BIND_SERVICE, of what
// the process has, in all threads and for good: no ambient nor inheritable ones, and programs
// that it starts gain none (PR_SET_NO_NEW_PRIVS). The bounding set can be
// narrowed with CAP_SETPCAP only; without it the rest holds all the same.
// It needs a program built without cgo.
func DropOthers() error {
	sets, err := capabilities()
	if err != nil {
		return err
	}
	var keep uint64
	for _, c := range kept {
		keep |= 1 << c.bit
	}
	if sets.effective&(1<<unix.CAP_SETPCAP) != 0 {
		for bit := range uintptr(unix.CAP_LAST_CAP + 1) {
			if keep&(1<<bit) != 0 {
				continue
			}
			err := everywhere("bounding set", unix.SYS_PRCTL, unix.PR_CAPBSET_DROP, bit, 0)
			if err != nil && !errors.Is(err, unix.EINVAL) { // unknown to an older kernel
				return err
			}
		}
	}
	if err := everywhere("ambient set", unix.SYS_PRCTL, unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0); err != nil {
		return err
	}
	if err := everywhere("no new privileges", unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0); err != nil {
		return err
	}
	sets.effective &= keep
	sets.permitted &= keep
	sets.inheritable = 0
	head, data := sets.wire()
	return everywhere("sets", unix.SYS_CAPSET, uintptr(unsafe.Pointer(&head)), uintptr(unsafe.Pointer(&data[0])), 0)
}

// everywhere makes a system call in all threads of the process. Pointers among
// its arguments stay valid while it runs.
//
//go:uintptrescapes
func everywhere(what string, call, a, b, c uintptr) error {
	_, _, errno := syscall.AllThreadsSyscall6(call, a, b, c, 0, 0, 0)
	switch errno {
	case 0:
		return nil
	case unix.ENOTSUP:
		return fmt.Errorf("linux: capabilities: %s: built with cgo, build with CGO_ENABLED=0: %w", what, errno)
	}
	return fmt.Errorf("linux: capabilities: %s: %w", what, errno)
}

// capSets are the capability sets of a thread, a bit each.
type capSets struct{ effective, permitted, inheritable uint64 }

// capabilities reads the sets of the calling thread.
func capabilities() (capSets, error) {
	head := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&head, &data[0]); err != nil {
		return capSets{}, fmt.Errorf("linux: capabilities: %w", os.NewSyscallError("capget", err))
	}
	join := func(low, high uint32) uint64 { return uint64(low) | uint64(high)<<32 }
	return capSets{
		join(data[0].Effective, data[1].Effective),
		join(data[0].Permitted, data[1].Permitted),
		join(data[0].Inheritable, data[1].Inheritable),
	}, nil
}

// wire returns s as the kernel takes it.
func (s capSets) wire() (unix.CapUserHeader, [2]unix.CapUserData) {
	var d [2]unix.CapUserData
	for i := range d {
		d[i] = unix.CapUserData{
			Effective:   uint32(s.effective >> (32 * i)),
			Permitted:   uint32(s.permitted >> (32 * i)),
			Inheritable: uint32(s.inheritable >> (32 * i)),
		}
	}
	return unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, d
}

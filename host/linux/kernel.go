//go:build linux

package linux

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// Limits and defaults.
const (
	DefaultProtocol = 161 // number of our routes and addresses

	firstProtocol = unix.RTPROT_STATIC + 1 // below: the kernel's and the administrator's own
	lastProtocol  = 255
	dumpTries     = 5                // a table that changes while it is read is read again
	answerTime    = 10 * time.Second // the kernel's time to answer a request
)

// ErrNoLink is wrapped when a link of that name does not exist.
var ErrNoLink = errors.New("no such link")

// Options say how a Kernel is opened.
type Options struct {
	// Protocol is the number that our routes and addresses carry, 5 to 255.
	// 0 means DefaultProtocol.
	Protocol int
	// Namespace is the path of a network namespace, as /run/netns/NAME. Empty
	// means the one of the calling thread. To enter another one takes
	// CAP_SYS_ADMIN, for Open and Sysctl.
	Namespace string
}

// A Kernel is the network configuration of the machine. One goroutine owns it.
type Kernel struct {
	protocol int
	ns       netns.NsHandle // closed: the process is in the right one
	handle   *netlink.Handle
	own      *nl.SocketHandle // for requests that handle cannot make; tells the reasons of refusals
	added    map[placed]bool  // addresses that we added
	watch    *watch
}

// Open opens the network configuration of the machine and begins to watch it.
// It changes nothing.
func Open(o Options) (*Kernel, error) {
	k := &Kernel{protocol: o.Protocol, ns: netns.None(), added: map[placed]bool{}}
	if k.protocol == 0 {
		k.protocol = DefaultProtocol
	}
	if k.protocol < firstProtocol || k.protocol > lastProtocol {
		return nil, fmt.Errorf("linux: protocol %d: not between %d and %d", k.protocol, firstProtocol, lastProtocol)
	}
	if o.Namespace != "" {
		ns, err := netns.GetFromPath(o.Namespace)
		if err != nil {
			return nil, fmt.Errorf("linux: namespace %s: %w", o.Namespace, err)
		}
		k.ns = ns
	}
	if err := k.inside(k.open); err != nil {
		return nil, errors.Join(fmt.Errorf("linux: netlink: %w", err), k.Close())
	}
	return k, nil
}

// open makes the sockets, in the namespace of the calling thread.
func (k *Kernel) open() (err error) {
	if k.handle, err = netlink.NewHandle(unix.NETLINK_ROUTE); err != nil {
		return err
	}
	if err := k.handle.SetSocketTimeout(answerTime); err != nil {
		return err
	}
	s, err := nl.GetNetlinkSocketAt(netns.None(), netns.None(), unix.NETLINK_ROUTE)
	if err != nil {
		return err
	}
	k.own = &nl.SocketHandle{Socket: s}
	tv := unix.NsecToTimeval(int64(answerTime))
	if err := errors.Join(s.SetSendTimeout(&tv), s.SetReceiveTimeout(&tv)); err != nil {
		return err
	}
	if err := s.SetExtAck(true); err != nil && !errors.Is(err, unix.ENOPROTOOPT) {
		return err // before Linux 4.12 refusals have no reasons
	}
	w, err := newWatch(k.protocol)
	if err != nil {
		return err
	}
	k.watch = w
	go w.run()
	return nil
}

// Close ends the watch and closes the sockets. It removes nothing: that is for
// Clean.
func (k *Kernel) Close() error {
	var err error
	if k.watch != nil {
		err = k.watch.close()
		k.watch = nil
	}
	if k.own != nil {
		k.own.Close()
		k.own = nil
	}
	if k.handle != nil {
		k.handle.Close()
		k.handle = nil
	}
	if k.ns.IsOpen() {
		err = errors.Join(err, k.ns.Close())
	}
	return err
}

// inside runs f in k's namespace. A thread that cannot be brought back is not
// used again.
func (k *Kernel) inside(f func() error) error {
	if !k.ns.IsOpen() {
		return f()
	}
	result := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		if err := netns.Set(k.ns); err != nil {
			result <- os.NewSyscallError("setns", err)
			return
		}
		result <- f()
	}()
	return <-result
}

// ask sends a request on our own socket and returns the answers of kind reply.
// An interrupted dump is asked for again.
func (k *Kernel) ask(kind, flags int, reply uint16, data ...nl.NetlinkRequestData) ([][]byte, error) {
	return steady(func() ([][]byte, error) {
		req := nl.NewNetlinkRequest(kind, flags)
		req.Sockets = map[int]*nl.SocketHandle{unix.NETLINK_ROUTE: k.own}
		for _, d := range data {
			req.AddData(d)
		}
		return req.Execute(unix.NETLINK_ROUTE, reply)
	})
}

// steady calls read until it was not interrupted by a change, a few times.
func steady[T any](read func() (T, error)) (T, error) {
	for try := 1; ; try++ {
		v, err := read()
		if try == dumpTries || !errors.Is(err, netlink.ErrDumpInterrupted) {
			return v, err
		}
	}
}

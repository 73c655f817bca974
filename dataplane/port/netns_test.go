//go:build linux

package port

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"axle/dataplane"
)

// A namespace is a network namespace of a test.
type namespace struct {
	tb   testing.TB
	name string
}

// needRoot skips the test where there is no right or no device to open ports.
func needRoot(tb testing.TB) {
	tb.Helper()
	if os.Getenv("AXLE_NETNS") == "" {
		tb.Skip("works on the machine's kernel: make netns runs it")
	}
	if os.Getuid() != 0 {
		tb.Skip("not root: ports need CAP_NET_ADMIN and CAP_NET_RAW")
	}
	if _, err := os.Stat("/dev/net/tun"); err != nil {
		tb.Skip("no /dev/net/tun")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		tb.Skip("no ip command (iproute2) to make namespaces with")
	}
}

// newNamespace makes a namespace that goes away with the test.
func newNamespace(tb testing.TB, name string) *namespace {
	tb.Helper()
	needRoot(tb)
	ns := &namespace{tb, fmt.Sprintf("axle-port-%d-%s", os.Getpid(), name)}
	command(tb, "ip", "netns", "add", ns.name)
	tb.Cleanup(func() { command(tb, "ip", "netns", "del", ns.name) })
	ns.ip("link set lo up")
	return ns
}

func command(tb testing.TB, name string, args ...string) {
	tb.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		tb.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// ip runs the ip command in the namespace.
func (ns *namespace) ip(args string) {
	ns.tb.Helper()
	command(ns.tb, "ip", append([]string{"-n", ns.name}, strings.Fields(args)...)...)
}

// do calls f on a thread that is in the namespace. What f opens stays in it.
func (ns *namespace) do(f func()) {
	ns.tb.Helper()
	runtime.LockOSThread()
	old, err := os.Open(fmt.Sprintf("/proc/self/task/%d/ns/net", unix.Gettid()))
	if err != nil {
		ns.tb.Fatal(err)
	}
	defer old.Close()
	there, err := os.Open("/run/netns/" + ns.name)
	if err != nil {
		ns.tb.Fatal(err)
	}
	defer there.Close()
	if err := unix.Setns(int(there.Fd()), unix.CLONE_NEWNET); err != nil {
		ns.tb.Fatal(err)
	}
	defer func() {
		if err := unix.Setns(int(old.Fd()), unix.CLONE_NEWNET); err == nil {
			runtime.UnlockOSThread()
		} // else the thread ends with its goroutine
	}()
	f()
}

// tun opens a TUN in the namespace, gives it an address and sets it up.
func (ns *namespace) tun(o TUNOptions, addr string) *TUN {
	ns.tb.Helper()
	var t *TUN
	var err error
	ns.do(func() { t, err = OpenTUN("tunnel0", o) })
	if err != nil {
		ns.tb.Fatal(err)
	}
	ns.tb.Cleanup(func() { t.Close() })
	ns.ip("addr add " + addr + " dev tunnel0")
	ns.ip("link set tunnel0 up")
	return t
}

// raw opens a raw socket of GRE in the namespace.
func (ns *namespace) raw(local string) *Raw {
	ns.tb.Helper()
	var r *Raw
	var err error
	ns.do(func() { r, err = OpenRaw(unix.IPPROTO_GRE, netip.MustParseAddr(local), "") })
	if err != nil {
		ns.tb.Fatal(err)
	}
	ns.tb.Cleanup(func() { r.Close() })
	return r
}

// pair makes two namespaces with a link between them.
func pair(tb testing.TB) (a, b *namespace) {
	tb.Helper()
	a, b = newNamespace(tb, "a"), newNamespace(tb, "b")
	command(tb, "ip", "link", "add", "eth0", "netns", a.name, "type", "veth", "peer", "name", "eth0", "netns", b.name)
	for ns, n := range map[*namespace]int{a: 1, b: 2} {
		ns.ip(fmt.Sprintf("addr add 203.0.113.%d/24 dev eth0", n))
		ns.ip(fmt.Sprintf("addr add 2001:db8::%d/64 dev eth0 nodad", n))
		ns.ip("link set eth0 up")
	}
	return a, b
}

// packets returns n packets with buffers of size bytes behind the headroom.
func packets(n, size int) []dataplane.Packet {
	in := make([]dataplane.Packet, n)
	for i := range in {
		in[i].Buf = make([]byte, dataplane.Headroom+size)
	}
	return in
}

// readOne reads until f likes a packet, which it returns a copy of.
func readOne(read func([]dataplane.Packet) (int, error), f func([]byte) bool) ([]byte, error) {
	in := packets(8, 2048)
	for {
		n, err := read(in)
		if err != nil {
			return nil, err
		}
		for _, p := range in[:n] {
			if f(p.Data()) {
				return append([]byte(nil), p.Data()...), nil
			}
		}
	}
}

// closed tells whether err is what a closed port returns.
func closed(err error) bool { return errors.Is(err, os.ErrClosed) }

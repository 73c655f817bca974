//go:build linux

package linux

import (
	"net/netip"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// waitChange waits for a word about a change.
func waitChange(t *testing.T, k *Kernel, what string) {
	t.Helper()
	select {
	case <-k.Changes():
	case <-time.After(5 * time.Second):
		t.Fatalf("nothing told about: %s", what)
	}
}

// quiet waits until no more changes are told.
func quiet(k *Kernel) {
	for {
		select {
		case <-k.Changes():
		case <-time.After(4 * settleTime):
			return
		}
	}
}

func TestChanges(t *testing.T) {
	enter(t)
	ground(t)
	k := open(t)
	quiet(k)
	for _, s := range []string{
		"address add 10.0.0.1/24 dev eth0", "address delete 10.0.0.1/24 dev eth0", "route add 10.1.0.0/16 dev eth0",
		"route delete 10.1.0.0/16", "-6 route add 2001:db8:100::/48 dev eth0", "link set eth0 mtu 1400", "link set eth0 down",
		"link set eth0 up", "link set p1 down", "link delete eth1", "link add eth1 type veth peer name p1",
	} {
		ip(t, s)
		waitChange(t, k, s)
		quiet(k)
	}
	set(t, k, "10.1.0.0/16 dev eth0", "10.2.0.0/16 dev eth0")
	select {
	case <-k.Changes():
		t.Error("our own additions are told")
	case <-time.After(4 * settleTime):
	}
	ip(t, "route delete 10.1.0.0/16")
	waitChange(t, k, "somebody removes a route of ours")
}

// TestChangesOverflow fills the socket's buffer while nobody reads: the loss is
// told, and later changes as well.
func TestChangesOverflow(t *testing.T) {
	enter(t)
	ground(t)
	k := open(t)
	quiet(k)
	w, err := newWatch(DefaultProtocol)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := w.file.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var small error
	if err := raw.Control(func(fd uintptr) {
		small = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, 1)
	}); err != nil || small != nil {
		t.Fatal(err, small)
	}
	var own []Route // no news by themselves
	for i := range 500 {
		own = append(own, Route{Prefix: netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 1, byte(i), byte(i >> 8)}), 32), Link: "eth0"})
	}
	if err := k.SetRoutes(own); err != nil {
		t.Fatal(err)
	}
	k.watch, w = w, k.watch // from here on the small one, which the test's end closes
	if err := w.close(); err != nil {
		t.Error(err)
	}
	go k.watch.run()
	waitChange(t, k, "lost notices")
	quiet(k)
	ip(t, "route add 172.16.0.0/16 dev eth0")
	waitChange(t, k, "a route after the flood")
}

//go:build linux

package linux

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/vishvananda/netns"
)

// enter moves the test into a network namespace of its own, which ends with it.
func enter(t testing.TB) {
	t.Helper()
	if os.Getenv("AXLE_NETNS") == "" {
		t.Skip("works on the machine's kernel: make netns runs it")
	}
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	runtime.LockOSThread()
	old, err := netns.Get()
	if err != nil {
		t.Fatal(err)
	}
	ns, err := netns.New()
	if err != nil {
		runtime.UnlockOSThread()
		t.Skipf("needs network namespaces: %v", err)
	}
	t.Cleanup(func() {
		if err := errors.Join(netns.Set(old), ns.Close(), old.Close()); err != nil {
			t.Error(err)
			return // the thread stays locked and ends with the test
		}
		runtime.UnlockOSThread()
	})
}

// open returns a Kernel of the test's namespace.
func open(t testing.TB) *Kernel {
	t.Helper()
	k, err := Open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	})
	return k
}

// ip runs ip(8) in the test's namespace and returns what it prints.
func ip(t testing.TB, args string) string {
	t.Helper()
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("needs iproute2")
	}
	out, err := exec.Command("ip", strings.Fields(args)...).CombinedOutput()
	if err != nil {
		t.Fatalf("ip %s: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// wire makes a link with a cable: the other end is its peer.
func wire(t testing.TB, name, peer string) {
	t.Helper()
	ip(t, "link add "+name+" type veth peer name "+peer)
	ip(t, "link set "+peer+" up")
}

// ground is two links with addresses, eth0 and eth1; their peers are p0 and p1.
func ground(t testing.TB) {
	t.Helper()
	ip(t, "link set lo up")
	if err := os.WriteFile("/proc/sys/net/ipv6/conf/default/accept_dad", []byte("0"), 0); err != nil {
		t.Skipf("needs IPv6: %v", err)
	}
	for i, name := range []string{"eth0", "eth1"} {
		wire(t, name, fmt.Sprint("p", i))
		ip(t, fmt.Sprintf("address add 192.0.%d.1/24 dev %s", 2+i, name))
		ip(t, fmt.Sprintf("address add 2001:db8:%d::1/64 dev %s nodad", 2+i, name))
		ip(t, "link set "+name+" up")
	}
}

func TestClean(t *testing.T) {
	enter(t)
	ground(t)
	crashed := open(t)
	set(t, crashed, "10.1.0.0/16 dev eth0", "2001:db8:100::/48 dev eth0", "blackhole 10.2.0.0/16")
	if err := crashed.SetAddrs("eth0", []netip.Prefix{netip.MustParsePrefix("10.7.0.1/24"), netip.MustParsePrefix("2001:db8:7::1/64")}, false); err != nil {
		t.Fatal(err)
	}
	ip(t, "route add 10.1.0.0/16 dev eth0 table 70000 proto 161")
	ip(t, "route add 10.9.0.0/16 via 192.0.2.9 proto static")

	k := open(t) // knows nothing of the first
	if err := k.Clean(); err != nil {
		t.Fatal(err)
	}
	wantShown(t)
	if out := ip(t, "route show table all proto 161"); out != "" {
		t.Errorf("left: %s", out)
	}
	if !strings.Contains(ip(t, "route show"), "10.9.0.0/16 via 192.0.2.9") {
		t.Error("the route of another went too")
	}
	if out := ip(t, "address show eth0"); !strings.Contains(out, "192.0.2.1/24") || strings.Contains(out, "10.7.0.1") || strings.Contains(out, "2001:db8:7::1") {
		if strings.Contains(out, "10.7.0.1") {
			t.Logf("before Linux 5.18 addresses carry no number")
		}
		t.Errorf("addresses after Clean: %s", out)
	}
	if err := k.Clean(); err != nil {
		t.Errorf("a second time: %v", err)
	}
}

func TestNamespace(t *testing.T) {
	enter(t)
	wire(t, "inner", "peer")
	here, err := netns.Get()
	if err != nil {
		t.Fatal(err)
	}
	path := fmt.Sprintf("/proc/self/fd/%d", here)
	enter(t) // another one
	k, err := Open(Options{Namespace: path, Protocol: 77})
	if err != nil {
		t.Fatal(err)
	}
	if l := find(t, k, "inner"); l.Kind != "veth" {
		t.Errorf("link %+v", l)
	}
	if _, err := k.Sysctl("inner", "rp_filter", "2"); err != nil {
		t.Error(err)
	}
	if err := errors.Join(k.SetUp("inner", true), k.SetRoutes(routes(t, "10.0.0.0/8 dev inner")), k.Clean(), k.Close(), k.Close(), here.Close()); err != nil {
		t.Error(err)
	}
	for _, o := range []Options{{Namespace: "/nowhere"}, {Protocol: 4}, {Protocol: 256}, {Namespace: "/dev/null"}} {
		if k, err := Open(o); err == nil || k != nil {
			t.Errorf("%+v: opened", o)
		}
	}
}

// TestCloseLeavesNothing counts descriptors.
func TestCloseLeavesNothing(t *testing.T) {
	count := func() int {
		list, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Skip("needs /proc")
		}
		return len(list)
	}
	open(t) // whatever the runtime opens once
	before := count()
	for range 20 {
		k, err := Open(Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	}
	if after := count(); after > before {
		t.Errorf("%d descriptors before, %d after", before, after)
	}
}

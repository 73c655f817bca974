//go:build linux

package linux

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"os/exec"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// enter moves the test into a network namespace of its own, which ends with it.
func enter(t testing.TB) {
	t.Helper()
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

// set calls SetRoutes with one route a line.
func set(t testing.TB, k *Kernel, lines ...string) {
	t.Helper()
	if err := k.SetRoutes(routes(t, lines...)); err != nil {
		t.Fatal(err)
	}
}

// shown returns our routes as ip(8) shows them, a line each, both families.
func shown(t testing.TB) []string {
	t.Helper()
	var out []string
	for _, family := range []string{"-4", "-6"} {
		for line := range strings.Lines(ip(t, family+" route show proto 161")) {
			out = append(out, strings.Join(strings.Fields(line), " "))
		}
	}
	return out
}

func wantShown(t testing.TB, want ...string) {
	t.Helper()
	if got := shown(t); !slices.Equal(got, want) {
		t.Errorf("our routes are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// theirs returns all routes as ip(8) shows them, without those for link-local
// addresses, which come a while after their link.
func theirs(t testing.TB) string {
	t.Helper()
	var b strings.Builder
	for line := range strings.Lines(ip(t, "-4 route show") + "\n" + ip(t, "-6 route show")) {
		if !strings.HasPrefix(line, "fe80:") {
			b.WriteString(line)
		}
	}
	return strings.TrimSpace(b.String())
}

func TestSetRoutes(t *testing.T) {
	enter(t)
	ground(t)
	k := open(t)
	ip(t, "route add 10.9.0.0/16 via 192.0.2.9 proto static")
	others := theirs(t)

	set(t, k, "10.1.0.0/16 via 192.0.2.9", "10.2.0.0/16 dev eth1 metric 7 src 192.0.3.1", "blackhole 10.3.0.0/16",
		"2001:db8:100::/48 via 2001:db8:2::9 dev eth0", "0.0.0.0/0 via 192.0.2.9 dev eth0", "0.0.0.0/0 via 192.0.3.9 dev eth1",
		"::/0 via 2001:db8:2::9", "unreachable 2001:db8:200::/48", "10.4.0.0/16 via 2001:db8:2::9 dev eth0")
	wantShown(t,
		"default", "nexthop via 192.0.2.9 dev eth0 weight 1", "nexthop via 192.0.3.9 dev eth1 weight 1",
		"10.1.0.0/16 via 192.0.2.9 dev eth0", "10.2.0.0/16 dev eth1 scope link src 192.0.3.1 metric 7", "blackhole 10.3.0.0/16",
		"10.4.0.0/16 via inet6 2001:db8:2::9 dev eth0",
		"2001:db8:100::/48 via 2001:db8:2::9 dev eth0 metric 1024 pref medium",
		"unreachable 2001:db8:200::/48 dev lo metric 1024 pref medium",
		"default via 2001:db8:2::9 dev eth0 metric 1024 pref medium")

	set(t, k, "10.1.0.0/16 via 192.0.3.9", "unreachable 10.3.0.0/16", "2001:db8:100::/48 dev eth1")
	wantShown(t, "10.1.0.0/16 via 192.0.3.9 dev eth1", "unreachable 10.3.0.0/16", "2001:db8:100::/48 dev eth1 metric 1024 pref medium")

	set(t, k)
	if now := theirs(t); now != others {
		t.Errorf("the routes of others are\n%s\nand were\n%s", now, others)
	}
}

func TestSetRoutesGoesOn(t *testing.T) {
	enter(t)
	ground(t)
	k := open(t)
	ip(t, "route add 10.9.0.0/16 via 192.0.2.9 proto static")
	ip(t, "route add 2001:db8:900::/48 via 2001:db8:2::9 proto static")
	err := k.SetRoutes(routes(t, "10.1.0.0/16 via 198.51.100.1", "10.2.0.0/16 via 192.0.2.9", "10.9.0.0/16 via 192.0.3.9",
		"10.5.0.0/16 dev eth7", "2001:db8:900::/48 via 2001:db8:3::9"))
	for _, says := range []string{
		"linux: route 10.1.0.0/16 via 198.51.100.1: network is unreachable", "invalid gateway",
		"linux: route 10.9.0.0/16 via 192.0.3.9: file exists", "linux: route 10.5.0.0/16 dev eth7: no such link",
		"linux: route 2001:db8:900::/48 via 2001:db8:3::9 metric 1024: file exists",
	} {
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("the error does not say %q:\n%v", says, err)
		}
	}
	if !errors.Is(err, unix.ENETUNREACH) || !errors.Is(err, ErrNoLink) {
		t.Errorf("the error does not wrap what happened: %v", err)
	}
	wantShown(t, "10.2.0.0/16 via 192.0.2.9 dev eth0")

	// A change that the kernel refuses does not leave the old route behind.
	if err := k.SetRoutes(routes(t, "10.2.0.0/16 via 198.51.100.1")); !errors.Is(err, unix.ENETUNREACH) {
		t.Error(err)
	}
	wantShown(t)
	for _, s := range []string{"route show 10.9.0.0/16", "-6 route show 2001:db8:900::/48"} {
		if got := ip(t, s); !strings.Contains(got, "dev eth0 proto static") {
			t.Errorf("%s: %s", s, got)
		}
	}

	var many []Route
	for i := range 100 {
		many = append(many, Route{Prefix: netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 1, byte(i), 0}), 24), Link: "eth7"})
	}
	if err := k.SetRoutes(many); err == nil || !strings.Contains(err.Error(), "84 more routes failed") || strings.Count(err.Error(), "\n") != maxErrors {
		t.Errorf("100 failures: %v", err)
	}
}

func TestSetRoutesRepairs(t *testing.T) {
	enter(t)
	ground(t)
	k := open(t)
	want := []string{"10.1.0.0/16 via 192.0.2.9 dev eth0", "10.2.0.0/16 dev eth0", "2001:db8:100::/48 via 2001:db8:2::9 dev eth0"}
	show := []string{"10.1.0.0/16 via 192.0.2.9 dev eth0", "10.2.0.0/16 dev eth0 scope link", "2001:db8:100::/48 via 2001:db8:2::9 dev eth0 metric 1024 pref medium"}
	set(t, k, want...)
	wantShown(t, show...)

	ip(t, "link set eth0 down")
	wantShown(t)
	if err := k.SetRoutes(routes(t, want...)); !errors.Is(err, unix.ENETDOWN) && !errors.Is(err, unix.ENETUNREACH) {
		t.Errorf("link down: %v", err)
	}
	ip(t, "link set eth0 up")
	ip(t, "address replace 2001:db8:2::1/64 dev eth0 nodad")
	set(t, k, want...)
	wantShown(t, show...)

	ip(t, "link delete eth0")
	if err := k.SetRoutes(routes(t, want...)); !errors.Is(err, ErrNoLink) {
		t.Errorf("link gone: %v", err)
	}
	wire(t, "eth0", "p0")
	ip(t, "address add 192.0.2.1/24 dev eth0")
	ip(t, "address add 2001:db8:2::1/64 dev eth0 nodad")
	ip(t, "link set eth0 up")
	set(t, k, want...)
	wantShown(t, show...)

	// Names change places: the routes follow the names.
	ip(t, "link set eth0 name old")
	ip(t, "link set eth1 name eth0")
	set(t, k, "10.2.0.0/16 dev eth0", "10.3.0.0/16 dev old")
	wantShown(t, "10.2.0.0/16 dev eth0 scope link", "10.3.0.0/16 dev old scope link")

	ip(t, "route delete 10.2.0.0/16")
	ip(t, "route add 10.4.0.0/16 dev old proto 161")
	ip(t, "route append 10.3.0.0/16 dev eth0 proto 161")
	set(t, k, "10.2.0.0/16 dev eth0", "10.3.0.0/16 dev old")
	wantShown(t, "10.2.0.0/16 dev eth0 scope link", "10.3.0.0/16 dev old scope link")
}

// TestSetRoutesRandom sets random tables, and compares what the kernel then has.
func TestSetRoutesRandom(t *testing.T) {
	enter(t)
	ground(t)
	k := open(t)
	links := map[string]int{}
	list, err := k.Links()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range list {
		links[l.Name] = l.Index
	}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 4))
		want := randomTable(r)
		if err := k.SetRoutes(want); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		wanted, errs := gather(want, links)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		have := map[routeKey][]path{}
		table, err := k.table(unix.RT_TABLE_MAIN, func(r *netlink.Route) bool { return int(r.Protocol) == k.protocol })
		if err != nil {
			t.Fatal(err)
		}
		for i := range table {
			key, _ := keyOf(&table[i])
			p, _ := readPath(&table[i])
			have[key] = append(have[key], p)
		}
		if steps := difference(have, wanted, nil); len(steps) > 0 {
			t.Fatalf("seed %d: the kernel does not have what was set: %v\n%s", seed, steps, strings.Join(shown(t), "\n"))
		}
	}
}

// randomTable returns routes that the ground can have.
func randomTable(r *rand.Rand) []Route {
	kinds := map[string]int{}
	var out []Route
	for range r.IntN(16) {
		six := r.IntN(2) == 0
		one := Route{Metric: r.IntN(3)}
		one.Prefix = netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(r.IntN(4)), 0, 0}), 16)
		if six {
			one.Prefix = netip.MustParsePrefix(fmt.Sprintf("2001:db8:%d00::/48", 1+r.IntN(4)))
		}
		id := fmt.Sprint(one.Prefix, one.Metric)
		if _, ok := kinds[id]; !ok {
			kinds[id] = r.IntN(6)
		}
		link := r.IntN(2)
		switch kinds[id] {
		case 0:
			one.Blackhole = true
		case 1:
			one.Unreachable = true
		case 2:
			one.Link = "eth0"
		default:
			one.Link = fmt.Sprintf("eth%d", link)
			one.Gateway = netip.MustParseAddr(fmt.Sprintf("192.0.%d.%d", 2+link, 5+r.IntN(4)))
			if six {
				one.Gateway = netip.MustParseAddr(fmt.Sprintf("2001:db8:%d::%d", 2+link, 5+r.IntN(4)))
			}
		}
		out = append(out, one)
	}
	return out
}

// lines returns what Routes returns, a line each.
func lines(t testing.TB, k *Kernel) []string {
	t.Helper()
	got, err := k.Routes()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range got {
		out = append(out, fmt.Sprint(r, " proto ", r.Protocol))
	}
	return out
}

func TestRoutes(t *testing.T) {
	enter(t)
	ground(t)
	k := open(t)
	for _, s := range []string{
		"route add default proto dhcp src 192.0.2.1 metric 100 via 192.0.2.9",
		"route add 10.1.0.0/16 nexthop via 192.0.2.9 nexthop via 192.0.3.9",
		"route add blackhole 10.2.0.0/16", "route add prohibit 10.3.0.0/16", "route add 10.4.0.0/16 via inet6 2001:db8:2::9 dev eth0",
		"route add 10.5.0.0/16 dev eth0 table 7", "route add multicast 239.0.0.0/8 dev eth0", "route add 10.6.0.0/16 dev eth0 proto 161",
		"-6 route add default via fe80::9 dev eth1", "-6 route add unreachable 2001:db8:100::/48",
	} {
		ip(t, s)
	}
	check := func(want ...string) {
		t.Helper()
		got := lines(t, k)
		for end := time.Now().Add(5 * time.Second); !slices.Equal(got, want) && time.Now().Before(end); got = lines(t, k) {
			select { // the kernel takes note of a lost carrier later than its link does
			case <-k.Changes():
			case <-time.After(settleTime):
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("routes\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	rest := []string{
		"blackhole 10.2.0.0/16 proto 3", "unreachable 10.3.0.0/16 proto 3",
		"10.4.0.0/16 via 2001:db8:2::9 dev eth0 proto 3", "192.0.2.0/24 dev eth0 src 192.0.2.1 proto 2",
	}
	six := []string{
		"::/0 via fe80::9 dev eth1 metric 1024 proto 3", "2001:db8:2::/64 dev eth0 metric 256 proto 2", "2001:db8:3::/64 dev eth1 metric 256 proto 2",
		"unreachable 2001:db8:100::/48 metric 1024 proto 3",
	}
	check(slices.Concat([]string{
		"0.0.0.0/0 via 192.0.2.9 dev eth0 src 192.0.2.1 metric 100 proto 16",
		"10.1.0.0/16 via 192.0.2.9 dev eth0 proto 3", "10.1.0.0/16 via 192.0.3.9 dev eth1 proto 3",
	}, rest, []string{"192.0.3.0/24 dev eth1 src 192.0.3.1 proto 2"}, six)...)

	ip(t, "link set p1 down")
	check(slices.Concat([]string{
		"0.0.0.0/0 via 192.0.2.9 dev eth0 src 192.0.2.1 metric 100 proto 16", "10.1.0.0/16 via 192.0.2.9 dev eth0 proto 3",
	}, rest, []string{"2001:db8:2::/64 dev eth0 metric 256 proto 2", "unreachable 2001:db8:100::/48 metric 1024 proto 3"})...)
}

func TestLinks(t *testing.T) {
	enter(t)
	ground(t)
	k := open(t)
	ip(t, "link add eth10 type veth peer name eth2")
	ip(t, "link set eth2 up")
	ip(t, "tuntap add tunnel0 mode tun")
	ip(t, "tuntap add tap0 mode tap")
	links, err := k.Links()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range links {
		if l.Index == 0 {
			t.Errorf("%s has no index", l.Name)
		}
		if slices.Contains(strings.Fields("gre0 gretap0 erspan0 sit0 tunl0 ip6tnl0 ip6gre0 ip_vti0 ip6_vti0"), l.Name) {
			continue // those that come with every namespace
		}
		got = append(got, fmt.Sprint(l.Name, " ", l.Kind, " ", l.Admin, " ", l.Up, " ", l.Physical(), " ", l.MTU))
	}
	want := []string{
		"eth0 veth true true true 1500", "eth1 veth true true true 1500", "eth2 veth true false true 1500",
		"eth10 veth false false true 1500", "lo loopback true true false 65536",
		"p0 veth true true true 1500", "p1 veth true true true 1500",
		"tap0 tap false false false 1500", "tunnel0 tun false false false 1500",
	}
	if !slices.Equal(got, want) {
		t.Errorf("links\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	eth0 := find(t, k, "eth0")
	if a := fmt.Sprint(eth0.Addrs[:2]); a != "[192.0.2.1/24 2001:db8:2::1/64]" || len(eth0.HardwareAddr) != 6 {
		t.Errorf("eth0 has addresses %s and %v", a, eth0.HardwareAddr)
	}

	before := find(t, k, "lo")
	if out, err := exec.Command("ping", "-c1", "-W1", "127.0.0.1").CombinedOutput(); err != nil {
		t.Logf("no counters without ping: %s", out)
	} else if after := find(t, k, "lo"); after.RxPackets <= before.RxPackets || after.TxBytes <= before.TxBytes {
		t.Errorf("counters after a ping: %+v", after)
	}
}

func find(t testing.TB, k *Kernel, name string) Link {
	t.Helper()
	links, err := k.Links()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range links {
		if l.Name == name {
			return l
		}
	}
	t.Fatalf("no link %s", name)
	return Link{}
}

func TestLinkSettings(t *testing.T) {
	enter(t)
	ground(t)
	k := open(t)
	for _, mtu := range []int{1400, 1400, 9000} {
		if err := k.SetMTU("eth0", mtu); err != nil || find(t, k, "eth0").MTU != mtu {
			t.Errorf("MTU %d: %v", mtu, err)
		}
	}
	for _, up := range []bool{false, false, true} {
		if err := k.SetUp("eth0", up); err != nil || find(t, k, "eth0").Up != up {
			t.Errorf("up %v: %v", up, err)
		}
	}
	for _, err := range []error{k.SetMTU("eth9", 1500), k.SetUp("eth9", true), k.SetAddrs("eth9", nil, true)} {
		if !errors.Is(err, ErrNoLink) {
			t.Errorf("a link that is not there: %v", err)
		}
	}
	for _, s := range []struct{ link, key, value string }{{"eth0", "rp_filter", "2"}, {"eth0", "rp_filter", "0"}, {"", "ip_forward", "1"}, {"all", "ipv6.forwarding", "1"}} {
		was, err := k.Sysctl(s.link, s.key, s.value)
		if err != nil || was == s.value {
			t.Errorf("%v: was %q, %v", s, was, err)
		}
		if now, err := k.Sysctl(s.link, s.key, ""); now != s.value || err != nil {
			t.Errorf("%v: is %q, %v", s, now, err)
		}
	}
	if _, err := k.Sysctl("eth9", "rp_filter", "0"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a setting that is not there: %v", err)
	}
}

func TestSetAddrs(t *testing.T) {
	enter(t)
	k := open(t)
	wire(t, "eth0", "p0")
	ip(t, "link set eth0 up")
	ip(t, "address add 10.0.0.9/24 dev eth0")
	for _, test := range []struct {
		want  string
		exact bool
		has   string
	}{
		{"10.1.0.1/24 2001:db8::1/64", false, "10.0.0.9/24 10.1.0.1/24 2001:db8::1/64"},
		{"10.1.0.2/24", false, "10.0.0.9/24 10.1.0.2/24"},
		{"10.1.0.2/24 10.0.0.9/24", false, "10.0.0.9/24 10.1.0.2/24"},
		{"10.1.0.1/24 10.1.0.2/24 10.1.0.3/24", true, "10.1.0.1/24 10.1.0.2/24 10.1.0.3/24"},
		{"10.1.0.3/24 10.1.0.2/24", true, "10.1.0.3/24 10.1.0.2/24"},
		{"10.1.0.3/25 10.1.0.3/24", true, "10.1.0.3/24 10.1.0.3/25"},
		{"10.1.0.4/31 10.1.0.8/32", true, "10.1.0.4/31 10.1.0.8/32"},
		{"", true, ""},
	} {
		var want []netip.Prefix
		for _, w := range strings.Fields(test.want) {
			want = append(want, netip.MustParsePrefix(w))
		}
		for range 2 { // the second time changes nothing
			if err := k.SetAddrs("eth0", want, test.exact); err != nil {
				t.Errorf("%s: %v", test.want, err)
			}
		}
		all, err := k.addrs()
		if err != nil {
			t.Fatal(err)
		}
		var has []string
		for _, a := range all {
			if a.link == find(t, k, "eth0").Index && !a.prefix.Addr().IsLinkLocalUnicast() {
				has = append(has, a.prefix.String())
			}
		}
		if got := strings.Join(has, " "); got != test.has {
			t.Errorf("%s (exact %v): has %s, want %s", test.want, test.exact, got, test.has)
		}
	}
	good, bad := netip.MustParsePrefix("10.5.0.1/24"), netip.Prefix{}
	if err := k.SetAddrs("eth0", []netip.Prefix{bad, good}, true); err == nil || !strings.Contains(ip(t, "-4 address show eth0"), "10.5.0.1/24 brd 10.5.0.255") {
		t.Errorf("after a bad address: %v\n%s", err, ip(t, "address show eth0"))
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

func TestParseAddressPrefixes(t *testing.T) {
	enter(t)
	ground(t)
	k := open(t)
	list, err := k.addrs()
	if err != nil || len(list) < 4 {
		t.Fatal(list, err)
	}
	raw := []byte{
		2, 24, 0, 0, 3, 0, 0, 0, // IPv4, /24, link 3
		8, 0, 1, 0, 192, 0, 2, 1, 8, 0, 2, 0, 192, 0, 2, 1, // address, local
		5, 0, 11, 0, 161, 0, 0, 0, // who added it
	}
	a, ok := parseAddress(raw)
	want := address{placed: placed{3, netip.MustParsePrefix("192.0.2.1/24")}, protocol: 161, remote: netip.MustParsePrefix("192.0.2.1/24")}
	if !ok || !reflect.DeepEqual(a, want) {
		t.Errorf("parsed %+v %v, want %+v", a, ok, want)
	}
	for i := range raw[:16] {
		if a, ok := parseAddress(raw[:i]); ok {
			t.Errorf("%d bytes: parsed %+v", i, a)
		}
	}
}

// BenchmarkSetRoutes sets 10,000 routes, finds them unchanged, moves all, and
// removes all.
func BenchmarkSetRoutes(b *testing.B) {
	enter(b)
	ground(b)
	k := open(b)
	table := func(gateway string) []Route {
		out := make([]Route, 10_000)
		for i := range out {
			out[i] = Route{Prefix: netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 0}), 24), Gateway: netip.MustParseAddr(gateway), Link: "eth0"}
		}
		return out
	}
	one, other := table("192.0.2.8"), table("192.0.2.9")
	for b.Loop() {
		for _, s := range []struct {
			what string
			want []Route
		}{{"add", one}, {"same", one}, {"move", other}, {"remove", nil}} {
			start := time.Now()
			if err := k.SetRoutes(s.want); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(time.Since(start).Milliseconds()), "ms/"+s.what)
		}
	}
}

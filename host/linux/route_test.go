//go:build linux

package linux

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

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

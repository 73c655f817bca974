//go:build linux

package linux

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"
)

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
		if err := k.SetUp("eth0", up); err != nil {
			t.Errorf("up %v: %v", up, err)
		}
		for find(t, k, "eth0").Up != up { // the carrier comes later
			waitChange(t, k, "the carrier of eth0")
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

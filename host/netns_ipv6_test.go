//go:build linux

package host_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestNetnsIPv6 is TestNetns over IPv6: the underlay is 2001:db8:f::/64 and has no
// IPv4. The tunnels carry both families, the LANs 192.168.N.0/24 and
// 2001:db8:1:N::/64.
func TestNetnsIPv6(t *testing.T) {
	needRoot(t, "AXLE_NETNS")
	bin := program(t)
	under := newSite(t, "under")
	under.ip("link", "add", "br0", "type", "bridge", "mcast_snooping", "0")
	under.ip("link", "set", "br0", "up")

	// The hub's and spoke1's addresses come from the configuration, spoke2's are the
	// machine's.
	named := []string{"--interface", "GigabitEthernet0/0=eth0", "--interface", "GigabitEthernet0/1=eth1"}
	var all []*branch
	for n, word := range []string{"hub", "spoke1", "spoke2"} {
		var addrs [][2]string
		if n == 2 {
			addrs = [][2]string{{"eth0", "2001:db8:f::12/64"}, {"eth1", "2001:db8:1:2::1/64"}, {"eth1", "192.168.2.1/24"}}
		}
		b := newBranch(under, bin, word, "testdata/netns/"+word+"6.cfg", fmt.Sprintf("192.168.%d.10", n), fmt.Sprintf("192.168.%d.1", n), addrs, named...)
		lan := "2001:db8:1:"
		if n > 0 {
			lan += fmt.Sprintf("%d:", n)
		}
		b.lan.ip("addr", "add", lan+":10/64", "dev", "eth0", "nodad")
		b.lan.ip("-6", "route", "add", "default", "via", lan+":1")
		b.note()
		all = append(all, b)
	}
	hub, spoke1, spoke2 := all[0], all[1], all[2]
	for _, b := range all {
		b.start()
	}

	t.Log("# the spokes register, with both families")
	both := []string{
		`2001:DB8:F::11 10\.0\.0\.11 UP \S+ D\b`, `2001:DB8:F::12 10\.0\.0\.12 UP \S+ D\b`,
		`NBMA Address: 2001:DB8:F::11 Tunnel IPv6 Address: FD00::11 .* Status: UP`, `NBMA Address: 2001:DB8:F::12 Tunnel IPv6 Address: FD00::12 .* Status: UP`,
	}
	hub.shows(30*time.Second, "show dmvpn", both...)
	t.Log("# the hub's host reaches both LANs")
	for _, a := range []string{"192.168.1.10", "192.168.2.10", "2001:db8:1:1::10", "2001:db8:1:2::10"} {
		hub.lan.reaches(a, 10*time.Second)
	}

	t.Log("# from spoke to spoke: by the hub, until the redirect has made a shortcut, for each family")
	direct6(t, spoke1, spoke2)

	t.Log("# what is sent at once arrives whole: small, as large as the tunnel takes, and fragments")
	for _, size := range []int{0, 1352} {
		spoke1.lan.pings("2001:db8:1:2::10", 5, size)
	}
	poll(t, 10*time.Second, "the hosts have not learned how large packets may be", func() (string, bool) {
		out, err := spoke1.lan.agent("ping", "2001:db8:1:2::10", "1", "4000")
		return out, err == nil
	})
	spoke1.lan.pings("2001:db8:1:2::10", 5, 4000)
	spoke1.lan.pings("192.168.2.10", 5, 4000)
	t.Log("# what is larger by one byte is told the tunnel's MTU")
	if out, err := spoke2.lan.agent("ping", "2001:db8:1::10", "1", "1353"); err == nil ||
		!strings.Contains(out, "2001:db8:1:2::1: ICMP type 2, code 0, MTU 1400") {
		t.Errorf("1353 bytes: %s", out)
	}
	spoke1.lan.transfer(spoke2.lan, "[2001:db8:1:2::10]:7000", 20_000_000)
	spoke2.lan.transfer(spoke1.lan, "[2001:db8:1:1::10]:7000", 20_000_000)
	spoke1.lan.transfer(hub.lan, "[2001:db8:1::10]:7000", 20_000_000)
	spoke1.lan.transfer(spoke2.lan, "192.168.2.10:7000", 20_000_000)

	t.Log("# the routers ping and trace themselves")
	for line, want := range map[string]string{
		"ping 2001:DB8:1:2::10 source GigabitEthernet0/1": "Success rate is 100 percent (5/5)",
		"ping ipv6 FD00::1":             "Success rate is 100 percent (5/5)",
		"ping 2001:DB8:F::12":           "Success rate is 100 percent (5/5)",
		"traceroute 2001:DB8:1:2::10":   "2 2001:DB8:1:2::10",
		"show ipv6 interface brief":     "Tunnel0 [up/up] FE80::",
		"show ipv6 route 2001:DB8:9::1": "Route not found",
	} {
		if seen := strings.Join(strings.Fields(spoke1.show(line)), " "); !strings.Contains(seen, want) {
			t.Errorf("spoke1: %s: no %q in\n%s", line, want, seen)
		}
	}

	t.Log("# spoke2 is killed, and comes back")
	spoke2.crash()
	spoke2.start()
	spoke1.lan.reaches("2001:db8:1:2::10", 30*time.Second)
	spoke1.lan.reaches("192.168.2.10", 30*time.Second)
	direct6(t, spoke1, spoke2)

	t.Log("# spoke1's underlay goes, and comes back")
	spoke1.ip("link", "set", "eth0", "down")
	poll(t, 10*time.Second, "spoke1 has routes through a tunnel that is down", func() (string, bool) {
		seen := spoke1.routes()
		return seen, seen == ""
	})
	spoke1.ip("link", "set", "eth0", "up")
	spoke1.lan.reaches("2001:db8:1::10", 40*time.Second)
	spoke1.lan.reaches("192.168.0.10", 30*time.Second)

	t.Log("# nothing is left when all end")
	for _, b := range all {
		b.stop()
	}
	for _, b := range all {
		b.clean()
	}
}

// direct6 waits for the shortcuts between the spokes, one of each family.
func direct6(t *testing.T, spoke1, spoke2 *branch) {
	t.Helper()
	spoke1.lan.reaches("2001:db8:1:2::10", 10*time.Second)
	spoke1.lan.reaches("192.168.2.10", 10*time.Second)
	poll(t, 20*time.Second, "spoke1 has no shortcut", func() (string, bool) {
		out, err := spoke1.lan.agent("ping", "2001:db8:1:2::10", "1", "56")
		more, err4 := spoke1.lan.agent("ping", "192.168.2.10", "1", "56")
		seen, seen4 := spoke1.show("show ipv6 nhrp shortcut"), spoke1.show("show ip nhrp shortcut")
		return out + "\n" + more + "\n" + seen + "\n" + seen4, err == nil && err4 == nil &&
			strings.Contains(seen, "2001:DB8:1:2::/64 via FD00::12") && strings.Contains(seen4, "192.168.2.0/24 via 10.0.0.12")
	})
	spoke1.shows(5*time.Second, "show ipv6 route nhrp", `H 2001:DB8:1:2::/64 \[250/255\] via FD00::12, Tunnel0`)
	for _, way := range []string{"192.168.1.1 10.0.0.12 192.168.2.10", "2001:db8:1:1::1 fd00::12 2001:db8:1:2::10"} {
		to := way[strings.LastIndex(way, " ")+1:]
		poll(t, 10*time.Second, "the way to "+to+" is not direct", func() (string, bool) {
			seen := spoke1.lan.trace(to)
			return seen, seen == way
		})
	}
}

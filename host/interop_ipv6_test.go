//go:build linux

package host_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// addIPv6 gives the FRR peers of a topology IPv6 in their tunnels beside IPv4: hub
// fd00::1 with 2001:db8:1:1::/64 behind it, spoke N fd00::1N with 2001:db8:1:1N::/64. FRR
// knows no IPv6 below a tunnel. It wants a host's address on the tunnel and no other, a
// link-local one included, and routes whose next hop is the hub.
func addIPv6(t *testing.T, dir string) {
	t.Helper()
	edit := func(peer, file, old, new string) {
		name := filepath.Join(dir, peer, file)
		b, err := os.ReadFile(name)
		if os.IsNotExist(err) {
			b, err = os.ReadFile(filepath.Join(peerlabDir(), "peer-start"))
		}
		if err == nil {
			if !strings.Contains(string(b), old) {
				t.Fatalf("%s has no %q", name, old)
			}
			err = os.WriteFile(name, []byte(strings.Replace(string(b), old, new, 1)), 0o755)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for peer, n := range map[string]string{"hub": "1", "spoke1": "11", "spoke2": "12"} {
		edit(peer, "start", "mkdir -p /run/frr", `sysctl -qw net.ipv6.conf.all.forwarding=1
ip addr add 2001:db8:1:`+n+`::1/64 dev lan0 nodad
ip -6 addr flush dev gre1 scope link
ip addr add fd00::`+n+`/128 dev gre1 nodad
[ -z "$HUB" ] || ip6tables-legacy -A FORWARD -i gre1 -o gre1 -m hashlimit --hashlimit-upto 4/minute --hashlimit-burst 1 \
	--hashlimit-mode srcip,dstip --hashlimit-name redirect6 -j NFLOG --nflog-group 1 --nflog-size 128
mkdir -p /run/frr`)
		lines := ` ipv6 nhrp authentication axlelab
 ipv6 nhrp network-id 1
 ipv6 nhrp holdtime 60
 ipv6 nhrp registration no-unique
`
		if peer == "hub" {
			lines += " ipv6 nhrp redirect\n tunnel source eth0\n!\nipv6 route 2001:db8:1:21::/64 fd00::21 gre1 onlink\nipv6 route 2001:db8:1:11::/64 fd00::11 gre1 onlink\nipv6 route 2001:db8:1:12::/64 fd00::12 gre1 onlink\n"
		} else {
			lines += " ipv6 nhrp nhs fd00::1 nbma 198.51.100.1\n ipv6 nhrp shortcut\n tunnel source eth0\n!\nipv6 route fd00::/64 fd00::1 gre1 onlink\nipv6 route 2001:db8:1::/48 fd00::1 gre1 onlink\n"
		}
		edit(peer, "frr.conf", " tunnel source eth0\n!\n", lines)
	}
}

// addLAN6 gives a router's LAN and the host on it IPv6.
func addLAN6(lan *site, network string) {
	lan.t.Helper()
	lan.ip("addr", "add", network+"::10/64", "dev", "eth0", "nodad")
	lan.ip("-6", "route", "add", "default", "via", network+"::1")
}

// TestInteropHubIPv6 runs Axle as the hub of two FRR spokes whose tunnels carry both
// families.
func TestInteropHubIPv6(t *testing.T) {
	needPeerlab(t)
	bin := program(t)
	p := newPeerlab(t, "topo/plain", func(dir string) { addIPv6(t, dir) }, "spoke1", "spoke2")
	s := p.attach("axle", "198.51.100.1/24")
	lan := lanBehind(s, "192.168.1.10", "192.168.1.1")
	addLAN6(lan, "2001:db8:1:1")
	hub := newMachine(s, bin, "testdata/interop/hub6.cfg")
	hub.start()

	t.Log("# FRR's spokes register, for IPv4 and for IPv6, with authentication and key")
	hub.shows(40*time.Second, "show dmvpn", `198\.51\.100\.11 10\.0\.0\.11 UP`, `198\.51\.100\.12 10\.0\.0\.12 UP`,
		`NBMA Address: 198\.51\.100\.11 Tunnel IPv6 Address: FD00::11 .* Status: UP`, `NBMA Address: 198\.51\.100\.12 Tunnel IPv6 Address: FD00::12 .* Status: UP`)
	for _, spoke := range []string{"spoke1", "spoke2"} {
		p.shows(20*time.Second, spoke, "show ipv6 nhrp cache", `nhs +fd00::1 +198\.51\.100\.1 .*T`)
	}
	t.Log("# LAN to LAN, between hub and spokes")
	for _, to := range []string{"2001:db8:1:11::1", "2001:db8:1:12::1", "192.168.11.1"} {
		lan.reaches(to, 20*time.Second)
		lan.pings(to, 5, 56)
	}
	lan.pings("2001:db8:1:12::1", 5, 1352)
	p.pings("spoke1", "2001:db8:1:11::1", "2001:db8:1:1::10")

	t.Log("# the hub's redirect makes shortcuts of both families, in both directions")
	p.shows(30*time.Second, "spoke1", "show ipv6 nhrp shortcut", `2001:db8:1:12::/64 +fd00::12`, "2001:db8:1:11::1", "2001:db8:1:12::1")
	p.shows(30*time.Second, "spoke2", "show ipv6 nhrp shortcut", `2001:db8:1:11::/64 +fd00::11`, "2001:db8:1:12::1", "2001:db8:1:11::1")
	p.shows(30*time.Second, "spoke1", "show ip nhrp shortcut", `192\.168\.12\.0/24 +10\.0\.0\.12`, "192.168.11.1", "192.168.12.1")
	p.pings("spoke1", "2001:db8:1:11::1", "2001:db8:1:12::1")
	p.pings("spoke2", "2001:db8:1:12::1", "2001:db8:1:11::1")
	p.between6("198.51.100.11", "198.51.100.12")
	p.between6("198.51.100.12", "198.51.100.11")

	t.Log("# the hub restarts")
	hub.crash()
	hub.start()
	hub.shows(60*time.Second, "show dmvpn ipv6", `Address: FD00::11 .* Status: UP`, `Address: FD00::12 .* Status: UP`)
	lan.reaches("2001:db8:1:12::1", 20*time.Second)

	p.wellFormed("198.51.100.1", registrationReply+about6, redirect+about6, resolutionRequest+about6, keyed, authenticated)
	hub.stop()
	if r := hub.routes(); r != "" {
		t.Errorf("routes are left:\n%s", r)
	}
}

// TestInteropSpokeIPv6 runs Axle as a spoke beside two FRR spokes on an FRR hub, with
// both families in the tunnels.
func TestInteropSpokeIPv6(t *testing.T) {
	needPeerlab(t)
	bin := program(t)
	p := newPeerlab(t, "topo/plain", func(dir string) { addIPv6(t, dir) })
	s := p.attach("axle", "198.51.100.21/24")
	lan := lanBehind(s, "192.168.21.10", "192.168.21.1")
	addLAN6(lan, "2001:db8:1:21")
	spoke := newMachine(s, bin, "testdata/interop/spoke6.cfg")
	spoke.start()

	t.Log("# Axle registers at FRR's hub, for IPv6 too")
	p.shows(40*time.Second, "hub", "show ipv6 nhrp cache", `dynamic +fd00::21 +198\.51\.100\.21 `)
	spoke.shows(40*time.Second, "show ipv6 nhrp nhs", `FD00::1 RE NBMA Address: 198\.51\.100\.1 `)
	t.Log("# LAN to LAN")
	lan.reaches("2001:db8:1:1::1", 20*time.Second)
	lan.pings("2001:db8:1:1::1", 5, 56)
	lan.pings("2001:db8:1:1::1", 5, 1352)
	lan.reaches("2001:db8:1:11::1", 20*time.Second)
	p.pings("hub", "2001:db8:1:1::1", "2001:db8:1:21::10")

	t.Log("# FRR's redirect makes a shortcut at Axle")
	poll(t, 40*time.Second, "axle has no shortcut to spoke1's LAN", func() (string, bool) {
		out, err := lan.agent("ping", "2001:db8:1:11::1", "1", "56")
		seen := spoke.show("show ipv6 nhrp shortcut")
		return out + "\n" + seen, err == nil && strings.Contains(seen, "2001:DB8:1:11::/64 via FD00::11")
	})
	lan.pings("2001:db8:1:11::1", 10, 1352)
	p.between6("198.51.100.21", "198.51.100.11")

	t.Log("# Axle answers FRR's request for a shortcut in the other direction")
	p.reaches(20*time.Second, "spoke2", "2001:db8:1:12::1", "2001:db8:1:21::10")
	p.shows(40*time.Second, "spoke2", "show ipv6 nhrp shortcut", `2001:db8:1:21::/64 +fd00::21`, "2001:db8:1:12::1", "2001:db8:1:21::10")
	p.pings("spoke2", "2001:db8:1:12::1", "2001:db8:1:21::10")
	p.between6("198.51.100.12", "198.51.100.21")

	t.Log("# the hub restarts, and learns the spoke within a registration interval")
	p.restartNHRP("hub")
	p.shows(60*time.Second, "hub", "show ipv6 nhrp cache", `dynamic +fd00::21 +198\.51\.100\.21 `)
	lan.reaches("2001:db8:1:1::1", 30*time.Second)

	p.wellFormed("198.51.100.21", registrationRequest+about6, resolutionRequest+about6, resolutionReply+about6, keyed, authenticated)
	spoke.stop()
	if r := spoke.routes(); r != "" {
		t.Errorf("routes are left:\n%s", r)
	}
}

// about6 narrows a filter to NHRP of IPv6.
const about6 = " && nhrp.hdr.pro.type == 0x86dd"

// between6 is between for ICMPv6.
func (p *peerlab) between6(from, to string) {
	p.t.Helper()
	filter := "ip.src == " + from + " && ip.dst == " + to + " && gre && icmpv6"
	poll(p.t, 10*time.Second, "no IPv6 ping went from "+from+" to "+to, func() (string, bool) {
		return "", p.count(filter) > 0
	})
}

//go:build linux

package host_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// A branch is one router of the test with the host behind it.
type branch struct {
	*machine
	lan    *site
	before string // the namespace's state before the program ran
}

// newBranch makes a router's namespace between the underlay and a LAN with one
// host. What is given in addrs (interface, address) is there before Axle is.
func newBranch(under *site, bin, word, config, host, gateway string, addrs [][2]string, flags ...string) *branch {
	t := under.t
	t.Helper()
	s := newSite(t, word)
	s.forward()
	s.plug("eth0", under, word)
	under.ip("link", "set", word, "master", "br0")
	b := &branch{lan: newSite(t, word+"lan")}
	s.plug("eth1", b.lan, "eth0")
	b.lan.ip("addr", "add", host+"/24", "dev", "eth0")
	b.lan.ip("route", "add", "default", "via", gateway)
	for _, a := range addrs {
		s.ip("addr", "add", a[1], "dev", a[0])
	}
	b.machine = newMachine(s, bin, config, flags...)
	return b
}

// note keeps the state of the namespace, to be compared in clean.
func (b *branch) note() { b.before = b.state() }

// clean demands that the program has left nothing behind.
func (b *branch) clean() {
	b.t.Helper()
	if left := b.pids(); len(left) > 0 {
		b.t.Errorf("%s: processes %v are left", b.word, left)
	}
	if r := b.routes(); r != "" {
		b.t.Errorf("%s: routes are left:\n%s", b.word, r)
	}
	if after := b.state(); after != b.before {
		b.t.Errorf("%s: before\n%safter\n%s", b.word, b.before, after)
	}
	if _, err := os.Stat(b.socket); err == nil {
		b.t.Errorf("%s: the socket %s is left", b.word, b.socket)
	}
}

// TestNetns runs three processes of the program, a hub and two spokes of phase 3
// with a host behind each:
//
//	host 192.168.1.10 -- spoke1 --+
//	host 192.168.2.10 -- spoke2 --+-- br0 -- hub -- host 192.168.0.10
//
// The underlay is 203.0.113.0/24, tunnels are in 10.0.0.0/24.
func TestNetns(t *testing.T) {
	needRoot(t, "AXLE_NETNS")
	bin := program(t)
	under := newSite(t, "under")
	under.ip("link", "add", "br0", "type", "bridge", "mcast_snooping", "0")
	under.ip("link", "set", "br0", "up")

	// The hub's addresses come from its configuration, spoke1's are the
	// machine's, of spoke2's there is one. spoke2 maps its interfaces by itself.
	named := []string{"--interface", "GigabitEthernet0/0=eth0", "--interface", "GigabitEthernet0/1=eth1"}
	hub := newBranch(under, bin, "hub", "testdata/netns/hub.cfg", "192.168.0.10", "192.168.0.1", nil, named...)
	spoke1 := newBranch(under, bin, "spoke1", "testdata/netns/spoke1.cfg", "192.168.1.10", "192.168.1.1",
		[][2]string{{"eth0", "203.0.113.11/24"}, {"eth1", "192.168.1.1/24"}}, named...)
	spoke2 := newBranch(under, bin, "spoke2", "testdata/netns/spoke2.cfg", "192.168.2.10", "192.168.2.1",
		[][2]string{{"eth1", "192.168.2.1/24"}})
	all := []*branch{hub, spoke1, spoke2}
	for _, b := range all {
		b.note()
		b.start()
	}
	for _, want := range []string{"GigabitEthernet0/0 is eth0\n", "GigabitEthernet0/1 is eth1\n"} {
		if !strings.Contains(spoke2.out.String(), want) {
			t.Errorf("spoke2 does not say %q:\n%s", want, spoke2.out)
		}
	}

	t.Log("# the spokes register")
	hub.shows(30*time.Second, "show dmvpn", `203\.0\.113\.11 10\.0\.0\.11 UP \S+ D\b`, `203\.0\.113\.12 10\.0\.0\.12 UP \S+ D\b`)
	t.Log("# the hub's host reaches both LANs")
	hub.lan.reaches("192.168.1.10", 10*time.Second)
	hub.lan.reaches("192.168.2.10", 10*time.Second)

	t.Log("# from spoke to spoke: by the hub, until the redirect has made a shortcut")
	direct(t, spoke1, spoke2)

	t.Log("# what is sent at once arrives whole: small, as large as the tunnel takes, and fragments")
	for _, size := range []int{0, 1372, 4000} {
		spoke1.lan.pings("192.168.2.10", 5, size)
	}
	t.Log("# what is larger by one byte, and may not be cut, is told the tunnel's MTU")
	if out, err := spoke1.lan.agent("ping", "192.168.2.10", "1", "1373"); err == nil ||
		!strings.Contains(out, "192.168.1.1: ICMP type 3, code 4, MTU 1400") {
		t.Errorf("1373 bytes: %s", out)
	}
	spoke1.lan.transfer(spoke2.lan, "192.168.2.10:7000", 20_000_000)
	spoke2.lan.transfer(spoke1.lan, "192.168.1.10:7000", 20_000_000)
	spoke1.lan.transfer(hub.lan, "192.168.0.10:7000", 20_000_000)

	captures(t, hub, spoke1)
	crash(t, spoke1, spoke2)
	flap(t, hub, spoke1, spoke2)
	reload(t, hub)

	t.Log("# nothing is left when all end")
	for _, b := range all {
		b.stop()
	}
	for _, b := range all {
		b.clean()
	}
	for _, s := range []*site{hub.site, spoke1.site, spoke2.site, hub.lan, spoke1.lan, spoke2.lan, under} {
		s.remove()
	}
	for _, name := range namespaces(t) {
		if strings.HasPrefix(name, strings.TrimSuffix(under.name, under.word)) {
			t.Errorf("namespace %s is left", name)
		}
	}
}

// direct waits for the shortcut between the spokes, and looks at it from all
// sides.
func direct(t *testing.T, spoke1, spoke2 *branch) {
	t.Helper()
	spoke1.lan.reaches("192.168.2.10", 10*time.Second)
	poll(t, 20*time.Second, "spoke1 has no shortcut", func() (string, bool) {
		out, err := spoke1.lan.agent("ping", "192.168.2.10", "1", "56")
		seen := spoke1.show("show ip nhrp shortcut")
		return out + "\n" + seen, err == nil && strings.Contains(seen, "192.168.2.0/24 via 10.0.0.12")
	})
	spoke1.shows(5*time.Second, "show dmvpn", `203\.0\.113\.12 10\.0\.0\.12 UP \S+ DT1`)
	spoke1.shows(5*time.Second, "show ip route nhrp", `H 192\.168\.2\.0/24 \[250/255\] via 10\.0\.0\.12`)
	poll(t, 10*time.Second, "the way to 192.168.2.10 is not direct", func() (string, bool) {
		way := spoke1.lan.trace("192.168.2.10")
		return way, way == "192.168.1.1 10.0.0.12 192.168.2.10"
	})
}

// captures watches pings from spoke to spoke in the tunnel and on the wire of
// spoke1, and a registration at the hub.
func captures(t *testing.T, hub, spoke1 *branch) {
	t.Helper()
	t.Log("# packets are captured, and all of them")
	hub.types("monitor capture CPU control-plane both match any start")
	spoke1.types("monitor capture TUN interface Tunnel0 both match ipv4 protocol icmp any any start",
		"monitor capture WAN interface GigabitEthernet0/0 both match ipv4 protocol gre any host 203.0.113.12 start")
	spoke1.lan.pings("192.168.2.10", 3, 56)
	there, back := `192\.168\.1\.10 -> 192\.168\.2\.10 0 BE ICMP`, `192\.168\.2\.10 -> 192\.168\.1\.10 0 BE ICMP`
	spoke1.shows(5*time.Second, "show monitor capture TUN buffer brief", `(`+there+`.*){3}`, `(`+back+`.*){3}`)
	spoke1.shows(5*time.Second, "show monitor capture WAN buffer brief", `203\.0\.113\.11 -> 203\.0\.113\.12 0 BE GRE`)
	hub.shows(30*time.Second, "show monitor capture CPU buffer brief",
		`203\.0\.113\.11 -> 203\.0\.113\.1 48 CS6 GRE`, `203\.0\.113\.1 -> 203\.0\.113\.11 48 CS6 GRE`)
	seen := spoke1.types("monitor capture TUN stop", "monitor capture TUN export flash:tun.pcapng", "dir", "no monitor capture TUN", "no monitor capture WAN")
	for _, want := range []string{"Stopped capture point : TUN", "Exported Successfully", "tun.pcapng"} {
		if !strings.Contains(seen, want) {
			t.Errorf("spoke1: no %q in\n%s", want, seen)
		}
	}
	hub.types("no monitor capture CPU")
}

// crash kills spoke2, looks at what the kernel does to its tunnel, and demands
// that the next start tidies up the rest and finds its peers again.
func crash(t *testing.T, spoke1, spoke2 *branch) {
	t.Helper()
	t.Log("# spoke2 starts with one route more, over the underlay, and is killed")
	text, err := os.ReadFile(spoke2.config)
	if err != nil {
		t.Fatal(err)
	}
	more := filepath.Join(t.TempDir(), "spoke2.cfg")
	extra := "ip route 198.18.0.0 255.255.0.0 203.0.113.1\n"
	if err := os.WriteFile(more, []byte(strings.Replace(string(text), "line con 0\n", extra+"!\nline con 0\n", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	spoke2.stop()
	plain := spoke2.config
	spoke2.config = more
	spoke2.start()
	for _, want := range []string{"198.18.0.0/16 via 203.0.113.1 dev eth0", "192.168.0.0/16 dev tunnel0"} {
		if r := spoke2.routes(); !strings.Contains(r, want) {
			t.Errorf("spoke2: no route %s in the kernel:\n%s", want, r)
		}
	}
	spoke2.crash()
	poll(t, 5*time.Second, "spoke2: tunnel0 is left after a kill", func() (string, bool) {
		seen := spoke2.state()
		return seen, !strings.Contains(seen, "tunnel0")
	})

	t.Log("# it comes back with the configuration of before: the route is gone, the LANs are not")
	spoke2.config = plain
	spoke2.start()
	if r := spoke2.routes(); strings.Contains(r, "198.18.0.0/16") {
		t.Errorf("spoke2: the route of the crashed process is left:\n%s", r)
	}
	spoke1.lan.reaches("192.168.2.10", 30*time.Second)
	spoke2.lan.reaches("192.168.1.10", 30*time.Second)
	direct(t, spoke1, spoke2)
}

// flap takes the link under a tunnel away and gives it back.
func flap(t *testing.T, hub, spoke1, spoke2 *branch) {
	t.Helper()
	t.Log("# spoke1's underlay goes down: so does its tunnel, and the routes through it")
	spoke1.ip("link", "set", "eth0", "down")
	spoke1.shows(10*time.Second, "show ip interface brief", `GigabitEthernet0/0 203\.0\.113\.11 YES NVRAM down down`, `Tunnel0 10\.0\.0\.11 YES NVRAM up down`)
	poll(t, 5*time.Second, "spoke1 has routes through a tunnel that is down", func() (string, bool) {
		seen := spoke1.routes()
		return seen, seen == ""
	})
	t.Log("# and comes back")
	spoke1.ip("link", "set", "eth0", "up")
	spoke1.shows(10*time.Second, "show ip interface brief", `GigabitEthernet0/0 203\.0\.113\.11 YES NVRAM up up`, `Tunnel0 10\.0\.0\.11 YES NVRAM up up`)
	spoke1.lan.reaches("192.168.0.10", 30*time.Second)
	spoke1.lan.reaches("192.168.2.10", 30*time.Second)
	hub.shows(30*time.Second, "show dmvpn", `203\.0\.113\.11 10\.0\.0\.11 UP \S+ D\b`)
	direct(t, spoke1, spoke2)
}

// reload restarts the hub's router from its console. The process stays; the
// spokes are learnt again within a registration interval.
func reload(t *testing.T, hub *branch) {
	t.Helper()
	t.Log("# the hub is reloaded at its console")
	pids := hub.pids()
	if seen := hub.types("reload", ""); !strings.Contains(seen, "Proceed with reload? [confirm]") {
		t.Errorf("hub: reload:\n%s", seen)
	}
	hub.shows(60*time.Second, "show dmvpn", `203\.0\.113\.11 10\.0\.0\.11 UP 00:\S+ D\b`, `203\.0\.113\.12 10\.0\.0\.12 UP 00:\S+ D\b`)
	hub.lan.reaches("192.168.1.10", 30*time.Second)
	hub.lan.reaches("192.168.2.10", 30*time.Second)
	if now := hub.pids(); !slices.Equal(now, pids) {
		t.Errorf("hub: processes %v, before the reload %v", now, pids)
	}
	for _, want := range []string{"192.168.1.0/24 dev tunnel0", "192.168.2.0/24 dev tunnel0"} {
		if r := hub.routes(); !strings.Contains(r, want) {
			t.Errorf("hub: no route %s in the kernel:\n%s", want, r)
		}
	}
}

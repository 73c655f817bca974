//go:build linux

package host_test

import (
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestNetnsNames runs a router whose configuration calls the machine's links by
// their own names.
func TestNetnsNames(t *testing.T) {
	needRoot(t, "AXLE_NETNS")
	bin := program(t)
	far, near := newSite(t, "far"), newSite(t, "names")
	for _, link := range []string{"ens3", "eth0", "wlan0", "bond0.100"} {
		near.plug(link, far, link)
	}
	far.ip("addr", "add", "203.0.113.2/24", "dev", "ens3")
	m := newMachine(near, bin, "testdata/netns/names.cfg")
	m.start()

	t.Log("# a link that is not there is refused with what stands below it")
	for _, want := range []string{":19: % Invalid input", ":20: % Not entered: it stands below line 19, which is refused: interface ens9"} {
		if !strings.Contains(m.out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, m.out)
		}
	}
	t.Log("# the others are ports")
	m.shows(5*time.Second, "show ip interface brief", `bond0\.100 192\.0\.2\.1 YES NVRAM up up`, `ens3 203\.0\.113\.1 YES NVRAM up up`, `Tunnel0 10\.0\.0\.1 YES NVRAM up up`)
	m.shows(time.Second, "show interfaces ens3", `ens3 is up, line protocol is up`, `Internet address is 203\.0\.113\.1/24`)
	m.shows(time.Second, "show interfaces Tunnel0", `Tunnel source 203\.0\.113\.1 \(ens3\)`)
	m.shows(time.Second, "show ip route", `S 198\.18\.0\.0/16 \[1/0\] via 203\.0\.113\.2, ens3`)
	if r := near.routes(); !strings.Contains(r, "198.18.0.0/16 via 203.0.113.2 dev ens3") {
		t.Errorf("the machine's routes:\n%s", r)
	}
	m.shows(10*time.Second, "ping 203.0.113.2 source ens3 repeat 2", `Success rate is 100 percent`)

	t.Log("# one that the configuration did not name is there when it does")
	if s := m.show("show ip interface brief"); strings.Contains(s, "eth0") || strings.Contains(s, "wlan0") {
		t.Errorf("shown without a configuration:\n%s", s)
	}
	m.types("configure terminal", "interface eth0", "ip address 198.51.100.1 255.255.255.0", "interface wlan0", "ip address 198.51.101.1 255.255.255.0", "end")
	m.shows(5*time.Second, "show ip interface brief", `eth0 198\.51\.100\.1 YES manual up up`, `wlan0 198\.51\.101\.1 YES manual up up`)
	m.shows(time.Second, "show running-config interface eth0", `interface eth0 ip address 198\.51\.100\.1`)
	if a := near.ip("addr", "show", "dev", "eth0"); !strings.Contains(a, "198.51.100.1/24") {
		t.Errorf("eth0 has not got its address:\n%s", a)
	}
	if s := m.types("configure terminal", "interface ens8", "end"); !strings.Contains(s, "% Invalid input") {
		t.Errorf("a link that is not there is accepted:\n%s", s)
	}
	m.types("configure terminal", "no interface eth0", "end")
	if s := m.show("show running-config"); strings.Contains(s, "eth0") {
		t.Errorf("eth0 is still there:\n%s", s)
	}
	m.stop()
}

// TestNetnsVRF runs a router whose tunnel is to use a VRF. Where the kernel has
// none a line says so and the tunnel stays down; else it comes up.
func TestNetnsVRF(t *testing.T) {
	needRoot(t, "AXLE_NETNS")
	bin := program(t)
	far, near := newSite(t, "far"), newSite(t, "fvrf")
	near.plug("ens3", far, "ens3")
	m := newMachine(near, bin, "testdata/netns/fvrf.cfg")
	m.start()
	for _, want := range []string{"Tunnel0 stays down: the machine has no VRF INET: ip link add INET type vrf table NUMBER\n", "ens3 stays down: the machine has no VRF INET"} {
		if !strings.Contains(m.out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, m.out)
		}
	}
	m.shows(5*time.Second, "show ip interface brief", `ens3 203\.0\.113\.1 YES NVRAM down down`, `Tunnel0 10\.0\.0\.1 YES NVRAM up down`)
	if out, err := exec.Command("ip", "-n", near.name, "link", "add", "INET", "type", "vrf", "table", "10").CombinedOutput(); err != nil {
		m.stop()
		t.Skipf("the kernel has no VRFs, the rest is not tested: %s", out)
	}
	near.ip("link", "set", "INET", "up")
	near.ip("link", "set", "ens3", "master", "INET")
	m.shows(5*time.Second, "show ip interface brief", `ens3 203\.0\.113\.1 YES NVRAM up up`, `Tunnel0 10\.0\.0\.1 YES NVRAM up up`)
	m.stop()
}

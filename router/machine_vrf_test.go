package router_test

import (
	"crypto/rand"
	"net/netip"
	"strings"
	"testing"

	"axle/rib"
	"axle/router"
)

const machineVRFs = `vrf definition INET
 address-family ipv4
vrf definition RED
 address-family ipv4
interface GigabitEthernet0/0
 vrf forwarding INET
 ip address 203.0.113.1 255.255.255.0
interface GigabitEthernet0/1
 ip address 192.168.0.1 255.255.255.0
interface Tunnel0
 ip address 10.0.0.1 255.255.255.0
 tunnel source GigabitEthernet0/0
 tunnel destination 198.51.100.11
 tunnel vrf INET
interface Tunnel1
 vrf forwarding RED
 ip address 10.1.0.1 255.255.255.0
 tunnel source GigabitEthernet0/1
 tunnel mode gre multipoint
`

// TestMachineVRF: "tunnel vrf" waits for the VRF of the machine, and for the port
// to be in it.
func TestMachineVRF(t *testing.T) {
	b := &box{t: t, wire: &wire{}, now: start}
	b.r = router.New(router.Options{
		Name: "R1", Version: "test", Seed: 1, Output: b.wire, Machine: true, Random: rand.Reader, Store: &router.MemoryStore{Text: []byte(machineVRFs)},
		Ports: []router.Port{{Name: "GigabitEthernet0/0"}, {Name: "GigabitEthernet0/1"}},
	})
	up := router.PortState{Up: true, MTU: 1500}
	b.r.SetPort(b.now, 0, up)
	b.r.SetPort(b.now, 1, up)
	b.r.Boot(b.now)

	tunnel := func() router.TunnelPort {
		for _, x := range b.r.Tunnels() {
			if x.Name == "Tunnel0" {
				return x
			}
		}
		t.Fatal("no Tunnel0")
		return router.TunnelPort{}
	}
	amiss := func(name, want string) {
		t.Helper()
		if got := b.r.Amiss(name); !strings.Contains(got, want) || (got == "") != (want == "") {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if x := tunnel(); x.Up || x.Source.IsValid() {
		t.Errorf("without its VRF: %+v", x)
	}
	amiss("Tunnel0", "the machine has no VRF INET: ip link add INET type vrf")
	amiss("Tunnel1", "a tunnel inside a VRF is not supported on a machine")
	amiss("GigabitEthernet0/0", "the machine has no VRF INET")
	amiss("GigabitEthernet0/1", "")

	b.r.SetMachineVRFs(b.now, []string{"INET"})
	amiss("Tunnel0", "")
	amiss("GigabitEthernet0/0", "ip link set LINK master INET")

	up.VRF = "INET"
	b.r.SetPort(b.now, 0, up)
	amiss("GigabitEthernet0/0", "")
	if x := tunnel(); x.Up {
		t.Errorf("without a route in INET: %+v", x)
	}
	b.r.SetMachineRoutes(b.now, []rib.Route{{Prefix: netip.MustParsePrefix("0.0.0.0/0"), NextHop: netip.MustParseAddr("203.0.113.254"), Interface: "GigabitEthernet0/0"}})
	if x := tunnel(); !x.Up || x.VRF != "INET" || x.Table != 1 || x.Source != netip.MustParseAddr("203.0.113.1") {
		t.Errorf("with all of it: %+v", x)
	}
	b.want(b.exec("show ip route vrf INET"), "S*    0.0.0.0/0 [254/0] via 203.0.113.254, GigabitEthernet0/0")
	b.lack(b.exec("show ip route"), "0.0.0.0/0 [")
	if b.r.PortVRF(0) != "INET" || b.r.PortVRF(1) != "" {
		t.Error("the VRFs of the ports are", b.r.PortVRF(0), b.r.PortVRF(1))
	}

	b.r.SetPort(b.now, 1, router.PortState{Up: true, MTU: 1500, VRF: "INET"})
	amiss("GigabitEthernet0/1", `the machine has it in the VRF INET: enter "vrf forwarding INET"`)
	b.r.SetMachineVRFs(b.now, nil)
	if x := tunnel(); x.Up {
		t.Errorf("when the VRF has gone: %+v", x)
	}
}

// TestVRFNumbers: a VRF keeps its number while others come and go.
func TestVRFNumbers(t *testing.T) {
	b := &box{t: t, wire: &wire{}, now: start}
	b.r = router.New(router.Options{
		Name: "R1", Version: "test", Seed: 1, Output: b.wire, Machine: true, Random: rand.Reader, Store: &router.MemoryStore{Text: []byte(machineVRFs)},
		Ports: []router.Port{{Name: "GigabitEthernet0/0"}, {Name: "GigabitEthernet0/1"}},
	})
	b.r.Boot(b.now)
	b.r.SetMachineVRFs(b.now, []string{"INET"})
	b.r.SetPort(b.now, 0, router.PortState{Up: true, MTU: 1500, VRF: "INET"})
	b.want(b.exec("show ip route vrf RED summary"), "IP routing table name is RED (0x2)")
	b.edit("no vrf definition INET")
	b.want(b.exec("show ip route vrf RED summary"), "IP routing table name is RED (0x2)")
	b.edit("vrf definition A", "address-family ipv4")
	b.path = nil
	b.want(b.exec("show ip route vrf A summary"), "IP routing table name is A (0x1)")
}

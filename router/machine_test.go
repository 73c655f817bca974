package router_test

import (
	"crypto/rand"
	"net/netip"
	"slices"
	"testing"
	"time"

	"axle/dataplane"
	"axle/rib"
	"axle/router"
)

const machineConfig = `interface GigabitEthernet0/0
 ip address dhcp
 no shutdown
interface GigabitEthernet0/1
 ip address 192.168.0.1 255.255.255.0
 no shutdown
interface Tunnel0
 ip address 10.0.0.11 255.255.255.0
 ip nhrp network-id 1
 ip nhrp nhs 10.0.0.1 nbma 203.0.113.1
 tunnel source GigabitEthernet0/0
 tunnel mode gre multipoint
 tunnel path-mtu-discovery
ip route 192.168.2.0 255.255.255.0 10.0.0.1
ip route 172.16.0.0 255.240.0.0 Null0
ip route 198.51.100.0 255.255.255.0 192.168.0.254
`

// newMachine returns a router on a machine with two interfaces.
func newMachine(t *testing.T) *box {
	t.Helper()
	b := &box{t: t, wire: &wire{}, now: start}
	b.r = router.New(router.Options{
		Name: "R1", Version: "test", Seed: 1, Output: b.wire, Machine: true, Random: rand.Reader, Store: &router.MemoryStore{Text: []byte(machineConfig)},
		Ports: []router.Port{{Name: "GigabitEthernet0/0"}, {Name: "GigabitEthernet0/1"}},
	})
	lease := []netip.Prefix{netip.MustParsePrefix("203.0.113.50/24")}
	b.r.SetPort(b.now, 0, router.PortState{Up: true, MTU: 1500, Addrs: lease})
	b.r.SetPort(b.now, 1, router.PortState{Up: true, MTU: 1500})
	b.r.Boot(b.now)
	return b
}

func TestMachineRoutes(t *testing.T) {
	b := newMachine(t)
	b.r.SetMachineRoutes(b.now, []rib.Route{{Prefix: netip.MustParsePrefix("0.0.0.0/0"), NextHop: netip.MustParseAddr("203.0.113.254"), Interface: "GigabitEthernet0/0"}})
	b.want(b.exec("show ip route"), "S*    0.0.0.0/0 [254/0] via 203.0.113.254, GigabitEthernet0/0", "C        203.0.113.0/24 is directly connected")
	p := netip.MustParsePrefix
	want := []router.MachineRoute{
		{Prefix: p("172.16.0.0/12"), Interface: "Null0"},
		{Prefix: p("192.168.2.0/24"), Interface: "Tunnel0"},
		{Prefix: p("198.51.100.0/24"), Interface: "GigabitEthernet0/1", Gateway: netip.MustParseAddr("192.168.0.254")},
	}
	if got := b.r.MachineRoutes(); !slices.Equal(got, want) {
		t.Errorf("routes %v\nwant   %v", got, want)
	}
	b.r.SetMachineRoutes(b.now, nil)
	b.want(b.exec("show ip route"), "Gateway of last resort is not set")
}

func TestMachineAddresses(t *testing.T) {
	b := newMachine(t)
	tun := func() router.TunnelPort { return b.r.Tunnels()[0] }
	if got := tun(); !got.Up || got.Source != netip.MustParseAddr("203.0.113.50") || got.MTU != 1476 {
		t.Errorf("the tunnel is %+v", got)
	}
	if got := b.r.PortAddrs(0); len(got) > 0 {
		t.Errorf("the port's own addresses are %v: the machine has them by DHCP", got)
	}
	t.Log("# another lease")
	b.r.SetPort(b.now, 0, router.PortState{Up: true, MTU: 1400, Addrs: []netip.Prefix{netip.MustParsePrefix("203.0.113.60/24")}})
	if got := tun(); got.Source != netip.MustParseAddr("203.0.113.60") || got.MTU != 1376 {
		t.Errorf("the tunnel is %+v", got)
	}
	t.Log("# the link goes")
	b.r.SetPort(b.now, 0, router.PortState{MTU: 1400})
	if got := tun(); got.Up {
		t.Errorf("the tunnel is %+v", got)
	}
}

func TestPathMTU(t *testing.T) {
	b := newMachine(t)
	source := netip.MustParseAddr("203.0.113.50")
	mtu := func() int { return b.r.Snapshot().Interfaces[b.r.Tunnels()[0].Index].IPMTU }
	for _, tt := range []struct {
		source netip.Addr
		told   int
		want   int
	}{{source, 1300, 1276}, {source, 1400, 1276}, {source, 20, 1276}, {netip.MustParseAddr("203.0.113.51"), 600, 1276}} {
		b.r.PathMTU(b.now, "", tt.source, tt.told)
		if got := mtu(); got != tt.want {
			t.Errorf("told %d: %d, want %d", tt.told, got, tt.want)
		}
	}
	b.pass(11 * time.Minute)
	if got := mtu(); got != 1476 {
		t.Errorf("ten minutes later it is %d", got)
	}
}

func TestPunted(t *testing.T) {
	b := newMachine(t)
	if !b.r.Snapshot().Machine {
		t.Error("the snapshot does not say that a machine forwards")
	}
	b.r.Punted(b.now, []dataplane.Punt{{Reason: dataplane.PuntNHRP, If: 99}, {Reason: dataplane.PuntNHRP, If: b.r.Tunnels()[0].Index, Data: []byte{1, 2, 3}}})
	if b.r.Answer(b.now, []byte{1}) {
		t.Error("something waits for an answer")
	}
}

// TestProtected: what asks for protection passes nothing while there is none.
func TestProtected(t *testing.T) {
	b := newMachine(t)
	protected := func() bool { return b.r.Snapshot().Interfaces[b.r.Tunnels()[0].Index].Tunnel.Protected }
	if protected() {
		t.Error("a tunnel without protection passes nothing")
	}
	b.edit("crypto ipsec transform-set TS esp-gcm 256", "crypto ipsec profile P", "set transform-set TS", "interface Tunnel0", "tunnel protection ipsec profile P")
	if !protected() {
		t.Error("a protected tunnel runs in clear")
	}
}

// TestMachineKeys: keys on a machine never come from the seed.
func TestMachineKeys(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a router on a machine is made without a source of keys")
		}
	}()
	router.New(router.Options{Name: "R1", Seed: 1, Machine: true})
}

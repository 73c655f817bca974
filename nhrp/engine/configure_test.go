package engine

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"axle/nhrp"
)

func TestConfigureTwiceChangesNothing(t *testing.T) {
	n, hub, one, _ := phase3(t)
	for _, d := range []*node{hub, one} {
		if out := d.e.Configure(n.now, Config{Tunnels: []Tunnel{d.cfg}}); len(out) != 0 {
			t.Errorf("%s: %+v", d.name, out)
		}
	}
}

func TestStaticMaps(t *testing.T) {
	n := newNetwork(t)
	cfg := hubConfig()
	cfg.Maps = []Map{
		{prefix("10.0.0.5/32"), ip("203.0.113.5")},
		{prefix("10.0.1.0/24"), ip("203.0.113.6")},
	}
	cfg.Multicast = []netip.Addr{ip("203.0.113.5")}
	d := n.router("hub", cfg, hubRoutes()...)
	d.configure()
	want := "10.0.0.5/32 via 10.0.0.5 nbma 203.0.113.5 type 0 flags \n10.0.1.0/24 via 10.0.1.0 nbma 203.0.113.6 type 0 flags \n"
	if got := d.entries(); got != want {
		t.Errorf("cache\n%s", got)
	}
	if x := d.e.tunnels["Tunnel0"].cache.lookup(ip("10.0.1.77")); x == nil || x.NBMA != ip("203.0.113.6") {
		t.Errorf("lookup in a mapped network: %+v", x)
	}
	if !slices.Equal(d.multicast, []netip.Addr{ip("203.0.113.5")}) {
		t.Errorf("multicast %v", d.multicast)
	}
	t.Log("# one map changes, one goes")
	d.cfg.Maps = []Map{{prefix("10.0.0.5/32"), ip("203.0.113.7")}}
	d.configure()
	if len(d.peers) != 1 || d.peers[prefix("10.0.0.5/32")] != ip("203.0.113.7") {
		t.Errorf("peers %v", d.peers)
	}
	t.Log("# a static binding cannot be registered away")
	s := sentBy(t, d.receive(attacker, encode(t, registrationFrom("10.0.0.5", attacker.String(), "10.0.0.1", "secret"))))
	if s.Message.Clients[0].Code != nhrp.CodeAlreadyBound || d.peers[prefix("10.0.0.5/32")] != ip("203.0.113.7") {
		t.Errorf("code %d, peers %v", s.Message.Clients[0].Code, d.peers)
	}
	if e := d.entry("10.0.0.5/32"); e.State != PeerNHRP || !e.Since.IsZero() || !e.Expires.IsZero() {
		t.Errorf("entry %+v", e)
	}
}

func TestMulticast(t *testing.T) {
	n, hub, one, two := phase3(t)
	if !slices.Equal(hub.multicast, []netip.Addr{one.cfg.NBMA, two.cfg.NBMA}) {
		t.Errorf("hub's destinations %v", hub.multicast)
	}
	if !slices.Equal(one.multicast, []netip.Addr{hub.cfg.NBMA}) {
		t.Errorf("spoke's destinations %v", one.multicast)
	}
	if got := hub.state().Multicast; len(got) != 2 || got[0].Kind != MulticastDynamicClient {
		t.Errorf("hub shows %v", got)
	}
	if got := one.state().Multicast; len(got) != 1 || got[0].Kind != MulticastNHS {
		t.Errorf("spoke shows %v", got)
	}
	told := hub.multicast
	hub.perform(hub.e.Clear(n.now, Filter{NBMA: one.cfg.NBMA}))
	if !slices.Equal(hub.multicast, []netip.Addr{two.cfg.NBMA}) || told[0] != one.cfg.NBMA {
		t.Errorf("after a client went: %v, and the list told before is %v", hub.multicast, told)
	}
	hub.cfg.MulticastDynamic = false
	hub.configure()
	if len(hub.multicast) != 0 {
		t.Errorf("without dynamic destinations: %v", hub.multicast)
	}
	hub.cfg.MulticastDynamic = true
	hub.configure()
	if !slices.Equal(hub.multicast, []netip.Addr{two.cfg.NBMA}) {
		t.Errorf("with them again: %v", hub.multicast)
	}
}

func TestTunnelDown(t *testing.T) {
	n, hub, one, _ := phase3(t)
	hub.perform(hub.e.Hairpin(n.now, "Tunnel0", one.cfg.NBMA, "Tunnel0", packet("192.168.1.10", "192.168.2.10")))
	n.run(time.Second)
	one.cfg.Up = false
	one.configure()
	if len(one.shortcuts) != 0 || len(one.peers) != 1 {
		t.Errorf("shortcuts %v peers %v", one.shortcuts, one.peers)
	}
	if e := one.entry("10.0.0.1/32"); e == nil || e.State != PeerInterfaceDown {
		t.Errorf("static entry %+v", e)
	}
	if !one.logged("is DOWN, Reason: External(NHRP: no error)") || !one.e.Deadline().IsZero() {
		t.Errorf("log %q, deadline %v", one.logs, one.e.Deadline())
	}
	sent := len(one.sent)
	n.run(time.Hour)
	if len(one.sent) != sent {
		t.Error("it sends while it is down")
	}
	one.cfg.Up = true
	one.configure()
	n.run(time.Second)
	if !one.state().Servers[0].Responding {
		t.Error("not registered after it came up")
	}
}

func TestNetworkIDRemoved(t *testing.T) {
	n, hub, one, _ := phase3(t)
	id := hub.cfg.NetworkID
	hub.cfg.NetworkID = 0
	hub.configure()
	if !hub.logged("%DMVPN-5-NHRP_NETID_UNCONFIGURED:  Tunnel0: NETID : 100 Unconfigured (Tunnel: 10.0.0.1 NBMA:  203.0.113.1)") {
		t.Errorf("log %q", hub.logs)
	}
	if len(hub.peers) != 0 || len(hub.multicast) != 0 || len(hub.state().Entries) != 0 || !hub.e.Deadline().IsZero() {
		t.Errorf("left over: %v %v\n%s", hub.peers, hub.multicast, hub.entries())
	}
	if out := hub.receive(one.cfg.NBMA, encode(t, registrationFrom("10.0.0.11", "203.0.113.11", "10.0.0.1", "secret"))); len(out) != 0 {
		t.Errorf("it answers: %+v", out)
	}
	hub.cfg.NetworkID = id
	hub.configure()
	n.run(10 * time.Minute)
	if hub.entry("10.0.0.11/32") == nil {
		t.Error("the client does not come back")
	}
	hub.perform(hub.e.Configure(n.now, Config{}))
	if len(hub.e.Snapshot(n.now).Tunnels) != 0 || len(hub.peers) != 0 || !hub.e.Deadline().IsZero() {
		t.Errorf("the tunnel is gone, but %v", hub.peers)
	}
}

func TestSourceAddressChange(t *testing.T) {
	n, _, one, _ := phase3(t)
	one.sent = nil
	one.cfg.NBMA = ip("203.0.113.99")
	one.configure()
	if len(one.sent) != 1 || one.sent[0].Message.Op != nhrp.RegistrationRequest || one.sent[0].Message.SrcNBMA != ip("203.0.113.99") {
		t.Fatalf("sent %+v", one.sent)
	}
	n.run(time.Second)
	if !one.state().Servers[0].Responding {
		t.Error("not registered")
	}
}

func TestMaxSend(t *testing.T) {
	n, hub, _, _ := phase3(t)
	hub.cfg.MaxSend, hub.cfg.MaxSendEvery = 5, 10*time.Second
	hub.configure()
	n.run(20 * time.Second)
	hub.sent = nil
	for range 10 {
		hub.receive(ip("203.0.113.11"), encode(t, requestFrom("10.0.0.11", "203.0.113.11", "8.8.8.8")))
	}
	if len(hub.sent) != 5 || hub.state().Usage != 100 {
		t.Errorf("%d sent, usage %d%%", len(hub.sent), hub.state().Usage)
	}
	n.run(10 * time.Second)
	if hub.state().Usage != 0 {
		t.Errorf("usage %d%% in a new period", hub.state().Usage)
	}
	hub.receive(ip("203.0.113.11"), encode(t, requestFrom("10.0.0.11", "203.0.113.11", "8.8.8.8")))
	if len(hub.sent) != 6 {
		t.Error("nothing is sent in a new period")
	}
}

func TestClear(t *testing.T) {
	for _, tt := range []struct {
		name string
		f    Filter
		want int // entries that stay at spoke 1, of 3
	}{
		{"all", Filter{}, 1},
		{"another tunnel", Filter{Tunnel: "Tunnel9"}, 3},
		{"the shortcuts", Filter{Shortcuts: true}, 1},
		{"a network", Filter{Prefix: prefix("192.168.0.0/16")}, 2},
		{"the peer", Filter{Prefix: prefix("10.0.0.12/32")}, 1}, // what is behind it goes, too
		{"an NBMA address", Filter{NBMA: ip("203.0.113.12")}, 1},
		{"another NBMA address", Filter{NBMA: ip("203.0.113.13")}, 3},
	} {
		n, hub, one, _ := phase3(t)
		hub.perform(hub.e.Hairpin(n.now, "Tunnel0", one.cfg.NBMA, "Tunnel0", packet("192.168.1.10", "192.168.2.10")))
		n.run(time.Second)
		one.perform(one.e.Clear(n.now, tt.f))
		if got := len(one.state().Entries); got != tt.want {
			t.Errorf("%s: %d entries stay, want %d\n%s", tt.name, got, tt.want, one.entries())
		}
		if len(one.shortcuts) > len(one.peers) {
			t.Errorf("%s: shortcuts %v over peers %v", tt.name, one.shortcuts, one.peers)
		}
	}
}

func TestCounters(t *testing.T) {
	_, hub, one, _ := phase3(t)
	s := one.state()
	if s.Sent.Count[nhrp.RegistrationRequest] != 2 || s.Received.Count[nhrp.RegistrationReply] != 2 {
		t.Errorf("spoke: %+v %+v", s.Sent, s.Received)
	}
	hub.e.ClearCounters("Tunnel0")
	if s = hub.state(); s.Sent != (Traffic{}) || s.Received != (Traffic{}) || s.Forwarded != (Traffic{}) {
		t.Errorf("hub after clearing: %+v", s)
	}
}

// TestDebug checks some lines of "debug nhrp", and that none has the password.
func TestDebug(t *testing.T) {
	n := newNetwork(t)
	hub := n.router("hub", hubConfig(), hubRoutes()...)
	one := n.router("one", spokeConfig(1), spokeRoutes(1)...)
	for _, d := range n.nodes {
		d.e.SetDebug(0xff)
		d.configure()
	}
	n.run(5 * time.Second)
	bad := registrationFrom("10.0.0.18", attacker.String(), "10.0.0.1", "Passw0rd")
	hub.receive(attacker, encode(t, bad))
	one.receive(hub.cfg.NBMA, hub.sent[len(hub.sent)-1].Packet) // an error indication
	text := hub.told.String() + one.told.String()
	for _, want := range []string{
		"NHRP: Receive Registration Request via Tunnel0 vrf: global(0x0), packet size: 106\n",
		"NHRP: Tunnels gave us pak src addr: 203.0.113.11\n",
		"NHRP: Adding Tunnel Endpoints (VPN: 10.0.0.11, NBMA: 203.0.113.11)\n",
		"NHRP-EVE: NHC-UP: 10.0.0.11, NBMA: 203.0.113.11\n",
		"NHRP: Tu0: Creating dynamic multicast mapping  NBMA: 203.0.113.11\n",
		"NHRP: Sending Registration Reply if_in Tunnel0 vrf: global(0x0) dst 10.0.0.11 nbma 203.0.113.11 code: no error(0)\n",
		"NHRP: Send Registration Reply via Tunnel0 vrf: global(0x0), packet size: 126\n      src: 10.0.0.1, dst: 10.0.0.11\n",
		"     src protocol: 10.0.0.11, dst protocol: 10.0.0.1\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("missing %q", want)
		}
	}
	for _, secret := range []string{"secret", "Passw0rd", "736563726574", "50617373"} {
		if strings.Contains(text, secret) {
			t.Errorf("the debug text has %q", secret)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

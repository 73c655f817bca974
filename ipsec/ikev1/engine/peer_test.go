package engine

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"axle/ipsec"
	"axle/ipsec/ikev1"
)

// TestDeadPeer: a peer that is gone is found out, and comes back.
func TestDeadPeer(t *testing.T) {
	n, hub, spoke := two(t, func(_, s *Config) {
		s.Globals.DPD = ipsec.Liveness{Interval: 10 * time.Second, Retry: 3 * time.Second, Periodic: true}
	})
	spoke.open(hubAddr)
	n.run(95 * time.Second)
	if got := spoke.e.stats.Probes; got < 8 || got > 9 {
		t.Errorf("%d questions in 95 seconds", got)
	}
	n.bothWays(hub, spoke)
	hub.silent = true
	n.run(10 * time.Second)
	if len(spoke.downs) != 0 {
		t.Error("given up too early")
	}
	n.run(20 * time.Second) // the interval, and six questions each 3 s
	if !slices.Equal(spoke.downs, []string{"DPD failure"}) || len(spoke.pairs) != 0 {
		t.Errorf("downs %q, %d children", spoke.downs, len(spoke.pairs))
	}
	// The hub comes back and has forgotten all.
	n.routers = n.routers[1:]
	hub = n.add(hubAddr, 7, config(hubAddr))
	n.run(2 * time.Minute)
	n.bothWays(hub, spoke)
	if spoke.e.stats.Dead != 1 {
		t.Errorf("%d dead peers", spoke.e.stats.Dead)
	}
}

// TestOnDemand: without periodic, the peer is asked only where packets go out and
// none come in.
func TestOnDemand(t *testing.T) {
	n, hub, spoke := two(t, func(_, s *Config) { s.Globals.DPD = ipsec.Liveness{Interval: 10 * time.Second, Retry: 3 * time.Second} })
	spoke.open(hubAddr)
	n.run(10 * time.Minute)
	if got := spoke.e.stats.Probes; got != 0 {
		t.Errorf("%d questions without traffic", got)
	}
	for range 60 {
		n.bothWays(hub, spoke)
		spoke.report()
		n.run(2 * time.Second)
	}
	if got := spoke.e.stats.Probes; got != 0 {
		t.Errorf("%d questions with traffic both ways", got)
	}
	for range 15 {
		spoke.carry(1, true)
		spoke.report()
		n.run(2 * time.Second)
	}
	if got := spoke.e.stats.Probes; got < 1 || got > 3 {
		t.Errorf("%d questions with traffic one way", got)
	}
	if len(spoke.downs) != 0 {
		t.Errorf("downs %q", spoke.downs)
	}
	hub.silent = true
	for range 20 {
		spoke.carry(1, true)
		spoke.report()
		n.run(2 * time.Second)
	}
	if !slices.Equal(spoke.downs, []string{"DPD failure"}) {
		t.Errorf("downs %q", spoke.downs)
	}
}

// TestRestart: a spoke that has forgotten all says so, and the hub forgets, too.
func TestRestart(t *testing.T) {
	n, hub, spoke := two(t, nil)
	spoke.open(hubAddr)
	n.run(time.Second)
	n.routers = n.routers[:1]
	spoke = n.add(spokeAddr, 9, config(spokeAddr))
	spoke.open(hubAddr)
	n.run(time.Second)
	n.bothWays(hub, spoke)
	if len(hub.pairs) != 1 || len(hub.e.sas) != 1 || !slices.Equal(hub.downs, []string{"initial contact"}) {
		t.Errorf("%d children, %d SAs, downs %q", len(hub.pairs), len(hub.e.sas), hub.downs)
	}
}

// TestUnknownSPI: a hub that was restarted tells a spoke that still sends; and one that
// has lost a child only.
func TestUnknownSPI(t *testing.T) {
	for _, recovery := range []bool{false, true} {
		n, _, spoke := two(t, nil)
		spoke.open(hubAddr)
		n.run(time.Second)
		n.routers = n.routers[1:]
		cfg := config(hubAddr)
		cfg.Globals.Recovery = recovery
		hub := n.add(hubAddr, 7, cfg)
		key := ipsec.Socket{Local: hub.addr, Remote: spoke.addr}
		for range 3 {
			hub.do(hub.e.UnknownSPI(n.now, key, spoke.sending(hub.addr).child.Out.SPI))
		}
		n.run(time.Minute)
		if !recovery {
			if len(spoke.downs) != 0 || n.sent != 9 {
				t.Errorf("downs %q, %d messages", spoke.downs, n.sent)
			}
			continue
		}
		n.bothWays(hub, spoke)
		if !slices.Equal(spoke.downs, []string{"initial contact"}) {
			t.Errorf("downs %q", spoke.downs)
		}
		hub.do(hub.e.UnknownSPI(n.now, key, spoke.sending(hub.addr).child.Out.SPI))
		n.run(time.Second)
		if len(spoke.downs) != 2 || spoke.downs[1] != "invalid SPI" {
			t.Errorf("downs %q", spoke.downs)
		}
		hub.do(hub.e.UnknownSPI(n.now, ipsec.Socket{Local: spoke.addr, Remote: hub.addr}, 1234)) // no tunnel there
		n.run(time.Minute)
		n.bothWays(hub, spoke)
	}
}

// behind joins a hub and a spoke behind a NAT box.
func behind(t *testing.T, change func(hub, spoke *Config)) (n *network, hub, spoke *router) {
	t.Helper()
	n = newNetwork(t)
	n.box = newBox()
	h, s := config(hubAddr), config("10.0.0.2")
	if change != nil {
		change(&h, &s)
	}
	return n, n.add(hubAddr, 1, h), n.add("10.0.0.2", 2, s)
}

// natPair returns the only child of the hub.
func natPair(t *testing.T, r *router) *pairOfSAs {
	t.Helper()
	if len(r.pairs) != 1 {
		t.Fatalf("%d children", len(r.pairs))
	}
	for _, p := range r.pairs {
		return p
	}
	return nil
}

func TestNAT(t *testing.T) {
	for _, tunnel := range []bool{false, true} {
		n, hub, spoke := behind(t, func(h, s *Config) {
			if tunnel {
				h.IPsec[0].Transforms[0].Mode, s.IPsec[0].Transforms[0].Mode = ipsec.Tunnel, ipsec.Tunnel
			}
		})
		spoke.open(hubAddr)
		n.run(time.Second)
		box := netip.MustParseAddr(natAddr)
		check := func() {
			t.Helper()
			for _, err := range []error{passes(spoke, hub, hub.addr), passes(hub, spoke, box)} {
				if err != nil {
					t.Error(err)
				}
			}
		}
		check()
		in, out := natPair(t, spoke).child.Out, natPair(t, hub).child.In
		if in.SrcPort != 4500 || in.DstPort != 4500 || in.Tunnel != tunnel || out.SrcPort != n.box.next || out.DstPort != 4500 || out.Src != box {
			t.Errorf("encapsulation %+v\n%+v", in, out)
		}
		key := ipsec.Socket{Local: hub.addr, Remote: box, Port: n.box.next}
		if p := hub.up[key]; p.Claimed.String() != "10.0.0.2" || p.Identity != "address 10.0.0.2" || p.Remote != netip.AddrPortFrom(box, n.box.next) {
			t.Errorf("peer %+v of %+v", p, hub.up)
		}
		if !hub.e.Snapshot(n.now).SAs[0].NAT || spoke.keeps != 0 {
			t.Error("no NAT, or too early keepalives")
		}
		n.run(10 * time.Minute)
		if spoke.keeps != 30 || hub.keeps != 0 {
			t.Errorf("%d and %d keepalives", spoke.keeps, hub.keeps)
		}
		// The box gives it another port: the next authentic message tells.
		n.box.ports = map[netip.AddrPort]uint16{}
		spoke.do(spoke.e.ClearISAKMP(n.now, 1002)) // nothing of that number
		spoke.e.peers[pairOf(ipsec.Socket{Local: spoke.addr, Remote: hub.addr})][0].ask()
		spoke.do(spoke.e.out)
		n.run(time.Second)
		if got := natPair(t, hub).remote; got != netip.AddrPortFrom(box, n.box.next) {
			t.Errorf("the hub sends to %v, the box listens on %d", got, n.box.next)
		}
		check()
	}
}

// TestHubReplacesThroughNAT: the hub replaces both kinds of SAs of a spoke behind a
// box, which only the opened port reaches.
func TestHubReplacesThroughNAT(t *testing.T) {
	n, hub, spoke := behind(t, func(h, _ *Config) {
		h.IPsec[0].Lifetime, h.Policies[0].Lifetime = 5*time.Minute, 7*time.Minute
	})
	spoke.open(hubAddr)
	n.run(time.Second)
	spoke.e.cfg.IPsec[0].Lifetime = 24 * time.Hour
	for range 240 {
		n.run(15 * time.Second)
		for _, err := range []error{passes(spoke, hub, hub.addr), passes(hub, spoke, netip.MustParseAddr(natAddr))} {
			if err != nil {
				t.Fatalf("%v: %v", n.now.Sub(start), err)
			}
		}
		hub.report()
		spoke.report()
	}
	if hub.e.stats.Begun == 0 || len(hub.up) != 1 || len(hub.downs)+len(spoke.downs) != 0 {
		t.Errorf("hub began %d and %d, downs %q %q", hub.e.stats.Begun, hub.e.stats.QuickBegun, hub.downs, spoke.downs)
	}
}

// TestTwoBehindOneBox: two spokes with one public address do not disturb each other,
// even when one restarts.
func TestTwoBehindOneBox(t *testing.T) {
	n, hub, one := behind(t, nil)
	two := n.add("10.0.0.3", 3, config("10.0.0.3"))
	one.open(hubAddr)
	two.open(hubAddr)
	n.run(time.Second)
	for _, r := range []*router{one, two} {
		if err := passes(r, hub, hub.addr); err != nil {
			t.Error(err)
		}
	}
	if len(hub.up) != 2 || len(hub.pairs) != 2 {
		t.Errorf("%d sockets, %d children", len(hub.up), len(hub.pairs))
	}
	n.routers = []*router{hub, one}
	two = n.add("10.0.0.3", 4, config("10.0.0.3"))
	two.open(hubAddr)
	n.run(time.Minute)
	for _, r := range []*router{one, two} {
		if err := passes(r, hub, hub.addr); err != nil {
			t.Error(err)
		}
	}
	if len(hub.up) != 2 || len(hub.pairs) != 2 || len(one.downs) != 0 {
		t.Errorf("%d sockets, %d children, downs %q", len(hub.up), len(hub.pairs), one.downs)
	}
}

// TestOldNAT: a peer that knows only a draft of NAT traversal.
func TestOldNAT(t *testing.T) {
	n, hub, spoke := behind(t, nil)
	n.fault = func(i int, p packet) []packet {
		if i == 1 { // the first message, with the vendor ID of draft 3 alone
			m, err := ikev1.Parse(p.data)
			if err != nil {
				t.Fatal(err)
			}
			m.Payloads = []ikev1.Payload{m.Payloads[0], ikev1.VendorNATT03}
			if p.data, err = m.AppendTo(nil); err != nil {
				t.Fatal(err)
			}
		}
		return []packet{p}
	}
	spoke.open(hubAddr)
	n.run(time.Second)
	if err := passes(spoke, hub, hub.addr); err != nil {
		t.Error(err)
	}
	for _, c := range hub.e.children {
		if c.encap != ikev1.EncapUDPTransportDraft {
			t.Errorf("encapsulation %d", c.encap)
		}
	}
}

// TestProfiles: who comes is matched, and gets the keys and the IPsec profile that
// belong to it.
func TestProfiles(t *testing.T) {
	n, hub, spoke := two(t, func(h, s *Config) {
		h.Keys = nil
		h.Keyrings = []Keyring{
			{Name: "WRONG", VRF: "other", Keys: []Key{{Peer: netip.MustParsePrefix(spokeAddr + "/32"), Key: ipsec.Secret("no")}}},
			{Name: "LOCAL", Local: []netip.Addr{netip.MustParseAddr("192.0.2.9")}, Keys: []Key{{Peer: netip.MustParsePrefix(spokeAddr + "/32"), Key: ipsec.Secret("no")}}},
			{Name: "K", Keys: []Key{{Peer: netip.MustParsePrefix("198.51.100.0/24"), Key: ipsec.Secret("very secret")}}},
		}
		h.Profiles = []Profile{
			{Name: "OTHERS", Match: []Identity{{Kind: IdentityFQDN, Value: "lab", Domain: true}}, Keyrings: []string{"WRONG"}},
			{Name: "SPOKES", Match: []Identity{{Kind: IdentityFQDN, Value: "spoke1.example.net"}}, Keyrings: []string{"K"}, Self: Identity{Kind: IdentityFQDN, Value: "hub.example.net"}},
		}
		h.IPsec[0].Isakmp = "SPOKES"
		s.Profiles = []Profile{{Name: "HUB", Match: []Identity{{Kind: IdentityFQDN, Value: "EXAMPLE.net", Domain: true}}, Self: Identity{Kind: IdentityFQDN, Value: "spoke1.example.net"}}}
		s.IPsec[0].Isakmp = "HUB"
	})
	x := spoke.open(hubAddr)
	n.run(time.Second)
	n.bothWays(hub, spoke)
	if spoke.up[x].Identity != "fqdn hub.example.net" || hub.e.Snapshot(n.now).SAs[0].Profile != "SPOKES" {
		t.Errorf("peer %+v, profile %q", spoke.up[x], hub.e.Snapshot(n.now).SAs[0].Profile)
	}
}

func TestIdentities(t *testing.T) {
	name := func(kind ikev1.IDType, s string) *ikev1.ID { return &ikev1.ID{Type: kind, Data: []byte(s)} }
	address := ikev1.AddrID(netip.MustParseAddr("192.0.2.7"), 17, 500)
	for _, tt := range []struct {
		name string
		m    Identity
		id   *ikev1.ID
		want bool
	}{
		{"any", Identity{Kind: IdentityAny}, name(ikev1.IDKey, "x"), true},
		{"none", Identity{}, address, false},
		{"address", Identity{Kind: IdentityAddress, Prefix: netip.MustParsePrefix("192.0.2.0/24")}, address, true},
		{"every address", Identity{Kind: IdentityAddress, Prefix: netip.MustParsePrefix("0.0.0.0/0")}, address, true},
		{"another address", Identity{Kind: IdentityAddress, Prefix: netip.MustParsePrefix("192.0.3.0/24")}, address, false},
		{"an address of another VRF", Identity{Kind: IdentityAddress, Prefix: netip.MustParsePrefix("0.0.0.0/0"), VRF: "X"}, address, false},
		{"an address and a name", Identity{Kind: IdentityAddress, Prefix: netip.MustParsePrefix("0.0.0.0/0")}, name(ikev1.IDFQDN, "a"), false},
		{"name", Identity{Kind: IdentityFQDN, Value: "a.b"}, name(ikev1.IDFQDN, "A.B"), true},
		{"domain", Identity{Kind: IdentityFQDN, Value: "b.c", Domain: true}, name(ikev1.IDFQDN, "a.b.c"), true},
		{"another domain", Identity{Kind: IdentityFQDN, Value: "c", Domain: true}, name(ikev1.IDFQDN, "a.b.c"), false},
		{"user", Identity{Kind: IdentityEmail, Value: "b", Domain: true}, name(ikev1.IDUserFQDN, "a@b"), true},
		{"a user and a name", Identity{Kind: IdentityEmail, Value: "a"}, name(ikev1.IDFQDN, "a"), false},
	} {
		if got := tt.m.matches("", tt.id); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

// TestLongestKey: of several keys for an address the one with the longest mask
// counts.
func TestLongestKey(t *testing.T) {
	e := New(nil)
	prefix := netip.MustParsePrefix
	e.cfg.Keys = []Key{
		{Peer: prefix("0.0.0.0/0"), Key: ipsec.Secret("all")},
		{Peer: prefix("192.0.2.0/24"), Key: ipsec.Secret("net")},
		{Peer: prefix("192.0.2.1/32"), Key: ipsec.Secret("host")},
		{Host: "spoke.lab", Key: ipsec.Secret("name")},
		{Peer: prefix("::/0"), Key: ipsec.Secret("six")},
		{Peer: prefix("192.0.2.1/32"), Key: ipsec.Secret("second")},
	}
	for addr, want := range map[string]string{"192.0.2.1": "host", "192.0.2.2": "net", "192.0.3.1": "all", "2001:db8::1": "six"} {
		key, _, ok := e.addressKey("", netip.Addr{}, netip.MustParseAddr(addr), "")
		if !ok || string(key) != want {
			t.Errorf("%s: %s", addr, []byte(key))
		}
	}
	if key, _, ok := e.hostKey("", netip.Addr{}, "SPOKE.lab", ""); !ok || string(key) != "name" {
		t.Errorf("name: %s", []byte(key))
	}
	if _, _, ok := e.addressKey("V", netip.Addr{}, netip.MustParseAddr("192.0.2.1"), ""); ok {
		t.Error("a key of the global table counts in a VRF")
	}
	if s := ipsec.Secret("x"); s.String() != "<secret>" || strings.Contains(s.GoString(), "x") {
		t.Error("a secret is shown")
	}
}

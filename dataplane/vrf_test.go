package dataplane_test

import (
	"net/netip"
	"strings"
	"testing"

	"axle/dataplane"
	"axle/internal/ip"
	"axle/rib"
)

// The interfaces of vrfWorld.
const (
	vInet = iota
	vHub
	vLAN
	vRed
	vRedTun
)

// vrfWorld has the same addresses in three tables:
//
//	inet    203.0.113.1/24  in INET (1)
//	hub     10.0.0.1/24     global; tunnel in INET, key 1
//	lan     203.0.113.1/24  global
//	red     10.0.0.1/24     in RED (2)
//	redtun  10.9.0.1/24     in RED; tunnel in the global table, key 1
func vrfWorld(t *testing.T) *world {
	prefixes := func(s string) []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix(s)} }
	w := &world{t: t, w: dataplane.NewWorker()}
	tunnel := func(vrf int, next, nbma string) *dataplane.Tunnel {
		peers := (*dataplane.PeerTable)(nil).With(netip.PrefixFrom(addr(next), 32), &dataplane.Adjacency{NBMA: addr(nbma), NextHop: addr(next)})
		return &dataplane.Tunnel{VRF: vrf, Source: addr("203.0.113.1"), Multipoint: true, HasKey: true, Key: 1, TTL: 255, TOS: -1, Peers: peers}
	}
	w.ifs = []*dataplane.Interface{
		{Name: "inet", Up: true, MTU: 1500, VRF: 1, Addrs: prefixes("203.0.113.1/24")},
		{Name: "hub", Up: true, Kind: dataplane.TunnelGRE, MTU: 1400, NetworkID: 1, Redirect: true, Addrs: prefixes("10.0.0.1/24"), Tunnel: tunnel(1, "10.0.0.11", "198.51.100.11")},
		{Name: "lan", Up: true, MTU: 1500, Addrs: prefixes("203.0.113.1/24")},
		{Name: "red", Up: true, MTU: 1500, VRF: 2, Addrs: prefixes("10.0.0.1/24")},
		{Name: "redtun", Up: true, Kind: dataplane.TunnelGRE, MTU: 1400, VRF: 2, Addrs: prefixes("10.9.0.1/24"), Tunnel: tunnel(0, "10.9.0.11", "203.0.113.77")},
	}
	ribs := []*rib.RIB{rib.New(), rib.New(), rib.New()}
	for _, f := range w.ifs {
		r := ribs[f.VRF]
		r.SetInterface(f.Name, true)
		for _, p := range f.Addrs {
			r.Add(rib.Route{Prefix: p.Masked(), Protocol: rib.Connected, Interface: f.Name})
			r.Add(rib.Route{Prefix: netip.PrefixFrom(p.Addr(), 32), Protocol: rib.Local, Interface: f.Name})
		}
	}
	static := func(vrf int, prefix, iface, next string) {
		ribs[vrf].Add(rib.Route{Prefix: netip.MustParsePrefix(prefix), Protocol: rib.Static, Distance: 1, Interface: iface, NextHop: addr(next)})
	}
	static(1, "0.0.0.0/0", "inet", "203.0.113.254")
	static(0, "192.168.1.0/24", "hub", "10.0.0.11")
	static(2, "192.168.1.0/24", "redtun", "10.9.0.11")
	w.snap = dataplane.NewSnapshot(w.ifs, ribs[0].FIB(), ribs[1].FIB(), ribs[2].FIB())
	return w
}

func TestVRFs(t *testing.T) {
	toSpoke := flow{src: "192.0.2.9", dst: "192.168.1.10"}.udp(4)
	tests := []struct {
		name  string
		in    int
		pkt   []byte
		want  string
		drops string
	}{
		{"a tunnel's packets leave by its VRF", vLAN, toSpoke, "out inet 203.0.113.254: 203.0.113.1>198.51.100.11 ttl 255 gre key 1 [192.0.2.9>192.168.1.10 ttl 63 udp 4] in 1", ""},
		{"the same destination in another VRF", vRed, toSpoke, "out lan 203.0.113.77: 203.0.113.1>203.0.113.77 ttl 255 gre key 1 [192.0.2.9>192.168.1.10 ttl 63 udp 4] in 0", ""},
		{"no route in this VRF, though another has one", vInet, flow{src: "198.51.100.9", dst: "10.0.0.9"}.udp(4), "out inet 203.0.113.254: 198.51.100.9>10.0.0.9 ttl 63 udp 4 in 1", ""},
		{"nor is there a default route", vLAN, flow{src: "203.0.113.9", dst: "198.51.100.11"}.udp(4), "out lan 203.0.113.9: 203.0.113.1>203.0.113.9 ttl 255 tos c0 icmp 3/1 mtu 0 (203.0.113.9>198.51.100.11 ttl 64 proto 17 cut) in 0", "lan: no route 1"},
		{"a tunnel's peer comes in by its VRF", vInet, gre("198.51.100.11", key1, flow{src: "192.168.1.10", dst: "10.0.0.9"}.udp(4)), "glean hub 10.0.0.9 from 198.51.100.11: 192.168.1.10>10.0.0.9 ttl 63 udp 4", "hub: no adjacency 1"},
		{"the same outer packet in another VRF is another tunnel's", vLAN, gre("198.51.100.11", key1, flow{src: "192.168.1.10", dst: "10.0.0.9"}.udp(4)), "out red 10.0.0.9: 192.168.1.10>10.0.0.9 ttl 63 udp 4 in 2", ""},
		{"an own address is one in its VRF alone", vRed, flow{src: "10.0.0.9", dst: "203.0.113.1"}.udp(4), "out red 10.0.0.9: 10.0.0.1>10.0.0.9 ttl 255 tos c0 icmp 3/1 mtu 0 (10.0.0.9>203.0.113.1 ttl 64 proto 17 cut) in 2", "red: no route 1"},
		{"to the router itself", vRed, flow{src: "10.0.0.9", dst: "10.0.0.1"}.udp(4), "local red: 10.0.0.9>10.0.0.1 ttl 64 udp 4", ""},
		{"an error goes back by the VRF", vRed, flow{src: "10.0.0.9", dst: "192.168.1.10", ttl: 1}.udp(4), "out red 10.0.0.9: 10.0.0.1>10.0.0.9 ttl 255 tos c0 icmp 11/0 mtu 0 (10.0.0.9>192.168.1.10 ttl 1 proto 17 cut) in 2", "red: TTL expired 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := vrfWorld(t)
			w.forward(tt.in, tt.pkt)
			got := w.result()
			for i := range w.w.Out {
				got[i] += map[int32]string{0: " in 0", 1: " in 1", 2: " in 2"}[w.w.Out[i].VRF]
			}
			if text := strings.Join(got, "\n"); !strings.HasPrefix(text, tt.want) || text == "" {
				t.Errorf("got\n%s\nwant\n%s", text, tt.want)
			}
			if d := strings.Join(w.drops(), "\n"); d != tt.drops {
				t.Errorf("drops %s, want %s", d, tt.drops)
			}
		})
	}
}

// TestVRFOriginate: what the router sends itself leaves by the VRF that it is
// sent in.
func TestVRFOriginate(t *testing.T) {
	for vrf, want := range []string{
		"out lan 203.0.113.9: 203.0.113.1>203.0.113.9 ttl 64 icmp 8", "out inet 203.0.113.9: 203.0.113.1>203.0.113.9 ttl 64 icmp 8", "", "",
	} {
		w := vrfWorld(t)
		w.w.Originate(w.snap, vrf, flow{src: "203.0.113.1", dst: "203.0.113.9"}.icmp(8))
		if got := strings.Join(w.result(), "\n"); got != want {
			t.Errorf("VRF %d: %q, want %q", vrf, got, want)
		}
	}
}

// TestVRFFragments: fragments with the same addresses and number are put together
// within their VRF alone.
func TestVRFFragments(t *testing.T) {
	w := vrfWorld(t)
	w.ifs[vInet].Addrs = []netip.Prefix{netip.MustParsePrefix("10.0.0.1/24")}
	ribs := rib.New()
	s := dataplane.NewSnapshot(w.ifs, ribs.FIB(), ribs.FIB(), ribs.FIB())
	f, err := ip.NewFragmenter(flow{src: "10.0.0.9", dst: "10.0.0.1", id: 7}.udp(1000), 576)
	if err != nil {
		t.Fatal(err)
	}
	var pieces [][]byte
	for range f.Count() {
		b := make([]byte, 576)
		pieces = append(pieces, b[:f.Next(b)])
	}
	w.w.Forward(s, []dataplane.Packet{packetOn(vRed, pieces[0]), packetOn(vInet, pieces[1])})
	if got := w.result(); len(got) > 0 {
		t.Fatalf("pieces of two VRFs were put together: %v", got)
	}
	w.w.Forward(s, []dataplane.Packet{packetOn(vRed, pieces[1])})
	sameLines(t, "the second piece", w.result(), []string{"local red: 10.0.0.9>10.0.0.1 ttl 64 udp 1000"})
}

// TestOwnerVRF: who has an address is asked within a VRF.
func TestOwnerVRF(t *testing.T) {
	s := vrfWorld(t).snap
	for vrf, want := range []int{vLAN, vInet, -1, -1} {
		if got := s.Owner(vrf, addr("203.0.113.1")); got != want {
			t.Errorf("VRF %d: %d, want %d", vrf, got, want)
		}
	}
}

package ios

import (
	"net/netip"
	"os"
	"reflect"
	"testing"
	"time"
)

func wild(addr, mask string) WildcardAddr {
	return WildcardAddr{ipBits(netip.MustParseAddr(addr)), ipBits(netip.MustParseAddr(mask))}
}

func TestDecodeEIGRP(t *testing.T) {
	_, c := pasted("router eigrp 100", "network 10.0.0.0 0.0.0.255", "network 192.168.1.0", "eigrp stub", "eigrp router-id 1.1.1.1", "passive-interface default",
		"no passive-interface tu0", "redistribute ospf 5 metric 100000 10 255 1 1500 route-map R", "variance 2", "exit",
		"int tu0", "no ip split-horizon eigrp 100", "no ip next-hop-self eigrp 100", "ip hello-interval eigrp 100 20", "ip hold-time eigrp 100 60",
		"ip bandwidth-percent eigrp 100 30", "ip summary-address eigrp 100 10.1.2.3 255.255.0.0", "ip authentication mode eigrp 100 md5", "ip authentication key-chain eigrp 100 K",
		"ip hello-interval eigrp 7 9", "exit", "router eigrp N", "address-family ipv4 autonomous-system 7", "af-interface default", "passive-interface", "exit",
		"af-interface tu1", "no passive-interface", "no split-horizon", "no next-hop-self no-ecmp-mode", "authentication mode hmac-sha-256 0 secret", "summary-address 10.0.0.0 255.0.0.0", "exit",
		"topology base", "redistribute static", "maximum-paths 2", "exit", "network 10.0.0.0")
	want := []EIGRP{
		{
			AS: 100, RouterID: netip.MustParseAddr("1.1.1.1"), Networks: []WildcardAddr{wild("10.0.0.0", "0.0.0.255"), wild("192.168.1.0", "0.0.0.255")},
			Stub: EIGRPStub{Connected: true, Summary: true}, Passive: true, PassiveOn: map[string]bool{"Tunnel0": false},
			Redistribute: []Redistribution{{Source: "ospf", Process: 5, Metric: []int{100000, 10, 255, 1, 1500}, RouteMap: "R"}},
			Variance:     2, MaximumPaths: 4, InternalDistance: 90, ExternalDistance: 170,
			Interfaces: map[string]EIGRPInterface{"Tunnel0": {
				Hello: 20 * time.Second, Hold: 60 * time.Second, BandwidthPercent: 30, Authentication: "md5", KeyChain: "K",
				Summaries: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")},
			}},
		},
		{
			Name: "N", AS: 7, Networks: []WildcardAddr{wild("10.0.0.0", "0.255.255.255")}, PassiveOn: map[string]bool{},
			Redistribute: []Redistribution{{Source: "static"}}, Variance: 1, MaximumPaths: 2, InternalDistance: 90, ExternalDistance: 170,
			Interfaces: map[string]EIGRPInterface{
				"default": {NextHopSelf: true, SplitHorizon: true, Passive: true},
				"Tunnel1": {Authentication: "hmac-sha-256", NoECMP: true, Summaries: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}},
			},
		},
	}
	if !reflect.DeepEqual(c.EIGRP, want) {
		t.Errorf("got  %+v\nwant %+v", c.EIGRP, want)
	}
}

func TestDecodeOSPF(t *testing.T) {
	_, c := pasted("router ospf 1", "router-id 1.1.1.1", "auto-cost reference-bandwidth 1000", "network 10.0.0.0 0.0.0.255 area 0", "area 1 stub no-summary",
		"area 0.0.0.2 nssa", "area 2 range 10.2.0.0 255.255.0.0 not-advertise", "area 2 filter-list prefix P in", "passive-interface default", "no passive-interface tu0",
		"redistribute eigrp 5 subnets metric-type 1 tag 9", "default-information originate always", "exit",
		"int tu0", "ip ospf network point-to-multipoint", "ip ospf hello-interval 30", "ip ospf priority 0", "ip ospf cost 50", "ip ospf mtu-ignore",
		"ip ospf message-digest-key 1 md5 K", "ip ospf authentication message-digest", "ip ospf 1 area 0.0.0.3", "int lo0", "ip ospf 2 area 0")
	want := []OSPF{{
		Process: 1, RouterID: netip.MustParseAddr("1.1.1.1"), Reference: 1000, Networks: []OSPFNetwork{{wild("10.0.0.0", "0.0.0.255"), 0}},
		Areas: []OSPFArea{
			{ID: 1, Stub: true, NoSummary: true},
			{ID: 2, NSSA: true, Ranges: []OSPFRange{{netip.MustParsePrefix("10.2.0.0/16"), true}}, Options: []string{"filter-list prefix P in"}},
		},
		Passive: true, PassiveOn: map[string]bool{"Tunnel0": false}, MaximumPaths: 4, Originate: true, Always: true,
		Redistribute: []Redistribution{{Source: "eigrp", Process: 5, Type: 1, Subnets: true, Tag: 9}},
		Interfaces: map[string]OSPFInterface{"Tunnel0": {
			HasArea: true, Area: 3, Network: "point-to-multipoint", Hello: 30 * time.Second, Retransmit: 5 * time.Second, TransmitDelay: time.Second,
			Cost: 50, IgnoreMTU: true, Authentication: "message-digest", Digests: map[int]Secret{1: {0, "K"}},
		}},
	}}
	if !reflect.DeepEqual(c.OSPF, want) {
		t.Errorf("got  %+v\nwant %+v", c.OSPF, want)
	}
}

func TestDecodeBGP(t *testing.T) {
	_, c := pasted("router bgp 65001", "bgp router-id 1.1.1.1", "no bgp default ipv4-unicast", "bgp listen range 10.0.0.0/24 peer-group G", "bgp listen limit 50", "timers bgp 10 30",
		"neighbor G peer-group", "neighbor G remote-as 65001", "neighbor G timers 5 15", "neighbor 10.0.0.3 peer-group G", "neighbor 10.0.0.3 password 0 x y",
		"neighbor 192.0.2.1 remote-as 65002", "neighbor 192.0.2.1 ebgp-multihop", "neighbor 192.0.2.1 update-source lo0", "neighbor 192.0.2.1 allowas-in 2",
		"address-family ipv4", "neighbor G activate", "neighbor G next-hop-self all", "neighbor G route-reflector-client", "neighbor 192.0.2.1 activate", "neighbor 192.0.2.1 route-map R in",
		"neighbor 192.0.2.1 prefix-list P out", "network 10.0.0.0", "network 10.5.0.0 mask 255.255.0.0 route-map N", "redistribute connected", "aggregate-address 10.0.0.0 255.0.0.0 summary-only")
	group := BGPPeer{Name: "G", Weight: -1}
	isp := BGPPeer{Name: "192.0.2.1", Weight: -1}
	inGroup, inISP := group, isp
	group.Group, group.RemoteAS, group.Keepalive, group.Hold = true, 65001, 5*time.Second, 15*time.Second
	isp.RemoteAS, isp.MultiHop, isp.UpdateSource, isp.Others = 65002, 255, "Loopback0", []string{"allowas-in 2"}
	inGroup.Activate, inGroup.NextHopSelf, inGroup.NextHopAll, inGroup.Reflector = true, true, true, true
	inISP.Activate, inISP.RouteMapIn, inISP.PrefixListOut = true, "R", "P"
	want := &BGP{
		AS: 65001, RouterID: netip.MustParseAddr("1.1.1.1"), LogChanges: true, ListenLimit: 50, Keepalive: 10 * time.Second, Hold: 30 * time.Second,
		Listen: []BGPListen{{netip.MustParsePrefix("10.0.0.0/24"), "G"}},
		Peers:  []BGPPeer{group, {Name: "10.0.0.3", PeerGroup: "G", Password: Secret{0, "x y"}, Weight: -1}, isp},
		Families: []BGPFamily{{}, {
			Name:         "ipv4",
			Networks:     []BGPNetwork{{Prefix: netip.MustParsePrefix("10.0.0.0/8")}, {Prefix: netip.MustParsePrefix("10.5.0.0/16"), RouteMap: "N"}},
			Redistribute: []Redistribution{{Source: "connected"}}, Aggregates: []string{"10.0.0.0 255.0.0.0 summary-only"}, Peers: []BGPPeer{inGroup, inISP},
		}},
	}
	for i, f := range want.Families {
		if got := c.BGP.Families[i].Peers; !reflect.DeepEqual(got, f.Peers) {
			t.Errorf("family %d: got  %+v\nwant %+v", i, got, f.Peers)
		}
	}
	if !reflect.DeepEqual(c.BGP, want) {
		t.Errorf("got  %+v\nwant %+v", c.BGP, want)
	}
}

func TestDecodeRouteMaps(t *testing.T) {
	_, c := pasted("route-map R permit 20", "continue", "route-map S", "route-map R deny 5", "match ip address prefix-list P Q", "match tag 5", "route-map R permit 20",
		"set ip next-hop verify-availability 1.1.1.1 10 track 1", "set metric 100 10 255 1 1500", "set community 1:2 additive")
	want := []RouteMap{
		{Name: "R", Entries: []RouteMapEntry{
			{Seq: 5, Match: []RouteRule{{"ip address prefix-list", []string{"P", "Q"}}, {"tag", []string{"5"}}}},
			{Seq: 20, Permit: true, Continue: -1, Set: []RouteRule{
				{"ip next-hop verify-availability", []string{"1.1.1.1", "10", "track", "1"}},
				{"metric", []string{"100", "10", "255", "1", "1500"}},
				{"community", []string{"1:2", "additive"}},
			}},
		}},
		{Name: "S", Entries: []RouteMapEntry{{Seq: 10, Permit: true}}},
	}
	if !reflect.DeepEqual(c.RouteMaps, want) {
		t.Errorf("got  %+v\nwant %+v", c.RouteMaps, want)
	}
}

// TestDecodeSeeds: what pasted notes say of routing.
func TestDecodeSeeds(t *testing.T) {
	b, err := os.ReadFile("testdata/seed003-spoke.in")
	if err != nil {
		t.Fatal(err)
	}
	term := newTerminal()
	term.paste(string(b))
	c := Decode(term.tree)
	want := []WildcardAddr{wild("10.0.0.0", "0.0.0.255"), wild("192.168.3.0", "0.0.0.255")}
	if len(c.EIGRP) != 1 || c.EIGRP[0].AS != 1 || !reflect.DeepEqual(c.EIGRP[0].Networks, want) {
		t.Errorf("%+v", c.EIGRP)
	}
}

// TestDecodeCorpus: what collected configurations say of filters and routing.
func TestDecodeCorpus(t *testing.T) {
	files := corpusFiles(t)
	read := func(name string) *Config {
		tree, _ := Load(files[name+".txt"])
		return Decode(tree)
	}
	prefix := netip.MustParsePrefix
	any4 := WildcardAddr{Wild: ^uint32(0)}
	ace := func(seq uint32, permit bool, from, to WildcardAddr) ACE {
		return ACE{Seq: seq, Permit: permit, Protocol: -1, Source: from, Dest: to, ICMPType: -1, ICMPCode: -1}
	}

	r1 := read("035-NGMunia-R1")
	for _, tt := range []struct {
		what      string
		got, want any
	}{
		{"list", r1.AccessLists[1], AccessList{"nat-acl", true, []ACE{
			ace(10, true, wild("10.1.20.0", "0.0.0.255"), any4), ace(20, true, wild("10.1.30.0", "0.0.0.255"), any4),
			ace(30, true, wild("10.0.0.1", "0.0.0.0"), any4), ace(40, true, wild("10.0.0.6", "0.0.0.0"), any4),
		}}},
		{"prefix lists", r1.PrefixLists, []PrefixList{
			{Name: "EIGRP-to-OSPF-prefixes", Entries: []PrefixRule{
				{5, true, prefix("172.19.0.0/24"), 24, 24},
				{10, true, prefix("192.168.10.0/23"), 24, 32},
				{20, true, prefix("192.168.30.0/23"), 24, 32},
				{30, true, prefix("192.168.20.0/23"), 24, 32},
			}},
			{Name: "OSPF-to-EIGRP-prefixes", Entries: []PrefixRule{{5, true, prefix("10.1.20.0/24"), 24, 24}, {10, true, prefix("10.1.30.0/24"), 24, 24}}},
		}},
		{"interfaces", r1.EIGRP[0].Interfaces, map[string]EIGRPInterface{"Tunnel0": {BandwidthPercent: 25}}},
		{"redistribution", r1.EIGRP[0].Redistribute, []Redistribution{{Source: "ospf", Process: 1, Metric: []int{100000, 1, 255, 1, 1500}, RouteMap: "OSPF-to-EIGRP-routemap"}}},
		{"redistribution of OSPF", r1.OSPF[0].Redistribute, []Redistribution{{Source: "eigrp", Process: 100, Subnets: true, RouteMap: "EIGRP-to-OSPF-routemap"}}},
		{"router-id", r1.OSPF[0].RouterID, netip.MustParseAddr("2.2.2.2")},
	} {
		if !reflect.DeepEqual(tt.got, tt.want) {
			t.Errorf("035: %s: got  %+v\nwant %+v", tt.what, tt.got, tt.want)
		}
	}

	edge := read("091-drt13-HQ-EDGE1")
	for _, tt := range []struct {
		what      string
		got, want any
	}{
		{"peers", edge.BGP.Peers, []BGPPeer{
			{Name: "10.100.15.12", RemoteAS: 65100, UpdateSource: "Loopback1", Weight: -1},
			{Name: "100.65.1.1", RemoteAS: 64501, Description: "ISP-HQ-A", RouteMapOut: "FILTER-PRIVATE-OUT", Weight: -1},
		}},
		{"passive", edge.EIGRP[0].PassiveOn, map[string]bool{"Tunnel0": false}},
		{"passive in OSPF", edge.OSPF[0].PassiveOn, map[string]bool{"Ethernet0/1": false, "Ethernet0/2": false, "Ethernet0/3": false}},
		{"route map", edge.RouteMaps, []RouteMap{{"FILTER-PRIVATE-OUT", []RouteMapEntry{{Seq: 10, Permit: true, Match: []RouteRule{{"ip address prefix-list", []string{"PRIVATE-OUT"}}}}}}}},
		{"list", edge.AccessLists[1].Entries[0], ace(10, false, wild("10.100.0.0", "0.0.255.255"), wild("10.110.0.0", "0.0.255.255"))},
	} {
		if !reflect.DeepEqual(tt.got, tt.want) {
			t.Errorf("091: %s: got  %+v\nwant %+v", tt.what, tt.got, tt.want)
		}
	}

	core := read("055-V1RaJ97-OMSK-CORE1")
	if permit, by := core.PrefixLists[0].Match(prefix("10.1.0.0/16")); permit || by == nil || by.Seq != 5 {
		t.Errorf("055: %v by %+v", permit, by)
	}
	if b := core.BGP; b.AS != 3003 || len(b.Peers) != 2 || b.Peers[1].RouteMapOut != "BLOCK-OUT" {
		t.Errorf("055: %+v", b)
	}
}

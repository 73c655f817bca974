package dataplane_test

import (
	"bytes"
	"net/netip"
	"testing"

	"axle/dataplane"
	"axle/internal/ip"
	"axle/mgre"
)

var host0ToSpoke1 = flow{src: "192.168.0.10", dst: "192.168.1.10"}

// patched returns a copy of the packet b, changed, checksum made right.
func patched(b []byte, change func(ip.IPv4)) []byte {
	p := ip.IPv4(bytes.Clone(b))
	change(p)
	p.UpdateHeaderChecksum()
	return p
}

var forwardTests = []struct {
	name  string
	setup func(*world)
	in    int
	pkts  [][]byte
	want  []string
	drops []string
}{{
	name: "plain, connected",
	in:   wan,
	pkts: [][]byte{flow{src: "203.0.113.50", dst: "192.168.0.10"}.udp(4)},
	want: []string{"out lan 192.168.0.10: 203.0.113.50>192.168.0.10 ttl 63 udp 4"},
}, {
	name: "plain, by a gateway, trailing bytes cut off, options kept",
	in:   lan,
	pkts: [][]byte{append(flow{src: "192.168.0.10", dst: "198.51.1.1", options: []byte{1, 1, 1, 0}}.udp(4), 0, 0, 0)},
	want: []string{"out wan 203.0.113.254: 192.168.0.10>198.51.1.1 ttl 63 udp 4"},
}, {
	name: "into the multipoint tunnel, ToS copied, DF not",
	in:   lan,
	pkts: [][]byte{flow{src: "192.168.0.10", dst: "192.168.1.10", tos: 0xb8, df: true}.udp(4)},
	want: []string{"out wan 203.0.113.11: 203.0.113.1>203.0.113.11 ttl 255 tos b8 gre key 1 [192.168.0.10>192.168.1.10 ttl 63 tos b8 df udp 4]"},
}, {
	name: "into the point-to-point tunnel, own ToS, TTL, DF and checksum",
	setup: func(w *world) {
		t := w.ifs[tun1].Tunnel
		t.TOS, t.TTL, t.DF, t.Checksum = 0x20, 7, true, true
	},
	in:   lan,
	pkts: [][]byte{flow{src: "192.168.0.10", dst: "192.168.9.10", df: true}.udp(4)},
	want: []string{"out wan 203.0.113.99: 203.0.113.1>203.0.113.99 ttl 7 tos 20 df gre sum [192.168.0.10>192.168.9.10 ttl 63 df udp 4]"},
}, {
	name: "out of the tunnel",
	in:   wan,
	pkts: [][]byte{gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: "192.168.0.10"}.udp(4))},
	want: []string{"out lan 192.168.0.10: 192.168.1.10>192.168.0.10 ttl 63 udp 4"},
}, {
	name: "multipoint accepts any source, NHRP is punted",
	in:   wan,
	pkts: [][]byte{gre("198.51.7.7", mgre.Header{Protocol: mgre.ProtoNHRP, HasKey: true, Key: 1}, []byte{0, 1, 8, 0})},
	want: []string{"nhrp tun0 198.51.7.7>203.0.113.1: 00010800"},
}, {
	name: "hairpin: forwarded and punted once for a pair",
	in:   wan,
	pkts: [][]byte{
		gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: "192.168.2.10"}.udp(4)),
		gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: "192.168.2.10"}.udp(4)),
		gre("203.0.113.12", key1, flow{src: "192.168.2.10", dst: "192.168.1.10"}.udp(4)),
	},
	want: []string{
		"out wan 203.0.113.12: 203.0.113.1>203.0.113.12 ttl 255 gre key 1 [192.168.1.10>192.168.2.10 ttl 63 udp 4]",
		"out wan 203.0.113.12: 203.0.113.1>203.0.113.12 ttl 255 gre key 1 [192.168.1.10>192.168.2.10 ttl 63 udp 4]",
		"out wan 203.0.113.11: 203.0.113.1>203.0.113.11 ttl 255 gre key 1 [192.168.2.10>192.168.1.10 ttl 63 udp 4]",
		"hairpin tun0>tun0 from 203.0.113.11: 192.168.1.10>192.168.2.10 ttl 64 udp 4",
		"hairpin tun0>tun0 from 203.0.113.12: 192.168.2.10>192.168.1.10 ttl 64 udp 4",
	},
}, {
	name:  "hairpin without redirect",
	setup: func(w *world) { w.ifs[tun0].Redirect = false },
	in:    wan,
	pkts:  [][]byte{gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: "192.168.2.10"}.udp(4))},
	want:  []string{"out wan 203.0.113.12: 203.0.113.1>203.0.113.12 ttl 255 gre key 1 [192.168.1.10>192.168.2.10 ttl 63 udp 4]"},
}, {
	name: "back to the same peer: no redirect",
	in:   wan,
	pkts: [][]byte{gre("203.0.113.11", key1, flow{src: "10.0.0.11", dst: "192.168.1.10"}.udp(4))},
	want: []string{"out wan 203.0.113.11: 203.0.113.1>203.0.113.11 ttl 255 gre key 1 [10.0.0.11>192.168.1.10 ttl 63 udp 4]"},
}, {
	name: "to another network id: no redirect",
	in:   wan,
	pkts: [][]byte{gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: "192.168.9.10"}.udp(4))},
	want: []string{"out wan 203.0.113.99: 203.0.113.1>203.0.113.99 ttl 255 gre [192.168.1.10>192.168.9.10 ttl 63 udp 4]"},
}, {
	name:  "to another tunnel with the same network id: redirect",
	setup: func(w *world) { w.ifs[tun1].NetworkID = 1 },
	in:    wan,
	pkts:  [][]byte{gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: "192.168.9.10"}.udp(4))},
	want: []string{
		"out wan 203.0.113.99: 203.0.113.1>203.0.113.99 ttl 255 gre [192.168.1.10>192.168.9.10 ttl 63 udp 4]",
		"hairpin tun0>tun1 from 203.0.113.11: 192.168.1.10>192.168.9.10 ttl 64 udp 4",
	},
}, {
	name:  "no adjacency: gleaned once, dropped",
	in:    lan,
	pkts:  [][]byte{flow{src: "192.168.0.10", dst: "10.0.0.77"}.udp(4), flow{src: "192.168.0.10", dst: "10.0.0.77"}.udp(4)},
	want:  []string{"glean tun0 10.0.0.77: 192.168.0.10>10.0.0.77 ttl 63 udp 4"},
	drops: []string{"tun0: no adjacency 2"},
}, {
	name:  "no adjacency: gleaned, and to the hub meanwhile",
	setup: func(w *world) { w.ifs[tun0].Tunnel.Fallback = &dataplane.Adjacency{NBMA: addr("203.0.113.12")} },
	in:    lan,
	pkts:  [][]byte{flow{src: "192.168.0.10", dst: "10.0.0.77"}.udp(4)},
	want: []string{
		"out wan 203.0.113.12: 203.0.113.1>203.0.113.12 ttl 255 gre key 1 [192.168.0.10>10.0.0.77 ttl 63 udp 4]",
		"glean tun0 10.0.0.77: 192.168.0.10>10.0.0.77 ttl 63 udp 4",
	},
}, {
	name:  "no adjacency: not back to the hub that sent it",
	setup: func(w *world) { w.ifs[tun0].Tunnel.Fallback = &dataplane.Adjacency{NBMA: addr("203.0.113.12")} },
	in:    wan,
	pkts:  [][]byte{gre("203.0.113.12", key1, flow{src: "192.168.2.10", dst: "10.0.0.77"}.udp(4))},
	want:  []string{"glean tun0 10.0.0.77 from 203.0.113.12: 192.168.2.10>10.0.0.77 ttl 63 udp 4"},
	drops: []string{"tun0: no adjacency 1"},
}, {
	name: "to the router: own address, broadcast, network, groups; from the tunnel with From",
	in:   lan,
	pkts: [][]byte{
		flow{src: "192.168.0.10", dst: "192.168.0.1", ttl: 1}.icmp(8),
		flow{src: "192.168.0.10", dst: "1.1.1.1"}.udp(4),
		flow{src: "192.168.0.10", dst: "192.168.0.255"}.udp(4),
		flow{src: "192.168.0.10", dst: "203.0.113.0"}.udp(4),
		flow{src: "192.168.0.10", dst: "224.0.0.5", ttl: 1}.udp(4),
		flow{src: "0.0.0.0", dst: "255.255.255.255"}.udp(4),
	},
	want: []string{
		"local lan: 192.168.0.10>192.168.0.1 ttl 1 icmp 8",
		"local lan: 192.168.0.10>1.1.1.1 ttl 64 udp 4",
		"local lan: 192.168.0.10>192.168.0.255 ttl 64 udp 4",
		"local lan: 192.168.0.10>203.0.113.0 ttl 64 udp 4",
		"local lan: 192.168.0.10>224.0.0.5 ttl 1 udp 4",
		"local lan: 0.0.0.0>255.255.255.255 ttl 64 udp 4",
	},
}, {
	name: "to the router out of the tunnel",
	in:   wan,
	pkts: [][]byte{gre("203.0.113.11", key1, flow{src: "10.0.0.11", dst: "10.0.0.1"}.icmp(8))},
	want: []string{"local tun0 from 203.0.113.11: 10.0.0.11>10.0.0.1 ttl 64 icmp 8"},
}, {
	name: "GRE to an address without tunnels is local",
	in:   lan,
	pkts: [][]byte{greTo("192.168.0.10", "192.168.0.1", key1, flow{src: "10.0.0.11", dst: "10.0.0.1"}.udp(4))},
	want: []string{"local lan: 192.168.0.10>192.168.0.1 ttl 250 gre key 1 [10.0.0.11>10.0.0.1 ttl 64 udp 4]"},
}, {
	name: "no tunnel",
	in:   wan,
	pkts: [][]byte{
		gre("203.0.113.11", mgre.Header{Protocol: mgre.ProtoIPv4, HasKey: true, Key: 2}, host0ToSpoke1.udp(4)),
		gre("203.0.113.11", mgre.Header{Protocol: mgre.ProtoIPv4, HasKey: true}, host0ToSpoke1.udp(4)),
		gre("203.0.113.11", noKey, host0ToSpoke1.udp(4)),
	},
	drops: []string{"wan: tunnel key mismatch 2", "wan: tunnel source mismatch 1"},
}, {
	name: "bad GRE",
	in:   wan,
	pkts: [][]byte{
		patched(gre("203.0.113.11", mgre.Header{Protocol: mgre.ProtoIPv4, Checksum: true, HasKey: true, Key: 1}, host0ToSpoke1.udp(4)),
			func(p ip.IPv4) { p[len(p)-1] ^= 1 }),
		patched(gre("203.0.113.11", key1, host0ToSpoke1.udp(4)), func(p ip.IPv4) { p[21] |= 1 }),
		gre("203.0.113.11", key1, host0ToSpoke1.udp(4))[:20+3],
		gre("203.0.113.11", mgre.Header{Protocol: 0x6558, HasKey: true, Key: 1}, []byte{1, 2, 3}),
		gre("203.0.113.11", mgre.Header{Protocol: mgre.ProtoIPv6, HasKey: true, Key: 1}, append([]byte{0x60}, make([]byte, 39)...)),
		gre("203.0.113.11", key1, nil),
	},
	drops: []string{
		"wan: malformed IP header 1", "tun0: malformed IP header 1", "tun0: IPv6 not routed 1",
		"wan: malformed GRE header 1", "wan: bad GRE checksum 1", "tun0: unknown GRE protocol 1",
	},
}, {
	name: "GRE in GRE: two deep, not three",
	in:   wan,
	pkts: [][]byte{
		gre("203.0.113.11", key1, gre("203.0.113.12", key1, flow{src: "192.168.1.10", dst: "192.168.0.10"}.udp(4))),
		gre("203.0.113.11", key1, gre("203.0.113.12", key1, gre("203.0.113.12", key1, host0ToSpoke1.udp(4)))),
	},
	want:  []string{"out lan 192.168.0.10: 192.168.1.10>192.168.0.10 ttl 63 udp 4"},
	drops: []string{"tun0: tunnels nested too deep 1"},
}, {
	name: "malformed packets",
	in:   lan,
	pkts: [][]byte{
		nil,
		{0x45},
		host0ToSpoke1.udp(4)[:31],
		append([]byte{0x46}, host0ToSpoke1.udp(4)[1:]...),
		append([]byte{0x60}, make([]byte, 39)...),
		{0x60},
	},
	drops: []string{"lan: malformed IP header 3", "lan: bad IPv4 header checksum 1", "lan: IPv6 not routed 2"},
}, {
	name: "impossible addresses",
	in:   lan,
	pkts: [][]byte{
		flow{src: "224.0.0.1", dst: "192.168.1.10"}.udp(4), flow{src: "127.0.0.1", dst: "192.168.1.10"}.udp(4),
		flow{src: "255.255.255.255", dst: "192.168.1.10"}.udp(4), flow{src: "0.0.0.0", dst: "192.168.1.10"}.udp(4),
		flow{src: "192.168.0.10", dst: "127.0.0.1"}.udp(4), flow{src: "192.168.0.10", dst: "240.0.0.1"}.udp(4),
	},
	drops: []string{"lan: invalid source address 4", "lan: invalid destination address 2"},
}, {
	name:  "Null0 drops in silence, a loopback network has no hosts",
	setup: func(w *world) { w.route("5.5.5.0/24", "lo0", "") },
	in:    lan,
	pkts:  [][]byte{flow{src: "192.168.0.10", dst: "172.16.0.1"}.udp(4), flow{src: "192.168.0.10", dst: "5.5.5.5"}.udp(4)},
	drops: []string{"lan: routed to Null0 1", "lo0: no adjacency 1"},
}, {
	name:  "out interface is down",
	in:    lan,
	pkts:  [][]byte{flow{src: "192.168.0.10", dst: "198.51.100.9"}.udp(4)},
	drops: []string{"down: interface down 1"},
}, {
	name:  "in interface is down",
	in:    down,
	pkts:  [][]byte{flow{src: "198.51.100.9", dst: "192.168.0.10"}.udp(4)},
	drops: []string{"down: interface down 1"},
}, {
	name:  "no such interface",
	in:    missing,
	pkts:  [][]byte{host0ToSpoke1.udp(4)},
	drops: []string{"router: no such interface 1"},
}, {
	name:  "tunnel down",
	setup: func(w *world) { w.ifs[tun0].Up = false },
	in:    wan,
	pkts: [][]byte{
		gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: "192.168.0.10"}.udp(4)),
		flow{src: "203.0.113.50", dst: "192.168.1.10"}.udp(4),
	},
	drops: []string{"tun0: interface down 2"},
}, {
	name:  "tunnel down for want of a registration: NHRP alone",
	setup: func(w *world) { w.ifs[tun0].Up = false; w.ifs[tun0].Tunnel.NHRPWhenDown = true },
	in:    wan,
	pkts: [][]byte{
		gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: "192.168.0.10"}.udp(4)),
		gre("203.0.113.11", mgre.Header{Protocol: mgre.ProtoNHRP, HasKey: true, Key: 1}, []byte{0, 1, 8, 0}),
	},
	want:  []string{"nhrp tun0 203.0.113.11>203.0.113.1: 00010800"},
	drops: []string{"tun0: interface down 1"},
}, {
	name:  "protected tunnel: nothing in clear",
	setup: func(w *world) { w.ifs[tun0].Tunnel.Protected = true },
	in:    wan,
	pkts: [][]byte{
		gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: "192.168.0.10"}.udp(4)),
		gre("203.0.113.11", mgre.Header{Protocol: mgre.ProtoNHRP, HasKey: true, Key: 1}, []byte{0, 1, 8, 0}),
		flow{src: "203.0.113.50", dst: "192.168.1.10"}.udp(4),
	},
	want:  []string{"clear tun0 203.0.113.11", "wanted tun0 203.0.113.11"},
	drops: []string{"tun0: clear text on protected tunnel 2", "tun0: no security association 1"},
}, {
	name: "tunnel without source, without destination",
	setup: func(w *world) {
		w.ifs[tun0].Tunnel.Source = netip.Addr{}
		w.ifs[tun1].Tunnel.Dest = netip.Addr{}
	},
	in:    lan,
	pkts:  [][]byte{host0ToSpoke1.udp(4), flow{src: "192.168.0.10", dst: "192.168.9.10"}.udp(4)},
	drops: []string{"tun0: tunnel source has no address 1", "tun1: no route to tunnel destination 1"},
}, {
	name:  "recursive routing: the peer is reached by its own tunnel",
	setup: func(w *world) { w.route("203.0.113.11/32", "tun0", "10.0.0.11") },
	in:    lan,
	pkts:  [][]byte{host0ToSpoke1.udp(4)},
	drops: []string{"tun0: recursive routing of tunnel 1"},
}, {
	name:  "tunnel in a tunnel",
	setup: func(w *world) { w.route("203.0.113.11/32", "tun1", "") },
	in:    lan,
	pkts:  [][]byte{host0ToSpoke1.udp(4)},
	want: []string{"out wan 203.0.113.99: 203.0.113.1>203.0.113.99 ttl 255 gre [203.0.113.1>203.0.113.11 ttl 255 gre key 1 " +
		"[192.168.0.10>192.168.1.10 ttl 63 udp 4]]"},
}, {
	name: "two tunnels through each other",
	setup: func(w *world) {
		w.route("203.0.113.11/32", "tun1", "")
		w.route("203.0.113.99/32", "tun0", "10.0.0.11")
	},
	in:    lan,
	pkts:  [][]byte{host0ToSpoke1.udp(4)},
	drops: []string{"tun0: tunnels nested too deep 1"},
}, {
	name:  "MSS clamped by the out interface, by the in interface, by the smaller",
	setup: func(w *world) { w.ifs[tun0].MSS = 1360; w.ifs[lan].MSS = 1400 },
	in:    lan,
	pkts: [][]byte{
		host0ToSpoke1.syn(1460), host0ToSpoke1.syn(1300),
		flow{src: "192.168.0.10", dst: "203.0.113.50"}.syn(1460),
	},
	want: []string{
		"out wan 203.0.113.11: 203.0.113.1>203.0.113.11 ttl 255 gre key 1 [192.168.0.10>192.168.1.10 ttl 63 tcp mss 1360]",
		"out wan 203.0.113.11: 203.0.113.1>203.0.113.11 ttl 255 gre key 1 [192.168.0.10>192.168.1.10 ttl 63 tcp mss 1300]",
		"out wan 203.0.113.50: 192.168.0.10>203.0.113.50 ttl 63 tcp mss 1400",
	},
}, {
	name: "a /31 has two hosts and no broadcast address",
	setup: func(w *world) {
		w.ifs[lan].Addrs = append(w.ifs[lan].Addrs, netip.MustParsePrefix("192.168.7.0/31"))
		w.route("192.168.7.0/31", "lan", "")
	},
	in:   wan,
	pkts: [][]byte{flow{src: "203.0.113.50", dst: "192.168.7.0"}.udp(4), flow{src: "203.0.113.50", dst: "192.168.7.1"}.udp(4)},
	want: []string{
		"out lan 192.168.7.1: 203.0.113.50>192.168.7.1 ttl 63 udp 4",
		"local wan: 203.0.113.50>192.168.7.0 ttl 64 udp 4",
	},
}, {
	name: "fragments for the tunnel's IP MTU",
	in:   lan,
	pkts: [][]byte{host0ToSpoke1.udp(1472)},
	want: []string{
		"out wan 203.0.113.11: 203.0.113.1>203.0.113.11 ttl 255 gre key 1 [192.168.0.10>192.168.1.10 ttl 63 frag 0+1376 true]",
		"out wan 203.0.113.11: 203.0.113.1>203.0.113.11 ttl 255 gre key 1 [192.168.0.10>192.168.1.10 ttl 63 frag 1376+104 false]",
	},
}, {
	name:  "fragments of the outer packet for the underlay's MTU",
	setup: func(w *world) { w.ifs[wan].IPMTU = 1000 },
	in:    lan,
	pkts:  [][]byte{host0ToSpoke1.udp(1300)},
	want: []string{
		"out wan 203.0.113.11: 203.0.113.1>203.0.113.11 ttl 255 frag 0+976 true",
		"out wan 203.0.113.11: 203.0.113.1>203.0.113.11 ttl 255 frag 976+360 false",
	},
}}

func TestForward(t *testing.T) {
	for _, tt := range forwardTests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			if tt.setup != nil {
				tt.setup(w)
			}
			w.forward(tt.in, tt.pkts...)
			sameLines(t, "result", w.result(), tt.want)
			sameLines(t, "drops", w.drops(), tt.drops)
		})
	}
}

// The very bytes of a packet that comes out of one tunnel and goes into another.
func TestForwardBytes(t *testing.T) {
	w := newWorld(t)
	in := unhex(t, `
		45 00 0038 0000 0000 fa 2f 4889  cb00710b cb007101
		2000 0800 00000001
		45 00 001c 0007 0000 40 11 f665  c0a8010a c0a8020a  0400 829a 0008 f545`)
	want := unhex(t, `
		45 00 0038 0001 0000 ff 2f 4387  cb007101 cb00710c
		2000 0800 00000001
		45 00 001c 0007 0000 3f 11 f765  c0a8010a c0a8020a  0400 829a 0008 f545`)
	w.forward(wan, in)
	if len(w.w.Out) != 1 || !bytes.Equal(w.w.Out[0].Data(), want) {
		t.Fatalf("out %x\nwant %x\ndrops %v", w.w.Out[0].Data(), want, w.drops())
	}
}

// A later fragment has no TCP header, whatever it looks like: its MSS stays.
func TestLaterFragmentMSS(t *testing.T) {
	w := newWorld(t)
	w.ifs[lan].MSS = 1000
	syn := flow{src: "192.168.0.10", dst: "203.0.113.50"}.syn(1460)
	w.forward(lan, syn, patched(syn, func(p ip.IPv4) { p[7] = 100 }))
	if len(w.w.Out) != 2 {
		t.Fatal(w.result())
	}
	for i, want := range []uint16{1000, 1460} {
		if seg, err := ip.ParseTCP(ip.IPv4(w.w.Out[i].Data()).Payload()); err != nil || seg.MSS() != want {
			t.Errorf("packet %d: MSS %d, want %d", i, seg.MSS(), want)
		}
	}
}

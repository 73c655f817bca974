package dataplane_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"testing"

	"axle/dataplane"
	"axle/internal/ip"
	"axle/mgre"
)

// newWorld6 is newWorld with IPv6 on top:
//
//	wan   2001:db8:f::1/64
//	lan   2001:db8:0::1/64
//	tun0  fd00::1/64                      IPv6 over IPv4; 2001:db8:1::/64 behind 203.0.113.11
//	tun6  10.6.0.1/24, fd06::1/64         multipoint over IPv6, key 6; peer f::b (10.6.0.11, fd06::b)
//	      with 192.168.61.0/24 and 2001:db8:61::/64 behind it, and f::c (fd06::c) with 2001:db8:62::/64
//	tun7  fd07::1/64                      to f::99, no key; 2001:db8:7::/64
//
// Each has fe80::1.
func newWorld6(t testing.TB) *world {
	w := newWorld(t)
	w.ifs = append(w.ifs, &dataplane.Interface{
		Name: "tun6", Up: true, Kind: dataplane.TunnelGRE, MTU: 17912, IPMTU: 1452, IP6MTU: 1452, NetworkID6: 6, Redirect6: true,
		Addrs: []netip.Prefix{netip.MustParsePrefix("10.6.0.1/24")},
		Tunnel: &dataplane.Tunnel{
			Source: addr("2001:db8:f::1"), Multipoint: true, HasKey: true, Key: 6, TTL: 255, TOS: -1,
		},
	}, &dataplane.Interface{
		Name: "tun7", Up: true, Kind: dataplane.TunnelGRE, MTU: 17912, IPMTU: 1456, IP6MTU: 1456,
		Tunnel: &dataplane.Tunnel{Source: addr("2001:db8:f::1"), Dest: addr("2001:db8:f::99"), TTL: 255, TOS: -1},
	})
	for _, n := range []int{tun6, tun7} {
		w.rib.SetInterface(w.ifs[n].Name, true)
	}
	w.connect(w.ifs[tun6], netip.MustParsePrefix("10.6.0.1/24"))
	for n, a := range map[int]string{
		wan: "2001:db8:f::1/64", lan: "2001:db8:0::1/64", tun0: "fd00::1/64", tun6: "fd06::1/64", tun7: "fd07::1/64", lo0: "2001:db8:100::1/128",
	} {
		f, p := w.ifs[n], netip.MustParsePrefix(a)
		f.Addrs = append(f.Addrs, p, netip.MustParsePrefix("fe80::1/64"))
		w.connect(f, p)
	}
	w.ifs[tun0].IP6MTU = 1400
	w.route("2001:db8:1::/64", "tun0", "fd00::b")
	w.route("192.168.61.0/24", "tun6", "10.6.0.11")
	w.route("2001:db8:61::/64", "tun6", "fd06::b")
	w.route("2001:db8:62::/64", "tun6", "fd06::c")
	w.route("2001:db8:7::/64", "tun7", "")
	w.route("2001:db8:dead::/48", "Null0", "")
	w.peer("fd00::b", "203.0.113.11")
	var over6 *dataplane.PeerTable
	for next, nbma := range map[string]string{"10.6.0.11": "2001:db8:f::b", "fd06::b": "2001:db8:f::b", "fd06::c": "2001:db8:f::c", "fe80::c": "2001:db8:f::c"} {
		over6 = over6.With(netip.PrefixFrom(addr(next), addr(next).BitLen()), &dataplane.Adjacency{NBMA: addr(nbma), NextHop: addr(next)})
	}
	w.ifs[tun6].Tunnel.Peers = over6
	return w
}

const (
	tun6 = missing
	tun7 = missing + 1
)

// describe6 is describe for IPv6.
func describe6(b []byte) string {
	p, err := ip.ParseIPv6(b)
	cut := err != nil
	if cut {
		if p, err = ip.QuotedIPv6(b); err != nil {
			return fmt.Sprintf("%x (%v)", b, err)
		}
	}
	s := fmt.Sprintf("%v>%v hop %d", p.Src(), p.Dst(), p.HopLimit())
	if p.TrafficClass() != 0 {
		s += fmt.Sprintf(" class %02x", p.TrafficClass())
	}
	proto, at, ok := p.Upper()
	switch {
	case !ok:
		return s + " BAD"
	case proto == ip.ProtoFragment:
		f := p.Fragment(at)
		return s + fmt.Sprintf(" frag %d+%d %v", f.Offset(), len(f.Payload()), f.MF())
	case cut:
		return s + fmt.Sprintf(" proto %d cut", proto)
	case proto == ip.ProtoGRE:
		return s + describeGRE(p[at:])
	case proto == ip.ProtoUDP:
		if u, err := ip.ParseUDP6(p, at); err == nil {
			return s + fmt.Sprintf(" udp %d", len(u.Payload()))
		}
	case proto == ip.ProtoTCP:
		if t, err := ip.ParseTCP(p[at:]); err == nil && ip.TransportChecksum6(p, ip.ProtoTCP, t) == 0 {
			return s + fmt.Sprintf(" tcp mss %d", t.MSS())
		}
	case proto == ip.ProtoICMPv6:
		m, err := ip.ParseICMPv6(p, at)
		switch {
		case err != nil:
		case m.IsError():
			return s + fmt.Sprintf(" icmp %d/%d mtu %d (%s)", m.Type(), m.Code(), m.Rest(), describe(m.Body()))
		default:
			return s + fmt.Sprintf(" icmp %d", m.Type())
		}
	default:
		return s + fmt.Sprintf(" proto %d", proto)
	}
	return s + " BAD"
}

// A flow6 makes IPv6 packets for tests.
type flow6 struct {
	src, dst string
	hop      uint8 // 0: 64
	class    uint8
}

func (f flow6) header() ip.Header6 {
	hop := f.hop
	if hop == 0 {
		hop = 64
	}
	return ip.Header6{TrafficClass: f.class, HopLimit: hop, Src: addr(f.src), Dst: addr(f.dst)}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

func (f flow6) udp(n int) []byte {
	return must(ip.AppendUDP6(nil, f.header(), 1024, 33434, make([]byte, n)))
}

func (f flow6) icmp(typ uint8) []byte {
	return must(ip.AppendICMPv6(nil, f.header(), typ, 0, 0, make([]byte, 48)))
}

func (f flow6) syn(mss uint16) []byte {
	h := f.header()
	h.NextHeader = ip.ProtoTCP
	b := must(ip.AppendIPv6(nil, h, 24))
	seg := make([]byte, 24)
	seg[12], seg[13], seg[20], seg[21] = 6<<4, ip.TCPSyn, 2, 4
	binary.BigEndian.PutUint16(seg[22:], mss)
	binary.BigEndian.PutUint16(seg[16:], ip.TransportChecksum6(ip.IPv6(b), ip.ProtoTCP, seg))
	return append(b, seg...)
}

// with returns a packet with extension headers in front of its payload; the first of
// them has the type next.
func with(pkt []byte, next uint8, headers ...byte) []byte {
	p := bytes.Clone(pkt)
	p[6] = next
	binary.BigEndian.PutUint16(p[4:], uint16(len(p)-40+len(headers)))
	return append(append(p[:40:40], headers...), p[40:]...)
}

// gre6 wraps inner in GRE from one NBMA address to the hub.
func gre6(src string, h mgre.Header, inner []byte) []byte {
	pkt := h.Append(nil, inner)
	b := must(ip.AppendIPv6(nil, ip.Header6{HopLimit: 250, NextHeader: ip.ProtoGRE, Src: addr(src), Dst: addr("2001:db8:f::1")}, len(pkt)))
	return append(b, pkt...)
}

// key6 is the header of IPv6 packets to tun6, key64 of IPv4 packets.
var (
	key6  = mgre.Header{Protocol: mgre.ProtoIPv6, HasKey: true, Key: 6}
	key64 = mgre.Header{Protocol: mgre.ProtoIPv4, HasKey: true, Key: 6}
)

// fragments6 returns the fragments of a packet, in the wrong order.
func fragments6(b []byte, mtu int) [][]byte {
	f, err := ip.NewFragmenter6(ip.IPv6(b), mtu, 7)
	if err != nil {
		panic(err)
	}
	var out [][]byte
	for range f.Count() {
		p := make([]byte, mtu)
		out = append([][]byte{p[:f.Next(p)]}, out...)
	}
	return out
}

var fromLAN = flow6{src: "2001:db8::10", dst: "2001:db8:61::10"}

var forward6Tests = []struct {
	name  string
	setup func(*world)
	in    int
	pkts  [][]byte
	want  []string
	drops []string
}{{
	name: "plain, connected, trailing bytes cut off",
	in:   wan,
	pkts: [][]byte{append(flow6{src: "2001:db8:f::50", dst: "2001:db8::10"}.udp(4), 0, 0)},
	want: []string{"out lan 2001:db8::10: 2001:db8:f::50>2001:db8::10 hop 63 udp 4"},
}, {
	name:  "not routed without ipv6 unicast-routing, but received",
	setup: func(w *world) { w.snapshot().IPv6 = false },
	in:    lan,
	pkts:  [][]byte{fromLAN.udp(4), flow6{src: "2001:db8::10", dst: "2001:db8:f::1"}.icmp(128)},
	want:  []string{"local lan: 2001:db8::10>2001:db8:f::1 hop 64 icmp 128"},
	drops: []string{"lan: IPv6 not routed 1"},
}, {
	name:  "not taken where no address is",
	in:    tun1,
	pkts:  [][]byte{fromLAN.udp(4)},
	drops: []string{"tun1: IPv6 not routed 1"},
}, {
	name: "IPv6 over IPv4, class copied",
	in:   lan,
	pkts: [][]byte{flow6{src: "2001:db8::10", dst: "2001:db8:1::10", class: 0xb8}.udp(4)},
	want: []string{"out wan 203.0.113.11: 203.0.113.1>203.0.113.11 ttl 255 tos b8 gre key 1 [2001:db8::10>2001:db8:1::10 hop 63 class b8 udp 4]"},
}, {
	name: "IPv6 over IPv6",
	in:   lan,
	pkts: [][]byte{flow6{src: "2001:db8::10", dst: "2001:db8:61::10", class: 0xb8}.udp(4)},
	want: []string{"out wan 2001:db8:f::b: 2001:db8:f::1>2001:db8:f::b hop 255 class b8 gre key 6 [2001:db8::10>2001:db8:61::10 hop 63 class b8 udp 4]"},
}, {
	name: "IPv4 over IPv6",
	in:   lan,
	pkts: [][]byte{flow{src: "192.168.0.10", dst: "192.168.61.10", tos: 0x20, df: true}.udp(4)},
	want: []string{"out wan 2001:db8:f::b: 2001:db8:f::1>2001:db8:f::b hop 255 class 20 gre key 6 [192.168.0.10>192.168.61.10 ttl 63 tos 20 df udp 4]"},
}, {
	name: "point to point over IPv6, own class, hop limit and checksum",
	setup: func(w *world) {
		t := w.ifs[tun7].Tunnel
		t.TOS, t.TTL, t.Checksum = 0x20, 7, true
	},
	in:   lan,
	pkts: [][]byte{flow6{src: "2001:db8::10", dst: "2001:db8:7::10"}.udp(4)},
	want: []string{"out wan 2001:db8:f::99: 2001:db8:f::1>2001:db8:f::99 hop 7 class 20 gre sum [2001:db8::10>2001:db8:7::10 hop 63 udp 4]"},
}, {
	name: "out of the tunnels",
	in:   wan,
	pkts: [][]byte{
		gre6("2001:db8:f::b", key6, flow6{src: "2001:db8:61::10", dst: "2001:db8::10"}.udp(4)),
		gre6("2001:db8:f::b", key64, flow{src: "192.168.61.10", dst: "192.168.0.10"}.udp(4)),
		gre("203.0.113.11", mgre.Header{Protocol: mgre.ProtoIPv6, HasKey: true, Key: 1}, flow6{src: "2001:db8:1::10", dst: "2001:db8::10"}.udp(4)),
		gre6("2001:db8:f::99", mgre.Header{Protocol: mgre.ProtoIPv6}, flow6{src: "2001:db8:7::10", dst: "2001:db8::10"}.udp(4)),
	},
	want: []string{
		"out lan 2001:db8::10: 2001:db8:61::10>2001:db8::10 hop 63 udp 4",
		"out lan 192.168.0.10: 192.168.61.10>192.168.0.10 ttl 63 udp 4",
		"out lan 2001:db8::10: 2001:db8:1::10>2001:db8::10 hop 63 udp 4",
		"out lan 2001:db8::10: 2001:db8:7::10>2001:db8::10 hop 63 udp 4",
	},
}, {
	name: "the tunnel encapsulation limit of Linux is passed over",
	in:   wan,
	pkts: [][]byte{with(gre6("2001:db8:f::b", key6, flow6{src: "2001:db8:61::10", dst: "2001:db8::10"}.udp(4)), ip.ProtoDestOptions,
		ip.ProtoGRE, 0, 4, 1, 4, 1, 0, 0)},
	want: []string{"out lan 2001:db8::10: 2001:db8:61::10>2001:db8::10 hop 63 udp 4"},
}, {
	name: "NHRP is punted; a wrong key and a wrong peer are not",
	in:   wan,
	pkts: [][]byte{
		gre6("2001:db8:77::7", mgre.Header{Protocol: mgre.ProtoNHRP, HasKey: true, Key: 6}, []byte{0, 2, 0x86, 0xdd}),
		gre6("2001:db8:f::b", mgre.Header{Protocol: mgre.ProtoIPv6, HasKey: true, Key: 5}, fromLAN.udp(4)),
		gre6("2001:db8:f::98", mgre.Header{Protocol: mgre.ProtoIPv6}, fromLAN.udp(4)),
	},
	want:  []string{"nhrp tun6 2001:db8:77::7>2001:db8:f::1: 000286dd"},
	drops: []string{"wan: tunnel key mismatch 1", "wan: tunnel source mismatch 1"},
}, {
	name: "hairpin, as it came in",
	in:   wan,
	pkts: [][]byte{
		gre6("2001:db8:f::b", key6, flow6{src: "2001:db8:61::10", dst: "2001:db8:62::10"}.udp(4)),
		gre6("2001:db8:f::b", key6, flow6{src: "2001:db8:61::10", dst: "2001:db8:62::10"}.udp(4)),
	},
	want: []string{
		"out wan 2001:db8:f::c: 2001:db8:f::1>2001:db8:f::c hop 255 gre key 6 [2001:db8:61::10>2001:db8:62::10 hop 63 udp 4]",
		"out wan 2001:db8:f::c: 2001:db8:f::1>2001:db8:f::c hop 255 gre key 6 [2001:db8:61::10>2001:db8:62::10 hop 63 udp 4]",
		"hairpin tun6>tun6 from 2001:db8:f::b: 2001:db8:61::10>2001:db8:62::10 hop 64 udp 4",
	},
}, {
	name: "glean, and the fallback of the family",
	setup: func(w *world) {
		w.ifs[tun6].Tunnel.Fallback = &dataplane.Adjacency{NBMA: addr("2001:db8:f::4")}
		w.ifs[tun6].Tunnel.Fallback6 = &dataplane.Adjacency{NBMA: addr("2001:db8:f::6")}
	},
	in:   lan,
	pkts: [][]byte{flow6{src: "2001:db8::10", dst: "fd06::77"}.udp(4)},
	want: []string{
		"out wan 2001:db8:f::6: 2001:db8:f::1>2001:db8:f::6 hop 255 gre key 6 [2001:db8::10>fd06::77 hop 63 udp 4]",
		"glean tun6 fd06::77: 2001:db8::10>fd06::77 hop 63 udp 4",
	},
}, {
	name:  "the MSS of both families apart",
	setup: func(w *world) { w.ifs[tun6].MSS, w.ifs[tun6].MSS6 = 1360, 1340 },
	in:    lan,
	pkts:  [][]byte{fromLAN.syn(1440), with(fromLAN.syn(1440), ip.ProtoDestOptions, ip.ProtoTCP, 0, 1, 4, 0, 0, 0, 0), fromLAN.syn(1220), flow{src: "192.168.0.10", dst: "192.168.61.10"}.syn(1460)},
	want: []string{
		"out wan 2001:db8:f::b: 2001:db8:f::1>2001:db8:f::b hop 255 gre key 6 [2001:db8::10>2001:db8:61::10 hop 63 tcp mss 1340]",
		"out wan 2001:db8:f::b: 2001:db8:f::1>2001:db8:f::b hop 255 gre key 6 [2001:db8::10>2001:db8:61::10 hop 63 tcp mss 1340]",
		"out wan 2001:db8:f::b: 2001:db8:f::1>2001:db8:f::b hop 255 gre key 6 [2001:db8::10>2001:db8:61::10 hop 63 tcp mss 1220]",
		"out wan 2001:db8:f::b: 2001:db8:f::1>2001:db8:f::b hop 255 gre key 6 [192.168.0.10>192.168.61.10 ttl 63 tcp mss 1360]",
	},
}, {
	name: "own addresses, groups, link-local addresses",
	in:   lan,
	pkts: [][]byte{
		flow6{src: "2001:db8::10", dst: "2001:db8:100::1"}.icmp(128),
		flow6{src: "fe80::10", dst: "ff02::1"}.icmp(128),
		flow6{src: "::", dst: "ff02::1"}.icmp(135),
		flow6{src: "fe80::10", dst: "fe80::1"}.icmp(128),
		flow6{src: "fe80::10", dst: "fe80::2"}.icmp(128),
	},
	want: []string{
		"local lan: 2001:db8::10>2001:db8:100::1 hop 64 icmp 128",
		"local lan: fe80::10>ff02::1 hop 64 icmp 128",
		"local lan: ::>ff02::1 hop 64 icmp 135",
		"local lan: fe80::10>fe80::1 hop 64 icmp 128",
	},
	drops: []string{"lan: invalid destination address 1"},
}, {
	name: "addresses that cannot be",
	in:   lan,
	pkts: [][]byte{
		flow6{src: "ff02::1", dst: "2001:db8:61::10"}.udp(4), flow6{src: "::1", dst: "2001:db8:61::10"}.udp(4), flow6{src: "::", dst: "2001:db8:61::10"}.udp(4),
		flow6{src: "2001:db8::10", dst: "::1"}.udp(4), flow6{src: "2001:db8::10", dst: "::"}.udp(4),
	},
	drops: []string{"lan: invalid source address 3", "lan: invalid destination address 2"},
}, {
	name: "malformed packets",
	in:   lan,
	pkts: [][]byte{
		{0x60},
		fromLAN.udp(4)[:39], fromLAN.udp(4)[:50],
		with(flow6{src: "2001:db8::10", dst: "2001:db8::1"}.udp(0), ip.ProtoRouting, ip.ProtoUDP, 0, 0, 1, 0, 0, 0, 0),
	},
	drops: []string{"lan: malformed IP header 4"},
}, {
	name:  "routed to Null0",
	in:    lan,
	pkts:  [][]byte{flow6{src: "2001:db8::10", dst: "2001:db8:dead::1"}.udp(4)},
	drops: []string{"lan: routed to Null0 1"},
}, {
	name: "fragments of an outer packet are put together",
	in:   wan,
	pkts: fragments6(gre6("2001:db8:f::b", key6, flow6{src: "2001:db8:61::10", dst: "2001:db8::10"}.udp(1300)), 1280),
	want: []string{"out lan 2001:db8::10: 2001:db8:61::10>2001:db8::10 hop 63 udp 1300"},
}, {
	name:  "the outer packet is cut by its source",
	setup: func(w *world) { w.ifs[wan].IP6MTU = 1280 },
	in:    lan,
	pkts:  [][]byte{fromLAN.udp(1300)},
	want: []string{
		"out wan 2001:db8:f::b: 2001:db8:f::1>2001:db8:f::b hop 255 frag 0+1232 true",
		"out wan 2001:db8:f::b: 2001:db8:f::1>2001:db8:f::b hop 255 frag 1232+124 false",
	},
}, {
	name:  "too big for the tunnel",
	in:    lan,
	pkts:  [][]byte{fromLAN.udp(1405)},
	want:  []string{"out lan 2001:db8::10: 2001:db8::1>2001:db8::10 hop 255 icmp 2/0 mtu 1452 (2001:db8::10>2001:db8:61::10 hop 63 proto 17 cut)"},
	drops: []string{"tun6: too big, not to be fragmented 1"},
}, {
	name:  "too big for the path of a tunnel with path MTU discovery, never below 1280",
	setup: func(w *world) { w.ifs[tun6].Tunnel.DF, w.ifs[wan].IP6MTU = true, 1280 },
	in:    lan,
	pkts:  [][]byte{fromLAN.udp(1300)},
	want:  []string{"out lan 2001:db8::10: 2001:db8::1>2001:db8::10 hop 255 icmp 2/0 mtu 1280 (2001:db8::10>2001:db8:61::10 hop 63 proto 17 cut)"},
	drops: []string{"tun6: too big, not to be fragmented 1"},
}, {
	name: "hop limit expired, no route, beyond scope",
	in:   lan,
	pkts: [][]byte{flow6{src: "2001:db8::10", dst: "2001:db8:61::10", hop: 1}.udp(4), flow6{src: "2001:db8::10", dst: "2001:db9::1"}.udp(4), flow6{src: "fe80::10", dst: "2001:db8:61::10"}.udp(4)},
	want: []string{
		"out lan 2001:db8::10: 2001:db8::1>2001:db8::10 hop 255 icmp 3/0 mtu 0 (2001:db8::10>2001:db8:61::10 hop 1 udp 4)",
		"out lan 2001:db8::10: 2001:db8::1>2001:db8::10 hop 255 icmp 1/0 mtu 0 (2001:db8::10>2001:db9::1 hop 64 udp 4)",
		"out lan fe80::10: fe80::1>fe80::10 hop 255 icmp 1/2 mtu 0 (fe80::10>2001:db8:61::10 hop 64 udp 4)",
	},
	drops: []string{"lan: invalid source address 1", "lan: TTL expired 1", "lan: no route 1"},
}, {
	name:  "no error about an error, but about an echo; not where unreachables are off",
	setup: func(w *world) { w.ifs[lan].NoUnreachable6 = true },
	in:    lan,
	pkts: [][]byte{
		flow6{src: "2001:db8::10", dst: "2001:db8:61::10", hop: 1}.icmp(1), flow6{src: "2001:db8::10", dst: "2001:db8:61::10", hop: 1}.icmp(128),
		flow6{src: "2001:db8::10", dst: "2001:db9::1"}.udp(4),
	},
	want:  []string{"out lan 2001:db8::10: 2001:db8::1>2001:db8::10 hop 255 icmp 3/0 mtu 0 (2001:db8::10>2001:db8:61::10 hop 1 icmp 128)"},
	drops: []string{"lan: TTL expired 2", "lan: no route 1"},
}, {
	name: "a group of the tunnel",
	setup: func(w *world) {
		w.ifs[tun6].Tunnel.Multicast6 = []*dataplane.Adjacency{{NBMA: addr("2001:db8:f::b")}, {NBMA: addr("2001:db8:f::c")}}
		w.w.OriginateOn(w.snapshot(), tun6, netip.Addr{}, flow6{src: "fe80::1", dst: "ff02::5", hop: 1}.udp(4))
	},
	in: missing,
	want: []string{
		"out wan 2001:db8:f::b: 2001:db8:f::1>2001:db8:f::b hop 255 gre key 6 [fe80::1>ff02::5 hop 1 udp 4]",
		"out wan 2001:db8:f::c: 2001:db8:f::1>2001:db8:f::c hop 255 gre key 6 [fe80::1>ff02::5 hop 1 udp 4]",
	},
}, {
	name: "own packets: routed, to itself, link-local by an interface, cut for the link",
	setup: func(w *world) {
		w.w.Originate(w.snapshot(), 0, flow6{src: "2001:db8::1", dst: "2001:db8:61::10"}.udp(4))
		w.w.Originate(w.snap, 0, flow6{src: "2001:db8::1", dst: "fd06::1"}.icmp(128))
		w.w.OriginateOn(w.snap, tun6, addr("fe80::c"), flow6{src: "fe80::1", dst: "fe80::c"}.icmp(128))
		w.w.Originate(w.snap, 0, flow6{src: "2001:db8::1", dst: "2001:db8::10"}.udp(1460))
	},
	in: missing,
	want: []string{
		"out wan 2001:db8:f::b: 2001:db8:f::1>2001:db8:f::b hop 255 gre key 6 [2001:db8::1>2001:db8:61::10 hop 64 udp 4]",
		"out wan 2001:db8:f::c: 2001:db8:f::1>2001:db8:f::c hop 255 gre key 6 [fe80::1>fe80::c hop 64 icmp 128]",
		"out lan 2001:db8::10: 2001:db8::1>2001:db8::10 hop 64 frag 0+1448 true",
		"out lan 2001:db8::10: 2001:db8::1>2001:db8::10 hop 64 frag 1448+20 false",
		"local tun6: 2001:db8::1>fd06::1 hop 64 icmp 128",
	},
}, {
	name: "an NHRP message over IPv6, and to the wrong family",
	setup: func(w *world) {
		w.w.OriginateTunnel(w.snapshot(), tun6, addr("2001:db8:f::b"), mgre.ProtoNHRP, []byte{0, 2})
		w.w.OriginateTunnel(w.snap, tun6, addr("203.0.113.11"), mgre.ProtoNHRP, []byte{0, 2})
	},
	in:    missing,
	want:  []string{"out wan 2001:db8:f::b: 2001:db8:f::1>2001:db8:f::b hop 255 class c0 gre key 6 2001 0002"},
	drops: []string{"tun6: no route to tunnel destination 1"},
}}

func TestForward6(t *testing.T) {
	for _, tt := range forward6Tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld6(t)
			if w.snapshot().IPv6 = true; tt.setup != nil {
				tt.setup(w)
			}
			if tt.in != missing {
				w.forward(tt.in, tt.pkts...)
			}
			sameLines(t, "result", w.result(), tt.want)
			sameLines(t, "drops", w.drops(), tt.drops)
		})
	}
}

// ICMPv6 errors: ten at once, then one each 100 ms.
func TestErrorRate6(t *testing.T) {
	w := newWorld6(t)
	w.snapshot().IPv6 = true
	pkt := flow6{src: "2001:db8::10", dst: "2001:db8:61::10", hop: 1}.udp(4)
	for _, step := range []struct {
		at   int64 // ms
		want int
	}{{0, 10}, {50, 0}, {100, 1}, {350, 2}, {5000, 10}, {5001, 0}} {
		w.w.Now = 1e9 + step.at*1e6
		var in [][]byte
		for range 20 {
			in = append(in, pkt)
		}
		w.forward(lan, in...)
		if got := len(w.w.Out); got != step.want {
			t.Errorf("at %d ms: %d errors, want %d", step.at, got, step.want)
		}
	}
}

// Owner knows global addresses alone.
func TestOwner6(t *testing.T) {
	w := newWorld6(t)
	for a, want := range map[string]int{"2001:db8:f::1": wan, "fd06::1": tun6, "fe80::1": -1, "2001:db8:f::2": -1, "203.0.113.1": wan} {
		if got := w.snapshot().Owner(0, addr(a)); got != want {
			t.Errorf("%s belongs to %d, want %d", a, got, want)
		}
	}
}

// FuzzForward6 is FuzzForward for a router with IPv6.
func FuzzForward6(f *testing.F) {
	for _, tt := range forward6Tests {
		for _, b := range tt.pkts {
			f.Add(uint8(tt.in), b)
		}
	}
	w := newWorld6(f)
	w.ifs[tun0].Tunnel.DF, w.ifs[tun6].Tunnel.DF = true, true
	w.ifs[tun0].MSS6, w.ifs[tun6].MSS = 1340, 1360
	w.ifs[wan].IP6MTU, w.ifs[wan].IPMTU = 1280, 1000
	for _, i := range w.ifs {
		i.Capture = both()
	}
	w.snapshot().IPv6, w.snapshot().Control = true, both()
	f.Fuzz(func(t *testing.T, in uint8, b []byte) {
		b = bytes.Clone(b)
		fixHeaders(b, 3)
		w.w.Now += 1e8
		w.forward(int(in)%len(w.ifs), b)
		checkCaptured(t, w, b)
		for _, p := range w.w.Out {
			six := p.Data()[0]>>4 == 6
			mtu := w.ifs[p.If].IPMTU
			var err error
			if six {
				mtu = max(w.ifs[p.If].IP6MTU, 1280)
				_, err = ip.ParseIPv6(p.Data())
			} else {
				_, err = ip.ParseIPv4(p.Data())
			}
			if err != nil || six && p.If == lan && p.Len > 1500 || p.If == wan && p.Len > mtu {
				t.Fatalf("sent %d bytes on a link of %d: %x: %v", p.Len, mtu, p.Data(), err)
			}
			if w.ifs[p.If].Kind != dataplane.Physical || p.NextHop.Is6() != six {
				t.Fatalf("sent by %s to %v", w.ifs[p.If].Name, p.NextHop)
			}
		}
		for _, p := range w.w.Punts {
			if p.Reason == dataplane.PuntNHRP && p.From.Is4() != p.Dst.Is4() {
				t.Fatalf("NHRP from %v to %v", p.From, p.Dst)
			}
		}
	})
}

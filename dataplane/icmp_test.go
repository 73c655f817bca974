package dataplane_test

import (
	"testing"
	"time"

	"axle/internal/ip"
)

var icmpTests = []struct {
	name  string
	setup func(*world)
	in    int
	pkt   []byte
	want  []string
}{{
	name: "TTL expired, from the LAN",
	in:   lan,
	pkt:  flow{src: "192.168.0.10", dst: "192.168.1.10", ttl: 1}.udp(30),
	want: []string{"out lan 192.168.0.10: 192.168.0.1>192.168.0.10 ttl 255 tos c0 icmp 11/0 mtu 0 (192.168.0.10>192.168.1.10 ttl 1 proto 17 cut)"},
}, {
	name: "TTL expired, out of the tunnel: from the tunnel's address, back into the tunnel",
	in:   wan,
	pkt:  gre("203.0.113.12", key1, flow{src: "192.168.2.10", dst: "192.168.1.10", ttl: 1}.udp(30)),
	want: []string{"out wan 203.0.113.12: 203.0.113.1>203.0.113.12 ttl 255 tos c0 gre key 1 [10.0.0.1>192.168.2.10 ttl 255 tos c0 " +
		"icmp 11/0 mtu 0 (192.168.2.10>192.168.1.10 ttl 1 proto 17 cut)]"},
}, {
	name: "TTL 0",
	in:   lan,
	pkt:  patched(host0ToSpoke1.udp(4), func(p ip.IPv4) { p[8] = 0 }),
	want: []string{"out lan 192.168.0.10: 192.168.0.1>192.168.0.10 ttl 255 tos c0 icmp 11/0 mtu 0 (192.168.0.10>192.168.1.10 ttl 0 proto 17 cut)"},
}, {
	name: "about an echo, with options quoted whole",
	in:   lan,
	pkt:  flow{src: "192.168.0.10", dst: "192.168.1.10", ttl: 1, options: []byte{7, 7, 4, 0, 0, 0, 0, 0}}.icmp(8),
	want: []string{"out lan 192.168.0.10: 192.168.0.1>192.168.0.10 ttl 255 tos c0 icmp 11/0 mtu 0 (192.168.0.10>192.168.1.10 ttl 1 proto 1 cut)"},
}, {
	name: "not about an error",
	in:   lan,
	pkt:  flow{src: "192.168.0.10", dst: "192.168.1.10", ttl: 1}.icmp(3),
}, {
	name: "not about a later fragment",
	in:   lan,
	pkt:  patched(flow{src: "192.168.0.10", dst: "192.168.1.10", ttl: 1}.udp(30), func(p ip.IPv4) { p[7] = 2 }),
}, {
	name: "about a first fragment",
	in:   lan,
	pkt:  patched(flow{src: "192.168.0.10", dst: "192.168.1.10", ttl: 1}.udp(30), func(p ip.IPv4) { p[6] = 0x20 }),
	want: []string{"out lan 192.168.0.10: 192.168.0.1>192.168.0.10 ttl 255 tos c0 icmp 11/0 mtu 0 (192.168.0.10>192.168.1.10 ttl 1 frag 0+8 true cut)"},
}, {
	name: "not to a broadcast address",
	in:   lan,
	pkt:  flow{src: "192.168.0.255", dst: "192.168.1.10", ttl: 1}.udp(4),
}, {
	name: "to the router itself: punted",
	in:   lan,
	pkt:  flow{src: "1.1.1.1", dst: "192.168.1.10", ttl: 1}.udp(4),
	want: []string{"local lo0: 192.168.0.1>1.1.1.1 ttl 255 tos c0 icmp 11/0 mtu 0 (1.1.1.1>192.168.1.10 ttl 1 proto 17 cut)"},
}, {
	name: "no route",
	in:   lan,
	pkt:  flow{src: "192.168.0.10", dst: "8.8.8.8"}.udp(4),
	want: []string{"out lan 192.168.0.10: 192.168.0.1>192.168.0.10 ttl 255 tos c0 icmp 3/1 mtu 0 (192.168.0.10>8.8.8.8 ttl 64 proto 17 cut)"},
}, {
	name:  "no route, no ip unreachables",
	setup: func(w *world) { w.ifs[lan].NoUnreachables = true },
	in:    lan,
	pkt:   flow{src: "192.168.0.10", dst: "8.8.8.8"}.udp(4),
}, {
	name: "no route, and none back: nothing, without end",
	in:   lan,
	pkt:  flow{src: "9.9.9.9", dst: "8.8.8.8"}.udp(4),
}, {
	name:  "interface without address: another's",
	setup: func(w *world) { w.ifs[lan].Addrs = nil; w.route("192.168.0.0/24", "lan", "") },
	in:    lan,
	pkt:   flow{src: "192.168.0.10", dst: "8.8.8.8"}.udp(4),
	want:  []string{"out lan 192.168.0.10: 203.0.113.1>192.168.0.10 ttl 255 tos c0 icmp 3/1 mtu 0 (192.168.0.10>8.8.8.8 ttl 64 proto 17 cut)"},
}, {
	name: "fragmentation needed for the tunnel's IP MTU",
	in:   lan,
	pkt:  flow{src: "192.168.0.10", dst: "192.168.1.10", df: true}.udp(1373),
	want: []string{"out lan 192.168.0.10: 192.168.0.1>192.168.0.10 ttl 255 tos c0 icmp 3/4 mtu 1400 (192.168.0.10>192.168.1.10 ttl 63 df proto 17 cut)"},
}, {
	name:  "fragmentation needed for the underlay: DF copied",
	setup: func(w *world) { w.ifs[tun0].Tunnel.DF = true; w.ifs[wan].IPMTU = 1000 },
	in:    lan,
	pkt:   flow{src: "192.168.0.10", dst: "192.168.1.10", df: true}.udp(945),
	want:  []string{"out lan 192.168.0.10: 192.168.0.1>192.168.0.10 ttl 255 tos c0 icmp 3/4 mtu 972 (192.168.0.10>192.168.1.10 ttl 63 df proto 17 cut)"},
}, {
	name:  "just fits the underlay: DF copied",
	setup: func(w *world) { w.ifs[tun0].Tunnel.DF = true; w.ifs[wan].IPMTU = 1000 },
	in:    lan,
	pkt:   flow{src: "192.168.0.10", dst: "192.168.1.10", df: true}.udp(944),
	want:  []string{"out wan 203.0.113.11: 203.0.113.1>203.0.113.11 ttl 255 df gre key 1 [192.168.0.10>192.168.1.10 ttl 63 df udp 944]"},
}, {
	name: "fragmentation needed on a physical link",
	in:   wan,
	pkt:  flow{src: "203.0.113.50", dst: "192.168.0.10", df: true}.udp(1473),
	want: []string{"out wan 203.0.113.50: 203.0.113.1>203.0.113.50 ttl 255 tos c0 icmp 3/4 mtu 1500 (203.0.113.50>192.168.0.10 ttl 63 df proto 17 cut)"},
}}

func TestICMP(t *testing.T) {
	for _, tt := range icmpTests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			if tt.setup != nil {
				tt.setup(w)
			}
			w.forward(tt.in, tt.pkt)
			sameLines(t, "result", w.result(), tt.want)
		})
	}
}

// What an ICMP error quotes is the header and 8 bytes: 56 bytes in all, as IOS
// sends it.
func TestICMPLength(t *testing.T) {
	w := newWorld(t)
	w.forward(lan, flow{src: "192.168.0.10", dst: "192.168.1.10", ttl: 1}.udp(500))
	if len(w.w.Out) != 1 || w.w.Out[0].Len != 56 {
		t.Errorf("out %v", w.result())
	}
}

// One unreachable in 500 ms; "fragmentation needed" has a budget of its own, and
// time exceeded none but a limit per call.
func TestICMPRate(t *testing.T) {
	w := newWorld(t)
	noRoute := flow{src: "192.168.0.10", dst: "8.8.8.8"}.udp(4)
	big := flow{src: "192.168.0.10", dst: "192.168.1.10", df: true}.udp(1400)
	expired := flow{src: "192.168.0.10", dst: "192.168.1.10", ttl: 1}.udp(4)
	for _, step := range []struct {
		at   time.Duration
		want int
	}{
		{0, 4}, {0, 2}, {499 * time.Millisecond, 2}, {500 * time.Millisecond, 4}, {time.Second - 1, 2}, {time.Second, 4},
	} {
		w.w.Now = int64(step.at)
		w.forward(lan, noRoute, noRoute, big, big, expired, expired)
		if len(w.w.Out) != step.want {
			t.Errorf("at %v: %d errors, want %d: %v", step.at, len(w.w.Out), step.want, w.result())
		}
	}
	var many [][]byte
	for range 200 {
		many = append(many, expired)
	}
	w.forward(lan, many...)
	if len(w.w.Out) != 64 || len(w.w.Punts) != 0 {
		t.Errorf("%d time exceeded in one call", len(w.w.Out))
	}
}

package dataplane_test

import (
	"net/netip"
	"testing"

	"axle/dataplane"
)

var originateTests = []struct {
	name  string
	setup func(*world)
	do    func(*dataplane.Worker, *dataplane.Snapshot)
	want  []string
	drops []string
}{{
	name: "routed, TTL kept",
	do:   originate(flow{src: "10.0.0.1", dst: "192.168.1.10", ttl: 1}.icmp(8)),
	want: []string{"out wan 203.0.113.11: 203.0.113.1>203.0.113.11 ttl 255 gre key 1 [10.0.0.1>192.168.1.10 ttl 1 icmp 8]"},
}, {
	name: "to itself",
	do:   originate(flow{src: "10.0.0.1", dst: "1.1.1.1"}.icmp(8)),
	want: []string{"local lo0: 10.0.0.1>1.1.1.1 ttl 64 icmp 8"},
}, {
	name:  "no route: no error to itself",
	do:    originate(flow{src: "10.0.0.1", dst: "8.8.8.8"}.icmp(8)),
	drops: []string{"router: no route 1"},
}, {
	name:  "too big: it is told so",
	do:    originate(flow{src: "10.0.0.1", dst: "192.168.1.10", df: true}.udp(1400)),
	want:  []string{"local tun0: 10.0.0.1>10.0.0.1 ttl 255 tos c0 icmp 3/4 mtu 1400 (10.0.0.1>192.168.1.10 ttl 64 df proto 17 cut)"},
	drops: []string{"tun0: too big, not to be fragmented 1"},
}, {
	name:  "no MSS clamp",
	setup: func(w *world) { w.ifs[tun0].MSS = 1000 },
	do:    originate(flow{src: "10.0.0.1", dst: "192.168.1.10"}.syn(1460)),
	want:  []string{"out wan 203.0.113.11: 203.0.113.1>203.0.113.11 ttl 255 gre key 1 [10.0.0.1>192.168.1.10 ttl 64 tcp mss 1460]"},
}, {
	name: "group, by the interface of the source: physical",
	do:   originate(flow{src: "192.168.0.1", dst: "224.0.0.5", ttl: 1}.udp(4)),
	want: []string{"out lan 224.0.0.5: 192.168.0.1>224.0.0.5 ttl 1 udp 4"},
}, {
	name: "group on a multipoint tunnel: replicated",
	setup: func(w *world) {
		w.ifs[tun0].Tunnel.Multicast = []*dataplane.Adjacency{{NBMA: addr("203.0.113.11")}, {NBMA: addr("203.0.113.12")}}
	},
	do: originate(flow{src: "10.0.0.1", dst: "224.0.0.5", ttl: 1, tos: 0xc0}.udp(4)),
	want: []string{
		"out wan 203.0.113.11: 203.0.113.1>203.0.113.11 ttl 255 tos c0 gre key 1 [10.0.0.1>224.0.0.5 ttl 1 tos c0 udp 4]",
		"out wan 203.0.113.12: 203.0.113.1>203.0.113.12 ttl 255 tos c0 gre key 1 [10.0.0.1>224.0.0.5 ttl 1 tos c0 udp 4]",
	},
}, {
	name:  "group on a tunnel without multicast destinations",
	do:    originate(flow{src: "10.0.0.1", dst: "10.0.0.255"}.udp(4)),
	drops: []string{"tun0: no adjacency 1"},
}, {
	name: "group on a point-to-point tunnel",
	do:   originate(flow{src: "10.1.0.1", dst: "224.0.0.10", ttl: 2}.udp(4)),
	want: []string{"out wan 203.0.113.99: 203.0.113.1>203.0.113.99 ttl 255 gre [10.1.0.1>224.0.0.10 ttl 2 udp 4]"},
}, {
	name:  "group from an unknown source",
	do:    originate(flow{src: "9.9.9.9", dst: "224.0.0.5"}.udp(4)),
	drops: []string{"router: no route 1"},
}, {
	name: "on an interface, without a route",
	do: func(w *dataplane.Worker, s *dataplane.Snapshot) {
		w.OriginateOn(s, lan, addr("192.168.0.254"), flow{src: "192.168.0.1", dst: "8.8.8.8"}.udp(4))
		w.OriginateOn(s, wan, netip0, flow{src: "192.168.0.1", dst: "224.0.0.9"}.udp(4))
		w.OriginateOn(s, missing, netip0, flow{src: "192.168.0.1", dst: "224.0.0.9"}.udp(4))
	},
	want: []string{
		"out lan 192.168.0.254: 192.168.0.1>8.8.8.8 ttl 64 udp 4",
		"out wan 224.0.0.9: 192.168.0.1>224.0.0.9 ttl 64 udp 4",
	},
	drops: []string{"router: no such interface 1"},
}, {
	name:  "not a packet",
	do:    originate([]byte{0x45, 0}),
	drops: []string{"router: malformed IP header 1"},
}, {
	name: "NHRP by a tunnel",
	do: func(w *dataplane.Worker, s *dataplane.Snapshot) {
		w.OriginateTunnel(s, tun0, addr("203.0.113.11"), 0x2001, []byte{0, 1, 8, 0})
		w.OriginateTunnel(s, tun1, addr("203.0.113.99"), 0x2001, []byte{0, 1, 8, 0})
	},
	want: []string{
		"out wan 203.0.113.11: 203.0.113.1>203.0.113.11 ttl 255 tos c0 gre key 1 2001 00010800",
		"out wan 203.0.113.99: 203.0.113.1>203.0.113.99 ttl 255 tos c0 gre 2001 00010800",
	},
}, {
	name:  "tunnel down: not even NHRP",
	setup: func(w *world) { w.ifs[tun0].Up = false },
	do: func(w *dataplane.Worker, s *dataplane.Snapshot) {
		w.OriginateTunnel(s, tun0, addr("203.0.113.11"), 0x2001, []byte{0, 1, 8, 0})
	},
	drops: []string{"tun0: interface down 1"},
}, {
	name:  "tunnel down for want of a registration: NHRP alone",
	setup: func(w *world) { w.ifs[tun0].Up = false; w.ifs[tun0].Tunnel.NHRPWhenDown = true },
	do: func(w *dataplane.Worker, s *dataplane.Snapshot) {
		w.OriginateTunnel(s, tun0, addr("203.0.113.11"), 0x2001, []byte{0, 1, 8, 0})
		w.OriginateTunnel(s, tun0, addr("203.0.113.11"), 0x0800, host0ToSpoke1.udp(4))
		w.Originate(s, 0, host0ToSpoke1.udp(4))
	},
	want:  []string{"out wan 203.0.113.11: 203.0.113.1>203.0.113.11 ttl 255 tos c0 gre key 1 2001 00010800"},
	drops: []string{"tun0: interface down 2"},
}, {
	name:  "NHRP that cannot be sent",
	setup: func(w *world) { w.ifs[tun1].Tunnel.Protected = true },
	do: func(w *dataplane.Worker, s *dataplane.Snapshot) {
		w.OriginateTunnel(s, tun1, addr("203.0.113.99"), 0x2001, []byte{0})
		w.OriginateTunnel(s, tun0, netip0, 0x2001, []byte{0})
		w.OriginateTunnel(s, tun0, addr("2001:db8::1"), 0x2001, []byte{0})
		w.OriginateTunnel(s, tun0, addr("8.8.8.8"), 0x2001, []byte{0})
		w.OriginateTunnel(s, tun0, addr("203.0.113.1"), 0x2001, []byte{0})
		w.OriginateTunnel(s, tun0, addr("203.0.113.11"), 0x2001, make([]byte, 65530))
		w.OriginateTunnel(s, wan, addr("203.0.113.11"), 0x2001, []byte{0})
		w.OriginateTunnel(s, missing, addr("203.0.113.11"), 0x2001, []byte{0})
	},
	drops: []string{
		"router: no such interface 2", "tun0: too big, not to be fragmented 1", "tun0: no route to tunnel destination 3",
		"tun0: recursive routing of tunnel 1", "tun1: no security association 1",
	},
	want: []string{"wanted tun1 203.0.113.99"},
}}

func TestOriginate(t *testing.T) {
	for _, tt := range originateTests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			if tt.setup != nil {
				tt.setup(w)
			}
			tt.do(w.w, w.snapshot())
			sameLines(t, "result", w.result(), tt.want)
			sameLines(t, "drops", w.drops(), tt.drops)
		})
	}
}

func originate(pkt []byte) func(*dataplane.Worker, *dataplane.Snapshot) {
	return func(w *dataplane.Worker, s *dataplane.Snapshot) { w.Originate(s, 0, pkt) }
}

// netip0 is no address.
var netip0 netip.Addr

package dataplane_test

import (
	"testing"

	"axle/dataplane"
)

// stackTests have a machine whose own stack forwards between its interfaces.
var stackTests = []struct {
	name  string
	stack bool // the packets come from the machine's stack, else from the port
	in    int
	pkts  [][]byte
	want  []string
	drops []string
	outer bool // what comes out carries another packet
	from  int  // interface that it came in by
}{{
	name: "from the stack into the tunnel: its hop is taken off already", stack: true, in: tun0,
	pkts: [][]byte{flow{src: "192.168.0.10", dst: "192.168.1.10", ttl: 1}.udp(4)},
	want: []string{"out wan 203.0.113.11: 203.0.113.1>203.0.113.11 ttl 255 gre key 1 [192.168.0.10>192.168.1.10 ttl 1 udp 4]"},
	from: -1, outer: true,
}, {
	name: "from the tunnel to the stack: it takes the hop off itself", in: wan,
	pkts: [][]byte{gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: "192.168.0.10", ttl: 1}.udp(4))},
	want: []string{"out lan 192.168.0.10: 192.168.1.10>192.168.0.10 ttl 1 udp 4"},
	from: tun0,
}, {
	name: "between two peers: the router's own hop", in: wan,
	pkts: [][]byte{gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: "192.168.2.10", ttl: 9}.udp(4))},
	want: []string{
		"out wan 203.0.113.12: 203.0.113.1>203.0.113.12 ttl 255 gre key 1 [192.168.1.10>192.168.2.10 ttl 8 udp 4]",
		"hairpin tun0>tun0 from 203.0.113.11: 192.168.1.10>192.168.2.10 ttl 9 udp 4",
	},
	from: -1, outer: true,
}, {
	name: "between two peers, the last hop", in: wan,
	pkts: [][]byte{gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: "192.168.2.10", ttl: 1}.udp(4))},
	want: []string{
		"out wan 203.0.113.11: 203.0.113.1>203.0.113.11 ttl 255 tos c0 gre key 1 [10.0.0.1>192.168.1.10 ttl 255 tos c0 icmp 11/0 mtu 0 (192.168.1.10>192.168.2.10 ttl 1 proto 17 cut)]",
	},
	drops: []string{"tun0: TTL expired 1"},
	from:  -1, outer: true,
}, {
	name: "from the stack to nowhere", stack: true, in: tun0,
	pkts:  [][]byte{flow{src: "192.168.0.10", dst: "203.0.114.9"}.udp(4)},
	drops: []string{"router: no route 1"},
}, {
	name: "from the stack, no packet", stack: true, in: tun0,
	pkts:  [][]byte{{1, 2, 3}},
	drops: []string{"tun0: malformed IP header 1"},
}}

func TestFromStack(t *testing.T) {
	for _, tt := range stackTests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.snapshot().Machine = true
			var in []dataplane.Packet
			for _, b := range tt.pkts {
				in = append(in, packetOn(tt.in, b))
			}
			if tt.stack {
				w.w.FromStack(w.snapshot(), in)
			} else {
				w.w.Forward(w.snapshot(), in)
			}
			sameLines(t, "result", w.result(), tt.want)
			sameLines(t, "drops", w.drops(), tt.drops)
			for _, p := range w.w.Out {
				if p.Outer != tt.outer || p.In != tt.from {
					t.Errorf("outer %v, in %d, want %v, %d", p.Outer, p.In, tt.outer, tt.from)
				}
			}
		})
	}
}

func TestOwner(t *testing.T) {
	s := newWorld(t).snapshot()
	for a, want := range map[string]int{"203.0.113.1": wan, "10.0.0.1": tun0, "203.0.113.255": -1, "198.51.100.1": -1, "2001:db8::1": -1} {
		if got := s.Owner(0, addr(a)); got != want {
			t.Errorf("%s belongs to %d, want %d", a, got, want)
		}
	}
}

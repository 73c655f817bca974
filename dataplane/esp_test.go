package dataplane_test

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"axle/dataplane"
	"axle/internal/ip"
	"axle/mgre"
)

var spoke11 = addr("203.0.113.11")

// newProtected makes a world whose tunnels are protected, with associations with
// the first spoke.
func newProtected(t testing.TB, k sealing) (*world, *spoke) {
	w := newWorld(t)
	w.ifs[tun0].Tunnel.Protected, w.ifs[tun1].Tunnel.Protected = true, true
	w.spokes = spokesOf{}
	s := w.spokes.add(w, k, spoke11, 0)
	w.snapshot() // gives the interfaces their counters
	return w, s
}

// opened describes what the worker sent, protection taken off; it fails where
// there was none.
func opened(t testing.TB, w *world) []string {
	t.Helper()
	var lines []string
	for i := range w.w.Out {
		p := &w.w.Out[i]
		q, err := ip.ParseIPv4(p.Data())
		if err != nil || len(q) != p.Len || !p.Outer {
			t.Fatalf("sent %x: %v", p.Data(), err)
		}
		c := w.spokes.clear(q)
		if &c[0] == &q[0] {
			t.Errorf("in clear: %s", describe(q))
		}
		lines = append(lines, fmt.Sprintf("out %s %v: %s", w.ifs[p.If].Name, p.NextHop, describe(c)))
	}
	return lines
}

// A packet to the spoke is GRE within ESP; its size and outer header are those
// of the reference.
func TestEncapESP(t *testing.T) {
	sizes := map[string]int{ // of 1000 bytes in GRE with a key
		"transport GCM":     20 + 8 + 8 + 1012 + 16,
		"transport GCM ESN": 20 + 8 + 8 + 1012 + 16,
		"transport CBC":     20 + 8 + 16 + 1024 + 16,
		"tunnel GCM":        20 + 8 + 8 + 1032 + 16,
		"tunnel CBC":        20 + 8 + 16 + 1040 + 16,
		"transport GCM NAT": 20 + 8 + 8 + 8 + 1012 + 16,
		"tunnel GCM NAT":    20 + 8 + 8 + 8 + 1032 + 16,
	}
	for _, k := range sealings {
		t.Run(k.name, func(t *testing.T) {
			w, _ := newProtected(t, k)
			w.ifs[tun0].Tunnel.DF = true
			f := flow{src: "192.168.0.10", dst: "192.168.1.10", tos: 0xb8, df: true}
			for range 3 {
				w.forward(lan, f.udp(1000-28))
				if n := w.w.Out[0].Len; n != sizes[k.name] {
					t.Errorf("%d bytes, want %d", n, sizes[k.name])
				}
				if h := describe(w.w.Out[0].Data()); !strings.HasPrefix(h, "203.0.113.1>203.0.113.11 ttl 255 tos b8 df ") {
					t.Errorf("outer header %s", h)
				}
				sameLines(t, "opened", opened(t, w), []string{
					"out wan 203.0.113.11: 203.0.113.1>203.0.113.11 ttl 255 tos b8 df gre key 1 [192.168.0.10>192.168.1.10 ttl 63 tos b8 df udp 972]",
				})
			}
			w.w.Reset()
			w.w.OriginateTunnel(w.snapshot(), tun0, spoke11, 0x2001, []byte{0, 1, 8, 0})
			sameLines(t, "NHRP", opened(t, w), []string{"out wan 203.0.113.11: 203.0.113.1>203.0.113.11 ttl 255 tos c0 gre key 1 2001 00010800"})
			c := w.ifs[tun0].Counters
			if c.OutPackets.Load() != 4 || c.OutBytes.Load() != 3004 {
				t.Errorf("%d packets, %d bytes", c.OutPackets.Load(), c.OutBytes.Load())
			}
		})
	}
}

// What a spoke seals arrives as if it had come in clear on a tunnel that is not
// protected.
func TestDecapESP(t *testing.T) {
	for _, k := range sealings {
		t.Run(k.name, func(t *testing.T) {
			w, s := newProtected(t, k)
			toLAN := flow{src: "192.168.1.10", dst: "192.168.0.10"}.udp(4)
			nhrp := gre("203.0.113.11", mgre.Header{Protocol: mgre.ProtoNHRP, HasKey: true, Key: 1}, []byte{0, 1, 8, 0})
			for range 2 {
				w.forward(wan, s.seal(gre("203.0.113.11", key1, toLAN)), s.seal(nhrp))
				sameLines(t, "result", w.result(), []string{
					"out lan 192.168.0.10: 192.168.1.10>192.168.0.10 ttl 63 udp 4",
					"nhrp tun0 203.0.113.11>203.0.113.1: 00010800",
				})
			}
			if want := uint16(0); k.nat {
				want = 4500
				if p := w.w.Punts[0]; p.FromPort != want {
					t.Errorf("NHRP from port %d", p.FromPort)
				}
			}
			sameLines(t, "drops", w.drops(), nil)
		})
	}
}

// Nothing leaves a protected tunnel in clear, whichever way it is sent.
func TestNothingOutInClear(t *testing.T) {
	pkt := flow{src: "192.168.0.10", dst: "192.168.1.10"}.udp(4)
	ways := []struct {
		name string
		send func(w *world)
		want int // packets, with an association
	}{
		{"forwarded", func(w *world) { w.forward(lan, pkt) }, 1},
		{"forwarded from another tunnel", func(w *world) {
			w.ifs[tun1].Tunnel.Protected = false
			w.forward(wan, gre("203.0.113.99", noKey, pkt))
		}, 1},
		{"fragments", func(w *world) { w.forward(lan, flow{src: "192.168.0.10", dst: "192.168.1.10"}.udp(3000)) }, 3},
		{"from the stack", func(w *world) {
			p := packetOn(tun0, pkt)
			w.w.FromStack(w.snapshot(), []dataplane.Packet{p})
		}, 1},
		{"originated", func(w *world) { w.w.Originate(w.snapshot(), 0, pkt) }, 1},
		{"originated on the tunnel", func(w *world) { w.w.OriginateOn(w.snapshot(), tun0, addr("10.0.0.11"), pkt) }, 1},
		{"NHRP", func(w *world) { w.w.OriginateTunnel(w.snapshot(), tun0, spoke11, 0x2001, []byte{0, 1, 8, 0}) }, 1},
		{"to a group", func(w *world) {
			w.ifs[tun0].Tunnel.Multicast = []*dataplane.Adjacency{{NBMA: spoke11}, {NBMA: addr("203.0.113.12")}}
			w.w.OriginateOn(w.snapshot(), tun0, netip0, flow{src: "10.0.0.1", dst: "224.0.0.5"}.udp(4))
		}, 1},
		{"to the fallback", func(w *world) {
			w.ifs[tun0].Tunnel.Fallback = &dataplane.Adjacency{NBMA: spoke11}
			w.w.OriginateOn(w.snapshot(), tun0, addr("10.0.0.77"), pkt)
		}, 1},
		{"ICMP error", func(w *world) {
			w.forward(lan, flow{src: "192.168.1.10", dst: "192.168.2.10", ttl: 1}.udp(4))
		}, 1},
		{"point to point", func(w *world) { w.forward(lan, flow{src: "192.168.0.10", dst: "192.168.9.10"}.udp(4)) }, 0},
		{"a peer without association", func(w *world) { w.forward(lan, flow{src: "192.168.0.10", dst: "192.168.2.10"}.udp(4)) }, 0},
	}
	for _, k := range sealings {
		for _, way := range ways {
			for _, with := range []bool{true, false} {
				w, _ := newProtected(t, k)
				if !with {
					w.sadb, w.snap = nil, nil
				}
				way.send(w)
				lines := opened(t, w)
				want := way.want
				if !with {
					want = 0
				}
				if len(lines) != want {
					t.Errorf("%s, %s, associations %v: %d packets, want %d: %v", k.name, way.name, with, len(lines), want, w.drops())
				}
				if with && want > 0 {
					continue
				}
				if !slices.ContainsFunc(w.drops(), func(s string) bool { return strings.Contains(s, "no security association") }) {
					t.Errorf("%s, %s: drops %v", k.name, way.name, w.drops())
				}
				if !slices.ContainsFunc(w.result(), func(s string) bool { return strings.HasPrefix(s, "wanted tun") }) {
					t.Errorf("%s, %s: the owner was not told: %v", k.name, way.name, w.result())
				}
			}
		}
	}
}

// Nothing comes out of a protected tunnel that came in clear, or that is not what
// its association is for.
func TestNothingInInClear(t *testing.T) {
	toLAN := flow{src: "192.168.1.10", dst: "192.168.0.10"}.udp(4)
	clear := gre("203.0.113.11", key1, toLAN)
	greOnly := clear[20:]
	other := gre("203.0.113.12", key1, toLAN)
	nhrp := gre("203.0.113.11", mgre.Header{Protocol: mgre.ProtoNHRP, HasKey: true, Key: 1}, []byte{0, 1, 8, 0})
	transport, tunnel, nat := sealings[0], sealings[3], sealings[5]
	tests := []struct {
		name  string
		k     sealing
		pkts  func(w *world, s *spoke) [][]byte
		punts []string
		drops []string
	}{
		{
			"in clear", transport, func(*world, *spoke) [][]byte { return [][]byte{clear, nhrp, clear} },
			[]string{"clear tun0 203.0.113.11"},
			[]string{"tun0: clear text on protected tunnel 3"},
		},
		{"in clear, in pieces", transport, func(*world, *spoke) [][]byte {
			return pieces(gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: "192.168.0.10"}.udp(1400)), 576)
		}, []string{"clear tun0 203.0.113.11"}, []string{"tun0: clear text on protected tunnel 1"}},
		{"in clear within a protected tunnel", transport, func(w *world, s *spoke) [][]byte {
			return [][]byte{s.seal(gre("203.0.113.11", key1, gre("203.0.113.11", key1, toLAN)))}
		}, []string{"clear tun0 203.0.113.11"}, []string{"tun0: clear text on protected tunnel 1"}},
		{"unknown SPI", transport, func(w *world, s *spoke) [][]byte {
			b := s.seal(clear)
			b[20+3] ^= 0x80
			return [][]byte{b, b}
		}, []string{"unknown SPI 1081 wan 203.0.113.11:0"}, []string{"wan: unknown SPI 2"}},
		{"to another address of the router", transport, func(w *world, s *spoke) [][]byte {
			w.ifs[tun1].Tunnel.Source, w.snap = addr("192.168.0.1"), nil
			return [][]byte{patched(s.seal(clear), func(q ip.IPv4) { copy(q[16:], []byte{192, 168, 0, 1}) })}
		}, []string{"unknown SPI 1001 wan 203.0.113.11:0"}, []string{"wan: unknown SPI 1"}},
		{"no association left", transport, func(w *world, s *spoke) [][]byte {
			b := s.seal(clear)
			w.sadb, _ = w.sadb.Remove(0)
			w.snap = nil
			return [][]byte{b}
		}, []string{"unknown SPI 1001 wan 203.0.113.11:0"}, []string{"wan: unknown SPI 1"}},
		{"closed", transport, func(w *world, s *spoke) [][]byte {
			b := s.seal(clear)
			w.sadb.Pair(0).Close()
			return [][]byte{b}
		}, nil, []string{"wan: security association used up 1"}},
		{"damaged", transport, func(w *world, s *spoke) [][]byte {
			b := s.seal(clear)
			b[60] ^= 1
			return [][]byte{b}
		}, nil, []string{"wan: ESP packet not authentic 1"}},
		{"again", transport, func(w *world, s *spoke) [][]byte {
			b := s.seal(patched(clear, func(q ip.IPv4) { q[20+4] = 0xff })) // another key
			return [][]byte{slices.Clone(b), b}
		}, nil, []string{"wan: tunnel key mismatch 1", "wan: replayed ESP packet 1"}},
		{"short", transport, func(w *world, s *spoke) [][]byte {
			return [][]byte{cutTo(s.seal(clear), 20+35), cutTo(s.seal(clear), 20+3), cutTo(s.seal(clear), 20)}
		}, nil, []string{"wan: malformed ESP packet 3"}},
		{"other payload than GRE", transport, func(w *world, s *spoke) [][]byte {
			return [][]byte{s.sealRaw(toLAN[20:], ip.ProtoUDP, ip.Header{TTL: 9}), s.sealRaw(clear, ip.ProtoIPIP, ip.Header{TTL: 9}), s.sealRaw(nil, 59, ip.Header{TTL: 9})}
		}, nil, []string{"wan: ESP packet outside its selectors 2"}},
		{"from another address", transport, func(w *world, s *spoke) [][]byte {
			return [][]byte{patched(s.seal(clear), func(q ip.IPv4) { q[15] = 12 })}
		}, nil, []string{"wan: ESP packet outside its selectors 1"}},
		{"tunnel mode: other addresses within", tunnel, func(w *world, s *spoke) [][]byte {
			return [][]byte{
				s.sealRaw(other, ip.ProtoIPIP, ip.Header{TTL: 9}),
				s.sealRaw(greTo("203.0.113.11", "192.168.0.1", key1, toLAN), ip.ProtoIPIP, ip.Header{TTL: 9}),
			}
		}, nil, []string{"wan: ESP packet outside its selectors 2"}},
		{"tunnel mode: other payloads", tunnel, func(w *world, s *spoke) [][]byte {
			h := ip.Header{TTL: 9}
			return [][]byte{
				s.sealRaw(greOnly, ip.ProtoGRE, h), s.sealRaw(clear, ip.ProtoIPv6, h), s.sealRaw(clear[:19], ip.ProtoIPIP, h), s.sealRaw(nil, ip.ProtoIPIP, h),
				s.sealRaw(flow{src: "203.0.113.11", dst: "203.0.113.1"}.udp(4), ip.ProtoIPIP, h),
			}
		}, nil, []string{"wan: ESP packet outside its selectors 5"}},
		{"tunnel mode: a piece in clear", tunnel, func(w *world, s *spoke) [][]byte {
			b := pieces(patched(gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: "192.168.0.10"}.udp(600)), func(q ip.IPv4) { q[5] = 7 }), 576)
			return [][]byte{s.sealRaw(b[0], ip.ProtoIPIP, ip.Header{TTL: 9}), b[1]}
		}, nil, nil},
		{"in UDP: a piece of rubbish", nat, func(w *world, s *spoke) [][]byte {
			return [][]byte{udp("203.0.113.11", "203.0.113.1", 4500, 4500, []byte{1, 2, 3})}
		}, nil, []string{"wan: malformed ESP packet 1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w, s := newProtected(t, tt.k)
			for _, b := range tt.pkts(w, s) {
				w.w.Now += 1000
				w.forward(wan, b)
				if len(w.w.Out) > 0 {
					t.Errorf("sent %s", describe(w.w.Out[0].Data()))
				}
				tt.punts = w.expect(tt.punts)
			}
			if len(tt.punts) > 0 {
				t.Errorf("the owner was not told %q", tt.punts)
			}
			sameLines(t, "drops", w.drops(), tt.drops)
		})
	}
}

// expect compares what the last call left with the first of lines, and returns
// the rest.
func (w *world) expect(lines []string) []string {
	w.t.Helper()
	for _, got := range w.result() {
		if len(lines) == 0 || got != lines[0] {
			w.t.Errorf("unexpected %s", got)
			continue
		}
		lines = lines[1:]
	}
	return lines
}

// cutTo returns the packet b, shorter.
func cutTo(b []byte, n int) []byte {
	return patched(b[:n], func(q ip.IPv4) { binary.BigEndian.PutUint16(q[2:], uint16(n)) })
}

// pieces cuts a packet.
func pieces(b []byte, mtu int) [][]byte {
	f, err := ip.NewFragmenter(ip.IPv4(b), mtu)
	if err != nil {
		panic(err)
	}
	var out [][]byte
	for range f.Count() {
		p := make([]byte, mtu)
		out = append(out, p[:f.Next(p)])
	}
	return out
}

// udp returns a datagram.
func udp(src, dst string, from, to uint16, payload []byte) []byte {
	b, err := ip.AppendUDP(nil, flow{src: src, dst: dst}.header(), from, to, payload)
	if err != nil {
		panic(err)
	}
	return b
}

// A peer in tunnel mode may cut before it seals, as IOS does; ESP itself may be
// cut on its way.
func TestPiecesESP(t *testing.T) {
	big := gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: "192.168.0.10"}.udp(1300))
	want := []string{"out lan 192.168.0.10: 192.168.1.10>192.168.0.10 ttl 63 udp 1300"}
	w, s := newProtected(t, sealings[3])
	var in [][]byte
	for _, p := range pieces(big, 576) {
		in = append(in, s.sealRaw(p, ip.ProtoIPIP, ip.Header{TTL: 9}))
	}
	slices.Reverse(in)
	w.forward(wan, in...)
	sameLines(t, "cut before", w.result(), want)
	for _, k := range sealings {
		w, s := newProtected(t, k)
		w.forward(wan, pieces(s.seal(big), 576)...)
		sameLines(t, k.name+", cut after", w.result(), want)
		sameLines(t, "drops", w.drops(), nil)
	}
}

// The largest inner packet that passes in one piece is told to its source.
func TestPathMTUESP(t *testing.T) {
	for _, k := range sealings {
		t.Run(k.name, func(t *testing.T) {
			w, s := newProtected(t, k)
			w.ifs[tun0].IPMTU, w.ifs[tun0].Tunnel.DF = 1476, true
			mtu := w.sadb.Pair(0).Out.MaxPayload(1500-20) - 8
			f := flow{src: "192.168.0.10", dst: "192.168.1.10", df: true}
			w.forward(lan, f.udp(mtu-28))
			if len(w.w.Out) != 1 || w.w.Out[0].Len > 1500 || s.pair.In.Counters().Packets != 0 {
				t.Fatalf("%d bytes: %v", mtu, w.result())
			}
			w.w.Now += 1e9
			w.forward(lan, f.udp(mtu-28+1))
			sameLines(t, "result", w.result(), []string{
				fmt.Sprintf("out lan 192.168.0.10: 192.168.0.1>192.168.0.10 ttl 255 tos c0 icmp 3/4 mtu %d (192.168.0.10>192.168.1.10 ttl 63 df proto 17 cut)", mtu),
			})
			// Without DF the outer packet is cut.
			w.w.Now += 1e9
			w.forward(lan, flow{src: "192.168.0.10", dst: "192.168.1.10"}.udp(1476-28))
			if len(w.w.Out) != 2 {
				t.Errorf("%v", w.result())
			}
		})
	}
}

// The owner is told of each peer without association once in a call, and not of
// more than a few.
func TestWanted(t *testing.T) {
	w, _ := newProtected(t, sealings[0])
	w.sadb, w.snap = nil, nil
	var in [][]byte
	for i := range 100 {
		next, nbma := fmt.Sprintf("10.0.0.%d", 20+i), fmt.Sprintf("203.0.113.%d", 100+i)
		w.peer(next, nbma)
		b := flow{src: "192.168.0.10", dst: next}.udp(4)
		in = append(in, b, b)
	}
	w.snap = nil
	for range 2 {
		w.forward(lan, in...)
		got := w.result()
		if len(got) != 32 || got[0] != "wanted tun0 203.0.113.100" || got[31] != "wanted tun0 203.0.113.131" {
			t.Errorf("%d punts: %v", len(got), got)
		}
	}
	p := w.w.Punts[3]
	if p.Local.Addr() != addr("203.0.113.1") || p.Remote.Addr() != addr("203.0.113.103") {
		t.Errorf("between %v and %v", p.Local, p.Remote)
	}
	sameLines(t, "drops", w.drops(), []string{"tun0: no security association 400"})
}

// An association that may carry no more drops what comes, and another is wanted.
func TestExpired(t *testing.T) {
	w, _ := newProtected(t, sealings[0])
	w.sadb.Pair(0).Close()
	w.forward(lan, host0ToSpoke1.udp(4))
	sameLines(t, "result", w.result(), []string{"wanted tun0 203.0.113.11"})
	sameLines(t, "drops", w.drops(), []string{"tun0: security association used up 1"})
}

// Strangers are not listened to for long.
func TestComplaints(t *testing.T) {
	w, s := newProtected(t, sealings[0])
	b := s.seal(gre("203.0.113.11", key1, host0ToSpoke1.udp(4)))
	flood := func() (n int) {
		for i := range 100 {
			w.forward(wan, patched(b, func(q ip.IPv4) { q[20], q[15] = byte(i), byte(100+i) }), gre(fmt.Sprintf("203.0.113.%d", i+2), key1, b))
			n += len(w.w.Punts)
		}
		return n
	}
	for i, want := range []int{16, 0, 16} {
		if got := flood(); got != want {
			t.Errorf("flood %d: %d punts, want %d", i, got, want)
		}
		w.w.Now += 60_000_000
	}
}

// Several tunnels with one source share the associations; the keys of GRE tell
// them apart.
func TestSharedESP(t *testing.T) {
	w, s := newProtected(t, sealings[0])
	second := *w.ifs[tun0]
	tun := *second.Tunnel
	tun.Key = 2
	second.Name, second.Addrs, second.Tunnel, second.Counters = "tun2", []netip.Prefix{netip.MustParsePrefix("10.2.0.1/24")}, &tun, nil
	w.ifs = append(w.ifs, &second)
	w.snap = nil
	w.rib.SetInterface("tun2", true)
	w.route("192.168.3.0/24", "tun2", "10.0.0.11")
	w.forward(lan, flow{src: "192.168.0.10", dst: "192.168.1.10"}.udp(4), flow{src: "192.168.0.10", dst: "192.168.3.10"}.udp(4))
	sameLines(t, "opened", opened(t, w), []string{
		"out wan 203.0.113.11: 203.0.113.1>203.0.113.11 ttl 255 gre key 1 [192.168.0.10>192.168.1.10 ttl 63 udp 4]",
		"out wan 203.0.113.11: 203.0.113.1>203.0.113.11 ttl 255 gre key 2 [192.168.0.10>192.168.3.10 ttl 63 udp 4]",
	})
	key2 := key1
	key2.Key = 2
	b := flow{src: "192.168.1.10", dst: "192.168.0.10"}.udp(4)
	w.forward(wan, s.seal(gre("203.0.113.11", key1, b)), s.seal(gre("203.0.113.11", key2, b)))
	if a, b := w.ifs[tun0].Counters.InPackets.Load(), second.Counters.InPackets.Load(); a != 1 || b != 1 {
		t.Errorf("%d and %d packets", a, b)
	}
}

// Several workers send and receive through one pair of associations at once.
func TestWorkersShareSA(t *testing.T) {
	const rounds, workers = 50, 3
	w, s := newProtected(t, sealings[0])
	snap := w.snapshot()
	var wg sync.WaitGroup
	for range workers {
		worker := dataplane.NewWorker()
		wg.Go(func() {
			for range rounds {
				worker.Forward(snap, []dataplane.Packet{packetOn(lan, host0ToSpoke1.udp(100))})
				if len(worker.Out) != 1 {
					t.Error("nothing sent")
					return
				}
				q := ip.IPv4(worker.Out[0].Data())
				if _, _, err := s.pair.In.Open(q.Payload(), 1); err != nil {
					t.Error(err)
				}
				b := s.seal(gre("203.0.113.11", key1, flow{src: "192.168.1.10", dst: "192.168.0.10"}.udp(4)))
				worker.Forward(snap, []dataplane.Packet{packetOn(wan, b)})
				if len(worker.Out) != 1 {
					t.Error("nothing received")
				}
			}
		})
	}
	wg.Wait()
	p := w.sadb.Pair(0)
	if in, out := p.In.Counters().Packets, p.Out.Counters().Packets; in != rounds*workers || out != rounds*workers {
		t.Errorf("%d in, %d out", in, out)
	}
}

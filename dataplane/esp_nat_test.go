package dataplane_test

import (
	"bytes"
	"net/netip"
	"testing"

	"axle/dataplane"
	"axle/internal/ip"
	"axle/rib"
)

// A spoke behind a NAT box has another address for itself than the hub sees, and
// its GRE comes with the one that the association has.
func TestNAT(t *testing.T) {
	w, _ := newProtected(t, sealings[5])
	hub, outside, inside := addr("203.0.113.1"), addr("203.0.113.77"), addr("192.168.77.2")
	atHub, atSpoke := sealings[5].pairs(9, hub, outside, inside, 1025, 0x9000)
	w.sadb, w.snap = w.sadb.Install(atHub, true), nil
	w.peer("10.0.0.77", "203.0.113.77")
	s := &spoke{sealings[5], atSpoke}
	// translate is what the box does to packets of the spoke.
	translate := func(b []byte, a netip.Addr, port uint16) []byte {
		return patched(b, func(q ip.IPv4) {
			x := a.As4()
			copy(q[12:], x[:])
			q[20], q[21] = byte(port>>8), byte(port)
		})
	}
	sealed := func() []byte {
		return s.seal(gre("192.168.77.2", key1, flow{src: "10.0.0.77", dst: "192.168.0.10"}.udp(4)))
	}
	arrives := []string{"out lan 192.168.0.10: 10.0.0.77>192.168.0.10 ttl 63 udp 4"}
	w.forward(wan, translate(sealed(), outside, 1025))
	sameLines(t, "from the spoke", w.result(), arrives)

	w.forward(lan, flow{src: "192.168.0.10", dst: "10.0.0.77"}.udp(4))
	q, err := ip.ParseIPv4(w.w.Out[0].Data())
	if err != nil || q.Dst() != outside || q.Protocol() != ip.ProtoUDP {
		t.Fatalf("to the spoke: %s", describe(q))
	}
	if u, err := ip.ParseUDP(q); err != nil || u.SrcPort() != 4500 || u.DstPort() != 1025 || u.Checksum() != 0 {
		t.Errorf("UDP header %x: %v", q.Payload()[:8], err)
	}

	// The box forgets, and gives the spoke another address and port.
	w.w.Now += 1e9
	moved := addr("203.0.113.78")
	w.forward(wan, translate(sealed(), moved, 2000), translate(sealed(), moved, 2000))
	sameLines(t, "from elsewhere", w.result(), append(append(arrives, arrives...), "moved SPI 9001 wan 203.0.113.78:2000"))
	w.sadb, w.snap = w.sadb.Move(9, netip.AddrPortFrom(moved, 2000)), nil
	w.forward(lan, flow{src: "192.168.0.10", dst: "10.0.0.77"}.udp(4))
	q = w.w.Out[0].Data()
	if u, err := ip.ParseUDP(q); err != nil || q.Dst() != moved || u.DstPort() != 2000 {
		t.Errorf("after the move: %s", describe(q))
	}
	// Nobody moves a spoke without its key.
	w.w.Now += 1e9
	b := translate(sealed(), addr("8.8.8.8"), 1)
	b[len(b)-1] ^= 1
	w.forward(wan, b)
	sameLines(t, "forged", w.result(), nil)
}

// Two spokes behind one NAT box are told apart by the port.
func TestTwoBehindNAT(t *testing.T) {
	k := sealings[5]
	w, _ := newProtected(t, k)
	hub, box := addr("203.0.113.1"), addr("203.0.113.77")
	var spokes []*spoke
	for i, port := range []uint16{1025, 1026} {
		atHub, atSpoke := k.pairs(uint64(20+i), hub, box, addr("192.168.77.2"), port, uint32(0x9000+2*i))
		w.sadb, w.snap = w.sadb.Install(atHub, true), nil
		spokes = append(spokes, &spoke{k, atSpoke})
		a := w.peer([]string{"10.0.0.77", "10.0.0.78"}[i], "203.0.113.77")
		a.Port = port
	}
	for i, dst := range []string{"10.0.0.77", "10.0.0.78"} {
		w.forward(lan, flow{src: "192.168.0.10", dst: dst}.udp(4))
		q := ip.IPv4(w.w.Out[0].Data())
		u, err := ip.ParseUDP(q)
		if err != nil || u.DstPort() != uint16(1025+i) {
			t.Fatalf("to %s: %s", dst, describe(q))
		}
		if _, _, err := spokes[i].pair.In.Open(bytes.Clone(u.Payload()), 1); err != nil {
			t.Errorf("to %s: %v", dst, err)
		}
		nhrp := key1
		nhrp.Protocol = 0x2001
		b := spokes[i].seal(gre("192.168.77.2", nhrp, []byte{0, 1, 8, 0}))
		w.forward(wan, patched(b, func(q ip.IPv4) {
			copy(q[12:], []byte{203, 0, 113, 77})
			q[20], q[21] = 4, byte(1+i)
		}))
		if len(w.w.Punts) != 1 || w.w.Punts[0].FromPort != uint16(1025+i) || w.w.Punts[0].From != box {
			t.Errorf("NHRP from %s: %+v", dst, w.w.Punts)
		}
		w.w.Reset()
		w.w.OriginateTunnelTo(w.snapshot(), tun0, netip.AddrPortFrom(box, uint16(1025+i)), 0x2001, []byte{0})
		if u, err := ip.ParseUDP(w.w.Out[0].Data()); err != nil || u.DstPort() != uint16(1025+i) {
			t.Errorf("NHRP to %s: %s", dst, describe(w.w.Out[0].Data()))
		}
	}
	// No port: the newest.
	w.w.Reset()
	w.w.OriginateTunnel(w.snapshot(), tun0, box, 0x2001, []byte{0})
	if u, err := ip.ParseUDP(w.w.Out[0].Data()); err != nil || u.DstPort() != 1026 {
		t.Errorf("NHRP: %s", describe(w.w.Out[0].Data()))
	}
	// A port that nobody has.
	w.w.Reset()
	w.w.OriginateTunnelTo(w.snapshot(), tun0, netip.AddrPortFrom(box, 1), 0x2001, []byte{0})
	sameLines(t, "unknown port", w.result(), []string{"wanted tun0 203.0.113.77 port 1"})
}

// IKE is for the owner, with or without the word of zeros; what keeps a NAT box
// awake is for nobody; the rest of UDP is as ever.
func TestIKE(t *testing.T) {
	message := []byte{1, 2, 3, 4, 5}
	marked := append([]byte{0, 0, 0, 0}, message...)
	for _, tt := range []struct {
		name  string
		pkt   []byte
		want  []string
		drops []string
	}{
		{"500", udp("203.0.113.11", "203.0.113.1", 500, 500, message), []string{"ike wan 203.0.113.11:500>203.0.113.1:500 0102030405"}, nil},
		{"4500", udp("203.0.113.11", "203.0.113.1", 1025, 4500, marked), []string{"ike wan 203.0.113.11:1025>203.0.113.1:4500 0102030405"}, nil},
		{"an own address without tunnel", udp("203.0.113.11", "192.168.0.1", 500, 500, message), []string{"ike wan 203.0.113.11:500>192.168.0.1:500 0102030405"}, nil},
		{"keepalive", udp("203.0.113.11", "203.0.113.1", 1025, 4500, []byte{0xff}), nil, nil},
		{"empty", udp("203.0.113.11", "203.0.113.1", 1025, 4500, nil), nil, []string{"wan: malformed ESP packet 1"}},
		{"another port", udp("203.0.113.11", "203.0.113.1", 500, 501, message), []string{"local wan: 203.0.113.11>203.0.113.1 ttl 64 udp 5"}, nil},
		{"ESP where no tunnel ends", udp("203.0.113.11", "192.168.0.1", 4500, 4500, bytes.Repeat([]byte{9}, 40)), []string{"local wan: 203.0.113.11>192.168.0.1 ttl 64 udp 40"}, nil},
		{"damaged", patchedTail(udp("203.0.113.11", "203.0.113.1", 500, 500, message)), []string{"local wan: 203.0.113.11>203.0.113.1 ttl 64 BAD"}, nil},
		{"broadcast", udp("203.0.113.11", "203.0.113.255", 500, 500, message), []string{"local wan: 203.0.113.11>203.0.113.255 ttl 64 udp 5"}, nil},
		{"for another", udp("203.0.113.11", "192.168.0.10", 500, 500, message), []string{"out lan 192.168.0.10: 203.0.113.11>192.168.0.10 ttl 63 udp 5"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w, _ := newProtected(t, sealings[0])
			w.forward(wan, tt.pkt)
			sameLines(t, "result", w.result(), tt.want)
			sameLines(t, "drops", w.drops(), tt.drops)
		})
	}
}

// patchedTail damages the last byte.
func patchedTail(b []byte) []byte {
	b[len(b)-1] ^= 1
	return b
}

// A hub with spokes in two underlays of both families.
func TestESPOverIPv6(t *testing.T) {
	for _, k := range sealings {
		t.Run(k.name, func(t *testing.T) {
			w := newWorld(t)
			hub, far := addr("2001:db8::1"), addr("2001:db8::11")
			w.ifs[wan].Addrs = append(w.ifs[wan].Addrs, netip.MustParsePrefix("2001:db8::1/64"))
			w.ifs[wan].MTU = 1500
			w.rib.Add(rib.Route{Prefix: netip.MustParsePrefix("2001:db8::/64"), Protocol: rib.Connected, Interface: "wan"})
			w.ifs[tun0].Tunnel.Source, w.ifs[tun0].Tunnel.Protected = hub, true
			w.peer("10.0.0.11", "2001:db8::11")
			atHub, atSpoke := k.pairs(1, hub, far, far, 4500, 0x5000)
			w.sadb = w.sadb.Install(atHub, true)
			w.forward(lan, host0ToSpoke1.udp(100))
			if len(w.w.Out) != 1 {
				t.Fatalf("%v %v", w.result(), w.drops())
			}
			q, err := ip.ParseIPv6(w.w.Out[0].Data())
			if err != nil || q.Src() != hub || q.Dst() != far || len(q) != w.w.Out[0].Len {
				t.Fatalf("sent %x: %v", q, err)
			}
			b := bytes.Clone(q.Payload())
			if k.nat {
				if q.NextHeader() != ip.ProtoUDP || ip.TransportChecksum6(q, ip.ProtoUDP, q.Payload()) != 0 {
					t.Errorf("UDP header %x", b[:8])
				}
				b = b[8:]
			} else if q.NextHeader() != ip.ProtoESP {
				t.Errorf("next header %d", q.NextHeader())
			}
			payload, next, err := atSpoke.In.Open(b, 1)
			if err != nil {
				t.Fatal(err)
			}
			if k.tunnel {
				in, err := ip.ParseIPv6(payload)
				if next != ip.ProtoIPv6 || err != nil || in.Src() != hub || in.Dst() != far || in.NextHeader() != ip.ProtoGRE {
					t.Fatalf("within: %x, next %d", payload, next)
				}
				payload = in.Payload()
			}
			// The same GRE comes back from the spoke, with the inner packet the other way.
			back := key1.Append(nil, flow{src: "192.168.1.10", dst: "192.168.0.10"}.udp(4))
			if len(payload) != 8+128 {
				t.Errorf("%d bytes of GRE", len(payload))
			}
			w.forward(wan, sealed6(t, k, atSpoke, back))
			sameLines(t, "back", w.result(), []string{"out lan 192.168.0.10: 192.168.1.10>192.168.0.10 ttl 63 udp 4"})
			w.w.Now += 1e9
			clear, err := ip.AppendIPv6(nil, ip.Header6{NextHeader: ip.ProtoGRE, HopLimit: 9, Src: far, Dst: hub}, len(back))
			if err != nil {
				t.Fatal(err)
			}
			w.forward(wan, append(clear, back...))
			sameLines(t, "in clear", w.result(), []string{"clear tun0 2001:db8::11"})
			w.forward(wan, sealedIKE6(t, far, hub))
			sameLines(t, "IKE", w.result(), []string{"ike wan [2001:db8::11]:500>[2001:db8::1]:500 010203"})
		})
	}
}

// sealed6 protects GRE over IPv6.
func sealed6(t *testing.T, k sealing, p *dataplane.SAPair, gre []byte) []byte {
	t.Helper()
	next := uint8(ip.ProtoGRE)
	if k.tunnel {
		h, err := ip.AppendIPv6(nil, ip.Header6{NextHeader: ip.ProtoGRE, HopLimit: 9, Src: p.Local, Dst: p.Remote}, len(gre))
		if err != nil {
			t.Fatal(err)
		}
		gre, next = append(h, gre...), ip.ProtoIPv6
	}
	buf := make([]byte, 40+8+p.Out.Head()+len(gre)+p.Out.Tail())
	off := 48 + p.Out.Head()
	copy(buf[off:], gre)
	start, n, err := p.Out.Seal(buf, off, len(gre), next, 1)
	if err != nil {
		t.Fatal(err)
	}
	proto := uint8(ip.ProtoESP)
	if k.nat {
		start, n, proto = start-8, n+8, ip.ProtoUDP
		copy(buf[start:], []byte{0x11, 0x94, 0x11, 0x94, byte(n >> 8), byte(n), 0, 0})
	}
	ip.PutIPv6(buf[start-40:], ip.Header6{NextHeader: proto, HopLimit: 9, Src: p.Local, Dst: p.Remote}, n)
	return buf[start-40 : start+n]
}

// sealedIKE6 returns an IKE message over IPv6.
func sealedIKE6(t *testing.T, src, dst netip.Addr) []byte {
	t.Helper()
	b, err := ip.AppendIPv6(nil, ip.Header6{NextHeader: ip.ProtoUDP, HopLimit: 9, Src: src, Dst: dst}, 11)
	if err != nil {
		t.Fatal(err)
	}
	b = append(b, 1, 244, 1, 244, 0, 11, 0, 0, 1, 2, 3)
	c := ip.TransportChecksum6(ip.IPv6(b), ip.ProtoUDP, b[40:])
	b[46], b[47] = byte(c>>8), byte(c)
	return b
}

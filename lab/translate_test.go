package lab

import (
	"bytes"
	"context"
	"encoding/binary"
	"net/netip"
	"slices"
	"testing"
	"time"

	"axle/internal/ip"
)

// icmpOf returns the ICMP message of a packet, whose checksums must be right.
func icmpOf(t *testing.T, p ip.IPv4) ip.ICMP {
	t.Helper()
	if p == nil {
		t.Fatal("nothing arrived")
	}
	m, err := ip.ParseICMP(p.Payload())
	if err != nil {
		t.Fatalf("%x: %v", []byte(p), err)
	}
	return m
}

// icmp sends an ICMP message of an end to another.
func (b *natBench) icmp(from, to string, typ, code uint8, rest uint32, body []byte) {
	b.Helper()
	src := b.end(from).Addr()
	p, err := ip.AppendICMP(nil, ip.Header{TTL: 64, Src: src, Dst: b.end(to).Addr()}, typ, code, rest, body)
	if err != nil {
		b.Fatal(err)
	}
	b.transmit(from, p)
}

// Echo is told apart by its identifier (RFC 5508 REQ-1) and forgotten after a
// minute (REQ-2).
func TestNATEcho(t *testing.T) {
	b := newNATBench(t, NATConfig{Behaviour: PortRestricted})
	var ids [2]uint16
	for i, from := range []string{"a", "b"} {
		b.icmp(from, "x", ip.ICMPEcho, 0, 7<<16|1, []byte("data"))
		who, p := b.take()
		m := icmpOf(t, p)
		if who != "x" || p.Src() != natAddrs["box"] || m.Seq() != 1 || string(m.Body()) != "data" {
			t.Fatalf("%s: %s has %x", from, who, []byte(p))
		}
		ids[i] = m.ID()
	}
	if ids[0] != 7 || ids[1] == 7 {
		t.Fatalf("identifiers %v", ids)
	}
	answer := func(from string, id uint16) string {
		b.icmp(from, "box", ip.ICMPEchoReply, 0, uint32(id)<<16|1, []byte("data"))
		who, p := b.take()
		if who != "" && (icmpOf(t, p).ID() != 7 || p.Src() != natAddrs[from]) {
			t.Errorf("%s has %x", who, []byte(p))
		}
		return who
	}
	for i, want := range []string{"a", "b"} {
		if who := answer("x", ids[i]); who != want {
			t.Errorf("the answer to %s is at %q", want, who)
		}
	}
	if who := answer("y", ids[0]); who != "" {
		t.Errorf("an answer of another is at %s", who)
	}
	b.lab.RunFor(context.Background(), icmpTimeout-1)
	if who := answer("x", ids[0]); who != "a" {
		t.Errorf("after a minute less a nanosecond the answer is at %q", who)
	}
	b.lab.RunFor(context.Background(), 1)
	if who := answer("x", ids[0]); who != "" {
		t.Errorf("after a minute the answer is at %s", who)
	}
	// The box answers for itself, on both sides.
	for _, e := range [][2]string{{"x", "box"}, {"a", "inner"}, {"a", "box"}} {
		b.icmp(e[0], e[1], ip.ICMPEcho, 0, 9<<16, nil)
		if who, p := b.take(); who != e[0] || p.Src() != natAddrs[e[1]] || icmpOf(t, p).Type() != ip.ICMPEchoReply {
			t.Errorf("echo from %s to %s: %s has %x", e[0], e[1], who, []byte(p))
		}
	}
	// Nobody inside asked for it, and nobody outside.
	b.icmp("x", "box", ip.ICMPEchoReply, 0, 1<<16, nil)
	b.icmp("a", "x", ip.ICMPEchoReply, 0, 1<<16, nil)
	b.icmp("a", "x", 13, 0, 1<<16, make([]byte, 12)) // timestamp
	if who, _ := b.take(); who != "" {
		t.Errorf("something arrived at %s", who)
	}
}

// lastPacket returns what arrived at an end last.
func (b *natBench) lastPacket(name string) ip.IPv4 {
	b.Helper()
	s := b.ends[name]
	if len(s.got) == 0 {
		b.Fatalf("nothing arrived at %s", name)
	}
	p := ip.IPv4(s.got[len(s.got)-1].packet)
	s.got = nil
	return p
}

// rawUDP sends a datagram and leaves it where it arrives.
func (b *natBench) rawUDP(from, to string, h ip.Header, size int) []byte {
	b.Helper()
	src, dst := b.end(from), b.end(to)
	h.Src, h.Dst = src.Addr(), dst.Addr()
	if h.TTL == 0 {
		h.TTL = 64
	}
	p, err := ip.AppendUDP(nil, h, src.Port(), dst.Port(), make([]byte, size))
	if err != nil {
		b.Fatal(err)
	}
	b.transmit(from[:1], slices.Clone(p))
	return p
}

// An ICMP error finds its way back, with the packet that it quotes as its
// sender knows it, from whoever it comes; the mapping lives on (RFC 5508 REQ-4, REQ-5;
// RFC 4787 REQ-12).
func TestNATErrors(t *testing.T) {
	for _, static := range []bool{false, true} {
		c := NATConfig{Behaviour: PortRestricted, Random: true}
		public := "box"
		if static {
			c.Static, public = []NATStatic{{natAddrs["a"], natAddrs["static"]}}, "static"
		}
		b := newNATBench(t, c)
		for _, quote := range []int{8, 40} {
			sent := b.rawUDP("a:4500", "x:4500", ip.Header{ID: 5}, 32)
			seen := b.lastPacket("x")
			b.icmp("y", public, ip.ICMPUnreachable, ip.CodeFragNeeded, 1400, seen[:20+quote])
			who, p := b.take()
			m := icmpOf(t, p)
			if who != "a" || p.Src() != natAddrs["y"] || m.MTU() != 1400 {
				t.Fatalf("inwards: %s has %x", who, []byte(p))
			}
			if want := oneHop(sent, quote); !bytes.Equal(m.Body(), want) {
				t.Errorf("quoted\n%x, want\n%x", m.Body(), want)
			}

			// And the other way: a refuses what comes in.
			f, _ := flowOf(seen)
			b.vars["P"] = f.src.Port()
			in := b.rawUDP("x:4500", public+":P", ip.Header{ID: 6}, 32)
			got := b.lastPacket("a")
			b.icmp("a", "x", ip.ICMPUnreachable, ip.CodePort, 0, got[:20+quote])
			who, p = b.take()
			m = icmpOf(t, p)
			if who != "x" || p.Src() != natAddrs[public] {
				t.Fatalf("outwards: %s has %x", who, []byte(p))
			}
			if want := oneHop(in, quote); !bytes.Equal(m.Body(), want) {
				t.Errorf("quoted\n%x, want\n%x", m.Body(), want)
			}
		}
		b.vars = map[string]uint16{"P": b.vars["P"]}
		if got := b.udp("x:4500", public+":P"); got != "a:4500 from x:4500" {
			t.Errorf("after the errors: %s", got)
		}
	}
}

// oneHop returns the beginning of a packet that has lost one hop: as it must be
// quoted to its sender.
func oneHop(packet []byte, payload int) []byte {
	p := ip.IPv4(slices.Clone(packet))
	p.DecrementTTL()
	return p[:p.HeaderLen()+payload]
}

// Errors about what never went by the box, of a peer that may not come in, or
// with a bad checksum stay outside (RFC 5508 REQ-3).
func TestNATErrorsRefused(t *testing.T) {
	b := newNATBench(t, NATConfig{Behaviour: PortRestricted})
	b.rawUDP("a:4500", "x:4500", ip.Header{}, 8)
	seen := b.lastPacket("x")
	change := func(f func(p ip.IPv4)) []byte {
		p := slices.Clone(seen)
		f(p)
		return p
	}
	for name, quote := range map[string][]byte{
		"another port": change(func(p ip.IPv4) { p[21]++ }),
		"another peer": change(func(p ip.IPv4) { p[19]++ }),
		"not ours":     change(func(p ip.IPv4) { p[15]++ }),
		"a fragment":   change(func(p ip.IPv4) { p[7] = 8 }),
		"too short":    seen[:27],
		"no IPv4":      change(func(p ip.IPv4) { p[0] = 0x65 }),
		"nothing":      nil,
	} {
		b.icmp("x", "box", ip.ICMPTimeExceeded, 0, 0, quote)
		if who, _ := b.take(); who != "" {
			t.Errorf("%s: arrived at %s", name, who)
		}
	}
	p, err := ip.AppendICMP(nil, ip.Header{TTL: 64, Src: natAddrs["x"], Dst: natAddrs["box"]}, ip.ICMPTimeExceeded, 0, 0, seen)
	if err != nil {
		t.Fatal(err)
	}
	p[22]++
	b.transmit("x", p)
	if who, _ := b.take(); who != "" {
		t.Errorf("bad checksum: arrived at %s", who)
	}
	if b.box.drops[malformed] < 5 || b.box.drops[noMapping] != 1 || b.box.drops[filtered] != 1 {
		t.Errorf("drops: %v", b.box.drops)
	}
}

// The checksum of UDP: one that is not there stays away, one that becomes zero
// is written as ones, and a wrong one stays wrong.
func TestNATChecksum(t *testing.T) {
	b := newNATBench(t, NATConfig{Behaviour: PortRestricted})
	send := func(edit func(u []byte)) (ip.UDP, error) {
		p, err := ip.AppendUDP(nil, ip.Header{TTL: 64, Src: natAddrs["a"], Dst: natAddrs["x"]}, 4500, 4500, []byte{0, 0})
		if err != nil {
			t.Fatal(err)
		}
		edit(p[20:])
		b.transmit("a", p)
		got := b.lastPacket("x")
		u, err := ip.ParseUDP(got)
		if err != nil {
			return ip.UDP(got[20:]), err
		}
		return u, nil
	}
	if u, err := send(func(u []byte) { u[6], u[7] = 0, 0 }); err != nil || u.Checksum() != 0 {
		t.Errorf("none: %x, %v", u, err)
	}
	if _, err := send(func(u []byte) { u[7] ^= 1 }); err == nil {
		t.Error("a wrong one became right")
	}
	// Choose the data such that the sum of the translated datagram is all ones.
	zero := 0
	for n := range 1 << 16 {
		u, err := send(func(u []byte) {
			old := binary.BigEndian.Uint16(u[8:])
			binary.BigEndian.PutUint16(u[8:], uint16(n))
			c := ip.UpdateChecksum(binary.BigEndian.Uint16(u[6:]), old, uint16(n))
			if c == 0 {
				c = 0xffff
			}
			binary.BigEndian.PutUint16(u[6:], c)
		})
		if err != nil || u.Checksum() == 0 {
			t.Fatalf("data %04x: %x, %v", n, u, err)
		}
		if u.Checksum() == 0xffff {
			zero++
		}
	}
	if zero == 0 {
		t.Error("no datagram with a sum of zero")
	}
}

// TCP is translated with its checksum.
func TestNATTCP(t *testing.T) {
	b := newNATBench(t, NATConfig{Behaviour: PortRestricted, Random: true})
	segment := func(src, dst netip.AddrPort) []byte {
		p, err := ip.AppendIPv4(nil, ip.Header{TTL: 64, Protocol: ip.ProtoTCP, Src: src.Addr(), Dst: dst.Addr()}, 20)
		if err != nil {
			t.Fatal(err)
		}
		s := make([]byte, 20)
		binary.BigEndian.PutUint16(s, src.Port())
		binary.BigEndian.PutUint16(s[2:], dst.Port())
		s[12], s[13] = 0x50, ip.TCPSyn
		p = append(p, s...)
		binary.BigEndian.PutUint16(p[36:], ip.TransportChecksum(p, p[20:]))
		return p
	}
	b.transmit("a", segment(b.end("a:1000"), b.end("x:179")))
	out := b.lastPacket("x")
	if ip.TransportChecksum(out, out.Payload()) != 0 || out.Src() != natAddrs["box"] {
		t.Fatalf("out: %x", []byte(out))
	}
	f, _ := flowOf(out)
	b.lab.RunFor(context.Background(), tcpTimeout-time.Second)
	b.transmit("x", segment(b.end("x:179"), f.src))
	in := b.lastPacket("a")
	if g, _ := flowOf(in); ip.TransportChecksum(in, in.Payload()) != 0 || g.dst != b.end("a:1000") {
		t.Fatalf("in: %x", []byte(in))
	}
}

// Protocols without ports: one inside host for each peer and protocol.
func TestNATAddressOnly(t *testing.T) {
	for _, behaviour := range []Behaviour{FullCone, Symmetric} {
		b := newNATBench(t, NATConfig{Behaviour: behaviour})
		send := func(from, to string, proto uint8) string {
			t.Helper()
			p, err := ip.AppendIPv4(nil, ip.Header{TTL: 64, Protocol: proto, Src: natAddrs[from], Dst: natAddrs[to]}, 4)
			if err != nil {
				t.Fatal(err)
			}
			b.transmit(from, append(p, 1, 2, 3, 4))
			who, q := b.take()
			if who != "" && !bytes.Equal(q.Payload(), []byte{1, 2, 3, 4}) {
				t.Errorf("%s has %x", who, []byte(q))
			}
			if who != "" && natAddrs[from].IsPrivate() && q.Src() != natAddrs["box"] {
				t.Errorf("from %s: %s", from, q.Src())
			}
			return who
		}
		steps := []struct {
			after    time.Duration
			from, to string
			proto    uint8
			want     string
		}{
			{0, "x", "box", ip.ProtoGRE, ""},
			{0, "a", "x", ip.ProtoGRE, "x"},
			{0, "x", "box", ip.ProtoGRE, "a"},
			{0, "y", "box", ip.ProtoGRE, ""},  // another peer
			{0, "b", "x", ip.ProtoGRE, ""},    // taken
			{0, "b", "y", ip.ProtoGRE, "y"},   // this one is free
			{0, "b", "x", ip.ProtoESP, "x"},   // and this protocol
			{0, "x", "box", ip.ProtoESP, "b"}, //
			{0, "x", "box", ip.ProtoGRE, "a"},
			{otherTimeout - 1, "x", "box", ip.ProtoGRE, "a"},
			{1, "b", "x", ip.ProtoGRE, "x"},
			{0, "x", "box", ip.ProtoGRE, "b"},
			{0, "a", "x", ip.ProtoGRE, ""},
		}
		for i, s := range steps {
			b.lab.RunFor(context.Background(), s.after)
			if who := send(s.from, s.to, s.proto); who != s.want {
				t.Fatalf("%v, step %d: arrived at %q, want %q", behaviour, i+1, who, s.want)
			}
		}
		if b.box.drops[taken] != 2 {
			t.Errorf("drops: %v", b.box.drops)
		}
	}
}

// Fragments are put together in whatever order they come (RFC 4787 REQ-14), and
// cut again where a link wants it.
func TestNATFragments(t *testing.T) {
	b := newNATBench(t, NATConfig{Behaviour: PortRestricted, Random: true})
	whole, err := ip.AppendUDP(nil, ip.Header{ID: 9, TTL: 64, Src: natAddrs["a"], Dst: natAddrs["x"]}, 4500, 4500, bytes.Repeat([]byte("x"), 3000))
	if err != nil {
		t.Fatal(err)
	}
	f, err := ip.NewFragmenter(whole, 1000)
	if err != nil {
		t.Fatal(err)
	}
	var parts [][]byte
	for range f.Count() {
		p := make([]byte, 1000)
		parts = append(parts, p[:f.Next(p)])
	}
	slices.Reverse(parts)
	for _, p := range parts {
		b.transmit("a", p)
	}
	got := b.lastPacket("x")
	if u, err := ip.ParseUDP(got); err != nil || len(u.Payload()) != 3000 || got.Src() != natAddrs["box"] {
		t.Fatalf("%x, %v", []byte(got), err)
	}
	b.box.outer.port.link.imp.MTU = 1000
	for _, p := range parts {
		b.transmit("a", p)
	}
	if n := len(b.ends["x"].got); n != 4 {
		t.Errorf("%d fragments", n)
	}
}

// What cannot go on is reported to who sent it, as the sender knows it.
func TestNATComplains(t *testing.T) {
	tests := []struct {
		name     string
		from, to string
		header   ip.Header
		size     int
		typ      uint8
		code     uint8
		mtu      int
		source   string // of the error
	}{
		{"TTL from inside", "a:4500", "x:4500", ip.Header{TTL: 1}, 8, ip.ICMPTimeExceeded, 0, 0, "inner"},
		{"TTL from outside", "x:4500", "box:4500", ip.Header{TTL: 1}, 8, ip.ICMPTimeExceeded, 0, 0, "box"},
		{"DF from inside", "a:4500", "x:4500", ip.Header{DF: true}, 1400, ip.ICMPUnreachable, ip.CodeFragNeeded, 1300, "inner"},
		{"DF from outside", "x:4500", "box:4500", ip.Header{DF: true}, 1400, ip.ICMPUnreachable, ip.CodeFragNeeded, 1200, "box"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newNATBench(t, NATConfig{Behaviour: PortRestricted})
			if got := b.udp("a:4500", "x:4500"); got != "x:4500 from box:4500" {
				t.Fatal(got)
			}
			out := b.box.outer
			if tt.from == "x:4500" {
				out = b.box.inner[0]
			}
			out.port.imp.MTU = tt.mtu
			sent := b.rawUDP(tt.from, tt.to, tt.header, tt.size)
			who, p := b.take()
			m := icmpOf(t, p)
			if who != tt.from[:1] || p.Src() != natAddrs[tt.source] || m.Type() != tt.typ || m.Code() != tt.code || m.MTU() != tt.mtu {
				t.Errorf("%s has %x", who, []byte(p))
			}
			if !bytes.Equal(m.Body(), sent[:28]) {
				t.Errorf("quoted\n%x, want\n%x", m.Body(), sent[:28])
			}
		})
	}
}

// A sender for whose flow there is no room is told (RFC 5508 REQ-8), and nobody
// about an ICMP error.
func TestNATFull(t *testing.T) {
	b := newNATBench(t, NATConfig{Behaviour: Symmetric})
	for n := range maxMappings {
		if _, v := b.box.table.sent(b.lab.now, ip.ProtoUDP, b.end("a:4500"), netip.AddrPortFrom(natAddrs["y"], uint16(n+1))); v != passed {
			t.Fatal(v)
		}
	}
	b.rawUDP("b:4500", "x:4500", ip.Header{}, 8)
	if who, p := b.take(); who != "b" || icmpOf(t, p).Type() != ip.ICMPUnreachable || icmpOf(t, p).Code() != ip.CodeProhibited {
		t.Errorf("%s has %x", who, []byte(p))
	}
}

// What comes from inside with a source of elsewhere, goes to a group, or has no
// route stays at the box.
func TestNATRoutes(t *testing.T) {
	b := newNATBench(t, NATConfig{Behaviour: PortRestricted})
	drop := func(name string, v verdict, from, to string, src netip.Addr, dst string) {
		t.Helper()
		p, err := ip.AppendUDP(nil, ip.Header{TTL: 64, Src: src, Dst: netip.MustParseAddr(dst)}, 1, 2, nil)
		if err != nil {
			t.Fatal(err)
		}
		before := b.box.drops[v]
		b.ports[from].link.transmit(b.ports[from], natAddrs[to], p)
		b.lab.RunFor(context.Background(), 0)
		if who, _ := b.take(); who != "" || b.box.drops[v] != before+1 {
			t.Errorf("%s: arrived at %q, drops %v", name, who, b.box.drops)
		}
	}
	drop("a stranger's source", notInside, "a", "inner", v4(10, 9, 9, 9), "203.0.113.1")
	drop("from outside to inside", noRoute, "x", "box", natAddrs["x"], "192.168.1.10")
	drop("a group", noRoute, "a", "inner", natAddrs["a"], "224.0.0.5")
	b.box.outer.gateway = netip.Addr{}
	drop("no gateway", noRoute, "a", "inner", natAddrs["a"], "8.8.8.8")
	b.rawUDP("a:4500", "inner:9", ip.Header{}, 8)
	if who, p := b.take(); who != "a" || icmpOf(t, p).Code() != ip.CodePort || p.Src() != natAddrs["inner"] {
		t.Errorf("to the box itself: %s has %x", who, []byte(p))
	}
}

// An error about an echo request goes to who asked, with its identifier.
func TestNATErrorEcho(t *testing.T) {
	b := newNATBench(t, NATConfig{Behaviour: FullCone, Random: true})
	b.icmp("a", "x", ip.ICMPEcho, 0, 7<<16|3, []byte("data"))
	seen := b.lastPacket("x")
	if icmpOf(t, seen).ID() == 7 {
		t.Fatal("the identifier was not drawn")
	}
	b.icmp("y", "box", ip.ICMPTimeExceeded, 0, 0, seen[:28])
	p := b.lastPacket("a")
	want, err := ip.AppendICMP(nil, ip.Header{TTL: 63, Src: natAddrs["a"], Dst: natAddrs["x"]}, ip.ICMPEcho, 0, 7<<16|3, []byte("data"))
	if err != nil || !bytes.Equal(icmpOf(t, p).Body(), want[:28]) {
		t.Errorf("quoted\n%x, want\n%x", icmpOf(t, p).Body(), want[:28])
	}
}

// FuzzNAT sends anything to a box from both sides: what was right goes on right,
// and never unchanged.
func FuzzNAT(f *testing.F) {
	seed := func(b []byte, err error) {
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	h := ip.Header{TTL: 64, Src: natAddrs["a"], Dst: natAddrs["x"]}
	back := ip.Header{TTL: 64, Src: natAddrs["x"], Dst: natAddrs["box"]}
	seed(ip.AppendUDP(nil, h, 4500, 4500, []byte("data")))
	seed(ip.AppendUDP(nil, back, 4500, 4500, []byte("data")))
	seed(ip.AppendICMP(nil, h, ip.ICMPEcho, 0, 7<<16, []byte("data")))
	seed(ip.AppendICMP(nil, back, ip.ICMPEchoReply, 0, 7<<16, []byte("data")))
	inner, err := ip.AppendUDP(nil, ip.Header{TTL: 64, Src: natAddrs["box"], Dst: natAddrs["x"]}, 4500, 4500, []byte("data"))
	if err != nil {
		f.Fatal(err)
	}
	seed(ip.AppendICMP(nil, back, ip.ICMPUnreachable, 3, 0, inner))
	seed(ip.AppendICMP(nil, h, ip.ICMPUnreachable, 3, 0, inner))
	back.Dst = natAddrs["static"]
	seed(ip.AppendICMP(nil, back, ip.ICMPEcho, 0, 7<<16, nil))
	h.Dst = natAddrs["box"]
	seed(ip.AppendUDP(nil, h, 500, 500, nil))
	f.Fuzz(func(t *testing.T, packet []byte) {
		p, err := ip.QuotedIPv4(packet)
		if err != nil {
			return
		}
		binary.BigEndian.PutUint16(p[2:], uint16(min(len(packet), ip.MaxLen)))
		p = packet[:min(len(packet), ip.MaxLen)]
		p.UpdateHeaderChecksum()
		if p, err = ip.ParseIPv4(p); err != nil {
			return
		}
		b := newNATBench(t, NATConfig{
			Behaviour: FullCone, Hairpin: true, Static: []NATStatic{{natAddrs["b"], natAddrs["static"]}},
			Forwards: []NATForward{{500, netip.AddrPortFrom(natAddrs["a"], 500)}},
		})
		for _, proto := range []uint8{ip.ProtoUDP, ip.ProtoTCP, ip.ProtoICMP, ip.ProtoGRE} {
			src, dst := b.end("a:4500"), b.end("x:4500")
			if _, v := b.box.table.sent(b.lab.now, proto, src, dst); v != passed {
				t.Fatal(v)
			}
		}
		for _, q := range []*natPort{b.box.outer, b.box.inner[0]} {
			q.receive(slices.Clone(p))
			b.lab.RunFor(context.Background(), 0)
			for name, s := range b.ends {
				for _, a := range s.got {
					out, err := ip.ParseIPv4(a.packet)
					if err != nil {
						t.Fatalf("at %s: %v: %x", name, err, a.packet)
					}
					if bytes.Equal(out, p) || len(out) != len(p) && out.Protocol() != ip.ProtoICMP {
						t.Fatalf("at %s: %x became %x", name, []byte(p), []byte(out))
					}
					if !p.IsFragment() && sound(p) && !sound(out) {
						t.Fatalf("at %s: %x became %x", name, []byte(p), []byte(out))
					}
				}
				s.got = nil
			}
		}
	})
}

// sound reports whether the checksum behind the IP header is right.
func sound(p ip.IPv4) bool {
	b := p.Payload()
	switch p.Protocol() {
	case ip.ProtoUDP:
		_, err := ip.ParseUDP(p)
		return err == nil && int(binary.BigEndian.Uint16(b[4:])) == len(b)
	case ip.ProtoTCP:
		return len(b) >= 20 && ip.TransportChecksum(p, b) == 0
	case ip.ProtoICMP:
		_, err := ip.ParseICMP(b)
		return err == nil
	}
	return true
}

// Nobody is told about an ICMP error, and an error about what the box itself
// answered is for nobody inside.
func TestNATErrorsSilent(t *testing.T) {
	b := newNATBench(t, NATConfig{Behaviour: PortRestricted})
	b.rawUDP("a:4500", "x:4500", ip.Header{}, 8)
	seen := b.lastPacket("x")
	late, err := ip.AppendICMP(nil, ip.Header{TTL: 1, Src: natAddrs["x"], Dst: natAddrs["box"]}, ip.ICMPTimeExceeded, 0, 0, seen[:28])
	if err != nil {
		t.Fatal(err)
	}
	b.transmit("x", late)
	if who, p := b.take(); who != "" || b.box.drops[ttlExpired] != 1 {
		t.Errorf("%s has %x", who, []byte(p))
	}
	b.icmp("a", "x", ip.ICMPEcho, 0, 0, nil) // identifier 0
	b.icmp("x", "box", ip.ICMPEcho, 0, 0, nil)
	answer := b.lastPacket("x")
	b.icmp("x", "box", ip.ICMPUnreachable, ip.CodeHost, 0, answer)
	if who, p := b.take(); who != "" {
		t.Errorf("%s has %x", who, []byte(p))
	}
}

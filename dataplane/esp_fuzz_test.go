package dataplane_test

import (
	"bytes"
	"testing"

	"axle/dataplane"
	"axle/internal/ip"
	"axle/mgre"
)

// FuzzForwardESP gives any bytes to a router with protected tunnels: as a packet, as
// what a spoke sealed, or as UDP to port 4500. Nothing may leave a tunnel in clear,
// and nothing that came in clear may come out of one.
func FuzzForwardESP(f *testing.F) {
	toLAN := flow{src: "192.168.1.10", dst: "192.168.0.10"}.udp(4)
	clear := gre("203.0.113.11", key1, toLAN)
	for k := range sealings {
		for how := range uint8(4) {
			f.Add(uint8(k), how, uint8(ip.ProtoGRE), clear[20:])
			f.Add(uint8(k), how, uint8(ip.ProtoIPIP), clear)
			f.Add(uint8(k), how, uint8(ip.ProtoIPIP), toLAN)
			f.Add(uint8(k), how, uint8(59), []byte{0xff})
		}
	}
	f.Fuzz(func(t *testing.T, kind, how, next uint8, b []byte) {
		if len(b) > 60000 {
			return
		}
		w, s := newProtected(t, sealings[int(kind)%len(sealings)])
		pkt := bytes.Clone(b)
		silent := false
		switch how % 4 {
		case 0:
			fixHeaders(pkt, 3)
		case 1:
			fixSealed(pkt, next)
			silent = next == 59 || hasFragment(pkt, 3) || next == ip.ProtoGRE && greFragment(pkt)
			pkt = s.sealRaw(pkt, next, ip.Header{TTL: 9})
		case 2:
			silent = len(b) == 1 && b[0] == 0xff
			pkt = udp("203.0.113.11", "203.0.113.1", 4500, 4500, pkt)
		case 3:
			h := ip.Header{TTL: 9, Protocol: ip.ProtoESP, Src: spoke11, Dst: addr("203.0.113.1")}
			head, err := ip.AppendIPv4(nil, h, len(pkt))
			if err != nil {
				t.Fatal(err)
			}
			pkt = append(head, pkt...)
		}
		w.forward(wan, pkt)
		if len(w.w.Out)+len(w.w.Punts) == 0 && dropped(w) == 0 && !silent && !hasFragment(pkt, 3) {
			t.Fatalf("%x is lost", b)
		}
		genuine := s.pair.Out.Counters().Packets > 0
		for i := range w.w.Out {
			p := &w.w.Out[i]
			q, err := ip.ParseIPv4(p.Data())
			if err != nil || len(q) != p.Len {
				t.Fatalf("sent %x: %v", p.Data(), err)
			}
			if c := w.spokes.clear(q); p.Outer && !q.IsFragment() && &c[0] == &q[0] {
				t.Fatalf("in clear: %s", describe(q))
			}
		}
		for _, p := range w.w.Punts {
			if p.Reason == dataplane.PuntNHRP && !genuine {
				t.Fatalf("NHRP out of clear text: %x", pkt)
			}
		}
		if n := w.ifs[tun0].Counters.InPackets.Load(); n > 0 && !genuine {
			t.Fatalf("%d packets came out of the tunnel: %x", n, pkt)
		}
	})
}

// greFragment tells whether a GRE packet carries a fragment.
func greFragment(b []byte) bool {
	_, n, err := mgre.Parse(b)
	return err == nil && hasFragment(b[n:], 2)
}

// fixSealed makes the checksums right of what is to be sealed.
func fixSealed(b []byte, next uint8) {
	if next != ip.ProtoGRE {
		fixHeaders(b, 3)
		return
	}
	if h, n, err := mgre.ParseHeader(b); err == nil {
		fixHeaders(b[n:], 2)
		h.Put(b)
	}
}

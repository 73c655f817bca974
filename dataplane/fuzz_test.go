package dataplane_test

import (
	"bytes"
	"testing"

	"axle/dataplane"
	"axle/internal/ip"
	"axle/mgre"
)

// FuzzForward gives any bytes to the router, on a physical interface and on a
// tunnel. Whatever comes out must be a whole packet that fits its link, and one
// packet gives at least one of: a packet, a punt, a drop that is counted, or a
// fragment that is kept.
func FuzzForward(f *testing.F) {
	for _, tt := range forwardTests {
		for _, b := range tt.pkts {
			f.Add(uint8(tt.in), b)
		}
	}
	for _, tt := range icmpTests {
		f.Add(uint8(tt.in), tt.pkt)
	}
	w := newWorld(f)
	w.ifs[tun0].Tunnel.DF = true
	w.ifs[tun0].MSS = 1360
	w.ifs[lan].IPMTU = 576
	w.ifs[wan].IPMTU = 1000
	for _, i := range w.ifs {
		i.Capture = both()
	}
	w.snapshot().Control = both()
	f.Fuzz(func(t *testing.T, in uint8, b []byte) {
		b = bytes.Clone(b)
		fixHeaders(b, 3)
		w.w.Now += 1e8
		drops := dropped(w)
		w.forward(int(in)%len(w.ifs), b)
		if len(w.w.Out)+len(w.w.Punts) == 0 && dropped(w) == drops && !hasFragment(b, 3) && !keepsAwake(b, 3) {
			t.Fatalf("%x is lost", b)
		}
		for _, p := range w.w.Out {
			q, err := ip.ParseIPv4(p.Data())
			if err != nil || len(q) != p.Len {
				t.Fatalf("sent %x: %v", p.Data(), err)
			}
			if mtu := w.ifs[p.If].IPMTU; p.Len > mtu {
				t.Fatalf("sent %d bytes on a link of %d", p.Len, mtu)
			}
			if w.ifs[p.If].Kind != dataplane.Physical || !p.NextHop.Is4() {
				t.Fatalf("sent by %s to %v", w.ifs[p.If].Name, p.NextHop)
			}
		}
		checkCaptured(t, w, b)
		for _, p := range w.w.Punts {
			if p.Reason == dataplane.PuntNHRP && (!p.From.Is4() || !p.Dst.Is4()) {
				t.Fatalf("NHRP from %v to %v", p.From, p.Dst)
			}
			switch p.Reason {
			case dataplane.PuntLocal, dataplane.PuntGlean, dataplane.PuntHairpin: // those that hold IP packets
				if _, err := ip.QuotedIPv4(p.Data); err != nil {
					t.Fatalf("punted %x: %v", p.Data, err)
				}
			}
		}
	})
}

// checkCaptured demands that what came in was captured first, and what was sent
// in its order.
func checkCaptured(t *testing.T, w *world, came []byte) {
	t.Helper()
	all := w.w.Captured
	if len(all) == 0 || all[0].Out || !bytes.Equal(all[0].Data, came) {
		t.Fatalf("%x came, captured %+v", came, all)
	}
	sent := w.w.Out
	for _, c := range all {
		if len(sent) > 0 && c.Out && c.Name == w.ifs[sent[0].If].Name && bytes.Equal(c.Data, sent[0].Data()) {
			sent = sent[1:]
		}
	}
	if len(sent) > 0 {
		t.Fatalf("sent %x, not captured", sent[0].Data())
	}
}

// dropped returns the number of all drops.
func dropped(w *world) (n uint64) {
	for _, f := range w.ifs {
		n += f.Counters.Dropped()
	}
	return n
}

// hasFragment tells whether b, or what it carries in GRE, is a fragment.
func hasFragment(b []byte, deep int) bool {
	q, err := ip.ParseIPv4(b)
	if err != nil || deep == 0 {
		return false
	}
	if q.IsFragment() {
		return true
	}
	if _, n, err := mgre.Parse(q.Payload()); err == nil && q.Protocol() == ip.ProtoGRE {
		return hasFragment(q.Payload()[n:], deep-1)
	}
	return false
}

// keepsAwake tells whether b, or what it carries in GRE, is what keeps a NAT box
// awake.
func keepsAwake(b []byte, deep int) bool {
	q, err := ip.ParseIPv4(b)
	if err != nil || deep == 0 {
		return false
	}
	p := q.Payload()
	if q.Protocol() == ip.ProtoUDP && len(p) > 8 && p[2] == 0x11 && p[3] == 0x94 && p[4] == 0 && p[5] == 9 && p[8] == 0xff {
		return true
	}
	if _, n, err := mgre.Parse(p); err == nil && q.Protocol() == ip.ProtoGRE {
		return keepsAwake(p[n:], deep-1)
	}
	return false
}

// fixHeaders makes the checksums of b and of what it carries in GRE right, or
// little would get past them.
func fixHeaders(b []byte, deep int) {
	q, err := ip.QuotedIPv4(b)
	if err != nil {
		return
	}
	q.UpdateHeaderChecksum()
	if q.Protocol() != ip.ProtoGRE || deep == 0 {
		return
	}
	h, n, err := mgre.ParseHeader(q.Payload())
	if err != nil {
		return
	}
	fixHeaders(q.Payload()[n:], deep-1)
	if q.TotalLen() == len(q) {
		h.Put(q.Payload())
	}
}

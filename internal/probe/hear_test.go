package probe

import (
	"testing"
	"time"

	"axle/internal/ip"
)

// error6From returns an ICMPv6 error of a router about a packet.
func error6From(t testing.TB, from string, typ, code uint8, rest uint32, about []byte) []byte {
	t.Helper()
	b, err := ip.AppendICMPv6(nil, ip.Header6{HopLimit: 60, Src: addr(from), Dst: ip.IPv6(about).Src()}, typ, code, rest, about)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPing6(t *testing.T) {
	var got []Result
	p := NewPing(PingConfig{Src: addr("fd00::1"), Dst: addr("fd00::2"), Count: 5, Size: 100, Timeout: time.Second, ID: 7}, func(r Result) { got = append(got, r) })
	var sent []byte
	send := func(b []byte) { sent = b }
	stack := Stack{}
	now := begin
	for i, answer := range []func() []byte{
		func() []byte {
			var back []byte
			stack.Receive(now, sent, addr("fd00::2"), func(b []byte) { back = b })
			return back
		},
		func() []byte { return error6From(t, "fd00::9", ip.ICMPv6Unreachable, ip.Code6NoRoute, 0, sent) },
		func() []byte { return error6From(t, "fd00::9", ip.ICMPv6TooBig, 0, 1280, sent) },
		func() []byte { return error6From(t, "fd00::9", ip.ICMPv6TimeExceeded, 0, 0, sent) },
		func() []byte { return error6From(t, "fd00::9", ip.ICMPv6Parameter, 0, 0, sent) },
	} {
		p.Tick(now, send)
		if q, err := ip.ParseIPv6(sent); err != nil || len(q) != 100 || q.HopLimit() != 64 {
			t.Fatalf("request %d is %x: %v", i, sent, err)
		}
		now = now.Add(10 * time.Millisecond)
		if a := answer(); !p.Deliver(now, a) {
			t.Errorf("answer %d was not taken: %x", i, a)
		}
	}
	want := []Kind{Reply, Unreachable, FragNeeded, TTLExceeded, OtherICMP}
	for i, r := range got {
		if r.Kind != want[i] || r.RTT != 10*time.Millisecond || r.Seq != i {
			t.Errorf("answer %d: %+v", i, r)
		}
	}
	if len(got) != len(want) || !p.Done() || p.Received != 1 || got[0].From != addr("fd00::2") || got[1].From != addr("fd00::9") {
		t.Errorf("got %+v", got)
	}
}

func TestTrace6(t *testing.T) {
	var got []Result
	tr := NewTrace(TraceConfig{Src: addr("fd00::1"), Dst: addr("fd00::2"), Probes: 1, MinTTL: 1, MaxTTL: 5, Timeout: time.Second, Port: 50000}, func(r Result) { got = append(got, r) })
	var sent []byte
	send := func(b []byte) { sent = b }
	tr.Tick(begin, send)
	if q, err := ip.ParseIPv6(sent); err != nil || q.HopLimit() != 1 {
		t.Fatalf("probe is %x: %v", sent, err)
	}
	if !tr.Deliver(begin, error6From(t, "fd00::9", ip.ICMPv6TimeExceeded, 0, 0, sent)) {
		t.Error("time exceeded was not taken")
	}
	tr.Tick(begin, send)
	stack, back := Stack{}, []byte(nil)
	stack.Receive(begin, sent, addr("fd00::2"), func(b []byte) { back = b })
	if !tr.Deliver(begin, back) || !tr.Done() {
		t.Error("port unreachable was not taken")
	}
	if len(got) != 2 || got[0].Kind != TTLExceeded || got[1].Kind != Reply || got[1].TTL != 2 || got[1].From != addr("fd00::2") {
		t.Errorf("got %+v", got)
	}
}

// What a host does not answer, or answers with an error.
func TestStack6(t *testing.T) {
	echo := func(src, dst string) []byte {
		b, err := ip.AppendICMPv6(nil, ip.Header6{HopLimit: 64, Src: addr(src), Dst: addr(dst)}, ip.ICMPv6Echo, 0, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	bare := func(next uint8) []byte {
		b, err := ip.AppendIPv6(nil, ip.Header6{HopLimit: 64, NextHeader: next, Src: addr("fd00::1"), Dst: addr("fd00::2")}, 0)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, tt := range []struct {
		name string
		in   []byte
		typ  int // -1: nothing
		rest uint32
	}{
		{"echo", echo("fd00::1", "fd00::2"), ip.ICMPv6EchoReply, 0},
		{"echo to a group", echo("fd00::1", "ff02::1"), -1, 0},
		{"echo from nobody", echo("::", "fd00::2"), -1, 0},
		{"unknown protocol", bare(200), ip.ICMPv6Parameter, 6},
		{"nothing at all", bare(ip.ProtoNone), -1, 0},
		{"TCP", bare(ip.ProtoTCP), -1, 0},
		{"a cut UDP header", bare(ip.ProtoUDP), -1, 0},
	} {
		var got []byte
		s := Stack{}
		s.Receive(begin, tt.in, addr("fd00::2"), func(b []byte) { got = b })
		if tt.typ < 0 {
			if got != nil {
				t.Errorf("%s: answered with %x", tt.name, got)
			}
			continue
		}
		m, err := ip.ParseICMPv6(ip.IPv6(got), ip.IPv6HeaderLen)
		if err != nil || int(m.Type()) != tt.typ || m.Rest() != tt.rest || ip.IPv6(got).Src() != addr("fd00::2") {
			t.Errorf("%s: answered with %x, %v", tt.name, got, err)
		}
	}
}

func FuzzHear(f *testing.F) {
	var sent []byte
	NewPing(PingConfig{Src: addr("fd00::1"), Dst: addr("fd00::2"), Count: 1, Timeout: time.Second}, func(Result) {}).Tick(begin, func(b []byte) { sent = b })
	f.Add(error6From(f, "fd00::9", ip.ICMPv6TimeExceeded, 0, 0, sent))
	f.Add(sent)
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := ip.ParseIPv6(b); err == nil && len(p) >= 48 && p.NextHeader() == ip.ProtoICMPv6 {
			p[42], p[43] = 0, 0
			c := ip.TransportChecksum6(p, ip.ProtoICMPv6, p[40:])
			p[42], p[43] = byte(c>>8), byte(c)
		}
		if h, ok := hear(b); ok && h.failure && h.about.proto == ip.ProtoICMP {
			h.echoID()
		}
	})
}

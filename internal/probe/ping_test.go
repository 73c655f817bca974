package probe

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"
	"time"

	"axle/internal/ip"
)

// answerTo returns the echo reply to a request.
func answerTo(t testing.TB, request []byte) []byte {
	t.Helper()
	var got [][]byte
	s := Stack{TTL: 64}
	s.Receive(begin, request, ip.IPv4(request).Dst(), collect(&got))
	if len(got) != 1 {
		t.Fatalf("%d answers to %x", len(got), request)
	}
	return got[0]
}

// errorFrom returns an ICMP error about a packet.
func errorFrom(t testing.TB, from string, typ, code uint8, about []byte) []byte {
	t.Helper()
	b, err := ip.AppendICMP(nil, ip.Header{TTL: 250, Src: addr(from), Dst: ip.IPv4(about).Src()}, typ, code, 0, about[:min(28, len(about))])
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPingBytes(t *testing.T) {
	tests := []struct {
		name string
		cfg  PingConfig
		want string
	}{{
		name: "the smallest, with DF",
		cfg:  PingConfig{Src: addr("10.0.0.2"), Dst: addr("10.0.0.1"), Count: 1, Size: 36, DF: true, ID: 7},
		want: `4500 0024 0007 4000 ff 01 67cf 0a000002 0a000001
		       08 00 48c2 0007 0000 abcdabcdabcdabcd`,
	}, {
		name: "smaller than its headers",
		cfg:  PingConfig{Src: addr("10.0.0.2"), Dst: addr("10.0.0.1"), Count: 1, TTL: 64, ID: 0x1234},
		want: `4500 001c 1234 0000 40 01 54ab 0a000002 0a000001
		       08 00 e5cb 1234 0000`,
	}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var sent [][]byte
			NewPing(tt.cfg, func(Result) {}).Tick(begin, collect(&sent))
			if want := unhex(t, tt.want); len(sent) != 1 || !bytes.Equal(sent[0], want) {
				t.Fatalf("sent %x\nwant %x", sent, want)
			}
		})
	}
}

// A pingStep is a moment of a time-line: what arrives, or else the timer.
type pingStep struct {
	at      time.Duration
	deliver func(sent [][]byte) []byte // nil: Tick
	want    []Result
	sent    int // requests that are out after it
	done    bool
	next    time.Duration // Deadline; -1: none
}

const ms = time.Millisecond

func pingTimelines(t *testing.T) []struct {
	name  string
	cfg   PingConfig
	steps []pingStep
} {
	reply := func(n int) func([][]byte) []byte {
		return func(sent [][]byte) []byte { return answerTo(t, sent[n]) }
	}
	failure := func(n int, from string, typ, code uint8) func([][]byte) []byte {
		return func(sent [][]byte) []byte { return errorFrom(t, from, typ, code, sent[n]) }
	}
	cfg := PingConfig{Src: addr("10.0.0.2"), Dst: addr("10.0.0.1"), Count: 2, Size: 100, Timeout: 2 * time.Second, ID: 7}
	slow := cfg
	slow.Interval = time.Second
	return []struct {
		name  string
		cfg   PingConfig
		steps []pingStep
	}{{
		name: "a reply, then a timeout, and an answer that comes too late",
		cfg:  cfg,
		steps: []pingStep{
			{at: 0, sent: 1, next: 2000 * ms},
			{
				at: 40 * ms, deliver: reply(0), sent: 1, next: 40 * ms,
				want: []Result{{Kind: Reply, From: addr("10.0.0.1"), RTT: 40 * ms, TTL: 64, Seq: 0, Size: 100}},
			},
			{at: 40 * ms, deliver: reply(0), sent: 1, next: 40 * ms}, // the same once more
			{at: 50 * ms, sent: 2, next: 2050 * ms},
			{at: 60 * ms, deliver: reply(0), sent: 2, next: 2050 * ms}, // not for the one that is out
			{at: 2049 * ms, sent: 2, next: 2050 * ms},                  // too early
			{at: 2050 * ms, sent: 2, done: true, next: -1, want: []Result{{Kind: Timeout, Seq: 1}}},
			{at: 2060 * ms, deliver: reply(1), sent: 2, done: true, next: -1}, // too late
			{at: 9000 * ms, sent: 2, done: true, next: -1},
		},
	}, {
		name: "a timeout lets the next one go at once",
		cfg:  cfg,
		steps: []pingStep{
			{at: 0, sent: 1, next: 2000 * ms},
			{at: 2000 * ms, sent: 2, next: 4000 * ms, want: []Result{{Kind: Timeout, Seq: 0}}},
			{
				at: 2010 * ms, deliver: reply(1), sent: 2, done: true, next: -1,
				want: []Result{{Kind: Reply, From: addr("10.0.0.1"), RTT: 10 * ms, TTL: 64, Seq: 1, Size: 100}},
			},
		},
	}, {
		name: "errors",
		cfg:  cfg,
		steps: []pingStep{
			{at: 0, sent: 1, next: 2000 * ms},
			{
				at: 5 * ms, deliver: failure(0, "10.9.9.9", ip.ICMPUnreachable, ip.CodeHost), sent: 1, next: 5 * ms,
				want: []Result{{Kind: Unreachable, From: addr("10.9.9.9"), Code: 1, RTT: 5 * ms, TTL: 250, Seq: 0, Size: 56}},
			},
			{at: 5 * ms, sent: 2, next: 2005 * ms},
			{at: 6 * ms, deliver: failure(0, "10.9.9.9", ip.ICMPTimeExceeded, 0), sent: 2, next: 2005 * ms}, // about the first
			{
				at: 7 * ms, deliver: failure(1, "10.9.9.8", ip.ICMPTimeExceeded, 0), sent: 2, done: true, next: -1,
				want: []Result{{Kind: TTLExceeded, From: addr("10.9.9.8"), RTT: 2 * ms, TTL: 250, Seq: 1, Size: 56}},
			},
		},
	}, {
		name: "more errors",
		cfg:  cfg,
		steps: []pingStep{
			{at: 0, sent: 1, next: 2000 * ms},
			{
				at: 1 * ms, deliver: failure(0, "10.9.9.9", ip.ICMPUnreachable, ip.CodeFragNeeded), sent: 1, next: 1 * ms,
				want: []Result{{Kind: FragNeeded, From: addr("10.9.9.9"), Code: 4, RTT: 1 * ms, TTL: 250, Seq: 0, Size: 56}},
			},
			{at: 1 * ms, sent: 2, next: 2001 * ms},
			{
				at: 2 * ms, deliver: failure(1, "10.9.9.9", ip.ICMPParameter, 0), sent: 2, done: true, next: -1,
				want: []Result{{Kind: OtherICMP, From: addr("10.9.9.9"), RTT: 1 * ms, TTL: 250, Seq: 1, Size: 56}},
			},
		},
	}, {
		name: "one each second, however fast the answers are",
		cfg:  slow,
		steps: []pingStep{
			{at: 0, sent: 1, next: 2000 * ms},
			{
				at: 3 * ms, deliver: reply(0), sent: 1, next: 1000 * ms,
				want: []Result{{Kind: Reply, From: addr("10.0.0.1"), RTT: 3 * ms, TTL: 64, Seq: 0, Size: 100}},
			},
			{at: 999 * ms, sent: 1, next: 1000 * ms},
			{at: 1000 * ms, sent: 2, next: 3000 * ms},
			{at: 3000 * ms, sent: 2, done: true, next: -1, want: []Result{{Kind: Timeout, Seq: 1}}},
		},
	}, {
		name: "a timeout that is longer than the interval",
		cfg:  slow,
		steps: []pingStep{
			{at: 0, sent: 1, next: 2000 * ms},
			{at: 2000 * ms, sent: 2, next: 4000 * ms, want: []Result{{Kind: Timeout, Seq: 0}}},
			{
				at: 2001 * ms, deliver: reply(1), sent: 2, done: true, next: -1,
				want: []Result{{Kind: Reply, From: addr("10.0.0.1"), RTT: 1 * ms, TTL: 64, Seq: 1, Size: 100}},
			},
		},
	}}
}

func TestPingTimeline(t *testing.T) {
	for _, tt := range pingTimelines(t) {
		t.Run(tt.name, func(t *testing.T) {
			var sent [][]byte
			var got []Result
			p := NewPing(tt.cfg, func(r Result) { got = append(got, r) })
			for _, s := range tt.steps {
				got = nil
				now := begin.Add(s.at)
				if s.deliver == nil {
					p.Tick(now, collect(&sent))
				} else if !p.Deliver(now, ip.IPv4(s.deliver(sent))) {
					t.Errorf("at %v: not taken as ours", s.at)
				}
				if !slices.Equal(got, s.want) {
					t.Errorf("at %v: results %+v, want %+v", s.at, got, s.want)
				}
				if len(sent) != s.sent || p.Sent() != s.sent || p.Done() != s.done {
					t.Errorf("at %v: %d sent, Sent %d, done %v; want %d, %v", s.at, len(sent), p.Sent(), p.Done(), s.sent, s.done)
				}
				if want := begin.Add(s.next); s.next >= 0 && !p.Deadline().Equal(want) || s.next < 0 && !p.Deadline().IsZero() {
					t.Errorf("at %v: deadline %v, want %v", s.at, p.Deadline(), s.next)
				}
			}
		})
	}
}

func TestPingNumbers(t *testing.T) {
	p := NewPing(PingConfig{Src: addr("10.0.0.2"), Dst: addr("10.0.0.1"), Count: 3, Size: 100, Timeout: time.Second, ID: 1}, func(Result) {})
	if p.Average() != 0 {
		t.Errorf("average of nothing: %v", p.Average())
	}
	var sent [][]byte
	now := begin
	for _, rtt := range []time.Duration{30 * ms, 10 * ms, 50 * ms} {
		p.Tick(now, collect(&sent))
		now = now.Add(rtt)
		p.Deliver(now, ip.IPv4(answerTo(t, sent[len(sent)-1])))
	}
	if got := fmt.Sprint(p.Received, p.Min, p.Average(), p.Max); got != "3 10ms 30ms 50ms" {
		t.Errorf("received, min, avg, max: %s", got)
	}
	zero := NewPing(PingConfig{}, func(Result) { t.Error("a result of nothing") })
	if !zero.Done() || !zero.Deadline().IsZero() {
		t.Error("a ping of no request is not done")
	}
}

// A request that cannot be built is a result, not a hang.
func TestPingTooLarge(t *testing.T) {
	var got []Result
	p := NewPing(PingConfig{Src: addr("10.0.0.2"), Dst: addr("10.0.0.1"), Count: 2, Size: 70000, Timeout: time.Second}, func(r Result) { got = append(got, r) })
	for range 5 {
		p.Tick(begin, func([]byte) { t.Error("sent") })
	}
	if !p.Done() || len(got) != 2 || got[0].Kind != OtherICMP {
		t.Errorf("done %v, results %+v", p.Done(), got)
	}
}

func TestPingNotOurs(t *testing.T) {
	cfg := PingConfig{Src: addr("10.0.0.2"), Dst: addr("10.0.0.1"), Count: 1, Size: 64, Timeout: time.Second, ID: 7}
	var sent [][]byte
	p := NewPing(cfg, func(r Result) { t.Errorf("a result: %+v", r) })
	p.Tick(begin, collect(&sent))
	reply := answerTo(t, sent[0])
	otherID := bytes.Clone(reply)
	binary.BigEndian.PutUint16(otherID[24:], 8)
	otherHost := bytes.Clone(reply)
	copy(otherHost[12:], []byte{10, 0, 0, 9})
	badSum := bytes.Clone(reply)
	badSum[30]++
	cut := errorFrom(t, "10.0.0.9", ip.ICMPTimeExceeded, 0, sent[0])
	cut = sumUp(cut[:20+8+24])
	binary.BigEndian.PutUint16(cut[2:], uint16(len(cut)))
	tests := []struct {
		name string
		in   []byte
	}{
		{"another identifier", sumUp(otherID)},
		{"another host", sumUp(otherHost)},
		{"a wrong checksum", badSum},
		{"our own request", sent[0]},
		{"UDP", datagram(t, "10.0.0.1", "10.0.0.2", 7)},
		{"a fragment", fragmented(t)},
		{"an error about UDP", errorFrom(t, "10.0.0.1", 3, 3, datagram(t, "10.0.0.2", "10.0.0.1", 33434))},
		{"an error about a reply", errorFrom(t, "10.0.0.1", 3, 1, reply)},
		{"an error that quotes too little", sumUp(cut)},
	}
	for _, tt := range tests {
		if p.Deliver(begin, ip.IPv4(tt.in)) {
			t.Errorf("%s: taken as ours", tt.name)
		}
	}
}

// prober is what a Ping and a Trace have in common.
type prober interface {
	Tick(now time.Time, send Send)
	Deliver(now time.Time, pkt []byte) bool
	Done() bool
	Deadline() time.Time
}

// deliverFuzz gives arbitrary packets to a probe: each closes at most the one
// that is out, and the probe comes to its end.
func deliverFuzz(t *testing.T, p prober, results *int, b []byte) {
	now := begin
	for n := 0; !p.Done(); n++ {
		if n > 100 {
			t.Fatal("no end")
		}
		p.Tick(now, func([]byte) {})
		if p.Done() {
			break
		}
		before := *results
		if pkt, err := ip.ParseIPv4(b); err == nil {
			taken := p.Deliver(now, pkt)
			again := p.Deliver(now, pkt)
			if taken != again {
				t.Fatal("the same packet is ours only once")
			}
		}
		if *results > before+1 {
			t.Fatalf("%d results of one probe", *results-before)
		}
		if d := p.Deadline(); d.After(now) {
			now = d
		}
	}
	if p.Deliver(now, ip.IPv4(sumUp(append([]byte{0x45, 0, 0, 28, 0, 0, 0, 0, 1, 1}, make([]byte, 18)...)))) {
		t.Fatal("an empty reply is ours")
	}
}

func FuzzPingDeliver(f *testing.F) {
	cfg := PingConfig{Src: addr("10.0.0.2"), Dst: addr("10.0.0.1"), Count: 2, Size: 64, Timeout: time.Second, ID: 7}
	var sent [][]byte
	NewPing(cfg, func(Result) {}).Tick(begin, collect(&sent))
	f.Add(sent[0])
	f.Add(answerTo(f, sent[0]))
	f.Add(errorFrom(f, "10.0.0.9", ip.ICMPUnreachable, 4, sent[0]))
	f.Add(errorFrom(f, "10.0.0.9", ip.ICMPTimeExceeded, 0, sent[0]))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= ip.HeaderLen && int(b[0]&15)*4+ip.ICMPHeaderLen <= len(b) {
			b = sumUp(b)
		}
		results := 0
		p := NewPing(cfg, func(Result) { results++ })
		deliverFuzz(t, p, &results, b)
		if results != 2 || p.Sent() != 2 {
			t.Fatalf("%d results of %d requests", results, p.Sent())
		}
	})
}

package probe

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"axle/internal/ip"
)

func TestTraceBytes(t *testing.T) {
	tr := NewTrace(TraceConfig{Src: addr("10.0.0.2"), Dst: addr("10.0.0.1"), Probes: 1, MinTTL: 1, MaxTTL: 3, Timeout: time.Second, Port: 40001}, func(Result) {})
	var sent [][]byte
	for i := range 5 {
		tr.Tick(begin.Add(time.Duration(i)*time.Second), collect(&sent))
	}
	want := []string{
		`4500 001c 9c41 0000 01 11 098e 0a000002 0a000001 9c41 829a 0008 ccff`,
		`4500 001c 9c42 0000 02 11 088d 0a000002 0a000001 9c41 829b 0008 ccfe`,
		`4500 001c 9c43 0000 03 11 078c 0a000002 0a000001 9c41 829c 0008 ccfd`,
	}
	if len(sent) != len(want) {
		t.Fatalf("%d probes, want %d", len(sent), len(want))
	}
	for i := range want {
		if !bytes.Equal(sent[i], unhex(t, want[i])) {
			t.Errorf("probe %d\n%x\nwant\n%x", i, sent[i], unhex(t, want[i]))
		}
	}
}

// A hop says what becomes of the probes of one TTL: one word per probe,
// "FROM" for time exceeded, "FROM/CODE" for unreachable, "*" for silence.
// Each answer comes after 10 ms.
type hop []string

// trace runs a trace against hops and returns its results in short.
func trace(t testing.TB, c TraceConfig, hops []hop) (out []string, end time.Duration) {
	t.Helper()
	var results []string
	tr := NewTrace(c, func(r Result) {
		s := fmt.Sprintf("%d:", r.TTL)
		switch r.Kind {
		case Timeout:
			s += "*"
		case Reply:
			s += r.From.String() + "!"
		case TTLExceeded:
			s += r.From.String()
		default:
			s += fmt.Sprintf("%s/%d", r.From, r.Code)
		}
		if want := time.Duration(0); r.Kind != Timeout {
			want = 10 * ms
			if r.RTT != want || r.Size != 56 {
				s += fmt.Sprintf(" RTT %v size %d", r.RTT, r.Size)
			}
		}
		if r.Seq != len(results) {
			s += fmt.Sprintf(" seq %d", r.Seq)
		}
		results = append(results, s)
	})
	now := begin
	for n := 0; !tr.Done(); n++ {
		if n > 1000 {
			t.Fatal("no end")
		}
		var sent [][]byte
		tr.Tick(now, collect(&sent))
		if len(sent) > 1 {
			t.Fatalf("%d probes at once", len(sent))
		}
		if len(sent) == 1 {
			p := ip.IPv4(sent[0])
			i := int(p.TTL()) - 1
			word := "*"
			if i < len(hops) {
				word = hops[i][len(slices.DeleteFunc(slices.Clone(results), func(s string) bool { return !strings.HasPrefix(s, fmt.Sprintf("%d:", p.TTL())) }))]
			}
			if word != "*" {
				now = now.Add(10 * ms)
				from, code, isUnreachable := strings.Cut(word, "/")
				typ, cod := uint8(ip.ICMPTimeExceeded), uint8(0)
				if isUnreachable {
					typ, cod = ip.ICMPUnreachable, code[0]-'0'
				}
				if !tr.Deliver(now, ip.IPv4(errorFrom(t, from, typ, cod, sent[0]))) {
					t.Fatalf("the answer %s is not taken", word)
				}
				continue
			}
		}
		if d := tr.Deadline(); d.After(now) {
			now = d
		}
	}
	if !tr.Deadline().IsZero() {
		t.Errorf("a deadline after the end: %v", tr.Deadline())
	}
	tr.Tick(now.Add(time.Hour), func([]byte) { t.Error("sent after the end") })
	return results, now.Sub(begin)
}

func TestTrace(t *testing.T) {
	const dst, r1, r2 = "10.0.0.1", "10.9.0.1", "10.9.0.2"
	tests := []struct {
		name  string
		first int
		max   int
		hops  []hop
		want  string
		took  time.Duration
	}{
		{
			"two hops", 1, 30,
			[]hop{{r1, r1, r1}, {dst + "/3", dst + "/3", dst + "/3"}},
			"1:10.9.0.1 1:10.9.0.1 1:10.9.0.1 2:10.0.0.1! 2:10.0.0.1! 2:10.0.0.1!", 60 * ms,
		},
		{
			"the third is kept back by the limit", 1, 30,
			[]hop{{dst + "/3", dst + "/3", "*"}},
			"1:10.0.0.1! 1:10.0.0.1! 1:*", 3020 * ms,
		},
		{
			"answers from several routers", 1, 30,
			[]hop{{r1, r2, r1}, {dst + "/3", "*", dst + "/3"}},
			"1:10.9.0.1 1:10.9.0.2 1:10.9.0.1 2:10.0.0.1! 2:* 2:10.0.0.1!", 3050 * ms,
		},
		{
			"a silent router between", 1, 30,
			[]hop{{"*", "*", "*"}, {dst + "/3", dst + "/3", dst + "/3"}},
			"1:* 1:* 1:* 2:10.0.0.1! 2:10.0.0.1! 2:10.0.0.1!", 9030 * ms,
		},
		{"no answer at all", 1, 2, nil, "1:* 1:* 1:* 2:* 2:* 2:*", 18 * time.Second},
		{
			"unreachable ends it, after all probes of that TTL", 1, 30,
			[]hop{{r1, r1 + "/1", r1}},
			"1:10.9.0.1 1:10.9.0.1/1 1:10.9.0.1", 30 * ms,
		},
		{
			"too large", 1, 30,
			[]hop{{r1 + "/4", r1 + "/4", r1 + "/4"}},
			"1:10.9.0.1/4 1:10.9.0.1/4 1:10.9.0.1/4", 30 * ms,
		},
		{
			"from the second hop on", 2, 2,
			[]hop{{r1, r1, r1}, {r2, r2, r2}},
			"2:10.9.0.2 2:10.9.0.2 2:10.9.0.2", 30 * ms,
		},
		{"the last TTL", 1, 1, []hop{{r1, r1, r1}}, "1:10.9.0.1 1:10.9.0.1 1:10.9.0.1", 30 * ms},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := TraceConfig{Src: addr("10.0.0.2"), Dst: addr(dst), Probes: 3, MinTTL: tt.first, MaxTTL: tt.max, Timeout: 3 * time.Second, Port: 40000}
			got, took := trace(t, c, tt.hops)
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("got  %s\nwant %s", s, tt.want)
			}
			if took != tt.took {
				t.Errorf("took %v, want %v", took, tt.took)
			}
		})
	}
}

func TestTraceNotOurs(t *testing.T) {
	c := TraceConfig{Src: addr("10.0.0.2"), Dst: addr("10.0.0.1"), Probes: 1, MinTTL: 1, MaxTTL: 2, Timeout: time.Second, Port: 40000}
	results := 0
	tr := NewTrace(c, func(Result) { results++ })
	var sent [][]byte
	tr.Tick(begin, collect(&sent))
	other := bytes.Clone(sent[0])
	binary.BigEndian.PutUint16(other[20:], 40001)
	elsewhere := bytes.Clone(sent[0])
	elsewhere[19] = 99
	short := errorFrom(t, "10.9.0.1", 11, 0, sent[0])[:20+8+22]
	binary.BigEndian.PutUint16(short[2:], uint16(len(short)))
	for name, in := range map[string][]byte{
		"another trace's":       errorFrom(t, "10.9.0.1", 11, 0, other),
		"another destination's": errorFrom(t, "10.9.0.1", 11, 0, elsewhere),
		"an echo reply":         answerTo(t, echoRequest(t, "10.0.0.2", "10.0.0.1")),
		"about an echo":         errorFrom(t, "10.9.0.1", 11, 0, echoRequest(t, "10.0.0.2", "10.0.0.1")),
		"UDP":                   datagram(t, "10.0.0.1", "10.0.0.2", 40000),
		"a fragment":            fragmented(t),
		"quotes too little":     sumUp(short),
	} {
		if tr.Deliver(begin, ip.IPv4(in)) {
			t.Errorf("%s: taken as ours", name)
		}
	}
	first := errorFrom(t, "10.9.0.1", 11, 0, sent[0])
	tr.Tick(begin.Add(time.Second), collect(&sent)) // the second probe is out
	if results != 1 {
		t.Fatalf("%d results after the first timeout", results)
	}
	if !tr.Deliver(begin.Add(1100*ms), ip.IPv4(first)) || results != 1 {
		t.Errorf("a late answer: %d results", results)
	}
}

// Two stacks, joined in memory: a ping and a trace between them.
func TestJoined(t *testing.T) {
	near, far := Stack{}, Stack{}
	run := func(p prober) (took time.Duration) {
		now := begin
		for !p.Done() {
			var toFar [][]byte
			p.Tick(now, collect(&toFar))
			for _, b := range toFar {
				now = now.Add(5 * ms)
				far.Receive(now, b, addr("10.0.0.1"), func(answer []byte) {
					a, err := ip.ParseIPv4(answer)
					if err != nil {
						t.Fatal(err)
					}
					if !p.Deliver(now.Add(5*ms), a) {
						near.Receive(now, answer, addr("10.0.0.2"), func([]byte) { t.Error("an answer is answered") })
					}
				})
				now = now.Add(5 * ms)
			}
			if d := p.Deadline(); d.After(now) {
				now = d
			}
		}
		return now.Sub(begin)
	}
	var marks strings.Builder
	mark := func(r Result) { marks.WriteString([]string{"!", ".", "U", "M", "&", "?"}[r.Kind]) }
	ping := NewPing(PingConfig{Src: addr("10.0.0.2"), Dst: addr("10.0.0.1"), Count: 5, Size: 100, Timeout: 2 * time.Second, ID: 9}, mark)
	if took := run(ping); marks.String() != "!!!!!" || took != 50*ms || ping.Average() != 10*ms {
		t.Errorf("ping: %s in %v, average %v", marks.String(), took, ping.Average())
	}
	marks.Reset()
	// IOS's limit: the third probe to a router is not answered.
	tr := NewTrace(TraceConfig{Src: addr("10.0.0.2"), Dst: addr("10.0.0.1"), Probes: 3, MinTTL: 1, MaxTTL: 30, Timeout: 3 * time.Second, Port: 40000}, mark)
	if took := run(tr); marks.String() != "!!." || took < 3*time.Second {
		t.Errorf("trace: %s in %v", marks.String(), took)
	}
	marks.Reset()
	far.Unlimited = true
	run(NewTrace(TraceConfig{Src: addr("10.0.0.2"), Dst: addr("10.0.0.1"), Probes: 3, MinTTL: 1, MaxTTL: 30, Timeout: 3 * time.Second, Port: 40001}, mark))
	if marks.String() != "!!!" {
		t.Errorf("trace to an ordinary host: %s", marks.String())
	}
	if near.Echoes+near.Unreachables != 0 {
		t.Errorf("the near end answered: %+v", near)
	}
}

func FuzzTraceDeliver(f *testing.F) {
	cfg := TraceConfig{Src: addr("10.0.0.2"), Dst: addr("10.0.0.1"), Probes: 2, MinTTL: 1, MaxTTL: 3, Timeout: time.Second, Port: 40000}
	var sent [][]byte
	NewTrace(cfg, func(Result) {}).Tick(begin, collect(&sent))
	f.Add(sent[0])
	f.Add(errorFrom(f, "10.9.0.1", ip.ICMPTimeExceeded, 0, sent[0]))
	f.Add(errorFrom(f, "10.0.0.1", ip.ICMPUnreachable, 3, sent[0]))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= ip.HeaderLen && int(b[0]&15)*4+ip.ICMPHeaderLen <= len(b) {
			b = sumUp(b)
		}
		results := 0
		tr := NewTrace(cfg, func(Result) { results++ })
		deliverFuzz(t, tr, &results, b)
		if results < 2 || results > 6 {
			t.Fatalf("%d results", results)
		}
	})
}

package probe

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"
	"time"

	"axle/internal/ip"
)

var begin = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

// unhex reads rows of hexadecimal digits.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// collect returns a Send that keeps copies of what is sent.
func collect(out *[][]byte) Send {
	return func(p []byte) { *out = append(*out, bytes.Clone(p)) }
}

func echoRequest(t testing.TB, src, dst string) []byte {
	t.Helper()
	b, err := ip.AppendICMP(nil, ip.Header{TTL: 64, Src: addr(src), Dst: addr(dst)}, ip.ICMPEcho, 0, 0x00070000, []byte("abcd"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func datagram(t testing.TB, src, dst string, port uint16) []byte {
	t.Helper()
	b, err := ip.AppendUDP(nil, ip.Header{TTL: 1, Src: addr(src), Dst: addr(dst)}, 49152, port, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// fragmented returns the first fragment of a large echo request.
func fragmented(t testing.TB) []byte {
	t.Helper()
	b, err := ip.AppendICMP(nil, ip.Header{TTL: 64, Src: addr("10.0.0.2"), Dst: addr("10.0.0.1")}, ip.ICMPEcho, 0, 0, make([]byte, 900))
	if err != nil {
		t.Fatal(err)
	}
	f, err := ip.NewFragmenter(ip.IPv4(b), 500)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]byte, 500)
	return out[:f.Next(out)]
}

// The bytes that a Stack at 10.0.0.1 answers with; "" where it keeps silent.
var answers = []struct {
	name     string
	ttl      uint8
	in, want string
}{{
	name: "echo",
	in: `4500 0020 1234 0000 40 01 54a7 0a000002 0a000001
	     08 00 8f8c 0007 0003 68690000`,
	want: `4500 0020 0001 0000 ff 01 a7d9 0a000001 0a000002
	     00 00 978c 0007 0003 68690000`,
}, {
	name: "echo with a TOS and the TTL of an ordinary host",
	ttl:  64,
	in: `45b8 001c 0000 0000 40 01 6627 0a000002 0a000001
	     08 00 f7f5 0007 0003`,
	want: `45b8 001c 0001 0000 40 01 6626 0a000001 0a000002
	     00 00 fff5 0007 0003`,
}, {
	name: "UDP to a closed port, quoted with eight bytes",
	in: `4500 0022 0009 0000 01 11 a5c0 0a000002 0a000001
	     c000 829a 000e 0000 aabbccddeeff`,
	want: `4500 0038 0001 0000 ff 01 a7c1 0a000001 0a000002
	     03 03 ba53 0000 0000
	     4500 0022 0009 0000 01 11 a5c0 0a000002 0a000001
	     c000 829a 000e 0000`,
}, {
	name: "a protocol that nobody knows",
	in: `4500 0018 0009 0000 40 fd 65de 0a000002 0a000001
	     01020304`,
	want: `4500 0034 0001 0000 ff 01 a7c5 0a000001 0a000002
	     03 02 f8f7 0000 0000
	     4500 0018 0009 0000 40 fd 65de 0a000002 0a000001
	     01020304`,
}}

// sumUp puts the checksums of the IPv4 header and of an ICMP message
// right, so that rows need not be computed by hand.
func sumUp(b []byte) []byte {
	b = bytes.Clone(b)
	b[10], b[11] = 0, 0
	n := int(b[0]&15) * 4
	binary.BigEndian.PutUint16(b[10:], ip.Checksum(b[:n]))
	if b[9] == ip.ProtoICMP {
		b[n+2], b[n+3] = 0, 0
		binary.BigEndian.PutUint16(b[n+2:], ip.Checksum(b[n:]))
	}
	return b
}

func TestStackBytes(t *testing.T) {
	for _, tt := range answers {
		t.Run(tt.name, func(t *testing.T) {
			in, want := unhex(t, tt.in), unhex(t, tt.want)
			for _, b := range [][]byte{in, want} {
				if fixed := sumUp(b); !bytes.Equal(fixed, b) {
					t.Fatalf("a row has wrong checksums\n%x\n%x", b, fixed)
				}
			}
			s := Stack{TTL: tt.ttl}
			var got [][]byte
			s.Receive(begin, in, addr("10.0.0.1"), collect(&got))
			if len(got) != 1 || !bytes.Equal(got[0], want) {
				t.Fatalf("answers %x\nwant %x", got, want)
			}
			if _, err := ip.ParseIPv4(got[0]); err != nil {
				t.Errorf("the answer: %v", err)
			}
			for n := range in {
				got = nil
				s.Receive(begin, in[:n], addr("10.0.0.1"), collect(&got))
				if got != nil {
					t.Errorf("%d of %d bytes are answered", n, len(in))
				}
			}
		})
	}
}

func TestStackSilent(t *testing.T) {
	reply, err := ip.AppendICMP(nil, ip.Header{TTL: 9, Src: addr("10.0.0.2"), Dst: addr("10.0.0.1")}, ip.ICMPEchoReply, 0, 7, nil)
	if err != nil {
		t.Fatal(err)
	}
	failure, err := ip.AppendICMP(nil, ip.Header{TTL: 9, Src: addr("10.0.0.2"), Dst: addr("10.0.0.1")}, ip.ICMPUnreachable, 3, 0, echoRequest(t, "10.0.0.1", "10.0.0.2"))
	if err != nil {
		t.Fatal(err)
	}
	badSum := echoRequest(t, "10.0.0.2", "10.0.0.1")
	badSum[len(badSum)-1] ^= 1
	badHead := echoRequest(t, "10.0.0.2", "10.0.0.1")
	badHead[8]++
	shortUDP := datagram(t, "10.0.0.2", "10.0.0.1", 53)
	binary.BigEndian.PutUint16(shortUDP[24:], 400)
	tests := []struct {
		name string
		in   []byte
	}{
		{"echo to a group", echoRequest(t, "10.0.0.2", "224.0.0.1")},
		{"echo to all", echoRequest(t, "10.0.0.2", "255.255.255.255")},
		{"echo from a group", echoRequest(t, "224.0.0.9", "10.0.0.1")},
		{"echo from all", echoRequest(t, "255.255.255.255", "10.0.0.1")},
		{"echo from nobody", echoRequest(t, "0.0.0.0", "10.0.0.1")},
		{"echo from this machine", echoRequest(t, "127.0.0.1", "10.0.0.1")},
		{"UDP to a group", datagram(t, "10.0.0.2", "224.0.0.9", 520)},
		{"UDP to all", datagram(t, "10.0.0.2", "255.255.255.255", 68)},
		{"UDP from all", datagram(t, "255.255.255.255", "10.0.0.1", 68)},
		{"UDP that is longer than its packet", sumUp(shortUDP)},
		{"echo with a wrong checksum", badSum},
		{"echo with a wrong header checksum", badHead},
		{"a fragment", fragmented(t)},
		{"an echo reply", reply},
		{"an error", failure},
		{"TCP", sumUp(unhex(t, `4500 0028 0000 0000 40 06 0000 0a000002 0a000001 0001 0016 00000000 00000000 5002 1000 0000 0000`))},
		{"IPv6", append([]byte{0x60}, make([]byte, 60)...)},
		{"nothing", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var s Stack
			var got [][]byte
			s.Receive(begin, tt.in, addr("10.0.0.1"), collect(&got))
			if len(got) != 0 {
				t.Errorf("answered with %x", got)
			}
			if s.Echoes+s.Unreachables+s.Limited != 0 {
				t.Errorf("counted: %+v", s)
			}
		})
	}
}

// Of three quick probes the third is not answered; a token comes back every
// 500 ms, and never more than two are kept.
func TestStackLimit(t *testing.T) {
	steps := []struct {
		at   time.Duration
		want bool
	}{
		{0, true},
		{10 * time.Millisecond, true},
		{20 * time.Millisecond, false},
		{400 * time.Millisecond, false},
		{500 * time.Millisecond, true}, // one has come back since 0
		{600 * time.Millisecond, false},
		{1000 * time.Millisecond, true},
		{time.Hour, true}, // two are kept, not thousands
		{time.Hour, true},
		{time.Hour, false},
	}
	var s Stack
	limited := uint64(0)
	for _, step := range steps {
		var got [][]byte
		s.Receive(begin.Add(step.at), datagram(t, "10.0.0.2", "10.0.0.1", 33434), addr("10.0.0.1"), collect(&got))
		if answered := len(got) == 1; answered != step.want {
			t.Errorf("at %v: answered %v, want %v", step.at, answered, step.want)
		}
		if !step.want {
			limited++
		}
		// Echoes do not count.
		got = nil
		s.Receive(begin.Add(step.at), echoRequest(t, "10.0.0.2", "10.0.0.1"), addr("10.0.0.1"), collect(&got))
		if len(got) != 1 {
			t.Errorf("at %v: the echo is not answered", step.at)
		}
	}
	if s.Limited != limited || s.Unreachables != uint64(len(steps))-limited || s.Echoes != uint64(len(steps)) {
		t.Errorf("counters: %+v", s)
	}
}

func TestStackUnlimited(t *testing.T) {
	s := Stack{Unlimited: true}
	var got [][]byte
	for range 100 {
		s.Receive(begin, datagram(t, "10.0.0.2", "10.0.0.1", 33434), addr("10.0.0.1"), collect(&got))
	}
	if len(got) != 100 || s.Unreachables != 100 || s.Limited != 0 {
		t.Errorf("%d answers, counters %+v", len(got), s)
	}
}

// An error comes from the address of the interface, an echo reply from the
// address that was asked.
func TestStackSource(t *testing.T) {
	var s Stack
	var got [][]byte
	s.Receive(begin, datagram(t, "10.0.0.2", "192.168.1.1", 33434), addr("10.0.0.1"), collect(&got))
	s.Receive(begin, echoRequest(t, "10.0.0.2", "192.168.1.1"), addr("10.0.0.1"), collect(&got))
	if len(got) != 2 || ip.IPv4(got[0]).Src() != addr("10.0.0.1") || ip.IPv4(got[1]).Src() != addr("192.168.1.1") {
		t.Errorf("answers: %x", got)
	}
}

func FuzzReceive(f *testing.F) {
	for _, tt := range answers {
		f.Add(unhex(f, tt.in))
	}
	f.Add(fragmented(f))
	f.Add(echoRequest(f, "224.0.0.1", "10.0.0.1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= ip.HeaderLen && int(b[0]&15)*4+ip.ICMPHeaderLen <= len(b) {
			b = sumUp(b) // or little gets past the checksums
		}
		before := bytes.Clone(b)
		var s Stack
		var got [][]byte
		s.Receive(begin, b, addr("10.0.0.1"), collect(&got))
		if len(got) > 1 {
			t.Fatalf("%d answers", len(got))
		}
		if !bytes.Equal(b, before) {
			t.Fatal("the packet was changed")
		}
		for _, a := range got {
			p, err := ip.ParseIPv4(a)
			if err != nil {
				t.Fatalf("the answer: %v", err)
			}
			if p.Dst() != ip.IPv4(b).Src() || p.Dst().IsMulticast() || p.Src().IsMulticast() {
				t.Fatalf("answer from %s to %s", p.Src(), p.Dst())
			}
			// No answer to an answer: two stacks must not talk for ever.
			if m, err := ip.ParseICMP(p.Payload()); err != nil || m.Type() == ip.ICMPEcho {
				t.Fatalf("the answer's ICMP: %v", err)
			}
			var more [][]byte
			s.Receive(begin, a, addr("10.0.0.2"), collect(&more))
			if len(more) != 0 {
				t.Fatalf("the answer is answered: %x", more)
			}
		}
	})
}

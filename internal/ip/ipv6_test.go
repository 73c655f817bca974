package ip

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"
	"time"
)

var header6 = Header6{TrafficClass: 0xc0, FlowLabel: 0x12345, HopLimit: 64, NextHeader: ProtoUDP, Src: addr("2001:db8::1"), Dst: addr("2001:db8::2")}

func TestAppendIPv6(t *testing.T) {
	want := unhex(t, `6 c0 12345 0003 11 40 20010db8000000000000000000000001 20010db8000000000000000000000002 aabbcc`)
	b, err := AppendIPv6([]byte{0xee}, header6, 3)
	if b = append(b, 0xaa, 0xbb, 0xcc); err != nil || !bytes.Equal(b[1:], want) {
		t.Errorf("wrote %x, %v, want %x", b[1:], err, want)
	}
	four := header6
	four.Dst = addr("192.0.2.1")
	if _, err := AppendIPv6(nil, four, 0); !errors.Is(err, ErrAddress6) {
		t.Errorf("IPv4 destination: %v", err)
	}
	if _, err := AppendIPv6(nil, header6, MaxLen); !errors.Is(err, ErrLength) {
		t.Errorf("payload too long: %v", err)
	}
}

// Packets whose checksums were computed elsewhere, over the words of the pseudo header
// and the message.
func TestTransport6Bytes(t *testing.T) {
	h := header6
	h.TrafficClass, h.FlowLabel = 0, 0
	echo, err := AppendICMPv6(nil, h, ICMPv6Echo, 0, 0x00010002, []byte{0xab, 0xcd})
	// The words add up to 0x878a.
	want := unhex(t, `60000000 000a 3a 40 20010db8000000000000000000000001 20010db8000000000000000000000002 8000 7875 0001 0002 abcd`)
	if err != nil || !bytes.Equal(echo, want) {
		t.Errorf("echo is %x, %v, want %x", echo, err, want)
	}
	p, err := ParseIPv6(echo)
	if err != nil {
		t.Fatal(err)
	}
	m, err := ParseICMPv6(p, IPv6HeaderLen)
	if err != nil || m.Type() != ICMPv6Echo || m.Code() != 0 || m.ID() != 1 || m.Seq() != 2 || m.Rest() != 0x10002 || m.IsError() || len(m.Body()) != 2 {
		t.Errorf("read %x, %v", m, err)
	}
	for n := range ICMPHeaderLen {
		if _, err := ParseICMPv6(p[:IPv6HeaderLen+n], IPv6HeaderLen); !errors.Is(err, ErrShort) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	p[IPv6HeaderLen+8] ^= 1
	if _, err := ParseICMPv6(p, IPv6HeaderLen); !errors.Is(err, ErrChecksum) {
		t.Errorf("corrupt: %v", err)
	}

	dgram, err := AppendUDP6(nil, h, 49152, 33434, []byte{1})
	// The words add up to 0x9f33.
	want = unhex(t, `60000000 0009 11 40 20010db8000000000000000000000001 20010db8000000000000000000000002 c000 829a 0009 60cc 01`)
	if err != nil || !bytes.Equal(dgram, want) {
		t.Errorf("datagram is %x, %v, want %x", dgram, err, want)
	}
	u, err := ParseUDP6(IPv6(dgram), IPv6HeaderLen)
	if err != nil || u.DstPort() != 33434 || len(u.Payload()) != 1 {
		t.Errorf("read %x, %v", u, err)
	}
	dgram[46], dgram[47] = 0, 0
	if _, err := ParseUDP6(IPv6(dgram), IPv6HeaderLen); !errors.Is(err, ErrChecksum) {
		t.Errorf("without a checksum: %v", err)
	}
}

func TestUpper(t *testing.T) {
	for _, tt := range []struct {
		name, wire string // what follows the fixed header; the first byte is its next header
		proto      uint8
		at         int
		ok         bool
	}{
		{"nothing between", "2f 0000 0800", ProtoGRE, 40, true},
		{"tunnel encapsulation limit, as Linux sends", "3c 2f 00 04 01 04 01 00 00 0000 0800", ProtoGRE, 48, true},
		{"hop by hop of 16 bytes and destination options", "00 3c 01 0102030405 060708090a0b0c0d0e 3a 00 000000000000 80", ProtoICMPv6, 64, true},
		{"a fragment", "2c 2f 00 0001 00000007 aabb", ProtoFragment, 40, true},
		{"a cut fragment header", "2c 2f 00 0001 000000", 0, 0, false},
		{"a routing header that is done", "2b 3a 00 00 00 00000000 80", ProtoICMPv6, 48, true},
		{"a routing header with segments left", "2b 3a 00 00 01 00000000 80", 0, 0, false},
		{"a header beyond the end", "3c 2f 01 04 01 04 01 00 00", 0, 0, false},
		{"no next header", "3b", ProtoNone, 40, true},
	} {
		b := unhex(t, tt.wire)
		h := header6
		h.NextHeader = b[0]
		p, err := AppendIPv6(nil, h, len(b)-1)
		if err != nil {
			t.Fatal(err)
		}
		p = append(p, b[1:]...)
		proto, at, ok := IPv6(p).Upper()
		if ok != tt.ok || ok && (proto != tt.proto || at != tt.at) {
			t.Errorf("%s: %d at %d, %v; want %d at %d, %v", tt.name, proto, at, ok, tt.proto, tt.at, tt.ok)
		}
	}
}

// cut6 returns the fragments of p.
func cut6(t testing.TB, p IPv6, mtu int, id uint32) []IPv6 {
	t.Helper()
	f, err := NewFragmenter6(p, mtu, id)
	if err != nil {
		t.Fatal(err)
	}
	var out []IPv6
	for {
		b := make([]byte, mtu)
		n := f.Next(b)
		if n == 0 {
			break
		}
		q, err := ParseIPv6(b[:n])
		if err != nil || len(q) != n {
			t.Fatalf("fragment of %d bytes: %v", n, err)
		}
		out = append(out, q)
	}
	if f.Count() != len(out) {
		t.Fatalf("Count says %d, there are %d", f.Count(), len(out))
	}
	return out
}

func TestFragment6Bytes(t *testing.T) {
	p, _ := AppendIPv6(nil, header6, 20)
	for i := range 20 {
		p = append(p, byte(i))
	}
	got := cut6(t, p, 59, 0xdeadbeef) // 40 + 8 + 8
	want := []string{
		"6c012345 0010 2c 40 20010db8000000000000000000000001 20010db8000000000000000000000002 1100 0001 deadbeef 0001020304050607",
		"6c012345 0010 2c 40 20010db8000000000000000000000001 20010db8000000000000000000000002 1100 0009 deadbeef 08090a0b0c0d0e0f",
		"6c012345 000c 2c 40 20010db8000000000000000000000001 20010db8000000000000000000000002 1100 0010 deadbeef 10111213",
	}
	if len(got) != len(want) {
		t.Fatalf("%d fragments", len(got))
	}
	for i, q := range got {
		if !bytes.Equal(q, unhex(t, want[i])) {
			t.Errorf("fragment %d is %x", i, q)
		}
	}
	if _, err := NewFragmenter6(p, 50, 1); !errors.Is(err, ErrMTU) {
		t.Errorf("MTU of 50: %v", err)
	}
	p[6] = ProtoHopByHop
	if _, err := NewFragmenter6(p, 59, 1); !errors.Is(err, ErrDF) {
		t.Errorf("hop by hop options: %v", err)
	}
}

// Any packet, cut for any MTU, in any order with repetitions, comes out whole.
func TestReassemble6Random(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	r := NewReassembler(ReassemblyLimits{})
	for i := range 1000 {
		n := rng.IntN(4000)
		p, _ := AppendIPv6(nil, header6, n)
		for range n {
			p = append(p, byte(rng.Uint32()))
		}
		parts := cut6(t, p, 60+rng.IntN(1500), uint32(i))
		for range rng.IntN(3) {
			parts = append(parts, parts[rng.IntN(len(parts))])
		}
		rng.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		var whole IPv6
		for _, q := range parts {
			got, err := r.Add6(int64(i), q)
			if err != nil {
				t.Fatal(err)
			}
			if got != nil && whole == nil {
				whole = bytes.Clone(got)
			}
		}
		if !bytes.Equal(whole, p) {
			t.Fatalf("packet %d of %d bytes came out as %d", i, len(p), len(whole))
		}
		r.Expire(int64(i) + int64(time.Minute)) // left-over repetitions
	}
	if r.Refused != 0 || r.Len() != 0 || r.size != 0 {
		t.Errorf("refused %d, left %d with %d bytes", r.Refused, r.Len(), r.size)
	}
}

// Options that stand before the fragment header stay in front of the whole packet.
func TestReassemble6Options(t *testing.T) {
	part := func(wire string) IPv6 {
		h := header6
		h.NextHeader = ProtoDestOptions
		b := unhex(t, wire)
		p, _ := AppendIPv6(nil, h, len(b))
		return IPv6(append(p, b...))
	}
	r := NewReassembler(ReassemblyLimits{})
	if got, err := r.Add6(0, part("2c 00 0104 00000000  2f 00 0001 00000009 0001020304050607")); got != nil || err != nil {
		t.Fatalf("first part: %x, %v", got, err)
	}
	got, err := r.Add6(0, part("2c 00 0104 00000000  2f 00 0008 00000009 0809"))
	if want := part("2f 00 0104 00000000 0001020304050607 0809"); err != nil || !bytes.Equal(got, want) {
		t.Errorf("whole is %x, %v, want %x", got, err, want)
	}
	if _, err := r.Add6(0, part("2c 00 0104 00000000 2f 00")); !errors.Is(err, ErrFragment) {
		t.Errorf("cut fragment header: %v", err)
	}
}

func FuzzReassembler6(f *testing.F) {
	f.Add([]byte("\x2c\x08\x2f\x00\x00\x01\x00\x00\x00\x01abcdefgh\x2c\x02\x2f\x00\x00\x08\x00\x00\x00\x01ij"))
	f.Add([]byte("\x3c\x09\x2c\x00\x01\x04\x00\x00\x00\x00\x2f\x00\x00\x01\x00\x00\x00\x01abcdefgh"))
	f.Fuzz(func(t *testing.T, script []byte) {
		// A packet: next header, length of the payload less 8, payload.
		r := NewReassembler(ReassemblyLimits{Datagrams: 4, Bytes: 1 << 16})
		for now := int64(0); len(script) >= 2; now++ {
			h := header6
			h.NextHeader = script[0]
			n := min(int(script[1])+8, len(script)-2)
			p, err := AppendIPv6(nil, h, n)
			if err != nil {
				t.Fatal(err)
			}
			p, script = append(p, script[2:2+n]...), script[2+n:]
			got, err := r.Add6(now, IPv6(p))
			if err != nil && !errors.Is(err, ErrFragment) {
				t.Fatal(err)
			}
			if got != nil {
				if q, err := ParseIPv6(got); err != nil || len(q) != len(got) {
					t.Fatalf("whole packet is %x: %v", got, err)
				}
			}
			if r.Len() > 4 || r.size > 1<<16 {
				t.Fatalf("%d datagrams, %d bytes", r.Len(), r.size)
			}
		}
	})
}

package ip

import (
	"bytes"
	"encoding/hex"
	"errors"
	"net/netip"
	"strings"
	"testing"
)

// unhex reads hex digits with blanks between them.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

var headerTests = []struct {
	name    string
	h       Header
	payload string
	wire    string
}{{
	name: "plain",
	h: Header{
		TOS: 0, ID: 0, DF: true, TTL: 64, Protocol: ProtoUDP,
		Src: addr("192.168.0.1"), Dst: addr("192.168.0.199"),
	},
	payload: "0000",
	wire:    "45 00 0016 0000 4000 40 11 b8be c0a80001 c0a800c7 0000",
}, {
	name: "precedence 6, GRE",
	h: Header{
		TOS: 0xc0, ID: 7, TTL: 255, Protocol: ProtoGRE,
		Src: addr("203.0.113.11"), Dst: addr("203.0.113.1"),
	},
	wire: "45 c0 0014 0007 0000 ff 2f 42e6 cb00710b cb007101",
}, {
	name: "router alert, options padded",
	h: Header{
		ID: 1, TTL: 1, Protocol: 2, Src: addr("10.0.0.1"), Dst: addr("224.0.0.22"),
		Options: []byte{0x94, 4, 0, 0, 1},
	},
	payload: "ff",
	wire:    "47 00 001d 0001 0000 01 02 38c3 0a000001 e0000016 94040000 01000000 ff",
}}

func TestIPv4(t *testing.T) {
	for _, tt := range headerTests {
		t.Run(tt.name, func(t *testing.T) {
			payload, wire := unhex(t, tt.payload), unhex(t, tt.wire)
			got, err := AppendIPv4(nil, tt.h, len(payload))
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, payload...)
			if !bytes.Equal(got, wire) {
				t.Fatalf("wrote\n%x, want\n%x", got, wire)
			}
			p, err := ParseIPv4(append(wire, 0xee, 0xee)) // what follows is cut off
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(p.Payload(), payload) || p.TotalLen() != len(wire) || p.TOS() != tt.h.TOS ||
				p.ID() != tt.h.ID || p.DF() != tt.h.DF || p.MF() || p.Offset() != 0 || p.IsFragment() ||
				p.TTL() != tt.h.TTL || p.Protocol() != tt.h.Protocol || p.Src() != tt.h.Src ||
				p.Dst() != tt.h.Dst || p.HeaderLen() != tt.h.Len() || !bytes.HasPrefix(p.Options(), tt.h.Options) {
				t.Errorf("read %x as something else than %+v", p, tt.h)
			}
			for i := range wire {
				if _, err := ParseIPv4(wire[:i]); !errors.Is(err, ErrShort) {
					t.Errorf("%d bytes: %v, want ErrShort", i, err)
				}
			}
			for i := range p.HeaderLen() * 8 { // any flipped bit is found
				b := bytes.Clone(wire)
				b[i/8] ^= 1 << (i % 8)
				if _, err := ParseIPv4(b); err == nil {
					t.Errorf("bit %d flipped: accepted", i)
				}
			}
		})
	}
}

func TestParseIPv4Errors(t *testing.T) {
	for _, tt := range []struct {
		name, wire string
		want       error
	}{
		{"version 6", "65 00 0014 0000 4000 40 11 b8c0 c0a80001 c0a800c7", ErrVersion},
		{"header of 16 bytes", "44 00 0014 0000 4000 40 11 b8c0 c0a80001 c0a800c7", ErrLength},
		{"header longer than packet", "46 00 0014 0000 4000 40 11 b8c0 c0a80001 c0a800c7", ErrShort},
		{"total length below header", "45 00 0013 0000 4000 40 11 b8c1 c0a80001 c0a800c7", ErrLength},
		{"total length beyond packet", "45 00 0015 0000 4000 40 11 b8bf c0a80001 c0a800c7", ErrShort},
		{"checksum", "45 00 0014 0000 4000 40 11 b8c1 c0a80001 c0a800c7", ErrChecksum},
		{"checksum with options", "46 00 0018 0000 4000 40 11 0000 c0a80001 c0a800c7 00000000", ErrChecksum},
	} {
		if _, err := ParseIPv4(unhex(t, tt.wire)); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestAppendIPv4Errors(t *testing.T) {
	ok := Header{Src: addr("10.0.0.1"), Dst: addr("10.0.0.2")}
	long, six, empty := ok, ok, Header{}
	long.Options = make([]byte, 41)
	six.Dst = addr("2001:db8::1")
	for _, tt := range []struct {
		name    string
		h       Header
		payload int
		want    error
	}{
		{"payload too long", ok, MaxLen - HeaderLen + 1, ErrLength},
		{"negative payload", ok, -1, ErrLength},
		{"41 bytes of options", long, 0, ErrLength},
		{"IPv6 address", six, 0, ErrAddress},
		{"no address", empty, 0, ErrAddress},
	} {
		if b, err := AppendIPv4([]byte{1}, tt.h, tt.payload); !errors.Is(err, tt.want) || len(b) != 1 {
			t.Errorf("%s: %x, %v, want %v", tt.name, b, err, tt.want)
		}
	}
	if _, err := AppendIPv4(nil, ok, MaxLen-HeaderLen); err != nil {
		t.Errorf("largest packet: %v", err)
	}
}

func TestDecrementTTL(t *testing.T) {
	for ttl := 255; ttl > 0; ttl-- {
		b, err := AppendIPv4(nil, Header{
			TTL: uint8(ttl), ID: uint16(ttl * 251), Protocol: 0xff,
			Src: addr("255.254.0.1"), Dst: addr("0.0.255.255"),
		}, 0)
		if err != nil {
			t.Fatal(err)
		}
		p, err := ParseIPv4(b)
		if err != nil {
			t.Fatal(err)
		}
		p.DecrementTTL()
		if again, err := ParseIPv4(b); err != nil || again.TTL() != uint8(ttl-1) {
			t.Fatalf("TTL %d: %v, %v", ttl, again.TTL(), err)
		}
	}
}

func TestIPv6(t *testing.T) {
	wire := unhex(t, `6 c0 12345 0003 11 40 20010db8000000000000000000000001 20010db8000000000000000000000002 aabbcc`)
	p, err := ParseIPv6(append(wire, 0xee))
	if err != nil {
		t.Fatal(err)
	}
	if p.TrafficClass() != 0xc0 || p.FlowLabel() != 0x12345 || p.NextHeader() != ProtoUDP || p.HopLimit() != 64 ||
		p.Src() != addr("2001:db8::1") || p.Dst() != addr("2001:db8::2") || len(p.Payload()) != 3 {
		t.Errorf("read wrongly: %x", p)
	}
	for i := range wire {
		if _, err := ParseIPv6(wire[:i]); !errors.Is(err, ErrShort) {
			t.Errorf("%d bytes: %v, want ErrShort", i, err)
		}
	}
	wire[0] = 0x45
	if _, err := ParseIPv6(wire); !errors.Is(err, ErrVersion) {
		t.Errorf("version 4: %v", err)
	}
}

func FuzzParseIPv4(f *testing.F) {
	for _, tt := range headerTests {
		f.Add(unhex(f, tt.wire+tt.payload))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if q, err := QuotedIPv4(b); err == nil {
			q.UpdateHeaderChecksum() // or little gets past it
		}
		p, err := ParseIPv4(b)
		if err != nil {
			return
		}
		if p.HeaderLen()+len(p.Payload()) != p.TotalLen() || p.TotalLen() != len(p) ||
			len(p.Options()) != p.HeaderLen()-HeaderLen {
			t.Fatalf("lengths do not add up: %x", p)
		}
		if p.IsFragment() {
			return
		}
		h := Header{
			TOS: p.TOS(), ID: p.ID(), DF: p.DF(), TTL: p.TTL(), Protocol: p.Protocol(),
			Src: p.Src(), Dst: p.Dst(), Options: p.Options(),
		}
		again, err := AppendIPv4(nil, h, len(p.Payload()))
		if err != nil {
			t.Fatal(err)
		}
		p[6] &^= 0x80 // the reserved bit is not kept
		p.UpdateHeaderChecksum()
		if !bytes.Equal(again, p[:p.HeaderLen()]) {
			t.Fatalf("read %x, wrote %x", p[:p.HeaderLen()], again)
		}
	})
}

func FuzzParseIPv6(f *testing.F) {
	f.Add(unhex(f, "60000000 0000 3b 40 20010db8000000000000000000000001 20010db8000000000000000000000002"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParseIPv6(b)
		if err != nil {
			return
		}
		if !p.Src().Is6() || !p.Dst().Is6() || len(p.Payload()) != len(p)-IPv6HeaderLen || p.FlowLabel() >= 1<<20 {
			t.Fatalf("read wrongly: %x", p)
		}
	})
}

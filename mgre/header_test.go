package mgre_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"axle/mgre"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var headerTests = []struct {
	name    string
	h       mgre.Header
	payload string
	wire    string
}{
	{"plain IPv4", mgre.Header{Protocol: mgre.ProtoIPv4}, "4500", "0000 0800 4500"},
	{
		"NHRP as Cisco sends it",
		mgre.Header{Protocol: mgre.ProtoNHRP, HasKey: true, Key: 1000},
		"0001",
		"2000 2001 000003e8 0001",
	},
	{"key 0 is a key", mgre.Header{Protocol: mgre.ProtoIPv4, HasKey: true}, "", "2000 0800 00000000"},
	{"checksum", mgre.Header{Protocol: mgre.ProtoIPv4, Checksum: true}, "4500 00", "8000 0800 32ff 0000 4500 00"},
	{
		"sequence number",
		mgre.Header{Protocol: mgre.ProtoIPv6, HasSeq: true, Seq: 0xffffffff},
		"60",
		"1000 86dd ffffffff 60",
	},
	{
		"all",
		mgre.Header{Protocol: mgre.ProtoIPv4, Checksum: true, HasKey: true, HasSeq: true, Key: 0x01020304, Seq: 5},
		"aabb",
		"b000 0800 9938 0000 01020304 00000005 aabb",
	},
}

func TestHeader(t *testing.T) {
	for _, tt := range headerTests {
		t.Run(tt.name, func(t *testing.T) {
			payload, wire := unhex(t, tt.payload), unhex(t, tt.wire)
			if got := tt.h.Append([]byte{0xee}, payload); !bytes.Equal(got[1:], wire) {
				t.Errorf("wrote %x, want %x", got[1:], wire)
			}
			h, n, err := mgre.Parse(wire)
			if err != nil || h != tt.h || n != tt.h.Len() || !bytes.Equal(wire[n:], payload) {
				t.Errorf("read %+v of %d bytes, %v; want %+v", h, n, err, tt.h)
			}
			for i := range n {
				if _, _, err := mgre.Parse(wire[:i]); !errors.Is(err, mgre.ErrShort) {
					t.Errorf("%d bytes: %v, want ErrShort", i, err)
				}
			}
			if !tt.h.Checksum {
				return
			}
			for i := 3 * 8; i < len(wire)*8; i++ {
				b := bytes.Clone(wire)
				b[i/8] ^= 1 << (i % 8)
				if _, _, err := mgre.Parse(b); !errors.Is(err, mgre.ErrChecksum) {
					t.Errorf("bit %d flipped: %v, want ErrChecksum", i, err)
				}
				if _, _, err := mgre.ParseHeader(b); err != nil {
					t.Errorf("bit %d flipped: ParseHeader: %v", i, err)
				}
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	for _, tt := range []struct {
		name, wire string
		want       error
	}{
		{"version 1 (PPTP)", "2001 880b 0000 0001", mgre.ErrVersion},
		{"version 7", "0007 0800", mgre.ErrVersion},
		{"routing present", "4000 0800 00000000", mgre.ErrReserved},
		{"strict source route", "0800 0800", mgre.ErrReserved},
		{"recursion control", "0400 0800", mgre.ErrReserved},
		{"bits 6 to 12 are ignored", "03f8 0800", nil},
		{"reserved word behind the checksum is not zero, but summed", "8000 0800 f7fe 8001", mgre.ErrChecksum},
	} {
		if _, _, err := mgre.Parse(unhex(t, tt.wire)); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	h := mgre.Header{Protocol: mgre.ProtoIPv4, Checksum: true, HasKey: true, Key: 7}
	b := h.Append(nil, make([]byte, 100))
	if n := testing.AllocsPerRun(100, func() {
		got, _, err := mgre.Parse(b)
		if err != nil {
			t.Fatal(err)
		}
		got.Put(b)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzParse(f *testing.F) {
	for _, tt := range headerTests {
		f.Add(unhex(f, tt.wire))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if h, _, err := mgre.ParseHeader(b); err == nil && h.Checksum {
			h.Put(b) // or nothing gets past the checksum
		}
		h, n, err := mgre.Parse(b)
		if err != nil {
			return
		}
		again := h.Append(nil, b[n:])
		h2, n2, err := mgre.Parse(again)
		if err != nil || h2 != h || n2 != n || !bytes.Equal(again[n:], b[n:]) {
			t.Fatalf("read %+v from %x, second reading %+v, %v", h, b, h2, err)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	h := mgre.Header{Protocol: mgre.ProtoIPv4, HasKey: true, Key: 7}
	p := h.Append(nil, make([]byte, 100))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := mgre.Parse(p); err != nil {
			b.Fatal(err)
		}
	}
}

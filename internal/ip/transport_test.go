package ip

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"
)

func TestUDP(t *testing.T) {
	h := Header{ID: 1, TTL: 64, Src: addr("192.168.1.10"), Dst: addr("192.168.2.10")}
	wire := unhex(t, `45 00 001f 0001 0000 40 11 f668 c0a8010a c0a8020a
		829a 829b 000b b1da 616263`)
	got, err := AppendUDP(nil, h, 33434, 33435, []byte("abc"))
	if err != nil || !bytes.Equal(got, wire) {
		t.Fatalf("wrote %x, %v", got, err)
	}
	p, err := ParseIPv4(wire)
	if err != nil {
		t.Fatal(err)
	}
	u, err := ParseUDP(p)
	if err != nil || u.SrcPort() != 33434 || u.DstPort() != 33435 || string(u.Payload()) != "abc" || u.Checksum() != 0xb1da {
		t.Fatalf("read %x, %v", u, err)
	}
	for i := range len(p) - 20 {
		if _, err := ParseUDP(p[:20+i]); !errors.Is(err, ErrShort) {
			t.Errorf("%d bytes: %v, want ErrShort", i, err)
		}
	}
	for _, tt := range []struct {
		name string
		at   int
		v    uint16
		want error
	}{
		{"length 7", 24, 7, ErrLength},
		{"length 12", 24, 12, ErrShort},
		{"checksum", 26, 0xb1db, ErrChecksum},
		{"no checksum", 26, 0, nil},
	} {
		b := bytes.Clone(wire)
		binary.BigEndian.PutUint16(b[tt.at:], tt.v)
		if _, err := ParseUDP(IPv4(b)); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

// A checksum that comes out as zero is sent as ffff: zero means "none".
func TestUDPChecksumZero(t *testing.T) {
	h := Header{TTL: 64, Src: addr("10.0.0.1"), Dst: addr("10.0.0.2")}
	for i := range 1 << 16 {
		b, err := AppendUDP(nil, h, 1, 2, []byte{byte(i >> 8), byte(i)})
		if err != nil {
			t.Fatal(err)
		}
		if c := binary.BigEndian.Uint16(b[26:]); c == 0 {
			t.Fatalf("payload %04x: checksum 0", i)
		} else if c == 0xffff {
			if _, err := ParseUDP(IPv4(b)); err != nil {
				t.Errorf("payload %04x: %v", i, err)
			}
			return
		}
	}
	t.Error("no payload gave ffff")
}

func TestICMP(t *testing.T) {
	h := Header{ID: 5, TTL: 255, Src: addr("10.0.0.1"), Dst: addr("10.0.0.11")}
	wire := unhex(t, "45 00 0020 0005 0000 ff 01 a7cc 0a000001 0a00000b 08 00 abc3 0001 0002 4c38 0001")
	got, err := AppendICMP(nil, h, ICMPEcho, 0, 1<<16|2, wire[28:])
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, wire) {
		t.Fatalf("wrote\n%x, want\n%x", got, wire)
	}
	m, err := ParseICMP(IPv4(got).Payload())
	if err != nil || m.Type() != ICMPEcho || m.Code() != 0 || m.ID() != 1 || m.Seq() != 2 || m.Rest() != 0x10002 ||
		len(m.Body()) != 4 || m.IsError() {
		t.Fatalf("read %x, %v", m, err)
	}
	for i := range 8 {
		if _, err := ParseICMP(m[:i]); !errors.Is(err, ErrShort) {
			t.Errorf("%d bytes: %v, want ErrShort", i, err)
		}
	}
	m[4] ^= 1
	if _, err := ParseICMP(m); !errors.Is(err, ErrChecksum) {
		t.Errorf("bit flipped: %v", err)
	}
	for typ, want := range map[uint8]bool{0: false, 3: true, 4: true, 5: true, 8: false, 11: true, 12: true, 13: false, 42: true} {
		if got := ICMPTypeIsError(typ); got != want {
			t.Errorf("type %d: error %v, want %v", typ, got, want)
		}
	}
}

// syn is a SYN from 10.0.0.1 to 10.0.0.2 with the given options.
func syn(t testing.TB, options string) IPv4 {
	opts := unhex(t, options)
	for len(opts)%4 != 0 {
		opts = append(opts, 0)
	}
	b, err := AppendIPv4(nil, Header{TTL: 64, Protocol: ProtoTCP, Src: addr("10.0.0.1"), Dst: addr("10.0.0.2")}, 20+len(opts))
	if err != nil {
		t.Fatal(err)
	}
	b = append(b, unhex(t, "c001 0016 00000001 00000000 00 02 ffff 0000 0000")...)
	b[32] = byte((20 + len(opts)) / 4 << 4)
	b = append(b, opts...)
	binary.BigEndian.PutUint16(b[36:], TransportChecksum(IPv4(b), b[20:]))
	return IPv4(b)
}

func TestClampMSS(t *testing.T) {
	for _, tt := range []struct {
		name, options string
		before, after uint16
	}{
		{"MSS first", "020405b4 0101 0402", 1460, 1360},
		{"MSS at an odd offset", "01 020405b4 01", 1460, 1360},
		{"smaller stays", "02040200", 512, 512},
		{"equal stays", "02040550", 1360, 1360},
		{"none", "0101 0402", 0, 0},
		{"behind the end", "00 020405b4", 0, 0},
		{"option of length 0", "0300 020405b4", 0, 0},
		{"option beyond the header", "0309 020405b4", 0, 0},
		{"MSS of length 3", "020305 01", 0, 0},
		{"cut at the last byte", "010101 02", 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := syn(t, tt.options)
			seg, err := ParseTCP(p.Payload())
			if err != nil {
				t.Fatal(err)
			}
			if seg.MSS() != tt.before || seg.Flags() != TCPSyn || seg.SrcPort() != 0xc001 || seg.DstPort() != 22 || seg.Seq() != 1 || seg.Ack() != 0 {
				t.Errorf("MSS %d, want %d", seg.MSS(), tt.before)
			}
			if got := seg.ClampMSS(1360); got != (tt.before != tt.after) || seg.MSS() != tt.after {
				t.Errorf("changed %v, MSS %d, want %d", got, seg.MSS(), tt.after)
			}
			if c := TransportChecksum(p, p.Payload()); c != 0 {
				t.Errorf("checksum is off by %04x", c)
			}
			for i := range seg.HeaderLen() {
				if _, err := ParseTCP(seg[:i]); !errors.Is(err, ErrShort) {
					t.Errorf("%d bytes: %v, want ErrShort", i, err)
				}
			}
		})
	}
	short := syn(t, "")
	short[32] = 0x40
	if _, err := ParseTCP(short.Payload()); !errors.Is(err, ErrLength) {
		t.Errorf("header of 16 bytes: %v", err)
	}
}

func FuzzParseTCP(f *testing.F) {
	f.Add([]byte(syn(f, "020405b4 0101 0402").Payload()), uint16(1360))
	f.Add([]byte(syn(f, "01 020405b4 01").Payload()), uint16(536))
	f.Fuzz(func(t *testing.T, b []byte, limit uint16) {
		seg, err := ParseTCP(b)
		if err != nil {
			return
		}
		before, mss := Checksum(b), seg.MSS()
		changed := seg.ClampMSS(limit)
		if changed != (mss > limit) || changed && seg.MSS() != limit {
			t.Fatalf("MSS %d, limit %d: changed %v to %d", mss, limit, changed, seg.MSS())
		}
		// The sum over the segment keeps its value, but for the two zeros of
		// ones' complement.
		if after := Checksum(b); changed && before != after && before%0xffff != after%0xffff {
			t.Fatalf("sum was %04x, is %04x", before, after)
		}
	})
}

func FuzzParseUDP(f *testing.F) {
	b, err := AppendUDP(nil, Header{Src: addr("10.0.0.1"), Dst: addr("10.0.0.2")}, 1, 2, []byte("hello"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := QuotedIPv4(b)
		if err != nil {
			return
		}
		u, err := ParseUDP(p)
		if err == nil && len(u.Payload()) > len(p.Payload())-UDPHeaderLen {
			t.Fatalf("payload of %d in %d bytes", len(u.Payload()), len(p))
		}
	})
}

func FuzzParseICMP(f *testing.F) {
	f.Add(unhex(f, "08 00 f7fc 0001 0002"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= 4 {
			b[2], b[3] = 0, 0
			binary.BigEndian.PutUint16(b[2:], Checksum(b))
		}
		m, err := ParseICMP(b)
		if err != nil {
			if len(b) >= ICMPHeaderLen {
				t.Fatalf("%x: %v", b, err)
			}
			return
		}
		h := Header{Src: addr("10.0.0.1"), Dst: addr("10.0.0.2")}
		again, err := AppendICMP(nil, h, m.Type(), m.Code(), m.Rest(), m.Body())
		if err != nil {
			return // too long for a packet
		}
		if !bytes.Equal(again[HeaderLen:], b) {
			t.Fatalf("read %x, wrote %x", b, again[HeaderLen:])
		}
	})
}

package ikev2_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"

	"axle/ipsec/ikev2"
	"axle/ipsec/suite"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func ip(s string) netip.Addr { return netip.MustParseAddr(s) }

var nonce = bytes.Repeat([]byte{0x5a}, 16)

var messageTests = []struct {
	name string
	m    ikev2.Message
	wire string // one row a payload or a proposal
}{{
	name: "first request with a cookie",
	m: ikev2.Message{
		Header: ikev2.Header{SPIi: 0x0102030405060708, Exchange: ikev2.InitSA, Flags: ikev2.FlagInitiator},
		Payloads: []ikev2.Payload{
			&ikev2.Notify{Kind: ikev2.Cookie, Data: []byte{0xc0, 0x0c, 0x1e}},
			&ikev2.SA{Proposals: []ikev2.Proposal{{Number: 1, Protocol: ikev2.ProtocolIKE, Transforms: []ikev2.Transform{
				{Type: ikev2.TransformEncryption, ID: 20, KeyBits: 256},
				{Type: ikev2.TransformPRF, ID: 5},
				{Type: ikev2.TransformKE, ID: 31},
				{Type: ikev2.AdditionalKE1, ID: 36},
			}}}},
			&ikev2.KE{Group: suite.GroupX25519, Data: []byte{1, 2, 3, 4}},
			&ikev2.Nonce{Data: nonce},
		},
	},
	wire: `
		0102030405060708 0000000000000000 29 20 22 08 00000000 00000077
		21 00 000b 00 00 4006 c00c1e
		22 00 0030 00 00 002c 01 01 00 04
			03 00 000c 01 00 0014 800e 0100  03 00 0008 02 00 0005  03 00 0008 04 00 001f  00 00 0008 06 00 0024
		28 00 000c 001f 0000 01020304
		00 00 0014 5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a`,
}, {
	name: "what stands inside IKE_AUTH",
	m: ikev2.Message{
		Header: ikev2.Header{SPIi: 1, SPIr: 2, Exchange: ikev2.Authenticate, Flags: ikev2.FlagInitiator, MessageID: 1},
		Payloads: []ikev2.Payload{
			&ikev2.ID{Kind: ikev2.IDIPv4, Data: []byte{192, 0, 2, 1}},
			&ikev2.Cert{Encoding: ikev2.CertX509, Data: []byte{0x30}},
			&ikev2.CertRequest{Encoding: ikev2.CertX509, Data: []byte{0xaa, 0xbb}},
			&ikev2.ID{Responder: true, Kind: ikev2.IDFQDN, Data: []byte("hub")},
			&ikev2.Auth{Method: ikev2.AuthPSK, Data: []byte{9, 8, 7}},
			&ikev2.SA{Proposals: []ikev2.Proposal{{
				Number: 1, Protocol: ikev2.ProtocolESP, SPI: []byte{0xca, 0xfe, 0, 1},
				Transforms: []ikev2.Transform{{Type: ikev2.TransformESN, ID: ikev2.ESNOff}},
			}, {
				Number: 2, Protocol: ikev2.ProtocolESP, SPI: []byte{0xca, 0xfe, 0, 1},
				Transforms: []ikev2.Transform{{Type: ikev2.TransformESN, ID: ikev2.ESNOn, Other: []ikev2.Attribute{
					{Type: 7, Short: true, Value: []byte{0, 1}}, {Type: 8, Value: []byte{5}},
				}}},
			}}},
			&ikev2.Selectors{List: []ikev2.Selector{{Protocol: 47, LastPort: 65535, First: ip("192.0.2.1"), Last: ip("192.0.2.1")}}},
			&ikev2.Selectors{Responder: true, List: []ikev2.Selector{
				{LastPort: 65535, First: ip("2001:db8::"), Last: ip("2001:db8::ffff")},
				{Kind: 9, Data: []byte{1, 2}},
			}},
			&ikev2.Config{Kind: ikev2.ConfigRequest, Attributes: []ikev2.Attribute{{Type: 7, Value: []byte("A")}, {Type: 28672}}},
			&ikev2.EAP{Data: []byte{1}},
		},
	},
	wire: `
		0000000000000001 0000000000000002 23 20 23 08 00000001 000000e4
		25 00 000c 01 000000 c0000201
		26 00 0006 04 30
		24 00 0007 04 aabb
		27 00 000b 02 000000 687562
		21 00 000b 02 000000 090807
		2c 00 0035
			02 00 0014 01 03 04 01 cafe0001  00 00 0008 05 00 0000
			00 00 001d 02 03 04 01 cafe0001  00 00 0011 05 00 0001 8007 0001 0008 0001 05
		2d 00 0018 01 000000  07 2f 0010 0000 ffff c0000201 c0000201
		2f 00 0036 02 000000
			08 00 0028 0000 ffff 20010db8000000000000000000000000 20010db800000000000000000000ffff
			09 00 0006 0102
		30 00 0011 01 000000  0007 0001 41  7000 0000
		00 00 0005 01`,
}, {
	name: "deletions, a vendor, an unknown payload",
	m: ikev2.Message{
		Header: ikev2.Header{SPIi: 1, SPIr: 2, Minor: 3, Exchange: ikev2.Informational, Flags: ikev2.FlagResponse, MessageID: 0xffffffff},
		Payloads: []ikev2.Payload{
			&ikev2.Delete{Protocol: ikev2.ProtocolIKE},
			&ikev2.Delete{Protocol: ikev2.ProtocolESP, SPIs: []uint32{0x11223344, 5}},
			&ikev2.Vendor{Data: []byte("FLEXVPN-SUPPORTED")},
			&ikev2.Notify{Protocol: ikev2.ProtocolESP, SPI: []byte{1, 2, 3, 4}, Kind: ikev2.RekeySA},
			&ikev2.Unknown{Kind: 200, Critical: true, Data: []byte{0xff}},
		},
	},
	wire: `
		0000000000000001 0000000000000002 2a 23 25 20 ffffffff 0000005a
		2a 00 0008 01 00 0000
		2b 00 0010 03 04 0002 11223344 00000005
		29 00 0015 464c455856504e2d535550504f52544544
		c8 00 000c 03 04 4009 01020304
		00 80 0005 ff`,
}, {
	name: "an encrypted payload",
	m: ikev2.Message{
		Header:   ikev2.Header{SPIi: 1, SPIr: 2, Exchange: ikev2.Informational},
		Payloads: []ikev2.Payload{&ikev2.Encrypted{First: ikev2.TypeDelete, Data: []byte{1, 2, 3}}},
	},
	wire: `
		0000000000000001 0000000000000002 2e 20 25 00 00000000 00000023
		2a 00 0007 010203`,
}, {
	name: "a fragment",
	m: ikev2.Message{
		Header:   ikev2.Header{SPIi: 1, SPIr: 2, Exchange: ikev2.Authenticate},
		Payloads: []ikev2.Payload{&ikev2.Fragment{Number: 2, Total: 3, Data: []byte{1}}},
	},
	wire: `
		0000000000000001 0000000000000002 35 20 23 00 00000000 00000025
		00 00 0009 0002 0003 01`,
}, {
	name: "nothing but a header",
	m:    ikev2.Message{Header: ikev2.Header{SPIi: 1, SPIr: 2, Exchange: ikev2.Informational}},
	wire: `0000000000000001 0000000000000002 00 20 25 00 00000000 0000001c`,
}}

func TestMessage(t *testing.T) {
	for _, tt := range messageTests {
		t.Run(tt.name, func(t *testing.T) {
			want := unhex(t, tt.wire)
			got, err := tt.m.AppendTo([]byte("in front"))
			if err != nil {
				t.Fatal(err)
			}
			if got = got[len("in front"):]; !bytes.Equal(got, want) {
				t.Errorf("written as\n%x, want\n%x", got, want)
			}
			m, err := ikev2.Parse(want)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(*m, tt.m) {
				t.Errorf("read as\n%+v, want\n%+v", *m, tt.m)
			}
			for i := range want {
				if _, err := ikev2.Parse(want[:i]); !errors.Is(err, ikev2.ErrShort) {
					t.Errorf("%d bytes of it: %v, want ErrShort", i, err)
				}
			}
		})
	}
}

// Where the message's own length is cut too, what is inside it is too short or
// too long.
func TestCut(t *testing.T) {
	for _, tt := range messageTests {
		whole := unhex(t, tt.wire)
		for i := 28; i < len(whole); i++ {
			b := withLength(bytes.Clone(whole[:i]))
			if _, err := ikev2.Parse(b); err == nil {
				t.Errorf("%s: %d bytes of it were read", tt.name, i)
			}
		}
		if _, err := ikev2.Parse(withLength(append(bytes.Clone(whole), 0))); !errors.Is(err, ikev2.ErrFormat) && !errors.Is(err, ikev2.ErrShort) &&
			!strings.Contains(tt.name, "encrypted") {
			t.Errorf("%s: with a byte behind it: %v", tt.name, err)
		}
	}
}

// withLength makes the length in the header right.
func withLength(b []byte) []byte {
	if len(b) >= 28 {
		n := len(b)
		b[24], b[25], b[26], b[27] = byte(n>>24), byte(n>>16), byte(n>>8), byte(n)
	}
	return b
}

func TestRefused(t *testing.T) {
	const head = "0000000000000001 0000000000000002 "
	many := func(row string, n int) string { return strings.Repeat(row+" ", n) }
	for _, tt := range []struct {
		name, wire string
		want       error
		field      string
	}{
		{"version 1", head + "00 10 25 00 00000000 0000001c", ikev2.ErrVersion, "version"},
		{"payload of length 3", head + "2b 20 25 00 00000000 00000000 00 00 0003", ikev2.ErrFormat, "VID payload length"},
		{"payload of length 0", head + "2b 20 25 00 00000000 00000000 2b 00 0000", ikev2.ErrFormat, "VID payload length"},
		{"payload announced and not there", head + "2b 20 25 00 00000000 00000000 2b 00 0004", ikev2.ErrShort, "VID payload"},
		{"bytes behind the last payload", head + "2b 20 25 00 00000000 00000000 00 00 0004 00", ikev2.ErrFormat, "bytes behind the last payload"},
		{"65 payloads", head + "2b 20 25 00 00000000 00000000" + many("2b 00 0004", 65), ikev2.ErrLimit, "payload"},
		{"nonce of 15 bytes", head + "28 20 25 00 00000000 00000000 00 00 0013" + many("00", 15), ikev2.ErrLimit, "nonce"},
		{"nonce of 257 bytes", head + "28 20 25 00 00000000 00000000 00 00 0105" + many("00", 257), ikev2.ErrLimit, "nonce"},
		{"SPI of 3 bytes in a proposal", head + "21 20 25 00 00000000 00000000 00 00 000f 00 00 000b 01 03 03 00 010203", ikev2.ErrFormat, "size of the SPI"},
		{"SPI of 3 bytes in a notification", head + "29 20 25 00 00000000 00000000 00 00 000b 03 03 4009 010203", ikev2.ErrFormat, "size of the SPI"},
		{"more than one and one proposal", head + "21 20 25 00 00000000 00000000 00 00 000c 02 00 0008 01 03 00 00", ikev2.ErrShort, "proposal"},
		{"proposal marked as a transform", head + "21 20 25 00 00000000 00000000 00 00 000c 03 00 0008 01 03 00 00", ikev2.ErrFormat, "proposal"},
		{"65 proposals", head + "21 20 25 00 00000000 00000000 00 00 020c" + many("02 00 0008 01 03 00 00", 64) + "00 00 0008 01 03 00 00", ikev2.ErrLimit, "proposal"},
		{"129 transforms", head + "21 20 25 00 00000000 00000000 00 00 0414 00 00 0410 01 03 00 81" + many("03 00 0008 01 00 0001", 128) + "00 00 0008 01 00 0001", ikev2.ErrLimit, "transform"},
		{"a last transform too early", head + "21 20 25 00 00000000 00000000 00 00 001c 00 00 0018 01 03 00 02 00 00 0008 01 00 0001 00 00 0008 01 00 0001", ikev2.ErrFormat, "transform"},
		{"key length of zero", head + "21 20 25 00 00000000 00000000 00 00 0018 00 00 0014 01 03 00 01 00 00 000c 01 00 000c 800e 0000", ikev2.ErrFormat, "key length"},
		{"two key lengths", head + "21 20 25 00 00000000 00000000 00 00 001c 00 00 0018 01 03 00 01 00 00 0010 01 00 000c 800e 0080 800e 0080", ikev2.ErrFormat, "key length"},
		{"deletion of IKE with an SPI", head + "2a 20 25 00 00000000 00000000 00 00 0010 01 08 0001 0000000000000001", ikev2.ErrFormat, "size of the SPI"},
		{"deletion of ESP with SPIs of 8 bytes", head + "2a 20 25 00 00000000 00000000 00 00 0010 03 08 0001 0000000000000001", ikev2.ErrFormat, "size of the SPI"},
		{"65 selectors", head + "2c 20 25 00 00000000 00000000 00 00 0008 41 000000", ikev2.ErrLimit, "number of selectors"},
		{"fragment 0", head + "35 20 25 00 00000000 00000000 00 00 0008 0000 0001", ikev2.ErrFormat, "fragment number"},
		{"fragment 3 of 2", head + "35 20 25 00 00000000 00000000 00 00 0008 0003 0002", ikev2.ErrFormat, "fragment number"},
		{"65 fragments", head + "35 20 25 00 00000000 00000000 00 00 0008 0001 0041", ikev2.ErrLimit, "number of fragments"},
	} {
		b := withLength(unhex(t, tt.wire))
		_, err := ikev2.Parse(b)
		var at *ikev2.ParseError
		if !errors.As(err, &at) || !errors.Is(err, tt.want) || at.Field != tt.field {
			t.Errorf("%s: %v, want %v of %s", tt.name, err, tt.want, tt.field)
		}
	}
}

func TestUnwritable(t *testing.T) {
	big := make([]byte, 65536)
	for _, tt := range []struct {
		name string
		p    []ikev2.Payload
		want error
	}{
		{"no proposal", []ikev2.Payload{&ikev2.SA{}}, ikev2.ErrLimit},
		{"129 transforms", []ikev2.Payload{&ikev2.SA{Proposals: []ikev2.Proposal{{Transforms: make([]ikev2.Transform, 129)}}}}, ikev2.ErrLimit},
		{"a long SPI", []ikev2.Payload{&ikev2.Notify{SPI: big[:5]}}, ikev2.ErrValue},
		{"a long key length", []ikev2.Payload{&ikev2.SA{Proposals: []ikev2.Proposal{{Transforms: []ikev2.Transform{{KeyBits: 65536}}}}}}, ikev2.ErrValue},
		{"a short nonce", []ikev2.Payload{&ikev2.Nonce{Data: big[:15]}}, ikev2.ErrLimit},
		{"a long payload", []ikev2.Payload{&ikev2.Vendor{Data: big[:65532]}}, ikev2.ErrLimit},
		{"a long message", []ikev2.Payload{&ikev2.Vendor{Data: big[:40000]}, &ikev2.Vendor{Data: big[:40000]}}, ikev2.ErrLimit},
		{"65 payloads", slices.Repeat([]ikev2.Payload{&ikev2.EAP{}}, 65), ikev2.ErrLimit},
		{"a known payload as unknown", []ikev2.Payload{&ikev2.Unknown{Kind: ikev2.TypeAuth}}, ikev2.ErrValue},
		{"something behind an encrypted payload", []ikev2.Payload{&ikev2.Encrypted{}, &ikev2.Vendor{}}, ikev2.ErrValue},
		{"deletion of IKE with an SPI", []ikev2.Payload{&ikev2.Delete{Protocol: ikev2.ProtocolIKE, SPIs: []uint32{1}}}, ikev2.ErrLimit},
		{"fragment 2 of 1", []ikev2.Payload{&ikev2.Fragment{Number: 2, Total: 1}}, ikev2.ErrValue},
		{"a range of two families", []ikev2.Payload{&ikev2.Selectors{List: []ikev2.Selector{{First: ip("::1"), Last: ip("1.1.1.1")}}}}, ikev2.ErrValue},
		{"a long attribute", []ikev2.Payload{&ikev2.Config{Attributes: []ikev2.Attribute{{Value: big}}}}, ikev2.ErrValue},
	} {
		m := ikev2.Message{Payloads: tt.p}
		if _, err := m.AppendTo(nil); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestNames(t *testing.T) {
	want := []string{
		"NOTIFY(COOKIE) SA KE N ", "IDi CERT CERTREQ IDr AUTH SA TSi TSr CFG EAP ", "DELETE DELETE VID NOTIFY(REKEY_SA) payload 200 ", "ENCR ", "ENCR-FRAG ", "",
	}
	for i, tt := range messageTests {
		if got := ikev2.Names(tt.m.Payloads); got != want[i] {
			t.Errorf("%s: %q, want %q", tt.name, got, want[i])
		}
	}
	got := messageTests[2].m.String()
	if want := "Initiator SPI : 0000000000000001 - Responder SPI : 0000000000000002 Message id: 4294967295\nIKEv2 INFORMATIONAL Exchange RESPONSE"; got != want {
		t.Errorf("header: %q, want %q", got, want)
	}
}

package ikev1

import (
	"bytes"
	"encoding/hex"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"axle/ipsec/suite"
)

// bin reads bytes in hexadecimal, with blanks.
func bin(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// messages reads a file of lines, each with a word and the bytes of a message.
func messages(t testing.TB, name string) (words []string, packets [][]byte) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		word, packet, _ := strings.Cut(strings.TrimSpace(line), " ")
		words, packets = append(words, word), append(packets, bin(t, packet))
	}
	return words, packets
}

var (
	cookieI = Cookie{1, 2, 3, 4, 5, 6, 7, 8}
	cookieR = Cookie{9, 10, 11, 12, 13, 14, 15, 16}
)

// header is that of a message in phase 1, without first payload and length.
const header = "0102030405060708 090a0b0c0d0e0f10"

var messageTests = []struct {
	name string
	m    Message
	wire string // one row per payload
}{
	{
		"main mode, first message",
		Message{
			Header: Header{Initiator: cookieI, Exchange: ExchangeMain, First: KindSA},
			Payloads: []Payload{
				&SA{[]Proposal{{Number: 1, Protocol: ProtocolISAKMP, SPI: []byte{}, Transforms: []Transform{
					{1, 1, []Attribute{Number(1, 7), Number(14, 256), Number(2, 2), Number(4, 14), Number(3, 1), Number(11, 1), Number(12, 86400)}},
					{2, 1, []Attribute{Number(1, 5), {Type: 12, Long: true, Value: []byte{1}}}},
				}}}},
				VendorNATT,
				Vendor{},
			},
		},
		`0102030405060708 0000000000000000 01 10 02 00 00000000 00000081
		 0d00 004d 00000001 00000001
		   0000 0041 01 01 00 02
		     0300 0028 01 01 0000 80010007 800e0100 80020002 8004000e 80030001 800b0001 000c0004 00015180
		     0000 0011 02 01 0000 80010005 000c0001 01
		 0d00 0014 4a131c81070358455c5728f20e95452f
		 0000 0004`,
	},
	{
		"main mode, third message",
		Message{
			Header: Header{Initiator: cookieI, Responder: cookieR, Exchange: ExchangeMain, First: KindKE},
			Payloads: []Payload{
				KE{1, 2}, Nonce("12345678"), &NATD{Hash: []byte{7}}, &NATD{[]byte{8}, true},
			},
		},
		header + ` 04 10 02 00 00000000 00000038
		 0a00 0006 0102
		 1400 000c 3132333435363738
		 8200 0005 07
		 0000 0005 08`,
	},
	{
		"quick mode in clear",
		Message{
			Header: Header{Initiator: cookieI, Responder: cookieR, Exchange: ExchangeQuick, MessageID: 0x01020304, First: KindHash},
			Payloads: []Payload{
				Hash{1, 2, 3},
				&SA{[]Proposal{{Number: 1, Protocol: ProtocolESP, SPI: []byte{1, 2, 3, 4}}}},
				AddrID(netip.MustParseAddr("192.0.2.1"), 47, 0), AddrID(netip.MustParseAddr("2001:db8::1"), 47, 0),
				&NATOA{Type: IDIPv4, Addr: []byte{192, 0, 2, 1}}, &NATOA{IDIPv6, make([]byte, 16), true},
			},
		},
		header + ` 08 10 20 00 01020304 00000083
		 0100 0007 010203
		 0500 0018 00000001 00000001 0000 000c 01 03 04 00 01020304
		 0500 000c 01 2f 0000 c0000201
		 1500 0018 05 2f 0000 20010db8000000000000000000000001
		 8300 000c 01 000000 c0000201
		 0000 0018 05 000000 00000000000000000000000000000000`,
	},
	{
		"notifications and deletes",
		Message{
			Header: Header{Initiator: cookieI, Responder: cookieR, Exchange: ExchangeInformational, MessageID: 9, First: KindNotify},
			Payloads: []Payload{
				&Notify{1, ProtocolISAKMP, append(cookieI[:], cookieR[:]...), NotifyAreYouThere, []byte{0, 0, 0, 1}},
				&Notify{0, ProtocolESP, []byte{}, NotifyNoProposalChosen, []byte{}},
				&Delete{1, ProtocolESP, [][]byte{{1, 2, 3, 4}, {5, 6, 7, 8}}},
			},
		},
		header + ` 0b 10 05 00 00000009 0000005c
		 0b00 0020 00000001 01 10 8d28 0102030405060708090a0b0c0d0e0f10 00000001
		 0c00 000c 00000000 03 00 000e
		 0000 0014 00000001 03 04 0002 01020304 05060708`,
	},
	{
		"certificates, fragments and others",
		Message{
			Header: Header{Initiator: cookieI, Responder: cookieR, Exchange: ExchangeMain, First: KindCert},
			Payloads: []Payload{
				&Cert{CertX509Signature, []byte{0x30}}, &CertReq{CertX509Signature, []byte{}},
				Sig{5},
				&Fragment{0x102, 1, 1, []byte{9}}, &Other{14, []byte{1}},
			},
		},
		header + ` 06 10 02 00 00000000 0000003a
		 0700 0006 04 30
		 0900 0005 04
		 8400 0005 05
		 0e00 0009 0102 01 01 09
		 0000 0005 01`,
	},
	{
		"encrypted",
		Message{
			Header: Header{Initiator: cookieI, Responder: cookieR, Exchange: ExchangeQuick, Flags: FlagEncrypted, MessageID: 7, First: KindHash},
			Sealed: []byte("sealed"),
		},
		header + ` 08 10 20 01 00000007 00000022 7365616c6564`,
	},
}

func TestMessages(t *testing.T) {
	for _, tt := range messageTests {
		t.Run(tt.name, func(t *testing.T) {
			wire := bin(t, tt.wire)
			got, err := tt.m.AppendTo([]byte("in front"))
			if err != nil || !bytes.Equal(got[8:], wire) {
				t.Fatalf("%v\n%x, want\n%x", err, got[8:], wire)
			}
			m, err := Parse(append(bytes.Clone(wire), "behind"...))
			if err != nil || !reflect.DeepEqual(*m, tt.m) {
				t.Fatalf("%v\n%+v, want\n%+v", err, m, tt.m)
			}
			for i := range wire {
				if _, err := Parse(wire[:i]); !errors.Is(err, ErrShort) {
					t.Errorf("%d bytes: %v", i, err)
				}
			}
			for i := range len(wire) - HeaderLen { // with a length that fits
				b := bytes.Clone(wire[:HeaderLen+i])
				b[26], b[27] = byte(len(b)>>8), byte(len(b))
				if _, err := Parse(b); err == nil && (i == 0 || m.Flags&FlagEncrypted == 0) {
					t.Errorf("%d bytes of payloads are accepted", i)
				}
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	// One payload behind a header whose length is filled in.
	message := func(kind, payload string) string {
		n := len(bin(t, payload)) + HeaderLen
		return header + kind + " 10 02 00 00000000 0000" + hex.EncodeToString([]byte{byte(n >> 8), byte(n)}) + payload
	}
	for _, tt := range []struct {
		name, wire string
		want       error
		where      string
	}{
		{"version 2", header + "21 20 22 08 00000000 0000001c", ErrVersion, "version at byte 17"},
		{"length below the header", header + "00 10 02 00 00000000 0000001b", ErrFormat, "length at byte 24"},
		{"length of 4 GB", header + "00 10 02 00 00000000 ffffffff", ErrLimit, "length at byte 24"},
		{"encrypted and empty", header + "08 10 02 01 00000000 0000001c", ErrShort, "ciphertext"},
		{"bytes behind the last payload", message("09", "0000 0005 01 02"), ErrFormat, "bytes behind the last payload at byte 33"},
		{"reserved byte", message("09", "0001 0005 01"), ErrFormat, "reserved byte of a payload at byte 29"},
		{"payload of length 3", message("09", "0000 0003 01"), ErrFormat, "payload length at byte 30"},
		{"payload that points to itself", message("09", strings.Repeat("0900 0004", 65)), ErrLimit, "payload at byte 284"},
		{"short nonce", message("0a", "0000 000b 31323334353637"), ErrLimit, "nonce"},
		{"DOI 0", message("01", "0000 000c 00000000 00000001"), ErrFormat, "DOI at byte 32"},
		{"situation", message("01", "0000 000c 00000001 00000003"), ErrFormat, "situation at byte 36"},
		{"proposal behind the last", message("01", "0000 0016 00000001 00000001 0000 0008 01 01 00 00 0000"), ErrFormat, "proposal at byte 48"},
		{"transforms that are not there", message("01", "0000 0014 00000001 00000001 0000 0008 01 01 00 01"), ErrShort, "transform"},
		{"transform that says it is the last", message("01", "0000 0024 00000001 00000001 0000 0018 01 01 00 02 0000 0008 01 01 0000 0000 0008 01 01 0000"), ErrFormat, "transform"},
		{"reserved bytes of a transform", message("01", "0000 001c 00000001 00000001 0000 0010 01 01 00 01 0000 0008 01 01 0001"), ErrFormat, "transform"},
		{"proposal of length 0", message("01", "0000 0014 00000001 00000001 0000 0000 01 01 00 00"), ErrFormat, "proposal at byte 40"},
		{"SPI of 17 bytes", message("01", "0000 0025 00000001 00000001 0000 0019 01 01 11 00"+strings.Repeat("00", 17)), ErrLimit, "SPI"},
		{"address of 5 bytes", message("05", "0000 000d 01 00 0000 0102030405"), ErrFormat, "identification"},
		{"address of 16 bytes, short", message("05", "0000 000c 05 00 0000 01020304"), ErrFormat, "identification"},
		{"delete of nothing", message("0c", "0000 000c 00000001 03 04 0000"), ErrLimit, "SPIs"},
		{"delete of 65535", message("0c", "0000 000c 00000001 03 00 ffff"), ErrLimit, "SPIs"},
		{"delete with bytes behind", message("0c", "0000 0011 00000001 03 04 0001 01020304 05"), ErrFormat, "delete payload"},
		{"original address of a name", message("15", "0000 000c 02 000000 01020304"), ErrFormat, "original address"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse(bin(t, tt.wire))
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.where) {
				t.Errorf("%v, want %v at %q", err, tt.want, tt.where)
			}
		})
	}
}

func TestAppendToRefuses(t *testing.T) {
	many := make([]Payload, MaxPayloads+1)
	for i := range many {
		many[i] = Hash{}
	}
	for _, tt := range []struct {
		name     string
		payloads []Payload
	}{
		{"payloads", many},
		{"payload", []Payload{Hash(make([]byte, 65533))}},
		{"message", []Payload{Hash(make([]byte, 40000)), Hash(make([]byte, 40000))}},
		{"short attribute", []Payload{&SA{[]Proposal{{Transforms: []Transform{{Attributes: []Attribute{{Type: 1, Value: []byte{1}}}}}}}}}},
		{"SPIs of two lengths", []Payload{&Delete{SPIs: [][]byte{{1}, {1, 2}}}}},
		{"no SPI", []Payload{&Delete{}}},
		{"long SPI", []Payload{&Notify{SPI: make([]byte, 17)}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if b, err := (&Message{Payloads: tt.payloads}).AppendTo(nil); !errors.Is(err, ErrLimit) {
				t.Errorf("%d bytes, %v", len(b), err)
			}
		})
	}
}

// TestCaptures reads exchanges of another implementation.
func TestCaptures(t *testing.T) {
	names, err := filepath.Glob("testdata/lab/*.txt")
	if err != nil || len(names) != 5 {
		t.Fatalf("%d captures, %v", len(names), err)
	}
	for _, name := range names {
		_, packets := messages(t, name)
		for i, b := range packets {
			m, err := Parse(b)
			if err != nil {
				t.Errorf("%s %d: %v", name, i, err)
				continue
			}
			again, err := m.AppendTo(nil)
			if err != nil || !bytes.Equal(again, b) {
				t.Errorf("%s %d: written as\n%x, %v, want\n%x", name, i, again, err, b)
			}
		}
	}
}

// TestMalformed reads what made other programs fall: it is accepted or refused,
// and nothing else happens.
func TestMalformed(t *testing.T) {
	refused := 0
	words, packets := messages(t, "testdata/tcpdump.txt")
	for i, b := range packets {
		if _, err := Parse(b); err != nil {
			refused++
			if !errors.Is(err, ErrShort) && !errors.Is(err, ErrFormat) && !errors.Is(err, ErrVersion) && !errors.Is(err, ErrLimit) {
				t.Errorf("%s: %v", words[i], err)
			}
		}
	}
	if refused == 0 || refused == len(packets) {
		t.Errorf("%d of %d refused", refused, len(packets))
	}
}

func TestPhases(t *testing.T) {
	one := Phase1{suite.EncryptionAESCBC, 256, suite.PRFHMACSHA256, AuthPSK, suite.GroupMODP2048, 86400 * time.Second, 0}
	two := Phase2{suite.EncryptionAESCBC, 192, suite.IntegritySHA256128, EncapUDPTransport, suite.GroupECP256, time.Hour, 4608000 * 1024, true}
	t1, t2 := one.Transform(1), two.Transform(2)
	if got, err := t1.Phase1(); err != nil || got != one {
		t.Errorf("phase 1: %+v, %v", got, err)
	}
	if got, err := t2.Phase2(); err != nil || got != two {
		t.Errorf("phase 2: %+v, %v", got, err)
	}
	// In another order, and with the lifetime as short and as long numbers.
	t1.Attributes = []Attribute{
		Number(11, 2),
		{Type: 12, Long: true, Value: []byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 3}},
		Number(3, 1), Number(4, 14),
		Number(14, 256), Number(11, 1),
		{Type: 12, Long: true, Value: []byte{1, 0x51, 0x80}},
		Number(2, 4), Number(1, 7),
	}
	one.Bytes = 3 * 1024
	if got, err := t1.Phase1(); err != nil || got != one {
		t.Errorf("phase 1, shuffled: %+v, %v", got, err)
	}
	gcm := Phase2{Encryption: suite.EncryptionAESGCM16, KeyBits: 128, Encapsulation: EncapTunnel}
	if tr := gcm.Transform(1); len(tr.Attributes) != 2 {
		t.Errorf("GCM: %+v", tr)
	} else if got, err := tr.Phase2(); err != nil || got != gcm {
		t.Errorf("GCM: %+v, %v", got, err)
	}
	span, size, err := ParseLifetimes(Lifetimes(90*time.Second, 1<<20))
	if err != nil || span != 90*time.Second || size != 1<<20 {
		t.Errorf("lifetimes: %v, %d, %v", span, size, err)
	}
}

func TestPhasesRefuse(t *testing.T) {
	good := Phase1{suite.Encryption3DES, 0, suite.PRFHMACSHA1, AuthPSK, suite.GroupMODP1024, 0, 0}
	good2 := Phase2{Encryption: suite.Encryption3DES, Integrity: suite.IntegritySHA196, Encapsulation: EncapTransport}
	for _, tt := range []struct {
		name string
		with Attribute
	}{
		{"unknown cipher", Number(1, 3)},
		{"key length of 3DES", Number(14, 168)},
		{"unknown hash", Number(2, 3)},
		{"group 22", Number(4, 22)},
		{"a KEM", Number(4, 36)},
		{"a group of one's own", Number(5, 1)},
		{"a number of 9 bytes", Attribute{Type: 12, Long: true, Value: bytes.Repeat([]byte{1}, 9)}},
		{"an empty number", Attribute{Type: 12, Long: true}},
	} {
		tr := good.Transform(1)
		tr.Attributes = append(tr.Attributes, tt.with)
		if p, err := tr.Phase1(); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s: %+v, %v", tt.name, p, err)
		}
	}
	for _, tt := range []struct {
		name string
		id   uint8
		with Attribute
	}{
		{"unknown cipher", 6, Number(1, 1)},
		{"CBC without key length", 12, Number(1, 1)},
		{"GCM with integrity", 20, Number(6, 128)},
		{"unknown integrity", 3, Number(5, 9)},
		{"unknown encapsulation", 3, Number(4, 5)},
		{"unknown group", 3, Number(3, 22)},
		{"unknown attribute", 3, Number(9, 1)},
	} {
		tr := good2.Transform(1)
		tr.ID, tr.Attributes = tt.id, append(tr.Attributes, tt.with)
		if p, err := tr.Phase2(); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s: %+v, %v", tt.name, p, err)
		}
	}
	alone := Phase2{Encryption: suite.Encryption3DES, Encapsulation: EncapTransport}
	if tr := alone.Transform(1); true {
		if _, err := tr.Phase2(); !errors.Is(err, ErrUnsupported) {
			t.Errorf("encryption without integrity: %v", err)
		}
	}
	if _, _, err := ParseLifetimes([]byte{0, 1, 0}); !errors.Is(err, ErrShort) {
		t.Errorf("lifetimes: %v", err)
	}
}

func TestIDs(t *testing.T) {
	for _, tt := range []struct {
		wire, prefix, text string
	}{
		{"01 2f 0000 c0000201", "192.0.2.1/32", "address 192.0.2.1"},
		{"04 00 0000 c0000200 ffffff00", "192.0.2.0/24", "subnet 192.0.2.0/24"},
		{"04 00 0000 c0000200 00000000", "0.0.0.0/0", "subnet 0.0.0.0/0"},
		{"04 00 0000 c0000200 ff00ff00", "invalid Prefix", "subnet invalid Prefix"},
		{"05 00 0000 20010db8000000000000000000000001", "2001:db8::1/128", "address 2001:db8::1"},
		{"02 11 01f4 73706f6b65", "invalid Prefix", "fqdn spoke"},
		{"03 11 01f4 614062", "invalid Prefix", "email a@b"},
		{"0b 00 0000 1b5b", "invalid Prefix", "key-id 1b5b"},
		{"09 00 0000 3000", "invalid Prefix", "type 9 3000"},
	} {
		p, err := parseID(bin(t, tt.wire), 0)
		if err != nil {
			t.Errorf("%s: %v", tt.wire, err)
			continue
		}
		id := p.(*ID)
		if id.Prefix().String() != tt.prefix || id.String() != tt.text || !bytes.Equal(id.Body(), bin(t, tt.wire)) {
			t.Errorf("%s: %v, %q, %x", tt.wire, id.Prefix(), id, id.Body())
		}
	}
}

func TestVendors(t *testing.T) {
	for _, tt := range []struct {
		id            Vendor
		offers, draft bool
		name          string
	}{
		{VendorNATT, true, false, "NAT-T RFC 3947"},
		{VendorNATT03, true, true, "NAT-T v3"},
		{append(bytes.Clone(VendorFragments), 0xc0, 0, 0, 0), false, false, "IKE Fragmentation"},
		{Vendor("what"), false, false, ""},
		{nil, false, false, ""},
	} {
		if o, d := tt.id.NATT(); o != tt.offers || d != tt.draft || tt.id.Name() != tt.name {
			t.Errorf("%x: %v %v %q", []byte(tt.id), o, d, tt.id.Name())
		}
	}
}

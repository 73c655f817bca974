package nhrp_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"axle/internal/wire"
	"axle/nhrp"
)

func ip(s string) netip.Addr { return netip.MustParseAddr(s) }

// unhex reads rows of hex digits.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// withChecksum returns a copy of b with its size and checksum made right.
func withChecksum(b []byte) []byte {
	b = bytes.Clone(b)
	if len(b) >= 14 && len(b) <= 0xffff {
		binary.BigEndian.PutUint16(b[10:], uint16(len(b)))
		binary.BigEndian.PutUint16(b[12:], 0)
		binary.BigEndian.PutUint16(b[12:], wire.Checksum(b))
	}
	return b
}

var messageTests = []struct {
	name string
	m    nhrp.Message
	wire string // one row per header, so that a diff shows which one moved
}{{
	name: "purge request, no reply wanted",
	m: nhrp.Message{
		AFN: nhrp.AFNIPv4, ProtoType: nhrp.ProtoIPv4,
		Op: nhrp.PurgeRequest, HopCount: 255, Flags: nhrp.FlagPurgeNoReply, RequestID: 0x11223344,
		SrcNBMA: ip("203.0.113.11"), SrcProto: ip("10.0.0.11"), DstProto: ip("10.0.0.1"),
		Clients: []nhrp.Client{
			{PrefixLen: 32, Unused: 0x0102, Proto: ip("192.168.1.1")},
			{PrefixLen: 24, Proto: ip("192.168.1.0"), Pref: 7},
		},
	},
	wire: `
		0001 0800 0000000000 ff 0048 4c9c 0000 01 05 04 00
		04 04 8000 11223344 cb00710b 0a00000b 0a000001
		00 20 0102 0000 0000 00 00 04 00 c0a80101
		00 18 0000 0000 0000 00 00 04 07 c0a80100`,
}, {
	name: "purge reply with responder and authentication",
	m: nhrp.Message{
		AFN: nhrp.AFNIPv4, ProtoType: nhrp.ProtoIPv4,
		Op: nhrp.PurgeReply, HopCount: 254, RequestID: 9,
		SrcNBMA: ip("203.0.113.11"), SrcProto: ip("10.0.0.11"), DstProto: ip("10.0.0.1"),
		Clients: []nhrp.Client{{PrefixLen: 32, Proto: ip("192.168.1.1")}},
		Extensions: []nhrp.Extension{
			{Type: nhrp.ExtResponder, Compulsory: true, Clients: []nhrp.Client{
				{MTU: 17912, Hold: 600 * time.Second, NBMA: ip("203.0.113.1"), Proto: ip("10.0.0.1")},
			}},
			nhrp.Authentication("axlelab"),
		},
	},
	wire: `
		0001 0800 0000000000 fe 0063 a432 0038 01 06 04 00
		04 04 0000 00000009 cb00710b 0a00000b 0a000001
		00 20 0000 0000 0000 00 00 04 00 c0a80101
		8003 0014 00 00 0000 45f8 0258 04 00 04 00 cb007101 0a000001
		8007 000b 00000001 61786c656c6162
		8000 0000`,
}, {
	name: "error indication",
	m: nhrp.Message{
		AFN: nhrp.AFNIPv4, ProtoType: nhrp.ProtoIPv4,
		Op: nhrp.ErrorIndication, HopCount: 255, Flags: nhrp.FlagNAT,
		ErrorCode: nhrp.ErrAuthentication, ErrorOffset: 52,
		SrcNBMA: ip("203.0.113.1"), SrcProto: ip("10.0.0.1"), DstProto: ip("10.0.0.11"),
		Packet: []byte{0, 1, 8, 0, 0, 0, 0, 0, 0, 255, 0},
	},
	wire: `
		0001 0800 0000000000 ff 0033 9472 0000 01 07 04 00
		04 04 0002 000b 0034 cb007101 0a000001 0a00000b
		0001 0800 0000000000 ff 00`,
}, {
	name: "traffic indication without extensions",
	m: nhrp.Message{
		AFN: nhrp.AFNIPv4, ProtoType: nhrp.ProtoIPv4,
		Op: nhrp.TrafficIndication, HopCount: 1,
		SrcNBMA: ip("203.0.113.1"), SrcProto: ip("10.0.0.1"), DstProto: ip("192.168.1.10"),
		Packet: []byte{0x45, 0, 0, 84},
	},
	wire: `
		0001 0800 0000000000 01 002c a1bb 0000 01 08 04 00
		04 04 0000 0000 0000 cb007101 0a000001 c0a8010a
		45000054`,
}, {
	name: "IPv6 overlay over an IPv4 network",
	m: nhrp.Message{
		AFN: nhrp.AFNIPv4, ProtoType: nhrp.ProtoIPv6,
		Op: nhrp.RegistrationReply, HopCount: 255, Flags: nhrp.FlagRegUnique | nhrp.FlagNAT, RequestID: 3,
		SrcNBMA: ip("203.0.113.11"), SrcProto: ip("2001:db8::11"), DstProto: ip("2001:db8::1"),
		Clients: []nhrp.Client{{PrefixLen: 128, MTU: 17916, Hold: 600 * time.Second}},
		Extensions: []nhrp.Extension{
			{Type: nhrp.ExtNAT, Clients: []nhrp.Client{
				{PrefixLen: 128, MTU: 17916, NBMA: ip("203.0.113.1"), Proto: ip("2001:db8::1")},
			}},
		},
	},
	wire: `
		0001 86dd 0000000000 ff 0074 bd81 004c 01 04 04 00
		10 10 8002 00000003 cb00710b 20010db8000000000000000000000011 20010db8000000000000000000000001
		00 80 0000 45fc 0258 00 00 00 00
		0009 0020 00 80 0000 45fc 0000 04 00 10 00 cb007101 20010db8000000000000000000000001
		8000 0000`,
}, {
	name: "IPv4 overlay over an IPv6 network",
	m: nhrp.Message{
		AFN: nhrp.AFNIPv6, ProtoType: nhrp.ProtoIPv4,
		Op: nhrp.ResolutionReply, HopCount: 255, Flags: 0xf802, RequestID: 0xfffffffe,
		SrcNBMA: ip("2001:db8:5::11"), SrcProto: ip("10.0.0.11"), DstProto: ip("10.0.0.12"),
		Clients: []nhrp.Client{
			{PrefixLen: 24, MTU: 17916, Hold: 65535 * time.Second, NBMA: ip("2001:db8:5::12"), Proto: ip("10.0.0.12")},
			{Code: nhrp.CodeNoBinding},
		},
	},
	wire: `
		0002 0800 0000000000 ff 0060 09c0 0000 01 02 10 00
		04 04 f802 fffffffe 20010db8000500000000000000000011 0a00000b 0a00000c
		00 18 0000 45fc ffff 10 00 04 00 20010db8000500000000000000000012 0a00000c
		0c 00 0000 0000 0000 00 00 00 00`,
}, {
	name: "NBMA subaddresses, and no protocol address",
	m: nhrp.Message{
		AFN: nhrp.AFNIPv4, ProtoType: nhrp.ProtoIPv4,
		Op: nhrp.ResolutionRequest, HopCount: 16, Flags: nhrp.FlagRouter, RequestID: 1,
		SrcNBMA: ip("203.0.113.11"), SrcSub: []byte{0xaa, 0xbb, 0xcc},
		Clients: []nhrp.Client{{NBMA: ip("203.0.113.12"), Sub: []byte{0xdd}, Proto: ip("0.0.0.0")}},
	},
	wire: `
		0001 0800 0000000000 10 0038 b0c7 0000 01 01 04 03
		00 00 8000 00000001 cb00710b aabbcc
		00 00 0000 0000 0000 04 01 04 00 cb00710c dd 00000000`,
}, {
	name: "FRR's registration reply for IPv6: it names itself by its IPv4 address",
	m: nhrp.Message{
		AFN: nhrp.AFNIPv4, ProtoType: nhrp.ProtoIPv6,
		Op: nhrp.RegistrationReply, HopCount: 64, Flags: nhrp.FlagNAT, RequestID: 0x7636eb2c,
		SrcNBMA: ip("198.51.100.21"), SrcProto: ip("fd00::21"), DstProto: ip("fd00::1"),
		Clients: []nhrp.Client{{PrefixLen: 128, MTU: 17912, Hold: 60 * time.Second}},
		Extensions: []nhrp.Extension{
			{Type: nhrp.ExtResponder, Compulsory: true, Clients: []nhrp.Client{{Hold: 7200 * time.Second, NBMA: ip("198.51.100.1"), Proto: ip("10.0.0.1")}}},
			{Type: nhrp.ExtForwardTransit, Compulsory: true},
			{Type: nhrp.ExtReverseTransit, Compulsory: true},
			nhrp.Authentication("axlelab"),
			{Type: nhrp.ExtNAT, Clients: []nhrp.Client{{PrefixLen: 128, MTU: 17912, NBMA: ip("198.51.100.1"), Proto: ip("fd00::1")}}},
		},
	},
	wire: `
		0001 86dd 0000000000 40 00a3 c88a 004c 01 04 04 00
		10 10 0002 7636eb2c c6336415 fd000000000000000000000000000021 fd000000000000000000000000000001
		00 80 0000 45f8 003c 00 00 00 00
		8003 0014 00 00 0000 0000 1c20 04 00 04 00 c6336401 0a000001
		8004 0000
		8005 0000
		8007 000b 00000001 61786c656c6162
		0009 0020 00 80 0000 45f8 0000 04 00 10 00 c6336401 fd000000000000000000000000000001
		8000 0000`,
}, {
	name: "no address and no client",
	m: nhrp.Message{
		AFN: nhrp.AFNIPv6, ProtoType: nhrp.ProtoIPv6, Snap: [5]byte{1, 2, 3, 4, 5},
		Op: nhrp.RegistrationRequest,
	},
	wire: `
		0002 86dd 0102030405 00 001c 6efb 0000 01 03 00 00
		00 00 0000 00000000`,
}, {
	name: "vendor, unknown and obsolete extensions, plain end, trailer",
	m: nhrp.Message{
		AFN: nhrp.AFNIPv4, ProtoType: nhrp.ProtoIPv4,
		Op: nhrp.RegistrationRequest, HopCount: 255, RequestID: 4,
		SrcNBMA: ip("203.0.113.11"), SrcProto: ip("10.0.0.11"), DstProto: ip("10.0.0.1"),
		Clients: []nhrp.Client{{PrefixLen: 32}},
		Extensions: []nhrp.Extension{
			{Type: nhrp.ExtVendor, Value: []byte{0, 0, 0x0c, 1, 2}},
			{Type: nhrp.ExtVendor, Compulsory: true, Value: []byte{0, 0, 0x5e}},
			{Type: 0x3fff, Unused: true, Value: []byte{0xff}},
			{Type: 1},
			{Type: 2},
			{Type: 6, Compulsory: true},
		},
		EndPlain: true, EndUnused: true, Trailer: []byte{0, 0, 0},
	},
	wire: `
		0001 0800 0000000000 ff 005c fa7e 0034 01 03 04 00
		04 04 0000 00000004 cb00710b 0a00000b 0a000001
		00 20 0000 0000 0000 00 00 00 00
		0008 0005 00000c 0102
		8008 0003 00005e
		7fff 0001 ff
		0001 0000  0002 0000  8006 0000
		4000 0000
		000000`,
}, {
	name: "device capabilities, and no end of extensions",
	m: nhrp.Message{
		AFN: nhrp.AFNIPv4, ProtoType: nhrp.ProtoIPv4,
		Op: nhrp.ResolutionRequest, HopCount: 255, RequestID: 5,
		SrcNBMA: ip("203.0.113.11"), SrcProto: ip("10.0.0.11"), DstProto: ip("10.0.0.1"),
		Extensions: []nhrp.Extension{
			{Type: nhrp.ExtForwardTransit, Compulsory: true},
			{Type: nhrp.ExtNAT, Value: []byte{0, 0, 0, 1, 0, 0, 0, 2}},
		},
		NoEnd: true,
	},
	wire: `
		0001 0800 0000000000 ff 0038 1d65 0028 01 01 04 00
		04 04 0000 00000005 cb00710b 0a00000b 0a000001
		8004 0000
		0009 0008 00000001 00000002`,
}, {
	name: "end alone",
	m: nhrp.Message{
		AFN: nhrp.AFNIPv4, ProtoType: nhrp.ProtoIPv4,
		Op: nhrp.ResolutionRequest, HopCount: 255, RequestID: 6, SrcNBMA: ip("203.0.113.11"),
		BareExtensions: true,
	},
	wire: `
		0001 0800 0000000000 ff 0024 35a8 0020 01 01 04 00
		00 00 0000 00000006 cb00710b
		8000 0000`,
}, {
	name: "extension part without anything in it",
	m: nhrp.Message{
		AFN: nhrp.AFNIPv4, ProtoType: nhrp.ProtoIPv4,
		Op: nhrp.ResolutionRequest, HopCount: 255, RequestID: 6, SrcNBMA: ip("203.0.113.11"),
		BareExtensions: true, NoEnd: true,
	},
	wire: `
		0001 0800 0000000000 ff 0020 b5ac 0020 01 01 04 00
		00 00 0000 00000006 cb00710b`,
}}

func TestMessage(t *testing.T) {
	for _, tt := range messageTests {
		t.Run(tt.name, func(t *testing.T) {
			want := unhex(t, tt.wire)
			got, err := tt.m.AppendTo([]byte("before"))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, append([]byte("before"), want...)) {
				t.Errorf("AppendTo:\n got %x\nwant %x", got[6:], want)
			}
			// Bytes behind the packet do not belong to it.
			m, err := nhrp.Parse(append(bytes.Clone(want), 0xde, 0xad))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(*m, tt.m) {
				t.Errorf("Parse:\n got %#v\nwant %#v", *m, tt.m)
			}
			for i := range want {
				if _, err := nhrp.Parse(want[:i]); !errors.Is(err, nhrp.ErrShort) {
					t.Errorf("Parse of %d bytes: %v, want ErrShort", i, err)
				}
			}
		})
	}
}

// Every shorter packet with size and checksum made right must be refused, or
// be read as what it is.
func TestMessageCut(t *testing.T) {
	for _, tt := range messageTests {
		full := unhex(t, tt.wire)
		for i := range full {
			cut := withChecksum(full[:i])
			m, err := nhrp.Parse(cut)
			var pe *nhrp.ParseError
			if err != nil {
				if !errors.As(err, &pe) || pe.Offset < 0 || pe.Offset > i {
					t.Errorf("%s, %d bytes: error %v", tt.name, i, err)
				}
				continue
			}
			again, err := m.AppendTo(nil)
			if err != nil || !bytes.Equal(again, cut) {
				t.Errorf("%s, %d bytes: written as\n%x, %v, want\n%x", tt.name, i, again, err, cut)
			}
		}
	}
}

// Where the message does not name its families, its addresses do.
func TestAppendToFamilies(t *testing.T) {
	tests := []struct {
		name  string
		m     nhrp.Message
		afn   nhrp.AFN
		proto nhrp.ProtoType
	}{
		{"nothing", nhrp.Message{}, nhrp.AFNIPv4, nhrp.ProtoIPv4},
		{"source", nhrp.Message{SrcNBMA: ip("2001:db8::1"), SrcProto: ip("10.0.0.1")}, nhrp.AFNIPv6, nhrp.ProtoIPv4},
		{"destination", nhrp.Message{DstProto: ip("2001:db8::1")}, nhrp.AFNIPv4, nhrp.ProtoIPv6},
		{"client", nhrp.Message{Clients: []nhrp.Client{{}, {NBMA: ip("2001:db8::1"), Proto: ip("2001:db8::2")}}}, nhrp.AFNIPv6, nhrp.ProtoIPv6},
		{"extension", nhrp.Message{Extensions: []nhrp.Extension{
			{Type: nhrp.ExtNAT, Clients: []nhrp.Client{{NBMA: ip("2001:db8::1")}}},
		}}, nhrp.AFNIPv6, nhrp.ProtoIPv4},
		{"named", nhrp.Message{AFN: nhrp.AFNIPv6, ProtoType: nhrp.ProtoIPv6}, nhrp.AFNIPv6, nhrp.ProtoIPv6},
	}
	for _, tt := range tests {
		tt.m.Op = nhrp.ResolutionRequest
		b, err := tt.m.AppendTo(nil)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		m, err := nhrp.Parse(b)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if m.AFN != tt.afn || m.ProtoType != tt.proto {
			t.Errorf("%s: families %d %04x, want %d %04x", tt.name, m.AFN, m.ProtoType, tt.afn, tt.proto)
		}
	}
}

// A parsed message keeps nothing of the bytes that it was read from.
func TestParseCopies(t *testing.T) {
	for _, tt := range messageTests {
		b := unhex(t, tt.wire)
		m, err := nhrp.Parse(b)
		if err != nil {
			t.Fatal(err)
		}
		clear(b)
		if !reflect.DeepEqual(*m, tt.m) {
			t.Errorf("%s: changed with the buffer", tt.name)
		}
	}
}

// Lists of one message share memory: growing one must not change another.
func TestParseListsApart(t *testing.T) {
	m, err := nhrp.Parse(unhex(t, messageTests[1].wire))
	if err != nil {
		t.Fatal(err)
	}
	m.Clients = append(m.Clients, nhrp.Client{Code: 99})
	if got, want := m.Extensions[0], messageTests[1].m.Extensions[0]; !reflect.DeepEqual(got, want) {
		t.Errorf("an added client changed the extension: %#v", got)
	}
}

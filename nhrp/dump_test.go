package nhrp_test

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"axle/nhrp"
)

var dumpTests = []struct {
	name       string
	wire       string
	dump       string
	extensions string
}{{
	name: "registration request of a Cisco router", // vectors: nhrp.pcapng frame 1
	wire: `
		0001 0800 0000000000 ff 0068 af15 0034 01 03 04 00
		04 04 8002 00000015 6401021b 0a410003 0a410001
		00 20 0000 45fc 1c20 00 00 00 00
		8003 0000  8004 0000  8005 0000  8007 0008 00000001 4f545553
		0009 0014 00200000 45fc0000 04000400 6401000e 0a410001
		8000 0000`,
	dump: ` (F) afn: AF_IP(1), type: IP(800), hop: 255, ver: 1
     shtl: 4(NSAP), sstl: 0(NSAP)
     pktsz: 104 extoff: 52
 (M) flags: "unique nat ", reqid: 21 
     src NBMA: 100.1.2.27
     src protocol: 10.65.0.3, dst protocol: 10.65.0.1
 (C-1) code: no error(0)
       prefix: 32, mtu: 17916, hd_time: 7200
       addr_len: 0(NSAP), subaddr_len: 0(NSAP), proto_len: 0, pref: 0
`,
	extensions: ` Responder Address Extension(3):
 Forward Transit NHS Record Extension(4):
 Reverse Transit NHS Record Extension(5):
 Authentication Extension(7):
   type:Cleartext(1)
 NAT address Extension(9):
 (C-1) code: no error(0)
       prefix: 32, mtu: 17916, hd_time: 0
       addr_len: 4(NSAP), subaddr_len: 0(NSAP), proto_len: 4, pref: 0
       client NBMA: 100.1.0.14
       client protocol: 10.65.0.1
`,
}, {
	name: "traffic indication of a Cisco router", // vectors: nhrp-trace.pcap frame 1
	wire: `
		0001 0800 0000000000 ff 0062 d9d0 0044 01 08 04 00
		04 04 0000 0000 0000 c0a8c801 0affff01 0affff03
		4500006400050000ff01a78f0affff030affff020800325b00010000
		8004 0000  8005 0000  8007 000a 00000001 736563726574  0009 0000  8000 0000`,
	dump: ` (F) afn: AF_IP(1), type: IP(800), hop: 255, ver: 1
     shtl: 4(NSAP), sstl: 0(NSAP)
     pktsz: 98 extoff: 68
 (M) traffic code: redirect(0)
     src NBMA: 192.168.200.1
     src protocol: 10.255.255.1, dst protocol: 10.255.255.3
     Contents of nhrp traffic indication packet:
        45 00 00 64 00 05 00 00 FF 01 A7 8F 0A FF FF 03
        0A FF FF 02 08 00 32 5B 00 01 00 00
`,
	extensions: ` Forward Transit NHS Record Extension(4):
 Reverse Transit NHS Record Extension(5):
 Authentication Extension(7):
   type:Cleartext(1)
 NAT address Extension(9):
`,
}, {
	name: "error indication over an IPv6 network, with vendor and unknown extensions",
	wire: `
		0002 86dd 0000000000 ff 0088 0000 0061 01 07 10 00
		10 00 0000 000b 0034 20010db8000500000000000000000011 20010db8000000000000000000000001
		0001 0800 0000000000 ff 0024 0000 001c 01 03 00 00 00 00 8002 00000007
		8007 0005 00000001 78
		0008 0005 00000c 0102
		0009 0008 0000000100000002
		8007 0005 00000002 79
		1234 0001 ff
		8000 0000`,
	dump: ` (F) afn: AF_IP6(2), type: IPV6(86DD), hop: 255, ver: 1
     shtl: 16(NSAP), sstl: 0(NSAP)
     pktsz: 136 extoff: 97
 (M) error code: authentication failure(11), offset: 52
     src NBMA: 2001:DB8:5::11
     src protocol: 2001:DB8::1, dst protocol: none
     Contents of nhrp error packet:
        00 01 08 00 00 00 00 00 00 FF 00 24 00 00 00 1C
        01 03 00 00 00 00 80 02 00 00 00 07
        (9 more bytes)
`,
	extensions: ` Vendor Private Extension(8):
   OUI: 00000c, length: 2
 NAT address Extension(9):
   device capabilities: 0000000100000002
 Authentication Extension(7):
   type:Unknown
 Unknown Extension(4660):
   length: 1
`,
}}

func TestDump(t *testing.T) {
	for _, tt := range dumpTests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := nhrp.Parse(withChecksum(unhex(t, tt.wire)))
			if err != nil {
				t.Fatal(err)
			}
			if got := m.Dump(); got != tt.dump {
				t.Errorf("Dump:\n%s\nwant\n%s", got, tt.dump)
			}
			if got := m.DumpExtensions(); got != tt.extensions {
				t.Errorf("DumpExtensions:\n%s\nwant\n%s", got, tt.extensions)
			}
		})
	}
}

// No text of a message holds a key, not even that of a packet which an error
// indication carries.
func TestKeyIsNotPrinted(t *testing.T) {
	for _, v := range readVectors(t) {
		m, err := nhrp.Parse(unhex(t, v.Hex))
		if err != nil {
			t.Fatal(err)
		}
		key, ok := m.Extension(nhrp.ExtAuth).Key()
		if !ok {
			t.Fatalf("%s frame %d: no key", v.File, v.Frame)
		}
		refusal := &nhrp.Message{Op: nhrp.ErrorIndication, Packet: unhex(t, v.Hex)}
		for _, text := range []string{
			m.Dump(), m.DumpExtensions(), fmt.Sprint(m.Extensions), fmt.Sprintf("%+v", *m), fmt.Sprintf("%v", m),
			refusal.Dump(), fmt.Sprintf("%+v", *refusal),
		} {
			for _, secret := range []string{string(key), fmt.Sprintf("% X", key), hex.EncodeToString(key), fmt.Sprint(key)[1:]} {
				if strings.Contains(text, secret) {
					t.Fatalf("%s frame %d: the key is in\n%s", v.File, v.Frame, text)
				}
			}
		}
	}
}

func TestNames(t *testing.T) {
	tests := []struct{ got, want string }{
		{nhrp.ResolutionRequest.String(), "Resolution Request"},
		{nhrp.ResolutionReply.String(), "Resolution Reply"},
		{nhrp.RegistrationRequest.String(), "Registration Request"},
		{nhrp.RegistrationReply.String(), "Registration Reply"},
		{nhrp.PurgeRequest.String(), "Purge Request"},
		{nhrp.PurgeReply.String(), "Purge Reply"},
		{nhrp.ErrorIndication.String(), "Error Indication"},
		{nhrp.TrafficIndication.String(), "Traffic Indication"},
		{nhrp.Op(9).String(), "Packet Type 9"},
		{messageTests[0].m.String(), "Purge Request from 10.0.0.11 (203.0.113.11) to 10.0.0.1"},
		{nhrp.Message{Op: nhrp.PurgeReply}.String(), "Purge Reply from none (none) to none"},
		{nhrp.CodeOK.String(), "no error"},
		{nhrp.CodeProhibited.String(), "administratively prohibited"},
		{nhrp.CodeNoResources.String(), "insufficient resources"},
		{nhrp.CodeAlreadyBound.String(), "unique address already registered"},
		{nhrp.Code(99).String(), "unknown code"},
		{nhrp.ErrProtocol.String(), "protocol generic error"},
		{nhrp.ErrAuthentication.String(), "authentication failure"},
		{nhrp.ErrorCode(0).String(), "no error"},
		{nhrp.ErrorCode(99).String(), "unknown error"},
		{nhrp.ExtAuth.String(), "Authentication Extension"},
		{nhrp.Authentication("secret").String(), "Authentication Extension(7), 10 bytes"},
		{nhrp.Flags(0x8002).Text(nhrp.RegistrationRequest), "unique nat "},
		{nhrp.Flags(0x0002).Text(nhrp.RegistrationReply), "nat "},
		{nhrp.Flags(0xc802).Text(nhrp.ResolutionRequest), "router auth src-stable nat "},
		{nhrp.Flags(0xf802).Text(nhrp.ResolutionReply), "router auth dst-stable unique src-stable nat "},
		{nhrp.Flags(0x8000).Text(nhrp.PurgeRequest), "no-reply "},
		{nhrp.Flags(0x8401).Text(nhrp.RegistrationRequest), "unique 0x0401 "},
		{nhrp.Flags(0x0002).Text(nhrp.ErrorIndication), "0x0002 "},
		{nhrp.Flags(0).Text(nhrp.PurgeReply), ""},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}

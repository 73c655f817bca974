package nhrp_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"time"

	"axle/nhrp"
)

// registration is a request with a full client entry at byte 40, a responder
// extension at 60 and authentication at 64.
const registration = `
	0001 0800 0000000000 ff 0053 0000 003c 01 03 04 00
	04 04 8002 00000007 cb00710b 0a00000b 0a000001
	00 20 0000 45fc 1c20 04 00 04 00 cb00710b 0a00000b
	8003 0000
	8007 000b 00000001 61786c656c6162
	8000 0000`

// A change sets bytes of a packet.
type change struct {
	at    int
	bytes []byte
}

func TestParseRefuses(t *testing.T) {
	tests := []struct {
		name   string
		change change
		raw    bool // leave size and checksum as they are
		want   nhrp.ParseError
	}{
		{"version 0", change{16, []byte{0}}, false, nhrp.ParseError{Field: "version", Offset: 16, Err: nhrp.ErrVersion}},
		{"version 2", change{16, []byte{2}}, false, nhrp.ParseError{Field: "version", Offset: 16, Err: nhrp.ErrVersion}},
		{"type 0", change{17, []byte{0}}, false, nhrp.ParseError{Field: "packet type", Offset: 17, Err: nhrp.ErrFormat}},
		{"type 9", change{17, []byte{9}}, false, nhrp.ParseError{Field: "packet type", Offset: 17, Err: nhrp.ErrFormat}},
		{"checksum", change{12, []byte{0xde, 0xad}}, true, nhrp.ParseError{Field: "checksum", Offset: 12, Err: nhrp.ErrChecksum}},
		{"flipped bit", change{40, []byte{1}}, true, nhrp.ParseError{Field: "checksum", Offset: 12, Err: nhrp.ErrChecksum}},
		{"size below the headers", change{10, []byte{0, 27}}, true, nhrp.ParseError{Field: "packet size", Offset: 10, Err: nhrp.ErrFormat}},
		{"size beyond the packet", change{10, []byte{0, 84}}, true, nhrp.ParseError{Field: "packet size", Offset: 10, Err: nhrp.ErrShort}},
		{"size beyond the limit", change{10, []byte{0x24, 0x01}}, true, nhrp.ParseError{Field: "packet size", Offset: 10, Err: nhrp.ErrLimit}},
		{"family E.164", change{0, []byte{0, 8}}, false, nhrp.ParseError{Field: "address family", Offset: 0, Err: nhrp.ErrFormat}},
		{"protocol IPX", change{2, []byte{0x81, 0x37}}, false, nhrp.ParseError{Field: "protocol type", Offset: 2, Err: nhrp.ErrFormat}},
		{"extensions within the addresses", change{14, []byte{0, 39}}, false, nhrp.ParseError{Field: "extension offset", Offset: 14, Err: nhrp.ErrFormat}},
		{"extensions behind the packet", change{14, []byte{0, 84}}, false, nhrp.ParseError{Field: "extension offset", Offset: 14, Err: nhrp.ErrFormat}},
		{"extensions within a client", change{14, []byte{0, 45}}, false, nhrp.ParseError{Field: "client entry", Offset: 40, Err: nhrp.ErrShort}},
		{"extensions within a client's address", change{14, []byte{0, 58}}, false, nhrp.ParseError{Field: "client protocol address", Offset: 56, Err: nhrp.ErrShort}},
		{"source NBMA of 5 bytes", change{18, []byte{5}}, false, nhrp.ParseError{Field: "source NBMA address", Offset: 18, Err: nhrp.ErrFormat}},
		{"source NBMA as E.164", change{18, []byte{0x44}}, false, nhrp.ParseError{Field: "source NBMA address", Offset: 18, Err: nhrp.ErrFormat}},
		{"source subaddress as E.164", change{19, []byte{0x44}}, false, nhrp.ParseError{Field: "source NBMA subaddress", Offset: 19, Err: nhrp.ErrFormat}},
		{"source subaddress behind the packet", change{19, []byte{63}}, false, nhrp.ParseError{Field: "source NBMA subaddress", Offset: 32, Err: nhrp.ErrShort}},
		{"source protocol of 16 bytes", change{20, []byte{16}}, false, nhrp.ParseError{Field: "source protocol address", Offset: 20, Err: nhrp.ErrFormat}},
		{"destination protocol of 255 bytes", change{21, []byte{255}}, false, nhrp.ParseError{Field: "destination protocol address", Offset: 21, Err: nhrp.ErrFormat}},
		{"client address of 1 byte", change{48, []byte{1}}, false, nhrp.ParseError{Field: "client address", Offset: 48, Err: nhrp.ErrFormat}},
		{"client subaddress of 255 bytes", change{49, []byte{255}}, false, nhrp.ParseError{Field: "client subaddress", Offset: 49, Err: nhrp.ErrFormat}},
		{"client protocol of 3 bytes", change{50, []byte{3}}, false, nhrp.ParseError{Field: "client protocol address", Offset: 50, Err: nhrp.ErrFormat}},
		{"responder that is no client", change{62, []byte{0, 11}}, false, nhrp.ParseError{Field: "client entry", Offset: 64, Err: nhrp.ErrShort}},
		{"extension behind the packet", change{66, []byte{0, 16}}, false, nhrp.ParseError{Field: "extension", Offset: 68, Err: nhrp.ErrShort}},
		{"half an extension head", change{66, []byte{0, 13}}, false, nhrp.ParseError{Field: "extension", Offset: 83, Err: nhrp.ErrShort}},
		{"end with a value", change{64, []byte{0x80, 0}}, false, nhrp.ParseError{Field: "end of extensions", Offset: 66, Err: nhrp.ErrFormat}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := withChecksum(unhex(t, registration))
			if _, err := nhrp.Parse(b); err != nil {
				t.Fatalf("before the change: %v", err)
			}
			copy(b[tt.change.at:], tt.change.bytes)
			if !tt.raw {
				b = withChecksum(b)
			}
			m, err := nhrp.Parse(b)
			var pe *nhrp.ParseError
			if m != nil || !errors.As(err, &pe) || *pe != tt.want {
				t.Errorf("Parse: %v, want %v", err, &tt.want)
			}
		})
	}
}

func TestParseLimits(t *testing.T) {
	head := unhex(t, registration)[:40]
	binary.BigEndian.PutUint16(head[14:], 0)
	clients := func(n int) []byte { return append(bytes.Clone(head), make([]byte, 12*n)...) }
	if m, err := nhrp.Parse(withChecksum(clients(nhrp.MaxClients))); err != nil || len(m.Clients) != nhrp.MaxClients {
		t.Errorf("as many clients as allowed: %v", err)
	}
	if _, err := nhrp.Parse(withChecksum(clients(nhrp.MaxClients + 1))); !errors.Is(err, nhrp.ErrLimit) {
		t.Errorf("one client more: %v, want ErrLimit", err)
	}
	binary.BigEndian.PutUint16(head[14:], 40)
	extensions := func(n int) []byte {
		return append(bytes.Clone(head), bytes.Repeat([]byte{0, 8, 0, 0}, n)...)
	}
	if m, err := nhrp.Parse(withChecksum(extensions(nhrp.MaxExtensions))); err != nil || len(m.Extensions) != nhrp.MaxExtensions {
		t.Errorf("as many extensions as allowed: %v", err)
	}
	if _, err := nhrp.Parse(withChecksum(extensions(nhrp.MaxExtensions + 1))); !errors.Is(err, nhrp.ErrLimit) {
		t.Errorf("one extension more: %v, want ErrLimit", err)
	}
	// The clients of extensions count too.
	transit := append(bytes.Clone(head), 0x80, 4, 0, 0)
	binary.BigEndian.PutUint16(transit[42:], 12*(nhrp.MaxClients+1))
	transit = append(transit, make([]byte, 12*(nhrp.MaxClients+1))...)
	if _, err := nhrp.Parse(withChecksum(transit)); !errors.Is(err, nhrp.ErrLimit) {
		t.Errorf("too many transit records: %v, want ErrLimit", err)
	}
}

func TestAppendToRefuses(t *testing.T) {
	v4, v6 := ip("10.0.0.1"), ip("2001:db8::1")
	ext := func(e nhrp.Extension) nhrp.Message {
		return nhrp.Message{Op: nhrp.ResolutionRequest, Extensions: []nhrp.Extension{e}}
	}
	client := func(c nhrp.Client) nhrp.Message {
		return nhrp.Message{Op: nhrp.ResolutionRequest, SrcNBMA: v4, SrcProto: v4, Clients: []nhrp.Client{c}}
	}
	tests := []struct {
		name  string
		m     nhrp.Message
		field string
		want  error
	}{
		{"no type", nhrp.Message{}, "packet type", nhrp.ErrFormat},
		{"type 9", nhrp.Message{Op: 9}, "packet type", nhrp.ErrFormat},
		{"family", nhrp.Message{Op: 1, AFN: 8}, "address family", nhrp.ErrFormat},
		{"protocol", nhrp.Message{Op: 1, ProtoType: 0x8137}, "protocol type", nhrp.ErrFormat},
		{"source of another family", nhrp.Message{Op: 1, AFN: nhrp.AFNIPv6, SrcNBMA: v4}, "source NBMA address", nhrp.ErrValue},
		{"protocol addresses of two families", nhrp.Message{Op: 1, SrcProto: v4, DstProto: v6}, "destination protocol address", nhrp.ErrValue},
		{"zone", nhrp.Message{Op: 1, SrcProto: ip("fe80::1%Tunnel0")}, "source protocol address", nhrp.ErrValue},
		{"subaddress", nhrp.Message{Op: 1, SrcSub: make([]byte, 64)}, "source NBMA subaddress", nhrp.ErrValue},
		{"client of another family", client(nhrp.Client{NBMA: v6}), "client address", nhrp.ErrValue},
		{"client protocol of another family", client(nhrp.Client{Proto: v6}), "client protocol address", nhrp.ErrValue},
		{"client subaddress", client(nhrp.Client{Sub: make([]byte, 64)}), "client subaddress", nhrp.ErrValue},
		{"negative holding time", client(nhrp.Client{Hold: -time.Second}), "holding time", nhrp.ErrValue},
		{"long holding time", client(nhrp.Client{Hold: 65536 * time.Second}), "holding time", nhrp.ErrValue},
		{"half a second", client(nhrp.Client{Hold: 500 * time.Millisecond}), "holding time", nhrp.ErrValue},
		{"end among the extensions", ext(nhrp.Extension{}), "extension type", nhrp.ErrValue},
		{"extension type of 15 bits", ext(nhrp.Extension{Type: 0x4000}), "extension type", nhrp.ErrValue},
		{"clients and a value", ext(nhrp.Extension{Type: nhrp.ExtNAT, Clients: make([]nhrp.Client, 1), Value: []byte{1}}), "extension with clients", nhrp.ErrValue},
		{"clients in the wrong extension", ext(nhrp.Extension{Type: nhrp.ExtVendor, Clients: make([]nhrp.Client, 1)}), "extension with clients", nhrp.ErrValue},
		{"trailer without end", nhrp.Message{Op: 1, BareExtensions: true, NoEnd: true, Trailer: []byte{0}}, "trailer without end of extensions", nhrp.ErrValue},
		{"clients", nhrp.Message{Op: 1, Clients: make([]nhrp.Client, nhrp.MaxClients+1)}, "client entries", nhrp.ErrLimit},
		{"extensions", nhrp.Message{Op: 1, Extensions: make([]nhrp.Extension, nhrp.MaxExtensions+1)}, "extensions", nhrp.ErrLimit},
		{"size", nhrp.Message{Op: 8, Packet: make([]byte, nhrp.MaxPacketSize)}, "packet size", nhrp.ErrLimit},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, err := tt.m.AppendTo([]byte("kept"))
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), "nhrp: "+tt.field+": ") {
				t.Errorf("error %v, want one of %q that wraps %v", err, tt.field, tt.want)
			}
			if string(b) != "kept" {
				t.Errorf("returned %q with the error", b)
			}
		})
	}
}

func TestParseErrorText(t *testing.T) {
	_, err := nhrp.Parse(nil)
	if got, want := err.Error(), "nhrp: fixed header at byte 0: message too short"; got != want {
		t.Errorf("error %q, want %q", got, want)
	}
}

func TestAuthentication(t *testing.T) {
	e := nhrp.Authentication("OTUS")
	if want := []byte("\x00\x00\x00\x01OTUS"); e.Type != nhrp.ExtAuth || !e.Compulsory || !bytes.Equal(e.Value, want) {
		t.Errorf("Authentication: %#v", e)
	}
	if key, ok := e.Key(); !ok || string(key) != "OTUS" {
		t.Errorf("Key: %q %v", key, ok)
	}
	for _, other := range []nhrp.Extension{
		{Type: nhrp.ExtVendor, Value: e.Value},
		{Type: nhrp.ExtAuth},
		{Type: nhrp.ExtAuth, Value: []byte{0, 0, 1}},
		{Type: nhrp.ExtAuth, Value: []byte{0, 0, 0, 2, 'x'}}, // another index
		{Type: nhrp.ExtAuth, Value: []byte{0, 1, 0, 1, 'x'}}, // reserved bits
	} {
		if key, ok := other.Key(); ok {
			t.Errorf("Key of %v: %q", other, key)
		}
	}
}

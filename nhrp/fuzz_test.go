package nhrp_test

import (
	"bytes"
	"encoding/binary"
	"reflect"
	"testing"

	"axle/nhrp"
)

// roundTrip fails where a packet that can be read is not written back as it
// was, or its printing panics.
func roundTrip(t *testing.T, b []byte) {
	m, err := nhrp.Parse(b)
	if err != nil {
		return
	}
	again, err := m.AppendTo(nil)
	if err != nil {
		t.Fatalf("parsed, but cannot be written: %v\n%#v", err, m)
	}
	if size := int(binary.BigEndian.Uint16(b[10:])); !bytes.Equal(again, b[:size]) {
		t.Fatalf("written as\n%x, want\n%x", again, b[:size])
	}
	m2, err := nhrp.Parse(again)
	if err != nil || !reflect.DeepEqual(m, m2) {
		t.Fatalf("second reading differs: %v\n%#v\n%#v", err, m, m2)
	}
	if m.Dump() == "" {
		t.Fatal("nothing to dump")
	}
	m.DumpExtensions()
}

func FuzzParse(f *testing.F) {
	for _, v := range readVectors(f) {
		f.Add(unhex(f, v.Hex))
	}
	for _, tt := range messageTests {
		f.Add(unhex(f, tt.wire))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := nhrp.Parse(b); err == nil {
			bad := bytes.Clone(b)
			bad[12]++
			if _, err := nhrp.Parse(bad); err == nil {
				t.Fatal("accepted with another checksum")
			}
		}
		roundTrip(t, withChecksum(b)) // or nothing gets past it
	})
}

// FuzzExtensions puts the bytes where a message has its extensions.
func FuzzExtensions(f *testing.F) {
	for _, v := range readVectors(f) {
		f.Add(unhex(f, v.Hex)[v.Decoded.ExtOff:])
	}
	head := unhex(f, registration)[:40]
	binary.BigEndian.PutUint16(head[14:], 40)
	f.Fuzz(func(t *testing.T, b []byte) {
		roundTrip(t, withChecksum(append(bytes.Clone(head), b...)))
	})
}

// FuzzClients puts the bytes where a message has its client entries.
func FuzzClients(f *testing.F) {
	f.Add(unhex(f, registration)[40:60])
	f.Add(make([]byte, 36))
	head := unhex(f, registration)[:40]
	binary.BigEndian.PutUint16(head[14:], 0)
	f.Fuzz(func(t *testing.T, b []byte) {
		roundTrip(t, withChecksum(append(bytes.Clone(head), b...)))
	})
}

package ikev2_test

import (
	"reflect"
	"testing"

	"axle/ipsec/ikev2"
)

// roundTrip fails where a message that can be read is not written so that it
// reads the same.
func roundTrip(t *testing.T, b []byte) {
	m, err := ikev2.Parse(b)
	if err != nil {
		return
	}
	again, err := m.AppendTo(nil)
	if err != nil {
		t.Fatalf("read, but cannot be written: %v\n%#v", err, m)
	}
	if len(again) != len(b) {
		t.Fatalf("written as\n%x, want\n%x", again, b)
	}
	m2, err := ikev2.Parse(again)
	if err != nil || !reflect.DeepEqual(m, m2) {
		t.Fatalf("second reading differs: %v\n%#v\n%#v", err, m, m2)
	}
	_ = m.String() + ikev2.Names(m.Payloads)
}

func FuzzParse(f *testing.F) {
	for _, tt := range messageTests {
		f.Add(unhex(f, tt.wire))
	}
	for _, c := range captures(f) {
		f.Add(unhex(f, c.Messages[0].Hex))
	}
	for _, x := range malformed(f) {
		f.Add(unhex(f, x.Hex))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		roundTrip(t, b)
		roundTrip(t, withLength(b))
	})
}

// FuzzPayloads reads what was inside an Encrypted payload.
func FuzzPayloads(f *testing.F) {
	for _, tt := range messageTests {
		b := unhex(f, tt.wire)
		f.Add(b[16], b[28:])
	}
	f.Fuzz(func(t *testing.T, first byte, b []byte) {
		list, err := ikev2.ParsePayloads(ikev2.PayloadType(first), b)
		if err != nil {
			return
		}
		again, err := ikev2.AppendPayloads(nil, list)
		if err != nil {
			t.Fatal(err)
		}
		if list2, err := ikev2.ParsePayloads(ikev2.PayloadType(first), again); err != nil || !reflect.DeepEqual(list, list2) {
			t.Fatalf("second reading differs: %v\n%#v\n%#v", err, list, list2)
		}
	})
}

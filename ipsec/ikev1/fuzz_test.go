package ikev1

import (
	"bytes"
	"encoding/binary"
	"path/filepath"
	"reflect"
	"testing"
)

// seeds adds what messages there are.
func seeds(f *testing.F) {
	names, err := filepath.Glob("testdata/lab/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range append(names, "testdata/tcpdump.txt") {
		_, packets := messages(f, name)
		for _, b := range packets {
			f.Add(b)
		}
	}
	for _, tt := range messageTests {
		f.Add(bin(f, tt.wire))
	}
}

// FuzzParse demands that what is read is written back byte for byte.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= HeaderLen && len(b) <= MaxMessage {
			binary.BigEndian.PutUint32(b[24:], uint32(len(b)))
		}
		m, err := Parse(b)
		if err != nil {
			return
		}
		again, err := m.AppendTo(nil)
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%v: written as\n%x, want\n%x", err, again, b)
		}
		m2, err := Parse(again)
		if err != nil || !reflect.DeepEqual(m, m2) {
			t.Fatalf("second reading differs: %v\n%+v\n%+v", err, m, m2)
		}
		for _, p := range m.Payloads {
			use(p)
		}
	})
}

// FuzzPayloads reads the text of an encrypted message.
func FuzzPayloads(f *testing.F) {
	for _, tt := range messageTests {
		if b := bin(f, tt.wire); tt.m.Flags&FlagEncrypted == 0 {
			f.Add(uint8(tt.m.First), b[HeaderLen:])
		}
	}
	f.Fuzz(func(t *testing.T, first uint8, b []byte) {
		payloads, err := ParsePayloads(Kind(first), b)
		if err != nil {
			return
		}
		again, err := AppendPayloads(nil, payloads)
		if err != nil || !bytes.HasPrefix(b, again) {
			t.Fatalf("%v: written as\n%x, want\n%x", err, again, b)
		}
		for _, p := range payloads {
			use(p)
		}
	})
}

// use calls what makes sense of a payload.
func use(p Payload) {
	switch p := p.(type) {
	case *SA:
		for i := range p.Proposals {
			for j := range p.Proposals[i].Transforms {
				t := &p.Proposals[i].Transforms[j]
				_, _ = t.Phase1()
				_, _ = t.Phase2()
			}
		}
	case *ID:
		_, _ = p.Prefix(), p.String()
	case Vendor:
		_ = p.Name()
	case *Notify:
		_, _, _ = ParseLifetimes(p.Data)
	}
}

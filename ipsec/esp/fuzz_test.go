package esp_test

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// FuzzOpen opens what anybody may send. Nothing but what was sealed is taken, and
// once the check value is made right, what is taken is what Seal would make again.
func FuzzOpen(f *testing.F) {
	for i, c := range ciphers {
		for _, esn := range []bool{false, true} {
			out, _ := pair(f, c.params(esn))
			b, _ := sealed(f, out, 20)
			f.Add(uint8(i), esn, b)
			f.Add(uint8(i), esn, b[:len(b)-1])
		}
	}
	f.Fuzz(func(t *testing.T, i uint8, esn bool, b []byte) {
		c := ciphers[int(i)%len(ciphers)]
		out, in := pair(t, c.params(esn))
		genuine, _ := sealed(t, out, 20)
		if len(b) > 70000 {
			return
		}
		payload, _, err := in.Open(bytes.Clone(b), 1)
		if (err == nil) != bytes.Equal(b, genuine) {
			t.Fatalf("%s: opened %x to %x, %v", c.name, b, payload, err)
		}
		// The same body, made authentic.
		n := len(b) - 8 - c.iv - c.icv
		if n < c.block || n%c.block != 0 {
			return
		}
		_, in = pair(t, c.params(esn))
		b = bytes.Clone(b)
		seq := uint64(binary.BigEndian.Uint32(b[4:]))
		b = out.Reseal(b, seq)
		again := bytes.Clone(b)
		payload, next, err := in.Open(b, 1)
		if err != nil {
			return // the padding
		}
		buf := make([]byte, out.Head()+len(payload)+out.Tail())
		copy(buf[out.Head():], payload)
		got := out.SealAs(buf, out.Head(), len(payload), next, seq, again[8:8+c.iv])
		if len(got) == len(again) && !bytes.Equal(got, again) {
			t.Fatalf("%s: sealed again\n%x, was\n%x", c.name, got, again)
		}
	})
}

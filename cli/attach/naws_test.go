package attach

import (
	"bytes"
	"io"
	"slices"
	"testing"
	"testing/iotest"
)

func TestNAWS(t *testing.T) {
	var wire bytes.Buffer
	w := &nawsWriter{w: &wire}
	w.Write([]byte("show\r"))
	w.size(255, 65535)
	w.Write([]byte{'a', 255, 'b'})
	w.size(80, 24)
	want := "show\r\xff\xfa\x1f\x00\xff\xff\xff\xff\xff\xff\xff\xf0a\xff\xffb\xff\xfa\x1f\x00\x50\x00\x18\xff\xf0"
	if got := wire.String(); got != want {
		t.Fatalf("wire %x, want %x", got, want)
	}
	for name, r := range map[string]io.Reader{"at once": bytes.NewReader(wire.Bytes()), "byte by byte": iotest.OneByteReader(bytes.NewReader(wire.Bytes()))} {
		var sizes [][2]int
		keys, err := io.ReadAll(&nawsReader{r: r, onSize: func(w, h int) { sizes = append(sizes, [2]int{w, h}) }})
		if err != nil || string(keys) != "show\ra\xffb" || !slices.Equal(sizes, [][2]int{{255, 65535}, {80, 24}}) {
			t.Errorf("%s: keys %q, sizes %v, %v", name, keys, sizes, err)
		}
	}
}

// FuzzNAWS reads arbitrary streams: no panic, never more keys than bytes, and
// keys that were written come back.
func FuzzNAWS(f *testing.F) {
	f.Add([]byte("\xff\xfa\x1f\x00\x50\x00\x18\xff\xf0show"))
	f.Fuzz(func(t *testing.T, b []byte) {
		keys, err := io.ReadAll(&nawsReader{r: bytes.NewReader(b), onSize: func(int, int) {}})
		if err != nil || len(keys) > len(b) {
			t.Fatalf("%d keys of %d bytes, %v", len(keys), len(b), err)
		}
		var wire bytes.Buffer
		w := &nawsWriter{w: &wire}
		w.Write(b)
		w.size(len(b), 24)
		again, err := io.ReadAll(&nawsReader{r: &wire, onSize: func(int, int) {}})
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%q came back as %q, %v", b, again, err)
		}
	})
}

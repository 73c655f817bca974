//go:build linux

package host

import (
	"testing"

	"axle/dataplane"
)

// What was captured reaches the owner as a copy. Where the owner does not keep up,
// it is counted, and nobody waits.
func TestCopies(t *testing.T) {
	h := &Host{copies: make(chan []dataplane.Captured, 1)}
	p := newPath(h)
	point := &dataplane.CapturePoint{In: true}
	buf := []byte{1, 2, 3, 4, 5}
	p.work.Captured = []dataplane.Captured{{Point: point, Len: 9, Data: buf[:2]}, {Point: point, Len: 3, Data: buf[2:]}}
	p.copies()
	clear(buf)
	p.copies()
	p.copies()
	if n := point.Missed.Load(); n != 4 {
		t.Errorf("%d counted, want 4", n)
	}
	got := <-h.copies
	if len(got) != 2 || string(got[0].Data) != "\x01\x02" || string(got[1].Data) != "\x03\x04\x05" || got[0].Len != 9 || got[0].Point != point {
		t.Errorf("the owner has %+v", got)
	}
	if len(h.copies) != 0 {
		t.Error("more than one batch waited")
	}
}

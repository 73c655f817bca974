package dataplane

import (
	"net/netip"
	"sync/atomic"

	"axle/internal/ip"
)

// Limits of what one call captures; what is over them is counted as missed.
const (
	maxCaptured      = 1024    // packets
	maxCapturedBytes = 4 << 20 // of their copies
)

// A CapturePoint is where a packet capture looks: it stands in
// Interface.Capture, or in Snapshot.Control. It is immutable but for its
// counters, and shared by all workers.
type CapturePoint struct {
	In, Out bool
	Length  int // bytes of each packet that are kept; 0: all
	Every   int // one of so many packets that match; 0: all of them
	// Match tells whether a packet is wanted; nil: every one. It must not keep or
	// change the bytes, which may be anything in a packet that came in. Workers
	// call it at the same time.
	Match func(packet []byte) bool

	Missed atomic.Uint64 // packets that matched and found a limit reached
	seen   atomic.Uint64 // packets that matched, where Every is set
}

// A Captured is a copy of a packet at a CapturePoint. Its bytes are valid until
// the next Reset or Forward.
type Captured struct {
	Point *CapturePoint
	Name  string // of the interface; "" for the router itself
	Out   bool
	At    int64  // Worker.Now
	Len   int    // bytes of the whole packet
	Data  []byte // its first Point.Length bytes
}

// capture copies a packet for those of points that want it: on its way out of an
// interface or in by it, or to and from the router itself.
func (w *Worker) capture(points []*CapturePoint, name string, out bool, packet []byte) {
	for _, c := range points {
		if !c.In && !out || !c.Out && out || c.Match != nil && !c.Match(packet) {
			continue
		}
		if c.Every > 1 && (c.seen.Add(1)-1)%uint64(c.Every) != 0 {
			continue
		}
		n := len(packet)
		if c.Length > 0 {
			n = min(n, c.Length)
		}
		at := len(w.copies)
		if len(w.Captured) >= maxCaptured || at+n > maxCapturedBytes {
			c.Missed.Add(1)
			continue
		}
		// Where the copies move to a larger array, earlier ones stay in the old.
		w.copies = append(w.copies, packet[:n]...)
		w.Captured = append(w.Captured, Captured{
			Point: c, Name: name, Out: out, At: w.Now, Len: len(packet), Data: w.copies[at : at+n : at+n],
		})
	}
}

// leaves captures a packet that goes out by an interface, and one that the
// router made also at the router itself.
func (w *Worker) leaves(s *Snapshot, t *transit, out *Interface) {
	if out.Capture != nil {
		w.capture(out.Capture, out.Name, true, t.data())
	}
	if s.Control != nil && (t.origin == byHost || t.origin == byICMP) {
		w.capture(s.Control, "", true, t.data())
	}
}

// captureNHRP captures an NHRP packet in GRE between src and l.nbma at the router
// itself. The header in front is made for the capture, so that it looks alike
// where the tunnel is protected.
func (w *Worker) captureNHRP(s *Snapshot, out bool, l *link, src netip.Addr, gre []byte) {
	t, ok := w.copied(gre)
	if !ok {
		return
	}
	n, ident := t.n, w.ident
	head := ip.HeaderLen
	if src.Is6() {
		head = ip.IPv6HeaderLen
	}
	t.off, t.n = t.off-head, t.n+head
	w.putIP(t.data(), l, ip.ProtoGRE, src, l.nbma, n)
	w.ident = ident // what is sent does not change for being watched
	w.capture(s.Control, "", out, t.data())
}

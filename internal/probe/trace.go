package probe

import (
	"encoding/binary"
	"net/netip"
	"time"

	"axle/internal/ip"
)

// tracePort is the first UDP port of traceroute; each probe takes the next.
const tracePort = 33434

// A TraceConfig says where to trace and how.
type TraceConfig struct {
	Src, Dst       netip.Addr
	Probes         int // of one TTL
	MinTTL, MaxTTL int
	Timeout        time.Duration
	Port           uint16 // source port: tells traces apart
}

// A Trace sends UDP probes with rising TTL.
type Trace struct {
	cfg  TraceConfig
	out  func(Result)
	n    int // probes sent
	open bool
	sent time.Time
	next time.Time
	last int // the TTL that reached an end; 0: none yet
}

// NewTrace returns a trace that Tick starts; out takes the results in order.
func NewTrace(c TraceConfig, out func(Result)) *Trace {
	c.Probes, c.Timeout = max(c.Probes, 1), max(c.Timeout, minTimeout)
	return &Trace{cfg: c, out: out}
}

// TTL returns the TTL of probe n.
func (t *Trace) ttl(n int) int { return t.cfg.MinTTL + n/t.cfg.Probes }

// Done reports whether the trace has come to its end: all probes of the TTL
// that reached the destination, or of the last TTL.
func (t *Trace) Done() bool {
	if t.open {
		return false
	}
	ttl := t.ttl(t.n)
	return ttl > t.cfg.MaxTTL || (t.last != 0 && ttl > t.last)
}

// Deadline returns when Tick wants to be called; zero when the trace is done.
func (t *Trace) Deadline() time.Time {
	switch {
	case t.Done():
		return time.Time{}
	case t.open:
		return t.sent.Add(t.cfg.Timeout)
	}
	return t.next
}

// Tick sends the next probe, or gives up the one that is out.
func (t *Trace) Tick(now time.Time, send Send) {
	if t.open && !now.Before(t.sent.Add(t.cfg.Timeout)) {
		t.close(now, Result{Kind: Timeout})
	}
	if t.open || t.Done() || now.Before(t.next) {
		return
	}
	b, err := t.probe()
	t.n++
	t.open, t.sent = true, now
	if err != nil {
		t.close(now, Result{Kind: OtherICMP})
		return
	}
	send(b)
}

// probe returns the datagram that is due.
func (t *Trace) probe() ([]byte, error) {
	c, hops, port := &t.cfg, uint8(t.ttl(t.n)), tracePort+uint16(t.n)
	if c.Dst.Is6() {
		return ip.AppendUDP6(nil, ip.Header6{HopLimit: hops, Src: c.Src, Dst: c.Dst}, c.Port, port, nil)
	}
	return ip.AppendUDP(nil, ip.Header{ID: uint16(t.n) + c.Port, TTL: hops, Src: c.Src, Dst: c.Dst}, c.Port, port, nil)
}

// Deliver offers a whole packet; it reports whether it was an answer to this trace.
func (t *Trace) Deliver(now time.Time, pkt []byte) bool {
	h, ok := hear(pkt)
	if !ok || !h.failure || h.about.proto != ip.ProtoUDP || h.about.dst != t.cfg.Dst {
		return false
	}
	in := h.about.payload
	if len(in) < 4 || binary.BigEndian.Uint16(in) != t.cfg.Port {
		return false
	}
	if t.open && binary.BigEndian.Uint16(in[2:]) == tracePort+uint16(t.n-1) {
		res := Result{Kind: h.kind, From: h.from, Code: h.code, Size: h.size}
		if res.Kind == Unreachable && h.portClosed() {
			res.Kind = Reply
		}
		t.close(now, res)
	}
	return true
}

func (t *Trace) close(now time.Time, res Result) {
	t.open = false
	res.Seq, res.TTL = t.n-1, t.ttl(t.n-1)
	if res.Kind != Timeout {
		res.RTT = now.Sub(t.sent)
		if res.Kind != TTLExceeded {
			t.last = res.TTL
		}
	}
	t.next = now
	t.out(res)
}

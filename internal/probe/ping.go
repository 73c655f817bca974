package probe

import (
	"net/netip"
	"time"

	"axle/internal/ip"
)

// A PingConfig says what to ping and how.
type PingConfig struct {
	Src, Dst netip.Addr
	Count    int           // echo requests
	Size     int           // bytes of the IP packet: 28 at least, 48 with IPv6
	Timeout  time.Duration // for each answer
	Interval time.Duration // between requests; 0: the next follows the answer
	DF       bool
	TTL      uint8  // 0 means 255, and 64 with IPv6
	ID       uint16 // of the echo requests
}

// A Ping sends echo requests one after the other.
type Ping struct {
	cfg  PingConfig
	out  func(Result)
	seq  int // of the request that is out
	open bool
	sent time.Time
	next time.Time

	Received        int
	Min, Max, total time.Duration
}

// NewPing returns a ping that Tick starts; out takes the results.
func NewPing(c PingConfig, out func(Result)) *Ping {
	if c.TTL == 0 {
		if c.TTL = hostTTL; c.Dst.Is6() {
			c.TTL = hostTTL6
		}
	}
	c.Timeout = max(c.Timeout, minTimeout)
	return &Ping{cfg: c, out: out, seq: -1}
}

// Average returns the mean round trip time; 0 without any answer.
func (p *Ping) Average() time.Duration {
	if p.Received == 0 {
		return 0
	}
	return p.total / time.Duration(p.Received)
}

// Sent returns how many requests have been sent.
func (p *Ping) Sent() int { return p.seq + 1 }

// Done reports whether all requests are answered or given up.
func (p *Ping) Done() bool { return !p.open && p.seq+1 >= p.cfg.Count }

// Deadline returns when Tick wants to be called; zero when the ping is done.
func (p *Ping) Deadline() time.Time {
	switch {
	case p.Done():
		return time.Time{}
	case p.open:
		return p.sent.Add(p.cfg.Timeout)
	}
	return p.next
}

// Tick sends the next request, or gives up the one that is out.
func (p *Ping) Tick(now time.Time, send Send) {
	if p.open && !now.Before(p.sent.Add(p.cfg.Timeout)) {
		p.close(now, Result{Kind: Timeout})
	}
	if p.open || p.Done() || now.Before(p.next) {
		return
	}
	p.seq++
	p.open, p.sent = true, now
	b, err := p.request()
	if err != nil {
		p.close(now, Result{Kind: OtherICMP})
		return
	}
	send(b)
}

// request returns the echo request that is due.
func (p *Ping) request() ([]byte, error) {
	c := &p.cfg
	head := ip.HeaderLen + ip.ICMPHeaderLen
	if c.Dst.Is6() {
		head = ip.IPv6HeaderLen + ip.ICMPHeaderLen
	}
	body := make([]byte, max(c.Size-head, 0))
	for i := range body {
		body[i] = [2]byte{0xab, 0xcd}[i&1] // IOS's pattern
	}
	rest := uint32(c.ID)<<16 | uint32(uint16(p.seq))
	if c.Dst.Is6() {
		return ip.AppendICMPv6(nil, ip.Header6{HopLimit: c.TTL, Src: c.Src, Dst: c.Dst}, ip.ICMPv6Echo, 0, rest, body)
	}
	h := ip.Header{ID: c.ID + uint16(p.seq), DF: c.DF, TTL: c.TTL, Src: c.Src, Dst: c.Dst}
	return ip.AppendICMP(nil, h, ip.ICMPEcho, 0, rest, body)
}

// Deliver offers a whole packet; it reports whether it was an answer to this ping.
func (p *Ping) Deliver(now time.Time, pkt []byte) bool {
	h, ok := hear(pkt)
	if !ok {
		return false
	}
	res := Result{From: h.from, TTL: h.ttl, Size: h.size}
	if h.reply {
		if h.id != p.cfg.ID || h.from != p.cfg.Dst {
			return false
		}
		if p.open && h.seq == uint16(p.seq) {
			res.Kind = Reply
			p.close(now, res)
		}
		return true
	}
	if h.about.proto != ip.ProtoICMP || h.about.dst != p.cfg.Dst {
		return false
	}
	id, seq := h.echoID()
	if id != p.cfg.ID {
		return false
	}
	if p.open && seq == uint16(p.seq) {
		res.Kind, res.Code = h.kind, h.code
		p.close(now, res)
	}
	return true
}

func (p *Ping) close(now time.Time, res Result) {
	p.open = false
	res.Seq = p.seq
	if res.Kind != Timeout {
		res.RTT = now.Sub(p.sent)
	}
	if res.Kind == Reply {
		if p.Received == 0 || res.RTT < p.Min {
			p.Min = res.RTT
		}
		p.Max = max(p.Max, res.RTT)
		p.total += res.RTT
		p.Received++
	}
	p.next = now
	if p.cfg.Interval > 0 {
		p.next = p.sent.Add(p.cfg.Interval)
	}
	p.out(res)
}

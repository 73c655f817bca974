package probe

import (
	"encoding/binary"
	"net/netip"
	"time"

	"axle/internal/ip"
)

// A PingConfig says what to ping and how.
type PingConfig struct {
	Src, Dst netip.Addr
	Count    int           // echo requests
	Size     int           // bytes of the IP packet, 36 at least
	Timeout  time.Duration // for each answer
	Interval time.Duration // between requests; 0: the next follows the answer
	DF       bool
	TTL      uint8  // 0 means 255
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
		c.TTL = hostTTL
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
	body := make([]byte, max(p.cfg.Size-ip.HeaderLen-ip.ICMPHeaderLen, 0))
	for i := range body {
		body[i] = [2]byte{0xab, 0xcd}[i&1] // IOS's pattern
	}
	rest := uint32(p.cfg.ID)<<16 | uint32(uint16(p.seq))
	h := ip.Header{ID: p.cfg.ID + uint16(p.seq), DF: p.cfg.DF, TTL: p.cfg.TTL, Src: p.cfg.Src, Dst: p.cfg.Dst}
	b, err := ip.AppendICMP(nil, h, ip.ICMPEcho, 0, rest, body)
	if err != nil {
		p.close(now, Result{Kind: OtherICMP})
		return
	}
	send(b)
}

// Deliver offers a packet; it reports whether it was an answer to this ping.
func (p *Ping) Deliver(now time.Time, pkt ip.IPv4) bool {
	if pkt.Protocol() != ip.ProtoICMP || pkt.IsFragment() {
		return false
	}
	m, err := ip.ParseICMP(pkt.Payload())
	if err != nil {
		return false
	}
	res := Result{From: pkt.Src(), TTL: int(pkt.TTL()), Size: len(pkt)}
	if m.Type() == ip.ICMPEchoReply {
		if m.ID() != p.cfg.ID || pkt.Src() != p.cfg.Dst {
			return false
		}
		if p.open && m.Seq() == uint16(p.seq) {
			res.Kind = Reply
			p.close(now, res)
		}
		return true
	}
	if !m.IsError() {
		return false
	}
	seq, ok := p.quotes(m)
	if !ok {
		return false
	}
	if p.open && seq == uint16(p.seq) {
		res.Kind, res.Code = kindOf(m), m.Code()
		p.close(now, res)
	}
	return true
}

// quotes reports whether an error is about one of our requests.
func (p *Ping) quotes(m ip.ICMP) (seq uint16, ok bool) {
	q, err := ip.QuotedIPv4(m.Body())
	if err != nil || q.Protocol() != ip.ProtoICMP || q.Dst() != p.cfg.Dst {
		return 0, false
	}
	in := q.Payload()
	if len(in) < 8 || in[0] != ip.ICMPEcho || binary.BigEndian.Uint16(in[4:]) != p.cfg.ID {
		return 0, false
	}
	return binary.BigEndian.Uint16(in[6:]), true
}

func kindOf(m ip.ICMP) Kind {
	switch {
	case m.Type() == ip.ICMPUnreachable && m.Code() == ip.CodeFragNeeded:
		return FragNeeded
	case m.Type() == ip.ICMPUnreachable:
		return Unreachable
	case m.Type() == ip.ICMPTimeExceeded:
		return TTLExceeded
	}
	return OtherICMP
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

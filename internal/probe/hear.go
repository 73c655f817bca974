package probe

import (
	"encoding/binary"
	"net/netip"

	"axle/internal/ip"
)

// A heard is an ICMP or ICMPv6 message that came in, in words that hold for both.
type heard struct {
	from      netip.Addr
	ttl, size int // of the packet; size in bytes

	reply   bool   // an echo reply
	id, seq uint16 // of an echo reply

	failure bool // an error
	kind    Kind
	code    uint8
	about   complaint // the packet that the error is about
}

// A complaint is what an error is about: a packet of either family within an error.
type complaint struct {
	proto   uint8 // ip.ProtoICMP for echo requests of both families
	dst     netip.Addr
	payload []byte // what is there of it
}

// hear reads a packet. ok is false for what is no echo reply and no error.
func hear(pkt []byte) (h heard, ok bool) {
	if len(pkt) > 0 && pkt[0]>>4 == 6 {
		return hear6(pkt)
	}
	p, err := ip.ParseIPv4(pkt)
	if err != nil || p.Protocol() != ip.ProtoICMP || p.IsFragment() {
		return h, false
	}
	m, err := ip.ParseICMP(p.Payload())
	if err != nil {
		return h, false
	}
	h = heard{from: p.Src(), ttl: int(p.TTL()), size: len(p), code: m.Code()}
	switch {
	case m.Type() == ip.ICMPEchoReply:
		h.reply, h.id, h.seq = true, m.ID(), m.Seq()
		return h, true
	case !m.IsError():
		return h, false
	}
	q, err := ip.QuotedIPv4(m.Body())
	if err != nil {
		return h, false
	}
	h.failure, h.kind = true, kindOf(m)
	h.about = complaint{q.Protocol(), q.Dst(), q.Payload()}
	if h.about.proto == ip.ProtoICMP && !isEcho(q.Payload(), ip.ICMPEcho) {
		return h, false
	}
	return h, true
}

// hear6 is hear for IPv6.
func hear6(pkt []byte) (h heard, ok bool) {
	p, err := ip.ParseIPv6(pkt)
	if err != nil {
		return h, false
	}
	proto, at, ok := p.Upper()
	if !ok || proto != ip.ProtoICMPv6 {
		return h, false
	}
	m, err := ip.ParseICMPv6(p, at)
	if err != nil {
		return h, false
	}
	h = heard{from: p.Src(), ttl: int(p.HopLimit()), size: len(p), code: m.Code()}
	switch {
	case m.Type() == ip.ICMPv6EchoReply:
		h.reply, h.id, h.seq = true, m.ID(), m.Seq()
		return h, true
	case !m.IsError():
		return h, false
	}
	q, err := ip.QuotedIPv6(m.Body())
	if err != nil {
		return h, false
	}
	if proto, at, ok = q.Upper(); !ok {
		return h, false
	}
	if proto == ip.ProtoFragment {
		f := q.Fragment(at)
		if f.Offset() != 0 {
			return h, false
		}
		proto, at = f.NextHeader(), at+ip.FragmentHeaderLen
	}
	h.failure, h.kind = true, kindOf6(m)
	h.about = complaint{proto, q.Dst(), q[at:]}
	if proto == ip.ProtoICMPv6 {
		h.about.proto = ip.ProtoICMP
		return h, isEcho(q[at:], ip.ICMPv6Echo)
	}
	return h, proto != ip.ProtoICMP // which has no place in IPv6
}

// isEcho tells whether the beginning of a message is an echo request of that type.
func isEcho(b []byte, typ uint8) bool { return len(b) >= 8 && b[0] == typ }

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

func kindOf6(m ip.ICMPv6) Kind {
	switch m.Type() {
	case ip.ICMPv6TooBig:
		return FragNeeded
	case ip.ICMPv6Unreachable:
		return Unreachable
	case ip.ICMPv6TimeExceeded:
		return TTLExceeded
	}
	return OtherICMP
}

// portClosed tells whether the error says that nobody listens: what the target of a
// traceroute answers.
func (h *heard) portClosed() bool {
	if h.from.Is6() {
		return h.code == ip.Code6Port
	}
	return h.code == ip.CodePort
}

// echoID returns identifier and sequence number of the echo request that an error is
// about.
func (h *heard) echoID() (id, seq uint16) {
	return binary.BigEndian.Uint16(h.about.payload[4:]), binary.BigEndian.Uint16(h.about.payload[6:])
}

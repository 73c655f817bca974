package router

import (
	"encoding/binary"
	"slices"
	"time"

	"axle/cli/ios"
	"axle/dataplane"
	"axle/internal/ip"
)

// A captureBuffer holds the packets of a capture in order of time.
type captureBuffer struct {
	limit int64 // bytes
	ring  bool  // the oldest packets make room for new ones

	packets []capturedPacket
	used    int64  // bytes of packets
	taken   uint64 // packets that came to stand here
	dropped uint64 // packets that did not, for a limit

	second  int64 // of the clock, in which
	arrived int   // so many packets came
}

// A capturedPacket is a packet in a buffer.
type capturedPacket struct {
	at   time.Time
	name string // of the interface; "": the router itself
	out  bool
	len  int // bytes of the whole packet
	data []byte
}

// packetOverhead is what a packet in a buffer costs beside its bytes.
const packetOverhead = 96

func (p *capturedPacket) cost() int64 { return int64(len(p.data)) + packetOverhead }

func (b *captureBuffer) clear() {
	b.packets, b.used, b.taken, b.dropped = nil, 0, 0, 0
}

// add puts a packet in. It returns false where there is no room.
func (b *captureBuffer) add(p capturedPacket) bool {
	gone := 0
	for b.ring && gone < len(b.packets) && b.used+p.cost() > b.limit {
		b.used -= b.packets[gone].cost()
		b.packets[gone].data = nil
		gone++
	}
	b.packets = b.packets[gone:]
	if b.used+p.cost() > b.limit {
		return false
	}
	at := len(b.packets) // behind all that are not later: workers hand over batches
	for at > 0 && b.packets[at-1].at.After(p.at) {
		at--
	}
	b.packets = slices.Insert(b.packets, at, p)
	b.used += p.cost()
	b.taken++
	return true
}

// take puts a packet into the buffer unless a limit forbids it. It returns why
// the capture is over, "" where it is not.
func (c *capture) take(p *dataplane.Captured) (reason string) {
	b := &c.buf
	if s := p.At / int64(time.Second); s != b.second {
		b.second, b.arrived = s, 0
	}
	if b.arrived++; b.arrived > c.limits.PPS {
		b.dropped++
		return ""
	}
	if !b.add(capturedPacket{time.Unix(0, p.At), p.Name, p.Out, p.Len, slices.Clone(p.Data)}) {
		b.dropped++
		return "Buffer full"
	}
	if c.limits.Packets > 0 && b.taken >= uint64(c.limits.Packets) {
		return "Packet limit reached"
	}
	return ""
}

// matcher returns what tells the packets of a filter; nil is every packet. ok is
// false where its access list is not there.
func (r *Router) matcher(f *ios.CaptureFilter) (match func([]byte) bool, ok bool) {
	switch {
	case f.Any:
		return nil, true
	case f.IPv6:
		return func(b []byte) bool { return len(b) > 0 && b[0]>>4 == 6 }, true
	case f.AccessList == "":
		list := &ios.AccessList{Extended: true, Entries: []ios.ACE{f.Entry}}
		return func(b []byte) bool { return permits(list, b) }, true
	}
	lists := r.Config().AccessLists
	i := slices.IndexFunc(lists, func(a ios.AccessList) bool { return a.Name == f.AccessList })
	if i < 0 {
		return nil, false
	}
	return func(b []byte) bool { return permits(&lists[i], b) }, true
}

// permits reports whether an access list permits a packet; a faulty one it does
// not.
func permits(list *ios.AccessList, b []byte) bool {
	p, err := ip.ParseIPv4(b)
	if err != nil {
		return false
	}
	f := ios.FilterPacket{Source: p.Src(), Dest: p.Dst(), Protocol: p.Protocol(), Fragment: p.Offset() != 0}
	body := p.Payload()
	switch {
	case f.Fragment:
	case f.Protocol == ip.ProtoICMP && len(body) >= 2:
		f.ICMPType, f.ICMPCode = body[0], body[1]
	case len(body) >= 4 && (f.Protocol == ip.ProtoTCP || f.Protocol == ip.ProtoUDP || f.Protocol == protoSCTP):
		f.SourcePort, f.DestPort = binary.BigEndian.Uint16(body), binary.BigEndian.Uint16(body[2:])
		f.ACKOrRST = f.Protocol == ip.ProtoTCP && len(body) >= 14 && body[13]&0x14 != 0
	}
	permit, _ := list.Match(f)
	return permit
}

const protoSCTP = 132

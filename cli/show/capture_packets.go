package show

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	inet "axle/internal/ip"
)

// A CaptureBuffer is how full the buffer of a capture is.
type CaptureBuffer struct {
	Size, Used       int64 // bytes
	Packets, Dropped uint64
	PerSecond        uint64
}

// String is "show monitor capture NAME buffer".
func (b CaptureBuffer) String() string {
	s := new(screen)
	s.line(" buffer size (KB) : %d", b.Size>>10)
	s.line(" buffer used (KB) : %d", (b.Used+1023)>>10)
	s.line(" packets in buf   : %d", b.Packets)
	s.line(" packets dropped  : %d", b.Dropped)
	s.line(" packets per sec  : %d", b.PerSecond)
	return s.String()
}

// A CapturedPacket is a packet in the buffer of a capture.
type CapturedPacket struct {
	At   time.Time
	Len  int    // bytes of the whole packet
	Data []byte // as much of it as was kept, IP header first
}

// A CaptureForm is a form of "show monitor capture NAME buffer".
type CaptureForm uint8

// The forms.
const (
	CaptureBrief    CaptureForm = iota // a line for each packet
	CaptureDetailed                    // that, and how the packet begins
	CaptureDump                        // all bytes
)

// detailed is how much of a packet the detailed form shows, bytes.
const detailed = 64

// MaxCaptureText bounds what CapturedPackets shows, bytes.
const MaxCaptureText = 2 << 20

// CapturedPackets lists n packets, of which at returns each. Times count from the
// first one. It ends at MaxCaptureText with a line that says how many are left.
func CapturedPackets(n int, at func(i int) CapturedPacket, form CaptureForm) string {
	s := new(screen)
	if form != CaptureDump {
		rule := " " + strings.Repeat("-", 76)
		s.text(rule, " #   size   timestamp     source             destination      dscp    protocol", rule)
	}
	for i := range n {
		if s.Len() > MaxCaptureText {
			s.line("%% %d packets more; export the capture to see them", n-i)
			break
		}
		p := at(i)
		switch form {
		case CaptureBrief:
			p.row(s, i, at(0).At)
		case CaptureDetailed:
			p.row(s, i, at(0).At)
			dump(s, p.Data[:min(len(p.Data), detailed)])
			s.text("")
		case CaptureDump:
			s.line("%d", i)
			dump(s, p.Data)
			s.text("")
		}
	}
	return s.String()
}

// row writes the line of a packet.
func (p *CapturedPacket) row(s *screen, i int, start time.Time) {
	h := headerOf(p.Data)
	s.line("%4d %4d %11.6f   %-15s  ->  %-15s  %-2d %-4s %s",
		i, p.Len, p.At.Sub(start).Seconds(), address(h.src), address(h.dst), h.dscp, dscpName(h.dscp), ipProtocol(h.protocol, h.v6))
}

// A header is what a row tells of an IP packet.
type header struct {
	src, dst       netip.Addr
	dscp, protocol uint8
	v6             bool
}

// headerOf reads as much of a header as is there. It checks nothing: a capture
// shows faulty packets too.
func headerOf(b []byte) (h header) {
	switch {
	case len(b) >= inet.IPv6HeaderLen && b[0]>>4 == 6:
		p := inet.IPv6(b)
		h = header{p.Src(), p.Dst(), p.TrafficClass() >> 2, p.NextHeader(), true}
	case len(b) >= inet.HeaderLen:
		p := inet.IPv4(b)
		h = header{p.Src(), p.Dst(), p.TOS() >> 2, p.Protocol(), false}
	}
	return h
}

// dscpName is the name of a DSCP of a class (RFC 2474, 2597, 3246), "" of others.
func dscpName(d uint8) string {
	class, drop := d>>3, d>>1&3
	switch {
	case d == 0:
		return "BE"
	case d == 46:
		return "EF"
	case d&7 == 0:
		return fmt.Sprintf("CS%d", class)
	case d&1 == 0 && class >= 1 && class <= 4:
		return fmt.Sprintf("AF%d%d", class, drop)
	}
	return ""
}

// ipProtocols are the protocols that have a name in a row.
var ipProtocols = map[uint8]string{
	1: "ICMP", 2: "IGMP", 4: "IPIP", 6: "TCP", 17: "UDP", 41: "IPv6", 47: "GRE", 50: "ESP", 51: "AH", 58: "ICMPv6", 88: "EIGRP",
	89: "OSPF", 103: "PIM", 112: "VRRP", 115: "L2TP", 132: "SCTP",
}

func ipProtocol(n uint8, v6 bool) string {
	if name := ipProtocols[n]; name != "" && (n != 58 || v6) {
		return name
	}
	return fmt.Sprint(n)
}

// dump writes bytes as hexadecimal words with their letters.
func dump(s *screen, b []byte) {
	for at := 0; at < len(b); at += 16 {
		line := b[at:min(at+16, len(b))]
		var hex, text strings.Builder
		for i, c := range line {
			if i > 0 && i%4 == 0 {
				hex.WriteByte(' ')
			}
			fmt.Fprintf(&hex, "%02X", c)
			if c < ' ' || c > '~' {
				c = '.'
			}
			text.WriteByte(c)
		}
		s.line("  %04X:  %-35s   %s", at, hex.String(), text.String())
	}
}

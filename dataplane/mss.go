package dataplane

import "axle/internal/ip"

// clampMSS lowers the MSS option of a TCP SYN to the smaller of the limits of
// the interfaces that it comes in and goes out by ("ip tcp adjust-mss", "ipv6 tcp
// adjust-mss").
func (t *transit) clampMSS(in, out *Interface) {
	if t.is6() {
		t.clampMSS6(in, out)
		return
	}
	limit := out.MSS
	if in != nil {
		limit = lower(limit, in.MSS)
	}
	if limit <= 0 {
		return
	}
	if p := t.packet(); p.Protocol() == ip.ProtoTCP && p.Offset() == 0 {
		clamp(p.Payload(), limit)
	}
}

func (t *transit) clampMSS6(in, out *Interface) {
	limit := out.MSS6
	if in != nil {
		limit = lower(limit, in.MSS6)
	}
	if limit <= 0 {
		return
	}
	p := ip.IPv6(t.data())
	if proto, at, ok := p.Upper(); ok && proto == ip.ProtoTCP {
		clamp(p[at:], limit)
	}
}

// lower returns the smaller of two limits of which 0 means none.
func lower(a, b int) int {
	if a == 0 || b > 0 && b < a {
		return b
	}
	return a
}

// clamp lowers the MSS option of the segment b, if it is a SYN.
func clamp(b []byte, limit int) {
	if limit > 65535 {
		return
	}
	if s, err := ip.ParseTCP(b); err == nil && s.Flags()&ip.TCPSyn != 0 {
		s.ClampMSS(uint16(limit))
	}
}

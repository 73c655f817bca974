package dataplane

import "axle/internal/ip"

// clampMSS lowers the MSS option of a TCP SYN to the smaller of the limits of
// the interfaces that it comes in and goes out by ("ip tcp adjust-mss").
func clampMSS(p ip.IPv4, in, out *Interface) {
	limit := out.MSS
	if in != nil && in.MSS > 0 && (limit == 0 || in.MSS < limit) {
		limit = in.MSS
	}
	if limit <= 0 || limit > 65535 || p.Protocol() != ip.ProtoTCP || p.Offset() != 0 {
		return
	}
	if t, err := ip.ParseTCP(p.Payload()); err == nil && t.Flags()&ip.TCPSyn != 0 {
		t.ClampMSS(uint16(limit))
	}
}

package esp

import "axle/internal/ip"

// Head returns how many bytes Seal writes in front of a payload.
func (s *Outbound) Head() int { return headerLen + s.t.iv }

// Head returns where the body of a packet begins.
func (s *Inbound) Head() int { return headerLen + s.t.iv }

// Tail returns how many bytes Seal writes behind a payload at most.
func (s *Outbound) Tail() int { return s.t.block - 1 + trailerLen + s.t.icv }

// around returns the bytes of the headers that stand beside ESP, the outer IP
// header aside: UDP in front of it, and in tunnel mode an IP header in it.
func (s *Outbound) around() (udp, inner int) {
	if s.params.encapsulated() {
		udp = ip.UDPHeaderLen
	}
	if s.params.Tunnel {
		if inner = ip.IPv6HeaderLen; s.params.Dst.Unmap().Is4() {
			inner = ip.HeaderLen
		}
	}
	return udp, inner
}

// Overhead returns by how many bytes protection makes a packet of n bytes behind
// its IP header longer: by ESP, by UDP where that is in front of it, and in
// tunnel mode by the second IP header.
func (s *Outbound) Overhead(n int) int {
	udp, inner := s.around()
	return udp + s.Head() + s.t.body(inner+n) + s.t.icv - n
}

// MaxPayload returns the largest n for which n and Overhead(n) together are at
// most room bytes; 0 if there is none.
func (s *Outbound) MaxPayload(room int) int {
	udp, inner := s.around()
	body := (room - udp - s.Head() - s.t.icv) / s.t.block * s.t.block
	return max(0, body-trailerLen-inner)
}

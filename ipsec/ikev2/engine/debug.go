package engine

import (
	"fmt"

	"axle/ipsec"
	"axle/ipsec/ikev2"
)

// tell prints a line of "debug crypto ikev2", if that is on. Secrets are not among
// the arguments.
func (s *sa) tell(format string, args ...any) {
	if s.e.debug {
		text := fmt.Sprintf("IKEv2:(SESSION ID = %d,SA ID = %d):", s.number, s.number) + fmt.Sprintf(format, args...) + "\n"
		s.e.do(ipsec.Tell{Category: ipsec.DebugIKEv2, Text: text})
	}
}

// tellSend prints a message that is sent: addresses, header, and the names of the
// payloads.
func (s *sa) tellSend(x ikev2.Exchange, id uint32, response bool, b body) {
	if s.e.debug {
		h := s.header(x, id, response)
		s.tell("Sending Packet [To %v/From %v/VRF i0:f0]\n%v\nPayload contents:\n %s", s.path.remote, s.path.local, h, ikev2.Names(b))
	}
}

// tellReceive prints a message that was received.
func (s *sa) tellReceive(d *ipsec.Datagram, h *ikev2.Header, b body) {
	if s.e.debug {
		s.tell("Received Packet [From %v/To %v/VRF i0:f0]\n%v\nPayload contents:\n %s", d.Remote, d.Local, *h, ikev2.Names(b))
	}
}

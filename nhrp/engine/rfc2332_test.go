package engine

import (
	"bytes"
	"testing"
	"time"

	"axle/nhrp"
)

// The tests of this file each focus on a sentence of RFC 2332.

// §5.2.7: "NHRP Error Indication packets ... SHALL NEVER be generated in
// response to another NHRP Error Indication packet."
func TestRFCNoErrorAboutError(t *testing.T) {
	_, hub, _, _ := phase3(t)
	for _, hops := range []uint8{0, 1, 255} {
		m := &nhrp.Message{
			Op: nhrp.ErrorIndication, HopCount: hops, ErrorCode: nhrp.ErrProtocol,
			SrcNBMA: attacker, SrcProto: ip("10.0.0.18"), DstProto: ip("10.0.0.1"), Packet: make([]byte, 40),
			Extensions: []nhrp.Extension{{Type: 77, Compulsory: true}},
		}
		if out := hub.receive(attacker, encode(t, m)); len(out) != 0 {
			t.Errorf("hop count %d: %+v", hops, out)
		}
	}
}

// §5.2.7: the contents of an error indication are "the packet that caused the
// error"; it names its sender as the source.
func TestRFCErrorCarriesPacket(t *testing.T) {
	_, hub, _, _ := phase3(t)
	b := encode(t, registrationFrom("10.0.0.18", attacker.String(), "10.0.0.1", "wrong"))
	m := sentBy(t, hub.receive(attacker, b)).Message
	if !bytes.HasPrefix(m.Packet, b) || len(m.Packet) != len(b)+16 || m.SrcProto != ip("10.0.0.1") || m.DstProto != ip("10.0.0.18") || len(m.Extensions) != 0 {
		t.Errorf("indication %+v", m)
	}
}

// §5.2.4: "The NHRP Registration Reply ... has the same Request ID" and the
// same addresses as the request.
func TestRFCReplyRepeatsRequest(t *testing.T) {
	_, hub, _, _ := phase3(t)
	q := registrationFrom("10.0.0.18", "203.0.113.18", "10.0.0.1", "secret")
	q.RequestID, q.Flags = 0xfedcba98, 0x8002
	r := sentBy(t, hub.receive(q.SrcNBMA, encode(t, q))).Message
	if r.RequestID != q.RequestID || r.Flags != q.Flags || r.SrcNBMA != q.SrcNBMA || r.SrcProto != q.SrcProto || r.DstProto != q.DstProto {
		t.Errorf("reply %+v", r)
	}
}

// §5.3: a station that does not know an extension with the compulsory bit must
// not process the packet; without the bit it ignores the extension.
func TestRFCVendorExtensionIsKept(t *testing.T) {
	_, hub, one, _ := phase3(t)
	m := requestFrom("10.0.0.11", "203.0.113.11", "192.168.2.10")
	m.Extensions = append(m.Extensions,
		nhrp.Extension{Type: nhrp.ExtVendor, Value: []byte{0, 0, 0x0c, 1}},
		nhrp.Extension{Type: nhrp.ExtVendor, Value: []byte{0, 0, 0x0c, 2}},
		nhrp.Extension{Type: 99, Value: []byte{1}})
	r := sentBy(t, hub.receive(one.cfg.NBMA, encode(t, m))).Message
	if len(r.Extensions) != len(m.Extensions) || !bytes.Equal(r.Extensions[6].Value, m.Extensions[6].Value) {
		t.Errorf("forwarded %+v", r.Extensions)
	}
}

// §5.3.1: the Responder Address extension is filled by who answers, and only
// in the reply.
func TestRFCResponder(t *testing.T) {
	_, hub, one, two := phase3(t)
	r := sentBy(t, hub.receive(one.cfg.NBMA, encode(t, requestFrom("10.0.0.11", "203.0.113.11", "192.168.2.10"))))
	if x := r.Message.Extension(nhrp.ExtResponder); len(x.Clients) != 0 {
		t.Errorf("the forwarder filled in %+v", x)
	}
	r = sentBy(t, two.receive(hub.cfg.NBMA, r.Packet))
	if x := r.Message.Extension(nhrp.ExtResponder); len(x.Clients) != 1 || x.Clients[0].Proto != ip("10.0.0.12") {
		t.Errorf("the responder filled in %+v", x)
	}
}

// §5.2.2: without the A bit an NHS may answer from its cache; with it, "the
// NHS MUST NOT" if it does not serve the destination: Cisco's hubs forward.
func TestRFCAuthoritative(t *testing.T) {
	for _, tt := range []struct {
		flags nhrp.Flags
		want  nhrp.Op
	}{{0xc802, nhrp.ResolutionRequest}, {0x8802, nhrp.ResolutionReply}} {
		_, hub, one, two := phase3(t)
		m := requestFrom("10.0.0.11", "203.0.113.11", "10.0.0.12")
		m.Flags = tt.flags
		s := sentBy(t, hub.receive(one.cfg.NBMA, encode(t, m)))
		if s.Message.Op != tt.want {
			t.Errorf("flags %#x: sent %s", tt.flags, s.Message.Op)
		}
		if s.Message.Op == nhrp.ResolutionReply {
			c := s.Message.Clients[0]
			if c.NBMA != two.cfg.NBMA || c.Proto != ip("10.0.0.12") || c.Hold > 600*time.Second || c.Hold < 590*time.Second || s.Message.Flags&nhrp.FlagAuthoritative != 0 {
				t.Errorf("answer %+v", s.Message)
			}
		}
	}
}

// §5.2.0.1, code 13: with the U bit, a binding that is not unique must not be
// returned from the cache.
func TestRFCUniqueResolution(t *testing.T) {
	_, hub, one, _ := phase3(t)
	m := requestFrom("10.0.0.11", "203.0.113.11", "10.0.0.12")
	m.Flags = nhrp.FlagRouter | nhrp.FlagUnique
	s := sentBy(t, hub.receive(one.cfg.NBMA, encode(t, m)))
	if s.Message.Op != nhrp.ResolutionReply || s.Message.Clients[0].Code != nhrp.CodeNotUnique {
		t.Errorf("sent %+v", s.Message)
	}
}

// §5.2.5: a purge without the N bit is answered, and the reply repeats the
// entries; with it, it is not (TestPurgeOfOwn).
func TestRFCPurgeReplyRepeatsEntries(t *testing.T) {
	_, hub, one, _ := phase3(t)
	m := purgeFrom("10.0.0.11", "203.0.113.11", "10.0.0.1", "10.0.0.11/32")
	m.Clients = append(m.Clients, nhrp.Client{PrefixLen: 24, Proto: ip("192.168.1.0")}) // nothing of that here
	s := sentBy(t, hub.receive(one.cfg.NBMA, encode(t, m)))
	if s.Message.Op != nhrp.PurgeReply || len(s.Message.Clients) != 2 || s.Message.Clients[1].Proto != ip("192.168.1.0") {
		t.Errorf("reply %+v", s.Message)
	}
}

// §5.1: "hop count ... decremented"; §5.2.1: the request keeps its id on its
// way, so that the answer finds the requester.
func TestRFCForwardedRequestKeepsID(t *testing.T) {
	_, hub, one, _ := phase3(t)
	m := requestFrom("10.0.0.11", "203.0.113.11", "192.168.2.10")
	s := sentBy(t, hub.receive(one.cfg.NBMA, encode(t, m)))
	if s.Message.RequestID != m.RequestID || s.Message.SrcNBMA != m.SrcNBMA || s.Message.SrcProto != m.SrcProto || s.Message.HopCount != 254 {
		t.Errorf("forwarded %+v", s.Message)
	}
}

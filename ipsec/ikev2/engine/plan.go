package engine

import (
	"encoding/binary"
	"net/netip"

	"axle/ipsec"
	"axle/ipsec/ikev2"
	"axle/ipsec/suite"
)

// A childOffer is what an initiator asks for in IKE_AUTH or CREATE_CHILD_SA.
type childOffer struct {
	socket    ipsec.Socket
	profile   *ipsec.Profile
	in        uint32 // our SPI
	offer     *ikev2.SA
	tsi, tsr  netip.Addr
	transport bool
}

// offerChild makes an offer for a socket; nil where its profile is gone. With old
// it is one to replace that child.
func (s *sa) offerChild(x *socket, old *child) *childOffer {
	p := s.e.ipsecProfile(x.profile)
	if old != nil {
		p = s.e.current(old.profile)
	}
	if p == nil {
		return nil
	}
	o := &childOffer{
		socket: x.key, profile: p, in: s.e.newESP(),
		tsi: s.path.local.Addr(), tsr: s.path.remote.Addr(),
	}
	for i := range p.Transforms {
		o.transport = o.transport || p.Transforms[i].Mode != ipsec.Tunnel
	}
	if old != nil {
		o.transport = !old.tunnel
	}
	o.offer = espOffer(p, o.in, s.setup != nil)
	if len(o.offer.Proposals) == 0 {
		return nil
	}
	return o
}

// current returns an IPsec profile as it is configured now; one that is gone, as it
// was.
func (e *Engine) current(p *ipsec.Profile) *ipsec.Profile {
	if now := e.ipsecProfile(p.Name); now != nil {
		return now
	}
	return p
}

// payloads returns the offer, without nonce and key exchange.
func (o *childOffer) payloads(s *sa, inAuth bool) body {
	b := body{}
	if o.transport {
		b = append(b, status(ikev2.UseTransportMode))
	}
	b = append(b, o.offer)
	if inAuth {
		b = append(b, o.selectors()...)
		return append(b, status(ikev2.NoTFCPadding), status(ikev2.NonFirstFragmentsAlso))
	}
	return b
}

func (o *childOffer) selectors() body {
	return body{selectors(false, o.tsi), selectors(true, o.tsr)}
}

// finishChild makes the child that a responder has agreed to, or says why there is
// none. shared and more are the secrets of its own key exchanges.
func (s *sa) finishChild(o *childOffer, b body, shared []byte, more [][]byte, sd *seed) (*child, string) {
	p, reason := s.agreedChild(o, b)
	if p == nil {
		return nil, reason
	}
	return s.makeChild(p, espSecrets{shared, more, *sd}, true), ""
}

// agreedChild holds an answer against the offer.
func (s *sa) agreedChild(o *childOffer, b body) (*childPlan, string) {
	if n := b.failure(); n != nil {
		return nil, "Received " + n.Kind.String() + " notify"
	}
	answer, ok1 := find[*ikev2.SA](b)
	tsi, ok2 := b.selectors(false)
	tsr, ok3 := b.selectors(true)
	if !ok1 || !ok2 || !ok3 {
		return nil, "Child SA is missing from the answer"
	}
	c, ok := accepted(o.offer, answer)
	if !ok || len(answer.Proposals[0].SPI) != 4 {
		return nil, "Child SA of the answer was not offered"
	}
	p := &childPlan{socket: o.socket, profile: o.profile, in: o.in, transport: o.transport && b.notify(ikev2.UseTransportMode) != nil}
	p.choice = espChoice{choice: c, spi: binary.BigEndian.Uint32(answer.Proposals[0].SPI)}
	if p.choice.spi < leastESP {
		return nil, "SPI of the answer is of no use"
	}
	if t := setOf(o.profile, &c); t == nil || o.transport && !p.transport && t.Mode == ipsec.OnlyTransport {
		return nil, "Transport mode was not agreed to"
	}
	if !agreed(tsi, tsr, o.tsi, o.tsr) {
		return nil, "Traffic selectors of the answer were not asked for"
	}
	return p, ""
}

// setOf returns the transform set of a profile to which a choice belongs.
func setOf(p *ipsec.Profile, c *choice) *ipsec.Transform {
	n := 0
	for i := range p.Transforms {
		t := &p.Transforms[i]
		if usable(t) {
			if n++; n == int(c.proposal.Number) {
				return t
			}
		}
	}
	return nil
}

// A childPlan is what both ends agree on about a child.
type childPlan struct {
	socket    ipsec.Socket
	profile   *ipsec.Profile
	choice    espChoice
	narrowing narrowing
	transport bool
	asked     bool // the peer has said USE_TRANSPORT_MODE
	in        uint32
}

// planChild decides as responder about a child that the peer asks for: in IKE_AUTH,
// anew, or in place of old.
func (s *sa) planChild(b body, inAuth bool, old *child) (*childPlan, *refusal) {
	offer, ok1 := find[*ikev2.SA](b)
	tsi, ok2 := b.selectors(false)
	tsr, ok3 := b.selectors(true)
	if !ok1 || !ok2 || !ok3 {
		return nil, refuse(ikev2.InvalidSyntax, "no proposal or no selectors")
	}
	if len(s.children) >= MaxChildren {
		s.e.stats.Limited++
		return nil, refuse(ikev2.NoAdditionalSAs, "too many child SAs")
	}
	p := &childPlan{socket: s.socketFor(), asked: b.notify(ikev2.UseTransportMode) != nil}
	wish := p.asked
	if old != nil {
		// Some peers leave the notification out when they rekey.
		p.socket, p.profile, wish = old.sock.key, s.e.current(old.profile), p.asked || !old.tunnel
	} else if p.profile = s.tunnelFor(p.socket); p.profile == nil {
		return nil, refuse(ikev2.TSUnacceptable, "no tunnel with %v", p.socket)
	}
	c, ok := chooseESP(p.profile, offer, inAuth, wish)
	if !ok {
		return nil, refuse(ikev2.NoProposalChosen, "Failed to find a matching IPsec policy")
	}
	if c.spi < leastESP {
		return nil, refuse(ikev2.InvalidSyntax, "SPI %d is of no use", c.spi)
	}
	p.choice = c
	p.transport = wish && c.transform.Mode != ipsec.Tunnel
	p.narrowing, ok = narrow(tsi, tsr, s.path.local.Addr(), s.path.remote.Addr(), p.transport, s.natPeer, s.natSelf)
	if !ok {
		return nil, refuse(ikev2.TSUnacceptable, "Failed to find a tunnel for the traffic selectors")
	}
	p.in = s.e.newESP()
	return p, nil
}

// answer returns the payloads of a responder, without nonce and key exchange.
func (p *childPlan) answer() body {
	b := body{}
	if p.transport && p.asked {
		b = append(b, status(ikev2.UseTransportMode))
	}
	w := p.choice.proposal
	w.SPI = binary.BigEndian.AppendUint32(nil, p.in)
	return append(b,
		&ikev2.SA{Proposals: []ikev2.Proposal{w}},
		selectors(false, p.narrowing.peer), selectors(true, p.narrowing.own),
		status(ikev2.NoTFCPadding), status(ikev2.NonFirstFragmentsAlso))
}

// keyed reports whether the child has a key exchange of its own.
func (p *childPlan) keyed() bool { return p.choice.group != suite.GroupNone }

package engine

import (
	"slices"

	"axle/ipsec/ikev2"
	"axle/ipsec/suite"
)

// proposals returns what may be negotiated for an IKE SA at a local address, best
// first. A responder takes some more than the defaults.
func (e *Engine) proposals(vrf string, path localPath, responder bool) []Proposal {
	if len(e.cfg.Policies) == 0 {
		if responder {
			return acceptedProposals()
		}
		return DefaultProposals()
	}
	var list []Proposal
	for _, p := range e.cfg.Policies {
		if !p.AnyVRF && p.VRF != vrf || len(p.Local) > 0 && !slices.Contains(p.Local, path.local.Addr()) {
			continue
		}
		for _, name := range p.Proposals {
			if i := slices.IndexFunc(e.cfg.Proposals, func(x Proposal) bool { return x.Name == name }); i >= 0 {
				list = append(list, e.cfg.Proposals[i])
			}
		}
	}
	return list
}

// whole reports whether the proposal has all that an IKE SA needs, and nothing
// that cannot be computed.
func (p *Proposal) whole() bool {
	if len(p.Ciphers) == 0 || len(p.PRFs) == 0 || len(p.Groups) == 0 {
		return false
	}
	combined := p.Ciphers[0].Encryption.Combined()
	for _, c := range p.Ciphers {
		if c.Encryption.Combined() != combined || !c.Encryption.Supported(c.KeyBits) {
			return false
		}
	}
	return combined == (len(p.Integrity) == 0)
}

// ikeOffer returns the proposals as they are sent: with an SPI of 8 bytes where an
// IKE SA is rekeyed. One with an additional key exchange that may be left out is
// sent without it, too: who knows no such exchange refuses the first form whole.
// RFC 9370 §2.2.1.
func ikeOffer(list []Proposal, spi []byte, additional bool) *ikev2.SA {
	sa := &ikev2.SA{}
	room := ikev2.MaxTransforms
	add := func(p *Proposal, additional bool) {
		w := p.offer(uint8(len(sa.Proposals)+1), spi, additional)
		if room -= len(w.Transforms); room >= 0 && len(sa.Proposals) < ikev2.MaxProposals {
			sa.Proposals = append(sa.Proposals, w)
		}
	}
	for i := range list {
		p := &list[i]
		if !p.whole() || !additional && p.demands() {
			continue
		}
		if additional && len(p.Additional) > 0 {
			if add(p, true); p.demands() {
				continue
			}
		}
		add(p, false)
	}
	return sa
}

// demands reports whether the proposal is nothing without an additional key
// exchange.
func (p *Proposal) demands() bool { return len(p.Additional) > 0 && !p.Optional }

// offer returns the proposal as it is sent.
func (p *Proposal) offer(number uint8, spi []byte, additional bool) ikev2.Proposal {
	w := ikev2.Proposal{Number: number, Protocol: ikev2.ProtocolIKE, SPI: spi}
	add := func(kind ikev2.TransformType, id uint16, bits int) {
		w.Transforms = append(w.Transforms, ikev2.Transform{Type: kind, ID: id, KeyBits: bits})
	}
	for _, c := range p.Ciphers {
		add(ikev2.TransformEncryption, uint16(c.Encryption), c.KeyBits)
	}
	for _, f := range p.PRFs {
		add(ikev2.TransformPRF, uint16(f), 0)
	}
	for _, x := range p.Integrity {
		add(ikev2.TransformIntegrity, uint16(x), 0)
	}
	for _, g := range p.Groups {
		add(ikev2.TransformKE, uint16(g), 0)
	}
	if additional {
		for _, g := range p.Additional {
			add(ikev2.AdditionalKE1, uint16(g), 0)
		}
		if p.Optional {
			add(ikev2.AdditionalKE1, uint16(suite.GroupNone), 0)
		}
	}
	return w
}

// A choice is one transform of each type, taken from a proposal.
type choice struct {
	proposal ikev2.Proposal // what was chosen, as it is sent back
	cipher   Cipher
	prf      suite.PRF
	integ    suite.Integrity
	group    suite.Group
	esn      bool
	added    []addition
}

// wants is what may be chosen: for each type the transforms that are taken, best
// first. A type with an empty list must not be there.
type wants map[ikev2.TransformType][]ikev2.Transform

// choose takes one transform of each type from a proposal, the best of ours that
// is there. It fails where a type of the proposal has none that we take, or one
// of ours is missing.
func (w wants) choose(p *ikev2.Proposal) (choice, bool) {
	c := choice{proposal: ikev2.Proposal{Number: p.Number, Protocol: p.Protocol, SPI: p.SPI}}
	var types []ikev2.TransformType
	for _, t := range p.Transforms {
		if !slices.Contains(types, t.Type) {
			types = append(types, t.Type)
		}
	}
	for kind, list := range w {
		// Nothing may stand for a type only where nothing is among what we take.
		if len(list) > 0 && !slices.Contains(types, kind) && !slices.ContainsFunc(list, func(t ikev2.Transform) bool { return t.ID == 0 }) {
			return c, false
		}
	}
	slices.Sort(types)
	for _, kind := range types {
		t, ok := w.pick(kind, p.Transforms)
		if !ok {
			return c, false
		}
		if kind == ikev2.TransformIntegrity && t.ID == uint16(suite.IntegrityNone) {
			continue // written out beside a combined cipher; it is not sent back
		}
		c.proposal.Transforms = append(c.proposal.Transforms, t)
		c.take(t)
	}
	return c, true
}

// pick returns the best transform of ours of a type that is in a list.
func (w wants) pick(kind ikev2.TransformType, list []ikev2.Transform) (ikev2.Transform, bool) {
	for _, mine := range w[kind] {
		for _, t := range list {
			if t.Type == kind && t.ID == mine.ID && t.KeyBits == mine.KeyBits && len(t.Other) == 0 {
				return t, true
			}
		}
	}
	return ikev2.Transform{}, false
}

// take notes a chosen transform.
func (c *choice) take(t ikev2.Transform) {
	switch {
	case t.Type == ikev2.TransformEncryption:
		c.cipher = Cipher{suite.Encryption(t.ID), t.KeyBits}
	case t.Type == ikev2.TransformPRF:
		c.prf = suite.PRF(t.ID)
	case t.Type == ikev2.TransformIntegrity:
		c.integ = suite.Integrity(t.ID)
	case t.Type == ikev2.TransformKE:
		c.group = suite.Group(t.ID)
	case t.Type == ikev2.TransformESN:
		c.esn = t.ID == ikev2.ESNOn
	case t.Type >= ikev2.AdditionalKE1 && t.Type <= ikev2.AdditionalKE7 && t.ID != 0:
		c.added = append(c.added, addition{t.Type, suite.Group(t.ID)})
	}
}

// wanted returns what may be chosen by an IKE proposal of ours.
func (p *Proposal) wanted(additional bool) wants {
	w := wants{}
	add := func(kind ikev2.TransformType, id uint16, bits int) {
		w[kind] = append(w[kind], ikev2.Transform{Type: kind, ID: id, KeyBits: bits})
	}
	for _, c := range p.Ciphers {
		add(ikev2.TransformEncryption, uint16(c.Encryption), c.KeyBits)
	}
	for _, f := range p.PRFs {
		if f.Supported() {
			add(ikev2.TransformPRF, uint16(f), 0)
		}
	}
	for _, x := range p.Integrity {
		if x.Supported() && x != suite.IntegrityNone {
			add(ikev2.TransformIntegrity, uint16(x), 0)
		}
	}
	if len(p.Integrity) == 0 {
		add(ikev2.TransformIntegrity, uint16(suite.IntegrityNone), 0)
	}
	for _, g := range p.Groups {
		if g.Supported() && !g.KEM() {
			add(ikev2.TransformKE, uint16(g), 0)
		}
	}
	if additional {
		for _, g := range p.Additional {
			if g.Supported() {
				add(ikev2.AdditionalKE1, uint16(g), 0)
			}
		}
	}
	if !p.demands() {
		for kind := ikev2.AdditionalKE1; kind <= ikev2.AdditionalKE7; kind++ {
			add(kind, 0, 0)
		}
	}
	return w
}

// chooseIKE takes the first proposal of ours that fits one of the peer's. With
// group not GroupNone a proposal with that group is preferred, since a KE payload
// for it is there already.
func chooseIKE(ours []Proposal, theirs *ikev2.SA, additional bool, group suite.Group) (choice, bool) {
	var found *choice
	for i := range ours {
		p := &ours[i]
		if !p.whole() || !additional && p.demands() {
			continue
		}
		w := p.wanted(additional)
		for j := range theirs.Proposals {
			t := &theirs.Proposals[j]
			if t.Protocol != ikev2.ProtocolIKE {
				continue
			}
			if narrow := w.prefer(group); narrow != nil {
				if c, ok := narrow.choose(t); ok {
					return c, true
				}
			}
			if c, ok := w.choose(t); ok && found == nil {
				found = &c
			}
		}
	}
	if found == nil {
		return choice{}, false
	}
	return *found, true
}

// prefer returns w with no group but the given one, nil where that is none of
// them.
func (w wants) prefer(group suite.Group) wants {
	for _, t := range w[ikev2.TransformKE] {
		if t.ID == uint16(group) && group != suite.GroupNone {
			narrow := wants{}
			for kind, list := range w {
				narrow[kind] = list
			}
			narrow[ikev2.TransformKE] = []ikev2.Transform{t}
			return narrow
		}
	}
	return nil
}

// suite returns the algorithms of an IKE SA that were chosen.
func (c *choice) ike() ikeSuite {
	return ikeSuite{cipher: c.cipher, integrity: c.integ, prf: c.prf, group: c.group, additional: c.added}
}

// esp returns the algorithms of a child that were chosen.
func (c *choice) esp() espSuite {
	return espSuite{cipher: c.cipher, integrity: c.integ, esn: c.esn, group: c.group, additional: c.added}
}

// accepted checks that what a responder chose was offered, and returns it.
func accepted(offer, answer *ikev2.SA) (choice, bool) {
	if len(answer.Proposals) != 1 {
		return choice{}, false
	}
	a := &answer.Proposals[0]
	for i := range offer.Proposals {
		o := &offer.Proposals[i]
		if o.Number != a.Number || o.Protocol != a.Protocol {
			continue
		}
		w := wants{}
		for _, t := range o.Transforms {
			w[t.Type] = append(w[t.Type], t)
		}
		for kind := range w {
			if n := count(a.Transforms, kind); n > 1 || n == 0 && !hasNone(w[kind]) {
				return choice{}, false
			}
		}
		// A combined cipher may come back with "none" beside it.
		if len(w[ikev2.TransformIntegrity]) == 0 {
			w[ikev2.TransformIntegrity] = []ikev2.Transform{{}}
		}
		return w.choose(a)
	}
	return choice{}, false
}

func count(list []ikev2.Transform, kind ikev2.TransformType) (n int) {
	for _, t := range list {
		if t.Type == kind {
			n++
		}
	}
	return n
}

func hasNone(list []ikev2.Transform) bool {
	return slices.ContainsFunc(list, func(t ikev2.Transform) bool { return t.ID == 0 })
}

package engine

import (
	"encoding/binary"
	"slices"

	"axle/ipsec"
	"axle/ipsec/ikev2"
	"axle/ipsec/suite"
)

// espOffer returns the transform sets of a profile as they are sent. Groups are
// offered outside of IKE_AUTH only, where children have no key exchange of their
// own.
func espOffer(p *ipsec.Profile, spi uint32, inAuth bool) *ikev2.SA {
	sa := &ikev2.SA{}
	for i := range p.Transforms {
		t := &p.Transforms[i]
		if !usable(t) {
			continue
		}
		w := ikev2.Proposal{Number: uint8(len(sa.Proposals) + 1), Protocol: ikev2.ProtocolESP, SPI: binary.BigEndian.AppendUint32(nil, spi)}
		for _, list := range [][]ikev2.Transform{
			{{Type: ikev2.TransformEncryption, ID: uint16(t.Encryption), KeyBits: t.KeyBits}},
			integrityOf(t), keyExchanges(p, inAuth), sequences(t, false),
		} {
			w.Transforms = append(w.Transforms, list...)
		}
		if sa.Proposals = append(sa.Proposals, w); len(sa.Proposals) == ikev2.MaxProposals {
			break
		}
	}
	return sa
}

// usable reports whether packets can be protected by a transform set. Encryption
// without integrity is refused: RFC 8221 §4.
func usable(t *ipsec.Transform) bool {
	return t.Encryption.Supported(t.KeyBits) && t.Integrity.Supported() && t.Encryption.Combined() == (t.Integrity == suite.IntegrityNone)
}

func integrityOf(t *ipsec.Transform) []ikev2.Transform {
	if t.Integrity == suite.IntegrityNone {
		return nil
	}
	return []ikev2.Transform{{Type: ikev2.TransformIntegrity, ID: uint16(t.Integrity)}}
}

// keyExchanges returns the transforms for the key exchanges of a child's own.
func keyExchanges(p *ipsec.Profile, inAuth bool) (list []ikev2.Transform) {
	if inAuth || p.PFS == suite.GroupNone {
		return nil
	}
	list = append(list, ikev2.Transform{Type: ikev2.TransformKE, ID: uint16(p.PFS)})
	if p.Additional != suite.GroupNone {
		list = append(list, ikev2.Transform{Type: ikev2.AdditionalKE1, ID: uint16(p.Additional)})
	}
	return list
}

// sequences returns the transforms for sequence numbers: a responder takes both.
func sequences(t *ipsec.Transform, responder bool) []ikev2.Transform {
	on, off := ikev2.Transform{Type: ikev2.TransformESN, ID: ikev2.ESNOn}, ikev2.Transform{Type: ikev2.TransformESN, ID: ikev2.ESNOff}
	switch {
	case t.ESN:
		return []ikev2.Transform{on, off}
	case responder:
		return []ikev2.Transform{off, on}
	}
	return []ikev2.Transform{off}
}

// An espChoice is a choice, and the transform set by which it was made.
type espChoice struct {
	choice
	transform *ipsec.Transform
	spi       uint32 // of the peer
}

// chooseESP takes the first transform set of a profile that fits one of the peer's
// proposals. In IKE_AUTH groups do not count; else that of the profile is a must,
// and without one a group of the peer's is taken where it offers nothing else.
func chooseESP(p *ipsec.Profile, theirs *ikev2.SA, inAuth, transport bool) (espChoice, bool) {
	for i := range p.Transforms {
		t := &p.Transforms[i]
		if !usable(t) || t.Mode == ipsec.OnlyTransport && !transport {
			continue
		}
		w := wants{
			ikev2.TransformEncryption: {{ID: uint16(t.Encryption), KeyBits: t.KeyBits}},
			ikev2.TransformIntegrity:  {{ID: uint16(t.Integrity)}},
			ikev2.TransformESN:        sequences(t, true),
			ikev2.TransformKE:         groupsTaken(p, inAuth),
		}
		for kind := ikev2.AdditionalKE1; kind <= ikev2.AdditionalKE7; kind++ {
			w[kind] = []ikev2.Transform{{ID: 0}}
		}
		if !inAuth && p.Additional != suite.GroupNone {
			w[ikev2.AdditionalKE1] = []ikev2.Transform{{ID: uint16(p.Additional)}}
		}
		for j := range theirs.Proposals {
			o := &theirs.Proposals[j]
			if o.Protocol != ikev2.ProtocolESP || len(o.SPI) != 4 {
				continue
			}
			offered := *o
			if inAuth {
				offered.Transforms = slices.DeleteFunc(slices.Clone(o.Transforms), func(t ikev2.Transform) bool {
					return t.Type == ikev2.TransformKE || t.Type >= ikev2.AdditionalKE1
				})
			}
			if c, ok := w.choose(&offered); ok {
				return espChoice{c, t, binary.BigEndian.Uint32(o.SPI)}, true
			}
		}
	}
	return espChoice{}, false
}

// groupsTaken returns the key exchanges that a child may have. Where the profile
// has none, those of a peer that wants one are taken: more security hurts nobody.
func groupsTaken(p *ipsec.Profile, inAuth bool) []ikev2.Transform {
	if inAuth || p.PFS == suite.GroupNone {
		list := []ikev2.Transform{{ID: 0}}
		if inAuth {
			return list
		}
		for _, g := range []suite.Group{
			suite.GroupECP256, suite.GroupECP384, suite.GroupECP521, suite.GroupX25519,
			suite.GroupMODP2048, suite.GroupMODP3072, suite.GroupMODP4096,
		} {
			list = append(list, ikev2.Transform{ID: uint16(g)})
		}
		return list
	}
	return []ikev2.Transform{{ID: uint16(p.PFS)}}
}

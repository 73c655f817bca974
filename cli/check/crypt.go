package check

import (
	"slices"
	"strings"

	"axle/cli/grammar"
)

// A crypt is how a tunnel is protected.
type crypt struct {
	line    *grammar.Tree // "tunnel protection"
	profile *grammar.Tree // the IPsec profile; nil: it is not there, or the hidden default
	setsAt  *grammar.Tree // "set transform-set"; nil: the default set
	sets    []transformSet
	lost    []string // names of sets that are not there
	v2      bool
	ike     *grammar.Tree // the IKE profile; nil: none, or not there
	ikeAt   *grammar.Tree // the line that names it; nil: none
	ikeName string
	pfs     string // "group14"; "" for none
}

// readCrypt reads the protection of the tunnel, nil where there is none.
func (e *end) readCrypt() *crypt {
	root := e.file.Tree
	p := line(e.section, "tunnel protection ipsec profile")
	if p == nil || e.file.denies(p) {
		return nil
	}
	c := &crypt{line: p, profile: named(root, "crypto ipsec profile", arg(p, "profile"))}
	if s := line(c.profile, "set pfs"); s != nil {
		c.pfs = s.Line.Words[len(s.Line.Words)-1]
	}
	c.readSets(root)
	switch v2, v1 := line(c.profile, "set ikev2-profile"), line(c.profile, "set isakmp-profile"); {
	case p.Line.Has("ikev2-profile"):
		c.v2, c.ikeAt, c.ikeName = true, p, arg(p, "ike-profile")
	case p.Line.Has("isakmp-profile"):
		c.ikeAt, c.ikeName = p, arg(p, "ike-profile")
	case v2 != nil:
		c.v2, c.ikeAt, c.ikeName = true, v2, arg(v2, "name")
	case v1 != nil:
		c.ikeAt, c.ikeName = v1, arg(v1, "name")
	}
	if c.v2 {
		c.ike = named(root, "crypto ikev2 profile", c.ikeName)
	} else if c.ikeAt != nil {
		c.ike = named(root, "crypto isakmp profile", c.ikeName)
	}
	return c
}

// denies reports whether a terminal refuses a line.
func (f *File) denies(t *grammar.Tree) bool {
	return slices.ContainsFunc(f.Denied, func(e grammar.LoadError) bool { return e.Line == t.Line.Pos })
}

// readSets reads the transform sets of the profile.
func (c *crypt) readSets(root *grammar.Tree) {
	c.setsAt = line(c.profile, "set transform-set")
	names := after(c.setsAt, 2)
	if len(names) == 0 {
		names = []string{"default"}
	}
	for _, name := range names {
		switch t := named(root, "crypto ipsec transform-set", name); {
		case t != nil:
			c.sets = append(c.sets, newTransformSet(t))
		case name == "default":
			c.sets = append(c.sets, transformSet{name: name, transforms: []string{"esp-aes", "esp-sha-hmac"}, mode: "transport"})
		default:
			c.lost = append(c.lost, name)
		}
	}
}

// both reports whether the tunnels of a pair are protected, with all that is
// needed to compare them.
func (p pair) both() bool {
	s, h := p.spoke.crypt, p.hub.crypt
	return s != nil && h != nil && s.whole() && h.whole()
}

// whole reports whether the profiles that the tunnel names are there.
func (c *crypt) whole() bool {
	return (c.profile != nil || arg(c.line, "profile") == "default") && (c.ikeAt == nil || c.ike != nil)
}

// cryptPlace returns the first place of those lines that is known, else that of
// the tunnel's protection.
func (e *end) cryptPlace(ts ...*grammar.Tree) Place {
	for _, t := range ts {
		if t != nil {
			if p := e.file.place(t); p.Line > 0 {
				return p
			}
		}
	}
	return e.at("tunnel protection")
}

// profileWhole: what is named must be there.
func profileWhole(e *end, r *report) {
	c := e.crypt
	if c == nil {
		return
	}
	for _, name := range c.lost {
		r.fault(e.cryptPlace(c.setsAt), e.at("tunnel protection"), "there is no transform set %s: enter \"crypto ipsec transform-set %s\"", name, name)
	}
	if c.ikeAt != nil && c.ike == nil {
		kind := "isakmp"
		if c.v2 {
			kind = "ikev2"
		}
		r.fault(e.cryptPlace(c.ikeAt), e.at("tunnel protection"), "there is no IKE profile %s: enter \"crypto %s profile %s\"", c.ikeName, kind, c.ikeName)
	}
	if c.v2 && c.ike != nil {
		e.ikev2Whole(r)
	}
}

// ikev2Whole: an IKEv2 profile needs two methods, a match and, for pre-shared
// keys, the keys.
func (e *end) ikev2Whole(r *report) {
	c := e.crypt
	at, other := e.cryptPlace(c.ike), e.at("tunnel protection")
	for _, side := range []string{"local", "remote"} {
		if line(c.ike, "authentication "+side) == nil {
			r.fault(at, other, "IKEv2 profile %s is not complete: enter \"authentication %s\"", c.ikeName, side)
		}
	}
	if line(c.ike, "match identity") == nil && line(c.ike, "match certificate") == nil {
		r.fault(at, other, "IKEv2 profile %s matches no peer: enter \"match identity remote\"", c.ikeName)
	}
	ring := line(c.ike, "keyring local")
	if name := arg(ring, "name"); ring != nil && named(e.file.Tree, "crypto ikev2 keyring", name) == nil {
		r.fault(e.cryptPlace(ring), other, "there is no keyring %s: enter \"crypto ikev2 keyring %s\"", name, name)
	}
	for policy := range lines(e.file.Tree, "crypto ikev2 policy") {
		for t := range lines(policy, "proposal") {
			for _, name := range after(t, 1) {
				if name != "default" && named(e.file.Tree, "crypto ikev2 proposal", name) == nil {
					r.fault(e.cryptPlace(t), other, "there is no proposal %s: enter \"crypto ikev2 proposal %s\"", name, name)
				}
			}
		}
	}
}

// protection: what is not encrypted is dropped by the side that encrypts.
func protection(p pair, r *report) {
	s, h := p.spoke, p.hub
	switch {
	case s.crypt != nil && h.crypt == nil:
		r.fault(s.at("tunnel protection"), h.at("tunnel protection"), "protected here, not at the hub: enter \"tunnel protection ipsec profile\" there, or remove it here")
	case s.crypt == nil && h.crypt != nil:
		r.fault(s.at("tunnel protection"), h.at("tunnel protection"), "not protected here, but at the hub: enter \"tunnel protection ipsec profile\" here, or remove it there")
	}
}

// ikeVersion: the two do not understand each other.
func ikeVersion(p pair, r *report) {
	if s, h := p.spoke.crypt, p.hub.crypt; p.both() && s.v2 != h.v2 {
		r.fault(p.spoke.cryptPlace(s.ikeAt), p.hub.cryptPlace(h.ikeAt), "%s here, %s at the hub: use the same, with \"set ikev2-profile\" on both or on none", s.version(), h.version())
	}
}

func (c *crypt) version() string {
	if c.v2 {
		return "IKEv2"
	}
	return "IKEv1"
}

// pfsEqual: a responder with a group wants it; one without takes what is
// offered, which is how it works while the spoke begins.
func pfsEqual(p pair, r *report) {
	s, h := p.spoke.crypt, p.hub.crypt
	if !p.both() || s.pfs == h.pfs {
		return
	}
	at, other := p.spoke.cryptPlace(line(s.profile, "set pfs"), s.profile), p.hub.cryptPlace(line(h.profile, "set pfs"), h.profile)
	if h.pfs == "" {
		r.inform(at, other, "%s here, no PFS at the hub: it works where the spoke begins, as spokes do", pfsText(s.pfs))
		return
	}
	r.fault(at, other, "%s here, %s at the hub: enter the same \"set pfs\" on both", pfsText(s.pfs), pfsText(h.pfs))
}

func pfsText(group string) string {
	if group == "" {
		return "no PFS"
	}
	return "PFS with " + strings.Replace(group, "group", "group ", 1)
}

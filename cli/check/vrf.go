package check

import "axle/cli/grammar"

// vrf returns the VRF in which the tunnel's packets travel, "" for the global
// table.
func (e *end) vrf() string { return arg(line(e.section, "tunnel vrf"), "name") }

// inVRF returns the words for a VRF.
func inVRF(name string) string {
	if name == "" {
		return "the global table"
	}
	return "VRF " + name
}

// tunnelVRF: the tunnel's packets and its IKE look in the VRF of the source.
func tunnelVRF(e *end, r *report) {
	if e.below == nil || e.below.Shutdown {
		return
	}
	mine, below := e.vrf(), line(e.file.face(e.below.Name), "vrf forwarding")
	if its := arg(below, "name"); mine != its {
		how := "\"no tunnel vrf\""
		if its != "" {
			how = "\"tunnel vrf " + its + "\""
		}
		at := e.at("tunnel vrf")
		if mine == "" {
			at = e.at("tunnel source")
		}
		r.fault(at, e.file.facePlace(e.below.Name, "vrf forwarding"), "%s sends in %s, but its source %s is in %s, so it stays down: enter %s", e.Name, inVRF(mine), e.below.Name, inVRF(its), how)
		return
	}
	if c := e.crypt; c != nil && c.ike != nil {
		e.ikeVRF(r)
	}
}

// ikeVRF: a profile of IKE holds for the global table, unless it says another
// VRF.
func (e *end) ikeVRF(r *report) {
	c, mine := e.crypt, e.vrf()
	other := e.at("tunnel vrf")
	if mine == "" {
		other = e.at("tunnel source")
	}
	if !c.v2 {
		for t := range lines(c.ike, "match identity address") {
			if arg(t, "name") == mine {
				return
			}
		}
		if t := line(c.ike, "match identity address"); t != nil {
			r.inform(e.cryptPlace(t), other, "IKE profile %s matches in %s, and %s sends in %s", c.ikeName, inVRF(arg(t, "name")), e.Name, inVRF(mine))
		}
		return
	}
	if t := line(c.ike, "match fvrf"); !fits(t, mine) {
		how := "\"match fvrf any\""
		if mine != "" {
			how = "\"match fvrf " + mine + "\""
		}
		r.fault(e.cryptPlace(t, c.ike), other, "IKEv2 profile %s is for %s, and %s sends in %s: enter %s", c.ikeName, inVRF(arg(t, "name")), e.Name, inVRF(mine), how)
	}
	var first *grammar.Tree
	for policy := range lines(e.file.Tree, "crypto ikev2 policy") {
		if fits(line(policy, "match fvrf"), mine) {
			return
		}
		if first == nil {
			first = policy
		}
	}
	if first != nil {
		r.inform(e.cryptPlace(first), other, "no IKEv2 policy is for %s, in which %s sends, so the default one holds: enter \"match fvrf any\"", inVRF(mine), e.Name)
	}
}

// fits reports whether a "match fvrf" line, nil for none, takes a VRF.
func fits(t *grammar.Tree, vrf string) bool {
	return t != nil && t.Line.Has("any") || arg(t, "name") == vrf
}

package check

import (
	"slices"
	"strings"

	"axle/cli/grammar"
)

// A suite is what an IKE policy or proposal offers. Each list needs a member in
// common with the other side's.
type suite struct {
	at                                *grammar.Tree // nil: a default
	encryption, integrity, prf, group []string
	method                            []string // IKEv1: of authentication
}

// agrees reports whether two suites have something of everything in common.
func (s suite) agrees(o suite) bool {
	for _, l := range [][2][]string{
		{s.encryption, o.encryption}, {s.integrity, o.integrity}, {s.prf, o.prf}, {s.group, o.group}, {s.method, o.method},
	} {
		if len(l[0]) == 0 && len(l[1]) == 0 {
			continue
		}
		if !slices.ContainsFunc(l[0], func(w string) bool { return slices.Contains(l[1], w) }) {
			return false
		}
	}
	return true
}

// agreed returns the first suites of a and b that agree.
func agreed(a, b []suite) (x suite, ok bool) {
	for _, s := range a {
		if slices.ContainsFunc(b, s.agrees) {
			return s, true
		}
	}
	return suite{}, false
}

// suites returns what the tunnel's IKE offers.
func (e *end) suites() []suite {
	if e.crypt.v2 {
		return e.proposals()
	}
	return e.policies()
}

// policies returns the IKEv1 policies; where none is configured, IOS-XE's two
// hidden ones.
func (e *end) policies() []suite {
	var out []suite
	for t := range lines(e.file.Tree, "crypto isakmp policy") {
		s := suite{at: t, encryption: []string{"des"}, integrity: []string{"sha"}, group: []string{"1"}, method: []string{"rsa-sig"}}
		for c := range t.Children() {
			if c.Line.No || len(c.Line.Words) < 2 {
				continue
			}
			value := []string{strings.Join(c.Line.Words[1:], " ")}
			switch c.Line.Words[0] {
			case "encryption":
				s.encryption = value
			case "hash":
				s.integrity = value
			case "group":
				s.group = value
			case "authentication":
				s.method = value
			}
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		out = []suite{{encryption: []string{"aes"}, integrity: []string{"sha"}, group: []string{"5"}, method: []string{"rsa-sig", "pre-share"}}}
	}
	return out
}

// proposals returns the IKEv2 proposals of the policies that fit the tunnel's
// source; where no policy is configured, the default one.
func (e *end) proposals() []suite {
	root := e.file.Tree
	var out []suite
	found := false
	for policy := range lines(root, "crypto ikev2 policy") {
		if !e.local(policy) {
			continue
		}
		for t := range lines(policy, "proposal") {
			found = true
			for _, name := range after(t, 1) {
				if s, ok := proposal(root, name); ok {
					out = append(out, s)
				}
			}
		}
	}
	if !found {
		s, _ := proposal(root, "default")
		out = append(out, s)
	}
	return out
}

// local reports whether a policy is for the tunnel's source.
func (e *end) local(policy *grammar.Tree) bool {
	asked := false
	for t := range lines(policy, "match address local") {
		asked = true
		if !e.source.IsValid() || address(t, "ip") == e.source {
			return true
		}
	}
	return !asked
}

// proposal returns the IKEv2 proposal with that name. The hidden default is that
// of IOS-XE 17.
func proposal(root *grammar.Tree, name string) (suite, bool) {
	t := named(root, "crypto ikev2 proposal", name)
	if t == nil {
		hash := []string{"sha512", "sha384"}
		return suite{encryption: []string{"aes-cbc-256"}, integrity: hash, prf: hash, group: []string{"19", "14", "21", "5"}}, name == "default"
	}
	list := func(what string) []string {
		out := after(line(t, what), 1)
		for i, w := range out {
			if w == "sha" {
				out[i] = "sha1"
			}
		}
		return out
	}
	s := suite{at: t, encryption: list("encryption"), integrity: list("integrity"), prf: list("prf"), group: list("group")}
	if len(s.prf) == 0 {
		s.prf = s.integrity
	}
	return s, true
}

// ikeProposal: the two agree on a policy or a proposal.
func ikeProposal(p pair, r *report) {
	if !p.both() || p.spoke.crypt.v2 != p.hub.crypt.v2 {
		return
	}
	s, h := p.spoke.suites(), p.hub.suites()
	if len(s) == 0 || len(h) == 0 {
		return // names that are not there: another rule
	}
	if _, ok := agreed(s, h); ok {
		return
	}
	what := "IKE policy"
	if p.spoke.crypt.v2 {
		what = "IKEv2 proposal"
	}
	r.fault(p.spoke.cryptPlace(s[0].at), p.hub.cryptPlace(h[0].at),
		"no %s in common: %s here, %s at the hub; enter one with the same algorithms on both", what, suitesText(s), suitesText(h))
}

func suitesText(all []suite) string {
	var out []string
	for _, s := range all {
		var parts []string
		for _, l := range [][]string{s.encryption, s.integrity, s.method} {
			if len(l) > 0 {
				parts = append(parts, strings.Join(l, ","))
			}
		}
		if len(s.prf) > 0 && !slices.Equal(s.prf, s.integrity) {
			parts = append(parts, "prf "+strings.Join(s.prf, ","))
		}
		if len(s.group) > 0 {
			parts = append(parts, "group "+strings.Join(s.group, ","))
		}
		out = append(out, strings.Join(parts, " "))
	}
	return strings.Join(out, " or ")
}

// ikeMethod: what one side does, the other must accept.
func ikeMethod(p pair, r *report) {
	if !p.both() || !p.spoke.crypt.v2 || !p.hub.crypt.v2 {
		return // IKEv1 has it in its policies
	}
	for _, way := range [][2]*end{{p.spoke, p.hub}, {p.hub, p.spoke}} {
		mine := line(way[0].crypt.ike, "authentication local")
		if mine == nil {
			continue
		}
		var theirs *grammar.Tree
		ok := false
		for t := range lines(way[1].crypt.ike, "authentication remote") {
			theirs = t
			ok = ok || t.Line.Words[2] == mine.Line.Words[2]
		}
		if theirs != nil && !ok {
			r.fault(way[0].cryptPlace(mine), way[1].cryptPlace(theirs), "authentication local %s here, but the other side accepts %s: enter a method that it has under \"authentication remote\"",
				mine.Line.Words[2], theirs.Line.Words[2])
		}
	}
}

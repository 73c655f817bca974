package ios

import (
	"strconv"
	"strings"
	"time"

	"axle/cli/grammar"
)

func (d *decoder) transformSet(s *grammar.Tree) TransformSet {
	t := TransformSet{Name: s.Line.Args["name"], ESN: d.line(s, transformESN) != nil}
	w := strings.Fields(s.Line.Args["transforms"])
	for i, name := range w {
		known := transformNamed(name)
		if known == nil {
			continue // the length of a key
		}
		if i+1 < len(w) && transformNamed(w[i+1]) == nil {
			name += " " + w[i+1]
		}
		hash := hashName(strings.TrimSuffix(name[strings.Index(name, "-")+1:], "-hmac"))
		switch {
		case known.does == transformAH:
			t.AH = hash
		case known.does == transformAuth:
			t.Integrity = hash
		case known.does == transformCompress:
			t.Compress = true
		default:
			t.Encryption = cipherName(name)
		}
	}
	if l := d.line(s, transformMode); l != nil {
		t.Transport, t.Require = l.Has("transport"), l.Has("require")
	} else if t.Name == defaultName {
		t.Transport = false // a set that is written down is in tunnel mode
	}
	return t
}

// limits reads lifetimes and windows into v.
func (d *decoder) limits(s *grammar.Tree, v *SALimits, kilobytes, seconds, idle, replay *grammar.Command) {
	if l := d.line(s, kilobytes); l != nil {
		v.Kilobytes, _ = strconv.ParseUint(l.Args["kilobytes"], 10, 64) // none: disabled
	}
	if l := d.line(s, seconds); l != nil {
		v.Lifetime = ofSeconds(l, "seconds")
	}
	if l := d.line(s, idle); l != nil {
		v.Idle = ofSeconds(l, "idle")
	}
	if l := d.line(s, replay); l != nil {
		v.Replay, _ = strconv.Atoi(l.Words[len(l.Words)-1]) // none: disabled
	}
}

func (d *decoder) ipsecGlobals(t *grammar.Tree) IPsecGlobals {
	g := IPsecGlobals{Limits: SALimits{Lifetime: time.Hour, Kilobytes: 4608000, Replay: 64}, DF: "copy", NoNAT: !d.on(t, ipsecNAT)}
	d.limits(t, &g.Limits, ipsecKilobytes, ipsecSeconds, ipsecIdle, ipsecReplay)
	if l := d.line(t, ipsecDF); l != nil {
		g.DF = l.Words[3]
	}
	return g
}

func (d *decoder) ipsecProfile(s *grammar.Tree, all SALimits) IPsecProfile {
	p := IPsecProfile{
		Name: s.Line.Args["name"], Description: d.text(s, ipsecText), IKEv2Profile: d.text(s, setIKEv2Profile), IsakmpProfile: d.text(s, setIsakmpProfile),
		TransformSets: strings.Fields(d.text(s, setTransforms)), Limits: all, PerHost: d.line(s, setPerHost) != nil,
		ResponderOnly: d.line(s, setResponder) != nil, MixedMode: d.line(s, setMixed) != nil,
	}
	if len(p.TransformSets) == 0 {
		p.TransformSets = []string{defaultName}
	}
	d.limits(s, &p.Limits, setKilobytes, setSeconds, setIdle, setReplay)
	if l := d.line(s, setDays); l != nil {
		p.Limits.Lifetime = time.Duration(number(l, "days")) * 24 * time.Hour
	}
	if l := d.line(s, setPFS); l != nil {
		p.PFS, _ = strconv.Atoi(strings.TrimPrefix(l.Words[2], "group"))
	}
	return p
}

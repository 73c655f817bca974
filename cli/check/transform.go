package check

import (
	"slices"
	"strings"

	"axle/cli/grammar"
)

// A transformSet is what IPsec does to a packet.
type transformSet struct {
	name       string
	transforms []string // sorted, with the bits of the key: "esp-aes 256"
	mode       string   // "tunnel" or "transport"
	require    bool     // "mode transport require"
	at         *grammar.Tree
}

func newTransformSet(t *grammar.Tree) transformSet {
	s := transformSet{name: arg(t, "name"), mode: "tunnel", at: t}
	for _, w := range words(t, "transforms") {
		if n := len(s.transforms); n > 0 && w[0] >= '0' && w[0] <= '9' {
			s.transforms[n-1] += " " + w
		} else {
			s.transforms = append(s.transforms, w)
		}
	}
	slices.Sort(s.transforms)
	if m := line(t, "mode transport"); m != nil {
		s.mode, s.require = "transport", m.Line.Has("require")
	}
	return s
}

// The sizes of a set's parts, bytes.
type sizes struct {
	esp            bool
	iv, block, icv int
	ah             int // the ICV of AH; 0: no AH
}

// sizes returns what the set adds to a packet. RFC 3602, 4106, 4868, 2404.
func (s *transformSet) sizes() sizes {
	z := sizes{block: 4}
	for _, t := range s.transforms {
		name, _, _ := strings.Cut(t, " ")
		hash, ah := strings.CutPrefix(name, "ah-")
		switch {
		case ah:
			z.ah = icv(hash)
		case name == "esp-aes":
			z.esp, z.iv, z.block = true, 16, 16
		case name == "esp-des", name == "esp-3des":
			z.esp, z.iv, z.block = true, 8, 8
		case name == "esp-gcm", name == "esp-gmac":
			z.esp, z.iv, z.icv = true, 8, 16
		case name == "esp-null", name == "esp-seal":
			z.esp = true
		case strings.HasSuffix(name, "-hmac"):
			z.esp, z.icv = true, icv(strings.TrimPrefix(name, "esp-"))
		}
	}
	return z
}

// icv returns the length of an HMAC in a packet, bytes.
func icv(hash string) int {
	switch hash {
	case "sha256-hmac":
		return 16
	case "sha384-hmac":
		return 24
	case "sha512-hmac":
		return 32
	default:
		return 12
	}
}

// commonSets returns the first sets of a and b with the same transforms; one
// with the same mode, if there is one.
func commonSets(a, b []transformSet) (x, y *transformSet) {
	for i := range a {
		for j := range b {
			if !slices.Equal(a[i].transforms, b[j].transforms) {
				continue
			}
			if a[i].mode == b[j].mode {
				return &a[i], &b[j]
			}
			if x == nil {
				x, y = &a[i], &b[j]
			}
		}
	}
	return x, y
}

// transforms: the two agree on one set.
func transforms(p pair, r *report) {
	s, h := p.spoke.crypt, p.hub.crypt
	if !p.both() || len(s.sets) == 0 || len(h.sets) == 0 {
		return
	}
	if x, _ := commonSets(s.sets, h.sets); x == nil {
		r.fault(p.spoke.cryptPlace(s.sets[0].at, s.setsAt), p.hub.cryptPlace(h.sets[0].at, h.setsAt),
			"no transform set in common: %s here, %s at the hub; enter a set with the same transforms on both", setsText(s.sets), setsText(h.sets))
	}
}

func setsText(sets []transformSet) string {
	var out []string
	for _, s := range sets {
		out = append(out, strings.Join(s.transforms, " "))
	}
	return strings.Join(out, " or ")
}

// transformMode: with IKEv1 the modes must be the same. IKEv2 falls back to tunnel
// mode, unless transport is required.
func transformMode(p pair, r *report) {
	s, h := p.spoke.crypt, p.hub.crypt
	if !p.both() || s.v2 != h.v2 {
		return
	}
	x, y := commonSets(s.sets, h.sets)
	if x == nil || x.mode == y.mode {
		return
	}
	at, other := p.spoke.cryptPlace(x.modeLine(), x.at, s.setsAt), p.hub.cryptPlace(y.modeLine(), y.at, h.setsAt)
	if s.v2 && !x.require && !y.require {
		r.inform(at, other, "mode %s here, mode %s at the hub: IKEv2 takes tunnel, which is 20 bytes more in each packet", x.mode, y.mode)
		return
	}
	r.fault(at, other, "mode %s here, mode %s at the hub: enter the same \"mode\" in both transform sets", x.mode, y.mode)
}

func (s *transformSet) modeLine() *grammar.Tree {
	if s.at == nil {
		return nil
	}
	return line(s.at, "mode")
}

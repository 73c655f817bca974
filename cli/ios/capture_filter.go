package ios

import (
	"math/rand/v2"
	"net/netip"
	"strings"

	"axle/cli/grammar"
)

// A CaptureFilter says which packets a capture wants.
type CaptureFilter struct {
	Any        bool   // every packet
	IPv6       bool   // every IPv6 packet
	AccessList string // IPv4 packets that the list of this name permits
	// IPv4 packets that Entry matches, where none of the above is set.
	Entry ACE
	// The parts of Entry as they are shown: "any", "host 10.0.0.1", "tcp", "eq www".
	Protocol, Source, SourcePorts, Dest, DestPorts string
}

// String returns what stands behind "monitor capture NAME" for it.
func (f *CaptureFilter) String() string {
	switch {
	case f.Any:
		return "match any"
	case f.IPv6:
		return "match ipv6 any any"
	case f.AccessList != "":
		return "access-list " + f.AccessList
	}
	text := "match ipv4"
	if f.Protocol != "any" {
		text += " protocol " + f.Protocol
	}
	for _, part := range []string{f.Source, f.SourcePorts, f.Dest, f.DestPorts} {
		if part != "" {
			text += " " + part
		}
	}
	return text
}

// A captureFilter is what stands behind "match ipv4": "[protocol P] SOURCE
// [PORTS] DEST [PORTS]". It writes protocols and ports by name, as access lists do.
type captureFilter struct{}

var _ grammar.Type = captureFilter{}

// Parse reads a filter and leaves what follows. See grammar.Type.
func (captureFilter) Parse(words []string) (text string, n, bad int, ok bool) {
	p, _ := parseCaptureFilter(words)
	if p.failed {
		return "", 0, p.bad, false
	}
	return strings.Join(p.out, " "), p.i, 0, true
}

// Placeholder returns what help shows.
func (captureFilter) Placeholder() string { return "[protocol <protocol>] <source> <destination>" }

// Help returns the text of help.
func (captureFilter) Help() string { return "any, host A.B.C.D or A.B.C.D/nn, each with ports" }

// Sample returns a filter, for tests of command tables.
func (captureFilter) Sample(rnd *rand.Rand) string {
	return []string{
		"any any", "host 10.0.0.1 any", "10.1.0.0/16 host 10.0.0.2", "protocol udp any eq 53 any", "protocol 47 any any",
		"protocol tcp any range 90 22 10.0.0.0/8 neq 80",
	}[rnd.IntN(6)]
}

// readCaptureFilter reads the canonical text of a filter.
func readCaptureFilter(text string) *CaptureFilter {
	_, f := parseCaptureFilter(strings.Fields(text))
	return &f
}

// parseCaptureFilter reads a filter with the means of access lists.
func parseCaptureFilter(words []string) (p aceParser, f CaptureFilter) {
	p = aceParser{words: words}
	e := &p.ace
	e.Permit, e.Protocol, e.ICMPType, e.ICMPCode = true, -1, -1, -1
	f.Protocol = "any"
	if p.is("protocol", 1) {
		at := len(p.out)
		if e.Protocol = p.name(aclProtocols, 255); p.failed {
			return p, f
		}
		if e.Protocol >= 0 {
			f.Protocol = strings.Join(p.out[at:], " ")
		} else {
			p.out = p.out[:0] // every protocol: not worth saying
		}
	}
	part := func(read func()) string {
		at := len(p.out)
		if read(); p.failed {
			return ""
		}
		return strings.Join(p.out[at:], " ")
	}
	f.Source = part(func() { e.Source = p.prefixOrHost() })
	f.SourcePorts = part(func() { e.SourcePorts = p.ports() })
	f.Dest = part(func() { e.Dest = p.prefixOrHost() })
	f.DestPorts = part(func() { e.DestPorts = p.ports() })
	f.Entry = *e
	return p, f
}

// prefixOrHost reads "any", "host A" or "A/24".
func (p *aceParser) prefixOrHost() WildcardAddr {
	if p.failed {
		return WildcardAddr{}
	}
	w := strings.ToLower(p.word())
	if w != "" && (strings.HasPrefix("any", w) || strings.HasPrefix("host", w)) {
		return p.address(false)
	}
	q, err := netip.ParsePrefix(w)
	if err != nil || !q.Addr().Is4() {
		p.fail(0)
		return WildcardAddr{}
	}
	q = q.Masked()
	p.put(q.String())
	return WildcardAddr{Addr: ipBits(q.Addr()), Wild: ^ipBits(maskAddr(q.Bits()))}
}

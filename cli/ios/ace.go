package ios

import (
	"encoding/binary"
	"net/netip"
	"strconv"
	"strings"

	"axle/cli/grammar"
)

// maxACEPorts is how many ports "eq" takes in one entry.
const maxACEPorts = 10

// An aceType is what stands behind "permit" or "deny" in an IPv4 access list.
// It takes the rest of the line, and writes it as IOS does: a host without a
// wildcard, an address cut by its wildcard, ports and protocols by name.
type aceType struct{ extended bool }

var _ grammar.Type = aceType{}

// Parse reads an entry. See grammar.Type.
func (t aceType) Parse(words []string) (text string, n, bad int, ok bool) {
	p := aceParser{words: words}
	if t.extended {
		p.extended()
	} else {
		p.standard()
	}
	if p.failed {
		return "", 0, p.bad, false
	}
	return strings.Join(p.out, " "), len(words), 0, true
}

// Placeholder returns what help shows.
func (t aceType) Placeholder() string {
	if t.extended {
		return "<protocol> <source> <destination>"
	}
	return "Hostname or A.B.C.D"
}

// Help returns the text of help.
func (t aceType) Help() string {
	if t.extended {
		return "What packets the entry is for"
	}
	return "Address to match"
}

// An aceParser reads one entry into canonical words and a typed entry.
type aceParser struct {
	words  []string
	i      int
	out    []string
	ace    ACE
	failed bool
	bad    int // column of the caret
}

// fail notes that the word at which the parser stands does not fit behind its
// first so many bytes.
func (p *aceParser) fail(fits int) {
	if p.failed {
		return
	}
	p.failed, p.bad = true, fits
	for _, w := range p.words[:p.i] {
		p.bad += len(w) + 1
	}
}

// word returns the word at which the parser stands; "" is the end.
func (p *aceParser) word() string {
	if p.i < len(p.words) {
		return p.words[p.i]
	}
	return ""
}

// put adds canonical words for one that was read.
func (p *aceParser) put(out ...string) {
	p.out = append(p.out, out...)
	p.i++
}

// is reads the keyword w, which at least min letters tell.
func (p *aceParser) is(w string, min int) bool {
	got := strings.ToLower(p.word())
	if p.failed || len(got) < min || !strings.HasPrefix(w, got) {
		return false
	}
	p.put(w)
	return true
}

// name reads one of names, or a number up to limit where numbers is set.
func (p *aceParser) name(names []numberName, limit int) (n int) {
	w := p.word()
	if v, ok := decimal(w, limit); w != "" && ok {
		p.put(nameOf(names, v))
		return v
	}
	x, ok := findName(names, w)
	if !ok {
		if x, ok = findName(typedOnly, w); !ok || limit != 65535 {
			p.fail(0)
			return 0
		}
	}
	p.put(nameOf(names, x.n))
	return x.n
}

// dotted reads an address.
func (p *aceParser) dotted() uint32 {
	text, _, bad, ok := grammar.IPv4{}.Parse([]string{p.word()})
	if p.word() == "" || !ok {
		p.fail(max(bad, 0))
		return 0
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		p.fail(0)
		return 0
	}
	p.i++
	b := a.As4()
	return binary.BigEndian.Uint32(b[:])
}

// address reads "any", "host A", "A W" or "object-group N"; alone lets an
// address stand without a wildcard.
func (p *aceParser) address(alone bool) WildcardAddr {
	switch {
	case p.is("any", 1):
		return WildcardAddr{Wild: ^uint32(0)}
	case p.is("host", 1):
		p.out = p.out[:len(p.out)-1]
		return p.host(WildcardAddr{Addr: p.dotted()}, alone)
	case !alone && (p.is("object-group", 2) || p.is("addrgroup", 2)):
		p.free()
		p.ace.Unmatched = true
		return WildcardAddr{Wild: ^uint32(0)}
	}
	w := WildcardAddr{Addr: p.dotted()}
	if p.failed || alone && (p.word() == "" || strings.HasPrefix("log", strings.ToLower(p.word()))) {
		return p.host(w, alone)
	}
	w.Wild = p.dotted()
	w.Addr &^= w.Wild
	return p.host(w, alone)
}

// host writes an address as IOS does.
func (p *aceParser) host(w WildcardAddr, alone bool) WildcardAddr {
	switch {
	case w.Wild == ^uint32(0):
		p.out = append(p.out, "any")
	case w.Wild != 0:
		p.out = append(p.out, dottedQuad(w.Addr), dottedQuad(w.Wild))
	case alone:
		p.out = append(p.out, dottedQuad(w.Addr))
	default:
		p.out = append(p.out, "host", dottedQuad(w.Addr))
	}
	return w
}

// free reads a word that is kept as it is.
func (p *aceParser) free() {
	if p.word() == "" {
		p.fail(0)
		return
	}
	p.put(p.word())
}

// standard reads an entry of a standard list.
func (p *aceParser) standard() {
	p.ace.Protocol, p.ace.ICMPType, p.ace.ICMPCode = -1, -1, -1
	p.ace.Source = p.address(true)
	p.ace.Dest = WildcardAddr{Wild: ^uint32(0)}
	p.log()
	p.end()
}

// log reads "log", with the word that marks its messages.
func (p *aceParser) log() {
	if p.word() != "" && (p.is("log", 3) || p.is("log-input", 4)) {
		p.ace.Log = true
		if p.word() != "" {
			p.free()
		}
	}
}

// end refuses what is left.
func (p *aceParser) end() {
	if p.i < len(p.words) {
		p.fail(0)
	}
}

// extended reads an entry of an extended list.
func (p *aceParser) extended() {
	p.ace.ICMPType, p.ace.ICMPCode = -1, -1
	if p.is("object-group", 2) {
		p.free()
		p.ace.Protocol, p.ace.Unmatched = -1, true
	} else if p.ace.Protocol = p.name(aclProtocols, 255); p.failed {
		return
	}
	p.ace.Source = p.address(false)
	p.ace.SourcePorts = p.ports()
	p.ace.Dest = p.address(false)
	p.ace.DestPorts = p.ports()
	switch p.ace.Protocol {
	case 1:
		p.icmp()
	case 2:
		if v, ok := decimal(p.word(), 15); p.word() != "" && ok {
			p.put(strconv.Itoa(v))
			p.ace.Unmatched = true
		}
	}
	for p.i < len(p.words) && !p.failed {
		p.option()
	}
}

// portNames returns the words for the ports of the entry's protocol; nil where
// it has none.
func (p *aceParser) portNames() []numberName {
	switch p.ace.Protocol {
	case 6:
		return tcpPorts
	case 17:
		return udpPorts
	case 132:
		return []numberName{}
	}
	return nil
}

// ports reads "eq 80", "range 1 9" and their like, which may be left out.
func (p *aceParser) ports() Ports {
	names := p.portNames()
	if p.failed || names == nil {
		return Ports{}
	}
	port := func() uint16 { return uint16(p.name(names, 65535)) }
	switch {
	case p.is("eq", 2), p.is("neq", 1):
		r := Ports{Op: p.out[len(p.out)-1]}
		r.Ports = append(r.Ports, port())
		for len(r.Ports) < maxACEPorts && p.startsPort(names) {
			r.Ports = append(r.Ports, port())
		}
		return r
	case p.is("gt", 1), p.is("lt", 1):
		return Ports{Op: p.out[len(p.out)-1], Ports: []uint16{port()}}
	case p.is("range", 1):
		at := len(p.out)
		from, to := port(), port()
		if from > to && !p.failed {
			from, to = to, from
			p.out[at], p.out[at+1] = p.out[at+1], p.out[at]
		}
		return Ports{Op: "range", Ports: []uint16{from, to}}
	}
	return Ports{}
}

// startsPort reports whether one more port follows: a number or its whole word.
func (p *aceParser) startsPort(names []numberName) bool {
	w := strings.ToLower(p.word())
	if _, ok := decimal(w, 65535); w != "" && ok {
		return true
	}
	x, ok := findName(names, w)
	return ok && x.word == w
}

// icmp reads the type of a message, by name or by number with its code.
func (p *aceParser) icmp() {
	w := p.word()
	if typ, ok := decimal(w, 255); w != "" && ok {
		p.i++
		code := 255
		if c, ok := decimal(p.word(), 255); p.word() != "" && ok {
			p.i++
			code = c
		}
		switch text := nameOf(icmpTypes, typ<<8|code); {
		case text != strconv.Itoa(typ<<8|code):
			p.out = append(p.out, text)
		case code == 255:
			p.out = append(p.out, strconv.Itoa(typ))
		default:
			p.out = append(p.out, strconv.Itoa(typ), strconv.Itoa(code))
		}
		p.ace.ICMPType, p.ace.ICMPCode = typ, code
	} else if x, ok := findName(icmpTypes, w); ok && !startsOption(w) {
		p.put(x.word)
		p.ace.ICMPType, p.ace.ICMPCode = x.n>>8, x.n&255
	}
	if p.ace.ICMPCode == 255 {
		p.ace.ICMPCode = -1
	}
}

// startsOption reports whether w is the whole word of an option that also
// abbreviates a type, such as precedence of precedence-unreachable.
func startsOption(w string) bool {
	switch strings.ToLower(w) {
	case "precedence", "option", "ttl":
		return true
	}
	return false
}

// option reads one of the words behind the addresses.
func (p *aceParser) option() {
	switch p.ace.Protocol {
	case 6:
		for _, f := range []string{"ack", "fin", "psh", "rst", "syn", "urg"} {
			if p.is(f, 2) {
				p.ace.Unmatched = true
				return
			}
		}
		switch {
		case p.is("established", 1):
			p.ace.Established = true
			return
		case p.is("match-any", 7), p.is("match-all", 7):
			p.ace.Unmatched = true
			p.free()
			for w := p.word(); w != "" && (w[0] == '+' || w[0] == '-'); w = p.word() {
				p.put(w)
			}
			return
		}
	}
	switch {
	case strings.EqualFold(p.word(), "log"), strings.HasPrefix(strings.ToLower(p.word()), "log-"):
		p.log()
		p.end()
	case p.is("fragments", 1):
		p.ace.Fragments = true
	case p.is("dscp", 1), p.is("precedence", 1), p.is("tos", 2), p.is("time-range", 2), p.is("option", 1):
		p.ace.Unmatched = true
		p.free()
	case p.is("ttl", 2):
		p.ace.Unmatched = true
		op := p.word()
		p.free()
		p.free()
		if strings.EqualFold(op, "range") {
			p.free()
		}
	case p.is("reflect", 1):
		p.ace.Unmatched = true
		p.free()
		if p.is("timeout", 2) {
			p.free()
		}
	default:
		p.fail(0)
	}
}

// dottedQuad returns an address as text.
func dottedQuad(v uint32) string {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], v)
	return netip.AddrFrom4(b).String()
}

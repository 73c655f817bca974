package ios

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strconv"

	"axle/cli/grammar"
)

// Numbers of prefix list entries.
const (
	prefixStep = 5
	prefixLast = 4294967294
)

// The lines of prefix lists. An entry that is typed without a number gets the
// next; running-config always shows it. Nothing acts on them yet.
var (
	prefixEntry       = prefixList("ip", prefixType{})
	prefixDescription = leafDescription("ip")
	prefixEntry6      = prefixList("ipv6", prefixType{six: true})
	prefixDesc6       = leafDescription("ipv6")
	prefixNumbers     = onByDefault("ip prefix-list sequence-number", "Include/exclude sequence numbers in NVGEN")
	prefixNumbers6    = onByDefault("ipv6 prefix-list sequence-number", "Include/exclude sequence numbers in NVGEN")
)

func prefixList(family string, prefix grammar.Type) *grammar.Command {
	return &grammar.Command{
		Syntax: family + " prefix-list <name> [seq <seq>] {permit|deny} <prefix> [* ge <ge> | le <le> *]",
		Help:   "Build a prefix list", Kind: grammar.List, Effect: grammar.NoEffect, Break: true,
		Key: []string{"name", "seq", "prefix"},
		Args: args{
			"seq": num(1, prefixLast, "Sequence number"), "prefix": prefix,
			"ge": num(0, 128, "Minimum prefix length to be matched"), "le": num(0, 128, "Maximum prefix length to be matched"),
		},
		Less: func(a, b *grammar.Line) bool {
			if x, y := a.Args["name"], b.Args["name"]; x != y {
				return x < y
			}
			return number(a, "seq") < number(b, "seq")
		},
		Notes: "`no` takes the number, or the entry without one; with the name alone it removes the list.",
	}
}

// init gives the entries what no initialiser can.
func init() { prefixEntry.Canon, prefixEntry6.Canon = canonPrefix, canonPrefix }

func leafDescription(family string) *grammar.Command {
	c := list(family+" prefix-list <name> description <line>", "Prefix-list specific description", "name")
	c.Less = func(a, b *grammar.Line) bool { return a.Args["name"] < b.Args["name"] }
	return c
}

// isPrefixEntry reports whether c is an entry of a prefix list.
func isPrefixEntry(c *grammar.Command) bool { return c == prefixEntry || c == prefixEntry6 }

// canonPrefix writes an entry as IOS does: "ge" before "le", which is not shown
// where it is the longest that there is. What tells an
// entry from others of its list is kept in the argument "prefix".
func canonPrefix(l *grammar.Line) {
	i := 3
	if l.Args["seq"] != "" {
		i = 5
	}
	l.Words = l.Words[:i+2]
	if longest := l.Args["le"]; l.Args["ge"] != "" && (longest == "32" && l.Command == prefixEntry || longest == "128") {
		delete(l.Args, "le")
	}
	text := l.Words[i] + " " + l.Words[i+1]
	for _, k := range []string{"ge", "le"} {
		if v := l.Args[k]; v != "" {
			l.Words = append(l.Words, k, v)
			text += " " + k + " " + v
		}
	}
	l.Args["prefix"] = text
}

// numberPrefix gives an entry that was typed without a number the next one, and
// one that is to be removed that of the stored entry.
func numberPrefix(s *grammar.Tree, l *grammar.Line) {
	if l.Args["seq"] != "" || len(l.Words) < 5 {
		return
	}
	seq := 0 // removes nothing
	if old := samePrefix(s, l); old != nil {
		seq = number(old, "seq")
	} else if !l.No && !l.Default {
		if last := s.LastAlike(l, "name"); last != nil {
			seq = number(last.Line, "seq")
		}
		seq = min(seq+prefixStep, prefixLast)
		seq -= seq % prefixStep
	}
	l.Args["seq"] = strconv.Itoa(seq)
	l.Words = append(append(append(l.Words[:0:0], l.Words[:3]...), "seq", l.Args["seq"]), l.Words[3:]...)
}

// samePrefix returns the stored entry of the same list that says what l says, or
// nil.
func samePrefix(s *grammar.Tree, l *grammar.Line) *grammar.Line {
	for t := range s.Alike(l, "name", "prefix") {
		return t.Line
	}
	return nil
}

// replacedPrefix returns the line that takes away the entry that has the number
// of l.
func replacedPrefix(s *grammar.Tree, l *grammar.Line) []*grammar.Line {
	if l.No || l.Default {
		return nil
	}
	for t := range s.Alike(l, "name", "seq") {
		if t.Line.Args["prefix"] != l.Args["prefix"] {
			return match(ConfigMode, "no "+t.Line.String())
		}
	}
	return nil
}

// checkPrefix refuses lengths that do not stand in order, and an entry that its
// list has under another number.
func checkPrefix(t *grammar.Tree, l *grammar.Line) error {
	e := prefixRule(l)
	full := e.Prefix.Addr().BitLen()
	ge, le := l.Args["ge"], l.Args["le"]
	bad := ge != "" && (e.Min <= e.Prefix.Bits() || e.Min > full) || le != "" && (e.Max <= e.Prefix.Bits() || e.Max > full) ||
		ge != "" && le != "" && e.Min > e.Max
	if bad {
		return &Refusal{fmt.Sprintf("%% Invalid prefix range for %s, make sure: len < ge-value <= le-value", l.Words[prefixWord(l)])}
	}
	if old := samePrefix(t, l); old != nil && l.Args["seq"] != "" && old.Args["seq"] != l.Args["seq"] {
		return &Refusal{fmt.Sprintf("%% Insertion failed - prefix-list entry exists:\n  seq %s %s", old.Args["seq"], old.Args["prefix"])}
	}
	return nil
}

// prefixWord returns which word of an entry is the prefix.
func prefixWord(l *grammar.Line) int {
	if l.Args["seq"] != "" {
		return 6
	}
	return 4
}

// A prefixType is the prefix of an entry, cut to its length.
type prefixType struct{ six bool }

// Parse reads A.B.C.D/N or X:X::X/N. See grammar.Type.
func (t prefixType) Parse(words []string) (text string, n, bad int, ok bool) {
	p, err := netip.ParsePrefix(words[0])
	if err == nil && p.Addr().Is4() == !t.six {
		if p = p.Masked(); t.six {
			text, n, bad, ok = grammar.Prefix6{}.Parse([]string{p.String()})
			return text, n, bad, ok
		}
		return p.String(), 1, 0, true
	}
	slash := 0
	for slash < len(words[0]) && words[0][slash] != '/' {
		slash++
	}
	switch a, err := netip.ParseAddr(words[0][:slash]); {
	case t.six:
		_, _, bad, _ = grammar.Prefix6{}.Parse(words)
	case err != nil || !a.Is4():
		_, _, bad, _ = grammar.IPv4{}.Parse([]string{words[0][:slash]})
	default:
		bad = slash + 1 // the length
	}
	return "", 0, min(bad, len(words[0])), false
}

// Placeholder returns what help shows.
func (t prefixType) Placeholder() string {
	if t.six {
		return "X:X:X:X::X/<0-128>"
	}
	return "A.B.C.D/nn"
}

// Help returns the text of help.
func (prefixType) Help() string { return "IP prefix <network>/<length>, e.g., 35.0.0.0/8" }

// Sample returns a prefix, for tests of command tables.
func (t prefixType) Sample(rnd *rand.Rand) string {
	if t.six {
		return fmt.Sprintf("2001:db8:%x::/%d", rnd.IntN(3), 44+rnd.IntN(8))
	}
	return fmt.Sprintf("10.%d.%d.0/%d", rnd.IntN(2), rnd.IntN(3), 14+rnd.IntN(12))
}

// A PrefixList is a prefix list of IPv4 or IPv6. What no entry matches is
// denied.
type PrefixList struct {
	Name    string
	Six     bool
	Entries []PrefixRule // by number
}

// A PrefixRule is an entry of a prefix list: the prefixes within Prefix whose
// length is from Min to Max.
type PrefixRule struct {
	Seq      uint32
	Permit   bool
	Prefix   netip.Prefix // masked
	Min, Max int          // bits; both the length of Prefix without ge and le
}

// Match reports whether the list permits p, and the entry that said so; nil is
// the deny at the end.
func (p *PrefixList) Match(route netip.Prefix) (permit bool, by *PrefixRule) {
	for i := range p.Entries {
		e := &p.Entries[i]
		if n := route.Bits(); n >= e.Min && n <= e.Max && n >= e.Prefix.Bits() && e.Prefix.Contains(route.Addr()) {
			return e.Permit, e
		}
	}
	return false, nil
}

// prefixRule reads an entry.
func prefixRule(l *grammar.Line) PrefixRule {
	e := PrefixRule{Seq: uint32(number(l, "seq")), Permit: l.Has("permit")}
	if i := prefixWord(l); i < len(l.Words) {
		e.Prefix, _ = netip.ParsePrefix(l.Words[i])
	}
	e.Min, e.Max = e.Prefix.Bits(), e.Prefix.Bits()
	ge, le := l.Args["ge"], l.Args["le"]
	switch {
	case ge != "" && le == "":
		e.Min, e.Max = number(l, "ge"), e.Prefix.Addr().BitLen()
	case ge != "":
		e.Min, e.Max = number(l, "ge"), number(l, "le")
	case le != "":
		e.Max = number(l, "le")
	}
	return e
}

// prefixLists reads the prefix lists, those of IPv4 first, by name.
func (d *decoder) prefixLists(t *grammar.Tree) []PrefixList {
	var out []PrefixList
	for _, c := range []*grammar.Command{prefixEntry, prefixEntry6} {
		for l := range d.lines(t, c) {
			if n := len(out); n == 0 || out[n-1].Name != l.Args["name"] || out[n-1].Six != (c == prefixEntry6) {
				out = append(out, PrefixList{Name: l.Args["name"], Six: c == prefixEntry6})
			}
			last := &out[len(out)-1]
			last.Entries = append(last.Entries, prefixRule(l))
		}
	}
	return out
}

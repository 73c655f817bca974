package ios

import (
	"slices"
	"strings"

	"axle/cli/grammar"
)

// A route map: each entry is a section of its own. Nothing acts on them yet.
var (
	routeMapCmd = &grammar.Command{
		Syntax: "route-map <name> [{permit|deny} [<n>]]", Help: "Create route-map or enter route-map command mode",
		Kind: grammar.Section, Effect: grammar.NoEffect, Opens: ConfigRouteMap, Key: []string{"name", "n"}, Break: true,
		Args:  args{"n": num(0, 65535, "Sequence to insert to/delete from existing route-map entry")},
		Canon: canonRouteMap,
		Notes: "Without a number, the entry is 10. `no route-map` with the name alone removes all entries.",
	}
	matchRoute = &grammar.Command{
		Syntax: "match <kind> [<line>]", Help: "Match values from routing table", Kind: grammar.List, Effect: grammar.NoEffect,
		Key: []string{"kind"}, Args: args{"kind": ruleType{rules: matchRules, what: "Value to match"}}, Canon: canonRule,
		Notes: "The values of one kind stand in one line; typing more adds them, and `no` takes away those that it names.",
	}
	setRoute = &grammar.Command{
		Syntax: "set <kind> [<line>]", Help: "Set values in destination routing protocol", Kind: grammar.List, Effect: grammar.NoEffect,
		Key: []string{"kind"}, Args: args{"kind": ruleType{rules: setRules, what: "Value to set"}}, Canon: canonRule,
	}
	routeMapContinue = leaf("continue [<n>]", "Continue on a different entry within the route-map")
)

// matchRules are the kinds of "match", longer ones first.
var matchRules = []string{
	"ip address prefix-list", "ip next-hop prefix-list", "ip route-source prefix-list", "ip address", "ip next-hop", "ip route-source", "ip flowspec",
	"ipv6 address prefix-list", "ipv6 next-hop prefix-list", "ipv6 route-source prefix-list", "ipv6 address", "ipv6 next-hop", "ipv6 route-source",
	"as-path", "community", "extcommunity", "interface", "tag", "metric external", "metric", "route-type", "source-protocol", "local-preference",
	"length", "policy-list", "rpki", "mpls-label", "track", "clns", "security-group", "additional-paths", "mdt-group", "nlri",
}

// merged are the kinds of "match" whose lines are one line.
var merged = []string{
	"ip address prefix-list", "ip next-hop prefix-list", "ip route-source prefix-list", "ip address", "ip next-hop", "ip route-source",
	"ipv6 address prefix-list", "ipv6 next-hop prefix-list", "ipv6 address", "ipv6 next-hop", "as-path", "community", "interface", "tag", "metric", "route-type",
}

// setRules are the kinds of "set", longer ones first. Where one line has to
// stand beside another of its kind, the kind says so in its words.
var setRules = []string{
	"ip default next-hop verify-availability", "ip default next-hop", "ip next-hop verify-availability", "ip next-hop recursive", "ip next-hop", "ip precedence", "ip tos", "ip df", "ip vrf", "ip global", "ip qos-group",
	"ip address", "ipv6 default next-hop", "ipv6 next-hop", "ipv6 precedence", "ipv6 address", "ipv6 vrf", "ipv6 global",
	"as-path prepend", "as-path tag", "automatic-tag", "comm-list", "community", "dampening", "default interface", "extcommunity rt", "extcommunity soo", "extcommunity cost", "extcommunity bandwidth",
	"extcomm-list", "global", "interface", "level", "local-preference", "metric-type", "metric", "mpls-label", "nlri", "origin", "tag", "traffic-index", "vrf", "weight", "aigp-metric", "lisp", "attribute-set", "security-group", "clns", "additional-paths",
}

// canonRouteMap gives an entry without a number the number 10.
func canonRouteMap(l *grammar.Line) {
	if l.No || l.Default {
		return
	}
	if len(l.Words) == 2 {
		l.Words = append(l.Words, "permit")
	}
	if l.Args["n"] == "" {
		l.Args["n"] = "10"
		l.Words = append(l.Words, "10")
	}
}

// A ruleType is what stands behind "match" or "set": one of several kinds, in
// one or more words.
type ruleType struct {
	rules []string
	what  string
}

// Parse reads a kind, of which each word may be abbreviated. See grammar.Type.
func (t ruleType) Parse(words []string) (text string, n, bad int, ok bool) {
	found := ""
	for _, r := range t.rules {
		parts := strings.Fields(r)
		fits := len(parts) <= len(words)
		exact := 0
		for i := 0; fits && i < len(parts); i++ {
			w := strings.ToLower(words[i])
			fits = strings.HasPrefix(parts[i], w) && (i > 0 && len(w) > 1 || len(w) > 1 || w == parts[i])
			if w == parts[i] {
				exact++
			}
		}
		switch {
		case !fits:
		case exact == len(parts):
			return r, len(parts), 0, true
		case found == "" || len(strings.Fields(found)) < len(parts):
			found = r
		}
	}
	if found == "" {
		best := 0
		for _, r := range t.rules {
			best = max(best, prefixLen(words[0], r))
		}
		return "", 0, min(best, len(words[0])), false
	}
	return found, len(strings.Fields(found)), 0, true
}

// Placeholder returns what help shows.
func (t ruleType) Placeholder() string { return "WORD" }

// Help returns the text of help.
func (t ruleType) Help() string { return t.what }

// canonRule writes the words behind a kind with one blank between them, and
// interfaces with their whole names.
func canonRule(l *grammar.Line) {
	rest, ok := l.Args["line"]
	if !ok {
		return
	}
	words := strings.Fields(rest)
	if k := l.Args["kind"]; strings.HasSuffix(k, "interface") {
		words = interfaceNames(words)
	}
	l.Args["line"] = strings.Join(words, " ")
	l.Words[len(l.Words)-1] = l.Args["line"]
	if strings.HasSuffix(l.Args["kind"], verifyAvailability) { // one line for each hop
		l.Args["kind"] += " " + l.Args["line"]
	}
}

// verifyAvailability ends the kinds of "set" that stand many times.
const verifyAvailability = "verify-availability"

// interfaceNames writes interfaces with their whole names; other words stay.
func interfaceNames(words []string) []string {
	var out []string
	for len(words) > 0 {
		text, n, _, ok := parseInterface(words)
		if !ok {
			text, n = words[0], 1
		}
		out, words = append(out, text), words[n:]
	}
	return out
}

// mergeMatch completes a line of "match" with the values that are there. One
// that takes some of them away becomes the line of those that are left.
func mergeMatch(s *grammar.Tree, l *grammar.Line) {
	if !slices.Contains(merged, l.Args["kind"]) || l.Default || l.Args["line"] == "" {
		return
	}
	typed := strings.Fields(l.Args["line"])
	var old []string
	for t := range s.Alike(l, "kind") {
		old = strings.Fields(t.Line.Args["line"])
	}
	all := old[:len(old):len(old)]
	for _, w := range typed {
		if !l.No && !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	if l.No {
		all = slices.DeleteFunc(slices.Clone(old), func(w string) bool { return slices.Contains(typed, w) })
		if len(all) == 0 {
			return
		}
		l.No = false
	}
	l.Args["line"] = strings.Join(all, " ")
	l.Words[len(l.Words)-1] = l.Args["line"]
}

// A RouteMap is a route map: its entries are tried by number.
type RouteMap struct {
	Name    string
	Entries []RouteMapEntry
}

// A RouteMapEntry is an entry of a route map. A route must fit every rule of
// Match; of one rule, any of its values.
type RouteMapEntry struct {
	Seq      int
	Permit   bool
	Match    []RouteRule
	Set      []RouteRule
	Continue int // the entry to go on with; 0: none, -1: the next
}

// A RouteRule is a line of "match" or "set": its kind, such as "ip address
// prefix-list", and the words behind it.
type RouteRule struct {
	Kind   string
	Values []string
}

// routeMaps reads the route maps, in the order in which they were first entered.
func (d *decoder) routeMaps(t *grammar.Tree) []RouteMap {
	var out []RouteMap
	at := map[string]int{}
	for s := range t.Lines(routeMapCmd) {
		name := s.Line.Args["name"]
		i, ok := at[name]
		if !ok {
			i = len(out)
			at[name], out = i, append(out, RouteMap{Name: name})
		}
		e := RouteMapEntry{Seq: number(s.Line, "n"), Permit: s.Line.Has("permit"), Match: d.rules(s, matchRoute), Set: d.rules(s, setRoute)}
		if l := d.line(s, routeMapContinue); l != nil {
			if e.Continue = number(l, "n"); e.Continue == 0 {
				e.Continue = -1
			}
		}
		out[i].Entries = append(out[i].Entries, e)
	}
	for i := range out {
		slices.SortFunc(out[i].Entries, func(a, b RouteMapEntry) int { return a.Seq - b.Seq })
	}
	return out
}

// rules reads the lines of one command of a route map.
func (d *decoder) rules(s *grammar.Tree, c *grammar.Command) []RouteRule {
	var out []RouteRule
	for l := range d.lines(s, c) {
		kind := l.Args["kind"]
		if i := strings.Index(kind, verifyAvailability); i >= 0 {
			kind = kind[:i+len(verifyAvailability)]
		}
		out = append(out, RouteRule{Kind: kind, Values: strings.Fields(l.Args["line"])})
	}
	return out
}

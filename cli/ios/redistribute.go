package ios

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"axle/cli/grammar"
)

// redistribute is the taking of routes from another protocol: one line for each
// source. It stands in several modes.
var redistribute = &grammar.Command{
	Syntax: "redistribute <source> [<line>]", Help: "Redistribute information from another routing protocol", Kind: grammar.List, Effect: grammar.NoEffect,
	Key: []string{"source"}, Args: args{"source": sourceType{}}, Canon: canonRedistribute,
	Notes: "Typing more options adds them; `no` with options takes away those.",
}

// A sourceType is a source of routes, with the number of its process.
type sourceType struct{}

var (
	plainSources    = []string{"connected", "static", "rip", "odr", "mobile", "isis", "maximum-prefix", "lisp", "nhrp", "omp", "application", "vrf", "internal", "nemo", "ospfv3"}
	numberedSources = []string{"bgp", "eigrp", "ospf"}
)

// Parse reads "static" or "eigrp 1". See grammar.Type.
func (sourceType) Parse(words []string) (text string, n, bad int, ok bool) {
	w := strings.ToLower(words[0])
	found := ""
	for _, s := range slices.Concat(plainSources, numberedSources) {
		switch {
		case s == w:
			found = s
		case len(w) > 0 && strings.HasPrefix(s, w) && found == "":
			found = s
		}
		if found == w {
			break
		}
	}
	if found == "" {
		best := 0
		for _, s := range slices.Concat(plainSources, numberedSources) {
			best = max(best, prefixLen(w, s))
		}
		return "", 0, best, false
	}
	if !slices.Contains(numberedSources, found) {
		return found, 1, 0, true
	}
	if len(words) < 2 {
		return "", 0, len(words[0]), false
	}
	v, err := strconv.ParseUint(words[1], 10, 32)
	if err != nil || v == 0 {
		return "", 0, len(words[0]) + 1, false
	}
	return found + " " + strconv.FormatUint(v, 10), 2, 0, true
}

// Placeholder returns what help shows.
func (sourceType) Placeholder() string { return "<source>" }

// Help returns the text of help.
func (sourceType) Help() string { return "Where the routes come from" }

// Sample returns a source, for tests of command tables.
func (sourceType) Sample(rnd *rand.Rand) string {
	return []string{"static", "connected", "rip", "eigrp 1", "ospf 2", "bgp 65001"}[rnd.IntN(6)]
}

// A routeOption is an option of "redistribute" with its values.
type routeOption struct {
	name string
	text string
}

// optionRanks is where the options stand, lowest first; others are of rank 3.
var optionRanks = map[string]int{"metric": 1, "metric-type": 2, "subnets": 3, "tag": 4, "route-map": 5}

// optionValues is how many words follow an option; others have none.
var optionValues = map[string]int{"metric-type": 1, "tag": 1, "route-map": 1, "vrf": 1, "level": 1}

// optionsOf cuts the options of "redistribute" apart.
func optionsOf(line string) []routeOption {
	var out []routeOption
	for words := strings.Fields(line); len(words) > 0; {
		name := words[0]
		for k := range optionRanks { // "met" is no unique word; two letters more tell
			if len(name) > 2 && name != "metric" && strings.HasPrefix(k, strings.ToLower(name)) && (k != "metric-type" || len(name) > len("metric")) {
				name = k
			}
		}
		n := 1
		switch {
		case name == "metric":
			for n < len(words) && n < 6 && (words[n] == "transparent" || isDigits(words[n])) {
				n++
			}
		case name == "match":
			for n < len(words) && (strings.Contains("internal external nssa-external", words[n]) || isDigits(words[n])) {
				n++
			}
		default:
			n = min(1+optionValues[name], len(words))
		}
		out = append(out, routeOption{name, strings.Join(append([]string{name}, words[1:n]...), " ")})
		words = words[n:]
	}
	return out
}

func isDigits(s string) bool {
	_, err := strconv.ParseUint(s, 10, 64)
	return err == nil
}

// setOptions writes options into a line, in their order.
func setOptions(l *grammar.Line, options []routeOption) {
	slices.SortStableFunc(options, func(a, b routeOption) int { return a.rank() - b.rank() })
	var texts []string
	for _, o := range options {
		texts = append(texts, o.text)
	}
	l.Words = l.Words[:2:2]
	delete(l.Args, "line")
	if len(texts) > 0 {
		l.Args["line"] = strings.Join(texts, " ")
		l.Words = append(l.Words, l.Args["line"])
	}
}

func (o routeOption) rank() int {
	if r, ok := optionRanks[o.name]; ok {
		return r
	}
	return 3
}

// canonRedistribute writes the options in the order of IOS.
func canonRedistribute(l *grammar.Line) {
	if l.Args["line"] != "" {
		setOptions(l, optionsOf(l.Args["line"]))
	}
}

// mergeRedistribute completes a line with the options that are stored. One that
// takes some away becomes the line of those that are left.
func mergeRedistribute(s *grammar.Tree, l *grammar.Line) {
	var old []routeOption
	for t := range s.Alike(l, "source") {
		old = optionsOf(t.Line.Args["line"])
	}
	typed := optionsOf(l.Args["line"])
	if l.Default || len(old) == 0 || l.No && len(typed) == 0 {
		return
	}
	kept := slices.DeleteFunc(slices.Clone(old), func(o routeOption) bool {
		return slices.ContainsFunc(typed, func(x routeOption) bool { return x.name == o.name })
	})
	if !l.No {
		kept = append(kept, typed...)
	}
	l.No = false
	setOptions(l, kept)
}

// namesInterface writes the interface with which a line ends with its whole name.
func namesInterface(l *grammar.Line) {
	words := strings.Fields(l.Args["line"])
	for n := 1; n <= 2 && n < len(words); n++ {
		name, used, _, ok := parseInterface(words[len(words)-n:])
		if !ok || used != n {
			continue
		}
		l.Args["line"] = strings.Join(append(words[:len(words)-n:len(words)-n], name), " ")
		for i, w := range l.Words {
			if i > 0 && strings.HasSuffix(w, words[len(words)-1]) {
				l.Words[i] = l.Args["line"]
			}
		}
		return
	}
}

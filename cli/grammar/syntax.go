package grammar

import (
	"fmt"
	"slices"
	"strings"
)

// maxSyntaxDepth limits how deep brackets may stand in each other.
const maxSyntaxDepth = 12

// maxOptions limits the options of one "[* ... *]": each may have been taken or
// not, so a matcher has two to that power of nodes.
const maxOptions = 8

// An element is a part of a Syntax: a keyword, an argument, or a choice.
type element struct {
	word     string      // keyword, as declared
	arg      string      // argument name
	alts     [][]element // choice; an optional part has one
	optional bool
	set      bool // alts are options: any of them, in any order, each at most once
}

// parseSyntax reads a Syntax into its elements.
func parseSyntax(syntax string) ([]element, error) {
	seq, rest, err := parseSequence(syntaxTokens(syntax), 0)
	if err != nil {
		return nil, err
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("unexpected %q", rest[0])
	}
	if len(seq) == 0 {
		return nil, fmt.Errorf("no words")
	}
	return seq, nil
}

// syntaxTokens cuts a Syntax into words, brackets and bars.
func syntaxTokens(s string) []string {
	toks := make([]string, 0, 16)
	start := -1
	word := func(end int) {
		if start >= 0 {
			toks, start = append(toks, s[start:end]), -1
		}
	}
	for i := 0; i < len(s); i++ {
		two := s[i:min(i+2, len(s))]
		switch {
		case two == "[*", two == "*]":
			word(i)
			toks = append(toks, two)
			i++
		case strings.IndexByte("[]{}|", s[i]) >= 0:
			word(i)
			toks = append(toks, s[i:i+1])
		case strings.IndexByte(blanks, s[i]) >= 0:
			word(i)
		case start < 0:
			start = i
		}
	}
	word(len(s))
	return toks
}

// parseSequence reads elements up to a closing bracket or a bar, which it
// leaves in rest.
func parseSequence(toks []string, depth int) (seq []element, rest []string, err error) {
	if depth > maxSyntaxDepth {
		return nil, nil, fmt.Errorf("brackets more than %d deep", maxSyntaxDepth)
	}
	for len(toks) > 0 {
		switch t := toks[0]; t {
		case "]", "*]", "}", "|":
			return seq, toks, nil
		case "[", "[*", "{":
			e, r, err := parseChoice(toks, depth)
			if err != nil {
				return nil, nil, err
			}
			seq, toks = append(seq, e), r
		default:
			e, err := parseWord(t)
			if err != nil {
				return nil, nil, err
			}
			seq, toks = append(seq, e), toks[1:]
		}
	}
	return seq, nil, nil
}

// parseChoice reads a bracketed part from its opening to its closing bracket.
func parseChoice(toks []string, depth int) (element, []string, error) {
	e, end := element{}, "}"
	switch toks[0] {
	case "[":
		e.optional, end = true, "]"
	case "[*":
		e.optional, e.set, end = true, true, "*]"
	}
	for {
		alt, rest, err := parseSequence(toks[1:], depth+1)
		switch {
		case err != nil:
			return e, nil, err
		case len(rest) == 0 || rest[0] != "|" && rest[0] != end:
			return e, nil, fmt.Errorf("missing %q", end)
		case len(alt) == 0:
			return e, nil, fmt.Errorf("empty choice before %q", rest[0])
		}
		e.alts, toks = append(e.alts, alt), rest
		switch {
		case rest[0] != end:
		case e.set && len(e.alts) > maxOptions:
			return e, nil, fmt.Errorf("more than %d options", maxOptions)
		default:
			return e, rest[1:], nil
		}
	}
}

// parseWord reads a keyword or an argument.
func parseWord(t string) (element, error) {
	name, opened := strings.CutPrefix(t, "<")
	name, closed := strings.CutSuffix(name, ">")
	switch {
	case opened != closed, opened && name == "":
		return element{}, fmt.Errorf("malformed argument %q", t)
	case opened:
		return element{arg: name}, nil
	default:
		return element{word: t}, nil
	}
}

// A shape is what is known of a command before any line is read.
type shape struct {
	seq      []element
	head     int      // keywords before the first argument or bracket
	plain    bool     // no keyword must follow the head
	last     int      // index in seq of the last keyword outside brackets
	firstArg string   // first argument of the syntax, or ""
	lastArg  string   // last argument of the syntax, or ""
	args     []string // argument names
	words    []string // keywords
}

func newShape(seq []element) *shape {
	s := &shape{seq: seq, plain: true}
	for s.head < len(seq) && seq[s.head].word != "" {
		s.head++
	}
	for i, e := range seq {
		if e.word == "" {
			continue
		}
		s.last = i
		if i >= s.head {
			s.plain = false
		}
	}
	s.collect(seq)
	return s
}

func (s *shape) collect(seq []element) {
	for _, e := range seq {
		switch {
		case e.word != "":
			s.words = append(s.words, e.word)
		case e.arg != "":
			if s.firstArg == "" {
				s.firstArg = e.arg
			}
			s.lastArg = e.arg
			s.args = append(s.args, e.arg)
		}
		for _, alt := range e.alts {
			s.collect(alt)
		}
	}
}

// hasArg reports whether the syntax has an argument of that name.
func (s *shape) hasArg(name string) bool { return slices.Contains(s.args, name) }

// hasWord reports whether the syntax has keyword w.
func (s *shape) hasWord(w string) bool { return slices.Contains(s.words, w) }

// render writes the elements with the arguments and keywords of a line that was
// entered in another spelling. It stops at the first argument that is missing.
func render(seq []element, args map[string]string, given []string) (words []string, whole bool) {
	for _, e := range seq {
		switch {
		case e.word != "":
			words = append(words, e.word)
		case e.arg != "":
			v, ok := args[e.arg]
			if !ok {
				return words, false
			}
			words = append(words, v)
		default:
			chosen := false
			for _, alt := range e.alts {
				if w, ok := render(alt, args, given); ok && mentioned(alt, given) {
					words, chosen = append(words, w...), true
					if !e.set {
						break
					}
				}
			}
			if !chosen && !e.optional {
				return words, false
			}
		}
	}
	return words, true
}

// mentioned reports whether every keyword of seq outside brackets is in given.
func mentioned(seq []element, given []string) bool {
	for _, e := range seq {
		if e.word == "" {
			continue
		}
		found := false
		for _, g := range given {
			found = found || g == e.word
		}
		if !found {
			return false
		}
	}
	return true
}

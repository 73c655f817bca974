package check

import (
	"errors"
	"iter"
	"net/netip"
	"strings"

	"axle/cli/grammar"
)

// begins reports whether line l begins with words, "no" not counted.
func begins(l *grammar.Line, words string) bool {
	i := 0
	for w := range strings.SplitSeq(words, " ") {
		if i >= len(l.Words) || l.Words[i] != w {
			return false
		}
		i++
	}
	return true
}

// lines yields the positive lines of s that begin with words.
func lines(s *grammar.Tree, words string) iter.Seq[*grammar.Tree] {
	return func(yield func(*grammar.Tree) bool) {
		if s == nil {
			return
		}
		for t := range s.Children() {
			if !t.Line.No && begins(t.Line, words) && !yield(t) {
				return
			}
		}
	}
}

// line returns the first positive line of s that begins with words, or nil.
func line(s *grammar.Tree, words string) *grammar.Tree {
	for t := range lines(s, words) {
		return t
	}
	return nil
}

// negated returns the first "no" line of s that begins with words, or nil.
func negated(s *grammar.Tree, words string) *grammar.Tree {
	if s == nil {
		return nil
	}
	for t := range s.Children() {
		if t.Line.No && begins(t.Line, words) {
			return t
		}
	}
	return nil
}

// named returns the section of s that begins with words and has that name, or
// nil.
func named(s *grammar.Tree, words, name string) *grammar.Tree {
	for t := range lines(s, words) {
		if t.Line.Args["name"] == name {
			return t
		}
	}
	return nil
}

// arg returns an argument of a line, "" where there is no line.
func arg(t *grammar.Tree, name string) string {
	if t == nil {
		return ""
	}
	return t.Line.Args[name]
}

// address returns an argument as an address, the zero value where it is none.
func address(t *grammar.Tree, name string) netip.Addr {
	a, err := netip.ParseAddr(arg(t, name))
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap()
}

// words returns the words of an argument that takes the rest of a line.
func words(t *grammar.Tree, name string) []string { return strings.Fields(arg(t, name)) }

// after returns the words of a line behind its first n, one by one; none where
// there is no line.
func after(t *grammar.Tree, n int) []string {
	if t == nil {
		return nil
	}
	all := strings.Fields(strings.Join(t.Line.Words, " "))
	return all[min(n, len(all)):]
}

// bits returns the length of a mask argument, 32 where it is not given.
func bits(mask string) int {
	m, err := netip.ParseAddr(mask)
	if err != nil || !m.Is4() {
		return 32
	}
	n := 0
	for _, b := range m.As4() {
		for ; b&0x80 != 0; b <<= 1 {
			n++
		}
	}
	return n
}

// place returns where a line stands: its own place, or that of the section
// around it where it was not typed.
func (f *File) place(t *grammar.Tree) Place {
	for ; t != nil && t.Line != nil; t = t.Parent {
		if t.Line.Pos > 0 {
			return Place{f.Name, t.Line.Pos}
		}
	}
	return Place{f.Name, 0}
}

// refusal returns why a line is refused. The line itself is left out: it may
// hold a secret.
func refusal(e grammar.LoadError) string {
	text := e.Err.Error()
	var se *grammar.SyntaxError
	switch {
	case errors.As(e.Err, &se) && se.Kind == grammar.Ambiguous:
		return "% Ambiguous command"
	case text == "": // refused without a word
		if w := strings.Fields(e.Text); len(w) > 4 && strings.HasPrefix("tunnel", strings.ToLower(w[0])) {
			return "% Ignored: there is no IPsec profile " + w[4] + " above it"
		}
		return "% Ignored: what it names is not configured above it"
	}
	if bare, _, ok := strings.Cut(text, ": "); ok && strings.Contains(bare, "password") {
		return bare // without the password
	}
	return oneLine(text)
}

// oneLine joins the lines of a message.
func oneLine(text string) string {
	var out string
	for l := range strings.Lines(text) {
		switch l = strings.TrimSpace(l); {
		case l == "":
		case out == "" || strings.HasSuffix(out, "."):
			out = strings.TrimSpace(out + " " + l)
		default:
			out += "; " + l
		}
	}
	return out
}

// commandName returns the keywords with which the command of a line begins.
func commandName(l *grammar.Line) string {
	name, _, _ := strings.Cut(l.Command.Syntax, "<")
	if i := strings.IndexAny(name, "[{"); i >= 0 {
		name = name[:i]
	}
	name = strings.TrimSpace(name)
	if l.Verbatim() { // no more of it than the word: it may hold a secret
		name, _, _ = strings.Cut(strings.TrimPrefix(l.Words[0], "no "), " ")
		return name
	}
	if name == "" && len(l.Words) > 0 { // permit, deny and the like
		name = strings.TrimSpace(l.Words[0])
		if l.Args["seq"] != "" && len(l.Words) > 1 {
			name = strings.TrimSpace(l.Words[1])
		}
	}
	if l.No {
		return "no " + name
	}
	return name
}

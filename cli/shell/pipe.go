package shell

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// A pipe is what stands after "|" on an exec line.
type pipe struct {
	verb    string         // "begin", "include", "exclude", "section", "count", "redirect", "tee", "append"
	exclude bool           // section exclude
	re      *regexp.Regexp // of the filters
	file    string         // of redirect, tee and append
	adding  bool           // append, tee /append
}

// The output modifiers, in the order of help.
var modifiers = [...]struct{ word, help string }{
	{"append", "Append redirected output to URL (URLs supporting append operation only)"},
	{"begin", "Begin with the line that matches"},
	{"count", "Count number of lines which match regexp"},
	{"exclude", "Exclude lines that match"},
	{"include", "Include lines that match"},
	{"redirect", "Redirect output to URL"},
	{"section", "Filter a section of output"},
	{"tee", "Copy output to URL"},
}

// modifier returns the output modifier that word abbreviates. n tells how many
// fit.
func modifier(word string) (name string, n int) {
	word = strings.ToLower(word)
	for _, m := range modifiers {
		if strings.HasPrefix(m.word, word) {
			name, n = m.word, n+1
		}
	}
	return name, n
}

// splitPipe divides an exec line at its first "|" that stands after a blank.
// at is the offset of what follows the bar, -1 where there is none.
func splitPipe(line string) (command string, at int) {
	for i := 1; i < len(line); i++ {
		if line[i] == '|' && (line[i-1] == ' ' || line[i-1] == '\t') {
			return strings.TrimRight(line[:i], " \t"), i + 1
		}
	}
	return line, -1
}

// A pipeError is IOS's answer to a bad pipe.
type pipeError struct {
	text string // the answer; "" for the caret
	at   int    // offset in the pipe where the caret stands
}

func (e *pipeError) Error() string { return e.text }

const incomplete = "% Incomplete command.\n\n"

// parsePipe reads what follows the bar.
func parsePipe(text string) (*pipe, *pipeError) {
	verb, rest := nextWord(text)
	if verb == "" {
		return nil, &pipeError{text: incomplete}
	}
	start := strings.Index(text, verb)
	name, n := modifier(verb)
	switch {
	case n == 0:
		bad := 0
		for bad < len(verb) {
			if _, fits := modifier(verb[:bad+1]); fits == 0 {
				break
			}
			bad++
		}
		return nil, &pipeError{at: start + bad}
	case n > 1:
		return nil, &pipeError{text: fmt.Sprintf("%% Ambiguous command:  %q\n", strings.TrimSpace(text))}
	}
	p := &pipe{verb: name}
	switch name {
	case "redirect", "append", "tee":
		word, _ := nextWord(rest)
		p.adding = name == "append"
		if strings.EqualFold(word, "/append") && name == "tee" {
			p.adding = true
			_, rest = nextWord(rest)
			word, _ = nextWord(rest)
		}
		p.file = word
		if word == "" {
			return nil, &pipeError{text: incomplete}
		}
		return p, nil
	case "section":
		if word, more := nextWord(rest); more != "" && word != "" {
			w := strings.ToLower(word)
			switch {
			case strings.HasPrefix("exclude", w):
				p.exclude, rest = true, more
			case strings.HasPrefix("include", w):
				rest = more
			}
		}
	}
	if rest == "" {
		return nil, &pipeError{text: incomplete}
	}
	re, err := compile(rest)
	if err != nil {
		return nil, &pipeError{text: "% Failed to compile regular expression.\n"}
	}
	p.re = re
	return p, nil
}

// nextWord returns the first word of s and what follows it and one blank.
func nextWord(s string) (word, rest string) {
	s = strings.TrimLeft(s, " \t")
	i := strings.IndexAny(s, " \t")
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i+1:]
}

// maxFilterLine is the longest line that a filter looks at as a whole.
const maxFilterLine = 64 << 10

// A filter is a Writer that hands on some of the lines written to it.
type filter struct {
	w    io.Writer
	line []byte // not yet ended
	// keep is called for each line; what it returns is written.
	keep func(line string) []string
	// last is written by Close.
	last func() string
	err  error
}

// filter returns a Writer that applies the pipe to lines and writes what is
// left to w. Close ends it.
func (p *pipe) filter(w io.Writer) *filter {
	f := &filter{w: w}
	switch p.verb {
	case "include", "exclude":
		want := p.verb == "include"
		f.keep = func(l string) []string {
			if p.re.MatchString(l) == want {
				return []string{l}
			}
			return nil
		}
	case "begin":
		on := false
		f.keep = func(l string) []string {
			if on = on || p.re.MatchString(l); on {
				return []string{l}
			}
			return nil
		}
	case "count":
		n := 0
		f.keep = func(l string) []string {
			if p.re.MatchString(l) {
				n++
			}
			return nil
		}
		f.last = func() string { return fmt.Sprintf("Number of lines which match regexp = %d\n", n) }
	case "section":
		f.keep = (&sections{re: p.re, exclude: p.exclude}).keep
	}
	return f
}

// Write takes text of any length.
func (f *filter) Write(b []byte) (int, error) {
	n := len(b)
	for f.err == nil && len(b) > 0 {
		i := bytes.IndexByte(b, '\n')
		if i < 0 && len(f.line)+len(b) < maxFilterLine {
			f.line = append(f.line, b...)
			break
		}
		if i < 0 || len(f.line)+i > maxFilterLine {
			i = max(0, min(len(b)-1, maxFilterLine-len(f.line)))
			f.line = append(f.line, b[:i+1]...)
		} else {
			f.line = append(f.line, b[:i]...)
		}
		b = b[i+1:]
		f.flush()
	}
	return n, f.err
}

func (f *filter) flush() {
	for _, l := range f.keep(strings.TrimSuffix(string(f.line), "\r")) {
		if _, err := io.WriteString(f.w, l+"\n"); err != nil && f.err == nil {
			f.err = err
		}
	}
	f.line = f.line[:0]
}

// Close writes what is left.
func (f *filter) Close() error {
	if len(f.line) > 0 && f.err == nil {
		f.flush()
	}
	if f.last != nil && f.err == nil {
		_, f.err = io.WriteString(f.w, f.last())
	}
	return f.err
}

// sections hands on each line that matches and the lines indented under it. The
// lines above it that it stands under are not shown, as IOS does not.
type sections struct {
	re      *regexp.Regexp
	exclude bool
	open    []section // by rising indent
}

// maxSections limits how deep lines may be indented.
const maxSections = 64

type section struct {
	indent  int
	matched bool
}

func (s *sections) keep(l string) []string {
	indent := len(l) - len(strings.TrimLeft(l, " "))
	for len(s.open) > 0 && s.open[len(s.open)-1].indent >= indent {
		s.open = s.open[:len(s.open)-1]
	}
	inside := len(s.open) > 0 && s.open[len(s.open)-1].matched
	matched := inside || s.re.MatchString(l)
	if len(s.open) < maxSections {
		s.open = append(s.open, section{indent, matched})
	}
	if matched == s.exclude {
		return nil
	}
	return []string{l}
}

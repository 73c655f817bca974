package shell

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// maxPattern is the longest regular expression that a pipe takes, in bytes.
const maxPattern = 512

// ErrPattern is wrapped by the errors of bad regular expressions.
var ErrPattern = errors.New("bad regular expression")

// delimiter is what "_" stands for: the start or the end of a line, a blank, a
// comma, a brace or a parenthesis.
const delimiter = `(?:^|$|[ ,{}()_])`

// compile translates a regular expression of IOS: . * + ? ^ $ [] () | and _;
// a backslash takes the meaning of the character after it. Braces are text.
// Back references are refused.
func compile(pattern string) (*regexp.Regexp, error) {
	if len(pattern) > maxPattern {
		return nil, fmt.Errorf("shell: pattern longer than %d bytes: %w", maxPattern, ErrPattern)
	}
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; c {
		case '_':
			b.WriteString(delimiter)
		case '{', '}':
			b.WriteString(`\` + string(c))
		case '\\':
			i++
			if i == len(pattern) || '1' <= pattern[i] && pattern[i] <= '9' {
				return nil, fmt.Errorf("shell: backslash at byte %d: %w", i-1, ErrPattern)
			}
			b.WriteString(quote(pattern[i]))
		case '[':
			n := class(&b, pattern[i:])
			if n == 0 {
				return nil, fmt.Errorf("shell: bracket at byte %d: %w", i, ErrPattern)
			}
			i += n - 1
		case '(':
			b.WriteByte(c)
			if i+1 < len(pattern) && pattern[i+1] == '?' {
				return nil, fmt.Errorf("shell: nothing to repeat at byte %d: %w", i+1, ErrPattern)
			}
		case '*', '+', '?':
			// "a*?" repeats the repetition; it is not the lazy "*?" of Go.
			if n := b.Len(); n == 0 || !strings.ContainsRune("*+?", rune(b.String()[n-1])) || escaped(b.String()) {
				b.WriteByte(c)
			}
		default:
			b.WriteByte(c)
		}
	}
	re, err := regexp.Compile(b.String())
	if err != nil {
		return nil, fmt.Errorf("shell: %q: %w", cut(pattern, 40), ErrPattern)
	}
	return re, nil
}

// quote returns c as text.
func quote(c byte) string {
	if c < 0x80 {
		return regexp.QuoteMeta(string(rune(c)))
	}
	return string([]byte{c})
}

// escaped reports whether the last byte of s stands behind a backslash.
func escaped(s string) bool {
	n := 0
	for i := len(s) - 2; i >= 0 && s[i] == '\\'; i-- {
		n++
	}
	return n%2 == 1
}

// class writes the bracket expression at the front of p and returns its
// length, 0 where it has no end.
func class(b *strings.Builder, p string) int {
	i := 1
	b.WriteByte('[')
	if i < len(p) && p[i] == '^' {
		b.WriteByte('^')
		i++
	}
	for first := i; i < len(p); i++ {
		switch c := p[i]; {
		case c == ']' && i > first:
			b.WriteByte(']')
			return i + 1
		case c == '\\' && i+1 < len(p):
			i++
			b.WriteString(inClass(p[i]))
		case c == '-':
			b.WriteByte('-')
		default:
			b.WriteString(inClass(c))
		}
	}
	return 0
}

// inClass returns c as text within brackets.
func inClass(c byte) string {
	if strings.IndexByte(`[]\^-&~`, c) >= 0 {
		return `\` + string(rune(c))
	}
	return string([]byte{c})
}

package grammar

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// tailed marks a type that takes the rest of the line with its inner blanks as
// typed; it is given as one word.
type tailed interface{ takesTail() }

// describe returns what, or other where what is empty.
func describe(what, other string) string {
	if what == "" {
		return other
	}
	return what
}

// A Uint is a decimal number from Min to Max.
type Uint struct {
	Min, Max uint64
	What     string // help
}

// Parse reads a number; one out of range is bad from its first digit.
func (t Uint) Parse(words []string) (string, int, int, bool) {
	w := words[0]
	for i := range len(w) {
		if w[i] < '0' || w[i] > '9' {
			return "", 0, 0, false
		}
	}
	v, err := strconv.ParseUint(w, 10, 64)
	if err != nil || v < t.Min || v > t.Max {
		return "", 0, 0, false
	}
	if w[0] != '0' {
		return w, 1, 0, true
	}
	return strconv.FormatUint(v, 10), 1, 0, true
}

// Placeholder returns the range.
func (t Uint) Placeholder() string { return fmt.Sprintf("<%d-%d>", t.Min, t.Max) }

// Help returns what the number is.
func (t Uint) Help() string { return describe(t.What, "Number") }

// A Word is one word of at most Max characters; 0 means any length.
type Word struct {
	Max  int
	What string // help
}

// Parse reads a word as it is typed.
func (t Word) Parse(words []string) (string, int, int, bool) {
	if bad, ok := within(words[0], t.Max); !ok {
		return "", 0, bad, false
	}
	return words[0], 1, 0, true
}

// Placeholder returns "WORD".
func (t Word) Placeholder() string { return "WORD" }

// Help returns what the word is.
func (t Word) Help() string { return describe(t.What, "Word") }

// within reports whether s has at most limit characters, or where the first one
// too many stands.
func within(s string, limit int) (bad int, ok bool) {
	if limit <= 0 || utf8.RuneCountInString(s) <= limit {
		return 0, true
	}
	n := 0
	for i := range s {
		if n == limit {
			return i, false
		}
		n++
	}
	return len(s) - 1, false
}

// A Rest is the rest of the line, of at most Max characters; 0 means any
// length. Inner blanks stay as typed.
type Rest struct {
	Max  int
	What string // help
}

// Parse reads all words.
func (t Rest) Parse(words []string) (string, int, int, bool) {
	s := strings.Trim(strings.Join(words, " "), blanks)
	if bad, ok := within(s, t.Max); !ok {
		return "", 0, bad, false
	}
	return s, len(words), 0, s != ""
}

// Placeholder returns "LINE".
func (t Rest) Placeholder() string { return "LINE" }

// Help returns what the text is.
func (t Rest) Help() string { return describe(t.What, "Text up to the end of the line") }

func (t Rest) takesTail() {}

// A Hex is a string of hexadecimal digits of at most Max characters, "0x" in
// front not counted; 0 means any length. The canonical text is upper case.
type Hex struct {
	Max  int
	What string // help
}

// Parse reads hexadecimal digits, with or without "0x" in front.
func (t Hex) Parse(words []string) (string, int, int, bool) {
	w, skip := words[0], 0
	if len(w) >= 2 && w[0] == '0' && (w[1] == 'x' || w[1] == 'X') {
		w, skip = w[2:], 2
	}
	for i := range len(w) {
		c := w[i] | 0x20
		if !('0' <= w[i] && w[i] <= '9' || 'a' <= c && c <= 'f') || t.Max > 0 && i >= t.Max {
			return "", 0, skip + i, false
		}
	}
	if w == "" {
		return "", 0, len(words[0]), false
	}
	s := strings.ToUpper(w)
	if skip > 0 {
		s = "0x" + s
	}
	return s, 1, 0, true
}

// Placeholder returns "Hex-data".
func (t Hex) Placeholder() string { return "Hex-data" }

// Help returns what the number is.
func (t Hex) Help() string { return describe(t.What, "Hexadecimal number") }

package ios

import (
	"strings"

	"axle/cli/grammar"
)

// A spread is a text whose interface ranges are written out, one interface after
// the other, and the lines of the original that its lines come from.
type spread struct {
	lines []string
	from  []int // line numbers, from 1
}

// spreadRanges writes out the interface ranges of a text. ok is false where it
// has none.
func spreadRanges(text string) (s spread, ok bool) {
	if !strings.Contains(strings.ToLower(text), "range") {
		return s, false
	}
	all := strings.SplitAfter(text, "\n")
	for i := 0; i < len(all); i++ {
		open := rangeLine(all[i])
		if open == nil {
			s.add(all[i], i+1)
			continue
		}
		ok = true
		end := i + 1
		for end < len(all) && inRange(all[end]) {
			end++
		}
		for _, one := range RangeOf(open) {
			s.add(one.String()+"\n", i+1)
			for j := i + 1; j < end; j++ {
				s.add(all[j], j+1)
			}
		}
		i = end - 1
	}
	return s, ok
}

func (s *spread) add(line string, from int) {
	s.lines, s.from = append(s.lines, line), append(s.from, from)
}

// rangeLine reads a line that opens an interface range, nil where it is another.
func rangeLine(raw string) *grammar.Line {
	raw = strings.TrimSpace(raw)
	if bare, _, ok := grammar.Prompted(raw); ok {
		raw = strings.TrimSpace(bare)
	}
	if len(raw) == 0 || raw[0]|0x20 != 'i' {
		return nil
	}
	if l, err := ConfigMode.Match(raw); err == nil && l.Command == RangeCmd {
		return l
	}
	return nil
}

// inRange reports whether a line behind one that opens a range belongs to it: it
// is indented, or a command of interfaces.
func inRange(raw string) bool {
	line := strings.TrimSpace(raw)
	if bare, _, ok := grammar.Prompted(line); ok {
		line = strings.TrimSpace(bare)
	}
	if line == "" {
		return false
	}
	if raw[0] == ' ' || raw[0] == '\t' {
		return true
	}
	l, err := ConfigIf.Match(line)
	return err == nil && l.Command.Kind != grammar.Exec
}

// origin gives the lines of a configuration and of its errors the numbers that
// they have in the original, and leaves one of each error.
func (s *spread) origin(t *grammar.Tree, errs []grammar.LoadError) []grammar.LoadError {
	s.renumber(t)
	seen := map[int]bool{}
	out := errs[:0]
	for _, e := range errs {
		e.Line = s.number(e.Line)
		if !seen[e.Line] {
			out = append(out, e)
		}
		seen[e.Line] = true
	}
	return out
}

func (s *spread) renumber(t *grammar.Tree) {
	for x := range t.Children() {
		x.Line.Pos = s.number(x.Line.Pos)
		s.renumber(x)
	}
}

// number returns the number in the original of line i.
func (s *spread) number(i int) int {
	if i < 1 || i > len(s.from) {
		return i
	}
	return s.from[i-1]
}

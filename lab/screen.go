package lab

import (
	"fmt"
	"strings"
)

// screenLines splits a screen; blanks at line ends and empty lines at both
// ends are not compared.
func screenLines(out string) []string {
	out = strings.ReplaceAll(out, "\r", "")
	return trimmed(strings.Split(strings.Trim(out, "\n"), "\n"))
}

func trimmed(in []string) []string {
	var out []string
	for _, l := range in {
		out = append(out, strings.TrimRight(l, " \t"))
	}
	for len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	for len(out) > 0 && out[0] == "" {
		out = out[1:]
	}
	return out
}

func withoutBlank(in []string) []string {
	var out []string
	for _, l := range in {
		if l != "" {
			out = append(out, l)
		}
	}
	return out
}

// matches reports whether a line is as expected; "*" stands for anything.
func matches(wanted, got string) bool {
	parts := strings.Split(wanted, "*")
	if len(parts) == 1 {
		return wanted == got
	}
	rest, ok := strings.CutPrefix(got, parts[0])
	if !ok {
		return false
	}
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(rest, p)
		if i < 0 {
			return false
		}
		rest = rest[i+len(p):]
	}
	// Blanks at the end were cut from both sides.
	return strings.HasSuffix(rest, strings.TrimRight(parts[len(parts)-1], " "))
}

// An edit is a line of the comparison of two screens: the indices of a pair
// that matches, or of one line with -1 for the other.
type edit struct{ wanted, got int }

// maxCompare bounds the work of comparing two screens: the product of their
// lines. Larger ones are compared line by line.
const maxCompare = 4 << 20

// align pairs the lines of two screens: their longest common subsequence.
func align(wanted, got []string) []edit {
	var edits []edit
	at := 0
	for at < len(wanted) && at < len(got) && matches(wanted[at], got[at]) {
		edits = append(edits, edit{at, at})
		at++
	}
	n, m := len(wanted), len(got)
	if (n-at)*(m-at) > maxCompare {
		for i := at; i < max(n, m); i++ {
			switch {
			case i < n && i < m && matches(wanted[i], got[i]):
				edits = append(edits, edit{i, i})
				continue
			case i < n:
				edits = append(edits, edit{i, -1})
			}
			if i < m {
				edits = append(edits, edit{-1, i})
			}
		}
		return edits
	}
	width := m - at + 1
	lcs := make([]int, (n-at+1)*width) // of the rest behind wanted[i], got[j]
	cell := func(i, j int) *int { return &lcs[(i-at)*width+j-at] }
	for i := n - 1; i >= at; i-- {
		for j := m - 1; j >= at; j-- {
			if matches(wanted[i], got[j]) {
				*cell(i, j) = *cell(i+1, j+1) + 1
			} else {
				*cell(i, j) = max(*cell(i+1, j), *cell(i, j+1))
			}
		}
	}
	for i, j := at, at; i < n || j < m; {
		switch {
		case i < n && j < m && matches(wanted[i], got[j]):
			edits = append(edits, edit{i, j})
			i, j = i+1, j+1
		case j >= m || (i < n && *cell(i+1, j) >= *cell(i, j+1)):
			edits = append(edits, edit{i, -1})
			i++
		default:
			edits = append(edits, edit{-1, j})
			j++
		}
	}
	return edits
}

// diff returns the differences of two screens, "" where there are none.
func diff(wanted, got []string) string {
	var b strings.Builder
	same := true
	for _, e := range align(wanted, got) {
		switch {
		case e.got < 0:
			fmt.Fprintf(&b, "  - %s\n", wanted[e.wanted])
			same = false
		case e.wanted < 0:
			fmt.Fprintf(&b, "  + %s\n", got[e.got])
			same = false
		default:
			fmt.Fprintf(&b, "    %s\n", got[e.got])
		}
	}
	if same {
		return ""
	}
	return b.String()
}

// writeScreen writes the screen of a step. One that is as expected stays as it
// was written; in another, lines that match keep their stars.
func (x *run) writeScreen(b *strings.Builder, st *step, got []string) {
	wanted := trimmed(st.wanted)
	long := st.long || (len(wanted) == 0 && len(withoutBlank(got)) != len(got)) || (len(got) > 0 && got[0] == fence)
	if !long {
		got, wanted = withoutBlank(got), withoutBlank(wanted)
	}
	if diff(wanted, got) == "" {
		for _, l := range x.script.lines[st.line:st.after] {
			b.WriteString(l + "\n")
		}
		return
	}
	edges := fence + "\n"
	if long {
		edges += edges
	}
	b.WriteString(edges)
	for _, e := range align(wanted, got) {
		switch {
		case e.got < 0: // gone
		case e.wanted < 0:
			b.WriteString(got[e.got] + "\n")
		default:
			b.WriteString(wanted[e.wanted] + "\n")
		}
	}
	if long {
		b.WriteString(edges)
	}
}

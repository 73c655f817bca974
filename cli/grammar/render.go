package grammar

import (
	"cmp"
	"slices"
	"strings"
)

// Text returns the configuration as running-config shows it, without the
// header: a "!" line after every section at the top level, sections indented,
// hidden defaults left out.
func (t *Tree) Text() string {
	p := printer{}
	p.lines(t, 0)
	return p.String()
}

// TextAll returns the configuration with the defaults that are hidden.
func (t *Tree) TextAll() string {
	p := printer{all: true}
	p.lines(t, 0)
	return p.String()
}

// SectionText returns the section t with its own line, as "show running-config
// interface" shows it between the "!" and "end" lines.
func (t *Tree) SectionText() string {
	p := printer{}
	if t.Line == nil {
		p.lines(t, 0)
	} else {
		p.line(t, 0)
	}
	return p.String()
}

// A printer writes running-config text.
type printer struct {
	strings.Builder
	all    bool // with the hidden defaults
	barred bool // the last line is "!"
	barAt  int  // barred: its indent
}

// write adds a line after indent blanks.
func (p *printer) write(indent int, s string) {
	for range indent {
		p.WriteByte(' ')
	}
	p.WriteString(s)
	p.WriteByte('\n')
	p.barred, p.barAt = s == "!", indent
}

// bar adds a "!" line unless the last line is one at that indent.
func (p *printer) bar(indent int) {
	if !p.barred || p.barAt != indent {
		p.write(indent, "!")
	}
}

// lines writes what stands in t.
func (p *printer) lines(t *Tree, indent int) {
	loose := t.unstored(p.all)
	var last *Command
	due := false // a "!" line after a section at the top level
	for s := range t.Children() {
		c := s.Line.Command
		for len(loose) > 0 && loose[0].before(t.place(c)) {
			p.barIf(due, indent)
			due = false
			p.loose(loose[0], indent)
			loose = loose[1:]
		}
		if due && c.Adjoins && last.Adjoins {
			due = false
		}
		due = due || c.verbatim && last.unclosed() // what a file has next is read there
		p.barIf(due || c.Break && (c != last || c.Kind == Section) && !(c.Adjoins && last == c), indent)
		last = c
		p.line(s, indent)
		due = c.Kind == Section && t.Line == nil
	}
	p.barIf(due, indent)
	for _, l := range loose {
		p.loose(l, indent)
	}
}

// unclosed reports whether nothing shows where a section of c ends.
func (c *Command) unclosed() bool { return c != nil && c.Kind == Section && c.Close == "" }

// barIf adds a "!" line where it is due.
func (p *printer) barIf(due bool, indent int) {
	if due {
		p.bar(indent)
	}
}

// line writes the line of t and, of a section, what stands in it.
func (p *printer) line(t *Tree, indent int) {
	l := t.Line
	c := l.Command
	if c.Body != NoBody && !l.No {
		p.WriteString(l.body(l.String(), indent))
		p.barred = false
		return
	}
	p.write(indent, l.String())
	if c.verbatim {
		for _, s := range l.Text {
			p.write(indent, s)
		}
	}
	if c.Kind != Section {
		return
	}
	p.lines(t, indent+max(c.Indent, 1))
	if c.Close != "" {
		p.write(indent, c.Close)
	}
}

// loose writes a line that is not stored.
func (p *printer) loose(l looseLine, indent int) {
	if l.entry.cmd.Break {
		p.bar(indent)
	}
	p.write(indent, l.text)
}

// A looseLine is shown without being stored.
type looseLine struct {
	entry *entry
	text  string
}

// before reports whether l stands before the lines at place.
func (l looseLine) before(place int) bool { return l.entry.place < place }

// unstored returns the lines of t that are shown where none is stored, in order.
func (t *Tree) unstored(all bool) []looseLine {
	if t.mode == nil || t.mode.Compile() != nil || len(t.mode.absent) == 0 && !all {
		return nil
	}
	taken := map[string]bool{} // Absent texts that are not due
	for _, e := range t.mode.absent {
		if t.Find(e.cmd) != nil {
			taken[e.cmd.Absent] = true
		}
	}
	var out []looseLine
	add := func(e *entry) bool {
		a := e.cmd.Absent
		if a == "" {
			return false
		}
		if !taken[a] {
			taken[a] = true
			out = append(out, looseLine{e, a})
		}
		return true
	}
	if !all {
		for _, e := range t.mode.absent {
			add(e)
		}
	} else {
		for _, c := range t.mode.Commands {
			e := t.mode.entries[c]
			if add(e) {
				continue
			}
			if d := c.defaultLine(); d != "" && c.Kind != Section && c.Kind != Exec && (c.DefaultIn == nil || c.DefaultIn(t.Line)) && t.Find(c) == nil {
				out = append(out, looseLine{e, d})
			}
		}
	}
	sortLoose(out)
	return out
}

// sortLoose orders lines by place; those of one group keep their order.
func sortLoose(ls []looseLine) {
	slices.SortStableFunc(ls, func(x, y looseLine) int { return cmp.Compare(x.entry.place, y.entry.place) })
}

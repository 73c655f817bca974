package grammar

import (
	"fmt"
	"slices"
	"strings"
)

// notation explains how the pages write commands.
const notation = "Words stand as they are typed and may be cut while they stay unique. `<words>` in\n" +
	"angle brackets are arguments, `[a]` may be left out, `{a|b}` is a choice, and of\n" +
	"`[* a | b | c *]` any may stand, in any order, each once. A command that leaves a\n" +
	"line has a form with `no` in front, which takes it back, and one with `default`.\n" +
	"Every global command may be typed in any configuration mode.\n"

// everywhere is the share of modes in which a command must stand to be described
// once for all: one in everywhere.
const everywhere = 2

// A reference is the pages being written.
type reference struct {
	modes  []*Mode
	names  map[*Mode]string // file names
	common []*Command       // described on a page of their own
	pages  map[string]string
}

// commonPage is the page of the commands that most modes have.
const commonPage = "common.md"

// Reference returns the pages of the command reference as markdown, by file
// name: index.md, one page for each mode with a section for each command, and
// one for the commands that most modes have. A mode that has all commands of
// an earlier one refers to its page. The same modes give the same text.
func Reference(modes []*Mode) map[string]string {
	r := &reference{names: map[*Mode]string{}, pages: map[string]string{}}
	for _, m := range modes {
		if m.Compile() == nil {
			r.modes = append(r.modes, m)
		}
	}
	for _, m := range r.modes {
		r.pageName(m)
	}
	r.findCommon()
	var index strings.Builder
	index.WriteString("# Command reference\n\n" + notation + "\n| Mode | Prompt | Commands |\n|---|---|---|\n")
	for _, m := range r.modes {
		r.pages[r.names[m]] = r.page(m)
		prompt := "`>` or `#`"
		if m.Name != "" {
			prompt = "`(" + m.Name + ")#`"
		}
		fmt.Fprintf(&index, "| [%s](%s) | %s | %d |\n", m.heading(), r.names[m], prompt, len(m.Commands))
	}
	if len(r.common) > 0 {
		r.pages[commonPage] = r.commonText()
		fmt.Fprintf(&index, "\nMost modes also have [these commands](%s).\n", commonPage)
	}
	r.pages["index.md"] = index.String()
	return r.pages
}

// findCommon finds the commands that most modes have, in order of declaration.
func (r *reference) findCommon() {
	count := map[*Command]int{}
	for _, m := range r.modes {
		for _, c := range m.Commands {
			if count[c]++; count[c] == len(r.modes)/everywhere+1 && len(r.modes) > 4 {
				r.common = append(r.common, c)
			}
		}
	}
}

// pageName gives m a file name that is not taken.
func (r *reference) pageName(m *Mode) {
	base := m.Name
	if base == "" {
		base = "exec"
	}
	shared := slices.ContainsFunc(r.modes, func(x *Mode) bool { return x != m && x.Name == m.Name })
	if m.About != "" && shared {
		base += "-" + strings.NewReplacer(" ", "-", ",", "").Replace(lower(m.About))
	}
	name := base + ".md"
	for i := 2; r.taken(name); i++ {
		name = fmt.Sprintf("%s-%d.md", base, i)
	}
	r.names[m] = name
}

func (r *reference) taken(name string) bool {
	for _, n := range r.names {
		if n == name {
			return true
		}
	}
	return name == "index.md" || name == commonPage
}

func (m *Mode) heading() string {
	h := strings.TrimSuffix(strings.TrimSpace(m.Title), ":")
	switch {
	case h != "":
	case m.Name != "":
		h = m.Name
	default:
		h = "Exec commands"
	}
	if m.About != "" {
		h += ": " + m.About
	}
	return h
}

// page returns the reference page of m.
func (r *reference) page(m *Mode) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", m.heading())
	if m.Name != "" {
		fmt.Fprintf(&b, "\nPrompt: `(%s)#`\n", m.Name)
	}
	for _, from := range r.modes {
		for _, c := range from.Commands {
			if c.Opens == m && !c.Hidden {
				fmt.Fprintf(&b, "\nEntered by `%s` ([%s](%s)).\n", c.Syntax, from.heading(), r.names[from])
			}
		}
	}
	told := slices.Clone(r.common)
	if like := r.contained(m); like != nil {
		fmt.Fprintf(&b, "\nHas all [%s](%s).\n", like.heading(), r.names[like])
		told = append(told, like.Commands...)
	}
	var own []*Command
	for _, c := range m.Commands {
		if !c.Hidden && !slices.Contains(told, c) {
			own = append(own, c)
		}
	}
	for _, c := range own {
		c.section(&b, m)
	}
	if slices.ContainsFunc(m.Commands, func(c *Command) bool { return slices.Contains(r.common, c) }) {
		fmt.Fprintf(&b, "\nThe commands that most modes have are on [a page of their own](%s).\n", commonPage)
	}
	return b.String()
}

// contained returns an earlier mode that has some commands, beside the common
// ones, and none that m has not; or nil.
func (r *reference) contained(m *Mode) *Mode {
	for _, x := range r.modes {
		if x == m {
			return nil
		}
		own := 0
		for _, c := range x.Commands {
			if !slices.Contains(m.Commands, c) {
				own = 0
				break
			}
			if !slices.Contains(r.common, c) {
				own++
			}
		}
		if own > 0 {
			return x
		}
	}
	return nil
}

// commonText returns the page of the common commands.
func (r *reference) commonText() string {
	var b strings.Builder
	b.WriteString("# Commands of most modes\n")
	for _, c := range r.common {
		if !c.Hidden {
			c.section(&b, c.mode)
		}
	}
	return b.String()
}

// section writes the part of a page that describes c.
func (c *Command) section(b *strings.Builder, m *Mode) {
	e := m.entries[c]
	fmt.Fprintf(b, "\n## %s\n\n```\n%s\n```\n", headingOf(e), c.Syntax)
	if c.Help != "" {
		fmt.Fprintf(b, "\n%s.", strings.TrimSuffix(c.Help, "."))
		if c.Effect == NoEffect && c.Kind != Exec {
			b.WriteString(" **No effect yet**: the line is kept and shown.")
		}
		b.WriteString("\n")
	}
	if c.Notes != "" {
		fmt.Fprintf(b, "\n%s\n", strings.TrimSpace(c.Notes))
	}
	for i, item := range c.items(m) {
		if i == 0 {
			b.WriteString("\n")
		}
		b.WriteString("- " + item + "\n")
	}
}

// items are the points of c's section.
func (c *Command) items(m *Mode) []string {
	e := m.entries[c]
	var items []string
	add := func(format string, args ...any) { items = append(items, fmt.Sprintf(format, args...)) }
	for _, n := range argNames(e.seq, nil) {
		t := c.Args[n]
		if t == nil {
			t = m.Types[n]
		}
		add("`<%s>`: `%s`, %s", n, t.Placeholder(), t.Help())
	}
	for _, a := range c.Aliases {
		add("Also accepted: `%s`", a)
	}
	if c.Opens != nil {
		add("Opens: `(%s)#`", c.Opens.Name)
	}
	if c.Kind != Exec {
		add("Default: %s", c.defaultText())
		add("Taken back by: %s", c.noText(e))
	}
	if c.Ref != "" {
		add("Reference: %s", c.Ref)
	}
	return items
}

// headingOf returns the keywords that name a command.
func headingOf(e *entry) string {
	var words []string
	for _, x := range e.seq {
		if x.word != "" {
			words = append(words, x.word)
		}
	}
	if len(words) == 0 {
		return "`" + e.cmd.Syntax + "`"
	}
	return strings.Join(words, " ")
}

// argNames appends the arguments of seq to names, each once, in order.
func argNames(seq []element, names []string) []string {
	for _, e := range seq {
		known := e.arg == ""
		for _, n := range names {
			known = known || n == e.arg
		}
		if !known {
			names = append(names, e.arg)
		}
		for _, alt := range e.alts {
			names = argNames(alt, names)
		}
	}
	return names
}

func (c *Command) defaultText() string {
	switch d := c.defaultLine(); {
	case c.Absent != "" && d == "", c.Absent == d && d != "":
		return "`" + c.Absent + "`, which running-config shows"
	case d != "":
		return "`" + strings.TrimSpace(d) + "`, which running-config does not show"
	default:
		return "no line"
	}
}

func (c *Command) noText(e *entry) string {
	no := "`no " + strings.Join(strings.Fields(c.Syntax), " ") + "`"
	short := "`no"
	for _, x := range e.seq[:e.head] {
		short += " " + x.word
	}
	short += "`"
	switch {
	case c.Negatable:
		return no + ", which is a line of its own; the form without `no` removes it"
	case c.Kind == Section:
		return no + ", with all that stands in the section"
	case c.Kind == Leaf && e.plain && e.head > 0, c.NoAll:
		return short + "; what follows may be left out"
	case len(c.Key) > 0:
		return no + "; " + keyText(e) + " tells which line"
	default:
		return no
	}
}

// keyText names what tells the lines of a command apart.
func keyText(e *entry) string {
	var parts []string
	for _, k := range e.cmd.Key {
		if e.hasArg(k) {
			k = "<" + k + ">"
		}
		parts = append(parts, "`"+k+"`")
	}
	return strings.Join(parts, " with ")
}

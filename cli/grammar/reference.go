package grammar

import (
	"fmt"
	"strings"
)

// Reference returns the pages of the command reference as markdown, by file
// name: one page for each mode with a section for each command, and index.md.
// The same modes give the same text.
func Reference(modes []*Mode) map[string]string {
	pages := map[string]string{}
	var index strings.Builder
	index.WriteString("# Command reference\n\n| Mode | Prompt | Commands |\n|---|---|---|\n")
	for _, m := range modes {
		if m.Compile() != nil {
			continue
		}
		name := pageName(m, pages)
		pages[name] = m.page()
		prompt := "#"
		if m.Name != "" {
			prompt = "(" + m.Name + ")#"
		}
		fmt.Fprintf(&index, "| [%s](%s) | `%s` | %d |\n", m.heading(), name, prompt, len(m.Commands))
	}
	pages["index.md"] = index.String()
	return pages
}

// pageName returns a file name for m that is not taken.
func pageName(m *Mode, taken map[string]string) string {
	base := m.Name
	if base == "" {
		base = "exec"
	}
	name := base + ".md"
	for i := 2; taken[name] != ""; i++ {
		name = fmt.Sprintf("%s-%d.md", base, i)
	}
	return name
}

func (m *Mode) heading() string {
	switch title := strings.TrimSuffix(strings.TrimSpace(m.Title), ":"); {
	case title != "":
		return title
	case m.Name != "":
		return m.Name
	default:
		return "Exec commands"
	}
}

// page returns the reference page of m.
func (m *Mode) page() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", m.heading())
	if m.Name != "" {
		fmt.Fprintf(&b, "\nPrompt: `(%s)#`\n", m.Name)
	}
	for _, c := range m.Commands {
		if !c.Hidden {
			c.section(&b, m)
		}
	}
	return b.String()
}

// section writes the part of a page that describes c.
func (c *Command) section(b *strings.Builder, m *Mode) {
	e := m.entries[c]
	fmt.Fprintf(b, "\n## %s\n", headingOf(e))
	if c.Help != "" {
		fmt.Fprintf(b, "\n%s.\n", strings.TrimSuffix(c.Help, "."))
	}
	fmt.Fprintf(b, "\n**Syntax:** `%s`\n", c.Syntax)
	for _, a := range c.Aliases {
		fmt.Fprintf(b, "\n**Also accepted:** `%s`\n", a)
	}
	if names := argNames(e.seq, nil); len(names) > 0 {
		b.WriteString("\n**Arguments:**\n\n")
		for _, n := range names {
			t := c.Args[n]
			if t == nil {
				t = m.Types[n]
			}
			fmt.Fprintf(b, "- `<%s>`: `%s`, %s\n", n, t.Placeholder(), t.Help())
		}
	}
	fmt.Fprintf(b, "\n**Default:** %s\n", c.defaultText())
	fmt.Fprintf(b, "\n**No form:** %s\n", c.noText(e))
	fmt.Fprintf(b, "\n**Effect:** %s\n", c.effectText())
	if c.Ref != "" {
		fmt.Fprintf(b, "\n**Reference:** %s\n", c.Ref)
	}
	if c.Notes != "" {
		fmt.Fprintf(b, "\n%s\n", strings.TrimSpace(c.Notes))
	}
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
	case c.Kind == Exec:
		return "none"
	case d != "":
		return "`" + d + "`, which running-config does not show"
	case c.Absent != "":
		return "`" + c.Absent + "`, which running-config shows"
	default:
		return "no line"
	}
}

func (c *Command) noText(e *entry) string {
	no := "`no " + strings.Join(strings.Fields(c.Syntax), " ") + "`"
	switch {
	case c.Kind == Exec:
		return "none"
	case c.Negatable:
		return no + " is a line of its own; the default form removes it"
	case c.Kind == Section:
		return no + " removes the section with all that stands in it"
	case len(e.args) == 0:
		return no
	default:
		return no + "; arguments that do not name the line may be left out"
	}
}

func (c *Command) effectText() string {
	switch {
	case c.Kind == Exec:
		return "runs at once; leaves no line"
	case c.Effect == NoEffect:
		return "none yet: the line is stored and shown"
	default:
		return "in force"
	}
}

package grammar

import (
	"slices"
	"strings"
)

// carriageReturn is what help shows where a line may end.
const carriageReturn = "<cr>"

// helpColumns is the number of columns in which many words are listed.
const helpColumns = 4

// A HelpItem is one thing that may come next on a line.
type HelpItem struct {
	Word string // a keyword, a placeholder, or "<cr>"
	Help string
}

// Ask returns what "?" after line offers. After a blank, and on an empty line,
// that is every next word in ASCII order and "<cr>" last; within a word, the
// keywords that begin with it. The error is a *SyntaxError where the line before
// the "?" is refused: Invalid is shown as "% Unrecognized command", Ambiguous as
// Match would.
func (m *Mode) Ask(line string) ([]HelpItem, error) { return Names(nil).Ask(m, line) }

// Ask is Mode.Ask on the router that has the names.
func (names Names) Ask(m *Mode, line string) ([]HelpItem, error) {
	if err := m.Compile(); err != nil {
		return nil, err
	}
	w, nodes, partial, at := m.reach(line, names)
	if w.err.Kind != 0 && len(nodes) == 0 {
		return nil, w.refusal()
	}
	items := map[string]string{}
	add := func(word, help string) {
		if old, ok := items[word]; !ok || old == "" {
			items[word] = help
		}
	}
	start := w.form == positive && len(w.words) == 0
	if start && m.config {
		for word, help := range prefixHelp {
			if hasPrefix(word, lower(partial)) {
				add(word, help)
			}
		}
	}
	end := false
	for _, n := range nodes {
		for _, k := range n.words {
			if hasPrefix(k.key, lower(partial)) && w.offers(k.to) {
				add(k.word, k.help)
			}
		}
		end = end || partial == "" && w.mayEnd(n)
	}
	if partial == "" || len(items) == 0 {
		for _, n := range nodes {
			for _, a := range n.args {
				if w.offers(a.to) && (partial == "" || names.fits(a.typ, partial)) {
					add(a.typ.Placeholder(), a.typ.Help())
				}
			}
		}
	}
	for _, a := range w.tails {
		if w.offers(a.to) {
			add(a.typ.Placeholder(), a.typ.Help())
			end = end || w.mayEnd(a.to)
		}
	}
	if len(items) == 0 && !end {
		return nil, w.unknown(nodes, partial, at)
	}
	return listed(items, end), nil
}

// prefixHelp is the help of the words that stand in front of a command.
var prefixHelp = map[string]string{
	"no":      "Negate a command or set its defaults",
	"default": "Set a command to its defaults",
}

// reach finds where the line may stand before its last, unfinished word.
func (m *Mode) reach(line string, names Names) (w *walker, nodes []*node, partial string, at int) {
	at = len(line)
	for at > 0 && line[at-1] != ' ' && line[at-1] != '\t' {
		at--
	}
	partial = line[at:]
	w = newWalker(m, line[:at], names)
	w.input, w.collect = line, true
	if w.err.Kind == 0 {
		w.walk(m.root, w.first)
		if len(w.reach) == 0 && w.spelled {
			w.walkAs(positive, 0)
		}
	}
	return w, w.reach, partial, at
}

// offers reports whether help shows what leads to n: hidden commands it does
// not, and after "no" only what leaves lines.
func (w *walker) offers(n *node) bool {
	if w.form == positive {
		return n.shown
	}
	for _, b := range n.below {
		if b.cmd.Kind != Exec && !b.cmd.Hidden && !b.alias {
			return true
		}
	}
	return false
}

// mayEnd reports whether the line may end at n.
func (w *walker) mayEnd(n *node) bool {
	if n.end != nil {
		return w.form == positive || n.end.cmd.Kind != Exec
	}
	return w.form != positive && n != w.mode.root && len(w.undone(n)) > 0
}

// fits reports whether word is an argument of type t, or the beginning of one.
func (names Names) fits(t Type, word string) bool {
	_, _, bad, ok := names.parse(t, []string{word})
	return ok || bad >= len(word)
}

// unknown is the refusal of an unfinished word that begins nothing.
func (w *walker) unknown(nodes []*node, partial string, at int) error {
	w.err = SyntaxError{}
	for _, n := range nodes {
		w.fail(Invalid, at+n.common(lower(partial)))
	}
	return w.refusal()
}

// listed returns the items in ASCII order, "<cr>" last.
func listed(items map[string]string, end bool) []HelpItem {
	out := make([]HelpItem, 0, len(items)+1)
	for word, help := range items {
		out = append(out, HelpItem{word, help})
	}
	slices.SortFunc(out, func(a, b HelpItem) int { return strings.Compare(a.Word, b.Word) })
	if end {
		out = append(out, HelpItem{carriageReturn, carriageReturn})
	}
	return out
}

// FormatHelp lays items out as the terminal shows them, width columns wide; 0
// means 80. partial is set for "?" within a word: then the words alone are
// listed.
func FormatHelp(items []HelpItem, partial bool, width int) string {
	if width <= 0 {
		width = 80
	}
	longest := 0
	for _, it := range items {
		longest = max(longest, len(it.Word))
	}
	var b strings.Builder
	if partial {
		formatWords(&b, items, longest, width)
		return b.String()
	}
	for _, it := range items {
		if it.Help == "" {
			b.WriteString("  " + it.Word + "\n")
			continue
		}
		pad := strings.Repeat(" ", longest+4)
		for i, text := range wrap(it.Help, width-longest-4) {
			if i == 0 {
				b.WriteString("  " + it.Word + pad[:longest-len(it.Word)+2] + text + "\n")
			} else {
				b.WriteString(pad + text + "\n")
			}
		}
	}
	return b.String()
}

// formatWords lists words on one line, or in columns where they do not fit.
func formatWords(b *strings.Builder, items []HelpItem, longest, width int) {
	total := 0
	for _, it := range items {
		total += len(it.Word) + 2
	}
	cell, columns := 0, len(items)
	if total > width {
		cell = longest + 2
		columns = min(max(width/cell, 1), helpColumns)
	}
	for i, it := range items {
		b.WriteString(it.Word + "  ")
		if last := i == len(items)-1; last || (i+1)%columns == 0 {
			b.WriteByte('\n')
		} else if cell > 0 {
			b.WriteString(strings.Repeat(" ", cell-len(it.Word)-2))
		}
	}
}

// wrap cuts text at blanks into lines of at most width columns, where it can.
func wrap(text string, width int) []string {
	if width < 16 || len(text) <= width {
		return []string{text}
	}
	var out []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			out = append(out, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(out, line)
}

// Complete returns line with its last word completed and a blank added, where
// the word begins exactly one keyword. It reports whether it did.
func (m *Mode) Complete(line string) (string, bool) { return Names(nil).Complete(m, line) }

// Complete is Mode.Complete on the router that has the names.
func (names Names) Complete(m *Mode, line string) (string, bool) {
	if m.Compile() != nil {
		return line, false
	}
	w, nodes, partial, at := m.reach(line, names)
	if partial == "" {
		return line, false
	}
	found := map[string]bool{}
	part := lower(partial)
	for _, n := range nodes {
		for _, k := range n.words {
			if k.key == part {
				return line[:at] + k.word + " ", true
			}
			if hasPrefix(k.key, part) && w.offers(k.to) {
				found[k.word] = true
			}
		}
	}
	if m.config && len(w.words) == 0 {
		for word := range prefixHelp {
			if hasPrefix(word, part) {
				found[word] = true
			}
		}
	}
	if len(found) != 1 {
		return line, false
	}
	for word := range found {
		return line[:at] + word + " ", true
	}
	return line, false
}

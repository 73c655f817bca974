package grammar

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// maxBranches limits the places where one command may stand after an element of
// its syntax; each "[x]" at most doubles them.
const maxBranches = 4096

// compiled is the matcher of a mode, built by Compile.
type compiled struct {
	root    *node
	entries map[*Command]*entry
	err     error
	config  bool     // has commands that leave lines, so "no" and "default" exist
	absent  []*entry // commands with Absent, in order of declaration

	verbatim *Command // of the lines that the mode keeps without knowing them
}

// An entry is a command in one mode; a command may stand in several.
type entry struct {
	cmd   *Command
	mode  *Mode
	place int // where its lines stand in the section: the first of its group
	*shape
}

// A node is a point in the lines of a mode.
type node struct {
	words []keyword // sorted by key
	args  []*argument
	end   *entry // the command that may end here, or nil
	alias bool   // end is reached by another spelling
	below []way  // the commands that pass or end here, in order of declaration
	shown bool   // a command that is not hidden passes or ends here
	owner *entry // the command whose options meet here: no other may pass; or nil
	done  bool   // seen by describe
}

type keyword struct {
	key  string // lower case
	word string // as declared
	to   *node
	path string // elements from the root, options that stand before it left out
	bare string // the same without arguments
	help string
}

type argument struct {
	name string
	typ  Type
	tail bool // takes the rest of the line as typed
	to   *node
}

// A way is a command that passes a node, by its syntax or by an alias.
type way struct {
	*entry
	head  int // keywords before the first argument on this way
	plain bool
	alias bool
}

// Compile builds the mode's matcher, and those of the modes that it opens and of
// its parents. It reports a malformed declaration, an argument without a type,
// and two commands that match one line. Calling it again costs nothing. A mode
// that more than one goroutine uses must be compiled before.
func (m *Mode) Compile() error {
	if m.root != nil {
		return m.err
	}
	m.root = &node{}
	m.verbatim = newVerbatim(m)
	m.entries = make(map[*Command]*entry, len(m.Commands))
	var errs []error
	group := map[string]int{}
	for i, c := range m.Commands {
		if err := m.add(i, c, group); err != nil {
			errs = append(errs, fmt.Errorf("grammar: mode %q: %q: %w", m.Name, c.Syntax, err))
		}
	}
	m.describe(m.root)
	if m.Parent != nil {
		errs = append(errs, m.Parent.Compile())
	}
	for _, c := range m.Commands {
		if c.Opens != nil {
			errs = append(errs, c.Opens.Compile())
		}
	}
	m.err = errors.Join(errs...)
	return m.err
}

// add enters command c, the i-th of the mode.
func (m *Mode) add(i int, c *Command, group map[string]int) error {
	if m.entries[c] != nil {
		return errors.New("declared twice in the mode")
	}
	seq, err := parseSyntax(c.Syntax)
	if err != nil {
		return err
	}
	e := &entry{cmd: c, mode: m, place: i, shape: newShape(seq)}
	if c.Group != "" {
		if first, ok := group[c.Group]; ok {
			e.place = first
		} else {
			group[c.Group] = i
		}
	}
	if c.mode == nil {
		c.mode, c.index = m, i
	}
	if err := e.check(); err != nil {
		return err
	}
	m.entries[c] = e
	m.config = m.config || c.Kind != Exec
	if c.Absent != "" {
		m.absent = append(m.absent, e)
	}
	if err := m.spell(e, e.shape, false); err != nil {
		return err
	}
	for _, a := range c.Aliases {
		seq, err := parseSyntax(a)
		if err != nil {
			return fmt.Errorf("alias %q: %w", a, err)
		}
		if err := m.spell(e, newShape(seq), true); err != nil {
			return fmt.Errorf("alias %q: %w", a, err)
		}
	}
	return nil
}

// check reports declarations that cannot work.
func (e *entry) check() error {
	c := e.cmd
	for _, k := range c.Key {
		if !e.hasArg(k) && !e.hasWord(k) {
			return fmt.Errorf("key %q is neither an argument nor a keyword", k)
		}
	}
	switch {
	case c.Kind == Section && c.Opens == nil:
		return errors.New("a section must open a mode")
	case c.Kind != Section && c.Opens != nil && c.Kind != Exec:
		return errors.New("only a section opens a mode")
	case len(c.Key) > maxKeys:
		return fmt.Errorf("a key of more than %d parts", maxKeys)
	case c.Body == Delimited && e.lastArg == "":
		return errors.New("a delimited body needs a last argument")
	case c.Body == Delimited && bounded(c.Args[e.lastArg]):
		return errors.New("the text of a delimited body must have no limit: another delimiter would change what fits")
	case c.Body != NoBody && c.Kind == Section:
		return errors.New("a section has no body")
	}
	return nil
}

// bounded reports whether t limits the length of a text. A nil type, one that
// the whole mode shares, is not looked at.
func bounded(t Type) bool {
	r, ok := t.(Rest)
	return ok && r.Max > 0
}

// spell enters one spelling of a command.
func (m *Mode) spell(e *entry, s *shape, alias bool) error {
	in := inserter{mode: m, way: way{entry: e, head: s.head, plain: s.plain, alias: alias}}
	in.touch(m.root)
	ends, err := in.insert([]place{{node: m.root}}, s.seq, nil)
	if err != nil {
		return err
	}
	for _, at := range ends {
		n := at.node
		switch {
		case n == m.root:
			return errors.New("all its words are optional")
		case n.end == nil:
			n.end, n.alias = e, alias
		case n.end != e:
			return fmt.Errorf("matches the same line as %q", n.end.cmd.Syntax)
		default:
			n.alias = n.alias && alias
		}
	}
	return nil
}

// describe finds the help of every keyword below n.
func (m *Mode) describe(n *node) {
	if n.done {
		return
	}
	n.done = true
	for i := range n.words {
		k := &n.words[i]
		k.help = m.helpOf(k)
		m.describe(k.to)
	}
	for _, a := range n.args {
		m.describe(a.to)
	}
}

// helpOf returns the help of keyword k: from Mode.Help, else from the command
// whose last keyword it is, else from the only command beyond.
func (m *Mode) helpOf(k *keyword) string {
	for _, p := range []string{k.path, k.bare} {
		if h := m.Help[p]; h != "" {
			return h
		}
	}
	below := k.to.below
	for _, w := range below {
		if w.alias || w.seq[w.last].word != k.word {
			continue
		}
		if len(strings.Fields(k.path)) == w.last+1 {
			return w.cmd.Help
		}
	}
	if len(below) == 1 {
		return below[0].cmd.Help
	}
	return ""
}

// Unhelped returns the paths of keywords that "?" offers without help, sorted,
// for tests of command tables.
func (m *Mode) Unhelped() []string {
	if m.Compile() != nil {
		return nil
	}
	seen := map[string]bool{}
	been := map[*node]bool{}
	var walk func(n *node)
	walk = func(n *node) {
		if been[n] {
			return
		}
		been[n] = true
		for _, k := range n.words {
			if k.to.shown && k.help == "" {
				seen[k.path] = true
			}
			walk(k.to)
		}
		for _, a := range n.args {
			walk(a.to)
		}
	}
	walk(m.root)
	var out []string
	for p := range seen {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

// defaultLine returns the hidden line that holds where none is stored, or "".
func (c *Command) defaultLine() string {
	if c.Default == "" && c.Negatable && !strings.ContainsAny(c.Syntax, "<[{|") {
		return c.Syntax
	}
	return c.Default
}

// lower returns s with its ASCII letters in lower case; its length is kept.
func lower(s string) string {
	for i := 0; i < len(s); i++ {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if 'A' <= b[i] && b[i] <= 'Z' {
					b[i] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}

package grammar

import (
	"errors"
	"fmt"
	"strings"
)

// maxDepth limits how many sections may stand in each other.
const maxDepth = 16

// A LoadError is a line of a file that was refused.
type LoadError struct {
	Line int    // from 1
	Text string // without a prompt and outer blanks
	Err  error  // *SyntaxError, *BelowError, ErrBody or ErrDepth
}

// Error returns the refusal with its line number and text.
func (e LoadError) Error() string {
	return fmt.Sprintf("line %d: %s: %v", e.Line, e.Text, e.Err)
}

// Unwrap returns the cause.
func (e LoadError) Unwrap() error { return e.Err }

// A Loading says what else Load does.
type Loading struct {
	// Exec is the mode whose lines are skipped where a terminal would be in it:
	// before the first configuration line, after "end", and behind a prompt
	// without a mode. Nil: none are.
	Exec *Mode
	// Skip reports whether a refused line is an exec command that pastes contain
	// and that leaves nothing; exec tells that a terminal would be in the exec
	// mode. It may be nil.
	Skip func(line string, exec bool) bool
	// Output reports whether line is an exec command that prints what is not
	// configuration. It is asked about what stands behind a prompt that names no
	// configuration mode, or behind "do"; the lines up to the next prompt are then
	// skipped. Nil: no command does.
	Output func(line string) bool
	// Permissive reports whether a section, as far as it is loaded, keeps lines
	// with a word that fits nothing. Nil: none does.
	Permissive func(section *Tree) bool
	// Before is called for each accepted line with the section that it goes to.
	// It may change the line, enter others, or refuse it. It may be nil.
	Before func(section *Tree, l *Line) error
	// Into is the configuration that the text is entered into, whose names are
	// known; nil: a new one.
	Into *Tree
}

// Load enters text into a new configuration of mode root, as if it were pasted
// in configuration mode: a line unknown in a mode is tried in its parents,
// "exit" leaves a section and "end" all of them. What a terminal leaves in a
// paste is skipped: prompts, comments, those that begin with "#" among them,
// "configure terminal", the heading of running-config. It reports every refused
// line and goes on with the next that is not indented below it.
func Load(root *Mode, text string) (*Tree, []LoadError) {
	return Loading{}.Load(root, text)
}

// Load is the function Load with what o says.
func (o Loading) Load(root *Mode, text string) (*Tree, []LoadError) {
	ld := &loader{Loading: o, tree: o.Into, exec: true}
	if ld.tree == nil {
		ld.tree = NewTreeIn(root)
	}
	if err := root.Compile(); err != nil {
		return ld.tree, []LoadError{{Err: err}}
	}
	ld.frames = append(ld.frames, frame{mode: root, tree: ld.tree, indent: -1})
	text = strings.TrimPrefix(text, "\ufeff")
	if !strings.Contains(text, "\n") { // from a Mac of old, or a terminal's log
		text = strings.ReplaceAll(text, "\r", "\n")
	}
	for raw := range strings.Lines(text) {
		ld.pos++
		ld.raw(strings.TrimRight(raw, "\r\n"))
	}
	ld.endKept()
	if ld.body != nil {
		ld.refuse(ld.body.Pos, ld.body.String(), ErrBody)
	}
	return ld.tree, ld.errs
}

// A frame is a section that is open while loading.
type frame struct {
	mode   *Mode
	tree   *Tree
	indent int  // blanks before the line that opened it
	deeper bool // its lines are indented more than that, so others are not its own
	barred bool // a "!" line stood behind it
}

// A loader is the state of Load.
type loader struct {
	Loading
	tree   *Tree
	frames []frame
	errs   []LoadError
	pos    int   // line number
	body   *Line // waits for the rest of its body
	exec   bool  // a terminal would be in the exec mode
	kept   *keeping
	shut   *shut // what stands below it is refused; nil: nothing
	capture
}

func (ld *loader) top() *frame { return &ld.frames[len(ld.frames)-1] }

func (ld *loader) refuse(pos int, text string, err error) {
	ld.errs = append(ld.errs, LoadError{pos, text, err})
}

// raw handles one line of the file.
func (ld *loader) raw(s string) {
	if ld.body != nil {
		ld.addBody(s)
		return
	}
	s = stripTerminal(s)
	line := strings.TrimLeft(s, blanks)
	indent := len(s) - len(line)
	line = strings.TrimRight(line, blanks)
	if ld.printed(line) || ld.below(line, indent) || ld.outside(line, indent) {
		return
	}
	if bare, config, ok := Prompted(line); ok {
		host := promptName(line)
		line, indent = strings.Trim(bare, blanks), ld.top().indent+1
		ld.exec = !config
		if ld.prints(line, config) {
			ld.host = host
			return
		}
	}
	switch word := lower(line); {
	case line == "!":
		ld.separator(indent)
	case line == "", line[0] == '!', line[0] == '#', skipped(word):
	case ld.closes(word):
	case word == "end":
		ld.frames, ld.exec = ld.frames[:1], true
	case word == "exit":
		ld.frames = ld.frames[:max(len(ld.frames)-1, 1)]
	default:
		ld.enter(line, indent)
	}
}

// addBody gives the waiting line its next raw line.
func (ld *loader) addBody(s string) {
	done, err := ld.body.AddBody(s)
	if err != nil {
		ld.refuse(ld.body.Pos, ld.body.String(), err)
	} else if done && ld.complete(ld.top().tree, ld.body, ld.body.String()) {
		ld.top().tree.Apply(ld.body)
	}
	if done {
		ld.body = nil
	}
}

// separator handles a "!" line: sections at its depth are over, if the line that
// follows says so.
func (ld *loader) separator(indent int) {
	for i := range ld.frames[1:] {
		f := &ld.frames[i+1]
		if indent <= f.indent {
			f.deeper, f.barred = true, true
		}
	}
}

// closes handles the line that ends an open section.
func (ld *loader) closes(word string) bool {
	for i := len(ld.frames) - 1; i > 0; i-- {
		c := ld.frames[i].tree.Line.Command.Close
		if c != "" && c != "!" && lower(c) == word {
			ld.frames = ld.frames[:i]
			return true
		}
	}
	return false
}

// enter applies one line. Where the file indents, a line that is not indented
// belongs to an outer section; that fails, so to the open one, unless the outer
// one keeps it.
func (ld *loader) enter(line string, indent int) {
	inner := len(ld.frames) - 1
	outer := inner
	for outer > 0 && ld.frames[outer].deeper && indent <= ld.frames[outer].indent {
		outer--
	}
	l, at, err := ld.match(line, outer)
	refused := err
	if err != nil && outer < inner && !(ld.top().barred && ld.permits(outer)) {
		if l2, at2, err2 := ld.match(line, inner); err2 == nil || worse(err2, err) {
			l, at, err = l2, at2, err2
		}
	}
	if err != nil {
		if !ld.runs(line, ld.exec) && !ld.keep(line, outer, indent, refused) {
			ld.refuse(ld.pos, line, err)
			ld.shutOut(line, indent)
		}
		return
	}
	ld.exec = false
	ld.apply(l, at, line, indent)
}

// runs reports whether line is an exec command where one can be typed; exec tells
// that a terminal would be in the exec mode.
func (ld *loader) runs(line string, exec bool) bool {
	line, _, _ = strings.Cut(line, " |") // an output modifier
	if ld.Skip != nil && ld.Skip(line, exec) {
		return true
	}
	if ld.Exec == nil || !exec {
		return false
	}
	_, err := ld.tree.names.Match(ld.Exec, line)
	return err == nil
}

// match reads line in frame i or, where its words fit nothing, further out.
func (ld *loader) match(line string, i int) (l *Line, at int, err error) {
	for ; i >= 0; i-- {
		m := ld.frames[i].mode
		one, e := ld.tree.names.Match(m, line)
		if e == nil && one.settles(err) {
			return one, i, nil
		}
		if e != nil && !goesUp(e, &err) || m.Parent == nil {
			break
		}
		for i > 1 && ld.frames[i-1].mode != m.Parent {
			i--
		}
	}
	return nil, 0, err
}

// worse reports whether refusal a understood more of the line than b.
func worse(a, b error) bool {
	var x, y *SyntaxError
	return errors.As(a, &x) && errors.As(b, &y) && x.rank() > y.rank()
}

// complete tells of a line that is about to be entered; ok is false where it
// must not be. text is the line as it stands in the file.
func (ld *loader) complete(section *Tree, l *Line, text string) (ok bool) {
	if ld.Before == nil {
		return true
	}
	err := ld.Before(section, l)
	if err != nil {
		ld.refuse(l.Pos, text, err)
	}
	return err == nil
}

// apply enters l, read in frame at.
func (ld *loader) apply(l *Line, at int, line string, indent int) {
	l.Pos = ld.pos
	if l.Command.Kind == Exec {
		switch l.Words[0] {
		case "exit":
			ld.frames = ld.frames[:max(len(ld.frames)-1, 1)]
		case "end":
			ld.frames = ld.frames[:1]
		}
		return
	}
	if at+2 > maxDepth && l.Command.Kind == Section {
		ld.refuse(ld.pos, line, ErrDepth)
		ld.shutOut(line, indent)
		return
	}
	ld.frames = ld.frames[:at+1]
	f := ld.top()
	f.deeper = f.deeper || indent > f.indent
	if l.NeedsBody() {
		ld.body = l
		return
	}
	if !ld.complete(f.tree, l, line) {
		ld.shutOut(line, indent)
		return
	}
	next := f.tree.Apply(l).Section
	if next != f.tree && l.Command.Kind == Section {
		// A nested section that is itself indented shows that the file indents, so
		// what follows at its depth is not in it, even where it is empty.
		nested := f.indent >= 0 && indent > f.indent
		ld.frames = append(ld.frames, frame{mode: l.Command.Opens, tree: next, indent: indent, deeper: nested})
	}
}

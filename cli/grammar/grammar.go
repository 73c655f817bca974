// Package grammar turns command declarations into an IOS-style command line.
//
// One declaration of a command gives matching with unique abbreviations, help,
// completion, the "no" and "default" forms, the running-config line and a page
// of the reference. Nothing else writes running-config: the configuration is a
// tree of canonical lines, so what is shown is always what is accepted again.
//
// The package knows no command and no router.
//
// Limitations: an element of a Syntax cannot repeat; Load takes "do" lines as
// comments; a "no" line that gives only the middle of a
// whole-line key removes nothing; a control character in a line is refused; the
// text between delimiters behind a command that is kept verbatim is not kept with
// it; messages that a captured terminal prints by itself are refused.
package grammar

// A Kind says how a command's line lives in the configuration tree.
type Kind uint8

// The kinds of command.
const (
	Exec    Kind = iota // runs; leaves no line
	Leaf                // one line per section: entering it again replaces it
	List                // many lines per section, told apart by Key
	Section             // opens a mode and owns the lines entered there; told apart by Key
)

// An Effect says whether a stored line does anything.
type Effect uint8

// The effects of a command.
const (
	InForce  Effect = iota // an engine acts on it
	NoEffect               // accepted, stored and shown, but nothing acts on it yet
)

// A Body says which raw lines follow a command.
type Body uint8

// The bodies of a command.
const (
	NoBody    Body = iota
	Delimited      // text up to the delimiter that the last argument begins with: banners
	UntilQuit      // lines up to "quit": certificates
)

// A Command declares one command of a mode. The order of declaration in a Mode
// is the order of lines in running-config.
type Command struct {
	// Syntax is the command as a manual writes it: "ip nhrp map <protocol>
	// <nbma>". Brackets hold what is optional, braces and bars a choice:
	// "{a|b <n>}". Words in <> are arguments, whose types are found by name in
	// Args, then in Mode.Types.
	Syntax string
	// Aliases are other spellings with the same arguments, accepted and
	// rendered as Syntax ("ip domain-name <name>").
	Aliases []string
	Help    string          // one line, no full stop: help of the last keyword
	Args    map[string]Type // argument types of this command alone
	Kind    Kind
	// Key names what tells the lines of a List or Section apart: arguments, or
	// keywords of a choice. None: the whole line does. On a Leaf, it says which
	// arguments of a "no" line must agree with the stored line.
	Key   []string
	Opens *Mode // Section: the mode that it opens
	// NoAll lets a "no" line that ends after the keywords remove all lines of a
	// List ("no ip name-server").
	NoAll bool

	// Default is the canonical line that holds where none is stored. Entering
	// it stores nothing; it is shown by "show running-config all" only.
	Default string
	// DefaultIn limits the sections whose "show running-config all" shows
	// Default, by the line that opens them; nil means all.
	DefaultIn func(section *Line) bool
	// Negatable marks a command that is on by default, so that its "no" form
	// is itself a line ("no ip redirects"); the positive form removes that line.
	Negatable bool
	// Absent is shown where no line is stored ("no ip address"). Commands with
	// the same Absent share it: it is shown where none of them has a line.
	Absent string
	// Break puts a "!" line before the first line of this command; before each
	// of its sections where it is one.
	Break bool
	// Adjoins marks sections that follow each other without a "!" line ("line").
	Adjoins bool
	// Firm marks a List whose lines are not replaced: who owns the configuration
	// refuses one that has the identity of another. Diff removes the old one first.
	Firm bool
	// Group joins commands whose lines keep the order of entry among each
	// other, at the place of the first of them.
	Group string
	// Less orders the lines of a List or Section; nil keeps the order of entry.
	Less func(a, b *Line) bool
	// Canon adjusts an accepted line: it may change Words and Args, such as to
	// write out what IOS writes out. A last word "" is a trailing blank.
	Canon func(l *Line)
	// Enter is what Apply does with a line of this command, for one that stands
	// for other lines or changes many. Nil: the line itself is entered.
	Enter func(t *Tree, l *Line) Change

	Body   Body
	Indent int    // Section: blanks before the lines in it, beyond its own; 0 means 1
	Close  string // Section: the line that ends it ("exit-address-family", "!"), at its own indent
	Effect Effect
	Hidden bool   // accepted, but not offered by "?"
	Ref    string // where the behaviour is specified, such as "RFC 2332 §5.2.3"
	Notes  string // paragraphs for the reference page

	index    int
	mode     *Mode
	verbatim bool // keeps lines that the mode does not know
}

// A Mode is a set of commands with a prompt of its own.
type Mode struct {
	Name     string // "config-if": what stands in the prompt's parentheses; "" in exec
	Title    string // heading of "?" on an empty line: "Interface configuration commands:"
	About    string // what tells the mode from others of its name, for the reference: "named EIGRP"
	Parent   *Mode  // where an unknown command is tried next; nil ends the walk
	Commands []*Command
	Types    map[string]Type   // argument name to type
	Help     map[string]string // path of keywords to help: "ip nhrp" -> "NHRP commands"
	// Outer lists keywords of the parent, in lower case, that are never taken for
	// abbreviations of commands of this mode: "key" beside "key-string".
	Outer []string

	compiled
}

// A Type parses one argument.
type Type interface {
	// Parse reads an argument from the front of words and returns its canonical
	// text and how many words it took. ok is false where it does not fit; bad
	// is then the offset of the first byte of words[0] that cannot be part of
	// an argument of this type (the column of the caret). An offset beyond
	// words[0] counts on in the next words, joined by one blank; one at the end
	// of the line says that what was typed fits but is not whole: Incomplete.
	Parse(words []string) (text string, n int, bad int, ok bool)
	// Placeholder is what help shows, such as "A.B.C.D" or "<1-4294967295>".
	Placeholder() string
	// Help describes the argument in help, such as "IP address".
	Help() string
}

// A Line is one accepted command in canonical form.
type Line struct {
	Command *Command
	Words   []string          // canonical words, as running-config shows them, without "no"
	Args    map[string]string // canonical argument text by name
	No      bool
	Default bool     // "default ...": back to the default
	Text    []string // the raw lines of a Body, or below a Verbatim line
	Pos     int      // line number in what was loaded; 0 when typed

	entry   *entry     // the command in its mode
	partial bool       // a "no" or "default" line that leaves out arguments
	also    []*Command // partial: other commands whose lines go with it
	delim   string     // what closes a delimited body
	open    bool       // a body must follow
}

// Has reports whether keyword w is among the line's words.
func (l *Line) Has(w string) bool {
	for _, x := range l.Words {
		if x == w {
			return true
		}
	}
	return false
}

// A Tree is a section of a configuration; the root is the whole of it. It must
// be used by one goroutine.
type Tree struct {
	Line   *Line // nil at the root
	Parent *Tree
	treeState
}

// A Change says what Apply did.
type Change struct {
	Section *Tree // the section that is open after the line
	Changed bool  // false where the tree is as it was
	Undo    func()
}

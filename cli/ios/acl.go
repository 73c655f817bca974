package ios

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"axle/cli/grammar"
)

// Numbers of access list entries.
const (
	aclStep = 10
	aclLast = 2147483647
)

// The entries of an IPv4 access list are told apart by their numbers; one that is
// typed without gets the next. Nothing acts on them yet.
var (
	standardEntry = aclEntry("[<seq>] {{permit|deny} <ace>|remark <line>}", aceType{})
	extendedEntry = aclEntry("[<seq>] {{permit|deny} <ace>|{remark|evaluate|dynamic} <line>}", aceType{extended: true})
)

// The IPv4 access lists. One whose name is a number is what "access-list"
// enters.
var (
	standardACL = aclSection("standard", "Standard Access List", ConfigStandardACL)
	extendedACL = aclSection("extended", "Extended Access List", ConfigExtendedACL)
)

// The commands that stand for lines of access lists.
var (
	numberedStandard = numberedACL("access-list <standard> [{permit|deny} <ace>|remark <line>]", "standard", aceType{})
	numberedExtended = numberedACL("access-list <extended> [{permit|deny} <ace>|{remark|dynamic} <line>]", "extended", aceType{extended: true})
	resequenceACL    = &grammar.Command{
		Syntax: "ip access-list resequence <name> <start> <step>", Help: "Resequence Access List", Kind: grammar.List, Effect: grammar.NoEffect,
		Args: args{
			"start": num(1, aclLast, "Starting Sequence Number"), "step": num(1, aclLast, "Step to increment the sequence number"),
		},
	}
)

func aclEntry(syntax string, ace grammar.Type) *grammar.Command {
	return &grammar.Command{
		Syntax: syntax, Help: "Access list entry", Kind: grammar.List, Effect: grammar.NoEffect, Key: []string{"seq", "ace"},
		Args: args{"seq": num(1, aclLast, "Sequence Number"), "ace": ace},
		Less: func(a, b *grammar.Line) bool { return number(a, "seq") < number(b, "seq") },
		Canon: func(l *grammar.Line) {
			i := min(1, len(l.Words)-2)
			if l.Args["seq"] == "" {
				i = 0
			}
			l.Args["ace"] = l.Words[i] + " " + l.Words[len(l.Words)-1]
			if l.Words[i] == "deny" {
				l.Words[i] = "deny  " // as wide as permit
			}
		},
		Notes: "`no` takes the number, or the entry without one.",
	}
}

func aclSection(kind, help string, opens *grammar.Mode) *grammar.Command {
	c := broken(section("ip access-list "+kind+" <name>", help, opens, "name"))
	c.Less = func(a, b *grammar.Line) bool { // numbers before names
		x, y := number(a, "name"), number(b, "name")
		return x > 0 && (y == 0 || x < y)
	}
	return c
}

func numberedACL(syntax, kind string, ace grammar.Type) *grammar.Command {
	return &grammar.Command{
		Syntax: syntax, Help: "Add an access list entry", Kind: grammar.List, Effect: grammar.NoEffect, Key: []string{kind},
		Args:  args{kind: aclNumber{kind}, "ace": ace},
		Notes: "The entry is kept in `ip access-list` of that number. `no` removes the whole list, whatever follows the number.",
	}
}

// init ties what stands for lines to those; no initialiser can.
func init() {
	resequenceACL.Enter = resequence
	numberedStandard.Enter = func(t *grammar.Tree, l *grammar.Line) grammar.Change {
		return enterNumbered(t, l, "standard", standardACL)
	}
	numberedExtended.Enter = func(t *grammar.Tree, l *grammar.Line) grammar.Change {
		return enterNumbered(t, l, "extended", extendedACL)
	}
}

// An aclNumber is the number of a list of one kind; without a kind, of one that is
// no list of IPv4.
type aclNumber struct{ kind string }

// Parse reads a number. See grammar.Type.
func (n aclNumber) Parse(words []string) (string, int, int, bool) {
	v, ok := decimal(words[0], 2699)
	if !ok || aclKind(v) != n.kind {
		return "", 0, 0, false
	}
	return strconv.Itoa(v), 1, 0, true
}

// Placeholder returns the usual range.
func (n aclNumber) Placeholder() string {
	switch n.kind {
	case "standard":
		return "<1-99>"
	case "extended":
		return "<100-199>"
	}
	return "<200-1299>"
}

// Help returns the text of help.
func (n aclNumber) Help() string {
	switch n.kind {
	case "standard":
		return "IP standard access list (expanded range <1300-1999>)"
	case "extended":
		return "IP extended access list (expanded range <2000-2699>)"
	}
	return "Access list of another protocol"
}

// Sample returns a number, for tests of command tables.
func (n aclNumber) Sample(rnd *rand.Rand) string {
	base := map[string]int{"standard": 1, "extended": 100, "": 700}[n.kind]
	return strconv.Itoa(base + rnd.IntN(3))
}

// Sample returns an entry, for tests of command tables.
func (t aceType) Sample(rnd *rand.Rand) string {
	host := fmt.Sprintf("10.0.%d.%d", rnd.IntN(2), rnd.IntN(9))
	standard := []string{"any", "host " + host, host, host + " 0.0.0.255", host + " 0.0.0.0 log"}
	if !t.extended {
		return standard[rnd.IntN(len(standard))]
	}
	return []string{
		"ip any any", "tcp host " + host + " any eq 80", "udp any eq 500 " + host + " 0.0.0.3 neq domain log", "47 any host " + host,
		"icmp any any 3 13", "tcp any any range 90 22 established",
	}[rnd.IntN(6)]
}

// aclKind returns which kind of IPv4 access list has the number n; "" for none.
func aclKind(n int) string {
	switch {
	case 1 <= n && n <= 99, 1300 <= n && n <= 1999:
		return "standard"
	case 100 <= n && n <= 199, 2000 <= n && n <= 2699:
		return "extended"
	}
	return ""
}

// entryOf returns the command of the entries of a kind of list.
func entryOf(list *grammar.Command) *grammar.Command {
	if list == standardACL {
		return standardEntry
	}
	return extendedEntry
}

// isACE reports whether c is an entry of an IPv4 access list.
func isACE(c *grammar.Command) bool { return c == standardEntry || c == extendedEntry }

// acl6Entries are the commands of an IPv6 access list. Nothing acts on them yet.
var acl6Entries = []*grammar.Command{
	list("permit <line>", "Specify packets to forward"),
	list("deny <line>", "Specify packets to reject"),
	list("remark <line>", "Access list entry comment"),
	list("evaluate <line>", "Evaluate an access list"),
	list("sequence <n> <line>", "Sequence number for this entry", "n"),
}

// sameEntry returns the stored entry that says what l says, or nil.
func sameEntry(s *grammar.Tree, l *grammar.Line) *grammar.Line {
	if s == nil || l.Args["ace"] == "" {
		return nil
	}
	for t := range s.Alike(l, "ace") {
		return t.Line
	}
	return nil
}

// numberEntry gives an entry that was typed without a number the next one, and
// one that is to be removed that of the stored entry.
func numberEntry(s *grammar.Tree, l *grammar.Line) {
	if l.Args["seq"] != "" || l.Args["ace"] == "" {
		return
	}
	old := sameEntry(s, l)
	seq := 0 // removes nothing
	switch {
	case old != nil:
		seq = number(old, "seq")
	case !l.No && !l.Default:
		if last := s.Last(l.Command); last != nil {
			seq = number(last.Line, "seq")
		}
		seq = min(seq+aclStep, aclLast)
	}
	setSeq(l, seq)
}

// setSeq writes the number of an entry that has none into it.
func setSeq(l *grammar.Line, seq int) {
	l.Args["seq"] = strconv.Itoa(seq)
	l.Words = slices.Insert(l.Words, 0, l.Args["seq"])
}

// checkEntry refuses a number that another entry has, and an entry that another
// number has.
func checkEntry(s *grammar.Tree, l *grammar.Line) error {
	if l.Args["seq"] == "" {
		return nil
	}
	if old := sameEntry(s, l); old != nil && old.Args["seq"] != l.Args["seq"] {
		return &Refusal{"% Duplicate entry exists at sequence " + old.Args["seq"]}
	}
	for t := range s.Alike(l, "seq") {
		if t.Line.Args["ace"] != l.Args["ace"] {
			return &Refusal{"% Duplicate sequence number\n% Failed to add ace to access-list"}
		}
	}
	return nil
}

// checkACL refuses a number that is of the other kind, and a name that a list of
// the other kind has.
func checkACL(t *grammar.Tree, l *grammar.Line) error {
	name, kind, other := l.Args["name"], "standard", extendedACL
	if l.Command == extendedACL {
		kind, other = "extended", standardACL
	}
	if n, err := strconv.Atoi(name); err == nil && aclKind(n) != kind {
		return &Refusal{"% Invalid access list name."}
	}
	if openSection(t, other, "name", name) != nil {
		return &Refusal{"% The ACL cannot be created or an ACL with the same name but incompatible type already exists."}
	}
	return nil
}

// enterNumbered enters what "access-list" says into the list of that number.
func enterNumbered(t *grammar.Tree, l *grammar.Line, kind string, list *grammar.Command) grammar.Change {
	none := grammar.Change{Section: t, Undo: func() {}}
	text := "ip access-list " + kind + " " + l.Args[kind]
	if l.No || l.Default {
		for _, gone := range match(ConfigMode, "no "+text) {
			return t.Apply(gone)
		}
		return none
	}
	ace := l.Args["ace"]
	if ace == "" {
		ace = l.Args["line"]
	}
	heads, inner := match(ConfigMode, text), []*grammar.Line(nil)
	if len(l.Words) > 2 {
		inner = match(list.Opens, l.Words[2]+" "+ace)
	}
	if len(heads) == 0 || len(inner) == 0 {
		return none
	}
	heads[0].Pos, inner[0].Pos = l.Pos, l.Pos
	head := t.Apply(heads[0])
	numberEntry(head.Section, inner[0])
	ch := head.Section.Apply(inner[0])
	return grammar.Change{Section: t, Changed: head.Changed || ch.Changed, Undo: func() { ch.Undo(); head.Undo() }}
}

// resequence gives the entries of a list new numbers.
func resequence(t *grammar.Tree, l *grammar.Line) grammar.Change {
	ch := grammar.Change{Section: t, Undo: func() {}}
	s, entry := listOf(t, l.Args["name"])
	if s == nil || l.No || l.Default {
		return ch
	}
	var undo []func()
	apply := func(x *grammar.Line) {
		one := s.Apply(x)
		ch.Changed = ch.Changed || one.Changed
		undo = append(undo, one.Undo)
	}
	var again []*grammar.Line
	seq := number(l, "start")
	for x := range s.Lines(entry) {
		for _, n := range match(s.Line.Command.Opens, x.Line.Args["ace"]) {
			n.Pos = x.Line.Pos
			setSeq(n, seq)
			again = append(again, n)
		}
		seq += number(l, "step")
	}
	for _, gone := range slices.Collect(s.Lines(entry)) {
		for _, x := range match(s.Line.Command.Opens, "no "+gone.Line.Args["seq"]) {
			apply(x)
		}
	}
	for _, x := range again {
		apply(x)
	}
	ch.Undo = func() {
		for _, f := range slices.Backward(undo) {
			f()
		}
	}
	return ch
}

// listOf returns the IPv4 access list of a name and the command of its entries.
func listOf(t *grammar.Tree, name string) (*grammar.Tree, *grammar.Command) {
	for _, kind := range []*grammar.Command{standardACL, extendedACL} {
		if s := openSection(t, kind, "name", name); s != nil {
			return s, entryOf(kind)
		}
	}
	return nil, nil
}

// checkResequence refuses numbers that would run over the highest.
func checkResequence(t *grammar.Tree, l *grammar.Line) error {
	s, entry := listOf(t, l.Args["name"])
	if s == nil {
		return nil
	}
	last := number(l, "start")
	for range s.Lines(entry) {
		if last > aclLast {
			return &Refusal{"% Sequence number exceeds the maximum allowed value"}
		}
		last += number(l, "step")
	}
	return nil
}

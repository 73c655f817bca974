package ios

import (
	"slices"
	"strconv"

	"axle/cli/grammar"
)

// aclEntry is an entry of a named access list. The entries of one list are told
// apart by their numbers; one that is typed without gets the next.
const aclEntry = "[<seq>] {permit <line>|deny <line>|remark [<line>]|evaluate <line>|dynamic <line>}"

// Numbers of access list entries.
const (
	aclStep = 10
	aclLast = 2147483647
)

// aclCommands are the commands of an IPv4 access list. Nothing acts on them yet.
func aclCommands() []*grammar.Command {
	return []*grammar.Command{{
		Syntax: aclEntry, Help: "Access list entry", Kind: grammar.List, Effect: grammar.NoEffect, Key: []string{"seq"},
		Args: args{"seq": num(1, aclLast, "Sequence Number")},
		Less: func(a, b *grammar.Line) bool { return number(a, "seq") < number(b, "seq") },
		Canon: func(l *grammar.Line) {
			if i := slices.Index(l.Words, "deny"); i >= 0 && i < 2 {
				l.Words[i] = "deny  " // as wide as permit
			}
		},
		Notes: "`no` takes the number, or the entry without one.",
	}}
}

// acl6Entries are the commands of an IPv6 access list. Nothing acts on them yet.
var acl6Entries = []*grammar.Command{
	list("permit <line>", "Specify packets to forward"),
	list("deny <line>", "Specify packets to reject"),
	list("remark <line>", "Access list entry comment"),
	list("evaluate <line>", "Evaluate an access list"),
	list("sequence <n> <line>", "Sequence number for this entry", "n"),
}

// entryText returns an entry without its number.
func entryText(l *grammar.Line) string {
	words := l.Words
	if l.Args["seq"] != "" {
		words = words[1:]
	}
	return words[0] + " " + words[len(words)-1]
}

// sameEntry returns the stored entry that says what l says, or nil.
func sameEntry(s *grammar.Tree, l *grammar.Line) *grammar.Line {
	for t := range s.Lines(l.Command) {
		if entryText(t.Line) == entryText(l) {
			return t.Line
		}
	}
	return nil
}

// numberEntry gives an entry that was typed without a number the next one, and
// one that is to be removed that of the stored entry.
func numberEntry(s *grammar.Tree, l *grammar.Line) {
	if l.Args["seq"] != "" {
		return
	}
	old := sameEntry(s, l)
	seq := 0 // removes nothing
	switch {
	case old != nil:
		seq = number(old, "seq")
	case !l.No && !l.Default:
		for t := range s.Lines(l.Command) {
			seq = max(seq, number(t.Line, "seq"))
		}
		seq = min(seq+aclStep, aclLast)
	}
	l.Args["seq"] = strconv.Itoa(seq)
	l.Words = slices.Insert(l.Words, 0, l.Args["seq"])
}

// checkEntry refuses a number that another entry has, and an entry that another
// number has.
func checkEntry(s *grammar.Tree, l *grammar.Line) error {
	old := sameEntry(s, l)
	switch {
	case old == nil, l.Args["seq"] == "", old.Args["seq"] == l.Args["seq"]:
	default:
		return &Refusal{"% Duplicate entry exists at sequence " + old.Args["seq"]}
	}
	for t := range s.Lines(l.Command) {
		if t.Line.Args["seq"] == l.Args["seq"] && entryText(t.Line) != entryText(l) {
			return &Refusal{"% Duplicate sequence number\n% Failed to add ace to access-list"}
		}
	}
	return nil
}

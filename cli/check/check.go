// Package check reads configuration files and says, without running anything,
// what would keep them from working: lines that are refused, lines that do
// nothing yet, and faults of a DMVPN network between the files of its routers.
//
// Read takes a file, One looks at it alone, Network looks at several against
// each other. Who belongs together is found by the next hop servers: a tunnel
// with "ip nhrp nhs" is a spoke of the tunnel whose source is the NBMA address
// of that server. Each rule is one function in a table with a name and a line
// of documentation; docs/check.md lists them.
//
// Missing: NAT (an address in front of a router is no file's tunnel source), the
// routes that a routing protocol would learn, identities and certificates of
// IKE, IPv6 under tunnels, crypto maps, and the routes of VRFs.
package check

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"axle/cli/grammar"
	"axle/cli/ios"
)

// A Severity says how much a finding matters.
type Severity uint8

// The severities, the least first.
const (
	NoEffect    Severity = iota // the line is stored, and nothing acts on it yet
	Information                 // works, though perhaps not as meant
	Fault                       // does not work
	Refused                     // the line is not accepted
)

// A Place is a line of a file.
type Place struct {
	File string
	Line int // from 1; 0: the file as a whole
}

// String returns FILE:LINE, or FILE alone for a file as a whole.
func (p Place) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// A Finding is one thing to say about a line. Text has no secret in it.
type Finding struct {
	File     string
	Line     int    // from 1; 0: the file as a whole
	Other    *Place // the other side; nil where there is none
	Severity Severity
	Rule     string // the rule's name; "" for refused lines and those without effect
	Text     string
}

// String returns "FILE:LINE: text", with the other side's place in brackets.
func (f Finding) String() string {
	s := Place{f.File, f.Line}.String() + ": " + f.Text
	if f.Other != nil {
		s += " (" + f.Other.String() + ")"
	}
	return s
}

// A File is a configuration that was read.
type File struct {
	Name    string
	Tree    *grammar.Tree // what the file says, Denied lines among it
	Config  *ios.Config
	Refused []grammar.LoadError // lines that no mode knows
	Denied  []grammar.LoadError // lines that are well formed and refused for what stands before them; Err is an *ios.Refusal or a *grammar.BelowError
	text    string
	faces   map[string]*grammar.Tree // the sections of interfaces by name
}

// Read reads a configuration as a router does that boots with it.
func Read(name, text string) File { return ReadNamed(nil, name, text) }

// ReadNamed is Read for a router that has the names.
func ReadNamed(names grammar.Names, name, text string) File {
	tree, refused := ios.LoadWords(names, text)
	faces := map[string]*grammar.Tree{}
	for s := range tree.Lines(ios.InterfaceCmd) {
		faces[s.Line.Args["interface"]] = s
	}
	if !strings.Contains(text, "\n") { // carriage returns alone end lines, too
		text = strings.ReplaceAll(text, "\r", "\n")
	}
	return File{Name: name, Tree: tree, Config: ios.Decode(tree), Refused: refused, Denied: denied(names, text, refused), text: text, faces: faces}
}

// denied returns the lines that do not go together with what stands before them,
// and those below them. refused are the lines that are in no File.Tree.
func denied(names grammar.Names, text string, refused []grammar.LoadError) []grammar.LoadError {
	unread := map[int]bool{}
	for _, e := range refused {
		unread[e.Line] = true
	}
	_, errs := ios.LoadNamed(names, text)
	return slices.DeleteFunc(errs, func(e grammar.LoadError) bool {
		var refusal *ios.Refusal
		var below *grammar.BelowError
		return unread[e.Line] || !errors.As(e.Err, &refusal) && !errors.As(e.Err, &below)
	})
}

// One says what is wrong with a file by itself, in the order of its lines.
func One(f File) []Finding {
	r := &report{found: Refusals(f)}
	for _, l := range ios.Unsupported(f.Tree) {
		if l.Pos > 0 { // else it is no line of the file
			r.add(Finding{File: f.Name, Line: l.Pos, Severity: NoEffect, Text: "no effect yet: " + commandName(l)})
		}
	}
	ends := endsOf(&f)
	for _, rule := range fileRules {
		r.rule = rule.name
		rule.judge(&f, ends, r)
	}
	for _, rule := range endRules {
		r.rule = rule.name
		for _, e := range ends {
			if e.nhrp() && !e.Shutdown {
				rule.judge(e, r)
			}
		}
	}
	return r.sorted(f.Name)
}

// Refusals are the lines of a file that a router refuses.
func Refusals(f File) []Finding {
	var out []Finding
	for _, e := range slices.Concat(f.Refused, f.Denied) {
		out = append(out, refused(f, e))
	}
	return out
}

func refused(f File, e grammar.LoadError) Finding {
	return Finding{File: f.Name, Line: e.Line, Severity: Refused, Text: refusal(e)}
}

// Network says what is wrong between the files of one network, in the order of
// the files and their lines. Names of files must differ.
func Network(files []File) []Finding {
	if len(files) < 2 {
		return nil
	}
	n := newNetwork(files)
	r := &report{}
	for _, rule := range pairRules {
		r.rule = rule.name
		for _, p := range n.pairs {
			rule.judge(p, r)
		}
	}
	for _, rule := range networkRules {
		r.rule = rule.name
		rule.judge(n, r)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	return r.sorted(names...)
}

// A report collects what rules find.
type report struct {
	rule  string // the one that is running
	found []Finding
}

func (r *report) add(f Finding) { r.found = append(r.found, f) }

// fault notes what does not work. other is the zero Place where there is no
// other side.
func (r *report) fault(at, other Place, format string, args ...any) {
	r.say(Fault, at, other, format, args...)
}

// inform notes what works, though perhaps not as meant.
func (r *report) inform(at, other Place, format string, args ...any) {
	r.say(Information, at, other, format, args...)
}

func (r *report) say(s Severity, at, other Place, format string, args ...any) {
	f := Finding{File: at.File, Line: at.Line, Severity: s, Rule: r.rule, Text: fmt.Sprintf(format, args...)}
	if other != (Place{}) {
		f.Other = &other
	}
	r.add(f)
}

// sorted returns the findings by file, in the order of names, and line, each
// once.
func (r *report) sorted(names ...string) []Finding {
	order := make(map[string]int, len(names))
	for i, n := range names {
		order[n] = i
	}
	slices.SortStableFunc(r.found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(order[a.File], order[b.File]), cmp.Compare(a.Line, b.Line))
	})
	seen := map[string]bool{}
	return slices.DeleteFunc(r.found, func(f Finding) bool {
		s := f.String()
		twice := seen[s]
		seen[s] = true
		return twice
	})
}

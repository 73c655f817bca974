package grammar

import "strings"

// String returns the line as running-config shows it, without a body.
func (l *Line) String() string {
	s := strings.Join(l.Words, " ")
	switch {
	case l.No:
		return "no " + s
	case l.Default:
		return "default " + s
	default:
		return s
	}
}

// ID returns what tells the line from others of its section: the command and
// its key arguments.
func (l *Line) ID() string {
	k := l.key()
	if k.text == "" {
		return k.cmd.Syntax
	}
	return k.cmd.Syntax + "\x00" + k.text
}

// A lineKey is the identity of a line within its section.
type lineKey struct {
	cmd  *Command
	text string
}

// key returns the identity of l.
func (l *Line) key() lineKey {
	c := l.Command
	switch {
	case c.Kind == Leaf, c.Kind == Exec:
		return lineKey{c, ""}
	case len(c.Key) == 0:
		return lineKey{c, strings.Join(l.Words, " ")}
	case len(c.Key) == 1:
		return lineKey{c, l.keyPart(c.Key[0])}
	}
	var b strings.Builder
	for i, k := range c.Key {
		if i > 0 {
			b.WriteByte(0)
		}
		b.WriteString(l.keyPart(k))
	}
	return lineKey{c, b.String()}
}

// keyPart returns the value of key argument k, or k itself where k is no
// argument but a keyword of the line.
func (l *Line) keyPart(k string) string {
	if v, ok := l.Args[k]; ok {
		return v
	}
	if l.entry != nil && l.entry.hasWord(k) && !l.entry.hasArg(k) && l.Has(k) {
		return k
	}
	return ""
}

// keyed reports whether all that identifies a line is given in l.
func (l *Line) keyed() bool {
	if !l.partial {
		return true
	}
	if l.Command.Kind == Leaf {
		return true
	}
	for _, k := range l.Command.Key {
		if l.keyPart(k) == "" {
			return false
		}
	}
	return len(l.Command.Key) > 0
}

// removes reports whether the "no" line l, which leaves out or differs in some
// arguments, removes the stored line s: what both say of the key must agree.
func (l *Line) removes(s *Line) bool {
	c := s.Command
	if len(c.Key) > 0 || c.Kind == Leaf {
		for _, k := range c.Key {
			if v := l.keyPart(k); v != "" && v != s.keyPart(k) {
				return false
			}
		}
		return true
	}
	if len(l.Words) > len(s.Words) {
		return false
	}
	for i, w := range l.Words {
		if s.Words[i] != w {
			return false
		}
	}
	return true
}

// Name returns the keywords with which the command of l begins, such as
// "crypto isakmp key": enough to tell what it is, and no secret.
func (l *Line) Name() string {
	name, _, _ := strings.Cut(l.Command.Syntax, "<")
	if i := strings.IndexAny(name, "[{"); i >= 0 {
		name = name[:i]
	}
	if name = strings.TrimSpace(name); name == "" && len(l.Words) > 0 { // permit, deny, or what nobody knows
		name = l.Words[0]
		if l.Args["seq"] != "" && len(l.Words) > 1 {
			name = l.Words[1]
		}
		name, _, _ = strings.Cut(strings.TrimSpace(name), " ")
	}
	if l.No {
		return "no " + name
	}
	return name
}

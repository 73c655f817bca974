package grammar

// Names are words that one router has beside those that the types of arguments
// read by themselves, such as the links of the machine that it runs on. They are
// never changed; nil has none.
type Names map[string]bool

// A NamedType is a Type that reads the names of a router, too.
type NamedType interface {
	Type
	// ParseNamed is Parse with the names of a router.
	ParseNamed(words []string, names Names) (text string, n, bad int, ok bool)
}

// parse reads words as a value of t.
func (names Names) parse(t Type, words []string) (text string, n, bad int, ok bool) {
	if nt, named := t.(NamedType); named && len(names) > 0 {
		return nt.ParseNamed(words, names)
	}
	return t.Parse(words)
}

// Match is Mode.Match on the router that has the names.
func (names Names) Match(m *Mode, line string) (*Line, error) {
	if m.root == nil || m.err != nil {
		if err := m.Compile(); err != nil {
			return nil, err
		}
	}
	l, err := m.match(line, names)
	if i := comment(line); err != nil && i >= 0 {
		if l, err = m.match(line[:i], names); err != nil {
			err.(*SyntaxError).Input = line
		}
	}
	return l, err
}

// MatchUp is Mode.MatchUp on the router that has the names.
func (names Names) MatchUp(m *Mode, line string) (*Line, *Mode, error) {
	var worst error
	for up := m; up != nil; up = up.Parent {
		l, err := names.Match(up, line)
		if err == nil && l.settles(worst) {
			return l, up, nil
		}
		if err == nil || goesUp(err, &worst) {
			continue
		}
		break
	}
	return nil, nil, worst
}

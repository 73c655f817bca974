package grammar

import "strings"

// maxBodyLines limits the raw lines that may follow one command.
const maxBodyLines = 2000

// caret is how a delimiter is shown: the letter C of Ctrl-C.
const caret = "^C"

// NeedsBody reports whether raw lines must follow l, each given to AddBody.
func (l *Line) NeedsBody() bool {
	return l.open
}

// delimit starts a delimited body: the last argument is the delimiter and what
// follows it. It is false where there is none.
func (l *Line) delimit(arg string) bool {
	text := l.Args[arg]
	if text == "" {
		return false
	}
	l.delim = text[:1]
	if strings.HasPrefix(text, caret) {
		l.delim = caret
	} else if text[0] >= 0x80 { // a character of several bytes
		l.delim = string([]rune(text)[:1])
		if !strings.HasPrefix(text, l.delim) {
			return false
		}
	}
	l.Words[len(l.Words)-1], l.Args[arg] = caret, caret
	l.Text, l.open = nil, true
	l.addDelimited(text[len(l.delim):])
	return true
}

// AddBody gives l the next raw line of its body. done is set by the line that
// closes it; the error is ErrBody where the body is too long.
func (l *Line) AddBody(raw string) (done bool, err error) {
	raw = clean(strings.ReplaceAll(raw, "\x03", caret)) // before anything is looked for in it
	switch {
	case !l.open:
		return true, nil
	case len(l.Text) >= maxBodyLines:
		l.open = false
		return true, ErrBody
	case l.Command.Body == Delimited:
		l.addDelimited(raw)
	default:
		raw = strings.Trim(raw, blanks)
		if lower(raw) == "quit" {
			l.open = false
		} else if raw != "" {
			l.Text = append(l.Text, raw)
		}
	}
	return !l.open, nil
}

// addDelimited adds what stands before the closing delimiter, if it is there.
func (l *Line) addDelimited(s string) {
	before, _, closed := strings.Cut(s, l.delim)
	l.open = !closed
	for l.delim != caret && strings.Contains(before, caret) {
		before = strings.ReplaceAll(before, caret, "") // it would close what is shown
	}
	if !closed {
		before = strings.TrimRight(before, blanks)
	}
	l.Text = append(l.Text, before)
}

// clean drops the control characters of s, tabs apart; other bytes stay.
func clean(s string) string {
	var b []byte
	for i := range len(s) {
		if c := s[i]; c >= ' ' && c != 0x7f || c == '\t' {
			b = append(b, c)
		}
	}
	return string(b)
}

// body returns the raw lines as running-config shows them after the line s, which
// stands after indent blanks.
func (l *Line) body(s string, indent int) string {
	var b strings.Builder
	pad := strings.Repeat(" ", indent)
	b.WriteString(pad)
	b.WriteString(s)
	if l.Command.Body == Delimited {
		b.WriteString(strings.Join(l.Text, "\n"))
		b.WriteString(caret + "\n")
		return b.String()
	}
	b.WriteByte('\n')
	for _, t := range l.Text {
		b.WriteString(pad + " " + t + "\n")
	}
	b.WriteString(pad + " \tquit\n")
	return b.String()
}

// Typed returns l as it is typed, with the raw lines of its body, each line with
// its line end.
func (l *Line) Typed() string {
	if l.Command.Body != NoBody && !l.No {
		return l.body(l.String(), 0)
	}
	return l.String() + "\n"
}

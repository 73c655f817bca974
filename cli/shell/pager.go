package shell

import (
	"bytes"
	"errors"
	"io"
	"regexp"
)

// errQuit is what the pager answers to its writer after the operator has had
// enough.
var errQuit = errors.New("shell: output stopped by the operator")

const (
	more = " --More-- "
	// wipe takes more off the screen: its first column is blank anyway.
	wipe = "\b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\b"
)

// A pager is a Writer that stops after each page and waits for a key. Text is
// shown as it comes, also where the line has not ended.
type pager struct {
	t      Terminal
	length int    // lines of a page; 0: no paging
	width  int    // columns; 0: lines never wrap
	stop   func() // called once when the operator stops the output; may be nil
	rows   int    // shown since the last stop
	col    int    // of the cursor
	quit   bool

	search *regexp.Regexp // lines are skipped up to the first that fits
	filter *regexp.Regexp // lines that fit are shown, or left out
	omit   bool
	held   []byte // the line being looked at by search or filter
}

// newPager returns a pager for the session's terminal.
func (s *Session) newPager(stop func()) *pager {
	length, width := s.Page()
	return &pager{t: s.t, length: length, width: width, stop: stop}
}

// Write shows text, one page after the other.
func (p *pager) Write(b []byte) (int, error) {
	if p.quit {
		return 0, errQuit
	}
	if p.length <= 0 {
		return p.t.Write(b)
	}
	n := len(b)
	for len(b) > 0 {
		i := bytes.IndexByte(b, '\n') + 1
		if i == 0 {
			i = len(b)
		}
		if err := p.part(b[:i]); err != nil {
			return 0, err
		}
		b = b[i:]
	}
	return n, nil
}

// part takes a line or the beginning of one.
func (p *pager) part(b []byte) error {
	if p.search == nil && p.filter == nil {
		return p.show(b)
	}
	if len(p.held)+len(b) <= maxFilterLine {
		p.held = append(p.held, b...)
	}
	if b[len(b)-1] != '\n' {
		return nil
	}
	line := p.held
	p.held = nil
	text := bytes.TrimRight(line, "\r\n")
	if p.search != nil {
		if !p.search.Match(text) {
			return nil
		}
		p.search = nil
	}
	if p.filter != nil && p.filter.Match(text) == p.omit {
		return nil
	}
	return p.show(line)
}

// show writes a line or a part of one, after a stop where the page is full.
func (p *pager) show(b []byte) error {
	if p.col == 0 && p.rows >= max(1, p.length-1) {
		if err := p.ask(); err != nil {
			return err
		}
		if p.search != nil || p.filter != nil {
			return p.part(b)
		}
	}
	if _, err := p.t.Write(b); err != nil {
		return err
	}
	p.col += len(bytes.TrimRight(b, "\r\n"))
	if b[len(b)-1] == '\n' {
		p.rows++
		if p.width > 0 && p.col > p.width {
			p.rows += (p.col - 1) / p.width
		}
		p.col = 0
	}
	return nil
}

// ask shows --More-- and does what the key says.
func (p *pager) ask() error {
	for {
		if _, err := io.WriteString(p.t, more); err != nil {
			return err
		}
		key, err := p.t.ReadKey()
		if err != nil {
			return err
		}
		if _, err := io.WriteString(p.t, wipe); err != nil {
			return err
		}
		switch key {
		case ' ', 'f', 'F':
			p.rows = 0
			return nil
		case '\r', '\n', 'j':
			p.rows = max(0, p.length-2)
			return nil
		case '/', '+', '-':
			if p.pattern(key) {
				p.rows = 0
				return nil
			}
		default:
			p.quit = true
			if p.stop != nil {
				p.stop()
			}
			return errQuit
		}
	}
}

// pattern asks for the regular expression of a search or a filter.
func (p *pager) pattern(key byte) bool {
	text, err := p.t.ReadAnswer(string(rune(key)))
	if err != nil || text == "" {
		return false
	}
	re, err := compile(text)
	if err != nil {
		_, _ = io.WriteString(p.t, "% Failed to compile regular expression.\n")
		return false
	}
	if key == '/' {
		p.search = re
	} else {
		p.filter, p.omit = re, key == '-'
	}
	_, _ = io.WriteString(p.t, "filtering...\n")
	return true
}

// Close shows what was held back.
func (p *pager) Close() error {
	if len(p.held) == 0 || p.quit {
		return nil
	}
	held := p.held
	p.held = nil
	if p.search == nil && p.filter.Match(held) != p.omit {
		_, err := p.t.Write(held)
		return err
	}
	return nil
}

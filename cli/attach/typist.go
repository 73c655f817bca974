package attach

import (
	"bytes"
	"context"
	"io"

	"axle/cli/shell"
)

// Type attaches without a terminal: it types lines as fast as the session takes
// them and copies what that shows to out, until the lines have ended and what
// they asked for was shown, or the session has ended. Lines end in "\n" on both
// sides, and the last one need not. ctx ends it early.
//
// The terminal of such a session has no size: lines do not scroll, and there are
// no pages where the session asks LengthOf. Keys are keys also here: "?" in a
// line shows help, and an unanswered question takes the next line.
func (s Socket) Type(ctx context.Context, name string, lines io.Reader, out io.Writer) error {
	c, err := s.Dial(ctx, name, 0, 0)
	if err != nil {
		return err
	}
	p := &printer{w: out}
	err = c.run(ctx, &typist{r: lines}, p)
	if perr := p.end(); err == nil {
		err = perr
	}
	return err
}

// LengthOf returns the length of a page for shell.Options of a session on t: 0,
// no pages, where the client has no screen, else -1, so that the session finds
// it out.
func LengthOf(t shell.Terminal) int {
	if _, height := t.Size(); height == 0 {
		return 0
	}
	return -1
}

// A typist reads lines as somebody types them: each ends in CR, the last one
// too.
type typist struct {
	r    io.Reader
	cr   bool // the last byte was CR: LF after it is no key
	open bool // a line has begun
	err  error
}

// Read reads keys.
func (t *typist) Read(p []byte) (int, error) {
	for len(p) > 0 {
		if t.err != nil {
			if t.open {
				t.open = false
				p[0] = '\r'
				return 1, nil
			}
			return 0, t.err
		}
		var n int
		n, t.err = t.r.Read(p)
		k := 0
		for _, b := range p[:n] {
			skip := b == '\n' && t.cr
			t.cr = b == '\r'
			if skip {
				continue
			}
			if b == '\n' {
				b = '\r'
			}
			t.open = b != '\r'
			p[k] = b
			k++
		}
		if k > 0 {
			return k, nil
		}
	}
	return 0, nil
}

// A printer writes what a terminal shows as plain lines: CR LF becomes LF.
type printer struct {
	w    io.Writer
	cr   bool // a CR waits for what follows
	open bool // a line has begun
}

// Write writes what a terminal shows.
func (p *printer) Write(b []byte) (int, error) {
	n := len(b)
	if n == 0 {
		return 0, nil
	}
	if p.cr {
		b = append([]byte{'\r'}, b...)
	}
	p.cr = b[len(b)-1] == '\r'
	if p.cr {
		b = b[:len(b)-1]
	}
	return n, p.put(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")))
}

func (p *printer) put(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	p.open = b[len(b)-1] != '\n'
	_, err := p.w.Write(b)
	return err
}

// end ends the last line.
func (p *printer) end() error {
	if p.cr {
		p.cr = false
		if err := p.put([]byte{'\r'}); err != nil {
			return err
		}
	}
	if !p.open {
		return nil
	}
	return p.put([]byte{'\n'})
}

package attach

import (
	"context"
	"io"
	"os"

	"golang.org/x/term"
)

// leaveKey is Ctrl-]. With q behind it the operator leaves, whatever the
// session does; typed twice it is typed once.
const leaveKey = 0x1d

// defaultWidth and defaultHeight are the size of a terminal that does not tell
// it.
const (
	defaultWidth  = 80
	defaultHeight = 24
)

// Join attaches a terminal, or, where in is none, types the lines of in as Type
// does. The terminal is in raw mode until the session ends, the operator
// leaves by Ctrl-] and q, or ctx ends; changes of its window are followed.
func (s Socket) Join(ctx context.Context, name string, in *os.File, out io.Writer) error {
	fd := int(in.Fd())
	if !term.IsTerminal(fd) {
		return s.Type(ctx, name, in, out)
	}
	w, h, err := term.GetSize(fd)
	if err != nil || w == 0 || h == 0 {
		w, h = defaultWidth, defaultHeight
	}
	c, err := s.Dial(ctx, name, w, h)
	if err != nil {
		return err
	}
	old, err := term.MakeRaw(fd)
	if err != nil {
		c.Close()
		return err
	}
	defer term.Restore(fd, old)
	defer OnResize(fd, c.SetSize)()
	left := make(chan struct{})
	keys := &leaver{r: in, leave: func() { close(left); c.Close() }}
	err = c.run(ctx, keys, out)
	select {
	case <-left:
		_, err = io.WriteString(out, "\r\n")
	default:
	}
	return err
}

// A leaver takes the keys of somebody who leaves out of a stream of keys.
type leaver struct {
	r       io.Reader
	leave   func() // called once
	escaped bool   // leaveKey was the last
	left    bool
}

// Read reads keys.
func (l *leaver) Read(p []byte) (int, error) {
	for !l.left && len(p) > 0 {
		n, err := l.r.Read(p)
		k := 0
		for _, b := range p[:n] {
			switch {
			case l.escaped && b == 'q':
				l.left = true
				l.leave()
				return k, io.EOF
			case !l.escaped && b == leaveKey:
				l.escaped = true
				continue
			}
			l.escaped = false
			p[k] = b
			k++
		}
		if k > 0 || err != nil {
			return k, err
		}
	}
	if l.left {
		return 0, io.EOF
	}
	return 0, nil
}

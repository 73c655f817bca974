package attach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
)

// A Client is a terminal that is attached.
type Client struct {
	conn *net.UnixConn
	keys nawsWriter
}

// Dial attaches to what listens on the socket, and there to a name; "" where it
// has only one thing to attach to. The size is that of the terminal, columns
// and rows; 0 where nobody looks at it. The end of ctx ends the attempt, not
// the session.
func (s Socket) Dial(ctx context.Context, name string, width, height int) (*Client, error) {
	err := s.checkFolder()
	if err == nil {
		err = s.check()
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("no %s is running there: %w", s.Of, err)
	}
	if err != nil {
		return nil, err
	}
	c, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: s.Path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("no %s is running there: %w", s.Of, err)
	}
	stop := context.AfterFunc(ctx, func() { c.Close() })
	if name == "" {
		name = "-"
	}
	var first string
	if _, err = fmt.Fprintf(c, "%s %d %d\n", name, width, height); err == nil {
		first, err = readShortLine(c)
	}
	switch {
	case !stop():
		err = context.Cause(ctx)
	case err == nil && first != attached:
		err = errors.New(first)
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	return &Client{conn: c, keys: nawsWriter{w: c}}, nil
}

// SetSize tells the other side that the terminal has another size. It may be
// called from any goroutine.
func (c *Client) SetSize(width, height int) {
	_ = c.keys.size(width, height) // an end of the connection is seen by Run
}

// Close ends the session at once. It may be called from any goroutine.
func (c *Client) Close() error { return c.conn.Close() }

// Run joins a terminal in raw mode to the session until either side ends.
func (c *Client) Run(in io.Reader, out io.Writer) error {
	defer c.conn.Close()
	go func() {
		_, _ = io.Copy(&c.keys, in) // the end of either is the end of the keys
		_ = c.conn.CloseWrite()
	}()
	_, err := io.Copy(out, c.conn)
	return err
}

// run is Run until ctx ends, which is then the error.
func (c *Client) run(ctx context.Context, in io.Reader, out io.Writer) error {
	defer context.AfterFunc(ctx, func() { c.conn.Close() })()
	err := c.Run(in, out)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

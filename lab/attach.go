package lab

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"axle/cli/console"
	"axle/cli/ios"
	"axle/cli/shell"
)

// maxAttached bounds the sessions that come over the socket.
const maxAttached = 64

// ErrNoNode means that a lab has no node of the wanted name.
var ErrNoNode = errors.New("there is no such node")

// ErrReloaded ends what was begun before its router was reloaded.
var ErrReloaded = errors.New("the router was reloaded")

// Session serves one operator of a node, a router or a host, on a terminal
// until they leave, ctx ends or the router is reloaded (ErrReloaded). A terminal
// that is an io.Closer is closed in the two last cases.
func (l *Lab) Session(ctx context.Context, name string, t shell.Terminal, who shell.Who) error {
	if h := l.hosts[name]; h != nil {
		return l.hostSession(ctx, h, t)
	}
	n := l.nodes[name]
	if n == nil {
		return fmt.Errorf("%s: %w", name, ErrNoNode)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	b := l.backend(n)
	defer b.onReload(func() { cancel(ErrReloaded) })()
	line := lineOf(b.Config(), who.Line)
	s := shell.New(shell.Options{
		Backend: b, Terminal: t, Who: who, Line: line, Privilege: max(line.Privilege, 1),
		Monitor: line.Kind == "con", Length: -1, Width: -1,
	})
	return s.Run(ctx)
}

// lineOf returns the configuration of the terminal line that a session is on.
func lineOf(c *ios.Config, name string) ios.LineConfig {
	kind, num := "con", 0
	if rest, ok := strings.CutPrefix(name, "vty"); ok {
		kind = "vty"
		num, _ = strconv.Atoi(rest) // our own numbering
	}
	for _, l := range c.Lines {
		if l.Kind == kind && l.First <= num && num <= l.Last {
			return l
		}
	}
	return ios.LineConfig{Kind: kind, Length: 24, Width: 80, History: 20, Privilege: 1, ExecTimeout: 10 * time.Minute}
}

// hostSession is the small shell of a host.
func (l *Lab) hostSession(ctx context.Context, h *host, t shell.Terminal) error {
	if c, ok := t.(io.Closer); ok {
		defer context.AfterFunc(ctx, func() { c.Close() })()
	}
	t.SetEditor(shell.Editor{Help: func(string) string { return hostHelp }})
	for ctx.Err() == nil {
		line, end, err := t.ReadLine(h.name + "$ ")
		if err != nil {
			return err
		}
		switch strings.TrimSpace(line) {
		case "exit", "logout", "quit":
			return nil
		}
		if end == shell.CtrlC {
			continue
		}
		run, cancel := context.WithCancel(ctx)
		finished := make(chan struct{})
		go func() {
			select {
			case <-t.Breaks():
				cancel()
			case <-finished:
			}
		}()
		err = l.command(run, t, func(w io.Writer, done func(error)) func() {
			return h.exec(line, w, func() { done(nil) })
		})
		close(finished)
		cancel()
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// A Server lets other terminals attach to a running lab over a Unix socket.
type Server struct {
	lab  *Lab
	ln   net.Listener
	path string      // of the socket
	info fs.FileInfo // of the socket that is ours
}

// The time to wait after an error of Accept that passes; it doubles.
const (
	minAcceptPause = 5 * time.Millisecond
	maxAcceptPause = time.Second
)

// passing reports whether an error of Accept may go away by itself: there are
// no more file descriptors, say.
func passing(err error) bool {
	return slices.ContainsFunc([]error{
		syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED, syscall.EINTR, syscall.EAGAIN,
	}, func(e error) bool { return errors.Is(err, e) })
}

// Serve accepts terminals until ctx ends, then ends their sessions, waits for
// them and removes the socket. An error that will pass is waited out.
func (s *Server) Serve(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var used [maxAttached]bool          // vty numbers
	gone := make(chan int, maxAttached) // numbers of sessions that ended
	defer func() {
		cancel()
		for slices.Contains(used[:], true) {
			used[<-gone] = false
		}
	}()
	defer s.close()
	defer context.AfterFunc(ctx, func() { s.ln.Close() })()
	pause := minAcceptPause
	for {
		c, err := s.ln.Accept()
		switch {
		case err == nil:
			pause = minAcceptPause
		case ctx.Err() != nil:
			return nil
		case !passing(err):
			return err
		default: // those who are attached stay
			select {
			case <-ctx.Done():
			case <-time.After(pause):
			}
			pause = min(2*pause, maxAcceptPause)
			continue
		}
		for len(gone) > 0 {
			used[<-gone] = false
		}
		vty := slices.Index(used[:], false)
		if vty < 0 {
			io.WriteString(c, "too many terminals are attached\n")
			c.Close()
			continue
		}
		used[vty] = true
		go func() {
			s.serve(ctx, c, vty)
			gone <- vty
		}()
	}
}

// attached is the first line of a server that lets a client in; any other line
// says why not.
const attached = "attached"

// serve reads the first line of a client, "NODE WIDTH HEIGHT", and runs a
// session.
func (s *Server) serve(ctx context.Context, c net.Conn, vty int) {
	defer c.Close()
	defer context.AfterFunc(ctx, func() { c.Close() })()
	c.SetReadDeadline(time.Now().Add(10 * time.Second))
	first, err := readShortLine(c)
	if err != nil {
		return
	}
	c.SetReadDeadline(time.Time{})
	var name string
	var w, h int
	fmt.Sscan(first, &name, &w, &h) // sizes may be missing
	name = name[:min(len(name), 64)]
	if s.lab.nodes[name] == nil && s.lab.hosts[name] == nil {
		routers, hosts := s.lab.Nodes()
		names := strings.Join(append(routers, hosts...), " ")
		fmt.Fprintf(c, "there is no node %q; there are: %s\n", name, names[:min(len(names), maxFirstLine/2)])
		return
	}
	if _, err := io.WriteString(c, attached+"\n"); err != nil {
		return
	}
	var size atomic.Pointer[console.Terminal] // the reader runs before there is a terminal
	in := &nawsReader{r: c, onSize: func(w, h int) {
		if t := size.Load(); t != nil {
			t.SetSize(w, h)
		}
	}}
	t := console.New(struct {
		io.Reader
		io.WriteCloser
	}{in, c}, console.Options{Width: w, Height: h})
	defer t.Close()
	size.Store(t)
	_ = s.lab.Session(ctx, name, t, shell.Who{Line: "vty" + strconv.Itoa(vty)}) // the client sees why it ended
}

// maxFirstLine bounds the first line of either side, bytes.
const maxFirstLine = 4096

// readShortLine reads a line byte by byte, so that nothing behind it is taken.
func readShortLine(r io.Reader) (string, error) {
	var line []byte
	b := make([]byte, 1)
	for len(line) < maxFirstLine {
		if _, err := io.ReadFull(r, b); err != nil {
			return "", err
		}
		if b[0] == '\n' {
			return string(line), nil
		}
		line = append(line, b[0])
	}
	return "", bufio.ErrTooLong
}

// A Client is a terminal that is attached to a node of a lab.
type Client struct {
	conn *net.UnixConn
	keys nawsWriter
}

// Dial attaches to a node of the lab that listens on a socket. The size is that
// of the terminal, columns and rows.
func Dial(path, node string, width, height int) (*Client, error) {
	err := checkFolder(path)
	if err == nil {
		err = checkSocket(path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("no lab is running there: %w", err)
	}
	if err != nil {
		return nil, err
	}
	c, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("no lab is running there: %w", err)
	}
	if _, err := fmt.Fprintf(c, "%s %d %d\n", node, width, height); err != nil {
		c.Close()
		return nil, err
	}
	first, err := readShortLine(c)
	if err == nil && first != attached {
		err = errors.New(first)
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	return &Client{conn: c, keys: nawsWriter{w: c}}, nil
}

// SetSize tells the lab that the terminal has another size. It may be called
// from any goroutine.
func (c *Client) SetSize(width, height int) {
	_ = c.keys.size(width, height) // an end of the connection is seen by Run
}

// Run joins a terminal in raw mode to the node until either side ends.
func (c *Client) Run(in io.Reader, out io.Writer) error {
	defer c.conn.Close()
	go func() {
		_, _ = io.Copy(&c.keys, in) // the end of either is the end of the keys
		_ = c.conn.CloseWrite()
	}()
	_, err := io.Copy(out, c.conn)
	return err
}

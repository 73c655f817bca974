package attach

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"axle/cli/console"
)

// MaxAttached is how many terminals a server has at once.
const MaxAttached = 64

// Options say what a server does with the terminals that attach.
type Options struct {
	// Admit says why no terminal is attached to a name, in words for the
	// operator; nil where one is. Where Admit is nil every name is good.
	Admit func(name string) error
	// Session serves one operator until they leave or ctx ends; the terminal is
	// then closed. name is what the client asked for, 64 bytes at most, and LineOf(ctx)
	// the number of the terminal. It runs on a goroutine of its own, beside those
	// of other terminals. Its error goes nowhere: the operator has seen why the
	// session ended.
	Session func(ctx context.Context, name string, term *console.Terminal) error
}

// A Server lets terminals attach over a Unix socket.
type Server struct {
	options Options
	ln      net.Listener
	path    string      // of the socket
	info    fs.FileInfo // of the socket that is ours
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

// Close ends listening and removes the socket, unless another's stands there
// by now. Serve calls it at its end.
func (s *Server) Close() error {
	err := s.ln.Close()
	if info, lerr := os.Lstat(s.path); lerr == nil && os.SameFile(info, s.info) {
		os.Remove(s.path)
	}
	return err
}

// Serve accepts terminals until ctx ends, then ends their sessions, waits for
// them and removes the socket. An error that will pass is waited out.
func (s *Server) Serve(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var used [MaxAttached]bool          // numbers of terminals
	gone := make(chan int, MaxAttached) // numbers of those that ended
	defer func() {
		cancel()
		for slices.Contains(used[:], true) {
			used[<-gone] = false
		}
	}()
	defer s.Close()
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
		line := slices.Index(used[:], false)
		if line < 0 {
			io.WriteString(c, "too many terminals are attached\n")
			c.Close()
			continue
		}
		used[line] = true
		go func() {
			s.serve(context.WithValue(ctx, lineKey{}, line), c)
			gone <- line
		}()
	}
}

// lineKey is the key of a terminal's number in its context.
type lineKey struct{}

// LineOf returns the number of the terminal whose session has ctx: from 0 up,
// below MaxAttached, and free again when the session has ended. It is that of
// the session's vty.
func LineOf(ctx context.Context) int {
	n, _ := ctx.Value(lineKey{}).(int)
	return n
}

// Limits of what either side says before the session begins.
const (
	maxFirstLine = 4096 // bytes
	maxName      = 64   // bytes
	helloTimeout = 10 * time.Second
)

// attached is the first line of a server that lets a client in; any other line
// says why not.
const attached = "attached"

// serve reads the first line of a client, "NAME WIDTH HEIGHT", and runs a
// session.
func (s *Server) serve(ctx context.Context, c net.Conn) {
	defer c.Close()
	defer context.AfterFunc(ctx, func() { c.Close() })()
	c.SetReadDeadline(time.Now().Add(helloTimeout))
	first, err := readShortLine(c)
	if err != nil {
		return
	}
	c.SetReadDeadline(time.Time{})
	var name string
	var w, h int
	fmt.Sscan(first, &name, &w, &h) // sizes may be missing
	name = name[:min(len(name), maxName)]
	answer := attached
	if s.options.Admit != nil {
		if err := s.options.Admit(name); err != nil {
			answer = refusal(err)
		}
	}
	if _, err := io.WriteString(c, answer+"\n"); err != nil || answer != attached {
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
	_ = s.options.Session(ctx, name, t) // the client sees why it ended
}

// refusal returns an error as the one line that a client is told.
func refusal(err error) string {
	text := strings.ReplaceAll(err.Error(), "\n", " ")
	return text[:min(len(text), maxFirstLine-1)]
}

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

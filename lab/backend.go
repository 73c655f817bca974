package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/shell"
	"axle/router"
)

// A driver moves a lab's time.
type driver interface {
	// do calls f on the lab's goroutine and waits for it.
	do(f func())
	// over is closed when the lab has stopped; nil: it never does.
	over() <-chan struct{}
}

// virtual drives a lab as fast as the processor goes, on the caller's
// goroutine.
type virtual struct{ lab *Lab }

func (v virtual) do(f func()) { f() }

func (v virtual) over() <-chan struct{} { return nil }

// wait lets things happen until done is closed, ctx ends, or nothing more will
// happen. What is written meanwhile goes to w.
func (v virtual) wait(ctx context.Context, s *stream, w io.Writer, done <-chan struct{}) error {
	for {
		select {
		case <-s.ready:
			if _, err := w.Write(s.take()); err != nil {
				return err
			}
		case <-done:
			return nil
		case <-ctx.Done():
			return nil
		default:
			if !v.lab.step() {
				return nil
			}
		}
	}
}

// A backend is one router as a session sees it, until the router is reloaded.
type backend struct {
	lab     *Lab
	node    *node
	reloads uint64 // of the router, when the session began
}

// Backend returns a router for a session; nil where there is no such router.
func (l *Lab) Backend(name string) shell.Backend {
	n := l.nodes[name]
	if n == nil {
		return nil
	}
	return l.backend(n)
}

func (l *Lab) backend(n *node) backend {
	b := backend{lab: l, node: n}
	l.drive.do(func() { b.reloads = n.reloads })
	return b
}

// gone reports whether the router was reloaded since the session began. It
// belongs to the lab's goroutine.
func (b backend) gone() bool { return b.reloads != b.node.reloads }

// onReload calls f, on the lab's goroutine, when the router is reloaded.
func (b backend) onReload(f func()) (cancel func()) {
	var forget func() // nil where the lab has stopped
	b.lab.drive.do(func() { forget = b.node.router.OnReload(f) })
	return func() {
		if forget != nil {
			b.lab.drive.do(forget)
		}
	}
}

func (b backend) do(f func()) {
	b.lab.drive.do(func() { f(); b.node.after() })
}

// Config returns an empty configuration where the lab has stopped.
func (b backend) Config() *ios.Config {
	c := &ios.Config{}
	b.do(func() { c = b.node.router.Config() })
	return c
}

func (b backend) Now() (now time.Time) {
	b.do(func() { now = b.lab.now })
	return now
}

func (b backend) Unsaved() (yes bool) {
	b.do(func() { yes = b.node.router.Unsaved() })
	return yes
}

func (b backend) Edit(who shell.Who, path []*grammar.Line, l *grammar.Line) (text string, ok bool) {
	b.do(func() {
		if b.gone() {
			text = "% " + ErrReloaded.Error() + "\n"
			return
		}
		text, ok = b.node.router.Edit(b.lab.now, who, path, l)
	})
	return text, ok
}

func (b backend) Keep(who shell.Who, path []*grammar.Line, text string) (ok bool) {
	b.do(func() { ok = !b.gone() && b.node.router.Keep(b.lab.now, who, path, text) })
	return ok
}

func (b backend) LeaveConfig(who shell.Who) {
	b.do(func() {
		if !b.gone() {
			b.node.router.LeaveConfig(b.lab.now, who)
		}
	})
}

// CreateFile opens a file of the router's flash. Its writer is for the session,
// but takes its place on the lab's goroutine.
func (b backend) CreateFile(url string, appending bool) (w io.WriteCloser, err error) {
	b.do(func() {
		if b.gone() {
			err = ErrReloaded
			return
		}
		if w, err = b.node.router.CreateFile(url, appending); err != nil {
			err = errors.New(router.FileReason(err))
		}
	})
	if err != nil {
		return nil, err
	}
	return labFile{b, w}, nil
}

// A labFile is a file that a session writes.
type labFile struct {
	b backend
	w io.WriteCloser
}

func (f labFile) Write(p []byte) (int, error) { return f.w.Write(p) }

// Close lets the file take its place.
func (f labFile) Close() (err error) {
	f.b.do(func() { err = f.w.Close() })
	if err != nil {
		err = errors.New("%Error writing (" + router.FileReason(err) + ")")
	}
	return err
}

// HasFile reports whether the router has a file.
func (b backend) HasFile(url string) (yes bool) {
	b.do(func() { yes = b.node.router.HasFile(url) })
	return yes
}

// HasCaptureFilter reports whether a capture of the router has a filter.
func (b backend) HasCaptureFilter(capture string) (yes bool) {
	b.do(func() { yes = b.node.router.HasCaptureFilter(capture) })
	return yes
}

// Exec runs a command. What it writes goes through a stream, so that a session
// that does not read never stops the lab.
func (b backend) Exec(ctx context.Context, who shell.Who, l *grammar.Line, w io.Writer) error {
	return b.lab.command(ctx, w, func(w io.Writer, done func(error)) (cancel func()) {
		if b.gone() {
			done(ErrReloaded)
			return nil
		}
		stop := b.node.router.Exec(b.lab.now, who, l, w, done)
		b.node.after()
		if stop == nil {
			return nil
		}
		return func() { stop(b.lab.now); b.node.after() }
	})
}

// command runs something on the lab's goroutine that writes and, later, calls
// done. It returns when that is done, when the writer fails, when ctx ends, or
// when the lab has stopped; whatever still runs then is cancelled.
func (l *Lab) command(ctx context.Context, w io.Writer, start func(w io.Writer, done func(error)) (cancel func())) error {
	finished := make(chan struct{})
	var result error
	var once sync.Once
	done := func(err error) { once.Do(func() { result = err; close(finished) }) }
	var cancel func()
	end := sync.OnceFunc(func() {
		l.drive.do(func() {
			if cancel != nil {
				cancel()
			}
		})
	})
	s := newStream()
	s.onFull = func() { // on the lab's goroutine, in the midst of the command
		l.queue.push(l.now, func() {
			once.Do(func() { result = errTooMuch; close(finished) })
			if cancel != nil {
				cancel()
			}
		})
	}
	l.drive.do(func() { cancel = start(s, done) })
	var err error
	if v, ok := l.drive.(virtual); ok {
		err = v.wait(ctx, s, w, finished)
	} else {
		// The writer may block: the command is broken off all the same.
		defer context.AfterFunc(ctx, end)()
		err = l.pump(ctx, s, w, finished)
	}
	if err == nil && !closed(finished) {
		end()
		if err = ctx.Err(); closed(finished) {
			err = nil // it told itself how it ended
		}
	}
	if err != nil {
		end()
		return err
	}
	if _, err := w.Write(s.take()); err != nil {
		return err
	}
	if !closed(finished) {
		return nil // nothing more will happen in the lab
	}
	return result
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// Errors of commands that end early.
var (
	errStopped = errors.New("the lab has stopped")
	errTooMuch = errors.New("broken off: more output than the terminal takes")
)

// pump copies a running command's output to its session until it is done or
// ctx ends.
func (l *Lab) pump(ctx context.Context, s *stream, w io.Writer, finished <-chan struct{}) error {
	for {
		select {
		case <-s.ready:
			if _, err := w.Write(s.take()); err != nil {
				return err
			}
		case <-finished:
			return nil
		case <-ctx.Done():
			return nil
		case <-l.drive.over():
			return errStopped
		}
	}
}

// maxStream bounds the output of one command that its session has not read.
// What is written at once is taken whole.
const maxStream = 1 << 20 // bytes

// A stream takes what a command writes, without ever blocking it.
type stream struct {
	onFull func()        // called once, when more is written than is kept
	ready  chan struct{} // has an element while buf may not be empty

	mu   sync.Mutex // protects what follows
	buf  []byte
	full bool // for ever
}

func newStream() *stream { return &stream{ready: make(chan struct{}, 1)} }

// Write takes all, or, for ever when it was full once, nothing.
func (s *stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	was := s.full
	s.full = was || len(s.buf) >= maxStream
	full := s.full
	if !full {
		s.buf = append(s.buf, p...)
	}
	s.mu.Unlock()
	if full {
		if !was && s.onFull != nil {
			s.onFull()
		}
		return 0, errTooMuch
	}
	select {
	case s.ready <- struct{}{}:
	default:
	}
	return len(p), nil
}

func (s *stream) take() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buf
	s.buf = nil
	return b
}

// messageBuffer is how many log messages wait for a session that does not
// read; further ones are lost to it, and it is told how many.
const messageBuffer = 512

type message struct {
	level int
	debug bool
	line  string
}

// Messages subscribes to a router's log. In real time f is called on a
// goroutine of its own.
func (b backend) Messages(f func(level int, debug bool, line string)) (cancel func()) {
	if _, ok := b.lab.drive.(virtual); ok {
		return b.node.router.Subscribe(f)
	}
	ch := make(chan message, messageBuffer)
	var lost atomic.Int64
	var stop func()
	b.do(func() {
		stop = b.node.router.Subscribe(func(level int, debug bool, line string) {
			select {
			case ch <- message{level, debug, line}:
			default:
				lost.Add(1)
			}
		})
	})
	go func() {
		for m := range ch {
			f(m.level, m.debug, m.line)
			if len(ch) > 0 {
				continue
			}
			if n := lost.Swap(0); n > 0 {
				f(0, false, fmt.Sprintf("%% %d messages lost", n)) // whatever level is shown
			}
		}
	}()
	var once sync.Once
	return func() {
		once.Do(func() {
			b.do(func() {
				if stop != nil {
					stop()
				}
			})
			close(ch) // nobody writes to it any more
		})
	}
}

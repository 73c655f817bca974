package lab

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/shell"
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
// happen.
func (v virtual) wait(ctx context.Context, done <-chan struct{}) {
	for {
		select {
		case <-done:
			return
		case <-ctx.Done():
			return
		default:
			if !v.lab.step() {
				return
			}
		}
	}
}

// A backend is one router as a session sees it.
type backend struct {
	lab  *Lab
	node *node
}

// Backend returns a router for a session; nil where there is no such router.
func (l *Lab) Backend(name string) shell.Backend {
	n := l.nodes[name]
	if n == nil {
		return nil
	}
	return backend{l, n}
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
	b.do(func() { text, ok = b.node.router.Edit(b.lab.now, who, path, l) })
	return text, ok
}

func (b backend) LeaveConfig(who shell.Who) {
	b.do(func() { b.node.router.LeaveConfig(b.lab.now, who) })
}

// Exec runs a command. What it writes goes through a stream, so that a session
// that does not read never stops the lab.
func (b backend) Exec(ctx context.Context, who shell.Who, l *grammar.Line, w io.Writer) error {
	return b.lab.command(ctx, w, func(w io.Writer, done func(error)) (cancel func()) {
		var stop func(time.Time)
		stop = b.node.router.Exec(b.lab.now, who, l, w, done)
		b.node.after()
		if stop == nil {
			return nil
		}
		return func() { stop(b.lab.now); b.node.after() }
	})
}

// command runs something on the lab's goroutine that writes and, later, calls
// done. It returns when that is done, when the writer fails, when ctx ends, or
// when the lab has stopped.
func (l *Lab) command(ctx context.Context, w io.Writer, start func(w io.Writer, done func(error)) (cancel func())) error {
	s := newStream()
	finished := make(chan struct{})
	var result error
	var once sync.Once
	var cancel func()
	l.drive.do(func() {
		cancel = start(s, func(err error) {
			once.Do(func() { result = err; close(finished) })
		})
	})
	if v, ok := l.drive.(virtual); ok {
		v.wait(ctx, finished)
		if ctx.Err() != nil && cancel != nil {
			cancel()
		}
		if _, err := w.Write(s.take()); err != nil {
			return err
		}
		return result
	}
	stop := context.AfterFunc(ctx, func() {
		if cancel != nil {
			l.drive.do(cancel)
		}
	})
	defer stop()
	if err := l.pump(s, w, finished); err != nil {
		return err
	}
	return result
}

// errStopped ends what still runs when its lab has stopped.
var errStopped = errors.New("the lab has stopped")

// pump copies a running command's output to its session until it is done.
func (l *Lab) pump(s *stream, w io.Writer, finished <-chan struct{}) error {
	for {
		select {
		case <-s.ready:
			if _, err := w.Write(s.take()); err != nil {
				return err
			}
		case <-finished:
			_, err := w.Write(s.take())
			return err
		case <-l.drive.over():
			return errStopped
		}
	}
}

// maxStream bounds the output of one command that its session has not read.
const maxStream = 64 << 20 // bytes

// A stream takes what a command writes, without ever blocking it.
type stream struct {
	mu    sync.Mutex
	buf   []byte
	ready chan struct{} // has an element while buf may not be empty
}

func newStream() *stream { return &stream{ready: make(chan struct{}, 1)} }

func (s *stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	if len(s.buf)+len(p) <= maxStream {
		s.buf = append(s.buf, p...)
	}
	s.mu.Unlock()
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
// read; further ones are lost to it.
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

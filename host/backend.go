//go:build linux

package host

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"axle/cli/attach"
	"axle/cli/console"
	"axle/cli/grammar"
	"axle/cli/ios"
	"axle/cli/shell"
	"axle/router"
)

// errEnded tells a session that the router has ended.
var errEnded = errors.New("the router has ended")

// errReloaded ends a session when its router restarts.
var errReloaded = errors.New("the router was reloaded")

// Session serves one operator at the console until they leave, ctx ends or the
// router is reloaded.
func (h *Host) Session(ctx context.Context, _ string, term *console.Terminal) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	b := backend{h}
	var forget func()
	if !h.do(func() { forget = h.router.OnReload(func() { cancel(errReloaded) }) }) {
		return errEnded
	}
	defer h.do(func() { forget() })
	line := ios.LineConfig{Kind: "con", Length: 24, Width: 80, History: 20, Privilege: 1, ExecTimeout: 10 * time.Minute}
	for _, l := range b.Config().Lines {
		if l.Kind == "con" {
			line = l
		}
	}
	s := shell.New(shell.Options{
		Backend: b, Terminal: term, Who: shell.Who{Line: "console"}, Line: line, Privilege: max(line.Privilege, 1),
		Monitor: true, Length: attach.LengthOf(term), Width: -1,
	})
	return s.Run(ctx)
}

// A backend is the router as a session sees it.
type backend struct{ h *Host }

var (
	_ shell.Backend  = backend{}
	_ shell.Files    = backend{}
	_ shell.Named    = backend{}
	_ shell.Captures = backend{}
)

// Config returns an empty configuration where the router has ended.
func (b backend) Config() *ios.Config {
	c := &ios.Config{}
	b.h.do(func() { c = b.h.router.Config() })
	return c
}

func (b backend) Names() grammar.Names { return b.h.router.Names() }

func (b backend) Now() time.Time { return time.Now() }

func (b backend) Unsaved() (yes bool) {
	b.h.do(func() { yes = b.h.router.Unsaved() })
	return yes
}

func (b backend) Edit(who shell.Who, path []*grammar.Line, l *grammar.Line) (text string, ok bool) {
	if !b.h.do(func() { text, ok = b.h.router.Edit(time.Now(), who, path, l) }) {
		return "% " + errEnded.Error() + "\n", false
	}
	return text, ok
}

func (b backend) Keep(who shell.Who, path []*grammar.Line, text string) (ok bool) {
	b.h.do(func() { ok = b.h.router.Keep(time.Now(), who, path, text) })
	return ok
}

func (b backend) LeaveConfig(who shell.Who) {
	b.h.do(func() { b.h.router.LeaveConfig(time.Now(), who) })
}

func (b backend) HasFile(url string) (yes bool) {
	b.h.do(func() { yes = b.h.router.HasFile(url) })
	return yes
}

func (b backend) HasCaptureFilter(capture string) (yes bool) {
	b.h.do(func() { yes = b.h.router.HasCaptureFilter(capture) })
	return yes
}

func (b backend) CreateFile(url string, appending bool) (w io.WriteCloser, err error) {
	b.h.do(func() { w, err = b.h.router.CreateFile(url, appending) })
	if err != nil {
		return nil, errors.New(router.FileReason(err))
	}
	return hostFile{b.h, w}, nil
}

// A hostFile is a file that a session writes; it takes its place on the loop's
// goroutine.
type hostFile struct {
	h *Host
	w io.WriteCloser
}

func (f hostFile) Write(p []byte) (int, error) { return f.w.Write(p) }

func (f hostFile) Close() (err error) {
	f.h.do(func() { err = f.w.Close() })
	if err != nil {
		err = errors.New("%Error writing (" + router.FileReason(err) + ")")
	}
	return err
}

// Exec runs a command. What it writes goes through a buffer, so that a terminal
// that does not read never stops the router.
func (b backend) Exec(ctx context.Context, who shell.Who, l *grammar.Line, w io.Writer) error {
	s := &screen{ready: make(chan struct{}, 1)}
	finished := make(chan error, 1)
	var once sync.Once
	var cancel func(time.Time)
	started := b.h.do(func() {
		if strings.HasPrefix(strings.Join(l.Words, " "), "show interfaces") {
			b.h.count()
		}
		cancel = b.h.router.Exec(time.Now(), who, l, s, func(err error) { once.Do(func() { finished <- err }) })
	})
	if !started {
		return errEnded
	}
	end := func() {
		if cancel != nil {
			b.h.do(func() { cancel(time.Now()) })
		}
	}
	for {
		select {
		case <-s.ready:
			if _, err := w.Write(s.take()); err != nil {
				end()
				return err
			}
		case err := <-finished:
			if _, werr := w.Write(s.take()); err == nil {
				err = werr
			}
			return err
		case <-ctx.Done():
			end()
			_, _ = w.Write(s.take()) // what it said at its end
			return ctx.Err()
		case <-b.h.ended:
			return errEnded
		}
	}
}

// maxScreen bounds what a command has written and its session has not read.
const maxScreen = 4 << 20 // bytes

// A screen takes what a command writes, without ever blocking it.
type screen struct {
	ready chan struct{}
	mu    sync.Mutex // protects buf
	buf   bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	if s.buf.Len() > maxScreen {
		s.mu.Unlock()
		return 0, errors.New("more output than the terminal takes")
	}
	s.buf.Write(p)
	s.mu.Unlock()
	select {
	case s.ready <- struct{}{}:
	default:
	}
	return len(p), nil
}

func (s *screen) take() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := bytes.Clone(s.buf.Bytes())
	s.buf.Reset()
	return b
}

// messageQueue is how many log messages wait for a session.
const messageQueue = 512

type message struct {
	level int
	debug bool
	line  string
}

// Messages subscribes to the log; f is called on a goroutine of its own. What a
// session does not take in time is lost to it.
func (b backend) Messages(f func(level int, debug bool, line string)) (cancel func()) {
	ch := make(chan message, messageQueue)
	var stop func()
	b.h.do(func() {
		stop = b.h.router.Subscribe(func(level int, debug bool, line string) {
			select {
			case ch <- message{level, debug, line}:
			default:
			}
		})
	})
	quit := make(chan struct{})
	go func() {
		for {
			select {
			case m := <-ch:
				f(m.level, m.debug, m.line)
			case <-quit:
				return
			}
		}
	}()
	return sync.OnceFunc(func() {
		b.h.do(func() {
			if stop != nil {
				stop()
			}
		})
		close(quit)
	})
}

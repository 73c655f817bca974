// Package console is a session's terminal over any stream of bytes: a Unix
// terminal, a pseudo terminal, a socket, an SSH channel.
//
// Lines are edited in the line buffer of github.com/chzyer/readline with IOS's
// keys. The echo is plain, as IOS's is: characters, backspaces, line ends and
// the bell, no escape sequences, so that people and expect-like programs can
// both use it. Nothing of the stream is read ahead of the prompt that it is
// for, and nothing typed ahead is lost: where too much is, the stream waits.
//
// Every character takes one column; wide and combining ones are drawn wrong.
// Bracketed paste is not known.
package console

import (
	"bytes"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"axle/cli/shell"

	"github.com/chzyer/readline"
)

// Options adjust a terminal.
type Options struct {
	Width, Height int // of the screen, columns and rows; 0: unknown
	// Escape is a key that belongs to who runs the terminals, such as 0x1d
	// (Ctrl-]); 0: none. OnEscape gets the key that follows it, from the
	// goroutine that reads the stream; it must not block.
	Escape   byte
	OnEscape func(next byte)
}

// A Terminal is a shell.Terminal over a stream. Lines, secrets, answers and
// keys are read by one goroutine at a time; the other methods may be called
// from any.
type Terminal struct {
	rw       io.ReadWriter
	in       *input
	size     atomic.Uint64 // width<<32 | height
	override atomic.Int64  // width of SetWidth; -1: none
	idle     atomic.Int64  // time.Duration

	messages *messages
	closing  sync.Once
	done     chan struct{}
	restore  func() error // of OpenTTY; may be nil

	mu     sync.Mutex // protects what follows, and the order of output
	screen screen
	editor shell.Editor
	kills  []string // what was cut, newest last
}

var _ shell.Terminal = (*Terminal)(nil)

// New returns a terminal over rw and begins to read it. Close ends that; it
// closes rw where that is an io.Closer. A Read of rw that does not end then
// keeps its goroutine.
func New(rw io.ReadWriter, o Options) *Terminal {
	t := &Terminal{rw: rw, done: make(chan struct{}), messages: newMessages()}
	t.override.Store(-1)
	t.SetSize(o.Width, o.Height)
	t.screen.w = rw
	t.screen.buf = readline.NewRuneBuffer(io.Discard, "", &readline.Config{FuncIsTerminal: func() bool { return false }}, 0)
	t.in = newInput(t.done)
	t.in.escape, t.in.onEscape, t.in.block = o.Escape, o.OnEscape, t.flush
	go t.in.pump(rw)
	go t.showMessages()
	return t
}

// Close ends the terminal: reads return io.EOF.
func (t *Terminal) Close() error {
	var err error
	t.closing.Do(func() {
		close(t.done)
		if t.restore != nil {
			err = t.restore()
		}
		if c, ok := t.rw.(io.Closer); ok {
			if cerr := c.Close(); err == nil {
				err = cerr
			}
		}
	})
	return err
}

// Write writes text; each "\n" becomes CR LF.
func (t *Terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.screen.text(p)
	return len(p), t.screen.flush()
}

// Size returns the size of the screen; 0 where unknown.
func (t *Terminal) Size() (width, height int) {
	v := t.size.Load()
	return int(v >> 32), int(v & 0xffffffff)
}

// maxScreen is the largest width and height that are believed.
const maxScreen = 65535

// SetSize tells the size of the screen, as after a change of the window.
func (t *Terminal) SetSize(width, height int) {
	w, h := min(max(width, 0), maxScreen), min(max(height, 0), maxScreen)
	t.size.Store(uint64(w)<<32 | uint64(h))
}

// SetWidth sets the width at which lines scroll, whatever the size of the
// screen; 0: they never do.
func (t *Terminal) SetWidth(columns int) { t.override.Store(int64(max(columns, 0))) }

// SetIdle limits the time without a key in ReadLine; 0: no limit.
func (t *Terminal) SetIdle(d time.Duration) { t.idle.Store(int64(d)) }

// SetEditor tells what "?" and TAB do, and the history.
func (t *Terminal) SetEditor(e shell.Editor) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.editor = e
}

// Breaks returns a channel on which Ctrl-C and Ctrl-^ arrive until a line is
// read.
func (t *Terminal) Breaks() <-chan struct{} { return t.in.arm() }

// ReadKey reads one key without echo.
func (t *Terminal) ReadKey() (byte, error) {
	defer t.in.suspend()()
	return t.in.next(0)
}

// flush shows what was echoed, before the terminal waits for a key.
func (t *Terminal) flush() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.screen.flush() != nil {
		t.in.fail()
	}
}

// width is the width at which lines scroll; 0: never.
func (t *Terminal) width() int {
	if o := t.override.Load(); o >= 0 {
		return int(o)
	}
	w, _ := t.Size()
	return w
}

// crlf returns p with CR LF for each LF.
func crlf(p []byte) []byte {
	return bytes.ReplaceAll(bytes.ReplaceAll(p, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
}

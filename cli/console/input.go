package console

import (
	"io"
	"sync"
	"time"

	"axle/cli/shell"
)

// maxTypeAhead is how many bytes of the stream are kept for later prompts.
// While there are as many, the stream is not read.
const maxTypeAhead = 64 << 10

// Keys that break off what runs.
const (
	ctrlC     = 0x03
	ctrlCaret = 0x1e
)

// An input is what was typed and not yet read. One goroutine runs pump, one
// other reads.
type input struct {
	escape   byte // 0: none
	onEscape func(byte)
	block    func() // called before next waits; may be nil
	done     <-chan struct{}
	more     chan struct{} // something happened to buf or err
	room     chan struct{} // buf was shortened
	breaks   chan struct{}

	mu      sync.Mutex // protects what follows
	buf     []byte
	start   int  // of what is left of buf
	armed   bool // Ctrl-C and Ctrl-^ go to breaks
	escaped bool // the escape key was the last
	cr      bool // CR was the last byte read: a LF after it is no key
	err     error
}

func newInput(done <-chan struct{}) *input {
	return &input{
		done: done, more: make(chan struct{}, 1),
		room: make(chan struct{}, 1), breaks: make(chan struct{}, 1),
	}
}

// pump reads the stream to its end.
func (in *input) pump(r io.Reader) {
	b := make([]byte, 4096)
	for {
		n, err := r.Read(b)
		if !in.add(b[:n], err) || err != nil {
			return
		}
	}
}

// add takes bytes of the stream, waits for room and reports whether there is
// a reader left.
func (in *input) add(b []byte, err error) bool {
	in.mu.Lock()
	for _, c := range b {
		in.key(c)
	}
	if err != nil && in.err == nil {
		in.err = io.EOF
	}
	full := len(in.buf)-in.start >= maxTypeAhead
	in.mu.Unlock()
	notify(in.more)
	for full {
		select {
		case <-in.room:
		case <-in.done:
			return false
		}
		in.mu.Lock()
		full = len(in.buf)-in.start >= maxTypeAhead
		in.mu.Unlock()
	}
	return true
}

// key takes one byte of the stream.
func (in *input) key(c byte) {
	switch {
	case in.escaped:
		in.escaped = false
		in.onEscape(c)
	case in.escape != 0 && c == in.escape && in.onEscape != nil:
		in.escaped = true
	case c == 0: // clients ask so whether the session lives
	case in.armed && (c == ctrlC || c == ctrlCaret):
		notify(in.breaks)
	default:
		in.buf = append(in.buf, c)
	}
}

// notify tells a waiting reader, if it was not told yet.
func notify(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// arm makes Ctrl-C and Ctrl-^ breaks until disarm is called. Breaks that came
// before are forgotten.
func (in *input) arm() <-chan struct{} {
	in.mu.Lock()
	defer in.mu.Unlock()
	if !in.armed {
		select {
		case <-in.breaks:
		default:
		}
	}
	in.armed = true
	return in.breaks
}

// suspend makes Ctrl-C and Ctrl-^ keys again until resume is called.
func (in *input) suspend() (resume func()) {
	in.mu.Lock()
	defer in.mu.Unlock()
	was := in.armed
	in.armed = false
	return func() {
		in.mu.Lock()
		defer in.mu.Unlock()
		in.armed = was
	}
}

// disarm makes Ctrl-C and Ctrl-^ keys again.
func (in *input) disarm() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.armed = false
}

// fail ends the input: there is nobody left to answer.
func (in *input) fail() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.err = io.EOF
	notify(in.more)
}

// waiting reports whether a byte can be read at once.
func (in *input) waiting() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.start < len(in.buf)
}

// take returns the next byte, if there is one. CR LF is one byte, CR.
func (in *input) take() (b byte, ok bool, err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	select {
	case <-in.done:
		return 0, false, io.EOF
	default:
	}
	for in.start < len(in.buf) {
		b = in.buf[in.start]
		in.start++
		if in.start == len(in.buf) {
			in.buf, in.start = in.buf[:0], 0
		}
		skip := b == '\n' && in.cr
		in.cr = b == '\r'
		if !skip {
			return b, true, nil
		}
	}
	return 0, false, in.err
}

// back returns a byte that was taken too much.
func (in *input) back(b byte) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.start > 0 {
		in.start--
		in.buf[in.start] = b
		return
	}
	in.buf = append([]byte{b}, in.buf...)
}

// next waits for a byte; for idle at most, where that is not 0.
func (in *input) next(idle time.Duration) (byte, error) {
	b, ok, err := in.take()
	if ok {
		notify(in.room)
		return b, nil
	}
	if in.block != nil {
		in.block()
	}
	var late <-chan time.Time
	if idle > 0 {
		timer := time.NewTimer(idle)
		defer timer.Stop()
		late = timer.C
	}
	for !ok {
		notify(in.room)
		if err != nil {
			return 0, err
		}
		select {
		case <-in.more:
		case <-in.done:
			return 0, io.EOF
		case <-late:
			return 0, shell.ErrIdle
		}
		b, ok, err = in.take()
	}
	notify(in.room)
	return b, nil
}

package console

import (
	"fmt"
	"sync"
)

// maxMessages is how many messages wait for a slow terminal. More are counted
// and lost.
const maxMessages = 256

// messages wait to be shown, so that who sends them never waits for the
// terminal.
type messages struct {
	ready chan struct{}

	mu    sync.Mutex // protects what follows
	queue []message
	lost  int
}

type message struct {
	line   string
	redraw bool
}

func newMessages() *messages { return &messages{ready: make(chan struct{}, 1)} }

// Message shows a line that belongs to no command. Where redraw is set, the line
// being typed is shown again after it, and while none is, the message waits for
// the next prompt, so that it does not tear what a command shows. Others are
// shown at once. It never blocks.
func (t *Terminal) Message(line string, redraw bool) {
	m := t.messages
	m.mu.Lock()
	if len(m.queue) < maxMessages {
		m.queue = append(m.queue, message{line, redraw})
	} else {
		m.lost++
	}
	m.mu.Unlock()
	notify(m.ready)
}

// take returns what is to be shown: all that waits, or, while no line is being
// read, what does not wait for a prompt.
func (m *messages) take(reading bool) []message {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !reading {
		n := 0
		for _, x := range m.queue {
			if !x.redraw {
				n++
			}
		}
		return m.split(n)
	}
	q := m.queue
	if m.lost > 0 {
		q = append(q, message{fmt.Sprintf("%% %d messages lost", m.lost), false})
	}
	m.queue, m.lost = nil, 0
	return q
}

// split takes the n messages that do not wait for a prompt out of the queue.
func (m *messages) split(n int) []message {
	if n == 0 {
		return nil
	}
	now, later := make([]message, 0, n), make([]message, 0, len(m.queue)-n)
	for _, x := range m.queue {
		if x.redraw {
			later = append(later, x)
		} else {
			now = append(now, x)
		}
	}
	m.queue = later
	return now
}

// showMessages shows messages until the terminal is closed.
func (t *Terminal) showMessages() {
	for {
		select {
		case <-t.done:
			return
		case <-t.messages.ready:
		}
		t.mu.Lock()
		for _, m := range t.messages.take(t.screen.reading) {
			t.showMessage(m)
		}
		_ = t.screen.flush()
		t.mu.Unlock()
	}
}

// showWaiting shows the messages that waited for a prompt, before it is written.
func (t *Terminal) showWaiting() {
	for _, m := range t.messages.take(true) {
		t.showMessage(m)
	}
}

func (t *Terminal) showMessage(m message) {
	s := &t.screen
	if s.col != 0 {
		s.newline()
	}
	s.text([]byte(m.line + "\n"))
	if s.reading && m.redraw {
		s.again(t.width())
	}
}

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

// Message shows a line that belongs to no command, soon. Where redraw is set,
// the line being typed is shown again after it. It never blocks.
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

// take returns what waits.
func (m *messages) take() []message {
	m.mu.Lock()
	defer m.mu.Unlock()
	q := m.queue
	if m.lost > 0 {
		q = append(q, message{fmt.Sprintf("%% %d messages lost", m.lost), false})
	}
	m.queue, m.lost = nil, 0
	return q
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
		for _, m := range t.messages.take() {
			t.showMessage(m)
		}
		_ = t.screen.flush()
		t.mu.Unlock()
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

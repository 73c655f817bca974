package shell

import (
	"bytes"
	"io"
	"sync"
)

// A Script is a terminal without an operator: what is written is collected,
// questions are answered with Enter, and nothing is paged. A session over it
// is driven by Session.Execute. It may be used by many goroutines.
type Script struct {
	mu      sync.Mutex
	out     bytes.Buffer
	answers []string
}

// maxScript limits what a Script keeps until it is taken, in bytes; what is
// beyond is lost.
const maxScript = 16 << 20

// NewScript returns an empty terminal.
func NewScript() *Script { return &Script{} }

// Answer queues answers to the next questions, before those that are just
// Enter.
func (t *Script) Answer(answers ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.answers = append(t.answers, answers...)
}

// Take returns what was written since the last call, with "\n" line ends.
func (t *Script) Take() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.out.String()
	t.out.Reset()
	return s
}

// Write collects text.
func (t *Script) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.out.Len()+len(p) <= maxScript {
		t.out.Write(p)
	}
	return len(p), nil
}

// ReadLine returns io.EOF where no answer is queued.
func (t *Script) ReadLine(prompt string) (string, End, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.out.WriteString(prompt)
	if len(t.answers) == 0 {
		return "", Enter, io.EOF
	}
	line := t.answers[0]
	t.answers = t.answers[1:]
	t.out.WriteString(line + "\n")
	return line, Enter, nil
}

// ReadAnswer returns the next answer, "" where none is queued.
func (t *Script) ReadAnswer(prompt string) (string, error) { return t.answer(prompt, true), nil }

// ReadSecret returns the next answer, "" where none is queued.
func (t *Script) ReadSecret(prompt string) (string, error) { return t.answer(prompt, false), nil }

func (t *Script) answer(prompt string, echo bool) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := ""
	if len(t.answers) > 0 {
		a = t.answers[0]
		t.answers = t.answers[1:]
	}
	t.out.WriteString(prompt)
	if echo {
		t.out.WriteString(a)
	}
	t.out.WriteByte('\n')
	return a
}

// ReadKey returns the first byte of the next answer, Enter where none is
// queued.
func (t *Script) ReadKey() (byte, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.answers) == 0 {
		return '\r', nil
	}
	a := t.answers[0]
	t.answers = t.answers[1:]
	if a == "" {
		return '\r', nil
	}
	return a[0], nil
}

// Breaks returns nil: a script breaks nothing off.
func (t *Script) Breaks() <-chan struct{} { return nil }

// Size returns zeros: unknown.
func (t *Script) Size() (width, height int) { return 0, 0 }

// Unpaged reports that nothing is to be paged.
func (t *Script) Unpaged() bool { return true }

// SetEditor does nothing.
func (t *Script) SetEditor(Editor) {}

// Message writes a line.
func (t *Script) Message(line string, redraw bool) { _, _ = io.WriteString(t, line+"\n") }

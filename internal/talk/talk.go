// Package talk is for tests that sit at a terminal of a program that runs on
// goroutines of its own: it types keys and waits for what is shown. It knows no
// control sequences: it looks for bytes in a stream, and keeps no screen.
package talk

import (
	"bytes"
	"io"
	"strings"
	"sync"
	"testing"
	"time"
)

// Patience is how long a test waits for what ought to come at once.
const Patience = 20 * time.Second

// A Talk is the operator's end of a terminal, in a test.
type Talk struct {
	t    *testing.T
	w    io.Writer
	mu   sync.Mutex
	more chan struct{} // has an element when something was added
	text bytes.Buffer
}

// New returns the end whose keys are written to w; what the terminal shows is
// written to it.
func New(t *testing.T, w io.Writer) *Talk { return &Talk{t: t, w: w, more: make(chan struct{}, 1)} }

// Write takes what the terminal shows.
func (k *Talk) Write(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.text.Write(p)
	select {
	case k.more <- struct{}{}:
	default:
	}
	return len(p), nil
}

// Expect waits for a text and forgets what came up to its end.
func (k *Talk) Expect(want string) {
	k.t.Helper()
	timeout := time.After(Patience)
	for {
		k.mu.Lock()
		all := k.text.String()
		if i := strings.Index(all, want); i >= 0 {
			k.text.Next(i + len(want))
			k.mu.Unlock()
			return
		}
		k.mu.Unlock()
		select {
		case <-k.more:
		case <-timeout:
			k.t.Fatalf("no %q in %q", want, all)
		}
	}
}

// Rest returns what was shown behind what was expected last.
func (k *Talk) Rest() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.text.String()
}

// Send types keys.
func (k *Talk) Send(keys string) {
	k.t.Helper()
	if _, err := io.WriteString(k.w, keys); err != nil {
		k.t.Fatal(err)
	}
}

// Wait waits for the error of something that runs on a goroutine of its own; what
// it is stands in the message when it does not end.
func Wait(t *testing.T, what string, done <-chan error) error {
	t.Helper()
	select {
	case err := <-done:
		return err
	case <-time.After(Patience):
		t.Fatalf("%s does not end", what)
		return nil
	}
}

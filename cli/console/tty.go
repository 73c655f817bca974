//go:build unix

package console

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"
)

// ErrNoTTY is what OpenTTY returns where standard input is no terminal.
var ErrNoTTY = errors.New("console: standard input is not a terminal")

// OpenTTY takes the terminal of this process into raw mode until Close. It
// follows changes of the window.
func OpenTTY(o Options) (*Terminal, error) {
	if !term.IsTerminal(0) {
		return nil, ErrNoTTY
	}
	// Opened anew, so that Close can end a Read.
	f, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	return openFile(f, o)
}

// openFile takes terminal f into raw mode until Close, which closes f.
func openFile(f *os.File, o Options) (*Terminal, error) {
	var state *term.State
	if err := withFd(f, func(fd int) (err error) {
		state, err = term.MakeRaw(fd)
		return err
	}); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("console: raw mode: %w", err)
	}
	t := New(f, o)
	resize := func() {
		_ = withFd(f, func(fd int) error {
			w, h, err := term.GetSize(fd)
			if err == nil {
				t.SetSize(w, h)
			}
			return err
		})
	}
	resize()
	changed := make(chan os.Signal, 1)
	signal.Notify(changed, syscall.SIGWINCH)
	go func() {
		for {
			select {
			case <-changed:
				resize()
			case <-t.done:
				return
			}
		}
	}()
	t.restore = func() error {
		signal.Stop(changed)
		return withFd(f, func(fd int) error { return term.Restore(fd, state) })
	}
	return t, nil
}

// withFd calls do with the descriptor of f. File.Fd would make f's reads
// uninterruptible.
func withFd(f *os.File, do func(fd int) error) error {
	c, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var inner error
	if err := c.Control(func(fd uintptr) { inner = do(int(fd)) }); err != nil {
		return err
	}
	return inner
}

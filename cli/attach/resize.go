package attach

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"
)

// OnResize calls f with the size of terminal fd, columns and rows, whenever it
// changes, until stop is called.
func OnResize(fd int, f func(width, height int)) (stop func()) {
	changed := make(chan os.Signal, 1)
	signal.Notify(changed, syscall.SIGWINCH)
	go func() {
		for range changed {
			if w, h, err := term.GetSize(fd); err == nil {
				f(w, h)
			}
		}
	}()
	return func() { signal.Stop(changed); close(changed) }
}

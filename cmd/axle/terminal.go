package main

import (
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"
)

// clock is the wall clock: what a lab in real time starts with.
func clock() time.Time { return time.Now().UTC() }

// onResize calls f with the terminal's size whenever it changes.
func onResize(fd int, f func(width, height int)) (stop func()) {
	ch := make(chan os.Signal, 1)
	signal.Notify(ch, syscall.SIGWINCH)
	go func() {
		for range ch {
			if w, h, err := term.GetSize(fd); err == nil {
				f(w, h)
			}
		}
	}()
	return func() { signal.Stop(ch); close(ch) }
}

package lab

import (
	"context"
	"time"
)

// realtime drives a lab by the wall clock. Its loop is the one goroutine that
// touches the lab.
type realtime struct {
	inbox chan func()
	ended chan struct{} // closed when the loop has ended
}

func (r *realtime) do(f func()) {
	done := make(chan struct{})
	select {
	case r.inbox <- func() { f(); close(done) }:
		select {
		case <-done:
		case <-r.ended:
		}
	case <-r.ended:
	}
}

func (r *realtime) over() <-chan struct{} { return r.ended }

// maxBatch bounds the events between two looks at the inbox, so that sessions
// are served under load.
const maxBatch = 256

// Run lets the lab's time pass with the wall clock until ctx ends. It must not
// be called twice. From now on sessions may be used from any goroutine.
func (l *Lab) Run(ctx context.Context) error {
	r := &realtime{inbox: make(chan func()), ended: make(chan struct{})}
	l.drive = r
	return l.run(ctx, r)
}

// Start runs the lab on a goroutine of its own; stop ends it and waits.
func (l *Lab) Start(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	r := &realtime{inbox: make(chan func()), ended: make(chan struct{})}
	l.drive = r
	go l.run(ctx, r)
	return func() { cancel(); <-r.ended }
}

func (l *Lab) run(ctx context.Context, r *realtime) error {
	defer close(r.ended)
	begin, base := time.Now(), l.now
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		target := base.Add(time.Since(begin))
		n := 0
		for ; n < maxBatch; n++ {
			at, ok := l.queue.next()
			if !ok || at.After(target) {
				break
			}
			l.step()
		}
		if n < maxBatch && target.After(l.now) {
			l.now = target
		}
		wait := time.Hour
		if at, ok := l.queue.next(); ok {
			wait = max(at.Sub(base.Add(time.Since(begin))), 0)
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case f := <-r.inbox:
			if t := base.Add(time.Since(begin)); t.After(l.now) && n < maxBatch {
				if at, ok := l.queue.next(); ok && at.Before(t) {
					t = at
				}
				if t.After(l.now) {
					l.now = t
				}
			}
			f()
		case <-timer.C:
		}
	}
}

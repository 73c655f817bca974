package engine

import (
	"net/netip"
	"time"
)

// A window counts events in consecutive windows of time.
type window struct {
	start time.Time
	count int
}

// take counts an event and reports whether it is within limit, the number that
// a window of length every may hold. Limit 0 means no limit.
func (w *window) take(now time.Time, limit int, every time.Duration) bool {
	if limit <= 0 {
		return true
	}
	if w.start.IsZero() || now.Sub(w.start) >= every {
		w.start, w.count = now, 0
	}
	if w.count >= limit {
		return false
	}
	w.count++
	return true
}

// percent returns how much of limit is used up in the window at now.
func (w *window) percent(now time.Time, limit int, every time.Duration) int {
	if limit <= 0 || now.Sub(w.start) >= every {
		return 0
	}
	return w.count * 100 / limit
}

// A sourceLimiter bounds what each sender may send within a second.
type sourceLimiter struct {
	start time.Time
	count map[netip.Addr]int
}

// take counts a packet from src and reports whether it may pass. When too many
// senders are seen within a second, only known ones still pass.
func (l *sourceLimiter) take(now time.Time, src netip.Addr, known bool) bool {
	if l.count == nil || now.Sub(l.start) >= time.Second {
		l.start = now
		if l.count == nil {
			l.count = make(map[netip.Addr]int)
		}
		clear(l.count)
	}
	n, ok := l.count[src]
	if !ok && len(l.count) >= MaxSources {
		return known
	}
	if n >= MaxSourceRate {
		return false
	}
	l.count[src] = n + 1
	return true
}

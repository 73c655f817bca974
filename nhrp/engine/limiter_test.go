package engine

import (
	"net/netip"
	"testing"
	"time"
)

func TestWindow(t *testing.T) {
	var w window
	for _, s := range []struct {
		at   time.Duration
		want bool
		used int
	}{
		{0, true, 50},
		{time.Second, true, 100},
		{9 * time.Second, false, 100},
		{10 * time.Second, true, 50},
		{25 * time.Second, true, 50},
	} {
		now := start.Add(s.at)
		if got := w.take(now, 2, 10*time.Second); got != s.want {
			t.Errorf("at %v: %t", s.at, got)
		}
		if got := w.percent(now, 2, 10*time.Second); got != s.used {
			t.Errorf("at %v: %d%% used, want %d%%", s.at, got, s.used)
		}
	}
	if !w.take(start, 0, 0) || w.percent(start, 0, 0) != 0 {
		t.Error("no limit is a limit")
	}
}

func TestSourceLimiter(t *testing.T) {
	var l sourceLimiter
	a := ip("203.0.113.1")
	for i := range MaxSourceRate + 1 {
		if got := l.take(start, a, true); got != (i < MaxSourceRate) {
			t.Fatalf("packet %d: %t", i, got)
		}
	}
	if !l.take(start.Add(time.Second), a, true) {
		t.Error("refused in the next second")
	}
	for i := range MaxSources + 10 {
		l.take(start.Add(time.Second), netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), false)
	}
	if len(l.count) != MaxSources {
		t.Errorf("%d sources remembered", len(l.count))
	}
	if s := ip("198.51.100.1"); l.take(start.Add(time.Second), s, false) || !l.take(start.Add(time.Second), s, true) {
		t.Error("when too many send, a known sender must pass and a stranger must not")
	}
}

package router

import (
	"testing"
	"time"
)

// TestLasts: reports come often enough to see an SA between nine tenths of what it
// may carry and all of it, whatever the rate is.
func TestLasts(t *testing.T) {
	const limit = 4608000 << 10
	for _, tt := range []struct {
		name    string
		n, last uint64
		dt      time.Duration
		want    time.Duration
	}{
		{"nothing was carried", 1000, 0, time.Second, useEvery},
		{"first report", 1000, 1000, 0, useEvery},
		{"a megabyte a second", 10 << 20, 10 << 20, 10 * time.Second, useEvery},
		{"a gigabit a second, half of it left", limit / 2, 1.25e9, 10 * time.Second, 2359 * time.Millisecond},
		{"the same, a tenth left", limit - limit/10, 1.25e8, time.Second, 472 * time.Millisecond},
		{"used up", limit, 1.25e9, 10 * time.Second, useEvery},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := lasts(limit, tt.n, tt.last, tt.dt); got.Round(time.Millisecond) != tt.want {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
	for _, rate := range []uint64{1e6, 1e8, 1e9, 2e9} { // bytes a second
		n, dt, seen := uint64(0), useFirst, false
		for last := uint64(0); n < limit; n += last {
			seen = seen || n >= limit-limit/10
			if last = rate * uint64(dt) / uint64(time.Second); last > 0 {
				dt = max(useSoon, lasts(limit, n+last, last, dt))
			}
		}
		if !seen {
			t.Errorf("at %d bytes a second nobody sees the end coming", rate)
		}
	}
}

package engine

import (
	"net/netip"
	"time"
)

// A rate counts what strangers send within a second, all of them and each.
type rate struct {
	start time.Time
	all   int
	count map[netip.Addr]int
}

// begin starts a new second where the last one is over.
func (r *rate) begin(now time.Time) {
	if r.start.IsZero() || now.Sub(r.start) >= time.Second || now.Before(r.start) {
		r.start, r.all = now, 0
		clear(r.count)
	}
}

// takeFrom counts one from src and reports whether it is within limit. Where too
// many sources are seen, new ones are not.
func (r *rate) takeFrom(now time.Time, src netip.Addr, limit int) bool {
	r.begin(now)
	if r.count == nil {
		r.count = make(map[netip.Addr]int)
	}
	n, known := r.count[src]
	if n >= limit || !known && len(r.count) >= MaxSources {
		return false
	}
	r.count[src] = n + 1
	return true
}

// take counts one and reports whether it is within limit.
func (r *rate) take(now time.Time, limit int) bool {
	r.begin(now)
	if r.all >= limit {
		return false
	}
	r.all++
	return true
}

package engine

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// TestScheduleAgainstModel sets, moves and stops timers at random and compares
// with a sorted list.
func TestScheduleAgainstModel(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var s schedule
	type model struct {
		t   *timer
		seq uint64
	}
	timers := make([]*timer, 50)
	for i := range timers {
		timers[i] = &timer{}
	}
	running := make(map[*timer]uint64)
	seq := uint64(0)
	now := start
	for range 20000 {
		x := timers[rng.IntN(len(timers))]
		switch rng.IntN(4) {
		case 0, 1:
			seq++
			s.set(x, now.Add(time.Duration(rng.IntN(20))*time.Second))
			running[x] = seq
		case 2:
			s.stop(x)
			delete(running, x)
		case 3:
			now = now.Add(time.Duration(rng.IntN(3)) * time.Second)
			var due []model
			for x, q := range running {
				if !x.at.After(now) {
					due = append(due, model{x, q})
				}
			}
			slices.SortFunc(due, func(a, b model) int {
				if c := a.t.at.Compare(b.t.at); c != 0 {
					return c
				}
				return int(a.seq) - int(b.seq)
			})
			for _, want := range due {
				if got := s.due(now); got != want.t {
					t.Fatalf("due %p, want %p", got, want.t)
				}
				delete(running, want.t)
			}
			if got := s.due(now); got != nil {
				t.Fatalf("one more timer is due at %v: %v", now, got.at)
			}
		}
		var first time.Time
		for x := range running {
			if first.IsZero() || x.at.Before(first) {
				first = x.at
			}
		}
		if got := s.next(); !got.Equal(first) {
			t.Fatalf("next %v, want %v", got, first)
		}
	}
}

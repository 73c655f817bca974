package schedule

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
	var s Schedule
	type model struct {
		t   *Timer
		seq uint64
	}
	timers := make([]*Timer, 50)
	for i := range timers {
		timers[i] = &Timer{}
	}
	running := make(map[*Timer]uint64)
	seq := uint64(0)
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for range 20000 {
		x := timers[rng.IntN(len(timers))]
		switch rng.IntN(4) {
		case 0, 1:
			seq++
			s.Set(x, now.Add(time.Duration(rng.IntN(20))*time.Second))
			running[x] = seq
		case 2:
			s.Stop(x)
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
				if got := s.Due(now); got != want.t {
					t.Fatalf("due %p, want %p", got, want.t)
				}
				delete(running, want.t)
			}
			if got := s.Due(now); got != nil {
				t.Fatalf("one more timer is due at %v: %v", now, got.at)
			}
		}
		var first time.Time
		for x := range running {
			if first.IsZero() || x.at.Before(first) {
				first = x.at
			}
		}
		if got := s.Next(); !got.Equal(first) {
			t.Fatalf("next %v, want %v", got, first)
		}
	}
}

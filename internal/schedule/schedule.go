// Package schedule keeps the timers of an engine in the order of their times, so
// that the engine can say when it wants to be called next.
//
// It reads no clock and fires nothing by itself: the owner takes out what is due.
package schedule

import (
	"container/heap"
	"time"
)

// A Timer has Fire called by its owner when its time has come. It belongs to one
// Schedule.
type Timer struct {
	Fire  func()
	at    time.Time
	seq   uint64 // timers of the same instant are due in the order in which they were set
	place int    // index in the heap plus 1; 0: not running
}

// Running reports whether the timer is set.
func (t *Timer) Running() bool { return t.place != 0 }

// At returns the time for which the timer was set last.
func (t *Timer) At() time.Time { return t.at }

// A Schedule is a heap of running timers, earliest first.
type Schedule struct {
	heap timerHeap
	seq  uint64
}

// Set starts t, or moves it, to be due at the given time.
func (s *Schedule) Set(t *Timer, at time.Time) {
	s.seq++
	t.at, t.seq = at, s.seq
	if t.place != 0 {
		heap.Fix(&s.heap, t.place-1)
		return
	}
	heap.Push(&s.heap, t)
}

// Stop stops t if it runs.
func (s *Schedule) Stop(t *Timer) {
	if t.place != 0 {
		heap.Remove(&s.heap, t.place-1)
	}
}

// Next returns the time of the earliest timer; zero if none runs.
func (s *Schedule) Next() time.Time {
	if len(s.heap) == 0 {
		return time.Time{}
	}
	return s.heap[0].at
}

// Due takes the earliest timer out if its time has come by now; else it returns
// nil.
func (s *Schedule) Due(now time.Time) *Timer {
	if len(s.heap) == 0 || s.heap[0].at.After(now) {
		return nil
	}
	return heap.Pop(&s.heap).(*Timer)
}

// timerHeap implements heap.Interface and keeps every timer's place.
type timerHeap []*Timer

func (h timerHeap) Len() int { return len(h) }

func (h timerHeap) Less(i, j int) bool {
	if !h[i].at.Equal(h[j].at) {
		return h[i].at.Before(h[j].at)
	}
	return h[i].seq < h[j].seq
}

func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i+1, j+1
}

func (h *timerHeap) Push(x any) {
	t := x.(*Timer)
	*h = append(*h, t)
	t.place = len(*h)
}

func (h *timerHeap) Pop() any {
	last := len(*h) - 1
	t := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	t.place = 0
	return t
}

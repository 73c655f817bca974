package engine

import (
	"container/heap"
	"time"
)

// A timer calls fire when its time has come. It belongs to one schedule.
type timer struct {
	at    time.Time
	seq   uint64 // timers of the same instant fire in the order in which they were set
	place int    // index in the heap plus 1; 0: not running
	fire  func()
}

// A schedule is a heap of running timers, earliest first.
type schedule struct {
	heap timerHeap
	seq  uint64
}

// set starts t, or moves it, to fire at the given time.
func (s *schedule) set(t *timer, at time.Time) {
	s.seq++
	t.at, t.seq = at, s.seq
	if t.place != 0 {
		heap.Fix(&s.heap, t.place-1)
		return
	}
	heap.Push(&s.heap, t)
}

// stop stops t if it runs.
func (s *schedule) stop(t *timer) {
	if t.place != 0 {
		heap.Remove(&s.heap, t.place-1)
	}
}

// next returns the time of the earliest timer; zero if none runs.
func (s *schedule) next() time.Time {
	if len(s.heap) == 0 {
		return time.Time{}
	}
	return s.heap[0].at
}

// due takes the earliest timer out if its time has come by now.
func (s *schedule) due(now time.Time) *timer {
	if len(s.heap) == 0 || s.heap[0].at.After(now) {
		return nil
	}
	return heap.Pop(&s.heap).(*timer)
}

// timerHeap implements heap.Interface and keeps every timer's place.
type timerHeap []*timer

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
	t := x.(*timer)
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

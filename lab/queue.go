package lab

import (
	"container/heap"
	"time"
)

// An event is something that will happen in the lab.
type event struct {
	at  time.Time
	seq uint64 // events of one moment happen in the order in which they were made
	do  func()
}

// A queue holds the events to come, the earliest first.
type queue struct {
	events events
	seq    uint64
}

// push adds an event.
func (q *queue) push(at time.Time, do func()) {
	q.seq++
	heap.Push(&q.events, event{at, q.seq, do})
}

// next returns the time of the earliest event.
func (q *queue) next() (time.Time, bool) {
	if len(q.events) == 0 {
		return time.Time{}, false
	}
	return q.events[0].at, true
}

// pop removes the earliest event and returns it.
func (q *queue) pop() event { return heap.Pop(&q.events).(event) }

type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	if !e[i].at.Equal(e[j].at) {
		return e[i].at.Before(e[j].at)
	}
	return e[i].seq < e[j].seq
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	old := *e
	x := old[len(old)-1]
	old[len(old)-1] = event{}
	*e = old[:len(old)-1]
	return x
}

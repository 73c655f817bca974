package lab

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The queue against a slow model: a list, sorted by time and stable.
func TestQueueOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type entry struct {
			at time.Duration
			id int
		}
		var q queue
		var model []entry
		var ran int
		id := 0
		t.Repeat(map[string]func(*rapid.T){
			"push": func(t *rapid.T) {
				e := entry{time.Duration(rapid.IntRange(0, 20).Draw(t, "at")), id}
				id++
				q.push(epoch.Add(e.at), func() { ran = e.id })
				at, _ := slices.BinarySearchFunc(model, e, func(x, e entry) int {
					if x.at <= e.at {
						return -1
					}
					return 1
				})
				model = slices.Insert(model, at, e)
			},
			"pop": func(t *rapid.T) {
				at, ok := q.next()
				if ok != (len(model) > 0) {
					t.Fatalf("next: %v, %d events in the model", ok, len(model))
				}
				if !ok {
					t.Skip("empty")
				}
				want := model[0]
				model = model[1:]
				e := q.pop()
				e.do()
				if !at.Equal(epoch.Add(want.at)) || !e.at.Equal(at) || ran != want.id {
					t.Fatalf("event %d at %v, want %d at %v", ran, e.at.Sub(epoch), want.id, want.at)
				}
			},
		})
	})
}

// An event may make others, of the same moment too; time never goes back.
func TestQueueWhileRunning(t *testing.T) {
	l := &Lab{now: epoch}
	var got []string
	note := func(s string) func() { return func() { got = append(got, s+" "+l.now.Sub(epoch).String()) } }
	l.queue.push(epoch.Add(2*time.Second), func() {
		note("b")()
		l.queue.push(l.now, note("d"))
		l.queue.push(epoch.Add(time.Second), note("late")) // in the past: at once
	})
	l.queue.push(epoch.Add(2*time.Second), note("c"))
	l.queue.push(epoch.Add(time.Second), note("a"))
	l.queue.push(epoch.Add(time.Minute), note("never"))
	l.RunUntil(context.Background(), epoch.Add(3*time.Second))
	want := []string{"a 1s", "b 2s", "late 2s", "c 2s", "d 2s"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if !l.Now().Equal(epoch.Add(3 * time.Second)) {
		t.Errorf("now %v", l.Now())
	}
	l.RunUntil(context.Background(), epoch)
	if !l.Now().Equal(epoch.Add(3 * time.Second)) {
		t.Errorf("time went back to %v", l.Now())
	}
}

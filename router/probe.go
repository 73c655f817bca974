package router

import (
	"time"

	"axle/internal/probe"
)

// A prober is a ping or a trace.
type prober interface {
	Tick(now time.Time, send probe.Send)
	Deliver(now time.Time, pkt []byte) bool
	Deadline() time.Time
	Done() bool
}

// A probeJob is a running "ping" or "traceroute".
type probeJob struct {
	probe prober
	vrf   *vrf
	last  func()      // prints what stands at the end
	done  func(error) // nil when it has been called
}

func (j *probeJob) deadline() time.Time { return j.probe.Deadline() }

func (j *probeJob) tick(r *Router) {
	j.probe.Tick(r.now, func(pkt []byte) { r.originate(j.vrf, pkt) })
	if j.probe.Done() {
		j.abort(r)
	}
}

func (j *probeJob) deliver(r *Router, v *vrf, pkt []byte) bool {
	if v != nil && v != j.vrf || !j.probe.Deliver(r.now, pkt) {
		return false
	}
	j.tick(r)
	return true
}

// abort ends the job, at its end or before.
func (j *probeJob) abort(r *Router) {
	if j.done == nil {
		return
	}
	done := j.done
	j.done = nil
	j.last()
	r.end(j)
	done(nil)
}

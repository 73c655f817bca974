package router

import "time"

// sampleEvery is how often the interface rates are brought up to date, as IOS
// does it.
const sampleEvery = 5 * time.Second

// Tick handles the passing of time, up to now.
func (r *Router) Tick(now time.Time) {
	r.now = now
	r.flush() // what was left over comes before any timeout
	for _, fam := range families {
		if d := r.nhrp[fam].Deadline(); !d.IsZero() && !d.After(now) {
			r.perform(fam, r.nhrp[fam].Tick(now))
		}
	}
	for _, j := range append([]job(nil), r.jobs...) {
		if d := j.deadline(); !d.IsZero() && !d.After(now) {
			j.tick(r)
		}
	}
	if !r.nextSample.After(now) {
		r.sample()
	}
	r.tickCaptures()
	r.tickCrypto()
	r.agePaths()
	r.tickArchive()
	r.tickRollback()
	r.flush()
}

// Deadline returns when Tick wants to be called next; zero means never.
func (r *Router) Deadline() time.Time {
	if len(r.punts) > 0 {
		return r.now // more was punted than one call handles
	}
	next := earlier(r.nhrp[four].Deadline(), r.nhrp[six].Deadline())
	next = earlier(next, r.nextSample)
	next = earlier(next, r.cryptoDeadline())
	next = earlier(next, r.pathDeadline())
	next = earlier(next, r.captureDeadline())
	next = earlier(next, r.archive.next)
	next = earlier(next, r.pending.deadline())
	for _, j := range r.jobs {
		next = earlier(next, j.deadline())
	}
	return next
}

// earlier returns the earlier of two times; a zero time is no time.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

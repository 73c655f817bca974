package router

import (
	"math"
	"time"

	"axle/cli/show"
)

// rates are the exponentially weighted rates of an interface, as "show
// interfaces" gives them, and when it was last used.
type rates struct {
	last            show.CounterValues
	in, out         ewma // packets
	inBits, outBits ewma
	lastIn, lastOut time.Time
}

type ewma float64

// add takes in a rate per second that held for one sample.
func (e *ewma) add(v, weight float64) { *e += ewma((v - float64(*e)) * weight) }

// sample brings the rates of all interfaces up to date.
func (r *Router) sample() {
	r.nextSample = r.now.Add(sampleEvery)
	secs := sampleEvery.Seconds()
	for _, f := range r.ifs {
		c := f.read()
		q := &f.rate
		if c == q.last && q.in == 0 && q.out == 0 {
			continue
		}
		weight := 1 - math.Exp(-secs/f.loadInterval().Seconds())
		q.in.add(float64(c.InPackets-q.last.InPackets)/secs, weight)
		q.out.add(float64(c.OutPackets-q.last.OutPackets)/secs, weight)
		q.inBits.add(float64(c.InBytes-q.last.InBytes)*8/secs, weight)
		q.outBits.add(float64(c.OutBytes-q.last.OutBytes)*8/secs, weight)
		if c.InPackets != q.last.InPackets {
			q.lastIn = r.now
		}
		if c.OutPackets != q.last.OutPackets {
			q.lastOut = r.now
		}
		q.last = c
	}
}

func (f *iface) loadInterval() time.Duration {
	if f.cfg.LoadInterval > 0 {
		return f.cfg.LoadInterval
	}
	return 5 * time.Minute
}

// show returns the rates as the screens want them.
func (q *rates) show() (in, out show.Rate) {
	return show.Rate{Bits: uint64(q.inBits), Packets: uint64(q.in)}, show.Rate{Bits: uint64(q.outBits), Packets: uint64(q.out)}
}

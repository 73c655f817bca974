package router

import (
	"cmp"
	"slices"
	"time"

	"axle/ipsec"
)

// When engines hear what SAs have carried. Of SAs whose bytes are limited they must
// hear before these are used up, or there is a gap until new ones are made.
const (
	useEvery = 10 * time.Second
	useFirst = time.Second            // after an SA was made
	useSoon  = 100 * time.Millisecond // the shortest time between two reports
	useParts = 8                      // of the time in which an SA will be used up
)

// A use is the last report.
type use struct {
	at    time.Time
	bytes map[uint64]uint64 // that pairs had carried in the direction that had more, by ID
}

// usedUp is told that an SA has refused a packet. The engines hear of it as soon as
// they may.
func (r *Router) usedUp() {
	c := &r.crypto
	c.nextUse = earlier(c.nextUse, c.use.at.Add(useSoon))
	if !c.nextUse.After(r.now) {
		r.reportUse()
	}
}

// reportUse tells the engines what SAs have carried.
func (r *Router) reportUse() {
	c := &r.crypto
	last := c.use
	c.nextUse, c.use = time.Time{}, use{r.now, make(map[uint64]uint64, len(last.bytes))}
	next := useEvery
	var uses [3][]ipsec.Use // by version
	for p := range c.sadb.All() {
		in, out := p.In.Counters(), p.Out.Counters()
		v, child := childOf(p.ID)
		uses[v] = append(uses[v], ipsec.Use{
			ID: child, InBytes: in.Bytes, InPackets: in.Packets, OutBytes: out.Bytes, OutPackets: out.Packets,
			Last: later(in.Last, out.Last),
		})
		if limit := p.Out.Params().Bytes; limit > 0 {
			n, dt := max(in.Bytes, out.Bytes), min(r.now.Sub(last.at), useEvery)
			before, known := last.bytes[p.ID]
			if !known {
				dt = min(dt, useFirst)
			}
			c.use.bytes[p.ID] = n
			next = min(next, lasts(limit, n, n-before, dt))
		}
	}
	for _, v := range [...]version{v2, v1} {
		if len(uses[v]) == 0 {
			continue
		}
		slices.SortFunc(uses[v], func(a, b ipsec.Use) int { return cmp.Compare(a.ID, b.ID) })
		c.nextUse = r.now.Add(max(next, useSoon))
		r.protect(v, c.exchange(v).Used(r.now, uses[v]))
	}
}

// lasts returns a part of the time in which an SA with a limit will have carried
// all, that has carried n bytes so far and the last of them in the time dt.
func lasts(limit, n, last uint64, dt time.Duration) time.Duration {
	if last == 0 || dt <= 0 || n >= limit {
		return useEvery
	}
	left := float64(limit-n) / float64(last) * float64(dt) / useParts
	return time.Duration(min(left, float64(useEvery)))
}

// later returns the later of two times in nanoseconds; zero where both are 0.
func later(a, b int64) time.Time {
	if a = max(a, b); a == 0 {
		return time.Time{}
	}
	return time.Unix(0, a)
}

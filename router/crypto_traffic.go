package router

import (
	"axle/dataplane"
	"axle/ipsec"
	"axle/ipsec/esp"
)

// A carried is what the SAs of a socket carried that are no more, less what an
// operator cleared.
type carried struct{ in, out esp.Counters }

// bury keeps the counters of a pair that is removed, as long as its socket is up.
func (c *crypto) bury(id uint64, gone *dataplane.SAPair) {
	s, ok := c.belongs[id]
	if _, up := c.up[s]; !ok || !up {
		return
	}
	t := c.carried[s]
	t.in, t.out = sum(t.in, gone.In.Counters()), sum(t.out, gone.Out.Counters())
	c.carried[s] = t
}

// clearCounters makes what has been carried so far count no more.
func (c *crypto) clearCounters() {
	clear(c.carried)
	for p := range c.sadb.All() {
		s, ok := c.belongs[p.ID]
		if _, up := c.up[s]; ok && up {
			t := c.carried[s]
			t.in, t.out = less(t.in, p.In.Counters()), less(t.out, p.Out.Counters())
			c.carried[s] = t
		}
	}
}

// traffic returns what a socket has carried with the given pairs and those before
// them.
func (c *crypto) traffic(s ipsec.Socket, pairs []*dataplane.SAPair) carried {
	t := c.carried[s]
	for _, p := range pairs {
		t.in, t.out = sum(t.in, p.In.Counters()), sum(t.out, p.Out.Counters())
	}
	return t
}

// sum adds counters.
func sum(a, b esp.Counters) esp.Counters {
	return esp.Counters{
		Packets: a.Packets + b.Packets, Bytes: a.Bytes + b.Bytes, Last: max(a.Last, b.Last), Refused: a.Refused + b.Refused,
		Auth: a.Auth + b.Auth, Replays: a.Replays + b.Replays, Malformed: a.Malformed + b.Malformed,
	}
}

// less subtracts counters. What is below zero wraps, and sum brings it back.
func less(a, b esp.Counters) esp.Counters {
	return esp.Counters{
		Packets: a.Packets - b.Packets, Bytes: a.Bytes - b.Bytes, Last: max(a.Last, b.Last), Refused: a.Refused - b.Refused,
		Auth: a.Auth - b.Auth, Replays: a.Replays - b.Replays, Malformed: a.Malformed - b.Malformed,
	}
}

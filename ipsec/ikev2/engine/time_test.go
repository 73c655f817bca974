package engine

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"axle/ipsec"
	"axle/ipsec/ikev2"
)

func addrPort(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }

// Hours pass: children and IKE SAs are replaced in time, and there is one pair of
// SAs at each moment.
func TestLifetimes(t *testing.T) {
	w, a, b := two(t, func(_ string, c *Config) {
		c.IPsec[0].Lifetime = 10 * time.Minute
		c.Profiles[0].Lifetime = time.Hour
	})
	a.opens(b)
	w.run(time.Second)
	for range 2000 {
		w.run(10 * time.Second)
		w.works(a, b)
		a.report()
		b.report()
	}
	w.counts(1, 1)
	for _, n := range w.nodes {
		if len(n.downs) > 0 || n.e.stats.Expired > 0 {
			t.Errorf("%s: %v", n.name, n.downs)
		}
	}
	x, y := a.e.stats, b.e.stats
	if got := x.Rekeys + y.Rekeys; got < 5 || got > 7 {
		t.Errorf("%d rekeys of the IKE SA in 5.5 hours", got)
	}
	if got := x.ChildRekeys; got < 33 || got > 40 {
		t.Errorf("%d rekeys of children in 5.5 hours", got)
	}
}

// A child through which nothing goes and that nobody here wants is not replaced.
func TestUnusedExpires(t *testing.T) {
	w, a, b := two(t, func(_ string, c *Config) { c.IPsec[0].Lifetime = 10 * time.Minute })
	a.opens(b)
	w.run(time.Second)
	for _, x := range a.e.sockets {
		x.wanted = false // the tunnel is content, but closes nothing
	}
	w.run(11 * time.Minute)
	w.counts(1, 0)
	if len(a.up)+len(b.up) != 0 {
		t.Errorf("sockets are up: %v %v", a.up, b.up)
	}
}

// Replaced by bytes, deleted when idle.
func TestBytesAndIdle(t *testing.T) {
	w, a, b := two(t, func(_ string, c *Config) {
		c.IPsec[0].Bytes = 10000
		c.IPsec[0].Idle = time.Minute
	})
	a.opens(b)
	w.run(time.Second)
	first := a.sender(a.socket(b)).ID
	if got := a.sender(a.socket(b)).Out.Bytes; got != 10000 {
		t.Errorf("hard limit of %d bytes", got)
	}
	for range 95 {
		w.works(a, b)
	}
	a.report()
	w.run(10 * time.Second)
	w.works(a, b)
	if a.sender(a.socket(b)).ID == first {
		t.Error("9500 of 10000 bytes, and no new child")
	}
	w.counts(1, 1)
	a.report()
	for _, x := range a.e.sockets {
		x.wanted = false
	}
	for range 10 {
		w.run(10 * time.Second)
		a.report()
	}
	w.counts(1, 0)
}

// A peer that is gone is found out by DPD, by both kinds; the tunnel is tried until
// it comes back.
func TestDeadPeer(t *testing.T) {
	for _, periodic := range []bool{true, false} {
		w, a, b := two(t, func(_ string, c *Config) {
			c.Globals.DPD = ipsec.Liveness{Interval: 10 * time.Second, Retry: 2 * time.Second, Periodic: periodic}
		})
		a.opens(b)
		w.run(time.Second)
		w.run(time.Minute)
		if got := a.e.stats.ProbesOut > 0; got != periodic {
			t.Errorf("periodic %v: %d probes in silence", periodic, a.e.stats.ProbesOut)
		}
		b.dead = true
		for range 6 {
			w.run(5 * time.Second)
			if p := a.sender(a.socket(b)); p != nil {
				p.out++ // goes nowhere
			}
			a.report()
		}
		w.run(10 * time.Second)
		if len(a.sas) != 0 || len(a.up) != 0 {
			t.Fatalf("periodic %v: a believes in a dead peer\n%s", periodic, w.dump())
		}
		b.dead = false
		b.restart()
		w.run(70 * time.Second)
		w.works(a, b)
	}
}

// A peer that starts anew says INITIAL_CONTACT, and the old SAs go.
func TestInitialContact(t *testing.T) {
	w, a, b := two(t, nil)
	a.opens(b)
	w.run(time.Second)
	a.restart()
	a.opens(b)
	w.run(time.Second)
	w.works(a, b)
	w.counts(1, 1)
	if !slices.Contains(b.downs, "INITIAL_CONTACT received") {
		t.Errorf("b: %v", b.downs)
	}
}

// Both ends begin at once, with every lag between them: one IKE SA and one child are
// left, and there was no gap once one was up.
func TestBothBegin(t *testing.T) {
	for lag := time.Duration(0); lag < 100*time.Millisecond; lag += 3 * time.Millisecond {
		w, a, b := two(t, nil)
		a.opens(b)
		w.at(lag, func() { b.opens(a) })
		w.run(200 * time.Millisecond)
		for range 50 {
			w.works(a, b)
			w.run(200 * time.Millisecond)
		}
		w.counts(1, 1)
	}
}

// forEach calls f for every SA and child of a router, as a verb of its engine.
func (n *node) verb(f func(e *Engine)) {
	n.e.begin(n.w.now)
	f(n.e)
	n.do(n.e.out)
}

func rekeyChildren(e *Engine) {
	for _, s := range e.list() {
		for _, c := range slices.Clone(s.children) {
			c.replace()
		}
	}
}

func rekeySAs(e *Engine) {
	for _, s := range e.list() {
		if s.alive() {
			s.asks(&rekeyTask{})
		}
	}
}

func deleteChildren(e *Engine) {
	for _, s := range e.list() {
		for _, c := range slices.Clone(s.children) {
			if c.state == childLive {
				c.state = childDeleting
				s.asks(&deleteChildTask{in: c.in, child: c})
			}
		}
	}
}

func deleteSAs(e *Engine) {
	for _, s := range e.list() {
		s.terminate("test")
	}
}

func newChildren(e *Engine) {
	for _, s := range e.list() {
		if s.alive() {
			for _, x := range e.sockets {
				s.asks(&createTask{sock: x})
			}
		}
	}
}

// Every pair of things that two ends may do at the same time, with lags that let the
// messages cross in every order, with and without a lost message. RFC 7296 §2.25.
func TestCollisions(t *testing.T) {
	verbs := []struct {
		name string
		do   func(*Engine)
	}{
		{"rekey child", rekeyChildren},
		{"rekey IKE", rekeySAs},
		{"delete child", deleteChildren},
		{"delete IKE", deleteSAs},
		{"new child", newChildren},
	}
	for _, x := range verbs {
		for _, y := range verbs {
			t.Run(x.name+" and "+y.name, func(t *testing.T) {
				step := 3 * time.Millisecond
				if testing.Short() {
					step *= 5
				}
				for lag := time.Duration(0); lag <= 45*time.Millisecond; lag += step {
					for lost := -1; lost < 8; lost++ {
						collide(t, x.do, y.do, lag, lost)
					}
				}
			})
		}
	}
}

func collide(t *testing.T, x, y func(*Engine), lag time.Duration, lost int) {
	w, a, b := two(t, nil)
	a.opens(b)
	b.opens(a)
	w.run(5 * time.Second)
	w.counts(1, 1)
	sent := 0
	w.fault = func(_ *node, s ipsec.Send) []ipsec.Send {
		sent++
		if sent-1 == lost {
			return nil
		}
		return []ipsec.Send{s}
	}
	a.verb(x)
	w.at(lag, func() { b.verb(y) })
	w.run(2 * time.Minute)
	w.works(a, b)
	a.report()
	b.report()
	w.run(30 * time.Second)
	w.works(a, b)
	for _, n := range w.nodes {
		if len(n.e.sas) != 1 {
			t.Fatalf("lag %v, lost %d: %s has %d IKE SAs\n%s", lag, lost, n.name, len(n.e.sas), w.dump())
		}
		if len(n.sas) > 2 || len(n.sas) != len(n.e.children) || len(n.sas) != len(n.e.byID) {
			t.Fatalf("lag %v, lost %d: %s has %d children\n%s", lag, lost, n.name, len(n.sas), w.dump())
		}
	}
}

// In a collision of rekeys the SAs with the lowest nonce go, at both ends the same.
func TestLowestNonceLoses(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(*Engine)
		want func(e *Engine) uint64
	}{
		{"children", rekeyChildren, func(e *Engine) uint64 { return e.stats.Collisions }},
		{"IKE SAs", rekeySAs, func(e *Engine) uint64 { return e.stats.Collisions }},
	} {
		w, a, b := two(t, nil)
		a.opens(b)
		w.run(time.Second)
		a.verb(tt.do)
		b.verb(tt.do)
		w.run(10 * time.Second)
		w.works(a, b)
		w.counts(1, 1)
		if tt.want(a.e) != 1 || tt.want(b.e) != 1 {
			t.Errorf("%s: collisions %d and %d", tt.name, tt.want(a.e), tt.want(b.e))
		}
		if a.sender(a.socket(b)).Out.SPI != b.sender(b.socket(a)).In.SPI {
			t.Errorf("%s: the two ends send by different children", tt.name)
		}
	}
}

// The peer forgets a child: it says CHILD_SA_NOT_FOUND, and a new one is made.
func TestChildNotFound(t *testing.T) {
	w, a, b := two(t, nil)
	a.opens(b)
	w.run(time.Second)
	b.verb(func(e *Engine) {
		for _, c := range e.byID {
			c.remove("forgotten")
		}
	})
	a.verb(rekeyChildren)
	w.run(5 * time.Second)
	w.works(a, b)
	w.counts(1, 1)
}

// A peer that is always busy: after some tries the IKE SA is made anew.
func TestTemporaryFailure(t *testing.T) {
	w, a, b := two(t, nil)
	a.opens(b)
	w.run(time.Second)
	busy := true
	b.verb(func(e *Engine) {
		for _, s := range e.list() {
			s.pending = &request{id: 99, exchange: ikev2.CreateChild, task: &rekeyTask{}}
			s.pending.timer.Fire = func() {}
		}
	})
	a.verb(rekeyChildren)
	w.run(20 * time.Second)
	if a.e.stats.Temporary == 0 || !busy {
		t.Fatal("b was not busy")
	}
	w.works(a, b)
	w.run(5 * time.Minute)
	w.works(a, b)
	w.counts(1, 1)
	if len(a.downs) != 1 {
		t.Errorf("a: %v", a.downs)
	}
}

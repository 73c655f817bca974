package engine

import (
	"bytes"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"axle/ipsec"
)

// record notes when a router sends, and what.
func (n *network) record(r *router) (times *[]time.Duration, data *[][]byte) {
	times, data = &[]time.Duration{}, &[][]byte{}
	n.fault = func(_ int, p packet) []packet {
		if p.remote.Addr() == r.addr {
			*times, *data = append(*times, n.now.Sub(start)), append(*data, p.data)
		}
		return []packet{p}
	}
	return times, data
}

// TestNoAnswer: six times the same bytes, ten seconds apart; then down, and again
// after a while that grows.
func TestNoAnswer(t *testing.T) {
	n, hub, spoke := two(t, nil)
	hub.silent = true
	times, data := n.record(spoke)
	x := spoke.open(hubAddr)
	n.run(60*time.Second - time.Millisecond)
	var want []time.Duration
	for i := range 6 {
		want = append(want, time.Duration(i)*10*time.Second)
	}
	if !slices.Equal(*times, want) {
		t.Errorf("sent at %v", *times)
	}
	for _, b := range *data {
		if !bytes.Equal(b, (*data)[0]) {
			t.Error("other bytes")
		}
	}
	if len(spoke.downs) != 0 || spoke.states() != "MM_NO_STATE" {
		t.Errorf("downs %q, states %q", spoke.downs, spoke.states())
	}
	n.run(time.Second)
	if len(spoke.downs) != 1 || spoke.downs[0] != "no answer" || spoke.states() != "" {
		t.Errorf("downs %q, states %q", spoke.downs, spoke.states())
	}
	if d := spoke.e.Snapshot(n.now).Deleted; len(d) != 1 || d[0].Remote != hub.addr || !d[0].Initiator {
		t.Errorf("deleted %+v", d)
	}
	var tries []time.Duration // of first messages
	*times, *data = nil, nil
	n.run(10 * time.Minute)
	for i, b := range *data {
		if i == 0 || !bytes.Equal(b, (*data)[i-1]) {
			tries = append(tries, (*times)[i])
		}
	}
	for i, wait := range []time.Duration{5, 10, 20, 40, 60} {
		begun := 60 * time.Second
		if i > 0 {
			begun = tries[i-1] + 60*time.Second
		}
		if got := tries[i] - begun; got < wait*time.Second || got > wait*time.Second*5/4 {
			t.Errorf("attempt %d comes %v after the one before failed", i+2, got)
		}
	}
	spoke.do(spoke.e.Close(n.now, x))
	n.run(2 * time.Minute)
	spoke.clean()
	if !spoke.e.Deadline().IsZero() {
		t.Errorf("something is to happen at %v", spoke.e.Deadline())
	}
}

// TestChildLife: a child is replaced before its end, by the one who began it; the old
// one goes 30 seconds later; packets pass all the time.
func TestChildLife(t *testing.T) {
	n, hub, spoke := two(t, nil)
	spoke.open(hubAddr)
	n.run(time.Second)
	for id, p := range spoke.pairs {
		soft, hard := p.child.Soft.Sub(start), p.child.Hard.Sub(start)
		if id != 1 || hard.Round(time.Second) != time.Hour || soft > 57*time.Minute || soft < 53*time.Minute {
			t.Errorf("child %d: soft %v, hard %v", id, soft, hard)
		}
	}
	for n.now.Before(start.Add(6 * time.Hour)) {
		n.run(7 * time.Second)
		n.bothWays(hub, spoke)
		if len(hub.pairs) > 2 || len(spoke.pairs) > 2 {
			t.Fatalf("%v: %d and %d children", n.now, len(hub.pairs), len(spoke.pairs))
		}
	}
	if st := spoke.e.stats; st.QuickBegun != 7 || st.QuickDone != 7 || hub.e.stats.QuickBegun != 0 || len(spoke.downs)+len(hub.downs) != 0 {
		t.Errorf("%+v\n%+v", st, hub.e.stats)
	}
}

// TestUnusedChild: a child that no tunnel of ours wants and that carries nothing is
// left to its end; one that carries something is replaced.
func TestUnusedChild(t *testing.T) {
	for _, used := range []bool{false, true} {
		n, hub, spoke := two(t, nil)
		spoke.open(hubAddr)
		n.run(time.Second)
		spoke.silent = true // so that it does not replace it
		if used {
			hub.carry(1, false)
			hub.report()
		}
		n.run(time.Hour - 20*time.Second)
		if got := hub.e.stats.QuickBegun; got != map[bool]uint64{false: 0, true: 1}[used] {
			t.Errorf("used %v: the hub began %d quick modes", used, got)
		}
		n.run(21 * time.Minute)
		if len(hub.pairs) != 0 || len(hub.up) != 0 {
			t.Errorf("used %v: %d children of the hub at their end", used, len(hub.pairs))
		}
	}
}

// TestResponderLifetime: of two lifetimes the shorter counts at both ends.
func TestResponderLifetime(t *testing.T) {
	for _, hubShort := range []bool{true, false} {
		n, hub, spoke := two(t, func(h, s *Config) {
			c := s
			if hubShort {
				c = h
			}
			c.IPsec[0].Lifetime, c.IPsec[0].Bytes = 10*time.Minute, 3000*1024
			c.Policies[0].Lifetime = time.Hour
		})
		spoke.open(hubAddr)
		n.run(time.Second)
		for _, r := range []*router{hub, spoke} {
			for _, p := range r.pairs {
				if life := p.child.Hard.Sub(p.child.Since); life != 10*time.Minute || p.child.Out.Bytes != 3000*1024 || p.child.In.Bytes != 3000*1024 {
					t.Errorf("hub short %v: %v: life %v, %d bytes", hubShort, r.addr, life, p.child.Out.Bytes)
				}
			}
			// In phase 1 a responder has no way to tell.
			if s := r.e.Snapshot(n.now).SAs[0]; s.Policy.Lifetime != time.Hour && !(hubShort && r == spoke) {
				t.Errorf("hub short %v: %v: phase 1 for %v", hubShort, r.addr, s.Policy.Lifetime)
			}
		}
	}
}

// TestVolume: a child is replaced when nine tenths of its volume are used, and ends
// with all of it.
func TestVolume(t *testing.T) {
	n, hub, spoke := two(t, nil)
	spoke.open(hubAddr)
	n.run(time.Second)
	const all = 4608000 * 1024
	use := func(r *router, id uint64, bytes uint64) {
		r.do(r.e.Used(n.now, []ipsec.Use{{ID: id, OutBytes: bytes, OutPackets: bytes / 1000, Last: n.now}}))
	}
	use(spoke, 1, all*84/100)
	n.run(time.Second)
	if got := spoke.e.stats.QuickBegun; got != 1 {
		t.Errorf("%d quick modes with 84 %%", got)
	}
	use(spoke, 1, all*91/100)
	use(spoke, 1, all*92/100)
	n.run(time.Second)
	if got := spoke.e.stats.QuickBegun; got != 2 {
		t.Errorf("%d quick modes with 92 %%", got)
	}
	n.bothWays(hub, spoke)
	n.run(time.Minute)
	if len(spoke.pairs) != 1 || len(hub.pairs) != 1 {
		t.Errorf("%d and %d children", len(spoke.pairs), len(hub.pairs))
	}
	use(spoke, 2, all)
	if len(spoke.pairs) != 0 || len(spoke.downs) != 1 || spoke.downs[0] != "volume used up" {
		t.Errorf("%d children, %q", len(spoke.pairs), spoke.downs)
	}
	n.run(time.Minute)
	n.bothWays(hub, spoke)
}

// TestPhase1Life: an ISAKMP SA is replaced before its end, by the one who began it;
// children do not care.
func TestPhase1Life(t *testing.T) {
	n, hub, spoke := two(t, func(h, s *Config) {
		h.Policies[0].Lifetime, s.Policies[0].Lifetime = 10*time.Minute, 10*time.Minute
	})
	spoke.open(hubAddr)
	for n.now.Before(start.Add(2 * time.Hour)) {
		n.run(11 * time.Second)
		n.bothWays(hub, spoke)
		for _, r := range []*router{hub, spoke} {
			if k := len(r.e.sas); k < 1 || k > 2 {
				t.Fatalf("%v: %d SAs", n.now, k)
			}
		}
	}
	if b, h := spoke.e.stats.Begun, hub.e.stats.Begun; b < 12 || b > 14 || h != 0 || len(spoke.downs)+len(hub.downs) != 0 {
		t.Errorf("begun %d and %d, downs %q %q", b, h, spoke.downs, hub.downs)
	}
	if len(spoke.e.peers) != 1 || len(spoke.e.calls) != 0 {
		t.Errorf("%d peers, %d calls", len(spoke.e.peers), len(spoke.e.calls))
	}
}

// TestCrossingQuickModes: both ends replace the child in the same instant. Neither
// removes the other's, and the next replacement leaves one.
func TestCrossingQuickModes(t *testing.T) {
	n, hub, spoke := two(t, nil)
	spoke.open(hubAddr)
	hub.open(spokeAddr)
	n.run(time.Second)
	for len(hub.pairs) > 1 {
		n.run(time.Minute)
	}
	for _, r := range []*router{hub, spoke} {
		for id := range r.pairs {
			const most = 4608000 * 1024 * 97 / 100
			r.do(r.e.Used(n.now, []ipsec.Use{{ID: id, OutBytes: most, InBytes: most, OutPackets: 1, InPackets: 1, Last: n.now}}))
		}
	}
	for range 70 {
		n.run(time.Second)
		n.bothWays(hub, spoke)
	}
	if len(hub.pairs) != 2 || len(spoke.pairs) != 2 {
		t.Errorf("%d and %d children after the crossing", len(hub.pairs), len(spoke.pairs))
	}
	for range 80 {
		n.run(time.Minute)
		n.bothWays(hub, spoke)
	}
	if len(hub.downs)+len(spoke.downs) != 0 {
		t.Errorf("downs %q %q", hub.downs, spoke.downs)
	}
}

func TestClose(t *testing.T) {
	n, hub, spoke := two(t, func(h, s *Config) { h.Globals.LogSessions, s.Globals.LogSessions = true, true })
	x := spoke.open(hubAddr)
	n.run(time.Second)
	spoke.do(spoke.e.Close(n.now, x))
	n.run(time.Second)
	if len(hub.pairs)+len(spoke.pairs) != 0 || !slices.Equal(hub.downs, []string{"deleted by the peer"}) || !slices.Equal(spoke.downs, []string{"closed"}) {
		t.Errorf("downs %q and %q", hub.downs, spoke.downs)
	}
	want := []string{
		"%CRYPTO-5-SESSION_STATUS: Crypto tunnel is UP.  Peer 198.51.100.11:500       Id: address 198.51.100.11",
		"%CRYPTO-5-SESSION_STATUS: Crypto tunnel is DOWN.  Peer 198.51.100.11:500       Id: address 198.51.100.11",
	}
	if !slices.Equal(hub.logs, want) {
		t.Errorf("logs %q", hub.logs)
	}
	if hub.states() != "QM_IDLE" {
		t.Errorf("phase 1 is %q", hub.states())
	}
	spoke.open(hubAddr) // under the ISAKMP SA that is there
	before := n.sent
	n.run(time.Second)
	n.bothWays(hub, spoke)
	if n.sent-before != 2 {
		t.Errorf("%d more messages", n.sent-before)
	}
}

// TestCloseEarly: a socket that is closed while something is under way leaves nothing
// behind, at either end.
func TestCloseEarly(t *testing.T) {
	for _, wait := range []time.Duration{0, 5, 15, 25, 35, 45, 55, 65, 75, 85, 95, 105} {
		n, hub, spoke := two(t, nil)
		x := spoke.open(hubAddr)
		n.run(wait * time.Millisecond)
		spoke.do(spoke.e.Close(n.now, x))
		n.run(90 * time.Second)
		if len(hub.pairs)+len(spoke.pairs)+len(hub.up)+len(spoke.up)+len(spoke.e.sockets)+len(hub.e.sockets) != 0 {
			t.Errorf("after %d ms: %d and %d children, %d and %d sockets", wait, len(hub.pairs), len(spoke.pairs), len(hub.e.sockets), len(spoke.e.sockets))
		}
		spoke.open(hubAddr)
		n.run(time.Minute)
		n.bothWays(hub, spoke)
	}
}

// TestPhase1Again: where the first attempt to replace an ISAKMP SA fails, there is
// another before its end.
func TestPhase1Again(t *testing.T) {
	n, hub, spoke := two(t, func(h, s *Config) {
		for _, c := range []*Config{h, s} {
			c.Policies[0].Lifetime, c.IPsec[0].Lifetime = time.Hour, 8*time.Hour
		}
	})
	spoke.open(hubAddr)
	n.run(50 * time.Minute)
	hub.silent = true
	for spoke.e.stats.Begun < 2 {
		n.run(time.Second)
	}
	n.run(61 * time.Second)
	hub.silent = false
	if spoke.e.stats.TimedOut != 1 {
		t.Errorf("%d attempts failed", spoke.e.stats.TimedOut)
	}
	n.run(2 * time.Minute)
	if spoke.e.stats.Begun != 3 || spoke.e.stats.Established != 2 || len(spoke.e.sas) != 2 {
		t.Errorf("%+v", spoke.e.stats)
	}
	n.bothWays(hub, spoke)
}

func TestIdle(t *testing.T) {
	n, hub, spoke := two(t, func(h, _ *Config) { h.IPsec[0].Idle = 5 * time.Minute })
	spoke.open(hubAddr)
	n.run(4 * time.Minute)
	hub.carry(1, false)
	hub.report()
	n.run(4 * time.Minute)
	if len(hub.pairs) != 1 {
		t.Error("a child that was used is gone")
	}
	spoke.do(spoke.e.Configure(n.now, Config{}))
	n.run(2 * time.Minute)
	if len(hub.pairs) != 0 || len(spoke.pairs) != 0 || hub.downs[0] != "idle" {
		t.Errorf("%d and %d children, %q", len(hub.pairs), len(spoke.pairs), hub.downs)
	}
}

func TestClear(t *testing.T) {
	for _, tt := range []struct {
		name  string
		clear func(r *router) []ipsec.Action
		sas   bool // the ISAKMP SA stays
		child bool // the children stay
	}{
		{"clear crypto isakmp", func(r *router) []ipsec.Action { return r.e.ClearISAKMP(r.n.now, 0) }, false, true},
		{"clear crypto isakmp 1001", func(r *router) []ipsec.Action { return r.e.ClearISAKMP(r.n.now, 1001) }, false, true},
		{"clear crypto isakmp 1002", func(r *router) []ipsec.Action { return r.e.ClearISAKMP(r.n.now, 1002) }, true, true},
		{"clear crypto sa", func(r *router) []ipsec.Action { return r.e.ClearSA(r.n.now, netip.Addr{}) }, true, false},
		{"clear crypto sa peer", func(r *router) []ipsec.Action { return r.e.ClearSA(r.n.now, other(r)) }, true, false},
		{"clear crypto session", func(r *router) []ipsec.Action { return r.e.ClearSession(r.n.now, netip.Addr{}) }, false, false},
		{"clear crypto session remote", func(r *router) []ipsec.Action { return r.e.ClearSession(r.n.now, other(r)) }, false, false},
	} {
		for _, byHub := range []bool{false, true} {
			n, hub, spoke := two(t, nil)
			spoke.open(hubAddr)
			n.run(time.Second)
			r := spoke
			if byHub {
				r = hub
			}
			r.do(tt.clear(r))
			n.run(time.Second)
			if (len(hub.e.sas) == 1) != tt.sas || (len(spoke.e.sas) == 1) != tt.sas || (len(hub.pairs) == 1) != tt.child || (len(spoke.pairs) == 1) != tt.child {
				t.Errorf("%s, by the hub %v: %d, %d SAs, %d, %d children", tt.name, byHub, len(hub.e.sas), len(spoke.e.sas), len(hub.pairs), len(spoke.pairs))
			}
			n.run(time.Minute)
			n.bothWays(hub, spoke)
		}
	}
}

// TestDisabled: "no crypto isakmp enable" leaves nothing and answers nobody.
func TestDisabled(t *testing.T) {
	n, hub, spoke := two(t, nil)
	spoke.open(hubAddr)
	n.run(time.Second)
	cfg := config(hubAddr)
	cfg.Globals.Disabled = true
	hub.do(hub.e.Configure(n.now, cfg))
	n.run(time.Minute)
	hub.clean()
	if len(spoke.up) != 0 {
		t.Error("the spoke is up")
	}
	hub.do(hub.e.Configure(n.now, config(hubAddr)))
	n.run(3 * time.Minute)
	n.bothWays(hub, spoke)
}

// TestSameSeed: the same seeds give the same messages.
func TestSameSeed(t *testing.T) {
	run := func() (all [][]byte) {
		rng := rand.New(rand.NewPCG(1, 2))
		n, hub, spoke := two(t, func(h, s *Config) {
			h.IPsec[0].Lifetime, s.Policies[0].Lifetime = 2*time.Minute, 5*time.Minute
		})
		n.fault = func(_ int, p packet) []packet {
			all = append(all, p.data)
			if rng.IntN(6) == 0 {
				return nil
			}
			return []packet{p}
		}
		spoke.open(hubAddr)
		hub.open(spokeAddr)
		n.run(20 * time.Minute)
		return all
	}
	a, b := run(), run()
	if len(a) < 50 || !slices.EqualFunc(a, b, bytes.Equal) {
		t.Errorf("%d and %d messages differ", len(a), len(b))
	}
}

// other returns the address of the other router of two.
func other(r *router) netip.Addr {
	for _, o := range r.n.routers {
		if o != r {
			return o.addr
		}
	}
	return netip.Addr{}
}

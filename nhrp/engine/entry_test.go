package engine

import (
	"slices"
	"testing"
	"time"

	"axle/nhrp"
)

func TestUsedFlag(t *testing.T) {
	n, _, one, _ := phase3(t)
	used := func() bool { return one.entry("10.0.0.1/32").Flags&FlagUsed != 0 }
	if used() {
		t.Error("used before any packet")
	}
	one.hits[prefix("10.0.0.1/32")] = 7
	if !used() {
		t.Error("not used after a packet")
	}
	n.run(59 * time.Second)
	if !used() {
		t.Error("not used 59 s after a packet")
	}
	n.run(time.Second)
	if used() {
		t.Error("used 60 s after the last packet")
	}
}

// TestRenewal has an entry in use whose renewal is answered, refused, or not
// answered at all.
func TestRenewal(t *testing.T) {
	for _, tt := range []struct {
		name string
		hold time.Duration
		used bool
		code int // of the answer; -1: none comes
		ends time.Duration
	}{
		{"answered", 600 * time.Second, true, 0, 0},
		{"answered, short holding time", 30 * time.Second, true, 0, 0},
		{"idle", 600 * time.Second, false, 0, 600 * time.Second},
		{"refused", 600 * time.Second, true, 12, 480 * time.Second},
		{"unanswered", 600 * time.Second, true, -1, 600 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n, hub, one, _ := phase3(t)
			m := replyFor(ask(t, n, hub, one))
			m.Clients[0].Hold = tt.hold
			one.receive(ip("203.0.113.12"), encode(t, m))
			learned, lasted, asked := n.now, time.Duration(0), 0
			one.hits[prefix("192.168.2.0/24")]++ // at the beginning, which is not use at the end
			for range 650 {
				if tt.used {
					one.hits[prefix("192.168.2.0/24")]++
				}
				n.run(time.Second)
				for _, s := range one.sent[asked:] {
					if s.Message.Op == nhrp.ResolutionRequest && n.now.Sub(learned) > time.Second && tt.code >= 0 {
						r := replyFor(s.Message)
						r.Clients[0].Hold, r.Clients[0].Code = tt.hold, nhrp.Code(tt.code)
						one.receive(ip("203.0.113.12"), encode(t, r))
					}
				}
				asked = len(one.sent)
				if _, ok := one.shortcuts[prefix("192.168.2.0/24")]; ok {
					lasted = n.now.Sub(learned)
				}
			}
			if tt.ends == 0 && lasted < 640*time.Second || tt.ends > 0 && (lasted < tt.ends-2*time.Second || lasted > tt.ends+2*time.Second) {
				t.Errorf("the shortcut lasted %v", lasted)
			}
		})
	}
}

// TestStateOfServerEntry follows the static entry of a server.
func TestStateOfServerEntry(t *testing.T) {
	n, d := lone(t, nil)
	d.configure()
	n.run(time.Second)
	if e := d.entry("10.0.0.1/32"); e.State != PeerNHRP || e.Type != Static {
		t.Errorf("before the answer: %+v", e)
	}
	n.router("hub", hubConfig(), hubRoutes()...).configure()
	n.run(10 * time.Second)
	e := d.entry("10.0.0.1/32")
	if e.State != PeerUp || !e.Since.After(start) || !e.Expires.IsZero() {
		t.Errorf("after it: %+v", e)
	}
}

// TestOrderOfEntries: remote ones ascend, local ones follow.
func TestOrderOfEntries(t *testing.T) {
	n, hub, one, two := phase3(t)
	for _, d := range []*node{one, two} {
		hub.perform(hub.e.Hairpin(n.now, "Tunnel0", d.cfg.NBMA, "Tunnel0", packet("192.168.1.10", "192.168.2.10")))
	}
	two.receive(hub.cfg.NBMA, encode(t, requestFrom("10.0.0.11", "203.0.113.11", "10.0.0.12")))
	n.run(time.Second)
	var got []string
	for _, e := range two.state().Entries {
		got = append(got, e.Prefix.String())
	}
	want := []string{"10.0.0.1/32", "10.0.0.11/32", "10.0.0.12/32", "192.168.2.0/24"}
	if !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
}

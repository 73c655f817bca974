package engine

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"axle/nhrp"
)

// phase2 returns a network where the spokes route to each other.
func phase2(t *testing.T) (n *network, hub, one, two *node) {
	n, hub, one, two = phase3(t)
	for i, d := range []*node{one, two} {
		d.cfg.Shortcut = false
		d.routes = append(d.routes, Route{
			Prefix: prefix(fmt.Sprintf("192.168.%d.0/24", 2-i)), Interface: "Tunnel0", NextHop: ip(fmt.Sprintf("10.0.0.1%d", 2-i)),
		})
		d.configure()
	}
	return n, hub, one, two
}

func TestPhase2(t *testing.T) {
	n, hub, one, two := phase2(t)
	one.perform(one.e.Glean(n.now, "Tunnel0", ip("10.0.0.12")))
	e := one.entry("10.0.0.12/32")
	if e == nil || e.Type != Incomplete || e.NBMA.IsValid() || !e.NoSocket || e.State != PeerIKE || !e.Since.IsZero() {
		t.Errorf("while the question is open: %+v", e)
	}
	one.perform(one.e.Glean(n.now, "Tunnel0", ip("10.0.0.12")))
	if got := one.entry("10.0.0.12/32").Hits; got != 2 || one.count(nhrp.ResolutionRequest) != 1 {
		t.Errorf("hits %d, %d requests", got, one.count(nhrp.ResolutionRequest))
	}
	n.run(time.Second)
	e = one.entry("10.0.0.12/32")
	if e == nil || e.Type != Dynamic || e.Flags != FlagRouter|FlagNextHop || e.State != PeerUp || one.peers[prefix("10.0.0.12/32")] != two.cfg.NBMA {
		t.Errorf("after the answer: %+v, peers %v", e, one.peers)
	}
	if len(one.shortcuts) != 0 {
		t.Errorf("routes without shortcut switching: %v", one.shortcuts)
	}
	if hub.count(nhrp.ResolutionReply) != 0 || two.count(nhrp.ResolutionReply) != 1 {
		t.Error("the hub answered instead of the client")
	}
	if e := two.entry("10.0.0.12/32"); e == nil || e.Flags&FlagLocal == 0 || len(e.Requesters) != 1 || e.Requesters[0].Addr != ip("10.0.0.11") {
		t.Errorf("spoke 2's own entry: %+v", e)
	}
	if !two.logged("%DMVPN-7-NHRP_RES:  Tunnel0: Host with (Tunnel: 10.0.0.12 NBMA: 203.0.113.12) Received Resolution Req from  (Tunnel: 10.0.0.11 NBMA: 203.0.113.11)") {
		t.Errorf("log %q", two.logs)
	}
}

// TestNonAuthoritative has the hub answer from its cache.
func TestNonAuthoritative(t *testing.T) {
	n, hub, one, two := phase2(t)
	hub.cfg.NonAuthoritativeCache = true
	hub.configure()
	one.perform(one.e.Glean(n.now, "Tunnel0", ip("10.0.0.12")))
	n.run(time.Second)
	if two.count(nhrp.ResolutionReply) != 0 || hub.count(nhrp.ResolutionReply) != 1 {
		t.Error("the hub did not answer itself")
	}
	if one.peers[prefix("10.0.0.12/32")] != two.cfg.NBMA {
		t.Errorf("peers %v", one.peers)
	}

	t.Log("# the client goes: who was told hears of it")
	two.perform(two.e.Configure(n.now, Config{Tunnels: []Tunnel{func() Tunnel { c := two.cfg; c.Servers = nil; return c }()}}))
	n.run(time.Second)
	if hub.entry("10.0.0.12/32") != nil {
		t.Errorf("the hub keeps\n%s", hub.entries())
	}
	if one.entry("10.0.0.12/32") != nil || one.count(nhrp.PurgeReply) != 1 {
		t.Errorf("spoke 1 keeps\n%s", one.entries())
	}
	if got := hub.count(nhrp.PurgeRequest); got != 1 {
		t.Errorf("%d purge requests although the first was answered", got)
	}
}

func TestResolutionRetries(t *testing.T) {
	n, _, one, _ := phase2(t)
	n.filter = func(from, _ *node, m *nhrp.Message) bool { return m.Op != nhrp.ResolutionRequest }
	one.sent, one.times = nil, nil
	at := n.now
	one.perform(one.e.Glean(n.now, "Tunnel0", ip("10.0.0.12")))
	n.run(40 * time.Second)
	var got []string
	ids := make(map[uint32]bool)
	for i, s := range one.sent {
		if s.Message.Op == nhrp.ResolutionRequest {
			got = append(got, one.times[i].Sub(at).String())
			ids[s.Message.RequestID] = true
		}
	}
	if s := strings.Join(got, " "); s != "0s 1s 3s 7s 14s 21s 28s" || len(ids) != 1 {
		t.Errorf("requests at %s with %d ids", s, len(ids))
	}
	if e := one.entry("10.0.0.12/32"); e == nil || e.Flags&FlagNegative == 0 {
		t.Errorf("the failure is not remembered: %+v", e)
	}
	n.run(negativeHold)
	if e := one.entry("10.0.0.12/32"); e != nil {
		t.Errorf("the failure is remembered for ever: %+v", e)
	}
}

func TestNegativeAnswer(t *testing.T) {
	n, _, one, _ := phase2(t)
	one.perform(one.e.Glean(n.now, "Tunnel0", ip("10.0.0.77")))
	n.run(time.Second)
	for range 10 {
		one.perform(one.e.Glean(n.now, "Tunnel0", ip("10.0.0.77")))
		n.run(time.Second)
	}
	if got := one.count(nhrp.ResolutionRequest); got != 1 {
		t.Errorf("%d requests after a refusal", got)
	}
	if e := one.entry("10.0.0.77/32"); e == nil || e.Hits != 11 || e.Flags != FlagNegative {
		t.Errorf("entry %+v", e)
	}
	n.run(negativeHold)
	if one.entry("10.0.0.77/32") != nil {
		t.Error("remembered for ever")
	}
}

func TestServerOnly(t *testing.T) {
	n, _, one, _ := phase2(t)
	one.cfg.ServerOnly = true
	one.configure()
	if out := one.e.Glean(n.now, "Tunnel0", ip("10.0.0.12")); len(out) != 0 {
		t.Errorf("actions %+v", out)
	}
}

func TestGleanLimit(t *testing.T) {
	n, _, one, _ := phase2(t)
	n.filter = func(from, _ *node, m *nhrp.Message) bool { return false }
	for i := range 2 * MaxIncomplete {
		one.perform(one.e.Glean(n.now, "Tunnel0", ip(fmt.Sprintf("10.1.%d.%d", i/250, 1+i%250))))
	}
	if got := len(one.state().Entries); got != MaxIncomplete+1 {
		t.Errorf("%d entries", got)
	}
}

// TestReplyThroughHub has an answer that comes back through the hub, as FRR
// sends it, without the bit for the NAT extension.
func TestReplyThroughHub(t *testing.T) {
	n, hub, one, _ := phase3(t)
	m := replyFor(ask(t, n, hub, one))
	m.Flags, m.HopCount = 0xe800, 64
	n.filter = nil
	s := sentBy(t, hub.receive(ip("203.0.113.12"), encode(t, m)))
	x := s.Message.Extension(nhrp.ExtReverseTransit)
	if s.NBMA != one.cfg.NBMA || s.Message.HopCount != 63 || len(x.Clients) != 1 || x.Clients[0].NBMA != hub.cfg.NBMA {
		t.Errorf("forwarded to %s: %+v", s.NBMA, s.Message)
	}
	n.run(time.Second)
	if one.shortcuts[prefix("192.168.2.0/24")] != ip("10.0.0.12") {
		t.Errorf("shortcuts %v", one.shortcuts)
	}
}

// TestHostAnswers covers the prefix lengths that senders put for a host.
func TestHostAnswers(t *testing.T) {
	for _, bits := range []uint8{0, 32, 255} {
		n, hub, one, _ := phase3(t)
		m := replyFor(ask(t, n, hub, one))
		m.Clients[0].PrefixLen = bits
		one.receive(ip("203.0.113.12"), encode(t, m))
		if one.shortcuts[prefix("192.168.2.10/32")] != ip("10.0.0.12") {
			t.Errorf("prefix %d: shortcuts %v", bits, one.shortcuts)
		}
	}
}

// TestPeerMoves: the purge of a peer that moved is lost, but a server passes on
// a request of it: what is behind it follows.
func TestPeerMoves(t *testing.T) {
	n, hub, one, two := phase3(t)
	n.filter = func(from, _ *node, m *nhrp.Message) bool { return m.Op != nhrp.PurgeRequest }
	hub.perform(hub.e.Hairpin(n.now, "Tunnel0", one.cfg.NBMA, "Tunnel0", packet("192.168.1.10", "192.168.2.10")))
	n.run(time.Second)
	two.cfg.NBMA = ip("203.0.113.99")
	two.configure()
	n.run(time.Second)
	hub.perform(hub.e.Hairpin(n.now, "Tunnel0", two.cfg.NBMA, "Tunnel0", packet("192.168.2.10", "192.168.1.10")))
	n.run(time.Second)
	if e := one.entry("192.168.2.0/24"); one.peers[prefix("10.0.0.12/32")] != two.cfg.NBMA || e == nil || e.NBMA != two.cfg.NBMA {
		t.Errorf("peers %v, what is behind it %+v", one.peers, e)
	}
}

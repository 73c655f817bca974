package engine

import (
	"strings"
	"testing"
	"time"

	"axle/nhrp"
)

// TestPhase3 follows a network from its start over a shortcut to its end.
func TestPhase3(t *testing.T) {
	n, hub, one, two := phase3(t)
	t.Log("# the spokes are registered")
	want := "10.0.0.11/32 via 10.0.0.11 nbma 203.0.113.11 type 1 flags registered nhop\n" +
		"10.0.0.12/32 via 10.0.0.12 nbma 203.0.113.12 type 1 flags registered nhop\n"
	if got := hub.entries(); got != want {
		t.Fatalf("hub's cache\n%swant\n%s", got, want)
	}

	t.Log("# a packet from LAN to LAN turns in the hub")
	hub.perform(hub.e.Hairpin(n.now, "Tunnel0", one.cfg.NBMA, "Tunnel0", packet("192.168.1.10", "192.168.2.10")))
	n.run(time.Second)
	want = "10.0.0.1/32 via 10.0.0.1 nbma 203.0.113.1 type 0 flags \n" +
		"10.0.0.12/32 via 10.0.0.12 nbma 203.0.113.12 type 1 flags router nhop\n" +
		"192.168.2.0/24 via 10.0.0.12 nbma 203.0.113.12 type 1 flags router\n"
	if got := one.entries(); got != want {
		t.Errorf("spoke 1's cache\n%swant\n%s", got, want)
	}
	want = "10.0.0.1/32 via 10.0.0.1 nbma 203.0.113.1 type 0 flags \n" +
		"10.0.0.11/32 via 10.0.0.11 nbma 203.0.113.11 type 1 flags router nhop implicit\n" +
		"192.168.2.0/24 via 10.0.0.12 nbma 203.0.113.12 type 1 flags unique router local\n"
	if got := two.entries(); got != want {
		t.Errorf("spoke 2's cache\n%swant\n%s", got, want)
	}
	if one.shortcuts[prefix("192.168.2.0/24")] != ip("10.0.0.12") || one.peers[prefix("10.0.0.12/32")] != ip("203.0.113.12") {
		t.Errorf("spoke 1: shortcuts %v peers %v", one.shortcuts, one.peers)
	}
	if hub.count(nhrp.TrafficIndication) != 1 || hub.count(nhrp.ResolutionRequest) != 1 || hub.state().Forwarded.Count[nhrp.ResolutionRequest] != 1 {
		t.Errorf("the hub sent %+v", hub.state().Sent)
	}

	t.Log("# the way back")
	hub.perform(hub.e.Hairpin(n.now, "Tunnel0", two.cfg.NBMA, "Tunnel0", packet("192.168.2.10", "192.168.1.10")))
	n.run(time.Second)
	if got := two.entry("10.0.0.11/32"); got == nil || got.Flags != FlagRouter|FlagNextHop {
		t.Errorf("spoke 2's peer after its own resolution: %+v", got)
	}
	if two.shortcuts[prefix("192.168.1.0/24")] != ip("10.0.0.11") {
		t.Errorf("spoke 2: shortcuts %v", two.shortcuts)
	}

	t.Log("# in use: renewed before the end")
	for range 70 {
		one.hits[prefix("192.168.2.0/24")]++
		n.run(10 * time.Second)
	}
	if one.entry("192.168.2.0/24") == nil || one.entry("192.168.2.0/24").Flags&FlagUsed == 0 {
		t.Errorf("spoke 1 lost the shortcut that it uses:\n%s", one.entries())
	}
	if got := one.count(nhrp.ResolutionRequest); got != 2 {
		t.Errorf("spoke 1 sent %d resolution requests, want 2", got)
	}
	if two.entry("192.168.1.0/24") != nil || len(two.shortcuts) != 1 {
		t.Errorf("spoke 2 keeps the shortcut that it does not use:\n%s%v", two.entries(), two.shortcuts)
	}

	t.Log("# idle: it dies")
	n.run(20 * time.Minute)
	if len(one.shortcuts) != 0 || one.entry("10.0.0.12/32") != nil || len(one.peers) != 1 {
		t.Errorf("spoke 1 after 20 idle minutes:\n%s%v %v", one.entries(), one.shortcuts, one.peers)
	}
	if !one.logged("NHRP_NHP_DOWN: Tunnel0: Next Hop Peer : (Tunnel: 10.0.0.12 NBMA: 203.0.113.12) for (Tunnel: 10.0.0.11 NBMA: 203.0.113.11) is DOWN, Reason: Expiry(NHRP: no error)") {
		t.Errorf("spoke 1's log:\n%s", strings.Join(one.logs, "\n"))
	}
}

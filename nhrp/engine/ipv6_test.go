package engine

import (
	"fmt"
	"testing"
	"time"
)

// TestIPv6Overlay runs a phase 3 network with an IPv6 overlay over IPv4.
func TestIPv6Overlay(t *testing.T) {
	n := newNetwork(t)
	tunnel := func(c Tunnel, i int) Tunnel {
		c.Addr = prefix(fmt.Sprintf("2001:db8::%d/64", i))
		for j := range c.Servers {
			c.Servers[j].Addr = ip("2001:db8::1")
		}
		return c
	}
	lan := func(i int) Route {
		return Route{Prefix: prefix(fmt.Sprintf("2001:db8:%d::/48", i)), Interface: "Ethernet0/1"}
	}
	over := func(p string, hop string) Route {
		r := Route{Prefix: prefix(p), Interface: "Tunnel0"}
		if hop != "" {
			r.NextHop = ip(hop)
		}
		return r
	}
	hub := n.router("hub", tunnel(hubConfig(), 1), over("2001:db8::/64", ""), over("2001:db8:1::/48", "2001:db8::11"), over("2001:db8:2::/48", "2001:db8::12"))
	one := n.router("one", tunnel(spokeConfig(1), 11), over("2001:db8::/64", ""), over("2001:db8::/32", "2001:db8::1"), lan(1))
	two := n.router("two", tunnel(spokeConfig(2), 12), over("2001:db8::/64", ""), over("2001:db8::/32", "2001:db8::1"), lan(2))
	for _, d := range n.nodes {
		d.configure()
	}
	n.run(5 * time.Second)
	if hub.entry("2001:db8::11/128") == nil || !two.state().Servers[0].Responding {
		t.Fatalf("not registered:\n%s", hub.entries())
	}
	b := make([]byte, 60)
	b[0] = 0x60
	src, dst := ip("2001:db8:1::10").As16(), ip("2001:db8:2::10").As16()
	copy(b[8:], src[:])
	copy(b[24:], dst[:])
	for i := range 40 {
		if out := hub.e.Hairpin(n.now, "Tunnel0", one.cfg.NBMA, "Tunnel0", b[:i]); len(out) != 0 {
			t.Fatalf("%d bytes: %+v", i, out)
		}
	}
	hub.perform(hub.e.Hairpin(n.now, "Tunnel0", one.cfg.NBMA, "Tunnel0", b))
	n.run(time.Second)
	if one.shortcuts[prefix("2001:db8:2::/48")] != ip("2001:db8::12") || one.peers[prefix("2001:db8::12/128")] != two.cfg.NBMA {
		t.Errorf("shortcuts %v, peers %v", one.shortcuts, one.peers)
	}
}

package rib_test

import (
	"testing"

	"axle/rib"
)

// A shortcut is a route of its own or an override, as the routes of the same
// prefix come and go.
func TestShortcut(t *testing.T) {
	r := table(
		connected("10.0.0.0/24", "Tunnel0"), local("10.0.0.11/32", "Tunnel0"),
		static("192.168.0.0/16", "10.0.0.1", 1), // summary by the hub
	)
	exact, worse := static("192.168.2.0/24", "10.0.0.1", 1), eigrp("192.168.2.0/24", "10.0.0.1", "Tunnel0", 5)
	steps := []struct {
		name                string
		do                  func()
		installed, override bool
		hops                string
		protocol            rib.Protocol // of the best route
		without             string       // prefix of the best route without NHRP
	}{
		{"nothing", func() {}, false, false, "10.0.0.1 Tunnel0", rib.Static, "192.168.0.0/16"},
		{"H route", func() { r.SetShortcut(shortcut("192.168.2.0/24", "10.0.0.12")) }, true, false, "10.0.0.12 Tunnel0", rib.NHRP, "192.168.0.0/16"},
		{"static of the same prefix", func() { r.Add(exact) }, true, true, "10.0.0.12 Tunnel0 %", rib.Static, "192.168.2.0/24"},
		{"another next hop", func() { r.SetShortcut(shortcut("192.168.2.0/24", "10.0.0.13")) }, true, true, "10.0.0.13 Tunnel0 %", rib.Static, "192.168.2.0/24"},
		{"EIGRP beside it", func() { r.Add(worse) }, true, true, "10.0.0.13 Tunnel0 %", rib.Static, "192.168.2.0/24"},
		{"static goes", func() { r.Remove(exact) }, true, true, "10.0.0.13 Tunnel0 %", rib.EIGRP, "192.168.2.0/24"},
		{"EIGRP goes", func() { r.Remove(worse) }, true, false, "10.0.0.13 Tunnel0", rib.NHRP, "192.168.0.0/16"},
		{"a route that does not resolve", func() { r.Add(static("192.168.2.0/24", "172.31.0.1", 1)) }, true, false, "10.0.0.13 Tunnel0", rib.NHRP, "192.168.0.0/16"},
		{"it does now", func() { r.Add(connected("172.31.0.0/24", "Ethernet0")) }, true, true, "10.0.0.13 Tunnel0 %", rib.Static, "192.168.2.0/24"},
		{"tunnel down", func() { r.SetInterface("Tunnel0", false) }, false, false, "172.31.0.1 Ethernet0", rib.Static, "192.168.2.0/24"},
		{"tunnel up", func() { r.SetInterface("Tunnel0", true) }, true, true, "10.0.0.13 Tunnel0 %", rib.Static, "192.168.2.0/24"},
		{"Ethernet down", func() { r.SetInterface("Ethernet0", false) }, true, false, "10.0.0.13 Tunnel0", rib.NHRP, "192.168.0.0/16"},
		{"removed", func() { r.RemoveShortcut(pfx("192.168.2.0/24")) }, false, false, "10.0.0.1 Tunnel0", rib.Static, "192.168.0.0/16"},
	}
	for _, s := range steps {
		s.do()
		if got := hops(r.FIB(), "192.168.2.10"); got != s.hops {
			t.Errorf("%s: hops %s, want %s", s.name, got, s.hops)
		}
		if i, o := r.Shortcut(pfx("192.168.2.0/24")); i != s.installed || o != s.override {
			t.Errorf("%s: installed %v, override %v", s.name, i, o)
		}
		e, ok := r.Lookup(ip("192.168.2.10"))
		if !ok || e.Paths[0].Protocol != s.protocol || (e.Override != nil) != s.override {
			t.Errorf("%s: best route %+v", s.name, e)
		}
		if e, ok := r.LookupWithoutNHRP(ip("192.168.2.10")); !ok || e.Prefix.String() != s.without || e.Override != nil {
			t.Errorf("%s: without NHRP %+v, want %s", s.name, e, s.without)
		}
	}
}

func TestShortcutRoute(t *testing.T) {
	r := table(connected("10.0.0.0/24", "Tunnel0"), local("10.0.0.11/32", "Tunnel0"))
	r.SetShortcut(rib.Override{Prefix: pfx("10.0.0.12/32"), Interface: "Tunnel0"})
	e, ok := r.Lookup(ip("10.0.0.12"))
	want := rib.Route{Prefix: pfx("10.0.0.12/32"), Protocol: rib.NHRP, Distance: 250, Metric: 255, Interface: "Tunnel0"}
	if !ok || len(e.Paths) != 1 || e.Paths[0] != want {
		t.Errorf("directly connected: %+v, want %+v", e, want)
	}
	if got := hops(r.FIB(), "10.0.0.12"); got != "Tunnel0" {
		t.Errorf("directly connected: %s", got)
	}

	r.SetShortcut(shortcut("10.0.0.11/32", "10.0.0.12")) // our own address
	if got := hops(r.FIB(), "10.0.0.11"); got != "local" {
		t.Errorf("own address: %s", got)
	}
	if installed, _ := r.Shortcut(pfx("10.0.0.11/32")); installed {
		t.Error("own address was overridden")
	}

	// NHRP's routes are no base for recursion.
	r.SetShortcut(shortcut("172.16.0.0/16", "10.0.0.12"))
	r.Add(static("192.168.0.0/16", "172.16.0.1", 1))
	if got := hops(r.FIB(), "192.168.0.1"); got != "-" {
		t.Errorf("recursion by an NHRP route: %s", got)
	}

	r.SetShortcut(rib.Override{Prefix: pfx("10.7.0.0/16"), NextHop: ip("10.0.0.12")}) // no interface
	r.SetShortcut(rib.Override{})
	r.RemoveShortcut(pfx("10.7.0.0/16"))
	if got := hops(r.FIB(), "10.7.0.1"); got != "-" {
		t.Errorf("shortcut without interface: %s", got)
	}
}

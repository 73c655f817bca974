package rib_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"axle/rib"
)

func pfx(s string) netip.Prefix { return netip.MustParsePrefix(s) }

func ip(s string) netip.Addr {
	if s == "" {
		return netip.Addr{}
	}
	return netip.MustParseAddr(s)
}

func connected(p, ifc string) rib.Route {
	return rib.Route{Prefix: pfx(p), Protocol: rib.Connected, Distance: rib.DistanceConnected, Interface: ifc}
}

func local(p, ifc string) rib.Route {
	return rib.Route{Prefix: pfx(p), Protocol: rib.Local, Distance: rib.DistanceConnected, Interface: ifc}
}

// static returns a static route; via is a next hop, an interface or both.
func static(p, via string, distance uint8) rib.Route {
	rt := rib.Route{Prefix: pfx(p), Protocol: rib.Static, Distance: distance}
	for _, w := range strings.Fields(via) {
		if a, err := netip.ParseAddr(w); err == nil {
			rt.NextHop = a
		} else {
			rt.Interface = w
		}
	}
	return rt
}

func permanent(rt rib.Route) rib.Route { rt.Permanent = true; return rt }

func eigrp(p, nh, ifc string, metric uint32) rib.Route {
	return rib.Route{
		Prefix: pfx(p), Protocol: rib.EIGRP, Distance: rib.DistanceEIGRP, Metric: metric,
		NextHop: ip(nh), Interface: ifc,
	}
}

func shortcut(p, nh string) rib.Override {
	return rib.Override{Prefix: pfx(p), NextHop: ip(nh), Interface: "Tunnel0"}
}

// hops prints the forwarding answer for an address: "-" for none.
func hops(f *rib.FIB, a string) string {
	e, ok := f.Lookup(ip(a))
	if !ok {
		return "-"
	}
	var out []string
	for _, h := range e.Hops {
		switch {
		case h.Local:
			out = append(out, "local")
		case h.Drop:
			out = append(out, "drop")
		case !h.NextHop.IsValid():
			out = append(out, h.Interface)
		default:
			out = append(out, fmt.Sprint(h.NextHop, " ", h.Interface))
		}
		if h.Override {
			out[len(out)-1] += " %"
		}
	}
	return strings.Join(out, ", ")
}

// table returns a table in which the four usual interfaces are up.
func table(routes ...rib.Route) *rib.RIB {
	r := rib.New()
	for _, n := range []string{"Ethernet0", "Ethernet1", "Loopback0", "Tunnel0"} {
		r.SetInterface(n, true)
	}
	for _, rt := range routes {
		r.Add(rt)
	}
	return r
}

var forwardingTests = []struct {
	name   string
	routes []rib.Route
	down   string            // an interface that goes down at the end
	want   map[string]string // destination to hops
}{{
	name: "longest match",
	routes: []rib.Route{
		static("0.0.0.0/0", "203.0.113.254 Ethernet0", 1),
		static("10.0.0.0/8", "Null0", 1),
		connected("10.0.0.0/24", "Tunnel0"), local("10.0.0.11/32", "Tunnel0"),
		eigrp("10.0.0.128/25", "10.0.0.1", "Tunnel0", 5),
	},
	want: map[string]string{
		"10.0.0.11": "local", "10.0.0.12": "Tunnel0", "10.0.0.200": "10.0.0.1 Tunnel0",
		"10.1.0.0": "drop", "11.0.0.0": "203.0.113.254 Ethernet0", "::ffff:10.0.0.12": "Tunnel0", "2001:db8::1": "-",
	},
}, {
	name: "IPv6",
	routes: []rib.Route{
		connected("2001:db8:1::/64", "Ethernet0"), static("::/0", "2001:db8:1::1", 1), static("2001:db8:2::/48", "fe80::1 Tunnel0", 1),
	},
	want: map[string]string{
		"2001:db8:1::9": "Ethernet0", "2001:db8:2::9": "fe80::1 Tunnel0", "2001:db8:3::9": "2001:db8:1::1 Ethernet0", "10.0.0.1": "-",
	},
}, {
	name:   "distance before metric",
	routes: []rib.Route{eigrp("10.1.0.0/16", "10.0.0.1", "Tunnel0", 1), static("10.1.0.0/16", "10.0.0.2 Tunnel0", 89)},
	want:   map[string]string{"10.1.0.1": "10.0.0.2 Tunnel0"},
}, {
	name:   "metric",
	routes: []rib.Route{eigrp("10.1.0.0/16", "10.0.0.1", "Tunnel0", 7), eigrp("10.1.0.0/16", "10.0.0.2", "Tunnel0", 6)},
	want:   map[string]string{"10.1.0.1": "10.0.0.2 Tunnel0"},
}, {
	name:   "same identity replaces",
	routes: []rib.Route{eigrp("10.1.0.0/16", "10.0.0.1", "Tunnel0", 7), eigrp("10.1.0.0/16", "10.0.0.2", "Tunnel0", 8), eigrp("10.1.0.0/16", "10.0.0.1", "Tunnel0", 9)},
	want:   map[string]string{"10.1.0.1": "10.0.0.2 Tunnel0"},
}, {
	name:   "distance 255 is never installed",
	routes: []rib.Route{static("10.1.0.0/16", "Tunnel0", 255)},
	want:   map[string]string{"10.1.0.1": "-"},
}, {
	name: "four equal static paths, the oldest",
	routes: []rib.Route{
		static("10.1.0.0/16", "10.0.0.5 Tunnel0", 1), static("10.1.0.0/16", "10.0.0.4 Tunnel0", 1), static("10.1.0.0/16", "10.0.0.3 Tunnel0", 1),
		static("10.1.0.0/16", "10.0.0.2 Tunnel0", 1), static("10.1.0.0/16", "10.0.0.1 Tunnel0", 1),
	},
	want: map[string]string{"10.1.0.1": "10.0.0.5 Tunnel0, 10.0.0.4 Tunnel0, 10.0.0.3 Tunnel0, 10.0.0.2 Tunnel0"},
}, {
	name:   "loopback: connected and local with the same prefix",
	routes: []rib.Route{connected("4.4.4.4/32", "Loopback0"), local("4.4.4.4/32", "Loopback0")},
	want:   map[string]string{"4.4.4.4": "local"},
}, {
	name:   "floating static",
	routes: []rib.Route{static("0.0.0.0/0", "203.0.113.254 Ethernet0", 1), static("0.0.0.0/0", "198.51.100.254 Ethernet1", 10)},
	down:   "Ethernet0",
	want:   map[string]string{"8.8.8.8": "198.51.100.254 Ethernet1"},
}, {
	name: "recursive floating static",
	routes: []rib.Route{
		connected("203.0.113.0/24", "Ethernet0"), connected("198.51.100.0/24", "Ethernet1"),
		static("0.0.0.0/0", "203.0.113.254", 1), static("0.0.0.0/0", "198.51.100.254", 10),
	},
	down: "Ethernet0",
	want: map[string]string{"8.8.8.8": "198.51.100.254 Ethernet1", "203.0.113.1": "198.51.100.254 Ethernet1"},
}, {
	name: "recursion, two levels, added in the wrong order",
	routes: []rib.Route{
		static("192.168.0.0/16", "172.16.0.1", 1), static("172.16.0.0/16", "10.0.0.1", 1), connected("10.0.0.0/24", "Tunnel0"),
	},
	want: map[string]string{"192.168.1.1": "10.0.0.1 Tunnel0", "172.16.0.1": "10.0.0.1 Tunnel0"},
}, {
	name:   "recursion by the default route",
	routes: []rib.Route{connected("203.0.113.0/24", "Ethernet0"), static("0.0.0.0/0", "203.0.113.254", 1), static("192.168.0.0/16", "172.16.0.1", 1)},
	want:   map[string]string{"192.168.1.1": "203.0.113.254 Ethernet0"},
}, {
	name: "recursion by equal paths",
	routes: []rib.Route{
		static("172.16.0.0/16", "203.0.113.254 Ethernet0", 1), static("172.16.0.0/16", "198.51.100.254 Ethernet1", 1), static("192.168.0.0/16", "172.16.0.1", 1),
	},
	want: map[string]string{"192.168.1.1": "203.0.113.254 Ethernet0, 198.51.100.254 Ethernet1"},
}, {
	name:   "recursion to Null0",
	routes: []rib.Route{static("192.0.2.1/32", "Null0", 1), static("192.168.0.0/16", "192.0.2.1", 1)},
	want:   map[string]string{"192.168.1.1": "drop"},
}, {
	name:   "own address is no next hop",
	routes: []rib.Route{connected("10.0.0.0/24", "Tunnel0"), local("10.0.0.11/32", "Tunnel0"), static("192.168.0.0/16", "10.0.0.11", 1)},
	want:   map[string]string{"192.168.1.1": "-"},
}, {
	name:   "a route that does not resolve",
	routes: []rib.Route{connected("10.0.0.0/24", "Tunnel0"), static("192.168.0.0/16", "172.16.0.1", 1), static("192.168.0.0/16", "10.0.0.1", 9)},
	want:   map[string]string{"192.168.1.1": "10.0.0.1 Tunnel0"},
}, {
	name:   "a route does not resolve by itself",
	routes: []rib.Route{static("0.0.0.0/0", "Ethernet0", 1), static("10.0.0.0/8", "10.1.1.1", 1)},
	want:   map[string]string{"10.1.1.1": "Ethernet0", "10.2.0.0": "Ethernet0"},
}, {
	name:   "but by a longer prefix inside it",
	routes: []rib.Route{static("10.0.0.0/8", "10.1.1.1", 1), connected("10.1.1.0/24", "Ethernet0")},
	want:   map[string]string{"10.2.0.0": "10.1.1.1 Ethernet0"},
}, {
	name: "recursion loop of two; a bystander takes the default",
	routes: []rib.Route{
		static("0.0.0.0/0", "Ethernet0", 1), static("172.16.0.0/16", "172.17.0.1", 1), static("172.17.0.0/16", "172.16.0.1", 1), static("192.168.0.0/16", "172.16.0.9", 1),
	},
	want: map[string]string{"172.16.0.1": "Ethernet0", "172.17.0.1": "Ethernet0", "192.168.1.1": "172.16.0.9 Ethernet0"},
}, {
	name: "recursion loop with a way out",
	routes: []rib.Route{
		static("172.16.0.0/16", "172.17.0.1", 1), static("172.17.0.0/16", "172.16.0.1", 1), static("172.17.0.0/16", "10.0.0.1 Tunnel0", 5),
	},
	want: map[string]string{"172.16.0.1": "-", "172.17.0.1": "10.0.0.1 Tunnel0"},
}, {
	name: "recursion as deep as allowed, and one deeper",
	routes: []rib.Route{
		connected("10.0.0.0/24", "Tunnel0"), static("10.0.1.0/24", "10.0.0.1", 1), static("10.0.2.0/24", "10.0.1.1", 1), static("10.0.3.0/24", "10.0.2.1", 1),
		static("10.0.4.0/24", "10.0.3.1", 1), static("10.0.5.0/24", "10.0.4.1", 1), static("10.0.6.0/24", "10.0.5.1", 1), static("10.0.7.0/24", "10.0.6.1", 1),
		static("10.0.8.0/24", "10.0.7.1", 1), static("10.0.9.0/24", "10.0.8.1", 1),
	},
	want: map[string]string{"10.0.8.1": "10.0.0.1 Tunnel0", "10.0.9.1": "-"},
}, {
	name:   "unknown interface",
	routes: []rib.Route{static("10.1.0.0/16", "Serial0", 1), permanent(static("10.2.0.0/16", "Serial0", 1))},
	want:   map[string]string{"10.1.0.1": "-", "10.2.0.1": "-"},
}, {
	name:   "permanent stays when its interface goes down",
	routes: []rib.Route{static("10.1.0.0/16", "Ethernet0", 1), permanent(static("10.2.0.0/16", "Ethernet0", 1))},
	down:   "Ethernet0",
	want:   map[string]string{"10.1.0.1": "-", "10.2.0.1": "Ethernet0"},
}, {
	name:   "not a route",
	routes: []rib.Route{{}, {Prefix: pfx("10.0.0.0/8"), Protocol: rib.Static}, {Prefix: pfx("10.0.0.0/8"), Protocol: rib.NHRP, Interface: "Tunnel0"}},
	want:   map[string]string{"10.0.0.1": "-", "": "-"},
}}

func TestForwarding(t *testing.T) {
	for _, tt := range forwardingTests {
		t.Run(tt.name, func(t *testing.T) {
			r := table(tt.routes...)
			if tt.down != "" {
				r.FIB()
				r.SetInterface(tt.down, false)
			}
			for dst, want := range tt.want {
				if got := hops(r.FIB(), dst); got != want {
					t.Errorf("to %s: %s, want %s", dst, got, want)
				}
			}
			for _, rt := range tt.routes {
				r.Remove(rt)
			}
			if n := r.FIB().Len() + len(r.Best()); n != 0 {
				t.Errorf("%d entries left after all routes were removed", n)
			}
		})
	}
}

func TestInterfaceFlap(t *testing.T) {
	r := table(connected("10.0.0.0/24", "Tunnel0"), static("192.168.0.0/16", "10.0.0.1", 1))
	before := r.FIB()
	r.SetInterface("Tunnel0", false)
	if got := hops(r.FIB(), "192.168.1.1"); got != "-" {
		t.Errorf("down: %s", got)
	}
	if got := r.Best(); len(got) != 0 {
		t.Errorf("down: best routes %v", got)
	}
	r.SetInterface("Tunnel0", true)
	if got := hops(r.FIB(), "192.168.1.1"); got != "10.0.0.1 Tunnel0" {
		t.Errorf("up again: %s", got)
	}
	if got := hops(before, "192.168.1.1"); got != "10.0.0.1 Tunnel0" {
		t.Errorf("the old FIB changed: %s", got)
	}
	r.SetInterface(rib.NullInterface, false)
	r.Add(static("172.16.0.0/12", "Null0", 1))
	if got := hops(r.FIB(), "172.16.0.1"); got != "drop" {
		t.Errorf("Null0 went down: %s", got)
	}
}

// Best is in the order of IOS: classful network, prefix, shorter mask.
func TestBestOrder(t *testing.T) {
	want := []string{
		"0.0.0.0/0", "4.4.4.4/32", "10.0.0.0/8", "10.0.34.0/24", "10.0.34.4/32", "10.255.0.0/24", "10.255.0.1/32",
		"192.168.0.0/16", "192.168.4.0/24", "192.168.4.1/32", "200.0.0.0/24", "::/0", "2001:db8::/32", "2001:db8::/64",
	}
	r := table()
	for _, i := range []int{5, 3, 13, 1, 8, 2, 0, 11, 9, 4, 7, 12, 6, 10} {
		r.Add(connected(want[i], "Ethernet0"))
	}
	var got, fib []string
	for _, e := range r.Best() {
		got = append(got, e.Prefix.String())
	}
	for e := range r.FIB().All() {
		fib = append(fib, e.Prefix.String())
	}
	if !slices.Equal(got, want) || !slices.Equal(fib, want) {
		t.Errorf("Best: %v\nFIB:  %v\nwant: %v", got, fib, want)
	}
	if e, ok := r.Lookup(ip("10.0.34.9")); !ok || e.Prefix != pfx("10.0.34.0/24") {
		t.Errorf("Lookup: %v %v", e, ok)
	}
}

func TestGeneration(t *testing.T) {
	r := table(connected("10.0.0.0/24", "Tunnel0"))
	better, worse := static("10.9.0.0/16", "10.0.0.1", 1), static("10.9.0.0/16", "10.0.0.2", 9)
	steps := []struct {
		name  string
		do    func()
		moves bool
	}{
		{"a route", func() { r.Add(better) }, true},
		{"the same again", func() { r.Add(better) }, false},
		{"a worse one", func() { r.Add(worse) }, false},
		{"an NHRP route", func() { r.SetShortcut(shortcut("10.8.0.0/16", "10.0.0.3")) }, false},
		{"an override", func() { r.SetShortcut(shortcut("10.9.0.0/16", "10.0.0.3")) }, false},
		{"no override", func() { r.RemoveShortcut(pfx("10.9.0.0/16")) }, false},
		{"the better goes", func() { r.Remove(better) }, true},
		{"what is not there goes", func() { r.Remove(better) }, false},
		{"interface down", func() { r.SetInterface("Tunnel0", false) }, true},
		{"interface down again", func() { r.SetInterface("Tunnel0", false) }, false},
	}
	for _, s := range steps {
		before := r.Generation()
		s.do()
		if moved := r.Generation() != before; moved != s.moves {
			t.Errorf("%s: generation moved %v, want %v", s.name, moved, s.moves)
		}
	}
}

// An entry is the same one in later tables while its hops stay, and counts on.
func TestEntryIdentity(t *testing.T) {
	r := table(connected("10.0.0.0/24", "Tunnel0"), static("10.9.0.0/16", "10.0.0.1", 1))
	f := r.FIB()
	if r.FIB() != f {
		t.Error("another FIB without a change")
	}
	e, _ := f.Lookup(ip("10.9.0.1"))
	e.Hits.Add(3)

	r.Add(connected("10.1.0.0/24", "Ethernet0"))
	r.Add(static("10.9.0.0/16", "10.0.0.2", 9)) // does not win
	tagged := static("10.9.0.0/16", "10.0.0.1", 1)
	tagged.Tag = 7
	r.Add(tagged)
	r.Remove(tagged) // and back before anybody looked
	r.Add(tagged)
	if r.FIB() == f {
		t.Error("the same FIB after a change")
	}
	if now, _ := r.FIB().Lookup(ip("10.9.0.1")); now != e || now.Hits.Load() != 3 {
		t.Errorf("another entry: %v, want %v", now, e)
	}
	r.Remove(tagged)
	if now, _ := r.FIB().Lookup(ip("10.9.0.1")); now == e {
		t.Error("the same entry with other hops")
	}
	if got := hops(f, "10.9.0.1"); got != "10.0.0.1 Tunnel0" {
		t.Errorf("the old FIB changed: %s", got)
	}
}

// However many equal paths there are, an entry has at most MaxPaths.
func TestMaxPaths(t *testing.T) {
	r := table()
	for i := range 40 {
		r.Add(eigrp("10.9.0.0/16", fmt.Sprintf("10.0.0.%d", 1+i), "Tunnel0", 1))
	}
	e, ok := r.FIB().Lookup(ip("10.9.0.1"))
	if !ok || len(e.Hops) != rib.MaxPaths || len(r.Best()[0].Paths) != rib.MaxPaths {
		t.Errorf("entry %v, best %v; want %d of each", e, r.Best(), rib.MaxPaths)
	}
}

// Two routes share a next hop; one goes, and the other still follows it.
func TestSharedNextHop(t *testing.T) {
	bgp := static("192.168.0.0/16", "10.0.0.1", 1)
	bgp.Protocol, bgp.Distance = rib.BGP, rib.DistanceBGPInternal
	r := table(static("192.168.0.0/16", "10.0.0.1", 1), bgp, connected("10.0.0.0/24", "Ethernet0"))
	r.Remove(static("192.168.0.0/16", "10.0.0.1", 1))
	r.Add(connected("10.0.0.0/30", "Ethernet1"))
	if got := hops(r.FIB(), "192.168.0.1"); got != "10.0.0.1 Ethernet1" {
		t.Errorf("hops %s", got)
	}
}

// Readers of published tables are not disturbed by the owner (run with -race).
func TestReadersWhileChanging(t *testing.T) {
	r := table(connected("10.0.0.0/24", "Tunnel0"), static("10.9.0.0/16", "10.0.0.1", 1))
	published := make(chan *rib.FIB, 1)
	done := make(chan error)
	go func() {
		var err error
		for f := range published {
			e, ok := f.Lookup(ip("10.9.0.1"))
			if !ok || len(e.Hops) != 1 || e.Hops[0].Interface != "Tunnel0" {
				err = fmt.Errorf("lookup in a published FIB: %v", e)
				continue
			}
			e.Hits.Add(1)
		}
		done <- err
	}()
	for i := range 500 {
		r.Add(eigrp(fmt.Sprintf("10.9.%d.0/24", 1+i%200), fmt.Sprintf("10.0.0.%d", 1+i%3), "Tunnel0", 1))
		published <- r.FIB()
	}
	close(published)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if e, _ := r.FIB().Lookup(ip("10.9.0.1")); e.Hits.Load() != 500 {
		t.Errorf("%d hits, want 500", e.Hits.Load())
	}
}

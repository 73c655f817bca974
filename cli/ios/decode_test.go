package ios

import (
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"axle/nhrp/engine"
	"axle/rib"
)

// pasted returns the configuration that lines give, and what was printed.
func pasted(lines ...string) (*terminal, *Config) {
	term := newTerminal()
	for _, l := range lines {
		term.enter(l)
	}
	return term, Decode(term.tree)
}

func TestDecodeEmpty(t *testing.T) {
	_, got := pasted()
	want := &Config{
		Hostname: "Router", DomainLookup: true, LogStamp: Stamp{Msec: true}, DebugStamp: Stamp{Msec: true},
		Logging: Logging{BufferSize: 4096, BufferLevel: 7, Console: 7, Monitor: 7},
		Aliases: map[string]string{}, Banner: map[string]string{},
		Archive: Archive{Maximum: 10},
	}
	want.Crypto = got.Crypto // has tests of its own
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestDecodeTunnel(t *testing.T) {
	hub := netip.MustParseAddr("203.0.113.1")
	base := func() Tunnel {
		n := engine.Tunnel{
			Name: "Tunnel0", Hold: 600 * time.Second, MulticastDynamic: true, Shortcut: true,
			RedirectTimeout: 8 * time.Second, MaxSend: 10000, MaxSendEvery: 10 * time.Second,
		}
		return Tunnel{TTL: 255, TOS: -1, NHRP: n, NHRP6: n}
	}
	for _, tt := range []struct {
		name, lines string
		want        func(*Tunnel)
	}{
		{"empty", "", func(*Tunnel) {}},
		{"source interface", "tun so g0/0", func(w *Tunnel) { w.Source = "GigabitEthernet0/0" }},
		{"source address", "tun so 203.0.113.1", func(w *Tunnel) { w.Source = "203.0.113.1" }},
		{"destination", "tun dest 203.0.113.1", func(w *Tunnel) { w.Dest, w.NHRP.Dest, w.NHRP6.Dest = hub, hub, hub }},
		{"multipoint", "tun mode gre multi", func(w *Tunnel) { w.Multipoint, w.NHRP.Multipoint, w.NHRP6.Multipoint = true, true, true }},
		{"key of zero", "tun key 0", func(w *Tunnel) { w.HasKey = true }},
		{"key", "tun key 4294967295", func(w *Tunnel) { w.HasKey, w.Key = true, 4294967295 }},
		{"key removed", "tun key 7; no tunnel key", func(*Tunnel) {}},
		{"ttl tos checksum", "tunnel ttl 9; tunnel tos 0; tunnel checksum; tunnel path-mtu-discovery", func(w *Tunnel) {
			w.TTL, w.TOS, w.Checksum, w.PathMTU = 9, 0, true, true
		}},
		{"network id", "ip nhrp net 100", func(w *Tunnel) { w.NHRP.NetworkID = 100 }},
		{"authentication", "ip nhrp auth Cisco123", func(w *Tunnel) { w.NHRP.Auth = "Cisco123" }},
		{"holdtime", "ip nhrp hold 450", func(w *Tunnel) { w.NHRP.Hold = 450 * time.Second }},
		{"registration", "ip nhrp registration timeout 30; ip nhrp registration delay 4", func(w *Tunnel) {
			w.NHRP.RegTimeout, w.NHRP.RegDelay = 30*time.Second, 4*time.Second
		}},
		{"unique", "ip nhrp registration no-unique; ip nhrp registration unique", func(w *Tunnel) { w.NHRP.Unique = true }},
		{"no-unique takes it back", "ip nhrp registration unique; ip nhrp registration no-unique", func(*Tunnel) {}},
		{"static triple", "ip nhrp map 10.0.0.1 203.0.113.1; ip nhrp map multicast 203.0.113.1; ip nhrp nhs 10.0.0.1", func(w *Tunnel) {
			w.NHRP.Maps = []engine.Map{{Proto: netip.MustParsePrefix("10.0.0.1/32"), NBMA: hub}}
			w.NHRP.Multicast = []netip.Addr{hub}
			w.NHRP.Servers = []engine.ServerConfig{{Addr: netip.MustParseAddr("10.0.0.1")}}
		}},
		{"map of a network", "ip nhrp map 10.0.0.9 255.255.255.0 203.0.113.1", func(w *Tunnel) {
			w.NHRP.Maps = []engine.Map{{Proto: netip.MustParsePrefix("10.0.0.0/24"), NBMA: hub}}
		}},
		{"server in one line", "ip nhrp nhs 10.0.0.1 nbma 203.0.113.1 multicast priority 2 cluster 3", func(w *Tunnel) {
			w.NHRP.Servers = []engine.ServerConfig{{Addr: netip.MustParseAddr("10.0.0.1"), NBMA: hub, Multicast: true, Priority: 2, Cluster: 3}}
		}},
		{"dynamic server", "ip nhrp nhs dynamic nbma 203.0.113.1", func(w *Tunnel) {
			w.NHRP.Servers = []engine.ServerConfig{{NBMA: hub}}
		}},
		{"clusters", "ip nhrp nhs cluster 1 max-connections 2; ip nhrp nhs fallback 3", func(w *Tunnel) {
			w.NHRP.ClusterMax, w.NHRP.Fallback = map[uint8]int{1: 2}, 3*time.Minute
		}},
		{"redirect", "ip nhrp net 9; ip nhrp redir timeout 4", func(w *Tunnel) {
			w.NHRP.NetworkID, w.NHRP.Redirect, w.NHRP.RedirectTimeout = 9, true, 4*time.Second
		}},
		{"off what is on", "no ip nhrp shortcut; no ip nhrp map multicast dynamic", func(w *Tunnel) {
			w.NHRP.Shortcut, w.NHRP.MulticastDynamic = false, false
		}},
		{"IPv6", "ip nhrp network-id 1; ipv6 nhrp network-id 6; ipv6 nhrp authentication x; ipv6 nhrp nhs fd00::1 nbma 2001:db8::1 multicast priority 2; ipv6 nhrp map fd00::2/128 203.0.113.2; ipv6 nhrp map multicast 203.0.113.2; no ipv6 nhrp shortcut; ipv6 nhrp redirect timeout 9; ipv6 nhrp holdtime 30", func(w *Tunnel) {
			w.NHRP.NetworkID, w.NHRP6.NetworkID = 1, 6
			w.NHRP6.Auth, w.NHRP6.Shortcut, w.NHRP6.Redirect, w.NHRP6.RedirectTimeout, w.NHRP6.Hold = "x", false, true, 9*time.Second, 30*time.Second
			w.NHRP6.Servers = []engine.ServerConfig{{Addr: netip.MustParseAddr("fd00::1"), NBMA: netip.MustParseAddr("2001:db8::1"), Multicast: true, Priority: 2}}
			w.NHRP6.Maps = []engine.Map{{Proto: netip.MustParsePrefix("fd00::2/128"), NBMA: netip.MustParseAddr("203.0.113.2")}}
			w.NHRP6.Multicast = []netip.Addr{netip.MustParseAddr("203.0.113.2")}
		}},
		{"modes over IPv6", "tunnel mode gre ipv6", func(w *Tunnel) { w.IPv6 = true }},
		{"off and on", "no ip nhrp shortcut; ip nhrp shortcut", func(*Tunnel) {}},
		{"limits", "ip nhrp max-send 100 every 20; ip nhrp server-only; ip nhrp cache non-authoritative; if-state nhrp", func(w *Tunnel) {
			w.NHRP.MaxSend, w.NHRP.MaxSendEvery = 100, 20*time.Second
			w.NHRP.ServerOnly, w.NHRP.NonAuthoritativeCache, w.NHRP.StateControl, w.NHRP6.StateControl = true, true, true, true
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			lines := append([]string{"interface tunnel 0"}, strings.Split(tt.lines, "; ")...)
			if tt.lines == "" {
				lines = lines[:1]
			}
			term, c := pasted(lines...)
			if s := term.log.String(); s != "" {
				t.Fatalf("printed:\n%s", s)
			}
			want := base()
			tt.want(&want)
			if got := c.Interfaces[0].Tunnel; !reflect.DeepEqual(got, &want) {
				t.Errorf("got  %+v\nwant %+v", *got, want)
			}
		})
	}
}

func TestDecodeInterface(t *testing.T) {
	_, c := pasted("int g0/1", "ip add 192.168.1.1 255.255.255.0", "ip address 192.168.2.1 255.255.255.0 secondary",
		"descr to the  LAN ! here", "ip mtu 1400", "ipv6 enable", "ipv6 address 2001:db8::1/64", "ipv6 addr 2001:db8:1::/64 eui-64", "ipv6 address fe80::7 link-local",
		"ipv6 mtu 1300", "ipv6 tcp adj 1240", "no ipv6 unreachables", "mtu 1600", "ip tcp adj 1360", "band 1000", "delay 10", "no ip redirects",
		"no ip unreach", "load-interval 30", "keepalive 5", "shut", "int g0/0", "no shut", "int lo0")
	want := []Interface{
		{Name: "Loopback0", Redirects: true, Unreachables: true, Unreachables6: true, LoadInterval: 5 * time.Minute},
		{Name: "GigabitEthernet0/0", Redirects: true, Unreachables: true, Unreachables6: true, LoadInterval: 5 * time.Minute},
		{
			Name: "GigabitEthernet0/1", Description: "to the  LAN ! here", Shutdown: true,
			Addrs: []netip.Prefix{netip.MustParsePrefix("192.168.1.1/24"), netip.MustParsePrefix("192.168.2.1/24")},
			IPv6: Addresses6{
				Enabled: true, Global: []netip.Prefix{netip.MustParsePrefix("2001:db8::1/64")}, LinkLocal: netip.MustParseAddr("fe80::7"),
				EUI64: []netip.Prefix{netip.MustParsePrefix("2001:db8:1::/64")},
			},
			IP6MTU: 1300, MSS6: 1240,
			MTU: 1600, IPMTU: 1400, MSS: 1360, Bandwidth: 1000, Delay: 10, LoadInterval: 30 * time.Second, Keepalive: 5 * time.Second,
		},
	}
	if !reflect.DeepEqual(c.Interfaces, want) {
		t.Errorf("got  %+v\nwant %+v", c.Interfaces, want)
	}
}

func TestDecodeRoutes(t *testing.T) {
	_, c := pasted("ip route 192.168.2.0 255.255.255.0 10.0.0.12 200 name lan tag 7 permanent",
		"ip route 192.168.1.0 255.255.255.0 tu0 10.0.0.11 1", "ip route 0.0.0.0 0.0.0.0 null 0", "ip route 192.168.3.0 255.255.255.0 10.0.0.13",
		"no ip route 192.168.3.0 255.255.255.0 10.0.0.13")
	hop := netip.MustParseAddr
	want := []rib.Route{
		{Prefix: netip.MustParsePrefix("0.0.0.0/0"), Protocol: rib.Static, Distance: 1, Interface: "Null0"},
		{Prefix: netip.MustParsePrefix("192.168.1.0/24"), Protocol: rib.Static, Distance: 1, Interface: "Tunnel0", NextHop: hop("10.0.0.11")},
		{Prefix: netip.MustParsePrefix("192.168.2.0/24"), Protocol: rib.Static, Distance: 200, NextHop: hop("10.0.0.12"), Name: "lan", Tag: 7, Permanent: true},
	}
	if !reflect.DeepEqual(c.Routes, want) {
		t.Errorf("got  %+v\nwant %+v", c.Routes, want)
	}
}

func TestRouteOf(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{"ip route 192.168.2.0 255.255.255.0 10.0.0.12 200 tag 7", "192.168.2.0/24 10.0.0.12  200 7"},
		{"ip route 0.0.0.0 0.0.0.0 null 0", "0.0.0.0/0 invalid IP Null0 1 0"},
		{"no ip route 10.0.0.0 255.0.0.0 tu0 10.0.0.1", "10.0.0.0/8 10.0.0.1 Tunnel0 1 0"},
		{"no ip route 10.0.0.0 255.0.0.0", ""},
		{"ip route vrf A 10.0.0.0 255.0.0.0 10.0.0.1", ""},
		{"hostname R1", ""},
	} {
		l, err := ConfigMode.Match(tt.line)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if r, ok := RouteOf(l); ok {
			got = fmt.Sprint(r.Prefix, " ", r.NextHop, " ", r.Interface, " ", r.Distance, " ", r.Tag)
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.line, got, tt.want)
		}
	}
	if _, ok := RouteOf(nil); ok {
		t.Error("no line is a route")
	}
}

// The defaults of tunnels and NHRP are those of tunnels alone.
func TestDefaultsOfTunnels(t *testing.T) {
	term, _ := pasted("int g0/0", "int tu0")
	tunnel, port, _ := strings.Cut(term.tree.TextAll(), "interface GigabitEthernet0/0")
	for _, d := range []string{" tunnel mode gre ip\n", " ip nhrp holdtime 600\n", " nhrp route-watch\n", " ipv6 nhrp shortcut\n"} {
		if !strings.Contains(tunnel, d) || strings.Contains(port, d) {
			t.Errorf("%q is not shown on tunnels alone", d)
		}
	}
	if all := term.tree.TextAll(); strings.Contains(all, "no ip icmp") {
		t.Error("the default says that unreachable messages are not limited")
	}
}

func TestDecodeBox(t *testing.T) {
	_, c := pasted("hostname R1", "ip domain-name example.com", "no ip domain-lookup", "service password-encryption", "service sequence-numbers",
		"service timestamps log uptime", "no service timestamps debug", "logging buffered 8192 warnings", "no logging console", "logging monitor 5",
		"alias exec  sd show dmvpn", "username admin privilege 15 password 0 admin", "enable password 7 0508571C22431F5B4A", "line con 0",
		"exec-timeout 0 0", "logging syn", "privilege level 15", "line vty 0 4", "exec-t 5", "login local", "transport input ssh telnet", "length 0", "width 132", "history size 30", "password foo bar",
		"file prompt quiet", "archive", "path flash:b-$h", "maximum 3", "time-period 60", "write-memory")
	want := &Config{
		Hostname: "R1", DomainName: "example.com", PasswordEncryption: true, SequenceNumbers: true,
		LogStamp: Stamp{Uptime: true}, DebugStamp: Stamp{Off: true},
		Logging: Logging{BufferSize: 8192, BufferLevel: 4, Console: -1, Monitor: 5},
		Aliases: map[string]string{"sd": "show dmvpn"}, Banner: map[string]string{},
		Archive: Archive{Path: "flash:b-$h", Maximum: 3, Period: time.Hour, WriteMemory: true}, FilePrompt: "quiet",
		Users:          []User{{"admin", 15, Secret{0, "admin"}}},
		EnablePassword: Secret{7, "0508571C22431F5B4A"},
		Lines: []LineConfig{
			{Kind: "con", Length: 24, Width: 80, History: 20, Privilege: 15, LoggingSynchronous: true},
			{
				Kind: "vty", Last: 4, ExecTimeout: 5 * time.Minute, Length: 0, Width: 132, History: 30, Privilege: 1,
				LoginLocal: true, Password: Secret{0, "foo bar"}, Transport: []string{"telnet", "ssh"},
			},
		},
	}
	want.Crypto = c.Crypto // has tests of its own
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
}

func TestBanner(t *testing.T) {
	tree, errs := Load("banner motd #\nWelcome,\n  friend\n#\nhostname R9\n")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if got := Decode(tree).Banner["motd"]; strings.Trim(got, "\n") != "Welcome,\n  friend" {
		t.Errorf("banner %q", got)
	}
}

func TestUnsupported(t *testing.T) {
	term, _ := pasted("hostname R1", "router eigrp 1", "net 10.0.0.0 0.0.0.255", "int tu0", "ip ospf cost 5", "ip mtu 1400")
	var got []string
	for _, l := range Unsupported(term.tree) {
		got = append(got, l.String())
	}
	want := []string{"ip ospf cost 5", "router eigrp 1", "network 10.0.0.0 0.0.0.255"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

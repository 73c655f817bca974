package show

import (
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"axle/dataplane"
	"axle/nhrp"
	"axle/nhrp/engine"
	"axle/rib"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// golden compares a screen with testdata/name.txt.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".txt")
	if *update {
		must(os.MkdirAll("testdata", 0o755))
		must(os.WriteFile(file, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s:\n%s", name, diff(string(want), got))
	}
}

// base is what the views of all golden screens share.
func base(host string) *View {
	return &View{
		Now: now, Boot: before("26h2m40s"), Hostname: host, Version: "0.1.0",
		Serial: "9AXLE0000H1", ReloadReason: "reload", ClockSet: true, Memory: 64 << 20,
	}
}

// wan is the underlay interface of a golden view, with an address in
// 203.0.113.0/24.
func wan(addr string) Interface {
	return Interface{
		Name: "GigabitEthernet0/0", Short: "Gi0/0", Kind: dataplane.Physical, Description: "to the cloud",
		LineUp: true, ProtocolUp: true, Addrs: []netip.Prefix{net(addr)}, Method: "NVRAM",
		MTU: 1500, IPMTU: 1500, Bandwidth: 1000000, Delay: 10, LoadInterval: 30 * time.Second,
		MAC: "aabb.cc00.0100", Redirects: true, Unreachables: true,
		Counters: CounterValues{
			InPackets: 1520, InBytes: 182400, InMulticast: 3, InErrors: 1, InDrops: 2,
			OutPackets: 1498, OutBytes: 179760, OutErrors: 4, OutDrops: 5,
		},
		InputRate: Rate{Bits: 95000000, Packets: 57}, OutputRate: Rate{Bits: 90000, Packets: 54},
		LastInput: before("1s"), LastOutput: before("0s"), LastClear: before("25h"),
	}
}

// tunnel is the tunnel interface of a golden view.
func tunnel(addr, source string) Interface {
	return Interface{
		Name: "Tunnel0", Short: "Tu0", Kind: dataplane.TunnelGRE, LineUp: true, ProtocolUp: true,
		Addrs: []netip.Prefix{net(addr), net("10.9.0.1/24")}, Method: "TFTP",
		IPMTU: 1400, MSS: 1360, Bandwidth: 1000, Delay: 50000, Unreachables: true,
		Tunnel: &Tunnel{
			Source: ip(source), SourceIf: "GigabitEthernet0/0", Multipoint: true,
			HasKey: true, Key: 100, TTL: 255, StateControl: true,
		},
	}
}

// hub is a hub of two tunnels: clients, one of them behind NAT, one with an
// IPv6 underlay, and a resolution that is not answered yet.
func hub() *View {
	v := base("hub")
	nat := entry("10.0.0.12/32", "10.0.0.12", "203.0.113.12", engine.Dynamic, regist|used|nhop, "31m31s")
	nat.Claimed = ip("192.168.7.2")
	six := entry("10.0.0.14/32", "10.0.0.14", "2001:db8::14", engine.Dynamic, regist|nhop, "50h")
	open := engine.Entry{
		Prefix: net("10.0.0.77/32"), Type: engine.Incomplete, Flags: engine.FlagNegative, Hits: 4,
		Created: before("7s"), Expires: after("173s"), NoSocket: true, State: engine.PeerNHRP,
	}
	v6 := entry("fd00:192::1101/128", "fd00:192::1101", "203.0.113.13", engine.Static, 0, "77h")
	v.NHRP = overlay("10.0.0.1/24", "",
		entry("10.0.0.11/32", "10.0.0.11", "203.0.113.11", engine.Dynamic, regist|used|nhop, "31m47s"),
		nat, entry("10.0.0.13/32", "10.0.0.13", "203.0.113.13", engine.Dynamic, unique|regist, "32m16s"),
		six, open, v6).NHRP
	t := &v.NHRP.Tunnels[0]
	t.StateControl, t.NBMA, t.Usage = true, ip("203.0.113.1"), 3
	t.Sent.Count, t.Received.Count, t.Forwarded.Count = counts(1, 2, 0, 30), counts(3, 0, 30, 0), counts(7, 7, 0, 0)
	t.Sent.Count[nhrp.TrafficIndication], t.Sent.Suppressed = 5, 120
	t.Multicast = []engine.MulticastDest{
		{NBMA: ip("203.0.113.11"), Kind: engine.MulticastDynamicClient},
		{NBMA: ip("203.0.113.99"), Kind: engine.MulticastStatic},
	}
	off := engine.TunnelState{} // no network-id: no NHRP
	off.Name = "Tunnel9"
	v.NHRP.Tunnels = append(v.NHRP.Tunnels, *secondTunnel(), off)
	lo := Interface{
		Name: "Loopback0", Short: "Lo0", Kind: dataplane.Loopback, LineUp: true, ProtocolUp: true,
		Addrs: []netip.Prefix{net("1.1.1.1/32")}, MTU: 1514, Bandwidth: 8000000, Delay: 5000,
	}
	down := Interface{
		Name: "GigabitEthernet0/1", Short: "Gi0/1", Kind: dataplane.Physical, AdminDown: true,
		MTU: 1500, Bandwidth: 1000000, Delay: 10, MAC: "aabb.cc00.0101",
	}
	null := Interface{Name: "Null0", Short: "Nu0", Kind: dataplane.Null, LineUp: true, ProtocolUp: true, MTU: 1500}
	v.Interfaces = []Interface{lo, tunnel("10.0.0.1/24", "203.0.113.1"), wan("203.0.113.1/24"), down, null}
	table(v, rib.Override{},
		rib.Route{Prefix: net("0.0.0.0/0"), Protocol: rib.Static, Distance: 1, NextHop: ip("203.0.113.254"), Interface: "GigabitEthernet0/0", Tag: 7},
		rib.Route{Prefix: net("192.168.1.0/24"), Protocol: rib.Static, Distance: 1, NextHop: ip("10.0.0.11"), Interface: "Tunnel0"},
		rib.Route{Prefix: net("192.168.2.0/24"), Protocol: rib.Static, Distance: 1, NextHop: ip("10.0.0.12"), Interface: "Tunnel0"},
		rib.Route{Prefix: net("192.168.2.0/24"), Protocol: rib.Static, Distance: 1, NextHop: ip("10.0.0.13"), Interface: "Tunnel0"},
		rib.Route{Prefix: net("172.16.0.0/12"), Protocol: rib.Static, Distance: 1, Interface: "Null0"})
	return v
}

// secondTunnel is point to point, with a server that does not answer.
func secondTunnel() *engine.TunnelState {
	t := &overlay("10.1.0.2/24", "10.1.0.1",
		entry("10.1.0.1/32", "10.1.0.1", "198.51.100.1", engine.Static, 0, "3m")).NHRP.Tunnels[0]
	t.Name, t.Multipoint, t.Up = "Tunnel1", false, false
	t.Dest, t.NBMA = ip("198.51.100.1"), ip("203.0.113.1")
	t.Entries[0].State, t.Entries[0].Since = engine.PeerNHRP, time.Time{}
	n := &t.Servers[0]
	n.NBMA, n.Responding, n.Pending = ip("198.51.100.1"), false, true
	n.Sent, n.Failed, n.RequestID, n.Retry = 9, 8, 15, 64*time.Second
	return t
}

// table fills the routes and the forwarding table of v from its interfaces.
func table(v *View, o rib.Override, routes ...rib.Route) {
	r := rib.New()
	for _, f := range v.Interfaces {
		r.SetInterface(f.Name, f.ProtocolUp)
		for _, p := range f.Addrs {
			r.Add(rib.Route{Prefix: p.Masked(), Protocol: rib.Connected, Interface: f.Name})
			if !p.IsSingleIP() {
				r.Add(rib.Route{Prefix: netip.PrefixFrom(p.Addr(), 32), Protocol: rib.Local, Interface: f.Name})
			}
		}
	}
	for _, rt := range routes {
		r.Add(rt)
	}
	if o.Prefix.IsValid() {
		r.SetShortcut(o)
		o.Prefix = netip.PrefixFrom(o.NextHop, 32)
		r.SetShortcut(o)
		o.Prefix = net("10.77.0.0/16")
		r.SetShortcut(o)
	}
	v.Routes, v.FIB = r.Best(), r.FIB()
}

// branch is a spoke with a shortcut to another one.
func branch() *View {
	v := base("spoke1")
	s := spoke()
	v.NHRP = s.NHRP
	lan := wan("192.168.1.1/24")
	lan.Name, lan.Short, lan.Method, lan.Description = "GigabitEthernet0/1", "Gi0/1", "manual", ""
	w := wan("1.1.1.1/24")
	w.Description = ""
	v.Interfaces = []Interface{tunnel("10.255.0.1/24", "1.1.1.1"), w, lan}
	v.Interfaces[0].Tunnel.Protection = "IPSEC-POC"
	table(v, rib.Override{Prefix: net("192.168.4.0/24"), NextHop: ip("10.255.0.4"), Interface: "Tunnel0", Since: before("9s")},
		rib.Route{Prefix: net("0.0.0.0/0"), Protocol: rib.Static, Distance: 1, NextHop: ip("1.1.1.254")},
		rib.Route{Prefix: net("192.168.4.0/24"), Protocol: rib.Static, Distance: 1, NextHop: ip("10.255.0.2")})
	v.Adjacencies = []Adjacency{
		{
			Interface: "GigabitEthernet0/0", Address: ip("1.1.1.254"), Packets: 12, Bytes: 1400,
			Encap: []byte{0, 0x0e, 0xb6, 0x5d, 0x4e, 0xb0, 0xaa, 0xbb, 0xcc, 0, 1, 0, 8, 0},
		},
		{
			Interface: "Tunnel0", Address: ip("10.255.0.4"), NBMA: ip("4.4.4.4"), Packets: 10, Bytes: 1000,
			Encap: []byte{0x45, 0, 0, 0, 0, 0, 0, 0, 0xff, 0x2f, 0x4c, 8, 1, 1, 1, 1, 4, 4, 4, 4, 0x20, 0, 8, 0, 0, 0, 0, 100}, Under: v.FIB,
		},
		{Interface: "Tunnel0", Address: ip("10.255.0.9"), Incomplete: true},
	}
	return v
}

// TestGolden is long because it is the list of all screens.
func TestGolden(t *testing.T) {
	h, b, empty := hub(), branch(), &View{Now: now}
	log := Log{
		BufferSize: 8192, BufferLevel: 7, Console: 7, Monitor: -1, Logged: 2, ConsoleLogged: 2, Dropped: 1,
		Lines: []string{"*Sep 18 15:38:01.078: %SYS-5-CONFIG_I: Configured from console by console", "*Sep 18 15:38:02.000: %SYS-5-RESTART: System restarted --"},
	}
	config := "version 17.15\nhostname hub\n!\n"
	for name, got := range map[string]string{
		"dmvpn":                   DMVPN(h, DMVPNOptions{}),
		"dmvpn-tunnel1":           DMVPN(h, DMVPNOptions{Tunnel: "Tunnel1"}),
		"dmvpn-static":            DMVPN(h, DMVPNOptions{Static: true}),
		"dmvpn-nbma":              DMVPN(h, DMVPNOptions{NBMA: ip("203.0.113.12")}),
		"dmvpn-peer":              DMVPN(h, DMVPNOptions{Peer: ip("10.0.0.11")}),
		"dmvpn-ipv6":              DMVPN(h, DMVPNOptions{IPv6: true}),
		"dmvpn-empty":             DMVPN(empty, DMVPNOptions{}),
		"dmvpn-detail-hub":        DMVPN(h, DMVPNOptions{Detail: true}),
		"dmvpn-detail-spoke":      DMVPN(b, DMVPNOptions{Detail: true}),
		"nhrp":                    NHRP(h, NHRPOptions{}),
		"nhrp-detail":             NHRP(b, NHRPOptions{Detail: true}),
		"nhrp-static":             NHRP(h, NHRPOptions{Kind: "static"}),
		"nhrp-dynamic":            NHRP(h, NHRPOptions{Kind: "dynamic"}),
		"nhrp-incomplete":         NHRP(h, NHRPOptions{Kind: "incomplete"}),
		"nhrp-local":              NHRP(b, NHRPOptions{Kind: "local"}),
		"nhrp-remote":             NHRP(b, NHRPOptions{Kind: "remote"}),
		"nhrp-shortcut":           NHRP(b, NHRPOptions{Kind: "shortcut"}),
		"nhrp-host":               NHRP(b, NHRPOptions{Prefix: net("192.168.4.9/32")}),
		"nhrp-network":            NHRP(h, NHRPOptions{Prefix: net("10.0.0.12/30").Masked()}),
		"nhrp-brief":              NHRP(h, NHRPOptions{Brief: true}),
		"nhrp-brief-spoke":        NHRP(b, NHRPOptions{Brief: true}),
		"nhrp-empty":              NHRP(empty, NHRPOptions{}),
		"nhrp-summary":            NHRPSummary(b),
		"nhrp-nhs":                NHRPServers(h, false, ""),
		"nhrp-nhs-detail":         NHRPServers(h, true, ""),
		"nhrp-nhs-empty":          NHRPServers(empty, true, ""),
		"nhrp-traffic":            NHRPTraffic(h, false, ""),
		"nhrp-traffic-detail":     NHRPTraffic(h, true, ""),
		"nhrp-multicast":          NHRPMulticast(h, ""),
		"route-hub":               Routes(h, RouteOptions{}),
		"route-spoke":             Routes(b, RouteOptions{}),
		"route-next-hop-override": Routes(b, RouteOptions{NextHopOverride: true}),
		"route-static":            Routes(h, RouteOptions{Protocol: "static"}),
		"route-connected":         Routes(b, RouteOptions{Protocol: "connected"}),
		"route-nhrp":              Routes(b, RouteOptions{Protocol: "nhrp"}),
		"route-empty":             Routes(empty, RouteOptions{}),
		"route-to-override":       RouteTo(b, ip("192.168.4.10")),
		"route-to-connected":      RouteTo(b, ip("10.255.0.77")),
		"route-to-local":          RouteTo(b, ip("10.255.0.1")),
		"route-to-nhrp":           RouteTo(b, ip("10.77.1.1")),
		"route-to-default":        RouteTo(h, ip("0.0.0.0")),
		"route-to-null":           RouteTo(h, ip("172.20.1.1")),
		"route-to-two-paths":      RouteTo(h, ip("192.168.2.9")),
		"route-summary":           RouteSummary(b),
		"cef":                     CEF(b),
		"cef-hub":                 CEF(h),
		"cef-empty":               CEF(empty),
		"cef-to-override":         CEFTo(b, ip("192.168.4.10"), false),
		"cef-to-override-detail":  CEFTo(b, ip("192.168.4.10"), true),
		"cef-to-attached-detail":  CEFTo(b, ip("192.168.1.77"), true),
		"cef-to-receive-detail":   CEFTo(b, ip("192.168.1.1"), true),
		"cef-to-broadcast-detail": CEFTo(b, ip("192.168.1.255"), true),
		"cef-to-neighbour-detail": CEFTo(b, ip("1.1.1.254"), true),
		"cef-to-two-paths-detail": CEFTo(h, ip("192.168.2.9"), true),
		"cef-to-drop":             CEFTo(b, ip("240.1.2.3"), false),
		"cef-to-null":             CEFTo(h, ip("172.20.1.1"), false),
		"cef-to-no-route-detail":  CEFTo(empty, ip("8.8.8.8"), true),
		"adjacency":               Adjacencies(b, false, ""),
		"adjacency-detail":        Adjacencies(b, true, ""),
		"adjacency-tunnel":        Adjacencies(b, false, "Tunnel0"),
		"interface-brief":         InterfaceBrief(h),
		"interface-descriptions":  InterfaceDescriptions(h),
		"interfaces":              Interfaces(h, ""),
		"interfaces-null":         Interfaces(h, "Null0"),
		"interfaces-protected":    Interfaces(b, "Tunnel0"),
		"ip-interface":            IPInterface(h, ""),
		"version":                 Version(h),
		"clock":                   Clock(h),
		"clock-not-set":           Clock(empty),
		"protocols":               Protocols(b),
		"logging":                 Logging(h, log),
		"logging-off":             Logging(h, Log{BufferLevel: -1, Console: -1, Monitor: 6}),
		"running":                 Running(h, config, before("1h"), "admin"),
		"running-unchanged":       Running(h, config+"end\n", time.Time{}, ""),
		"running-interface":       RunningInterface("interface Tunnel0\n ip address 10.0.0.1 255.255.255.0\n"),
		"startup":                 Startup(config + "end\n"),
		"startup-none":            Startup(""),
	} {
		t.Run(name, func(t *testing.T) {
			if got != "" && !strings.HasSuffix(got, "\n") {
				t.Error("the last line has no end")
			}
			golden(t, name, got)
		})
	}
}

// Refusals of "show ip route" are short enough for a table.
func TestRouteToRefusal(t *testing.T) {
	for addr, want := range map[string]string{
		"8.8.8.8":     "% Network not in table\n", // the default route does not count
		"10.3.3.3":    "% Subnet not in table\n",
		"2001:db8::1": "% Network not in table\n",
	} {
		if got := RouteTo(branch(), ip(addr)); got != want {
			t.Errorf("RouteTo(%s) = %q, want %q", addr, got, want)
		}
	}
}

// A row that is too long is broken behind the prefix.
func TestLongRow(t *testing.T) {
	e := route("10.63.184.0/23", rib.EIGRP, 90, 2681856, "10.62.4.29", "TenGigabitEthernet1/15", "46519s")
	e.Paths = append(e.Paths, route("10.63.184.0/23", rib.EIGRP, 90, 2681856, "10.62.3.29", "TenGigabitEthernet1/16", "46519s").Paths...)
	got := from(t, Routes(&View{Now: now, Routes: []rib.Entry{e}}, RouteOptions{}), "D        ")
	const want = "D        10.63.184.0 \n" +
		"           [90/2681856] via 10.62.4.29, 12:55:19, TenGigabitEthernet1/15\n" +
		"           [90/2681856] via 10.62.3.29, 12:55:19, TenGigabitEthernet1/16\n"
	if got != want {
		t.Error(diff(want, got))
	}
}

// What programs look for in "show version".
func TestVersionPatterns(t *testing.T) {
	text := Version(hub())
	for pattern, want := range map[string]string{
		`Version (\S+),`:                               "0.1.0",
		`(?m)^(\S+) uptime is`:                         "hub",
		`System image file is "(.+)"`:                  "flash:axle",
		`processor .*with (\d+K/\d+K) bytes of memory`: "65536K/0K",
		`Configuration register is (0x\w+)`:            "0x2102",
		`(?m)^Processor board ID (\S+)$`:               "9AXLE0000H1",
		`(?m)^Last reload reason: (.+)$`:               "reload",
	} {
		m := regexp.MustCompile(pattern).FindStringSubmatch(text)
		if m == nil || m[1] != want {
			t.Errorf("%s finds %q, want %q", pattern, m, want)
		}
	}
}

// The byte count of a configuration is that of the text as printed, from the
// first "!" to the end.
func TestRunningBytes(t *testing.T) {
	got := Running(&View{}, "hostname R1\n", time.Time{}, "")
	const want = "Building configuration...\n\nCurrent configuration : 19 bytes\n!\nhostname R1\nend\n\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

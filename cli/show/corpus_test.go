package show

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"axle/dataplane"
	"axle/nhrp"
	"axle/nhrp/engine"
	"axle/rib"
)

// corpusDir holds captures of real routers; it is not part of the repository.
const corpusDir = "../../../shared/corpus/outputs"

// capture reads a sample and skips the test where there is none.
func capture(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(corpusDir, name))
	if err != nil {
		t.Skipf("no captures here: %v", err)
	}
	return string(b)
}

// whole compares a screen with a capture byte for byte, but for the blanks and
// empty lines at the very end, which the tool that took them strips.
func whole(t *testing.T, got, want string) {
	t.Helper()
	got, want = strings.TrimRight(got, " \n"), strings.TrimRight(want, " \n")
	if got != want {
		t.Errorf("the screen differs from the capture:\n%s", diff(want, got))
	}
}

// diff shows the first line that differs and both texts.
func diff(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := 0; i < max(len(w), len(g)); i++ {
		var a, b string
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			return "line " + string(rune('0'+(i+1)/10)) + string(rune('0'+(i+1)%10)) + "\nwant " + quote(a) + "\ngot  " + quote(b) + "\nwhole screen:\n" + got
		}
	}
	return "only the length differs"
}

func quote(s string) string { return "|" + strings.ReplaceAll(s, "\t", "<TAB>") + "|" }

var now = time.Date(2026, 9, 18, 15, 38, 27, 558e6, time.UTC)

func ip(s string) netip.Addr    { return netip.MustParseAddr(s) }
func net(s string) netip.Prefix { return netip.MustParsePrefix(s) }
func before(s string) time.Time { d, err := time.ParseDuration(s); must(err); return now.Add(-d) }
func after(s string) time.Time  { d, err := time.ParseDuration(s); must(err); return now.Add(d) }
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// entry is a mapping that is up since age; letters are its attributes.
func entry(target, via, nbma string, typ engine.EntryType, flags engine.EntryFlags, age string) engine.Entry {
	e := engine.Entry{
		Prefix: net(target), NextHop: ip(via), NBMA: ip(nbma), Type: typ, Flags: flags,
		State: engine.PeerUp, Since: before(age), Created: before(age),
	}
	if typ == engine.Dynamic {
		e.Expires = after("599s").Add(-now.Sub(e.Created) % (200 * time.Second)) // renewed each 200 s
	}
	return e
}

// overlay is a view of a router with one tunnel.
func overlay(addr string, nhs string, entries ...engine.Entry) *View {
	t := engine.TunnelState{Entries: entries}
	t.Name, t.NetworkID, t.Up, t.Multipoint, t.Addr = "Tunnel0", 1, true, true, net(addr)
	t.MaxSend, t.MaxSendEvery = 10000, 10*time.Second
	if nhs != "" {
		t.Servers = []engine.Server{{
			ServerConfig: engine.ServerConfig{Addr: ip(nhs)}, Expecting: true, Responding: true,
		}}
	}
	return &View{Now: now, NHRP: engine.Snapshot{Tunnels: []engine.TunnelState{t}}}
}

const (
	router, used, nhop, unique  = engine.FlagRouter, engine.FlagUsed, engine.FlagNextHop, engine.FlagUnique
	ribFlag, nho, local, regist = engine.FlagRIB, engine.FlagNHO, engine.FlagLocal, engine.FlagRegistered
)

func TestCaptureDMVPN(t *testing.T) {
	ike := entry("172.16.0.1/32", "172.16.0.1", "203.0.113.2", engine.Static, 0, "70s")
	ike.State = engine.PeerIKE
	for _, c := range []struct {
		file string
		v    *View
	}{{
		"iol1715-show-dmvpn.01.txt", overlay("172.16.0.2/24", "172.16.0.1",
			entry("10.0.3.0/24", "172.16.0.3", "198.51.100.6", engine.Dynamic, router|nho, "5s"),
			entry("172.16.0.1/32", "172.16.0.1", "203.0.113.2", engine.Static, used, "23s"),
			entry("172.16.0.3/32", "172.16.0.3", "198.51.100.6", engine.Dynamic, router|nhop|ribFlag, "5s"),
			entry("10.0.2.0/24", "172.16.0.2", "198.51.100.2", engine.Dynamic, router|unique|local, "5s")),
	}, {
		"iol1715-show-dmvpn.02.txt", overlay("10.255.0.1/24", "10.255.0.2",
			entry("10.255.0.2/32", "10.255.0.2", "2.2.2.2", engine.Static, used, "26s"),
			entry("10.255.0.4/32", "10.255.0.4", "4.4.4.4", engine.Dynamic, router|nhop|ribFlag, "9s"),
			entry("192.168.4.0/24", "10.255.0.4", "4.4.4.4", engine.Dynamic, router|used|nho, "9s")),
	}, {
		"iol1715-show-dmvpn.03.txt", overlay("172.16.0.1/24", "",
			entry("172.16.0.2/32", "172.16.0.2", "198.51.100.2", engine.Dynamic, regist, "16s"),
			entry("172.16.0.3/32", "172.16.0.3", "198.51.100.6", engine.Dynamic, regist, "15s"),
			entry("172.16.0.4/32", "172.16.0.4", "198.51.100.10", engine.Dynamic, regist, "15s")),
	}, {
		"iol1715-show-dmvpn.04.txt", overlay("10.255.0.2/24", "",
			entry("10.255.0.4/32", "10.255.0.4", "4.4.4.4", engine.Dynamic, regist, "3s"),
			entry("10.255.0.1/32", "10.255.0.1", "1.1.1.1", engine.Dynamic, regist, "8s"),
			entry("10.255.0.3/32", "10.255.0.3", "3.3.3.3", engine.Dynamic, regist, "6s")),
	}, {
		"iol1715-show-dmvpn.05.txt", overlay("172.16.0.2/24", "172.16.0.1", ike),
	}} {
		t.Run(c.file, func(t *testing.T) { whole(t, DMVPN(c.v, DMVPNOptions{}), capture(t, c.file)) })
	}
}

// spoke is the router of the detailed captures, with a shortcut.
func spoke() *View {
	l := entry("192.168.1.0/24", "10.255.0.1", "1.1.1.1", engine.Dynamic, router|unique|local, "9s")
	l.NoSocket, l.State = true, engine.PeerIKE
	l.Requesters = []engine.Requester{{Addr: ip("10.255.0.4"), RequestID: 2}}
	v := overlay("10.255.0.1/24", "10.255.0.2",
		entry("10.255.0.2/32", "10.255.0.2", "2.2.2.2", engine.Static, used, "26s"),
		entry("10.255.0.4/32", "10.255.0.4", "4.4.4.4", engine.Dynamic, router|nhop|ribFlag, "9s"),
		entry("192.168.4.0/24", "10.255.0.4", "4.4.4.4", engine.Dynamic, router|used|nho, "9s"), l)
	t := &v.NHRP.Tunnels[0]
	n := &t.Servers[0]
	n.NBMA, n.Sent, n.Failed, n.Received, n.LastReply = ip("2.2.2.2"), 2, 1, 1, before("14s")
	t.Sent.Count = counts(1, 1, 2, 0)
	t.Received.Count = counts(1, 1, 0, 1)
	t.Received.Count[nhrp.TrafficIndication] = 1
	v.Interfaces = []Interface{{
		Name: "Tunnel0", Short: "Tu0", Kind: dataplane.TunnelGRE, LineUp: true, ProtocolUp: true,
		Addrs:  []netip.Prefix{net("10.255.0.1/24")},
		Tunnel: &Tunnel{Source: ip("1.1.1.1"), Multipoint: true, Protection: "IPSEC-POC"},
	}}
	return v
}

// counts are messages: resolution requests and replies, registration requests
// and replies.
func counts(resReq, resRep, regReq, regRep uint64) (c [nhrp.TrafficIndication + 1]uint64) {
	c[nhrp.ResolutionRequest], c[nhrp.ResolutionReply] = resReq, resRep
	c[nhrp.RegistrationRequest], c[nhrp.RegistrationReply] = regReq, regRep
	return c
}

// aged moves the times of all entries to those that another capture shows.
func aged(v *View, static, dynamic string) *View {
	list := v.NHRP.Tunnels[0].Entries
	for i := range list {
		e := &list[i]
		if e.Type == engine.Static {
			e.Created = before(static)
		} else {
			e.Created, e.Expires = before(dynamic), before(dynamic).Add(599*time.Second)
		}
	}
	return v
}

func TestCaptureDMVPNDetail(t *testing.T) {
	want := capture(t, "iol1715-show-dmvpn-detail.01.txt")
	// The crypto sessions in between belong to a later engine.
	from := strings.Index(want, "\nInterface: Tunnel0\nSession:")
	to := strings.Index(want, "\nPending DMVPN Sessions:")
	if from < 0 || to < from {
		t.Fatal("the capture has no crypto sessions")
	}
	whole(t, DMVPN(spoke(), DMVPNOptions{Detail: true}), want[:from]+want[to:])
}

func TestCaptureNHRP(t *testing.T) {
	other := overlay("10.255.0.4/24", "10.255.0.2",
		entry("192.168.4.0/24", "10.255.0.4", "4.4.4.4", engine.Dynamic, router|unique|local, "13s"),
		entry("10.255.0.1/32", "10.255.0.1", "1.1.1.1", engine.Dynamic, router|nhop|ribFlag, "13s"),
		entry("10.255.0.2/32", "10.255.0.2", "2.2.2.2", engine.Static, used, "24s"),
		entry("192.168.1.0/24", "10.255.0.1", "1.1.1.1", engine.Dynamic, router|used|nho, "13s"))
	other.NHRP.Tunnels[0].Entries[0].NoSocket = true
	for _, c := range []struct {
		file string
		v    *View
		o    NHRPOptions
	}{
		{"iol1715-show-ip-nhrp.01.txt", overlay("10.255.0.2/24", "",
			entry("10.255.0.1/32", "10.255.0.1", "1.1.1.1", engine.Dynamic, regist|used|nhop, "9s"),
			entry("10.255.0.3/32", "10.255.0.3", "3.3.3.3", engine.Dynamic, regist|used|nhop, "6s"),
			entry("10.255.0.4/32", "10.255.0.4", "4.4.4.4", engine.Dynamic, regist|used|nhop, "4s")), NHRPOptions{}},
		{"iol1715-show-ip-nhrp.02.txt", other, NHRPOptions{}},
		{"iol1715-show-ip-nhrp-detail.01.txt", aged(spoke(), "27s", "10s"), NHRPOptions{Detail: true}},
		{"iol1715-show-ip-nhrp-shortcut.01.txt", aged(spoke(), "27s", "10s"), NHRPOptions{Kind: "shortcut"}},
	} {
		t.Run(c.file, func(t *testing.T) { whole(t, NHRP(c.v, c.o), capture(t, c.file)) })
	}
}

func TestCaptureServers(t *testing.T) {
	whole(t, NHRPServers(spoke(), false, ""), capture(t, "iol1715-show-ip-nhrp-nhs.01.txt"))
	whole(t, NHRPServers(spoke(), true, "Tunnel0"), capture(t, "iol1715-show-ip-nhrp-nhs-detail.01.txt"))
	v := overlay("172.16.0.2/24", "172.16.0.1")
	n := &v.NHRP.Tunnels[0].Servers[0]
	n.ServerConfig.NBMA, n.Sent, n.Received, n.LastReply = ip("203.0.113.2"), 1, 1, before("22s")
	whole(t, NHRPServers(v, true, ""), capture(t, "iol1715-show-ip-nhrp-nhs-detail.02.txt"))
}

func TestCaptureTraffic(t *testing.T) {
	whole(t, NHRPTraffic(spoke(), false, ""), capture(t, "iol1715-show-ip-nhrp-traffic.01.txt"))
	v := overlay("10.255.0.2/24", "")
	h := &v.NHRP.Tunnels[0]
	h.Sent.Count, h.Received.Count = counts(2, 0, 0, 3), counts(2, 0, 3, 0)
	h.Sent.Count[nhrp.TrafficIndication] = 2
	whole(t, NHRPTraffic(v, false, ""), capture(t, "iol1715-show-ip-nhrp-traffic.02.txt"))
}

func TestCaptureMulticast(t *testing.T) {
	v := overlay("10.255.0.2/24", "")
	v.NHRP.Tunnels[0].Multicast = []engine.MulticastDest{
		{NBMA: ip("1.1.1.1"), Kind: engine.MulticastDynamicClient},
		{NBMA: ip("3.3.3.3"), Kind: engine.MulticastDynamicClient},
	}
	whole(t, NHRPMulticast(v, ""), capture(t, "iol1715-show-ip-nhrp-multicast.01.txt"))
}

// route is a best route with one path.
func route(p string, proto rib.Protocol, distance uint8, metric uint32, via, ifname, age string) rib.Entry {
	r := rib.Route{Prefix: net(p), Protocol: proto, Distance: distance, Metric: metric, Interface: ifname}
	if via != "" {
		r.NextHop = ip(via)
	}
	if age != "" {
		r.Since = before(age)
	}
	return rib.Entry{Prefix: r.Prefix, Paths: []rib.Route{r}}
}

func TestCaptureRoutes(t *testing.T) {
	over := route("192.168.1.0/24", rib.EIGRP, 90, 28288000, "10.255.0.2", "Tunnel0", "20s")
	over.Override = &rib.Override{Prefix: over.Prefix, NextHop: ip("10.255.0.1"), Interface: "Tunnel0", Since: before("14s")}
	v := &View{Now: now, Routes: []rib.Entry{
		route("0.0.0.0/0", rib.Static, 1, 0, "10.0.34.3", "", ""),
		route("4.4.4.4/32", rib.Connected, 0, 0, "", "Loopback0", ""),
		route("10.0.34.0/24", rib.Connected, 0, 0, "", "Ethernet0/0", ""),
		route("10.0.34.4/32", rib.Local, 0, 0, "", "Ethernet0/0", ""),
		route("10.255.0.0/24", rib.Connected, 0, 0, "", "Tunnel0", ""),
		route("10.255.0.1/32", rib.NHRP, 250, 255, "10.255.0.1", "Tunnel0", "14s"),
		route("10.255.0.4/32", rib.Local, 0, 0, "", "Tunnel0", ""),
		over,
		route("192.168.2.0/24", rib.EIGRP, 90, 27008000, "10.255.0.2", "Tunnel0", "20s"),
		route("192.168.3.0/24", rib.EIGRP, 90, 28288000, "10.255.0.2", "Tunnel0", "20s"),
		route("192.168.4.0/24", rib.Connected, 0, 0, "", "Loopback1", ""),
		route("192.168.4.1/32", rib.Local, 0, 0, "", "Loopback1", ""),
	}}
	want := capture(t, "iol1715-show-ip-route-next-hop-override.01.txt")
	whole(t, Routes(v, RouteOptions{NextHopOverride: true}), want)

	var plain []string
	for _, l := range strings.SplitAfter(want, "\n") {
		if !strings.Contains(l, "[NHO]") {
			plain = append(plain, l)
		}
	}
	whole(t, Routes(v, RouteOptions{}), strings.Join(plain, ""))
}

func TestCaptureCEF(t *testing.T) {
	r := rib.New()
	r.SetInterface("Tunnel0", true)
	r.Add(rib.Route{Prefix: net("192.168.4.0/24"), Protocol: rib.Static, Distance: 1, NextHop: ip("10.255.0.2"), Interface: "Tunnel0"})
	r.SetShortcut(rib.Override{Prefix: net("192.168.4.0/24"), NextHop: ip("10.255.0.4"), Interface: "Tunnel0"})
	v := &View{Now: now, FIB: r.FIB(), Routes: r.Best()}
	whole(t, CEFTo(v, ip("192.168.4.10"), false), capture(t, "iol1715-show-ip-cef-word.01.txt"))
}

func TestCaptureRunningInterface(t *testing.T) {
	want := capture(t, "iol1715-show-running-config-interface.01.txt")
	_, block, _ := strings.Cut(want, "bytes\n!\n")
	whole(t, RunningInterface(strings.TrimSuffix(block, "end\n")), want)
	whole(t, RunningInterface(block), want)
}

package show

import (
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"axle/dataplane"
	"axle/nhrp/engine"
)

// bare compares two texts line by line without the blanks at line ends, which
// older tools strip.
func bare(t *testing.T, got, want string) {
	t.Helper()
	strip := func(s string) string {
		lines := strings.Split(s, "\n")
		for i := range lines {
			lines[i] = strings.TrimRight(lines[i], " ")
		}
		return strings.TrimRight(strings.Join(lines, "\n"), "\n")
	}
	if g, w := strip(got), strip(want); g != w {
		t.Errorf("the screen differs from the capture:\n%s", diff(w, g))
	}
}

// from cuts s at the first occurrence of mark, which stays.
func from(t *testing.T, s, mark string) string {
	t.Helper()
	i := strings.Index(s, mark)
	if i < 0 {
		t.Fatalf("no %q in the text", mark)
	}
	return s[i:]
}

// The two screens that a public note about a hub and three spokes shows.
func TestNoteScreens(t *testing.T) {
	b, err := os.ReadFile("../../../shared/seeds/003_5261e9ffdeec9d3e.txt")
	if err != nil {
		t.Skipf("no notes here: %v", err)
	}
	note := string(b)
	cut := func(command string) string {
		s := from(t, note, command)
		_, s, _ = strings.Cut(s, "\n")
		s, _, _ = strings.Cut(s, "iosv-0#")
		return s
	}
	v := overlay("10.0.0.1/24", "",
		entry("10.0.0.11/32", "10.0.0.11", "203.0.113.11", engine.Dynamic, regist, "31m47s"),
		entry("10.0.0.12/32", "10.0.0.12", "203.0.113.12", engine.Dynamic, regist, "31m31s"),
		entry("10.0.0.13/32", "10.0.0.13", "203.0.113.13", engine.Dynamic, regist, "32m16s"))
	// The note's release has an older legend.
	if got, want := from(t, DMVPN(v, DMVPNOptions{}), "====="), from(t, cut("iosv-0#show dmvpn"), "====="); got != want {
		t.Error(diff(want, got))
	}
	if got, want := NHRP(v, NHRPOptions{Brief: true}), cut("iosv-0#show ip nhrp brief"); got != want {
		t.Error(diff(want, got))
	}
}

func TestCaptureIPv6Peers(t *testing.T) {
	v := overlay("192.2.1.1/8", "",
		entry("192.2.1.122/32", "192.2.1.122", "2001:db8:1201::122", engine.Dynamic, regist, "139s"),
		entry("192.3.1.123/32", "192.3.1.123", "2001:db8:1202::123", engine.Dynamic, regist, "128s"))
	v.NHRP.Tunnels[0].Name = "Tunnel1"
	bare(t, DMVPN(v, DMVPNOptions{}), capture(t, "show-dmvpn.01.txt"))

	v = overlay("10.0.0.1/24", "fd00:192::1101",
		entry("fd00:192::1101/128", "fd00:192::1101", "2001:db8:1101::222", engine.Static, 0, "77h"))
	v.NHRP.Tunnels[0].Name = "Tunnel1"
	bare(t, from(t, DMVPN(v, DMVPNOptions{IPv6: true}), "====="), from(t, capture(t, "show-dmvpn-ipv6.01.txt"), "====="))
}

func TestCaptureTwoTunnels(t *testing.T) {
	want := capture(t, "show-ip-nhrp-detail.01.txt")
	l := entry("100.0.0.1/32", "100.0.0.1", "102.1.1.1", engine.Dynamic, router|unique|local, "42s")
	l.NoSocket, l.Expires = true, after("139s")
	l.Requesters = []engine.Requester{{Addr: ip("100.0.0.2"), RequestID: 97}}
	v := overlay("100.0.0.1/24", "100.0.0.100",
		entry("100.0.0.2/32", "100.0.0.2", "103.1.1.1", engine.Dynamic, router|nhop|ribFlag, "42s"),
		entry("100.0.0.100/32", "100.0.0.100", "101.1.1.1", engine.Static, 0, "1728h"),
		l, entry("123.1.1.0/24", "100.0.0.2", "103.1.1.1", engine.Dynamic, router|ribFlag, "42s"))
	two := overlay("111.0.0.1/24", "111.0.0.100",
		entry("111.0.0.100/32", "111.0.0.100", "111.1.1.1", engine.Static, 0, "1728h"))
	v.NHRP.Tunnels = append(v.NHRP.Tunnels, two.NHRP.Tunnels[0])
	v.NHRP.Tunnels[0].Name, v.NHRP.Tunnels[1].Name = "Tunnel100", "Tunnel111"
	for i, e := range v.NHRP.Tunnels[0].Entries {
		if e.Flags&local == 0 && e.Type == engine.Dynamic {
			v.NHRP.Tunnels[0].Entries[i].Expires = after("137s")
		}
	}
	bare(t, NHRP(v, NHRPOptions{Detail: true}), strings.TrimPrefix(want, "show ip nhrp detail\n"))
}

func TestCaptureSummary(t *testing.T) {
	bare(t, NHRPSummary(&View{}), capture(t, "show-ip-nhrp-summary.01.txt"))
}

func TestCaptureEmptyCEF(t *testing.T) {
	bare(t, CEF(&View{}), capture(t, "show-ip-cef.09.txt"))
}

func TestCaptureTunnelInterface(t *testing.T) {
	want := from(t, capture(t, "session-capture-dmvpn.05.txt"), "Tunnel0 is up")
	want, _, _ = strings.Cut(want, "HQ1#")
	v := &View{Now: now, Interfaces: []Interface{{
		Name: "Tunnel0", Kind: dataplane.TunnelGRE, LineUp: true, ProtocolUp: true, Description: "DMVPN-PH2-HUB",
		Addrs: []netip.Prefix{net("10.10.10.1/24")}, MTU: 17916, Bandwidth: 100, Delay: 50000, LoadInterval: 5 * time.Minute,
		Tunnel:    &Tunnel{Source: ip("192.0.2.1"), SourceIf: "GigabitEthernet0/0", Multipoint: true, TTL: 255, TransportMTU: 1476},
		LastInput: before("132s"), LastOutput: before("132s"), LastClear: before("53m39s"),
		Counters: CounterValues{InPackets: 98, InBytes: 12317, OutPackets: 98, OutBytes: 12977},
	}}}
	bare(t, Interfaces(v, "Tunnel0"), want)
}

func TestCaptureLoopback(t *testing.T) {
	want := from(t, capture(t, "show-interfaces.06.txt"), "Loopback1 is up")
	want, _, _ = strings.Cut(want, "Tunnel0 is up")
	v := &View{Now: now, Interfaces: []Interface{{
		Name: "Loopback1", Kind: dataplane.Loopback, LineUp: true, ProtocolUp: true,
		Addrs: []netip.Prefix{net("10.81.1.1/24")}, MTU: 1514, Bandwidth: 8000000, Delay: 5000,
		LastInput: before("3h3m52s"), Counters: CounterValues{OutPackets: 19, OutBytes: 1444},
	}}}
	whole(t, Interfaces(v, ""), want)
}

func TestCaptureDescriptions(t *testing.T) {
	v := &View{}
	for _, r := range strings.Split(capture(t, "show-interfaces-description.01.txt"), "\n")[1:11] {
		f := strings.Fields(r)
		i := Interface{Name: f[0], Short: f[0], AdminDown: f[1] == "admin", LineUp: f[1] == "up"}
		if i.AdminDown {
			f = f[1:]
		}
		i.ProtocolUp = f[2] == "up"
		i.Description = strings.Join(f[3:], " ")
		v.Interfaces = append(v.Interfaces, i)
	}
	want := strings.Join(strings.Split(capture(t, "show-interfaces-description.01.txt"), "\n")[:11], "\n")
	bare(t, InterfaceDescriptions(v), want)
}

func TestCaptureInterfaceBrief(t *testing.T) {
	want := capture(t, "show-ip-interface-brief.01.txt")
	v := &View{}
	for _, r := range strings.Split(strings.TrimSpace(want), "\n")[1:] {
		f := strings.Fields(r)
		i := Interface{Name: f[0], Method: f[3], AdminDown: f[4] == "administratively", LineUp: f[4] == "up"}
		if a, err := netip.ParseAddr(f[1]); err == nil {
			i.Addrs = []netip.Prefix{netip.PrefixFrom(a, 24)}
		}
		i.ProtocolUp = f[len(f)-1] == "up"
		v.Interfaces = append(v.Interfaces, i)
	}
	bare(t, InterfaceBrief(v), want)
}

func TestCaptureProtocols(t *testing.T) {
	want := from(t, capture(t, "session-capture-dmvpn.02.txt"), "*** IP Routing")
	want, _, _ = strings.Cut(want, "Routing Protocol is \"eigrp")
	bare(t, Protocols(overlay("10.0.0.1/24", "")), want)
}

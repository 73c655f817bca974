package show

import (
	"math"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"axle/dataplane"
	"axle/nhrp/engine"
	"axle/rib"
)

// A dice throws odd values: nothing, everything, too much.
type dice struct{ *rand.Rand }

func (d dice) bool() bool { return d.IntN(2) == 0 }

func (d dice) addr(six bool) netip.Addr {
	switch d.IntN(8) {
	case 0:
		return netip.Addr{}
	case 1:
		return ip("255.255.255.255")
	case 2:
		if six {
			return ip("fe80::ffff:1234:5678:9abc%eth0")
		}
	case 3:
		if six {
			return ip("::ffff:10.0.0.1")
		}
	}
	return netip.AddrFrom4([4]byte{byte(d.IntN(256)), byte(d.IntN(4)), byte(d.IntN(4)), byte(d.IntN(256))})
}

func (d dice) prefix(six bool) netip.Prefix {
	return netip.PrefixFrom(d.addr(six), d.IntN(35)-1)
}

func (d dice) time() time.Time {
	switch d.IntN(5) {
	case 0:
		return time.Time{}
	case 1:
		return time.Unix(math.MaxInt32*1000, 0)
	case 2:
		return time.Unix(-1<<40, 0)
	}
	return now.Add(time.Duration(d.Int64()))
}

func (d dice) count() uint64 {
	return [...]uint64{0, 1, 99999, math.MaxUint64}[d.IntN(4)]
}

func (d dice) text() string {
	return [...]string{"", "Tunnel0", "GigabitEthernet100/100/100.4000000", "Null0", "%d%s", "x"}[d.IntN(6)]
}

// view throws a whole view; six allows IPv6 addresses in it.
func (d dice) view(six bool) *View {
	v := &View{
		Now: d.time(), Boot: d.time(), Hostname: d.text(), Version: d.text(), Serial: d.text(),
		ReloadReason: d.text(), ClockSet: d.bool(), Memory: d.count(),
	}
	for range d.IntN(4) {
		t := engine.TunnelState{Usage: int(d.count())}
		t.Name, t.Up, t.NBMA, t.Dest, t.Addr = d.text(), d.bool(), d.addr(six), d.addr(six), d.prefix(six)
		t.NetworkID, t.Multipoint, t.MaxSend, t.MaxSendEvery = uint32(d.IntN(2)), d.bool(), int(d.count()), time.Duration(d.Int64())
		for range d.IntN(6) {
			t.Entries = append(t.Entries, engine.Entry{
				Prefix: d.prefix(six), NextHop: d.addr(six), NBMA: d.addr(six), Claimed: d.addr(six),
				Type: engine.EntryType(d.IntN(4)), Flags: engine.EntryFlags(d.Uint32()), NoSocket: d.bool(),
				Created: d.time(), Expires: d.time(), State: engine.PeerState(d.IntN(7)), Since: d.time(), Hits: d.count(),
				Requesters: []engine.Requester{{Addr: d.addr(six)}},
			})
		}
		for range d.IntN(3) {
			t.Servers = append(t.Servers, engine.Server{
				ServerConfig: engine.ServerConfig{Addr: d.addr(six), NBMA: d.addr(six)}, NBMA: d.addr(six),
				Expecting: d.bool(), Responding: d.bool(), Waiting: d.bool(), Pending: d.bool(),
				Sent: d.count(), LastReply: d.time(), Retry: time.Duration(d.Int64()),
			})
		}
		t.Multicast = []engine.MulticastDest{{NBMA: d.addr(six), Kind: engine.MulticastKind(d.IntN(5))}}
		for op := range t.Sent.Count {
			t.Sent.Count[op] = d.count()
		}
		v.NHRP.Tunnels = append(v.NHRP.Tunnels, t)
	}
	d.tables(v, six)
	return v
}

// tables throws interfaces, routes and neighbours.
func (d dice) tables(v *View, six bool) {
	for range d.IntN(5) {
		f := Interface{
			Name: d.text(), Short: d.text(), Kind: dataplane.IfKind(d.IntN(6)), Description: d.text(), AdminDown: d.bool(),
			LineUp: d.bool(), ProtocolUp: d.bool(), Method: d.text(), MTU: int(d.count()), Bandwidth: int(d.count()),
			LoadInterval: time.Duration(d.Int64()), LastInput: d.time(), InputRate: Rate{Bits: d.count()},
		}
		if d.bool() {
			f.Tunnel = &Tunnel{Source: d.addr(six), SourceIf: d.text(), Dest: d.addr(six), HasKey: d.bool(), Key: d.Uint32()}
		}
		for range d.IntN(3) {
			f.Addrs = append(f.Addrs, d.prefix(six))
		}
		v.Interfaces = append(v.Interfaces, f)
	}
	for range d.IntN(8) {
		e := rib.Entry{Prefix: d.prefix(six)}
		for range d.IntN(3) {
			e.Paths = append(e.Paths, rib.Route{
				Prefix: e.Prefix, Protocol: rib.Protocol(d.IntN(10)), Metric: d.Uint32(), NextHop: d.addr(six), Interface: d.text(), Since: d.time(),
			})
		}
		if d.bool() {
			e.Override = &rib.Override{NextHop: d.addr(six), Since: d.time()}
		}
		v.Routes = append(v.Routes, e)
	}
	if d.bool() {
		r := rib.New()
		r.SetInterface("Tunnel0", true)
		for range d.IntN(8) {
			r.Add(rib.Route{Prefix: d.prefix(six).Masked(), Protocol: rib.Static, Distance: 1, Interface: "Tunnel0"})
		}
		v.FIB = r.FIB()
	}
	for range d.IntN(4) {
		v.Adjacencies = append(v.Adjacencies, Adjacency{
			Interface: d.text(), Address: d.addr(six), NBMA: d.addr(six), Incomplete: d.bool(), Bytes: d.count(), Encap: make([]byte, d.IntN(40)), Under: v.FIB,
		})
	}
}

// No view makes a screen panic or end within a line.
func TestAnyView(t *testing.T) {
	for seed := range uint64(3000) {
		d := dice{rand.New(rand.NewPCG(seed, 17))}
		v := d.view(true)
		kind := [...]string{"", "dynamic", "static", "incomplete", "local", "remote", "shortcut", "x"}[d.IntN(8)]
		log := Log{BufferSize: d.IntN(3) - 1, BufferLevel: d.IntN(12) - 2, Console: d.IntN(12) - 2, Monitor: d.IntN(12) - 2}
		for name, text := range map[string]string{
			"DMVPN":        DMVPN(v, DMVPNOptions{Detail: d.bool(), Static: d.bool(), NBMA: d.addr(true), Peer: d.addr(true), IPv6: d.bool()}),
			"NHRP":         NHRP(v, NHRPOptions{Kind: kind, Brief: d.bool(), Detail: d.bool(), Prefix: d.prefix(true)}),
			"summary":      NHRPSummary(v),
			"servers":      NHRPServers(v, d.bool(), ""),
			"traffic":      NHRPTraffic(v, d.bool(), ""),
			"multicast":    NHRPMulticast(v, ""),
			"routes":       Routes(v, RouteOptions{NextHopOverride: d.bool(), Protocol: d.text()}),
			"route":        RouteTo(v, d.addr(true)),
			"routeSummary": RouteSummary(v),
			"cef":          CEF(v),
			"cefTo":        CEFTo(v, d.addr(true), d.bool()),
			"adjacency":    Adjacencies(v, d.bool(), ""),
			"brief":        InterfaceBrief(v),
			"ip":           IPInterface(v, ""),
			"interfaces":   Interfaces(v, d.text()),
			"descriptions": InterfaceDescriptions(v),
			"version":      Version(v),
			"clock":        Clock(v),
			"protocols":    Protocols(v),
			"logging":      Logging(v, log),
			"running":      Running(v, d.text(), d.time(), d.text()),
			"startup":      Startup(d.text()),
		} {
			if text != "" && !strings.HasSuffix(text, "\n") {
				t.Fatalf("seed %d: %s ends within a line: %q", seed, name, text)
			}
			if strings.Contains(text, "%!") && !strings.Contains(text, "%d%s") {
				t.Fatalf("seed %d: %s has a bad format:\n%s", seed, name, text)
			}
		}
	}
}

// With IPv4 alone each row of "show dmvpn" fills its columns exactly.
func TestDMVPNColumns(t *testing.T) {
	rows := 0
	for seed := range uint64(2000) {
		d := dice{rand.New(rand.NewPCG(seed, 18))}
		v := d.view(false)
		for detail, want := range map[bool]int{false: 59, true: 77} {
			table := false
			for _, l := range strings.Split(DMVPN(v, DMVPNOptions{Detail: detail}), "\n") {
				switch {
				case strings.HasPrefix(strings.TrimSpace(l), "----- ---"):
					table = true
				case l == "":
					table = false
				case table:
					rows++
					if len(l) != want {
						t.Fatalf("seed %d: %d columns, want %d: %q", seed, len(l), want, l)
					}
				}
			}
		}
	}
	if rows < 1000 {
		t.Errorf("only %d rows seen", rows)
	}
}

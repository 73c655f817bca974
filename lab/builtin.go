package lab

import (
	"embed"
	"fmt"
	"net/netip"
	"strings"
	"text/template"
	"time"
)

//go:embed builtin/*.tmpl
var builtinFiles embed.FS

var builtinTemplates = template.Must(template.ParseFS(builtinFiles, "builtin/*.tmpl"))

// A Builtin is a network that comes with the program.
type Builtin struct {
	Name   string
	Help   string
	spokes int // unless asked otherwise
	make   func(spokes int) (*Topology, error)
}

// Builtins returns the networks that come with the program.
func Builtins() []Builtin {
	phase := func(n int) func(int) (*Topology, error) {
		return func(spokes int) (*Topology, error) {
			return planTopology(fmt.Sprintf("phase%d", n), newPlan(n, spokes))
		}
	}
	ipsec := func(spokes int) (*Topology, error) { return planTopology("ipsec", newProtectedPlan(spokes)) }
	nat := func(spokes int) (*Topology, error) { return natTopology("nat", newPlan(3, spokes)) }
	natIPsec := func(spokes int) (*Topology, error) { return natTopology("nat-ipsec", newProtectedPlan(spokes)) }
	over := func(name string, four, six, over6 bool) func(int) (*Topology, error) {
		return func(spokes int) (*Topology, error) {
			p := newPlan(3, spokes)
			p.Four, p.Six, p.Over6 = four, six, over6
			return planTopology(name, p)
		}
	}
	return []Builtin{
		{"phase1", "hub and spokes, point-to-point tunnels: every packet by the hub", 3, phase(1)},
		{"phase2", "multipoint tunnels, routes to each spoke: tunnels from spoke to spoke by next hop", 3, phase(2)},
		{"phase3", "multipoint tunnels, one summary route: tunnels from spoke to spoke by redirect and shortcut", 3, phase(3)},
		{"ipsec", "phase3 with tunnel protection: IKEv2 with a pre-shared key, ESP in transport mode", 3, ipsec},
		{"ipv6", "phase 3 with IPv6 in the tunnels, over IPv4", 3, over("ipv6", false, true, false)},
		{"over6", "phase 3 with IPv4 in the tunnels, over IPv6", 3, over("over6", true, false, true)},
		{"dual", "phase 3 with IPv4 and IPv6 in the tunnels, over IPv6", 3, over("dual", true, true, true)},
		{"nat", "phase 3 with spokes behind NAT boxes: two behind one, one behind its own, one in the open", 4, nat},
		{"nat-ipsec", "nat with tunnel protection: every spoke has a tunnel, in UDP through the boxes", 4, natIPsec},
	}
}

// maxSpokes bounds the networks that come with the program: their LANs are
// numbered within 10.128.0.0/9.
const maxSpokes = 10000

// FindBuiltin returns a network by name with that many spokes; 0 means as many
// as the network has by itself.
func FindBuiltin(name string, spokes int) (*Topology, bool, error) {
	for _, b := range Builtins() {
		if b.Name == name {
			if spokes == 0 {
				spokes = b.spokes
			}
			if spokes < 1 || spokes > maxSpokes {
				return nil, true, fmt.Errorf("%d spokes: the number goes from 1 to %d", spokes, maxSpokes)
			}
			t, err := b.make(spokes)
			return t, true, err
		}
	}
	return nil, false, nil
}

// A site is a router of a network with its addresses.
type site struct {
	Name    string
	Tunnel  netip.Addr
	NBMA    netip.Addr // its own address on the underlay
	Mask    string     // of NBMA
	Gateway netip.Addr // of the underlay; zero: none
	LAN     netip.Addr // the router's
	Net     netip.Addr // of the LAN, a /24
	Host    netip.Addr

	Tunnel6, NBMA6, LAN6, Net6, Host6 string // the same of IPv6, as IOS writes them; the LAN is a /64
}

// NBMAOf returns the address of the site's tunnel source.
func (p plan) NBMAOf(s site) string {
	if p.Over6 {
		return s.NBMA6
	}
	return s.NBMA.String()
}

// A plan is the addressing of a network.
type plan struct {
	Phase                   int
	Four, Six               bool // what the tunnels carry
	Over6                   bool // the underlay is IPv6
	Hub                     site
	Spokes                  []site
	Me                      site
	TunnelMask              string
	Underlay                int // length of its prefix
	SummaryNet, SummaryMask string
	Crypto                  bool // tunnel protection
	Secrets                 bool // accounts and passwords
	Secret                  string
}

// smallPlan is how many spokes the plan of the documentation prefixes holds.
const smallPlan = 200

// newPlan numbers a network. Up to 200 spokes have 10.0.0.10+N on
// 203.0.113.10+N and 192.168.N.0/24; more get wider prefixes. Of IPv6 they have
// FD00::10+N on 2001:DB8:F::10+N and 2001:DB8:1:N::/64, in hexadecimal.
func newPlan(phase, spokes int) plan {
	p := plan{
		Phase: phase, Four: true, TunnelMask: "255.255.255.0", Underlay: 24,
		SummaryNet: "192.168.0.0", SummaryMask: "255.255.0.0", Secrets: spokes <= smallPlan, Secret: adminSecret,
	}
	at := func(n int) site {
		k := byte(n)
		host := byte(10 + n)
		if n == 0 {
			host = 1
		}
		return site{
			Tunnel: v4(10, 0, 0, host), NBMA: v4(203, 0, 113, host), Mask: "255.255.255.0",
			LAN: v4(192, 168, k, 1), Net: v4(192, 168, k, 0), Host: v4(192, 168, k, 10),
		}
	}
	if spokes > smallPlan {
		p.TunnelMask, p.Underlay = "255.255.0.0", 10
		p.SummaryNet, p.SummaryMask = "10.128.0.0", "255.128.0.0"
		at = func(n int) site {
			h := 10 + n
			if n == 0 {
				h = 1
			}
			a, b, c, d := byte(h>>8), byte(h), byte(128+n>>8), byte(n)
			return site{
				Tunnel: v4(10, 0, a, b), NBMA: v4(100, 64, a, b), Mask: "255.192.0.0",
				LAN: v4(10, c, d, 1), Net: v4(10, c, d, 0), Host: v4(10, c, d, 10),
			}
		}
	}
	p.Hub = at(0).with6(0)
	p.Hub.Name = "hub"
	for n := 1; n <= spokes; n++ {
		s := at(n).with6(n)
		s.Name = fmt.Sprintf("spoke%d", n)
		p.Spokes = append(p.Spokes, s)
	}
	return p
}

// with6 adds the addresses of IPv6 to the n-th site.
func (s site) with6(n int) site {
	host := 0x10 + n
	if n == 0 {
		host = 1
	}
	lan := "2001:DB8:1:"
	if n > 0 {
		lan += fmt.Sprintf("%X:", n)
	}
	s.Tunnel6, s.NBMA6 = fmt.Sprintf("FD00::%X", host), fmt.Sprintf("2001:DB8:F::%X", host)
	s.LAN6, s.Net6, s.Host6 = lan+":1", lan+":", lan+":10"
	return s
}

// newProtectedPlan numbers a phase 3 network with tunnel protection.
func newProtectedPlan(spokes int) plan {
	p := newPlan(3, spokes)
	p.Crypto = true
	return p
}

func v4(a, b, c, d byte) netip.Addr { return netip.AddrFrom4([4]byte{a, b, c, d}) }

// planTopology makes the network of a plan: one hub and some spokes, with a host
// behind each.
func planTopology(network string, p plan) (*Topology, error) {
	t := newTopology(network)
	for i := range len(p.Spokes) + 1 {
		if err := t.addSite(p, i, cloud); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// cloud is the name of the underlay of the networks that come with the program.
const cloud = "internet"

// newTopology returns a network of nothing but the underlay.
func newTopology(name string) *Topology {
	return &Topology{Name: name, Links: []LinkConfig{{Name: cloud, Impairment: Impairment{Delay: 20 * time.Millisecond}}}}
}

// addSite adds the hub (0) or a spoke, with its LAN and the host there.
func (t *Topology) addSite(p plan, i int, underlay string) error {
	p.Me = p.Hub
	name := "hub.tmpl"
	if i > 0 {
		p.Me, name = p.Spokes[i-1], "spoke.tmpl"
	}
	var b strings.Builder
	if err := builtinTemplates.ExecuteTemplate(&b, name, p); err != nil {
		return err
	}
	lan := fmt.Sprintf("lan%d", i)
	t.Links = append(t.Links, LinkConfig{Name: lan})
	t.Nodes = append(t.Nodes, NodeConfig{Name: p.Me.Name, Config: b.String(), Ports: []PortConfig{
		{Name: "GigabitEthernet0/0", Link: underlay}, {Name: "GigabitEthernet0/1", Link: lan},
	}})
	h := HostConfig{Name: fmt.Sprintf("host%d", i), Link: lan}
	if p.Four {
		h.Address, h.Gateway = netip.PrefixFrom(p.Me.Host, 24), p.Me.LAN
	}
	if p.Six {
		h.Address6, h.Gateway6 = netip.PrefixFrom(netip.MustParseAddr(p.Me.Host6), 64), netip.MustParseAddr(p.Me.LAN6)
	}
	t.Hosts = append(t.Hosts, h)
	return nil
}

// adminSecret is the password "admin" as type 9 (scrypt).
const adminSecret = "$9$VsgZgVWhWpdgod$CGvWdIfs.antvnGobW/xsCLyKutRdLt.59YQELdaqWE"

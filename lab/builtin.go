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
	ipsec := func(spokes int) (*Topology, error) {
		p := newPlan(3, spokes)
		p.Crypto = true
		return planTopology("ipsec", p)
	}
	return []Builtin{
		{"phase1", "hub and spokes, point-to-point tunnels: every packet by the hub", 3, phase(1)},
		{"phase2", "multipoint tunnels, routes to each spoke: tunnels from spoke to spoke by next hop", 3, phase(2)},
		{"phase3", "multipoint tunnels, one summary route: tunnels from spoke to spoke by redirect and shortcut", 3, phase(3)},
		{"ipsec", "phase3 with tunnel protection: IKEv2 with a pre-shared key, ESP in transport mode", 3, ipsec},
		{"nat", "phase 3 with spokes behind NAT boxes: two behind one, one behind its own, one in the open", 4, natTopology},
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
}

// A plan is the addressing of a network.
type plan struct {
	Phase                   int
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
// 203.0.113.10+N and 192.168.N.0/24; more get wider prefixes.
func newPlan(phase, spokes int) plan {
	p := plan{
		Phase: phase, TunnelMask: "255.255.255.0", Underlay: 24,
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
	p.Hub = at(0)
	p.Hub.Name = "hub"
	for n := 1; n <= spokes; n++ {
		s := at(n)
		s.Name = fmt.Sprintf("spoke%d", n)
		p.Spokes = append(p.Spokes, s)
	}
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
	t.Hosts = append(t.Hosts, HostConfig{Name: fmt.Sprintf("host%d", i), Address: netip.PrefixFrom(p.Me.Host, 24), Gateway: p.Me.LAN, Link: lan})
	return nil
}

// adminSecret is the password "admin" as type 9 (scrypt).
const adminSecret = "$9$VsgZgVWhWpdgod$CGvWdIfs.antvnGobW/xsCLyKutRdLt.59YQELdaqWE"

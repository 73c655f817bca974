package ios

import (
	"net/netip"
	"strings"
	"time"

	"axle/cli/grammar"
)

// A BGP is the BGP process. RFC 4271.
type BGP struct {
	AS          uint32
	RouterID    netip.Addr // zero: chosen from the interfaces
	LogChanges  bool       // on by default
	IPv4Unicast bool       // bgp default ipv4-unicast: neighbors are active without a word; on by default
	Listen      []BGPListen
	ListenLimit int           // dynamic neighbors; 100
	Keepalive   time.Duration // 60 s
	Hold        time.Duration // 180 s
	Peers       []BGPPeer     // neighbors and peer groups of the process, as entered
	// Families are the process itself, whose Name is "", and its address families.
	Families []BGPFamily
}

// A BGPListen is a range from which neighbors may connect.
type BGPListen struct {
	Range netip.Prefix
	Group string // peer group
}

// A BGPFamily is what is announced in a family.
type BGPFamily struct {
	Name         string // as shown behind "address-family": "ipv4", "ipv4 vrf V"; "": in the process
	Networks     []BGPNetwork
	Redistribute []Redistribution
	Aggregates   []string  // as typed
	Peers        []BGPPeer // what the family says of neighbors
}

// A BGPNetwork is a prefix that is announced when it is in the routing table.
type BGPNetwork struct {
	Prefix   netip.Prefix // masked
	RouteMap string
	Backdoor bool
}

// A BGPPeer is a neighbor, or a peer group.
type BGPPeer struct {
	Name         string // address, or the name of a peer group
	Group        bool   // a peer group
	PeerGroup    string // the group that it is of
	RemoteAS     uint32 // 0: not said here
	UpdateSource string // interface
	Password     Secret // of TCP MD5; zero: none
	Description  string
	Shutdown     bool
	Activate     bool // said by the line "activate"
	Deactivate   bool // said by the line "no ... activate"
	NextHopSelf  bool
	NextHopAll   bool          // next-hop-self all
	Reflector    bool          // route-reflector-client
	MultiHop     int           // ebgp-multihop; 0: none, 255 without a number
	Keepalive    time.Duration // 0: as the process
	Hold         time.Duration // 0: as the process
	DefaultRoute bool          // default-originate
	SoftInbound  bool          // soft-reconfiguration inbound
	Weight       int           // -1: none
	BFD          bool          // fall-over bfd
	// Filters by direction; "": none.
	RouteMapIn, RouteMapOut     string
	PrefixListIn, PrefixListOut string
	Others                      []string // the other lines, without "neighbor" and the name
}

// bgp reads the BGP process; nil where there is none.
func (d *decoder) bgp(t *grammar.Tree) *BGP {
	s := t.Find(routerBGP)
	if s == nil || s.Line.No {
		return nil
	}
	b := &BGP{
		AS: uint32(number(s.Line, "asn")), LogChanges: d.on(s, bgpLog), IPv4Unicast: d.on(s, bgpUnicast), ListenLimit: 100,
		Keepalive: 60 * time.Second, Hold: 180 * time.Second, Peers: d.bgpPeers(s),
	}
	if l := d.line(s, bgpRouterID); l != nil {
		b.RouterID, _ = netip.ParseAddr(l.Args["line"]) // "vrf auto-assign" gives none
	}
	for l := range d.lines(s, bgpListenRange) {
		p, err := netip.ParsePrefix(l.Args["range"])
		if err == nil {
			b.Listen = append(b.Listen, BGPListen{p, l.Args["name"]})
		}
	}
	if l := d.line(s, bgpListenLimit); l != nil {
		b.ListenLimit = number(l, "n")
	}
	if l := d.line(s, bgpTimers); l != nil {
		b.Keepalive, b.Hold = timersOf(l.Args["line"])
	}
	b.Families = append(b.Families, d.bgpFamily(s, ""))
	b.Families[0].Peers = nil // they are those of the process
	for f := range s.Lines(bgpFamily) {
		b.Families = append(b.Families, d.bgpFamily(f, f.Line.Args["line"]))
	}
	return b
}

// timersOf reads "10 30": keepalive and hold time in seconds.
func timersOf(line string) (keepalive, hold time.Duration) {
	w := append(strings.Fields(line), "0", "0")
	return time.Duration(atoi(w[0])) * time.Second, time.Duration(atoi(w[1])) * time.Second
}

// bgpFamily reads the process or a family.
func (d *decoder) bgpFamily(s *grammar.Tree, name string) BGPFamily {
	f := BGPFamily{Name: name, Redistribute: d.redistributions(s), Peers: d.bgpPeers(s)}
	for l := range d.lines(s, bgpNetwork) {
		bits := maskBits(l.Args["mask"])
		if l.Args["mask"] == "" {
			bits = maskBits(dottedQuad(^classWildcard(ipBits(addr(l, "network")))))
		}
		f.Networks = append(f.Networks, BGPNetwork{netip.PrefixFrom(addr(l, "network"), bits).Masked(), l.Args["name"], l.Has("backdoor")})
	}
	for l := range d.lines(s, bgpNetwork6) {
		if p, err := netip.ParsePrefix(l.Args["prefix6"]); err == nil {
			f.Networks = append(f.Networks, BGPNetwork{Prefix: p.Masked(), RouteMap: l.Args["name"]})
		}
	}
	for l := range d.lines(s, bgpAggregate) {
		f.Aggregates = append(f.Aggregates, l.Args["line"])
	}
	return f
}

// bgpPeers reads the neighbors of a section, in the order of their first lines.
func (d *decoder) bgpPeers(s *grammar.Tree) []BGPPeer {
	var out []BGPPeer
	at := map[string]int{}
	peer := func(name string) *BGPPeer {
		i, ok := at[name]
		if !ok {
			i = len(out)
			at[name], out = i, append(out, BGPPeer{Name: name, Weight: -1})
		}
		return &out[i]
	}
	for l := range d.lines(s, bgpNeighbor) {
		peer(l.Args["peer-name"]).take(l)
	}
	for l := range d.lines(s, neighborPassword) {
		peer(l.Args["peer-name"]).Password = secretOf(l)
	}
	for x := range s.Lines(bgpActivate) {
		p := peer(x.Line.Args["peer-name"])
		p.Activate, p.Deactivate = !x.Line.No, x.Line.No
	}
	return out
}

// take reads one line of a neighbor.
func (p *BGPPeer) take(l *grammar.Line) {
	rest := l.Args["line"]
	first, _, _ := strings.Cut(rest, " ")
	switch l.Args["attribute"] {
	case "":
		switch {
		case l.Args["asn"] != "":
			p.RemoteAS = uint32(number(l, "asn"))
		case l.Args["interface"] != "":
			p.UpdateSource = l.Args["interface"]
		case l.Args["name"] != "":
			p.PeerGroup = l.Args["name"]
		default:
			p.Group = true
		}
	case "description":
		p.Description = rest
	case "shutdown":
		p.Shutdown = true
	case "next-hop-self":
		p.NextHopSelf, p.NextHopAll = true, rest == "all"
	case "route-reflector-client":
		p.Reflector = true
	case "ebgp-multihop":
		if p.MultiHop = atoi(rest); p.MultiHop == 0 {
			p.MultiHop = 255
		}
	case "timers":
		p.Keepalive, p.Hold = timersOf(rest)
	case "default-originate":
		p.DefaultRoute = true
	case "soft-reconfiguration":
		p.SoftInbound = true
	case "weight":
		p.Weight = atoi(rest)
	case "route-map in":
		p.RouteMapIn = first
	case "route-map out":
		p.RouteMapOut = first
	case "prefix-list in":
		p.PrefixListIn = first
	case "prefix-list out":
		p.PrefixListOut = first
	default:
		p.BFD = p.BFD || l.Args["attribute"] == "fall-over" && first == "bfd"
		p.Others = append(p.Others, strings.Join(l.Words[2:], " "))
	}
}

package ios

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"axle/cli/grammar"
)

// An OSPF is an OSPF process of IPv4. RFC 2328.
type OSPF struct {
	Process   int    // 1 to 65535
	VRF       string // "" for the global table
	Shutdown  bool
	RouterID  netip.Addr // zero: chosen from the interfaces
	Reference int        // Mbit/s; 100
	Networks  []OSPFNetwork
	Areas     []OSPFArea // in the order in which they are first named

	Passive      bool            // passive-interface default
	PassiveOn    map[string]bool // by interface: what differs from Passive
	MaximumPaths int             // 4
	// Originate is set by "default-information originate".
	Originate    bool
	Always       bool
	Redistribute []Redistribution
	Interfaces   map[string]OSPFInterface // those with a line of OSPF that is of this process or of all
}

// An OSPFNetwork puts the interfaces with such an address into an area.
type OSPFNetwork struct {
	WildcardAddr
	Area uint32
}

// An OSPFArea is what a process says of an area.
type OSPFArea struct {
	ID        uint32
	Stub      bool // RFC 2328 §3.6
	NSSA      bool // RFC 3101
	NoSummary bool // of a stub or an NSSA
	Ranges    []OSPFRange
	Options   []string // the other lines, as typed
}

// An OSPFRange is an area range. RFC 2328 §3.5.
type OSPFRange struct {
	Prefix       netip.Prefix // masked
	NotAdvertise bool
}

// An OSPFInterface are the settings of an interface.
type OSPFInterface struct {
	HasArea        bool // "ip ospf N area A" of this process
	Area           uint32
	Network        string        // "broadcast", "non-broadcast", "point-to-multipoint", "point-to-point"; "": by kind of interface
	Hello          time.Duration // 0: default, 10 s, or 30 s on non-broadcast and point-to-multipoint
	Dead           time.Duration // 0: four times the hello interval
	Retransmit     time.Duration // 5 s
	TransmitDelay  time.Duration // 1 s
	Priority       int           // 1
	Cost           int           // 0: from the bandwidth
	IgnoreMTU      bool
	Shutdown       bool
	Authentication string         // "simple", "message-digest", "null", "key-chain NAME"; "": as the area says
	Key            Secret         // simple password
	Digests        map[int]Secret // MD5 keys by their numbers
}

// areaID reads an area, decimal or dotted.
func areaID(s string) uint32 {
	if a, err := netip.ParseAddr(s); err == nil && a.Is4() {
		return ipBits(a)
	}
	n, _ := strconv.ParseUint(s, 10, 32) // the grammar lets nothing else through
	return uint32(n)
}

// ospf reads the OSPF processes of IPv4.
func (d *decoder) ospf(t *grammar.Tree) []OSPF {
	var out []OSPF
	for s := range t.Lines(routerOSPF) {
		p := OSPF{
			Process: number(s.Line, "process"), VRF: s.Line.Args["word"], Shutdown: d.shut(s), Reference: 100, MaximumPaths: 4,
			Passive: d.line(s, passiveAll) != nil, PassiveOn: map[string]bool{}, Redistribute: d.redistributions(s), Areas: d.ospfAreas(s),
		}
		if l := d.line(s, ospfRouterID); l != nil {
			p.RouterID = addr(l, "address")
		}
		if l := d.line(s, ospfReference); l != nil {
			p.Reference = number(l, "n")
		}
		if l := d.line(s, ospfPaths); l != nil {
			p.MaximumPaths = number(l, "n")
		}
		for l := range d.lines(s, ospfNetwork) {
			p.Networks = append(p.Networks, OSPFNetwork{WildcardAddr{ipBits(addr(l, "network")), ipBits(addr(l, "wildcard"))}, areaID(l.Args["area"])})
		}
		for x := range s.Lines(passiveInterface) {
			p.PassiveOn[x.Line.Args["interface"]] = !x.Line.No
		}
		if l := d.line(s, ospfOriginate); l != nil {
			p.Originate, p.Always = true, strings.Contains(" "+l.Args["line"]+" ", " always ")
		}
		p.Interfaces = d.ospfInterfaces(t, s.Line.Args["process"])
		out = append(out, p)
	}
	return out
}

// ospfAreas reads the lines of areas.
func (d *decoder) ospfAreas(s *grammar.Tree) []OSPFArea {
	var out []OSPFArea
	at := map[uint32]int{}
	for l := range d.lines(s, ospfArea) {
		id := areaID(l.Args["area"])
		i, ok := at[id]
		if !ok {
			i = len(out)
			at[id], out = i, append(out, OSPFArea{ID: id})
		}
		a, words := &out[i], strings.Fields(l.Args["line"])
		switch word := words[0]; {
		case word == "stub" || word == "nssa":
			a.Stub, a.NSSA = a.Stub || word == "stub", a.NSSA || word == "nssa"
			a.NoSummary = a.NoSummary || strings.Contains(l.Args["line"], "no-summary")
		case word == "range" && len(words) > 2:
			base, err := netip.ParseAddr(words[1])
			if err != nil {
				break
			}
			a.Ranges = append(a.Ranges, OSPFRange{netip.PrefixFrom(base, maskBits(words[2])).Masked(), strings.Contains(l.Args["line"], "not-advertise")})
		default:
			a.Options = append(a.Options, l.Args["line"])
		}
	}
	return out
}

// ospfInterfaces reads the OSPF lines of interfaces, as the process sees them.
func (d *decoder) ospfInterfaces(t *grammar.Tree, process string) map[string]OSPFInterface {
	out := map[string]OSPFInterface{}
	for s := range t.Lines(InterfaceCmd) {
		i, found := OSPFInterface{Retransmit: 5 * time.Second, TransmitDelay: time.Second, Priority: 1}, false
		for l := range d.lines(s, ifOSPFArea) {
			if l.Args["process"] == process {
				i.HasArea, i.Area, found = true, areaID(l.Args["area"]), true
			}
		}
		for l := range d.lines(s, ifOSPFDigest) {
			if i.Digests == nil {
				i.Digests = map[int]Secret{}
			}
			i.Digests[number(l, "key-id")], found = secretOf(l), true
		}
		seconds := func(l *grammar.Line) time.Duration { return time.Duration(number(l, "seconds")) * time.Second }
		for _, one := range []struct {
			c   *grammar.Command
			set func(l *grammar.Line)
		}{
			{ifOSPFNetwork, func(l *grammar.Line) { i.Network = strings.Join(l.Words[3:], " ") }},
			{ifOSPFHello, func(l *grammar.Line) { i.Hello = seconds(l) }},
			{ifOSPFDead, func(l *grammar.Line) { i.Dead = seconds(l) }},
			{ifOSPFRetransmit, func(l *grammar.Line) { i.Retransmit = seconds(l) }},
			{ifOSPFDelay, func(l *grammar.Line) { i.TransmitDelay = seconds(l) }},
			{ifOSPFPriority, func(l *grammar.Line) { i.Priority = number(l, "priority") }},
			{ifOSPFCost, func(l *grammar.Line) { i.Cost = number(l, "process") }},
			{ifOSPFIgnoreMTU, func(*grammar.Line) { i.IgnoreMTU = true }},
			{ifOSPFShutdown, func(*grammar.Line) { i.Shutdown = true }},
			{ifOSPFKey, func(l *grammar.Line) { i.Key = secretOf(l) }},
			{ifOSPFAuth, func(l *grammar.Line) {
				if i.Authentication = strings.Join(l.Words[3:], " "); i.Authentication == "" {
					i.Authentication = "simple"
				}
			}},
		} {
			if l := d.line(s, one.c); l != nil {
				one.set(l)
				found = true
			}
		}
		if found {
			out[s.Line.Args["interface"]] = i
		}
	}
	return out
}

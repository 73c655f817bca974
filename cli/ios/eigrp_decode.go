package ios

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"axle/cli/grammar"
)

// An EIGRP is an EIGRP process of IPv4: a classic one, or an address family of
// a named one. RFC 7868.
type EIGRP struct {
	Name     string // of the virtual instance; "" for a classic process
	AS       int    // 1 to 65535
	VRF      string // "" for the global table
	Shutdown bool
	RouterID netip.Addr // zero: chosen from the interfaces
	Networks []WildcardAddr
	Stub     EIGRPStub

	Passive      bool            // passive-interface default
	PassiveOn    map[string]bool // by interface: what differs from Passive
	Neighbors    []string        // static neighbors, as typed
	Redistribute []Redistribution

	Variance         int // 1
	MaximumPaths     int // 4
	InternalDistance int // 90
	ExternalDistance int // 170
	// DefaultMetric is bandwidth in kbit/s, delay in tens of microseconds,
	// reliability and load of 255, and MTU in bytes; nil: none.
	DefaultMetric []int

	// Interfaces are the settings of interfaces; "default" holds for those that
	// are not among them (named processes only).
	Interfaces map[string]EIGRPInterface
}

// An EIGRPStub is what a stub router announces. The zero value is no stub.
type EIGRPStub struct {
	Connected, Static, Summary, Redistributed, ReceiveOnly bool
	LeakMap                                                string
}

// An EIGRPInterface are the settings of an interface for one process. Those of
// a classic process are lines of the interface.
type EIGRPInterface struct {
	Hello            time.Duration // 5 s; 0: default
	Hold             time.Duration // 15 s; 0: default
	BandwidthPercent int           // 50; 0: default
	Authentication   string        // "md5", "hmac-sha-256" or "": none
	KeyChain         string
	NextHopSelf      bool // on by default
	NoECMP           bool // no-ecmp-mode
	SplitHorizon     bool // on by default
	Passive          bool // named processes only
	Shutdown         bool
	Summaries        []netip.Prefix // masked
}

// A Redistribution is the taking of routes from another source.
type Redistribution struct {
	Source   string // "static", "connected", "eigrp", "ospf", "bgp", ...
	Process  uint32 // process or autonomous system; 0 for a source without
	Metric   []int  // as typed: one number for OSPF and BGP, five for EIGRP; nil: none
	Type     int    // OSPF metric type; 0: 2
	Subnets  bool   // OSPF
	Tag      uint32
	RouteMap string
	Options  []string // the others, as typed
}

// redistributions reads the lines of a section.
func (d *decoder) redistributions(s *grammar.Tree) []Redistribution {
	var out []Redistribution
	for l := range d.lines(s, redistribute) {
		name, process, _ := strings.Cut(l.Args["source"], " ")
		r := Redistribution{Source: name, Process: uint32(atoi(process))}
		for _, o := range optionsOf(l.Args["line"]) {
			values := strings.Fields(o.text)[1:]
			first := ""
			if len(values) > 0 {
				first = values[0]
			}
			switch o.name {
			case "metric":
				for _, v := range values {
					if isDigits(v) {
						r.Metric = append(r.Metric, atoi(v))
					}
				}
			case "metric-type":
				r.Type = atoi(strings.TrimPrefix(first, "type-"))
			case "subnets":
				r.Subnets = true
			case "tag":
				r.Tag = uint32(atoi(first))
			case "route-map":
				r.RouteMap = first
			default:
				r.Options = append(r.Options, o.text)
			}
		}
		out = append(out, r)
	}
	return out
}

// eigrp reads the EIGRP processes of IPv4: classic ones with their VRFs, then
// named ones.
func (d *decoder) eigrp(t *grammar.Tree) []EIGRP {
	var out []EIGRP
	for s := range t.Lines(routerEIGRP) {
		p := d.eigrpProcess(s, s)
		p.AS = number(s.Line, "as")
		p.Interfaces = d.eigrpClassicInterfaces(t, s.Line.Args["as"])
		out = append(out, p)
		for f := range s.Lines(eigrpVRF4) {
			v := d.eigrpProcess(f, f)
			v.VRF, v.AS = f.Line.Args["vrf"], p.AS
			if as := number(f.Line, "as"); as > 0 {
				v.AS = as
			}
			v.Interfaces = map[string]EIGRPInterface{}
			out = append(out, v)
		}
	}
	for s := range t.Lines(routerEIGRPNamed) {
		for f := range s.Lines(eigrpAF4) {
			base := f.Find(eigrpBase)
			if base == nil {
				base = grammar.NewTreeIn(ConfigRouterTopology)
			}
			p := d.eigrpProcess(f, base)
			p.Name, p.AS, p.VRF = s.Line.Args["name"], number(f.Line, "as"), f.Line.Args["vrf"]
			p.Shutdown = p.Shutdown || d.shut(s)
			p.Interfaces = map[string]EIGRPInterface{}
			for x := range f.Lines(eigrpAFInterface) {
				name := x.Line.Args["interface"]
				if name == "" {
					name = "default"
				}
				p.Interfaces[name] = d.eigrpAFInterface(x)
			}
			out = append(out, p)
		}
	}
	return out
}

// shut reports whether a section has the line "shutdown".
func (d *decoder) shut(s *grammar.Tree) bool {
	for x := range s.Children() {
		if x.Line.Command.Syntax == "shutdown" && !x.Line.No {
			return true
		}
	}
	return false
}

// eigrpProcess reads what classic processes and families have in common; the
// settings of the topology stand in base.
func (d *decoder) eigrpProcess(s, base *grammar.Tree) EIGRP {
	p := EIGRP{Variance: 1, MaximumPaths: 4, InternalDistance: 90, ExternalDistance: 170, PassiveOn: map[string]bool{}, Shutdown: d.shut(s)}
	for l := range d.lines(s, eigrpNetwork) {
		w := WildcardAddr{Addr: ipBits(addr(l, "network")), Wild: classWildcard(ipBits(addr(l, "network")))}
		if l.Args["wildcard"] != "" {
			w.Wild = ipBits(addr(l, "wildcard"))
		}
		p.Networks = append(p.Networks, w)
	}
	if l := d.line(s, eigrpRouterID); l != nil {
		p.RouterID = addr(l, "address")
	}
	if l := d.line(s, eigrpStubLine); l != nil {
		p.Stub = EIGRPStub{
			Connected: l.Has("connected"), Static: l.Has("static"), Summary: l.Has("summary"),
			Redistributed: l.Has("redistributed"), ReceiveOnly: l.Has("receive-only"), LeakMap: l.Args["name"],
		}
	}
	p.Passive = d.line(s, passiveAll) != nil
	for x := range s.Lines(passiveInterface) {
		p.PassiveOn[x.Line.Args["interface"]] = !x.Line.No
	}
	for l := range d.lines(s, eigrpNeighbor) {
		p.Neighbors = append(p.Neighbors, l.Args["line"])
	}
	for l := range d.lines(s, eigrpAFNeighbor) {
		p.Neighbors = append(p.Neighbors, l.Args["line"])
	}
	p.Redistribute = d.redistributions(base)
	if l := d.line(base, eigrpVariance); l != nil {
		p.Variance = number(l, "n")
	}
	if l := d.line(base, eigrpPaths); l != nil {
		p.MaximumPaths = number(l, "n")
	}
	if l := d.line(base, eigrpDistance); l != nil {
		p.InternalDistance, p.ExternalDistance = number(l, "internal"), number(l, "external")
	}
	if l := d.line(base, eigrpDefaultMetric); l != nil {
		for _, w := range strings.Fields(l.Args["line"]) {
			p.DefaultMetric = append(p.DefaultMetric, atoi(w))
		}
	}
	return p
}

// eigrpAFInterface reads an af-interface.
func (d *decoder) eigrpAFInterface(s *grammar.Tree) EIGRPInterface {
	i := EIGRPInterface{NextHopSelf: d.on(s, afNextHop), SplitHorizon: d.on(s, afSplit), Passive: d.line(s, afPassive) != nil, Shutdown: d.line(s, afShutdown) != nil}
	if l := d.any(s, afNextHop); l != nil {
		i.NoECMP = l.Has("no-ecmp-mode")
	}
	if l := d.line(s, afHello); l != nil {
		i.Hello = time.Duration(number(l, "seconds")) * time.Second
	}
	if l := d.line(s, afHold); l != nil {
		i.Hold = time.Duration(number(l, "seconds")) * time.Second
	}
	if l := d.line(s, afBandwidth); l != nil {
		i.BandwidthPercent = number(l, "percent")
	}
	if l := d.line(s, afAuthMode); l != nil {
		i.Authentication = l.Words[2]
	}
	if l := d.line(s, afKeyChain); l != nil {
		i.KeyChain = l.Args["name"]
	}
	for l := range d.lines(s, afSummary) {
		i.Summaries = append(i.Summaries, summaryOf(l))
	}
	return i
}

// eigrpClassicInterfaces reads what the interfaces say of the process as.
func (d *decoder) eigrpClassicInterfaces(t *grammar.Tree, as string) map[string]EIGRPInterface {
	out := map[string]EIGRPInterface{}
	for s := range t.Lines(InterfaceCmd) {
		i, found := EIGRPInterface{NextHopSelf: true, SplitHorizon: true}, false
		for x := range s.Children() {
			l := x.Line
			if l.Args["as"] != as || !slices.Contains(ifEIGRP, l.Command) {
				continue
			}
			found = true
			switch l.Command {
			case ifEIGRPHello:
				i.Hello = time.Duration(number(l, "seconds")) * time.Second
			case ifEIGRPHold:
				i.Hold = time.Duration(number(l, "seconds")) * time.Second
			case ifEIGRPBandwidth:
				i.BandwidthPercent = number(l, "percent")
			case ifEIGRPAuthMode:
				i.Authentication = "md5"
			case ifEIGRPKeyChain:
				i.KeyChain = l.Args["name"]
			case ifEIGRPNextHop:
				i.NextHopSelf, i.NoECMP = !l.No, l.Has("no-ecmp-mode")
			case ifEIGRPSplit:
				i.SplitHorizon = !l.No
			case ifEIGRPSummary:
				i.Summaries = append(i.Summaries, summaryOf(l))
			}
		}
		if found {
			out[s.Line.Args["interface"]] = i
		}
	}
	return out
}

// ifEIGRP are the EIGRP lines of an interface.
var ifEIGRP = []*grammar.Command{
	ifEIGRPHello, ifEIGRPHold, ifEIGRPBandwidth, ifEIGRPAuthMode, ifEIGRPKeyChain, ifEIGRPNextHop, ifEIGRPSplit, ifEIGRPSummary,
}

// summaryOf returns the prefix of a summary.
func summaryOf(l *grammar.Line) netip.Prefix {
	return netip.PrefixFrom(addr(l, "address"), maskBits(l.Args["mask"])).Masked()
}

package ios

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"axle/cli/grammar"
)

// The commands that declare VRFs, and the one that puts an interface into one.
var (
	vrfDefinition = inForce(broken(section("vrf definition <name>", "VRF definition", ConfigVRF, "name")))
	vrfOld        = inForce(broken(section("ip vrf <name>", "Configure an IP VPN Routing/Forwarding instance", ConfigVRF, "name")))
	vrfFamily     = &grammar.Command{
		Syntax: "address-family {ipv4|ipv6} [multicast]", Help: "Enter Address Family command mode", Kind: grammar.Section,
		Opens: ConfigVRFAF, Key: []string{"ipv4", "ipv6", "multicast"}, Close: "exit-address-family", Break: true,
	}
	ifVRF = &grammar.Command{
		Syntax: "vrf forwarding <name> [downstream <word>]", Aliases: []string{"ip vrf forwarding <name> [downstream <word>]"},
		Help: "Configure forwarding table", Kind: grammar.Leaf,
		Notes: "Another VRF takes the addresses of the interface away, so the line comes before `ip address`.",
	}
)

// inForce says that the router acts on a command.
func inForce(c *grammar.Command) *grammar.Command {
	c.Effect = grammar.InForce
	return c
}

// vrfRD is the route distinguisher of a VRF. It is shown, and nothing else: no
// BGP carries it.
var vrfRD = with(leaf("rd {auto|<rd>}", "Specify Route Distinguisher"), args{"rd": rdType{}})

// An rdType is a route distinguisher: "65000:1" or "10.0.0.1:1".
type rdType struct{}

// Parse reads a route distinguisher. RFC 4364 §4.2.
func (rdType) Parse(words []string) (text string, n, bad int, ok bool) {
	admin, number, _ := strings.Cut(words[0], ":")
	limit := uint64(math.MaxUint32)
	if _, err := netip.ParseAddr(admin); err == nil && !strings.Contains(number, ":") {
		limit = math.MaxUint16
	} else if as, err := strconv.ParseUint(admin, 10, 32); err != nil {
		return "", 0, 0, false
	} else if as > math.MaxUint16 {
		limit = math.MaxUint16
	}
	if v, err := strconv.ParseUint(number, 10, 32); err != nil || v > limit {
		return "", 0, min(len(admin)+1, len(words[0])), false
	}
	return words[0], 1, 0, true
}

// Placeholder returns what help shows.
func (rdType) Placeholder() string { return "ASN:nn or IP-address:nn" }

// Help returns the text of help.
func (rdType) Help() string { return "VPN Route Distinguisher" }

// Sample returns a route distinguisher for tests of the tables.
func (rdType) Sample(rnd *rand.Rand) string {
	return []string{"65000:1", "10.0.0.1:7", "4200000000:65535"}[rnd.IntN(3)]
}

// checkRD refuses another route distinguisher than the one that a VRF has, and
// one that another VRF has.
func checkRD(t *grammar.Tree, l *grammar.Line, s *grammar.Tree) error {
	if old := storedLine(s, vrfRD); old != nil && old.String() != l.String() {
		return &Refusal{`% Do "no ip vrf " before redefining the VRF`}
	}
	for _, c := range vrfCommands {
		for other := range t.Lines(c) {
			if rd := storedLine(other, vrfRD); other != s && rd != nil && l.Args["rd"] != "" && rd.Args["rd"] == l.Args["rd"] {
				return &Refusal{"% Cannot set RD, check if it's unique"}
			}
		}
	}
	return nil
}

// vrfs reads the VRFs, with their static routes.
func (d *decoder) vrfs(t *grammar.Tree) []VRF {
	var out []VRF
	at := map[string]int{}
	for _, c := range vrfCommands {
		for s := range t.Lines(c) {
			v := VRF{Name: s.Line.Args["name"], IPv4: c == vrfOld}
			if rd := storedLine(s, vrfRD); rd != nil {
				v.RD = rd.Args["rd"]
			}
			for f := range s.Lines(vrfFamily) {
				if !f.Line.Has("multicast") {
					v.IPv4, v.IPv6 = v.IPv4 || f.Line.Has("ipv4"), v.IPv6 || f.Line.Has("ipv6")
				}
			}
			out = append(out, v)
		}
	}
	slices.SortStableFunc(out, func(a, b VRF) int { return strings.Compare(a.Name, b.Name) })
	out = slices.CompactFunc(out, func(a, b VRF) bool { return a.Name == b.Name })
	for i := range out {
		at[out[i].Name] = i
	}
	for _, c := range []*grammar.Command{vrfRoute, vrfRoute6} {
		for l := range d.lines(t, c) {
			i, ok := at[l.Args["vrf"]]
			if r, good := routeOf(l); ok && good && !l.Has("global") {
				out[i].Routes = append(out[i].Routes, r)
			}
		}
	}
	return out
}

var vrfCommands = []*grammar.Command{vrfDefinition, vrfOld}

// hasVRF reports whether a VRF is declared, in either way.
func hasVRF(t *grammar.Tree, name string) bool {
	return openSection(t, vrfOld, "name", name) != nil || openSection(t, vrfDefinition, "name", name) != nil
}

// checkVRF refuses a VRF that is not declared, or one without an address family
// for an interface.
func checkVRF(t *grammar.Tree, l *grammar.Line) error {
	name := l.Args["name"]
	vrf := openSection(t, vrfDefinition, "name", name)
	switch {
	case !hasVRF(t, name):
		return &Refusal{"% VRF " + name + " not configured."}
	case l.Command == ifVRF && vrf != nil && vrf.Find(vrfFamily) == nil:
		return &Refusal{"% Vrf " + name + " does not have an address-family configured"}
	}
	return nil
}

// impliedByVRF returns the line that takes the addresses away when an interface
// changes its VRF, and leaves in l what is to be printed about it.
func impliedByVRF(s *grammar.Tree, l *grammar.Line) []*grammar.Line {
	delete(l.Args, noticeArg)
	old, name := "", l.Args["name"]
	if stored := storedLine(s, ifVRF); stored != nil {
		old = stored.Args["name"]
	}
	verb := "enabling VRF " + name
	if l.No || l.Default {
		if old == "" || name != "" && name != old {
			return nil
		}
		verb = "disabling VRF " + old
	} else if name == old {
		return nil
	}
	if s.Find(ifAddress) == nil && s.Find(ifSecondary) == nil || s.Line == nil {
		return nil
	}
	l.Args[noticeArg] = fmt.Sprintf("%% Interface %s IPv4 disabled and address(es) removed due to %s\n", s.Line.Args["interface"], verb)
	return match(ConfigIf, "no ip address")
}

// leaveVRF returns the lines that take all out of a VRF that goes: interfaces
// with their addresses, tunnels and static routes. It leaves in l what is to be
// printed about it.
func leaveVRF(t *grammar.Tree, l *grammar.Line) []Extra {
	delete(l.Args, noticeArg)
	if !t.Removes(l) {
		return nil
	}
	name := l.Args["name"]
	of := "IPv4 and IPv6 addresses"
	if l.Command == vrfOld {
		of = "IPv4 addresses"
	}
	l.Args[noticeArg] = fmt.Sprintf("%% %s from all interfaces in VRF %s have been removed\n", of, name)
	var out []Extra
	add := func(s *grammar.Tree, m *grammar.Mode, line string) {
		if x, err := t.Names().Match(m, line); err == nil {
			out = append(out, Extra{s, x})
		}
	}
	for s := range t.Lines(InterfaceCmd) {
		if in := storedLine(s, ifVRF); in != nil && in.Args["name"] == name {
			add(s, ConfigIf, "no ip address")
			for _, c := range []*grammar.Command{ifLinkLocal6, ifAddress6} {
				for a := range s.Lines(c) {
					add(s, ConfigIf, "no "+a.Line.String())
				}
			}
			add(s, ConfigIf, "no vrf forwarding")
		}
		if under := storedLine(s, tunnelVRF); under != nil && under.Args["name"] == name {
			add(s, ConfigIf, "no tunnel vrf")
		}
	}
	for _, c := range []*grammar.Command{vrfRoute, vrfRoute6} {
		for r := range t.Lines(c) {
			if r.Line.Args["vrf"] == name {
				add(t, ConfigMode, "no "+r.Line.String())
			}
		}
	}
	return out
}

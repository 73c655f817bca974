package ios

import (
	"fmt"

	"axle/cli/grammar"
)

// The commands that declare VRFs, and the one that puts an interface into one.
// Nothing acts on them yet.
var (
	vrfDefinition = broken(section("vrf definition <name>", "VRF definition", ConfigVRF, "name"))
	vrfOld        = broken(section("ip vrf <name>", "Configure an IP VPN Routing/Forwarding instance", ConfigVRF, "name"))
	vrfFamily     = &grammar.Command{
		Syntax: "address-family {ipv4|ipv6} [multicast]", Help: "Enter Address Family command mode", Kind: grammar.Section, Effect: grammar.NoEffect,
		Opens: ConfigVRFAF, Key: []string{"ipv4", "ipv6", "multicast"}, Close: "exit-address-family", Break: true,
	}
	ifVRF = &grammar.Command{
		Syntax: "vrf forwarding <name> [downstream <word>]", Aliases: []string{"ip vrf forwarding <name> [downstream <word>]"},
		Help: "Configure forwarding table", Kind: grammar.Leaf, Effect: grammar.NoEffect,
		Notes: "Another VRF takes the addresses of the interface away, so the line comes before `ip address`.",
	}
)

var vrfCommands = []*grammar.Command{vrfDefinition, vrfOld}

// vrfNotice is the argument under which impliedByVRF leaves what Notice prints.
const vrfNotice = "vrf notice"

// checkVRF refuses a VRF that is not declared, or has no address family.
func checkVRF(t *grammar.Tree, l *grammar.Line) error {
	name := l.Args["name"]
	if openSection(t, vrfOld, "name", name) != nil {
		return nil
	}
	vrf := openSection(t, vrfDefinition, "name", name)
	switch {
	case vrf == nil:
		return &Refusal{"% VRF " + name + " not configured."}
	case vrf.Find(vrfFamily) == nil:
		return &Refusal{"% Vrf " + name + " does not have an address-family configured"}
	}
	return nil
}

// impliedByVRF returns the line that takes the addresses away when an interface
// changes its VRF, and leaves in l what is to be printed about it.
func impliedByVRF(s *grammar.Tree, l *grammar.Line) []*grammar.Line {
	delete(l.Args, vrfNotice)
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
	l.Args[vrfNotice] = fmt.Sprintf("%% Interface %s IPv4 disabled and address(es) removed due to %s\n", s.Line.Args["interface"], verb)
	return match(ConfigIf, "no ip address")
}

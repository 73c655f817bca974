package ios

import (
	"strings"

	"axle/cli/grammar"
)

// maxLinkName is the longest name of a Linux link, bytes.
const maxLinkName = 15

// LinkNames returns the names of a machine's links that may stand in a
// configuration as they are, in the case that the machine has them in: "ens3",
// "wlan0", "br-lan", "bond0.100". A link whose name IOS has for itself is none of
// them ("Vlan10" in any case), nor one that abbreviates what the router makes
// itself: "tun0" is Tunnel0, "lo0" Loopback0; nor a kind without its number, "lo". Any other abbreviation gives way to
// a link of that very name: "eth0" is the link, not Ethernet0.
func LinkNames(links ...string) grammar.Names {
	names := grammar.Names{}
	for _, l := range links {
		if linkName(l) {
			names[l] = true
		}
	}
	return names
}

// linkName reports whether a link's name may stand in a configuration.
func linkName(s string) bool {
	if len(s) == 0 || len(s) > maxLinkName || s[0] < 'A' || strings.ContainsAny(s, "!#\"'/") {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	if letters, number := splitInterface(s); number == "" && kindOf(letters) != nil {
		return false // "interface eth 0"
	}
	full, ok := ParseInterface(s)
	if ok && strings.EqualFold(full, s) {
		return false
	}
	for _, own := range []string{"Tunnel", "Loopback", "Null"} {
		if strings.HasPrefix(full, own) || strings.HasPrefix(s, own) {
			return false
		}
	}
	return true
}

// IsLink reports whether a whole interface name is that of a machine's link and
// of no kind that IOS knows.
func IsLink(name string) bool {
	letters, _ := splitInterface(name)
	for i := range ifKinds {
		if ifKinds[i].name == letters {
			return false
		}
	}
	return name != ""
}

var _ grammar.NamedType = InterfaceType{}

// ParseNamed reads an interface name, or the name of a link as it is. See
// grammar.NamedType.
func (t InterfaceType) ParseNamed(words []string, names grammar.Names) (text string, n, bad int, ok bool) {
	if t.Only == "" && len(words) > 0 && names[words[0]] {
		return words[0], 1, 0, true
	}
	return t.Parse(words)
}

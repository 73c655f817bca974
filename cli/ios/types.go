package ios

import (
	"net/netip"
	"strconv"
	"strings"

	"axle/cli/grammar"
)

// An ifKind is a kind of interface that IOS knows.
type ifKind struct {
	name, short string
	min, max    uint64 // of a plain number
	slots       bool   // numbers like 0/0/1
}

// dot11Radio is the one kind that has a digit in its name.
const dot11Radio = "Dot11Radio"

const maxIfNumber = 2147483647

// ifKinds is in the order in which a prefix is resolved: "t0" is a tunnel.
var ifKinds = []ifKind{
	{"Tunnel", "Tu", 0, maxIfNumber, false},
	{"GigabitEthernet", "Gi", 0, 255, true},
	{"Ethernet", "Et", 0, 255, true},
	{"FastEthernet", "Fa", 0, 255, true},
	{"Loopback", "Lo", 0, maxIfNumber, false},
	{"Serial", "Se", 0, 255, true},
	{"Vlan", "Vl", 1, 4094, false},
	{"TenGigabitEthernet", "Te", 0, 255, true},
	{"TwentyFiveGigE", "Twe", 0, 255, true},
	{"TwoGigabitEthernet", "Tw", 0, 255, true},
	{"FiveGigabitEthernet", "Fi", 0, 255, true},
	{"FortyGigabitEthernet", "Fo", 0, 255, true},
	{"HundredGigE", "Hu", 0, 255, true},
	{"AppGigabitEthernet", "Ap", 0, 255, true},
	{"Port-channel", "Po", 1, 512, true},
	{"Dialer", "Di", 0, 255, false},
	{"Multilink", "Mu", 1, 65535, false},
	{"Null", "Nu", 0, 0, false},
	{"BVI", "BV", 1, 255, false},
	{"BDI", "BD", 1, 4294967295, false},
	{"Virtual-Template", "Vt", 1, 4096, false},
	{"Virtual-Access", "Vi", 1, 65535, true},
	{"Cellular", "Ce", 0, 255, true},
	{"ATM", "AT", 0, 255, true},
	{"Async", "As", 0, 65535, true},
	{"nve", "nv", 1, 4096, false},
	{"BRI", "BR", 0, 255, true},
	{"POS", "PO", 0, 255, true},
	{"VirtualPortGroup", "VP", 0, 31, false},
	{"LISP", "LI", 0, 65535, true},
	{"Embedded-Service-Engine", "EM", 0, 255, true},
	{"Service-Engine", "SM", 0, 255, true},
	{"Crypto-Engine", "CR", 0, 255, true},
	{"Cable", "Ca", 0, 255, true},
	{"Modular-Cable", "Mo", 0, 255, true},
	{"Wideband-Cable", "Wi", 0, 255, true},
	{dot11Radio, "Do", 0, 255, true},
	{"wlan-ap", "wl", 0, 255, false},
	{"Wlan-GigabitEthernet", "Wl-Gi", 0, 255, true},
	{"NVI", "NV", 0, 0, false},
	{"Group-Async", "Gr", 0, 255, false},
	{"ucse", "uc", 0, 255, true},
	{"SM", "sm", 0, 255, true},
	{"ISM", "is", 0, 255, true},
	{"Integrated-Service-Engine", "In", 0, 255, true},
	{"Internal-Data", "Id", 0, 255, true},
	{"TokenRing", "To", 0, 255, true},
	{"Hssi", "Hs", 0, 255, true},
	{"Fddi", "Fd", 0, 255, true},
	{"GMPLS", "GM", 0, 65535, false},
	{"pseudowire", "ps", 1, 200000, false},
	{"vasileft", "vl", 1, 2000, false},
	{"vasiright", "vr", 1, 2000, false},
	{"Vif", "Vf", 0, 255, false},
	{"Overlay", "Ov", 0, 65535, false},
	{"MFR", "MF", 0, 2147483647, true},
	{"vmi", "vm", 1, 2147483647, false},
	{"Content-Engine", "Co", 0, 255, true},
	{"Service-Module", "Sv", 0, 255, true},
	{"Virtual-TokenRing", "VT", 0, 2147483647, false},
	{"Video", "Vd", 0, 255, true},
	{"CEM", "CE", 0, 255, true},
	{"Management", "Ma", 0, 255, true},
	{"TwentyFiveGigabitEthernet", "Twf", 0, 255, true},
	{"HundredGigabitEthernet", "Hg", 0, 255, true},
	{"FourHundredGigE", "Fh", 0, 255, true},
	{"EOBC", "EO", 0, 255, true},
	{"FortyGigE", "Fg", 0, 255, true},
}

// kindOf returns the kind that letters abbreviate, nil where there is none.
func kindOf(letters string) *ifKind {
	for i := range ifKinds {
		k := &ifKinds[i]
		if len(letters) > 0 && len(letters) <= len(k.name) && strings.EqualFold(k.name[:len(letters)], letters) {
			return k
		}
	}
	for i := range ifKinds { // "Vt1", which no long name begins with
		if k := &ifKinds[i]; strings.EqualFold(k.short, letters) {
			return k
		}
	}
	return nil
}

// splitInterface divides "g0/0.5" into letters and number.
func splitInterface(s string) (letters, number string) {
	from := 0
	if n := len("Dot11"); len(s) >= n && strings.EqualFold(s[:n], dot11Radio[:n]) {
		from = n
	}
	i := strings.IndexAny(s[from:], "0123456789")
	if i < 0 {
		return s, ""
	}
	i += from
	return s[:i], s[i:]
}

// number returns the canonical form of an interface number of kind k. bad is
// the offset of the first byte that does not fit.
func (k *ifKind) number(s string) (text string, bad int, ok bool) {
	start, slots, sub := 0, 0, false
	var b strings.Builder
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] >= '0' && s[i] <= '9' {
			continue
		}
		n, err := strconv.ParseUint(s[start:i], 10, 64)
		limit := k.max
		if sub {
			limit = 4294967295
		}
		if err != nil || n > limit || (slots == 0 && !sub && n < k.min) {
			return "", max(start, i-1), false
		}
		b.WriteString(strconv.FormatUint(n, 10))
		switch {
		case i == len(s):
			return b.String(), 0, true
		case s[i] == '/' && k.slots && slots < 3 && !sub, s[i] == ':' && k.slots && !sub:
			slots++
		case s[i] == '.' && (k.slots || k.name == "Port-channel") && !sub:
			sub = true
		default:
			return "", i, false
		}
		b.WriteByte(s[i])
		start = i + 1
	}
	return "", len(s), false
}

// parseInterface reads an interface name, joined ("tu0") or in two words
// ("tunnel 0"), as Type.Parse does.
func parseInterface(words []string) (text string, n, bad int, ok bool) {
	if len(words) == 0 {
		return "", 0, 0, false
	}
	letters, num := splitInterface(words[0])
	k := kindOf(letters)
	if k == nil {
		for i := range letters {
			if kindOf(letters[:i+1]) == nil {
				return "", 0, i, false
			}
		}
		return "", 0, 0, false
	}
	n, at := 1, len(letters)
	if num == "" {
		if len(words) < 2 {
			return "", 0, len(words[0]), false
		}
		n, at, num = 2, len(words[0])+1, words[1]
	}
	numText, bad, ok := k.number(num)
	if !ok {
		return "", 0, at + bad, false
	}
	return k.name + numText, n, 0, true
}

// ParseInterface returns the canonical name of an interface, such as
// "Tunnel0" for "tu0" or "GigabitEthernet0/0" for "g 0/0". ok is false where s
// names none.
func ParseInterface(s string) (name string, ok bool) {
	words := strings.Fields(s)
	name, n, _, ok := parseInterface(words)
	return name, ok && n == len(words)
}

// ShortName returns the form of a canonical interface name that tables show:
// "Tu0", "Gi0/0". A name of no known kind is returned as it is.
func ShortName(name string) string {
	letters, num := splitInterface(name)
	for i := range ifKinds {
		if ifKinds[i].name == letters {
			return ifKinds[i].short + num
		}
	}
	return name
}

// An InterfaceType is an interface name, of any kind or of the one named.
type InterfaceType struct {
	Only string // "Tunnel": no other kind; "" for all
}

var _ grammar.Type = InterfaceType{}

// Parse reads an interface name. See grammar.Type.
func (t InterfaceType) Parse(words []string) (text string, n, bad int, ok bool) {
	text, n, bad, ok = parseInterface(words)
	if !ok {
		return "", 0, bad, false
	}
	if letters, _ := splitInterface(text); t.Only != "" && letters != t.Only {
		return "", 0, prefixLen(words[0], t.Only), false
	}
	return text, n, 0, true
}

// prefixLen returns how many bytes a and b have in common at their start,
// without regard to case.
func prefixLen(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n]|0x20 == b[n]|0x20 {
		n++
	}
	return n
}

// Placeholder returns what help shows.
func (t InterfaceType) Placeholder() string {
	if t.Only != "" {
		return t.Only
	}
	return "IFNAME"
}

// Help returns the text of help.
func (t InterfaceType) Help() string {
	if t.Only == "Tunnel" {
		return "Tunnel interface"
	}
	return "Interface type and number"
}

// A Host is an address or a host name.
type Host struct{ What string }

// Parse reads a host. See grammar.Type.
func (h Host) Parse(words []string) (text string, n, bad int, ok bool) {
	if len(words) == 0 {
		return "", 0, 0, false
	}
	w := words[0]
	if a, err := netip.ParseAddr(w); err == nil && a.Zone() == "" {
		return strings.ToUpper(a.String()), 1, 0, true
	}
	if len(w) > 255 {
		return "", 0, 255, false
	}
	for i := range len(w) {
		c := w[i]
		if !letterDigit(c) && c != '-' && c != '.' && c != '_' {
			return "", 0, i, false
		}
	}
	return w, 1, 0, true
}

func letterDigit(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// Placeholder returns what help shows.
func (Host) Placeholder() string { return "Hostname or A.B.C.D" }

// Help returns the text of help.
func (h Host) Help() string { return h.What }

// A rangeType is the list of an interface range: "GigabitEthernet0/0 - 3 , Tunnel0".
type rangeType struct{}

// Parse reads "gi0/0 - 3 , tu0" up to the end of the line.
func (rangeType) Parse(words []string) (text string, n, bad int, ok bool) {
	if len(words) == 0 {
		return "", 0, 0, false
	}
	all := strings.NewReplacer("-", " - ", ",", " , ", "Port - channel", "Port-channel", "port - channel", "Port-channel").Replace(strings.Join(words, " "))
	w := strings.Fields(all)
	var out []string
	for len(w) > 0 {
		name, used, bad, ok := parseInterface(w)
		if !ok {
			return "", 0, min(bad, len(words[0])), false
		}
		out, w = append(out, name), w[used:]
		if len(w) > 1 && w[0] == "-" {
			if _, err := strconv.ParseUint(w[1], 10, 32); err != nil {
				return "", 0, len(words[0]), false
			}
			out, w = append(out, "-", w[1]), w[2:]
		}
		if len(w) > 0 {
			if w[0] != "," || len(w) < 2 {
				return "", 0, len(words[0]), false
			}
			out, w = append(out, ","), w[1:]
		}
	}
	return strings.Join(out, " "), len(words), 0, true
}

// Placeholder returns what help shows.
func (rangeType) Placeholder() string { return "IFNAME" }

// Help returns the text of help.
func (rangeType) Help() string { return "Interfaces, such as GigabitEthernet0/0 - 3" }

// InterfaceName returns the whole name of an interface that may be abbreviated
// ("gi0/0"), "" where it is none.
func InterfaceName(s string) string {
	words := strings.Fields(s)
	if len(words) == 0 {
		return ""
	}
	text, n, _, ok := (InterfaceType{}).Parse(words)
	if !ok || n != len(words) {
		return ""
	}
	return text
}

// IsPhysical reports whether an interface, by its whole name, is a port of the
// router: Ethernet of any speed or serial, and no sub-interface; or a link of the
// machine, whatever its name.
func IsPhysical(name string) bool {
	if IsLink(name) {
		return true
	}
	letters, _ := splitInterface(name)
	return !strings.Contains(name, ".") && (strings.Contains(letters, "Ethernet") || strings.HasSuffix(letters, "GigE") || letters == "Serial")
}

package grammar

import (
	"math/bits"
	"net/netip"
	"strconv"
	"strings"
)

// An IPv4 is a dotted-quad address.
type IPv4 struct {
	What string // help
}

// Parse reads an address.
func (t IPv4) Parse(words []string) (string, int, int, bool) {
	_, bad, ok := parseQuad(words[0])
	if !ok {
		return "", 0, bad, false
	}
	return words[0], 1, 0, true
}

// Placeholder returns "A.B.C.D".
func (t IPv4) Placeholder() string { return "A.B.C.D" }

// Help returns what the address is.
func (t IPv4) Help() string { return describe(t.What, "IP address") }

// parseQuad reads a dotted quad without leading zeros. bad is the first byte
// that cannot be part of one; the length of s where something is missing.
func parseQuad(s string) (v uint32, bad int, ok bool) {
	octet, digits, dots := 0, 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			if digits > 0 && octet == 0 {
				return 0, i, false
			}
			octet, digits = octet*10+int(c-'0'), digits+1
			if octet > 255 {
				return 0, i, false
			}
		case c == '.' && digits > 0 && dots < 3:
			v = v<<8 | uint32(octet)
			octet, digits, dots = 0, 0, dots+1
		default:
			return 0, i, false
		}
	}
	if dots < 3 || digits == 0 {
		return 0, len(s), false
	}
	return v<<8 | uint32(octet), 0, true
}

// An IPv6 is an IPv6 address. The canonical text is upper case and shortened
// (RFC 5952 but for the case).
type IPv6 struct {
	What string // help
}

// Parse reads an address.
func (t IPv6) Parse(words []string) (string, int, int, bool) {
	a, bad, ok := parse6(words[0])
	if !ok {
		return "", 0, bad, false
	}
	return text6(a), 1, 0, true
}

// Placeholder returns "X:X:X:X::X".
func (t IPv6) Placeholder() string { return "X:X:X:X::X" }

// Help returns what the address is.
func (t IPv6) Help() string { return describe(t.What, "IPv6 address") }

// parse6 reads an IPv6 address without a zone.
func parse6(s string) (a netip.Addr, bad int, ok bool) {
	for i := range len(s) {
		if c := s[i] | 0x20; !('0' <= s[i] && s[i] <= '9' || 'a' <= c && c <= 'f' || s[i] == ':' || s[i] == '.') {
			return a, i, false
		}
	}
	if !strings.Contains(s, ":") {
		if len(s) > 4 || strings.Contains(s, ".") {
			return a, 0, false
		}
		return a, len(s), false
	}
	a, err := netip.ParseAddr(s)
	if err != nil || !a.Is6() {
		return a, 0, false
	}
	return a, 0, true
}

// text6 writes an address as IOS shows it.
func text6(a netip.Addr) string {
	if a.Is4In6() {
		return "::FFFF:" + a.Unmap().String()
	}
	return strings.ToUpper(a.String())
}

// An Addr is an IPv4 or IPv6 address.
type Addr struct {
	What string // help
}

// Parse reads an address of either family.
func (t Addr) Parse(words []string) (string, int, int, bool) {
	if strings.Contains(words[0], ":") {
		return IPv6{}.Parse(words)
	}
	return IPv4{}.Parse(words)
}

// Placeholder returns "A.B.C.D or X:X:X:X::X".
func (t Addr) Placeholder() string { return "A.B.C.D|X:X:X:X::X" }

// Help returns what the address is.
func (t Addr) Help() string { return describe(t.What, "IP or IPv6 address") }

// A Mask is a subnet mask: ones, then zeros.
type Mask struct{}

// Parse reads a mask.
func (t Mask) Parse(words []string) (string, int, int, bool) {
	v, bad, ok := parseQuad(words[0])
	if !ok || bits.LeadingZeros32(^v)+bits.TrailingZeros32(v) < 32 {
		return "", 0, bad, false
	}
	return words[0], 1, 0, true
}

// Placeholder returns "A.B.C.D".
func (t Mask) Placeholder() string { return "A.B.C.D" }

// Help returns "IP subnet mask".
func (t Mask) Help() string { return "IP subnet mask" }

// A Wildcard is a mask whose ones mark the bits that do not matter.
type Wildcard struct{}

// Parse reads a wildcard mask; any bits may be set.
func (t Wildcard) Parse(words []string) (string, int, int, bool) {
	return IPv4{}.Parse(words)
}

// Placeholder returns "A.B.C.D".
func (t Wildcard) Placeholder() string { return "A.B.C.D" }

// Help returns "Wildcard bits".
func (t Wildcard) Help() string { return "Wildcard bits" }

// A Prefix6 is an IPv6 address with a prefix length. The address keeps its host
// bits: whether they may be set is up to the command.
type Prefix6 struct{}

// Parse reads an address, a slash and a length from 0 to 128.
func (t Prefix6) Parse(words []string) (string, int, int, bool) {
	w := words[0]
	addr, length, slash := strings.Cut(w, "/")
	a, bad, ok := parse6(addr)
	if !ok {
		return "", 0, bad, false
	}
	n, nbad, ok := parseLength(length)
	if !slash || !ok {
		return "", 0, min(len(addr)+1+nbad, len(w)), false
	}
	return text6(a) + "/" + strconv.Itoa(n), 1, 0, true
}

// parseLength reads a prefix length.
func parseLength(s string) (n, bad int, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' || i > 0 && n == 0 {
			return 0, i, false
		}
		if n = n*10 + int(s[i]-'0'); n > 128 {
			return 0, i, false
		}
	}
	return n, len(s), s != ""
}

// Placeholder returns "X:X:X:X::X/<0-128>".
func (t Prefix6) Placeholder() string { return "X:X:X:X::X/<0-128>" }

// Help returns "IPv6 prefix".
func (t Prefix6) Help() string { return "IPv6 prefix" }

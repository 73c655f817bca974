package show

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// A screen collects the lines of one output.
type screen struct{ strings.Builder }

// line adds a line; the line end is added here.
func (s *screen) line(format string, args ...any) {
	fmt.Fprintf(&s.Builder, format, args...)
	s.WriteByte('\n')
}

// text adds lines as they are.
func (s *screen) text(lines ...string) {
	for _, l := range lines {
		s.WriteString(l)
		s.WriteByte('\n')
	}
}

// address writes a as IOS does: IPv6 in upper case, without zone. An address
// that is not set is 0.0.0.0.
func address(a netip.Addr) string {
	if !a.IsValid() {
		return "0.0.0.0"
	}
	return strings.ToUpper(a.Unmap().WithZone("").String())
}

// nbmaAddress is address for a peer's NBMA address, which may be unknown yet.
func nbmaAddress(a netip.Addr) string {
	if !a.IsValid() {
		return "UNKNOWN"
	}
	return address(a)
}

// network writes p as address and length. A prefix that is not set is
// 0.0.0.0/0.
func network(p netip.Prefix) string {
	if !p.IsValid() {
		return "0.0.0.0/0"
	}
	return fmt.Sprintf("%s/%d", address(p.Addr()), p.Bits())
}

// plural returns "1 week", "2 weeks".
func plural(n int64, noun string) string {
	if n == 1 {
		return fmt.Sprintf("1 %s", noun)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// since returns how long ago t was, 0 where t is not set or to come.
func (v *View) since(t time.Time) time.Duration {
	if t.IsZero() {
		return 0
	}
	return max(0, v.Now.Sub(t))
}

// ago is since as text, "never" where t is not set.
func (v *View) ago(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return Duration(v.since(t))
}

// until returns the time left to t as text.
func (v *View) until(t time.Time) string { return Duration(t.Sub(v.Now)) }

// iface returns the interface called name, nil where there is none.
func (v *View) iface(name string) *Interface {
	for i := range v.Interfaces {
		if v.Interfaces[i].Name == name {
			return &v.Interfaces[i]
		}
	}
	return nil
}

// short returns the short name of an interface: "Tu0" for "Tunnel0".
func (v *View) short(name string) string {
	if i := v.iface(name); i != nil && i.Short != "" {
		return i.Short
	}
	n := strings.IndexAny(name, "0123456789")
	if n <= 2 {
		return name
	}
	return name[:2] + name[n:]
}

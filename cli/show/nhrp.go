package show

import (
	"net/netip"
	"strings"

	"axle/nhrp/engine"
)

// NHRPOptions are the words after "show ip nhrp".
type NHRPOptions struct {
	Brief, Detail bool
	Kind          string       // "", "dynamic", "static", "incomplete", "local", "remote", "shortcut"
	Tunnel        string       // only this tunnel; "" for all
	Prefix        netip.Prefix // a host: the entries that hold it; a network: the entries in it; zero for all
}

// NHRP is "show ip nhrp": the cache, or with Brief its short form. Nothing is
// shown of an empty cache but the legend of the short form.
func NHRP(v *View, o NHRPOptions) string {
	s := new(screen)
	if o.Brief {
		s.text(nhrpBriefLegend...)
	}
	for i := range v.NHRP.Tunnels {
		t := &v.NHRP.Tunnels[i]
		if o.Tunnel != "" && t.Name != o.Tunnel {
			continue
		}
		for _, e := range byTarget(t.Entries) {
			switch {
			case !o.wants(e):
			case o.Brief:
				nhrpBrief(s, v, t, e)
			default:
				nhrpEntry(s, v, t, e, o.Detail)
			}
		}
	}
	return s.String()
}

// wants reports whether e is asked for.
func (o *NHRPOptions) wants(e *engine.Entry) bool {
	local := e.Flags&engine.FlagLocal != 0
	ok := true
	switch o.Kind {
	case "dynamic":
		ok = e.Type == engine.Dynamic
	case "static":
		ok = e.Type == engine.Static
	case "incomplete":
		ok = e.Type == engine.Incomplete
	case "local":
		ok = local
	case "remote":
		ok = !local
	case "shortcut":
		ok = e.Type == engine.Dynamic && !local && e.Flags&engine.FlagRouter != 0
	}
	switch p := o.Prefix; {
	case !p.IsValid():
		return ok
	case p.IsSingleIP():
		return ok && e.Prefix.Contains(p.Addr())
	default:
		return ok && e.Prefix.Bits() >= p.Bits() && p.Contains(e.Prefix.Addr())
	}
}

// nhrpEntry writes one entry in the long form.
func nhrpEntry(s *screen, v *View, t *engine.TunnelState, e *engine.Entry, detail bool) {
	via := ""
	if e.Type != engine.Incomplete {
		via = " via " + address(peerAddress(e))
	}
	s.line("%s%s", network(e.Prefix), via)
	expire := "never expire "
	if !e.Expires.IsZero() {
		expire = "expire " + v.until(e.Expires)
	}
	s.line("   %s created %s, %s", t.Name, Duration(v.since(e.Created)), expire)
	s.line("   Type: %s, Flags: %s", entryType(e.Type), flagWords(e.Flags))
	if e.NBMA.IsValid() {
		s.line("   NBMA address: %s", address(e.NBMA))
	}
	if e.Type == engine.Incomplete {
		s.line("   Cache hits: %d", e.Hits)
	}
	if e.Claimed.IsValid() {
		s.line("    (Claimed NBMA address: %s) ", address(e.Claimed))
	}
	if detail && e.Type != engine.Incomplete {
		s.line("   Preference: 255")
	}
	if e.NoSocket {
		s.line("    (no-socket) ")
	}
	if detail {
		for _, r := range e.Requesters {
			s.line("  Requester: %s Request ID: %d", address(r.Addr), r.RequestID)
		}
	}
}

// entryType names the way an entry was made.
func entryType(t engine.EntryType) string {
	switch t {
	case engine.Static:
		return "static"
	case engine.Incomplete:
		return "incomplete"
	}
	return "dynamic"
}

// flagNames lists the flags in the order of IOS: "router" stands before
// "unique", as captures of local entries show.
var flagNames = []struct {
	flag engine.EntryFlags
	name string
}{
	{engine.FlagAuthoritative, "authoritative"},
	{engine.FlagRouter, "router"},
	{engine.FlagUnique, "unique"},
	{engine.FlagRegistered, "registered"},
	{engine.FlagUsed, "used"},
	{engine.FlagNextHop, "nhop"},
	{engine.FlagRIB | engine.FlagNHO, "rib"}, // an override counts as both
	{engine.FlagNHO, "nho"},
	{engine.FlagLocal, "local"},
	{engine.FlagImplicit, "implicit"},
	{engine.FlagNegative, "negative"},
	{engine.FlagNAT, "nat"},
	{engine.FlagBFD, "bfd"},
	{engine.FlagTemporary, "temporary"},
}

// flagWords writes flags, each followed by a blank.
func flagWords(f engine.EntryFlags) string {
	var b strings.Builder
	for _, n := range flagNames {
		if f&n.flag != 0 {
			b.WriteString(n.name + " ")
		}
	}
	return b.String()
}

var nhrpBriefLegend = []string{
	"****************************************************************************",
	"    NOTE: Link-Local, No-socket and Incomplete entries are not displayed",
	"****************************************************************************",
	"Legend: Type --> S - Static, D - Dynamic",
	"        Flags --> u - unique, r - registered, e - temporary, c - claimed",
	"        a - authoritative, t - route",
	"============================================================================",
	"",
	"Intf     NextHop Address                                    NBMA Address",
	"         Target Network                              T/Flag",
	"-------- ------------------------------------------- ------ ----------------",
}

// nhrpBrief writes one entry in the short form.
func nhrpBrief(s *screen, v *View, t *engine.TunnelState, e *engine.Entry) {
	if e.NoSocket || e.Type == engine.Incomplete || e.Prefix.Addr().IsLinkLocalUnicast() {
		return
	}
	flags := "D/"
	if e.Type == engine.Static {
		flags = "S/"
	}
	for _, f := range []struct {
		on     bool
		letter string
	}{
		{e.Flags&engine.FlagUnique != 0, "u"},
		{e.Flags&engine.FlagRegistered != 0, "r"},
		{e.Flags&engine.FlagTemporary != 0, "e"},
		{e.Claimed.IsValid(), "c"},
		{e.Flags&engine.FlagAuthoritative != 0, "a"},
		{e.Flags&(engine.FlagRIB|engine.FlagNHO) != 0, "t"},
	} {
		if f.on {
			flags += f.letter
		}
	}
	s.line("%-8s %-50s %s", v.short(t.Name), address(peerAddress(e)), nbmaAddress(e.NBMA))
	s.line("         %-43s %-6s", network(e.Prefix), flags)
}

// NHRPMulticast is "show ip nhrp multicast": where multicast packets go.
func NHRPMulticast(v *View, tunnel string) string {
	s := new(screen)
	s.line("  I/F     NBMA address  ")
	for i := range v.NHRP.Tunnels {
		t := &v.NHRP.Tunnels[i]
		if tunnel != "" && t.Name != tunnel {
			continue
		}
		for _, m := range t.Multicast {
			kind := "dynamic"
			switch m.Kind {
			case engine.MulticastStatic:
				kind = "static"
			case engine.MulticastNHS:
				kind = "nhs"
			}
			s.line("%-10s %-15s Flags: %-16s (Enabled)", t.Name, nbmaAddress(m.NBMA), kind)
		}
	}
	return s.String()
}

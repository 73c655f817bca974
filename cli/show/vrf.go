package show

import "strings"

// A VRF is a row of "show vrf".
type VRF struct {
	Name       string
	RD         string // "" for none
	IPv4, IPv6 bool
}

// vrfHead is the heading that "show vrf" and "show ip vrf" have in common.
const vrfHead = "  Name                             Default RD            "

// VRFs is "show vrf", of all or of the named one.
func VRFs(v *View, name string) string {
	s := new(screen)
	s.line("%sProtocols   Interfaces", vrfHead)
	for _, x := range v.VRFs {
		if name == "" || x.Name == name {
			var families []string
			if x.IPv4 {
				families = append(families, "ipv4")
			}
			if x.IPv6 {
				families = append(families, "ipv6")
			}
			vrfRows(s, v, x, 12, strings.Join(families, ","))
		}
	}
	return s.String()
}

// IPVRFs is "show ip vrf": the same of those with IPv4.
func IPVRFs(v *View, name string) string {
	s := new(screen)
	s.line("%sInterfaces", vrfHead)
	for _, x := range v.VRFs {
		if x.IPv4 && (name == "" || x.Name == name) {
			vrfRows(s, v, x, 0, "")
		}
	}
	return s.String()
}

// vrfRows writes a VRF with its interfaces, one a line; families stands before
// them in a column of the given width.
func vrfRows(s *screen, v *View, x VRF, width int, families string) {
	rd := x.RD
	if rd == "" {
		rd = "<not set>"
	}
	first := true
	for _, f := range v.wanted("") {
		if f.VRF != x.Name {
			continue
		}
		if first {
			s.line("  %-32s %-21s %-*s%s", x.Name, rd, width, families, v.short(f.Name))
		} else {
			s.line("%*s%s", len(vrfHead)+width, "", v.short(f.Name))
		}
		first = false
	}
	if first {
		s.line("  %-32s %-21s %-*s", x.Name, rd, width, families)
	}
}

// IPVRFInterfaces is "show ip vrf interfaces".
func IPVRFInterfaces(v *View, name string) string {
	s := new(screen)
	const row = "%-22s %-15s %-32s %s"
	s.line(row, "Interface", "IP-Address", "VRF", "Protocol")
	for _, x := range v.VRFs {
		for _, f := range v.wanted("") {
			if f.VRF != x.Name || name != "" && x.Name != name {
				continue
			}
			addr := "unassigned"
			if p, ok := f.primary(); ok {
				addr = address(p.Addr())
			}
			s.line(row, v.short(f.Name), addr, x.Name, upDown(f.ProtocolUp))
		}
	}
	return s.String()
}

// vrfName names a VRF in "show dmvpn detail".
func vrfName(name string) string {
	if name == "" {
		return "global"
	}
	return name
}

package show

import (
	"net/netip"

	"axle/rib"
)

// Protocols is "show ip protocols": the routing protocols in force. The block
// of NHRP is there as soon as it runs on a tunnel.
func Protocols(v *View) string {
	s := new(screen)
	s.text("*** IP Routing is NSF aware ***", "")
	s.text(`Routing Protocol is "application"`,
		"  Sending updates every 0 seconds",
		"  Invalid after 0 seconds, hold down 0, flushed after 0",
		"  Outgoing update filter list for all interfaces is not set",
		"  Incoming update filter list for all interfaces is not set",
		"  Maximum path: 32",
		"  Routing for Networks:",
		"  Routing Information Sources:",
		"    Gateway         Distance      Last Update",
		"  Distance: (default is 4)",
		"")
	if !nhrpRuns(v) {
		return s.String()
	}
	s.text(`Routing Protocol is "nhrp"`,
		"  Maximum path: 32",
		"  Routing Information Sources:",
		"    Gateway         Distance      Last Update")
	last := map[netip.Addr]*rib.Route{}
	var order []netip.Addr
	for i := range v.Routes {
		for j := range v.Routes[i].Paths {
			p := &v.Routes[i].Paths[j]
			if p.Protocol != rib.NHRP || !p.NextHop.IsValid() {
				continue
			}
			if last[p.NextHop] == nil {
				order = append(order, p.NextHop)
			}
			if last[p.NextHop] == nil || p.Since.After(last[p.NextHop].Since) {
				last[p.NextHop] = p
			}
		}
	}
	for _, a := range order {
		s.line("    %-15s %8d      %s", address(a), last[a].Distance, v.ago(last[a].Since))
	}
	s.line("  Distance: (default is %d)", rib.DistanceNHRP)
	s.text("")
	return s.String()
}

package show

import (
	"net/netip"
)

// InterfaceBrief is "show ip interface brief".
func InterfaceBrief(v *View) string {
	s := new(screen)
	s.line("Interface              IP-Address      OK? Method Status                Protocol")
	for _, f := range v.wanted("") {
		name, addr, method := f.Name, "unassigned", f.Method
		if len(name) > 22 {
			name = v.short(name)
		}
		if a, ok := f.primary(); ok {
			addr = address(a.Addr())
		}
		if method == "" {
			method = "unset"
		}
		s.line("%-22.22s %-15s YES %-6s %-21s %-8s", name, addr, method, f.lineWord(), upDown(f.ProtocolUp))
	}
	return s.String()
}

// primary returns the first IPv4 address with its mask.
func (f *Interface) primary() (netip.Prefix, bool) {
	for _, p := range f.Addrs {
		if p.IsValid() && p.Addr().Is4() {
			return p, true
		}
	}
	return netip.Prefix{}, false
}

// IPInterface is "show ip interface [NAME]". It is empty where there is no such
// interface.
func IPInterface(v *View, name string) string {
	s := new(screen)
	for _, f := range v.wanted(name) {
		s.line("%s is %s, line protocol is %s", f.Name, f.lineWord(), upDown(f.ProtocolUp))
		first, ok := f.primary()
		if !ok {
			s.text("  Internet protocol processing disabled")
			continue
		}
		s.line("  Internet address is %s", network(first))
		s.text("  Broadcast address is 255.255.255.255")
		s.line("  Address determined by %s", origin(f.Method))
		ipMTU := f.IPMTU
		if ipMTU == 0 {
			ipMTU = f.MTU
		}
		s.line("  MTU is %d bytes", ipMTU)
		s.text("  Helper address is not set", "  Directed broadcast forwarding is disabled")
		for _, p := range f.Addrs {
			if p.IsValid() && p.Addr().Is4() && p != first {
				s.line("  Secondary address %s", network(p))
			}
		}
		ipFeatures(s, f)
	}
	return s.String()
}

// origin tells where an address comes from.
func origin(method string) string {
	switch method {
	case "NVRAM":
		return "non-volatile memory"
	case "DHCP":
		return "DHCP"
	}
	return "setup command"
}

// ipFeatures writes the switches of IP on an interface, most of them fixed.
func ipFeatures(s *screen, f *Interface) {
	s.text("  Outgoing Common access list is not set ", "  Outgoing access list is not set",
		"  Inbound Common access list is not set ", "  Inbound  access list is not set",
		"  Proxy ARP is enabled", "  Local Proxy ARP is disabled",
		"  Security level is default", "  Split horizon is enabled")
	s.line("  ICMP redirects are %s sent", always(f.Redirects))
	s.line("  ICMP unreachables are %s sent", always(f.Unreachables))
	s.text("  ICMP mask replies are never sent",
		"  IP fast switching is enabled", "  IP Flow switching is disabled",
		"  IP CEF switching is enabled", "  IP CEF switching turbo vector", "  IP Null turbo vector")
	if f.VRF != "" {
		s.line("  VPN Routing/Forwarding %q", f.VRF)
	}
	s.text("  Associated unicast routing topologies:")
	state := "DOWN"
	if f.ProtocolUp {
		state = "UP"
	}
	s.line("        Topology \"base\", operation state is %s", state)
	s.text("  IP multicast fast switching is disabled", "  IP multicast distributed fast switching is disabled",
		"  IP route-cache flags are Fast, CEF", "  Router Discovery is disabled",
		"  IP output packet accounting is disabled", "  IP access violation accounting is disabled",
		"  TCP/IP header compression is disabled", "  RTP/IP header compression is disabled",
		"  Probe proxy name replies are disabled", "  Policy routing is disabled",
		"  Network address translation is disabled", "  BGP Policy Mapping is disabled",
		"  Input features: MCI Check")
	if f.MSS != 0 {
		s.line("  Output features: TCP Adjust MSS")
	}
	s.text("  IPv4 WCCP Redirect outbound is disabled", "  IPv4 WCCP Redirect inbound is disabled",
		"  IPv4 WCCP Redirect exclude is disabled")
}

// always names a switch of ICMP.
func always(on bool) string {
	if on {
		return "always"
	}
	return "never"
}

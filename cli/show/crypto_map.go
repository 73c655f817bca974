package show

// Sockets is "show crypto sockets".
func Sockets(v *View) string {
	s := new(screen)
	s.text("")
	s.line("Number of Crypto Socket connections %d", len(v.Crypto.Flows))
	s.text("")
	for i := range v.Crypto.Flows {
		f := &v.Crypto.Flows[i]
		client := "Active"
		if !f.up() {
			client = "Closed"
		}
		s.line("   %s Peers (local/remote): %s/%s ", v.short(f.Tunnel), address(f.Local), address(f.Remote))
		s.line("       Local Ident  (addr/mask/port/prot): (%s/0/47)", hostMask(f.Local))
		s.line("       Remote Ident (addr/mask/port/prot): (%s/0/47)", hostMask(f.Remote))
		s.line("       IPSec Profile: %q", f.Profile)
		s.line("       Socket State: %s", socketState(f))
		s.line("       Client: \"TUNNEL SEC\" (Client State: %s)", client)
	}
	s.text("Crypto Sockets in Listen state:")
	for _, f := range v.protected() {
		s.line("Client: \"TUNNEL SEC\" Profile: %q Map-name: \"%s-head-0\"", f.Tunnel.Protection, f.Name)
	}
	return s.String()
}

// protected returns the tunnels with protection.
func (v *View) protected() []*Interface {
	var out []*Interface
	for i := range v.Interfaces {
		if f := &v.Interfaces[i]; f.Tunnel != nil && f.Tunnel.Protection != "" {
			out = append(out, f)
		}
	}
	return out
}

// CryptoMaps is "show crypto map" of protected tunnels: the map of each, and an
// instance for each peer.
func CryptoMaps(v *View) string {
	s := new(screen)
	for _, f := range v.protected() {
		p := v.ipsecProfile(f.Tunnel.Protection)
		if p == nil {
			continue
		}
		number := 65536
		s.line("Crypto Map IPv4 \"%s-head-0\" %d ipsec-isakmp", f.Name, number)
		mapProfile(s, p)
		for i := range v.Crypto.Flows {
			w := &v.Crypto.Flows[i]
			if w.Tunnel != f.Name {
				continue
			}
			number++
			s.text("")
			s.line("Crypto Map IPv4 \"%s-head-0\" %d ipsec-isakmp", f.Name, number)
			s.text("\tMap is a PROFILE INSTANCE.")
			s.line("\tPeer = %s", address(w.Remote))
			s.text("\tExtended IP access list ")
			s.line("\t    access-list  permit gre host %s host %s", address(w.Local), address(w.Remote))
			s.line("\tCurrent peer: %s", address(w.Remote))
			mapProfile(s, p)
		}
		s.line("\tInterfaces using crypto map %s-head-0:", f.Name)
		s.line("\t\t%s", f.Name)
		s.text("")
	}
	return s.String()
}

// mapProfile writes the profile of a crypto map.
func mapProfile(s *screen, p *IPsecProfile) {
	if p.IKEv2 != "" {
		s.line("\tIKEv2 Profile: %s", p.IKEv2)
	}
	if p.Isakmp != "" {
		s.line("\tISAKMP Profile: %s", p.Isakmp)
	}
	s.line("\tProfile name: %s", p.Name)
	ipsecProfileLines(s, p, "\t")
}

// ipsecProfile returns the IPsec profile called name, nil where there is none.
func (v *View) ipsecProfile(name string) *IPsecProfile {
	for i := range v.Crypto.Settings.IPsecProfiles {
		if p := &v.Crypto.Settings.IPsecProfiles[i]; p.Name == name {
			return p
		}
	}
	return nil
}

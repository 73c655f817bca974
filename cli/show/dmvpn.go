package show

import (
	"cmp"
	"net/netip"
	"slices"

	"axle/nhrp/engine"
)

// DMVPNOptions are the words after "show dmvpn".
type DMVPNOptions struct {
	Detail bool
	Static bool       // only static entries
	Tunnel string     // only this tunnel; "" for all
	NBMA   netip.Addr // only this peer, by NBMA address; zero for all
	Peer   netip.Addr // only this peer, by tunnel address; zero for all
	IPv4   bool       // only the IPv4 overlay
	IPv6   bool       // only the IPv6 overlay
}

// dmvpnLegend is the legend of IOS-XE 17.
var dmvpnLegend = []string{
	"Legend: Attrb --> S - Static, D - Dynamic, I - Incomplete",
	"\tN - NATed, L - Local, X - No Socket",
	"\tT1 - Route Installed, T2 - Nexthop-override, B - BGP",
	"\tC - CTS Capable, I2 - Temporary",
	"\t# Ent --> Number of NHRP entries with same NBMA peer",
	"\tNHS Status: E --> Expecting Replies, R --> Responding, W --> Waiting",
	"\tUpDn Time --> Up or Down Time for a Tunnel",
	"==========================================================================",
}

// DMVPN is "show dmvpn" and "show dmvpn detail". A tunnel without NHRP, and in
// the short form one without any peer, is not shown.
func DMVPN(v *View, o DMVPNOptions) string {
	s := new(screen)
	s.text(dmvpnLegend...)
	first := true
	for _, t := range v.Tunnels() {
		if t.NetworkID == 0 || o.Tunnel != "" && t.Name != o.Tunnel {
			continue
		}
		v4, v6 := o.peers(t)
		if a := t.Addr.Addr(); o.IPv4 && a.Is6() || o.IPv6 && a.Is4() && len(v6) == 0 {
			continue
		}
		if first && (o.Detail || len(v4)+len(v6) > 0) {
			s.text("")
			first = false
		}
		if o.Detail {
			dmvpnDetail(s, v, t, v4, v6)
			continue
		}
		dmvpnTable(s, v, t, v4)
		dmvpnList(s, v, t, v6)
	}
	if o.Detail {
		dmvpnSessions(s, v, o)
	}
	return s.String()
}

// A dmvpnPeer is all entries with one NBMA address.
type dmvpnPeer struct {
	nbma    netip.Addr
	entries []*engine.Entry
}

// peers groups the wanted entries of t by NBMA address, in the order in which
// an address first occurs in a walk by ascending target. Local entries come
// last, and only in the detailed form.
func (o *DMVPNOptions) peers(t *engine.TunnelState) (v4, v6 []*dmvpnPeer) {
	groups := map[netip.Addr]*dmvpnPeer{}
	groups6 := map[netip.Addr]*dmvpnPeer{}
	for _, e := range byTarget(t.Entries) {
		local := e.Flags&engine.FlagLocal != 0
		switch {
		case local && !o.Detail,
			o.Static && e.Type != engine.Static,
			o.NBMA.IsValid() && e.NBMA != o.NBMA,
			o.Peer.IsValid() && e.NextHop != o.Peer:
			continue
		}
		list, known := &v4, groups
		if e.Prefix.Addr().Is6() {
			if list, known = &v6, groups6; o.IPv4 {
				continue
			}
		} else if o.IPv6 {
			continue
		}
		p := known[e.NBMA]
		if p == nil {
			p = &dmvpnPeer{nbma: e.NBMA}
			known[e.NBMA] = p
			*list = append(*list, p)
		}
		p.entries = append(p.entries, e)
	}
	return v4, v6
}

// byTarget returns the entries by ascending target, the local ones last.
func byTarget(list []engine.Entry) []*engine.Entry {
	out := make([]*engine.Entry, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	slices.SortStableFunc(out, func(a, b *engine.Entry) int {
		return cmp.Or(
			cmp.Compare(a.Flags&engine.FlagLocal, b.Flags&engine.FlagLocal),
			a.Prefix.Addr().Compare(b.Prefix.Addr()),
			cmp.Compare(a.Prefix.Bits(), b.Prefix.Bits()))
	})
	return out
}

// dmvpnTable writes the short form of an IPv4 overlay.
func dmvpnTable(s *screen, v *View, t *engine.TunnelState, peers []*dmvpnPeer) {
	if len(peers) == 0 {
		return
	}
	s.line("Interface: %s, IPv4 NHRP Details ", t.Name)
	s.line("Type:%s, NHRP Peers:%d, ", dmvpnType(t), len(peers))
	s.text("",
		" # Ent  Peer NBMA Addr Peer Tunnel Add State  UpDn Tm Attrb",
		" ----- --------------- --------------- ----- -------- -----")
	for _, p := range peers {
		for i, e := range p.entries {
			nbma := nbmaAddress(p.nbma)
			rest := []any{address(peerAddress(e)), stateWord(e.State), v.ago(e.Since), attributes(e)}
			if i == 0 && len(nbma) > 15 { // does not fit: a line of its own
				s.line(" %5d %s", len(p.entries), nbma)
			}
			if i == 0 && len(nbma) <= 15 {
				s.line(" %5d %-15s %15s %5s %8s %5s", append([]any{len(p.entries), nbma}, rest...)...)
			} else {
				s.line("%22s %15s %5s %8s %5s", append([]any{""}, rest...)...)
			}
		}
	}
	s.text("")
}

// dmvpnList writes an IPv6 overlay, which has no table but a numbered list.
func dmvpnList(s *screen, v *View, t *engine.TunnelState, peers []*dmvpnPeer) {
	if len(peers) == 0 {
		return
	}
	s.line("Interface: %s, IPv6 NHRP Details ", t.Name)
	s.line("Type:%s, Total NBMA Peers (v4/v6): %d", dmvpnType(t), len(peers))
	n := 0
	for _, p := range peers {
		for _, e := range p.entries {
			n++
			s.line("%5d.Peer NBMA Address: %s", n, nbmaAddress(p.nbma))
			s.line("        Tunnel IPv6 Address: %s", address(peerAddress(e)))
			s.line("        IPv6 Target Network: %s", network(e.Prefix))
			s.line("        # Ent: %d, Status: %s, UpDn Time: %s, Cache Attrib: %s",
				len(p.entries), stateWord(e.State), v.ago(e.Since), attributes(e))
		}
	}
	s.text("")
}

// dmvpnType names the router's part on a tunnel.
func dmvpnType(t *engine.TunnelState) string {
	clients, known := false, false
	for i := range t.Entries {
		e := &t.Entries[i]
		clients = clients || e.Flags&engine.FlagRegistered != 0
		known = known || e.Type != engine.Incomplete
	}
	switch {
	case len(t.Entries) > 0 && !known:
		return "Unknown"
	case len(t.Servers) > 0 && clients:
		return "Hub/Spoke"
	case len(t.Servers) > 0:
		return "Spoke"
	}
	return "Hub"
}

// peerAddress is the tunnel address of the peer behind e.
func peerAddress(e *engine.Entry) netip.Addr {
	if e.NextHop.IsValid() {
		return e.NextHop
	}
	return e.Prefix.Addr()
}

// stateWord names the state of a peer.
func stateWord(p engine.PeerState) string {
	words := [...]string{"INTF", "IKE", "IPSEC", "NHRP", "UP"}
	if int(p) >= len(words) {
		return "NHRP"
	}
	return words[p]
}

// attributes returns the letters of the column Attrb, five at most.
func attributes(e *engine.Entry) string {
	var a string
	switch {
	case e.Flags&engine.FlagTemporary != 0:
		a = "I2"
	case e.Type == engine.Static:
		a = "S"
	case e.Type == engine.Incomplete:
		a = "I"
	default:
		a = "D"
	}
	if e.Claimed.IsValid() {
		a += "N"
	}
	if e.Flags&engine.FlagLocal != 0 {
		a += "L"
	}
	if e.NoSocket {
		a += "X"
	}
	switch {
	case e.Flags&(engine.FlagLocal|engine.FlagTemporary) != 0:
	case e.Flags&engine.FlagNHO != 0:
		a += "T2"
	case e.Flags&engine.FlagRIB != 0:
		a += "T1"
	}
	return a
}

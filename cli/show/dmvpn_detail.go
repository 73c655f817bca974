package show

import (
	"fmt"

	"axle/nhrp/engine"
)

// dmvpnDetail writes one tunnel of "show dmvpn detail".
func dmvpnDetail(s *screen, v *View, t *engine.TunnelState, v4, v6 []*dmvpnPeer) {
	dmvpnTunnel(s, v, t)
	s.line("Type:%s, Total NBMA Peers (v4/v6): %d", dmvpnType(t), len(v4)+len(v6))
	s.text("")
	if len(v4) > 0 {
		s.text("# Ent  Peer NBMA Addr Peer Tunnel Add State  UpDn Tm Attrb    Target Network",
			"----- --------------- --------------- ----- -------- ----- -----------------")
		for _, p := range v4 {
			dmvpnRows(s, v, p)
		}
		s.text("")
	}
	dmvpnList(s, v, t, v6)
}

// dmvpnTunnel writes the state of the tunnel and its next hop servers.
func dmvpnTunnel(s *screen, v *View, t *engine.TunnelState) {
	inside, outside := t.VRF, ""
	line, protocol, src, dest, mode, protect := "down", "down", t.NBMA, "Multipoint", "multi-GRE", ""
	if t.Up {
		line, protocol = "up", "up"
	}
	if i := v.iface(t.Name); i != nil {
		line, protocol = i.lineWord(), upDown(i.ProtocolUp)
		if i.Tunnel != nil {
			src, protect, outside = i.Tunnel.Source, i.Tunnel.Protection, i.Tunnel.VRF
		}
	}
	if !t.Multipoint {
		dest, mode = address(t.Dest), "GRE"
	}
	s.line(`Interface %s is %s/%s, Addr. is %s, VRF "%s" `, t.Name, line, protocol, address(t.Addr.Addr()), vrfName(inside))
	s.line(`   Tunnel Src./Dest. addr: %s/%s, Tunnel VRF "%s"`, address(src), dest, vrfName(outside))
	transport := "IP"
	if src.Is6() {
		transport = "IPv6"
	}
	s.line(`   Protocol/Transport: "%s/%s", Protect "%s" `, mode, transport, protect)
	s.line("   Interface State Control: %s", enabled(t.StateControl))
	s.line("   nhrp event-publisher : Disabled")
	if len(t.Servers) > 0 {
		if t.Addr.Addr().Is6() {
			s.text("", "IPv6 NHS:")
		} else {
			s.text("", "IPv4 NHS:")
		}
		for i := range t.Servers {
			s.line("%s", serverLine(&t.Servers[i]))
		}
	}
}

// dmvpnRows writes the entries of one peer with their targets.
func dmvpnRows(s *screen, v *View, p *dmvpnPeer) {
	nbma := nbmaAddress(p.nbma)
	for i, e := range p.entries {
		count := any("")
		if i == 0 {
			count = len(p.entries)
		}
		head := fmt.Sprintf("%5v %-15s", count, nbma)
		if len(nbma) > 15 { // does not fit: a line of its own
			s.line("%s", head)
			head = fmt.Sprintf("%21s", "")
		}
		s.line("%s %15s %5s %8s %5s %18s", head, address(peerAddress(e)), stateWord(e.State),
			v.ago(e.Since), attributes(e), network(e.Prefix))
	}
}

// enabled names a switch.
func enabled(on bool) string {
	if on {
		return "Enabled"
	}
	return "Disabled"
}

// upDown names a state.
func upDown(up bool) string {
	if up {
		return "up"
	}
	return "down"
}

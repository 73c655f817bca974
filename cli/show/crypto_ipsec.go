package show

import (
	"net/netip"

	"axle/ipsec/suite"
)

// IPsecOptions are the words after "show crypto ipsec sa".
type IPsecOptions struct {
	Peer   netip.Addr // zero: any
	Tunnel string     // "": any
	Detail bool
}

// IPsecSAs is "show crypto ipsec sa [detail]". There is nothing on it where nothing
// is protected.
func IPsecSAs(v *View, o IPsecOptions) string {
	s := new(screen)
	last := ""
	for i := range v.Crypto.Flows {
		f := &v.Crypto.Flows[i]
		if o.Tunnel != "" && o.Tunnel != f.Tunnel || o.Peer.IsValid() && o.Peer != f.Remote {
			continue
		}
		if f.Tunnel != last {
			last = f.Tunnel
			s.text("")
			s.line("interface: %s", f.Tunnel)
			s.line("    Crypto map tag: %s-head-0, local addr %s", f.Tunnel, address(f.Local))
		}
		ipsecFlow(s, v, f, o.Detail)
	}
	return s.String()
}

// ipsecFlow writes the protection of one peer.
func ipsecFlow(s *screen, v *View, f *Flow, detail bool) {
	s.text("")
	s.line("   protected vrf: %s", noneIfEmpty(f.IVRF))
	s.line("   local  ident (addr/mask/prot/port): (%s/47/0)", hostMask(f.Local))
	s.line("   remote ident (addr/mask/prot/port): (%s/47/0)", hostMask(f.Remote))
	s.line("   current_peer %s port %d", address(f.Remote), f.Port)
	s.text("     PERMIT, flags={origin_is_acl,}")
	out, in := f.Out.Packets, f.In.Packets
	s.line("    #pkts encaps: %d, #pkts encrypt: %d, #pkts digest: %d", out, out, out)
	s.line("    #pkts decaps: %d, #pkts decrypt: %d, #pkts verify: %d", in, in, in)
	s.text("    #pkts compressed: 0, #pkts decompressed: 0", "    #pkts not compressed: 0, #pkts compr. failed: 0",
		"    #pkts not decompressed: 0, #pkts decompress failed: 0")
	if detail {
		s.text("    #pkts no sa (send) 0, #pkts invalid sa (rcv) 0")
		s.line("    #pkts encaps failed (send) %d, #pkts decaps failed (rcv) %d", f.Out.Refused, f.In.Refused)
		s.line("    #pkts invalid prot (recv) 0, #pkts verify failed: %d", f.In.Auth)
		s.line("    #pkts invalid identity (recv) 0, #pkts invalid len (rcv) %d", f.In.Malformed)
		s.text("    #pkts replay rollover (send): 0, #pkts replay rollover (rcv) 0")
		s.line("    ##pkts replay failed (rcv): %d", f.In.Replays)
		s.text("    #pkts tagged (send): 0, #pkts untagged (rcv): 0", "    #pkts not tagged (send): 0, #pkts not untagged (rcv): 0",
			"    #pkts internal err (send): 0, #pkts internal err (recv) 0")
	} else {
		s.line("    #send errors %d, #recv errors %d", f.Out.Refused, inDrops(f))
	}
	s.text("")
	s.line("     local crypto endpt.: %s, remote crypto endpt.: %s", address(f.Local), address(f.Remote))
	idb := ""
	if f.Underlay != "" {
		idb = ", ip mtu idb " + f.Underlay
	}
	s.line("     plaintext mtu %d, path mtu %d, ip mtu %d%s", f.PlainMTU, f.PathMTU, f.PathMTU, idb)
	var spi uint32
	group := suite.GroupNone
	if p := f.pair(); p != nil {
		spi, group = p.OutSPI, p.Group
	}
	s.line("     current outbound spi: 0x%X(%d)", spi, spi)
	s.line("     PFS (Y/N): %s, DH group: %s", yn(group != suite.GroupNone), groupName(group))
	for _, way := range []string{"inbound", "outbound"} {
		s.text("")
		s.line("     %s esp sas:", way)
		for i := range f.Pairs {
			if p := &f.Pairs[i]; way == "inbound" || p.Sends {
				ipsecSA(s, v, f, p, way == "outbound")
			}
		}
		s.text("")
		s.line("     %s ah sas:", way)
		s.text("")
		s.line("     %s pcp sas:", way)
	}
}

// ipsecSA writes one SA.
func ipsecSA(s *screen, v *View, f *Flow, p *Association, out bool) {
	spi, id, used := p.InSPI, 2*p.ID+1, p.In.Bytes
	if out {
		spi, id, used = p.OutSPI, 2*p.ID+2, p.Out.Bytes
	}
	mode, esn, initiator := "Transport", "", ""
	if p.Tunnel {
		mode = "Tunnel"
	}
	if p.UDP {
		mode += " UDP-Encaps"
	}
	if p.ESN {
		esn = "esn"
	}
	if p.Initiator != "" {
		initiator = ", initiator : " + p.Initiator
	}
	s.line("      spi: 0x%X(%d)", spi, spi)
	s.line("        transform: %s,", p.Transform)
	s.line("        in use settings ={%s, %s}", mode, esn)
	s.line("        conn id: %d, flow_id: SW:%d, sibling_flags 80000000, crypto map: %s-head-0%s", id, id, f.Tunnel, initiator)
	if seconds := int64(v.left(p.Hard).Seconds()); p.Bytes > 0 {
		s.line("        sa timing: remaining key lifetime (k/sec): (%d/%d)", kilobytes(p.Bytes, used), seconds)
	} else {
		s.line("        sa timing: remaining key lifetime (sec): %d", seconds)
		s.text("        Kilobyte Volume Rekey has been disabled")
	}
	s.line("        IV size: %d bytes", p.IV)
	if p.Window > 0 {
		s.line("        replay detection support: Y  replay window size: %d", p.Window)
	} else {
		s.text("        replay detection support: N")
	}
	s.text("        Status: ACTIVE(ACTIVE)")
}

// hostMask writes an address as a selector, with its mask.
func hostMask(a netip.Addr) string {
	if a.Is6() {
		return address(a) + "/128"
	}
	return address(a) + "/255.255.255.255"
}

// yn is "Y" or "N".
func yn(b bool) string {
	if b {
		return "Y"
	}
	return "N"
}

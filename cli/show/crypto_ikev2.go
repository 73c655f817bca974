package show

import (
	"fmt"
	"net/netip"

	"axle/ipsec/ikev2/engine"
	"axle/ipsec/suite"
)

// IKEv2Options are the words after "show crypto ikev2 sa".
type IKEv2Options struct {
	Local, Remote netip.Addr // zero: any
	Detailed      bool
}

// wants reports whether an SA is to be shown.
func (o *IKEv2Options) wants(s *engine.SA) bool {
	return (!o.Local.IsValid() || o.Local == s.Local.Addr()) && (!o.Remote.IsValid() || o.Remote == s.Remote.Addr())
}

// IKEv2SAs is "show crypto ikev2 sa [detailed]".
func IKEv2SAs(v *View, o IKEv2Options) string {
	s := new(screen)
	s.text(" IPv4 Crypto IKEv2  SA ", "")
	for six := range 2 {
		for i := range v.Crypto.IKEv2.SAs {
			x := &v.Crypto.IKEv2.SAs[i]
			if x.Local.Addr().Is6() != (six == 1) || !o.wants(x) {
				continue
			}
			ikev2Head(s, x)
			s.line("      CE id: 0, Session-id: %d", x.ID)
			s.line("      Local spi: %016X       Remote spi: %016X", uint64(x.LocalSPI), uint64(x.RemoteSPI))
			if o.Detailed {
				s.line("      Status Description: %s", x.Description)
				ikev2Detail(s, x)
				s.text("      PEER TYPE: Other")
			}
			s.text("")
		}
		if six == 0 {
			s.text(" IPv6 Crypto IKEv2  SA ", "")
		}
	}
	return s.String()
}

// ikev2Head writes what all screens of an IKE SA begin with. Before anything is
// agreed on, there are no algorithms.
func ikev2Head(s *screen, x *engine.SA) {
	if x.Local.Addr().Is6() {
		s.text("Tunnel-id    fvrf/ivrf              Status ")
		s.line("%-12d %-22s %-6s ", x.ID, vrfOr(x.VRF, "none")+"/none", x.Status)
		s.line("Local  %s ", endpoint(x.Local))
		s.line("Remote %s ", endpoint(x.Remote))
	} else {
		s.text("Tunnel-id Local                 Remote                fvrf/ivrf            Status ")
		s.line("%-9d %-21s %-21s %-20s %-6s ", x.ID, endpoint(x.Local), endpoint(x.Remote), ikev2VRF(x.VRF), x.Status)
	}
	if x.Cipher.Encryption != 0 {
		bits := ""
		if x.Cipher.KeyBits > 0 {
			bits = fmt.Sprintf(", keysize: %d", x.Cipher.KeyBits)
		}
		qr := ""
		if x.PPK {
			qr = ", QR"
		}
		s.line("      Encr: %s%s, PRF: %s, Hash: %s, DH Grp:%d, Auth sign: %s, Auth verify: %s%s",
			cipherName(x.Cipher.Encryption), bits, x.PRF.Shown(), hashName(x.Integrity), x.Group, ikev2Method(x.Sign), ikev2Method(x.Verify), qr)
		for _, g := range x.Additional {
			s.line("      PQC Key Exchange: %s", g.Shown())
		}
	}
	s.line("      Life/Active Time: %d/%d sec", int64(x.Lifetime.Seconds()), int64(x.Active.Seconds()))
}

// ikev2VRF names the VRFs of an SA in the 18 columns that there are.
func ikev2VRF(front string) string {
	name := vrfOr(front, "none") + "/none"
	return name[:min(len(name), 18)]
}

// ikev2Method names a way to authenticate.
func ikev2Method(m engine.Method) string {
	switch m {
	case engine.PreShared:
		return "PSK"
	case engine.RSASignature:
		return "RSA"
	case engine.ECDSASignature:
		return "ECDSA"
	}
	return "Unknown - 0"
}

// ikev2Detail writes what the detailed screens of an IKE SA have in common. One
// request is under way at a time; what waits behind it is queued.
func ikev2Detail(s *screen, x *engine.SA) {
	s.line("      Local id: %s", x.LocalID)
	s.line("      Remote id: %s", x.RemoteID)
	s.line("      Local req msg id:  %-14d Remote req msg id:  %-10d", x.LocalNext, x.RemoteNext)
	s.line("      Local next msg id: %-14d Remote next msg id: %-10d", x.LocalNext, x.RemoteNext)
	s.line("      Local req queued:  %-14d Remote req queued:  %-10d", int(x.LocalNext)+x.Queued, x.RemoteNext)
	s.line("      Local window:      %-14d Remote window:      %-10d", 1, 1)
	s.line("      DPD configured for %d seconds, retry %d", int(x.DPD.Interval.Seconds()), int(x.DPD.Retry.Seconds()))
	if x.Fragments {
		s.text("      IETF Std Fragmentation  enabled.")
	} else {
		s.text("      Fragmentation not  configured.")
	}
	s.text("      Dynamic Route Update: disabled", "      Extended Authentication not configured.")
	switch {
	case x.NATSelf && x.NATPeer:
		s.text("      NAT-T is detected  inside and outside")
	case x.NATSelf:
		s.text("      NAT-T is detected  inside ")
	case x.NATPeer:
		s.text("      NAT-T is detected  outside")
	default:
		s.text("      NAT-T is not detected  ")
	}
	s.text("      Cisco Trust Security SGT is disabled")
	s.line("      Initiator of SA : %s", yesNo(x.Initiator))
	if x.PPK {
		s.text("      Quantum-safe Encryption using Manual PPK")
	}
}

// yesNo is "Yes" or "No".
func yesNo(b bool) string {
	if b {
		return "Yes"
	}
	return "No"
}

// IKEv2Sessions is "show crypto ikev2 session [detailed]".
func IKEv2Sessions(v *View, detailed bool) string {
	s := new(screen)
	s.text("IPv4 Crypto IKEv2 Session ", "")
	for six := range 2 {
		for i := range v.Crypto.IKEv2.SAs {
			if x := &v.Crypto.IKEv2.SAs[i]; x.Local.Addr().Is6() == (six == 1) && x.Active+x.Lifetime > 0 {
				ikev2Session(s, x, detailed)
			}
		}
		if six == 0 {
			s.text("IPv6 Crypto IKEv2 Session ", "")
		}
	}
	return s.String()
}

// ikev2Session writes an IKE SA with its children.
func ikev2Session(s *screen, x *engine.SA, detailed bool) {
	status := "UP-ACTIVE"
	if len(x.Children) == 0 {
		status = "UP-IDLE"
	}
	s.line("Session-id:%d, Status:%s, IKE count:1, CHILD count:%d", x.ID, status, len(x.Children))
	s.text("")
	ikev2Head(s, x)
	if detailed {
		s.line("      CE id: 0, Session-id: %d", x.ID)
		s.line("      Status Description: %s", x.Description)
		s.line("      Local spi: %016X       Remote spi: %016X", uint64(x.LocalSPI), uint64(x.RemoteSPI))
		ikev2Detail(s, x)
	}
	for i := range x.Children {
		c := &x.Children[i]
		local, remote := address(c.Socket.Local), address(c.Socket.Remote)
		s.line("Child sa: local selector  %s/0 - %s/65535", local, local)
		s.line("          remote selector %s/0 - %s/65535", remote, remote)
		s.line("          ESP spi in/out: 0x%X/0x%X  ", c.In, c.Out)
		if !detailed {
			continue
		}
		s.text("          AH spi in/out: 0x0/0x0  ", "          CPI in/out: 0x0/0x0  ")
		bits := ""
		if c.Cipher.KeyBits > 0 {
			bits = fmt.Sprintf(", keysize: %d", c.Cipher.KeyBits)
		}
		s.line("          Encr: %s%s, esp_hmac: %s", cipherName(c.Cipher.Encryption), bits, hashName(c.Integrity))
		s.line("          ah_hmac: None, comp: IPCOMP_NONE, mode %s", espMode(c.Tunnel))
	}
	s.text("")
}

// espMode names how packets are put into ESP.
func espMode(tunnel bool) string {
	if tunnel {
		return "tunnel"
	}
	return "transport"
}

// IKEv2Stats is "show crypto ikev2 stats". The engine does not tell incoming
// requests from outgoing ones where they failed: all are in the first line.
func IKEv2Stats(v *View) string {
	var active, busy [2]int // incoming, outgoing
	for i := range v.Crypto.IKEv2.SAs {
		x, at := &v.Crypto.IKEv2.SAs[i], 0
		if x.Initiator {
			at = 1
		}
		if x.Status == "IN-NEG" {
			busy[at]++
		} else {
			active[at]++
		}
	}
	k, g := &v.Crypto.IKEv2.Stats, &v.Crypto.Settings.IKEv2
	s := new(screen)
	rule := "--------------------------------------------------------------------------------"
	s.text(rule, "                          Crypto IKEv2 SA Statistics", rule)
	s.line("System Resource Limit:   %-8d Max IKEv2 SAs: %-8d Max in nego(in/out): %d/%d", 0, g.MaxSA, g.MaxIn, g.MaxOut)
	for i, word := range []string{"incoming", "outgoing"} {
		s.line("Total %s IKEv2 SA Count:    %-8d active:        %-8d negotiating: %-6d", word, active[i]+busy[i], active[i], busy[i])
	}
	rejected := k.AuthFailed + k.Aborted
	s.line("Incoming IKEv2 Requests: %-8d accepted:      %-8d rejected:    %-8d", k.Established+rejected, k.Established, rejected)
	s.line("Rejected IKEv2 Requests: %-8d rsrc low:      %-8d SA limit:    %-8d", rejected, k.Dropped, k.Limited)
	s.line("IKEv2 packets dropped at dispatch: %-8d", k.Malformed+k.UnknownSPI+k.BadICV+k.OutOfWindow+k.Unexpected+k.Ignored)
	s.line("Incoming IKEV2 Cookie Challenged Requests: %-8d", k.Cookies)
	s.line("Retransmitted requests: %-8d repeated by peers: %-8d timed out: %-8d", k.Retransmitted, k.Repeated, k.Timeouts)
	s.line("Rekeys of IKE SAs: %-8d of child SAs: %-8d collisions: %-8d expired: %-8d", k.Rekeys, k.ChildRekeys, k.Collisions, k.Expired)
	s.line("DPD requests sent: %-8d received: %-8d", k.ProbesOut, k.ProbesIn)
	return s.String()
}

// groupName names a group as "PFS" lines do.
func groupName(g suite.Group) string {
	if g == suite.GroupNone {
		return "none"
	}
	return g.String()
}

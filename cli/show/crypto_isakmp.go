package show

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"axle/ipsec/ikev1"
	"axle/ipsec/ikev1/engine"
	"axle/ipsec/suite"
)

// An isakmpRow is a line of "show crypto isakmp sa": an SA, or one of the last
// minute.
type isakmpRow struct {
	dst, src netip.Addr
	state    string
	id       int
	status   string
}

// isakmpRows returns the lines of the screen, newest first, those that are no more
// last.
func isakmpRows(v *View) []isakmpRow {
	var rows, gone []isakmpRow
	add := func(list *[]isakmpRow, local, remote netip.Addr, initiator bool, r isakmpRow) {
		if r.dst, r.src = local, remote; initiator {
			r.dst, r.src = remote, local
		}
		*list = append(*list, r)
	}
	for i := range v.Crypto.IKEv1.SAs {
		x := &v.Crypto.IKEv1.SAs[i]
		add(&rows, x.Local.Addr(), x.Remote.Addr(), x.Initiator, isakmpRow{state: x.State, id: x.ID, status: "ACTIVE"})
	}
	for _, d := range v.Crypto.IKEv1.Deleted {
		add(&gone, d.Local, d.Remote, d.Initiator, isakmpRow{state: "MM_NO_STATE", id: d.ID, status: "ACTIVE (deleted)"})
	}
	newest := func(a, b isakmpRow) int { return cmp.Compare(b.id, a.id) }
	slices.SortStableFunc(rows, newest)
	slices.SortStableFunc(gone, newest)
	return append(rows, gone...)
}

// IsakmpSAs is "show crypto isakmp sa".
func IsakmpSAs(v *View) string {
	s := new(screen)
	rows := isakmpRows(v)
	s.text("IPv4 Crypto ISAKMP SA")
	s.line("%-15s %-15s %-14s %7s %s", "dst", "src", "state", "conn-id", "status")
	for _, r := range rows {
		if !r.dst.Is6() {
			s.line("%-15s %-15s %-14s %7d %s", address(r.dst), address(r.src), r.state, r.id, r.status)
		}
	}
	s.text("", "IPv6 Crypto ISAKMP SA", "")
	for _, r := range rows {
		if r.dst.Is6() {
			s.line(" dst: %s", address(r.dst))
			s.line(" src: %s", address(r.src))
			s.line(" state: %-14s conn-id: %6d status: %s", r.state, r.id, r.status)
			s.text("")
		}
	}
	return s.String()
}

// IsakmpSADetail is "show crypto isakmp sa detail".
func IsakmpSADetail(v *View) string {
	s := new(screen)
	s.text("Codes: C - IKE configuration mode, D - Dead Peer Detection", "       K - Keepalives, N - NAT-traversal",
		"       T - cTCP encapsulation, X - IKE Extended Authentication", "       psk - Preshared key, rsig - RSA signature",
		"       renc - RSA encryption", "IPv4 Crypto ISAKMP SA", "",
		"C-id  Local           Remote          I-VRF  Status Encr Hash   Auth DH Lifetime Cap.", "")
	for six := range 2 {
		for i := range v.Crypto.IKEv1.SAs {
			x := &v.Crypto.IKEv1.SAs[i]
			if x.Local.Addr().Is6() != (six == 1) {
				continue
			}
			var left time.Duration
			if !x.Until.IsZero() {
				left = v.left(x.Until)
			}
			s.line("%-5d %-15s %-15s %-6s %-6s %-4s %-6s %-4s %-2d %8s %-3s", x.ID, address(x.Local.Addr()), address(x.Remote.Addr()), x.VRF,
				"ACTIVE", isakmpCipher(x), isakmpHash(x.Policy.Hash), isakmpAuth(x.Policy.Auth), x.Policy.Group, Duration(left), isakmpFlags(x))
			s.line("       Engine-id:Conn-id =  SW:%d", max(0, x.ID-1000))
			s.text("")
		}
		if six == 0 {
			s.text("IPv6 Crypto ISAKMP SA", "")
		}
	}
	return s.String()
}

// isakmpCipher names the cipher of an SA.
func isakmpCipher(x *engine.SA) string {
	switch x.Policy.Encryption {
	case 0:
		return ""
	case suite.EncryptionAESCBC:
		return "aes"
	}
	return x.Policy.Encryption.Name(0)
}

// isakmpHash names a hash.
func isakmpHash(p suite.PRF) string {
	switch p {
	case 0:
		return ""
	case suite.PRFHMACSHA1:
		return "sha"
	}
	return p.String()
}

// isakmpAuth names a way to authenticate.
func isakmpAuth(a ikev1.Auth) string {
	switch a {
	case ikev1.AuthPSK:
		return "psk"
	case ikev1.AuthRSA:
		return "rsig"
	}
	return ""
}

// isakmpFlags returns the letters of the column Cap.
func isakmpFlags(x *engine.SA) string {
	var f string
	if x.DPD {
		f += "D"
	}
	if x.NAT {
		f += "N"
	}
	return f
}

// IsakmpSACount is "show crypto isakmp sa count".
func IsakmpSACount(v *View) string {
	var active, busy int
	for i := range v.Crypto.IKEv1.SAs {
		if v.Crypto.IKEv1.SAs[i].Until.IsZero() {
			busy++
		} else {
			active++
		}
	}
	s := new(screen)
	s.line("Active ISAKMP SA's: %d", active)
	s.text("", "Standby ISAKMP SA's: 0", "")
	s.line("Currently being negotiated ISAKMP SA's: %d", busy)
	s.text("")
	s.line("Dead ISAKMP SA's: %d", len(v.Crypto.IKEv1.Deleted))
	return s.String()
}

// IsakmpPeers is "show crypto isakmp peers [A]".
func IsakmpPeers(v *View, peer netip.Addr) string {
	s := new(screen)
	seen := map[[2]netip.AddrPort]bool{}
	for i := range v.Crypto.IKEv1.SAs {
		x := &v.Crypto.IKEv1.SAs[i]
		key := [2]netip.AddrPort{x.Local, x.Remote}
		if x.Identity == "" || seen[key] || peer.IsValid() && x.Remote.Addr() != peer {
			continue
		}
		seen[key] = true
		s.line("Peer: %s Port: %d Local: %s", address(x.Remote.Addr()), x.Remote.Port(), address(x.Local.Addr()))
		s.line(" Phase1 id: %s", bareIdentity(x.Identity))
	}
	return s.String()
}

package show

import (
	"fmt"
	"net/netip"
	"strings"
)

// SessionOptions are the words after "show crypto session".
type SessionOptions struct {
	Detail, Brief bool
	Remote, Local netip.Addr // zero: any
	Tunnel        string     // "": any
}

// wants reports whether a flow is to be shown.
func (o *SessionOptions) wants(f *Flow) bool {
	return (!o.Remote.IsValid() || o.Remote == f.Remote) && (!o.Local.IsValid() || o.Local == f.Local) && (o.Tunnel == "" || o.Tunnel == f.Tunnel)
}

// sessionCodes is the legend of "show crypto session detail".
var sessionCodes = []string{
	"Code: C - IKE Configuration mode, D - Dead Peer Detection     ",
	"K - Keepalives, N - NAT-traversal, T - cTCP encapsulation     ",
	"X - IKE Extended Authentication, F - IKE Fragmentation",
	"R - IKE Auto Reconnect, U - IKE Dynamic Route Update",
	"S - SIP VPN", "",
}

// CryptoSessions is "show crypto session [detail|brief]".
func CryptoSessions(v *View, o SessionOptions) string {
	s := new(screen)
	if o.Brief {
		return sessionsBrief(s, v, o)
	}
	s.text("Crypto session current status", "")
	if o.Detail {
		s.text(sessionCodes...)
	}
	for i := range v.Crypto.Flows {
		if f := &v.Crypto.Flows[i]; o.wants(f) {
			cryptoSession(s, v, f, o.Detail)
			s.text("")
		}
	}
	return s.String()
}

// cryptoSession writes one session.
func cryptoSession(s *screen, v *View, f *Flow, detail bool) {
	s.line("Interface: %s", f.Tunnel)
	if f.IKEProfile != "" {
		s.line("Profile: %s", f.IKEProfile)
	}
	if detail && f.up() {
		s.line("Uptime: %s", Duration(v.since(f.Since)))
	}
	s.line("Session status: %-14s", f.Status)
	if !detail {
		s.line("Peer: %s port %d ", address(f.Remote), f.Port)
	} else {
		s.line("Peer: %s port %d fvrf: %s ivrf: %s", address(f.Remote), f.Port, noneIfEmpty(f.FVRF), noneIfEmpty(f.IVRF))
		s.line("      Phase1_id: %s", noneIfEmpty(bareIdentity(f.Identity)))
		s.text("      Desc: (none)")
	}
	for i := range f.IKE {
		x := &f.IKE[i]
		s.line("  Session ID: %d  ", x.ID)
		sessionIKE(s, f, x)
		if detail {
			s.line("          Capabilities:%s connid:%d lifetime:%s", x.flags(), x.ID, Duration(x.Left))
		}
	}
	s.line("  IPSEC FLOW: permit 47 host %s host %s ", address(f.Local), address(f.Remote))
	s.line("        Active SAs: %d, origin: crypto map", 2*len(f.Pairs))
	if detail {
		sessionTraffic(s, v, f)
	}
}

// sessionIKE writes the line of an IKE SA. Two addresses of IPv6 do not fit into one.
func sessionIKE(s *screen, f *Flow, x *IKE) {
	state := "Inactive"
	if x.Active {
		state = "Active"
	}
	if x.Local.Addr().Is6() {
		s.line("  IKEv%d SA: local %s", f.Version, endpoint(x.Local))
		s.line("          remote %s %s ", endpoint(x.Remote), state)
		return
	}
	s.line("  IKEv%d SA: local %s remote %s %s ", f.Version, endpoint(x.Local), endpoint(x.Remote), state)
}

// sessionTraffic writes what a flow has carried, and what is left of its SAs.
func sessionTraffic(s *screen, v *View, f *Flow) {
	in, out := "0/0", "0/0"
	if p := f.pair(); p != nil {
		in, out = v.lifeLeft(p, p.In.Bytes), v.lifeLeft(p, p.Out.Bytes)
	}
	s.line("        Inbound:  #pkts dec'ed %d drop %d life (KB/Sec) %s", f.In.Packets, inDrops(f), in)
	s.line("        Outbound: #pkts enc'ed %d drop %d life (KB/Sec) %s", f.Out.Packets, f.Out.Refused, out)
}

// inDrops returns how many packets from the peer were not taken.
func inDrops(f *Flow) uint64 { return f.In.Auth + f.In.Replays + f.In.Malformed + f.In.Refused }

// lifeLeft writes kilobytes and seconds that are left of an SA that has carried
// used bytes.
func (v *View) lifeLeft(p *Association, used uint64) string {
	volume := "KB Vol Rekey Disabled"
	if p.Bytes > 0 {
		volume = fmt.Sprint(kilobytes(p.Bytes, used))
	}
	return fmt.Sprintf("%s/%d", volume, int64(v.left(p.Hard).Seconds()))
}

// flags returns the letters of the capabilities of an IKE SA.
func (x *IKE) flags() string {
	var f string
	for _, c := range []struct {
		on     bool
		letter string
	}{{x.DPD, "D"}, {x.NAT, "N"}, {x.Frag, "F"}} {
		if c.on {
			f += c.letter
		}
	}
	if f == "" {
		return "(none)"
	}
	return f
}

// sessionsBrief is "show crypto session brief".
func sessionsBrief(s *screen, v *View, o SessionOptions) string {
	s.text("Status: A- Active, U - Up, D - Down, I - Idle, S - Standby, N - Negotiating ", "        K - No IKE", "ivrf = (none)")
	s.line("%-15s %-12s %-15s %-24s %-8s %s", "Peer", "I/F", "Username", "Group/Phase1_id", "Uptime", "Status")
	letters := map[string]string{"UP-ACTIVE": "UA", "UP-IDLE": "UI", "UP-NO-IKE": "UK", "DOWN-NEGOTIATING": "DN", "DOWN": "D"}
	for i := range v.Crypto.Flows {
		f := &v.Crypto.Flows[i]
		if !o.wants(f) {
			continue
		}
		up := ""
		if f.up() {
			up = Duration(v.since(f.Since))
		}
		s.line("%-15s %-12s %-15s %-24s %-8s %s", address(f.Remote), v.short(f.Tunnel), "", bareIdentity(f.Identity), up, letters[f.Status])
	}
	return s.String()
}

// noneIfEmpty is text, or "(none)".
func noneIfEmpty(text string) string {
	if text == "" {
		return "(none)"
	}
	return text
}

// bareIdentity returns the value of an identity without its kind, "10.0.0.1" of
// "address 10.0.0.1".
func bareIdentity(id string) string {
	if _, value, ok := strings.Cut(id, " "); ok {
		return value
	}
	return id
}

package show

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// dmvpnSessions writes the sessions of "show dmvpn detail".
func dmvpnSessions(s *screen, v *View, o DMVPNOptions) {
	s.text("", "Crypto Session Details: ", strings.Repeat("-", 80), "")
	for i := range v.Crypto.Flows {
		f := &v.Crypto.Flows[i]
		if o.Tunnel != "" && o.Tunnel != f.Tunnel || o.NBMA.IsValid() && o.NBMA != f.Remote {
			continue
		}
		dmvpnSession(s, v, f)
	}
	s.text("Pending DMVPN Sessions:")
}

// dmvpnSession writes one session. What IOS shows in brackets is an address in its
// memory; here it is a number that tells sessions apart.
func dmvpnSession(s *screen, v *View, f *Flow) {
	h := fnv.New64a()
	fmt.Fprint(h, f.Tunnel, f.Local, f.Remote, f.Port)
	s.line("Interface: %s", f.Tunnel)
	s.line("Session: [0x%012X]", h.Sum64()&0xffffffffffff)
	for i := range f.IKE {
		x := &f.IKE[i]
		s.line("  Session ID: %d  ", x.ID)
		sessionIKE(s, f, x)
		if x.Active {
			s.line("          Capabilities:%s connid:%d lifetime:%s", x.flags(), x.ID, Duration(x.Left))
		}
	}
	s.line("  Crypto Session Status: %-14s", f.Status)
	s.line("  fvrf: %s,\tPhase1_id: %s", noneIfEmpty(f.FVRF), noneIfEmpty(bareIdentity(f.Identity)))
	s.line("  IPSEC FLOW: permit 47   host %s host %s ", address(f.Local), address(f.Remote))
	s.line("        Active SAs: %d, origin: crypto map", 2*len(f.Pairs))
	sessionTraffic(s, v, f)
	spi, transform := uint32(0), ""
	if p := f.pair(); p != nil {
		spi, transform = p.OutSPI, p.Transform
	}
	s.line("   Outbound SPI : 0x%8X, transform : %s", spi, transform)
	s.line("    Socket State: %s", socketState(f))
	s.text("")
}

// socketState is "Open", or what it is when packets cannot pass.
func socketState(f *Flow) string {
	if f.up() {
		return "Open"
	}
	return "Closed"
}

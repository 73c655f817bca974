package engine

import (
	"net/netip"
	"strings"

	"axle/internal/event"
	"axle/nhrp"
)

// The log messages of NHRP. Blanks are where IOS has them.
var (
	EventServerUp = &event.Kind{
		Facility: "DMVPN", Severity: 5, Mnemonic: "NHRP_NHS_UP",
		Format: "%s: Next Hop Server : (Tunnel: %s NBMA: %s) for (Tunnel: %s NBMA: %s) is  UP",
	}
	EventServerDown = &event.Kind{
		Facility: "DMVPN", Severity: 5, Mnemonic: "NHRP_NHS_DOWN",
		Format: "%s: Next Hop Server : (Tunnel: %s NBMA: %s ) for (Tunnel: %s NBMA: %s) is DOWN, Reason: %s",
	}
	EventClientUp = &event.Kind{
		Facility: "DMVPN", Severity: 5, Mnemonic: "NHRP_NHC_UP",
		Format: "%s: Next Hop Client : (Tunnel: %s NBMA: %s) for (Tunnel: %s NBMA: %s) is UP",
	}
	EventClientDown = &event.Kind{
		Facility: "DMVPN", Severity: 5, Mnemonic: "NHRP_NHC_DOWN",
		Format: "%s: Next Hop Client : (Tunnel: %s NBMA: %s ) for (Tunnel: %s NBMA: %s) is DOWN, Reason: %s",
	}
	EventPeerUp = &event.Kind{
		Facility: "DMVPN", Severity: 5, Mnemonic: "NHRP_NHP_UP",
		Format: "%s: Next Hop NHP : (Tunnel: %s NBMA: %s) for (Tunnel: %s NBMA: %s) is UP",
	}
	EventPeerDown = &event.Kind{
		Facility: "DMVPN", Severity: 5, Mnemonic: "NHRP_NHP_DOWN",
		Format: "%s: Next Hop Peer : (Tunnel: %s NBMA: %s) for (Tunnel: %s NBMA: %s) is DOWN, Reason: %s",
	}
	EventNetworkIDGone = &event.Kind{
		Facility: "DMVPN", Severity: 5, Mnemonic: "NHRP_NETID_UNCONFIGURED",
		Format: " %s: NETID : %d Unconfigured (Tunnel: %s NBMA:  %s)",
	}
	EventError = &event.Kind{
		Facility: "DMVPN", Severity: 3, Mnemonic: "DMVPN_NHRP_ERROR",
		Format: " %s: %s for  %s , Reason:  %s (%d) on (Tunnel: %s NBMA: %s)",
	}
	EventResolution = &event.Kind{
		Facility: "DMVPN", Severity: 7, Mnemonic: "NHRP_RES",
		Format: " %s: Host with (Tunnel: %s NBMA: %s) Received Resolution Req from  (Tunnel: %s NBMA: %s)",
	}
	EventRefused = &event.Kind{
		Facility: "NHRP", Severity: 3, Mnemonic: "PAKREPLY",
		Format: "Receive %s packet with error - %s(%d)",
	}
)

// The reasons why a session or an entry ended.
const (
	reasonExternal     = "External(NHRP: no error)"
	reasonRegistration = "NHRP Registration Failure(NHRP: no error)"
	reasonProhibited   = "administratively prohibited(NHRP: no error)"
	reasonExpiry       = "Expiry(NHRP: no error)"
)

// nbmaText returns an NBMA address as log messages have it.
func nbmaText(a netip.Addr) string {
	if !a.IsValid() {
		return "UNKNOWN"
	}
	return strings.ToUpper(a.String())
}

// logUp logs that a session with a server, client or peer began.
func (t *tunnel) logUp(k *event.Kind, proto, nbma netip.Addr) {
	t.e.log(k, t.cfg.Name, proto, nbmaText(nbma), t.addr(), nbmaText(t.cfg.NBMA))
}

// logDown logs that a session with a server, client or peer ended.
func (t *tunnel) logDown(k *event.Kind, proto, nbma netip.Addr, reason string) {
	t.e.log(k, t.cfg.Name, proto, nbmaText(nbma), t.addr(), nbmaText(t.cfg.NBMA), reason)
}

// logError logs a message that was refused.
func (t *tunnel) logError(m *nhrp.Message, what, reason string, code int) {
	t.e.log(EventError, t.cfg.Name, what, m.Op, reason, code, m.SrcProto, nbmaText(t.cfg.NBMA))
}

func (e *Engine) log(k *event.Kind, args ...any) {
	e.do(Log{k.New(args...)})
}

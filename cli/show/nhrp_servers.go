package show

import (
	"fmt"
	"time"

	"axle/nhrp/engine"
)

// NHRPServers is "show ip nhrp nhs": the next hop servers of each tunnel. It is
// empty where none is configured.
func NHRPServers(v *View, detail bool, tunnel string) string {
	s, pending := new(screen), new(screen)
	for i := range v.NHRP.Tunnels {
		t := &v.NHRP.Tunnels[i]
		if t.NetworkID == 0 || len(t.Servers) == 0 || tunnel != "" && t.Name != tunnel {
			continue
		}
		if s.Len() == 0 {
			s.line("Legend:\tE=Expecting replies, R=Responding, W=Waiting, D=Dynamic")
		}
		s.line("%s:", t.Name)
		for j := range t.Servers {
			n := &t.Servers[j]
			if !detail {
				s.line("%s", serverLine(n))
				continue
			}
			ago := ""
			if !n.LastReply.IsZero() {
				ago = fmt.Sprintf(" (%s ago)", v.ago(n.LastReply))
			}
			s.line("%s  req-sent %d  req-failed %d  repl-recv %d%s", serverLine(n), n.Sent, n.Failed, n.Received, ago)
			if n.Pending {
				pending.line("Registration Request: Reqid %d, Ret %d  NHS %s expired (%s)",
					n.RequestID, n.Retry/time.Second, address(n.Addr), v.short(t.Name))
			}
		}
	}
	if pending.Len() > 0 {
		s.text("", "", "Pending Registration Requests:")
		s.WriteString(pending.String())
	}
	return s.String()
}

// serverLine is the line of one server: address, state, NBMA address.
func serverLine(n *engine.Server) string {
	state := ""
	if n.Responding {
		state += "R"
	}
	if n.Expecting {
		state += "E"
	}
	if n.Waiting {
		state += "W"
	}
	nbma := n.NBMA
	if !nbma.IsValid() {
		nbma = n.ServerConfig.NBMA
	}
	at := ""
	if nbma.IsValid() {
		at = fmt.Sprintf("NBMA Address: %s ", address(nbma))
	}
	return fmt.Sprintf("%s  %2s  %spriority = %d cluster = %d", address(n.Addr), state, at, n.Priority, n.Cluster)
}

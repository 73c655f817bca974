package show

import (
	"time"

	"axle/nhrp"
	"axle/nhrp/engine"
)

// NHRPTraffic is "show ip nhrp traffic": messages by type. The detailed form
// adds the sums over all tunnels and what was forwarded.
func NHRPTraffic(v *View, detail bool, tunnel string) string {
	s := new(screen)
	var sent, received engine.Traffic
	var tunnels []*engine.TunnelState
	for i := range v.NHRP.Tunnels {
		t := &v.NHRP.Tunnels[i]
		if t.NetworkID == 0 {
			continue
		}
		addTraffic(&sent, &t.Sent)
		addTraffic(&received, &t.Received)
		if tunnel == "" || t.Name == tunnel {
			tunnels = append(tunnels, t)
		}
	}
	if detail {
		s.text("Global statistics:", " Packet Queue size: 0[0](1)")
		traffic(s, "Sent", &sent)
		traffic(s, "Rcvd", &received)
	}
	for _, t := range tunnels {
		s.line("%s: Max-send limit:%dPkts/%dSec, Usage:%d%%", t.Name, t.MaxSend, t.MaxSendEvery/time.Second, t.Usage)
		traffic(s, "Sent", &t.Sent)
		traffic(s, "Rcvd", &t.Received)
		if detail {
			traffic(s, "Fwd", &t.Forwarded)
		}
	}
	return s.String()
}

// addTraffic adds the counters of t to sum.
func addTraffic(sum, t *engine.Traffic) {
	for op := range t.Count {
		sum.Count[op] += t.Count[op]
	}
	sum.Suppressed += t.Suppressed
	sum.Errors += t.Errors
}

// traffic writes one direction. The total counts messages, not redirects that
// were kept back.
func traffic(s *screen, word string, t *engine.Traffic) {
	var total uint64
	for _, n := range t.Count {
		total += n
	}
	s.line("   %s: Total %d", word, total)
	c := &t.Count
	s.line("         %d Resolution Request  %d Resolution Reply  %d Registration Request  ",
		c[nhrp.ResolutionRequest], c[nhrp.ResolutionReply], c[nhrp.RegistrationRequest])
	s.line("         %d Registration Reply  %d Purge Request  %d Purge Reply  ",
		c[nhrp.RegistrationReply], c[nhrp.PurgeRequest], c[nhrp.PurgeReply])
	s.line("         %d Error Indication  %d Traffic Indication  %d Redirect Suppress  ",
		c[nhrp.ErrorIndication], c[nhrp.TrafficIndication], t.Suppressed)
}

package router

import (
	"io"
	"net/netip"
	"time"

	"axle/cli/grammar"
	"axle/cli/show"
	"axle/internal/ip"
	"axle/internal/probe"
)

// A traceScreen is what a running "traceroute" prints.
type traceScreen struct {
	w    io.Writer
	ttl  int        // of the line that is being printed
	from netip.Addr // who answered last on this line
}

// execTraceroute runs "traceroute".
func (r *Router) execTraceroute(l *grammar.Line, w io.Writer, done func(error)) func(now time.Time) {
	dst, err := netip.ParseAddr(l.Args["host"])
	if err != nil || l.Has("ipv6") && dst.Is4() {
		echo(w, "%% Unrecognized host or address.\n")
		done(nil)
		return nil
	}
	v := r.vrf(l.Args["vrf"])
	if v == nil {
		echo(w, "%% VRF %s does not exist\n", l.Args["vrf"])
		done(nil)
		return nil
	}
	src, ok := r.sourceFor(l, v, dst)
	if !ok || !src.IsValid() {
		echo(w, "%% Invalid source address\n")
		done(nil)
		return nil
	}
	c := probe.TraceConfig{
		Src: src, Dst: dst, Probes: number(l, "probe", 3), MinTTL: number(l, "ttl-min", 1), MaxTTL: number(l, "ttl-max", 30),
		Timeout: time.Duration(number(l, "timeout", 3)) * time.Second, Port: 49152 + r.host.flow()%16384,
	}
	if c.MaxTTL < c.MinTTL {
		echo(w, "%% Invalid TTL range\n")
		done(nil)
		return nil
	}
	echo(w, escapeHint+"Tracing the route to %s\n", show.Address(dst))
	if dst.Is6() {
		echo(w, "\n")
	} else {
		echo(w, "VRF info: (vrf in name/id, vrf out name/id)\n")
	}
	j := &traceScreen{w: w}
	return r.start(&probeJob{vrf: v, probe: probe.NewTrace(c, j.result), last: func() { echo(w, "\n") }, done: done})
}

// result prints one answer: a new line for a new TTL, and for another router
// on the same one.
func (j *traceScreen) result(res probe.Result) {
	if res.TTL != j.ttl {
		if j.ttl != 0 {
			echo(j.w, "\n")
		}
		echo(j.w, "%3d", res.TTL)
		j.ttl, j.from = res.TTL, netip.Addr{}
		if res.Kind == probe.Timeout {
			echo(j.w, " ") // "  4  *  *  * "
		}
	}
	if res.Kind == probe.Timeout {
		echo(j.w, " * ")
		return
	}
	if res.From != j.from {
		if j.from.IsValid() {
			echo(j.w, "\n   ")
		}
		echo(j.w, " %s", show.Address(res.From))
		j.from = res.From
	}
	if res.Kind == probe.Unreachable {
		if mark := unreachableMark(res.Code); res.From.Is4() {
			echo(j.w, " %s ", mark)
		} else {
			echo(j.w, " !%s ", mark6(res, "U"))
		}
		return
	}
	echo(j.w, " %d msec", ms(res.RTT))
}

// unreachableMark returns IOS's sign for an ICMP code. RFC 792, RFC 1812 §5.2.7.1.
func unreachableMark(code uint8) string {
	switch code {
	case ip.CodeNet:
		return "!N"
	case ip.CodeHost:
		return "!H"
	case ip.CodeProtocol:
		return "!P"
	case ip.CodeProhibited, 9, 10:
		return "!A"
	}
	return "!U"
}

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

// A pingScreen is what a running "ping" prints.
type pingScreen struct {
	w    io.Writer
	ping *probe.Ping
	col  int // marks on the line
}

const marksPerLine = 70

// execPing runs "ping".
func (r *Router) execPing(l *grammar.Line, w io.Writer, done func(error)) func(now time.Time) {
	dst, err := netip.ParseAddr(l.Args["host"])
	if err != nil || l.Has("ipv6") && dst.Is4() {
		echo(w, "%% Unrecognized host or address, or protocol not running.\n")
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
	if !ok {
		echo(w, "%% Invalid source address- IP address not on any of our up interfaces\n")
		done(nil)
		return nil
	}
	c := probe.PingConfig{
		Src: src, Dst: dst, Count: number(l, "repeat", 5), Size: number(l, "size", 100),
		Timeout: time.Duration(number(l, "timeout", 2)) * time.Second, DF: l.Has("df-bit"), ID: r.host.flow(),
	}
	echo(w, escapeHint+"Sending %d, %d-byte ICMP Echos to %s, timeout is %d seconds:\n", c.Count, c.Size, show.Address(dst), int(c.Timeout.Seconds()))
	if _, given := l.Args["source-address"]; given || l.Args["source-interface"] != "" {
		echo(w, sentFrom(dst), show.Address(src))
	}
	if c.DF && dst.Is4() {
		echo(w, "Packet sent with the DF bit set\n")
	}
	j := &pingScreen{w: w}
	if !src.IsValid() {
		if c.Src = netip.IPv4Unspecified(); dst.Is6() { // no address at all: nothing can answer
			c.Src = netip.IPv6Unspecified()
		}
	}
	j.ping = probe.NewPing(c, j.result)
	return r.start(&probeJob{vrf: v, probe: j.ping, last: j.last, done: done})
}

// sentFrom returns the line about a source address, which over IPv4 ends with a blank.
func sentFrom(dst netip.Addr) string {
	if dst.Is6() {
		return "Packet sent with a source address of %s\n"
	}
	return "Packet sent with a source address of %s \n"
}

// result prints the mark of one answer.
func (j *pingScreen) result(res probe.Result) {
	mark := map[probe.Kind]string{
		probe.Reply: "!", probe.Timeout: ".", probe.Unreachable: "U", probe.FragNeeded: "M", probe.TTLExceeded: "&", probe.OtherICMP: "?",
	}[res.Kind]
	if res.From.Is6() {
		mark = mark6(res, mark)
	}
	echo(j.w, "%s", mark)
	j.col++
	if j.col%marksPerLine == 0 {
		echo(j.w, "\n")
	}
}

// mark6 returns IOS's mark for an answer over IPv6, where it differs from other.
func mark6(res probe.Result, other string) string {
	switch {
	case res.Kind == probe.FragNeeded:
		return "B"
	case res.Kind == probe.TTLExceeded:
		return "T"
	case res.Kind != probe.Unreachable:
	case res.Code == ip.Code6NoRoute:
		return "N"
	case res.Code == ip.Code6Prohibited:
		return "A"
	case res.Code == ip.Code6Port:
		return "P"
	}
	return other
}

// last prints the summary.
func (j *pingScreen) last() {
	p := j.ping
	if j.col%marksPerLine != 0 || j.col == 0 {
		echo(j.w, "\n")
	}
	percent := 0
	if p.Sent() > 0 {
		percent = p.Received * 100 / p.Sent()
	}
	echo(j.w, "Success rate is %d percent (%d/%d)", percent, p.Received, p.Sent())
	if p.Received > 0 {
		echo(j.w, ", round-trip min/avg/max = %d/%d/%d ms", ms(p.Min), ms(p.Average()), ms(p.Max))
	}
	echo(j.w, "\n")
}

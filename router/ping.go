package router

import (
	"io"
	"net/netip"
	"time"

	"axle/cli/grammar"
	"axle/internal/ip"
	"axle/internal/probe"
)

// A pingJob is a running "ping".
type pingJob struct {
	w    io.Writer
	done func(error)
	ping *probe.Ping
	col  int // marks on the line
}

const marksPerLine = 70

// execPing runs "ping".
func (r *Router) execPing(l *grammar.Line, w io.Writer, done func(error)) func(now time.Time) {
	dst, err := netip.ParseAddr(l.Args["host"])
	if err != nil || !dst.Is4() {
		echo(w, "%% Unrecognized host or address, or protocol not running.\n")
		done(nil)
		return nil
	}
	src, ok := r.sourceFor(l, dst)
	if !ok {
		echo(w, "%% Invalid source address- IP address not on any of our up interfaces\n")
		done(nil)
		return nil
	}
	c := probe.PingConfig{
		Src: src, Dst: dst, Count: number(l, "repeat", 5), Size: number(l, "size", 100),
		Timeout: time.Duration(number(l, "timeout", 2)) * time.Second, DF: l.Has("df-bit"), ID: r.host.flow(),
	}
	echo(w, escapeHint+"Sending %d, %d-byte ICMP Echos to %s, timeout is %d seconds:\n", c.Count, c.Size, dst, int(c.Timeout.Seconds()))
	if _, given := l.Args["source-address"]; given || l.Args["source-interface"] != "" {
		echo(w, "Packet sent with a source address of %s \n", src)
	}
	if c.DF {
		echo(w, "Packet sent with the DF bit set\n")
	}
	j := &pingJob{w: w, done: done}
	if !src.IsValid() {
		c.Src = netip.AddrFrom4([4]byte{}) // no address at all: nothing can answer
	}
	j.ping = probe.NewPing(c, j.result)
	return r.start(j)
}

// result prints the mark of one answer.
func (j *pingJob) result(res probe.Result) {
	mark := map[probe.Kind]string{
		probe.Reply: "!", probe.Timeout: ".", probe.Unreachable: "U", probe.FragNeeded: "M", probe.TTLExceeded: "&", probe.OtherICMP: "?",
	}[res.Kind]
	echo(j.w, "%s", mark)
	j.col++
	if j.col%marksPerLine == 0 {
		echo(j.w, "\n")
	}
}

func (j *pingJob) deadline() time.Time { return j.ping.Deadline() }

func (j *pingJob) tick(r *Router) {
	j.ping.Tick(r.now, r.sendProbe)
	j.after(r)
}

func (j *pingJob) deliver(r *Router, p ip.IPv4) bool {
	if !j.ping.Deliver(r.now, p) {
		return false
	}
	j.ping.Tick(r.now, r.sendProbe)
	j.after(r)
	return true
}

// after ends the job when the ping is done.
func (j *pingJob) after(r *Router) {
	if j.ping.Done() {
		j.finish(r)
	}
}

func (j *pingJob) abort(r *Router) { j.finish(r) }

func (j *pingJob) finish(r *Router) {
	if j.done == nil {
		return
	}
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
	r.end(j)
	done := j.done
	j.done = nil
	done(nil)
}

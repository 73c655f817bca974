package lab

import (
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"axle/internal/ip"
	"axle/internal/probe"
)

// A host is an ordinary machine with an address and a gateway of each family, or
// of one. It answers ping, UDP and traceroute, and its operator can ping and trace.
type host struct {
	lab      *Lab
	name     string
	addrs    [2]netip.Prefix // IPv4, IPv6; zero: none
	gateways [2]netip.Addr   // zero: none
	port     *port
	stack    probe.Stack
	parts    *ip.Reassembler // of packets that came in fragments
	jobs     []*hostJob
	flow     uint16
}

// maxHostJobs bounds the commands of a host that run at once.
const maxHostJobs = 64

// hostTTL is what ordinary machines send with.
const hostTTL = 64

// A prober is a ping or a trace.
type prober interface {
	Tick(now time.Time, send probe.Send)
	Deliver(now time.Time, pkt []byte) bool
	Deadline() time.Time
	Done() bool
}

// A hostJob is a running command of a host.
type hostJob struct {
	p    prober
	done func()
}

func (h *host) owns(a netip.Addr) bool {
	return a.IsValid() && (a == h.addrs[0].Addr() || a == h.addrs[1].Addr())
}

func (h *host) carrier(bool) {}

// source returns the host's address for packets to dst, zero where it has none of
// that family.
func (h *host) source(dst netip.Addr) netip.Addr {
	if dst.Is6() {
		return h.addrs[1].Addr()
	}
	return h.addrs[0].Addr()
}

// receive takes a packet from the link.
func (h *host) receive(packet []byte) {
	to, ok := destinationOf(packet)
	if !ok || !h.owns(to) {
		return
	}
	whole := h.whole(packet)
	if whole == nil {
		return
	}
	for _, j := range slices.Clone(h.jobs) {
		if j.p.Deliver(h.lab.now, whole) {
			h.step(j)
			return
		}
	}
	h.stack.Receive(h.lab.now, whole, to, h.send)
}

// whole puts fragments together; nil where parts are missing, or are refused.
func (h *host) whole(packet []byte) []byte {
	now := h.lab.now.UnixNano()
	if p, err := ip.ParseIPv6(packet); err == nil {
		if p, err = h.parts.Add6(now, p); err != nil {
			return nil
		}
		return p
	}
	p, err := ip.ParseIPv4(packet)
	if err != nil {
		return nil
	}
	if p, err = h.parts.Add(now, p); err != nil {
		return nil
	}
	return p
}

// send puts a packet of the host on its link.
func (h *host) send(packet []byte) {
	to, ok := destinationOf(packet)
	if !ok {
		return
	}
	if h.owns(to) {
		packet = slices.Clone(packet)
		h.lab.queue.push(h.lab.now, func() { h.receive(packet) })
		return
	}
	own, next := h.addrs[0], h.gateways[0]
	if to.Is6() {
		own, next = h.addrs[1], h.gateways[1]
	}
	if own.Contains(to) {
		next = to
	}
	if next.IsValid() {
		h.port.link.transmit(h.port, next, packet)
	}
}

// start runs a job until it is done.
func (h *host) start(j *hostJob) (cancel func()) {
	h.jobs = append(h.jobs, j)
	h.step(j)
	return func() { h.finish(j) }
}

// step lets a job go on and sees to its timer.
func (h *host) step(j *hostJob) {
	if !slices.Contains(h.jobs, j) {
		return
	}
	j.p.Tick(h.lab.now, h.send)
	if j.p.Done() {
		h.finish(j)
		return
	}
	if d := j.p.Deadline(); !d.IsZero() {
		h.lab.queue.push(d, func() {
			if slices.Contains(h.jobs, j) && !j.p.Deadline().After(h.lab.now) {
				h.step(j)
			}
		})
	}
}

func (h *host) finish(j *hostJob) {
	if i := slices.Index(h.jobs, j); i >= 0 {
		h.jobs = slices.Delete(h.jobs, i, i+1)
		j.done()
	}
}

const hostHelp = `ping ADDRESS [-c COUNT] [-s BYTES] [-M do]   send echo requests
traceroute ADDRESS [-q PROBES]               show the way of packets
ip addr                                      show the address and the gateway
exit                                         leave
`

// iosWords are IOS's words for options of ping, for fingers that are used to
// them.
var iosWords = map[string]string{"repeat": "-c", "df-bit": "-M"}

// help returns what the operator of a host can type.
func (h *host) help() string { return hostHelp }

// exec runs one command of the host's operator. done is called once.
func (h *host) exec(line string, w io.Writer, done func()) (cancel func()) {
	f := strings.Fields(line)
	if len(f) == 0 {
		done()
		return nil
	}
	if len(h.jobs) >= maxHostJobs {
		io.WriteString(w, "too many commands are running\n")
		done()
		return nil
	}
	switch f[0] {
	case "ping":
		return h.ping(f[1:], w, done)
	case "traceroute":
		return h.traceroute(f[1:], w, done)
	case "ip":
		for i, word := range []string{"inet", "inet6"} {
			if h.addrs[i].IsValid() {
				fmt.Fprintf(w, "%s %s\n", word, h.addrs[i])
			}
			if h.gateways[i].IsValid() {
				fmt.Fprintf(w, "default via %s\n", h.gateways[i])
			}
		}
	case "help", "?":
		io.WriteString(w, hostHelp)
	default:
		fmt.Fprintf(w, "%s: command not found (help lists the commands)\n", f[0])
	}
	done()
	return nil
}

// option takes "-x N" out of the words; it returns def where it is not there.
func option(words []string, name string, def int) (rest []string, n int, err error) {
	i := slices.Index(words, name)
	if i < 0 {
		return words, def, nil
	}
	if i+1 >= len(words) {
		return nil, 0, fmt.Errorf("%s: a number is missing", name)
	}
	n, err = strconv.Atoi(words[i+1])
	if err != nil || n < 1 || n > 65000 {
		return nil, 0, fmt.Errorf("%s: %q is not a number from 1 to 65000", name, words[i+1])
	}
	return slices.Delete(slices.Clone(words), i, i+2), n, nil
}

func (h *host) ping(words []string, w io.Writer, done func()) (cancel func()) {
	words = slices.Clone(words)
	for i, s := range words {
		if to, ok := iosWords[s]; ok {
			words[i] = to
		}
	}
	df := slices.Contains(words, "-M")
	words = slices.DeleteFunc(words, func(s string) bool { return s == "-M" || s == "do" })
	words, count, err := option(words, "-c", 5)
	var size int
	if err == nil {
		words, size, err = option(words, "-s", 56)
	}
	dst, bad := h.target(words)
	if err != nil || bad != nil {
		fmt.Fprintf(w, "ping: %v\n", firstError(err, bad))
		done()
		return nil
	}
	h.flow++
	head := ip.HeaderLen + ip.ICMPHeaderLen
	if dst.Is6() {
		head = ip.IPv6HeaderLen + ip.ICMPHeaderLen
	}
	c := probe.PingConfig{Src: h.source(dst), Dst: dst, Count: count, Size: size + head, Timeout: 2 * time.Second, Interval: time.Second, DF: df, TTL: hostTTL, ID: h.flow}
	fmt.Fprintf(w, "PING %s %d(%d) bytes of data.\n", dst, size, size+head)
	p := probe.NewPing(c, func(r probe.Result) {
		switch r.Kind {
		case probe.Reply:
			fmt.Fprintf(w, "%d bytes from %s: icmp_seq=%d ttl=%d time=%s ms\n", r.Size-head+ip.ICMPHeaderLen, r.From, r.Seq+1, r.TTL, millis(r.RTT))
		case probe.Timeout:
			fmt.Fprintf(w, "no answer for icmp_seq=%d\n", r.Seq+1)
		default:
			fmt.Fprintf(w, "From %s icmp_seq=%d %s\n", r.From, r.Seq+1, reason(r))
		}
	})
	return h.start(&hostJob{p, func() {
		loss := 0
		if p.Sent() > 0 {
			loss = (p.Sent() - p.Received) * 100 / p.Sent()
		}
		fmt.Fprintf(w, "%d packets transmitted, %d received, %d%% packet loss\n", p.Sent(), p.Received, loss)
		if p.Received > 0 {
			fmt.Fprintf(w, "rtt min/avg/max = %s/%s/%s ms\n", millis(p.Min), millis(p.Average()), millis(p.Max))
		}
		done()
	}})
}

func (h *host) traceroute(words []string, w io.Writer, done func()) (cancel func()) {
	words, probes, err := option(words, "-q", 3)
	dst, bad := h.target(words)
	if err != nil || bad != nil {
		fmt.Fprintf(w, "traceroute: %v\n", firstError(err, bad))
		done()
		return nil
	}
	h.flow++
	c := probe.TraceConfig{Src: h.source(dst), Dst: dst, Probes: probes, MinTTL: 1, MaxTTL: 30, Timeout: 2 * time.Second, Port: 40000 + h.flow%20000}
	fmt.Fprintf(w, "traceroute to %s, 30 hops max\n", dst)
	ttl, from := 0, netip.Addr{}
	t := probe.NewTrace(c, func(r probe.Result) {
		if r.TTL != ttl {
			if ttl != 0 {
				fmt.Fprintln(w)
			}
			fmt.Fprintf(w, "%2d ", r.TTL)
			ttl, from = r.TTL, netip.Addr{}
		}
		if r.Kind == probe.Timeout {
			fmt.Fprint(w, " *")
			return
		}
		if r.From != from {
			fmt.Fprintf(w, " %s", r.From)
			from = r.From
		}
		fmt.Fprintf(w, "  %s ms", millis(r.RTT))
		if r.Kind == probe.Unreachable || r.Kind == probe.FragNeeded {
			fmt.Fprintf(w, " !%d", r.Code)
		}
	})
	return h.start(&hostJob{t, func() { fmt.Fprintln(w); done() }})
}

// target reads the one address that a command is about.
func (h *host) target(words []string) (netip.Addr, error) {
	if len(words) != 1 {
		return netip.Addr{}, fmt.Errorf("one address is wanted")
	}
	a, err := netip.ParseAddr(words[0])
	switch {
	case err != nil || a.Zone() != "" || a.Is4In6():
		return netip.Addr{}, fmt.Errorf("%q is not an IP address", words[0])
	case !h.source(a).IsValid():
		return netip.Addr{}, fmt.Errorf("this host has no address to reach %s from", a)
	}
	return a, nil
}

func firstError(errs ...error) error {
	for _, e := range errs {
		if e != nil {
			return e
		}
	}
	return nil
}

func millis(d time.Duration) string {
	return strconv.FormatFloat(float64(d.Microseconds())/1000, 'f', 1, 64)
}

// unreachable holds the words for the codes of "destination unreachable",
// RFC 792, RFC 1122 §3.2.2.1 and RFC 1812 §5.2.7.1.
var unreachable = [...]string{
	"Destination Net Unreachable", "Destination Host Unreachable", "Destination Protocol Unreachable", "Destination Port Unreachable",
	"Frag needed and DF set", "Source Route Failed", "Destination Net Unknown", "Destination Host Unknown",
	"Source Host Isolated", "Destination Net Prohibited", "Destination Host Prohibited",
	"Destination Net Unreachable for Type of Service", "Destination Host Unreachable for Type of Service",
	"Packet filtered", "Precedence Violation", "Precedence Cutoff",
}

// unreachable6 holds the words for the codes of IPv6, RFC 4443 §3.1.
var unreachable6 = [...]string{
	"No route", "Administratively prohibited", "Beyond scope of source address", "Address unreachable", "Port unreachable",
}

// reason6 is reason for IPv6.
func reason6(r probe.Result) string {
	switch r.Kind {
	case probe.Unreachable:
		if int(r.Code) < len(unreachable6) {
			return "Destination unreachable: " + unreachable6[r.Code]
		}
		return fmt.Sprintf("Destination unreachable: Unknown code %d", r.Code)
	case probe.FragNeeded:
		return "Packet too big"
	case probe.TTLExceeded:
		return "Time exceeded: Hop limit"
	}
	return "ICMP error"
}

// reason says why a probe failed.
func reason(r probe.Result) string {
	if r.From.Is6() {
		return reason6(r)
	}
	switch r.Kind {
	case probe.Unreachable:
		if int(r.Code) < len(unreachable) {
			return unreachable[r.Code]
		}
		return fmt.Sprintf("Dest Unreachable, Bad Code: %d", r.Code)
	case probe.FragNeeded:
		return "Frag needed and DF set"
	case probe.TTLExceeded:
		return "Time to live exceeded"
	}
	return "ICMP error"
}

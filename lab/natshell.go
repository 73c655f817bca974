package lab

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"axle/internal/ip"
)

const natHelp = `mappings                                     show what is translated
counters                                     show how many packets went through, or why not
flush                                        forget all mappings but the fixed ones
ip addr                                      show the addresses
exit                                         leave
`

// help returns what the operator of a NAT box can type.
func (n *nat) help() string { return natHelp }

// exec runs one command of the box's operator. done is called once.
func (n *nat) exec(line string, w io.Writer, done func()) (cancel func()) {
	defer done()
	switch f := strings.Fields(line); {
	case len(f) == 0:
	case f[0] == "mappings":
		n.printMappings(w)
	case f[0] == "counters":
		n.printCounters(w)
	case f[0] == "flush":
		n.forget()
	case f[0] == "ip":
		fmt.Fprintf(w, "outside inet %s\n", n.outer.addr)
		if n.outer.gateway.IsValid() {
			fmt.Fprintf(w, "default via %s\n", n.outer.gateway)
		}
		for _, q := range n.inner {
			fmt.Fprintf(w, "inside inet %s\n", q.addr)
		}
	case f[0] == "help", f[0] == "?":
		io.WriteString(w, natHelp)
	default:
		fmt.Fprintf(w, "%s: command not found (help lists the commands)\n", f[0])
	}
	return nil
}

// forget makes the box lose its memory, as when its power fails.
func (n *nat) forget() {
	n.table.flush()
	n.parts = ip.NewReassembler(ip.ReassemblyLimits{})
}

const mappingLine = "%-5s %-22s %-22s %-8s %s\n"

// printMappings prints the static translations, then the mappings.
func (n *nat) printMappings(w io.Writer) {
	fmt.Fprintf(w, mappingLine, "proto", "inside", "outside", "expires", "peers")
	for _, in := range slices.SortedFunc(maps.Keys(n.static[source]), netip.Addr.Compare) {
		fmt.Fprintf(w, mappingLine, "all", in, n.static[source][in], "never", "any")
	}
	for _, m := range n.table.all(n.lab.now) {
		expires := "never"
		if !m.fixed {
			expires = m.expires.Sub(n.lab.now).Round(time.Second).String()
		}
		outside := netip.AddrPortFrom(n.outer.addr.Addr(), m.port)
		fmt.Fprintf(w, mappingLine, protoName(m.proto), endName(m.proto, m.inside), endName(m.proto, outside), expires, m.peerNames(n.lab.now))
	}
}

// maxPeerNames bounds the peers of a mapping that are printed.
const maxPeerNames = 4

// peerNames returns who may come in.
func (m *mapping) peerNames(now time.Time) string {
	if m.peers == nil {
		return "any"
	}
	var names []string
	more := 0
	for _, p := range slices.SortedFunc(maps.Keys(m.peers), netip.AddrPort.Compare) {
		switch {
		case !m.peers[p].After(now):
		case len(names) == maxPeerNames:
			more++
		case p.Port() == 0:
			names = append(names, p.Addr().String())
		default:
			names = append(names, p.String())
		}
	}
	if more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, " ")
}

// endName returns an end, with its port where the protocol has such.
func endName(proto uint8, e netip.AddrPort) string {
	if hasPorts(proto) {
		return e.String()
	}
	return e.Addr().String()
}

// protoName returns the name of a protocol, or its number.
func protoName(proto uint8) string {
	name := map[uint8]string{ip.ProtoICMP: "icmp", ip.ProtoTCP: "tcp", ip.ProtoUDP: "udp", ip.ProtoGRE: "gre", ip.ProtoESP: "esp"}[proto]
	return cmp.Or(name, strconv.Itoa(int(proto)))
}

// printCounters prints how many packets were translated, and why others were
// not.
func (n *nat) printCounters(w io.Writer) {
	fmt.Fprintf(w, "%d packets translated from inside, %d from outside\n", n.out, n.in)
	for v, c := range n.drops {
		if verdict(v) != passed && c > 0 {
			fmt.Fprintf(w, "%d dropped: %s\n", c, verdicts[v])
		}
	}
}

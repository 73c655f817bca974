package ios

import (
	"strconv"
	"strings"
)

// A numberName is the word of IOS for a number in an access list.
type numberName struct {
	word string
	n    int
}

// aclProtocols are the words for protocols. "ip" is every protocol.
var aclProtocols = []numberName{
	{"ahp", 51},
	{"eigrp", 88},
	{"esp", 50},
	{"gre", 47},
	{"icmp", 1},
	{"igmp", 2},
	{"ip", -1},
	{"ipinip", 4},
	{"nos", 94},
	{"ospf", 89},
	{"pcp", 108},
	{"pim", 103},
	{"sctp", 132},
	{"tcp", 6},
	{"udp", 17},
}

// tcpPorts are the words for TCP ports; of two for one port the first is shown.
var tcpPorts = []numberName{
	{"bgp", 179},
	{"chargen", 19},
	{"cmd", 514},
	{"daytime", 13},
	{"discard", 9},
	{"domain", 53},
	{"drip", 3949},
	{"echo", 7},
	{"exec", 512},
	{"finger", 79},
	{"ftp", 21},
	{"ftp-data", 20},
	{"gopher", 70},
	{"hostname", 101},
	{"ident", 113},
	{"irc", 194},
	{"klogin", 543},
	{"kshell", 544},
	{"login", 513},
	{"lpd", 515},
	{"msrpc", 135},
	{"nntp", 119},
	{"onep-plain", 15001},
	{"onep-tls", 15002},
	{"pim-auto-rp", 496},
	{"pop2", 109},
	{"pop3", 110},
	{"smtp", 25},
	{"sunrpc", 111},
	{"syslog", 514},
	{"tacacs", 49},
	{"talk", 517},
	{"telnet", 23},
	{"time", 37},
	{"uucp", 540},
	{"whois", 43},
	{"www", 80},
}

// udpPorts are the words for UDP ports.
var udpPorts = []numberName{
	{"biff", 512},
	{"bootpc", 68},
	{"bootps", 67},
	{"discard", 9},
	{"dnsix", 195},
	{"domain", 53},
	{"echo", 7},
	{"isakmp", 500},
	{"mobile-ip", 434},
	{"nameserver", 42},
	{"netbios-dgm", 138},
	{"netbios-ns", 137},
	{"netbios-ss", 139},
	{"non500-isakmp", 4500},
	{"ntp", 123},
	{"pim-auto-rp", 496},
	{"rip", 520},
	{"ripv6", 521},
	{"snmp", 161},
	{"snmptrap", 162},
	{"sunrpc", 111},
	{"syslog", 514},
	{"tacacs", 49},
	{"talk", 517},
	{"tftp", 69},
	{"time", 37},
	{"who", 513},
	{"xdmcp", 177},
}

// typedOnly are words for ports that are taken, but shown as numbers.
var typedOnly = []numberName{{"ssh", 22}, {"https", 443}}

// icmpTypes are the words for types of ICMP messages: 256 times the type and
// the code, which is 255 for a whole type.
var icmpTypes = []numberName{
	{"administratively-prohibited", 3<<8 | 13},
	{"alternate-address", 6<<8 | 255},
	{"conversion-error", 31<<8 | 255},
	{"dod-host-prohibited", 3<<8 | 10},
	{"dod-net-prohibited", 3<<8 | 9},
	{"echo", 8<<8 | 255},
	{"echo-reply", 255},
	{"general-parameter-problem", 12 << 8},
	{"host-isolated", 3<<8 | 8},
	{"host-precedence-unreachable", 3<<8 | 14},
	{"host-redirect", 5<<8 | 1},
	{"host-tos-redirect", 5<<8 | 3},
	{"host-tos-unreachable", 3<<8 | 12},
	{"host-unknown", 3<<8 | 7},
	{"host-unreachable", 3<<8 | 1},
	{"information-reply", 16<<8 | 255},
	{"information-request", 15<<8 | 255},
	{"mask-reply", 18<<8 | 255},
	{"mask-request", 17<<8 | 255},
	{"mobile-redirect", 32<<8 | 255},
	{"net-redirect", 5 << 8},
	{"net-tos-redirect", 5<<8 | 2},
	{"net-tos-unreachable", 3<<8 | 11},
	{"net-unreachable", 3 << 8},
	{"network-unknown", 3<<8 | 6},
	{"no-room-for-option", 12<<8 | 2},
	{"option-missing", 12<<8 | 1},
	{"packet-too-big", 3<<8 | 4},
	{"parameter-problem", 12<<8 | 255},
	{"port-unreachable", 3<<8 | 3},
	{"precedence-unreachable", 3<<8 | 15},
	{"protocol-unreachable", 3<<8 | 2},
	{"reassembly-timeout", 11<<8 | 1},
	{"redirect", 5<<8 | 255},
	{"router-advertisement", 9<<8 | 255},
	{"router-solicitation", 10<<8 | 255},
	{"source-quench", 4<<8 | 255},
	{"source-route-failed", 3<<8 | 5},
	{"time-exceeded", 11<<8 | 255},
	{"timestamp-reply", 14<<8 | 255},
	{"timestamp-request", 13<<8 | 255},
	{"traceroute", 30<<8 | 255},
	{"ttl-exceeded", 11 << 8},
	{"unreachable", 3<<8 | 255},
}

// find returns the name that w is or, where no other begins so, abbreviates.
func findName(names []numberName, w string) (numberName, bool) {
	w = strings.ToLower(w)
	var found numberName
	count := 0
	for _, x := range names {
		if x.word == w {
			return x, true
		}
		if w != "" && strings.HasPrefix(x.word, w) {
			found = x
			count++
		}
	}
	return found, count == 1
}

// nameOf returns the word for n, or its digits.
func nameOf(names []numberName, n int) string {
	for _, x := range names {
		if x.n == n {
			return x.word
		}
	}
	return strconv.Itoa(n)
}

// decimal reads a number up to limit.
func decimal(w string, limit int) (int, bool) {
	n, err := strconv.ParseUint(w, 10, 32)
	return int(n), err == nil && n <= uint64(limit) && w[0] != '+'
}

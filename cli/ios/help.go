package ios

import (
	_ "embed"
	"maps"
	"strings"
)

// helpText is the help of keywords that stand inside commands: lines "path:
// help", the path without arguments. Most are Cisco's words.
//
//go:embed help.txt
var helpText string

// help maps a path of keywords to its help.
var help = readHelp(helpText, optionHelp)

// globalHelp is help with the words that differ in the global mode.
var globalHelp = overlaid(help, map[string]string{
	"ip":      "Global IP configuration subcommands",
	"ipv6":    "Global IPv6 configuration commands",
	"ip nat":  "NAT configuration commands",
	"ip nhrp": "NHRP global configuration",
	"vrf":     "VRF commands",
})

func overlaid(below, above map[string]string) map[string]string {
	h := maps.Clone(below)
	maps.Copy(h, above)
	return h
}

// options are groups of keywords of which one each may stand, in any order,
// behind the prefix. A group is lines "path: help".
type options struct {
	prefix string
	groups [][]string
}

var (
	helpSource  = []string{"source: Source address or interface"}
	helpTimeout = []string{"timeout: Specify timeout interval in seconds"}
	helpDetail  = []string{"detail: Show detailed information"}
	helpTunnel  = []string{"interface: Tunnel interface"}
	helpPing    = [][]string{
		helpSource, {"repeat: Specify repeat count"}, {"size: Specify datagram size"}, helpTimeout,
		{"df-bit: Enable do not fragment bit in IP header"},
	}
	helpTrace = [][]string{
		helpSource, {"numeric: Display numeric address"}, helpTimeout,
		{"probe: Specify number of probes per hop"}, {"ttl: Specify minimum and maximum ttl"},
	}
	helpRoute = [][]string{
		{"name: Specify name of the next hop"}, {"tag: Set tag for this route"},
		{"track: Install route depending on tracked item"}, {"permanent: permanent route"},
	}
	helpPeer = []string{
		"peer: Peer of the sessions", "peer nbma: NBMA address of the peer", "peer tunnel: Tunnel address of the peer",
		"peer network: Network behind the peer",
	}
)

var optionHelp = []options{
	{"ping", helpPing}, {"ping ip", helpPing}, {"traceroute", helpTrace}, {"traceroute ip", helpTrace},
	{"ip route", helpRoute}, {"ip route vrf", helpRoute}, {"ip route vrf global", helpRoute},
	{"clear dmvpn session", [][]string{helpPeer, helpTunnel, {"static: Also the sessions with next hop servers"}}},
	{"show dmvpn", helpDMVPN}, {"show dmvpn ipv4", helpDMVPN}, {"show dmvpn ipv6", helpDMVPN},
	{"show ip nhrp", [][]string{
		{
			"dynamic: dynamic (learned) NHRP entries", "static: static NHRP entries", "incomplete: incomplete NHRP entries",
			"local: local NHRP entries", "remote: remote NHRP entries", "shortcut: shortcut NHRP entries",
		},
		{"brief: Brief output", "detail: Detailed output"},
	}},
	{"show ip nhrp nhs", [][]string{helpDetail}},
	{"show ip nhrp traffic", [][]string{helpDetail, helpTunnel}},
	{"show adjacency", [][]string{{"detail: Protocol detail and timer"}}},
}

var helpDMVPN = [][]string{helpPeer, helpTunnel, {"static: Static sessions only"}, {"detail: Detailed DMVPN information"}}

// readHelp reads helpText and writes out the paths of options.
func readHelp(text string, opts []options) map[string]string {
	h := map[string]string{}
	for line := range strings.Lines(text) {
		addHelp(h, "", line)
	}
	for _, o := range opts {
		addOptions(h, o.prefix, o.groups)
	}
	return h
}

// addOptions enters every order of the groups behind prefix.
func addOptions(h map[string]string, prefix string, groups [][]string) {
	for i, g := range groups {
		rest := append(append([][]string{}, groups[:i]...), groups[i+1:]...)
		for _, line := range g {
			if path := addHelp(h, prefix+" ", line); path != "" {
				addOptions(h, path, rest)
			}
		}
	}
}

// addHelp enters a line "path: help" behind prefix and returns the whole path.
func addHelp(h map[string]string, prefix, line string) string {
	path, text, ok := strings.Cut(strings.TrimSpace(line), ": ")
	if !ok {
		return ""
	}
	h[prefix+path] = text
	return prefix + path
}

package commands

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"axle/cli/grammar"
	"axle/cli/ios"
)

// A feature is a row of docs/compatibility.md. A command belongs to the first
// feature that one of its modes or, in the modes of configuration and of
// interfaces, one of its first words names.
type feature struct {
	name    string
	modes   []string // beginnings of the names of modes; "about" behind a bar
	words   []string // beginnings of commands, without "no"
	refused string   // what IOS takes and Axle refuses, or does otherwise
}

var features = []feature{
	{"NHRP", nil, []string{"ip nhrp", "nhrp"}, "A host name as NBMA address stays unresolved until DNS is there. `ip nhrp attribute`, `ip nhrp group` and `ip nhrp map group` are kept"},
	{"NHRP for IPv6", nil, []string{"ipv6 nhrp"}, "The link-local address is not registered, as IOS does"},
	{"IPsec on tunnels", nil, []string{"tunnel protection"}, "An IKE profile on the line is kept"},
	{"Tunnel interfaces", nil, []string{"tunnel", "if-state", "keepalive"}, "Modes other than `gre ip` and `gre multipoint` are kept and the tunnel stays down. No host name as destination"},
	{"Addresses and MTU of interfaces", nil, []string{"ip address", "ip unnumbered", "ip mtu", "ip tcp adjust-mss", "ip redirects", "ip unreachables", "description", "bandwidth", "delay", "mtu", "shutdown", "load-interval", "interface"}, "An interface that the router does not have is taken and stays down; IOS refuses it"},
	{"Static routes", nil, []string{"ip route", "ipv6 route"}, "Those of a VRF with a next hop in the `global` table are kept"},
	{"VRF", []string{"config-vrf"}, []string{"vrf", "ip vrf"}, "IPv4: a routing table for each, inside tunnels and below them (`tunnel vrf`). Import and export, route targets and limits are kept"},
	{"EIGRP", []string{"config-router|EIGRP", "config-router|named", "config-router-af|EIGRP", "config-router-af-interface", "config-router-af-topology", "config-router-sf"}, []string{"router eigrp", "ip hello-interval eigrp", "ip hold-time eigrp", "ip bandwidth-percent", "ip authentication", "ip next-hop-self", "ip split-horizon", "ip summary-address"}, ""},
	{"OSPF", []string{"config-router|OSPF"}, []string{"router ospf", "ip ospf", "ipv6 ospf", "ospfv3", "router ospfv3", "ipv6 router"}, ""},
	{"BGP", []string{"config-router|BGP", "config-router-af|BGP", "config-router-stmp"}, []string{"router bgp", "ip bgp-community", "ip community-list", "ip as-path"}, ""},
	{"Other routing protocols", []string{"config-router", "config-keychain", "config-bfd"}, []string{"router", "ip rip", "isis", "ip router", "clns", "key", "bfd", "bfd-template"}, ""},
	{"IKE, IPsec and certificates", []string{"config-isakmp", "conf-isa", "conf-keyring", "config-ikev2", "config-crypto", "cfg-crypto", "ipsec-profile", "ca-", "cs-server", "config-cert", "config-pubkey", "gdoi", "config-gdoi", "crypto-", "config-ikmp"}, []string{"crypto", "password encryption"}, "Pre-shared keys and certificates. Crypto maps, AH, compression and clients are kept. `password encryption aes` encrypts keys"},
	{"Access lists, prefix lists, route maps", []string{"config-std-nacl", "config-ext-nacl", "config-ipv6-acl", "config-route-map", "config-ext-macl", "config-access-map", "config-time-range"}, []string{"access-list", "ip access-list", "ipv6 access-list", "ip access-group", "ip prefix-list", "ipv6 prefix-list", "route-map", "ip policy", "object-group", "time-range", "mac access-list"}, ""},
	{"NAT", nil, []string{"ip nat"}, ""},
	{"Quality of service", []string{"config-cmap", "config-pmap", "config-map-class", "config-tablemap"}, []string{"class-map", "policy-map", "service-policy", "qos", "priority", "fair-queue", "random-detect", "table-map", "traffic-shape", "rate-limit"}, ""},
	{"Firewall and inspection", []string{"config-sec", "config-utd", "config-profile", "config-ips"}, []string{"zone", "ip inspect", "parameter-map", "ip ips", "utd", "ip urlfilter", "ip verify"}, ""},
	{"Multicast routing", nil, []string{"ip pim", "ip igmp", "ip multicast", "ip mroute", "ipv6 pim", "ipv6 mld"}, "NHRP multicast maps replicate what the router itself sends"},
	{"Users and AAA", []string{"config-sg", "config-server", "config-attr", "config-locsvr", "config-radsrv", "config-view", "config-cc-policy", "config-attribute", "cfg-acct"}, []string{"username", "enable", "aaa", "radius", "tacacs", "privilege", "parser", "security", "login", "ldap"}, "Accounts and enable secrets are checked; AAA, and levels 2 to 14, have no effect"},
	{"Terminal lines", []string{"config-line"}, []string{"line", "banner", "alias", "menu"}, "On consoles of the lab nobody is asked for a password"},
	{"SSH and other servers", []string{"conf-ssh", "config-wsma"}, []string{"ip ssh", "ip http", "netconf", "restconf", "snmp", "ip scp", "ip ftp", "ip tftp", "tftp-server", "telemetry", "gnmi", "gnxi", "wsma"}, "None of these servers runs yet"},
	{"Logging and time", nil, []string{"logging", "service timestamps", "service sequence-numbers", "ntp", "clock", "sntp"}, "The buffer, consoles and time stamps are in force; no host is sent messages, and the clock is not set"},
	{"The configuration itself", []string{"config-archive"}, []string{"archive", "file prompt", "service config", "service password-encryption", "configuration", "hostname", "version"}, "`archive log config` is kept"},
	{"Names", nil, []string{"ip domain", "ip name-server", "ip host"}, "No names are looked up: `ip domain lookup` only changes what an unknown word prints"},
	{"Tracking and SLA", []string{"config-ip-sla", "config-sla", "config-track", "config-rtr", "config-endpoint"}, []string{"ip sla", "track", "rtr"}, "A route with `track` stays"},
	{"DHCP", []string{"config-dhcp", "dhcp-config"}, []string{"ip dhcp", "ipv6 dhcp"}, ""},
	{"Voice", []string{"config-telephony", "config-class", "config-dial", "conf-serv", "conf-voi", "config-voice", "config-ephone", "config-gk", "config-mgcp"}, []string{"voice", "dial-peer", "sip-ua", "telephony-service", "ephone", "mgcp", "call", "ccm-manager", "dspfarm", "sccp", "fax", "num-exp", "gateway", "gatekeeper", "codec", "translation-rule", "credentials", "presence", "media", "voice-port"}, ""},
	{"Switching, MPLS and the like", []string{"config-vlan", "config-if-", "config-mst", "config-bdomain", "config-srmpls", "config-pw", "config-nd"}, []string{"switchport", "spanning-tree", "vlan", "mpls", "l2vpn", "xconnect", "bridge", "channel-group", "mac", "storm-control", "lacp", "vtp", "udld", "encapsulation", "ethernet", "segment-routing", "standby", "vrrp", "glbp"}, "Sub-interfaces carry no VLAN"},
	{"Everything else", []string{""}, []string{""}, "Services of the box, of line cards, of other products of the family"},
}

// featureOf returns the feature of a command of a mode.
func featureOf(m *grammar.Mode, c *grammar.Command) int {
	global := m == ios.ConfigMode || m == ios.ConfigIf
	words := strings.TrimPrefix(c.Syntax, "no ")
	for i, f := range features {
		for _, name := range f.modes {
			name, about, exact := strings.Cut(name, "|")
			if !global && (!exact && strings.HasPrefix(m.Name, name) || exact && m.Name == name && m.About == about) {
				return i
			}
		}
		for _, w := range f.words {
			if global && (words == w || strings.HasPrefix(words, w+" ") || w == "") {
				return i
			}
		}
	}
	return -1
}

// TestCompatibility compares docs/compatibility.md with the declarations.
// "make docs" writes it.
func TestCompatibility(t *testing.T) {
	inForce, kept := make([][]string, len(features)), make([]int, len(features))
	for _, m := range ios.Modes() {
		if m == ios.ConfigSubif || m == ios.ConfigRange { // the same commands again
			continue
		}
		for _, c := range m.Commands {
			if c.Kind == grammar.Exec || c.Hidden {
				continue
			}
			i := featureOf(m, c)
			if i < 0 {
				t.Errorf("%s: %q belongs to no feature", m.Name, c.Syntax)
				continue
			}
			if c.Effect == grammar.NoEffect {
				kept[i]++
				continue
			}
			inForce[i] = append(inForce[i], "`"+strings.TrimSpace((&grammar.Line{Command: c}).Name())+"`")
		}
	}
	page := compatibilityPage(t, inForce, kept)
	file := filepath.Join(root, "docs", "compatibility.md")
	if *update {
		if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
			t.Error(err)
		}
		return
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; run make docs", err)
	}
	if string(got) != page {
		t.Errorf("docs/compatibility.md is stale from line %d on; run make docs", firstDifference(string(got), page))
	}
}

func compatibilityPage(t *testing.T, inForce [][]string, kept []int) string {
	var b strings.Builder
	b.WriteString(`# Compatibility

What of IOS is in force, what is kept, and what is refused. A line *in force* does what it does on IOS. A line that is *kept* is
accepted, checked, shown again in its place, and does nothing yet; ` + "`show configuration unsupported` and `axle check`" + ` list such
lines. Every other line is refused, as IOS refuses a word that it does not know, unless ` + "`service config permissive`" + ` keeps it.

The numbers count commands, once for each mode that has them. docs/commands describes each. This page is made from the
declarations (` + "`make docs`" + `).

| feature | in force | kept | refused, or not as IOS |
| --- | ---: | ---: | --- |
`)
	for i, f := range features {
		if len(inForce[i])+kept[i] == 0 {
			t.Errorf("feature %q has no command", f.name)
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %s |\n", f.name, len(inForce[i]), kept[i], f.refused)
	}
	b.WriteString("\n## Commands in force\n\n")
	for i, f := range features {
		if names := inForce[i]; len(names) > 0 {
			slices.Sort(names)
			fmt.Fprintf(&b, "- **%s**: %s\n", f.name, strings.Join(slices.Compact(names), ", "))
		}
	}
	return b.String()
}

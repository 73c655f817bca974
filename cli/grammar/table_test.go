package grammar

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// The tests' own table: made-up commands in the manner of IOS.

// port is an interface name of one or two words: "tunnel 0", "Tu0".
type port struct{}

func (port) Parse(words []string) (string, int, int, bool) {
	w := words[0]
	i := strings.IndexAny(w, "0123456789")
	name := w
	if i >= 0 {
		name = w[:i]
	}
	long := ""
	for _, t := range []string{"Loopback", "Tunnel"} {
		if name != "" && strings.HasPrefix(strings.ToLower(t), strings.ToLower(name)) {
			long = t
		}
	}
	if long == "" {
		return "", 0, 0, false
	}
	unit, n := "", 1
	switch {
	case i >= 0:
		unit = w[i:]
	case len(words) > 1:
		unit, n, i = words[1], 2, len(w)+1
	default:
		return "", 0, len(w), false
	}
	if _, _, _, ok := (Uint{Max: 99}).Parse([]string{unit}); !ok {
		return "", 0, i, false
	}
	return long + unit, n, 0, true
}
func (port) Placeholder() string { return "Tunnel" }
func (port) Help() string        { return "Interface name" }
func (port) Sample(rnd *rand.Rand) string {
	return []string{"tunnel 1", "Tu2", "loopback0", "lo 1", "tunnel3"}[rnd.IntN(5)]
}

// table is one set of modes, so that tests do not share them.
type table struct {
	exec, config, ifc, router, family, acl                               *Mode
	hostname, iface, addr, secondary, unnumbered, mapc, mapm, mapd, desc *Command
	redirects, mtu, route, netw, banner, group, split, timeout           *Command
}

func newTable(t testing.TB) *table {
	x := &table{}
	types := map[string]Type{
		"name": Word{Max: 20}, "text": Rest{Max: 60}, "addr": IPv4{}, "mask": Mask{}, "n": Uint{Min: 1, Max: 100},
		"port": port{}, "wild": Wildcard{}, "as": Uint{Min: 1, Max: 65535}, "proto": IPv4{What: "Protocol address"},
	}
	x.config = &Mode{Name: "config", Title: "Configure commands:", Types: types}
	x.ifc = &Mode{Name: "config-if", Parent: x.config, Types: types, Help: map[string]string{
		"ip": "Interface Internet Protocol config commands", "ip nhrp": "NHRP interface subcommands", "ip nhrp map": "Map an address",
	}}
	x.router = &Mode{Name: "config-router", Parent: x.config, Types: types}
	x.family = &Mode{Name: "config-router-af", Parent: x.router, Types: types}
	x.acl = &Mode{Name: "config-ext-nacl", Parent: x.config, Types: types}
	x.exec = &Mode{Types: types, Commands: []*Command{
		{Syntax: "show clock [detail]", Help: "Display the system clock"},
		{Syntax: "show crypto session", Help: "Crypto sessions"},
		{Syntax: "show interfaces [<port>]", Help: "Interface status"},
		{Syntax: "show ip nhrp [brief]", Help: "NHRP information"},
		{Syntax: "crypto key generate rsa [modulus <n>]", Help: "Generate RSA keys"},
		{Syntax: "configure terminal", Help: "Configure from the terminal"},
		{Syntax: "connect <name>", Help: "Open a terminal connection"},
		{Syntax: "debug secret", Help: "Not shown", Hidden: true},
	}}
	x.hostname = &Command{Syntax: "hostname <name>", Help: "Set system's network name", Kind: Leaf}
	x.banner = &Command{Syntax: "banner motd <body>", Help: "Message of the day", Kind: Leaf, Body: Delimited, Args: map[string]Type{"body": Rest{}}}
	x.iface = &Command{
		Syntax: "interface <port>", Help: "Select an interface", Kind: Section, Key: []string{"port"}, Opens: x.ifc,
		Less: func(a, b *Line) bool { return a.Args["port"] < b.Args["port"] },
	}
	x.route = &Command{
		Syntax: "ip route <addr> <mask> {<gateway>|Null0|<port>} [<n>] [name <name>]", Help: "Static route", Kind: List,
		Key: []string{"addr", "mask", "gateway", "Null0", "port"}, Args: map[string]Type{"gateway": IPv4{What: "Gateway"}},
	}
	x.config.Commands = []*Command{
		x.hostname,
		{Syntax: "no-such-thing", Kind: Leaf, Help: "A keyword that begins with no"},
		{Syntax: "ipv6 unicast-routing", Kind: Leaf, Help: "A keyword that another one begins"},
		{Syntax: "aaa new-model", Kind: Leaf, Absent: "no aaa new-model", Break: true, Help: "New access control"},
		{Syntax: "ip domain lookup", Aliases: []string{"ip domain-lookup"}, Kind: Leaf, Negatable: true, Help: "Name lookup", Break: true},
		{Syntax: "ip domain name <name>", Aliases: []string{"ip domain-name <name>"}, Kind: Leaf, Help: "Domain name"},
		{
			Syntax: "ip domain list {vrf <name> <host>|<host>}", Aliases: []string{"ip domain-list {vrf <name> <host>|<host>}"}, Kind: List,
			Args: map[string]Type{"host": Word{What: "Host"}}, Help: "Domain list",
		},
		x.iface,
		{Syntax: "router eigrp <as>", Kind: Section, Key: []string{"as"}, Opens: x.router, Help: "Routing process"},
		x.route,
		{Syntax: "ip access-list extended <name>", Kind: Section, Key: []string{"name"}, Opens: x.acl, Help: "Access list"},
		x.banner,
		{Syntax: "control-plane", Kind: Section, Opens: &Mode{Name: "config-cp", Parent: x.config}, Close: "!", Help: "Control plane"},
		{Syntax: "crypto pki chain <name>", Kind: Section, Key: []string{"name"}, Help: "Certificates", Opens: &Mode{
			Name: "config-cert-chain", Parent: x.config, Types: types, Commands: []*Command{
				{Syntax: "certificate [ca] <serial>", Kind: List, Body: UntilQuit, Args: map[string]Type{"serial": Hex{Max: 8}}, Help: "Certificate"},
			},
		}},
		{Syntax: "end", Help: "Leave"},
		{Syntax: "exit", Help: "Leave"},
	}
	x.addr = &Command{Syntax: "ip address <addr> <mask>", Kind: Leaf, Key: []string{"addr"}, Absent: "no ip address", Help: "Address"}
	x.secondary = &Command{Syntax: "ip address <addr> <mask> secondary", Kind: List, Key: []string{"addr"}, Help: "Another address"}
	x.unnumbered = &Command{Syntax: "ip unnumbered <port>", Kind: Leaf, Absent: "no ip address", Help: "Borrow an address"}
	x.redirects = &Command{Syntax: "ip redirects", Kind: Leaf, Negatable: true, Help: "ICMP redirects"}
	x.mtu = &Command{
		Syntax: "ip mtu <bytes>", Kind: Leaf, Args: map[string]Type{"bytes": Uint{Min: 68, Max: 18000, What: "MTU (bytes)"}},
		Default: "ip mtu 1500", Help: "Set IP Maximum Transmission Unit", Ref: "RFC 791",
	}
	x.desc = &Command{Syntax: "description <text>", Kind: Leaf, Help: "Interface specific description"}
	x.mapc = &Command{
		Syntax: "ip nhrp map <proto> <nbma>", Kind: List, Key: []string{"proto"}, Group: "map",
		Args: map[string]Type{"nbma": Addr{What: "NBMA address"}}, Help: "Static mapping", Effect: NoEffect,
	}
	x.mapd = &Command{Syntax: "ip nhrp map multicast dynamic", Kind: Leaf, Negatable: true, Help: "Learn destinations"}
	x.mapm = &Command{
		Syntax: "ip nhrp map multicast <nbma>", Kind: List, Key: []string{"nbma"}, Group: "map",
		Args: map[string]Type{"nbma": Addr{What: "NBMA address"}}, Help: "Use this mapping for broadcasts",
	}
	x.group = &Command{Syntax: "nhrp group <name>", Aliases: []string{"ip nhrp group <name>"}, Kind: Leaf, Help: "Group"}
	x.split = &Command{Syntax: "ip split-horizon eigrp <as>", Kind: List, Key: []string{"as"}, Negatable: true, Help: "Split horizon"}
	x.timeout = &Command{
		Syntax: "exec-timeout <n> <sec>", Kind: Leaf, Negatable: true, Default: "exec-timeout 10 0",
		Args: map[string]Type{"sec": Uint{Max: 59}}, Help: "Timeout",
	}
	x.ifc.Commands = []*Command{
		x.desc, x.addr, x.secondary, x.unnumbered, x.redirects, x.mtu, x.split,
		{Syntax: "ip nhrp authentication <key>", Kind: Leaf, Args: map[string]Type{"key": Word{Max: 8}}, Help: "Authentication string"},
		x.mapd, x.mapc, x.mapm,
		{Syntax: "ip nhrp max-send <n> every <s>", Kind: Leaf, Args: map[string]Type{"s": Uint{Min: 10, Max: 99}}, Help: "Rate"},
		{
			Syntax: "ip nhrp nhs <proto> [nbma <nbma> [multicast]] [priority <n>]", Kind: List, Key: []string{"proto"},
			Args: map[string]Type{"nbma": Addr{What: "NBMA address"}}, Help: "Next hop server",
		},
		x.group, x.timeout,
		{Syntax: "shutdown", Kind: Leaf, Help: "Shutdown the selected interface"},
		{Syntax: "tunnel mode {gre {ip|multipoint}|ipsec ipv4}", Kind: Leaf, Default: "tunnel mode gre ip", Help: "Tunnel encapsulation"},
		{Syntax: "tunnel source {<port>|<addr>}", Kind: Leaf, Help: "Source of tunnel packets"},
		{Syntax: "tunnel key <n>", Kind: Leaf, Help: "Key"},
		{Syntax: "no keepalive", Kind: Leaf, Hidden: true, Help: "Keepalive off, spelled out"},
	}
	x.netw = &Command{Syntax: "network <addr> [<wild>]", Kind: List, Help: "Enable routing on a network"}
	x.family.Commands = []*Command{
		x.netw,
		{
			Syntax: "topology base", Kind: Section, Close: "exit-topology", Indent: 2, Help: "Topology", Break: true,
			Opens: &Mode{Name: "config-router-af-topology", Parent: x.family, Types: types, Commands: []*Command{
				{
					Syntax: "redistribute {static|connected|eigrp <as>} [metric <n>]", Kind: List,
					Key: []string{"static", "connected", "eigrp", "as"}, Help: "Redistribute",
				},
			}},
		},
	}
	x.router.Commands = []*Command{
		x.netw,
		{Syntax: "neighbor <addr> remote-as <as>", Kind: List, Key: []string{"addr"}, Help: "Specify a neighbor"},
		{Syntax: "neighbor <addr> timers <n> <m>", Kind: List, Key: []string{"addr"}, Args: map[string]Type{"m": Uint{Max: 9}}, Help: "Timers"},
		{Syntax: "neighbor <peers> peer-group", Kind: List, Key: []string{"peers"}, Args: map[string]Type{"peers": Word{}}, Help: "Group"},
		{Syntax: "neighbor <peers> shutdown", Kind: List, Key: []string{"peers"}, Args: map[string]Type{"peers": Word{}}, Help: "Off"},
		{Syntax: "auto-summary", Kind: Leaf, Negatable: true, Default: "no auto-summary", Help: "Summarise"},
		{Syntax: "eigrp stub [connected] [summary] [static]", Kind: Leaf, Help: "Stub", Canon: func(l *Line) {
			if len(l.Words) == 2 && !l.No {
				l.Words = append(l.Words, "connected", "summary")
			}
		}},
		{
			Syntax: "address-family ipv4 [unicast] vrf <name>", Kind: Section, Key: []string{"name"}, Opens: x.family,
			Close: "exit-address-family", Break: true, Help: "Address family",
		},
	}
	x.acl.Commands = []*Command{
		{
			Syntax: "[<n>] {permit|deny} ip any any", Kind: List, Key: []string{"n", "permit", "deny"}, Help: "Entry",
			Less: func(a, b *Line) bool {
				x, y := a.Args["n"], b.Args["n"]
				return len(x) < len(y) || len(x) == len(y) && x < y
			},
		},
	}
	for _, m := range []*Mode{x.config, x.exec} {
		if err := m.Compile(); err != nil {
			t.Fatal(err)
		}
	}
	return x
}

package ios

import (
	"strings"
	"testing"
)

func TestRefusals(t *testing.T) {
	const two = "int tu1; ip add 10.0.0.1 255.255.255.0; int tu0; "
	for _, tt := range []struct{ name, lines, want string }{
		{"overlap", two + "ip add 10.0.0.2 255.255.255.0", "% 10.0.0.0 overlaps with Tunnel1"},
		{"overlap of a secondary", two + "ip add 10.0.0.129 255.255.255.128 sec", "% 10.0.0.128 overlaps with Tunnel1"},
		{"network address", "int tu0; ip add 10.0.0.0 255.255.255.252", "Bad mask /30 for address 10.0.0.0"},
		{"broadcast address", "int tu0; ip add 10.0.0.3 255.255.255.252", "Bad mask /30 for address 10.0.0.3"},
		{"multicast address", "int tu0; ip add 224.0.0.1 255.255.255.0", "Not a valid host address - 224.0.0.1"},
		{"destination on multipoint", "int tu0; tun mode gre multi; tun dest 1.2.3.4", "Tunnel destination not configurable on multipoint tunnel"},
		{"multipoint with destination", "int tu0; tun dest 1.2.3.4; tun mode gre multi", "Tunnel set mode failed. p2mp tunnels cannot have a tunnel destination."},
		{"long authentication", "int tu0; ip nhrp auth 123456789", "% NHRP: authentication string is longer than 8 characters"},
		{"host name", "hostname R_1!", "% Hostname contains one or more illegal characters."},
		{"host name with a hyphen in front", "hostname -x", "% Hostname contains one or more illegal characters."},
		{"host name with a hyphen behind", "hostname x-", "% Hostname contains one or more illegal characters."},
		{"host bits", "ip route 10.0.0.1 255.255.255.0 10.9.9.9", "%Inconsistent address and mask"},
		{"next hop is this router", two + "ip route 10.5.0.0 255.255.0.0 10.0.0.1", "%Invalid next hop address (it's this router)"},
		{"no such route", "no ip route 10.0.0.0 255.255.255.0 10.9.9.9", "%No matching route to delete"},
		{"second BGP", "router bgp 65001; exit; router bgp 65002", "BGP is already running; AS is 65001"},
		{"unknown VRF", "int tu0; vrf forwarding X", "% VRF X not configured."},
		{"VRF without family", "vrf definition X; int tu0; vrf forwarding X", "% Vrf X does not have an address-family configured"},
		{"password beside a secret", "username u secret 9 $9$x; username u password p", "ERROR: Can not have both a user password and a user secret.\nPlease choose one or the other."},
		{"number taken", "ip access-list extended A; 10 permit ip any any; 10 deny ip any any", "% Duplicate sequence number\n% Failed to add ace to access-list"},
		{"entry under another number", "ip access-list extended A; permit ip any any; 30 permit ip any any", "% Duplicate entry exists at sequence 10"},
		{"unknown protection profile", "int tu0; tunnel protection ipsec profile P", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			lines := strings.Split(tt.lines, "; ")
			term, _ := pasted(lines[:len(lines)-1]...)
			if s := term.log.String(); s != "" {
				t.Fatalf("printed early:\n%s", s)
			}
			before, last := term.tree.Text(), lines[len(lines)-1]
			want := term.prompt() + last + "\n" + tt.want + "\n"
			term.enter(last)
			if got := term.log.String(); got != want {
				t.Errorf("printed %q, want %q", got, want)
			}
			if after := term.tree.Text(); after != before {
				t.Errorf("a refused line changed the configuration:\n%s", diff(before, after))
			}
		})
	}
}

func TestNotices(t *testing.T) {
	for _, tt := range []struct{ name, lines, want string }{
		{"new profile", "crypto ikev2 profile P", noticeIKEv2Profile},
		{"new crypto map", "crypto map M 10 ipsec-isakmp", noticeCryptoMap},
		{"new isakmp profile", "crypto isakmp profile P", noticeIsakmpProf},
		{
			"mode under protection", "crypto ipsec profile P; int tu0; tun prot ips prof P; tun mode gre multi",
			"%WARNING: The tunnel mode has been modified while the tunnel protection is already active. It is recommended to run \"shutdown\" and \"no shutdown\" on Tunnel0 interface to refresh the config.\n",
		},
		{
			"addresses lost to a VRF", "ip vrf X; int tu0; ip add 10.0.0.1 255.255.255.0; vrf forwarding X",
			"% Interface Tunnel0 IPv4 disabled and address(es) removed due to enabling VRF X\n",
		},
		{
			"addresses lost without the VRF", "ip vrf X; int tu0; vrf forwarding X; ip add 10.0.0.1 255.255.255.0; no vrf forwarding",
			"% Interface Tunnel0 IPv4 disabled and address(es) removed due to disabling VRF X\n",
		},
		{"nothing lost to a VRF", "ip vrf X; int tu0; vrf forwarding X; no vrf forwarding", ""},
		{"redirect too early", "int tu0; ip nhrp redir", "% NHRP-WARNING: 'ip nhrp redirect' failed to initialise\n"},
		{"profile again", "crypto ikev2 profile P; exit; crypto ikev2 profile P", noticeIKEv2Profile},
	} {
		t.Run(tt.name, func(t *testing.T) {
			term, _ := pasted(strings.Split(tt.lines, "; ")...)
			_, printed, _ := strings.Cut(term.log.String(), "\n")
			if printed != tt.want {
				t.Errorf("printed %q, want %q", printed, tt.want)
			}
		})
	}
}

// TestCanonical holds lines as typed and as running-config shows them.
func TestCanonical(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"crypto isakmp key K address 0.0.0.0 0.0.0.0", "crypto isakmp key K address 0.0.0.0        \n"},
		{"crypto isakmp key 6 K address 10.0.0.0 255.0.0.0", "crypto isakmp key 6 K address 10.0.0.0 255.0.0.0\n"},
		{"crypto ipsec transform-set T esp-aes 256 esp-sha-h", "crypto ipsec transform-set T esp-aes 256 esp-sha-hmac \n mode tunnel\n"},
		{"crypto ipsec transform-set T esp-aes 128", "crypto ipsec transform-set T esp-aes \n mode tunnel\n"},
		{"crypto ipsec profile P; set pfs; set trans A B", "crypto ipsec profile P\n set transform-set A B \n set pfs group14\n"},
		{"crypto keyring K; pre-shared-key address 0.0.0.0 0.0.0.0 key X", "crypto keyring K  \n  pre-shared-key address 0.0.0.0 0.0.0.0 key X\n"},
		{"crypto isakmp profile P; keyring K; match identity address 0.0.0.0 0.0.0.0", "crypto isakmp profile P\n   keyring K\n   match identity address 0.0.0.0 \n"},
		{"crypto isakmp policy 10; encr aes 256; hash sha256; auth pre; group 14", "crypto isakmp policy 10\n encryption aes 256\n hash sha256\n authentication pre-share\n group 14\n"},
		{"crypto ikev2 proposal P; encryption aes-cbc-256; integrity sha256; group 14", "crypto ikev2 proposal P \n encryption aes-cbc-256\n integrity sha256\n group 14\n"},
		{"router eigrp 1; eigrp stub", "router eigrp 1\n eigrp stub connected summary\n"},
		{
			"router eigrp A; address-family ipv4 autonomous-system 1; af-interface tu0; hello 5; exit-af-interface; topology base; exit-af-topology; network 10.0.0.0",
			"router eigrp A\n !\n address-family ipv4 unicast autonomous-system 1\n  !\n  af-interface Tunnel0\n   hello-interval 5\n  exit-af-interface\n  !\n  topology base\n  exit-af-topology\n  network 10.0.0.0\n exit-address-family\n",
		},
		{"int tu0; no ip split-horizon eigrp 1; no ip next-hop-self eigrp 1", "interface Tunnel0\n no ip address\n no ip next-hop-self eigrp 1\n no ip split-horizon eigrp 1\n"},
		{"int tu0; ip add 10.0.0.1 255.0.0.0; ip add 10.0.0.2 255.0.0.0 sec; ip unnumbered lo0", "interface Tunnel0\n ip unnumbered Loopback0\n"},
		{"int tu0; ip unnumbered lo0; ip add 10.0.0.1 255.0.0.0", "interface Tunnel0\n ip address 10.0.0.1 255.0.0.0\n"},
		{"int tu0; ip add 10.0.0.1 255.0.0.0; no ip unnumbered", "interface Tunnel0\n ip address 10.0.0.1 255.0.0.0\n"},
		{"router eigrp 1; No au; Net 10.0.0.0", "router eigrp 1\n network 10.0.0.0\n"},
		{"router rip; ver 2; no au; net 10.0.0.0", "router rip\n version 2\n network 10.0.0.0\n"},
		{"int g0/0; ip route 10.5.0.0 255.255.0.0 10.0.0.1", "interface GigabitEthernet0/0\n no ip address\nip route 10.5.0.0 255.255.0.0 10.0.0.1\n"},
		{"no ip icmp rate-limit unreachable", "no ip icmp rate-limit unreachable\n"},
		{"ip icmp rate-limit unreachable", ""},
		{"int wlan-ap 0; int dot11Radio 0/1", "interface Dot11Radio0/1\n no ip address\ninterface wlan-ap0\n no ip address\n"},
		{"int g0/0; pvc 8/35; enc aal5snap; service instance 1 ethernet; enc default", "interface GigabitEthernet0/0\n no ip address\n pvc 8/35\n  encapsulation aal5snap\n service instance 1 ethernet\n  encapsulation default\n"},
		{"int tu0; no ip nhrp shortcut; ip nhrp group G", "interface Tunnel0\n no ip address\n nhrp group G\n no ip nhrp shortcut\n"},
		{"ip vrf X; int g0/0.10; encapsulation dot1q 10; ip vrf forwarding X", "ip vrf X\ninterface GigabitEthernet0/0.10\n vrf forwarding X\n encapsulation dot1Q 10\n no ip address\n"},
		{"logging console 7", ""},
		{"logging buff 10000 deb", "logging buffered 10000\n"},
		{"line vty 0 4; login; transport input none", "line vty 0 4\n login\n transport input none\n"},
		{"ip domain-name a.b", "ip domain name a.b\n"},
		{"interface range g0/0 - 1", ""},
		{
			"ip access-list extended A; permit ip any any; deny udp any any; 15 remark x; no permit ip any any; permit tcp any any",
			"ip access-list extended A\n 15 remark x\n 20 deny   udp any any\n 30 permit tcp any any\n",
		},
		{"ip access-list standard A; 20 permit any; 10 deny 10.0.0.1; no 20; no deny 1.1.1.1", "ip access-list standard A\n 10 deny   10.0.0.1\n"},
		{"ip access-list standard A; permit 10.0.0.0; default permit 10.0.0.1; default permit 10.0.0.0", "ip access-list standard A\n"},
		{"ip access-list extended A; permit ip any any; permit ip any any", "ip access-list extended A\n 10 permit ip any any\n"},
		{"username u privilege 15; username u secret 9 $9$x", "username u privilege 15 secret 9 $9$x\n"},
		{"username u secret 9 $9$x; username u privilege 15", "username u privilege 15 secret 9 $9$x\n"},
		{"username u privilege 15 secret 9 $9$x; username u privilege 1", "username u secret 9 $9$x\n"},
		{"username u privilege 15; no username u", ""},
		{"ip name-server 1.1.1.1; ip name-server 2.2.2.2; no ip name-server 1.1.1.1", "ip name-server 2.2.2.2\n"},
		{"ip name-server 1.1.1.1; ip name-server 2.2.2.2; no ip name-server", ""},
		{"ip vrf X; int tu0; ip add 10.0.0.1 255.255.255.0; vrf forwarding X", "ip vrf X\ninterface Tunnel0\n vrf forwarding X\n no ip address\n"},
		{"ip vrf X; int tu0; vrf forwarding X; ip add 10.0.0.1 255.255.255.0; vrf forwarding X", "ip vrf X\ninterface Tunnel0\n vrf forwarding X\n ip address 10.0.0.1 255.255.255.0\n"},
		{"line vty 0 4; login; line con 0; logging sync", "line con 0\n logging synchronous\nline vty 0 4\n login\n"},
	} {
		t.Run(tt.in, func(t *testing.T) {
			empty, _ := pasted()
			term, _ := pasted(strings.Split(tt.in, "; ")...)
			if s := term.log.String(); strings.Contains(s, "% Inv") {
				t.Fatalf("printed:\n%s", s)
			}
			skip := map[string]bool{"!": true}
			for l := range strings.Lines(empty.tree.Text()) {
				skip[strings.TrimRight(l, "\n")] = true
			}
			var got strings.Builder
			for l := range strings.Lines(term.tree.Text()) {
				if !skip[strings.TrimRight(l, "\n")] {
					got.WriteString(l)
				}
			}
			if got.String() != tt.want {
				t.Errorf("shown:\n%s\nwant:\n%s", got.String(), tt.want)
			}
		})
	}
}

package ios

import (
	"fmt"
	"strings"
	"testing"
)

func TestRefusals(t *testing.T) {
	const two = "int tu1; ip add 10.0.0.1 255.255.255.0; int tu0; "
	const own = "int tu0; ip add 10.0.0.1 255.255.255.0; "
	noSecret := func(typ int) string {
		return fmt.Sprintf("ERROR: The secret you entered is not a valid encrypted secret.\nTo enter an UNENCRYPTED secret, do not specify type %d encryption.\n"+
			"When you properly enter an UNENCRYPTED secret, it will be encrypted.", typ)
	}
	for _, tt := range []struct{ name, lines, want string }{
		{"overlap", two + "ip add 10.0.0.2 255.255.255.0", "% 10.0.0.0 overlaps with Tunnel1"},
		{"overlap of a secondary", two + "ip add 10.0.0.129 255.255.255.128 sec", "% 10.0.0.128 overlaps with Tunnel1"},
		{"network address", "int tu0; ip add 10.0.0.0 255.255.255.252", "Bad mask /30 for address 10.0.0.0"},
		{"broadcast address", "int tu0; ip add 10.0.0.3 255.255.255.252", "Bad mask /30 for address 10.0.0.3"},
		{"multicast address", "int tu0; ip add 224.0.0.1 255.255.255.0", "Not a valid host address - 224.0.0.1"},
		{"destination on multipoint", "int tu0; tun mode gre multi; tun dest 1.2.3.4", "Tunnel destination not configurable on multipoint tunnel"},
		{"multipoint with destination", "int tu0; tun dest 1.2.3.4; tun mode gre multi", "Tunnel set mode failed. p2mp tunnels cannot have a tunnel destination."},
		{"long authentication", "int tu0; ip nhrp auth 123456789", "% NHRP: authentication string is longer than 8 characters"},
		{"loopback address", "int tu0; ip add 127.0.0.1 255.0.0.0", "Not a valid host address - 127.0.0.1"},
		{"mask with a hole", "int tu0; ip add 10.0.1.1 255.0.255.0", "Bad mask 0xFF00FF00 for address 10.0.1.1"},
		{"secondary mask with a hole", "int tu0; ip add 10.0.1.1 0.255.255.255 secondary", "Bad mask 0xFFFFFF for address 10.0.1.1"},
		{"one host on a LAN", "int g0/0; ip add 10.0.1.1 255.255.255.255", "Bad mask /32 for address 10.0.1.1"},
		{"sub-interface without a VLAN", "int g0/0.10; ip add 10.0.1.1 255.255.255.0", "% Configuring IP routing on a LAN subinterface is only allowed if that\nsubinterface is already configured as part of an IEEE 802.10, IEEE 802.1Q,\nor ISL vLAN."},
		{"secondary as primary", own + "ip add 10.0.0.1 255.255.255.0 sec", "Secondary can't be same as primary"},
		{"primary with a secondary", own + "ip add 10.0.0.2 255.255.255.0 sec; no ip add 10.0.0.1 255.255.255.0", "Must delete secondary before deleting primary"},
		{"no such address", own + "no ip add 10.0.0.9 255.255.255.0", "Invalid address"},
		{"no address at all", "int tu0; no ip add 10.0.0.9 255.255.255.0", "Invalid address"},
		{"address of another mask", own + "no ip add 10.0.0.1 255.255.0.0", "Invalid address"},
		{"no such secondary", own + "no ip add 10.0.0.1 255.255.255.0 sec", "Invalid address"},
		{"removal without a mask", own + "no ip add 10.0.0.1", "% Incomplete command.\n"},
		{"host bits", "ip route 10.0.0.1 255.255.255.0 10.9.9.9", "%Inconsistent address and mask"},
		{"next hop is this router", two + "ip route 10.5.0.0 255.255.0.0 10.0.0.1", "%Invalid next hop address (it's this router)"},
		{"no such route", "no ip route 10.0.0.0 255.255.255.0 10.9.9.9", "%No matching route to delete"},
		{"next hop zero", "ip route 10.0.0.0 255.0.0.0 0.0.0.0", "%Invalid next hop address"},
		{"next hop loopback", "ip route 10.0.0.0 255.0.0.0 127.0.0.1", "%Invalid next hop address"},
		{"next hop multicast", "ip route 10.0.0.0 255.0.0.0 tu0 224.0.0.5", "%Invalid next hop address"},
		{"multicast destination", "ip route 224.0.0.0 240.0.0.0 10.9.9.9", "%Invalid destination prefix"},
		{"route of an unknown VRF", "ip route vrf X 10.0.0.0 255.0.0.0 10.9.9.9", "% IP routing table vrf X does not exist"},
		{"second BGP", "router bgp 65001; exit; router bgp 65002", "BGP is already running; AS is 65001"},
		{"unknown VRF", "int tu0; vrf forwarding X", "% VRF X not configured."},
		{"unknown tunnel VRF", "int tu0; tunnel vrf X", "% VRF X not configured."},
		{"another route distinguisher", "vrf definition X; rd 1:1; rd 2:2", "% Do \"no ip vrf \" before redefining the VRF"},
		{"route distinguisher twice", "vrf definition X; rd 1:1; ip vrf Y; rd 1:1", "% Cannot set RD, check if it's unique"},
		{"VRF without family", "vrf definition X; int tu0; vrf forwarding X", "% Vrf X does not have an address-family configured"},
		{"password beside a secret", "username u secret 9 $9$nhEmQVczB7dqsO$X.HsgL6x1il0RxkOSSvyQYwucySCt7qFm4v7pqCxkKM; username u password p", "ERROR: Can not have both a user password and a user secret.\nPlease choose one or the other."},
		{"secret that is no hash", "enable secret 5 foo", noSecret(5)},
		{"secret of type 9 that is no hash", "enable secret 9 foo", noSecret(9)},
		{"secret of another type's hash", "enable secret 8 $9$nhEmQVczB7dqsO$X.HsgL6x1il0RxkOSSvyQYwucySCt7qFm4v7pqCxkKM", noSecret(8)},
		{"secret that is cut", "username u secret 5 $1$mERr$hx5rVt7rPNoS4wqbXKX7m", noSecret(5)},
		{"secret of a type that passwords have", "enable secret 7 0822455D0A16", noSecret(7)},
		{"user's secret of an old type", "username u secret 4 abc", noSecret(4)},
		{"hidden password without digits", "enable password 7 zz", "Invalid encrypted password: zz"},
		{"hidden password of a wrong offset", "username u password 7 990C285F4D06", "Invalid encrypted password: 990C285F4D06"},
		{"hidden password that is cut", "line vty 0 4; password 7 0822455D0A1", "Invalid encrypted password: 0822455D0A1"},
		{"hidden key", "key chain K; key 1; key-string 7 zz", "Invalid encrypted password: zz"},
		{"number taken", "ip access-list extended A; 10 permit ip any any; 10 deny ip any any", "% Duplicate sequence number\n% Failed to add ace to access-list"},
		{"entry under another number", "ip access-list extended A; permit ip any any; 30 permit ip any any", "% Duplicate entry exists at sequence 10"},
		{"unknown protection profile", "int tu0; tunnel protection ipsec profile P", ""},
	} {
		t.Run(tt.name, func(t *testing.T) { wantRefused(t, tt.lines, tt.want) })
	}
}

// wantRefused enters lines, parted by "; ": the last prints a refusal, those before
// it nothing, and it changes nothing.
func wantRefused(t *testing.T, lines, printed string) {
	t.Helper()
	all := strings.Split(lines, "; ")
	term, _ := pasted(all[:len(all)-1]...)
	if s := term.log.String(); s != "" {
		t.Fatalf("printed early:\n%s", s)
	}
	before, last := term.tree.Text(), all[len(all)-1]
	want := term.prompt() + last + "\n" + printed + "\n"
	term.enter(last)
	if got := term.log.String(); got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
	if after := term.tree.Text(); after != before {
		t.Errorf("a refused line changed the configuration:\n%s", diff(before, after))
	}
}

func TestNotices(t *testing.T) {
	const illegal = "% Hostname contains one or more illegal characters.\n"
	weak := func(typ int) string {
		return fmt.Sprintf("WARNING: Command has been added to the configuration using a type %d password. However, type %d passwords will soon be deprecated. Migrate to a supported password type\n", typ, typ)
	}
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
		{"a VRF goes with addresses", "vrf definition X; address-family ipv4; int tu0; vrf forwarding X; ip add 10.0.0.1 255.255.255.0; no vrf definition X", "% IPv4 and IPv6 addresses from all interfaces in VRF X have been removed\n"},
		{"an old VRF goes", "ip vrf X; no ip vrf X", "% IPv4 addresses from all interfaces in VRF X have been removed\n"},
		{"an unknown VRF goes", "no ip vrf X", ""},
		{"interface to its defaults", "int tu3; ip mtu 1400; default int tu3", "Interface Tunnel3 set to default configuration\n"},
		{"unknown interface to its defaults", "default int tu3", ""},
		{"host name with an underscore", "hostname SITE1_SPOKE_2", illegal},
		{"host name with a digit in front", "hostname 1a", illegal},
		{"host name with a hyphen in front", "hostname -x", illegal},
		{"host name with a hyphen behind", "hostname x-", illegal},
		{"host name", "hostname R-1", ""},
		{"mask of 31 bits on a LAN", "int g0/0; ip add 10.0.0.0 255.255.255.254", "% Warning: use /31 mask on non point-to-point interface cautiously\n"},
		{"mask of 31 bits on a tunnel", "int tu0; ip add 10.0.0.0 255.255.255.254", ""},
		{"default route without a gateway", "ip route 0.0.0.0 0.0.0.0 lo0", "%Default route without gateway, if not a point-to-point interface, may impact performance\n"},
		{"default route to nowhere", "ip route 0.0.0.0 0.0.0.0 null0", ""},
		{"default route by DHCP", "ip route 0.0.0.0 0.0.0.0 dhcp; ip route 0.0.0.0 0.0.0.0 g0/0 dhcp 250; ip route 0.0.0.0 0.0.0.0 dhcp 254", ""},
		{"tracked route", "ip route 0.0.0.0 0.0.0.0 10.0.0.1 track 5", ""},
		{"clear password", "username a password cisco", weak(0)},
		{"clear password for the privileged level", "enable password cisco", weak(0)},
		{"hidden password", "username a privilege 15 password 7 0822455D0A16", weak(7)},
		{"weak hash", "enable secret 5 $1$mERr$hx5rVt7rPNoS4wqbXKX7m0", weak(5)},
		{"strong hash", "username a secret cisco", ""},
		{"user without a password", "username a privilege 15", ""},
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
		{"crypto ipsec transform-set A esp-gcm; crypto ipsec profile P; set pfs; set trans default A", "crypto ipsec transform-set A esp-gcm \n mode tunnel\ncrypto ipsec profile P\n set transform-set default A \n set pfs group14\n"},
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
		{"username u privilege 15; username u secret 9 $9$nhEmQVczB7dqsO$X.HsgL6x1il0RxkOSSvyQYwucySCt7qFm4v7pqCxkKM", "username u privilege 15 secret 9 $9$nhEmQVczB7dqsO$X.HsgL6x1il0RxkOSSvyQYwucySCt7qFm4v7pqCxkKM\n"},
		{"username u secret 9 $9$nhEmQVczB7dqsO$X.HsgL6x1il0RxkOSSvyQYwucySCt7qFm4v7pqCxkKM; username u privilege 15", "username u privilege 15 secret 9 $9$nhEmQVczB7dqsO$X.HsgL6x1il0RxkOSSvyQYwucySCt7qFm4v7pqCxkKM\n"},
		{"username u privilege 15 secret 9 $9$nhEmQVczB7dqsO$X.HsgL6x1il0RxkOSSvyQYwucySCt7qFm4v7pqCxkKM; username u privilege 1", "username u secret 9 $9$nhEmQVczB7dqsO$X.HsgL6x1il0RxkOSSvyQYwucySCt7qFm4v7pqCxkKM\n"},
		{"key chain K; key 1; key-string abc; key 2; key-string def; no key 1", "key chain K\n key 2\n  key-string def\n"},
		{"key chain K; key 1; key-s abc; key 2; key-s def", "key chain K\n key 1\n  key-string abc\n key 2\n  key-string def\n"},
		{"username u privilege 15; no username u", ""},
		{"hostname SITE1_SPOKE_2", "hostname SITE1_SPOKE_2\n"},
		{"int tu0; ip add 10.0.0.2 255.0.0.0 sec; ip add 10.0.0.1 255.0.0.0; no ip add 10.0.0.2 255.0.0.0 sec", "interface Tunnel0\n ip address 10.0.0.1 255.0.0.0\n"},
		{"int tu0; ip add 10.0.0.2 255.0.0.0 sec; ip add 10.0.0.1 255.0.0.0; ip add 10.0.0.2 255.0.0.0", "interface Tunnel0\n ip address 10.0.0.2 255.0.0.0\n"},
		{"int tu0; ip add 10.0.0.2 255.0.0.0 sec; ip add 10.0.0.1 255.0.0.0; no ip add", "interface Tunnel0\n no ip address\n"},
		{"vrf definition X; address-family ipv4; ip route vrf X 10.0.0.0 255.0.0.0 1.1.1.1; int tu0; vrf forwarding X; ip add 10.0.0.1 255.255.255.0; tunnel vrf X; no vrf definition X", "interface Tunnel0\n no ip address\n"},
		{"ip vrf X; rd 1:1; int tu0; ip mtu 1400; default int tu0", "ip vrf X\n rd 1:1\ninterface Tunnel0\n no ip address\n"},
		{"line con 0; no exec-timeout; no login local", "line con 0\n exec-timeout 0 0\n no login\n"},
		{"line vty 0 4; no login", "line vty 0 4\n no login\n"},
		{"line vty 0 4; no login; login local; default login", "line vty 0 4\n"},
		{"ip route 0.0.0.0 0.0.0.0 dhcp 250; ip route 0.0.0.0 0.0.0.0 g0/0 dhcp", "ip route 0.0.0.0 0.0.0.0 dhcp 250\nip route 0.0.0.0 0.0.0.0 GigabitEthernet0/0 dhcp\n"},
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

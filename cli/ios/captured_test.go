package ios

import (
	"strings"
	"testing"
)

// TestGlobalNotCaptured: a global command typed in a section opens what it says;
// no command of the section takes it for a longer word of its own.
func TestGlobalNotCaptured(t *testing.T) {
	lines := []string{
		"int tu0", "int g0/0", "int lo0", "rou ospf 1", "router ospf 1", "router eigrp NAME", "router bgp 1", "cry isakmp policy 1", "ip route 10.0.0.0 255.0.0.0 1.1.1.1", "line vty 0 4", "line con 0", "ntp server 1.1.1.1", "access-list 1 permit any",
		"enable secret 5 x", "username u password x", "route-map R permit 10", "snmp-server community x", "policy-map P", "class-map C", "key chain K", "track 1 ip sla 1", "banner motd #", "hostname R1", "crypto map M 10 ipsec-isakmp", "vrf definition X", "logging host 1.1.1.1",
		"vlan 10", "voice-port 0/0", "ip access-list extended X", "ip nat inside source list 1 interface g0/0 overload", "ip sla 1", "event manager applet X", "service timestamps log uptime", "alias exec x y", "no ip http server", "ip http server", "aaa new-model", "archive", "controller E1 0/0", "dial-peer voice 1 voip", "interface range g0/0 - 1",
	}
	for _, m := range subModes {
		if m == ConfigPubkeyData || m == ConfigSLARequest {
			continue // text
		}
		for _, line := range lines {
			l, err := m.Match(line)
			if err != nil {
				continue
			}
			want, _, _ := strings.Cut(strings.TrimPrefix(line, "no "), " ")
			if l.Words[0] != want && (strings.HasPrefix(want, "int") || !strings.HasPrefix("int", want)) {
				t.Errorf("%s: %q is taken for %q", m.Name, line, l.String())
			} else if want == "interface" || want == "router" {
				t.Errorf("%s: %q is taken", m.Name, line)
			}
		}
	}
}

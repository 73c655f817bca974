package ios

import (
	"strings"
	"testing"
)

// TestHidden holds lines as typed while "service password-encryption" is on, as
// they are shown, and as a configuration without it shows them.
func TestHidden(t *testing.T) {
	for _, tt := range []struct{ name, lines, off, on string }{
		{"key chain", "key chain K; key 1; key-string a b", "key-string a b", "key-string 7 03051B09"},
		{"type 0", "key chain K; key 1; key-string 0 ab", "key-string ab", "key-string 7 030559"},
		{"hidden already", "key chain K; key 1; key-string 7 0822455D0A16", "key-string 7 0822455D0A16", "key-string 7 0822455D0A16"},
		{"password like a word before it", "key chain K; key 1; key-string key-string", "key-string key-string", "key-string 7 130E120B461F1038222A2F"},
		{"OSPF", "int tu0; ip ospf authentication-key ab", "ip ospf authentication-key ab", "ip ospf authentication-key 7 030559"},
		{"OSPF digest", "int tu0; ip ospf message-digest-key 1 md5 ab", "ip ospf message-digest-key 1 md5 ab", "ip ospf message-digest-key 1 md5 7 030559"},
		{"OSPF virtual link", "router ospf 1; area 1 virtual-link 10.0.0.1 authentication-key ab", "area 1 virtual-link 10.0.0.1 authentication-key ab", "area 1 virtual-link 10.0.0.1 authentication-key 7 030559"},
		{"BGP", "router bgp 1; neighbor 10.0.0.1 remote-as 2; neighbor 10.0.0.1 password xy; neighbor 10.0.0.1 password ab", "neighbor 10.0.0.1 password ab", "neighbor 10.0.0.1 password 7 030559"},
		{"CHAP", "int g0/0; ppp chap password ab", "ppp chap password ab", "ppp chap password 7 030559"},
		{"PAP", "int g0/0; ppp pap sent-username ab password ab", "ppp pap sent-username ab password ab", "ppp pap sent-username ab password 7 030559"},
		{"HSRP", "int g0/0; standby 1 authentication md5 key-string ab", "standby 1 authentication md5 key-string ab", "standby 1 authentication md5 key-string 7 030559"},
		{"HSRP in clear", "int g0/0; standby 1 authentication ab", "standby 1 authentication ab", "standby 1 authentication ab"},
		{"VRRP", "int g0/0; vrrp 1 authentication md5 key-string ab", "vrrp 1 authentication md5 key-string ab", "vrrp 1 authentication md5 key-string 7 030559"},
		{"RADIUS", "radius server A; key ab", "key ab", "key 7 030559"},
		{"RADIUS of old", "radius-server key ab", "radius-server key ab", "radius-server key 7 030559"},
		{"TACACS+ of old", "tacacs-server key ab", "tacacs-server key ab", "tacacs-server key 7 030559"},
		{"NTP", "ntp authentication-key 1 md5 ab", "ntp authentication-key 1 md5 030559 7", "ntp authentication-key 1 md5 030559 7"},
		{"NTP, type 0", "ntp authentication-key 1 md5 ab 0", "ntp authentication-key 1 md5 030559 7", "ntp authentication-key 1 md5 030559 7"},
		{"NTP, hidden", "ntp authentication-key 1 md5 0822455D0A16 7", "ntp authentication-key 1 md5 0822455D0A16 7", "ntp authentication-key 1 md5 0822455D0A16 7"},
		{"SNMP never", "snmp-server community ab RO", "snmp-server community ab RO", "snmp-server community ab RO"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, hide := range []bool{false, true} {
				term, _ := pasted(strings.Split(tt.lines, "; ")...)
				Sealer{Rand: zeros{}, Hide: hide}.Tree(term.tree)
				want := tt.off
				if hide {
					want = tt.on
				}
				text := term.tree.Text()
				if !strings.Contains(text, " "+want+"\n") && !strings.Contains(text, "\n"+want+"\n") {
					t.Errorf("no line %q in\n%s", want, text)
				}
				if strings.Contains(text, "xy") {
					t.Errorf("the older password is still there:\n%s", text)
				}
				again, errs := Load(text)
				if len(errs) > 0 || again.Text() != text {
					t.Errorf("fed back: %v\n%s", errs, diff(text, again.Text()))
				}
			}
		})
	}
}

// TestSamePassword: IOS says so whichever of the two comes second.
func TestSamePassword(t *testing.T) {
	for _, tt := range []struct {
		lines string
		want  string
	}{
		{"enable password cisco; enable secret cisco", noticeSameSecret},
		{"enable password 7 0822455D0A16; enable secret cisco", noticeSameSecret},
		{"enable secret cisco; enable password cisco", noticeSamePassword},
		{"enable secret cisco; enable password cisco2", ""},
		{"enable secret cisco", ""},
	} {
		term, c := pasted(strings.Split(tt.lines, "; ")...)
		log := term.log.String()
		if strings.Contains(log, tt.want) == (tt.want == "") && tt.want != "" || strings.Contains(log, "is the same") != (tt.want != "") {
			t.Errorf("%s: printed\n%s", tt.lines, log)
		}
		if !c.EnableSecret.Verify("cisco") {
			t.Errorf("%s: the secret was not taken", tt.lines)
		}
	}
}

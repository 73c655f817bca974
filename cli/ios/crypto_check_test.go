package ios

import (
	"strings"
	"testing"

	"axle/cli/grammar"
)

const (
	notThere  = "ERROR: transform set with tag \"NOPE\" does not exist.\n"
	keyThere  = "A pre-shared key for address mask "
	wholeP    = "crypto ikev2 proposal P; encryption aes-cbc-256; integrity sha256; group 14; "
	caret     = "% Invalid input detected at '^' marker.\n\n"
	twoInUse  = "% Cannot remove as profile is in use.\n"
	setTS     = "crypto ipsec transform-set TS esp-aes; "
	profilePF = "crypto ipsec profile PF; "
)

// TestCryptoRefusals types lines of which IOS refuses the last: what it prints,
// and that the configuration stays.
func TestCryptoRefusals(t *testing.T) {
	for _, tt := range []struct{ name, lines, want string }{
		{"unknown set in a profile", profilePF + "set transform-set NOPE", notThere},
		{"unknown set in a map", "crypto map M 10 ipsec-isakmp; set transform-set NOPE", notThere},
		{"unknown set among others", setTS + profilePF + "set transform-set TS NOPE", notThere},
		{"names of sets are of one case", "crypto ipsec transform-set nope esp-aes; " + profilePF + "set trans NOPE", notThere},
		{"default set switched off", "no crypto ipsec transform-set default; " + profilePF + "set transform-set default", "ERROR: transform set with tag \"default\" does not exist.\n"},
		{"unknown IKEv2 profile", profilePF + "set ikev2-profile X", "Profile X is not found\n"},
		{"unknown proposal", "crypto ikev2 policy P; proposal X", "% No Proposal exists with the specified name X\n"},
		{"incomplete proposal", "crypto ikev2 proposal X; encryption aes-gcm-256; group 14; crypto ikev2 policy P; proposal X", "Proposal X is not complete to be attached to policy\n"},
		{"unknown protection profile", "int tu0; tunnel protection ipsec profile P", "\n"},
		{"default protection profile switched off", "no crypto ipsec profile default; int tu0; tunnel protection ipsec profile default", "\n"},

		{"key for all again", "crypto isakmp key a address 0.0.0.0; crypto isakmp key b address 0.0.0.0 0.0.0.0", keyThere + "0.0.0.0 0.0.0.0 already exists!\n"},
		{"the same key again", "crypto isakmp key a address 1.1.1.1; crypto isakmp key a address 1.1.1.1", keyThere + "1.1.1.1 255.255.255.255 already exists!\n"},
		{"key for a network again", "crypto isakmp key a address 10.0.0.0 255.0.0.0; crypto isakmp key 6 X address 10.0.0.0 255.0.0.0", keyThere + "10.0.0.0 255.0.0.0 already exists!\n"},
		{"key of a keyring again", "crypto keyring K; pre-shared-key address 0.0.0.0 key a; pre-shared-key address 0.0.0.0 0.0.0.0 key b", keyThere + "0.0.0.0 0.0.0.0 already exists!\n"},
		{"key of a host in a keyring again", "crypto keyring K; pre-shared-key address 1.1.1.1 key a; pre-shared-key address 1.1.1.1 255.255.255.255 key b", keyThere + "1.1.1.1 255.255.255.255 already exists!\n"},

		{"two encryptions", "crypto ipsec transform-set T esp-aes esp-aes", caret},
		{"two encryptions with a length", "crypto ipsec transform-set T esp-aes 256 esp-3des", caret},
		{"two integrities", "crypto ipsec transform-set T esp-sha-hmac esp-sha256-hmac", caret},
		{"integrity beside GCM", "crypto ipsec transform-set T esp-gcm 256 esp-sha-hmac", caret},
		{"two AH", "crypto ipsec transform-set T ah-sha-hmac ah-md5-hmac", caret},
		{"length of GCM", "crypto ipsec transform-set T esp-gcm 160", caret},

		{"policy group", "crypto isakmp policy 1; group 3", caret},
		{"policy hash", "crypto isakmp policy 1; hash sha224", caret},
		{"policy priority", "crypto isakmp policy 10001", caret},
		{"policy lifetime", "crypto isakmp policy 1; lifetime 59", caret},
		{"proposal group", "crypto ikev2 proposal P; group 4", caret},
		{"proposal group twice", "crypto ikev2 proposal P; group 14 14", caret},
		{"proposal encryption", "crypto ikev2 proposal P; encryption aes-cbc-512", caret},
		{"proposal with and without AEAD", "crypto ikev2 proposal P; encryption aes-gcm-256 aes-cbc-256", caret},
		{"proposal integrity", "crypto ikev2 proposal P; integrity sha224", caret},
		{"proposal prf", "crypto ikev2 proposal P; prf sha224", caret},
		{"profile lifetime", "crypto ikev2 profile P; lifetime 119", caret},
		{"profile DPD", "crypto ikev2 profile P; dpd 9 2 periodic", caret},
		{"IKEv2 window", "crypto ikev2 window 201", caret},
		{"IKEv2 fragmentation", "crypto ikev2 fragmentation mtu 67", caret},
		{"IKEv2 cookies", "crypto ikev2 cookie-challenge 1001", caret},
		{"IKEv2 limit", "crypto ikev2 limit max-sa 10000", caret},
		{"isakmp keepalive", "crypto isakmp keepalive 9", caret},
		{"isakmp NAT keepalive", "crypto isakmp nat keepalive 4", caret},
		{"seconds too few", profilePF + "set security-association lifetime seconds 119", caret},
		{"seconds too many", profilePF + "set security-association lifetime seconds 2592001", caret},
		{"seconds of all", "crypto ipsec security-association lifetime seconds 119", caret},
		{"kilobytes too few", profilePF + "set security-association lifetime kilobytes 2559", caret},
		{"idle too short", profilePF + "set security-association idle-time 59", caret},
		{"idle too long", "crypto ipsec security-association idle-time 86401", caret},
		{"replay window", profilePF + "set security-association replay window-size 65", caret},
		{"replay window of all", "crypto ipsec security-association replay window-size 32", caret},
		{"PFS group", profilePF + "set pfs group3", caret},
		{"seconds in a map", "crypto map M 10 ipsec-isakmp; set security-association lifetime seconds 119", caret},

		{"set in use", setTS + profilePF + "set transform-set TS; no crypto ipsec transform-set TS", "% Cannot remove as transform set is in use.\n"},
		{"set in use by a map", setTS + "crypto map M 10 ipsec-isakmp; set transform-set TS; no crypto ipsec transform-set TS", "% Cannot remove as transform set is in use.\n"},
		{"profile in use", profilePF + "int tu0; tunnel protection ipsec profile PF shared; no crypto ipsec profile PF", twoInUse},
		{"proposal in use", wholeP + "crypto ikev2 policy O; proposal P; no crypto ikev2 proposal P", "% Cannot remove as proposal is in use.\n"},
		{"IKEv2 keyring in use", "crypto ikev2 keyring K; crypto ikev2 profile P; keyring local K; no crypto ikev2 keyring K", "% Cannot remove as keyring is in use.\n"},
		{"IKEv2 profile in use", "crypto ikev2 profile P; " + profilePF + "set ikev2-profile P; no crypto ikev2 profile P", twoInUse},
		{"IKEv2 profile in use by a tunnel", "crypto ikev2 profile P; int tu0; tunnel protection ipsec profile default ikev2-profile P; no crypto ikev2 profile P", twoInUse},
		{"isakmp profile in use", "crypto isakmp profile P; " + profilePF + "set isakmp-profile P; no crypto isakmp profile P", twoInUse},
		{"keyring in use", "crypto keyring K; crypto isakmp profile P; keyring K; no crypto keyring K", "% Cannot remove as keyring is in use.\n"},
		{"crypto map in use", "crypto map M 10 ipsec-isakmp; int g0/0; crypto map M; no crypto map M 10", "% Crypto-map M is in use by interface(s): GigabitEthernet0/0. Please remove the crypto map from the above interface(s) first\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			lines := strings.Split(tt.lines, "; ")
			term, _ := pasted(lines[:len(lines)-1]...)
			if s := term.log.String(); strings.Contains(s, "Invalid") || strings.Contains(s, "exist") {
				t.Fatalf("printed early:\n%s", s)
			}
			term.log.Reset()
			before, last := term.tree.Text(), lines[len(lines)-1]
			term.enter(last)
			_, got, _ := strings.Cut(term.log.String(), "\n")
			if i := strings.Index(got, "^\n"); i >= 0 && tt.want == caret {
				got = got[i+2:]
			}
			if got != tt.want {
				t.Errorf("printed %q, want %q", got, tt.want)
			}
			if after := term.tree.Text(); after != before {
				t.Errorf("a refused line changed the configuration:\n%s", diff(before, after))
			}
		})
	}
}

// TestCryptoCanonical holds crypto lines as typed and as running-config shows
// them.
func TestCryptoCanonical(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"defaults of a policy", "crypto isakmp policy 10; encr des; hash sha; authentication rsa-sig; group 1; lifetime 86400", "crypto isakmp policy 10\n"},
		{"back to a default", "crypto isakmp policy 10; hash md5; hash sha; encr aes 128", "crypto isakmp policy 10\n encryption aes\n"},
		{"defaults of a profile", "crypto ipsec profile P; set security-association lifetime seconds 3600; set security-association lifetime kilobytes 4608000", "crypto ipsec profile P\n"},
		{"default of a profile beside another for all", "crypto ipsec security-association lifetime seconds 900; crypto ipsec profile P; set security-association lifetime seconds 3600; set security-association replay window-size 64", "crypto ipsec security-association lifetime seconds 900\ncrypto ipsec profile P\n set security-association lifetime seconds 3600\n"},
		{"what is set for all goes", "crypto ipsec security-association lifetime seconds 900; crypto ipsec profile P; set security-association lifetime seconds 3600; no crypto ipsec security-association lifetime seconds 900", "crypto ipsec profile P\n"},
		{"what is set for all is the default again", "crypto ipsec security-association replay disable; crypto map M 1 ipsec-isakmp; set security-association replay window-size 64; crypto ipsec security-association replay window-size 64", "crypto map M 1 ipsec-isakmp \n"},
		{"days, then the default", "crypto ipsec profile P; set security-association lifetime days 2; set security-association lifetime seconds 3600", "crypto ipsec profile P\n"},
		{"default of a profile after another", "crypto ipsec profile P; set security-association lifetime seconds 900; set security-association lifetime seconds 3600", "crypto ipsec profile P\n"},
		{"local address", "crypto keyring K; local-address gi0/0; crypto isakmp profile P; local-address lo 0", "crypto keyring K  \n  local-address GigabitEthernet0/0\ncrypto isakmp profile P\n   local-address Loopback0\n"},
		{"flex", "crypto ikev2 client flexvpn F; crypto ikev2 name-mangler M; crypto engine compliance shield disable", "crypto ikev2 name-mangler M\ncrypto ikev2 client flexvpn F\ncrypto engine compliance shield disable\n"},
		{"defaults of IPsec", "crypto ipsec security-association lifetime seconds 3600; crypto ipsec security-association lifetime kilobytes 4608000; crypto ipsec security-association replay window-size 64; crypto ipsec df-bit copy", ""},
		{"defaults of IKEv2", "crypto ikev2 window 5; crypto ikev2 http-url cert; crypto ikev2 profile P; lifetime 86400; config-exchange request", "crypto ikev2 profile P\n"},
		{"defaults of isakmp", "crypto isakmp identity address; crypto isakmp enable; crypto isakmp keepalive 10 2 on-demand", "crypto isakmp keepalive 10\n"},
		{"keepalive", "crypto isakmp keepalive 10 3 periodic", "crypto isakmp keepalive 10 3 periodic\n"},
		{"days instead of seconds", "crypto ipsec profile P; set security-association lifetime seconds 900; set security-association lifetime days 2", "crypto ipsec profile P\n set security-association lifetime days 2\n"},

		{"clear key", "crypto isakmp key 0 abc address 1.1.1.3", "crypto isakmp key abc address 1.1.1.3        \n"},
		{"clear key called 0", "crypto isakmp key 0 0 address 1.1.1.3", "crypto isakmp key 0 0 address 1.1.1.3        \n"},
		{"key called address", "crypto isakmp key address address 1.1.1.3", "crypto isakmp key address address 1.1.1.3        \n"},
		{"clear key for a name", "crypto isakmp key 0 abc hostname r2", "crypto isakmp key abc hostname r2\n"},
		{"clear key of a keyring", "crypto keyring K; pre-shared-key address 1.1.1.1 255.255.255.255 key 0 abc", "crypto keyring K  \n  pre-shared-key address 1.1.1.1 key abc\n"},
		{"keys of a keyring", "crypto keyring K vrf V; pre-shared-key address 0.0.0.0 key a; pre-shared-key address ipv6 2001:DB8::/32 key 0 b; pre-shared-key hostname r2 key 0 c", "crypto keyring K vrf V  \n  pre-shared-key address 0.0.0.0 0.0.0.0 key a\n  pre-shared-key address ipv6 2001:DB8::/32 key b\n  pre-shared-key hostname r2 key c\n"},
		{"clear key of a peer", "crypto ikev2 keyring K; peer A; address 0.0.0.0; pre-shared-key 0 abc", "crypto ikev2 keyring K\n peer A\n  address 0.0.0.0 0.0.0.0\n  pre-shared-key abc\n !\n"},
		{"clear key called local", "crypto ikev2 keyring K; peer A; pre-shared-key 0 local", "crypto ikev2 keyring K\n peer A\n  pre-shared-key 0 local\n !\n"},
		{"clear keys of a profile", "crypto ikev2 profile P; authentication local pre-share key 0 a; authentication remote pre-share key 0 b", "crypto ikev2 profile P\n authentication remote pre-share key b\n authentication local pre-share key a\n"},
		{"key for both ways last", "crypto ikev2 keyring K; peer A; pre-shared-key local a; pre-shared-key remote b; pre-shared-key hex 0xdead", "crypto ikev2 keyring K\n peer A\n  pre-shared-key hex 0xdead\n !\n"},
		{"keys for each way last", "crypto ikev2 keyring K; peer A; pre-shared-key c; pre-shared-key remote b; pre-shared-key local a", "crypto ikev2 keyring K\n peer A\n  pre-shared-key local a\n  pre-shared-key remote b\n !\n"},
		{"method entered again", "crypto ikev2 profile P; authentication remote pre-share; authentication remote pre-share key abc; authentication remote rsa-sig", "crypto ikev2 profile P\n authentication remote pre-share key abc\n authentication remote rsa-sig\n"},
		{"local method is one", "crypto ikev2 profile P; authentication local pre-share; authentication local rsa-sig", "crypto ikev2 profile P\n authentication local rsa-sig\n"},

		{"identity of a host", "crypto ikev2 profile P; match identity remote address 10.0.0.1; match identity remote address 0.0.0.0 0.0.0.0", "crypto ikev2 profile P\n match identity remote address 10.0.0.1 255.255.255.255 \n match identity remote address 0.0.0.0 \n"},
		{"identity of an isakmp peer", "crypto isakmp profile P; match identity address 10.0.0.1 V; match identity address ipv6 2001:DB8::/32", "crypto isakmp profile P\n   match identity address 10.0.0.1 255.255.255.255 V \n   match identity address ipv6 2001:DB8::/32 \n"},
		{
			"order of a profile", "crypto ikev2 profile P; dpd 30 5 on-demand; keyring local K; match fvrf any; match address local 1.1.1.1; identity local dn; match identity remote any; description d",
			"crypto ikev2 profile P\n description d\n match fvrf any\n match address local 1.1.1.1\n match identity remote any\n identity local dn\n keyring local K\n dpd 30 5 on-demand\n",
		},
		{"order of transforms", "crypto ipsec transform-set T esp-sha-h esp-aes 256 ah-sha-h", "crypto ipsec transform-set T ah-sha-hmac esp-aes 256 esp-sha-hmac \n mode tunnel\n"},
		{"algorithms", "crypto ikev2 proposal P; encryption aes-cbc-2 3des; integrity sha5 md5; group 2 5; pqc mlkem768 opt", "crypto ikev2 proposal P \n encryption aes-cbc-256 3des\n integrity sha512 md5\n group 2 5\n pqc mlkem768 optional\n"},
		{
			"limits", "crypto ikev2 limit max-sa 9; crypto ikev2 limit max-in-negotiation-sa 40 incoming; crypto ikev2 limit max-in-negotation-sa 50 outgoing; crypto ikev2 limit max-in-negotation-sa 41 incoming",
			"crypto ikev2 limit max-sa 9\ncrypto ikev2 limit max-in-negotation-sa 41 incoming\ncrypto ikev2 limit max-in-negotation-sa 50 outgoing\n",
		},
		{"lifetimes of a map", "crypto map M 10 ipsec-isakmp; set security-association lifetime seconds 3600; set pfs", "crypto map M 10 ipsec-isakmp \n set pfs group14\n"},

		{"trustpoint", "crypto pki trustpoint T; enrollment url http://a:80; enrollment terminal", "crypto pki trustpoint T\n enrollment terminal\n revocation-check crl\n"},
		{"trustpoint without a check", "crypto pki trustpoint T; enrollment selfsigned; enrollment retry count 3; revocation-check none", "crypto pki trustpoint T\n enrollment selfsigned\n enrollment retry count 3\n revocation-check none\n"},

		{
			"default objects off", "no crypto ikev2 proposal default; no crypto ikev2 policy default; no crypto ipsec transform-set default; no crypto ipsec profile default; no crypto ikev2 authorization policy default",
			"no crypto ikev2 proposal default\nno crypto ikev2 policy default\nno crypto ikev2 authorization policy default\nno crypto ipsec transform-set default\nno crypto ipsec profile default\n",
		},
		{"default object changed", "crypto ikev2 proposal default; group 14", "crypto ikev2 proposal default \n group 14\n"},
		{"default object off after a change", "crypto ikev2 proposal default; group 14; no crypto ikev2 proposal default", "no crypto ikev2 proposal default\n"},
		{"default object on again", "no crypto ikev2 proposal default; default crypto ikev2 proposal default", ""},
		{"default object entered again", "no crypto ikev2 proposal default; crypto ikev2 proposal default; group 14", "crypto ikev2 proposal default \n group 14\n"},
		{"a name like default", "crypto ikev2 proposal def; no crypto ikev2 proposal def", ""},
		{"default policies", "no crypto isakmp default policy", "no crypto isakmp default policy\n"},
		{"default policies on again", "no crypto isakmp default policy; crypto isakmp default policy", ""},
		{"default protection", "int tu0; tunnel protection ipsec profile default", "interface Tunnel0\n no ip address\n tunnel protection ipsec profile default\n"},

		{"free objects go", wholeP + "crypto ikev2 policy O; proposal P; no crypto ikev2 policy O; no crypto ikev2 proposal P", ""},
		{"a profile goes before its set", setTS + profilePF + "set transform-set TS; no crypto ipsec profile PF; no crypto ipsec transform-set TS", ""},
		{"one of two entries goes", "crypto map M 10 ipsec-isakmp; crypto map M 20 ipsec-isakmp; int g0/0; crypto map M; no crypto map M 10", "crypto map M 20 ipsec-isakmp \ninterface GigabitEthernet0/0\n no ip address\n crypto map M\n"},
		{"key changed", "crypto isakmp key a address 1.1.1.1; no crypto isakmp key a address 1.1.1.1; crypto isakmp key b address 1.1.1.1", "crypto isakmp key b address 1.1.1.1        \n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			empty, _ := pasted()
			term, _ := pasted(strings.Split(tt.in, "; ")...)
			if s := term.log.String(); strings.Contains(s, "% Inv") {
				t.Fatalf("printed:\n%s", s)
			}
			if got := without(term.tree.Text(), empty.tree.Text()); got != tt.want {
				t.Errorf("shown:\n%s\nwant:\n%s", got, tt.want)
			}
			shown := term.tree.Text()
			again, errs := Load(shown)
			if len(errs) > 0 || again.Text() != shown {
				t.Errorf("fed back: %v\n%s", errs, diff(shown, again.Text()))
			}
		})
	}
}

// without returns the lines of text that stand neither in other nor alone as "!".
func without(text, other string) string {
	skip := map[string]bool{"!\n": true}
	for l := range strings.Lines(other) {
		skip[l] = true
	}
	var b strings.Builder
	for l := range strings.Lines(text) {
		if !skip[l] {
			b.WriteString(l)
		}
	}
	return b.String()
}

// TestCryptoNotices says when IOS prints what an object lacks.
func TestCryptoNotices(t *testing.T) {
	for _, tt := range []struct{ name, lines, want string }{
		{"new proposal", "crypto ikev2 proposal P", noticeIKEv2Prop},
		{"incomplete proposal again", "crypto ikev2 proposal P; encryption aes-cbc-256; crypto ikev2 proposal P", noticeIKEv2Prop},
		{"complete proposal again", wholeP + "crypto ikev2 proposal P", ""},
		{"complete proposal with GCM", "crypto ikev2 proposal P; encryption aes-gcm-256; prf sha256; group 14; crypto ikev2 proposal P", ""},
		{"GCM without prf", "crypto ikev2 proposal P; encryption aes-gcm-256; integrity sha256; group 14; crypto ikev2 proposal P", noticeIKEv2Prop},
		{"default proposal", "crypto ikev2 proposal default", ""},
		{"new policy", "crypto ikev2 policy P", noticeIKEv2Policy},
		{"policy again", "crypto ikev2 policy P; crypto ikev2 policy P", ""},
		{"new profile", "crypto ikev2 profile P", noticeIKEv2Profile},
		{"new isakmp profile", "crypto isakmp profile P", noticeIsakmpProf},
		{"new map", "crypto map M 10 ipsec-isakmp", noticeCryptoMap},
		{"map again", "crypto map M 10 ipsec-isakmp; crypto map M 10 ipsec-isakmp", ""},
		{"map of a dynamic one", "crypto map M 10 ipsec-isakmp dynamic D", ""},
		{"dynamic map", "crypto dynamic-map M 10", ""},
		{"map of a group", "crypto map M 10 gdoi", ""},
		{"new keyring", "crypto ikev2 keyring K; crypto keyring K; crypto ipsec profile P; crypto ipsec transform-set T esp-aes", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			lines := strings.Split(tt.lines, "; ")
			term, _ := pasted(lines[:len(lines)-1]...)
			term.log.Reset()
			term.enter(lines[len(lines)-1])
			_, got, _ := strings.Cut(term.log.String(), "\n")
			if got != tt.want {
				t.Errorf("printed %q, want %q", got, tt.want)
			}
		})
	}
}

// TestReplaceKey: the difference between two configurations removes a key before
// another one for its address is entered.
func TestReplaceKey(t *testing.T) {
	from, _ := Load("crypto isakmp key a address 1.1.1.1\ncrypto isakmp key z address 2.2.2.2\n")
	to, _ := Load("crypto isakmp key b address 1.1.1.1\ncrypto isakmp key z address 2.2.2.2\n")
	for _, e := range grammar.Diff(from, to) {
		if err := Check(from, e.Line, from); err != nil {
			t.Errorf("%s: %v", e.Line, err)
		}
		from.Apply(e.Line)
	}
	if from.Text() != to.Text() {
		t.Error(diff(to.Text(), from.Text()))
	}
}

// TestSealKey: a key that is called as a word of its line is sealed, not the word.
func TestSealKey(t *testing.T) {
	for _, line := range []string{"crypto isakmp key crypto address 1.1.1.1", "crypto isakmp key address address 1.1.1.1"} {
		l, err := ConfigMode.Match(line)
		if err != nil {
			t.Fatal(err)
		}
		clear := l.Args["key"]
		Sealer{Rand: zeros{}, Master: "master key"}.Seal(l)
		if got, _ := Decrypt6("master key", l.Args["key"]); got != clear || l.Words[0] != "crypto" || l.Words[3] != "6" || l.Words[5] != "address" {
			t.Errorf("%q is sealed as %q", line, l)
		}
	}
}

// TestUnsecret: where lines are listed, keys and passwords are not.
func TestUnsecret(t *testing.T) {
	term, _ := pasted("crypto isakmp key HUSH address 1.1.1.1", "crypto keyring K", "pre-shared-key address 2.2.2.2 key HUSH", "crypto ikev2 keyring K", "peer A", "pre-shared-key local HUSH",
		"crypto ikev2 profile P", "authentication remote pre-share key 6 HUSH", "key chain C", "key 1", "key-string HUSH", "snmp-server community HUSH")
	n := 0
	var walk func(*grammar.Tree)
	walk = func(section *grammar.Tree) {
		for x := range section.Children() {
			s := Unsecret(x.Line)
			if strings.Contains(s, "HUSH") {
				t.Errorf("shown: %s", s)
			}
			if strings.Contains(s, "******") {
				n++
			}
			walk(x)
		}
	}
	walk(term.tree)
	if n != 5 {
		t.Errorf("%d secrets hidden, want 5", n)
	}
}

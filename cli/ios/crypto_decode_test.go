package ios

import (
	"net/netip"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

var anyPeer = netip.MustParsePrefix("0.0.0.0/0")

// bareCrypto is what an empty configuration says.
func bareCrypto() Crypto {
	day := 24 * time.Hour
	limits := SALimits{Lifetime: time.Hour, Kilobytes: 4608000, Replay: 64}
	hashes := []string{"sha512", "sha384"}
	return Crypto{
		Policies: []IsakmpPolicy{
			{65507, "aes-cbc-128", "sha1", "rsa-sig", 5, day, true},
			{65508, "aes-cbc-128", "sha1", "pre-share", 5, day, true},
		},
		Isakmp:         IsakmpGlobals{Identity: "address"},
		Proposals:      []IKEv2Proposal{{Name: "default", Encryption: []string{"aes-cbc-256"}, Integrity: hashes, PRF: hashes, Groups: []int{19, 14, 21, 5}, Default: true}},
		IKEv2Policies:  []IKEv2Policy{{Name: "default", AnyFVRF: true, Proposals: []string{"default"}, Default: true}},
		Authorizations: []IKEv2Authorization{{Name: "default", RouteInterface: true, AcceptAny: true, Default: true}},
		IKEv2:          IKEv2Globals{FragmentMTU: 576, Window: 5, CookieChallenge: -1, MaxNegotiationIn: 40, MaxNegotiationOut: 400, QueueInit: 5000, HTTPCert: true},
		TransformSets:  []TransformSet{{Name: "default", Encryption: "aes-cbc-128", Integrity: "sha1", Transport: true, Default: true}},
		Profiles:       []IPsecProfile{{Name: "default", TransformSets: []string{"default"}, Limits: limits, Default: true}},
		IPsec:          IPsecGlobals{Limits: limits, DF: "copy"},
	}
}

// TestDecodeCrypto enters lines one by one. what says how the configuration
// differs from an empty one.
func TestDecodeCrypto(t *testing.T) {
	before := func(c *Crypto, p IPsecProfile) { c.Profiles = append([]IPsecProfile{p}, c.Profiles...) }
	for _, tt := range []struct {
		name, lines string
		what        func(c *Crypto)
	}{
		{"nothing", "", func(*Crypto) {}},
		{"empty policy", "crypto isakmp policy 10", func(c *Crypto) {
			c.Policies = []IsakmpPolicy{{10, "des", "sha1", "rsa-sig", 1, 24 * time.Hour, false}}
		}},
		{"policies by priority", "crypto isakmp policy 20; encr 3des; hash md5; crypto isakmp policy 3; encr aes 192; hash sha384; auth pre; group 19; lifetime 3600", func(c *Crypto) {
			c.Policies = []IsakmpPolicy{{3, "aes-cbc-192", "sha384", "pre-share", 19, time.Hour, false}, {20, "3des", "md5", "rsa-sig", 1, 24 * time.Hour, false}}
		}},
		{"no default policies", "no crypto isakmp default policy", func(c *Crypto) { c.Policies = nil }},
		{"keys", "crypto isakmp key 0 abc address 0.0.0.0; crypto isakmp key 6 XYZ address 10.1.2.3 255.255.0.0 no-xauth; crypto isakmp key k hostname r2; crypto isakmp key v address ipv6 2001:DB8::/32", func(c *Crypto) {
			c.Keys = []PeerKey{
				{Peer: anyPeer, Key: Secret{0, "abc"}},
				{Peer: netip.MustParsePrefix("10.1.0.0/16"), Key: Secret{6, "XYZ"}, NoXauth: true},
				{Host: "r2", Key: Secret{0, "k"}},
				{Peer: netip.MustParsePrefix("2001:db8::/32"), Key: Secret{0, "v"}},
			}
		}},
		{"keyring", "crypto keyring K vrf V; description d e; local-address g0/0; pre-shared-key address 1.1.1.1 key 0 a; pre-shared-key hostname r2 key 6 B", func(c *Crypto) {
			c.Keyrings = []Keyring{{Name: "K", VRF: "V", Description: "d e", Local: []string{"GigabitEthernet0/0"}, Keys: []PeerKey{
				{Peer: netip.MustParsePrefix("1.1.1.1/32"), Key: Secret{0, "a"}}, {Host: "r2", Key: Secret{6, "B"}},
			}}}
		}},
		{"isakmp profile", "crypto isakmp profile P; vrf V; keyring K; match identity address 10.0.0.0 255.0.0.0 F; match identity host domain example.com; match identity group G; match identity user-fqdn a@b; self-identity user-fqdn x@y; ca trust-point T; keepalive 20 retry 5; initiate mode aggressive; local-address lo0; virtual-template 3; no-xauth", func(c *Crypto) {
			c.IsakmpProfiles = []IsakmpProfile{{
				Name: "P", VRF: "V", Keyrings: []string{"K"}, Self: Identity{Type: "email", Value: "x@y"},
				Match: []Identity{
					{Type: "address", Prefix: netip.MustParsePrefix("10.0.0.0/8"), VRF: "F"},
					{Type: "group", Value: "G"},
					{Type: "fqdn", Value: "example.com", Domain: true},
					{Type: "email", Value: "a@b"},
				},
				TrustPoints: []string{"T"}, Keepalive: Liveness{20 * time.Second, 5 * time.Second, false}, Aggressive: true, Local: "Loopback0", VirtualTemplate: 3, NoXauth: true,
			}}
		}},
		{"all of isakmp", "no crypto isakmp enable; crypto isakmp keepalive 30 periodic; crypto isakmp nat keepalive 20; crypto isakmp invalid-spi-recovery; crypto isakmp aggressive-mode disable; crypto isakmp identity dn; crypto isakmp fragmentation", func(c *Crypto) {
			c.Isakmp = IsakmpGlobals{true, Liveness{30 * time.Second, 2 * time.Second, true}, 20 * time.Second, true, true, "dn", true}
		}},
		{"proposals", "crypto ikev2 proposal A; encryption aes-gcm-256 aes-gcm-128; prf sha512; group 19 20; pqc mlkem768 optional; crypto ikev2 proposal B; encryption 3des; integrity sha1", func(c *Crypto) {
			c.Proposals = append([]IKEv2Proposal{
				{Name: "A", Encryption: []string{"aes-gcm-256", "aes-gcm-128"}, PRF: []string{"sha512"}, Groups: []int{19, 20}, PQC: []string{"mlkem768"}, PQCOptional: true},
				{Name: "B", Encryption: []string{"3des"}, Integrity: []string{"sha1"}, PRF: []string{"sha1"}},
			}, c.Proposals...)
		}},
		{"default proposal changed", "crypto ikev2 proposal default; group 20", func(c *Crypto) {
			c.Proposals[0].Default, c.Proposals[0].Groups = false, []int{20}
		}},
		{"no default objects", "no crypto ikev2 proposal default; no crypto ikev2 policy default; no crypto ikev2 authorization policy default; no crypto ipsec transform-set default; no crypto ipsec profile default", func(c *Crypto) {
			c.Proposals, c.IKEv2Policies, c.Authorizations, c.TransformSets, c.Profiles = nil, nil, nil, nil, nil
		}},
		{"IKEv2 policy", "crypto ikev2 policy P; match fvrf V; match address local 1.1.1.1; proposal default; crypto ikev2 policy Q; match fvrf any", func(c *Crypto) {
			c.IKEv2Policies = append([]IKEv2Policy{
				{Name: "P", FVRF: "V", Local: []netip.Addr{netip.MustParseAddr("1.1.1.1")}, Proposals: []string{"default"}}, {Name: "Q", AnyFVRF: true},
			}, c.IKEv2Policies...)
		}},
		{"IKEv2 keyring", "crypto ikev2 keyring K; peer A; description d; address 0.0.0.0 0.0.0.0; pre-shared-key s; peer B; address 10.1.1.1; identity fqdn domain x.y; pre-shared-key local 6 L; pre-shared-key remote hex 0x4142; peer C; hostname h; identity key-id k", func(c *Crypto) {
			c.IKEv2Keyrings = []IKEv2Keyring{{Name: "K", Peers: []IKEv2Peer{
				{Name: "A", Description: "d", Address: anyPeer, Local: Secret{0, "s"}, Remote: Secret{0, "s"}},
				{Name: "B", Address: netip.MustParsePrefix("10.1.1.1/32"), Identity: Identity{Type: "fqdn", Value: "x.y", Domain: true}, Local: Secret{6, "L"}, Remote: Secret{0, "AB"}},
				{Name: "C", Host: "h", Identity: Identity{Type: "key-id", Value: "k"}},
			}}}
		}},
		{"empty IKEv2 profile", "crypto ikev2 profile P", func(c *Crypto) {
			c.IKEv2Profiles = []IKEv2Profile{{Name: "P", Lifetime: 24 * time.Hour, ConfigRequest: true}}
		}},
		{"IKEv2 profile", "crypto ikev2 profile P; description d; match fvrf any; match address local int g0/0; match identity remote address 10.0.0.0 255.0.0.0; match identity remote email domain b.c; match identity remote any; match certificate M; identity local fqdn a.b; authentication remote pre-share key 6 R; authentication remote rsa-sig; authentication local pre-share key l; keyring local K; pki trustpoint T sign; pki trustpoint U; lifetime 3600; dpd 30 5 on-demand; nat keepalive 10; nat force-encap; ivrf I; initial-contact force; virtual-template 4; no config-exchange request; shutdown", func(c *Crypto) {
			c.IKEv2Profiles = []IKEv2Profile{{
				Name: "P", Description: "d", Local: []string{"GigabitEthernet0/0"}, AnyFVRF: true,
				Match:        []Identity{{Type: "address", Prefix: netip.MustParsePrefix("10.0.0.0/8")}, {Type: "email", Value: "b.c", Domain: true}, {Type: "any"}},
				Certificates: []string{"M"}, Self: Identity{Type: "fqdn", Value: "a.b"}, LocalAuth: IKEv2Auth{"pre-share", Secret{0, "l"}},
				RemoteAuth: []IKEv2Auth{{"pre-share", Secret{6, "R"}}, {"rsa-sig", Secret{}}}, Keyring: "K", TrustPoints: []TrustUse{{"T", true, false}, {"U", true, true}},
				Lifetime: time.Hour, DPD: Liveness{30 * time.Second, 5 * time.Second, false}, NATKeepalive: 10 * time.Second, ForceEncap: true, IVRF: "I", InitialContact: true, VirtualTemplate: 4, Shutdown: true,
			}}
		}},
		{"authorization", "crypto ikev2 authorization policy A; route set interface; route set remote ipv4 10.0.0.0 255.0.0.0; pool P; dns 1.1.1.1; def-domain d", func(c *Crypto) {
			c.Authorizations = append([]IKEv2Authorization{{Name: "A", RouteInterface: true, Routes: []string{"remote ipv4 10.0.0.0 255.0.0.0"}, Pool: "P", DNS: []string{"1.1.1.1"}, Domain: "d"}}, c.Authorizations...)
		}},
		{"default authorization without route", "crypto ikev2 authorization policy default; no route set interface", func(c *Crypto) {
			c.Authorizations = []IKEv2Authorization{{Name: "default", AcceptAny: true}}
		}},
		{"all of IKEv2", "crypto ikev2 dpd 30 5 periodic; crypto ikev2 fragmentation mtu 1400; crypto ikev2 nat keepalive 30; crypto ikev2 limit max-sa 100; crypto ikev2 limit max-in-negotation-sa 50; crypto ikev2 limit max-in-negotation-sa 20 incoming; crypto ikev2 cookie-challenge 0; crypto ikev2 window 10; no crypto ikev2 http-url cert", func(c *Crypto) {
			c.IKEv2 = IKEv2Globals{Liveness{30 * time.Second, 5 * time.Second, true}, 30 * time.Second, true, 1400, 10, 0, 100, 20, 50, 5000, false}
		}},
		{"transform sets", "crypto ipsec transform-set A esp-gcm 256; mode transport require; esn; crypto ipsec transform-set B ah-sha-hmac esp-3des comp-lzs; mode transport; crypto ipsec transform-set C esp-sha512-hmac esp-192-aes; crypto ipsec transform-set C esp-null esp-sha512-hmac", func(c *Crypto) {
			c.TransformSets = append([]TransformSet{
				{Name: "A", Encryption: "aes-gcm-256", Transport: true, Require: true, ESN: true},
				{Name: "B", AH: "sha1", Encryption: "3des", Compress: true, Transport: true},
				{Name: "C", Encryption: "null", Integrity: "sha512"},
			}, c.TransformSets...)
		}},
		{"empty IPsec profile", "crypto ipsec profile P", func(c *Crypto) {
			before(c, IPsecProfile{Name: "P", TransformSets: []string{"default"}, Limits: c.IPsec.Limits})
		}},
		{"IPsec profile", "crypto ikev2 profile I; crypto ipsec profile P; description d; set transform-set default; set ikev2-profile I; set pfs; set security-association lifetime seconds 900; set security-association lifetime kilobytes disable; set security-association idle-time 120; set security-association replay window-size 1024; set security-association level per-host; responder-only; set mixed-mode", func(c *Crypto) {
			c.IKEv2Profiles = []IKEv2Profile{{Name: "I", Lifetime: 24 * time.Hour, ConfigRequest: true}}
			before(c, IPsecProfile{
				Name: "P", Description: "d", TransformSets: []string{"default"}, PFS: 14, IKEv2Profile: "I",
				Limits: SALimits{15 * time.Minute, 0, 2 * time.Minute, 1024}, PerHost: true, ResponderOnly: true, MixedMode: true,
			})
		}},
		{"limits of all", "crypto ipsec security-association lifetime seconds 86400; crypto ipsec security-association lifetime kilobytes 2560; crypto ipsec security-association idle-time 60; crypto ipsec security-association replay disable; crypto ipsec df-bit clear; no crypto ipsec nat-transparency udp-encapsulation; crypto ipsec profile P; set isakmp-profile X; set security-association lifetime days 2", func(c *Crypto) {
			c.IPsec = IPsecGlobals{SALimits{24 * time.Hour, 2560, time.Minute, 0}, "clear", true}
			c.Profiles[0].Limits = c.IPsec.Limits
			before(c, IPsecProfile{Name: "P", TransformSets: []string{"default"}, IsakmpProfile: "X", Limits: SALimits{48 * time.Hour, 2560, time.Minute, 0}})
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var lines []string
			if tt.lines != "" {
				lines = strings.Split(tt.lines, "; ")
			}
			_, c := pasted(lines...)
			want := bareCrypto()
			tt.what(&want)
			same(t, c.Crypto, want)
		})
	}
}

// same fails for each part in which two configurations differ.
func same(t *testing.T, got, want Crypto) {
	t.Helper()
	g, w := reflect.ValueOf(got), reflect.ValueOf(want)
	for i := range g.NumField() {
		if a, b := g.Field(i).Interface(), w.Field(i).Interface(); !reflect.DeepEqual(a, b) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", g.Type().Field(i).Name, a, b)
		}
	}
}

// readCrypto decodes a file.
func readCrypto(t *testing.T, name string) Crypto {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Skip("no collected configurations beside the repository")
	}
	tree, _ := Load(string(b))
	return Decode(tree).Crypto
}

// TestDecodeCryptoFiles holds what collected configurations say.
func TestDecodeCryptoFiles(t *testing.T) {
	const configs = sharedDir + "corpus/configs/"
	day := 24 * time.Hour
	psk := IKEv2Auth{Method: "pre-share"}
	both := func(key string) IKEv2Peer {
		return IKEv2Peer{Address: anyPeer, Local: Secret{0, key}, Remote: Secret{0, key}}
	}
	for _, tt := range []struct {
		file string
		what func(c *Crypto)
	}{
		{"testdata/seed003-hub.in", func(c *Crypto) {
			peer := both("Cisco123")
			peer.Name = "dmvpn"
			c.IKEv2Keyrings = []IKEv2Keyring{{Name: "ike-keyring", Peers: []IKEv2Peer{peer}}}
			c.IKEv2Profiles = []IKEv2Profile{{
				Name: "ike-profile", Local: []string{"GigabitEthernet0/0"}, Match: []Identity{{Type: "address", Prefix: anyPeer}},
				LocalAuth: psk, RemoteAuth: []IKEv2Auth{psk}, Keyring: "ike-keyring", Lifetime: day, ConfigRequest: true,
			}}
			c.Profiles = append([]IPsecProfile{{Name: "ipsec-profile", TransformSets: []string{"default"}, IKEv2Profile: "ike-profile", Limits: c.IPsec.Limits}}, c.Profiles...)
		}},
		{"testdata/seed002-spoke.in", func(*Crypto) {}},
		{configs + "001-Avasekho-R28.txt", func(c *Crypto) {
			peer := both("l01h54d91nmlhc")
			peer.Name = "DMVPN"
			c.Policies = []IsakmpPolicy{{5, "des", "sha256", "rsa-sig", 1, day, false}}
			c.Proposals = append([]IKEv2Proposal{{Name: "r28-p1", Encryption: []string{"aes-cbc-128"}, Integrity: []string{"md5"}, PRF: []string{"md5"}, Groups: []int{2}}}, c.Proposals...)
			c.IKEv2Policies = append([]IKEv2Policy{{Name: "ikev2-plc", AnyFVRF: true, Proposals: []string{"r28-p1"}}}, c.IKEv2Policies...)
			c.IKEv2Keyrings = []IKEv2Keyring{{Name: "ikev2-key", Peers: []IKEv2Peer{peer}}}
			c.IKEv2Profiles = []IKEv2Profile{{
				Name: "r28-ikev2", AnyFVRF: true, Local: []string{"Ethernet0/0"}, Match: []Identity{{Type: "any"}},
				LocalAuth: psk, RemoteAuth: []IKEv2Auth{psk}, Keyring: "ikev2-key", Lifetime: day, ConfigRequest: true,
			}}
			c.TransformSets = append([]TransformSet{{Name: "TS", Encryption: "aes-cbc-128", Integrity: "md5"}}, c.TransformSets...)
			c.Profiles = append([]IPsecProfile{{Name: "r28-ipsec", TransformSets: []string{"TS"}, IKEv2Profile: "r28-ikev2", Limits: c.IPsec.Limits}}, c.Profiles...)
		}},
		{configs + "133-johnclarkson-CHINA-CLIENT-USER1-WITHOUT-NAT.txt", func(c *Crypto) {
			c.Policies = []IsakmpPolicy{{10, "aes-cbc-256", "sha1", "pre-share", 2, day, false}}
			c.Keyrings = []Keyring{{Name: "DMVPN-KEYRING", Keys: []PeerKey{{Peer: anyPeer, Key: Secret{0, "etcifqgXPP"}}}}}
			c.IsakmpProfiles = []IsakmpProfile{{Name: "DMVPN-PHASE3", Keyrings: []string{"DMVPN-KEYRING"}, Match: []Identity{{Type: "address", Prefix: anyPeer}}}}
			c.TransformSets = append([]TransformSet{{Name: "AES256/SHA/TRANSPORT", Encryption: "aes-cbc-256", Integrity: "sha1", Transport: true}}, c.TransformSets...)
			c.IPsec.Limits.Replay, c.Profiles[0].Limits.Replay = 1024, 1024
			c.Profiles = append([]IPsecProfile{{Name: "DMVPN-PROFILE", TransformSets: []string{"AES256/SHA/TRANSPORT"}, IsakmpProfile: "DMVPN-PHASE3", Limits: c.IPsec.Limits}}, c.Profiles...)
		}},
		{configs + "176-textindexid140-running-configuration-section.txt", func(c *Crypto) {
			peer := both("gWAL@lcp#675")
			peer.Name = "ANY"
			c.Proposals = append([]IKEv2Proposal{{Name: "AES/GCM/256", Encryption: []string{"aes-gcm-256"}, PRF: []string{"sha512"}, Groups: []int{19}}}, c.Proposals...)
			c.IKEv2Policies = append([]IKEv2Policy{{Name: "AES/GCM/256", AnyFVRF: true, Proposals: []string{"AES/GCM/256"}}}, c.IKEv2Policies...)
			c.IKEv2Keyrings = []IKEv2Keyring{{Name: "DMVPN-KEYRING", Peers: []IKEv2Peer{peer}}}
			c.IKEv2Profiles = []IKEv2Profile{{
				Name: "DMVPN-IKEv2-PROFILE", Description: "PSK-Profile", AnyFVRF: true, Match: []Identity{{Type: "address", Prefix: anyPeer}}, Self: Identity{Type: "address", Value: "172.21.255.1"},
				LocalAuth: psk, RemoteAuth: []IKEv2Auth{psk}, Keyring: "DMVPN-KEYRING", Lifetime: day, ConfigRequest: true, DPD: Liveness{40 * time.Second, 5 * time.Second, false},
			}}
			c.TransformSets = append([]TransformSet{{Name: "AES256/GCM/TRANSFORM", Encryption: "aes-gcm-256", Transport: true}}, c.TransformSets...)
			c.IPsec.Limits.Replay, c.Profiles[0].Limits.Replay = 1024, 1024
			c.Profiles = append([]IPsecProfile{{Name: "DMVPN-IPSEC-PROFILE", TransformSets: []string{"AES256/GCM/TRANSFORM"}, IKEv2Profile: "DMVPN-IKEv2-PROFILE", Limits: c.IPsec.Limits}}, c.Profiles...)
		}},
	} {
		t.Run(tt.file[strings.LastIndex(tt.file, "/")+1:], func(t *testing.T) {
			want := bareCrypto()
			tt.what(&want)
			same(t, readCrypto(t, tt.file), want)
		})
	}
}

// TestWhole: what an object needs to be used.
func TestWhole(t *testing.T) {
	_, c := pasted("crypto ikev2 proposal A", "encryption aes-gcm-256", "group 14", "crypto ikev2 proposal B", "encryption aes-gcm-256", "group 14", "prf sha256",
		"crypto ikev2 proposal C", "encryption 3des", "prf sha256", "group 14", "crypto ikev2 profile P", "crypto ikev2 profile Q", "match identity remote any", "authentication local rsa-sig", "authentication remote rsa-sig")
	var got []bool
	for _, p := range c.Crypto.Proposals {
		got = append(got, p.Whole())
	}
	for _, p := range c.Crypto.IKEv2Profiles {
		got = append(got, p.Whole())
	}
	if want := []bool{false, true, false, true, false, true}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

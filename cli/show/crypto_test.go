package show

import (
	"net/netip"
	"testing"
	"time"

	"axle/ipsec"
	"axle/ipsec/esp"
	"axle/ipsec/ikev1"
	ikev1engine "axle/ipsec/ikev1/engine"
	"axle/ipsec/ikev2/engine"
	"axle/ipsec/suite"
)

// at makes an endpoint of IKE.
func at(addr string, port uint16) netip.AddrPort { return netip.AddrPortFrom(ip(addr), port) }

// protectedHub is a hub with one peer each in the open, behind a NAT box, over IPv6, and
// one that does not come up; and with two of IKEv1.
func protectedHub() *View {
	v := hub()
	for i := range v.Interfaces {
		if t := v.Interfaces[i].Tunnel; t != nil {
			t.Protection = "PROF"
		}
	}
	c := &v.Crypto
	gcm := engine.Cipher{Encryption: suite.EncryptionAESGCM16, KeyBits: 256}
	cbc := engine.Cipher{Encryption: suite.EncryptionAESCBC, KeyBits: 256}
	sa := engine.SA{
		ID: 1, Local: at("203.0.113.1", 500), Remote: at("203.0.113.11", 500), Status: "READY", Description: "Negotiation done", Profile: "IKE",
		Cipher: cbc, PRF: suite.PRFHMACSHA256, Integrity: suite.IntegritySHA256128, Group: suite.GroupMODP2048,
		Sign: engine.PreShared, Verify: engine.PreShared, Lifetime: 24 * time.Hour, Active: 12 * time.Second,
		LocalSPI: 0x7F9B031B3E80C448, RemoteSPI: 0xC3773529A56A6E7A, LocalID: "203.0.113.1", RemoteID: "203.0.113.11", RemoteNext: 4,
		Children: []engine.Child{{
			ID: 1, Socket: ipsec.Socket{Local: ip("203.0.113.1"), Remote: ip("203.0.113.11")}, In: 0x122E236, Out: 0x8DD9D24,
			Cipher: cbc, Integrity: suite.IntegritySHA196,
		}},
	}
	nat := sa
	nat.ID, nat.Local, nat.Remote, nat.RemoteID, nat.NATPeer, nat.PPK = 2, at("203.0.113.1", 4500), at("203.0.113.12", 4500), "spoke2.lab", true, true
	nat.Cipher, nat.Integrity, nat.Additional, nat.Fragments, nat.Initiator = gcm, suite.IntegrityNone, []suite.Group{suite.GroupMLKEM768}, true, true
	nat.VRF, nat.DPD, nat.Children = "IWAN-TRANSPORT-1", ipsec.Liveness{Interval: 10 * time.Second, Retry: 2 * time.Second}, nil
	six := sa
	six.ID, six.Local, six.Remote = 3, at("2001:db8::1", 500), at("2001:db8::14", 500)
	begun := engine.SA{ID: 4, Local: at("203.0.113.1", 500), Remote: at("203.0.113.13", 500), Status: "IN-NEG", Description: "Initiator waiting for INIT response", Initiator: true}
	c.IKEv2.SAs = []engine.SA{sa, nat, six, begun}
	c.IKEv2.Stats = engine.Stats{Established: 3, AuthFailed: 1, Aborted: 2, Rekeys: 5, ChildRekeys: 70, Collisions: 1, ProbesOut: 9, ProbesIn: 8, Retransmitted: 4}
	phase1 := ikev1.Phase1{Encryption: suite.EncryptionAESCBC, KeyBits: 128, Hash: suite.PRFHMACSHA1, Auth: ikev1.AuthPSK, Group: suite.GroupMODP1024}
	c.IKEv1.SAs = []ikev1engine.SA{
		{ID: 1003, Local: at("203.0.113.1", 500), Remote: at("203.0.113.21", 500), State: "QM_IDLE", Identity: "address 203.0.113.21", Policy: phase1, Until: after("86000s"), DPD: true, NAT: true},
		{ID: 0, Local: at("203.0.113.1", 500), Remote: at("203.0.113.22", 500), State: "MM_KEY_EXCH", Initiator: true},
		{ID: 1004, Local: at("2001:db8::1", 500), Remote: at("2001:db8::22", 500), State: "QM_IDLE", Identity: "fqdn spoke.lab", Policy: phase1, Until: after("100s")},
	}
	c.IKEv1.Deleted = []ikev1engine.Deleted{{ID: 1002, Local: ip("203.0.113.1"), Remote: ip("203.0.113.21"), At: before("10s")}}
	c.Flows = protectedFlows()
	return v
}

// protectedFlows are the flows of protectedHub.
func protectedFlows() []Flow {
	in, out := esp.Counters{Packets: 102, Bytes: 12345, Replays: 3, Auth: 2, Malformed: 1}, esp.Counters{Packets: 104, Bytes: 13000, Refused: 4}
	base := Flow{
		Tunnel: "Tunnel0", Profile: "PROF", IKEProfile: "IKE", Version: 2, Local: ip("203.0.113.1"), Remote: ip("203.0.113.11"), Port: 500,
		Status: "UP-ACTIVE", Identity: "address 203.0.113.11", Since: before("100h"), Underlay: "GigabitEthernet0/0", PathMTU: 1500, PlainMTU: 1458, In: in, Out: out,
		IKE: []IKE{{ID: 1, Local: at("203.0.113.1", 500), Remote: at("203.0.113.11", 500), Active: true, Left: time.Hour}},
		Pairs: []Association{{
			ID: 1, InSPI: 0x122E236, OutSPI: 0x8DD9D24, Transform: "esp-256-aes esp-sha-hmac ", Window: 1024, IV: 16,
			Hard: after("3155s"), Bytes: 4608000 << 10, Sends: true, Initiator: "False", In: in, Out: out,
		}},
	}
	nat := base
	nat.Remote, nat.Port, nat.Identity, nat.FVRF, nat.IVRF = ip("203.0.113.12"), 4500, "fqdn spoke2.lab", "INET", "BLUE"
	nat.IKE = []IKE{{ID: 2, Local: at("203.0.113.1", 4500), Remote: at("203.0.113.12", 4500), Active: true, DPD: true, NAT: true, Frag: true, Left: time.Minute}}
	nat.Pairs = []Association{{
		ID: 7, InSPI: 1, OutSPI: 2, Transform: "esp-gcm 256 ", Tunnel: true, UDP: true, ESN: true, IV: 8, Group: suite.GroupECP384, Hard: after("90s"), Sends: true,
	}}
	six := base
	six.Local, six.Remote, six.Pairs, six.IKE = ip("2001:db8::1"), ip("2001:db8::14"), nil, []IKE{{ID: 3, Local: at("2001:db8::1", 500), Remote: at("2001:db8::14", 500)}}
	six.Status, six.In, six.Out = "UP-IDLE", esp.Counters{}, esp.Counters{}
	down := Flow{Tunnel: "Tunnel1", Profile: "PROF", Version: 1, Local: ip("203.0.113.1"), Remote: ip("203.0.113.13"), Port: 500, Status: "DOWN-NEGOTIATING"}
	return []Flow{base, nat, six, down}
}

// TestCryptoScreens holds the screens of protection against golden files.
func TestCryptoScreens(t *testing.T) {
	v := protectedHub()
	for _, tt := range []struct{ name, got string }{
		{"ikev2-sa", IKEv2SAs(v, IKEv2Options{})},
		{"ikev2-sa-detailed", IKEv2SAs(v, IKEv2Options{Detailed: true})},
		{"ikev2-sa-remote", IKEv2SAs(v, IKEv2Options{Remote: ip("203.0.113.12")})},
		{"ikev2-session", IKEv2Sessions(v, false)},
		{"ikev2-session-detailed", IKEv2Sessions(v, true)},
		{"ikev2-stats", IKEv2Stats(v)},
		{"isakmp-sa", IsakmpSAs(v)},
		{"isakmp-sa-detail", IsakmpSADetail(v)},
		{"isakmp-sa-count", IsakmpSACount(v)},
		{"isakmp-peers", IsakmpPeers(v, netip.Addr{})},
		{"isakmp-peers-one", IsakmpPeers(v, ip("203.0.113.99"))},
		{"crypto-session", CryptoSessions(v, SessionOptions{})},
		{"crypto-session-detail", CryptoSessions(v, SessionOptions{Detail: true})},
		{"crypto-session-brief", CryptoSessions(v, SessionOptions{Brief: true})},
		{"crypto-session-remote", CryptoSessions(v, SessionOptions{Remote: ip("203.0.113.13")})},
		{"ipsec-sa", IPsecSAs(v, IPsecOptions{})},
		{"ipsec-sa-peer-detail", IPsecSAs(v, IPsecOptions{Peer: ip("203.0.113.12"), Detail: true})},
		{"ipsec-sa-none", IPsecSAs(&View{}, IPsecOptions{})},
		{"crypto-sockets", Sockets(v)},
		{"dmvpn-detail-protected", DMVPN(v, DMVPNOptions{Detail: true, Tunnel: "Tunnel0"})},
	} {
		golden(t, tt.name, tt.got)
	}
}

// TestCryptoSettings holds the screens of the configuration of protection against
// golden files.
func TestCryptoSettings(t *testing.T) {
	v := protectedHub()
	sets := []TransformSet{{Name: "TS", Words: "esp-256-aes esp-sha256-hmac ", Transport: true}, {Name: "ONLY", Words: "esp-gcm 256 ", Transport: true, Require: true}, {Name: "T", Words: "esp-3des esp-md5-hmac "}}
	v.Crypto.Settings = CryptoSettings{
		Proposals: []IKEv2Proposal{
			{Name: "default", Encryption: []string{"AES-CBC-256"}, Integrity: []string{"SHA512", "SHA384"}, PRF: []string{"SHA512"}, Groups: []string{suite.GroupECP256.Shown(), suite.GroupMODP2048.Shown()}, PQC: []string{"ML-KEM-768"}, Optional: true},
			{Name: "G", Encryption: []string{"AES-GCM-256"}, PRF: []string{"SHA256"}, Groups: []string{suite.GroupX25519.Shown()}},
		},
		Policies: []IKEv2Policy{{Name: "default", FVRF: "any", Proposals: []string{"default"}}, {Name: "P", FVRF: "global", Local: []netip.Addr{ip("203.0.113.1")}, Proposals: []string{"G", "default"}}},
		Profiles: []IKEv2Profile{
			{Name: "IKE", FVRF: "any", Match: []string{"address 0.0.0.0 0.0.0.0", "fqdn domain lab"}, Self: "fqdn hub.lab", LocalAuth: "pre-share", RemoteAuth: []string{"pre-share", "rsa-sig"}, Keyring: "K", TrustPoints: []string{"CA"}, Lifetime: 24 * time.Hour, DPD: 10 * time.Second, Retry: 2 * time.Second, NATKeepalive: 20 * time.Second, IVRF: "BLUE", VirtualTemplate: 5},
			{Name: "EMPTY", Shutdown: true, FVRF: "global", Lifetime: time.Hour},
		},
		IsakmpPolicies: []IsakmpPolicy{
			{Priority: 10, Encryption: "3des", Hash: "md5", Auth: "pre-share", Group: 2, Lifetime: time.Hour},
			{Priority: 20, Encryption: "aes-cbc-256", Hash: "sha256", Auth: "rsa-sig", Group: 24, Lifetime: 24 * time.Hour},
			{Priority: 30, Encryption: "des", Hash: "sha1", Auth: "rsa-encr", Group: 1, Lifetime: 24 * time.Hour},
		},
		IsakmpKeys:     []IsakmpKey{{Keyring: "default", Peer: net("0.0.0.0/0")}, {Keyring: "K", Peer: net("203.0.113.11/32")}, {Keyring: "K", Host: "spoke1.lab"}, {Keyring: "K6", Peer: net("2001:db8::/64")}},
		IsakmpProfiles: []IsakmpProfile{{Name: "ISA", Match: []string{"address 0.0.0.0 0.0.0.0"}, Keyrings: []string{"K"}}},
		TransformSets:  sets,
		IPsecProfiles: []IPsecProfile{
			{Name: "PROF", IKEv2: "IKE", Kilobytes: 4608000, Lifetime: time.Hour, PFS: suite.GroupECP256, Transforms: sets[:2]},
			{Name: "OLD", Isakmp: "ISA", Lifetime: 2 * time.Hour, Idle: time.Minute, ResponderOnly: true, Transforms: sets[2:]},
		},
	}
	for _, tt := range []struct{ name, got string }{
		{"ikev2-proposal", IKEv2Proposals(v, "")},
		{"ikev2-proposal-one", IKEv2Proposals(v, "G")},
		{"ikev2-policy", IKEv2Policies(v, "")},
		{"ikev2-profile", IKEv2Profiles(v, "")},
		{"isakmp-policy", IsakmpPolicies(v)},
		{"isakmp-key", IsakmpKeys(v)},
		{"isakmp-profile", IsakmpProfiles(v)},
		{"transform-set", TransformSets(v, "")},
		{"ipsec-profile", IPsecProfiles(v, "")},
		{"ipsec-profile-one", IPsecProfiles(v, "OLD")},
		{"crypto-map", CryptoMaps(v)},
	} {
		golden(t, tt.name, tt.got)
	}
}

// TestTransformWords: the names of algorithms in screens.
func TestTransformWords(t *testing.T) {
	for _, tt := range []struct {
		e    suite.Encryption
		bits int
		i    suite.Integrity
		want string
	}{
		{suite.EncryptionAESCBC, 128, suite.IntegritySHA196, "esp-aes esp-sha-hmac "},
		{suite.EncryptionAESCBC, 192, suite.IntegritySHA256128, "esp-192-aes esp-sha256-hmac "},
		{suite.EncryptionAESGCM16, 128, suite.IntegrityNone, "esp-gcm "},
		{suite.EncryptionAESGCM16, 256, suite.IntegrityNone, "esp-gcm 256 "},
		{suite.EncryptionNullGMAC, 256, suite.IntegrityNone, "esp-gmac 256 "},
		{suite.Encryption3DES, 0, suite.IntegrityMD596, "esp-3des esp-md5-hmac "},
		{suite.EncryptionNull, 0, suite.IntegritySHA512256, "esp-null esp-sha512-hmac "},
	} {
		if got := TransformWords(tt.e, tt.bits, tt.i); got != tt.want {
			t.Errorf("%v %d %v: %q, want %q", tt.e, tt.bits, tt.i, got, tt.want)
		}
	}
}

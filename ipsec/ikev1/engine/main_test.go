package engine

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"axle/ipsec"
	"axle/ipsec/suite"
)

func TestMainAndQuickMode(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(hub, spoke *Config)
		tunnel bool
	}{
		{"the usual", nil, false},
		{"perfect forward secrecy", func(h, s *Config) { h.IPsec[0].PFS, s.IPsec[0].PFS = suite.GroupMODP2048, suite.GroupMODP2048 }, false},
		{"perfect forward secrecy of the initiator alone", func(_, s *Config) { s.IPsec[0].PFS = suite.GroupX25519 }, false},
		{"GCM", func(h, s *Config) { h.IPsec[0].Transforms[0], s.IPsec[0].Transforms[0] = gcm, gcm }, false},
		{"a second transform set", func(h, s *Config) {
			h.IPsec[0].Transforms = []ipsec.Transform{gcm}
			s.IPsec[0].Transforms = []ipsec.Transform{aesSHA256, gcm}
		}, false},
		{"tunnel mode", func(h, s *Config) {
			h.IPsec[0].Transforms[0].Mode, s.IPsec[0].Transforms[0].Mode = ipsec.Tunnel, ipsec.Tunnel
		}, true},
		{"tunnel mode where transport is preferred", func(_, s *Config) { s.IPsec[0].Transforms[0].Mode = ipsec.Tunnel }, true},
		{"ESN", func(h, s *Config) { h.IPsec[0].Transforms[0].ESN, s.IPsec[0].Transforms[0].ESN = true, true }, false},
		{"ESN of the initiator alone", func(_, s *Config) { s.IPsec[0].Transforms[0].ESN = true }, false},
		{"3DES, SHA-1 and group 2", func(h, s *Config) {
			for _, c := range []*Config{h, s} {
				c.Policies = []Policy{{Priority: 1, Encryption: suite.Encryption3DES, Hash: suite.PRFHMACSHA1, Group: suite.GroupMODP1024}}
				c.IPsec[0].Transforms[0] = ipsec.Transform{Encryption: suite.Encryption3DES, Integrity: suite.IntegrityMD596}
			}
		}, true},
		{"the responder's priority", func(h, s *Config) {
			h.Policies = append([]Policy{{Priority: 5, Encryption: suite.EncryptionAESCBC, KeyBits: 128, Hash: suite.PRFHMACSHA1, Group: suite.GroupMODP1024}}, h.Policies...)
			s.Policies = append(s.Policies, h.Policies[0])
		}, false},
		{"no NAT traversal", func(h, _ *Config) { h.Globals.NoNAT = true }, false},
		{"a host key beside a wildcard", func(h, s *Config) {
			h.Keys = append(h.Keys, Key{Peer: netip.MustParsePrefix(spokeAddr + "/32"), Key: ipsec.Secret("other")})
			s.Keys = []Key{{Peer: netip.MustParsePrefix("192.0.2.0/24"), Key: ipsec.Secret("other")}}
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n, hub, spoke := two(t, tt.change)
			x := spoke.open(hubAddr)
			n.run(time.Second)
			n.bothWays(hub, spoke)
			if hub.states() != "QM_IDLE" || spoke.states() != "QM_IDLE" {
				t.Errorf("states %q and %q", hub.states(), spoke.states())
			}
			if p := spoke.up[x]; p.Identity != "address "+hubAddr || p.Remote.Port() != 500 || p.Claimed.String() != hubAddr {
				t.Errorf("peer %+v", p)
			}
			for _, p := range hub.pairs {
				if p.child.In.Tunnel != tt.tunnel || p.child.In.SrcPort != 0 || p.child.In.Window != 64 || p.child.Profile != "P" {
					t.Errorf("child %+v", p.child)
				}
			}
			if n.sent != 9 {
				t.Errorf("%d messages, want 9", n.sent)
			}
			if tt.name == "the responder's priority" && spoke.e.Snapshot(n.now).SAs[0].Policy.KeyBits != 128 {
				t.Error("the initiator's priority counts")
			}
			noSecrets(t, hub, spoke)
		})
	}
}

// noSecrets fails where debug lines or logs show a key.
func noSecrets(t *testing.T, routers ...*router) {
	t.Helper()
	for _, r := range routers {
		text := r.told.String() + strings.Join(r.logs, "\n")
		if !strings.Contains(text, "ISAKMP") {
			t.Error("nothing was told")
		}
		for _, s := range []string{"very secret", "<secret>", "%!"} {
			if strings.Contains(text, s) {
				t.Errorf("%q is told", s)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(hub, spoke *Config)
		reason string
		log    string // of the hub
	}{
		{"wrong key", func(_, s *Config) { s.Keys[0].Key = ipsec.Secret("wrong") }, "no answer", "%CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from 198.51.100.11 failed its sanity check or is malformed"},
		{"no key at the hub", func(h, _ *Config) { h.Keys = nil }, "no answer", "%CRYPTO-4-IKMP_NO_PRESHARED_KEY: Pre-shared key for remote peer at 198.51.100.11 is missing"},
		{"no common policy", func(h, _ *Config) { h.Policies[0].Group = suite.GroupMODP2048 }, "no proposal chosen", "%CRYPTO-6-IKMP_MODE_FAILURE: Processing of Main mode failed with peer at 198.51.100.11"},
		{"no common transform", func(h, _ *Config) { h.IPsec[0].Transforms[0] = gcm }, "no proposal chosen", "%CRYPTO-6-IKMP_MODE_FAILURE: Processing of Quick mode failed with peer at 198.51.100.11"},
		{"perfect forward secrecy of the responder", func(h, _ *Config) { h.IPsec[0].PFS = suite.GroupECP256 }, "no proposal chosen", "Quick mode"},
		{"only transport", func(h, s *Config) {
			h.IPsec[0].Transforms[0].Mode, s.IPsec[0].Transforms[0].Mode = ipsec.OnlyTransport, ipsec.Tunnel
		}, "no proposal chosen", "Quick mode"},
		{"no tunnel there", func(h, _ *Config) { h.Tunnels = nil }, "no answer", ""},
		{"a tunnel for another", func(h, _ *Config) { h.Tunnels[0].Remote = netip.MustParseAddr("203.0.113.9") }, "no answer", ""},
		{"a profile that does not match", func(h, _ *Config) {
			h.Profiles = []Profile{{Name: "X", Match: []Identity{{Kind: IdentityAddress, Prefix: netip.MustParsePrefix("203.0.113.0/24")}}}}
			h.IPsec[0].Isakmp = "X"
		}, "refused", "Quick mode"},
		{"a key of another keyring", func(h, _ *Config) {
			h.Keyrings = []Keyring{{Name: "K", Keys: []Key{{Peer: netip.MustParsePrefix("203.0.113.0/24"), Key: ipsec.Secret("x")}}}}
			h.Profiles = []Profile{{Name: "X", Keyrings: []string{"K"}, Match: []Identity{{Kind: IdentityAny}}}}
		}, "no answer", "%CRYPTO-6-IKMP_AUTH_FAIL: Authentication method 1 failed with host 198.51.100.11"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n, hub, spoke := two(t, tt.change)
			x := spoke.open(hubAddr)
			n.run(62 * time.Second)
			if len(spoke.downs) == 0 || spoke.downs[0] != tt.reason {
				t.Errorf("reasons %q, want %q", spoke.downs, tt.reason)
			}
			if tt.log != "" && !slices.ContainsFunc(hub.logs, func(s string) bool { return strings.Contains(s, tt.log) }) {
				t.Errorf("logs %q, want %q", hub.logs, tt.log)
			}
			spoke.do(spoke.e.Close(n.now, x))
			n.run(5 * time.Minute)
			if len(hub.up)+len(spoke.up)+len(hub.pairs)+len(spoke.pairs) > 0 {
				t.Error("something is up")
			}
			spoke.do(spoke.e.ClearISAKMP(n.now, 0))
			n.run(time.Minute)
			hub.clean()
			spoke.clean()
			noSecrets(t, spoke)
		})
	}
}

// TestIPv6 has an underlay of IPv6.
func TestIPv6(t *testing.T) {
	n := newNetwork(t)
	cfg := func(addr string) Config {
		c := config(addr)
		c.Keys[0].Peer = netip.MustParsePrefix("2001:db8::/32")
		return c
	}
	hub, spoke := n.add("2001:db8::1", 1, cfg("2001:db8::1")), n.add("2001:db8:1::11", 2, cfg("2001:db8:1::11"))
	x := spoke.open("2001:db8::1")
	n.run(time.Second)
	n.bothWays(hub, spoke)
	if spoke.up[x].Identity != "address 2001:db8::1" {
		t.Errorf("peer %+v", spoke.up[x])
	}
	if c := spoke.e.Snapshot(n.now).Sockets[0].Children[0]; c.LocalID.String() != "2001:db8:1::11/128" || c.PeerID.String() != "2001:db8::1/128" {
		t.Errorf("selectors %v and %v", c.LocalID, c.PeerID)
	}
}

// TestVRF: the same addresses in two VRFs are two peers with two keys.
func TestVRF(t *testing.T) {
	cfg := func(addr string) Config {
		c := config(addr)
		c.Keyrings = []Keyring{{Name: "RED", VRF: "red", Keys: []Key{{Peer: netip.MustParsePrefix("0.0.0.0/0"), Key: ipsec.Secret("red secret")}}}}
		c.Tunnels = append(c.Tunnels, ipsec.Terminal{VRF: "red", Local: netip.MustParseAddr(addr), Profile: "P"})
		return c
	}
	hub, spoke := New(rand.NewChaCha8([32]byte{1})), New(rand.NewChaCha8([32]byte{2}))
	hub.Configure(start, cfg(hubAddr))
	spoke.Configure(start, cfg(spokeAddr))
	for _, vrf := range []string{"", "red"} {
		x := ipsec.Socket{VRF: vrf, Local: netip.MustParseAddr(spokeAddr), Remote: netip.MustParseAddr(hubAddr)}
		hubOf(start, hub, spoke, spoke.Open(start, x, "P"))
	}
	for _, e := range []*Engine{hub, spoke} {
		s := e.Snapshot(start)
		if len(s.SAs) != 2 || len(s.Sockets) != 2 || !s.Sockets[0].Up || !s.Sockets[1].Up || s.Sockets[0].Socket.VRF+s.Sockets[1].Socket.VRF != "red" {
			t.Errorf("%+v", s)
		}
	}
	// A message of one VRF is not of the other.
	for _, a := range spoke.ClearSession(start, netip.Addr{}) {
		if m, ok := a.(ipsec.Send); ok {
			hub.Receive(start, ipsec.Datagram{VRF: "blue", Local: m.Remote, Remote: m.Local, Data: m.Data})
		}
	}
	if hub.stats.Unknown == 0 || len(hub.sas) != 2 {
		t.Errorf("%+v", hub.stats)
	}
}

// TestDebug compares the lines of a main mode and a quick mode with what IOS says.
func TestDebug(t *testing.T) {
	n, _, spoke := two(t, nil)
	spoke.open(hubAddr)
	n.run(time.Second)
	const want = `ISAKMP: (0):found peer pre-shared key matching 192.0.2.1
ISAKMP: (0):Old State = IKE_READY  New State = IKE_I_MM1 
ISAKMP: (0):beginning Main Mode exchange
ISAKMP-PAK: (0):sending packet to 192.0.2.1 my_port 500 peer_port 500 (I) MM_NO_STATE
ISAKMP-PAK: (0):received packet from 192.0.2.1 dport 500 sport 500 Global (I) MM_NO_STATE
ISAKMP: (0):processing vendor id payload
ISAKMP: (0):vendor ID is NAT-T RFC 3947
ISAKMP-PAK: (0):sending packet to 192.0.2.1 my_port 500 peer_port 500 (I) MM_SA_SETUP
ISAKMP: (0):Old State = IKE_I_MM1  New State = IKE_I_MM3 
ISAKMP-PAK: (0):received packet from 192.0.2.1 dport 500 sport 500 Global (I) MM_SA_SETUP
ISAKMP: (0):processing vendor id payload
ISAKMP: (0):vendor ID is DPD
ISAKMP: (0):No NAT Found for self or peer
ISAKMP: (1001):Send initial contact
ISAKMP-PAK: (1001):sending packet to 192.0.2.1 my_port 500 peer_port 500 (I) MM_KEY_EXCH
ISAKMP: (1001):Old State = IKE_I_MM3  New State = IKE_I_MM5 
ISAKMP-PAK: (1001):received packet from 192.0.2.1 dport 500 sport 500 Global (I) MM_KEY_EXCH
ISAKMP: (1001):SA authentication status:
        authenticated
ISAKMP: (1001):SA has been authenticated with 192.0.2.1
ISAKMP: (1001):beginning Quick Mode exchange, M-ID of 2693605740
ISAKMP-PAK: (1001):sending packet to 192.0.2.1 my_port 500 peer_port 500 (I) QM_IDLE
ISAKMP: (1001):Old State = IKE_I_MM5  New State = IKE_P1_COMPLETE 
ISAKMP-PAK: (1001):received packet from 192.0.2.1 dport 500 sport 500 Global (I) QM_IDLE
ISAKMP-PAK: (1001):sending packet to 192.0.2.1 my_port 500 peer_port 500 (I) QM_IDLE
ISAKMP: (1001):deleting node 2693605740 error FALSE reason "No Error"
`
	if got := spoke.told.String(); got != want {
		t.Errorf("told\n%s", got)
	}
}

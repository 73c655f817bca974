package engine

import (
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
			h.Keys = append(h.Keys, Key{Peer: netip.MustParsePrefix(spokeAddr + "/32"), Key: Secret("other")})
			s.Keys = []Key{{Peer: netip.MustParsePrefix("192.0.2.0/24"), Key: Secret("other")}}
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
		{"wrong key", func(_, s *Config) { s.Keys[0].Key = Secret("wrong") }, "no answer", "%CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from 198.51.100.11 failed its sanity check or is malformed"},
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
			h.Keyrings = []Keyring{{Name: "K", Keys: []Key{{Peer: netip.MustParsePrefix("203.0.113.0/24"), Key: Secret("x")}}}}
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

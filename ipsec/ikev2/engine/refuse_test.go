package engine

import (
	"slices"
	"strings"
	"testing"
	"time"

	"axle/ipsec"
	"axle/ipsec/ikev2"
	"axle/ipsec/suite"
)

// What two ends cannot agree on comes to nothing on both, and is tried again.
func TestRefused(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(name string, c *Config)
		log    string // of the initiator
		log2   string // of the responder
		tries  bool   // the initiator goes on trying
	}{{
		"wrong key", func(name string, c *Config) {
			if name == "b" {
				c.Keyrings[0].Peers[0].Local, c.Keyrings[0].Peers[0].Remote = ipsec.Secret("other"), ipsec.Secret("other")
			}
		}, "Received AUTHENTICATION_FAILED notify", "Auth exchange failed: the pre-shared keys differ", true,
	}, {
		"asymmetric keys of which one is wrong", func(name string, c *Config) {
			if name == "b" {
				c.Keyrings[0].Peers[0].Local = ipsec.Secret("other")
			}
		}, "Auth exchange failed: the pre-shared keys differ", "", true,
	}, {
		"no key", func(name string, c *Config) {
			if name == "b" {
				c.Keyrings = nil
			}
		}, "Received AUTHENTICATION_FAILED notify", "Auth exchange failed: no pre-shared key for the peer", true,
	}, {
		"identity that does not match", func(name string, c *Config) {
			if name == "b" {
				c.Profiles[0].Match = []Identity{{Kind: IdentityFQDN, Value: "x"}}
			}
		}, "Received AUTHENTICATION_FAILED notify", "Auth exchange failed: no profile matches the identity of the peer", true,
	}, {
		"identity of the responder that does not match", func(name string, c *Config) {
			if name == "a" {
				c.Profiles[0].Match = []Identity{{Kind: IdentityFQDN, Value: "x"}}
			}
		}, "Auth exchange failed: identity of the peer does not match", "", true,
	}, {
		"no IKE proposal", func(name string, c *Config) {
			if name == "b" {
				c.Proposals[0].PRFs = []suite.PRF{suite.PRFHMACSHA512}
			}
		}, "Received NO_PROPOSAL_CHOSEN notify", "Failed to find a matching policy", true,
	}, {
		"no transform set", func(name string, c *Config) {
			if name == "b" {
				c.IPsec[0].Transforms[0].KeyBits = 128
			}
		}, "Received NO_PROPOSAL_CHOSEN notify", "Failed to find a matching IPsec policy", true,
	}, {
		"transport mode required", func(name string, c *Config) {
			if name == "a" {
				c.IPsec[0].Transforms[0].Mode = ipsec.OnlyTransport
			} else {
				c.IPsec[0].Transforms[0].Mode = ipsec.Tunnel
			}
		}, "Transport mode was not agreed to", "", true,
	}, {
		"tunnel with another peer", func(name string, c *Config) {
			if name == "b" {
				c.Tunnels[0].Remote = ip("192.0.2.77")
			}
		}, "Received TS_UNACCEPTABLE notify", "no tunnel with 192.0.2.2-192.0.2.1", true,
	}, {
		"no key of our own", func(name string, c *Config) {
			if name == "a" {
				c.Keyrings = nil
			}
		}, "Failed to find a key or certificate of our own", "", true,
	}} {
		t.Run(tt.name, func(t *testing.T) {
			w, a, b := two(t, tt.change)
			a.opens(b)
			w.run(40 * time.Second)
			for _, x := range []struct {
				n    *node
				want string
			}{{a, tt.log}, {b, tt.log2}} {
				want := "%IKEV2-3-NEG_ABORT: Negotiation aborted due to ERROR: " + x.want
				if x.want != "" && !slices.Contains(x.n.logs, want) {
					t.Errorf("%s logged %q, want %q", x.n.name, x.n.logs, want)
				}
				if len(x.n.sas) > 0 || len(x.n.up) > 0 {
					t.Errorf("%s has %d children\n%s", x.n.name, len(x.n.sas), w.dump())
				}
				x.n.secretless()
			}
			if len(a.downs) < 2 {
				t.Errorf("a tried %d times", len(a.downs))
			}
			a.do(a.e.Close(w.now, a.socket(b)))
			w.run(2 * time.Minute)
			w.counts(0, 0)
			if len(a.e.sockets)+len(b.e.sockets)+len(a.e.halfOpen)+len(b.e.halfOpen)+len(b.e.sources) > 0 || a.e.outgoing != 0 {
				t.Errorf("something is left\n%s", w.dump())
			}
		})
	}
}

// A responder-only profile never begins; a profile that is shut down serves nobody.
func TestNotBegun(t *testing.T) {
	w, a, b := two(t, func(name string, c *Config) {
		if name == "a" {
			c.IPsec[0].ResponderOnly = true
		}
	})
	a.opens(b)
	w.run(time.Minute)
	w.counts(0, 0)
	b.opens(a)
	w.run(time.Second)
	w.works(a, b)

	w, a, b = two(t, func(_ string, c *Config) { c.Profiles[0].Shutdown = true })
	a.opens(b)
	w.run(time.Minute)
	w.counts(0, 0)
	if w.count != 0 {
		t.Errorf("%d datagrams", w.count)
	}
}

// The first group is not the responder's; with many half-open SAs it wants a cookie,
// too.
func TestOtherGroupAndCookie(t *testing.T) {
	w, a, b := two(t, func(name string, c *Config) {
		if name == "a" {
			c.Proposals[0].Groups = []suite.Group{suite.GroupECP521, suite.GroupECP384, suite.GroupX25519}
		} else {
			c.Globals.CookieChallenge = 2
		}
	})
	// Strangers that go no further.
	for i := range 5 {
		s := &sa{e: a.e, ours: ikev2.SPI(i + 1), initiator: true, profile: &a.cfg.Profiles[0]}
		s.path = localPath{remote: addrPort("192.0.2.2:500"), local: addrPort("198.51.100.1:500")}
		s.setup = &setup{offer: ikeOffer(b.cfg.Proposals, nil, false), seed: seed{ni: a.e.rand.Bytes(32)}}
		if !s.useGroup(suite.GroupX25519) {
			t.Fatal("no group")
		}
		x, p, _ := (&initTask{}).request(s)
		for _, d := range s.write(x, 0, false, p) {
			b.do(b.e.Receive(w.now, ipsec.Datagram{Local: s.path.remote, Remote: s.path.local, Data: d}))
		}
	}
	if n := len(b.e.halfOpen); n != 2 {
		t.Errorf("%d half-open SAs, want 2", n)
	}
	w.sky = nil // the answers to strangers
	a.opens(b)
	w.run(time.Second)
	w.works(a, b)
	if b.e.stats.Cookies != 4 {
		t.Errorf("%d cookies, want 4", b.e.stats.Cookies)
	}
	if got := a.tells.String(); !strings.Contains(got, "NOTIFY(INVALID_KE_PAYLOAD)") || !strings.Contains(got, "NOTIFY(COOKIE) SA KE N") {
		t.Errorf("a told\n%s", got)
	}
	w.run(halfOpenTime)
	if len(b.e.halfOpen) != 0 || len(b.e.sources) != 0 || len(b.e.sas) != 1 {
		t.Errorf("strangers are left\n%s", w.dump())
	}
}

// One source gets no more than its share of half-open SAs and of answers.
func TestFlood(t *testing.T) {
	w, a, b := two(t, nil)
	for i := range 500 {
		s := &sa{e: a.e, ours: ikev2.SPI(i + 1), initiator: true, profile: &a.cfg.Profiles[0]}
		s.path = localPath{remote: addrPort("192.0.2.2:500"), local: addrPort("198.51.100.1:500")}
		s.setup = &setup{offer: ikeOffer(b.cfg.Proposals, nil, false), seed: seed{ni: a.e.rand.Bytes(32)}}
		s.useGroup(suite.GroupX25519)
		x, p, _ := (&initTask{}).request(s)
		for _, d := range s.write(x, 0, false, p) {
			b.do(b.e.Receive(w.now, ipsec.Datagram{Local: s.path.remote, Remote: s.path.local, Data: d}))
		}
	}
	if len(b.e.halfOpen) != MaxHalfOpenPeer || b.e.stats.Sent > MaxSourceRate || b.e.stats.Ignored != 500-MaxSourceRate {
		t.Errorf("%d half-open SAs, %+v", len(b.e.halfOpen), b.e.stats)
	}
	a.opens(b)
	w.run(time.Second)
	w.works(a, b)
}

func TestLimits(t *testing.T) {
	w, a, b := two(t, func(name string, c *Config) {
		if name == "b" {
			c.Globals.MaxSA = 1
		}
	})
	c := w.node("c", "192.0.2.3", psk("192.0.2.3"))
	a.opens(b)
	w.run(time.Second)
	c.opens(b)
	w.run(time.Minute)
	w.works(a, b)
	if len(b.e.sas) != 1 || b.e.stats.Limited == 0 {
		t.Errorf("%d IKE SAs", len(b.e.sas))
	}
	a.do(a.e.Close(w.now, a.socket(b)))
	w.run(2 * time.Minute)
	w.works(c, b)
}

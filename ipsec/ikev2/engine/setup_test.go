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

func TestPreShared(t *testing.T) {
	w, a, b := two(t, nil)
	a.opens(b)
	w.run(time.Second)
	w.works(a, b)
	w.counts(1, 1)
	if w.count != 4 {
		t.Errorf("%d datagrams, want 4", w.count)
	}
	if p := a.sender(a.socket(b)); p.Out.Tunnel || p.Out.DstPort != 0 || p.Profile != "X" || p.In.Window != 64 {
		t.Errorf("child: %+v", p.Child)
	}
	if got := a.up[a.socket(b)]; got.Identity != "address 192.0.2.2" || got.Claimed != b.addr {
		t.Errorf("a knows its peer as %+v", got)
	}
	for _, n := range w.nodes {
		if !slices.Contains(n.logs, "%IKEV2-5-SA_UP: SA UP") {
			t.Errorf("%s logged %q", n.name, n.logs)
		}
		n.secretless()
		if !strings.Contains(n.tells.String(), "SA KE N NOTIFY(NAT_DETECTION_SOURCE_IP)") {
			t.Errorf("%s told\n%s", n.name, n.tells.String())
		}
	}
	snap := b.e.Snapshot(w.now)
	if x := snap.SAs[0]; x.Status != "READY" || x.RemoteID != "192.0.2.1" || x.LocalID != "192.0.2.2" || x.Initiator || x.Group != suite.GroupX25519 {
		t.Errorf("snapshot: %+v", x)
	}
	if x := snap.Sockets[0]; x.Status != "UP-ACTIVE" || x.Wanted {
		t.Errorf("snapshot: %+v", x)
	}
	a.do(a.e.Close(w.now, a.socket(b)))
	w.run(time.Second)
	w.counts(0, 0)
	if len(a.e.sockets)+len(b.e.sockets) != 0 {
		t.Error("sockets are left")
	}
}

// Every pair of suites that can be configured agrees.
func TestSuites(t *testing.T) {
	type row struct {
		name string
		p    Proposal
		t    ipsec.Transform
		pfs  suite.Group
	}
	cbc := func(e suite.Encryption, bits int, i suite.Integrity, f suite.PRF, g suite.Group) Proposal {
		return Proposal{Name: "fast", Ciphers: []Cipher{{e, bits}}, Integrity: []suite.Integrity{i}, PRFs: []suite.PRF{f}, Groups: []suite.Group{g}}
	}
	gcm := Proposal{Name: "fast", Ciphers: []Cipher{{suite.EncryptionAESGCM16, 256}}, PRFs: []suite.PRF{suite.PRFHMACSHA384}, Groups: []suite.Group{suite.GroupECP384}}
	esp := func(e suite.Encryption, bits int, i suite.Integrity) ipsec.Transform {
		return ipsec.Transform{Name: "T", Encryption: e, KeyBits: bits, Integrity: i, Mode: ipsec.PreferTransport}
	}
	pq := gcm
	pq.Additional = []suite.Group{suite.GroupMLKEM768}
	for _, tt := range []row{
		{"aes-cbc", cbc(suite.EncryptionAESCBC, 256, suite.IntegritySHA512256, suite.PRFHMACSHA512, suite.GroupECP256), esp(suite.EncryptionAESCBC, 128, suite.IntegritySHA196), 0},
		{"3des", cbc(suite.Encryption3DES, 0, suite.IntegritySHA196, suite.PRFHMACSHA1, suite.GroupMODP1024), esp(suite.Encryption3DES, 0, suite.IntegritySHA196), suite.GroupMODP1024},
		{"modp 2048", cbc(suite.EncryptionAESCBC, 128, suite.IntegritySHA256128, suite.PRFHMACSHA256, suite.GroupMODP2048), esp(suite.EncryptionAESCBC, 192, suite.IntegritySHA256128), suite.GroupMODP2048},
		{"gcm", gcm, esp(suite.EncryptionAESGCM16, 192, 0), suite.GroupECP521},
		{"chacha", Proposal{Name: "fast", Ciphers: []Cipher{{suite.EncryptionChaCha20Poly1305, 0}}, PRFs: gcm.PRFs, Groups: gcm.Groups}, esp(suite.EncryptionChaCha20Poly1305, 0, 0), 0},
		{"ml-kem", pq, esp(suite.EncryptionAESGCM16, 256, 0), suite.GroupECP384},
		{"null", gcm, esp(suite.EncryptionNull, 0, suite.IntegritySHA256128), 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w, a, b := two(t, func(_ string, c *Config) {
				c.Proposals = []Proposal{tt.p}
				c.IPsec[0].Transforms, c.IPsec[0].PFS = []ipsec.Transform{tt.t}, tt.pfs
				if tt.name == "ml-kem" {
					c.IPsec[0].Additional = suite.GroupMLKEM1024
				}
			})
			a.opens(b)
			w.run(time.Second)
			w.works(a, b)
			for _, n := range []*node{a, b} {
				n.e.begin(w.now)
				for _, c := range n.e.byID {
					c.replace()
				}
				n.do(n.e.out)
				w.run(10 * time.Second)
				w.works(a, b)
				w.counts(1, 1)
				n.e.begin(w.now)
				for _, s := range n.e.list() {
					s.asks(&rekeyTask{})
				}
				n.do(n.e.out)
				w.run(10 * time.Second)
				w.works(a, b)
				w.counts(1, 1)
			}
		})
	}
}

// The defaults of IOS meet each other, and one with a combined cipher only.
func TestDefaults(t *testing.T) {
	w, a, b := two(t, func(name string, c *Config) { c.Policies = nil })
	a.opens(b)
	w.run(time.Second)
	w.works(a, b)
	x := b.e.Snapshot(w.now).SAs[0]
	if x.Cipher != (Cipher{suite.EncryptionAESCBC, 256}) || x.Group != suite.GroupECP256 || len(x.Additional) != 1 || x.Additional[0] != suite.GroupMLKEM768 {
		t.Errorf("%+v", x)
	}
}

// Additional key exchanges: with one end that has none, or knows nothing of them.
func TestAdditional(t *testing.T) {
	must := Proposal{
		Name: "fast", Ciphers: []Cipher{{suite.EncryptionAESGCM16, 128}}, PRFs: []suite.PRF{suite.PRFHMACSHA256},
		Groups: []suite.Group{suite.GroupX25519}, Additional: []suite.Group{suite.GroupMLKEM1024, suite.GroupMLKEM768},
	}
	may, only768, none := must, must, must
	may.Optional = true
	only768.Additional = only768.Additional[1:]
	none.Additional = nil
	for _, tt := range []struct {
		name string
		a, b Proposal
		old  bool // b knows nothing of them
		want []suite.Group
		up   bool
	}{
		{"both demand it", must, must, false, []suite.Group{suite.GroupMLKEM1024}, true},
		{"both take it", may, may, false, []suite.Group{suite.GroupMLKEM1024}, true},
		{"one of two", may, only768, false, []suite.Group{suite.GroupMLKEM768}, true},
		{"initiator takes it, responder has none", may, none, false, nil, true},
		{"initiator demands it, responder has none", must, none, false, nil, false},
		{"responder takes it, initiator has none", none, may, false, nil, true},
		{"responder demands it, initiator has none", none, must, false, nil, false},
		{"initiator takes it, an old responder", may, none, true, nil, true},
		{"responder demands it, initiator says that it cannot", may, must, true, nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w, a, b := two(t, func(name string, c *Config) {
				c.Proposals = []Proposal{map[string]Proposal{"a": tt.a, "b": tt.b}[name]}
			})
			a.e.impair = func(x ikev2.Exchange, _ bool, p body) body {
				if !tt.old || x != ikev2.InitSA {
					return p
				}
				// An old responder refuses a proposal with a type that it does not know.
				var out body
				for _, one := range p {
					if sa, ok := one.(*ikev2.SA); ok && len(tt.b.Additional) == 0 {
						c := &ikev2.SA{}
						for _, o := range sa.Proposals {
							if count(o.Transforms, ikev2.AdditionalKE1) == 0 {
								c.Proposals = append(c.Proposals, o)
							}
						}
						one = c
					}
					if n, ok := one.(*ikev2.Notify); ok && n.Kind == ikev2.IntermediateSupported {
						continue
					}
					out = append(out, one)
				}
				return out
			}
			a.opens(b)
			w.run(3 * time.Second)
			if got := len(a.up) == 1; got != tt.up {
				t.Fatalf("up: %v\n%s", got, w.dump())
			}
			if !tt.up {
				return
			}
			w.works(a, b)
			if got := b.e.Snapshot(w.now).SAs[0].Additional; !slices.Equal(got, tt.want) {
				t.Errorf("additional: %v, want %v", got, tt.want)
			}
			for _, n := range w.nodes {
				n.verb(rekeySAs)
				w.run(5 * time.Second)
				w.works(a, b)
				if got := n.e.Snapshot(w.now).SAs[0].Additional; !slices.Equal(got, tt.want) {
					t.Errorf("after rekeying by %s: %v, want %v", n.name, got, tt.want)
				}
			}
		})
	}
}

// Many long proposals: as many as have room are sent.
func TestManyProposals(t *testing.T) {
	w, a, b := two(t, func(name string, c *Config) {
		if name == "b" {
			return
		}
		p := c.Proposals[0]
		p.Groups = append(p.Groups, 1, 2, 5, 14, 15, 16, 19, 20, 21, 24)
		p.PRFs = append(p.PRFs, suite.PRFHMACSHA384, suite.PRFHMACSHA512, suite.PRFHMACSHA1, suite.PRFHMACMD5)
		c.Proposals = slices.Repeat([]Proposal{p}, 70)
		c.Policies[0].Proposals = slices.Repeat(c.Policies[0].Proposals, 70)
	})
	a.opens(b)
	w.run(3 * time.Second)
	w.works(a, b)
}
